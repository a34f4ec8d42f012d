"""Published results beside ours: `scg reproduce --list` names them."""

from .experiments import EXPERIMENTS, Experiment
from .rows import Row

__all__ = ["EXPERIMENTS", "Experiment", "Row"]
