"""Every error that scg-envs raises on purpose.

All derive from `ScgError`, so a caller can catch the lot. A message is one line and says what
came, what was expected, and what to do; the command line prints it and exits with code 2.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class ScgError(Exception):
    """Base of every error that a user of scg-envs can cause."""


class InvalidArgument(ScgError, ValueError):
    """An argument is of the wrong kind or outside its range."""


class UnknownName(ScgError, ValueError):
    """A name that is not among the known ones: a game, layout, agent, responder, outcome, ..."""

    def __init__(self, kind: str, name: object, known: Iterable[object], hint: str = "") -> None:
        """Say which `kind` of thing was looked up, and list the `known` names.

        Args:
            kind: what was looked up, in the singular ("layout").
            name: what came.
            known: the names that would have worked.
            hint: one more sentence on what to do.
        """
        names = [str(item) for item in known]
        close = get_close_matches(str(name), names, n=1)
        guess = f" Did you mean {close[0]!r}?" if close else ""
        tail = f" {hint}" if hint else ""
        super().__init__(f"unknown {kind} {name!r}; known: {', '.join(names)}.{guess}{tail}")


class InvalidLayout(ScgError, ValueError):
    """A layout file breaks a rule of `scg_envs.barrier.layouts`."""


class InvalidGameFile(ScgError, ValueError):
    """A game file (Gambit's .nfg or .efg) that can't be read; the message names file and line."""


class InvalidCommitment(ScgError, ValueError):
    """A commitment to something outside the pre-policy space."""


class InvalidOptions(ScgError, ValueError):
    """`reset(options=...)` holds values that the environment cannot start from."""


class InvalidAction(ScgError, ValueError):
    """A step with a missing agent or an action outside its space."""


class ResetNeeded(ScgError, RuntimeError):
    """`step` or `render` was called before `reset`, or after the episode had ended."""


class MissingExtra(ScgError, ImportError):
    """An optional dependency is needed and not installed."""

    def __init__(self, what: str, extra: str, package: str) -> None:
        """Say `what` needs the `package`, which comes with the `extra`."""
        super().__init__(
            f"{what} needs {package}, which is not installed; install the extra {extra!r} from the "
            f"project's folder: pip install -c constraints.txt '.[{extra}]'."
        )


class RunFolderError(ScgError):
    """A run folder that holds a run already, or holds none, or holds a different one."""


class InvalidAnswer(ScgError, ValueError):
    """An answer in text that cannot be read as a move; the message is shown to who gave it."""
