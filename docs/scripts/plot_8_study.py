"""
A study, and a follower fitted to it
====================================

A study lets people play a game with an announced commitment and without. Its file says what is
played and what is announced; :doc:`the page on studies </study>` has all of its parts. Here two
prisoners meet for six rounds, and one of them announces a rule of the last round: it cooperates at
first with probability 0.9, and after each pair of actions with those that follow.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

STUDY = """
title: Who cooperates?
scenario: {game: prisoners_dilemma, rounds: 6, pre_policy: memory-one}
commitment: "0.9,0.8,0.3,0.7,0.2"
consent: You will play a small game.
instructions: The other one has announced a rule, or nothing. Choose each round.
practice: 0
trials: 2
"""

folder = TemporaryDirectory()
file = Path(folder.name, "study.yaml")
_ = file.write_text(STUDY, encoding="utf-8")

# %%
# With people this is ``scg study serve study.yaml``. Before anybody is asked, scripted participants
# take part through the same pages: eight who play as people in the data of Akata et al. did
# (``scg study simulate study.yaml --participants 8 --skill akata-people --out runs/pilot``).

from scg_envs.train.study.games import Games
from scg_envs.train.study.plan import read_study
from scg_envs.train.study.report import report, text_of
from scg_envs.train.study.simulate import Script, simulate
from scg_envs.train.study.store import Store
from scg_envs.train.study.tables import people_of

games = Games(read_study(file))
store = Store(f"sqlite:///{folder.name}/study.db", games.study)
simulate(games.study, store, games, 8, Script("akata-people"))
people = people_of(store, games)
print(text_of(report(people, games)))

# %%
# The report compares what people attained with what best play would, in pairs, person by person.
# Its last numbers are a follower: the chance of cooperating in each situation, fitted to what was
# done under the commitment, beside fits that know less. It goes into a file with a card, which
# says what it was fitted to and what it can't say (``scg study report study.yaml --fit FILE``).

from scg_envs.agents.populations.files import write_follower
from scg_envs.train.study.fit import fit_follower

follower = Path(folder.name, "follower.json")
write_follower(follower, fit_follower(people, games))
print(fit_follower(people, games).text())

# %%
# Such a file answers commitments as any responder does: we ask which rule would make mutual
# cooperation likeliest with these people. P(Y=y | do(pre-policy)) comes with an interval, of what
# it may be by the data
# (``scg search prisoners_dilemma --rounds 6 --pre-policy memory-one --responder FILE``).

from scg_envs.train.search import search

found = search(
    "prisoners_dilemma", rounds=6, pre_policy="memory-one", responder=str(follower), evaluations=600
)
summary = found.to_json()
print(summary["pre_policy"])
print(summary["p_after"], summary["p_after_credible"])
