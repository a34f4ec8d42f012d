"""Several committed players as one, whose action is the tuple of theirs.

To those who answer it makes no difference whether one player or several have committed to a joint
action. So the game in which several commit is the game in which they are one player, and every
answer to one committed player is an answer to them. Only what happens without a commitment is
another game's: there each of them plays for itself (`MatrixProblem.apart`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...causal.normal_form import NormalForm
from ...core.errors import InvalidArgument, UnknownName
from ...core.pre_policy import Finite, Latent, Points
from ...core.pre_policy.finite_product import FiniteProduct
from ...core.pre_policy.latent_product import LatentProduct
from ...core.pre_policy.product import Product
from .game import MatrixEnv
from .matrix_game import MatrixGame
from .pre_policies import MatrixPrePolicies, make_pre_policies


def merged(game: MatrixGame, agents: Sequence[str]) -> MatrixGame:
    """The game in which these players are one, called "one and two", and come first.

    It is paid what they are paid in all.

    Args:
        game: two players or more.
        agents: those who commit.

    Raises:
        UnknownName: no such agent.
        InvalidArgument: nobody else is left.
    """
    form = game.form
    for agent in agents:
        if agent not in form.players:
            raise UnknownName("committed agent", agent, form.players)
    others = [agent for agent in form.players if agent not in agents]
    if not others:
        raise InvalidArgument(
            f"{' and '.join(agents)} all commit, and nobody is left to answer them; expected fewer."
        )
    order = [game.agent(agent) for agent in (*agents, *others)]
    shape = (-1, *(form.shape[game.agent(agent)] for agent in others))
    payoffs = form.payoffs.transpose(0, *(1 + k for k in order)).reshape(form.n_players, *shape)
    own = payoffs[[game.agent(agent) for agent in agents]].sum(axis=0, keepdims=True)
    rest = payoffs[[game.agent(agent) for agent in others]]
    labels: tuple[str, ...] = ("",)
    for agent in agents:
        labels = tuple(
            f"{before}+{label}" if before else label
            for before in labels
            for label in form.actions[game.agent(agent)]
        )
    name = " and ".join(agents)
    return replace(
        game,
        form=NormalForm(
            np.concatenate([own, rest]),
            (name, *others),
            (labels, *(form.actions[game.agent(agent)] for agent in others)),
            form.title,
        ),
        committed=name,
        learner=game.learner if game.learner in others else "",
        outcome_of=game.outcome_of.transpose(order).reshape(shape),
        habits={agent: action for agent, action in game.habits.items() if agent in others},
    )


class _Coalition(Product, MatrixPrePolicies):
    """What players commit to who are one in the game that is answered.

    A point is one of each player's own, a label an object from players to labels.
    """

    parts: dict[str, Any]

    def _join(self, env: MatrixEnv) -> None:
        """Take the place of the merged player in a game."""
        MatrixPrePolicies.__init__(self, env, self.committed)

    def rules(self, points: Points) -> NDArray[np.float64]:
        """(n, 1, A) each joint action's probability: each player draws for itself."""
        own = [self.split(point) for point in points]
        chances = np.ones((len(own), 1, 1))
        for agent, part in self.parts.items():
            rules = part.rules(np.array([one[agent] for one in own]))
            chances = (chances[..., :, None] * rules[..., None, :]).reshape(len(own), 1, -1)
        return chances


class FiniteCoalition(_Coalition, FiniteProduct):
    """Each commits to one of finitely many."""

    def __init__(self, env: MatrixEnv, parts: Mapping[str, Finite]) -> None:
        """Number the tuples.

        Raises:
            InvalidArgument: there are too many.
        """
        FiniteProduct.__init__(self, parts)
        self._join(env)


class LatentCoalition(_Coalition, LatentProduct):
    """Some commit to a mixed action."""

    def __init__(self, env: MatrixEnv, parts: Mapping[str, Finite | Latent]) -> None:
        """Put their vectors together."""
        LatentProduct.__init__(self, parts)
        self._join(env)


def coalition_policies(
    env: MatrixEnv, apart: MatrixEnv, kinds: Mapping[str, str | None], pre_policy: str
) -> MatrixPrePolicies:
    """What several players may commit to.

    Args:
        env: the game in which they are one.
        apart: the game in which each plays for itself.
        kinds: each player's kind of pre-policy; None for `pre_policy`.
        pre_policy: the usual kind.

    Raises:
        UnknownName: no such kind.
        InvalidArgument: too many tuples to be numbered.
    """
    parts: dict[str, Any] = {
        agent: make_pre_policies(apart, agent, kind or pre_policy) for agent, kind in kinds.items()
    }
    if all(isinstance(part, Finite) for part in parts.values()):
        return FiniteCoalition(env, parts)
    return LatentCoalition(env, parts)
