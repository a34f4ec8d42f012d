"""One role's turns with a model: ask, read, and ask to repair what could not be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ...core.checks import check_whole
from ...core.errors import InvalidAnswer, LanguageModelError, ScgError, UnparsableAnswer
from ...core.json_types import plain
from ...games.dialogue.answers import check_length, without_reasoning
from .budget import Usage
from .client import Client, Sampling
from .completion import one_line
from .prompts import load_prompt
from .request import Answer, Message
from .transcript import Episode, Failed, Turn

T = TypeVar("T")

_SHOWN_BACK = 4000  # characters of a bad answer that are shown to the model again


@dataclass(frozen=True)
class Reply(Generic[T]):
    """An answer that could be read.

    Attributes:
        value: what it says.
        text: the answer.
        failed: answers before it that could not be read.
        usage: of all of them.
    """

    value: T
    text: str
    failed: tuple[Failed, ...]
    usage: Usage


class Speaker:
    """Speaks for one role through a client.

    Attributes:
        client: who is asked.
        role: the role's name, for errors and transcripts.
        repairs: how often an answer that cannot be read may be repaired.
        usage: of all its turns so far.
    """

    def __init__(
        self, client: Client, role: str, *, repairs: int = 2, sampling: Sampling | None = None
    ) -> None:
        """Speak for `role`.

        Raises:
            InvalidArgument: `repairs` is no whole number from 0 on.
        """
        self.client, self.role, self.sampling = client, role, sampling
        self.repairs = check_whole("repairs", repairs, 0)
        self.usage = Usage()

    def ask(
        self,
        messages: Sequence[Message],
        read: Callable[[str], T],
        *,
        turn: int,
        sample: int = 0,
        schema: Mapping[str, Any] | None = None,
        episode: Episode | None = None,
    ) -> Reply[T]:
        """Ask until an answer can be read, `1 + repairs` times at most.

        The model is shown its bad answer and what is wrong with it.

        Args:
            messages: the conversation up to this turn.
            read: reads an answer, without the reasoning before it; a `ScgError` means that it
                can't.
            turn: the number of this turn of the role, for errors.
            sample: which sample of the request (see `Client.ask`).
            schema: a JSON schema that the answer is to follow, if the server can.
            episode: the turn is added to it, whether it succeeds or fails.

        Raises:
            UnparsableAnswer: the last repair could not be read either.
            LanguageModelError: of the client's, naming role and turn.
        """
        conversation = list(messages)
        failed: list[Failed] = []
        usage = Usage()

        def end(text: str = "", parsed: Any = None, error: Exception | None = None) -> None:
            self.usage.add(usage)
            if episode is not None:
                said = Turn(
                    self.role,
                    turn,
                    text,
                    plain(parsed),
                    tuple(failed),
                    None if error is None else str(error),
                )
                episode.add(said, usage)

        while True:
            try:
                answer = self.client.ask(
                    conversation, sample=sample, schema=schema, sampling=self.sampling
                )
            except LanguageModelError as error:
                end(error=error.at(self.role, turn))
                raise
            usage.count(answer)
            said = without_reasoning(answer.text)
            try:
                value = _read(answer, said, read)
            except ScgError as error:
                failed.append(Failed(answer.text or answer.refusal or "", str(error)))
                if len(failed) > self.repairs:
                    failure = UnparsableAnswer(self.role, turn, self.repairs, one_line(str(error)))
                    end(error=failure)
                    raise failure from error
            else:
                end(answer.text, value)
                return Reply(value, said, tuple(failed), usage)
            usage.repairs += 1
            shown = said or answer.refusal or "(no answer)"
            request = load_prompt("repair").fill(error=failed[-1].error)
            # All attempts stay, so that no two requests of a turn are the same to the recordings.
            conversation += [
                {"role": "assistant", "content": shown[:_SHOWN_BACK]},
                {"role": "user", "content": request},
            ]


def _read(answer: Answer, said: str, read: Callable[[str], T]) -> T:
    """The value of an answer, or a `ScgError` that says what hindered it."""
    if answer.refusal is not None:
        raise InvalidAnswer("the answer is a refusal; expected a move.")
    check_length(answer.text)
    if not said:
        raise InvalidAnswer(_why_empty(answer))
    try:
        return read(said)
    except ScgError as error:
        if answer.finish_reason == "length":
            raise InvalidAnswer(f"the answer was cut off at its limit of tokens: {error}") from None
        raise


def _why_empty(answer: Answer) -> str:
    """What is known of an answer without words."""
    why = "the answer is empty"
    if answer.elsewhere:
        why += f": all that was written is in {answer.elsewhere!r}, and nothing in 'content'"
    elif answer.text.strip():
        why += ": all that was written is reasoning"
    if answer.finish_reason == "length":
        why += "; it was cut off at its limit of tokens, allow more of them"
    return f"{why}."
