"""What a study found: P(Y=y) with and without the commitment, paired by person, beside the exact.

People are the units: each person's share of trials that attained the desirable outcome counts once,
however many trials it played, and intervals are of the mean over people (`mean_of`). Whole pairs
are counted, of a trial with the commitment and one without: of who left in the middle of a pair its
pairs before, and who ended none is not counted. Practice is not. The exact numbers are those of
best play, and no prediction of what people do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy

from ...core.errors import InvalidArgument, ScgError
from ...core.json_types import OwnNumbers
from .course import Liked, Trial
from .fit import fit_follower, observed, turns_of
from .games import Games
from .tables import Person

DRAWS = 10_000
LEVEL = 0.95
FEW = 15
"""People, fewer than whom have intervals by Student's t."""
_ROUNDING = 1e-9  # 1 - 2/3 and 2/3 - 1/3 are alike, and not the same number
_PRIOR = 0.5  # Jeffreys', of an option that is taken or not
_STREAM = 0xB0075


@dataclass(frozen=True)
class Mean(OwnNumbers):
    """A mean over people.

    Attributes:
        value: the mean; None of nobody.
        low: the lower end of its interval; None of fewer than two people, and where all are alike
            and nothing bounds the number.
        high: the upper end.
        people: how many.
    """

    value: float | None
    low: float | None
    high: float | None
    people: int

    def __str__(self) -> str:
        if self.value is None:
            return "nobody yet"
        if self.low is None:
            who = "one person" if self.people == 1 else f"{self.people} people, all alike"
            return f"{self.value:.4f} of {who}, without an interval"
        return f"{self.value:.4f} [{self.low:.4f}, {self.high:.4f}]"


def mean_of(
    values: Sequence[float], seed: int = 0, within: tuple[float, float] | None = None
) -> Mean:
    """The mean of a number a person, with an interval of `LEVEL`.

    It is a percentile bootstrap's, by drawing people with replacement; of fewer than `FEW` people,
    for whom that is too narrow, Student's t, cut at the bounds. Where all are alike there is no
    spread: the interval is then of all means under which n people are alike with a chance of at
    least (1 - LEVEL) / 2, of other people at either bound (Clopper and Pearson's, of a share).

    Args:
        values: a number a person.
        seed: of the bootstrap's draws.
        within: the least and the greatest that the number can be; None if it has no bounds.
    """
    given = np.asarray(values, dtype=np.float64)
    if len(given) < 2:
        return Mean(float(given[0]) if len(given) else None, None, None, len(given))
    tail = (1 - LEVEL) / 2
    if np.ptp(given) <= _ROUNDING * max(1.0, float(np.abs(given).max())):
        value, missed = float(given[0]), 1 - tail ** (1 / len(given))
        if within is None:
            return Mean(value, None, None, len(given))
        low, high = (value + missed * (bound - value) for bound in within)
        return Mean(value, low, high, len(given))
    if len(given) < FEW:
        reach = _student(len(given) - 1, tail) * given.std(ddof=1) / len(given) ** 0.5
        least, most = (-np.inf, np.inf) if within is None else within
        mean = float(given.mean())
        low, high = max(mean - reach, least), min(mean + reach, most)
        return Mean(mean, float(low), float(high), len(given))
    np_random = np.random.default_rng([seed, _STREAM])
    drawn = given[np_random.integers(len(given), size=(DRAWS, len(given)))].mean(axis=1)
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return Mean(float(given.mean()), float(low), float(high), len(given))


def _student(degrees: int, tail: float) -> float:
    """The quantile of Student's t that is exceeded with a chance of `tail`."""
    return float(scipy.stats.t.ppf(1 - tail, degrees))


def report(people: list[Person], games: Games) -> dict[str, Any]:
    """What was found, JSON: `text_of` puts it in words."""
    pairs = {one.number: _pairs(one) for one in people}
    counted = [one for one in people if pairs[one.number][True]]
    shares = {kind: [_share(pairs[one.number][kind]) for one in counted] for kind in (True, False)}
    gaps = {
        kind: [
            float(np.mean(found))
            for one in counted
            if (found := [t.best - t.earned for t in pairs[one.number][kind] if t.best is not None])
        ]
        for kind in (True, False)
    }
    seed = games.study.seed
    liked = [record for one in people for record in one.of(Liked)]
    wanted = Counter(want for one in people for _, want in one.trials if want is not None)
    return {
        "title": games.study.title,
        "commitment": games.committed.problem.pre_policies.describe(games.committed.point),
        "committed": games.committed.problem.committed,
        "person": games.committed.person,
        "desirable": games.committed.problem.desirable,
        "began": len(people),
        "ended": sum(one.course.ended for one in people),
        "counted": len(counted),
        "p": {_NAMES[kind]: vars(mean_of(shares[kind], seed, (0, 1))) for kind in (False, True)},
        "effect": vars(
            mean_of([a - b for a, b in zip(*shares.values(), strict=True)], seed, (-1, 1))
        ),
        "exact": exact(games),
        "regret": {_NAMES[kind]: vars(mean_of(gaps[kind], seed)) for kind in (False, True)},
        "wanted": dict(wanted.most_common()),
        "comparisons": {
            outcome: {
                "preferred": sum(_chosen(one) == outcome for one in liked),
                "shown": sum(outcome in (one.first, one.second) for one in liked),
            }
            for outcome in games.outcomes
        },
        "people": [
            {"participant": one.number, "without": b, "with": a}
            for one, a, b in zip(counted, *shares.values(), strict=True)
        ],
        "follower": follower(people, games),
        "fit": fit_json(people, games),
    }


