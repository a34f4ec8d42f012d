"""A follower that learns from its own walks: what was shorter in one case, tried in the others.

Where nothing else moves (`scg_envs.core.walks`), a walk that meets no barrier's cell leads to the
same end wherever the barriers stand. So a follower that has walked in every case knows, of some of
them, that it could have done better: another case's walk is shorter and goes through no cell that
is closed here. Those cases are wrong for certain, by its own experience. It takes the shortest of
its walks in each and is trained on them as on examples (self-imitation), so that the next walks in
the other cases start from there.

No solver is asked, and no walk is made up: each is one that the follower has gone.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3.common.base_class import BaseAlgorithm

from ..core.checkpoint import StateDict
from ..core.policy import BatchPolicy, State
from ..core.pre_policy import Points
from ..core.problem import CommitmentProblem
from ..core.seen_board import SeenBoard
from ..core.walks import Walks
from .models import ModelPolicy, one_torch_thread

_CLIP = 0.5  # of the gradient's norm, as in PPO
_SURE = math.log(0.9)
_EXAMPLES = 1_000_000  # steps that a round learns from at most, of cases that are wrong first
_LIBRARY = 4096  # the shortest of all walks: so many are tried in the other cases


class Steps(NamedTuple):
    """Steps of walks, one after another; n of them.

    Attributes:
        seen: (n, columns) what the follower saw.
        actions: (n,) what it did.
        cells: (n,) where it stood.
        first: (walks + 1,) where each walk begins, and n.
    """

    seen: NDArray[Any]
    actions: NDArray[np.int64]
    cells: NDArray[np.int64]
    first: NDArray[np.int64]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """(walks,) steps of each."""
        return np.diff(self.first)


class _Recorder:
    """A policy, and what it saw and did."""

    memoryless = True

    def __init__(self, policy: BatchPolicy) -> None:
        self._policy = policy
        self.seen: list[NDArray[Any]] = []
        self.actions: list[NDArray[Any]] = []

    def initial_state(self, keys: NDArray[np.uint64]) -> State:
        return self._policy.initial_state(keys)

    def act(
        self, observations: Any, state: State, starts: NDArray[np.bool_]
    ) -> tuple[NDArray[Any], State]:
        chosen, after = self._policy.act(observations, state, starts)
        self.seen.append(np.array(observations))
        self.actions.append(np.asarray(chosen, dtype=np.int64))
        return chosen, after


def can_practise(problem: CommitmentProblem) -> bool:
    """Whether there is a single follower that walks on a board, and commitments surely bind.

    Were they unsure, each announcement would come to as many cases as there are pre-policies.
    """
    scheme = getattr(problem, "scheme", problem.chances)
    walks = problem.walks is not None and problem.seen_board is not None
    return walks and problem.chances.certain and scheme.certain


class Practice:
    """Walks in every case of a problem, and training on the best of them.

    Attributes:
        steps: environment steps walked so far.
        wrong: the share of the cases that the last walks have shown to be wrong.
    """

    def __init__(
        self,
        problem: CommitmentProblem,
        model: BaseAlgorithm,
        *,
        every: float,
        rounds: int,
        passes: int,
        rate: float,
    ) -> None:
        """Nothing is walked yet.

        Args:
            problem: one of which `can_practise` is true.
            model: its follower's, one with `policy.evaluate_actions`.
            every: the share of the budget between two practices, in (0, 1].
            rounds: of walking and learning from it, in each; fewer where nothing is wrong.
            passes: how often a round uses each example.
            rate: the learning rate.
        """
        assert problem.walks is not None
        assert problem.seen_board is not None
        self._problem, self._model = problem, model
        self._walks: Walks = problem.walks
        self._board: SeenBoard = problem.seen_board
        self._every, self._rounds, self._passes, self._rate = every, rounds, passes, rate
        self._batch = int(getattr(model, "batch_size", 4096))
        self._done = 0.0
        self.steps = 0
        self.wrong = 1.0

    def when_due(self, pool: Points, spent: float, np_random: np.random.Generator) -> None:
        """Practise under the pre-policies of a pool, if so much of the budget is spent.

        Args:
            pool: (n, ...) pre-policies.
            spent: the share of the budget that is.
            np_random: shuffles the examples.
        """
        if spent < min(self._done + self._every, 1.0) or self._done >= 1:
            return
        points = np.unique(np.asarray(pool), axis=0)
        for _ in range(self._rounds):
            self.practise(points, np_random)
            if not self.wrong:
                break
        self._done = max(spent, self._done + self._every)

    def practise(self, points: Points, np_random: np.random.Generator) -> None:
        """Walk in every case of some pre-policies, and learn from the best walks.

        Cases that are wrong are learned from, and twice as many that are not.

        Args:
            points: (n, ...) the pre-policies.
            np_random: shuffles the examples.
        """
        walked = self._walk(points)
        taken = _best(walked, self._walks)
        known = taken >= 0
        wrong = known & (taken != np.arange(len(taken)))
        self.wrong = float((wrong | ~known).mean())
        right = np_random.permutation(np.flatnonzero(known & ~wrong))
        cases = np.concatenate(
            [np_random.permutation(np.flatnonzero(wrong)), right[: 2 * int(wrong.sum())]]
        )
        cases = cases[np.cumsum(walked.lengths[taken[cases]]) <= _EXAMPLES]
        if not len(cases):
            return
        seen, actions = self._examples(walked, cases, taken[cases])
        for _ in range(self._passes):
            order = np_random.permutation(len(actions))
            for rows in np.array_split(order, -(-len(order) // self._batch)):
                self._imitate(seen[rows], actions[rows])

    def state_dict(self) -> StateDict:
        """How far it is."""
        return {"done": self._done, "steps": self.steps, "wrong": self.wrong}

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned."""
        self._done, self.steps = state["done"], state["steps"]
        self.wrong = state["wrong"]

    def _walk(self, points: Points) -> Steps:
        """Walk greedily in every case of the given pre-policies."""
        recorder = _Recorder(ModelPolicy(self._model))
        (follower,) = self._problem.learners
        played = self._problem.evaluate({follower: recorder}, points)
        self.steps += played.env_steps
        seen, actions = np.concatenate(recorder.seen), np.concatenate(recorder.actions)
        # Games are told apart by all that the follower sees but where it stands.
        held = seen.astype(np.uint64)
        held[:, self._board.learner] = 0
        weights = np.random.default_rng(0).integers(2**63, size=seen.shape[1], dtype=np.uint64)
        key = held @ (2 * weights + 1)
        order = np.argsort(key, kind="stable")
        seen, actions, key = seen[order], actions[order], key[order]
        first = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1], [True]]))
        return Steps(seen, actions, self._walks.read(seen)[0], first)

    def _examples(
        self, walked: Steps, cases: NDArray[np.int64], taken: NDArray[np.int64]
    ) -> tuple[NDArray[Any], NDArray[np.int64]]:
        """What would be seen, and done, in some cases along the walks that were taken in others."""
        lengths = walked.lengths[taken]
        ends = np.cumsum(lengths)
        along = np.arange(ends[-1]) + np.repeat(walked.first[taken] - (ends - lengths), lengths)
        seen = walked.seen[np.repeat(walked.first[cases], lengths)]
        columns = list(self._board.learner)
        seen[:, columns] = walked.seen[along][:, columns]
        return seen, walked.actions[along]

    def _imitate(self, seen: NDArray[Any], actions: NDArray[np.int64]) -> None:
        policy: Any = self._model.policy
        policy.set_training_mode(True)
        for group in policy.optimizer.param_groups:
            group["lr"] = self._rate
        with one_torch_thread():
            _, log_chances, _ = policy.evaluate_actions(
                torch.as_tensor(seen), torch.as_tensor(actions)
            )
            policy.optimizer.zero_grad()
            # Surer than this it need not be: it is to go on exploring.
            (-log_chances.clamp(max=_SURE).mean()).backward()
            torch.nn.utils.clip_grad_norm_(policy.parameters(), _CLIP)
            policy.optimizer.step()


