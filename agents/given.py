"""Followers that play what you give them: a Stable-Baselines3 model, or any function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from gymnasium.spaces import Discrete
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from ..actions import check_batch, illegal_batch
from ..errors import InvalidArgument, ScgError
from ..problem import Act, Acts, CommitmentProblem, Evaluation, Points
from .responder import Responder, distinct


class GivenResponder(Responder):
    """Plays given policies, and learns nothing.

    Their regret is measured as that of learned ones, where the game's exact answers are known.
    """

    def __init__(self, problem: CommitmentProblem, given: Any) -> None:
        """Answer by given policies.

        Args:
            problem: what they answer.
            given: a model with `predict`, or a function from observations, (N, ...) as the
                learner's batched view has them, to N actions; with several learners a mapping
                from each to its own.

        Raises:
            InvalidArgument: neither, or a model of another observation or action space.
        """
        super().__init__(problem)
        learners = problem.learners
        each = given if isinstance(given, Mapping) else dict.fromkeys(learners, given)
        if set(each) != set(learners) or (len(learners) > 1 and not isinstance(given, Mapping)):
            raise InvalidArgument(
                f"responder is {given!r}; expected policies by learner: {', '.join(learners)}."
            )
        self._acts = {agent: _act(problem, agent, policy) for agent, policy in each.items()}

    def respond(self, points: Points) -> Evaluation:
        """Play the pre-policies out, each different one once."""
        unique, inverse = distinct(points)
        return self.problem.evaluate(self._acts, unique).select(inverse)

    def policies(self, point: Any | None) -> Acts:
        """The given policies, which see the commitment."""
        return self._acts


def _act(problem: CommitmentProblem, agent: str, policy: Any) -> Act:
    """A policy as the problem asks it, checked where it comes and whenever it answers."""
    if not hasattr(policy, "predict") and not callable(policy):
        raise InvalidArgument(
            f"responder is {policy!r}; expected a name, a model with predict, or a function from "
            "observations to actions."
        )
    view = problem.learner_env(1, learner=agent)
    actions = view.single_action_space
    assert isinstance(actions, Discrete)
    if hasattr(policy, "predict"):
        for name, needed in (
            ("observation_space", view.single_observation_space),
            ("action_space", actions),
        ):
            own = getattr(policy, name, needed)
            if own != needed:
                raise InvalidArgument(
                    f"responder's {name} is {own}; {agent} of {problem.game} has {needed}."
                )
        policy = _deterministic(policy)
    view.close()
    return _checked(agent, actions, policy)


def _deterministic(model: Any) -> Callable[[Any], Any]:
    return lambda seen: model.predict(seen, deterministic=True)[0]


def _checked(agent: str, actions: Discrete, policy: Callable[[Any], Any]) -> Act:
    def act(seen: Any) -> NDArray[Any]:
        games = len(next(iter(seen.values())) if isinstance(seen, dict) else seen)
        try:
            chosen = policy(seen)
        except ScgError:
            raise
        except Exception as error:  # whatever the policy's own code raises
            raise InvalidArgument(
                f"{agent}'s policy failed with {type(error).__name__}: "
                f"{' '.join(str(error).split())}"
            ) from error
        space: Any = batch_space(actions, games)
        numbers = check_batch(space, chosen, agent=agent)
        if not space.contains(numbers):
            raise illegal_batch(space, numbers, agent=agent)
        return np.asarray(numbers)

    return act
