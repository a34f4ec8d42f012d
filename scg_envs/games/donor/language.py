"""The donor game in Algorithm 2: norms in words, a donor that reasons, and a model that gives."""

from __future__ import annotations

from typing import Any

from ...core.verbal import Proposal, Task
from ..dialogue.announced import Announced
from ..dialogue.language import NOTHING, Table, play_out
from .game import DonorGame
from .problem import DonorProblem
from .rules import COOPERATED, DONOR, PACT
from .tournament import ENDOWMENT, FACTOR


class DonorLanguage(Announced):
    """What signatories of a pact announce to the donor."""

    game, prompts, counted = "donor", ("donor_giver", "repair"), (COOPERATED, "given")
    announces, said = "Each signatory", "Each signatory was left with {score:g}."

    def __init__(self, problem: DonorProblem, *, models: bool = False, free: bool = False) -> None:
        """Put a problem in words."""
        super().__init__(problem)
        rules = self._rules
        self.task = Task(
            committed=PACT,
            game=(
                f"{rules.players} players have {ENDOWMENT:g} each. In each of {rules.rounds} "
                "rounds half of them may give a fraction of what they have to somebody whose last "
                f"{rules.trace} acts they see and to whom it is worth {FACTOR:g} times as much. "
                f"{rules.signatories} of them sign a pact, which the others hear of."
            ),
            goal="The donor who is free is to give, and signatories want to have much at the end.",
            space="KIND:FRACTION:ACTS, KIND refuse or punish, such as "
            f"{self._labels[-1]}; what is done to whoever gave less than FRACTION in its last ACTS",
        )

    def converse(self, proposal: Proposal | None, table: Table) -> tuple[dict[str, Any], str]:
        """A model gives; the signatories keep the norm."""
        rules, game = self._rules, DonorGame(self._rules)
        options, _ = self._points.bind(self._point(proposal))
        seat = table.seat(
            DONOR,
            "donor_giver",
            render=lambda _, agent: game.text(agent),
            parse=game.action,
            players=rules.players,
            rounds=rules.rounds,
            endowment=f"{ENDOWMENT:g}",
            factor=f"{FACTOR:g}",
            trace=rules.trace,
            signatories=rules.signatories,
            step=f"{1 / rules.levels:g}",
            announcement=NOTHING if proposal is None else proposal.text,
        )
        seen, _ = game.reset(seed=table.seed, options=options)
        rewards, final, said = play_out(game, {DONOR: seat.act}, seen)
        cooperated, given = final["outcome"] == COOPERATED, final["given"]
        return {COOPERATED: cooperated, "given": given, "utility": rewards[PACT]}, said
