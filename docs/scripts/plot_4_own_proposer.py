"""
Your own proposer in the benchmark
==================================

A proposer is a class that is asked for pre-policies and told what came of them. It has to be in a
file of its own, so that worker processes find it:

.. literalinclude:: ../scripts/my_proposer.py
"""

# %%
# The whole suite is ``scg benchmark --proposer my_proposer:Halves --out runs/mine``. Here are
# three of its scenarios, with two seeds each, and random search beside it. All scores lie between
# exact bounds: 0 is what comes of no commitment, 1 what the best one attains.

import tempfile
from dataclasses import replace

from scg_envs.train.benchmark import planned, read_suite, run_benchmark
from scg_envs.train.benchmark.report import report

suite = read_suite("commit-v1-quick")
few = replace(suite, scenes=suite.scenes[:3])
plan = planned(few, proposers=["my_proposer:Halves", "random"], seeds=2)
with tempfile.TemporaryDirectory() as folder:
    found = report(run_benchmark(plan, folder))

for row in found.tables.runs:
    print(row["scenario"], row["proposer"], row["seed"], row["score"])
