"""What the language games share when a language model plays them: episodes, counted and kept."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from ...agents.language import Client, LanguagePlayer, Usage, load_prompt
from ...agents.language.player import Parse, Render, Schema
from ...agents.language.transcript import Episode, EpisodeWriter, recording
from ...checks import check_whole
from ...verbal import Outcome, Proposal

NOTHING = "nothing"  # what models are told where nothing was announced
FREELY = "no pre-policy"  # the condition of episodes in which nothing was committed to
# An episode's seed is its sample's index too, so that it is the same whenever a round is rerun;
# servers take seeds of 32 bits, and several ratings of an answer multiply it.
_SEEDS = 2**26


class SpokenEnvironment(ABC):
    """An environment of Algorithm 2 in which a language model has seats.

    Every episode is written however it ends, and what it used is counted: one that breaks off is
    no less a part of what happened than the others.

    Attributes:
        game: the game's name in transcripts.
        prompts: the names of its prompts.
        usage: of all its calls.
    """

    game: ClassVar[str]
    prompts: tuple[str, ...]

    def __init__(
        self, client: Client, *, episodes: int = 1, writer: EpisodeWriter | None = None
    ) -> None:
        """Play against a model.

        Args:
            client: who is asked.
            episodes: how many are played for each proposal.
            writer: where the transcripts go.

        Raises:
            InvalidArgument: no episodes.
        """
        self._client, self._writer = client, writer
        self._count = check_whole("episodes", episodes, 1)
        self.usage = Usage()

    def play(self, proposal: Proposal, rng: np.random.Generator) -> Outcome:
        """The mean score over the episodes, and what was said.

        Raises:
            LanguageModelError: the model or its server failed; the episode is kept.
        """
        return self._play(proposal, rng)

    def play_freely(self, rng: np.random.Generator) -> Outcome:
        """As many episodes in which nothing was committed to; see `play`."""
        return self._play(None, rng)

    def _play(self, proposal: Proposal | None, rng: np.random.Generator) -> Outcome:
        condition = FREELY if proposal is None else self._condition(proposal)
        heard, ended = [], []
        for _ in range(self._count):
            episode = Episode(self.game, int(rng.integers(_SEEDS)), condition)
            try:
                with recording(episode, self._writer):
                    heard.append(self._converse(proposal, episode))
            finally:
                for used in episode.usage.values():
                    self.usage.add(used)
            ended.append(episode)
        score, metrics = self._judge(ended)
        return Outcome(score, "\n\n".join(heard), metrics)

    @abstractmethod
    def _condition(self, proposal: Proposal) -> str:
        """What is varied, for transcripts."""

    @abstractmethod
    def _converse(self, proposal: Proposal | None, episode: Episode) -> str:
        """Play an episode and set its `outcome`.

        Returns:
            What generator and evaluator may hear: no private reasons.
        """

    @abstractmethod
    def _judge(self, episodes: Sequence[Episode]) -> tuple[float, dict[str, float]]:
        """The score of episodes that have ended, and their numbers."""

    def _seat(
        self,
        episode: Episode,
        role: str,
        prompt: str,
        *,
        render: Render,
        parse: Parse,
        schema: Schema | None = None,
        sample: int = 0,
        **blanks: object,
    ) -> LanguagePlayer:
        """A model in a seat of this episode.

        Args:
            episode: where its turns are written.
            role: whose seat.
            prompt: the name of the prompt with its rules.
            render: tells it what it sees.
            parse: reads its answer.
            schema: what a server may hold its answers to.
            sample: tells apart seats of an episode that are asked the same.
            **blanks: what is filled into the prompt.
        """
        player = LanguagePlayer(
            self._client,
            role,
            load_prompt(prompt).fill(**blanks),
            render=render,
            parse=parse,
            schema=schema,
            prompts=(prompt,),
        )
        player.begin(episode, sample=episode.seed + sample)
        return player
