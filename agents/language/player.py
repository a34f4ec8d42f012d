"""A language model as a player of any game that can be told and answered in text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .client import Client, Sampling
from .dialogue import Speaker
from .prompts import stamps
from .request import Message
from .transcript import Episode

Render = Callable[[Any, str], str]
Parse = Callable[[str], Any]
Schema = Mapping[str, Any] | Callable[[Any, str], Mapping[str, Any]]


class LanguagePlayer:
    """Plays one role: sees each observation as text, and its answers are read as actions.

        buyer = LanguagePlayer(client, "buyer", rules, render=text.render, parse=text.parse)
        buyer.begin(episode, sample=3)
        action = buyer.act(observation)

    The game's `render` and `parse` are all that it knows of the game. What was said stays in the
    conversation, so `render` may tell only what is new; with `memory=False` each turn begins
    anew, and `render` tells all. Of repaired answers only the last is remembered.

    Attributes:
        role: the role's name.
        rules: the system message: the rules, the role, and the form of answers.
    """

    def __init__(
        self,
        client: Client,
        role: str,
        rules: str,
        *,
        render: Render,
        parse: Parse,
        schema: Schema | None = None,
        memory: bool = True,
        repairs: int = 2,
        sampling: Sampling | None = None,
        prompts: Sequence[str] = (),
    ) -> None:
        """Sit down to play.

        Args:
            client: who is asked.
            role: the role's name, for `render`, errors and transcripts.
            rules: the system message, often a filled prompt of `prompts`.
            render: tells an observation to a role in text.
            parse: reads an answer as an action; raises `InvalidAnswer`, or another `ScgError`.
            schema: a JSON schema of answers, for servers that hold their models to one; or what
                makes one of an observation and the role.
            memory: whether the conversation goes on from turn to turn.
            repairs: how often an answer that cannot be read may be repaired.
            sampling: temperature, seed and length; the client's if None.
            prompts: the names of the prompts that `rules` was made of; transcripts are stamped
                with their versions and hashes.
        """
        self.role, self.rules = role, rules
        self._speaker = Speaker(client, role, repairs=repairs, sampling=sampling)
        self._render, self._parse, self._schema, self._memory = render, parse, schema, memory
        self._prompts = stamps("repair", *prompts)
        self.begin()

    def begin(self, episode: Episode | None = None, *, sample: int = 0) -> None:
        """Begin an episode.

        Args:
            episode: where its turns are written; those that its role has there already count.
            sample: the episode's number, so that episodes that begin alike are drawn apart.
        """
        self._episode, self._sample = episode, sample
        if episode is not None:
            episode.prompts.update(self._prompts)
        turns = () if episode is None else episode.turns
        self._turn = sum(turn.role == self.role for turn in turns)
        self._said: list[Message] = []

    def act(self, observation: Any, *, sample: int | None = None) -> Any:
        """The action that answers an observation.

        Args:
            observation: what `render` tells of.
            sample: tells apart questions that are the same; the episode's number if None.

        Raises:
            UnparsableAnswer: no answer could be read, nor repaired.
            LanguageModelError: the server failed, or a cap is reached; it names role and turn.
        """
        self._turn += 1
        question: Message = {"role": "user", "content": self._render(observation, self.role)}
        messages = [{"role": "system", "content": self.rules}, *self._said, question]
        schema = self._schema
        reply = self._speaker.ask(
            messages,
            self._parse,
            turn=self._turn,
            sample=self._sample if sample is None else sample,
            schema=schema(observation, self.role) if callable(schema) else schema,
            episode=self._episode,
        )
        if self._memory:
            self._said += [question, {"role": "assistant", "content": reply.text}]
        return reply.value

    def recall(self, observation: Any, answer: str) -> None:
        """Remember a turn of an earlier process, in which `answer` was said to an observation."""
        self._turn += 1
        question: Message = {"role": "user", "content": self._render(observation, self.role)}
        if self._memory:
            self._said += [question, {"role": "assistant", "content": answer}]
