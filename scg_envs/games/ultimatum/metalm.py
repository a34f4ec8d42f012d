"""The scripted MetaLM: a Bayesian learner of a group's norm, with a principle drawn each epoch.

What it does not know is the group's composition: the chances of the norms among its users. It
thinks that half of all groups share one norm and half are mixed, and updates this belief with every
offer that it sees. Read under a norm with share mu, an offered share x has the likelihood of a
normal observation with standard deviation 0.3; and the manner, which suggests the share m, is read
as another observation of the norm, which counts the less the oftener it was heard: the k-th offer
in a manner counts w/sqrt(k) of one,

    log L(x_k, manner | mu) = -((x_k - mu)^2 + w k^(-1/2) (m - mu)^2) / (2 0.3^2).

So rude words next to generous offers mislead, longer the greater w is, but never for good: n offers
speak with weight n, and their manner with about 2 w sqrt(n). (Where every manner counts w, as with
the reading `each`, a learner above some w, .346 for rude altruists, never learns, and moves away
from what it sees.) At the start of an epoch the assistant draws a composition from its posterior
and a norm from that (Thompson sampling), and offers that norm's share for the epoch. In a currency
that it has not met, what was learned carries over with one chance, `transfer`; otherwise it acts
on its prior for that currency.

It is inference about a norm, and no selection of an equilibrium: no causal effect is claimed.
Two numbers are fitted to published results: w to rude altruistic users, `transfer` to selfish users
with an altruistic prior. That manners fade was chosen because the publication says that the
assistant "eventually does learn". The reading's standard deviation, the prior and the power of the
fading are assumed; with the powers 3/4 and 1 shares move the same way, and more slowly (fitted
anew with power 1, selfish users who flatter are offered .066 in epoch 20, and .020 with 1/2).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ...core.checks import check_chance, check_whole
from ...core.errors import InvalidArgument, UnknownName
from .norms import AMOUNTS, MANNERS, NAMES, SHARES, Group, check_manner, load_group

READING_SD = 0.3
EPOCHS = 5
# What Social Contract AI's assistant offers rude altruistic users in epoch 5, and what they offer.
RUDE_ALTRUISTIC, RUDE_USERS = 0.800, 0.997
OBSERVED = 9  # offers of users in an epoch: 8 among users, 1 of the 2 with the assistant
_LEVELS = 10  # compositions are in steps of a tenth
_STREAM = 0x5CA1  # keeps these draws apart from others under the same seed

FADING = 0.5  # the k-th offer in a manner counts k ** -FADING of the first

MannerReading = Literal["fading", "each", "once"]
MANNER_READINGS = ("fading", "each", "once")


def compositions() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What groups there may be: (C, norms) the chances of the norms, and (C,) the prior.

    Half of the prior is on the groups with one norm, half on all mixtures in steps of a tenth.
    """
    grid = [(a, b, _LEVELS - a - b) for a in range(_LEVELS + 1) for b in range(_LEVELS + 1 - a)]
    mixes = np.array(grid, dtype=np.float64) / _LEVELS
    pure = mixes.max(axis=1) == 1.0
    prior = np.where(pure, 0.5 / pure.sum(), 0.5 / (~pure).sum())
    return mixes, prior


