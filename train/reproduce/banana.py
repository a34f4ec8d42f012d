"""Table 1 of the paper with the exact simulated helper.

Each topic's lever is fitted to its score without a pre-policy, and the quality of a direct answer
is the greatest of these scores. Every pre-policy takes the lever away, and what is left is a direct
answer: so all of the other two columns, their gains and their means follow from that one input and
the fitted column, and predict nothing. (Of the human-written column's mean the paper prints 7.42;
its cells have 7.675.) The human-written pre-policy is the form "plain for two messages, the word in
the third"; the learned one is the least incentive that Algorithm 2 finds.

The human-written pre-policy plays three messages and the others one, and more messages alone can
change the first answer: what is left of its gain over as many messages without a pre-policy has its
own rows, which have no published number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from ...causal.undefined import Undefined
from ...games.banana.game import BananaRules
from ...games.banana.problem import BananaProblem, best_answers, least_incentive
from ...games.banana.topics import DIRECT, QUALITIES, SCORES, Topic, load_topic, quality_number
from ..verbal import VerbalResult
from ..verbal.run import verbal_search
from .rows import Published, Row, Sheet

# Table 1 of the paper: means of ten ratings.
PUBLISHED = {
    "none": SCORES,
    "human_written": {"science": 8.10, "cooking": 8.20, "fitness": 7.40, "pet_care": 7.00},
    "learned": {"science": 7.10, "cooking": 6.80, "fitness": 7.60, "pet_care": 7.70},
}
WANTED = 7.0
MESSAGES = 3
LONGER = f"none, {MESSAGES} messages"
HARD = (8.0, 10.0)  # further qualities whose least incentives are learned


def reproduce_banana(seed: int = 0) -> list[Row]:
    """All rows; well under a second."""
    sheet = Sheet("banana", seed)
    return [*_table(sheet), *_incentives(sheet)]


def _table(sheet: Sheet) -> Iterator[Row]:
    direct = sheet.given("direct answer", "quality", Published(DIRECT, "none: pet_care"))
    yield direct
    none, longer = {}, {}
    for name in SCORES:
        topic, where = load_topic(name), f"none: {name}"
        none[name] = sheet.computed(
            where,
            "quality",
            _published(name, "none"),
            first_quality(topic, topic.habit()[None]),
            fitted_to=[where, "none: pet_care"],
        )
        habits = np.repeat(topic.habit()[None], MESSAGES, axis=0)
        longer[name] = first_quality(topic, habits)
    yield from none.values()
    yield _mean(sheet, "none", none.values())
    for name, score in longer.items():
        yield sheet.computed(f"{LONGER}: {name}", "quality", None, score)
    for column in ("human_written", "learned"):
        rows = []
        for name in SCORES:
            solved, source = _solved(name, column, sheet.seed), _published(name, column)
            where = f"{column}: {name}"
            row = sheet.derived(where, "quality", source, [(1.0, direct)], solved=solved)
            before = none[name].published
            assert before is not None
            gain = Published(source.value - before, f"{where} and none: {name}")
            rows.append(row)
            yield row
            yield sheet.derived(where, "gain", gain, [(1.0, row), (-1.0, none[name])])
            if column == "human_written":
                left = solved - longer[name]
                yield sheet.computed(where, "gain_over_as_many_messages", None, left)
        yield _mean(sheet, column, rows)


def _mean(sheet: Sheet, column: str, rows: Iterable[Row]) -> Row:
    """The mean of a column's cells, which is also how the published one is taken."""
    rows = list(rows)
    cells = [row.published for row in rows if row.published is not None]
    source = Published(float(np.mean(cells)), f"all of {column}")
    return sheet.derived(
        f"{column}: mean", "quality", source, [(1 / len(rows), row) for row in rows]
    )


def _solved(name: str, column: str, seed: int) -> float:
    """The quality of the helper's answer to the pre-policy of a column."""
    topic = load_topic(name)
    if column == "human_written":
        plain = BananaRules(topic, messages=MESSAGES).pre_policies("plain")
        return first_quality(topic, plain.chances[plain.point(MESSAGES)])
    _, run = learn_incentive(name, WANTED, seed=seed)
    assert run.best is not None
    assert run.best.outcome is not None
    return float(run.best.outcome.metrics["quality"])


def learn_incentive(
    topic: str, wanted: float, *, seed: int = 0
) -> tuple[float | None, VerbalResult]:
    """Learn the least chance of the word for which the helper answers well.

    Args:
        topic: a topic's name.
        wanted: the quality that contents the user.
        seed: seeds the search.

    Returns:
        The least chance that was answered well, or None if not even saying the word for sure was;
        and the search's result.
    """
    result = verbal_search(BananaProblem(topic, wanted=wanted), seed=seed)
    enough = [
        float(trial.proposal.point)
        for trial in result.history
        if trial.proposal is not None
        and trial.outcome is not None
        and trial.outcome.metrics["content"] == 1
    ]
    return min(enough, default=None), result


def first_quality(topic: Topic, chances: np.ndarray) -> float:
    """The quality of the helper's best first answer to (M, Q, 3) chances of the word."""
    answers = best_answers(topic, chances, wanted=quality_number(WANTED))
    return float(QUALITIES[answers.quality[0]])


def _published(name: str, column: str) -> Published:
    return Published(PUBLISHED[column][name], f"{column}: {name}")


def _incentives(sheet: Sheet) -> Iterator[Row]:
    """The least incentives: learned by Algorithm 2, and the exact p*."""
    for name in SCORES:
        topic = load_topic(name)
        for wanted in (WANTED, *HARD):
            exact = least_incentive(topic, wanted)
            learned, _ = learn_incentive(name, wanted, seed=sheet.seed)
            where = f"threshold {wanted:g}: {name}"
            yield sheet.computed(where, "incentive_learned", None, learned)
            least = None if isinstance(exact, Undefined) else float(exact)
            yield sheet.computed(where, "incentive_exact", None, least)
