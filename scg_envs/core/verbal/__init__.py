"""The parts of Algorithm 2, the search in words: what is proposed, played, scored and criticized.

A generator proposes, the environment plays, an evaluator scores and criticizes, and the generator
revises. Here is what they hand to each other, and the parts that need no language model; those that
are models are in `scg_envs.agents.language`, and the loop in `scg_envs.train.verbal`.
"""

from .environments import Answered
from .evaluators import Rule, ScriptedEvaluator
from .generators import MOVES, Announcement, BestOfN, Describe, Halving, InTurn, Moves, move_by_rule
from .task import Task
from .trial import (
    Baseline,
    Direction,
    Environment,
    Evaluator,
    Failure,
    Generator,
    History,
    Outcome,
    Proposal,
    Trial,
    Verdict,
    best_of,
    trial_form,
)

__all__ = [
    "MOVES",
    "Announcement",
    "Answered",
    "Baseline",
    "BestOfN",
    "Describe",
    "Direction",
    "Environment",
    "Evaluator",
    "Failure",
    "Generator",
    "Halving",
    "History",
    "InTurn",
    "Moves",
    "Outcome",
    "Proposal",
    "Rule",
    "ScriptedEvaluator",
    "Task",
    "Trial",
    "Verdict",
    "best_of",
    "move_by_rule",
    "trial_form",
]
