"""Interventions and their effects: the paper's numbers, and theorems as properties."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.causal.answers import interventional_outcomes
from scg_envs.causal.builder import GameBuilder
from scg_envs.causal.conversion import from_normal_form
from scg_envs.causal.effect import (
    SELECTIONS,
    TIES,
    Effect,
    causal_effect,
    effects,
    outcome_probability,
)
from scg_envs.causal.evaluation import payoffs
from scg_envs.causal.examples import example
from scg_envs.causal.examples.paper import least_incentive, promise
from scg_envs.causal.graph import sufficient_recall
from scg_envs.causal.interventions import Intervention, commit, do, set_parameters
from scg_envs.causal.normal_form import NormalForm
from scg_envs.causal.normal_form.best_mixture import mixed_commitment
from scg_envs.causal.normal_form.commitment import pure_commitment
from scg_envs.causal.outcomes import RationalOutcomes
from scg_envs.causal.problem import problem_of
from scg_envs.causal.rationality import AGENT_WISE, DECISION_WISE, Reactive
from scg_envs.causal.strategic import StrategicForm
from scg_envs.causal.undefined import Undefined
from scg_envs.core.errors import InvalidArgument, UnknownName
from scg_envs.games.matrix.problem import MatrixProblem

from .games import key, random_game

Y = {"Y": 1}
HOUSEHOLD = example("household").build()
JUDGE = example("rps_judge")
WICHARDT = example("wichardt").build()
EVEN = {0: 0.5, 1: 0.5}


def effect(rule: object, selection: str, ties: str = "uniform", **options: object) -> Effect:
    return causal_effect(
        HOUSEHOLD,
        commit(HOUSEHOLD, {"robot": rule}, **options),  # type: ignore[arg-type]
        Y,
        selection=selection,  # type: ignore[arg-type]
        ties=ties,  # type: ignore[arg-type]
        policies="mixed",
    )


def answers(game: object, *args: object, **options: object) -> RationalOutcomes:
    outcomes = interventional_outcomes(game, *args, **options)  # type: ignore[arg-type]
    assert isinstance(outcomes, RationalOutcomes), outcomes
    return outcomes


class TestHousehold:
    @pytest.mark.parametrize(("selection", "mean"), [("pure", 1 / 2), ("extreme", 5 / 12)])
    @pytest.mark.parametrize("ties", TIES)
    def test_helping_and_cooking(self, selection: str, mean: float, ties: str) -> None:
        before = {"uniform": mean, "optimistic": 1, "pessimistic": 0}[ties]
        helping = effect("Help", selection, ties)
        assert helping.p_before == pytest.approx(before, abs=1e-12)
        assert helping.p_after == pytest.approx(1, abs=1e-12)
        assert helping.delta_ce == pytest.approx(1 - before, abs=1e-12)
        assert helping.delta_range == (0, 1)
        assert effect("Cook", selection, ties).p_after == 0

    @pytest.mark.parametrize("selection", ["pure", "extreme"])
    @pytest.mark.parametrize("ties", TIES)
    def test_doing_nothing(self, selection: str, ties: str) -> None:
        nothing = commit(HOUSEHOLD, {})
        made = causal_effect(
            HOUSEHOLD,
            nothing,
            Y,
            selection=selection,  # type: ignore[arg-type]
            ties=ties,  # type: ignore[arg-type]
            policies="mixed",
        )
        assert made.delta_ce == 0
        assert made.delta_range == (-1, 1)  # for another equilibrium may be played

    @pytest.mark.parametrize("p", [0.0, 0.3, 0.49, 0.51, 0.7, 1.0])
    def test_mixing(self, p: float) -> None:
        after = effect({"Help": p, "Cook": 1 - p}, "extreme").p_after
        assert after == pytest.approx(p if p > 0.5 else 0)

    def test_only_at_the_tie_does_the_rule_matter(self) -> None:
        tied = {ties: effect({"Help": 0.5, "Cook": 0.5}, "extreme", ties).p_after for ties in TIES}
        assert tied == pytest.approx({"optimistic": 0.5, "pessimistic": 0, "uniform": 0.25})

    def test_ranges(self) -> None:
        helping = effect("Help", "pure")
        assert helping.before_range == (0, 1)
        assert helping.after_range == (1, 1)

    def test_credibility(self) -> None:
        # The human helps itself if the robot is sure to help half of the time.
        assert effect("Help", "extreme", "pessimistic", credibility=0.6).p_after == 1
        assert effect("Help", "extreme", "pessimistic", credibility=0.4).p_after == pytest.approx(0)
        nothing = effect("Help", "extreme", credibility=0.0)
        assert nothing.delta_ce == pytest.approx(0, abs=1e-12)

    def test_observability(self) -> None:
        # Who does not see it plays External, Self or half and half, as before.
        half = effect("Help", "extreme", observability=0.5)
        assert half.p_after == pytest.approx(np.mean([0.5, 1, 0.75]))
        assert effect("Help", "extreme", observability=1.0).p_after == 1

    def test_probabilities_are_checked(self) -> None:
        with pytest.raises(InvalidArgument, match="credibility=2"):
            effect("Help", "pure", credibility=2)


class TestJudge:
    def both(self, policies: str) -> dict[tuple[str, str], Effect]:
        game = JUDGE.build()
        done = commit(game, {"judge": "competitive"})
        before = interventional_outcomes(game, None, JUDGE.relations, policies)  # type: ignore[arg-type]
        after = interventional_outcomes(game, done, JUDGE.relations, policies)  # type: ignore[arg-type]
        return {(e.selection, e.ties): e for e in effects(before, after, Y)}

    def test_over_all(self) -> None:
        row = self.both("mixed")["extreme", "uniform"]
        assert row.p_before == pytest.approx(29 / 42, abs=1e-12)
        assert row.p_after == pytest.approx(1 / 3, abs=1e-12)
        assert row.delta_ce == pytest.approx(-5 / 14, abs=1e-12)

    def test_over_pure(self) -> None:
        row = self.both("pure")["pure", "optimistic"]
        assert row.p_before == 1
        assert isinstance(row.p_after, Undefined)
        assert isinstance(row.delta_ce, Undefined)

    def test_as_a_parameter_of_the_utilities(self) -> None:
        game = JUDGE.build()
        beats = {("paper", "rock"), ("scissors", "paper"), ("rock", "scissors")}

        def competitive(_: str, mine: str, yours: str) -> int:
            return int((mine, yours) in beats) - int((yours, mine) in beats)

        done = set_parameters(game, {"U_one": competitive, "U_two": competitive})
        assert isinstance(interventional_outcomes(game, done, JUDGE.relations, "pure"), Undefined)
        after = answers(game, done, JUDGE.relations, "mixed")
        assert after.probabilities(Y) == pytest.approx([1 / 3])

    @pytest.mark.parametrize("credibility", [0.0, 0.3, 1.0])
    def test_a_judge_who_may_not_keep_to_it(self, credibility: float) -> None:
        game = JUDGE.build()
        done = commit(game, {"judge": "competitive"}, credibility=credibility)
        after = answers(game, done, JUDGE.relations, "mixed")
        for profile in after.profiles:
            assert profile.rules["judge"][1] == pytest.approx(credibility)
        if credibility == 0:
            assert after.size == 7

    def test_a_little_less_rock_and_paper_is_gone(self) -> None:
        game = JUDGE.build()
        for rock, paper in ((1 / 3, 1 / 3), (1 / 3 - 0.01, 0.0)):
            rule = {"rock": rock, "paper": (1 - rock) / 2, "scissors": (1 - rock) / 2}
            done = commit(game, {"judge": "competitive", "one": rule})
            after = answers(game, done, JUDGE.relations, "mixed")
            rows = effects(after, after, {"two": "paper"}, ["extreme"], ["uniform"])
            assert rows[0].p_after == pytest.approx(paper)


class TestWichardt:
    def test_commit_a(self) -> None:
        (profile,) = answers(WICHARDT, commit(WICHARDT, {"A": 0}), AGENT_WISE, "mixed").profiles
        assert profile.rules["B"][0] == 1
        assert profile.rules["D"][1] == 1
        assert payoffs(WICHARDT, profile)["agent1"] == -1

    def test_commit_both_half(self) -> None:
        after = answers(WICHARDT, commit(WICHARDT, {"A": EVEN, "B": EVEN}), AGENT_WISE, "mixed")
        assert after.kind == "extreme"
        assert [payoffs(WICHARDT, p)["agent1"] for p in after.profiles] == [-2.5, -2.5]

    def test_commit_d_half(self) -> None:
        done = commit(WICHARDT, {"D": EVEN})
        after = answers(WICHARDT, done, AGENT_WISE, "behavioral")
        assert sorted(float(p.rules["A"][0]) for p in after.profiles) == [0, 1]
        assert all(payoffs(WICHARDT, p)["agent1"] == 0 for p in after.profiles)
        by_decision = answers(WICHARDT, done, DECISION_WISE, "behavioral")
        values = sorted(round(payoffs(WICHARDT, p)["agent1"], 9) for p in by_decision.profiles)
        assert values == [-2.5, 0, 0]

    def test_a_pre_policy_restores_sufficient_recall(self) -> None:
        """Prop. 4.2: then there is an equilibrium in behavioral policies."""
        assert not sufficient_recall(WICHARDT)
        for committed in ({"A": 0}, {"B": EVEN}, {"A": 1, "B": 0}):
            assert sufficient_recall(WICHARDT, fixed=committed)
            done = commit(WICHARDT, committed)
            assert answers(WICHARDT, done, AGENT_WISE, "behavioral").profiles


class TestVisibility:
    @settings(max_examples=40)
    @given(st.integers(0, 10_000))
    def test_unseen_it_is_a_post_policy_intervention(self, seed: int) -> None:
        game = random_game(seed)
        decision = game.decisions()[seed % 3]
        hidden = interventional_outcomes(game, commit(game, {decision: 1}, seen_by=()))
        later = interventional_outcomes(game, do(game, {decision: 1}))
        if isinstance(later, Undefined):
            assert isinstance(hidden, Undefined)
            return
        assert isinstance(hidden, RationalOutcomes)
        expected = {round(p, 9) for p in later.probabilities(Y)}
        assert {round(p, 9) for p in hidden.probabilities(Y)} == expected
        for ties in TIES:
            p = outcome_probability(later, Y, "pure", ties)
            assert outcome_probability(hidden, Y, "pure", ties) == pytest.approx(p)

    @pytest.mark.parametrize("selection", ["pure", "extreme"])
    def test_what_is_played_unseen_is_as_likely_as_before(self, selection: str) -> None:
        """Two of three pure equilibria have the follower's first action in common, and count so."""
        payoffs = np.array([np.zeros((3, 2)), [[1, 0], [1, 0], [0, 1]]])
        form = NormalForm(payoffs)
        game, (leader, follower) = from_normal_form(form), form.players
        first = {leader: form.actions[0][0]}
        event = {**first, follower: form.actions[1][0]}
        problem = MatrixProblem(
            form, desirable="1,1", selection=selection, credibility=1.0, observability=0.25
        )
        settings = {"selection": selection, "ties": "uniform"}
        settings["policies"] = "pure" if selection == "pure" else "mixed"
        after = [
            causal_effect(game, done, event, **settings).p_after
            for done in (do(game, first), commit(game, first, seen_by=()))
        ]
        before = 2 / 3 if selection == "pure" else 4 / 7
        assert after == pytest.approx([before, before])
        seen = causal_effect(game, commit(game, first, observability=0.25), event, **settings)
        assert seen.p_after == pytest.approx(0.25 + 0.75 * before)
        assert problem.solver.p([0])[0] == pytest.approx(seen.p_after)

    def test_one_sees_and_one_does_not(self) -> None:
        game = JUDGE.build()
        done = commit(game, {"judge": "competitive"}, unseen={("judge", "one")})
        # One, who still wants to match, and two, who now wants to beat it, chase each other.
        assert isinstance(interventional_outcomes(game, done, JUDGE.relations, "pure"), Undefined)
        after = answers(game, done, JUDGE.relations, "mixed")
        assert after.probabilities(Y) == pytest.approx([1 / 3])

    def test_cutting_unknown_edges(self) -> None:
        with pytest.raises(UnknownName, match="mechanism"):
            commit(HOUSEHOLD, {"robot": "Help"}, unseen={("human", "robot")})
        with pytest.raises(InvalidArgument, match="expected one of them"):
            commit(HOUSEHOLD, {"robot": "Help"}, unseen={("robot", "human")}, seen_by=())


