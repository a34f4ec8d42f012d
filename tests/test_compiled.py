"""Kernels compile where nothing can be cached, too."""

import os
import subprocess
import sys

import numba

from scg_envs.core.compiled import compiled


def test_a_kernel_is_compiled_uncached_where_there_is_no_place_for_a_cache(monkeypatch):
    original = numba.njit

    def refuse(function=None, **options):
        if options.get("cache"):
            raise RuntimeError("cannot cache function: no locator available")
        return original(function, **options)

    monkeypatch.setattr(numba, "njit", refuse)

    @compiled
    def double(x):
        return 2 * x

    assert double(21) == 42


def test_the_first_compilation_is_announced_once_and_a_warm_cache_is_silent(tmp_path):
    code = (
        "import numpy as np; from scg_envs.core.streams import derive_keys as f; "
        "f(1, np.zeros(2, 'u8'))"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)},
            check=True,
            capture_output=True,
            text=True,
        ).stderr
        for _ in range(2)
    ]
    assert said[0].count("compiling") == 1
    assert said[1] == ""
