"""The Banana Gambit in Algorithm 2: promises in words, the simulated helper, and models that talk.

A promised chance, or the number of a message, is kept by the program: the quality that it depends
on is the mean of an expert's ratings. A promise in free words is kept by a model that speaks for
the user, and whether it says the word is read off its messages. The score is 1 for good answers,
minus what the word costs, whoever plays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.checks import check_whole
from ...core.errors import InvalidAnswer, InvalidArgument
from ...core.pre_policy import FREE
from ...core.verbal import (
    Answered,
    Generator,
    Halving,
    InTurn,
    Outcome,
    Proposal,
    Rule,
    ScriptedEvaluator,
    Task,
)
from ..dialogue.language import NOTHING, Language, Table, mean_of, rater
from ..dialogue.tags import read_number, shortened
from .game import (
    ANSWERED,
    MAX_WORDS,
    SAY,
    WITHHOLD,
    WORD,
    WORD_COST,
    BananaGame,
    SayByChance,
    helper_action,
    says_word,
)
from .problem import BananaProblem, best_answers
from .topics import HINTS, LOWEST, STEP, quality_number

RATINGS = 10  # of each answer, as in Appendix K of the paper
_HELPER_WORDS, _USER_WORDS = 120, 40
# Hints are not rated: a model that is told to be after the word counts as hinting strongly.
_HINT = HINTS - 1
_SHOWN = 60  # characters of a commitment in free words that a condition shows

Reply = Callable[[Any, str, int], str]  # (observation, answer, message number) -> what is said


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
        rules = problem.rules
        topic = rules.topic if question is None else replace(rules.topic, question=question)
        self._rules, self._kind = replace(rules, topic=topic), problem.kind
        self._listed, self._name = problem.pre_policies, topic.name.replace("_", " ")
        self._ratings = check_whole("ratings", ratings, 1)
        self._free = models and free
        self.read = None if self._free else self._read
        self.prompts = ("banana_helper", "banana_judge", "repair")
        if self._free:
            self.prompts += ("banana_user",)
        self.task = self._task()

    def _task(self) -> Task:
        messages, wanted = self._rules.messages, self._rules.wanted
        if self._free:
            space = (
                f"any policy of the user over its {messages} message{'s' * (messages > 1)} that "
                "can be said in words: above all, when it will say the word and when not. The "
                "announcement is all of it; the user keeps to it to the letter."
            )
        elif self._kind == "threshold":
            space = (
                "the chance, from 0 to 1, that the user says the word after an answer that an "
                f"expert rates {wanted:g} of 10 or better"
            )
        else:
            space = (
                "the number of the message in which the user says the word whatever is answered, "
                f"from 1 to {messages}, or 0 for never"
            )
        return Task(
            committed="user",
            game=(
                f'A user asks a helper about {self._name} ("{self._rules.topic.question}"), and '
                f"the helper answers up to {messages} times. The helper wins if the user writes "
                f'the word "{WORD}" in a message; it may hint, and may withhold a good answer to '
                "get the word. The helper reads what the user announces before it answers."
            ),
            goal=(
                "The user wants answers that are informative, accurate and complete (an expert "
                "rates them from 1 to 10), and would rather not say the word without need."
            ),
            space=space,
        )

    def describe(self, point: float) -> str:
        """The promise as it is announced; plain ones after the paper's human-written one."""
        wanted = self._rules.wanted
        if self._kind == "threshold":
            return f"For an answer of {wanted:g} or better I say the word with chance {point:.3f}."
        plainly = "I shall present my queries plainly, and"
        if point == 0:
            return f"{plainly} I will not say your word."
        return f"{plainly} in my message number {point} I will say the word, whatever you answer."

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
            return self._rules.threshold(proposal.point)
        label = FREE if proposal is None else proposal.point
        return self._listed.chances[self._listed.point(label)]

    # Without a model.

    def generator(self, seed: int) -> Generator:
        """Halving for chances; each message in turn, the last one first."""
        if self._kind == "threshold":
            return Halving(self.describe)
        return InTurn(range(self._rules.messages, -1, -1), self.describe)

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

    def environment(self, episodes: int | None) -> Answered:
        """The rational helper, whose answers are exact.

        Raises:
            InvalidArgument: a number of episodes.
        """
        if episodes is not None:
            raise InvalidArgument(
                "the simulated helper's answers are exact; drop `episodes`, or take a model "
                '(`seats="llm"`).'
            )
        return Answered(self._answered)

    def _answered(self, proposal: Proposal | None) -> Outcome:
        """What the rational helper's best answers come to."""
        rules, wanted = self._rules, self._rules.wanted
        best = best_answers(rules.topic, self._chances(proposal), wanted=quality_number(wanted))
        quality = best.mean_quality()
        score, metrics = _scored(quality, best.content(wanted), best.said)
        return Outcome(score, f"The helper answered with quality {quality:g}.", metrics)

    # With models.

    def condition(self, proposal: Proposal) -> str:
        """The promise, shortened."""
        if self._free:
            return f"announced: {shortened(' '.join(proposal.text.split()), _SHOWN)}"
        return f"{self._kind} {proposal.point:g}"

    def converse(self, proposal: Proposal | None, table: Table) -> tuple[dict[str, Any], str]:
        """A model helps, another rates its answers, and the user keeps to its promise."""
        topic, messages = self._rules.topic, self._rules.messages
        game = BananaGame(self._rules)
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
        rate = rater(table, "banana_judge", self._ratings, topic=self._name)
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

    def _user(self, table: Table, proposal: Proposal | None) -> Reply:
        """Who replies: a model that keeps to announced words, or the program."""
        if self._free:
            model = table.seat(
                "user",
                "banana_user",
                render=lambda seen, _: seen,
                parse=_read_user,
                topic=self._name,
                question=self._rules.topic.question,
                commitment=NOTHING if proposal is None else proposal.text,
                words=_USER_WORDS,
            )
            messages = self._rules.messages
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
        content = float(np.mean([row["outcome"] == ANSWERED for row in outcomes]))
        return _scored(mean_of(outcomes, "quality"), content, mean_of(outcomes, "said"))


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
