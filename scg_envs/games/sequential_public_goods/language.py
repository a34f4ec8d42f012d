"""The sequential public goods game in Algorithm 2: mechanisms in words, and models that contribute.

Without a model contributors reason by backward induction, and their answers are exact.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...core.errors import InvalidAnswer, InvalidCommitment
from ...core.verbal import Answered, InTurn, Outcome, Proposal, Rule, ScriptedEvaluator, Task
from ..dialogue.answers import AnswerFormat, number
from ..dialogue.language import NOTHING, Language, Table, mean_of, play_out
from .game import GoodsGame
from .problem import GoodsProblem
from .rules import Mechanism, describe


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


class GoodsLanguage(Language):
    """A mechanism that a designer commits to."""

    game = "sequential_public_goods"
    prompts = ("goods_contributor", "repair")
    evaluations = 20
    form = AnswerFormat(Written)

    def __init__(self, problem: GoodsProblem, *, models: bool = False, free: bool = False) -> None:
        """Put a problem in words."""
        self._problem, self._rules = problem, problem.rules
        gammas, rhos, thresholds = problem.pre_policies.grid
        self.read = self._read
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

    def describe(self, point: Mechanism) -> str:
        """The mechanism as it is announced."""
        return f"The designer {describe(*point)}."

    def _read(self, written: Written) -> Mechanism:
        try:
            label = (written.gamma, written.rho, written.threshold)
            space = self._problem.pre_policies
            point: Mechanism = space.label(space.point(label))
        except InvalidCommitment:
            raise InvalidAnswer(f"the mechanism is {label}; expected {self.task.space}.") from None
        return point

    def generator(self, seed: int) -> InTurn:
        """Each mechanism in turn: the highest thresholds first, of these the lowest bonuses."""
        labels = self._problem.pre_policies.labels[1:]
        return InTurn(sorted(labels, key=lambda label: (-label[2], *label)), self.describe)

    def evaluator(self) -> ScriptedEvaluator:
        """Says what was given, and how often the target was reached."""
        said = (
            "The target was reached with chance {reached:g}; the designer was left with {score:g}."
        )
        return ScriptedEvaluator([Rule(lambda outcome: True, said)])

    def environment(self, episodes: int | None) -> Answered:
        """Contributors who reason, whose answers are exact."""

        def answer(proposal: Proposal | None) -> Outcome:
            space, solver = self._problem.pre_policies, self._problem.solver
            found = solver.respond([0 if proposal is None else space.point(proposal.point)])
            p, utility = float(found.p[0]), float(found.utility[0])
            said = f"The outcome that is wanted came about with chance {p:g}."
            return Outcome(utility, said, {"reached": p})

        return Answered(answer)

    def condition(self, proposal: Proposal) -> str:
        """The mechanism."""
        return f"mechanism {self._problem.pre_policies.describe(self._point(proposal))}"

    def _point(self, proposal: Proposal | None) -> int:
        return 0 if proposal is None else self._problem.pre_policies.point(proposal.point)

    def converse(self, proposal: Proposal | None, table: Table) -> tuple[dict[str, Any], str]:
        """Each contributor is a model; the mechanism pays them."""
        rules, space, point = self._rules, self._problem.pre_policies, self._point(proposal)
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

    def judge(self, outcomes: Sequence[Mapping[str, Any]]) -> tuple[float, dict[str, float]]:
        """The designer's mean utility, and what was given."""
        names = ("reached", "total")
        return mean_of(outcomes, "utility"), {name: mean_of(outcomes, name) for name in names}


def _listed(numbers: Sequence[float]) -> str:
    return ", ".join(f"{one:g}" for one in numbers)
