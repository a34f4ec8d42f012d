"""Fitted followers in files: written by who fits them, read by whoever answers with them.

    {"name": "...", "summary": "...", "source": "...", "licence": "...", "fitted": "...",
     "games": {"prisoners_dilemma": {"actions": ["c", "d"], "own": [[...]], "other": [[...]],
                                     "n": 20, "unit": "people", "counts": {"start": [3, 1], ...}}},
     "cannot": ["..."], "seal": "..."}

`games` are rules of the last round in repeated games of two players with two actions
(`fitted.Fit`); those of `rates` act once (`rates.Rates`). A follower is named by its file, such as
runs/follower.json; with `@` and what the file's SHA-256 begins with it is that very file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from ...core.errors import InvalidArgument
from ...core.files import read_sealed_json, write_sealed_json
from ...core.problem import CommitmentProblem
from ..responder import Responder
from .fitted import Card, Counted, card_of

SUFFIX = ".json"
_DIGITS = 12  # of a file's hash


@dataclass(frozen=True)
class _Named:
    """A follower's file, as it is named; `digest` is empty where any file of that name will do."""

    path: Path
    digest: str

    @classmethod
    def of(cls, name: str) -> _Named:
        path, _, digest = name.rpartition("@")
        return cls(Path(path), digest) if path.endswith(SUFFIX) else cls(Path(name), "")


def is_file(name: Any) -> bool:
    """Whether a responder's name is that of a file."""
    return isinstance(name, str) and _Named.of(name).path.name.endswith(SUFFIX)


def whole_name(name: str) -> str:
    """The same file's name from any folder, and with its hash, so that another is noticed.

    Raises:
        InvalidArgument: it cannot be read, or is another than was named.
    """
    path = _Named.of(name).path.resolve()
    return f"{path}@{_hash(name)[:_DIGITS]}"


def write_follower(path: Path, card: Card) -> None:
    """Write a follower's file.

    Raises:
        InvalidArgument: the name ends otherwise than such files' do, or what lies there is none.
        CannotWrite: it cannot be written.
    """
    if path.suffix != SUFFIX:
        raise InvalidArgument(f"fit is {str(path)!r}; expected a file that ends in {SUFFIX}.")
    if path.exists():
        try:
            read_follower(str(path))
        except InvalidArgument as error:
            why = str(error).partition(";")[0]
            raise InvalidArgument(
                f"fit would be written over another: {why}; name another."
            ) from None
    write_sealed_json(path, card.to_json())


def read_follower(name: str) -> Card:
    """The card in a follower's file.

    Raises:
        InvalidArgument: there is none, it is none, it is damaged, or another than was named.
    """
    from .rates import Rates

    path = _Named.of(name).path
    _hash(name)
    try:
        page = read_sealed_json(path)
        rates: dict[str, Counted] = {
            game: Rates.of_json(game, kept) for game, kept in page.get("rates", {}).items()
        }
        card = replace(card_of(page), rates=rates)
        if len(card.fits) + len(card.rates) == 0:
            raise ValueError("it has neither games nor rates")
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        why = f"it has no {error}" if isinstance(error, KeyError) else str(error)
        raise InvalidArgument(
            f"{path} is no fitted follower ({why}); expected a file that `fit` of a study's report "
            "has written."
        ) from None
    return card


def make_fitted(name: str, problem: CommitmentProblem, *, seed: int = 0) -> Responder:
    """The responder of a follower's file.

    Args:
        name: the file.
        problem: what it answers.
        seed: of draws from the posterior.

    Raises:
        InvalidArgument: no such file, or it was fitted where others play, or by other payoffs.
    """
    from .automata import AutomatonResponder
    from .rates import Rates, RatesResponder

    card = read_follower(name)
    if problem.takes_automata and card.fits:
        return AutomatonResponder(problem, name, seed=seed, card=card)
    rates = next(iter(card.rates.values()), None)
    if isinstance(rates, Rates) and not problem.takes_automata:
        return RatesResponder(problem, rates, seed=seed)
    where = "repeated games of two players with two actions each" if card.fits else "play once"
    raise InvalidArgument(
        f"{_Named.of(name).path} was fitted to {where}, and {problem.game} is none as it is set "
        "here; set it as in the study."
    )


def _hash(name: str) -> str:
    """The SHA-256 of a named file.

    Raises:
        InvalidArgument: it cannot be read, or is another than was named.
    """
    named = _Named.of(name)
    try:
        found = sha256(named.path.read_bytes()).hexdigest()
    except (OSError, ValueError) as error:
        why = (getattr(error, "strerror", None) or str(error)).lower()
        raise InvalidArgument(
            f"{named.path} cannot be read ({why}); expected the file of a fitted follower."
        ) from None
    if not found.startswith(named.digest):
        raise InvalidArgument(
            f"{named.path} is another file than the one of hash {named.digest} that was named; "
            "take that, or begin anew."
        )
    return found
