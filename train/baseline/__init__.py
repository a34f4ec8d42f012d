"""What happens without intervention when independent learners play: a baseline beside exact P."""

from .folder import read_baseline, write_baseline
from .measure import train_baseline
from .reached import Baseline

__all__ = ["Baseline", "read_baseline", "train_baseline", "write_baseline"]
