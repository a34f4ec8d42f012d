"""A proposer of your own, by `module:Class`, held to what a proposer promises.

    class MyProposer:
        def __init__(self, space, *, evaluations, batch, seed): ...
        def ask(self, number, history, np_random): ...        # (number, ...) points of the space
        def tell(self, points, scores, beside=None): ...      # NaN where followers have no answer

It may have a `found`, the point that it recommends; the best that it was told of is, if it has
none. What it raises, a point outside the space and a call that does not end are errors that name
it, so that whoever compares proposers can leave it out.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....core.checkpoint import StateDict
from ....core.errors import InvalidArgument, ScgError, one_line
from ....core.pre_policy import Finite, Points, PrePolicySpace
from ....core.state_form import Anything, Form
from ....games.external.loading import load_function
from .meta import Meta

LIMIT = 60.0
"""The seconds that one call may take; enforced in a process's main thread, where it has alarms."""


class OwnMeta(Meta):
    """Asks and tells an object of the class that its name names."""

    def __init__(self, space: PrePolicySpace, *, evaluations: int, batch: int, seed: int) -> None:
        """Import the class; the object is made when it is first asked."""
        super().__init__(space, evaluations=evaluations, batch=batch, seed=seed)
        self._class = load_function(self.name, "the proposer")
        self._settings = {"evaluations": evaluations, "batch": batch, "seed": seed}
        self._made: Any = None

    @property
    def _own(self) -> Any:
        if self._made is None:
            self._made = self._called(
                "its constructor", lambda: self._class(self.space, **self._settings)
            )
            if not callable(getattr(self._made, "ask", None)):
                raise InvalidArgument(
                    f"the proposer {self.name} has no `ask(number, history, np_random)`; it asks "
                    "for points of the space by that."
                )
        return self._made

    def ask(
        self, number: int, history: Sequence[Any], np_random: np.random.Generator
    ) -> NDArray[Any]:
        """(number, ...) what it proposes.

        Raises:
            InvalidArgument: it fails, proposes what the space does not have, or does not end.
        """
        own = self._own
        return self._points("ask", self._called("ask", own.ask, number, history, np_random), number)

    def tell(
        self,
        points: Points,
        scores: NDArray[np.float64],
        beside: NDArray[np.float64] | None = None,
    ) -> None:
        """Tell it, NaN and all, and remember the best."""
        super().tell(points, scores, beside)
        if hasattr(self._own, "tell"):
            self._called("tell", self._own.tell, np.array(points), scores.copy(), beside)

    def _learn(self, points: NDArray[Any], scores: NDArray[np.float64]) -> None:
        """Only the best is remembered: the proposer itself is told in `tell`."""

    @property
    def found(self) -> Any:
        """What it recommends, or else the best that it was told of."""
        own = self._own
        point = self._called("found", lambda: getattr(own, "found", None))
        return super().found if point is None else self._points("found", [point], 1)[0]

    def state_dict(self) -> StateDict:
        """Its own state beside the best so far, if it has any."""
        own = self._own
        kept = self._called("state_dict", own.state_dict) if hasattr(own, "state_dict") else None
        return {**super().state_dict(), "own": kept}

    def state_form(self, kept: StateDict) -> Form:
        """Whatever its own is."""
        return {**super().state_form(kept), "own": Anything()}

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned.

        Raises:
            ValueError: it keeps no state of its own.
        """
        if state["own"] is None:
            raise ValueError(f"{self.name} has no state_dict, so it cannot go on")
        super().load_state_dict(state)
        self._called("load_state_dict", self._own.load_state_dict, state["own"])

    def _points(self, what: str, points: Any, number: int) -> NDArray[Any]:
        """Points as the space reads them, if there are so many and all are in it."""
        if not hasattr(points, "__len__") or len(points) != number:
            came = f"{len(points)} points" if hasattr(points, "__len__") else repr(points)
            raise InvalidArgument(
                f"the proposer {self.name}: {what} gave {came}; expected {number} points."
            )
        read = []
        for point in points:
            try:
                read.append(self.space.point(self.space.label(point)))
            except (ScgError, TypeError, ValueError) as error:
                raise InvalidArgument(
                    f"the proposer {self.name}: {what} gave {point!r}, which is no point of its "
                    f"space: {one_line(error)}"
                ) from error
        finite = isinstance(self.space, Finite)
        return np.array(read, dtype=np.int64 if finite else np.float64)

    def _called(self, what: str, function: Callable[..., Any], *arguments: Any) -> Any:
        """What a call returns; whatever it raises names the proposer."""
        try:
            with _limited(LIMIT):
                return function(*arguments)
        except _TooLong:
            why = f"did not end within {LIMIT:g} seconds"
        except (Exception, SystemExit) as error:  # whatever the proposer's own code raises
            why = f"failed with {one_line(error)}"
        raise InvalidArgument(f"the proposer {self.name}: {what} {why}.")


class _TooLong(BaseException):
    """No exception that code may catch by mistake."""


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raise `_TooLong` in what takes longer, where a process can be interrupted so."""
    main = threading.current_thread() is threading.main_thread()
    if not main or not hasattr(signal, "setitimer"):
        yield
        return

    def over(*_: Any) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def own_meta(name: str) -> type[Meta]:
    """The kind of meta pre-policy that `module:Class` names; imports nothing yet."""
    return type("NamedMeta", (OwnMeta,), {"name": name})
