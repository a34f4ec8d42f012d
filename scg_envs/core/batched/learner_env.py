"""One learner's batched view of a game, as responders train in it."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from gymnasium.vector import VectorEnv
from numpy.typing import NDArray

from ..checkpoint import StateDict, restored, snapshot
from ..policy import BatchPolicies
from ..pre_policy import Points
from ..state_form import Form, generator_like, like


class LearnerEnv(VectorEnv[Any, Any, Any]):
    """A batched view of a learner, in which the pre-policies that come up can be set."""

    state_attributes: ClassVar[tuple[str, ...]] = ()
    """The attributes that say where the games are, beside what the constructor makes."""

    def state_dict(self) -> StateDict:
        """Where every game is, for `load_state_dict` of an environment that was made alike."""
        kept = {name: snapshot(getattr(self, name)) for name in self.state_attributes}
        return {"np_random": self.np_random.bit_generator.state, "attributes": kept}

    def state_form(self, kept: StateDict) -> Form:
        """What `load_state_dict` goes on from (`scg_envs.core.state_form`); more in subclasses."""
        forms = {name: like(getattr(self, name)) for name in self.state_attributes}
        own = forms | self._forms(kept["attributes"])
        return {"np_random": generator_like(self.np_random, seeded=False), "attributes": own}

    def _forms(self, kept: StateDict) -> dict[str, Form]:
        """Those of the state's attributes that are not `like` fresh ones.

        Kernels look at no bounds: whatever is an index, or counts to an end, has to say its range.
        """
        return {}

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned."""
        self.np_random.bit_generator.state = state["np_random"]
        for name, kept in state["attributes"].items():
            setattr(self, name, restored(getattr(self, name), kept))

    def action_masks(self) -> NDArray[np.bool_]:
        """(N, actions) the actions that are legal now: all, unless a game says otherwise."""
        space: Any = self.single_action_space
        return np.ones((self.num_envs, int(space.n)), dtype=np.bool_)

    def set_pre_policies(self, points: Points) -> None:
        """Draw the pre-policies of all later episodes uniformly from these, repeats counting."""
        raise NotImplementedError  # as Gymnasium's own base classes do

    def set_others(self, policies: BatchPolicies) -> None:
        """Let these policies play for the other learners from now on.

        They are asked about the pre-policies that were set last. Nothing to do where there is
        one learner.
        """
        if policies:
            raise NotImplementedError  # games with several learners have their own