def test_a_rule_with_a_context_of_its_own() -> None:
    """Pa*: the robot helps as likely as the human does its part, and follows it therefore."""
    copy = Reactive(("human",), lambda human: human)
    after = answers(HOUSEHOLD, commit(HOUSEHOLD, {"robot": copy}))
    assert {p.rules["robot"][1] for p in after.profiles} == {0, 1}
    assert all((p.rules["robot"] == p.rules["human"]).all() for p in after.profiles)


def test_banana_needs_the_least_incentive() -> None:
    found = example("banana")
    game = found.build()
    least = least_incentive()
    for chance, expected in ((least - 0.01, 0.0), (least + 0.01, 1.0)):
        after = answers(game, commit(game, {"says": promise(chance)}), found.relations)
        assert after.range(Y) == (expected, expected)
    at = answers(game, commit(game, {"says": promise(least)}), found.relations)
    assert at.range(Y) == (0, 1)


def test_bargaining_commitments() -> None:
    game = example("bargaining").build()
    for price in (41, 46, 60):
        assert answers(game, commit(game, {"buyer": price})).range(Y) == (1, 1)
    assert answers(game, commit(game, {"buyer": 40})).range(Y) == (0, 1)


@settings(max_examples=40)
@given(st.integers(0, 10_000))
def test_an_empty_intervention_has_no_effect(seed: int) -> None:
    game = random_game(seed)
    before = interventional_outcomes(game)
    after = interventional_outcomes(game, Intervention())
    for row in effects(before, after, Y, ["pure", "extreme"], ["uniform"]):
        if not isinstance(row.p_before, Undefined):
            assert row.delta_ce == 0


