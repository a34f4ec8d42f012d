"""Games in normal form: a payoff for each player and each joint action, solved.

A `NormalForm` holds payoffs of shape (n_players, A_1, ..., A_n). A *profile* is a tuple with one
probability vector for each player, floats or `fractions.Fraction`s. What there is:

| module | function | answer |
| --- | --- | --- |
| `game` | `NormalForm(payoffs, players=(), actions=())` | payoffs, best replies, regrets; `fix` |
| `equilibrium_set` | `Equilibrium`, `EquilibriumSet` | what a solver found, and how far to trust it |
| `pure` | `pure_equilibria(game) -> int array (k, n_players)` | all pure equilibria |
| `solve` | `equilibria(game, policies=, max_equilibria=) -> EquilibriumSet` | R(M) |
| `zero_sum` | `solve_zero_sum(game) -> Equilibrium` | maximin strategies by linear programming |
| `correlated` | `correlated_equilibrium(game, objective=)` | the best correlated equilibrium |
| `logit` | `logit_equilibrium(game, rate)`, `logit_limit(game)` | the principal branch |
| `dynamics` | `dynamics(game, seed=)` | equilibria reached by learning, with their shares |
| `selection` | `select(found, game, selection, ...) -> Selected or Undefined` | weights over R(M) |
| `commitment` | `pure_commitment`, `mixed_commitment` | what the leader should announce |

`equilibria` takes any number of players, one included: after `game.fix(player, strategy)` the
followers of a committed player form a game of their own.

    equilibria(game, policies="pure"|"mixed", max_equilibria=10_000, exact=None, seed=0)
        -> EquilibriumSet(equilibria, kind, degenerate)   # Equilibrium(profile, payoffs, regret)
    select(found, game, selection="pure"|"extreme"|"logit"|"dynamics", seed=0)
        -> Selected(equilibria, weights) or Undefined
    pure_commitment(game, leader, objective=None, ties="optimistic"|"pessimistic"|"uniform",
                    policies="pure", selection="pure", max_equilibria=10_000)
        -> Commitment(leader, strategy, response, value, regret, ties, attained, upper_bound)
           or Undefined
    mixed_commitment(game, leader, objective=None, ties="optimistic"|"pessimistic", margin=0.0)
        -> Commitment or Undefined

`objective` is any table over joint actions, shape (A_1, ..., A_n), such as 1[Y=y]; by default the
leader's payoffs. `response` is a whole profile: the leader's strategy and the followers' answers.
"""
