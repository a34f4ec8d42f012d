"""Causal games by name, each with its source."""

from ...errors import UnknownName
from . import classics, paper, stories
from .example import Example

EXAMPLES = {
    example.name: example for example in (*paper.EXAMPLES, *classics.EXAMPLES, *stories.EXAMPLES)
}


def example(name: str) -> Example:
    """The example of that name.

    Raises:
        UnknownName: there is none.
    """
    if name not in EXAMPLES:
        raise UnknownName("causal game", name, EXAMPLES)
    return EXAMPLES[name]


__all__ = ["EXAMPLES", "Example", "example"]
