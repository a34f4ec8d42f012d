"""Named strategies: each does what defines it, whoever plays against it."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.core.errors import InvalidArgument
from scg_envs.games.matrix.memory import Memory
from scg_envs.games.matrix.play import long_run_shares
from scg_envs.games.matrix.strategies import (
    LINES,
    MIXING,
    NAMED,
    STRATEGIES,
    Payoffs,
    baseline,
    chances_of,
    strategy,
    unfolded,
)

OWN = np.array([[3.0, 0.0], [5.0, 1.0]])
PAYOFFS = Payoffs(OWN, OWN.T)
C, D = 0, 1
others = st.lists(st.sampled_from([C, D]), min_size=1, max_size=12)


def chance(name, own, other, rounds=13):
    """Of cooperating next, after what both have played."""
    automaton = strategy(name, PAYOFFS, rounds)
    state = 0
    for pair in zip(own, other, strict=True):
        state = automaton.goes[state][pair]
    return automaton.first[state]


def plays(name, other):
    """What a deterministic strategy plays against given actions, one round more than these."""
    own = []
    for k in range(len(other) + 1):
        first = chance(name, own[:k], other[:k])
        assert first in (0.0, 1.0)
        own.append(C if first else D)
    return own


def twice(other, length, action=D):
    """Whether an action came twice in a row in the last rounds."""
    last = other[-length:]
    return any(a == b == action for a, b in pairwise(last))


def majority(ties):
    return lambda own, o: ties if 2 * sum(o) == len(o) else int(2 * sum(o) > len(o))


def slow(own, other):
    return other[-1] if len(other) > 1 and other[-1] == other[-2] else (own[-1] if own else C)


def cycle(actions):
    return lambda own, other: "CD".index(actions[len(own) % len(actions)])


def probing(opening, exploits, then):
    """Plays an opening; then `then` for good if `exploits(other)`, else tit for tat."""

    def rule(own, other):
        if len(own) < len(opening):
            return "CD".index(opening[len(own)])
        return then if exploits(other) else other[-1]

    return rule


# What defines them (as the Axelrod library documents it): the next action, from both histories.
DEFINED = {
    "always_first": lambda own, o: C,
    "always_second": lambda own, o: D,
    "tit_for_tat": lambda own, o: o[-1] if o else C,
    "suspicious_tit_for_tat": lambda own, o: o[-1] if o else D,
    "grim": lambda own, o: int(D in o),
    "pavlov": lambda own, o: (own[-1] if o[-1] == C else 1 - own[-1]) if o else C,
    "tit_for_two_tats": lambda own, o: int(o[-2:] == [D, D]),
    "two_tits_for_tat": lambda own, o: int(D in o[-2:]),
    "anti_tit_for_tat": lambda own, o: 1 - o[-1] if o else C,
    "bully": lambda own, o: 1 - o[-1] if o else D,
    "alternator": cycle("CD"),
    "alternator_second": cycle("DC"),
    "cycler_ccd": cycle("CCD"),
    "cycler_cccd": cycle("CCCD"),
    "cycler_ddc": cycle("DDC"),
    "cycler_cccdcd": cycle("CCCDCD"),
    "hard_tit_for_tat": lambda own, o: int(D in o[-3:]),
    "hard_tit_for_two_tats": lambda own, o: int(twice(o, 3)),
    "slow_tit_for_two_tats": slow,
    "fool_me_once": lambda own, o: int(sum(o) > 1),
    "fool_me_forever": lambda own, o: int(D not in o),
    "prober": probing("DCC", lambda o: o[1:3] == [C, C], D),
    "prober_2": probing("DCC", lambda o: o[1:3] == [D, C], C),
    "prober_3": probing("DC", lambda o: o[1] == C, D),
    "handshake": lambda own, o: [C, D][len(o)] if len(o) < 2 else int(o[:2] != [C, D]),
    "gradual_killer": lambda own, o: (
        "CD".index("DDDDDCC"[len(o)]) if len(o) < 7 else int(o[5:7] == [D, D])
    ),
    "soft_majority_5": lambda own, o: majority(C)(own, o[-5:]),
    "hard_majority_5": lambda own, o: majority(D)(own, o[-5:]),
    "soft_majority": majority(C),
    "hard_majority": majority(D),
    "forgiver": lambda own, o: int(sum(o) > len(o) / 10),
    "forgiving_tit_for_tat": lambda own, o: o[-1] if sum(o) > len(o) / 10 else C,
    "win_shift_lose_stay": lambda own, o: (1 - own[-1] if o[-1] == C else own[-1]) if o else D,
}
# Four chances of cooperating, after CC, CD, DC and DD, of the Axelrod library with its payoffs.
VECTORS = {
    "random": (1 / 2, 1 / 2, 1 / 2, 1 / 2),
    "joss": (0.9, 0, 0.9, 0),
    "soft_joss": (1, 0.1, 1, 0.1),
    "firm_but_fair": (1, 0, 1, 2 / 3),
    "stochastic_pavlov": (0.95, 0.05, 0.05, 0.95),
    "stochastic_cooperator": (0.935, 0.229, 0.266, 0.42),
    "desperate": (0, 0, 0, 1),
    "hopeless": (0, 1, 1, 1),
    "willing": (1, 1, 1, 0),
    "generous_tit_for_tat": (1, 1 / 3, 1, 1 / 3),
    "zd_extort_2": (8 / 9, 1 / 2, 1 / 3, 0),
    "zd_extort_3": (11 / 13, 1 / 2, 7 / 26, 0),
    "zd_extort_4": (11 / 17, 0, 8 / 17, 0),
    "zd_generous_2": (1, 1 / 8, 1, 1 / 4),
    "zd_gen_2": (1, 9 / 16, 1 / 2, 1 / 8),
    "zd_set_2": (3 / 4, 1 / 4, 1 / 2, 1 / 4),
    "zd_mischief": (0.8, 0.6, 0.1, 0),
}


def test_there_are_at_least_thirty_and_every_one_is_defined_here():
    assert len(STRATEGIES) >= 30
    tested = {*DEFINED, *VECTORS, "average_copier", "nice_average_copier", "all_c_or_all_d"}
    assert set(STRATEGIES) == tested


@pytest.mark.parametrize("name", DEFINED)
@settings(max_examples=15)
@given(other=others)
def test_they_play_what_defines_them(name, other):
    own = plays(name, other)
    assert own == [DEFINED[name](own[:k], other[:k]) for k in range(len(other) + 1)]


@pytest.mark.parametrize("name", VECTORS)
def test_rules_of_the_last_round_have_the_published_chances(name):
    got = [chance(name, [a], [b]) for a in (C, D) for b in (C, D)]
    assert got == pytest.approx(VECTORS[name], abs=1e-12)


@settings(max_examples=20)
@given(other=others)
def test_copiers_cooperate_as_often_as_the_other_has(other):
    for name in ("average_copier", "nice_average_copier"):
        assert chance(name, other, other) == pytest.approx(other.count(C) / len(other))
    assert (chance("average_copier", [], []), chance("nice_average_copier", [], [])) == (0.5, 1)


def test_who_tosses_a_coin_keeps_to_it():
    assert chance("all_c_or_all_d", [], []) == 0.6
    for own in (C, D):
        assert chance("all_c_or_all_d", [own] * 3, [C, D, C]) == 1 - own


@pytest.mark.parametrize("name", LINES)
@settings(max_examples=25)
@given(
    other=st.lists(st.floats(0.02, 0.98), min_size=4, max_size=4),
    s=st.floats(-3, 0),
    steps=st.lists(st.floats(0.2, 3), min_size=3, max_size=3),
)
def test_zero_determinant_rules_set_a_line_whatever_the_other_does(name, other, s, steps):
    """other - l = slope (own - l) in the long run, in any dilemma that has the rule."""
    p, r = s + steps[0], s + steps[0] + steps[1]
    t = r + min(steps[2], 0.9 * (r - s))  # so that 2R > T + S
    payoffs = Payoffs(np.array([[r, s], [t, p]]), np.array([[r, t], [s, p]]))
    try:
        chances = chances_of(name, payoffs)
    except InvalidArgument:
        return
    memory = Memory((2, 2), 1)
    mine = np.stack([chances, 1 - chances], axis=1)
    theirs = np.array([0.5, *np.array(other)[[0, 2, 1, 3]]])  # by (own, other) of their side
    joint = mine[:, :, None] * np.stack([theirs, 1 - theirs], axis=1)[:, None]
    shares = long_run_shares(joint.reshape(1, 5, 4), memory)[0]
    own, others_ = shares @ payoffs.own.ravel(), shares @ payoffs.other.ravel()
    level = baseline(LINES[name], payoffs)
    assert others_ - level == pytest.approx(LINES[name].slope * (own - level), abs=1e-9)


def test_lines_need_a_dilemma():
    coordination = np.array([[2.0, 0.0], [0.0, 1.0]])
    with pytest.raises(InvalidArgument, match="expected a symmetric prisoner's dilemma"):
        chances_of("zd_extort_2", Payoffs(coordination, coordination))


def test_too_many_states_are_refused():
    with pytest.raises(InvalidArgument, match="take fewer rounds"):
        unfolded(0, lambda s: 1.0, lambda s, own, other: 2 * s + other + 1, 40)


def test_the_names_of_mixing_rules_and_machines_are_apart():
    assert not set(MIXING) & set(NAMED)
