"""The commons in Algorithm 2: norms in words, outsiders that reason, and models that harvest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...core.errors import InvalidAnswer, InvalidCommitment
from ...core.verbal import Answered, InTurn, Outcome, Proposal, Rule, ScriptedEvaluator, Task
from ..dialogue.language import NOTHING, Language, Table, mean_of
from .game import ALIVE, PACT, SKINS, CommonsGame
from .problem import CommonsProblem


class CommonsLanguage(Language):
    """What signatories of a pact announce to outsiders."""

    game = "commons"
    prompts = ("commons_outsider", "repair")

    def __init__(
        self, problem: CommonsProblem, *, models: bool = False, free: bool = False
    ) -> None:
        """Put a problem in words."""
        self._problem, self._rules = problem, problem.rules
        self._labels = list(problem.pre_policies.labels[1:])
        self.evaluations = len(self._labels)
        self.read = self._read
        skin = SKINS[self._rules.skin]
        self.task = Task(
            committed=PACT,
            game=(
                f"{self._rules.players} {skin.who} share {self._rules.stock} {skin.stock}. Each "
                "month all ask at once; what is left doubles. "
                f"{self._rules.signatories} of them sign a pact, which the others hear of."
            ),
            goal="The stock is to last to the last month, and signatories want to take much.",
            space="KIND:QUOTA, KIND one of quota, grim, proportional or announcement, such as "
            f"{self._labels[-1]}",
        )

    def describe(self, point: str) -> str:
        """The norm as it is announced."""
        points = self._problem.pre_policies
        return f"Each signatory {points.describe(points.point(point))}."

    def _read(self, text: str) -> str:
        points = self._problem.pre_policies
        try:
            return str(points.label(points.parse(text)))
        except InvalidCommitment as error:
            raise InvalidAnswer(str(error)) from None

    def generator(self, seed: int) -> InTurn:
        """Each norm in turn."""
        return InTurn(self._labels, self.describe)

    def evaluator(self) -> ScriptedEvaluator:
        """Says what a signatory was left with."""
        return ScriptedEvaluator([Rule(lambda outcome: True, "Each signatory took {score:g}.")])

    def environment(self, episodes: int | None) -> Answered:
        """Outsiders that reason, whose answers are exact."""

        def answer(proposal: Proposal | None) -> Outcome:
            points = self._problem.pre_policies
            point = 0 if proposal is None else points.point(proposal.point)
            found = self._problem.solver.respond([point])
            p, utility = float(found.p[0]), float(found.utility[0])
            said = f"{self._problem.desirable} with chance {p:g}"
            return Outcome(utility, said, {self._problem.desirable: p})

        return Answered(answer)

    def condition(self, proposal: Proposal) -> str:
        """The norm."""
        return str(proposal.point)

    def converse(self, proposal: Proposal | None, table: Table) -> tuple[dict[str, Any], str]:
        """Models harvest outside the pact, whose signatories keep the norm."""
        rules, points = self._rules, self._problem.pre_policies
        game, skin = CommonsGame(rules), SKINS[rules.skin]
        options, policy = points.bind(0 if proposal is None else points.point(proposal.point))
        first = "signatories are served first and the others" if options else "all are served"
        seats = {
            agent: table.seat(
                agent,
                "commons_outsider",
                render=lambda _, agent: game.text(agent),
                parse=game.action,
                agent=agent,
                players=rules.players,
                signatories=rules.signatories,
                who=skin.who,
                stock=f"{rules.stock} {skin.stock}",
                does=skin.does,
                most=rules.stock,
                order=f"{first} in an order of chance",
                collapse=rules.collapse,
                months=rules.months,
                unit=rules.unit,
                announcement=NOTHING if proposal is None else proposal.text,
            )
            for agent in rules.outsiders
        }
        seen, _ = game.reset(seed=table.seed, options=options)
        earned = 0.0
        infos: dict[str, Any] = {}
        while game.agents:
            asks = {agent: seat.act(seen[agent]) for agent, seat in seats.items()}
            seen, rewards, _, _, infos = game.step(asks | {PACT: policy.act(seen[PACT])})
            earned += rewards[PACT]
        final: Any = infos[PACT]
        outcome = {ALIVE: final["outcome"] == ALIVE, "months": final["months"], "utility": earned}
        return outcome, game.transcript()

    def judge(self, outcomes: Sequence[Mapping[str, Any]]) -> tuple[float, dict[str, float]]:
        """What a signatory takes on average, how often the stock lasts, and how long."""
        numbers = {name: mean_of(outcomes, name) for name in (ALIVE, "months")}
        return mean_of(outcomes, "utility"), numbers
