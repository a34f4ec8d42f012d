"""Language models as generator and evaluator of Algorithm 2: they learn from words, in context."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import numpy as np

from ...agents.language import AnswerFormat, Client, Sampling, Speaker, choice, load_prompt, number
from ...agents.language import text as text_field
from ...agents.language.transcript import plain
from ...checks import check_whole
from .generators import MOVES
from .trial import Direction, History, Outcome, Proposal, Trial, Verdict

T = TypeVar("T")


@dataclass(frozen=True)
class Task:
    """What generator and evaluator are told.

    Attributes:
        committed: who commits.
        game: the rules, in words.
        goal: what is wanted.
        space: what may be committed to, and how a point is written.
        shown: the numbers of an outcome that they are shown, `score` among them; all if None. What
            players cannot see, such as the norm of others, is left out here.
    """

    committed: str
    game: str
    goal: str
    space: str
    shown: tuple[str, ...] | None = None


@dataclass(frozen=True)
class _Idea:
    point: str = text_field("the pre-policy, written as was said", longest=500, empty=False)
    text: str = text_field("the announcement that the others see before the game", longest=2000)


@dataclass(frozen=True)
class _Announcement:
    text: str = text_field(
        "the announcement, which is kept to the letter", longest=2000, empty=False
    )


@dataclass(frozen=True)
class _Judgment:
    score: float = number("how far the round attained what is wanted", least=0, most=10, step=0.5)
    criticism: str = text_field("what to keep and what to change", longest=2000, empty=False)
    direction: Literal["lower", "higher", "none"] = choice(
        "where a number that is committed to should move, or none"
    )


@dataclass(frozen=True)
class _Move:
    reason: str = text_field("why", longest=2000)
    move: Literal[
        "lightly decrease", "largely decrease", "lightly increase", "largely increase"
    ] = choice("the move")


_IDEA, _ANNOUNCEMENT = AnswerFormat(_Idea), AnswerFormat(_Announcement)
_JUDGMENT, _MOVE = AnswerFormat(_Judgment), AnswerFormat(_Move)
_MOVES = {
    "largely decrease": -3,
    "lightly decrease": -1,
    "lightly increase": 1,
    "largely increase": 3,
}
assert sorted(_MOVES.values()) == sorted(MOVES)


class LanguageGenerator:
    """Free-form pre-policies by a model.

    Each is a point that can be read, with its announcement; or the announcement is all there is.

    Attributes:
        prompts: the names of its prompts.
        usage: of all its calls.
    """

    prompts = ("generator", "repair")

    def __init__(
        self,
        client: Client,
        task: Task,
        parse_point: Callable[[Any], Any] | None = None,
        *,
        form: AnswerFormat[Any] | None = None,
        words: Callable[[Any], str] | None = None,
        repairs: int = 2,
        sampling: Sampling | None = None,
        memory: int = 12_000,
    ) -> None:
        """Generate by a model.

        Args:
            client: who is asked.
            task: what it is told.
            parse_point: reads a point that is written as text, or with a `form` the whole answer;
                a `ScgError` that says what is wrong asks for a repair. If None, the words are the
                pre-policy.
            form: how a pre-policy is written, with a field `text` for its announcement.
            words: says what is kept to at a point. It ends the announcement, so that this never
                promises something else than what is committed to.
            repairs: how often an answer that cannot be read may be repaired.
            sampling: temperature, seed and length; the client's if None.
            memory: characters of the history that are shown, the newest rounds first.
        """
        self._speaker = Speaker(client, "generator", repairs=repairs, sampling=sampling)
        self._task, self._parse_point, self._memory = task, parse_point, memory
        self._words = words
        own: AnswerFormat[Any] = _ANNOUNCEMENT if parse_point is None else _IDEA
        self._form: AnswerFormat[Any] = own if form is None else form
        self.usage = self._speaker.usage

    def propose(self, history: History, rng: np.random.Generator) -> Proposal:
        """Ask for the next pre-policy.

        Raises:
            UnparsableAnswer: no point could be read, nor repaired; it names the round.
            LanguageModelError: the server failed, or a cap is reached.
        """

        def read(answer: str) -> Proposal:
            idea = self._form.read(answer)
            if self._parse_point is None:
                return Proposal(idea.text, idea.text)
            written = idea.point if self._form is _IDEA else idea
            point = plain(self._parse_point(written))
            kept = "" if self._words is None else self._words(point)
            return Proposal(point, f"{idea.text} {kept}".strip())

        task = self._task
        system = load_prompt("generator").fill(
            committed=task.committed,
            game=task.game,
            goal=task.goal,
            space=task.space,
            instructions=self._form.instructions,
        )
        told = rounds(history, self._memory, task.shown)
        question = f"{told}\n\nPropose the pre-policy of the next round."
        return _ask(self._speaker, system, question, read, self._form, len(history), _sample(rng))


class LanguageMoves:
    """A model picks one of the four moves, as in the paper's bargaining; `choose` for `Moves`.

    Attributes:
        prompts: the names of its prompts.
        usage: of all its calls.
    """

    prompts = ("moves", "repair")

    def __init__(
        self,
        client: Client,
        task: Task,
        low: float,
        high: float,
        *,
        repairs: int = 2,
        sampling: Sampling | None = None,
        memory: int = 12_000,
    ) -> None:
        """Move by a model; see `LanguageGenerator` for the arguments."""
        self._speaker = Speaker(client, "generator", repairs=repairs, sampling=sampling)
        self._task, self._low, self._high, self._memory = task, low, high, memory
        self.usage = self._speaker.usage

    def __call__(self, history: History, rng: np.random.Generator) -> int:
        """Ask for the next move.

        Raises:
            UnparsableAnswer: no move could be read, nor repaired; it names the round.
            LanguageModelError: the server failed, or a cap is reached.
        """
        system = load_prompt("moves").fill(
            committed=self._task.committed,
            game=self._task.game,
            goal=self._task.goal,
            low=self._low,
            high=self._high,
            instructions=_MOVE.instructions,
        )
        told = rounds(history, self._memory, self._task.shown)
        question = f"{told}\n\nChoose the move before the next round."

        def read(answer: str) -> int:
            return _MOVES[_MOVE.read(answer).move]

        return _ask(self._speaker, system, question, read, _MOVE, len(history), _sample(rng))


class LanguageEvaluator:
    """A model scores and criticizes what happened.

    Attributes:
        prompts: the names of its prompts.
        usage: of all its calls.
    """

    prompts = ("evaluator", "repair")

    def __init__(
        self,
        client: Client,
        task: Task,
        *,
        samples: int = 1,
        repairs: int = 2,
        sampling: Sampling | None = None,
        memory: int = 12_000,
    ) -> None:
        """Judge by a model.

        Args:
            client: who is asked.
            task: what it is told.
            samples: how many judgments the score is the mean of (the paper takes 10); the
                criticism and the direction are those of the first.
            repairs: how often an answer that cannot be read may be repaired.
            sampling: temperature, seed and length; the client's if None.
            memory: characters of the history that are shown, the newest rounds first.

        Raises:
            InvalidArgument: no samples.
        """
        self._speaker = Speaker(client, "evaluator", repairs=repairs, sampling=sampling)
        self._task, self._memory = task, memory
        self._samples = check_whole("samples", samples, 1)
        self.usage = self._speaker.usage

    def judge(
        self, proposal: Proposal, outcome: Outcome, history: History, rng: np.random.Generator
    ) -> Verdict:
        """Ask for a verdict, with a score from 0 to 1.

        Raises:
            UnparsableAnswer: no verdict could be read, nor repaired; it names the round.
            LanguageModelError: the server failed, or a cap is reached.
        """
        system = load_prompt("evaluator").fill(
            committed=self._task.committed,
            game=self._task.game,
            goal=self._task.goal,
            instructions=_JUDGMENT.instructions,
        )
        current = Trial(len(history), proposal, outcome)
        question = (
            f"{rounds(history, self._memory, self._task.shown)}\n\nThe round to judge:\n\n"
            f"{_told(current, self._task.shown)[-self._memory :]}"
        )
        judged = [
            _ask(
                self._speaker,
                system,
                question,
                _JUDGMENT.read,
                _JUDGMENT,
                len(history),
                _sample(rng),
            )
            for _ in range(self._samples)
        ]
        direction: Direction = judged[0].direction
        score = float(np.mean([judgment.score for judgment in judged])) / 10
        return Verdict(score, judged[0].criticism, direction)


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
        told = _told(trial, numbers)
        if used + len(told) > most:
            if not shown:
                shown.append(f"(cut) {told[-most:]}")
            break
        shown.append(told)
        used += len(told)
    left = len(history) - len(shown)
    head = [f"({left} earlier rounds are left out.)"] if left else []
    return "\n\n".join(head + shown[::-1])


def _told(trial: Trial, numbers: tuple[str, ...] | None) -> str:
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
        told = {k: v for k, v in metrics.items() if numbers is None or k in numbers}
        if told:
            lines.append("Ended with: " + ", ".join(f"{k} {v:.6g}" for k, v in told.items()))
    if trial.verdict is not None:
        if numbers is None or "score" in numbers:
            lines.append(f"Score: {trial.verdict.score:.6g}")
        lines.append(f"Criticism: {trial.verdict.criticism}")
    if trial.error is not None:
        lines.append(f"Broken off: {trial.error}")
    return "\n".join(lines)


def _sample(rng: np.random.Generator) -> int:
    """A sample's index of its own for each round of each loop, the same whenever it is rerun."""
    return int(rng.integers(2**30))


def _ask(
    speaker: Speaker,
    system: str,
    question: str,
    read: Callable[[str], T],
    form: AnswerFormat[Any],
    round_index: int,
    sample: int,
) -> T:
    messages = [{"role": "system", "content": system}, {"role": "user", "content": question}]
    spoken = speaker.ask(messages, read, turn=round_index + 1, sample=sample, schema=form.schema)
    return spoken.value
