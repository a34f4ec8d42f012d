"""The donor game: known totals, and exact answers against slow statements of the rules."""

import re
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from scg_envs import donor_v0
from scg_envs.agents.language import load_prompt
from scg_envs.core.errors import InvalidAnswer, InvalidCommitment, ScgError
from scg_envs.core.registry import find_game
from scg_envs.core.ties import TIES
from scg_envs.core.verbal import Proposal
from scg_envs.games.donor.evolution import Population
from scg_envs.games.donor.game import DonorGame
from scg_envs.games.donor.language import DonorLanguage
from scg_envs.games.donor.rules import DonorRules
from scg_envs.train.report.effect_picture import effect_figure
from scg_envs.train.reproduce.donor import reproduce_donor
from scg_envs.train.search import search

from .plain import PUNISHED, Reference, means, moran, tournament

GAME, CASES = find_game("donor"), 210
TOTALS = {6: [10, 22.97, 60.6, 171.7, 480], 12: [10, 53.5, 393.9, 3482.7, 30720]}


@pytest.mark.parametrize(("rounds", "level"), [(r, k) for r in TOTALS for k in range(5)])
def test_known_totals(rounds, level):
    """Printed digits, and the plain statement's, of a game in which all give alike."""
    env = donor_v0.parallel_env(signatories=11, rounds=rounds)
    env.reset(seed=0, options={"norm": f"refuse:{level / 4:g}:0" if level else "none"})
    rewards = {"donor": 0.0, "pact": 0.0}
    while env.agents:
        _, earned, *_, infos = env.step({"donor": 1 + level})
        rewards = {agent: rewards[agent] + earned[agent] for agent in rewards}
    slow = sum(tournament([(level, 0, False)] * 12, rounds, 4)[0]) / 12
    assert infos["donor"]["mean_wealth"] == pytest.approx(float(slow), rel=1e-12)
    assert (11 * rewards["pact"] + rewards["donor"]) / 12 == pytest.approx(float(slow))
    digits = len(f"{TOTALS[rounds][level]}".partition(".")[2])
    assert round(float(slow), digits) == TOTALS[rounds][level]


def drawn(rng):
    """A small instance, in numbers that floats have exactly, so that ties are ties."""
    players = int(rng.choice([2, 4, 6]))
    levels, rounds = int(rng.choice([1, 2])), int(rng.choice([2, 4, 6], p=[0.2, 0.5, 0.3]))
    rules = DonorRules(
        players=players,
        signatories=int(rng.integers(1, players)),
        rounds=rounds,
        levels=levels,
        trace=int(rng.integers(1, 4)),
        target=float(rng.choice([0.25, 0.5, 0.75, 1.0])),
    )
    labels = rules.pre_policies("norm").labels
    label = labels[int(rng.integers(1, len(labels)))]
    chances = [float(rng.choice([0, 0.25, 0.5, 1], p=[0.1, 0.25, 0.25, 0.4])) for _ in range(2)]
    return rules, label, *chances, str(rng.choice(["cooperated", "defected"]))


def test_backward_induction_is_what_a_slow_statement_says_under_every_tie_rule():
    rng, tied, doubted = np.random.default_rng(0), 0, 0
    for _ in range(CASES):
        rules, label, credibility, observability, desirable = drawn(rng)
        slow = Reference(rules, rules.norm(label), credibility, observability, desirable)
        options = {"credibility": credibility, "observability": observability}
        own = {name: getattr(rules, name) for name in vars(rules) if name != "shown"}
        problem = GAME.make_problem(**own, **options, desirable=desirable)
        point = [problem.pre_policies.point(label)]
        known = [[float(part) for part in slow.expected(eager)] for eager in (True, False)]
        np.testing.assert_allclose(
            problem.solver.bounds(point)[0], sorted(one[1] for one in known), atol=1e-9
        )
        found, mean = problem.solver.respond(point), np.mean(known, axis=0)
        answer = [found.follower_utility["donor"][0], found.p[0], found.utility[0]]
        np.testing.assert_allclose(answer, mean, rtol=1e-9)
        played = problem.evaluate(problem.solver.best_responses(), point)
        np.testing.assert_allclose(played.p, known[0][1], atol=1e-9)
        np.testing.assert_allclose(played.utility, known[0][2], rtol=1e-9)
        assert played.regret_max[0] < 1e-9
        tied += known[0][1] != known[1][1]
        doubted += 0 < credibility < 1 and known[0][1] not in (0, 1)
    assert tied > CASES / 50
    assert doubted > CASES / 20


