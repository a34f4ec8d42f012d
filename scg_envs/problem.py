"""A commitment problem: a game, who commits, and what the human wants, ready to be searched.

Searches, responders and reports know a game only through this class; each game subclasses it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from numpy.typing import NDArray
from pettingzoo import ParallelEnv

from .checkpoint import StateDict, restored, snapshot
from .errors import InvalidArgument
from .judge import Predicate
from .policy import BatchPolicies
from .pre_policy import Finite, Policy, PrePolicySpace
from .ties import Ties

Split = Literal["search", "report"]
"""What answers are for. Where P is estimated by playing, the report's episodes are none that the
search has seen."""
# Pre-policies: (n,) numbers where they are finitely many, else (n, length) vectors.
Points = Sequence[int] | NDArray[Any]


@dataclass(frozen=True)
class Before:
    """P(Y=y) when nobody intervenes.

    Attributes:
        p: under the problem's selection; None where it is undefined.
        low: under pessimistic ties, or in the worst rational outcome.
        high: under optimistic ties, or in the best.
        utility: the committed agent's expected utility.
        reason: why `p` is undefined.
        sampled: what stands behind `p` where it is estimated, in words; empty where it is exact.
    """

    p: float | None
    low: float | None = None
    high: float | None = None
    utility: float | None = None
    reason: str = ""
    sampled: str = ""


@dataclass(frozen=True)
class Evaluation:
    """How followers answer n pre-policies, measured against their exact best responses.

    All arrays are (n,), means over what chance decides.

    Attributes:
        p: how often the outcome was the desirable one; NaN where that is undefined.
        regret: for each follower that answers, exact value minus achieved, undiscounted; NaN
            where nobody knows the exact value.
        regret_max: the greatest regret of any of them in any single case.
        optimal_share: share of cases in which they did as well as possible.
        env_steps: steps played to find out.
        utility: the committed agent's expected utility.
        excess_steps: steps beyond the fewest possible, where the follower arrived; None in games
            in which nobody walks.
        spread: where several followers settle among themselves, how far `p` lies apart between
            their random starts.
        episodes: how many stand behind each `p`, where it is estimated by playing; None where it
            is exact.
    """

    p: NDArray[np.float64]
    regret: Mapping[str, NDArray[np.float64]]
    regret_max: NDArray[np.float64]
    optimal_share: NDArray[np.float64]
    env_steps: int
    utility: NDArray[np.float64]
    excess_steps: NDArray[np.float64] | None = None
    spread: NDArray[np.float64] | None = None
    episodes: int | None = None

    @property
    def worst_regret(self) -> NDArray[np.float64]:
        """(n,) the greatest of the followers' mean regrets; 0 where nobody learns."""
        return np.max([np.zeros_like(self.p), *self.regret.values()], axis=0)

    def score(self, objective: str) -> NDArray[np.float64]:
        """(n,) what a search makes large: `p` for `desirable`, the utility for `utility`."""
        return self.p if objective == "desirable" else self.utility

    def best(self, objective: str) -> int:
        """Which row is the best; see `first_of_the_best`. At least one score is defined."""
        one, other = self.p, self.utility
        return first_of_the_best(*((one, other) if objective == "desirable" else (other, one)))

    @classmethod
    def concatenate(cls, parts: Sequence[Evaluation]) -> Evaluation:
        """The answers of several calls, one after another."""

        def joined(name: str) -> Any:
            values = [getattr(part, name) for part in parts]
            return None if values[0] is None else np.concatenate(values)

        return cls(
            p=joined("p"),
            regret={
                agent: np.concatenate([part.regret[agent] for part in parts])
                for agent in parts[0].regret
            },
            regret_max=joined("regret_max"),
            optimal_share=joined("optimal_share"),
            env_steps=sum(part.env_steps for part in parts),
            utility=joined("utility"),
            excess_steps=joined("excess_steps"),
            spread=joined("spread"),
            episodes=parts[0].episodes,
        )

    def state_dict(self) -> StateDict:
        """All of it, by attribute."""
        return {**vars(self), "regret": dict(self.regret)}

    @classmethod
    def from_state(cls, state: StateDict) -> Evaluation:
        """What `state_dict` returned."""
        return cls(**state)

    def select(self, rows: NDArray[np.int64]) -> Evaluation:
        """The evaluation of these rows alone, repeated and ordered as they come."""
        return Evaluation(
            p=self.p[rows],
            regret={agent: regret[rows] for agent, regret in self.regret.items()},
            regret_max=self.regret_max[rows],
            optimal_share=self.optimal_share[rows],
            env_steps=self.env_steps,
            utility=self.utility[rows],
            excess_steps=None if self.excess_steps is None else self.excess_steps[rows],
            spread=None if self.spread is None else self.spread[rows],
            episodes=self.episodes,
        )


