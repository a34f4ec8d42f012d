"""What a kept state has to look like before anything goes on from it.

A state comes from a file that anybody may have written, with whatever seal. An object that is made
alike says by `state_form` what it goes on from: the same keys, types and shapes as its own fresh
state has (`like`), but for what grows, and no number outside of its range. One function, `load`,
holds a state to that before it is handed on, so that kernels meet no index that is none and no
length that is another's.

Values that could have come about are taken for those that did: a form is no signature.

| form | what fits |
| --- | --- |
| a dictionary | one with the same keys, each part as said |
| a list | one of the same length, each part as said |
| `Array`, `Whole`, `Real`, `Text`, `Point` | see there |
| `Each`, `Named` | a list, or a dictionary by any names, of such parts |
| `Some`, `Maybe` | a dictionary of some of the parts; that or None |
| anything else, `Same` | the same value, of the same type |
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, cast

import numpy as np
from gymnasium import Space, spaces
from numpy.typing import ArrayLike

from .actions import contains
from .checkpoint import StateDict
from .errors import ScgError, one_line
from .json_types import plain
from .pre_policy import Latent, PrePolicySpace

Form: TypeAlias = Any
_LARGEST = 1e100  # as of payoffs and settings: sums and products of a few larger ones are infinite
_MOST = 2**62
_STATE = 2**128 - 1  # of a PCG64 generator


class Keeper(Protocol):
    """What can be kept."""

    def state_dict(self) -> StateDict:
        """All that `load_state_dict` needs."""

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned."""


@dataclass(frozen=True)
class Array:
    """An array of this type and shape.

    Attributes:
        dtype: exactly its type.
        shape: its shape; None for an axis that may have any length from 1 on.
        low: the least that may be in it, broadcast to its shape; no bound if None.
        high: the greatest.
        nan: whether NaN may be in it; infinity never, nor what is next to it.
    """

    dtype: Any
    shape: tuple[int | None, ...]
    low: ArrayLike | None = None
    high: ArrayLike | None = None
    nan: bool = False

    def fits(self, kept: Any) -> bool:
        """Whether it is one."""
        if not isinstance(kept, np.ndarray) or kept.dtype != self.dtype:
            return False
        if len(kept.shape) != len(self.shape) or any(
            size != wanted if wanted is not None else size < 1
            for size, wanted in zip(kept.shape, self.shape, strict=True)
        ):
            return False
        if kept.dtype.kind == "f":
            most = min(_LARGEST, float(np.finfo(kept.dtype).max) ** 0.5)
            if (np.abs(kept) > most).any() or (not self.nan and np.isnan(kept).any()):
                return False
        outside = np.zeros(kept.shape, dtype=np.bool_)
        if self.low is not None:
            outside |= kept < self.low
        if self.high is not None:
            outside |= kept > self.high
        return not outside.any()


@dataclass(frozen=True)
class Whole:
    """A whole number from `low` to `high`."""

    low: int = 0
    high: int = _MOST

    def fits(self, kept: Any) -> bool:
        """Whether it is one."""
        return type(kept) is int and self.low <= kept <= self.high


@dataclass(frozen=True)
class Real:
    """A number from `low` to `high`; NaN where it may be."""

    low: float = -_LARGEST
    high: float = _LARGEST
    nan: bool = False

    def fits(self, kept: Any) -> bool:
        """Whether it is one."""
        if type(kept) not in (int, float):
            return False
        return self.nan if kept != kept else bool(self.low <= kept <= self.high)


PROBABILITY = Real(-1e-9, 1 + 1e-9)
"""A chance, as sums of chances round it."""


@dataclass(frozen=True)
class Text:
    """A text; one of some, if they are named."""

    among: Collection[str] | None = None

    def fits(self, kept: Any) -> bool:
        """Whether it is one."""
        return type(kept) is str and (self.among is None or kept in self.among)


