"""YAML of whoever says: plain values, of a bounded size, each name once."""

from __future__ import annotations

from typing import Any

import yaml

MOST = 100_000
"""Values that a text may come to once what is named by `&` and `*` is put in its places."""


class _Loader(yaml.SafeLoader):
    """Refuses a name that is given twice, of which YAML takes the second."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        twice = [name for name in names if names.count(name) > 1]
        if twice:
            raise ValueError(f"{twice[0]!r} is given twice")
        found: dict[Any, Any] = super().construct_mapping(node, deep)
        return found


def read_yaml_text(text: str) -> Any:
    """What a YAML text says, or a JSON text, which is one.

    Raises:
        ValueError: it is none, is nested deeper than Python reads, gives a name twice, holds
            itself, or comes to more than `MOST` values.
    """
    try:
        value = yaml.load(text, _Loader)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except (yaml.YAMLError, ValueError) as error:
        raise ValueError(" ".join(str(error).split())) from error
    except Exception as error:  # `!!timestamp x` and the like fail in ways that nobody lists
        raise ValueError("it holds what is not of the type that it names by !!") from error
    if _size(value, {}) > MOST:
        raise ValueError(f"it comes to more than {MOST:,} values")
    return value


def _size(value: Any, seen: dict[int, int]) -> int:
    """How many values it holds, itself counted; what stands in several places counts in each.

    Args:
        value: what a text says.
        seen: the sizes of lists and mappings so far, by identity; 0 of those that hold this one.

    Raises:
        ValueError: it holds itself.
    """
    if not isinstance(value, dict | list | tuple | set):
        return 1
    if id(value) not in seen:
        seen[id(value)] = 0
        parts = [*value, *value.values()] if isinstance(value, dict) else value
        seen[id(value)] = 1 + sum(_size(part, seen) for part in parts)
    if seen[id(value)] == 0:
        raise ValueError("it holds itself")
    return seen[id(value)]
