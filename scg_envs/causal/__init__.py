"""Structural causal games, solved exactly.

The formalism of Hammond et al., "Reasoning about causality in games" (Artificial Intelligence,
2023), and of Liu et al., "Attaining Human's Desirable Outcomes in Human-AI Interaction via
Structural Causal Games" (arXiv 2405.16588).

| module | what is in it |
| --- | --- |
| `builder`, `model` | building a game; the game |
| `comparison` | when two payoffs are tied |
| `policies`, `evaluation` | pure, behavioral and mixed policies; what they lead to |
| `graph` | the mechanised game, s-reachability, relevance, recall, subgames |
| `rationality` | rationality relations: best response, epsilon, logit, risk-averse, your own |
| `problem`, `solving`, `outcomes` | what is asked; R(M), the set of rational outcomes |
| `subgame_perfect`, `selten` | equilibria in every subgame, of the causal game or of its tree |
| `plans`, `trees`, `realization`, `sequence_form` | games made from trees: policies as plans |
| `interventions`, `answers` | post- and pre-policy interventions; R(M_I) |
| `unseen`, `uncertain`, `carried` | answers of who does not see one, or cannot rely on it |
| `effect` | P(Y=y), causal effects (eqs. 4.1 and 4.2), bounds |
| `counterfactuals`, `queries` | abduction-action-prediction; what is likely given what was seen |
| `incentives`, `gains` | what information and control may be worth, and what they are |
| `paths`, `reasoning` | paths and what blocks them; why a decision matters to its owner |
| `restriction`, `unrolling` | one subgame's equilibria; a causal game as a tree |
| `random_games` | random games |
| `normal_form` | equilibria and optimal commitments of games in normal form |
| `exchange`, `extensive_form`, `conversion` | Gambit's files; trees; both as causal games |
| `examples` | games by name |
| `draw`, `report`, `notation` | pictures, and what the command `scg causal` says and reads |
"""

from .answers import interventional_outcomes
from .builder import GameBuilder
from .counterfactuals import counterfactual, counterfactual_range
from .effect import Effect, causal_effect, effects, outcome_probability
from .evaluation import payoffs, probability
from .examples import EXAMPLES, example
from .gains import control_gain, information_gain
from .interventions import Intervention, commit, do, set_parameters
from .model import CausalGame
from .outcomes import RationalOutcomes
from .policies import BehavioralPolicy, MixedPolicy, Profile, PurePolicy
from .queries import conditional_distribution, conditional_payoffs, conditional_probability
from .random_games import random_game
from .rationality import (
    AGENT_WISE,
    DECISION_WISE,
    BestResponse,
    Custom,
    EpsilonBestResponse,
    Fixed,
    Logit,
    Reactive,
    RiskAverse,
    UniformBestResponse,
)
from .reasoning import ReasoningPattern, reasoning_patterns
from .restriction import played_by_nature, subgame_outcomes
from .selten import SELTEN_PERFECT, SeltenPerfect
from .solving import rational_outcomes
from .subgame_perfect import SUBGAME_PERFECT, SubgamePerfect
from .undefined import Reason, Undefined
from .unrolling import to_extensive_form

__all__ = [
    "AGENT_WISE",
    "DECISION_WISE",
    "EXAMPLES",
    "SELTEN_PERFECT",
    "SUBGAME_PERFECT",
    "BehavioralPolicy",
    "BestResponse",
    "CausalGame",
    "Custom",
    "Effect",
    "EpsilonBestResponse",
    "Fixed",
    "GameBuilder",
    "Intervention",
    "Logit",
    "MixedPolicy",
    "Profile",
    "PurePolicy",
    "RationalOutcomes",
    "Reactive",
    "Reason",
    "ReasoningPattern",
    "RiskAverse",
    "SeltenPerfect",
    "SubgamePerfect",
    "Undefined",
    "UniformBestResponse",
    "causal_effect",
    "commit",
    "conditional_distribution",
    "conditional_payoffs",
    "conditional_probability",
    "control_gain",
    "counterfactual",
    "counterfactual_range",
    "do",
    "effects",
    "example",
    "information_gain",
    "interventional_outcomes",
    "outcome_probability",
    "payoffs",
    "played_by_nature",
    "probability",
    "random_game",
    "rational_outcomes",
    "reasoning_patterns",
    "set_parameters",
    "subgame_outcomes",
    "to_extensive_form",
]
