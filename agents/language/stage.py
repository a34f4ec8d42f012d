"""Where language models play in Algorithm 2: seats, and episodes that are counted and kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ...core.checks import check_episodes
from ...core.verbal import Outcome, Proposal
from ...games.dialogue.language import Language
from .budget import Usage
from .client import Client
from .player import LanguagePlayer
from .prompts import load_prompt
from .transcript import Episode, EpisodeWriter, recording

FREELY = "no pre-policy"  # the condition of episodes in which nothing was committed to
# An episode's seed is its sample's index too, so that it is the same whenever a round is rerun;
# servers take seeds of 32 bits, and several ratings of an answer multiply it.
_SEEDS = 2**26


class ModelTable:
    """Gives the seats of one episode to a language model.

    Attributes:
        seed: the episode's.
    """

    def __init__(self, client: Client, episode: Episode) -> None:
        """Play an episode.

        Args:
            client: who is asked, for all seats.
            episode: where all turns are written.
        """
        self.seed = episode.seed
        self._client, self._episode = client, episode

    def say(self, role: str, text: str, parsed: Any = None) -> None:
        """Write down what a role says that no model plays."""
        self._episode.say(role, text, parsed)

    def seat(
        self,
        role: str,
        prompt: str,
        *,
        render: Callable[[Any, str], str],
        parse: Callable[[str], Any],
        schema: Mapping[str, Any] | Callable[[Any, str], Mapping[str, Any]] | None = None,
        memory: bool = True,
        sample: int = 0,
        **blanks: object,
    ) -> LanguagePlayer:
        """The model in a role; `scg_envs.games.dialogue.language.Table` has the arguments."""
        player = LanguagePlayer(
            self._client,
            role,
            load_prompt(prompt).fill(**blanks),
            render=render,
            parse=parse,
            schema=schema,
            memory=memory,
            prompts=(prompt,),
        )
        player.begin(self._episode, sample=self.seed + sample)
        return player


class Stage:
    """The environment of Algorithm 2 in which a language model has seats.

    Every episode is written however it ends, and what it used is counted: one that breaks off is
    no less a part of what happened than the others.

    Attributes:
        prompts: the names of the seats' prompts.
        usage: of all its calls.
    """

    def __init__(
        self,
        client: Client,
        language: Language,
        *,
        episodes: int | None = None,
        writer: EpisodeWriter | None = None,
    ) -> None:
        """Play a game with a model.

        Args:
            client: who is asked.
            language: the game in words.
            episodes: how many are played for each proposal; one if None.
            writer: where the transcripts go.

        Raises:
            InvalidArgument: no episodes.
        """
        self._client, self._language, self._writer = client, language, writer
        self._count = 1 if episodes is None else check_episodes(episodes)
        self.prompts = language.prompts
        self.usage = Usage()

    def play(self, proposal: Proposal, rng: np.random.Generator) -> Outcome:
        """The mean score over the episodes, and what was said.

        Raises:
            LanguageModelError: the model or its server failed; the episode is kept.
        """
        return self._play(proposal, rng)

    def play_freely(self, rng: np.random.Generator) -> Outcome:
        """The score of as many episodes in which nothing was committed to.

        Raises:
            LanguageModelError: the model or its server failed; the episode is kept.
        """
        return self._play(None, rng)

    def _play(self, proposal: Proposal | None, rng: np.random.Generator) -> Outcome:
        language = self._language
        condition = FREELY if proposal is None else language.condition(proposal)
        heard, outcomes = [], []
        for _ in range(self._count):
            episode = Episode(language.game, int(rng.integers(_SEEDS)), condition)
            try:
                with recording(episode, self._writer):
                    table = ModelTable(self._client, episode)
                    episode.outcome, transcript = language.converse(proposal, table)
            finally:
                for used in episode.usage.values():
                    self.usage.add(used)
            heard.append(transcript)
            outcomes.append(episode.outcome)
        score, metrics = language.judge(outcomes)
        return Outcome(score, "\n\n".join(heard), metrics)
