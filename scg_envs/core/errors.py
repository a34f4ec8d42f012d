"""Every error that scg-envs raises on purpose.

All derive from `ScgError`, so a caller can catch the lot. A message is one line and says what
came, what was expected, and what to do; the command line prints it and exits with code 2.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, Self

from .text import shown


class ScgError(Exception):
    """Base of every error that a user of scg-envs can cause.

    What it says is one line of bounded length, whatever names and values of strangers are in it.
    """

    def __str__(self) -> str:
        return shown(super().__str__())

    def __reduce__(self) -> tuple[Any, ...]:
        """An error comes out of a worker process as it was, whatever its type is made from."""
        return _same, (type(self), self.args, vars(self))


def _same(kind: type[ScgError], args: tuple[Any, ...], attributes: dict[str, Any]) -> ScgError:
    error = kind.__new__(kind, *args)
    vars(error).update(attributes)
    return error


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
        close = closest(str(name), names)
        guess = f" Did you mean {close!r}?" if close is not None else ""
        tail = f" {hint}" if hint else ""
        super().__init__(f"unknown {kind} {name!r}; known: {', '.join(names)}.{guess}{tail}")


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant: the one most alike, whatever the case."""
    folded = {other.casefold(): other for other in reversed(list(known))}
    close = get_close_matches(name.casefold(), folded, n=1)
    return folded[close[0]] if close else None


class InvalidLayout(ScgError, ValueError):
    """A layout file breaks a rule of `scg_envs.games.barrier.layouts`."""


class InvalidGameFile(ScgError, ValueError):
    """A game file (Gambit's .nfg or .efg) that can't be read; the message names file and line."""


class InvalidCommitment(ScgError, ValueError):
    """A commitment to something outside the pre-policy space."""


class InvalidOptions(ScgError, ValueError):
    """`reset(options=...)` holds values that the environment cannot start from."""


class UnknownOption(UnknownName, InvalidOptions):
    """`reset(options=...)` names something that the environment does not read."""


class InvalidAction(ScgError, ValueError):
    """A step with a missing agent or an action outside its space."""


class ResetNeeded(ScgError, RuntimeError):
    """`step` or `render` was called before `reset`, or after the episode had ended."""

    def __init__(
        self, message: str = "the episode is over or has not begun; call reset() before step()."
    ) -> None:
        super().__init__(message)


class MissingExtra(ScgError, ImportError):
    """An optional dependency is needed and not installed."""

    def __init__(self, what: str, extra: str, package: str) -> None:
        """Say `what` needs the `package`, which comes with the `extra`."""
        super().__init__(
            f"{what} needs {package}, which is not installed; install the extra {extra!r} from the "
            f"project's folder: pip install -c constraints.txt '.[{extra}]'."
        )


class WorkerLost(ScgError, RuntimeError):
    """The workers of a job ended in the middle of it, again and again.

    Attributes:
        job: its number among those that were given.
    """

    job: int | None = None


class ClusterUnreachable(ScgError, RuntimeError):
    """No Ray cluster answers where one was said to be."""

    def __init__(self, address: str, reason: str) -> None:
        """Say at which `address` nobody answers, and what came of trying."""
        super().__init__(
            f"no Ray cluster answers at {address!r}: {reason.rstrip('.')}; check `address`, or "
            "leave it out to start a local cluster."
        )


class RunFolderError(ScgError):
    """A run folder that holds a run already, or holds none, or holds a different one."""


class CannotWrite(RunFolderError):
    """A file or folder cannot be written: the disk is full, the folder is read-only, ..."""


class InvalidAnswer(ScgError, ValueError):
    """An answer in text that cannot be read as a move; the message is shown to who gave it."""


class LanguageModelError(ScgError, RuntimeError):
    """A language model, or its server, did not do its part.

    Attributes:
        role: whose turn it was ("buyer"), if it was anybody's.
        turn: which turn of that role, from 1 on.
    """

    role: str | None = None
    turn: int | None = None

    def at(self, role: str, turn: int) -> Self:
        """This error with the role and the turn that it happened in; the first ones stay."""
        if self.role is None:
            self.role, self.turn = role, turn
        return self

    def __str__(self) -> str:
        message = super().__str__()
        return message if self.role is None else f"{self.role}, turn {self.turn}: {message}"


class NoServer(LanguageModelError):
    """Nothing answers at the address of the language model's server."""

    def __init__(self, address: str, reason: str) -> None:
        """Say which `address` was tried and what came of it."""
        super().__init__(
            f"no server answers at {address} ({reason}); start one there, such as `ollama serve` "
            "(http://localhost:11434/v1) or `vllm serve MODEL` (http://localhost:8000/v1), or give "
            "another `base_url`."
        )


class WrongAddress(NoServer):
    """The base URL is not where the server answers, and it is known what is wrong with it."""

    def __init__(self, address: str, why: str, other: str) -> None:
        """Say which `address` was tried, why it is wrong, and which `other` one to give."""
        LanguageModelError.__init__(
            self, f"the server at {address} {why}; give `base_url={other}`."
        )


class KeyRefused(LanguageModelError):
    """The server refuses the key, and would refuse every further call."""


class ServerFailed(LanguageModelError):
    """The server answered with an error, with something unreadable, or not in time."""


class MalformedReply(ServerFailed):
    """The server's reply is no chat completion, though it says that all is well."""


class UnknownModel(LanguageModelError, UnknownName):
    """The server does not know the model; the message lists those that it knows."""

    def __init__(self, name: str, known: Iterable[object], address: str) -> None:
        """Say which model was asked for, and which the server at `address` has."""
        known = list(known) or ["none"]
        hint = f"These are the models of the server at {address}."
        UnknownName.__init__(self, "model", name, known, hint)


class BudgetSpent(LanguageModelError):
    """The cap on tokens or on money would be passed by the next call."""


class UnparsableAnswer(LanguageModelError):
    """A model's answer could not be read, nor could those to the requests to repair it."""

    def __init__(self, role: str, turn: int, repairs: int, reason: str) -> None:
        """Say whose answer it was, how often it was asked to repair it, and what is wrong."""
        times = "once" if repairs == 1 else f"{repairs} times"
        tried = f", though its repair was asked for {times}" if repairs else ""
        super().__init__(f"the answer cannot be read{tried}: {reason}")
        self.repairs = repairs
        self.at(role, turn)


class MissingRecording(LanguageModelError):
    """A replay met a request that the store of recordings has no answer to."""


class InvalidRecordings(LanguageModelError):
    """A store of recordings that cannot be read or written."""


class InvalidTranscript(ScgError, ValueError):
    """A transcript that breaks its format; the message names the file and the line."""


def one_line(error: BaseException) -> str:
    """An exception in one line."""
    lines = str(error).splitlines()
    return shown(f"{type(error).__name__}: {lines[0]}") if lines else type(error).__name__