@settings(max_examples=40)
@given(st.integers(0, 10_000))
def test_committing_to_what_one_plays_keeps_the_outcome_rational(seed: int) -> None:
    """The trivial part of the proof of Prop. 4.1."""
    game = random_game(seed, n_decisions=2)
    before = interventional_outcomes(game)
    if isinstance(before, Undefined):
        return
    profile = before.profiles[0]
    done = commit(game, {"D0": profile.rules["D0"]})
    assert key(game, profile) in {key(game, p) for p in answers(game, done).profiles}


def leader_and_follower(seed: int) -> tuple[StrategicForm, np.ndarray]:
    game = random_game(seed, n_decisions=2, values=7)
    form = problem_of(game, AGENT_WISE, "mixed").form("agent")
    assert isinstance(form, StrategicForm)
    return form, form.table(Y)


@settings(max_examples=40)
@given(st.integers(0, 10_000))
def test_some_mixed_commitment_is_at_least_as_good_as_any_equilibrium(seed: int) -> None:
    """Prop. 4.1, where it holds: mixed commitments, optimistic ties."""
    form, objective = leader_and_follower(seed)
    best = mixed_commitment(form.normal_form, 0, objective)
    assert not isinstance(best, Undefined)
    outcomes = answers(form.game, None, AGENT_WISE, "mixed")
    for value in outcomes.probabilities(Y):
        assert best.value >= value - 1e-9


