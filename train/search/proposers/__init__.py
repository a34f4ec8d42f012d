"""Meta pre-policies: whatever proposes pre-policies and learns from their scores.

`ask` for pre-policies, `tell` their scores, read what was `found`. A module of this package that
has a `Meta` with a `name` is all that a new one needs: it is found, listed and searched with. A
class of your own module goes by `module:Class` (`own`).
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from ....core.errors import UnknownName
from ....core.pre_policy import Finite, PrePolicySpace
from .categorical import CategoricalMeta
from .gaussian import GaussianMeta
from .meta import Meta
from .own import own_meta


def _found() -> dict[str, type[Meta]]:
    """Every kind of meta pre-policy by its name, the score-function searches first."""
    kinds: dict[str, type[Meta]] = {one.name: one for one in (CategoricalMeta, GaussianMeta)}
    for module in sorted(one.name for one in iter_modules(__path__, f"{__name__}.")):
        for kind in vars(import_module(module)).values():
            if isinstance(kind, type) and issubclass(kind, Meta) and "name" in vars(kind):
                kinds[kind.name] = kind
    return kinds


METAS = _found()


def default_meta(space: PrePolicySpace) -> str:
    """The score-function search that fits the space, as in Algorithm 1 of the paper."""
    return (CategoricalMeta if isinstance(space, Finite) else GaussianMeta).name


def find_meta(name: str) -> type[Meta]:
    """The kind of meta pre-policy with this name, or with your own class's, `module:Class`.

    Raises:
        UnknownName: there is none.
    """
    if name in METAS:
        return METAS[name]
    if isinstance(name, str) and ":" in name:
        return own_meta(name)
    hint = "One of your own goes by module:Class."
    raise UnknownName("meta pre-policy", name, METAS, hint)


__all__ = ["METAS", "CategoricalMeta", "GaussianMeta", "Meta", "default_meta", "find_meta"]
