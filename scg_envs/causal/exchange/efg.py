"""Gambit's .efg files: games in extensive form.

    EFG 2 R "title" { "player" ... } "comment"
    c "node" set "set" { "action" probability ... } outcome "outcome" { payoff ... }
    p "node" player set "set" { "action" ... } outcome "outcome" { payoff ... }
    t "node" outcome "outcome" { payoff ... }

One line a node (chance, personal, terminal), parents first, children in the order of the actions.
Information sets are numbered for each player, outcomes over the whole game; the name and actions of
a set and the name and payoffs of an outcome may be left out once they have been given. Outcome 0
pays nothing. https://gambitproject.readthedocs.io/en/latest/formats.efg.html
"""

import os
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from ...core.errors import InvalidGameFile
from ..extensive_form import ExtensiveForm, InformationSet, Node, Outcome
from .tokens import Token, Tokens, distinct, format_number, quote, read_text


def read_efg(path: str | os.PathLike[str]) -> ExtensiveForm:
    """Read a game in extensive form; `.normal_form()` of the result can be solved.

    Args:
        path: a .efg file.

    Raises:
        InvalidGameFile: the file can't be read or breaks the format; says on which line.
    """
    return parse_efg(read_text(path), os.fspath(path))


def parse_efg(text: str, source: str = "the text") -> ExtensiveForm:
    """Read a game in extensive form from the content of a file.

    Args:
        text: the content.
        source: what to call it in errors.

    Raises:
        InvalidGameFile: the text breaks the format.
    """
    tokens = Tokens(text, source)
    title, players = tokens.header("EFG", "2")
    if tokens.peek.kind == "label":
        tokens.take()  # the comment
    root = _Reader(tokens, len(players)).tree()
    if tokens.peek.kind != "end":
        tokens.fail("the end of the file (every node has its children)")
    return ExtensiveForm(distinct(players), root, title)


@dataclass
class _Branch:
    """A node whose children are still being read."""

    label: str
    information_set: InformationSet
    outcome: Outcome | None
    children: list[Node] = field(default_factory=list)


class _Reader:
    """Reads nodes, remembering the information sets and outcomes that were given before."""

    def __init__(self, tokens: Tokens, n_players: int) -> None:
        self.tokens = tokens
        self.n_players = n_players
        self.sets: dict[tuple[int | None, int], InformationSet] = {}
        self.outcomes: dict[int, Outcome] = {}

    def tree(self) -> Node:
        """The whole tree. Without recursion, since trees may be deep."""
        open_nodes: list[_Branch] = []
        while True:
            node = self._node()
            if isinstance(node, _Branch):
                open_nodes.append(node)
                continue
            while open_nodes:
                parent = open_nodes[-1]
                parent.children.append(node)
                if len(parent.children) < len(parent.information_set.actions):
                    break
                open_nodes.pop()
                children = tuple(parent.children)
                node = Node(parent.label, parent.information_set, children, parent.outcome)
            if not open_nodes:
                return node

    def _node(self) -> Node | _Branch:
        token = self.tokens.peek
        if token.kind != "word" or token.text not in ("c", "p", "t"):
            self.tokens.fail("a node ('c', 'p' or 't')")
        self.tokens.take()
        label = self.tokens.label("the node's name") if self.tokens.peek.kind == "label" else ""
        if token.text == "t":
            return Node(label, outcome=self._outcome())
        player = None
        if token.text == "p":
            player = self.tokens.integer("the player's number", 1, self.n_players) - 1
        information_set = self._information_set(player)
        return _Branch(label, information_set, self._outcome())

    def _information_set(self, player: int | None) -> InformationSet:
        tokens = self.tokens
        here = tokens.peek
        number = tokens.integer("the information set's number", 1)
        known = self.sets.get((player, number))
        label = tokens.take().text if tokens.peek.kind == "label" else ""
        if not tokens.is_brace("{"):
            if known is None:
                tokens.fail(f"'{{' before the actions of the new information set {number}")
            return known
        actions, probabilities = self._moves(player is None, here)
        if known is not None:
            same = actions == known.actions and (
                player is not None or tuple(probabilities) == known.probabilities
            )
            if not same:
                tokens.fail(f"information set {number} with the same actions as before", here)
            return known
        created = InformationSet(
            player, label, actions, tuple(probabilities) if player is None else None
        )
        self.sets[player, number] = created
        return created

    def _moves(self, chance: bool, here: Token) -> tuple[tuple[str, ...], list[Fraction]]:
        """The actions in braces, with their probabilities at a chance node."""
        tokens = self.tokens
        tokens.take()
        names, probabilities = [], []
        while not tokens.is_brace("}"):
            names.append(tokens.label("an action or '}'"))
            if chance:
                probabilities.append(tokens.number("the action's probability"))
                if not 0 <= probabilities[-1] <= 1:
                    tokens.fail(f"a probability from 0 to 1, not {probabilities[-1]},", here)
        if not names:
            tokens.fail("at least one action")
        tokens.take()
        if chance:
            total = sum(probabilities, Fraction(0))
            # Decimals such as 0.333 need not add up exactly.
            if abs(total - 1) > Fraction(1, 100):
                tokens.fail(f"probabilities that sum to 1, not {float(total):g},", here)
            probabilities = [p / total for p in probabilities]
        return distinct(names), probabilities

    def _outcome(self) -> Outcome | None:
        tokens = self.tokens
        here = tokens.peek
        number = tokens.integer("the outcome's number", 0)
        label = tokens.take().text if tokens.peek.kind == "label" else ""
        payoffs: tuple[Fraction, ...] | None = None
        if tokens.is_brace("{"):
            tokens.take()
            listed = []
            while not tokens.is_brace("}"):
                listed.append(tokens.number("a payoff or '}'"))
            if len(listed) != self.n_players:
                tokens.fail(f"{self.n_players} payoffs, not {len(listed)},")
            tokens.take()
            payoffs = tuple(listed)
        if number == 0:
            return None
        known = self.outcomes.get(number)
        if known is None:
            if payoffs is None:
                tokens.fail(f"payoffs in braces for the new outcome {number}")
            self.outcomes[number] = Outcome(label, payoffs)
        elif payoffs is not None and payoffs != known.payoffs:
            tokens.fail(f"outcome {number} with the same payoffs as before", here)
        return self.outcomes[number]


