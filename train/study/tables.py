"""What a study has collected, as tables with a codebook: nothing in them says who anybody is.

participants   a row each: when it began, where it stands, its questionnaire
trials         a row for each finished trial
moves          a row for each move of a trial
comparisons    a row for each comparison of two outcomes
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..preference.comparisons import Comparison, Episode, Pairing
from .course import Answered, Course, Liked, Trial, Wanted
from .games import Games
from .host import code_of
from .store import Store

CODEBOOK: dict[str, dict[str, str]] = {
    "participants": {
        "participant": "number, from 0, in the order of beginnings",
        "began": "when, UTC, ISO 8601",
        "answers": "answers given so far",
        "ended": "whether nothing is left to answer",
        "committed_first": "whether its first trial was one with the commitment",
        "code": "completion code, if it has ended",
    },
    "trials": {
        "participant": "its number",
        "trial": "number among its trials, from 0; of practice, among practice",
        "practice": "whether it does not count",
        "committed": "whether the commitment was made and announced",
        "seed": "of the trial's chance",
        "moves": "moves of the participant",
        "outcome": "what it ended in",
        "attained": "whether that is the desirable outcome of the scenario",
        "wanted": "the outcome that the participant says it wanted; empty of practice",
        "earned": "what the participant earned, in the game's units",
        "best": "what the best response would have earned from the same start with the same luck, "
        "exactly; empty where nobody knows",
        "regret": "best - earned",
        "seconds": "from when the trial was shown to its last move",
    },
    "moves": {
        "participant": "its number",
        "trial": "number of the trial",
        "practice": "whether the trial does not count",
        "move": "number of the move in the trial, from 0",
        "option": "place of the option that was taken, from 0, in the game's order",
    },
    "comparisons": {
        "participant": "its number",
        "comparison": "number among its comparisons, from 0",
        "first": "outcome that was shown first; pair and order were drawn, all equally likely",
        "second": "outcome that was shown second",
        "preferred": "first or second",
    },
}
"""What the columns of each table are."""


@dataclass(frozen=True)
class Person:
    """A participant, and what came of its answers.

    Attributes:
        number: its number.
        began: when, seconds since 1970.
        code: its completion code; None if it has not ended.
        course: where it stands.
    """

    number: int
    began: float
    code: str | None
    course: Course

    def of(self, kind: type) -> list[Any]:
        """Its records of a kind, in order."""
        return [record for record in self.course.records if isinstance(record, kind)]

    @property
    def answered(self) -> dict[str, Any]:
        """Its questionnaire, by name; empty until it is answered."""
        found = self.of(Answered)
        return found[0].answers if found else {}

    @property
    def trials(self) -> list[tuple[Trial, str | None]]:
        """Its finished trials, each with the outcome that it says it wanted."""
        found: list[tuple[Trial, str | None]] = []
        for record in self.course.records:
            if isinstance(record, Trial):
                found.append((record, None))
            elif isinstance(record, Wanted):
                found[-1] = found[-1][0], record.outcome
        return found


def people_of(store: Store, games: Games) -> list[Person]:
    """Everybody, by number: their answers given again in their order."""
    answers = store.answers()
    people = []
    for one in store.participants():
        course = games.course(one.number, one.began, answers[one.number])
        code = code_of(one.secret) if course.ended else None
        people.append(Person(one.number, one.began, code, course))
    return people


def tables_of(people: list[Person], games: Games) -> dict[str, list[dict[str, Any]]]:
    """The tables' rows, by name; see `CODEBOOK`."""
    asked = [question.name for question in games.study.questions]
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in CODEBOOK}
    for person in people:
        tables["participants"].append(
            {
                "participant": person.number,
                "began": datetime.fromtimestamp(person.began, UTC).isoformat(),
                "answers": person.course.step,
                "ended": person.course.ended,
                "committed_first": person.number % 2 == 0,
                "code": person.code,
                **{f"answer_{name}": person.answered.get(name) for name in asked},
            }
        )
        for trial, wanted in person.trials:
            where = {
                "participant": person.number,
                "trial": trial.kind.number,
                "practice": trial.kind.practice,
            }
            tables["trials"].append(
                {
                    **where,
                    "committed": trial.kind.committed,
                    "seed": trial.kind.seed,
                    "moves": len(trial.moves),
                    "outcome": trial.outcome,
                    "attained": trial.attained,
                    "wanted": wanted,
                    "earned": trial.earned,
                    "best": trial.best,
                    "regret": None if trial.best is None else trial.best - trial.earned,
                    "seconds": round(trial.ended - trial.began, 3),
                }
            )
            tables["moves"] += [
                {**where, "move": number, "option": option}
                for number, option in enumerate(trial.moves)
            ]
        tables["comparisons"] += [
            {"participant": person.number, "comparison": number, **vars(liked)}
            for number, liked in enumerate(person.of(Liked))
        ]
    return tables


def codebook(games: Games) -> str:
    """What every column is, as Markdown."""
    book = {name: dict(columns) for name, columns in CODEBOOK.items()}
    for question in games.study.questions:
        book["participants"][f"answer_{question.name}"] = (
            f"{question.text} ({question.expected}{'' if question.required else ', or empty'})"
        )
    lines = [f"# Codebook: {games.study.title}", ""]
    for name, columns in book.items():
        lines += [f"## {name}", "", "| column | meaning |", "| :- | :- |"]
        lines += [f"| {column} | {_cell(words)} |" for column, words in columns.items()]
        lines.append("")
    return "\n".join(lines)


def _cell(words: str) -> str:
    """Words in a table of Markdown, which a bar would end."""
    return " ".join(words.split()).replace("|", "\\|")


def comparisons_of(people: list[Person], games: Games) -> tuple[Comparison, ...]:
    """The comparisons as `scg preferences` reads them: pairs are randomised.

    Covariates are the questionnaire's numbers, of those who answered every one.
    """
    outcomes = len(games.outcomes)
    drawn = Pairing("randomised", propensity=2 / (outcomes * (outcomes - 1)) if outcomes > 1 else 1)
    numbers = [one.name for one in games.study.questions if one.kind in ("whole", "scale")]
    found: list[Comparison] = []
    for person in people:
        given = {name: person.answered.get(name) for name in numbers}
        whole = all(value is not None for value in given.values())
        covariates = {n: float(v) for n, v in given.items() if v is not None} if whole else {}
        found += [
            Comparison(
                f"p{person.number}",
                Episode(liked.first),
                Episode(liked.second),
                liked.preferred,
                drawn,
                covariates,
            )
            for liked in person.of(Liked)
        ]
    return tuple(found)
