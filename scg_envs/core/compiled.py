"""Compiled kernels: numba's `njit`, cached on disk where there is a place to cache."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from itertools import pairwise
from typing import Any

import numba
from llvmlite import ir
from numba.core import cgutils, event, types
from numba.extending import intrinsic

# Python writes warnings of a logger that nobody has configured to standard error.
_LOG = logging.getLogger("scg_envs")


def compiled(function: Callable[..., Any] | None = None, **options: Any) -> Any:
    """Compile a function to machine code at its first call, and keep the code for later runs.

    Kernels release the interpreter's lock while they run. Where neither the package's folder nor
    the user's cache folder can be written (containers, shared installations) numba refuses to
    cache; the function is then compiled anew in each run.

    Args:
        function: what to compile; `@compiled(fastmath=True)` leaves it to the next call.
        **options: further options of `numba.njit`.
    """
    if function is None:
        return lambda decorated: compiled(decorated, **options)
    try:
        made = numba.njit(cache=True, nogil=True, **options)(function)
    except RuntimeError:
        return numba.njit(nogil=True, **options)(function)
    _keep_if_possible(made._cache)
    return made


def _keep_if_possible(kept: Any) -> None:
    """Let a kernel run where its code cannot be written, as on a full disk."""
    save = kept.save_overload

    def attempt(*arguments: Any) -> None:
        with suppress(OSError):
            save(*arguments)

    kept.save_overload = attempt


def kernel(function: Callable[..., Any] | None = None, **options: Any) -> Any:
    """Compile a function that allocates nothing, without numba's memory management.

    Counting references to arrays would take several times as long as the work of a short loop
    body. Without the counts an allocation in the function is an error when it is compiled.

    Args:
        function: what to compile; `@kernel(forceinline=True)` leaves it to the next call.
        **options: further options of `numba.njit`.
    """
    return compiled(function, _nrt=False, **options)


def shares(count: int, threads: int) -> list[tuple[int, int]]:
    """Ranges `(first, after the last)` of so many things, as equal as can be, none empty."""
    threads = max(min(threads, count), 1)
    ends = [count * k // threads for k in range(threads + 1)]
    return list(pairwise(ends))


@cache
def _pool(threads: int, process: int) -> ThreadPoolExecutor:
    """Threads that wait for calls; a process that was forked has threads of its own."""
    return ThreadPoolExecutor(threads, thread_name_prefix="scg-envs")


def on_threads(kernel: Callable[..., Any], calls: Sequence[tuple[Any, ...]]) -> list[Any]:
    """What a kernel returns for each of these arguments, all at once: each call on a thread.

    Kernels release the interpreter's lock, so Python's threads do, and one compiled kernel serves
    any number of them. To wake a thread takes as long as a step of some thousand games.
    """
    first, *others = calls
    if not others:
        return [kernel(*first)]
    pool = _pool(len(others), os.getpid())
    waiting = [pool.submit(kernel, *arguments) for arguments in others]
    return [kernel(*first), *(one.result() for one in waiting)]


class _Announcement(event.Listener):
    """Says once in a process that kernels are being compiled: the first run seems to hang."""

    said = False

    def on_start(self, event: event.Event) -> None:
        """A kernel that is in no cache is about to be compiled."""
        kernel = event.data["dispatcher"].py_func
        if not self.said and str(kernel.__module__).startswith("scg_envs."):
            self.said = True
            _LOG.warning(
                "scg-envs: compiling its kernels for this machine, once; "
                "this takes some seconds, and later runs find them in numba's cache."
            )

    def on_end(self, event: event.Event) -> None:
        """Nothing to say."""


event.register("numba:compile", _Announcement())


@compiled
def put(target, source):  # type: ignore[no-untyped-def]
    """In a kernel: copy (n,) numbers into an array of as many.

    `target[:] = source` and `rows[i] = source` do the same, but compile for seconds what composes
    the message of shapes that differ, in every kernel and every process anew.
    """
    for i in range(source.size):
        target[i] = source[i]


@intrinsic
def put_word(typingctx, out, at, word):  # type: ignore[no-untyped-def]
    """In a kernel: write an unsigned integer over as many bytes of (n,) uint8, from `at` on.

    The bytes need not be aligned to the word's size, which numpy's views cannot express.
    """

    def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        kind = signature.args[0]
        array = context.make_array(kind)(context, builder, arguments[0])
        place = cgutils.get_item_pointer(
            context, builder, kind, array, [arguments[1]], wraparound=False
        )
        target = builder.bitcast(place, ir.IntType(word.bitwidth).as_pointer())
        builder.store(arguments[2], target, align=1)
        return context.get_dummy_value()

    return types.void(out, types.uintp, word), generate