class MetaLM:
    """The learners of some independent runs.

    Attributes:
        posterior: (runs, C) their beliefs about their groups' compositions.
    """

    def __init__(
        self, manner_weight: float = 0.0, reading: MannerReading = "fading", *, runs: int = 1
    ) -> None:
        """Begin with the prior.

        Args:
            manner_weight: what a manner counts beside an offer when it is first heard; 0 or more.
            reading: with `fading` the k-th offer in a manner counts 1/sqrt(k) of the first; with
                `each` all count alike; `once` takes the manner for a trait of the group that is
                observed once.
            runs: how many learners there are.

        Raises:
            InvalidArgument: a negative weight.
            UnknownName: no such reading.
        """
        if not manner_weight >= 0:
            raise InvalidArgument(f"manner_weight is {manner_weight!r}; expected 0 or more.")
        if reading not in MANNER_READINGS:
            raise UnknownName("reading of manners", reading, MANNER_READINGS)
        self._mixes, prior = compositions()
        self._log = np.repeat(np.log(prior)[None], check_whole("runs", runs, 1), axis=0)
        self._weight, self._reading = manner_weight, reading
        self._heard = dict.fromkeys(MANNERS, 0)  # offers so far by manner

    @property
    def posterior(self) -> NDArray[np.float64]:
        """(runs, C) the beliefs about the groups' compositions."""
        weights = np.exp(self._log - self._log.max(axis=1, keepdims=True))
        return weights / weights.sum(axis=1, keepdims=True)

    def norm_chances(self) -> NDArray[np.float64]:
        """(runs, norms) the chances that the next principle follows each norm."""
        return self.posterior @ self._mixes

    def observe(self, shares: NDArray[np.float64], manner: str = "neutral") -> None:
        """Update the beliefs with offers, all in one manner.

        Args:
            shares: (runs, n) the offered shares, in the order in which they were made.
            manner: in what manner they were made.

        Raises:
            UnknownName: no such manner.
        """
        log = -((np.asarray(shares)[..., None] - SHARES) ** 2) / (2 * READING_SD**2)
        suggested, before = MANNERS[check_manner(manner)], self._heard[manner]
        self._heard[manner] += log.shape[1]
        if suggested is not None and self._weight > 0:
            misled = -self._weight * (suggested - SHARES) ** 2 / (2 * READING_SD**2)
            if self._reading == "each":
                log = log + misled
            elif self._reading == "fading":
                number = before + 1 + np.arange(log.shape[1])
                log = log + number[:, None] ** -FADING * misled
            elif before == 0 and log.shape[1] > 0:
                self._log = self._log + np.log(self._mixes @ np.exp(misled))
        self._log = self._log + np.log(np.exp(log) @ self._mixes.T).sum(axis=1)

    def draw(self, np_random: np.random.Generator) -> NDArray[np.int64]:
        """(runs,) the norms that the next epoch's principles follow: Thompson draws."""
        mixes = self._mixes[_draw(self.posterior, np_random)]
        return _draw(mixes, np_random)


def _draw(chances: NDArray[np.float64], np_random: np.random.Generator) -> NDArray[np.int64]:
    """(n,) one draw from each row of (n, k) chances."""
    below = np.cumsum(chances, axis=1) <= np_random.random((len(chances), 1))
    return np.minimum(below.sum(axis=1), chances.shape[1] - 1)


@dataclass(frozen=True)
class Runs:
    """Simulated runs.

    Attributes:
        assistant: (runs, epochs) the share that the assistant offered.
        users: (runs, epochs) the mean share that users offered in the epoch.
        norm: (runs, epochs) the number of the norm that its principle followed.
        expected: (runs, epochs) the assistant's expected share before its principle was drawn.
    """

    assistant: NDArray[np.float64]
    users: NDArray[np.float64]
    norm: NDArray[np.int64]
    expected: NDArray[np.float64]


