"""The `scg` command, and what makes a dataclass one of the subcommands in `train.commands`."""

from .command_line import MISTAKE
from .entry import COMMANDS, find_command, joined, main

__all__ = ["COMMANDS", "MISTAKE", "find_command", "joined", "main"]
