"""The ultimatum game in words: offers and answers, written and read back.

A proposer answers with `<offer>` (whole units for the other side) and `<message>`; a responder
with `<answer>` ACCEPT or REJECT. JSON with the same names is read as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...core.errors import InvalidAnswer
from ..dialogue.tags import read_fields, read_number, shortened, write_tags
from .norms import UNITS

MAX_WORDS = 4_000  # characters of a message


@dataclass(frozen=True)
class Move:
    """A move in words.

    Attributes:
        kind: `offer`, `accept` or `reject`.
        units: what is offered to the other side; None unless `kind` is `offer`.
        message: what the other side reads.
    """

    kind: str
    units: int | None = None
    message: str = ""


def render(
    *,
    role: str,
    norm: str | None,
    currency: str,
    amount: int,
    number: int,
    interactions: int,
    heard: Move | None = None,
    observed: Sequence[str] | None = (),
    principle: str | None = None,
) -> str:
    """What a player reads at its turn.

    Args:
        role: `user` or `assistant`.
        norm: the user's policy in words.
        currency: what is shared.
        amount: how much of it.
        number: the interaction's number, from 1 on.
        interactions: how many there are.
        heard: the offer that the other side has made; None for whoever is to make one.
        observed: what users said to each other, for the assistant; None for one that is to
            follow its principle alone, and is told neither that nor a goal.
        principle: the assistant's pre-policy in words.
    """
    fields = {
        "interaction": f"{number} of {interactions}",
        "my role": "proposer" if heard is None else "responder",
        "amount": f"{amount} {UNITS[currency]}",
    }
    if norm is not None:
        fields["my policy"] = norm
    if principle is not None:
        fields["principle"] = principle
    if role == "assistant" and observed is not None:
        fields["my goals"] = "Offer what the users would offer."
        for k, words in enumerate(observed, start=1):
            fields[f"observed {k}"] = words
    if heard is not None:
        fields["heard"] = heard.message or heard.kind.upper()
    return write_tags(fields)


def parse(text: str) -> Move:
    """Read a move.

    Raises:
        InvalidAnswer: it cannot be read; the message says what was expected.
    """
    fields = read_fields(text, (), ("offer", "answer", "message"))
    message = fields.get("message", "")
    if len(message) > MAX_WORDS:
        raise InvalidAnswer(
            f"<message> has {len(message)} characters; expected {MAX_WORDS} at most."
        )
    if ("offer" in fields) == ("answer" in fields):
        raise InvalidAnswer("expected either <offer> with whole units, or <answer>; give one.")
    if "offer" in fields:
        units = read_number(fields["offer"], "the offer")
        if units < 0 or not units.is_integer():
            raise InvalidAnswer(f"the offer is {units:g}; expected whole units, 0 or more.")
        return Move("offer", int(units), message)
    said = fields["answer"].strip(". ").upper()
    if said not in ("ACCEPT", "REJECT"):
        raise InvalidAnswer(
            f"<answer> is {shortened(fields['answer'])!r}; expected ACCEPT or REJECT."
        )
    return Move(said.lower(), None, message)
