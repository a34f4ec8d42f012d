"""Compiled kernels: numba's `njit`, cached on disk where there is a place to cache."""

from collections.abc import Callable
from typing import Any

import numba


def compiled(function: Callable[..., Any]) -> Any:
    """Compile a function to machine code at its first call, and keep the code for later runs.

    Where neither the package's folder nor the user's cache folder can be written (containers,
    shared installations) numba refuses to cache; the function is then compiled anew in each run.
    """
    try:
        return numba.njit(cache=True)(function)
    except RuntimeError:
        return numba.njit(function)
