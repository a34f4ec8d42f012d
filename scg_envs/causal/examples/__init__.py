"""Causal games by name, each with its source."""

from ...errors import UnknownName
from . import barrier, classics, paper, stories
from .barrier import barrier_game, barrier_relations
from .example import Example

_MODULES = (paper, barrier, classics, stories)

EXAMPLES = {example.name: example for module in _MODULES for example in module.EXAMPLES}


def example(name: str) -> Example:
    """The example of that name.

    Raises:
        UnknownName: there is none.
    """
    if name not in EXAMPLES:
        raise UnknownName("causal game", name, EXAMPLES)
    return EXAMPLES[name]


__all__ = ["EXAMPLES", "Example", "barrier_game", "barrier_relations", "example"]
