"""A follower that acts once, fitted to how often people took each action, by what was announced.

Under each commitment that was announced to people, the chances of the K actions that were on offer
have Jeffreys' prior, Dirichlet(1/2, ..., 1/2), and with counts n the posterior Dirichlet(n + 1/2),
whose mean (n_k + 1/2) / (n + K / 2) is what the follower plays. Of a commitment that was announced
to nobody the prior is all that is known: its interval says so.

Who acts once makes P(Y=y | do(pre-policy)) linear in these chances: it is the sum over actions of
the chance and of P(Y=y) where that action is surely taken, which the game's own evaluation has
exactly; so are utilities, and so are intervals, which are of the posterior.

Beside the fit stand two that know less: one chance of each action whatever was announced, which the
choices without a commitment have a part in; and level-k players, of whom level 0 takes all actions
equally often and the others, who know what the committed agent does, a best one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from ...core.checkpoint import digest
from ...core.checks import check_whole
from ...core.errors import InvalidArgument
from ...core.evaluation import Evaluation, Optimum, Split
from ...core.policy import BatchPolicies, Memoryless
from ...core.pre_policy import Points
from ...core.problem import CommitmentProblem
from ...core.solver import best_of_all
from ..responder import Responder, distinct
from .fitted import DRAWS, MOST, PRIOR, actions_of, counts_of, log_likelihood

KIND = "rates"
_STREAM = 0x4A7E5
_TIED = 1e-9


@dataclass(frozen=True, eq=False)
class Rates:
    """How often each action was taken, by whom nothing but the announcement told apart.

    Attributes:
        game: its name.
        rules: what `rules_of` has of it.
        follower: who acted.
        actions: (K,) what the actions on offer are called.
        announced: by what was announced, (K,) how often each was taken.
        free: (K,) how often without a commitment; None where nobody played so.
        best: by what was announced, (K,) which actions were best responses.
        n: how many people there were.
        unit: what was counted.
    """

    game: str
    rules: str
    follower: str
    actions: tuple[str, ...]
    announced: Mapping[str, NDArray[np.int64]]
    free: NDArray[np.int64] | None
    best: Mapping[str, NDArray[np.bool_]]
    n: int
    unit: str = "people"

    def posterior(self, announced: str) -> NDArray[np.float64]:
        """(K,) the posterior's parameters; the prior's where that was announced to nobody."""
        nothing = np.zeros(len(self.actions), dtype=np.int64)
        return np.asarray(self.announced.get(announced, nothing) + PRIOR)

    def chances(self, announced: str) -> NDArray[np.float64]:
        """(K,) the posterior means."""
        posterior = self.posterior(announced)
        return np.asarray(posterior / posterior.sum())

    def draws(self, announced: str, number: int = DRAWS, seed: int = 0) -> NDArray[np.float64]:
        """(number, K) chances drawn from the posterior."""
        np_random = np.random.default_rng([seed, _STREAM])
        return np.asarray(np_random.dirichlet(self.posterior(announced), size=number))

    def within(self, announced: str, level: float = 0.95) -> NDArray[np.float64]:
        """(2, K) the central `level` of each action's chance."""
        posterior, tail = self.posterior(announced), (1 - level) / 2
        rest = posterior.sum() - posterior
        return np.array([scipy.stats.beta.ppf(q, posterior, rest) for q in (tail, 1 - tail)])

    @property
    def levels(self) -> tuple[float, float]:
        """How often level 0 and higher levels are met, by maximum likelihood."""

        def unlikely(share: float) -> float:
            return -self._level_likelihood(float(share))

        found = scipy.optimize.minimize_scalar(unlikely, bounds=(0, 1), method="bounded")
        share = min((float(found.x), 0.0, 1.0), key=unlikely)
        return 1 - share, share

    def _level_likelihood(self, higher: float) -> float:
        """The log-likelihood of choices where so many are of a level above 0."""
        total = 0.0
        for announced, counts in self.announced.items():
            best = self.best[announced]
            chances = (1 - higher) / len(counts) + higher * best / best.sum()
            total += log_likelihood(counts, np.clip(chances, 1e-12, 1))
        return total

    @property
    def log_likelihood(self) -> dict[str, float]:
        """Of all choices under a commitment, by fit: `by announcement`, `one chance`, `level-k`."""
        free = np.zeros(len(self.actions), np.int64) if self.free is None else self.free
        pooled = np.sum([free, *self.announced.values()], axis=0)
        return {
            "by announcement": sum(log_likelihood(n, n / n.sum()) for n in self.announced.values()),
            "one chance": sum(
                log_likelihood(n, pooled / pooled.sum()) for n in self.announced.values()
            ),
            "level-k": self._level_likelihood(self.levels[1]),
        }

    def to_json(self) -> dict[str, Any]:
        """As JSON types, for `of_json`."""
        return {
            "rules": self.rules,
            "follower": self.follower,
            "actions": list(self.actions),
            "announced": {name: counts.tolist() for name, counts in self.announced.items()},
            "free": None if self.free is None else self.free.tolist(),
            "best": {name: best.tolist() for name, best in self.best.items()},
            "n": self.n,
        }

    @classmethod
    def of_json(cls, game: str, kept: Mapping[str, Any]) -> Rates:
        """What `to_json` returned.

        Raises:
            AttributeError, KeyError, InvalidArgument, TypeError, ValueError: it is none.
        """
        actions = actions_of(kept["actions"])
        announced = {name: counts_of(n, len(actions)) for name, n in kept["announced"].items()}
        best = {name: np.asarray(one) for name, one in kept["best"].items()}
        if set(best) != set(announced) or not announced:
            raise ValueError("expected what was announced, with the best answers")
        if not all(n.any() for n in announced.values()):
            raise ValueError("expected a choice after each announcement")
        right = (one.shape == (len(actions),) and one.dtype == bool for one in best.values())
        if not all(right) or not all(one.any() for one in best.values()):
            raise ValueError("expected a best answer to each announcement")
        free = None if kept["free"] is None else counts_of(kept["free"], len(actions))
        return cls(
            game,
            str(kept["rules"]),
            str(kept["follower"]),
            actions,
            announced,
            free,
            best,
            check_whole("n", kept["n"], 0, MOST),
        )

    def lines(self) -> list[str]:
        """The fit in words."""
        lines = []
        for announced in self.announced:
            low, high = self.within(announced)
            shown = ", ".join(
                f"{action}: {chance:.3f} [{a:.3f}, {b:.3f}]"
                for action, chance, a, b in zip(
                    self.actions, self.chances(announced), low, high, strict=True
                )
            )
            total = int(self.announced[announced].sum())
            lines.append(f"after {announced!r}, {total} choices: {shown}")
        if self.free is not None:
            shown = ", ".join(f"{a}: {n}" for a, n in zip(self.actions, self.free, strict=True))
            lines.append(f"without a commitment: {shown}")
        lines.append(f"level 0: {self.levels[0]:.3f} of people")
        return lines


