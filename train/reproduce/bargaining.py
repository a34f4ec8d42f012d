"""Section 5.2 of the paper and NegotiationArena's published games, with offline players.

Put in: the buyer's first offers and the seller's mean asks by round. Fitted to the published
offers: the calibrated seller's logit; `hazard` is their table itself. Predicted: whole games (put
together from these pieces of the same published games, with nothing tuned to how they end), what a
claimed price does, what is learned, and the exact solutions. The paper prints no numbers for its
learned prices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from ...bargaining import calibration as known
from ...bargaining.play import play_batch
from ...bargaining.players import ordinary_buyer
from ...bargaining.prices import FixedPrice
from ...bargaining.problem import BargainingProblem
from ...bargaining.rules import load_rules
from ...bargaining.sellers import seller_table
from ...bargaining.solve import backward_induction, rubinstein_price, solved_price
from ..metas import CategoricalMeta
from ..offline.bargaining import START, BargainingEnvironment, learn_price
from ..verbal import BestOfN, Generator, NumericMeta, Trial
from .rows import Role, Row, Sheet

EPISODES = 500
SEEDS = 5
READINGS = ("calibrated", "hazard")
REPEATED = (36.0, 40.0, 46.0)
DISCOUNTS = (0.5, 0.9, 0.99)
_BUDGET = 6


def reproduce_bargaining(seed: int = 0) -> list[Row]:
    """All rows; about two seconds."""
    sheet = Sheet("bargaining", seed)
    return [
        *_inputs(sheet),
        *_acceptance(sheet),
        *_games(sheet),
        *_repeated(sheet),
        *_learning(sheet),
        *_generators(sheet),
        *_theory(sheet),
        *_announcements(sheet),
    ]


def _inputs(sheet: Sheet) -> Iterator[Row]:
    total = sum(games for _, games in known.FIRST_OFFERS)
    for offer, games in known.FIRST_OFFERS:
        share = games / total
        yield sheet.exact(f"first offer {offer:g}", "share", "input", share, share)
    for k, ask in enumerate(known.MEAN_ASKS, start=1):
        yield sheet.exact("no commitment", "mean_ask", "input", ask, ask, epoch=k)


def _acceptance(sheet: Sheet) -> Iterator[Row]:
    """Both readings of the calibrated seller against the counts."""
    at = np.array(sorted({count.at for count in known.COUNTS}))
    readings = {
        "calibrated": known.logit_acceptance(at, 4),
        "hazard": known.hazard_acceptance(at, 4),
    }
    for count in known.COUNTS:
        for name, rates in readings.items():
            yield sheet.exact(
                f"{name}: offer {count.shown}",
                "accepted",
                "fitted" if name == "calibrated" else "input",
                count.rate,
                float(rates[count.round - 1, np.searchsorted(at, count.at)]),
                epoch=count.round,
            )


def _games(sheet: Sheet) -> Iterator[Row]:
    """Whole games without a commitment."""
    rules = load_rules()
    for name in READINGS:
        played = play_batch(
            rules, seller_table(rules, name), ordinary_buyer(rules), EPISODES, sheet.seed
        )
        prices = played.price[~np.isnan(played.price)]
        where, n = f"{name}: no commitment", EPISODES
        mean, sd = float(prices.mean()), float(prices.std())
        yield sheet.drawn(
            where, "mean_price", "predicted", known.PUBLISHED_MEAN, mean, sd, len(prices)
        )
        yield sheet.drawn(where, "sd_price", "predicted", known.PUBLISHED_SD, sd, None, len(prices))
        yield sheet.drawn(where, "deals", "predicted", 1.0, len(prices) / n, None, n)
        moves = played.moves
        yield sheet.drawn(
            where,
            "moves",
            "predicted",
            known.PUBLISHED_MOVES,
            float(moves.mean()),
            float(moves.std()),
            n,
        )


def _repeated(sheet: Sheet) -> Iterator[Row]:
    """What a price that is offered four times earns by the logit, asks not being accepted."""
    for price in REPEATED:
        refused = np.prod(1 - known.logit_acceptance(np.array([price]), 4))
        ours = float((1 - refused) * (60 - price))
        yield sheet.exact(f"calibrated: repeat {price:g}", "surplus", "fitted", None, ours)


def _learning(sheet: Sheet) -> Iterator[Row]:
    """Figure 4: a price learned from 50 in five revisions, over five seeds."""
    for name in READINGS:
        environment = BargainingEnvironment(seller=name)
        runs = [learn_price(environment, seed=sheet.seed + k) for k in range(SEEDS)]
        where = f"{name}: learned price"
        prices = np.array([[_price(trial) for trial in run.history] for run in runs])
        means = np.array([[_mean_price(trial) for trial in run.history] for run in runs])
        for k in range(prices.shape[1]):
            role: Role = "input" if k == 0 else "predicted"
            start = START if k == 0 else None
            for metric, values in (("price", prices[:, k]), ("mean_price", means[:, k])):
                yield sheet.drawn(
                    where,
                    metric,
                    role if metric == "price" else "predicted",
                    start if metric == "price" else None,
                    float(values.mean()),
                    float(values.std()),
                    SEEDS,
                    epoch=k,
                )
        best = np.array([run.best.proposal.point for run in runs if run.best and run.best.proposal])
        yield sheet.drawn(
            where, "best_price", "predicted", None, float(best.mean()), float(best.std()), SEEDS
        )


def _generators(sheet: Sheet) -> Iterator[Row]:
    """The four moves, best of n and a numeric search at equal evaluations: exact surplus found."""
    environment = BargainingEnvironment()
    prices = environment.prices
    exact = BargainingProblem().answers(np.arange(prices.size)).utility

    def price(point: int) -> float:
        return float(prices.label(int(point)))

    def best_of_n(seed: int) -> Generator:
        def sample(rng: np.random.Generator) -> float:
            return price(1 + int(rng.integers(prices.size - 1)))

        return BestOfN(sample, environment.words)

    def categorical(seed: int) -> Generator:
        return NumericMeta(
            lambda: _PriceSearch(prices, seed), environment.words, batch=2, seed=seed
        )

    makers: dict[str, Callable[[int], Generator | None]] = {
        "moves": lambda seed: None,
        "best_of_n": best_of_n,
        "categorical": categorical,
    }
    for name, make in makers.items():
        found = []
        for k in range(SEEDS):
            seed = sheet.seed + k
            run = learn_price(environment, generator=make(seed), evaluations=_BUDGET, seed=seed)
            assert run.best is not None
            assert run.best.proposal is not None
            found.append(exact[prices.point(run.best.proposal.point)])
        yield sheet.drawn(
            f"calibrated: {name}, {_BUDGET} evaluations",
            "surplus",
            "predicted",
            None,
            float(np.mean(found)),
            float(np.std(found)),
            SEEDS,
        )
    yield sheet.exact("calibrated: best price", "surplus", "predicted", None, float(exact.max()))


class _PriceSearch:
    """A categorical meta pre-policy that is asked for prices instead of points."""

    def __init__(self, prices: FixedPrice, seed: int) -> None:
        self._prices = prices
        self._meta = CategoricalMeta(prices, seed=seed)

    def ask(self, number: int, np_random: np.random.Generator) -> list[float]:
        points = self._meta.ask(number, np_random)
        labels = [self._prices.label(int(point)) for point in points]
        # To commit to nothing is no price to try: the first price stands for it.
        return [float(self._prices.labels[1] if label == "none" else label) for label in labels]

    def tell(self, points: list[float], scores: np.ndarray) -> None:
        self._meta.tell(np.array([self._prices.point(p) for p in points]), scores)


def _theory(sheet: Sheet) -> Iterator[Row]:
    for d in DISCOUNTS:
        where, formula = f"rubinstein: discount {d:g}", rubinstein_price(40, 60, d)
        yield sheet.exact(where, "price_solved", "predicted", None, solved_price(40, 60, d))
        yield sheet.exact(where, "price_formula", "predicted", None, formula)
    for layout in ("complete", "unlimited"):
        solved = backward_induction(load_rules(layout)).price
        yield sheet.exact(f"rational: {layout}", "price_solved", "predicted", None, solved)


def _announcements(sheet: Sheet) -> Iterator[Row]:
    """What seeing the commitment to 44 changes, seller by seller."""
    for seller, layout in (
        ("calibrated", "complete"),
        ("hazard", "complete"),
        ("rubinstein", "discounted"),
        ("bayesian", "private"),
    ):
        for observability in (0.0, 1.0):
            problem = BargainingProblem(layout, seller=seller, observability=observability)
            endings = problem.endings(problem.pre_policies.point(44))
            where = f"{seller}: claim 44, observability {observability:g}"
            deals = sum(e.chance for e in endings if e.price is not None)
            moves = sum(e.chance * e.moves for e in endings)
            surplus = sum(e.chance * e.buyer for e in endings)
            yield sheet.exact(where, "deals", "predicted", None, deals)
            yield sheet.exact(where, "moves", "predicted", None, moves)
            yield sheet.exact(where, "surplus", "predicted", None, surplus)
        free = sum(e.chance * e.buyer for e in problem.endings(0))
        yield sheet.exact(f"{seller}: no commitment", "surplus", "predicted", None, free)


def _price(trial: Trial) -> float:
    assert trial.proposal is not None
    return float(trial.proposal.point)


def _mean_price(trial: Trial) -> float:
    assert trial.outcome is not None
    return trial.outcome.metrics.get("mean_price", np.nan)
