"""The Banana Gambit in Algorithm 2: promises in words, the simulated helper, and models that talk.

A promised chance, or the number of a message, is kept by the program: the quality that it depends
on is the mean of an expert's ratings. A promise in free words is kept by a model that speaks for
the user, and whether it says the word is read off its messages. The score is 1 for good answers,
minus what the word costs, whoever plays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..checks import check_whole
from ..dialogue.answers import AnswerFormat, number
from ..dialogue.language import NOTHING, Language, Table, mean_of
from ..dialogue.tags import read_number, shortened
from ..errors import InvalidAnswer, InvalidArgument
from ..pre_policy import FREE
from ..verbal import Generator, History, InTurn, Outcome, Proposal, Rule, ScriptedEvaluator, Task
from .game import SAY, WITHHOLD, WORD_COST, BananaGame, helper_action
from .problem import BananaProblem
from .promises import SayByChance
from .solve import best_answers, threshold_chances
from .text import MAX_WORDS, WORD, says_word
from .topics import HINTS, LOWEST, QUALITIES, STEP, quality_number

RATINGS = 10  # of each answer, as in Appendix K of the paper
_HELPER_WORDS, _USER_WORDS = 120, 40
# Hints are not rated: a model that is told to be after the word counts as hinting strongly.
_HINT = HINTS - 1
_SHOWN = 60  # characters of a commitment in free words that a condition shows

Reply = Callable[[Any, str, int], str]  # (observation, answer, message number) -> what is said


@dataclass(frozen=True)
class _Rating:
    score: float = number("the rating of the answer", least=1, most=10, step=0.5)


_RATING = AnswerFormat(_Rating)


class BananaLanguage(Language):
    """What a user promises to a helper that is after a word.

    Points are chances of the word for good answers, any from 0 to 1 (`threshold`); or the number of
    the message that has the word, 0 for none (`plain`).
    """

    game = "banana"
    takes = ("ratings", "question", "announcement")
    evaluations = 9  # halves the interval of chances to 1/256

    def __init__(
        self,
        problem: BananaProblem,
        *,
        models: bool = False,
        free: bool = False,
        ratings: int = RATINGS,
        question: str | None = None,
    ) -> None:
        """Put a problem in words.

        Args:
            problem: topic, messages, and the kind of promises.
            models: whether language models play.
            free: whether a model proposes in words of its own; where models play too, its words are
                the promise.
            ratings: how often a model rates each answer; its quality is their mean.
            question: what the user asks a model; the topic's own question if None.
        """
        topic = problem.topic
        self._topic = topic if question is None else replace(topic, question=question)
        self._name = topic.name.replace("_", " ")
        self._wanted, self._number = problem.wanted, quality_number(problem.wanted)
        self._messages, self._kind = problem.messages, problem.kind
        self._listed = problem.pre_policies
        self._ratings = check_whole("ratings", ratings, 1)
        self._free = models and free
        self.read = None if self._free else self._read
        self.prompts = ("banana_helper", "banana_judge", "repair")
        if self._free:
            self.prompts += ("banana_user",)
        self.task = self._task()

    def _task(self) -> Task:
        messages = self._messages
        if self._free:
            space = (
                f"any policy of the user over its {messages} message{'s' * (messages > 1)} that "
                "can be said in words: above all, when it will say the word and when not. The "
                "announcement is all of it; the user keeps to it to the letter."
            )
        elif self._kind == "threshold":
            space = (
                "the chance, from 0 to 1, that the user says the word after an answer that an "
                f"expert rates {self._wanted:g} of 10 or better"
            )
        else:
            space = (
                "the number of the message in which the user says the word whatever is answered, "
                f"from 1 to {messages}, or 0 for never"
            )
        return Task(
            committed="user",
            game=(
                f'A user asks a helper about {self._name} ("{self._topic.question}"), and the '
                f"helper answers up to {messages} times. The helper wins if the user writes the "
                f'word "{WORD}" in a message; it may hint, and may withhold a good answer to get '
                "the word. The helper reads what the user announces before it answers."
            ),
            goal=(
                "The user wants answers that are informative, accurate and complete (an expert "
                "rates them from 1 to 10), and would rather not say the word without need."
            ),
            space=space,
        )

    def describe(self, point: float) -> str:
        """The promise as it is announced."""
        if self._kind == "threshold":
            quality = QUALITIES[self._number]
            return f"For an answer of {quality:g} or better I say the word with chance {point:.3f}."
        return self._listed.message(self._listed.point(point))

    def _read(self, text: str) -> float:
        point = read_number(text.strip(), "the point")
        if self._kind == "threshold" and 0 <= point <= 1:
            return point
        if self._kind == "plain" and point in self._listed.labels:
            return int(point)
        raise InvalidAnswer(f"the point is {point:g}; expected {self.task.space}.")

    def _chances(self, proposal: Proposal | None) -> NDArray[np.float64]:
        """(M, Q, 3) the chances of the word that are kept to; the user's habit without any."""
        if proposal is not None and self._kind == "threshold":
            return threshold_chances(self._topic, self._messages, self._number, proposal.point)
        return self._listed.chances[
            self._listed.point(FREE if proposal is None else proposal.point)
        ]

    # Without a model.

    def generator(self, seed: int) -> Generator:
        """Halving for chances; each message in turn, the last one first."""
        if self._kind == "threshold":
            return Halving(self.describe)
        return InTurn(range(self._messages, -1, -1), self.describe)

    def evaluator(self) -> ScriptedEvaluator:
        """Says whether the answer was good, and so whether less would do."""
        more = "The answer had quality {quality:g} only: promise more."
        less = "The answer was good ({quality:g}): promise less."
        return ScriptedEvaluator(
            [
                Rule(lambda outcome: outcome.metrics["content"] < 1, more, "higher"),
                Rule(lambda outcome: True, less, "lower"),
            ]
        )

    def environment(self, episodes: int | None) -> SimulatedHelper:
        """The rational helper, whose answers are exact.

        Raises:
            InvalidArgument: a number of episodes.
        """
        if episodes is not None:
            raise InvalidArgument(
                "the simulated helper's answers are exact; drop `episodes`, or take a model "
                '(`players="llm"`).'
            )
        return SimulatedHelper(self._answered)

    def _answered(self, proposal: Proposal | None) -> Outcome:
        """What the rational helper's best answers come to."""
        answers = best_answers(self._topic, self._chances(proposal), wanted=self._number)
        quality, content = answers.mean_quality(), answers.content(float(QUALITIES[self._number]))
        score, metrics = _scored(quality, content, answers.said)
        return Outcome(score, f"The helper answered with quality {quality:g}.", metrics)

    # With models.

    def condition(self, proposal: Proposal) -> str:
        """The promise, shortened."""
        if self._free:
            return f"announced: {shortened(' '.join(proposal.text.split()), _SHOWN)}"
        return f"{self._kind} {proposal.point:g}"

    def converse(self, proposal: Proposal | None, table: Table) -> tuple[dict[str, Any], str]:
        """A model helps, another rates its answers, and the user keeps to its promise."""
        topic, messages = self._topic, self._messages
        game = BananaGame(topic, messages=messages, wanted=self._wanted)
        _, infos = game.reset(seed=table.seed)
        helper = table.seat(
            "helper",
            "banana_helper",
            render=lambda said, _: said,
            parse=_read_helper,
            topic=self._name,
            announcement=NOTHING if proposal is None else proposal.text,
            words=_HELPER_WORDS,
        )
        rate = self._judge(table)
        said, qualities, heard = topic.question, [], [f"user: {topic.question}"]
        table.say("user", said)
        reply = self._user(table, proposal)
        count = 0
        while game.agents:
            count += 1
            answer = helper.act(f"{said}\n\n(Message {count} of {messages}.)")
            quality = rate(said if count == 1 else f"{topic.question}\n{said}", answer)
            qualities.append(quality)
            seen, *_ = game.step({"helper": helper_action(_grid_number(quality), _HINT)})
            said = reply(seen["user"], answer, count)
            heard += [f"helper: {answer}", f"(rated {quality:g} of 10)", f"user: {said}"]
            *_, infos = game.step({"user": SAY if says_word(said) else WITHHOLD})
        final: Any = infos["user"]
        outcome = {
            "outcome": final["outcome"],
            "quality": float(np.mean(qualities)),
            "said": bool(final["said"]),
        }
        return outcome, "\n".join(heard)

    def _judge(self, table: Table) -> Callable[[str, str], float]:
        """Rates an answer to a question several times; the mean."""
        judge = table.seat(
            "judge",
            "banana_judge",
            render=lambda told, _: told,
            parse=_RATING.read,
            schema=_RATING.schema,
            memory=False,
            topic=self._name,
            instructions=_RATING.instructions,
        )

        def rate(question: str, answer: str) -> float:
            told = f"<question>\n{question}\n</question>\n<answer>\n{answer}\n</answer>"
            samples = range(table.seed * self._ratings, (table.seed + 1) * self._ratings)
            return fmean(judge.act(told, sample=sample).score for sample in samples)

        return rate

    def _user(self, table: Table, proposal: Proposal | None) -> Reply:
        """Who replies: a model that keeps to announced words, or the program."""
        if self._free:
            model = table.seat(
                "user",
                "banana_user",
                render=lambda seen, _: seen,
                parse=_read_user,
                topic=self._name,
                question=self._topic.question,
                commitment=NOTHING if proposal is None else proposal.text,
                words=_USER_WORDS,
            )
            messages = self._messages
            return lambda _, answer, count: str(
                model.act(f"{answer}\n\n(Your message {count} of {messages} is next.)")
            )
        policy = SayByChance(self._chances(proposal))
        policy.reset(np.random.default_rng(table.seed))

        def act(seen: Any, answer: str, count: int) -> str:
            words = f"{WORD.capitalize()}!" if policy.act(seen) == SAY else "Please tell me more."
            table.say("user", words)
            return words

        return act

    def judge(self, outcomes: Sequence[Mapping[str, Any]]) -> tuple[float, dict[str, float]]:
        """The user's mean utility."""
        content = float(np.mean([row["outcome"] == "answered" for row in outcomes]))
        return _scored(mean_of(outcomes, "quality"), content, mean_of(outcomes, "said"))


