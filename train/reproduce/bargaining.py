"""Section 5.2 of the paper and NegotiationArena's published games, with simulated players.

All of it rests on the same 80 published games: the buyer's first offers and the seller's mean asks
are put in, the calibrated seller's logit was fitted to their offers, `hazard` is the table of their
counts. So how whole games end is fitted too, though nothing was tuned to it: to predict it, other
games than those that are predicted would have to be fitted (leaving one out, say), and of these
games only the counts are public. What a claimed price does, what is learned, and the exact
solutions have no published numbers; the paper prints none for its learned prices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ...core.verbal import BestOfN, Generator, Trial
from ...games.bargaining import calibration as known
from ...games.bargaining.language import BargainingLanguage
from ...games.bargaining.play import play_batch
from ...games.bargaining.players import ordinary_buyer
from ...games.bargaining.prices import PricePrePolicies
from ...games.bargaining.problem import BargainingProblem
from ...games.bargaining.rules import AGENTS, load_rules
from ...games.bargaining.sellers import seller_table
from ...games.bargaining.solve import backward_induction, rubinstein_price, solved_price
from ..search.proposers import CategoricalMeta
from ..verbal import NumericMeta, VerbalLoop, VerbalResult
from .rows import Published, Row, Sheet

GAMES = "NegotiationArena's 80 games"  # the data of every published number here
EPISODES = 500
SEEDS = 5
READINGS = ("calibrated", "hazard")
REPEATED = (36.0, 40.0, 46.0)
DISCOUNTS = (0.5, 0.9, 0.99)
LENGTHS = (12, 99)  # offers of GLEE's bargaining, at .9 a move for both


def reproduce_bargaining(seed: int = 0) -> list[Row]:
    """All rows; about two seconds."""
    sheet = Sheet("bargaining", seed)
    return [
        *_inputs(sheet),
        *_acceptance(sheet),
        *_games(sheet),
        *_repeated(sheet),
        *learned_prices(sheet),
        *_generators(sheet),
        *_theory(sheet),
        *_announcements(sheet),
    ]


def _inputs(sheet: Sheet) -> Iterator[Row]:
    total = sum(games for _, games in known.FIRST_OFFERS)
    for offer, games in known.FIRST_OFFERS:
        yield sheet.given(f"first offer {offer:g}", "share", Published(games / total, GAMES))
    for k, ask in enumerate(known.MEAN_ASKS, start=1):
        yield sheet.given("no commitment", "mean_ask", Published(ask, GAMES), epoch=k)


def _acceptance(sheet: Sheet) -> Iterator[Row]:
    """Both readings of the calibrated seller against the counts."""
    at = np.array(sorted({count.at for count in known.COUNTS}))
    rates = known.logit_acceptance(at, 4)
    for count in known.COUNTS:
        source, number = Published(count.rate, GAMES), count.round
        yield sheet.computed(
            f"calibrated: offer {count.shown}",
            "accepted",
            source,
            float(rates[number - 1, np.searchsorted(at, count.at)]),
            fitted_to=[GAMES],
            epoch=number,
        )
        yield sheet.given(f"hazard: offer {count.shown}", "accepted", source, epoch=number)


def _games(sheet: Sheet) -> Iterator[Row]:
    """Whole games without a commitment."""
    rules, n = load_rules(), EPISODES
    for name in READINGS:
        played = play_batch(rules, seller_table(rules, name), ordinary_buyer(rules), n, sheet.seed)
        prices = played.price[~np.isnan(played.price)]
        mean, sd = float(prices.mean()), float(prices.std())
        moves = played.moves
        for metric, published, ours, spread, count in (
            ("mean_price", known.PUBLISHED_MEAN, mean, sd, len(prices)),
            ("sd_price", known.PUBLISHED_SD, sd, None, len(prices)),
            ("deals", 1.0, len(prices) / n, None, n),
            ("moves", known.PUBLISHED_MOVES, float(moves.mean()), float(moves.std()), n),
        ):
            yield sheet.computed(
                f"{name}: no commitment",
                metric,
                Published(published, GAMES),
                ours,
                fitted_to=[GAMES],
                sd=spread,
                n=count,
            )


def _repeated(sheet: Sheet) -> Iterator[Row]:
    """What a price that is offered four times earns by the logit, asks not being accepted."""
    for price in REPEATED:
        refused = np.prod(1 - known.logit_acceptance(np.array([price]), 4))
        ours = float((1 - refused) * (60 - price))
        yield sheet.computed(f"calibrated: repeat {price:g}", "surplus", None, ours)


def learned_prices(sheet: Sheet) -> Iterator[Row]:
    """Figure 4: a price learned from 50 in five revisions, over five seeds."""
    for name in READINGS:
        language = BargainingLanguage(BargainingProblem(seller=name))
        runs = [_learned(language, seed=sheet.seed + k) for k in range(SEEDS)]
        where = f"{name}: learned price"
        prices = np.array([[_price(trial) for trial in run.history] for run in runs])
        means = np.array([[_mean_price(trial) for trial in run.history] for run in runs])
        for k in range(prices.shape[1]):
            for metric, values in (("price", prices[:, k]), ("mean_price", means[:, k])):
                mean, sd = float(values.mean()), float(values.std())
                yield sheet.computed(where, metric, None, mean, sd=sd, n=SEEDS, epoch=k)
        best = np.array([run.best.proposal.point for run in runs if run.best and run.best.proposal])
        yield sheet.computed(
            where, "best_price", None, float(best.mean()), sd=float(best.std()), n=SEEDS
        )


def _generators(sheet: Sheet) -> Iterator[Row]:
    """The four moves, best of n and a numeric search at equal evaluations: exact surplus found."""
    problem = BargainingProblem()
    language, prices = BargainingLanguage(problem), problem.pre_policies
    exact = problem.solver.respond(np.arange(prices.size)).utility

    def price(point: int) -> float:
        return float(prices.label(int(point)))

    def best_of_n(seed: int) -> Generator:
        def sample(rng: np.random.Generator) -> float:
            return price(1 + int(rng.integers(prices.size - 1)))

        return BestOfN(sample, language.describe)

    def categorical(seed: int) -> Generator:
        return NumericMeta(
            lambda: _PriceSearch(prices, seed), language.describe, batch=2, seed=seed
        )

    makers: dict[str, Callable[[int], Generator]] = {
        "moves": language.generator,
        "best_of_n": best_of_n,
        "categorical": categorical,
    }
    for name, make in makers.items():
        found = []
        for k in range(SEEDS):
            seed = sheet.seed + k
            run = _learned(language, make(seed), seed=seed)
            assert run.best is not None
            assert run.best.proposal is not None
            found.append(exact[prices.point(run.best.proposal.point)])
        yield sheet.computed(
            f"calibrated: {name}, {language.evaluations} evaluations",
            "surplus",
            None,
            float(np.mean(found)),
            sd=float(np.std(found)),
            n=SEEDS,
        )
    yield sheet.computed("calibrated: best price", "surplus", None, float(exact.max()))


def _best(problem: BargainingProblem, earned: np.ndarray) -> float | None:
    """The price that it is best to claim; None where no price is better than to claim none."""
    label = problem.pre_policies.label(int(earned.argmax()))
    return None if label == "none" else float(label)


def _learned(
    language: BargainingLanguage, generator: Generator | None = None, *, seed: int
) -> VerbalResult:
    """A price learned by Algorithm 2, by the four moves if nothing else proposes."""
    loop = VerbalLoop(
        language.generator(seed) if generator is None else generator,
        language.environment(None),
        language.evaluator(),
        evaluations=language.evaluations,
        seed=seed,
    )
    return loop.run().result()


class _PriceSearch:
    """A categorical meta pre-policy that is asked for prices instead of points."""

    def __init__(self, prices: PricePrePolicies, seed: int) -> None:
        self._prices = prices
        self._meta = CategoricalMeta(prices, seed=seed)

    def ask(
        self, number: int, history: Sequence[Any], np_random: np.random.Generator
    ) -> list[float]:
        points = self._meta.ask(number, history, np_random)
        labels = [self._prices.label(int(point)) for point in points]
        # To commit to nothing is no price to try: the first price stands for it.
        return [float(self._prices.labels[1] if label == "none" else label) for label in labels]

    def tell(self, points: list[float], scores: np.ndarray) -> None:
        self._meta.tell(np.array([self._prices.point(p) for p in points]), scores)


def _theory(sheet: Sheet) -> Iterator[Row]:
    for d in DISCOUNTS:
        where, formula = f"rubinstein: discount {d:g}", rubinstein_price(40, 60, d)
        yield sheet.computed(where, "price_solved", None, solved_price(40, 60, d))
        yield sheet.computed(where, "price_formula", None, formula)
    for offers in LENGTHS:
        share = solved_price(0, 1, 0.9, offers=offers)
        yield sheet.computed(f"division: {offers} offers", "share", None, share)
    for layout in ("complete", "unlimited", "division", "negotiation"):
        solved = backward_induction(load_rules(layout)).price
        yield sheet.computed(f"rational: {layout}", "price_solved", None, solved)
        for agent in AGENTS:
            problem = BargainingProblem(
                layout,
                committed=agent,
                seller="rational" if agent == "buyer" else None,
                ties="pessimistic",
            )
            earned = problem.solver.respond(np.arange(problem.pre_policies.size)).utility
            where = f"rational: {layout}, {agent} commits"
            yield sheet.computed(where, "best_price", None, _best(problem, earned))


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
            endings = problem.solver.endings(problem.pre_policies.point(44))
            where = f"{seller}: claim 44, observability {observability:g}"
            deals = sum(e.chance for e in endings if e.price is not None)
            moves = sum(e.chance * e.moves for e in endings)
            surplus = sum(e.chance * e.buyer for e in endings)
            yield sheet.computed(where, "deals", None, deals)
            yield sheet.computed(where, "moves", None, moves)
            yield sheet.computed(where, "surplus", None, surplus)
        free = sum(e.chance * e.buyer for e in problem.solver.endings(0))
        yield sheet.computed(f"{seller}: no commitment", "surplus", None, free)


def _price(trial: Trial) -> float:
    assert trial.proposal is not None
    return float(trial.proposal.point)


def _mean_price(trial: Trial) -> float:
    assert trial.outcome is not None
    return trial.outcome.metrics.get("mean_price", np.nan)