def test_pure_commitments_may_be_worse_than_an_equilibrium() -> None:
    """Prop. 4.1 fails without mixing: in matching pennies the follower avoids every match."""
    game = example("matching_pennies").build()
    form = problem_of(game, AGENT_WISE, "mixed").form("agent")
    assert isinstance(form, StrategicForm)
    match = form.table({"one": "heads", "two": "heads"}) + form.table(
        {"one": "tails", "two": "tails"}
    )
    pure = pure_commitment(form.normal_form, 0, match)
    mixed = mixed_commitment(form.normal_form, 0, match)
    assert not isinstance(pure, Undefined)
    assert not isinstance(mixed, Undefined)
    assert pure.value == 0
    (equilibrium,) = answers(game, None, AGENT_WISE, "mixed").profiles
    assert form.normal_form.expected(match, [equilibrium.rules[d] for d in ("one", "two")]) == 0.5
    assert mixed.value == pytest.approx(0.5)


def test_uniform_ties_leave_no_best_commitment() -> None:
    """Prop. 4.1 fails without semicontinuity: nothing between 1/2 and 1 is attained at 1/2."""
    near = [
        effect({"Cook": p, "Help": 1 - p}, "extreme").p_after for p in (0.49, 0.499, 0.4999, 0.5)
    ]
    assert near[:3] == pytest.approx([0.51, 0.501, 0.5001])
    assert near[3] == pytest.approx(0.25)


