"""Causal games by name, each with its source."""

from ...core.errors import UnknownName
from . import barrier, classics, paper, stories, trees
from .barrier import barrier_game, barrier_relations
from .entry import Example

_MODULES = (paper, barrier, classics, stories, trees)

EXAMPLES = {example.name: example for module in _MODULES for example in module.EXAMPLES}


def example(name: str) -> Example:
    """The example of that name; hyphens do for underscores.

    Raises:
        UnknownName: there is none.
    """
    found = EXAMPLES.get(name.replace("-", "_"))
    if found is None:
        raise UnknownName("causal game", name, EXAMPLES)
    return found


__all__ = ["EXAMPLES", "Example", "barrier_game", "barrier_relations", "example"]
