"""What is known of pre-policies: without one, under each, and of the best there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from .checkpoint import StateDict
from .state_form import Array, Form, Maybe, Whole

Split = Literal["search", "finals", "report"]
"""What answers are for. Where P is estimated by playing, whoever chooses among a search's finalists
has seen none of the search's episodes, and the report has seen none of either."""
GAIN = "follower-gain"
OBJECTIVES = ("desirable", "utility", "undesirable", GAIN)
"""What a search makes large: P(Y=y), the committed agent's utility, 1 - P(Y=y), which makes P
small: the committed agent is an adversary then, the negative control of every other search; or what
a follower gains by the commitment, `follower-gain:NAME` where it is said whose."""
_TIED = 1e-9  # scores that differ by less are the same, as a share of those above 1


@dataclass(frozen=True)
class Before:
    """P(Y=y) when nobody intervenes.

    Attributes:
        p: under the problem's selection; None where it is undefined.
        low: in the worst rational outcome, however ties are broken.
        high: in the best.
        utility: the committed agent's expected utility.
        follower_utility: what each learner earns in expectation, undiscounted, under the problem's
            selection and ties; None where it is undefined or nobody says.
        reason: why `p` is undefined.
        sampled: what stands behind `p` where it is estimated, in words; empty where it is exact.
    """

    p: float | None
    low: float | None = None
    high: float | None = None
    utility: float | None = None
    reason: str = ""
    sampled: str = ""
    follower_utility: Mapping[str, float] | None = None

    def value(self, objective: str) -> float | None:
        """What a search by one of `OBJECTIVES` starts from; None where it is undefined."""
        earned = self.follower_utility or {}
        value: float | None = value_of(objective, self.p, self.utility, earned)
        return value


def follower_of(objective: str) -> str | None:
    """Whose gain a search makes large: empty where nobody is named; None of other objectives."""
    kind, _, follower = objective.partition(":")
    return follower if kind == GAIN else None


def value_of(objective: str, p: Any, utility: Any, earned: Mapping[str, Any]) -> Any:
    """What a search by one of `OBJECTIVES` makes large, of numbers or arrays; None of None.

    Of a follower's gain it is what the follower earns: the gain and a constant, which is what it
    earns without a commitment.

    Args:
        objective: which.
        p: P(Y=y).
        utility: the committed agent's.
        earned: the followers' utilities, by name.
    """
    follower = follower_of(objective)
    if follower is not None:
        return earned.get(follower)
    if objective == "utility":
        return utility
    return 1 - p if objective == "undesirable" and p is not None else p


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
        interval: (n, 2) where the followers are fitted to data, the central 95 % of what `p` is
            under the posterior of their chances; None elsewhere.
        follower_utility: what each learner earns in expectation, undiscounted; None where nobody
            says.
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
    interval: NDArray[np.float64] | None = None
    follower_utility: Mapping[str, NDArray[np.float64]] | None = None

    def __post_init__(self) -> None:
        """Cut what sums of chances round to beyond 0 and 1."""
        p = np.clip(self.p, 0.0, 1.0)
        assert not (np.abs(p - self.p) > _TIED).any(), "P(Y=y) lies in [0, 1]"
        object.__setattr__(self, "p", p)

    @property
    def worst_regret(self) -> NDArray[np.float64]:
        """(n,) the greatest of the followers' mean regrets; 0 where nobody learns."""
        return np.max([np.zeros_like(self.p), *self.regret.values()], axis=0)

    @property
    def nash_conv(self) -> NDArray[np.float64]:
        """(n,) NashConv: what the followers could gain, each alone, added up (Lanctot et al. 2017).

        0 where they are in equilibrium with each other; NaN where a regret is unknown.
        """
        return np.sum([np.zeros_like(self.p), *self.regret.values()], axis=0)

    def score(self, objective: str) -> NDArray[np.float64]:
        """(n,) what a search makes large, by one of `OBJECTIVES`; NaN where nobody says."""
        value = value_of(objective, self.p, self.utility, self.follower_utility or {})
        return np.full_like(self.p, np.nan) if value is None else np.asarray(value)

    def beside(self, objective: str) -> NDArray[np.float64]:
        """(n,) what decides between equal scores; see `first_of_the_best`."""
        return self.utility if objective in ("desirable", "undesirable") else self.p

    def best(self, objective: str) -> int:
        """Which row is the best; see `first_of_the_best`. At least one score is defined."""
        return first_of_the_best(self.score(objective), self.beside(objective))

    @classmethod
    def rational(
        cls,
        p: NDArray[np.float64],
        utility: NDArray[np.float64],
        earned: Mapping[str, NDArray[np.float64]],
        *,
        excess_steps: NDArray[np.float64] | None = None,
    ) -> Evaluation:
        """Computed answers of followers that fall short of nothing.

        Args:
            p: (n,) how often the outcome is the desirable one.
            utility: (n,) the committed agent's.
            earned: (n,) what each follower earns.
            excess_steps: (n,) zeros in games in which somebody walks.
        """
        zeros = np.zeros_like(p)
        regret = dict.fromkeys(earned, zeros)
        return cls(
            p,
            regret,
            zeros,
            np.ones_like(p),
            0,
            utility,
            excess_steps,
            follower_utility=dict(earned),
        )

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
            interval=joined("interval"),
            follower_utility=None
            if parts[0].follower_utility is None
            else {
                agent: np.concatenate([(part.follower_utility or {})[agent] for part in parts])
                for agent in parts[0].follower_utility
            },
        )

    def state_dict(self) -> StateDict:
        """All of it, by attribute."""
        earned = self.follower_utility
        mappings = {"regret": dict(self.regret), "follower_utility": earned and dict(earned)}
        return {**vars(self), **mappings}

    @staticmethod
    def state_form(n: int, followers: Sequence[str]) -> Form:
        """The form of what `from_state` takes, of the answers of some followers to n pre-policies.

        NaN is what nobody knows, in any of its numbers.
        """
        number, share = Array(np.float64, (n,), nan=True), Array(np.float64, (n,), 0, 1, nan=True)
        return {
            "p": share,
            "regret": dict.fromkeys(followers, number),
            "regret_max": number,
            "optimal_share": share,
            "env_steps": Whole(),
            "utility": number,
            "excess_steps": Maybe(number),
            "spread": Maybe(share),
            "episodes": Maybe(Whole(1)),
            "interval": Maybe(Array(np.float64, (n, 2), 0, 1)),
            "follower_utility": Maybe(dict.fromkeys(followers, number)),
        }

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
            interval=None if self.interval is None else self.interval[rows],
            follower_utility=self.follower_utility
            and {agent: earned[rows] for agent, earned in self.follower_utility.items()},
        )


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


def first_of_the_best(scores: NDArray[np.float64], *beside: NDArray[np.float64]) -> int:
    """Which score is the greatest; of several, the one with the most `beside` it, then the first.

    Nobody should be told to pay for nothing: pre-policies under which P is the same are told apart
    by the committed agent's utility, and those of the same utility by P.

    Args:
        scores: (n,) with one number at least; NaN where undefined.
        beside: (n,) other quantities, each of which decides where those before it do not; NaN
            counts as the least.
    """
    left = np.flatnonzero(~np.isnan(scores))
    for ranking in (scores, *beside):
        known = np.where(np.isnan(ranking[left]), -np.inf, ranking[left])
        most = float(known.max())
        if np.isfinite(most):
            left = left[known >= most - _TIED * max(1.0, abs(most))]
    return int(left[0])