def test_what_the_donor_sees_is_what_happened():
    """Its acts, those done to it, and the last acts of each recipient before it met it."""
    rng = np.random.default_rng(2)
    for _ in range(60):
        rules, label, *_ = drawn(rng)
        _, *others = Reference(rules, rules.norm(label), 1, 1, "cooperated").kept
        env, gifts = DonorGame(rules), []
        seen, _ = env.reset(seed=0, options={"norm": label})
        while True:
            norms = [(0, 0, False), *others]
            _, acts, received, met = tournament(norms, rules.rounds, rules.levels, gifts)
            met += [[]] * (rules.acts - len(met))  # those who are still to come
            parts = [(one + [None] * rules.acts)[: rules.acts] for one in (acts[0], received)]
            for k, record in enumerate(met):
                parts.append((record[::-1] + [None] * rules.trace)[: min(k, rules.trace)])
            codes = {None: 0, PUNISHED: rules.levels + 2} | {
                k: k + 1 for k in range(rules.levels + 1)
            }
            known = [codes[act] for part in parts for act in part]
            np.testing.assert_array_equal(seen["donor"]["observation"], known)
            if not env.agents:
                break
            gifts.append(int(rng.integers(rules.levels + 1)))
            seen, *_ = env.step({"donor": gifts[-1] + 1})


@pytest.mark.parametrize("ties", TIES)
@pytest.mark.parametrize("settings", [{}, {"credibility": 0.3, "observability": 0.6}])
def test_to_do_nothing_has_no_effect(ties, settings):
    solver = GAME.make_problem(ties=ties, **settings).solver
    before, after = solver.before(), solver.respond([0])
    assert (before.p, before.utility) == (after.p[0], after.utility[0])
    assert (before.low, before.high) == tuple(solver.bounds([0])[0])


def gifts_beside(signatories, label):
    """The gifts of a donor that answers best."""
    problem = GAME.make_problem(signatories=signatories, ties="pessimistic")
    point, history, gifts = problem.pre_policies.point(label), 0, []
    solution = problem.solver._solution(point, False)
    for _ in range(problem.rules.acts):
        gifts.append(int(solution.actions[0, history]) - 1)
        history = history * problem.rules.choices + gifts[-1] + 1
    return gifts


def test_the_numbers_on_the_page():
    for signatories in range(1, 12):
        each = 0 if signatories < 3 else 1 if signatories < 7 else 2 if signatories < 11 else 3
        for kind in ("refuse", "punish"):
            for level in (1, 2, 3):
                label = f"{kind}:{level / 4:g}:1"
                assert gifts_beside(signatories, label) == [level] * each + [0] * (3 - each)
        assert gifts_beside(signatories, "refuse:0.75:0") == [0, 0, 0]
    problem = GAME.make_problem()
    answers = problem.solver.respond(np.arange(problem.pre_policies.size))
    assert problem.pre_policies.label(answers.best("desirable")) == "refuse:1:2"
    for norm, known in (
        ("refuse:0.5:1", [0.321, 0.936, 0.965]),
        ("punish:0.5:1", [0.009, 0.128, 0.901, 0.979]),
    ):
        types = (norm, "refuse:0.5:0", "none")
        for committed, share in enumerate(known):
            many = Population(DonorRules(), types, committed=committed, mutation=0.02)
            np.testing.assert_allclose(many.cooperation(), share, atol=5e-4)


