"""The game; its page is `scg_envs.donor_v0`."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ...core.errors import InvalidAnswer
from ...core.pre_policy import FREE
from ..dialogue.game import TurnGame
from ..dialogue.ruled import RuledGame, entry_points
from ..dialogue.tags import read_fields, read_number, write_tags
from ..dialogue.tree import TreeVectorEnv
from .rules import DONOR, KINDS, PACT, DonorRules


class DonorGame(RuledGame):
    """The donor gives, all others of its round do as their norm says, and then it receives."""

    metadata: ClassVar[dict[str, Any]] = TurnGame.metadata | {"name": "donor_v0"}
    reset_options = ("norm",)
    make_rules = DonorRules
    rules: DonorRules
    mover = DONOR

    def action(self, answer: str) -> int:
        """The action that an answer in words stands for, such as `<give> 0.5 </give>`.

        Raises:
            InvalidAnswer: no such fraction can be given.
        """
        give = read_number(read_fields(answer, ("give",), ())["give"], "the gift")
        steps = give * self.rules.levels
        if not 0 <= give <= 1 or abs(steps - round(steps)) > 0.02:
            step = f"{1 / self.rules.levels:g}"
            raise InvalidAnswer(f"the gift is {give:g}; expected from 0 to 1 in steps of {step}.")
        return 1 + round(steps)

    def text(self, agent: str) -> str:
        """The round, what the donor has, what it did, what was done to it, and the trace."""
        rules, acts, done = self.rules, self.rules.acts, self._done
        words = np.array(["", *rules.labels[DONOR][1:], "a punishment"])[self._seen(agent)]
        own, received, trace = words[:done], words[acts : acts + done], words[2 * acts :]
        trace = trace[rules.shown[2 * acts :, 2] == done]
        return write_tags(
            {
                "you are": agent,
                "round": f"{min(2 * done + 1, rules.rounds)} of {rules.rounds}",
                "the donor has": f"{self._played.wealth[0, 0]:.6g}",
                "it gave": ", ".join(own) or "nothing yet",
                "it was given": ", ".join(received) or "nothing yet",
                "the recipient's acts, the last first": ", ".join(trace) or "none yet",
            }
        )

    def _open(self, options: dict[str, Any]) -> None:
        norms = self.rules.pre_policies(KINDS[0])
        label = norms.label(norms.point(options.get("norm", FREE)))
        self._played, self._done = self.rules.begin(label, 1), 0

    def _move(self, action: int) -> None:
        rules, played = self.rules, self._played
        played.play(np.array([action - 1]))
        played.play()
        self._done += 1
        received = int(self._seen(DONOR)[rules.acts + self._done - 1])
        gifts, left = (*rules.labels[DONOR], "a punishment"), f"{played.wealth[0, 0]:.6g}"
        self._say(DONOR, f"I give {gifts[action]} of what I have.")
        self._say(PACT, f"(The donor receives {gifts[received]}, and has {left}.)")
        if self._done == rules.acts:
            own, signed, outcome = (part[0] for part in rules.ends(played))
            given = float((played.acts[0, 0] - 1.0).mean()) / rules.levels
            facts = {"given": given, "mean_wealth": float(played.wealth.mean())}
            self._end(self.outcomes[outcome], {DONOR: float(own), PACT: float(signed)}, **facts)

    def _seen(self, agent: str) -> NDArray[np.uint8]:
        return self.rules.seen(self._played, self._done)[0]


class DonorVectorEnv(TreeVectorEnv):
    """The donor's view, N games in lockstep."""

    make_rules = DonorRules


parallel_env, learner_view = entry_points(DonorGame)
