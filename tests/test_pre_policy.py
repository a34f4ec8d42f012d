"""Pre-policy spaces: points, labels, what is typed and what is shown fit together, everywhere."""

import json
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.core.errors import InvalidArgument, InvalidCommitment, ScgError
from scg_envs.core.pre_policy import (
    Constant,
    Finite,
    PrePolicySpace,
    typed,
)
from scg_envs.core.registry import GAMES, find_game
from scg_envs.games.bargaining.prices import KINDS as PRICES
from scg_envs.games.matrix.pre_policies import KINDS as RULES
from scg_envs.games.ultimatum.principles import KINDS as PRINCIPLES

from .registered import ruled

_KINDS = {
    "bargaining": PRICES,
    "ultimatum": PRINCIPLES,
    "barrier": (None,),
    **{name: one.kinds if len(one.kinds) > 1 else (None,) for name, one in ruled().items()},
}


def every_space():
    """(game, kind) of every game in the registry and everything that can be committed to there."""
    return [
        pytest.param(game.name, kind, id=f"{game.name}-{kind}")
        for game in GAMES
        for kind in _KINDS.get(game.name, tuple(RULES))
    ]


@lru_cache
def space_of(name, kind):
    repeated = {"rounds": 3} if kind in ("memory-one", "finite-state") else {}
    options = {} if kind is None else {"pre_policy": kind}
    try:
        return find_game(name).make_problem(**options, **repeated).pre_policies
    except InvalidArgument as error:
        if kind == "finite-state" and "two players with two actions" in str(error):
            pytest.skip("finite-state rules are for two players with two actions each")
        raise


def points_of(space, seed):
    rng = np.random.default_rng(seed)
    drawn = [*space.sample(12, rng), *space.spread(12, rng), space.unbound(rng)]
    return [*range(space.size), *drawn] if isinstance(space, Finite) else drawn


def same(one, other):
    return np.allclose(one, other, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("name", "kind"), every_space())
def test_points_labels_and_text_say_the_same(name, kind):
    space = space_of(name, kind)
    null = space.show(None)
    assert space.shown_space.contains(null)
    for point in points_of(space, 0):
        assert space.space.contains(point)
        label = space.label(point)
        kept = json.loads(json.dumps(label))
        for again in (space.point(label), space.point(kept), space.parse(typed(label))):
            assert same(again, point)
            assert space.space.contains(again)
        assert space.describe(point) == space.describe(space.point(kept))
        shown = space.show(point)
        assert space.shown_space.contains(shown)
        assert not np.array_equal(shown, null)
        assert shown is not space.show(point) or isinstance(shown, np.generic)
        options, policy = space.bind(point)
        assert isinstance(options, dict)
        assert callable(policy.act)


@pytest.mark.parametrize(("name", "kind"), every_space())
def test_mistakes_are_said_in_a_line(name, kind):
    space = space_of(name, kind)
    wrong = ["nothing at all", 10**9, -1, 0.123456, None, [], {}, [None], ()]
    calls = [space.point, space.label, space.bind, space.describe]
    calls += [] if isinstance(space, Finite) else [space.show]
    texts = ["nothing at all", "1_0", "", "(", "1e999", "0.3;0.7"]
    mistakes = [(call, value) for call in calls for value in wrong]
    for call, value in [*mistakes, *((space.parse, text) for text in texts)]:
        if call == space.show and value is None:  # the null token
            continue
        with pytest.raises(ScgError) as said:
            call(value)
        assert len(str(said.value).splitlines()) == 1
        assert "expected" in str(said.value) or "choose one of" in str(said.value)


_JSON = st.one_of(
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.lists(st.integers(0, 20), max_size=3),
)


@given(st.lists(_JSON, min_size=1, max_size=12, unique_by=typed), st.integers(0, 10**6))
@settings(max_examples=150)
def test_any_labels_make_a_space(labels, seed):
    space = Finite(labels, lambda label: ({"label": label}, Constant(label)), committed="one")
    assert space.size == len(labels)
    for number, label in enumerate(labels):
        assert space.label(number) == label
        assert space.point(label) == space.point(json.loads(json.dumps(label))) == number
        if typed(label) == typed(label).strip():  # what is typed is stripped
            assert space.parse(typed(label)) == number
        options, policy = space.bind(number)
        assert options == {"label": label}
        assert policy.act(None) == label
    drawn = space.spread(3 * len(labels) + 1, np.random.default_rng(seed))
    counts = np.bincount(drawn, minlength=space.size)
    assert set(counts) <= {3, 4} or space.size == 1
    assert counts.sum() == 3 * len(labels) + 1


def test_a_space_is_made_from_what_its_labels_stand_for():
    sides = Finite(["left", "right"], lambda side: ({}, Constant(side)), committed="row")
    assert sides.bind(1)[1].act(None) == "right"
    assert sides.describe(0) == "commits to left"
    with pytest.raises(InvalidCommitment, match=r"row's pre-policy is 'rihgt'; .*mean 'right'"):
        sides.parse("rihgt")
    with pytest.raises(InvalidCommitment, match=r"the number of a pre-policy.*0: left, 1: right"):
        sides.label(2)
    loud = Finite([1, 2.5], lambda _: ({}, Constant(0)), lambda label: f"shouts {label}")
    assert loud.describe(1) == "shouts 2.5"
    assert loud.point("2.50") == loud.point(2.5) == loud.parse(" 2.5 ") == 1
    with pytest.raises(InvalidCommitment, match=r"Did you mean '2.5'"):
        loud.parse("2.1")
    with pytest.raises(InvalidCommitment, match=r"one of \(0,1\); \(2,3\)\."):
        Finite([(0, 1), (2, 3)]).point([4, 5, 6])
    with pytest.raises(InvalidArgument, match="both called '1'"):
        Finite([1, 1.0])
    with pytest.raises(InvalidCommitment, match=r"one of 0, 1, 2 \.\.\. 99\."):
        Finite(100).point("x")


class Old(Finite):
    """Somebody else's space, which says everything by itself."""

    def __init__(self):
        super().__init__(2)

    def bind(self, point):
        return {}, Constant(point)

    def describe(self, point):
        return f"plays {point}"

    def label(self, point):
        return "ab"[point]

    def point(self, label):
        return "ab".index(label)

    def parse(self, text):
        return self.point(text)


def test_spaces_of_others_go_on_as_they_were():
    space = Old()
    assert isinstance(space, PrePolicySpace)
    assert isinstance(space, Finite)
    assert [space.point(space.label(k)) for k in range(2)] == [0, 1]
    assert space.show(None) == 2
    assert space.unbound(np.random.default_rng(0)) in (0, 1)