def simulate(
    group: str | Group,
    *,
    manner: str = "neutral",
    manner_weight: float = 0.0,
    reading: MannerReading = "fading",
    users_share: float | None = None,
    runs: int = 20,
    epochs: int = 5,
    seed: int = 0,
) -> Runs:
    """Let the assistant learn a group's norm, epoch by epoch.

    In each epoch it acts on a principle drawn from what it believes by then, and sees nine offers
    of users. The first principle is drawn from the prior.

    Args:
        group: the users.
        manner: how they speak.
        manner_weight: see `MetaLM`, as is `reading`.
        reading: how manners are read.
        users_share: the share that users offer, if it is not that of their norm; for groups with
            one norm.
        runs: independent runs.
        epochs: epochs of each.
        seed: seeds all of them.

    Raises:
        UnknownName: no such group, manner or reading.
        InvalidArgument: a number out of its range.
    """
    users, check = load_group(group), check_manner(manner)
    check_whole("runs", runs, 1)
    check_whole("epochs", epochs, 1)
    shape = (runs, epochs)
    shares, seen = np.empty(shape), np.empty(shape)
    norms, expected = np.empty(shape, dtype=np.int64), np.empty(shape)
    offered = SHARES if users_share is None else np.full(len(SHARES), users_share)
    rng = np.random.default_rng([seed, _STREAM])
    learners = MetaLM(manner_weight, reading, runs=runs)
    for epoch in range(epochs):
        norms[:, epoch] = learners.draw(rng)
        expected[:, epoch] = learners.norm_chances() @ SHARES
        shares[:, epoch] = _offers(SHARES[norms[:, epoch]], rng)
        drawn = rng.choice(len(NAMES), size=(runs, OBSERVED), p=users.weights)
        offers = _offers(offered[drawn], rng)
        seen[:, epoch] = offers.mean(axis=1)
        learners.observe(offers, check)
    return Runs(shares, seen, norms, expected)


def _offers(shares: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """The shares in whole units of random amounts, rounded by chance."""
    amounts = rng.choice(AMOUNTS, size=shares.shape)
    return np.floor(shares * amounts + rng.random(shares.shape)) / amounts


def fit_manner_weight(
    target: float,
    *,
    group: str = "altruistic",
    manner: str = "rude",
    reading: MannerReading = "fading",
    users_share: float | None = None,
    epoch: int = 5,
    runs: int = 2000,
    seed: int = 0,
    tolerance: float = 1e-5,
) -> float:
    """The weight for which the expected share of the assistant in an epoch is the target.

    By bisection on the mean over runs with common random numbers, in which the share falls with
    the weight for a manner that suggests less than the group offers.

    Raises:
        InvalidArgument: a target that no weight from 0 to 2 reaches.
    """

    def share(weight: float) -> float:
        runs_at = simulate(
            group,
            manner=manner,
            manner_weight=weight,
            reading=reading,
            users_share=users_share,
            runs=runs,
            epochs=epoch,
            seed=seed,
        )
        return float(runs_at.expected[:, -1].mean())

    low, high = 0.0, 2.0
    if not share(high) <= target <= share(low):
        raise InvalidArgument(
            f"the target is {target:g}; with weights from 0 to 2 the share goes from "
            f"{share(low):.3f} to {share(high):.3f}."
        )
    while high - low > tolerance:
        middle = (low + high) / 2
        low, high = (middle, high) if share(middle) > target else (low, middle)
    return (low + high) / 2


@cache
def fitted_manner_weight(seed: int = 0) -> float:
    """The one weight of the manner: fitted to rude altruistic users in epoch 5."""
    return fit_manner_weight(RUDE_ALTRUISTIC, users_share=RUDE_USERS, epoch=EPOCHS, seed=seed)


def out_of_distribution(learned: float, prior: float, transfer: float) -> float:
    """The expected share in a currency that was not met.

    Args:
        learned: the expected share in the currency that was.
        prior: that of the prior for the new one.
        transfer: the chance that what was learned carries over.
    """
    check_chance("transfer", transfer)
    return transfer * learned + (1 - transfer) * prior


def fit_transfer(learned: float, prior: float, target: float) -> float:
    """The transfer with which `out_of_distribution` is the target.

    Raises:
        InvalidArgument: a target that does not lie between what was learned and the prior.
    """
    if learned == prior or not min(learned, prior) <= target <= max(learned, prior):
        raise InvalidArgument(
            f"the target is {target:g}; expected a share between the learned {learned:g} and the "
            f"prior's {prior:g}, which differ."
        )
    return (prior - target) / (prior - learned)


def summary(values: NDArray[np.float64]) -> dict[str, Any]:
    """Mean, standard deviation, number, and the distribution over runs: deciles."""
    return {
        "mean": float(values.mean()),
        "sd": float(values.std()),
        "n": len(values),
        "deciles": np.quantile(values, np.linspace(0, 1, 11)).round(4).tolist(),
    }
