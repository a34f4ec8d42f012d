"""Exact answers where they are composed: known answers, and 200 random games by brute force."""

import numpy as np
import pytest

from scg_envs.causal import (
    CausalGame,
    GameBuilder,
    RationalOutcomes,
    Reason,
    RiskAverse,
    Undefined,
    commit,
    counterfactual_range,
    do,
    interventional_outcomes,
    rational_outcomes,
    set_parameters,
)
from scg_envs.causal.effect import effects
from scg_envs.causal.examples import example
from scg_envs.causal.outcomes import PolicyClass
from scg_envs.causal.rationality import AGENT_WISE, Relation

from .composition import check

GAMES, CHUNK = 200, 25


@pytest.mark.parametrize("first", range(0, GAMES, CHUNK))
def test_random_games(first: int) -> None:
    compared = [check(seed) for seed in range(first, first + CHUNK)]
    for kind in ("seen", "nothing", "counterfactual", "best"):
        assert sum(counts[kind] for counts in compared) >= CHUNK // 2


def wichardt_and_a_coin() -> CausalGame:
    paid = {(0, 0, 0): 1, (0, 0, 1): -1, (1, 1, 0): -1, (1, 1, 1): 1}

    def one(a: int, b: int, d: int) -> int:
        return paid.get((a, b, d), -5)

    return (
        GameBuilder("wichardt and a coin")
        .chance("X", (0, 1), cpd=[0.5, 0.5])
        .decision("A", agent="one", actions=(0, 1))
        .decision("B", agent="one", actions=(0, 1))
        .decision("D", agent="two", actions=(0, 1))
        .utility("U1", agent="one", parents=("A", "B", "D"), payoff=one)
        .utility("U2", agent="two", parents=("A", "B", "D"), payoff=lambda *v: -one(*v))
        .build()
    )


class TestCounterfactuals:
    def test_what_was_drawn_before_play_stays_drawn(self) -> None:
        game = wichardt_and_a_coin()
        done = do(game, {"X": 1})
        assert counterfactual_range(game, {"A": 0}, done, {"A": 0}, policies="mixed") == (1, 1)
        # B was drawn with A.
        assert counterfactual_range(game, {"A": 0}, done, {"B": 0}, policies="mixed") == (1, 1)

    def test_rounding_is_no_change(self) -> None:
        # One mixed equilibrium with thirds in it; what changes matters to nobody.
        table = np.array([[0, -1, 2], [1, 0, -1], [-1, 3, 0]])
        game = (
            GameBuilder("rps and a coin")
            .chance("X", (0, 1), cpd=[0.5, 0.5])
            .decision("A", agent="one", actions=(0, 1, 2))
            .decision("B", agent="two", actions=(0, 1, 2))
            .utility("U1", agent="one", parents=("A", "B"), payoff=table)
            .utility("U2", agent="two", parents=("A", "B"), payoff=-table)
            .build()
        )
        changed = set_parameters(game, {"X": [0.25, 0.75]})
        assert counterfactual_range(game, {"A": 1}, changed, {"A": 1}, policies="mixed") == (1, 1)

    def test_invariance_is_the_relations(self) -> None:
        # The variance of the coin's payoff matters to a risk-averse player, to no other.
        game = (
            GameBuilder("risk")
            .chance("X", (0, 1), cpd=[0.5, 0.5])
            .decision("D", agent="a", actions=("safe", "risky"))
            .utility("U", agent="a", parents=("D", "X"), payoff=[[2, 2], [0, 5]])
            .build()
        )
        surely = set_parameters(game, {"X": [0.0, 1.0]})
        seen, asked = {"D": "safe"}, {"D": "risky"}
        assert counterfactual_range(game, seen, surely, asked, RiskAverse(1.0)) == (1, 1)

    def test_who_decides_nothing_may_own_a_utility(self) -> None:
        game = (
            GameBuilder("onlooker")
            .decision("A", agent="one", actions=(0, 1))
            .decision("B", agent="two", actions=(0, 1))
            .utility("U1", agent="one", parents=("A",), payoff=[0, 1])
            .utility("U2", agent="two", parents=("A", "B"), payoff=np.eye(2))
            .utility("U3", agent="onlooker", parents=("B",), payoff=[0, 1])
            .build()
        )
        found = counterfactual_range(game, {"B": 1}, commit(game, {"A": 0}), {"B": 0})
        assert found == (1, 1)

    def test_what_an_agent_keeps_stays_drawn(self) -> None:
        # One mixes in B, against two; A is another matter, and what is committed.
        game = (
            GameBuilder("two matters")
            .decision("A", agent="one", actions=(0, 1))
            .decision("B", agent="one", actions=(0, 1))
            .decision("D", agent="two", actions=(0, 1))
            .utility("U0", agent="one", parents=("A",), payoff=[0, 1])
            .utility("U1", agent="one", parents=("B", "D"), payoff=np.eye(2))
            .utility("U2", agent="two", parents=("B", "D"), payoff=1 - np.eye(2))
            .build()
        )
        for how in ({}, {"seen_by": ()}):
            done = commit(game, {"A": 0}, **how)  # type: ignore[arg-type]
            assert counterfactual_range(game, {"B": 1}, done, {"B": 1}, policies="mixed") == (1, 1)
            assert counterfactual_range(game, {"A": 1}, done, {"A": 0}, policies="mixed") == (1, 1)

    def test_whom_nobody_tells_plays_as_before(self) -> None:
        # Two equilibria; who sees nothing stays in the one that was played.
        game = (
            GameBuilder("sides")
            .decision("A", agent="one", actions=(0, 1))
            .decision("B", agent="two", actions=(0, 1))
            .utility("U1", agent="one", parents=("A", "B"), payoff=np.eye(2))
            .utility("U2", agent="two", parents=("A", "B"), payoff=np.eye(2))
            .build()
        )
        for how in ({"observability": 0.0}, {"seen_by": ()}):
            done = commit(game, {"A": 0}, **how)  # type: ignore[arg-type]
            assert counterfactual_range(game, {"A": 1}, done, {"B": 1}) == (1, 1)
        for how in ({"observability": 0.5}, {"credibility": 0.5}):
            unsure = commit(game, {"A": 0}, **how)  # type: ignore[arg-type]
            found = counterfactual_range(game, {"A": 1}, unsure, {"B": 1})
            assert isinstance(found, Undefined)
            assert found.reason is Reason.UNSOLVED

    def test_entangled_infinities_are_undefined(self) -> None:
        game = (
            GameBuilder("indifferent")
            .decision("A", agent="one", actions=(0, 1))
            .decision("B", agent="two", actions=(0, 1))
            .decision("C", agent="three", actions=(0, 1))
            .utility("U1", agent="one", parents=("A",), payoff=[0, 0])
            .utility("U2", agent="two", parents=("B", "C"), payoff=[[1, 0], [0, 1]])
            .utility("U3", agent="three", parents=("C",), payoff=[0, 1])
            .build()
        )
        committed = commit(game, {"C": 0})
        found = counterfactual_range(game, {"A": 0}, committed, {"B": 0}, policies="mixed")
        assert isinstance(found, Undefined)


