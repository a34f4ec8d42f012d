"""Why something is undefined is data, and what is unknown is never taken for nothing."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scg_envs.causal import CausalGame, GameBuilder, RationalOutcomes, Reason, Undefined
from scg_envs.causal import rational_outcomes as solve
from scg_envs.causal.carried import union
from scg_envs.causal.commitments import best_commitments
from scg_envs.causal.conversion import from_extensive_form
from scg_envs.causal.normal_form import NormalForm, equilibria, pure_commitment, select
from scg_envs.causal.problem import problem_of
from scg_envs.causal.queries import conditional_probability
from scg_envs.causal.rationality import AGENT_WISE, Logit
from scg_envs.causal.report import analyze
from scg_envs.causal.selten import SELTEN_PERFECT
from scg_envs.causal.subgame_perfect import SUBGAME_PERFECT

from .trees import random_tree

PENNIES = np.array([[1, 0], [0, 1]])


def pennies(contexts: int = 1) -> CausalGame:
    """Matching pennies; the second player sees a coin with so many sides."""
    sides = tuple(range(contexts))
    return (
        GameBuilder("pennies")
        .chance("X", sides, cpd=np.full(contexts, 1 / contexts))
        .decision("A", agent="one", actions=(0, 1), parents=("X",))
        .decision("B", agent="two", actions=(0, 1), parents=("X",))
        .utility("U1", agent="one", parents=("A", "B"), payoff=PENNIES)
        .utility("U2", agent="two", parents=("A", "B"), payoff=1 - PENNIES)
        .build()
    )


def reason(quantity: object) -> Reason:
    assert isinstance(quantity, Undefined)
    return quantity.reason


def test_reasons() -> None:
    one, many = pennies(), pennies(40)
    assert reason(solve(one)) is Reason.NONE_EXISTS
    assert reason(solve(one, SUBGAME_PERFECT)) is Reason.NONE_EXISTS
    assert reason(solve(many)) is Reason.TOO_LARGE
    mixed = solve(one, policies="mixed")
    assert isinstance(mixed, RationalOutcomes)
    impossible = conditional_probability(one, mixed.profiles[0], {"A": 0}, {"A": 0, "X": 0})
    assert not isinstance(impossible, Undefined)
    relation = {"A": Logit(1.0), "B": AGENT_WISE}
    assert reason(solve(one, relation, "mixed")) is Reason.UNSOLVED
    game = NormalForm(np.stack([PENNIES, 1 - PENNIES]))
    assert reason(select(equilibria(game, "pure"), game, "pure", "pure")) is Reason.NONE_EXISTS
    assert reason(select(equilibria(game), game, "logit", "pure")) is Reason.UNSELECTED
    wide = NormalForm(np.random.default_rng(0).random((2, 120, 120)))
    assert reason(select(equilibria(wide, "pure"), wide, "logit")) is Reason.TOO_LARGE


@pytest.mark.parametrize(("contexts", "kind"), [(1, "all"), (40, "sample")])
def test_a_report_says_whether_it_is_proven(contexts: int, kind: str) -> None:
    game = pennies(contexts)
    made = analyze(game, AGENT_WISE, "agent-wise", "pure", {"A": 0}, None, "one", 100).to_json()
    assert made["before"]["equilibria"] == []
    assert made["before"]["kind"] == kind
    assert made["before"]["undefined"]


def test_an_unknown_part_is_not_an_empty_one() -> None:
    game = (
        GameBuilder("two")
        .decision("A", agent="one", actions=(0, 1))
        .utility("U1", agent="one", parents=("A",), payoff=[0, 0])
        .build()
    )
    before = solve(game)
    assert isinstance(before, RationalOutcomes)
    problem = problem_of(game, AGENT_WISE, "pure")
    nothing: frozenset[str] = frozenset()

    def joined(*parts: RationalOutcomes | Undefined) -> RationalOutcomes | Undefined:
        return union(problem, before, parts, nothing, nothing, nothing)

    known = replace(before, branches=before.branches[:1])
    none, large = Undefined(Reason.NONE_EXISTS, "none"), Undefined(Reason.TOO_LARGE, "large")
    whole, partly = joined(known, none), joined(known, large)
    assert isinstance(whole, RationalOutcomes)
    assert isinstance(partly, RationalOutcomes)
    assert (whole.kind, partly.kind) == ("all", "sample")
    assert isinstance(partly.range({"A": 0}), Undefined)
    assert reason(joined(none, large)) is Reason.TOO_LARGE
    assert reason(joined(none, none)) is Reason.NONE_EXISTS


def test_a_commitment_whose_answers_are_unknown_is_not_passed_over() -> None:
    # After one action the followers have more equilibria than are listed, after the other one.
    payoffs = np.zeros((3, 2, 3, 3))
    payoffs[1:, 1, 0, 0] = 1
    payoffs[1:, 1, 1:, 1:] = -1
    game = NormalForm(payoffs)
    found = pure_commitment(game, 0, payoffs[0], policies="mixed", max_equilibria=3)
    assert reason(found) is Reason.SAMPLED
    followers = np.stack([PENNIES, 1 - PENNIES])[:, None].repeat(2, axis=1)
    after_all = NormalForm(np.stack([np.zeros((2, 2, 2)), *followers]))
    uniform = pure_commitment(after_all, 0, ties="uniform", policies="pure", selection="logit")
    assert reason(uniform) is Reason.UNSELECTED


def test_tried_commitments_are_not_passed_over() -> None:
    game = pennies(40)
    best = best_commitments(game, SUBGAME_PERFECT, "pure", {"A": 0}, "one")
    assert reason(best["pure"]) is Reason.TOO_LARGE
    assert reason(best["mixed"]) is Reason.UNSOLVED


def test_selten_says_why() -> None:
    seen = set()
    for seed in range(40):
        outcomes = solve(
            from_extensive_form(random_tree(seed, payoffs=50, zero_sum=True)), SELTEN_PERFECT
        )
        if isinstance(outcomes, Undefined):
            seen.add(outcomes.reason)
    assert seen == {Reason.NONE_EXISTS}


@given(st.lists(st.sampled_from(Reason), min_size=1, max_size=6))
def test_that_one_may_exist_outweighs_that_none_does(reasons: list[Reason]) -> None:
    kept: Undefined | None = None
    for number, reason in enumerate(reasons):
        kept = Undefined(reason, str(number)).outweighing(kept)
    assert kept is not None
    left_open = [n for n, reason in enumerate(reasons) if reason is not Reason.NONE_EXISTS]
    expected = left_open[0] if left_open else len(reasons) - 1
    assert kept.message == str(expected)
    assert kept.proven == (not left_open)
