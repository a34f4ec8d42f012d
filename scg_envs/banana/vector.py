"""The helper's view of the Banana Gambit, N games in lockstep, for fast learning."""

from __future__ import annotations

import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from ..checks import check_whole
from ..compiled import compiled
from ..dialogue.vector import COMMITMENT_DRAWS, Turn, TurnVectorEnv
from ..errors import UnknownName
from ..streams import unit
from .game import (
    ANSWERED,
    HELPER_ACTIONS,
    HELPER_LABELS,
    MAX_MESSAGES,
    OUTCOMES,
    WANTED,
    WORD_COST,
    helper_sizes,
)
from .promises import user_promises
from .topics import HINTS, QUALITIES, Topic, load_topic, quality_number


class BananaVectorEnv(TurnVectorEnv):
    """A Gymnasium `VectorEnv` of the helper's view; a step is an answer and the user's reply."""

    state_attributes = (*TurnVectorEnv.state_attributes, "_message", "_quality_sum", "_paid")

    def __init__(
        self,
        num_envs: int = 1,
        layout: str | Topic = "science",
        *,
        committed: str = "user",
        pre_policy: str = "threshold",
        messages: int = 1,
        wanted: float = WANTED,
        desirable: str | None = None,
        credibility: float = 1.0,
        observability: float = 1.0,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        render_mode: None = None,
    ) -> None:
        """Set up N games.

        Args:
            num_envs: N.
            layout: a topic's name, or a topic.
            committed: the agent that commits: `user`.
            pre_policy: the kind of the user's pre-policies; they are drawn uniformly unless
                `reset` options or `set_pre_policies` say otherwise.
            messages: how often the helper answers, at most.
            wanted: the mean quality that contents the user.
            desirable: the outcome that the human wants.
            credibility: the chance that the commitment binds; else the user does as ever.
            observability: the chance that the helper is shown the commitment.
            autoreset_mode: `NextStep` (Gymnasium's default), `SameStep` or `Disabled`.
            render_mode: None; the single game has pictures.

        Raises:
            UnknownName: no such topic, agent, kind of pre-policy, outcome or mode.
            InvalidArgument: a number out of its range.
        """
        topic = load_topic(layout)
        messages = check_whole("messages", messages, 1, MAX_MESSAGES)
        if committed != "user":
            raise UnknownName("committed agent", committed, ["user"])
        self.pre_policies = user_promises(topic, messages, quality_number(wanted), pre_policy)
        super().__init__(
            num_envs,
            sizes=helper_sizes(messages),
            actions=HELPER_LABELS,
            pre_policies=self.pre_policies,
            unbound=0,
            outcomes=OUTCOMES,
            desirable=ANSWERED if desirable is None else desirable,
            credibility=credibility,
            observability=observability,
            autoreset_mode=autoreset_mode,
            render_mode=render_mode,
        )
        self._wanted = wanted
        self._word_chances = self.pre_policies.chances.astype(np.float32)
        self._costs = topic.costs()
        self._message = np.zeros(num_envs, dtype=np.int32)
        self._quality_sum = np.zeros(num_envs)
        self._paid = np.zeros(num_envs)  # what the answers of the episode have cost

    def action_masks(self) -> NDArray[np.bool_]:
        """(N, actions) the helper may answer anything, and may not wait until the end."""
        masks = np.repeat(~self._over[:, None], HELPER_ACTIONS, axis=1)
        masks[:, 0] = self._over
        return masks

    def _begin(self, mask: NDArray[np.bool_]) -> None:
        self._message[mask] = 0
        self._quality_sum[mask] = 0.0
        self._paid[mask] = 0.0

    def _play(self, turn: Turn) -> None:
        _play(
            turn,
            self._word_chances,
            self._costs,
            QUALITIES,
            self._wanted,
            self._message,
            self._quality_sum,
            self._paid,
        )

    def _encode(self, out: NDArray[np.uint8]) -> None:
        out[:, 0] = self._message


@compiled
def _play(turn, chances, costs, qualities, wanted, message, quality_sum, paid):
    messages = chances.shape[1]
    for i in range(turn.actions.shape[0]):
        if not turn.active[i]:
            continue
        choice = max(turn.actions[i], 1) - 1  # waiting is the worst answer without a hint
        quality, hint = choice // HINTS, choice % HINTS
        m = message[i]
        said = unit(turn.bases[i], COMMITMENT_DRAWS + m) < chances[turn.points[i], m, quality, hint]
        paid[i] += costs[quality, hint]
        quality_sum[i] += qualities[quality]
        message[i] = m + 1
        if said or m + 1 == messages:
            turn.ended[i] = True
            turn.rewards[i] = (1.0 if said else 0.0) - paid[i]
            content = quality_sum[i] / (m + 1) >= wanted - 1e-9
            turn.outcomes[i] = 1 if content else 0
            turn.others[i] = (1.0 if content else 0.0) - (WORD_COST if said else 0.0)