class LearnerEnv(VectorEnv[Any, Any, Any]):
    """A batched view of a learner, in which the pre-policies that come up can be set."""

    state_attributes: ClassVar[tuple[str, ...]] = ()
    """The attributes that say where the games are, beside what the constructor makes."""

    def state_dict(self) -> StateDict:
        """Where every game is, for `load_state_dict` of an environment that was made alike."""
        kept = {name: snapshot(getattr(self, name)) for name in self.state_attributes}
        return {"np_random": self.np_random.bit_generator.state, "attributes": kept}

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
            raise NotImplementedError  # likewise


_TIED = 1e-9  # scores that differ by less are the same, as a share of those above 1
OBJECTIVES = ("desirable", "utility")


@dataclass(frozen=True)
class Optimum:
    """The best that a commitment attains, exactly or between bounds.

    Attributes:
        value: of the objective: the best, or the best that was found.
        method: how it is known ("enumeration", "linear program", "search").
        attained: False for a supremum that commitments come close to without attaining it.
        at_most: what no commitment exceeds; None where that is `value` itself.
    """

    value: float
    method: str
    attained: bool = True
    at_most: float | None = None

    @property
    def exact(self) -> bool:
        """Whether `value` is the best."""
        return self.at_most is None


def first_of_the_best(scores: NDArray[np.float64], beside: NDArray[np.float64]) -> int:
    """Which score is the greatest; of several, the one with the most `beside` it, then the first.

    Nobody should be told to pay for nothing: pre-policies under which P is the same are told apart
    by the committed agent's utility, and those of the same utility by P.

    Args:
        scores: (n,) with one number at least; NaN where undefined.
        beside: (n,) the other quantity; NaN counts as the least.
    """
    best = float(np.nanmax(scores))
    tied = np.flatnonzero(scores >= best - _TIED * max(1.0, abs(best)))
    other = np.where(np.isnan(beside[tied]), -np.inf, beside[tied])
    most = float(other.max())
    if not np.isfinite(most):
        return int(tied[0])
    return int(tied[np.flatnonzero(other >= most - _TIED * max(1.0, abs(most)))[0]])