class TestSeers:
    def test_a_seer_answers_in_the_context_it_finds_itself_in(self) -> None:
        both = ("D1", "D2")
        game = (
            GameBuilder("taxi and a bystander")
            .decision("D1", agent="first", actions=("e", "c"))
            .decision("D2", agent="second", actions=("e", "c"), parents=("D1",))
            .decision("D3", agent="bystander", actions=(0, 1))
            .utility("U1", agent="first", parents=both, payoff=[[2, 5], [3, 1]])
            .utility("U2", agent="second", parents=both, payoff=[[2, 3], [5, 1]])
            .utility("U3", agent="bystander", parents=("D1", "D3"), payoff=[[1, 0], [0, 1]])
            .build()
        )
        for place, other, paid in (("e", "c", 3), ("c", "e", 5)):
            committed = commit(game, {"D1": place}, unseen={("D1", "D3")})
            after = interventional_outcomes(game, committed)
            assert isinstance(after, RationalOutcomes)
            assert after.range({"D2": other}) == (1, 1)
            assert {outcome["second"] for outcome in after.payoffs} == {paid}

    @pytest.mark.parametrize("relation", [AGENT_WISE, RiskAverse(0.5)])
    def test_the_blind_are_judged_by_what_they_believe(self, relation: Relation) -> None:
        # The third matches the first, or else the second; it takes the first to be at 1 as before.
        game = (
            GameBuilder("believing")
            .decision("A", agent="one", actions=(0, 1))
            .decision("B", agent="two", actions=(0, 1))
            .decision("C", agent="three", actions=(0, 1))
            .utility("U1", agent="one", parents=("A",), payoff=[0, 1])
            .utility("U2", agent="two", parents=("A", "B"), payoff=np.eye(2))
            .utility(
                "U3",
                agent="three",
                parents=("A", "B", "C"),
                payoff=lambda a, b, c: 2 * (c == a) + (c == b),
            )
            .build()
        )
        hidden = commit(game, {"A": 0}, unseen={("A", "C")})
        after = interventional_outcomes(game, hidden, relation)
        assert isinstance(after, RationalOutcomes)
        assert after.range({"B": 0, "C": 1}) == (1, 1)

    @pytest.mark.parametrize("policies", ["mixed", "behavioral"])
    def test_infinitely_many_outcomes_before(self, policies: PolicyClass) -> None:
        # B is blind and indifferent. C, who sees the commitment, answers to A alone, or to B too:
        # then outcomes between the extreme ones bear on its answer.
        def play(matched: tuple[str, ...]) -> RationalOutcomes:
            game = (
                GameBuilder("blind")
                .decision("A", agent="one", actions=(0, 1))
                .decision("B", agent="two", actions=(0, 1))
                .decision("C", agent="three", actions=(0, 1))
                .utility("U1", agent="one", parents=("A",), payoff=[0, 1])
                .utility("U2", agent="two", parents=("B",), payoff=[0, 0])
                .utility(
                    "U3",
                    agent="three",
                    parents=(*matched, "C"),
                    payoff=lambda *values: sum(values[-1] == v for v in values[:-1]),
                )
                .build()
            )
            done = commit(game, {"A": 0}, seen_by=("C",))
            after = interventional_outcomes(game, done, policies=policies)
            assert isinstance(after, RationalOutcomes)
            return after

        alone, both = play(("A",)), play(("A", "B"))
        assert alone.kind == "extreme"
        assert alone.range({"B": 0}) == (0, 1)
        assert alone.range({"C": 0}) == (1, 1)
        assert both.kind == "sample"
        assert isinstance(both.range({"C": 0}), Undefined)

    def test_what_varies_and_enters_nothing_leaves_all(self) -> None:
        # The committed agent is indifferent before, and everybody sees what it does afterwards.
        game = (
            GameBuilder("indifferent leader")
            .decision("A", agent="one", actions=(0, 1))
            .decision("B", agent="two", actions=(0, 1))
            .decision("C", agent="three", actions=(0, 1))
            .utility("U1", agent="one", parents=("A",), payoff=[0, 0])
            .utility("U2", agent="two", parents=("A", "B"), payoff=np.eye(2))
            .utility("U3", agent="three", parents=("C",), payoff=[0, 1])
            .build()
        )
        done = commit(game, {"A": 0}, seen_by=("B",))
        after = interventional_outcomes(game, done, policies="mixed")
        assert isinstance(after, RationalOutcomes)
        assert (after.kind, after.size) == ("all", 1)


