"""Stories told with causal games elsewhere, rebuilt from their descriptions.

Where a story was only told as a graph, the numbers are ours and say so.
"""

from ..builder import GameBuilder
from ..model import CausalGame
from .entry import Example

COIN = (0.5, 0.5)


def taxi() -> CausalGame:
    """Two taxis wait before an expensive or a cheap hotel; the second sees where the first is."""
    both = ("D1", "D2")
    return (
        GameBuilder("taxi")
        .decision("D1", agent="taxi1", actions=("e", "c"))
        .decision("D2", agent="taxi2", actions=("e", "c"), parents=("D1",))
        .utility("U1", agent="taxi1", parents=both, payoff=[[2, 5], [3, 1]])
        .utility("U2", agent="taxi2", parents=both, payoff=[[2, 3], [5, 1]])
        .build()
    )


def taxi_tie() -> CausalGame:
    """`taxi`, with a second taxi that is indifferent if the first stands at the cheap hotel."""
    both = ("D1", "D2")
    return (
        GameBuilder("taxi_tie")
        .decision("D1", agent="taxi1", actions=("e", "c"))
        .decision("D2", agent="taxi2", actions=("e", "c"), parents=("D1",))
        .utility("U1", agent="taxi1", parents=both, payoff=[[2, 5], [3, 1]])
        .utility("U2", agent="taxi2", parents=both, payoff=[[2, 3], [5, 5]])
        .build()
    )


def robot_warehouse() -> CausalGame:
    """A hurrying robot may break things; another repairs them and gets in its way."""
    return (
        GameBuilder("robot_warehouse")
        .decision("hurry", agent="collector", actions=(0, 1))
        .chance("quick", (0, 1), parents=("hurry",), cpd=[[0.9, 0.1], [0.1, 0.9]])
        .chance("broken", (0, 1), parents=("hurry",), cpd=[[1.0, 0.0], [0.7, 0.3]])
        .decision("repair", agent="tidier", actions=(0, 1), parents=("broken",))
        .chance("obstructed", (0, 1), parents=("repair",), cpd=[[1.0, 0.0], [0.4, 0.6]])
        .chance("sound", (0, 1), parents=("broken", "repair"), cpd=lambda b, r: int(not b or r))
        .utility(
            "U_collector",
            agent="collector",
            parents=("quick", "broken", "obstructed"),
            payoff=lambda q, b, o: int(q and not o) - b,
        )
        .utility("U_tidier", agent="tidier", parents=("sound",), payoff=[0, 1])
        .build()
    )


def job_market() -> CausalGame:
    """A worker, hard-working or not, goes to university or not; a firm sees that and may hire."""
    return (
        GameBuilder("job_market")
        .chance("T", ("lazy", "hard"), cpd=COIN)
        .decision("D1", agent="worker", actions=("avoid", "go"), parents=("T",))
        .decision("D2", agent="firm", actions=("reject", "hire"), parents=("D1",))
        .utility(
            "U1",
            agent="worker",
            parents=("T", "D1", "D2"),
            payoff=lambda t, g, j: 5 * (j == "hire") - (g == "go") * (1 if t == "hard" else 2),
        )
        .utility(
            "U2",
            agent="firm",
            parents=("T", "D2"),
            payoff=lambda t, j: (j == "hire") * (3 if t == "hard" else -2),
        )
        .build()
    )


def tree_doctor() -> CausalGame:
    """Alice may poison a tree that hides her view; Bob, its owner, may call a tree doctor.

    Numbers are ours. Alice's patio, built after she sees whether he did, is worth the view.
    """

    def sick(poison: str) -> dict[int, float]:
        chance = 0.9 if poison == "yes" else 0.2
        return {1: chance, 0: 1 - chance}

    def dead(sick: int, doctor: str) -> dict[int, float]:
        chance = sick * (0.3 if doctor == "yes" else 0.9)
        return {1: chance, 0: 1 - chance}

    return (
        GameBuilder("tree_doctor")
        .decision("poison", agent="alice", actions=("no", "yes"))
        .chance("sick", (0, 1), parents=("poison",), cpd=sick)
        .decision("doctor", agent="bob", actions=("no", "yes"), parents=("sick",))
        .chance("dead", (0, 1), parents=("sick", "doctor"), cpd=dead)
        .decision("patio", agent="alice", actions=("no", "yes"), parents=("poison", "doctor"))
        .utility("effort", agent="alice", parents=("poison",), payoff=[0, -1])
        .utility(
            "view",
            agent="alice",
            parents=("dead", "patio"),
            payoff=lambda dead, patio: (6 * dead - 2) * (patio == "yes"),
        )
        .utility("tree", agent="bob", parents=("dead",), payoff=[5, 0])
        .utility("cost", agent="bob", parents=("doctor",), payoff=[0, -2])
        .build()
    )


