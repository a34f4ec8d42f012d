"""Which files of games are read, by their endings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .errors import InvalidGameFile

_OTHERS = {
    ".agg": "an action-graph game",
    ".bagg": "a Bayesian action-graph game",
    ".gam": "a GameTracer game",
    ".gbt": "a Gambit workbook",
}
_READ = {".nfg": "Gambit's normal form (.nfg)", ".efg": "Gambit's extensive form (.efg)"}


def check_format(name: str, read: Sequence[str]) -> None:
    """Refuse a file of a kind that is known and not read.

    Args:
        name: of a file, or anything else, which passes.
        read: the endings that are read here, of ".nfg" and ".efg".

    Raises:
        InvalidGameFile: naming what is read, and where what is not read here is.
    """
    suffix = Path(name).suffix.lower()
    readable = " and ".join(_READ[ending] for ending in read)
    if suffix in _OTHERS:
        raise InvalidGameFile(
            f"{name}: {suffix} files ({_OTHERS[suffix]}) are not read, only {readable}; export the "
            "game as such a file."
        )
    if suffix in _READ and suffix not in read:
        raise InvalidGameFile(
            f"{name}: {_READ[suffix]} is not read here, only {readable}; scg causal reads both."
        )