@dataclass(frozen=True, eq=False)
class Same:
    """This array, number or text."""

    value: Any

    def fits(self, kept: Any) -> bool:
        """Whether it is."""
        value = self.value
        if isinstance(value, np.ndarray):
            alike = Array(value.dtype, value.shape, nan=True).fits(kept)
            return alike and np.array_equal(kept, value, equal_nan=value.dtype.kind == "f")
        value = value.item() if isinstance(value, np.generic) else value
        return type(kept) is type(value) and bool(kept == value)


class Anything:
    """Whatever it is: of an object that is not ours, and judges for itself."""

    def fits(self, kept: Any) -> bool:
        """Yes."""
        return True


@dataclass(frozen=True, eq=False)
class Point:
    """A point of a space of pre-policies."""

    space: PrePolicySpace

    def fits(self, kept: Any) -> bool:
        """Whether it is one."""
        space: Any = self.space
        if not isinstance(space, Latent):
            return Whole(0, space.size - 1).fits(kept)
        whole = Array(space.space.dtype, space.space.shape).fits(kept)
        return bool(whole and space.space.contains(kept) and space.is_label(kept))


@dataclass(frozen=True, eq=False)
class Label:
    """What a point of a space is called, as JSON."""

    space: PrePolicySpace

    def fits(self, kept: Any) -> bool:
        """Whether it is."""
        try:
            again = self.space.label(self.space.point(kept))
            return json.dumps(plain(again)) == json.dumps(kept)
        except (ScgError, TypeError, ValueError, OverflowError):
            return False


def points_form(space: PrePolicySpace, *leading: int | None) -> Form:
    """The form of an array of points of a space, with further axes before a point's own."""
    if not isinstance(space, Latent):
        return Array(np.int64, leading, 0, cast("Any", space).size - 1)
    box = space.space
    return Array(box.dtype, (*leading, *box.shape), box.low, box.high)


def form_of_seen(space: spaces.Space[Any], *leading: int) -> Form:
    """The form of observations in a space, with further axes before its own."""
    if isinstance(space, spaces.Dict):
        return {name: form_of_seen(part, *leading) for name, part in space.items()}
    shape = (*leading, *(space.shape or ()))
    if isinstance(space, spaces.MultiDiscrete):
        return Array(space.dtype, shape, space.start, space.start + space.nvec - 1)
    if isinstance(space, spaces.Discrete):
        return Array(space.dtype, shape, space.start, space.start + space.n - 1)
    if isinstance(space, spaces.Box):
        return Array(space.dtype, shape, space.low, space.high)
    return Array(space.dtype, shape)


@dataclass(frozen=True)
class Maybe:
    """None, or what fits a form."""

    form: Form


@dataclass(frozen=True)
class Each:
    """A list of parts that fit a form each, `number` of them; any number if None."""

    form: Form
    number: int | None = None


@dataclass(frozen=True)
class Some:
    """A dictionary of some of these parts, each as said; those that are needed among them."""

    forms: Mapping[str, Form]
    needed: Collection[str] = ()


@dataclass(frozen=True)
class Fits:
    """What a Gymnasium space contains."""

    space: Space[Any]

    def fits(self, kept: Any) -> bool:
        """Whether it does."""
        return contains(self.space, kept)


@dataclass(frozen=True)
class Named:
    """A dictionary whose parts fit a form each, by any of some names; any names if None."""

    form: Form
    among: Collection[str] | None = None


def like(fresh: Any) -> Form:
    """The form of states that differ from a fresh one by their numbers alone.

    Signed whole numbers are at least 0, or -1 where a fresh one is negative; others finite.
    """
    if isinstance(fresh, dict):
        return {key: like(part) for key, part in fresh.items()}
    if isinstance(fresh, (list, tuple)):
        return [like(part) for part in fresh]
    if isinstance(fresh, np.ndarray):
        signed, nan = fresh.dtype.kind == "i", fresh.dtype.kind == "f" and np.isnan(fresh).any()
        low = (-1 if (fresh < 0).any() else 0) if signed else None
        return Array(fresh.dtype, fresh.shape, low, _MOST if signed else None, bool(nan))
    if isinstance(fresh, np.generic):
        return like(fresh.item())
    if type(fresh) is int:
        return Whole()
    if type(fresh) is float:
        return Real(nan=math.isnan(fresh))
    return {True: _FLAG, False: _FLAG}[fresh] if type(fresh) is bool else fresh


