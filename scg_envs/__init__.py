"""scg-envs: games in which one agent commits before play."""

__version__ = "0.1.0"
