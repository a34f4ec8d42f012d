"""The rounds of Algorithm 2 as a language model reads them, and its answers about them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from ...core.verbal import History, Trial
from ...games.dialogue.answers import AnswerFormat
from .dialogue import Speaker

T = TypeVar("T")


def rounds(history: History, most: int, numbers: tuple[str, ...] | None = None) -> str:
    """The rounds so far in words: the newest in full, as many as fit, and how many are left out.

    Args:
        history: the trials.
        most: characters that may be used, apart from the line on what is left out.
        numbers: those of outcomes that are shown, as in `Task.shown`.
    """
    if not history:
        return "There were no rounds yet."
    shown: list[str] = []
    used = 0
    for trial in reversed(history):
        text = one_round(trial, numbers)
        if used + len(text) > most:
            if not shown:
                shown.append(f"(cut) {text[-most:]}")
            break
        shown.append(text)
        used += len(text)
    left = len(history) - len(shown)
    head = [f"({left} earlier rounds are left out.)"] if left else []
    return "\n\n".join(head + shown[::-1])


def one_round(trial: Trial, numbers: tuple[str, ...] | None) -> str:
    """One trial in words."""
    lines = [f"Round {trial.index + 1}"]
    if trial.proposal is not None:
        if trial.proposal.point != trial.proposal.text:
            lines.append(f"Pre-policy: {json.dumps(trial.proposal.point)}")
        lines.append(f"Announcement: {trial.proposal.text}")
    if trial.outcome is not None:
        if trial.outcome.transcript:
            lines.append(f"<transcript>\n{trial.outcome.transcript}\n</transcript>")
        metrics = {"score": trial.outcome.score, **trial.outcome.metrics}
        listed = [f"{k} {v:.6g}" for k, v in metrics.items() if numbers is None or k in numbers]
        if listed:
            lines.append("Ended with: " + ", ".join(listed))
    if trial.verdict is not None:
        if numbers is None or "score" in numbers:
            lines.append(f"Score: {trial.verdict.score:.6g}")
        lines.append(f"Criticism: {trial.verdict.criticism}")
    if trial.error is not None:
        lines.append(f"Broken off: {trial.error}")
    return "\n".join(lines)


def sample_of(rng: np.random.Generator) -> int:
    """A sample's index of its own for each round of each loop, the same whenever it is rerun."""
    return int(rng.integers(2**30))


def ask(
    speaker: Speaker,
    system: str,
    question: str,
    read: Callable[[str], T],
    form: AnswerFormat[Any],
    round_index: int,
    sample: int,
) -> T:
    """The answer to a question about the rounds so far, read.

    Args:
        speaker: who asks.
        system: the rules.
        question: what is asked.
        read: reads an answer.
        form: whose schema a server may hold the answer to.
        round_index: the round, from 0 on.
        sample: which sample of the request.

    Raises:
        UnparsableAnswer: no answer could be read, nor repaired; it names the round.
        LanguageModelError: the server failed, or a cap is reached.
    """
    messages = [{"role": "system", "content": system}, {"role": "user", "content": question}]
    reply = speaker.ask(messages, read, turn=round_index + 1, sample=sample, schema=form.schema)
    return reply.value
