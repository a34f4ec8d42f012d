"""The commons in Algorithm 2: norms in words, outsiders that reason, and models that harvest."""

from __future__ import annotations

from typing import Any

from ...core.verbal import Proposal, Task
from ..dialogue.announced import Announced
from ..dialogue.language import NOTHING, Table
from .game import ALIVE, PACT, SKINS, CommonsGame
from .problem import CommonsProblem


class CommonsLanguage(Announced):
    """What signatories of a pact announce to outsiders."""

    game = "commons"
    prompts = ("commons_outsider", "repair")

    announces = "Each signatory"
    said = "Each signatory took {score:g}."
    counted = (ALIVE, "months")

    def __init__(
        self, problem: CommonsProblem, *, models: bool = False, free: bool = False
    ) -> None:
        """Put a problem in words."""
        super().__init__(problem)
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

    def converse(self, proposal: Proposal | None, table: Table) -> tuple[dict[str, Any], str]:
        """Models harvest outside the pact, whose signatories keep the norm."""
        rules = self._rules
        game, skin = CommonsGame(rules), SKINS[rules.skin]
        options, policy = self._points.bind(self._point(proposal))
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
