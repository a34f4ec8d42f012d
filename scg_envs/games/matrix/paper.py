"""The paper's matrix games, with the payoffs of `scg_envs.causal.examples`.

Liu et al., "Attaining Human's Desirable Outcomes in Human-AI Interaction via Structural Causal
Games", arXiv 2405.16588.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from ...causal.examples import EXAMPLES
from ...causal.examples.paper import PAPER
from ...causal.normal_form import NormalForm
from ...causal.strategic import StrategicForm, players_of
from .matrix_game import MatrixGame, grouped, page


@cache
def example_form(name: str) -> NormalForm:
    """The payoffs of a causal game whose decisions observe nothing; each decision is a player."""
    game = EXAMPLES[name].build()
    return StrategicForm(game, players_of(game, game.decisions(), "decision")).normal_form


@page("Household", f"{PAPER}, Fig. 1")
def household() -> MatrixGame:
    """A robot cooks or helps; a human gets external help or does it itself.

    | robot / human | External | Self |
    | --- | --- | --- |
    | Cook | 1, 1 | 1, 0 |
    | Help | 0, 1 | 2, 2 |

    Two pure equilibria, (Cook, External) and (Help, Self), and a mixed one at one half each. The
    human wants (Help, Self): P = 1/2 when nobody intervenes (pure selection), and 1 once the
    robot has committed to Help. After a mixture it is P(Help) above one half, and 0 below.
    """
    return MatrixGame(example_form("household"), desirable="Help,Self", committed="robot")


@page("Rock, paper, scissors with a judge", f"{PAPER}, appendix D")
def rps_judge() -> MatrixGame:
    """A judge, who wants nothing, sets the rules of rock, paper, scissors.

    Under `cooperative` rules both players get 3 if they match and 0 if they do not; under
    `competitive` rules the winner gets 1 and the loser -1. The judge earns nothing and, when
    nobody intervenes, is cooperative. Outcomes are `match` and `differ`; P(match) is 1 over the
    pure equilibria and 29/42 over all 7. After a commitment to competitive rules no pure
    equilibrium is left, and P(match) is 1/3.
    """
    form = example_form("rps_judge")
    outcomes, numbers = grouped(form, lambda _, one, two: "match" if one == two else "differ")
    return MatrixGame(
        form,
        desirable="match",
        committed="judge",
        outcomes=outcomes,
        outcome_of=numbers,
        habits={"judge": "cooperative"},
    )


@page("Wichardt's game", f"{PAPER}, Fig. 2; Wichardt 2008, Games and Economic Behavior")
def wichardt() -> MatrixGame:
    """One agent decides A and B without seeing either; D plays against it.

    In agent form: A and B are agents of their own that share all payoffs, so here everybody has
    one decision. If A and B differ they lose 5 to D; if both are 0 they win 1 where D is 0 and
    lose 1 where it is 1; if both are 1 the other way round. Zero sum. As a game of two agents
    who cannot correlate their own decisions it has no equilibrium at all; in agent form there
    are two pure ones, (0, 0, 1) and (1, 1, 0), in which A and B lose 1 and neither can mend it
    alone. Outcomes say whether A and B are `both 0`, `both 1` or `apart`; committing A to 0
    makes `both 0` certain.
    """
    form = example_form("wichardt")
    outcomes, numbers = grouped(form, lambda a, b, _: f"both {a}" if a == b else "apart")
    return MatrixGame(
        form, desirable="both 0", committed="A", outcomes=outcomes, outcome_of=numbers
    )


MAKERS: tuple[Callable[..., MatrixGame], ...] = (household, rps_judge, wichardt)
