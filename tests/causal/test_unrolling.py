"""A causal game as a tree has the same plays, payoffs and equilibria."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.causal import GameBuilder, payoffs, random_game, to_extensive_form
from scg_envs.causal.examples import EXAMPLES, example
from scg_envs.causal.exchange import format_efg, parse_efg
from scg_envs.causal.normal_form import equilibria
from scg_envs.causal.unrolling import fraction
from scg_envs.core.errors import InvalidArgument

from .games import brute_force, key, pure_profiles


@settings(max_examples=40)
@given(st.integers(0, 100_000), st.integers(1, 3))
def test_the_same_equilibria(seed: int, agents: int) -> None:
    game = random_game(seed, agents=agents, max_parents=1)
    tree = to_extensive_form(game)
    form = tree.normal_form()
    paid = {key(game, p): payoffs(game, p) for p in pure_profiles(game)}

    def rounded(values: object) -> tuple[float, ...]:
        return tuple(round(float(v), 9) for v in values)  # type: ignore[attr-defined]

    expected = {rounded(paid[k].values()) for k in brute_force(game, "agent")}
    assert {rounded(e.payoffs) for e in equilibria(form, "pure")} == expected
    again = parse_efg(format_efg(tree))
    assert (again.normal_form().payoffs == form.payoffs).all()
    assert again.normal_form().actions == form.actions


@pytest.mark.parametrize("name", [n for n in EXAMPLES if not n.startswith("barrier")])
def test_every_example_is_written_and_read(name: str) -> None:
    game = example(name).build()
    tree = parse_efg(format_efg(to_extensive_form(game)))
    assert tree.players == game.agents
    contexts = {d: game.n_contexts(d) for d in game.decisions()}
    for i, agent in enumerate(game.agents):
        sets = tree.information_sets(i)
        assert len(sets) <= sum(contexts[d] for d in game.decisions(agent))
        assert {s.label.split(" | ")[0] for s in sets} == set(game.decisions(agent))


def test_the_second_taxi_sees_the_first() -> None:
    tree = to_extensive_form(example("taxi").build())
    assert [s.label for s in tree.information_sets(1)] == ["D2 | D1=e", "D2 | D1=c"]
    # What nobody cares about and what can't happen is left out.
    game = (
        GameBuilder("sure")
        .chance("X", (0, 1), cpd=[0, 1])
        .decision("D", agent="a", actions=(0, 1), parents=("X",))
        .chance("Y", (0, 1), parents=("D",), cpd=[[1, 0], [0, 1]])
        .utility("U", agent="a", parents=("D",), payoff=[1 / 3, 0.1])
        .build()
    )
    tree = to_extensive_form(game)
    (only,) = tree.information_sets(0)
    assert only.label == "D | X=1"
    assert [n.outcome.payoffs for n in tree.nodes() if n.outcome] == [
        (Fraction(1, 3),),
        (Fraction(1, 10),),
    ]


def test_fractions() -> None:
    assert fraction(1 / 3) == Fraction(1, 3)
    assert fraction(0.1) == Fraction(1, 10)
    assert float(fraction(2**0.5)) == 2**0.5
    assert fraction(1e-12) == Fraction(1, 10**12)


def test_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    game = (
        GameBuilder("alike")
        .decision("D", agent="a", actions=(1, "1"))
        .utility("U", agent="a", parents=("D",), payoff=[0, 1])
        .build()
    )
    with pytest.raises(InvalidArgument, match="two values of D read alike"):
        to_extensive_form(game)
    monkeypatch.setattr("scg_envs.causal.unrolling.MAX_NODES", 5)
    with pytest.raises(InvalidArgument, match="taxi has more than 5 nodes"):
        to_extensive_form(example("taxi").build())