class TestBehavioralBounds:
    def test_curved_sets_are_no_hull(self) -> None:
        # One is indifferent; D is where 1 + a + b - 4ab = 0, a curve in the square of (a, b).
        game = (
            GameBuilder("curved")
            .decision("A", agent="one", actions=(0, 1))
            .decision("B", agent="one", actions=(0, 1))
            .decision("D", agent="two", actions=(0, 1))
            .utility("U1", agent="one", parents=("A", "B", "D"), payoff=np.zeros((2, 2, 2)))
            .utility(
                "U2",
                agent="two",
                parents=("A", "B", "D"),
                payoff=lambda a, b, d: d * (1 + a + b - 4 * a * b),
            )
            .build()
        )
        found = rational_outcomes(game, policies="behavioral")
        assert isinstance(found, RationalOutcomes)
        assert found.kind == "sample"
        assert isinstance(found.range({"A": 1, "B": 1, "D": 1}), Undefined)

    def test_two_and_no_more(self) -> None:
        game = example("wichardt").build()
        after = interventional_outcomes(
            game, commit(game, {"D": {0: 0.5, 1: 0.5}}), policies="behavioral"
        )
        assert isinstance(after, RationalOutcomes)
        assert (after.kind, after.size) == ("all", 2)
        played = {tuple(int(p.rules[d].argmax()) for d in "AB") for p in after.profiles}
        assert played == {(0, 0), (1, 1)}

    def test_what_makes_no_difference_is_mixed(self) -> None:
        game = (
            GameBuilder("free")
            .decision("A", agent="one", actions=(0, 1))
            .decision("B", agent="one", actions=(0, 1))
            .utility("U1", agent="one", parents=("A",), payoff=[0, 1])
            .build()
        )
        found = rational_outcomes(game, policies="behavioral")
        assert isinstance(found, RationalOutcomes)
        assert found.kind == "extreme"
        assert found.range({"A": 1, "B": 1}) == (0, 1)


def test_no_effect_under_an_undefined_selection() -> None:
    judge = example("rps_judge")
    game = judge.build()
    before = interventional_outcomes(game, None, judge.relations, "mixed")
    done = commit(game, {"judge": "competitive"})
    after = interventional_outcomes(game, done, judge.relations, "mixed")
    for row in effects(before, after, judge.desirable, ("pure",)):
        assert isinstance(row.p_after, Undefined)
        assert isinstance(row.delta_ce, Undefined)


@pytest.mark.parametrize("policies", ["mixed", "behavioral"])
def test_what_a_fine_makes_unlikely_is_not_never(policies: str) -> None:
    fine = -(10**9)
    game = (
        GameBuilder("fines")
        .decision("A", agent="one", actions=(0, 1))
        .decision("B", agent="two", actions=(0, 1, 2))
        .utility("U1", agent="one", parents=("A", "B"), payoff=[[fine, 0, 2], [1, 0, 1]])
        .utility("U2", agent="two", parents=("A", "B"), payoff=[[0, 0, 1], [1, 0, fine]])
        .build()
    )
    found = rational_outcomes(game, policies=policies)  # type: ignore[arg-type]
    assert isinstance(found, RationalOutcomes)
    assert (found.kind, found.size) == ("all", 3)
