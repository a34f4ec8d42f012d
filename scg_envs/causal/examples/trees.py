"""Games that are told as trees."""

from fractions import Fraction
from itertools import permutations

from ..conversion import from_extensive_form
from ..extensive_form import ExtensiveForm, InformationSet, Node, Outcome
from ..model import CausalGame
from .entry import Example

CARDS = ("jack", "queen", "king")


def kuhn_poker_tree() -> ExtensiveForm:
    """Poker with three cards: both ante 1 and get a card; one may bet 1, the other call or fold.

    If the first player passes, the second may bet in turn. The higher card wins what was staked.
    """
    deals = list(permutations(range(3), 2))
    names = tuple(f"{CARDS[i]} {CARDS[j]}" for i, j in deals)
    deal = InformationSet(None, "deal", names, (Fraction(1, len(deals)),) * len(deals))

    def sets(player: int, label: str, moves: tuple[str, str]) -> list[InformationSet]:
        return [InformationSet(player, label.format(card), moves) for card in CARDS]

    opens = sets(0, "{}", ("pass", "bet"))
    answers = sets(0, "{} after a bet", ("fold", "call"))
    after_pass = sets(1, "two's {} after a pass", ("pass", "bet"))
    after_bet = sets(1, "two's {} after a bet", ("fold", "call"))

    def paid(first: int) -> Node:
        return Node(outcome=Outcome("", (Fraction(first), Fraction(-first))))

    def play(one: int, two: int) -> Node:
        sign = 1 if one > two else -1
        called = Node("", answers[one], (paid(-1), paid(2 * sign)))
        passed = Node("", after_pass[two], (paid(sign), called))
        bet = Node("", after_bet[two], (paid(1), paid(2 * sign)))
        return Node("", opens[one], (passed, bet))

    root = Node("", deal, tuple(play(one, two) for one, two in deals))
    return ExtensiveForm(("one", "two"), root, "kuhn_poker")


def kuhn_poker() -> CausalGame:
    """Poker with three cards; its value is -1/18 for the first player.

    In equilibrium the first player bets a jack with some probability a of at most 1/3, a king with
    3a, never a queen, and calls with the queen with a + 1/3; the second's policy is unique.
    """
    return from_extensive_form(kuhn_poker_tree())


EXAMPLES = (
    Example(
        "kuhn_poker",
        "Kuhn 1950, A simplified two-person poker",
        kuhn_poker,
        {"jack": "bet"},
        "one",
    ),
)
