"""Cost sharing: a mechanism commits to how a cost is divided; groups may leave instead."""

from __future__ import annotations

from fractions import Fraction
from math import comb
from typing import Literal, TypeAlias

import numpy as np

from ...causal.normal_form import NormalForm
from ...core.checks import check_several, check_whole
from ...core.errors import InvalidArgument
from .cost_games import CostGame, allocations
from .many_players import MOST_JOINT_ACTIONS
from .matrix_game import MatrixGame, grouped, page

Groups: TypeAlias = Literal["any", "single"]

STAY = "stay"
SHAPLEY = "shapley"


@page("Cost sharing", "Xu et al. 2023, MAgIC (arXiv 2311.08562); Littlechild and Owen 1973")
def cost_sharing(
    needs: tuple[float, ...] = (20.0, 50.0, 100.0), parts: int = 10, groups: Groups = "any"
) -> MatrixGame:
    """A mechanism says who pays what of a runway; airlines that would save by it leave.

    Airline i needs a runway that costs `needs[i]`, so that a group by itself pays for the longest
    of its members, and all together for the longest of all. The mechanism commits to a division of
    that: every one in which each airline takes some of `parts` equal parts (20 are the steps of
    5 % of MAgIC's airport fee game), and the Shapley value. The airlines see it and stay, or one
    group of them leaves and pays its own cost; the rest pay theirs. They answer as one: they are
    paid what the group saves that leaves, so that they stay if no group would save, which is to say
    if the division is in the core. How the group shares what it saves is its own affair.

    The mechanism loses what two runways cost more than one. Outcomes are `stay`, which is
    desirable, and who leaves, such as `A+B`. On the core's boundary a group saves nothing, and the
    tie rule says whether it leaves. A mixture counts as its mean, for airlines answer before it is
    drawn; so some mixture keeps all if and only if the core is not empty.

    By default A, B and C need runways of 20, 50 and 100. By thirds A and B pay 66.7, and leave for
    a runway of 50. The Shapley value, 6.67, 21.67 and 71.67, is inside the core, as are 15 of the
    66 divisions in ten parts (in twenty 45 of 231), in 3 (21) of which no group is indifferent. The
    greatest excess is least, -10, at 10, 30 and 60.

    With ten parts PPO's followers answer the division that is found as well as can be, in 6 to 12 s
    (seeds 0 to 2). With twenty 150,000 steps were too few: no follower stayed (seeds 0 and 1).

    MAgIC gives its airlines numbers of flights and passengers, and no cost to any group but all of
    them: neither the core nor the Shapley value of its games is defined. What it publishes, how
    often models agree, cannot be checked. `scg_envs.games.matrix.cost_games` has both for any costs
    and `sharing_game` the game.

    Args:
        needs: what the runway that each airline needs costs, above 0; two airlines or more.
        parts: the number of equal parts of the cost, 1 or more.
        groups: who may leave: `any` group, or a `single` airline (accept or refuse), which stays
            wherever it would pay no more than alone.

    Raises:
        InvalidArgument: a number out of its range, or too many divisions.
    """
    check_several("needs", needs)
    for need in needs:
        if isinstance(need, bool) or not isinstance(need, (int, float)) or not 0 < need <= 1e12:
            raise InvalidArgument(f"a need of {need!r}; expected costs above 0, to 1e12.")
    names = "ABCDEFGH"[: len(needs)]
    if len(names) < len(needs):
        raise InvalidArgument(f"{len(needs)} needs; expected two to {len('ABCDEFGH')} airlines.")
    exact = [Fraction(str(need)) for need in needs]
    return sharing_game(CostGame.airport(tuple(names), exact), parts, groups)


def sharing_game(costs: CostGame, parts: int = 10, groups: str = "any") -> MatrixGame:
    """The game of `cost_sharing` for any costs.

    Args:
        costs: what each group pays by itself; that of all is divided, and is above 0.
        parts: the number of equal parts of the cost of all.
        groups: who may leave: `any` group, or a `single` agent.

    Returns:
        Two players: `mechanism`, whose actions are divisions in parts, such as "4/6/10", and
        `shapley`; and `airlines`, whose actions are `stay` and the groups. Payoffs are exact.

    Raises:
        InvalidArgument: a number out of its range, too many divisions, or a cost of all that is 0
            or less.
    """
    check_whole("parts", parts, 1, 1000)
    if groups not in ("any", "single"):
        raise InvalidArgument(f"groups is {groups!r}; expected any or single.")
    n, total = len(costs.agents), costs.costs[costs.all]
    if total <= 0:
        raise InvalidArgument(f"the cost of all is {total}; expected one above 0 to divide.")
    leaving = [g for g in range(1, costs.all) if groups == "any" or g.bit_count() == 1]
    joint = (comb(parts + n - 1, n - 1) + 1) * (len(leaving) + 1)
    if joint > MOST_JOINT_ACTIONS:
        raise InvalidArgument(
            f"{parts} parts among {n} make {joint} joint actions; expected at most "
            f"{MOST_JOINT_ACTIONS}. Take fewer of either."
        )
    divisions = list(allocations(total, n, parts))
    labels = ["/".join(str(int(x * parts / total)) for x in own) for own in divisions]
    divisions.append(costs.shapley)
    names = ["+".join(costs.agents[i] for i in costs.members(group)) for group in leaving]
    waste = [-(costs.costs[g] + costs.costs[costs.all - g] - total) for g in leaving]
    payoffs = np.array(
        [
            [[Fraction(), *waste] for _ in divisions],
            [[Fraction(), *(costs.excess(g, own) for g in leaving)] for own in divisions],
        ]
    )
    form = NormalForm(
        payoffs, ("mechanism", "airlines"), ((*labels, SHAPLEY), (STAY, *names)), "cost sharing"
    )
    outcomes, numbers = grouped(form, lambda _, group: group)
    return MatrixGame(
        form,
        desirable=STAY,
        committed="mechanism",
        outcomes=outcomes,
        outcome_of=numbers,
        name="cost_sharing",
        title="Cost sharing",
        summary=f"{n} agents share a cost of {float(total):g}",
        source="given costs",
    )
