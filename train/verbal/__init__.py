"""Algorithm 2: the verbal outer loop, in which a pre-policy is learned from words.

    loop = VerbalLoop(Moves(50, 0, 100, describe), environment, evaluator, evaluations=6, seed=0)
    result = loop.run().result()
    result.best.proposal, result.history

Its parts are in `scg_envs.core.verbal`, and those that are language models in
`scg_envs.agents.language`; `compare` sets generators side by side at equal evaluations.
"""

from ..search.algorithm_2 import Run, VerbalLoop, VerbalResult
from .comparison import Row, compare
from .numeric import NumericMeta

__all__ = ["NumericMeta", "Row", "Run", "VerbalLoop", "VerbalResult", "compare"]
