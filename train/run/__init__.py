"""A run's folder: its settings, its owner, and how a run is stopped and gone on with."""
