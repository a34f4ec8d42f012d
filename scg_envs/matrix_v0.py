"""Matrix games.

Players choose at once and are paid as a table says, once or over and over. One of them may commit
before play: to an action, a mixture, or a rule that answers what happened in the last rounds.

| | |
| --- | --- |
| agents | the players of the game, such as `robot` and `human` |
| actions | `Discrete`: the player's actions, in the order of their labels |
| observations | `MultiDiscrete`: the last joint actions, and the round if there is a clock |
| outcomes | the joint actions' labels ("Help,Self"), or what the game calls them |
| commitment | the pre-policy space of the kind `pre_policy` |

## Games

`scg_envs.matrix.games.GAMES` has them by name, a page each:

- of the paper: `household`, `rps_judge`, `wichardt`;
- classics: `prisoners_dilemma`, `stag_hunt`, `battle_of_the_sexes`, `chicken`, `matching_pennies`,
  `rock_paper_scissors`, `climbing`, `penalty` (`k`), `inspection`, `conitzer_sandholm`,
  `user_assistant`;
- of n players: `n_prisoners_dilemma` (`players`), `public_goods` (`players`, `tokens`, `factor`),
  `volunteers_dilemma` (`players`).

The 144 strict ordinal 2x2 games go by number ("111") or name ("chicken/stag_hunt"); see
`scg_envs.matrix.ordinal`. Other games are read from Gambit's `.nfg` files, or come as nested tuples
of payoffs, (n_players, A_1, ..., A_n).

## Rules

A round pays every player what the table says of the joint action. An episode has `rounds` of them.
Players remember the last `memory` joint actions: an observation holds one number for each, the
latest first, 0 where there was no such round yet, else 1 plus the number of the joint action (the
last player's action changing fastest). Nobody's perspective is rotated.

A game of one round terminates. So do repeated games with a `clock`, whose players see how many
rounds were played. Without a clock a repeated game counts as endless: players cannot know that the
last round is the last, and the episode is truncated there.

The episode's outcome is that of one of its rounds, drawn at `reset` with weights `discount**t`. So
P(Y=y) is the (discounted) share of rounds that end in y. Rewards are not discounted.

## Arguments

```python
matrix_v0.parallel_env("prisoners_dilemma", rounds=100, committed="one", pre_policy="memory-one")
```

- `game`, and the game's parameters by name (`k=-50`).
- `rounds` (1), `discount` (1.0), `memory` (1 if there are several rounds, else 0), `clock` (False).
- `committed`: None for the bare game; an agent adds the commitment phase (`scg_envs.commitment`).
- `pre_policy`: the kind of pre-policies (`scg_envs.matrix.pre_policies`), or a space of them.
- `desirable`: the outcome that the human wants; the game's if None.
- `credibility`, `observability`: chances that the commitment binds and that it is seen.
- `committed_reward`: `utility`, or `desirable` (1 at the end if Y=y).
- `render_mode`: `human`, `rgb_array`, `ansi`.

## Version history

- v0: first release.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pettingzoo import AECEnv, ParallelEnv
from pettingzoo.utils.wrappers import OrderEnforcingWrapper

from .aec import TurnwiseEnv
from .commitment import CommitmentEnv, UncertainCommitment
from .errors import InvalidArgument, UnknownName
from .matrix.game import MatrixEnv, RenderMode
from .matrix.games import GameSource, matrix_game
from .matrix.rows import pre_policies_of
from .matrix.rules import habitual_policy
from .pre_policy import Policy, PrePolicySpace
from .views import LearnerView

__all__ = ["env", "learner_view", "parallel_env", "raw_env"]


def parallel_env(
    game: GameSource = "household",
    *,
    rounds: int = 1,
    discount: float = 1.0,
    memory: int | None = None,
    clock: bool = False,
    committed: str | None = None,
    pre_policy: str | PrePolicySpace = "pure",
    desirable: str | None = None,
    credibility: float = 1.0,
    observability: float = 1.0,
    committed_reward: Literal["utility", "desirable"] = "utility",
    render_mode: RenderMode | None = None,
    **parameters: Any,
) -> ParallelEnv[str, Any, Any]:
    """A matrix game as a PettingZoo parallel environment.

    The module's docstring describes the arguments.

    Raises:
        UnknownName: no such game, parameter, agent, outcome, kind of pre-policy or render mode.
        InvalidGameFile: a `.nfg` file that cannot be read.
        InvalidArgument: payoffs of the wrong shape or not finite, a number out of its range, or
            an argument about the commitment without `committed`.
    """
    described = matrix_game(game, committed=committed, desirable=desirable, **parameters)
    bare = MatrixEnv(
        described,
        rounds=rounds,
        discount=discount,
        memory=memory,
        clock=clock,
        render_mode=render_mode,
    )
    if committed is None:
        if (credibility, observability, committed_reward) != (1.0, 1.0, "utility"):
            raise InvalidArgument(
                "credibility, observability and committed_reward are about a commitment, and "
                f"committed is None; pass committed={described.committed!r}."
            )
        return bare
    wrapped: Any = CommitmentEnv(
        bare,
        committed=committed,
        pre_policies=pre_policies_of(bare, committed, pre_policy),
        committed_reward=committed_reward,
    )
    if (credibility, observability) != (1.0, 1.0):
        wrapped = UncertainCommitment(wrapped, credibility=credibility, observability=observability)
    return wrapped


def raw_env(*args: Any, **kwargs: Any) -> AECEnv[str, Any, Any]:
    """The game as an AEC environment (agents act in turn, the game moves when all have).

    It takes what `parallel_env` takes.
    """
    return TurnwiseEnv(parallel_env(*args, **kwargs))


def env(*args: Any, **kwargs: Any) -> AECEnv[str, Any, Any]:
    """`raw_env` with PettingZoo's checks on the order of calls."""
    return OrderEnforcingWrapper(raw_env(*args, **kwargs))


