"""Print, exactly, what every commitment does.

That is P(Y = desirable | do(pre-policy)), and its causal effect: the same minus P(Y = desirable)
without intervention (eq. 4.1 of the paper).

Examples:
  scg effect barrier
  scg effect barrier --layout contested --ties optimistic
  scg effect barrier --layout my_layout.txt --out my_effects      writes my_effects/effect.png
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...core.errors import InvalidArgument
from ...core.pre_policy import Finite
from ...core.relations import OPTIONS
from ...core.scenario import Scenario
from ..cli.command import SeededRun
from ..run.folder import check_no_run
from ..search.metrics import number
from ._printing import print_json, say


@dataclass(frozen=True, kw_only=True)
class Effect(SeededRun):
    """Solve a game for every commitment.

    Attributes:
        scenario: what is played and judged.
        out: the folder for the map, effect.png; none if None.
    """

    positional = "game"
    without = (*OPTIONS, "trials")  # of other answers

    scenario: Scenario

    def run(self) -> None:
        """Solve and print."""
        problem = self.scenario.problem()
        space, before = problem.pre_policies, problem.solver.before()
        if not isinstance(space, Finite):
            raise InvalidArgument(
                f"{problem.committed}'s pre-policies are a continuum, which no table holds; "
                f"search it, by scg search {self.scenario.game} with the same settings."
            )
        answers = problem.solver.respond(np.arange(space.size))
        effects: list[dict[str, Any]] = [
            {
                "pre_policy": space.label(point),
                "p": number(value),
                "delta_ce": None if before.p is None else number(value - before.p),
                "utility": number(utility),
            }
            for point, (value, utility) in enumerate(zip(answers.p, answers.utility, strict=True))
        ]
        report = {
            "game": problem.game,
            "layout": problem.layout,
            "committed": problem.committed,
            "desirable": problem.desirable,
            "ties": problem.ties,
            "p_before": before.p,
            "effects": effects,
            "notes": list(problem.notes),
        }
        picture = None
        if self.out is not None:
            from ..report.effect_picture import plot_effects

            check_no_run(self.out)
            picture = self.out / "effect.png"
            plot_effects(problem, picture)
            replace(self, scenario=self.scenario.named_by(problem)).keep(self.out)
            report["picture"] = str(picture)
        if self.json:
            print_json(report)
            return
        y, agent = problem.desirable, problem.committed
        layout = f", layout {problem.layout}" if problem.layout else ""
        say(f"{problem.game}{layout}, ties {problem.ties}")
        why = f" ({before.reason})" if before.reason else ""
        say(f"P(Y={y}) without intervention: {_p(before.p)}{why}")
        names = [str(row["pre_policy"]) for row in effects]
        width = max(12, *(len(name) for name in names), len(agent) + 3)
        say(f"\n{agent + ' at':<{width}} {'P(Y=' + y + ' | do)':>22} {'causal effect':>14}")
        for row in sorted(effects, key=_rank):
            effect = "undefined" if row["delta_ce"] is None else f"{row['delta_ce']:+.4f}"
            say(f"{row['pre_policy']!s:<{width}} {_p(row['p']):>22} {effect:>14}")
        for note in problem.notes:
            say(f"note: {note}")
        if picture is not None:
            say(f"\nmap: {picture}")


def _rank(row: dict[str, Any]) -> tuple[bool, float, float]:
    """The likeliest first; of several, the one that is best for who commits."""
    return row["p"] is None, -round(row["p"] or 0.0, 9), -(row["utility"] or 0.0)


def _p(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.4f}"
