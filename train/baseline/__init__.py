"""What happens without intervention when independent learners play: a baseline beside exact P."""

from .folder import read_baseline, write_baseline
from .measure import Baseline, train_baseline

__all__ = ["Baseline", "read_baseline", "train_baseline", "write_baseline"]