class CommitmentProblem(ABC):
    """A game with a committed agent and a desirable outcome.

    Attributes:
        game: the game's name in the registry.
        family: the kind of game, by which learners have their settings.
        summary: the game in one line.
        layout: the name of the layout or variant; None where there is only one.
        layout_file: where the layout was read from; None if it is a shipped one.
        committed: the agent that commits.
        learners: the followers that learn, in the order in which they take turns.
        followers: everybody but the committed agent.
        outcomes: what an episode can end in.
        desirable: the outcome that the human wants.
        ties: the tie rule of exact answers.
        pre_policies: what the committed agent may commit to.
        relations: the rationality relations by which followers' answers are known exactly.
        learnable: whether learned followers can be judged here.
        judges_memory: whether those who remember can.
        solvable: whether the exact answers are known.
        stakes: the range of what a follower can earn, of the least of them: the unit in which its
            regret is judged small.
        paid: whether the committed agent's utility can be other than 0.
        notes: what a reader of its numbers should know, a line each.
        why_not_others: why other followers cannot answer here, if there is a reason.
    """

    game: str
    family: str
    summary: str
    layout: str | None
    layout_file: Path | None = None
    committed: str
    learners: tuple[str, ...]
    followers: tuple[str, ...]
    outcomes: tuple[str, ...]
    desirable: str
    ties: Ties
    pre_policies: PrePolicySpace
    relations: tuple[str, ...] = ("exact",)
    learnable = True
    judges_memory = True
    solvable: bool = True
    paid = True
    stakes: float = 1.0
    notes: Sequence[str] = ()
    why_not_others = ""

    @property
    def agents(self) -> tuple[str, ...]:
        """Everybody, the committed agent first."""
        return (self.committed, *self.followers)

    @property
    def judged_by(self) -> str | Predicate:
        """What judges a finished episode of the bare game: an outcome's name, or a predicate."""
        return self.desirable

    @abstractmethod
    def before(self) -> Before:
        """P(Y=y) without intervention; computed once."""

    @abstractmethod
    def answers(self, points: Points, relation: str = "exact", *, seed: int = 0) -> Evaluation:
        """What rational followers answer.

        Args:
            points: pre-policies.
            relation: the followers' rationality, one of `relations`: `exact` is the best
                response.
            seed: of relations that draw, such as learning.

        Raises:
            InvalidArgument: the game knows no such exact answers.
        """

    @abstractmethod
    def bounds(self, points: Points) -> NDArray[np.float64]:
        """(n, 2) P(Y=y | do(point)) under pessimistic and optimistic ties, exactly."""

    @abstractmethod
    def learner_env(
        self,
        num_envs: int,
        *,
        learner: str,
        autoreset_mode: AutoresetMode = AutoresetMode.NEXT_STEP,
        training: bool = False,
    ) -> LearnerEnv:
        """A learner's batched view.

        Args:
            num_envs: games in lockstep.
            learner: one of `learners`.
            autoreset_mode: when games that have ended begin anew.
            training: whether the game may help to learn: random starts, scaled rewards.
        """

    @abstractmethod
    def evaluate(
        self, policies: BatchPolicies, points: Points, *, split: Split = "search"
    ) -> Evaluation:
        """Play every case of the given pre-policies with deterministic policies.

        Cases are weighted as chance weights them. The start is the game's own.
        """

    @abstractmethod
    def optimal_policies(self) -> BatchPolicies:
        """The learners' exact best responses to whatever they see."""

    @abstractmethod
    def frames(
        self, policies: BatchPolicies, point: Any | None, np_random: np.random.Generator
    ) -> Iterator[NDArray[np.uint8]]:
        """The frames of one episode, (H, W, 3) each, all of one size.

        Under a pre-policy the first is the commitment phase and the second the announcement, before
        anybody has moved; without one the first is the start.

        Args:
            policies: of the learners.
            point: the pre-policy, shown from its commitment phase on; None for play without
                intervention.
            np_random: draws what chance decides.
        """

    def content(self) -> StateDict:
        """The rules and payoffs as data, where they are known: what `Scenario.digest` is of."""
        return {}

    def bare_game(self) -> tuple[ParallelEnv[str, Any, Any], Mapping[str, Policy]]:
        """The game without a commitment phase, for learners without intervention.

        Returns:
            The game, and who plays for those of its agents that have nothing to learn.

        Raises:
            InvalidArgument: independent learners cannot play it.
        """
        raise InvalidArgument(f"{self.game} has no baseline of independent learners.")

    def base_weights(self) -> NDArray[np.float64] | None:
        """(points,) how often each pre-policy is met without intervention, if it is met at all."""
        return None

    def picture(self) -> tuple[NDArray[np.uint8], NDArray[np.float64]] | None:
        """A still picture to draw the map of effects on; None where bars do.

        Returns:
            The picture, (H, W, 3), and the pixel (x, y) of each pre-policy in it, (points, 2).
        """
        return None

    def p(self, points: Points) -> NDArray[np.float64]:
        """(n,) P(Y=y | do(point)) under exact answers and the problem's ties."""
        return self.answers(points).p

    def optimum(self, objective: str = "desirable") -> Optimum | None:
        """The best that a commitment attains; None where only a search can tell."""
        points = self.pre_policies
        if not self.solvable or not isinstance(points, Finite):
            return None
        scores = self.answers(np.arange(points.size)).score(objective)
        return None if np.isnan(scores).all() else Optimum(float(np.nanmax(scores)), "enumeration")

    def refuse(self, what: str) -> InvalidArgument:
        """The error for an answer that this game does not have."""
        reason = f" {self.why_not_others}" if self.why_not_others else ""
        return InvalidArgument(
            f"{self.game} has no {what}; it has: {', '.join(self.relations) or 'none'}.{reason}"
        )