def test_a_sample_selects_nothing() -> None:
    game = example("bargaining").build()
    sample = answers(game, max_equilibria=5)
    for row in effects(sample, sample, Y, ["pure", "extreme"]):
        assert isinstance(row.p_before, Undefined)
        assert isinstance(row.p_after, Undefined)
        assert "sample" in row.p_before.message


def test_post_policy_on_a_chance_variable() -> None:
    game = example("umbrella").build()
    after = answers(game, do(game, {"F": "rain"}))
    assert after.probabilities({"UM": "take"}) == pytest.approx([1])


def test_bad_interventions() -> None:
    with pytest.raises(UnknownName, match=r"action of robot 'Hepl'.*Help"):
        commit(HOUSEHOLD, {"robot": "Hepl"})
    with pytest.raises(InvalidArgument, match=r"rule of robot.*sum to 0.5"):
        commit(HOUSEHOLD, {"robot": {"Help": 0.5}})
    with pytest.raises(UnknownName, match="decision 'Y'"):
        commit(HOUSEHOLD, {"Y": 1})
    with pytest.raises(InvalidArgument, match="U_human"):
        do(HOUSEHOLD, {"U_human": 1})
    with pytest.raises(InvalidArgument, match="robot is a decision"):
        set_parameters(HOUSEHOLD, {"robot": [1, 0]})
    with pytest.raises(InvalidArgument, match="two interventions on robot"):
        commit(HOUSEHOLD, {"robot": "Help"}) & commit(HOUSEHOLD, {"robot": "Cook"})
    with pytest.raises(UnknownName, match="selection"):
        effect("Help", "best")
    with pytest.raises(UnknownName, match="tie rule"):
        effect("Help", "pure", "kind")
    assert SELECTIONS == ("pure", "extreme", "logit", "dynamics")


def test_a_branch_with_ties_is_pure_only_if_nothing_else_randomizes() -> None:
    # B is indifferent and the committed A tosses a coin: nothing pure is left in the class.
    game = (
        GameBuilder("ties")
        .decision("A", agent="one", actions=(0, 1))
        .decision("B", agent="two", actions=(0, 1))
        .utility("U1", agent="one", parents=("A",), payoff=[0, 1])
        .utility("U2", agent="two", parents=("B",), payoff=[0, 0])
        .build()
    )
    for likely, defined in ((1.0, True), (0.5, False)):
        done = commit(game, {"A": {0: likely, 1: 1 - likely}})
        after = interventional_outcomes(game, done, policies="mixed")
        found = outcome_probability(after, {"A": 0}, "pure")
        assert isinstance(found, Undefined) != defined
        # Over pure policies the committed rule is given, and what is chosen is pure.
        after = interventional_outcomes(game, done, policies="pure")
        assert outcome_probability(after, {"A": 0}, "pure") == likely
