"""The facility game and a resident's batched view; its page is `scg_envs.facility_v0`."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ...core.batched.draws import is_shown
from ...core.checkpoint import StateDict
from ...core.compiled import compiled
from ...core.errors import InvalidOptions
from ...core.state_form import Form, within
from ...core.streams import unit
from ..dialogue.game import TurnGame
from ..dialogue.ruled import RuledVectorEnv, entry_points
from ..dialogue.tags import write_tags
from ..dialogue.together import TogetherGame
from ..dialogue.vector import COMMITMENT_DRAWS, Turn
from .rules import NEAR, OUTCOMES, PLANNER, FacilityRules, SitingRules

_NEAR = OUTCOMES.index(NEAR)
_BINS = 4096
_SIGHTS = 1_002  # the number of the draw of whether the first resident is shown the rule


class FacilityGame(TogetherGame):
    """All residents report at once, and the facility is built."""

    metadata: ClassVar[dict[str, Any]] = TurnGame.metadata | {"name": "facility_v0"}
    reset_options = ("rule",)
    make_rules = FacilityRules
    rules: FacilityRules
    mover = FacilityRules.learner  # as all others do

    def __init__(self, layout: Any = None, **settings: Any) -> None:
        """Set up the game; `RuledGame` has the arguments, `FacilityRules` the settings."""
        super().__init__(layout, **settings)
        self._sites, self._sums = SitingRules(self.rules).sites, sums(self.rules)

    def text(self, agent: str) -> str:
        """Who lives where."""
        lives = zip(self.rules.neighbours, self._peaks, strict=True)
        known = ", ".join(f"{a} at {k}" for a, k in lives if agent != PLANNER) or "not to you"
        last = str(self.rules.places - 1)
        return write_tags({"you are": agent, "last place": last, "who lives where": known})

    def _act(self, actions: tuple[int, ...]) -> None:
        rules, n, reports = self.rules, self.rules.residents, np.array(actions[1:])
        site = int(self._sites[self._rule, int(reports @ rules.digits)])
        lived = int(self._peaks @ rules.digits)
        rewards = {PLANNER: -float(rules.losses[lived, site])}
        for agent, peak, report in zip(rules.neighbours, self._peaks, reports, strict=True):
            rewards[agent] = -abs(site - n * int(peak)) / n
            self._say(agent, f"I live at {report}.")
        self._say(PLANNER, f"It is built at {site / n:g}.")
        self._end(OUTCOMES[int(rules.near[lived, site])], rewards, built_at=site / n)

    def _open(self, options: dict[str, Any]) -> None:
        rule, number = options.get("rule", 0), len(self._sites)
        if isinstance(rule, bool) or rule not in range(number):
            raise InvalidOptions(f"options['rule'] is {rule!r}; expected 0 to {number - 1}.")
        self._rule = int(rule)
        drawn = int(np.searchsorted(self._sums, self.np_random.random(), side="right"))
        self._peaks = self.rules.profiles[drawn]

    def _now(self) -> str:
        return "residents report where they live"

    def _seen(self, agent: str) -> NDArray[np.uint8]:
        return np.array([0] if agent == PLANNER else self._peaks, dtype=np.uint8)


def sums(rules: FacilityRules) -> NDArray[np.float64]:
    """(Q,) running sums of the chances of where residents live, the last beyond every draw."""
    running = rules.chances.cumsum()
    return np.where(running > 1 - 1e-12, 2.0, running)


parallel_env, learner_view = entry_points(FacilityGame)


class FacilityVectorEnv(RuledVectorEnv):
    """The first resident's view, N games in lockstep; an episode is its one report."""

    make_rules = FacilityRules
    rules: FacilityRules
    pre_policies: SitingRules
    state_attributes = (*RuledVectorEnv.state_attributes, "_lived")

    def __init__(self, num_envs: int = 1, **settings: Any) -> None:
        """Set up N games; `RuledVectorEnv` has the arguments, `FacilityRules` the settings."""
        super().__init__(num_envs, **settings)
        rules, space = self.rules, self.pre_policies
        self._sums, self._lived = sums(rules), np.zeros(num_envs, dtype=np.int64)
        self._starts = np.searchsorted(self._sums, np.arange(_BINS) / _BINS, side="right")
        self._tables = rules.profiles, rules.lies, space.sites, rules.losses, rules.near
        self._numbers = rules.residents, rules.places, rules.lying
        self._shows = rules.profiles.astype(np.uint8)

    def action_masks(self) -> NDArray[np.bool_]:
        """(N, places) any place may be reported."""
        return np.ones((self.num_envs, self.rules.places), dtype=np.bool_)

    def _forms(self, kept: StateDict) -> dict[str, Form]:
        return super()._forms(kept) | {"_lived": within(self._lived, 0, len(self._shows) - 1)}

    def _begin(self, mask: NDArray[np.bool_]) -> None:
        _deal(mask, self._bases, self._sums, self._starts, self._lived)

    def _play(self, turn: Turn) -> None:
        shown, sees = self._announced, self._chances.observability
        _play(turn, self._lived, shown, sees, *self._tables, *self._numbers)

    def _encode(self, out: NDArray[np.uint8]) -> None:
        out[:] = self._shows.take(self._lived, axis=0)


@compiled
def _deal(mask, bases, running, starts, lived):
    """Draw where residents live; `starts` are where to begin to look, by the draw's bin."""
    for i in range(mask.shape[0]):
        if mask[i]:
            drawn = unit(bases[i], COMMITMENT_DRAWS)
            lived[i] = starts[np.int64(drawn * _BINS)]
            while running[lived[i]] <= drawn:
                lived[i] += 1


@compiled
def _play(turn, lived, shown, sees, peaks, lies, sites, losses, near, residents, places, lying):
    """Play an episode: the learner reports, and so do the others, who lie if shown the mean."""
    for i in range(lived.shape[0]):
        if not turn.active[i]:
            continue
        own, q = turn.actions[i], lived[i]
        reports, digit = own, 1
        for k in range(1, residents):
            digit *= places
            lie = shown[i] == lying and is_shown(turn.bases[i], _SIGHTS + k, sees)
            reports += digit * (lies[q, k] if lie else peaks[q, k])
        site = sites[turn.points[i], reports]
        turn.ended[i] = True
        turn.rewards[i] = -abs(site - residents * peaks[q, 0]) / residents
        turn.outcomes[i] = _NEAR if near[q, site] else 1 - _NEAR
        turn.others[i] = -losses[q, site]
