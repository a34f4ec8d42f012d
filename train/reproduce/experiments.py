"""What can be reproduced, by name: from where, and what differs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .akata import reproduce_akata
from .assistance import reproduce_assistance
from .banana import reproduce_banana
from .bargaining import reproduce_bargaining
from .common import reproduce_climbing, reproduce_penalty, reproduce_stackelberg_pomdp
from .commons import reproduce_commons
from .composites import reproduce_composites
from .cost_sharing import reproduce_cost_sharing
from .donor import reproduce_donor
from .facility import reproduce_facility
from .lola import reproduce_lola
from .oracles import reproduce_oracles
from .paper import SLIPS, reproduce_paper
from .persuasion import reproduce_persuasion
from .priced_assistant import reproduce_priced_assistant
from .public_goods import reproduce_public_goods
from .rows import Row
from .scai import reproduce_scai
from .taxation import reproduce_taxation

PAPER = "Liu et al. 2024, arXiv 2405.16588"


@dataclass(frozen=True)
class Experiment:
    """A published result, and our counterpart of it.

    Attributes:
        summary: what it is, in a line.
        source: the publication.
        rows: makes them, from a seed.
        differs: what differs from the publication and why, a sentence each; its slips too.
    """

    summary: str
    source: str
    rows: Callable[..., list[Row]]
    differs: tuple[str, ...]


EXPERIMENTS: dict[str, Experiment] = {
    "paper": Experiment(
        "figures 1 to 4, table 1 and appendix D",
        PAPER,
        reproduce_paper,
        (
            "Figures 1 and 2 and appendix D are solved exactly, where the paper argues in words.",
            "Figure 3's picture is lost: the board is drawn after the text, and the yellow "
            "barrier's post, which the paper leaves open, is uniform among three.",
            "Figure 4's players were language models and are a fitted seller and the four moves of "
            "appendix F.3; the paper prints none of its prices, so that it is only compared "
            "whether they end below 46.",
            "Table 1's helper was GPT-4 and is computed from the first column, so that nothing of "
            "the table is predicted (see banana).",
            *SLIPS,
        ),
    ),
    "bargaining": Experiment(
        "figure 4 and NegotiationArena's published games",
        f"{PAPER}, section 5.2; Bianchi et al. 2024, ICML",
        reproduce_bargaining,
        (
            "Language models are replaced by a buyer and a seller fitted to the very games that "
            "the published numbers summarize: nothing is predicted.",
        ),
    ),
    "banana": Experiment(
        "table 1",
        f"{PAPER}, section 5.3; Ward et al. 2024",
        reproduce_banana,
        (
            "The helper is computed, its lever fitted to the first column; the other columns "
            "follow from that and predict nothing.",
            "The mean of the human-written column is 7.675, where 7.42 is printed.",
        ),
    ),
    "scai": Experiment(
        "the curves of Social Contract AI",
        "Franken et al. 2023, arXiv 2310.17769",
        reproduce_scai,
        (
            "The assistant is a Bayesian learner with three fitted numbers in place of GPT-4.",
            "Epoch 1 is outside: the first principle is drawn evenly here, and was not by GPT-4.",
            "Rude fair and rude selfish users are outside: what manners do to altruistic ones, to "
            "which it was fitted, is another thing there.",
        ),
    ),
    "sequential-public-goods": Experiment(
        "sequential public goods: free riding, and where full effort is the only equilibrium",
        "Liang et al. 2026, AAMAS (MAC-SPGG); arXiv 2508.02076",
        reproduce_public_goods,
        (
            "Nothing is compared: the reward is built from what the authors say of theirs, and the "
            "paper's formula, its theorems' conditions (said to be strictly convex costs, lowest "
            "contributions above 0, bounds of gamma, rho and the penalty) and its tables could not "
            "be checked.",
            "Its claims hold in our game: nobody contributes without its rewards, and under some "
            "mechanisms full effort is the only subgame-perfect outcome. That welfare rises with "
            "gamma and rho and falls with B is not looked at.",
            "In our game bonuses alone never make full effort sure on the grid at cost 1: whoever "
            "is first gives less the higher they are.",
        ),
    ),
    "donor": Experiment(
        "donors: totals, how many have to commit to a norm, and what a few committed do to many",
        "Vallinder and Hughes 2024; arXiv 2412.10270",
        reproduce_donor,
        (
            "The endowment of 10 is put in, and totals are linear in it: nothing is predicted.",
            "What language models gave is theirs. Their better half survives ten generations; here "
            "whoever has more is imitated more often, in a Moran chain with 2 % mutations.",
            "Seats, that a trace is of the recipient's acts alone, and what a punishment costs are "
            "ours; the paper's could not be checked.",
        ),
    ),
    "taxation": Experiment(
        "taxes: labour supply, the rates that raise most, and where the cap of hours binds",
        "Karten et al. 2025, arXiv 2507.15815 (LLM Economist); Saez 2001, Rev. Econ. Studies",
        reproduce_taxation,
        (
            "Nothing is compared: the published numbers are of language models that play planner "
            "and workers, and could not be checked.",
            "Skills and usual rates are ours. At incomes as in the United States the cap of 100 "
            "hours binds nearly always, so that there taxes change nothing.",
        ),
    ),
    "assistance": Experiment(
        "what announcing a way to help is worth",
        "Laidlaw et al. 2025, ICML (AssistanceZero); arXiv 2504.07091",
        reproduce_assistance,
        (
            "Nothing is compared: the paper's assistants commit to nothing, and its numbers are of "
            "Minecraft.",
            "What is the paper's: a human and an assistant share a reward whose goal the human "
            "alone knows. Boards, doors, rules and the assistant's belief are ours.",
        ),
    ),
    "akata": Experiment(
        "people and models in repeated games, and what to commit to against people",
        "Akata et al. 2025, Nature Human Behaviour; arXiv 2305.16867",
        reproduce_akata,
        (
            "People are a rule of the last round fitted to counts of all of them together.",
            "Where the people are those that were fitted to, nothing is predicted; each group by "
            "the other is, of 97 and 98 different people: two folds, since whose choices are whose "
            "is not at hand.",
            "The base group by the prompted one defects too often together. The groups may differ "
            "by chance alone: the experiment's published script draws anew in each round whether "
            "GPT-4 predicts before it answers, and keeps the last draw.",
            "GPT-4 is fitted to its games with models. Against people it answered by tables of all "
            "of a person's choices, which are published and not put in here; of the battle there "
            "is no fit.",
        ),
    ),
    "oracles-and-followers": Experiment(
        "exact leaders of twelve 2x2 games, and what the search finds (two minutes)",
        "Gerstgrasser and Parkes 2023, ICML",
        reproduce_oracles,
        (
            "The follower's best answer is enumerated, where the paper learns it; the paper's "
            "threshold of success in the prisoner's dilemma is the one number that is compared.",
            "The search was set up on seeds 0 to 9; of 420 searches with others one missed 98 %.",
        ),
    ),
    "commons": Experiment(
        "what the commons of GovSim yields, and what a pact makes of who is free",
        "Piatti et al. 2024, NeurIPS; arXiv 2404.16698",
        reproduce_commons,
        (
            "Stock and quota are put in and the totals are closed forms of these: nothing is "
            "predicted.",
            "Nobody can commit in GovSim: what its language models took after talking, and how "
            "often their stock survived, is not compared.",
            "Overdrawn stock is handed out agent by agent, to signatories of a norm that binds "
            "first or in an order of chance, where GovSim hands out unit by unit among all: what "
            "one who is free makes of the last month, and from which chance on a norm is kept, "
            "hang on that.",
        ),
    ),
    "lola": Experiment(
        "naive and look-ahead learners in the iterated prisoner's dilemma, and shaping them",
        "Foerster et al. 2018, AAMAS; arXiv 1709.04326",
        reproduce_lola,
        (
            "Gradients are exact, as the paper's NL-Ex and LOLA-Ex; steps are of size 1, and how "
            "many the paper takes it does not say. Small steps that hardly look ahead cooperate "
            "less (-1.2 to -1.3).",
            "The paper's shares of tit for tat are not compared: it does not say what counts.",
            "What a commitment gets from a learner on its way is of one rule that never changes; "
            "M-FOS and The Good Shepherd shape by rules that change as the other learns.",
        ),
    ),
    "composites": Experiment(
        "composites of ordinal games: commitment's worth beside its parts",
        "Wang et al. 2024, TMGBench, arXiv 2410.10479",
        reproduce_composites,
        (
            "What we could read of the paper publishes how often models name equilibria, and no "
            "number of any game: nothing is compared.",
            "What the pre-game of a nested composite forbids is ours: whoever is paid less repeats "
            "its action.",
        ),
    ),
    "cost-sharing": Experiment(
        "the airport game: Shapley value, core, and divisions that nobody leaves",
        "Littlechild and Owen 1973, Management Science; Xu et al. 2023, MAgIC, arXiv 2311.08562",
        reproduce_cost_sharing,
        (
            "Costs are ours: MAgIC's airlines have numbers of flights and no costs of their own, "
            "so that neither core nor Shapley value of its games exists.",
            "How often MAgIC's models agree is not compared. The Shapley value also stands by "
            "Littlechild and Owen's formula, at our costs.",
        ),
    ),
    "facility": Experiment(
        "how many rules on a line keep all from lying, and how good the best of them are",
        "Moulin 1980, Public Choice; Procaccia and Tennenholtz 2009, EC; Feldman and Wilf 2013, EC",
        reproduce_facility,
        (
            "Lines are grids of seven places, or fewer; the publications' are all numbers.",
            "The least ratio is over all medians, which are all anonymous strategyproof rules for "
            "single-peaked preferences; the publications' bounds are of rules for distances.",
        ),
    ),
    "priced-assistant": Experiment(
        "which prompts and replies a price leaves",
        "Zhu et al. 2025, GTAlign, arXiv 2510.08872",
        reproduce_priced_assistant,
        (
            "Payoffs are ours: GTAlign's models estimate theirs, which could not be read.",
            "GTAlign's coverage, .916, and hypervolume, .571, are of its models: nothing here "
            "computes them, and there is no claim.",
        ),
    ),
    "stackelberg-pomdp": Experiment(
        "its 2x2 game",
        "Brero et al. 2022, arXiv 2210.03852",
        reproduce_stackelberg_pomdp,
        (
            "Payoffs are put in and the optimum is one of them; what learned followers make of it "
            "has no published number.",
        ),
    ),
    "persuasion": Experiment(
        "the prosecutor's example, and what commitment is worth in GLEE's sale",
        "Kamenica and Gentzkow 2011, AER; Shapira et al. 2024, arXiv 2410.05254",
        reproduce_persuasion,
        (
            "Prior and payoffs are put in; that twice the prior is convicted follows from them.",
            "GLEE's sellers commit to nothing, so that the sale's rows have no published number; "
            "its language models' games cannot be checked here.",
        ),
    ),
    "climbing": Experiment(
        "the climbing game: learners alone and after a commitment",
        "Claus and Boutilier 1998, AAAI",
        reproduce_climbing,
        ("Payoffs are put in; learners are a Q-table each, trained for every commitment anew.",),
    ),
    "penalty": Experiment(
        "the penalty game, for several penalties",
        "Claus and Boutilier 1998, AAAI",
        reproduce_penalty,
        ("Payoffs are put in; learners are a Q-table each, trained for every commitment anew.",),
    ),
}
"""By the name that `scg reproduce` takes."""
