"""What learned answers have chosen is judged again, and certified only where it is right."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.core.evaluation import Evaluation, first_of_the_best
from scg_envs.train import benchmark
from scg_envs.train.commands.search import result_text
from scg_envs.train.search import search
from scg_envs.train.search.algorithm_1 import Search
from scg_envs.train.search.config import SearchConfig
from scg_envs.train.search.finalists import FINALISTS
from scg_envs.train.search.run import conclude
from scg_envs.train.search.trust import certified, hidden, sound
from tests.train.test_trust import Follower

CONFIG = SearchConfig(
    game="barrier", layout="contested", responder="ppo", evaluations=320, batch=16
)


def evaluation(p, regret, share):
    n = len(p)
    regret = np.asarray(regret, dtype=float)
    return Evaluation(
        p=np.asarray(p, dtype=float),
        regret={"blue": regret},
        regret_max=regret,
        optimal_share=np.asarray(share, dtype=float),
        env_steps=0,
        utility=np.zeros(n),
    )


@settings(max_examples=200)
@given(
    st.lists(
        st.tuples(st.integers(0, 1), st.integers(0, 1), st.floats(0.01, 1)), min_size=1, max_size=8
    )
)
def test_what_regret_hides_is_never_less_than_how_far_p_is_off(cases):
    """A case is right, without regret, or anything at all; P is a mean over cases."""
    true, wrong = (np.array([case[k] for case in cases]) for k in (0, 1))
    regret = np.array([case[2] for case in cases]) * wrong
    for answer in np.ndindex(*(2,) * int(wrong.sum())):
        given = true.copy()
        given[wrong == 1] = answer
        answers = evaluation([given.mean()], [regret.max()], [1 - wrong.mean()])
        off = abs(given.mean() - true.mean())
        for bounds in (None, np.array([[true.mean()] * 2])):
            assert hidden(answers, bounds, 1.0)[0] >= off - 1e-12
            if certified(answers, bounds, 1.0)[0]:
                assert off < 1e-9


def test_a_regret_that_is_small_beside_long_games_certifies_nothing_by_itself():
    """One step of 2500 costs less than a small regret, and may lead to the other goal."""
    answers = evaluation([0.9], [0.0004], [0.1])
    assert not sound(answers, None, 1.0)[0]
    assert hidden(answers, None, 1.0)[0] == pytest.approx(0.9)
    assert hidden(answers, np.array([[0.2, 0.2]]), 1.0)[0] == 1
    assert not certified(answers, np.array([[0.0, 1.0]]), 1.0)[0]
    assert certified(answers, np.array([[0.9, 0.9]]), 1.0)[0]


def test_of_several_followers_one_that_is_wrong_is_enough():
    """Two of whom one always regrets: half of the share is wrong in all cases."""
    answers = replace(
        evaluation([0.8], [0.5], [0.5]), regret={"a": np.zeros(1), "b": np.array([0.5])}
    )
    assert hidden(answers, None, 1.0)[0] == 1


def test_ties_and_episodes_certify_nothing():
    answers = evaluation([0.7], [0.0], [1.0])
    assert sound(answers, np.array([[0.2, 1.0]]), 1.0)[0]
    for bounds in (None, np.array([[0.2, 1.0]]), np.array([[np.nan, np.nan]])):
        assert not certified(answers, bounds, 1.0)[0]
    assert not certified(replace(answers, episodes=100), np.array([[0.7, 0.7]]), 1.0)[0]


class Learner(Follower):
    """Lies about some posts until it has trained on them for `needs` rounds."""

    def __init__(self, problem, lies, needs, rounds=0, points=()):
        super().__init__(problem, None)
        self.lies, self.needs, self.rounds = lies, needs, rounds
        self.train_budget = 10**9
        self.trained_on = [tuple(points)]

    def respond(self, points, *, split="search"):
        answers = self.problem.solver.respond(points)
        lied = np.isin(points, self.lies) & (self.rounds < self.needs)
        regret = np.where(lied, 0.5, 0.0)
        return replace(
            answers,
            p=np.where(lied, 1.0, answers.p),
            regret={"blue": regret},
            regret_max=regret,
            optimal_share=np.where(lied, answers.p, 1.0),  # right where Y=y is
        )

    def retrained(self, points, steps, *, seed):
        copy = Learner(self.problem, self.lies, self.needs, self.rounds + 1, points)
        copy.trained_on = [*self.trained_on, tuple(points)]
        copy.train_steps = steps * len(points)
        self.copy = copy
        return copy


@pytest.mark.parametrize("needs", [0, 1, 2, 99])
def test_finalists_are_trained_on_until_their_regret_is_small(needs):
    state = Search(CONFIG)
    true = state.problem.solver.p(np.arange(state.problem.pre_policies.size))
    lies = np.flatnonzero(true < 0.5)
    learner = state.judge.responder = Learner(state.problem, lies, needs)
    while not state.done:
        state.iterate()
    before = state.judge.env_steps
    found = conclude(state)
    assert 1 < len(found.finalists) <= FINALISTS
    for row in found.finalists:
        point = state.problem.pre_policies.point(row["point"])
        assert row["p_exact"] == true[point]
        assert row["p_least"] <= true[point] + 1e-9  # no post of the layout ties
        if row["certified"]:
            assert row["p"] == pytest.approx(true[point])
    assert found.certified == (needs < 99)
    assert (found.env_steps > before) == (needs > 0)
    if found.certified:
        assert found.p_after == pytest.approx(found.p_after_exact)
        assert "certified        yes: regret is small in every case of" in result_text(found)
    else:
        assert "certified        no: " in result_text(found)
        assert f"P is at least {found.p_after_least:.4f}" in result_text(found)
    if needs:  # only what is wrong is trained on
        assert set(learner.copy.trained_on[1]) <= set(lies.tolist())


def test_a_table_that_has_overspent_its_budget_is_not_trained_on():
    """Its walks end after the budget, so that more may have been spent than there was."""
    found = search(
        "barrier",
        layout="maze",
        responder="tabular",
        steps=20,
        evaluations=2,
        batch=2,
        meta="random",
    )
    assert not found.certified
    assert found.p_after_least <= found.p_after_bounds[1]


def test_of_posts_as_good_the_one_is_recommended_whose_p_ties_do_not_decide():
    """Blue breaks ties for red: several posts make P 1, and one of them whatever blue does."""
    layout = str(Path(benchmark.__file__).parent / "suites" / "layouts" / "held-out-7.txt")
    state = Search(replace(CONFIG, layout=layout))
    solver = state.problem.solver

    def kindest(points, answers):
        return replace(answers, p=solver.bounds(points)[:, 1])

    state.judge.responder = Follower(state.problem, kindest)
    while not state.done:
        state.iterate()
    found = conclude(state)
    sure = [row["point"] for row in found.finalists if row["p_least"] == 1]
    assert len(sure) > 1
    low, high = solver.bounds(np.array([state.problem.pre_policies.point(p) for p in sure])).T
    assert (low < 1).any()
    assert (high == 1).all()
    assert found.p_after_bounds == (1.0, 1.0)


def test_where_nothing_is_sure_a_certain_nothing_is_not_recommended():
    """Regret that could hide all of P is no reason to take a post whose P is 0 for certain."""
    state = Search(CONFIG)
    true = state.problem.solver.p(np.arange(state.problem.pre_policies.size))
    nothing = true == 0
    assert nothing.any()
    assert not nothing.all()

    def unsure(points, answers):
        regret = np.where(nothing[points], 0.0, 0.9)
        return replace(
            answers,
            regret={"blue": regret},
            regret_max=regret,
            optimal_share=np.where(nothing[points], 1.0, 0.0),
        )

    state.judge.responder = Follower(state.problem, unsure)
    while not state.done:
        state.iterate()
    found = conclude(state)
    assert found.p_after > 0
    assert not found.certified


@settings(max_examples=200)
@given(
    st.lists(
        st.tuples(*[st.sampled_from([np.nan, 0.0, 0.5, 0.5 + 1e-12, 1.0])] * 3),
        min_size=1,
        max_size=6,
    )
)
def test_what_stands_beside_decides_only_among_the_same_scores(rows):
    scores, one, two = np.array(rows).T
    if np.isnan(scores).all():
        scores = np.zeros(len(rows))
    plain = [
        tuple(-1.0 if np.isnan(x) else round(x, 6) for x in row)
        for row in zip(scores, one, two, strict=True)
    ]
    best = first_of_the_best(scores, one, two)
    assert plain[best] == max(plain)
    assert best == plain.index(max(plain))
    assert first_of_the_best(scores) == [row[0] for row in plain].index(max(plain)[0])
