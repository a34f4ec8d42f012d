"""Akata et al., "Playing repeated games with large language models": people and models, fitted.

Every row is computed exactly from rules of the last round fitted to counts
(`scg_envs.agents.populations`); nothing is drawn.

- GROUP x GPT-4: people as fitted, against GPT-4 as fitted to its games with models (against people
  it answered by tables of all of a person's choices, which are not put in). For people that
  are fitted to the very games that the published number summarizes the row is no prediction, and
  its role says so.
- GROUP, by GROUP: people of one group by what the other does. These are 97 and 98 different people,
  so each is left out of the fit that predicts it, and half of all people are, in turn.
- GROUP x itself: two of the same group.
- left out: the logarithm of what a rule fitted to the one group gives the choices of the other, a
  choice: `last_round`, beside `other_last` and `own_last` (automata of two states), `one_chance`
  and `level_k` of the same people.
- commit: what one should commit to against people, in points a round: the best rule of the last
  round (`leader_best`), what any memory and a clock could attain (`leader_ceiling`), what the best
  rule has at least by the data's 95 % (`leader_low`, `leader_high`), what a commitment is sure of
  wherever all chances lie in their joint 95 % region (`leader_sure`), what the people get
  (`people`), and plain commitments beside it. Nobody was told one: what people do who are is not
  in these data.

Tolerances are half of the 95 % interval of a mean over the 97 people, by the spread between games
of the fitted pair: .08 and .06 for shares of rounds, .3 for points. The raw data, for a bootstrap
over people, for leaving out a fifth of them after another or for mixtures of types, are not at
hand; their counts are, which say nothing of who was who.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ...agents.populations import Fit, card
from ...games.matrix.finite_state import Match
from ...games.matrix.memory import Memory
from ...games.matrix.strategies import memory_one
from .rows import Published, Row, Sheet

ROUNDS = 10
MODELS = "games between models"
GROUPS = {"base": "akata-people", "prompted": "akata-people-prompted"}
DILEMMA, BATTLE = "prisoners_dilemma", "battle_of_the_sexes"
METRICS = ("both_cooperate", "both_defect", "points")
PUBLISHED: dict[str, dict[str, tuple[float, ...]]] = {
    DILEMMA: {"base": (0.373, 0.373, 6.109), "prompted": (0.363, 0.430, 6.207)},
    BATTLE: {"base": (0.542, 4.340), "prompted": (0.622, 5.077)},
}
PLAIN = {
    "always its favorite": (1.0, 1.0, 1.0, 1.0, 1.0),
    "always the other's": (0.0, 0.0, 0.0, 0.0, 0.0),
    "stay where both met, else change": (1.0, 0.0, 1.0, 0.0, 1.0),
    "alternate": (1.0, 0.5, 0.0, 1.0, 0.5),
}


def reproduce_akata(seed: int = 0) -> list[Row]:
    """All rows."""
    sheet = Sheet("akata", seed)
    return [*_dilemma(sheet), *_battle(sheet), *_left_out(sheet), *_commit(sheet)]


def match(fit: Fit, draws: NDArray[np.float64] | None = None) -> Match:
    """Ten rounds against a fitted follower in the second seat."""
    weights = np.full(ROUNDS, 1 / ROUNDS)
    return Match.against(memory_one(fit.chances), Memory((2, 2), 1), weights, 1, draws)


def rule(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """(1, 5, 2) the table of five chances of the first action, in the first seat."""
    return np.stack([chances, 1 - chances], axis=1)[None]


def _group(name: str, game: str) -> tuple[Fit, str]:
    return card(GROUPS[name]).fits[game], f"people, {name}, {game}"


def _dilemma(sheet: Sheet) -> Iterator[Row]:
    partner = card("akata-gpt-4").fits[DILEMMA]
    for group, published in PUBLISHED[DILEMMA].items():
        fit, data = _group(group, DILEMMA)
        (left_out,) = set(GROUPS) - {group}
        others, own_data = _group(left_out, DILEMMA)
        pairs = [
            (f"{group} x GPT-4", fit, [data, MODELS], partner),
            (f"{group}, by {left_out}, x GPT-4", others, [own_data, MODELS], partner),
        ]
        for where, people, fitted_to, other in pairs:
            ours = _outcome(people, other.chances)
            for metric, one, value in zip(METRICS, published, ours, strict=True):
                yield sheet.computed(
                    f"dilemma: {where}", metric, Published(one, data), value, fitted_to=fitted_to
                )
        for metric, value in zip(METRICS, _outcome(fit, fit.chances), strict=True):
            yield sheet.computed(f"dilemma: {group} x itself", metric, None, value)


def _outcome(people: Fit, other: NDArray[np.float64]) -> tuple[float, float, float]:
    """How often both cooperate and both defect, and the people's points a round."""
    shares = match(people).shares(rule(other))[0, 0]
    return float(shares[0]), float(shares[3]), float(shares @ people.own.T.ravel())


def _battle(sheet: Sheet) -> Iterator[Row]:
    """Each group against itself: GPT-4's counts there do not say whose favorite was played."""
    for group, (coordinated, points) in PUBLISHED[BATTLE].items():
        fit, data = _group(group, BATTLE)
        shares = match(fit).shares(rule(fit.chances))[0, 0]
        where = f"battle: {group} x itself"
        yield sheet.computed(where, "coordinated", None, float(shares[1] + shares[2]))
        yield sheet.computed(where, "points", None, float(shares @ fit.own.T.ravel()))
        for metric, value in (("coordinated", coordinated), ("points", points)):
            source = Published(value, data)
            yield sheet.computed(f"battle: {group} x GPT-4", metric, source, None, fitted_to=[data])


def _left_out(sheet: Sheet) -> Iterator[Row]:
    for game in (DILEMMA, BATTLE):
        for one, other in (("base", "prompted"), ("prompted", "base")):
            told = _group(one, game)[0].tells(_group(other, game)[0])
            for metric, value in told.items():
                yield sheet.computed(f"left out: {game}, {other} by {one}", metric, None, value)


def _commit(sheet: Sheet) -> Iterator[Row]:
    for game in (DILEMMA, BATTLE):
        for group in GROUPS:
            fit, _ = _group(group, game)
            own, theirs = fit.own.ravel(), fit.own.T.ravel()
            against, drawn = match(fit), match(fit, fit.draws())
            best, known = against.best_rule(own, np.arange(5))
            where = f"commit: {game}, {group}"
            low, high = np.quantile(drawn.shares(rule(best))[0] @ own, [0.025, 0.975])
            for metric, value in (
                ("leader_best", known.value),
                ("leader_at_most", known.value if known.exact else known.at_most),
                ("leader_ceiling", against.best(own)[0]),
                ("leader_low", float(low)),
                ("leader_high", float(high)),
                ("leader_sure", against.worst_case(own, *fit.within())),
                ("people", float(against.shares(rule(best))[0, 0] @ theirs)),
            ):
                yield sheet.computed(where, metric, None, value)
            for case, chance in zip(("start", "00", "01", "10", "11"), best, strict=True):
                yield sheet.computed(where, f"chance_{case}", None, float(chance))
            if game == BATTLE:
                for name, chances in PLAIN.items():
                    shares = against.shares(rule(np.array(chances)))[0, 0]
                    plain = f"{where}: {name}"
                    yield sheet.computed(plain, "leader", None, float(shares @ own))
                    yield sheet.computed(plain, "people", None, float(shares @ theirs))
