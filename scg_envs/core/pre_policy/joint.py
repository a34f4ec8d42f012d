"""Several committed agents: the product of their pre-policy spaces, which is a space itself.

    joint = make_product({"red": HoldPost(game, "red"), "yellow": HoldPost(game, "yellow")})
    joint.point({"red": [3, 6], "yellow": [0, 2]})
    start, policy = joint.bind(point)            # one start, and a policy for each agent

A point is one number where all parts are finite, and one vector where a part is a continuum, so
that searches move in it as in any other space; `split` says which point of each part it is, and
`join` puts it together. A label is a JSON object from agents to labels.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidArgument
from .finite import Finite
from .finite_product import FiniteProduct
from .latent import Latent
from .latent_product import LatentProduct
from .product import Product
from .space import PrePolicySpace


def make_product(
    parts: Mapping[str, PrePolicySpace], possible: NDArray[np.bool_] | None = None
) -> FiniteProduct | LatentProduct:
    """The space of one pre-policy for each of several agents.

    Args:
        parts: each committed agent's space, in the order in which they are shown and said.
        possible: (size, ..., size) which points can be together, of finite parts; all if None.

    Returns:
        A `Finite` space if all parts are finite, else a `Latent` one.

    Raises:
        InvalidArgument: no agent, a part that is neither finite nor a continuum, or more tuples
            than can be numbered.
    """
    if not parts:
        raise InvalidArgument("a product needs the space of one agent or more; got none.")
    known: dict[str, Finite | Latent] = {}
    for agent, part in parts.items():
        if not isinstance(part, Finite | Latent):
            raise InvalidArgument(
                f"{agent}'s pre-policies are {type(part).__name__}; a product needs finite ones or "
                "a continuum, so derive them from Finite or Latent."
            )
        known[agent] = part
    finite = {agent: part for agent, part in known.items() if isinstance(part, Finite)}
    if len(finite) == len(known):
        return FiniteProduct(finite, possible)
    assert possible is None, "which tuples are possible is known of finite parts alone"
    return LatentProduct(known)


def space_of(given: Any, committed: tuple[str, ...]) -> PrePolicySpace:
    """The pre-policy space of one agent, or the product of several agents' spaces.

    Raises:
        InvalidArgument: no space, or not those of the committed agents.
    """
    one = len(committed) == 1
    space = given
    if isinstance(given, Mapping) and all(isinstance(v, PrePolicySpace) for v in given.values()):
        space = given[committed[0]] if one and set(given) == set(committed) else None
        if not one and set(given) == set(committed):
            space = make_product({agent: given[agent] for agent in committed})
    if not isinstance(space, PrePolicySpace) or (
        not one and (not isinstance(space, Product) or tuple(space.parts) != committed)
    ):
        which = (
            "a scg_envs.core.pre_policy.PrePolicySpace, such as "
            "scg_envs.games.external.actions.ConstantActions(game, committed)"
            if one
            else f"one scg_envs.core.pre_policy.PrePolicySpace for each of {', '.join(committed)}"
        )
        raise InvalidArgument(f"pre_policies is {given!r}; expected {which}.")
    return space