_NAMES = {True: "with", False: "without"}


def exact(games: Games) -> dict[str, float | None]:
    """P(Y=y) of best play, without the commitment and with it; None where it is not known."""
    problem, point = games.committed.problem, games.committed.point
    try:
        before = games.free.problem.solver.before().p
        after: float | None = float(problem.solver.p(np.asarray([point]))[0])
    except ScgError:
        return {"without": None, "with": None, "effect": None}
    after = after if after is not None and np.isfinite(after) else None
    effect = None if before is None or after is None else after - before
    return {"without": before, "with": after, "effect": effect}


def follower(people: list[Person], games: Games) -> list[dict[str, Any]]:
    """What people did in each situation, as a table.

    A row for each observation, with the commitment or without: how often each option was taken
    there, and the chance of it, the mean under Jeffreys' prior. `seen` has the lines of its text
    that were always the same. In a repeated 2x2 game without a clock the observation is the last
    round, so that the rows are a memory-one follower. People are pooled, and
    trials are not independent: it is a description, and no prediction.
    """
    counts: dict[tuple[bool, bytes], Counter[str]] = {}
    offered: dict[tuple[bool, bytes], tuple[str, ...]] = {}
    texts: dict[tuple[bool, bytes], list[str]] = {}
    for one in people:
        for trial, _ in one.trials:
            if trial.kind.practice:
                continue
            for turn, option in turns_of(games, trial):
                key = trial.kind.committed, observed(turn.observation)
                lines = turn.text.splitlines()
                texts[key] = [line for line in texts.get(key, lines) if line in lines]
                offered[key] = tuple(turn.actions[k] for k in turn.legal)
                counts.setdefault(key, Counter())[turn.actions[option]] += 1
    rows = []
    for key in sorted(counts, key=lambda key: (key[0], texts[key])):
        taken, options = counts[key], offered[key]
        total = sum(taken.values()) + _PRIOR * len(options)
        rows.append(
            {
                "committed": key[0],
                "seen": "\n".join(texts[key]),
                "counts": {label: taken[label] for label in options},
                "chances": {label: (taken[label] + _PRIOR) / total for label in options},
            }
        )
    return rows


def fit_json(people: list[Person], games: Games) -> dict[str, Any]:
    """The follower that was fitted to what people did under the commitment, JSON.

    Its `card`, the `lines` of it in words, and log-likelihoods beside fits that know less; or
    `why`, where none can be fitted.
    """
    try:
        card = fit_follower(people, games)
    except InvalidArgument as error:
        return {"card": None, "why": str(error)}
    (fit,) = card.all
    likelihood = {name: round(value, 4) for name, value in fit.log_likelihood.items()}
    return {"card": card.to_json(), "lines": fit.lines(), "log_likelihood": likelihood}


def _pairs(person: Person) -> dict[bool, list[Trial]]:
    """A person's trials by kind, with the commitment and without, of whole pairs alone."""
    found: dict[bool, list[Trial]] = {True: [], False: []}
    for trial, _ in person.trials:
        if not trial.kind.practice:
            found[trial.kind.committed].append(trial)
    whole = min(map(len, found.values()))  # a pair has one of each, and follows on the last
    return {kind: trials[:whole] for kind, trials in found.items()}


def _share(trials: list[Trial]) -> float:
    return float(np.mean([trial.attained for trial in trials]))


def _chosen(liked: Liked) -> str:
    return liked.first if liked.preferred == "first" else liked.second


def _fit_lines(fit: dict[str, Any]) -> list[str]:
    """The fitted follower in words."""
    if fit["card"] is None:
        return [f"  follower         none is fitted: {fit['why']}"]
    own, *others = fit["log_likelihood"].items()
    beside = ", ".join(f"{value:.1f} {name}" for name, value in others)
    return [
        f"  follower         {fit['lines'][0]}",
        *(f"                   {line}" for line in fit["lines"][1:]),
        f"                   log-likelihood {own[1]:.1f} {own[0]}; {beside}",
    ]


def text_of(found: dict[str, Any]) -> str:
    """A report in words, a line each number."""
    p, regret, exactly = found["p"], found["regret"], found["exact"]

    def beside(name: str) -> str:
        known = exactly[name]
        return "" if known is None else f", {known:.4f} exactly by best play"

    def known(gap: dict[str, Any]) -> str:
        nobody = not found["counted"] or gap["people"]
        return str(Mean(**gap)) if nobody else "not known exactly"

    lines = [
        f"{found['title']}: {found['committed']} {found['commitment']}",
        f"  people           {found['began']} began, {found['ended']} ended, {found['counted']} "
        "are counted",
        f"  P(Y={found['desirable']}) without  {Mean(**p['without'])}{beside('without')}",
        f"  P(Y={found['desirable']}) with     {Mean(**p['with'])}{beside('with')}",
        f"  effect, paired   {Mean(**found['effect'])}{beside('effect')}",
        f"  regret           {known(regret['without'])} without, {known(regret['with'])} with",
    ]
    lines += _fit_lines(found["fit"])
    total = sum(found["wanted"].values())
    for outcome, times in found["wanted"].items():
        lines.append(f"  wanted           {outcome} in {times} of {total} trials")
    for outcome, one in found["comparisons"].items():
        if one["shown"]:
            lines.append(
                f"  compared         {outcome} was liked better in {one['preferred']} of "
                f"{one['shown']}"
            )
    return "\n".join(lines)