def _best(walked: Steps, walks: Walks) -> NDArray[np.int64]:
    """(cases,) whose walk is the shortest to an end in each case; -1 where none is known.

    A case's own where none is shorter.
    """
    first, lengths = walked.first[:-1], walked.lengths
    last = walked.first[1:] - 1
    closed = walks.read(walked.seen[first])[1]
    target = walks.leads[walked.cells[last], walked.actions[last]].astype(np.int64)
    arrived = walks.ends[target] & ~(target[:, None] == closed).any(axis=1)
    beyond = lengths.max() + 1
    own = np.where(arrived, lengths, beyond)
    taken = np.where(arrived, np.arange(len(own)), -1)
    different = _different(walked)
    different = different[arrived[different]]
    different = different[np.argsort(lengths[different], kind="stable")][:_LIBRARY]
    left = np.flatnonzero(own > lengths[different].min(initial=beyond))
    passed = np.zeros(len(walks.ends), dtype=np.bool_)
    for walk in different:
        left = left[own[left] > lengths[walk]]
        if not len(left):
            break
        passed[:] = False
        passed[walked.cells[first[walk] + 1 : last[walk] + 1]] = True
        passed[target[walk]] = True
        free = ~passed[closed[left]].any(axis=1)
        taken[left[free]] = walk
        left = left[~free]
    return taken


def _different(walked: Steps) -> NDArray[np.int64]:
    """One case of each different walk."""
    place = np.arange(len(walked.cells)) - np.repeat(walked.first[:-1], walked.lengths)
    with np.errstate(over="ignore"):
        mixed = (place.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= (8 * walked.cells + walked.actions).astype(np.uint64)
        mixed = (mixed ^ (mixed >> np.uint64(31))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(29)
        sums = np.add.reduceat(mixed, walked.first[:-1])
    return np.unique(sums, return_index=True)[1]
