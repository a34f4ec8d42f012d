"""Sweeps: scenarios by responders by proposers by seeds, each a run of its own, and their table.

plan = read_sweep("sweep.yaml")
done = run_sweep(plan, "runs/sweep", backend=Processes(4))
"""

from .plan import Planned, Sweep, read_sweep, sweep_of
from .run import SweepInterrupted, run_sweep

__all__ = ["Planned", "Sweep", "SweepInterrupted", "read_sweep", "run_sweep", "sweep_of"]