def forgetful_movie_star() -> CausalGame:
    """A star decides twice without remembering: where to be seen, and where to go out.

    Numbers are ours. The star wants to avoid the fan, who wants to meet it, and to be where it
    said it would be.
    """
    return (
        GameBuilder("forgetful_movie_star")
        .chance("S", (0, 1), cpd=COIN)
        .decision("D11", agent="star", actions=("left", "right"), parents=("S",))
        .decision("D12", agent="star", actions=("left", "right"), parents=("S",))
        .decision("D2", agent="fan", actions=("left", "right"))
        .utility("U11", agent="star", parents=("D11", "D2"), payoff=[[-1, 1], [1, -1]])
        .utility("U12", agent="star", parents=("D11", "D12"), payoff=[[3, 0], [0, 3]])
        .utility("U2", agent="fan", parents=("D11", "D2"), payoff=[[1, -1], [-1, 1]])
        .build()
    )


def umbrella() -> CausalGame:
    """One agent, a forecast, and the rain."""
    return (
        GameBuilder("umbrella")
        .chance("W", ("sun", "rain"), cpd=[0.6, 0.4])
        .chance("F", ("sun", "rain"), parents=("W",), cpd=[[0.8, 0.2], [0.3, 0.7]])
        .decision("UM", agent="walker", actions=("leave", "take"), parents=("F",))
        .utility("A", agent="walker", parents=("W", "UM"), payoff=[[1, 0], [-1, 1]])
        .build()
    )


def grade_predictor() -> CausalGame:
    """A university predicts grades from a high school and a gender. Numbers are ours."""
    return (
        GameBuilder("grade_predictor")
        .chance("race", (0, 1), cpd=COIN)
        .chance("school", (0, 1), parents=("race",), cpd=[[0.7, 0.3], [0.3, 0.7]])
        .chance("education", (0, 1), parents=("school",), cpd=[[0.8, 0.2], [0.2, 0.8]])
        .chance("grade", (0, 1), parents=("education",), cpd=[[0.9, 0.1], [0.1, 0.9]])
        .chance("gender", (0, 1), cpd=COIN)
        .decision("predict", agent="university", actions=(0, 1), parents=("school", "gender"))
        .utility("hit", agent="university", parents=("grade", "predict"), payoff=[[1, 0], [0, 1]])
        .build()
    )


def content_recommender() -> CausalGame:
    """Posts change opinions, and opinions change what is clicked. Numbers are ours."""
    return (
        GameBuilder("content_recommender")
        .chance("opinion", ("left", "right"), cpd=COIN)
        .chance("model", ("left", "right"), parents=("opinion",), cpd=[[0.9, 0.1], [0.1, 0.9]])
        .decision("posts", agent="recommender", actions=("left", "right"), parents=("model",))
        .chance(
            "influenced",
            ("left", "right"),
            parents=("opinion", "posts"),
            cpd=lambda o, p: {o: 1.0} if o == p else {o: 0.6, p: 0.4},
        )
        .utility(
            "clicks",
            agent="recommender",
            parents=("posts", "influenced"),
            payoff=lambda p, i: int(p == i),
        )
        .build()
    )


EQUILIBRIA = "Hammond et al. 2021, Equilibrium refinements for multi-agent influence diagrams"
INCENTIVES = "Everitt et al. 2021, Agent incentives: a causal perspective"

EXAMPLES = (
    Example("taxi", EQUILIBRIA, taxi, {"D1": "c", "D2": "e"}, "taxi2"),
    Example("taxi_tie", f"{EQUILIBRIA}; with a tie", taxi_tie, {"D1": "c", "D2": "e"}, "taxi2"),
    Example(
        "robot_warehouse",
        "Hammond et al. 2023, Reasoning about causality in games",
        robot_warehouse,
        {"sound": 1},
        "tidier",
    ),
    Example(
        "job_market",
        "Spence 1973, Job market signaling; as a causal game in Hammond et al. 2023",
        job_market,
        {"T": "hard", "D2": "hire"},
        "firm",
    ),
    Example(
        "tree_doctor",
        "Koller and Milch 2003, Multi-agent influence diagrams",
        tree_doctor,
        {"dead": 0},
        "bob",
    ),
    Example(
        "forgetful_movie_star",
        "told in PyCID; no sufficient recall",
        forgetful_movie_star,
        {"D11": "left", "D2": "left"},
        "star",
    ),
    Example("umbrella", "a story of PyCID's", umbrella, {"UM": "take"}, "walker"),
    Example("grade_predictor", INCENTIVES, grade_predictor, {"predict": 1}, "university"),
    Example(
        "content_recommender",
        INCENTIVES,
        content_recommender,
        {"influenced": "left"},
        "recommender",
    ),
)