def test_the_example_of_the_docs_prints_what_it_says(capsys):
    page = (Path(__file__).parents[2] / "docs" / "language.md").read_text(encoding="utf-8")
    [block] = re.findall(r"^```python\n(.*?)^```$", page, re.M | re.S)
    exec(block, {})
    assert capsys.readouterr().out == "0 0.321\n1 0.936\n"


def limit(steps, values):
    """What values come to after very many steps."""
    power = steps
    for _ in range(60):
        power = power @ power
        power /= power.sum(axis=1, keepdims=True)
    return power @ values


def test_populations_are_what_a_slow_statement_says():
    """Wealth over all orders of the seats, each pair of a birth and a death, and their limit."""
    rng = np.random.default_rng(1)
    for case in range(CASES):
        players, levels = (4, 2) if case % 21 else (6, 1)
        rounds, trace = int(rng.choice([2, 4])), int(rng.integers(1, 3))
        rules = DonorRules(players, 1, rounds, levels, trace)
        labels = rules.pre_policies("norm").labels
        number = 2 + (case % 15 == 0)
        types = [labels[k] for k in rng.choice(len(labels), size=number, replace=False)]
        committed = int(rng.integers(0, players))
        selection, mutation = (Fraction(int(rng.integers(0, 5)), 4) for _ in range(2))
        mutation = mutation / 4 * (case % 2)
        many = Population(
            rules,
            tuple(types),
            committed=committed,
            selection=float(selection),
            mutation=float(mutation),
        )
        norms, steps = [rules.norm(label) for label in types], many.chain()
        giving = []
        for k, state in enumerate(many.states.tolist()):
            everybody = [state[0] + committed, *state[1:]]
            wealth, gifts = means(norms, everybody, rounds, levels)
            np.testing.assert_allclose(many.wealth[k], [float(one) for one in wealth], rtol=1e-12)
            giving.append(sum(s * g for s, g in zip(state, gifts, strict=True)) / sum(state))
            fitness = [1 - selection + selection * one / 10 for one in wealth]
            expected = np.zeros(len(steps))
            for after, chance in moran(state, everybody, fitness, mutation).items():
                expected[many.place(after)] += float(chance)
            np.testing.assert_allclose(steps[k], expected, atol=1e-12)
        giving = np.array(giving, dtype=float)
        np.testing.assert_allclose(many.cooperation(), limit(steps, giving), atol=1e-8)
        corners = (many.states == many.states[0].sum()).astype(float)
        np.testing.assert_allclose(many.fixation(), limit(steps, corners), atol=1e-8)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"players": 11}, "players is 11; expected an even number"),
        ({"players": 0}, "players is 0"),
        ({"rounds": 5}, "rounds is 5; expected an even number"),
        ({"signatories": 12}, "signatories is 12; expected a whole number from 1 to 11"),
        ({"levels": 0}, "levels is 0"),
        ({"trace": 0}, "trace is 0"),
        ({"trace": 7}, "trace is 7"),
        ({"target": float("nan")}, "target is nan"),
        ({"target": 1.5}, "target is 1.5"),
        ({"target": 0.0}, "target is 0.0"),
        ({"credibility": float("nan")}, "credibility is nan"),
        ({"pre_policy": "tax"}, "'tax'"),
        ({"committed": "donor"}, "'donor'"),
        ({"rounds": 12, "levels": 6}, "117649 histories"),
    ],
)
def test_settings_that_cannot_be_are_refused_in_a_line(settings, said):
    with pytest.raises(ScgError, match=said) as raised:
        GAME.make_problem(**settings)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "label", ["refuse:1.5:1", "refuse:nan:1", "refuse:0.5:4", "punish:0.5:0", "give:0.5:1", "0.5"]
)
def test_a_norm_that_is_none_is_refused_in_a_line(label):
    with pytest.raises(InvalidCommitment, match="expected none, or KIND:FRACTION:ACTS") as raised:
        GAME.make_problem().pre_policies.point(label)
    assert "\n" not in str(raised.value)
    with pytest.raises(InvalidCommitment):
        donor_v0.parallel_env().reset(options={"norm": label})


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"committed": 12}, "committed is 12; expected a whole number from 0 to 11"),
        ({"committed": -1}, "committed is -1"),
        ({"mutation": float("nan")}, "mutation is nan"),
        ({"selection": 2.0}, "selection is 2.0"),
        ({"types": ("none",)}, "expected 2 to 5 different ones"),
        ({"types": ("none", "none")}, "expected 2 to 5 different ones"),
        ({"types": ("none", *(f"refuse:{k / 4}:0" for k in (1, 2, 3)))}, "16777216 ways"),
        ({"types": ("none", "refuse:0.5:9")}, "refuse:0.5:9"),
    ],
)
def test_populations_that_cannot_be_are_refused_in_a_line(settings, said):
    with pytest.raises(ScgError, match=said) as raised:
        Population(DonorRules(), **({"types": ("none", "refuse:0.5:1")} | settings))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("answer", ["<give> 0.3 </give>", "<give> 1e308 </give>", "0.5", "<give/>"])