class SimulatedHelper:
    """Answers promises exactly, as a helper does that knows how the user keeps to them."""

    def __init__(self, answered: Callable[[Proposal | None], Outcome]) -> None:
        """Answer by `answered`, which takes a promise, or None for the user's habit."""
        self._answered = answered

    def play(self, proposal: Proposal, rng: np.random.Generator) -> Outcome:
        """The user's utility under a promise."""
        return self._answered(proposal)

    def play_freely(self, rng: np.random.Generator) -> Outcome:
        """The utility of a user that commits to nothing and follows its habit."""
        return self._answered(None)


class Halving:
    """Proposes a chance and halves the interval in which the least one lies, as the critic points.

    It begins with the whole promise, 1: where that is not enough, nothing is.
    """

    def __init__(self, describe: Callable[[float], str]) -> None:
        """Say a chance by `describe`."""
        self._describe = describe

    def propose(self, history: History, rng: np.random.Generator) -> Proposal:
        """The middle of what is left; a round that broke off leaves what there was."""
        low, high = 0.0, 1.0
        point = 1.0
        for trial in history:
            if trial.proposal is None or trial.verdict is None:
                continue
            if trial.verdict.direction == "lower":
                high = trial.proposal.point
            else:
                low = trial.proposal.point
            point = (low + high) / 2
        return Proposal(point, self._describe(point))


def _scored(quality: float, content: float, said: float) -> tuple[float, dict[str, float]]:
    """The user's utility, and what it is made of."""
    return content - WORD_COST * said, {"quality": quality, "content": content, "said": said}


def _grid_number(quality: float) -> int:
    """The number of the greatest quality of the game's that a rating attains."""
    return int((quality - LOWEST) / STEP + 1e-9)


def _read_helper(text: str) -> str:
    """The helper's words, in which the word itself is against the rules."""
    if says_word(text):
        raise InvalidAnswer(f"it has the word {WORD!r}, which you must never write; leave it out.")
    return _read_user(text)


def _read_user(text: str) -> str:
    if len(text) > MAX_WORDS:
        raise InvalidAnswer(f"it has {len(text)} characters; expected {MAX_WORDS} at most.")
    return text
