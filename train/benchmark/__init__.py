"""The benchmark: a fixed suite of scenarios, each with an exact best, scored on unmet followers.

suite = read_suite("commit-v1-quick")
done = run_benchmark(planned(suite, proposers=("my_module:MyProposer",)), "runs/mine")

A suite is a sweep whose scenarios say what game they are by a digest, by which followers a
commitment is found, and by which others it is judged. What searches, keeps and goes on is
`scg_envs.train.sweep`; here is what is asked afterwards.
"""

from .plan import Benchmark, planned, read_commitments
from .run import Benched, run_benchmark
from .suite import SUITES, Follower, Scene, Suite, read_suite

__all__ = [
    "SUITES",
    "Benched",
    "Benchmark",
    "Follower",
    "Scene",
    "Suite",
    "planned",
    "read_commitments",
    "read_suite",
    "run_benchmark",
]
