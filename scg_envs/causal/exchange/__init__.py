"""Games from and to other programs: Gambit's .nfg (normal form) and .efg (extensive form)."""

from .efg import format_efg, parse_efg, read_efg, write_efg
from .nfg import format_nfg, parse_nfg, read_nfg, write_nfg

__all__ = [
    "format_efg",
    "format_nfg",
    "parse_efg",
    "parse_nfg",
    "read_efg",
    "read_nfg",
    "write_efg",
    "write_nfg",
]