def write_efg(game: ExtensiveForm, path: str | os.PathLike[str]) -> None:
    """Write a game in extensive form; see `format_efg`.

    Args:
        game: the game.
        path: where to.
    """
    Path(path).write_text(format_efg(game), encoding="utf-8")


def format_efg(game: ExtensiveForm) -> str:
    """A game in extensive form as the content of a .efg file.

    Args:
        game: the game; probabilities and payoffs are written as fractions.

    Raises:
        InvalidGameFile: a node that moves has another number of children than of actions.
    """
    lines = [f"EFG 2 R {quote(game.title)} {{ {' '.join(map(quote, game.players))} }}", '""', ""]
    numbers: dict[InformationSet, int] = {}
    for player in (None, *range(len(game.players))):
        numbers |= {s: k for k, s in enumerate(game.information_sets(player), start=1)}
    outcomes: dict[Outcome, int] = {}
    for node in game.nodes():
        here = node.information_set
        if here is None:
            start = f"t {quote(node.label)}"
        else:
            if len(node.children) != len(here.actions):
                raise InvalidGameFile(
                    f"node {node.label!r} has {len(node.children)} children; expected "
                    f"{len(here.actions)}, one for each action."
                )
            moves = [quote(action) for action in here.actions]
            if here.probabilities is not None:
                moves = [
                    f"{move} {format_number(p)}"
                    for move, p in zip(moves, here.probabilities, strict=True)
                ]
            kind = "c" if here.player is None else "p"
            whose = "" if here.player is None else f"{here.player + 1} "
            start = (
                f"{kind} {quote(node.label)} {whose}{numbers[here]} {quote(here.label)} "
                f"{{ {' '.join(moves)} }}"
            )
        if node.outcome is None:
            lines.append(f"{start} 0")
            continue
        number = outcomes.setdefault(node.outcome, len(outcomes) + 1)
        payoffs = ", ".join(format_number(p) for p in node.outcome.payoffs)
        lines.append(f"{start} {number} {quote(node.outcome.label)} {{ {payoffs} }}")
    return "\n".join(lines) + "\n"
