"""What was used last, of more than can be held."""

from __future__ import annotations

from collections import OrderedDict
from typing import TypeVar

Value = TypeVar("Value")


class Recent(OrderedDict[str, Value]):
    """Values by key, so many at most; of more, the one that was set longest ago goes first."""

    def __init__(self, most: int) -> None:
        """Hold `most`."""
        super().__init__()
        self._most = most

    def __setitem__(self, key: str, value: Value) -> None:
        super().__setitem__(key, value)
        self.move_to_end(key)
        while len(self) > self._most:
            self.popitem(last=False)
