"""How commitments and outcomes are written on a command line.

    robot=Help                     a rule, in every context alike
    robot=Help:1/3,Cook:2/3        one that randomizes; probabilities may be fractions
    agent1.A=0,agent1.B=0          several decisions
    Help,Self                      an outcome: one action for each player (or decision), in order

`#k` stands for the k-th player, decision or action from 1, `*` in an outcome for any action. Labels
that hold one of `,=:#.` are put in double quotes.
"""

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ..core.errors import InvalidArgument, UnknownName
from .model import CausalGame, Event

TOKEN = re.compile(r'\s*(?:"(?P<quoted>[^"]*)"|(?P<mark>[,=:#.])|(?P<bare>[^,=:#."]+))')
NUMBER = re.compile(r"\s*([0-9]+(?:\.[0-9]*)?(?:/[0-9]+)?|\.[0-9]+)\s*")


@dataclass(frozen=True)
class _Label:
    """A name, or the k-th."""

    text: str
    number: int | None = None

    def among(self, what: str, names: Sequence[str]) -> int:
        """Which of the names it is."""
        if self.number is not None:
            if not 1 <= self.number <= len(names):
                raise InvalidArgument(f"{what} #{self.number}; expected #1 to #{len(names)}.")
            return self.number - 1
        if self.text not in names:
            raise UnknownName(what, self.text, names)
        return list(names).index(self.text)


class _Reader:
    """Reads one argument from left to right."""

    def __init__(self, text: str, example: str) -> None:
        self.text = text
        self.example = example
        self.at = 0

    def fail(self, expected: str) -> InvalidArgument:
        """What to raise where something else was expected."""
        found = self.text[self.at :] or "its end"
        return InvalidArgument(
            f"{self.text!r}: expected {expected} at {found!r}; write it like {self.example}."
        )

    def done(self) -> bool:
        """Whether everything is read."""
        return not self.text[self.at :].strip()

    def take(self, mark: str) -> bool:
        """Pass over a mark if it comes next."""
        match = TOKEN.match(self.text, self.at)
        if match is None or match["mark"] != mark:
            return False
        self.at = match.end()
        return True

    def label(self, what: str) -> _Label:
        """The label that comes next."""
        if self.take("#"):
            match = re.compile(r"\s*([0-9]+)\s*").match(self.text, self.at)
            if match is None:
                raise self.fail(f"the number of {what}")
            self.at = match.end()
            return _Label("", int(match[1]))
        match = TOKEN.match(self.text, self.at)
        if match is None or match["mark"]:
            raise self.fail(what)
        self.at = match.end()
        return _Label(match["quoted"] if match["quoted"] is not None else match["bare"].strip())

    def probability(self) -> Fraction:
        """The probability that comes next."""
        match = NUMBER.match(self.text, self.at)
        if match is None:
            raise self.fail("a probability such as 0.25 or 1/4")
        top, _, bottom = match[1].partition("/")
        if bottom and int(bottom) == 0:
            raise self.fail("a denominator other than 0")
        self.at = match.end()
        return Fraction(top) / int(bottom or 1)


def parse_commitment(game: CausalGame, text: str) -> dict[str, dict[Hashable, float]]:
    """Rules from a text such as "robot=Help:1/3,Cook:2/3".

    Returns:
        For each committed decision, the probabilities of the actions that were named.

    Raises:
        InvalidArgument: the text is not written like that, or probabilities do not sum to 1.
        UnknownName: no such player, decision or action.
    """
    reader = _Reader(text, "robot=Help or robot=Help:1/3,Cook:2/3")
    rules: dict[str, dict[Hashable, Fraction]] = {}
    decision = ""
    while True:
        first = reader.label("a player, decision or action")
        if reader.take(".") or not decision or _named(reader):
            decision = _decision(game, reader, first)
            if decision in rules:
                raise InvalidArgument(f"{text!r} commits {decision} twice; expected once.")
            rules[decision] = {}
            if not reader.take("="):
                raise reader.fail("'='")
            action = reader.label("an action")
        else:
            action = first
        domain = game.decision(decision).domain
        value = domain[action.among(f"action of {decision}", [str(a) for a in domain])]
        if value in rules[decision]:
            raise InvalidArgument(f"{text!r} names {value} of {decision} twice; expected once.")
        rules[decision][value] = reader.probability() if reader.take(":") else Fraction(1)
        if reader.done():
            break
        if not reader.take(","):
            raise reader.fail("','")
    for name, weights in rules.items():
        if sum(weights.values()) != 1 and abs(float(sum(weights.values())) - 1) > 1e-9:
            raise InvalidArgument(
                f"{text!r}: the probabilities of {name} sum to {sum(weights.values())}; expected 1."
            )
    return {d: {a: float(p) for a, p in weights.items()} for d, weights in rules.items()}


def _named(reader: _Reader) -> bool:
    """Whether an equals sign follows: then the label before it was a decision's."""
    match = TOKEN.match(reader.text, reader.at)
    return match is not None and match["mark"] == "="


def _decision(game: CausalGame, reader: _Reader, first: _Label) -> str:
    """The decision named by AGENT.DECISION, AGENT (if it has one) or DECISION."""
    agents = [agent for agent in game.agents if game.decisions(agent)]
    dotted = reader.text[: reader.at].rstrip().endswith(".")
    if dotted:
        agent = agents[first.among("player", agents)]
        own = game.decisions(agent)
        return own[reader.label("a decision").among(f"decision of {agent}", own)]
    if first.number is None and first.text in game.decisions():
        return first.text
    if first.number is None and first.text not in agents:
        raise UnknownName(
            "player or decision", first.text, dict.fromkeys([*agents, *game.decisions()])
        )
    agent = agents[first.among("player", agents)]
    own = game.decisions(agent)
    if len(own) > 1:
        raise InvalidArgument(
            f"{agent} has the decisions {', '.join(own)}; say which, as in {agent}.{own[0]}=..."
        )
    return own[0]


def parse_outcome(game: CausalGame, text: str, skipped: Sequence[str] = ()) -> Event:
    """An outcome from a text such as "Help,Self".

    Args:
        game: the game.
        text: one action for each decision in order, `*` for any.
        skipped: decisions that may be left out, such as a judge's.

    Returns:
        The event.

    Raises:
        InvalidArgument: the text is not written like that, or names too few or too many actions.
        UnknownName: no such action.
    """
    reader = _Reader(text, '"Help,Self"')
    labels = [reader.label("an action")]
    while not reader.done():
        if not reader.take(","):
            raise reader.fail("','")
        labels.append(reader.label("an action"))
    decisions: Sequence[str] = game.decisions()
    if len(labels) != len(decisions):
        decisions = [d for d in decisions if d not in skipped]
    if len(labels) != len(decisions):
        raise InvalidArgument(
            f"{text!r} names {len(labels)} actions; expected {len(decisions)}, one for each of "
            f"{', '.join(decisions)} (* for any)."
        )
    event: dict[str, Hashable] = {}
    for decision, label in zip(decisions, labels, strict=True):
        if label.text != "*":
            domain = game.decision(decision).domain
            chosen = label.among(f"action of {decision}", [str(a) for a in domain])
            event[decision] = domain[chosen]
    if not event:
        raise InvalidArgument(f"{text!r} allows every outcome; name at least one action.")
    return event