@dataclass(frozen=True)
class _Flag:
    """True or False."""

    def fits(self, kept: Any) -> bool:
        return type(kept) is bool


_FLAG = _Flag()


def within(fresh: np.ndarray, low: ArrayLike | None, high: ArrayLike | None) -> Array:
    """The form of arrays like a fresh one, with numbers from `low` to `high`."""
    return Array(fresh.dtype, fresh.shape, low, high)


def tuple_like(fresh: Any, **forms: Form) -> Form:
    """The form of a named tuple's parts, but for some that are said."""
    return [forms.get(name, like(part)) for name, part in fresh._asdict().items()]


def generator_like(generator: np.random.Generator, *, seeded: bool = True) -> Form:
    """The form of where a generator may stand; if it is seeded alike, on the same stream."""
    state = cast("dict[str, Any]", generator.bit_generator.state)
    own = state["state"]["inc"] if seeded else Whole(1, _STATE)
    stream = {"state": Whole(0, _STATE), "inc": own}
    whole = {"has_uint32": Whole(0, 1), "uinteger": Whole(0, 2**32 - 1)}
    return {"bit_generator": state["bit_generator"], "state": stream, **whole}


def form_of(keeper: Any, kept: Any) -> Form:
    """The form of what an object goes on from.

    It says so by `state_form(kept)`, if its state's numbers are not all that may change. What of it
    depends on other parts of the state may be read there as if they were right.
    """
    said = getattr(keeper, "state_form", None)
    return like(keeper.state_dict()) if said is None else said(kept)


def check(kept: Any, form: Form, at: str = "") -> None:
    """See that a state has a form.

    Raises:
        ValueError: it has not; the message says which part.
    """
    fits = getattr(form, "fits", None)
    if fits is not None:
        right = fits(kept)
    elif isinstance(form, Maybe):
        return None if kept is None else check(kept, form.form, at)
    elif isinstance(form, dict):
        right = isinstance(kept, dict) and kept.keys() == form.keys()
    elif isinstance(form, Some):
        right = isinstance(kept, dict) and {*form.needed} <= kept.keys() <= form.forms.keys()
    elif isinstance(form, Named):
        right = isinstance(kept, dict) and (form.among is None or kept.keys() <= {*form.among})
    elif isinstance(form, Each):
        right = isinstance(kept, list) and form.number in (None, len(kept))
    elif isinstance(form, list):
        right = isinstance(kept, (list, tuple)) and len(kept) == len(form)
    else:
        right = type(kept) is type(form) and kept == form
    if not right:
        raise ValueError(f"its {at.lstrip('.') or 'state'} is not what it may be")
    parts: Any = getattr(form, "forms", form)  # of `Some`
    if isinstance(form, (dict, Named, Some)):
        for key, part in kept.items():
            check(part, form.form if isinstance(form, Named) else parts[key], f"{at}.{key}")
    elif isinstance(form, (list, Each)):
        for number, part in enumerate(kept):
            check(part, form.form if isinstance(form, Each) else parts[number], f"{at}[{number}]")
    return None


def check_by(kept: Any, form: Callable[[], Form]) -> None:
    """See that a state has a form, which may have read parts of it as if they were right.

    Raises:
        ValueError: it has not, or nothing has.
    """
    try:
        check(kept, form())
    except ValueError:
        raise
    except Exception as error:  # whatever parts that are anything make of that
        raise ValueError(f"it is no such state ({one_line(error)})") from error


def load(keeper: Keeper, kept: Any) -> None:
    """Let an object go on from a state of whoever's, if it is one of its own kind.

    Raises:
        ValueError: it is not; the object was not touched.
    """
    check_by(kept, lambda: form_of(keeper, kept))
    keeper.load_state_dict(kept)
