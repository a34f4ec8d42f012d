"""Followers that play what you give them: a Stable-Baselines3 model, or any function."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from gymnasium.spaces import Discrete
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from ...core.actions import check_batch, illegal_batch
from ...core.errors import InvalidArgument, ScgError
from ...core.evaluation import Evaluation, Split
from ...core.policy import BatchPolicies, BatchPolicy, Memoryless, State
from ...core.pre_policy import Points
from ...core.problem import CommitmentProblem
from ..responder import Responder, distinct


class GivenResponder(Responder):
    """Plays given policies, and learns nothing.

    Their regret is measured as that of learned ones, where the game's exact answers are known.
    """

    def __init__(self, problem: CommitmentProblem, given: Any) -> None:
        """Answer by given policies.

        Args:
            problem: what they answer.
            given: a model with `predict`, such as Stable-Baselines3's, recurrent ones included; a
                `scg_envs.core.policy.BatchPolicy`; or a function from observations, (N, ...) as the
                learner's batched view has them, to N actions. With several learners a mapping
                from each to its own.

        Raises:
            InvalidArgument: none of these, or a model of another observation or action space.
        """
        super().__init__(problem)
        learners = problem.learners
        each = given if isinstance(given, Mapping) else dict.fromkeys(learners, given)
        if set(each) != set(learners) or (len(learners) > 1 and not isinstance(given, Mapping)):
            raise InvalidArgument(
                f"responder is {given!r}; expected policies by learner: {', '.join(learners)}."
            )
        self._policies = {agent: _policy(problem, agent, policy) for agent, policy in each.items()}

    def respond(self, points: Points, *, split: Split = "search") -> Evaluation:
        """Play the pre-policies out, each different one once."""
        unique, inverse = distinct(points)
        return self.problem.evaluate(self._policies, unique, split=split).select(inverse)

    def policies(self, point: Any | None) -> BatchPolicies:
        """The given policies, which see the commitment."""
        return self._policies


def _policy(problem: CommitmentProblem, agent: str, given: Any) -> BatchPolicy:
    """What was given as the problem asks it, checked where it comes and whenever it answers."""
    if not (hasattr(given, "predict") or _is_policy(given) or callable(given)):
        raise InvalidArgument(
            f"responder is {given!r}; expected a name, a model with predict, a policy with act and "
            "initial_state, or a function from observations to actions."
        )
    view = problem.learner_env(1, learner=agent)
    actions = view.single_action_space
    assert isinstance(actions, Discrete)
    policy = given
    if hasattr(given, "predict"):
        for name, needed in (
            ("observation_space", view.single_observation_space),
            ("action_space", actions),
        ):
            own = getattr(given, name, needed)
            if own != needed:
                raise InvalidArgument(
                    f"responder's {name} is {own}; {agent} of {problem.game} has {needed}."
                )
        policy = _model_policy(given)
    elif not _is_policy(given):
        policy = Memoryless(given)
    view.close()
    return _Checked(agent, actions, policy)


def _is_policy(given: Any) -> bool:
    return hasattr(given, "act") and hasattr(given, "initial_state")


def _model_policy(model: Any) -> BatchPolicy:
    """A model's policy; what only has a `predict` remembers nothing."""
    if not hasattr(model, "observation_space"):
        return Memoryless(lambda seen: model.predict(seen, deterministic=True)[0])
    from .models.policies import ModelPolicy

    return ModelPolicy(model)


class _Checked:
    """A policy whose actions are looked at, and whose failures are said in one line."""

    def __init__(self, agent: str, actions: Discrete, policy: BatchPolicy) -> None:
        self._agent, self._actions, self._policy = agent, actions, policy
        self.memoryless = bool(policy.memoryless)

    def initial_state(self, keys: NDArray[np.uint64]) -> State:
        with self._one_line():
            return self._policy.initial_state(keys)

    def act(
        self, observations: Any, state: State, starts: NDArray[np.bool_]
    ) -> tuple[NDArray[Any], State]:
        with self._one_line():
            chosen, after = self._policy.act(observations, state, starts)
        space: Any = batch_space(self._actions, len(starts))
        numbers = check_batch(space, chosen, agent=self._agent)
        if not space.contains(numbers):
            raise illegal_batch(space, numbers, agent=self._agent)
        return np.asarray(numbers), after

    @contextmanager
    def _one_line(self) -> Iterator[None]:
        try:
            yield
        except ScgError:
            raise
        except Exception as error:  # whatever the policy's own code raises
            raise InvalidArgument(
                f"{self._agent}'s policy failed with {type(error).__name__}: "
                f"{' '.join(str(error).split())}"
            ) from error
