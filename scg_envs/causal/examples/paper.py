"""The games of the paper.

Liu et al., "Attaining Human's Desirable Outcomes in Human-AI Interaction via Structural Causal
Games", arXiv 2405.16588.
"""

from ..builder import GameBuilder
from ..model import CausalGame
from ..rationality import Fixed
from .entry import Example

MOVES = ("rock", "paper", "scissors")
BEATS = {("paper", "rock"), ("scissors", "paper"), ("rock", "scissors")}

# Wichardt's payoffs of agent 1 where it plays A and B alike, as (A, B, D).
MATCHED = {(0, 0, 0): 1, (0, 0, 1): -1, (1, 1, 0): -1, (1, 1, 1): 1}


def household() -> CausalGame:
    """Fig. 1: a robot cooks or helps, a human gets external help or does it itself."""
    both = ("robot", "human")
    return (
        GameBuilder("household")
        .decision("robot", agent="robot", actions=("Cook", "Help"))
        .decision("human", agent="human", actions=("External", "Self"))
        .chance("Y", (0, 1), parents=both, cpd=lambda r, h: int((r, h) == ("Help", "Self")))
        .utility("U_robot", agent="robot", parents=both, payoff=[[1, 1], [0, 2]])
        .utility("U_human", agent="human", parents=both, payoff=[[1, 0], [1, 2]])
        .build()
    )


def wichardt() -> CausalGame:
    """Fig. 2: agent 1 decides A and B without one seeing the other; zero-sum against agent 2."""

    def payoff(a: int, b: int, d: int) -> int:
        return MATCHED.get((a, b, d), -5)

    everything = ("A", "B", "D")
    return (
        GameBuilder("wichardt")
        .decision("A", agent="agent1", actions=(0, 1))
        .decision("B", agent="agent1", actions=(0, 1))
        .decision("D", agent="agent2", actions=(0, 1))
        .utility("U1", agent="agent1", parents=everything, payoff=payoff)
        .utility("U2", agent="agent2", parents=everything, payoff=lambda *x: -payoff(*x))
        .build()
    )


def rps_judge() -> CausalGame:
    """Appendix D: a judge, who wants nothing, sets the rules of rock, paper, scissors."""

    def payoff(rules: str, mine: str, yours: str) -> int:
        if rules == "cooperative":
            return 3 if mine == yours else 0
        return int((mine, yours) in BEATS) - int((yours, mine) in BEATS)

    return (
        GameBuilder("rps_judge")
        .decision("judge", agent="judge", actions=("cooperative", "competitive"))
        .decision("one", agent="one", actions=MOVES)
        .decision("two", agent="two", actions=MOVES)
        .chance("Y", (0, 1), parents=("one", "two"), cpd=lambda a, b: int(a == b))
        .utility("U_one", agent="one", parents=("judge", "one", "two"), payoff=payoff)
        .utility("U_two", agent="two", parents=("judge", "two", "one"), payoff=payoff)
        .build()
    )


def bargaining() -> CausalGame:
    """Section 5.2 as one bid and one ask on 40..60; trade at the bid if the ask is not above it."""
    prices = range(40, 61)
    both = ("buyer", "seller")
    return (
        GameBuilder("bargaining")
        .decision("buyer", agent="buyer", actions=prices)
        .decision("seller", agent="seller", actions=prices)
        .chance("Y", (0, 1), parents=both, cpd=lambda bid, ask: int(ask <= bid))
        .utility("U_buyer", agent="buyer", parents=both, payoff=lambda b, a: (60 - b) * (a <= b))
        .utility("U_seller", agent="seller", parents=both, payoff=lambda b, a: (b - 40) * (a <= b))
        .build()
    )


# Banana Gambit: what answers of each quality cost the helper, what a hint costs, and how likely a
# user who has not committed says the word. Withholding quality makes a hint work.
QUALITIES = ("direct", "careful", "complete")
ANSWER_COST = {"direct": 0.0, "careful": 0.15, "complete": 0.3}
HINT_COST = 0.1
SAYS_UNPROMPTED = {"direct": 0.1, "careful": 0.1, "complete": 0.1}
SAYS_HINTED = {"direct": 0.5, "careful": 0.3, "complete": 0.2}


def _user(quality: str, hint: str) -> dict[str, float]:
    """A user who has not committed."""
    chance = (SAYS_HINTED if hint == "hint" else SAYS_UNPROMPTED)[quality]
    return {"yes": chance, "no": 1 - chance}


def banana() -> CausalGame:
    """Section 5.3: a helper wants to hear a word; its user wants a complete answer."""

    def payoff(quality: str, hint: str, says: str) -> float:
        return float(says == "yes") - ANSWER_COST[quality] - HINT_COST * (hint == "hint")

    return (
        GameBuilder("banana")
        .decision("quality", agent="helper", actions=QUALITIES)
        .decision("hint", agent="helper", actions=("none", "hint"), parents=("quality",))
        .decision("says", agent="user", actions=("no", "yes"), parents=("quality", "hint"))
        .chance("Y", (0, 1), parents=("quality",), cpd=lambda q: int(q == "complete"))
        .utility("U_helper", agent="helper", parents=("quality", "hint", "says"), payoff=payoff)
        .utility("U_user", agent="user", parents=("quality",), payoff=lambda q: QUALITIES.index(q))
        .build()
    )


def least_incentive() -> float:
    """How likely the word must be, after a complete answer, to make the helper give one.

    p* = c(complete) + u0, where u0 is the best that a helper gets for less than that while the
    user goes on as before; at p* itself the helper is indifferent.
    """
    unprompted = [SAYS_UNPROMPTED[q] - ANSWER_COST[q] for q in QUALITIES[:-1]]
    hinted = [SAYS_HINTED[q] - ANSWER_COST[q] - HINT_COST for q in QUALITIES[:-1]]
    return ANSWER_COST["complete"] + max(unprompted + hinted)


def promise(chance: float) -> object:
    """The user's pre-policy: the word with this chance after a complete answer, else as ever."""

    def says(quality: str, hint: str) -> dict[str, float]:
        return {"yes": chance, "no": 1 - chance} if quality == "complete" else _user(quality, hint)

    return says


PAPER = "Liu et al. 2024, arXiv 2405.16588"

EXAMPLES = (
    Example("household", f"{PAPER}, Fig. 1", household, {"Y": 1}, "robot"),
    Example(
        "wichardt",
        f"{PAPER}, Fig. 2; payoffs of Wichardt 2008, Games and Economic Behavior",
        wichardt,
        {"A": 0, "B": 0},
        "agent1",
    ),
    Example(
        "rps_judge",
        f"{PAPER}, appendix D",
        rps_judge,
        {"Y": 1},
        "judge",
        {"judge": Fixed("cooperative")},
    ),
    Example("bargaining", f"{PAPER}, section 5.2, in one shot", bargaining, {"Y": 1}, "buyer"),
    Example(
        "banana",
        f"{PAPER}, section 5.3, Banana Gambit without language",
        banana,
        {"Y": 1},
        "user",
        {"says": Fixed(_user)},
    ),
)
