"""A shop where one price is claimed: a seller of cost 40 takes it or not, more or less surely."""

import numpy as np

from scg_envs.core.verbal import Outcome, Rule, ScriptedEvaluator, Task

COST, WORTH = 40, 60


class Shop:
    """Plays a claimed price; with `noise` the seller's cost varies from play to play."""

    def __init__(self, noise=0.0):
        self.noise = noise
        self.played = []

    def play(self, proposal, rng):
        self.played.append(proposal.point)
        cost = COST + self.noise * rng.standard_normal()
        deal = proposal.point >= cost
        score = (WORTH - proposal.point) / WORTH if deal else 0.0
        said = "seller: done" if deal else "seller: never"
        return Outcome(
            score, f"buyer: {proposal.text}\n{said}", {"price": proposal.point, "deal": deal}
        )


def words(price):
    return f"I pay {price:g} and no more."


EVALUATOR = ScriptedEvaluator(
    [
        Rule(lambda o: not o.metrics["deal"], "{price:g} was refused: {text}", "higher"),
        Rule(lambda o: o.metrics["deal"], "{price:g} was taken, so ask for less.", "lower"),
    ]
)
TASK = Task("the buyer", "One thing is for sale.", "A low price.", "A whole number: the price.")


def any_price(rng: np.random.Generator) -> int:
    return int(rng.integers(0, 101))


class Narrowing:
    """A numeric search: normal samples around the mean of the batch's better half."""

    def __init__(self):
        self.mean, self.spread, self.told = 50.0, 15.0, []

    def ask(self, n, history, rng):
        return [round(float(x)) for x in rng.normal(self.mean, self.spread, n)]

    def tell(self, points, scores):
        self.told.append((list(points), scores.tolist()))
        scores = np.nan_to_num(scores, nan=-1.0)
        order = np.argsort(scores)[::-1][: max(1, len(points) // 2)]
        self.mean = float(np.mean([points[i] for i in order]))
        self.spread *= 0.7
