"""Meta pre-policies: whatever proposes pre-policies and learns from their scores.

`ask` for pre-policies, `tell` their scores, read what was `found`.
"""

from __future__ import annotations

from ...errors import UnknownName
from ...pre_policy import FinitePrePolicies, PrePolicySpace
from .categorical import CategoricalMeta
from .cmaes import CmaEsMeta
from .gaussian import GaussianMeta
from .gp import GpMeta
from .meta import Meta
from .plain import EnumerationMeta, RandomMeta

METAS: dict[str, type[Meta]] = {
    meta.name: meta
    for meta in (CategoricalMeta, GaussianMeta, CmaEsMeta, GpMeta, EnumerationMeta, RandomMeta)
}


def default_meta(space: PrePolicySpace) -> str:
    """The score-function search that fits the space, as in Algorithm 1 of the paper."""
    return (CategoricalMeta if isinstance(space, FinitePrePolicies) else GaussianMeta).name


def find_meta(name: str) -> type[Meta]:
    """The kind of meta pre-policy with this name.

    Raises:
        UnknownName: there is none.
    """
    if name not in METAS:
        raise UnknownName("meta pre-policy", name, METAS)
    return METAS[name]


__all__ = [
    "METAS",
    "CategoricalMeta",
    "CmaEsMeta",
    "EnumerationMeta",
    "GaussianMeta",
    "GpMeta",
    "Meta",
    "RandomMeta",
    "default_meta",
    "find_meta",
]
