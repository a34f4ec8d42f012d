"""Algorithm 2: the verbal outer loop, in which a pre-policy is learned from words.

    loop = VerbalLoop(Moves(50, 0, 100, words), environment, evaluator, evaluations=6, seed=0)
    result = loop.run()
    result.best.proposal, result.history

A generator proposes, the environment plays, an evaluator scores and criticizes, and the generator
revises. Scripted parts are in `generators.py` and `evaluators.py`, language models in
`language.py`; `compare` sets generators side by side at equal evaluations.
"""

from .comparison import Row, compare
from .evaluators import Rule, ScriptedEvaluator
from .generators import MOVES, Announcement, BestOfN, InTurn, Moves, NumericMeta, move_by_rule
from .language import LanguageEvaluator, LanguageGenerator, LanguageMoves, Task
from .loop import Run, VerbalLoop, VerbalResult
from .trial import (
    Baseline,
    Environment,
    Evaluator,
    Failure,
    Generator,
    Outcome,
    Proposal,
    Trial,
    Verdict,
    best_of,
)

__all__ = [
    "MOVES",
    "Announcement",
    "Baseline",
    "BestOfN",
    "Environment",
    "Evaluator",
    "Failure",
    "Generator",
    "InTurn",
    "LanguageEvaluator",
    "LanguageGenerator",
    "LanguageMoves",
    "Moves",
    "NumericMeta",
    "Outcome",
    "Proposal",
    "Row",
    "Rule",
    "Run",
    "ScriptedEvaluator",
    "Task",
    "Trial",
    "VerbalLoop",
    "VerbalResult",
    "Verdict",
    "best_of",
    "compare",
    "move_by_rule",
]
