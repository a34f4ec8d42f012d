"""The page of a search in words, Algorithm 2: its rounds, and the best of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...core.problem import CommitmentProblem
from ...core.verbal import Trial
from ..run.config import config_text
from ..search.algorithm_2 import VerbalResult
from ..verbal.config import TalkConfig
from .page import PAGE, Again, Code, Lines, Page, Paragraph, Section, Table, write_page


def write_words_page(
    folder: Path,
    config: TalkConfig,
    problem: CommitmentProblem,
    result: VerbalResult,
    versions: Mapping[str, Any],
) -> None:
    """Write `report.html` of a search in words.

    Args:
        folder: the run folder.
        config: the search's settings.
        problem: what was searched.
        result: what was found.
        versions: what it ran on.
    """
    write_page(folder / PAGE, words_page(config, problem, result, versions))


def words_page(
    config: TalkConfig,
    problem: CommitmentProblem,
    result: VerbalResult,
    versions: Mapping[str, Any],
) -> Page:
    """The page."""
    summary = problem.summary[:1].upper() + problem.summary[1:]
    header = ("round", "what was announced", "score", "what came of it", "criticism")
    rounds = Table("Rounds", header, [_round(trial) for trial in result.history])
    note = (
        "Scores are of the episodes that were played, few and by chance, and the best of several "
        "rounds flatters: they are no exact numbers, and no interval is stated. Who spoke stands "
        "in episodes.jsonl beside this page."
    )
    counted = f"{len(result.history)}, of which {result.failed} broke off; {result.seconds:.1f} s"
    costs = [
        (role, ", ".join(f"{v} {k.replace('_', ' ')}" for k, v in used.to_json().items()))
        for role, used in result.usage.items()
    ]
    stopped = [] if result.stopped is None else [("stopped", result.stopped)]
    return Page(
        title=f"{problem.game}, in words",
        question=f"{summary}. What should the {problem.committed} announce before play?",
        answer=_answer(problem, result),
        sections=[
            Section("The rounds", [Paragraph(note, note=True), rounds]),
            Section("The cost", [Lines([("rounds", counted), *costs, *stopped])]),
            Section(
                "Settings and versions",
                [
                    Again("talk"),
                    Code(config_text(config), "config.yaml"),
                    Lines([(name, str(value)) for name, value in versions.items()]),
                    Lines([(f"prompt {name}", value) for name, value in result.prompts.items()]),
                ],
                folded=True,
            ),
        ],
    )


def _answer(problem: CommitmentProblem, result: VerbalResult) -> str:
    best = result.best
    if best is None or best.proposal is None:
        return "No round could be judged."
    text = f"{problem.committed}, in round {best.index + 1}: {best.proposal.text}"
    if best.outcome is not None:
        text += f" (score {best.outcome.score:.3f}"
        freely = result.no_intervention
        if freely is not None and freely.outcome is not None:
            text += f"; {freely.outcome.score:.3f} without an announcement"
        text += ")"
    return text


def _round(trial: Trial) -> tuple[str, ...]:
    score = "-" if trial.outcome is None else f"{trial.outcome.score:.3f}"
    came = ""
    if trial.outcome is not None:
        came = ", ".join(
            f"{name.replace('_', ' ')} {value:.4g}"
            for name, value in trial.outcome.metrics.items()
            if not name.startswith("offer_")
        )
    if trial.error is not None:
        came = f"broken off: {trial.error}"
    announced = "" if trial.proposal is None else trial.proposal.text
    criticism = "" if trial.verdict is None else trial.verdict.criticism
    return str(trial.index + 1), announced, score, came, criticism
