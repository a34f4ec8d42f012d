"""Structural causal games, solved exactly.

The formalism of Hammond et al., "Reasoning about causality in games" (Artificial Intelligence,
2023), and of Liu et al., "Attaining Human's Desirable Outcomes in Human-AI Interaction via
Structural Causal Games" (arXiv 2405.16588).

| module | what is in it |
| --- | --- |
| `builder`, `model` | building a game; the game |
| `policies`, `evaluation` | pure, behavioral and mixed policies; what they lead to |
| `graph` | the mechanised game, s-reachability, relevance, recall, subgames |
| `rationality` | rationality relations: best response, epsilon, logit, risk-averse, your own |
| `solving`, `outcomes` | R(M), the set of rational outcomes |
| `subgame_perfect` | equilibria in every subgame, along the condensation |
| `interventions`, `answers` | post- and pre-policy interventions; R(M_I) |
| `effects` | P(Y=y), causal effects (eqs. 4.1 and 4.2), bounds |
| `counterfactuals`, `incentives` | abduction-action-prediction; graphical incentives |
| `normal_form` | equilibria and optimal commitments of games in normal form |
| `exchange`, `extensive_form`, `conversion` | Gambit's files; trees; both as causal games |
| `examples` | games by name |
| `draw`, `report`, `notation` | pictures, and what the command `scg causal` says and reads |
"""

from .answers import interventional_outcomes
from .builder import GameBuilder
from .counterfactuals import counterfactual, counterfactual_range
from .effects import Effect, causal_effect, effects, outcome_probability
from .evaluation import payoffs, probability
from .examples import EXAMPLES, example
from .interventions import Intervention, commit, do, set_parameters
from .model import CausalGame
from .outcomes import RationalOutcomes
from .policies import BehavioralPolicy, MixedPolicy, Profile, PurePolicy
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
from .solving import rational_outcomes
from .subgame_perfect import SUBGAME_PERFECT, SubgamePerfect
from .undefined import Undefined

__all__ = [
    "AGENT_WISE",
    "DECISION_WISE",
    "EXAMPLES",
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
    "RiskAverse",
    "SubgamePerfect",
    "Undefined",
    "UniformBestResponse",
    "causal_effect",
    "commit",
    "counterfactual",
    "counterfactual_range",
    "do",
    "effects",
    "example",
    "interventional_outcomes",
    "outcome_probability",
    "payoffs",
    "probability",
    "rational_outcomes",
    "set_parameters",
]
