"""What a player of a matrix game may commit to.

| kind | a point | where |
| --- | --- | --- |
| `pure` | an action | `actions` |
| `mixed` | a distribution over actions | `actions` |
| `memory-one` | a distribution for each last joint action, and for the first round | `memory_one` |
| `finite-state` | a rule with few states, such as tit for tat | `machines` |
| a `.zip` file | what a Stable-Baselines3 model plays | `model` |

All of them are tables of probabilities in the end: `MatrixPrePolicies.rules`.
"""

from __future__ import annotations

from ....core.errors import UnknownName
from ..game import MatrixEnv
from .actions import MixedActions, PureActions
from .machines import FiniteStateRules
from .memory_one import MemoryOneRules
from .model import ModelRule
from .space import MatrixPrePolicies

KINDS: dict[str, type[MatrixPrePolicies]] = {
    "pure": PureActions,
    "mixed": MixedActions,
    "memory-one": MemoryOneRules,
    "finite-state": FiniteStateRules,
}


def make_pre_policies(env: MatrixEnv, committed: str, kind: str = "pure") -> MatrixPrePolicies:
    """The pre-policies of a kind.

    Args:
        env: the game.
        committed: who commits.
        kind: one of `KINDS`, or the path of a model.

    Raises:
        UnknownName: no such kind, or no such agent.
        InvalidArgument: the kind needs another memory than the game has.
    """
    if isinstance(kind, str) and kind.endswith(".zip"):
        return ModelRule(env, committed, kind)
    if not isinstance(kind, str) or kind not in KINDS:
        raise UnknownName(
            "kind of pre-policy", kind, KINDS, "A Stable-Baselines3 model is named by its .zip."
        )
    return KINDS[kind](env, committed)


__all__ = [
    "KINDS",
    "FiniteStateRules",
    "MatrixPrePolicies",
    "MemoryOneRules",
    "MixedActions",
    "ModelRule",
    "PureActions",
    "make_pre_policies",
]
