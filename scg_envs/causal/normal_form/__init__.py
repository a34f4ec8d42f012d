"""Games in normal form: a payoff for each player and each joint action, solved.

A `NormalForm` holds payoffs of shape (n_players, A_1, ..., A_n). A *profile* is a tuple with one
probability vector for each player, floats or `fractions.Fraction`s. What there is:

| module | function | answer |
| --- | --- | --- |
| `game` | `NormalForm(payoffs, players, actions)` | payoffs, regrets; `fix` |
| `equilibrium_set` | `Equilibrium`, `EquilibriumSet`, `Selected` | what was found |
| `pure` | `pure_equilibria(game)` | all pure equilibria, as action numbers |
| `solve` | `equilibria(game, policies, max_equilibria)` | the set R(M) |
| `bimatrix` | `solve_bimatrix(game)` | two players: all, or the extreme ones |
| `many_players` | `solve_many_players(game)` | three or more: a sample with its regrets |
| `zero_sum` | `solve_zero_sum(game)` | maximin strategies by linear programming |
| `correlated` | `correlated_equilibrium(game, objective)` | the best correlated equilibrium |
| `logit` | `logit_equilibrium(game, rate)`, `logit_limit(game)` | the principal branch |
| `dynamics` | `learning_outcomes(game, rule, seed)` | equilibria reached by learning |
| `selection` | `select(found, game, selection, policies)` | weights over R(M), or Undefined |
| `commitment` | `pure_commitment`, `evaluate_commitment` | what announcing an action leads to |
| `best_mixture` | `mixed_commitment(game, leader, objective, ties, margin)` | best mixture |

`equilibria` takes any number of players, one included: after `game.fix(player, strategy)` the
followers of a committed player form a game of their own.
"""

from ...core.ties import Ties
from .best_mixture import mixed_commitment
from .bimatrix import solve_bimatrix
from .commitment import Commitment, answers_to, evaluate_commitment, pure_commitment
from .correlated import CorrelatedEquilibrium, correlated_equilibrium
from .dynamics import learning_outcomes
from .equilibrium_set import Equilibrium, EquilibriumSet, Kind, Selected
from .game import NormalForm, Profile
from .logit import logit_equilibrium, logit_limit
from .many_players import solve_many_players
from .pure import pure_equilibria
from .selection import Selection, select
from .solve import MAX_EQUILIBRIA, Policies, equilibria
from .zero_sum import solve_zero_sum

__all__ = [
    "MAX_EQUILIBRIA",
    "Commitment",
    "CorrelatedEquilibrium",
    "Equilibrium",
    "EquilibriumSet",
    "Kind",
    "NormalForm",
    "Policies",
    "Profile",
    "Selected",
    "Selection",
    "Ties",
    "answers_to",
    "correlated_equilibrium",
    "equilibria",
    "evaluate_commitment",
    "learning_outcomes",
    "logit_equilibrium",
    "logit_limit",
    "mixed_commitment",
    "pure_commitment",
    "pure_equilibria",
    "select",
    "solve_bimatrix",
    "solve_many_players",
    "solve_zero_sum",
]
