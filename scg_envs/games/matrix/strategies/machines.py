"""Deterministic strategies with few states (Axelrod 1984; Nowak and Sigmund 1993; and since).

Names and behavior are those of the Axelrod library (Knight et al. 2016, JORS), where it has them;
0 is to cooperate, 1 to defect.
"""

from __future__ import annotations

from itertools import product

from .automaton import Machine

NAMED: dict[str, Machine] = {
    "always_first": Machine((0,), ((0, 0),)),
    "always_second": Machine((1,), ((0, 0),)),
    "tit_for_tat": Machine((0, 1), ((0, 1), (0, 1))),
    "suspicious_tit_for_tat": Machine((1, 0), ((1, 0), (1, 0))),
    "grim": Machine((0, 1), ((0, 1), (1, 1))),
    "pavlov": Machine((0, 1), ((0, 1), (1, 0))),
    "tit_for_two_tats": Machine((0, 0, 1), ((0, 1), (0, 2), (0, 2))),
    "two_tits_for_tat": Machine((0, 1, 1), ((0, 1), (2, 1), (0, 1))),
}
"""Those that pre-policies of finite states go by."""


def all_machines(states: int = 2) -> dict[str, Machine]:
    """Every machine of two actions with up to so many states, by its own numbers.

    "01:01.10" plays 0 and then 1, goes from its first state to 0 or 1, from its second to 1 or 0.
    """
    machines = {}
    for plays in product((0, 1), repeat=states):
        for goes in product(product(range(states), repeat=2), repeat=states):
            name = f"{''.join(map(str, plays))}:{'.'.join(''.join(map(str, g)) for g in goes)}"
            machines[name] = Machine(plays, goes)
    return machines


def cycle(actions: str) -> Machine:
    """The machine that plays actions in turn, whatever happens: "CCD" cooperates twice."""
    after = [(k + 1) % len(actions) for k in range(len(actions))]
    return Machine(tuple(int(a == "D") for a in actions), tuple((k, k) for k in after))


def _window(length: int, runs: int) -> Machine:
    """Defects if the other's last `length` actions have `runs` defections in a row."""
    pasts = [past for k in range(length + 1) for past in product((0, 1), repeat=k)]
    number = {past: k for k, past in enumerate(pasts)}
    plays = tuple(int("1" * runs in "".join(map(str, past))) for past in pasts)
    goes = tuple(tuple(number[(*past, other)[-length:]] for other in (0, 1)) for past in pasts)
    return Machine(plays, goes)


def _majority(length: int, ties: int) -> Machine:
    """Plays what the other played most often in its last `length` actions, and `ties` if equal."""
    pasts = [past for k in range(length + 1) for past in product((0, 1), repeat=k)]
    number = {past: k for k, past in enumerate(pasts)}
    more = [2 * sum(past) - len(past) for past in pasts]
    plays = tuple(ties if m == 0 else int(m > 0) for m in more)
    goes = tuple(tuple(number[(*past, other)[-length:]] for other in (0, 1)) for past in pasts)
    return Machine(plays, goes)


FURTHER: dict[str, tuple[str, Machine]] = {
    "anti_tit_for_tat": (
        "cooperates, then plays the opposite of the other's last action",
        Machine((0, 1), ((1, 0), (1, 0))),
    ),
    "bully": (
        "defects, then plays the opposite of the other's last action",
        Machine((1, 0), ((0, 1), (0, 1))),
    ),
    "alternator": ("plays both actions in turn, the first one first", cycle("CD")),
    "alternator_second": ("plays both actions in turn, the second one first", cycle("DC")),
    "cycler_ccd": ("cooperates twice, defects once, and again", cycle("CCD")),
    "cycler_cccd": ("cooperates three times, defects once, and again", cycle("CCCD")),
    "cycler_ddc": ("defects twice, cooperates once, and again", cycle("DDC")),
    "cycler_cccdcd": ("cooperates three times, then plays D, C, D, and again", cycle("CCCDCD")),
    "hard_tit_for_tat": ("defects if the other did in the last three rounds", _window(3, 1)),
    "hard_tit_for_two_tats": (
        "defects if the other did twice in a row in the last three rounds",
        _window(3, 2),
    ),
    "slow_tit_for_two_tats": (
        "cooperates twice, then changes to what the other played twice in a row",
        Machine(
            # first, then by (what it plays, what the other played last): CC, CD, DC, DD
            (0, 0, 0, 1, 1),
            ((1, 2), (1, 2), (1, 4), (1, 4), (3, 4)),
        ),
    ),
    "fool_me_once": (
        "cooperates until the other has defected twice, then defects forever",
        Machine((0, 0, 1), ((0, 1), (1, 2), (2, 2))),
    ),
    "fool_me_forever": (
        "defects until the other does, then cooperates forever",
        Machine((1, 0), ((0, 1), (1, 1))),
    ),
    "prober": (
        "plays D, C, C; exploits whoever cooperates in rounds 2 and 3, else tit for tat",
        # rounds 1 and 2; round 3 after C or after D in round 2; tit for tat C, D; exploits
        Machine((1, 0, 0, 0, 0, 1, 1), ((1, 1), (2, 3), (6, 5), (4, 5), (4, 5), (4, 5), (6, 6))),
    ),
    "prober_2": (
        "plays D, C, C; cooperates with whoever plays D and then C in rounds 2 and 3, else tit "
        "for tat",
        Machine((1, 0, 0, 0, 0, 1, 0), ((1, 1), (2, 3), (4, 5), (6, 5), (4, 5), (4, 5), (6, 6))),
    ),
    "prober_3": (
        "plays D, C; exploits whoever cooperates in round 2, else tit for tat",
        Machine((1, 0, 0, 1, 1), ((1, 1), (4, 3), (2, 3), (2, 3), (4, 4))),
    ),
    "handshake": (
        "plays C, D; cooperates forever with whoever does the same, else defects forever",
        Machine((0, 1, 0, 1), ((1, 3), (3, 2), (2, 2), (3, 3))),
    ),
    "gradual_killer": (
        "defects five times, cooperates twice; defects forever if the other defected in rounds 6 "
        "and 7, else cooperates",
        Machine(
            (1, 1, 1, 1, 1, 0, 0, 0, 0, 1),
            (
                *((k + 1, k + 1) for k in range(5)),
                (6, 7),
                (8, 8),
                (8, 9),
                (8, 8),
                (9, 9),
            ),
        ),
    ),
    "soft_majority_5": (
        "plays what the other played most in the last five rounds, and cooperates if equal",
        _majority(5, 0),
    ),
    "hard_majority_5": (
        "plays what the other played most in the last five rounds, and defects if equal",
        _majority(5, 1),
    ),
}
"""Further ones, with what they do."""

SUMMARIES = {
    "always_first": "plays its first action: to cooperate in the prisoner's dilemma",
    "always_second": "plays its second action: to defect in the prisoner's dilemma",
    "tit_for_tat": "cooperates, then plays the other's last action",
    "suspicious_tit_for_tat": "defects, then plays the other's last action",
    "grim": "cooperates until the other defects, then defects forever",
    "pavlov": "cooperates, and changes its action whenever the other defects (win-stay lose-shift)",
    "tit_for_two_tats": "defects if the other did in the last two rounds",
    "two_tits_for_tat": "answers each defection with two",
}