def test_gifts_that_cannot_be_are_refused(answer):
    game = DonorGame()
    with pytest.raises(InvalidAnswer):
        game.action(answer)
    assert game.action("<give> 0.75 </give>") == 4
    assert DonorGame(levels=3).action("<give> 0.33 </give>") == 2


class Table:
    """A seat that always answers alike, and remembers what it was told."""

    seed = 0

    def __init__(self, answer):
        self.answer, self.rules, self.read = answer, "", []

    def seat(self, role, prompt, *, render, parse, **blanks):
        self.rules = load_prompt(prompt).fill(**blanks)

        def act(seen):
            self.read.append(render(seen, role))
            return parse(self.answer)

        return SimpleNamespace(act=act)


@pytest.mark.parametrize(("give", "cooperated"), [("0.5", True), ("0", False)])
def test_a_model_gives_beside_a_pact_that_keeps_its_norm(give, cooperated):
    problem = GAME.make_problem(signatories=11)
    language, table = DonorLanguage(problem, models=True), Table(f"<give> {give} </give>")
    proposal = Proposal("punish:0.5:2", language.describe("punish:0.5:2"))
    outcome, said = language.converse(proposal, table)
    assert outcome["cooperated"] is cooperated
    assert outcome["given"] == float(give)
    last = "0.5, 0.5" if cooperated else "a punishment, a punishment"
    assert f"<it was given> {last} </it was given>" in table.read[2]
    assert "gives 0.5 of what it has to whoever gave that much in its last 2 acts" in table.rules
    assert said.startswith("donor: I give")


def test_bars_are_called_as_norms_are_typed_where_words_would_leave_no_room():
    problem = GAME.make_problem(pre_policy="punish")
    [axes] = effect_figure(problem, chosen=1).axes
    names = [one.get_text() for one in axes.get_yticklabels()]
    assert names == list(problem.pre_policies.labels)
    few = find_game("household").make_problem()
    names = [one.get_text() for one in effect_figure(few).axes[0].get_yticklabels()]
    assert names == [few.pre_policies.describe(k) for k in range(few.pre_policies.size)]


def test_what_is_reproduced_claims_nothing_but_what_was_put_in():
    rows = reproduce_donor()
    assert not [row for row in rows if row.verdict == "outside"]
    assert {row.role for row in rows} == {"input", "unpublished"}
    least = [row.ours for row in rows if row.metric == "least_fraction"]
    assert least == [None] * 2 + [0.75] * 4 + [0.5] * 4 + [0.25]


def test_ppo_learns_to_answer_norms():
    settings = {"levels": 2, "pre_policy": "refuse", "steps": 60_000, "evaluations": 64}
    found = search("donor", responder="ppo", seed=0, **settings)
    assert found.p_after_exact == found.p_best_exact == 1
    assert abs(found.p_after - found.p_after_exact) <= 0.02
