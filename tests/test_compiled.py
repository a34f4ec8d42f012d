"""Kernels compile where nothing can be cached, too."""

import numba

from scg_envs.compiled import compiled


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