def learner_view(
    game: GameSource = "household",
    *,
    committed: str | None = None,
    learner: str | None = None,
    policies: Mapping[str, Policy] | None = None,
    desirable: str | None = None,
    rounds: int = 1,
    discount: float = 1.0,
    memory: int | None = None,
    clock: bool = False,
    pre_policy: str | PrePolicySpace = "pure",
    credibility: float = 1.0,
    observability: float = 1.0,
    committed_reward: Literal["utility", "desirable"] = "utility",
    render_mode: RenderMode | None = None,
    words: bool = False,
    **parameters: Any,
) -> LearnerView:
    """A follower's view, registered as `scg_envs/Household-v0`, ....

    Args:
        game: as in `parallel_env`, like all that is not listed here.
        committed: who commits; the game's own choice if None.
        learner: whose view; the game's own choice if None.
        policies: who plays for other followers; those not named play their habits, or uniformly
            where they have none.
        desirable: the outcome that the human wants; the game's own if None.
        rounds: of an episode.
        discount: what a round weighs in the outcome, relative to the one before.
        memory: how many of the last joint actions are observed.
        clock: whether the round is observed.
        pre_policy: the kind of pre-policies, or a space of them.
        credibility: the chance that the commitment binds.
        observability: the chance that it is seen.
        committed_reward: what the committed agent is paid, which the learner does not see.
        render_mode: `human`, `rgb_array` or `ansi`.
        words: whether infos hold strings: outcomes by name.
        **parameters: the named game's parameters.

    Raises:
        UnknownName: as `parallel_env`; or no such learner, or a policy for an agent that is not one
            of the other followers.
    """
    described = matrix_game(game, committed=committed, desirable=desirable, **parameters)
    learner = described.learner if learner is None else learner
    wrapped = parallel_env(
        described,
        rounds=rounds,
        discount=discount,
        memory=memory,
        clock=clock,
        committed=described.committed,
        pre_policy=pre_policy,
        credibility=credibility,
        observability=observability,
        committed_reward=committed_reward,
        render_mode=render_mode,
    )
    bare = wrapped.unwrapped
    assert isinstance(bare, MatrixEnv)
    others = [agent for agent in described.followers if agent != learner]
    for agent in policies or {}:
        if agent not in others:
            raise UnknownName("other follower", agent, others)
    return LearnerView(
        wrapped,
        learner,
        {agent: habitual_policy(bare, agent) for agent in others} | dict(policies or {}),
        words=words,
    )