def rules_of(problem: CommitmentProblem) -> str:
    """A digest of the game's rules and payoffs, and how far a commitment binds and is shown.

    To what one commits is no part of it.
    """
    env: Any = problem.setup().env
    scheme = [
        {name: value for name, value in one.items() if name != "space"}
        for one in env.scheme.to_json()["commitments"]
    ]
    return digest({"family": problem.family, "rules": problem.content(), "scheme": scheme})


class RatesResponder(Responder):
    """Answers as often with each action as people did who were told the same."""

    def __init__(self, problem: CommitmentProblem, rates: Rates, *, seed: int = 0) -> None:
        """Answer by what was fitted.

        Args:
            problem: what is answered.
            rates: the fit.
            seed: of draws from the posterior.

        Raises:
            InvalidArgument: it was fitted in another game, or others answer here.
        """
        super().__init__(problem)
        if problem.learners != (rates.follower,) or rules_of(problem) != rates.rules:
            raise InvalidArgument(
                f"the follower was fitted to {rates.follower} of {rates.game} by the rules and "
                f"payoffs there, and as commitments bind and are shown there; {problem.game} has "
                "others as it is set here, so nobody knows what it would do."
            )
        game: Any = problem.setup().env.unwrapped
        labels = game.action_labels(rates.follower)
        self._rates, self._seed = rates, seed
        if not {*rates.actions} <= {*labels}:
            raise InvalidArgument(
                f"the follower was fitted to {', '.join(rates.actions)}, and {rates.follower} of "
                f"{problem.game} has {', '.join(labels)}; write the file anew from the study."
            )
        self._places = [labels.index(action) for action in rates.actions]

    def respond(self, points: Points, *, split: Split = "search") -> Evaluation:
        """What comes of pre-policies, exactly; the report's with the intervals of the posterior."""
        unique, inverse = distinct(points)
        rates, space, follower = self._rates, self.problem.pre_policies, self._rates.follower
        each = answers(self.problem, follower, self._places, unique)
        labels = [str(space.label(point)) for point in unique]
        chances = np.array([rates.chances(label) for label in labels])  # (n, K)

        def mean(rows: list[NDArray[np.float64]]) -> NDArray[np.float64]:
            return np.asarray((chances * np.array(rows).T).sum(axis=1))

        p = np.array([one.p for one in each]).T  # (n, K)
        achieved = mean([_earned(one, follower) for one in each])
        most = _earned(each[0], follower) + each[0].regret[follower]
        regret = np.where(most - achieved > _TIED, most - achieved, 0.0)
        interval = None
        if split == "report":
            drawn = [rates.draws(label, seed=self._seed) for label in labels]
            many = np.array([one @ row for one, row in zip(drawn, p, strict=True)])
            interval = np.quantile(many, [0.025, 0.975], axis=1).T
        found = Evaluation(
            p=mean([one.p for one in each]),
            regret={follower: regret},
            regret_max=regret,
            optimal_share=mean([one.optimal_share for one in each]),
            env_steps=0,
            utility=mean([one.utility for one in each]),
            interval=interval,
            follower_utility={follower: achieved},
        )
        return found.select(inverse)

    def optimum(self, objective: str) -> Optimum | None:
        """The best of finitely many pre-policies; None where they are a continuum."""
        return best_of_all(self.problem.pre_policies, self.respond, objective)

    def policies(self, point: Any | None) -> BatchPolicies:
        """The likeliest action under a pre-policy, for pictures; the first where nobody is told."""
        place = self._places[0]
        if point is not None:
            label = str(self.problem.pre_policies.label(point))
            place = self._places[int(self._rates.chances(label).argmax())]
        return {self._rates.follower: always(place)}


def always(place: int) -> Memoryless:
    """The policy of one action."""
    return Memoryless(lambda seen: np.full(_rows(seen), place, dtype=np.int64))


def answers(
    problem: CommitmentProblem, follower: str, places: list[int], points: Points
) -> list[Evaluation]:
    """What comes of each action where it is surely taken.

    Args:
        problem: a game in which one follower acts once.
        follower: who.
        places: the actions.
        points: pre-policies.

    Raises:
        InvalidArgument: nobody knows it exactly.
    """
    found = [
        problem.evaluate({follower: always(place)}, points, split="report") for place in places
    ]
    known = (one.episodes is None and follower in (one.follower_utility or {}) for one in found)
    if not all(known):
        raise InvalidArgument(
            f"what comes of an action in {problem.game} is estimated by playing, and not known "
            "exactly, so that no follower is fitted to it."
        )
    return found


def _earned(found: Evaluation, follower: str) -> NDArray[np.float64]:
    assert found.follower_utility is not None, "checked"
    return np.asarray(found.follower_utility[follower], dtype=np.float64)


def _rows(seen: Any) -> int:
    return len(next(iter(seen.values()))) if isinstance(seen, Mapping) else len(seen)
