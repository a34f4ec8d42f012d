"""Bargaining in words: NegotiationArena's tags, written and read back.

What a player reads holds `<proposal count> <my resources> <my goals>` and what the other answered;
what it writes holds `<reason> <player answer> <newly proposed trade> <message>`. `<player answer>`
is ACCEPT, REJECT or NONE, alone: "Player BLUE ACCEPT", which NegotiationArena counts as no deal, is
an error here, and so is a trade that nobody could make.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...core.errors import InvalidAnswer
from ..dialogue.tags import MAX_NUMBER, read_fields, read_number, shortened, write_tags

GOOD, MONEY = "X", "ZUP"
ANSWER, TRADE, PRICE = "player answer", "newly proposed trade", "price"
REASON, MESSAGE = "reason", "message"
MAX_WORDS = 4_000  # characters of a reason or a message
_SPOKEN = 400  # of those that a schema asks for: three sentences

_TRADE = re.compile(
    rf"(?:player red|seller) gives {GOOD}:\s*(\S+)\s*\|\s*(?:player blue|buyer) gives "
    rf"{MONEY}:\s*(\S+)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Answer:
    """A move in words.

    Attributes:
        kind: `accept`, `reject` or `propose`.
        price: the proposed price; None unless `kind` is `propose`.
        message: what the other side reads.
        reason: what it does not read.
    """

    kind: str
    price: float | None = None
    message: str = ""
    reason: str = ""


def render(
    *,
    role: str,
    value: float,
    budget: float | None,
    left: int,
    move: int,
    moves: int,
    heard: Answer | None = None,
    commitment: str | None = None,
) -> str:
    """What a player reads at its turn.

    Args:
        role: `seller` or `buyer`.
        value: its cost, or what the good is worth to it.
        budget: the buyer's money; None for no bound.
        left: proposals that it may still make.
        move: the move's number, from 1 on.
        moves: how many there are.
        heard: the other side's last move; None if there is none.
        commitment: a pre-policy that was announced, in words.
    """
    if role == "seller":
        resources, goal = f"{GOOD}: 1", f"It cost you {value:g} {MONEY}; sell it for more."
    else:
        money = "enough" if budget is None else f"{budget:g}"
        resources = f"{MONEY}: {money}"
        goal = f"It is worth {value:g} {MONEY} to you; buy it for less."
    fields = {
        "my name": "Player RED" if role == "seller" else "Player BLUE",
        "my resources": resources,
        "my goals": goal,
        "proposal count": f"{left} left, move {move} of {moves}",
    }
    if commitment is not None:
        fields["announced before play"] = commitment
    read = write_tags(fields)
    return read if heard is None else f"{read}\n{write_answer(heard, shown=True)}"


def write_answer(answer: Answer, *, shown: bool = False) -> str:
    """An answer in tags.

    Args:
        answer: what is said.
        shown: whether it is the other side that reads it, from which the reason is kept.
    """
    fields = {} if shown else {REASON: answer.reason}
    fields[ANSWER] = {"accept": "ACCEPT", "reject": "REJECT", "propose": "NONE"}[answer.kind]
    fields[TRADE] = "NONE" if answer.price is None else trade(answer.price)
    fields[MESSAGE] = answer.message
    return write_tags(fields)


def trade(price: float) -> str:
    """The trade at a price, as NegotiationArena writes it."""
    return f"Player RED Gives {GOOD}: 1 | Player BLUE Gives {MONEY}: {price:g}"


# A price in its place would be taken for a suggestion.
_EXAMPLE = f"Player RED Gives {GOOD}: 1 | Player BLUE Gives {MONEY}: P"


def parse(text: str) -> Answer:
    """Read a move.

    Args:
        text: tags, or a JSON object with the same names, in which `price` may stand for the trade.

    Raises:
        InvalidAnswer: it cannot be read; the message says what was expected.
    """
    fields = read_fields(text, (ANSWER,), (TRADE, PRICE, MESSAGE, REASON))
    for name in (MESSAGE, REASON):
        if len(fields.get(name, "")) > MAX_WORDS:
            raise InvalidAnswer(f"the {name} is too long; expected {MAX_WORDS} characters at most.")
    message, reason = fields.get(MESSAGE, ""), fields.get(REASON, "")
    said = fields[ANSWER].strip(". ").upper()
    if said not in ("ACCEPT", "REJECT", "NONE"):
        raise InvalidAnswer(
            f"<{ANSWER}> is {shortened(fields[ANSWER])!r}; expected ACCEPT, REJECT or NONE alone."
        )
    price = _price(fields)
    if said == "NONE":
        if price is None:
            raise InvalidAnswer(
                f"<{ANSWER}> is NONE and no trade is proposed; give <{TRADE}> such as "
                f"'{_EXAMPLE}', or ACCEPT or REJECT."
            )
        return Answer("propose", price, message, reason)
    if price is not None:
        raise InvalidAnswer(
            f"<{ANSWER}> is {said} and a trade is proposed as well; do one or the other."
        )
    return Answer(said.lower(), None, message, reason)


def answer_schema(prices: Sequence[float], *, accepts: bool = True) -> dict[str, Any]:
    """The JSON schema of a move, for servers that hold their models to one.

    Args:
        prices: those that can be proposed now; listed, since grammars are blind to bounds.
        accepts: whether there is an offer that can be accepted.
    """
    words = {"type": "string", "maxLength": _SPOKEN}
    whole = all(float(price).is_integer() for price in prices)
    kind, listed = ("integer", [int(p) for p in prices]) if whole else ("number", list(prices))
    some = [{"type": kind, "enum": listed}] if listed else []
    price = {"anyOf": [*some, {"type": "null"}]}
    moves = {"ACCEPT": accepts, "REJECT": True, "NONE": bool(listed)}
    answers = {"type": "string", "enum": [move for move, can in moves.items() if can]}
    properties = {REASON: words, ANSWER.replace(" ", "_"): answers, PRICE: price, MESSAGE: words}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _price(fields: dict[str, str]) -> float | None:
    """The price in the fields of a proposed trade."""
    prices = []
    if fields.get(TRADE, "NONE").upper() not in ("NONE", ""):
        match = _TRADE.fullmatch(fields[TRADE])
        if match is None:
            raise InvalidAnswer(
                f"<{TRADE}> is {shortened(fields[TRADE])!r}; expected '{_EXAMPLE}', or NONE."
            )
        if match[1] != "1":
            raise InvalidAnswer(
                f"the trade has {shortened(match[1], MAX_NUMBER)} of {GOOD}; there is exactly 1."
            )
        prices.append(read_number(match[2], "the price"))
    if fields.get(PRICE, "NONE").upper() not in ("NONE", ""):
        prices.append(read_number(fields[PRICE], "the price"))
    if len(set(prices)) > 1:
        raise InvalidAnswer(f"two prices are proposed, {prices[0]:g} and {prices[1]:g}; give one.")
    return prices[0] if prices else None
