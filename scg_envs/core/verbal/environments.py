"""Environments of Algorithm 2 that need no language model."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .trial import Outcome, Proposal


class Answered:
    """Players whose answers are known: a proposal's outcome is computed, and nothing is drawn."""

    def __init__(self, answer: Callable[[Proposal | None], Outcome]) -> None:
        """Answer by a function of what is proposed, or of None where nothing is committed to."""
        self._answer = answer

    def play(self, proposal: Proposal, rng: np.random.Generator) -> Outcome:
        """What comes of the proposal."""
        return self._answer(proposal)

    def play_freely(self, rng: np.random.Generator) -> Outcome:
        """What comes of no commitment."""
        return self._answer(None)
