"""The sequential public goods game in Algorithm 2: mechanisms in words, and models that contribute.

Without a model contributors reason by backward induction, and their answers are exact.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ...core.errors import InvalidAnswer, InvalidCommitment
from ...core.verbal import InTurn, Proposal, Task
from ..dialogue.announced import Announced
from ..dialogue.answers import AnswerFormat, number
from ..dialogue.language import NOTHING, Table, play_out
from .game import GoodsGame
from .problem import GoodsProblem
from .rules import Mechanism


@dataclass(frozen=True)
class Gift:
    """What a contributor writes."""

    give: float = number("how much you contribute", least=0, most=1)


@dataclass(frozen=True)
class Written:
    """A mechanism as a model writes it."""

    gamma: float = number("the bonus", least=0)
    rho: float = number("the multiplier", least=0)
    threshold: float = number("the threshold of the total", least=0)


GIFT = AnswerFormat(Gift)
_BONUS = {
    "product": "times your contribution times the total that was given before you",
    "sum": "times the total that was given before you",
}


class GoodsLanguage(Announced):
    """A mechanism that a designer commits to."""

    game = "sequential_public_goods"
    prompts = ("goods_contributor", "repair")
    announces = "The designer"
    said = "The designer was left with {score:g}."
    counted = ("reached", "total")
    form = AnswerFormat(Written)

    def __init__(self, problem: GoodsProblem, *, models: bool = False, free: bool = False) -> None:
        """Put a problem in words."""
        super().__init__(problem)
        self.evaluations = 20
        gammas, rhos, thresholds = problem.pre_policies.grid
        self.task = Task(
            committed="designer",
            game=(
                f"{self._rules.players} agents contribute in turn, each from 0 to 1, and see what "
                "those before them gave. Contributing costs them; a designer sets beforehand what "
                f"they get: a bonus {_BONUS[self._rules.bonus].replace('your', 'their own')}, an "
                "equal share of the total times a multiplier, and a penalty for all if the total "
                "is below a threshold."
            ),
            goal=(
                f"The designer wants a mean contribution of {self._rules.target:g} at least, and "
                "pays the bonuses."
            ),
            space=(
                f"a bonus of {_listed(gammas)}, a multiplier of {_listed(rhos)} and a threshold of "
                f"{_listed(thresholds)}"
            ),
        )

    def _read(self, written: Written) -> Mechanism:
        try:
            label = (written.gamma, written.rho, written.threshold)
            point: Mechanism = self._points.label(self._points.point(label))
        except InvalidCommitment:
            raise InvalidAnswer(f"the mechanism is {label}; expected {self.task.space}.") from None
        return point

    def generator(self, seed: int) -> InTurn:
        """Each mechanism in turn: the highest thresholds first, of these the lowest bonuses."""
        return InTurn(sorted(self._labels, key=lambda label: (-label[2], *label)), self.describe)

    def condition(self, proposal: Proposal) -> str:
        """The mechanism."""
        return f"mechanism {self._points.describe(self._point(proposal))}"

    def converse(self, proposal: Proposal | None, table: Table) -> tuple[dict[str, Any], str]:
        """Each contributor is a model; the mechanism pays them."""
        rules, space, point = self._rules, self._points, self._point(proposal)
        game = GoodsGame(rules)
        start, _ = space.bind(point)
        seen, _ = game.reset(seed=table.seed, options=start)
        gamma, rho, threshold = space.table[point].tolist()

        def mover(agent: str) -> Callable[[Any], int]:
            seat = table.seat(
                agent,
                "goods_contributor",
                render=lambda _, agent: game.text(agent),
                parse=lambda text: game.action(GIFT.read(text).give),
                schema=GIFT.schema,
                agent=agent,
                players=rules.players,
                cost=f"{rules.cost:g} times its power {rules.power:g}",
                gamma=f"{gamma:g} {_BONUS[rules.bonus]}",
                rho=f"{rho:g}",
                threshold=f"{threshold:g}",
                penalty=f"{rules.penalty:g}",
                announcement=NOTHING if proposal is None else proposal.text,
                instructions=GIFT.instructions,
            )
            return seat.act

        movers = {agent: mover(agent) for agent in rules.contributors}
        rewards, final, said = play_out(game, movers, seen)
        outcome = {
            "reached": final["outcome"] == self._problem.desirable,
            "total": final["total"],
            "utility": rewards["designer"],
        }
        return outcome, said


def _listed(numbers: Sequence[float]) -> str:
    return ", ".join(f"{one:g}" for one in numbers)
