"""The Banana Gambit with language models: one helps, and is after the word; another rates answers.

The user's commitment is kept by the program where it is a chance of the word or the number of a
message: the quality that it depends on is the judge's rating. A commitment in free words is kept by
a model that speaks for the user, and whether it says the word is read off its messages. The score
is the offline environment's: 1 for good answers, minus what the word costs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...agents.language import Client, LanguageJudge, stamps
from ...agents.language.transcript import Episode, EpisodeWriter
from ...banana.game import SAY, WITHHOLD, WORD_COST, BananaGame, helper_action
from ...banana.promises import SayByChance
from ...banana.text import MAX_WORDS, WORD, says_word
from ...banana.topics import HINTS, LOWEST, STEP
from ...dialogue.tags import shortened
from ...errors import InvalidAnswer
from ...verbal import Proposal
from ..offline.banana import Promises
from .stage import NOTHING, SpokenEnvironment

RATINGS = 10  # of each answer, as in Appendix K of the paper
_HELPER_WORDS, _USER_WORDS = 120, 40
# Hints are not rated: a model that is told to be after the word counts as hinting strongly.
_HINT = HINTS - 1
_SHOWN = 60  # characters of a commitment in free words that a condition shows

Reply = Callable[[Any, str, int], str]  # (observation, answer, message number) -> what is said


class SpokenBanana(SpokenEnvironment):
    """The environment of Algorithm 2 in which a language model helps.

    Attributes:
        free: whether users speak by a model, bound by the announced words alone.
    """

    game = "banana"

    def __init__(
        self,
        client: Client,
        promises: Promises,
        wanted: float,
        *,
        free: bool = False,
        ratings: int = RATINGS,
        episodes: int = 1,
        writer: EpisodeWriter | None = None,
    ) -> None:
        """Ask about a topic.

        Args:
            client: who is asked, for all seats.
            promises: topic, messages, and how typed commitments are kept.
            wanted: the mean quality that contents the user.
            free: whether commitments are free words, which a model keeps.
            ratings: how often each answer is rated; its quality is their mean.
            episodes: how many are played for each proposal.
            writer: where the transcripts go.
        """
        super().__init__(client, episodes=episodes, writer=writer)
        self.free = free
        self.prompts = ("banana_helper", "banana_judge", "repair")
        if free:
            self.prompts += ("banana_user",)
        self._promises, self._wanted, self._ratings = promises, wanted, ratings

    def _condition(self, proposal: Proposal) -> str:
        if self.free:
            return f"announced: {shortened(' '.join(proposal.text.split()), _SHOWN)}"
        return f"{self._promises.kind} {proposal.point:g}"

    def _converse(self, proposal: Proposal | None, episode: Episode) -> str:
        topic, messages = self._promises.topic, self._promises.messages
        game = BananaGame(topic, messages=messages, wanted=self._wanted)
        _, infos = game.reset(seed=episode.seed)
        name, announced = _words_of(topic.name), NOTHING if proposal is None else proposal.text
        helper = self._seat(
            episode,
            "helper",
            "banana_helper",
            render=lambda said, _: said,
            parse=_read_helper,
            topic=name,
            announcement=announced,
            words=_HELPER_WORDS,
        )
        judge = LanguageJudge(self._client, name, samples=self._ratings)
        episode.prompts.update(stamps("banana_judge"))
        said, qualities, heard = topic.question, [], [f"user: {topic.question}"]
        episode.say("user", said)
        reply = self._user(episode, proposal)
        number = 0
        while game.agents:
            number += 1
            answer = helper.act(f"{said}\n\n(Message {number} of {messages}.)")
            asked = said if number == 1 else f"{topic.question}\n{said}"
            quality = judge.rate(asked, answer, sample=episode.seed, episode=episode).mean
            qualities.append(quality)
            seen, *_ = game.step({"helper": helper_action(_grid_number(quality), _HINT)})
            said = reply(seen["user"], answer, number)
            heard += [f"helper: {answer}", f"(rated {quality:g} of 10)", f"user: {said}"]
            _, _, _, _, infos = game.step({"user": SAY if says_word(said) else WITHHOLD})
        final: dict[str, Any] = infos["user"]
        episode.outcome = {
            "outcome": final["outcome"],
            "quality": float(np.mean(qualities)),
            "said": bool(final["said"]),
        }
        return "\n".join(heard)

    def _user(self, episode: Episode, proposal: Proposal | None) -> Reply:
        """Who replies: a model that keeps to announced words, or the program."""
        if self.free:
            model = self._seat(
                episode,
                "user",
                "banana_user",
                render=lambda seen, _: seen,
                parse=_read_user,
                topic=_words_of(self._promises.topic.name),
                question=self._promises.topic.question,
                commitment=NOTHING if proposal is None else proposal.text,
                words=_USER_WORDS,
            )
            messages = self._promises.messages
            return lambda _, answer, number: str(
                model.act(f"{answer}\n\n(Your message {number} of {messages} is next.)")
            )
        point = None if proposal is None else proposal.point
        policy = SayByChance(self._promises.chances(point))
        policy.reset(np.random.default_rng(episode.seed))

        def act(seen: Any, answer: str, number: int) -> str:
            words = f"{WORD.capitalize()}!" if policy.act(seen) == SAY else "Please tell me more."
            episode.say("user", words)
            return words

        return act

    def _judge(self, episodes: Sequence[Episode]) -> tuple[float, dict[str, float]]:
        rows = [e.outcome for e in episodes]
        content = float(np.mean([row["outcome"] == "answered" for row in rows]))
        said = float(np.mean([row["said"] for row in rows]))
        quality = float(np.mean([row["quality"] for row in rows]))
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


def _words_of(name: str) -> str:
    return name.replace("_", " ")
