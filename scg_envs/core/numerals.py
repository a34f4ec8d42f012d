"""Numbers as people type them: plain digits, nothing that Python alone takes for a number.

`int("1_0")` is 10 and `float("٣")` is 3; in a setting both are slips, so both are refused.
"""

from __future__ import annotations

import re

_WHOLE = re.compile(r"\s*[+-]?[0-9]+\s*\Z", re.ASCII)
_NUMBER = re.compile(r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*\Z", re.ASCII)


def read_whole(text: str) -> int:
    """The whole number that a text says, such as "-3".

    Raises:
        ValueError: it says none, or not in the digits 0 to 9.
    """
    if not _WHOLE.match(text):
        raise ValueError(f"{text!r} is no whole number; expected digits such as 12")
    return int(text)


def read_number(text: str) -> float:
    """The finite number that a text says, such as "0.25" or "1e-3".

    Raises:
        ValueError: it says none, not in the digits 0 to 9, or one that is too large.
    """
    if not _NUMBER.match(text) or float(text) in (float("inf"), -float("inf")):
        raise ValueError(f"{text!r} is no number; expected digits such as 0.25")
    return float(text)
