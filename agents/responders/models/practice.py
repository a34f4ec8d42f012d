"""A follower that learns from its own steps: what it has seen lead somewhere, tried in other cases.

Where nothing else moves (`scg_envs.core.walks`), a step leads to the same cell in every case but
those where that cell is closed. So a follower remembers which steps it has taken, in whatever case
and from whatever cell its training began, and of each case how far it is from every cell to an end
by these steps alone (replay: distances are relaxed backwards through what was remembered). A case
in which its walk is longer than that is wrong for certain, by its own experience. There it is
trained to take, in the cells of a shortest remembered walk and in those that its own walk came
through, a step that brings it nearer (self-imitation, relabelled in hindsight).

No solver is asked, and no step is made up: each is one that the follower has taken. The memory is
for training alone. The network plays, and its regret is the network's own.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.callbacks import BaseCallback

from ....core.checkpoint import StateDict
from ....core.compiled import compiled
from ....core.policy import BatchPolicy, State
from ....core.pre_policy import Points
from ....core.problem import CommitmentProblem
from ....core.seen_board import SeenBoard
from ....core.state_form import Array, Form, Real, Whole
from ....core.walks import Walks
from .policies import ModelPolicy, one_torch_thread

_CLIP = 0.5  # of the gradient's norm, as in PPO
_SURE = math.log(0.9)
_CASES = 8192  # that a round walks in, or those of one pre-policy
_EXAMPLES = 1_000_000  # steps that a round learns from at most, of cases that are wrong first
_UNKNOWN = -1  # steps to an end where no remembered ones lead to any


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
        falls: bool = False,
    ) -> None:
        """Nothing is walked yet.

        Args:
            problem: one of which `can_practise` is true.
            model: its follower's, one with rollouts and `policy.get_distribution`.
            every: the share of the budget from one practice to the next, in (0, 1].
            rounds: of walking and learning from it, in each; fewer where nothing is wrong.
            passes: how often a round uses each example.
            rate: the learning rate.
            falls: whether it falls linearly over the rounds of each.
        """
        assert problem.walks is not None
        assert problem.seen_board is not None
        self._problem, self._model = problem, model
        self._walks: Walks = problem.walks
        self._board: SeenBoard = problem.seen_board
        self._every, self._rounds, self._passes, self._rate = every, rounds, passes, rate
        self._falls = falls
        self._batch = int(getattr(model, "batch_size", 4096))
        self._taken = np.zeros(self._walks.leads.shape, dtype=np.bool_)
        self._places = self._read_places(model.observation_space.shape)
        self._length = float(len(self._walks.leads))  # of a walk; none enters a cell twice
        self._done = 0.0
        self.steps = 0
        self.wrong = 1.0

    def until_due(self, steps: int, budget: int) -> int | None:
        """Environment steps to train before the next practice; None where there is none.

        Args:
            steps: those that are spent, those of practice among them.
            budget: of them.
        """
        if self._done >= 1:
            return None
        return max(math.ceil(min(self._done + self._every, 1.0) * budget) - steps, 0)

    def when_due(
        self, pool: Points, steps: int, budget: int, np_random: np.random.Generator
    ) -> None:
        """Practise under the pre-policies of a pool, if so much was trained since the last time.

        Rounds walk in fewer cases, and there are fewer of them, where the budget has no steps for
        more. As the length of the next walks is a guess, the last may take a few more.

        Args:
            pool: (n, ...) pre-policies.
            steps: environment steps that are spent, those of practice among them.
            budget: of them.
            np_random: draws cases, and shuffles the examples.
        """
        if self.until_due(steps, budget) != 0:
            return
        before = self.steps
        points = np.unique(np.asarray(pool), axis=0)
        for number in range(self._rounds):
            few = self._affordable(budget - steps - (self.steps - before))
            if not few:
                break
            left = 1 - number / self._rounds if self._falls else 1.0
            self.practise(points, np_random, left * self._rate, few)
            if not self.wrong:
                break
        self._done = (steps + self.steps - before) / budget

    def _affordable(self, steps: int) -> int:
        """How many pre-policies can be walked under with so many steps, by the last walks."""
        return int(max(steps, 0) / self._length) // self._walks.possible.shape[1]

    def remember(self) -> None:
        """Keep which steps were taken in the model's last rollout."""
        rollout: Any = getattr(self._model, "rollout_buffer", None)
        if rollout is not None:
            seen = rollout.observations
            self._keep(seen.reshape(-1, seen.shape[-1]), rollout.actions.reshape(-1))

    def _keep(self, seen: NDArray[Any], actions: NDArray[Any]) -> None:
        """Remember steps, but those that were stopped."""
        cells, closed = self._walks.read(seen.astype(np.int64))
        actions = actions.astype(np.int64)
        led = self._walks.leads[cells, actions]
        went = (led != cells) & ~(led[:, None] == closed).any(axis=1)
        self._taken[cells[went], actions[went]] = True

    def practise(
        self,
        points: Points,
        np_random: np.random.Generator,
        rate: float,
        at_most: int | None = None,
    ) -> None:
        """Walk in the cases of some pre-policies, and learn where the walks are too long.

        Cases that are wrong are learned from, and twice as many that are not.

        Args:
            points: (n, ...) the pre-policies; of more than `_CASES` come to, some are drawn.
            np_random: draws them, and shuffles the examples.
            rate: the learning rate.
            at_most: how many of the pre-policies; as many as `_CASES` allows if None.
        """
        few = max(_CASES // self._walks.possible.shape[1], 1)
        few = few if at_most is None else min(few, at_most)
        walked = self._walk(np_random.permutation(points)[:few])
        self._keep(walked.seen, walked.actions)
        closed = self._walks.read(walked.seen[walked.first[:-1]])[1]
        left = least_steps(self._walks, self._taken, closed)
        least = left[:, self._walks.start]
        last = walked.first[1:] - 1
        led = self._walks.leads[walked.cells[last], walked.actions[last]].astype(np.int64)
        arrived = self._walks.ends[led] & ~(led[:, None] == closed).any(axis=1)
        known = least != _UNKNOWN
        shortest = least[known].mean() if known.any() else 0.0
        self._length = float(max(walked.lengths.mean(), shortest, 1.0))
        wrong = known & ~(arrived & (walked.lengths <= least))
        self.wrong = float((wrong | ~known).mean())
        right = np_random.permutation(np.flatnonzero(known & ~wrong))
        cases = np.concatenate(
            [np_random.permutation(np.flatnonzero(wrong)), right[: 2 * int(wrong.sum())]]
        )
        each = least[cases] + np.where(wrong[cases], walked.lengths[cases], 0)
        cases = cases[np.cumsum(each) <= _EXAMPLES]
        if not len(cases):
            return
        seen, nearer = self._examples(walked, cases[wrong[cases]], cases, closed, left, np_random)
        for _ in range(self._passes):
            order = np_random.permutation(len(nearer))
            for rows in np.array_split(order, -(-len(order) // self._batch)):
                self._imitate(seen[rows], nearer[rows], rate)

    def state_dict(self) -> StateDict:
        """How far it is."""
        return {
            "done": self._done,
            "steps": self.steps,
            "wrong": self.wrong,
            "length": self._length,
            "taken": self._taken.copy(),
        }

    def state_form(self, kept: StateDict) -> Form:
        """Shares of the budget and of the walks, steps, and lengths that a walk can have."""
        cells, actions = self._walks.leads.shape
        return {
            "done": Real(0.0),
            "steps": Whole(),
            "wrong": Real(0.0, 1.0),
            "length": Real(1.0, float(max(cells, self._length))),
            "taken": Array(np.dtype(np.bool_), (cells, actions)),
        }

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned."""
        self._done, self.steps = state["done"], state["steps"]
        self.wrong = state["wrong"]
        self._length = state["length"]
        self._taken = state["taken"].copy()

    def _read_places(self, shape: Any) -> NDArray[np.int64]:
        """(cells, 2) what is seen of the follower in each cell that it can be in."""
        cells = np.array(self._board.cells)
        rows = np.zeros((len(cells), *shape), dtype=np.int64)
        rows[:, list(self._board.learner)] = cells
        places = np.zeros((len(self._walks.leads), 2), dtype=np.int64)
        places[self._walks.read(rows)[0]] = cells
        return places

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
        self,
        walked: Steps,
        wrong: NDArray[np.int64],
        cases: NDArray[np.int64],
        closed: NDArray[np.int64],
        left: NDArray[np.int16],
        np_random: np.random.Generator,
    ) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        """What is seen on shortest remembered walks, and on one's own where these were wrong.

        Returns:
            (n, columns), and (n, actions) which steps bring the follower nearer to an end.
        """
        lengths = walked.lengths[wrong]
        own = np.repeat(walked.first[wrong] - (np.cumsum(lengths) - lengths), lengths)
        own += np.arange(len(own))
        case = np.repeat(wrong, lengths)
        known = left[case, walked.cells[own]] > 0
        own, case = own[known], case[known]
        seen = [walked.seen[own]]
        nearer = [self._nearer(case, walked.cells[own], closed, left)]
        case, cell = cases, np.full(len(cases), self._walks.start)
        columns, places = list(self._board.learner), self._places
        while len(case):
            good = self._nearer(case, cell, closed, left)
            rows = walked.seen[walked.first[case]]
            rows[:, columns] = places[cell]
            seen.append(rows)
            nearer.append(good)
            chosen = np.argmax(good * np_random.random(good.shape), axis=1)
            cell = self._walks.leads[cell, chosen].astype(np.int64)
            on = ~self._walks.ends[cell]
            case, cell = case[on], cell[on]
        return np.concatenate(seen), np.concatenate(nearer)

    def _nearer(
        self,
        case: NDArray[np.int64],
        cell: NDArray[np.int64],
        closed: NDArray[np.int64],
        left: NDArray[np.int16],
    ) -> NDArray[np.bool_]:
        """(n, actions) which remembered steps bring the follower nearer to an end."""
        led = self._walks.leads[cell].astype(np.int64)
        free = ~(led[:, :, None] == closed[case][:, None, :]).any(axis=2)
        return (
            self._taken[cell] & free & (left[case[:, None], led] == left[case, cell][:, None] - 1)
        )

    def _imitate(self, seen: NDArray[Any], nearer: NDArray[np.bool_], rate: float) -> None:
        policy: Any = self._model.policy
        policy.set_training_mode(True)
        for group in policy.optimizer.param_groups:
            group["lr"] = rate
        with one_torch_thread():
            chances = policy.get_distribution(torch.as_tensor(seen)).distribution.logits
            away = ~torch.as_tensor(nearer)
            log_chances = torch.logsumexp(chances.masked_fill(away, -math.inf), dim=1)
            policy.optimizer.zero_grad()
            # Surer than this it need not be: it is to go on exploring.
            (-log_chances.clamp(max=_SURE).mean()).backward()
            torch.nn.utils.clip_grad_norm_(policy.parameters(), _CLIP)
            policy.optimizer.step()


class Remember(BaseCallback):
    """Has a practice remember every rollout of a model that learns."""

    def __init__(self, practice: Practice) -> None:
        super().__init__()
        self._practice = practice

    def _on_step(self) -> bool:
        return True

    def _on_rollout_end(self) -> None:
        self._practice.remember()


def least_steps(
    walks: Walks, taken: NDArray[np.bool_], closed: NDArray[np.int64]
) -> NDArray[np.int16]:
    """How many remembered steps lead from each cell to an end, in each of n cases.

    Args:
        walks: where steps lead.
        taken: (cells, actions) which are remembered.
        closed: (n, k) the cells that cannot be entered.

    Returns:
        (n, cells); -1 where none lead to any.
    """
    cell, action = np.nonzero(taken & ~walks.ends[:, None])
    led = walks.leads[cell, action].astype(np.int64)
    order = np.argsort(led, kind="stable")
    first = np.searchsorted(led[order], np.arange(len(taken) + 1))
    left = np.full((len(closed), len(taken)), _UNKNOWN, dtype=np.int16)
    _relax(cell[order], first, walks.ends, closed, left)
    return left


@compiled
def _relax(before: Any, first: Any, ends: Any, closed: Any, left: Any) -> None:
    """Fill `left` backwards from the ends; before[first[c]:first[c + 1]] have led to cell c."""
    cells = len(ends)
    queue, shut = np.empty(cells, dtype=np.int32), np.zeros(cells, dtype=np.bool_)
    for case in range(len(closed)):
        own, waiting, done = left[case], 0, 0
        for k in range(closed.shape[1]):
            shut[closed[case, k]] = True
        for c in range(cells):
            if ends[c] and not shut[c]:
                own[c], queue[waiting] = 0, c
                waiting += 1
        while done < waiting:
            here = queue[done]
            done += 1
            for edge in range(first[here], first[here + 1]):
                c = before[edge]
                if own[c] < 0 and not shut[c]:
                    own[c], queue[waiting] = own[here] + 1, c
                    waiting += 1
        for k in range(closed.shape[1]):
            shut[closed[case, k]] = False
