"""One client for every language model: asks the server or the recordings, and keeps to a budget."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from ...core.checks import check_whole
from ...core.errors import InvalidArgument, MalformedReply, ServerFailed, UnknownModel
from ...core.extras import require
from .budget import Budget
from .redaction import Redactor, find_server
from .request import Answer, Message, Request
from .store import Mode, Store, check_mode

if TYPE_CHECKING:
    from .server import Server

_MALFORMED_RETRIES = 2


@dataclass(frozen=True)
class Sampling:
    """How answers are drawn.

    Attributes:
        temperature: from 0 (the likeliest answer) on; the server's default if None.
        seed: the server's seed for sample 0, one more for each further; none is sent if None.
        max_tokens: the most tokens of one answer.
    """

    temperature: float | None = 0.0
    seed: int | None = 0
    max_tokens: int = 1024

    def __post_init__(self) -> None:
        check_whole("max_tokens", self.max_tokens, 1)
        if self.seed is not None:
            check_whole("seed", self.seed, 0, 2**62)
        if self.temperature is not None and not 0.0 <= self.temperature < float("inf"):
            raise InvalidArgument(
                f"temperature is {self.temperature!r}; expected a number from 0 on, or None."
            )


class Client:
    """Asks one model, live or from recordings.

    Attributes:
        model: the model's name.
        mode: one of `MODES`.
        budget: caps and spending of the live calls.
        sampling: the settings of calls that bring none of their own.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        mode: str = "live",
        recordings: str | Path | None = None,
        budget: Budget | None = None,
        sampling: Sampling | None = None,
        timeout: float = 120.0,
        max_retries: int = 2,
    ) -> None:
        """Prepare the client; nothing is asked yet.

        Args:
            model: as the server names it.
            base_url: the server's; the variable OPENAI_BASE_URL if None. Not used by
                `replay-only`, which needs neither a server nor the package `openai`.
            api_key: the server's; the variable OPENAI_API_KEY if None.
            mode: one of `MODES`.
            recordings: the file of the recordings; needed by all modes but `live`.
            budget: the caps; none if None.
            sampling: temperature, seed and length of answers.
            timeout: seconds for one try.
            max_retries: how often the `openai` client tries again.

        Raises:
            ScgError: any argument that cannot be.
            MissingExtra: a live mode without the package `openai`.
        """
        self.model = model
        self.mode: Mode = check_mode(mode)
        self.budget = budget or Budget()
        self.sampling = sampling or Sampling()
        self._server: Server | None = None
        self._store: Store | None = None
        # What this run has recorded stands, so that its replay meets the same answers.
        self._recorded: set[tuple[str, int]] = set()
        where, key = find_server(base_url, api_key)
        self._redact = Redactor(key, *where.secrets)  # replays too must ask what was recorded
        if self.mode != "live" and recordings is None:
            raise InvalidArgument(f"mode {mode!r} needs a file of recordings; give its path.")
        if self.mode == "live" and recordings is not None:
            raise InvalidArgument(
                f"recordings is {str(recordings)!r}, and mode 'live' neither reads nor writes any; "
                "take the mode record, replay or replay-only, or drop it."
            )
        if self.mode != "replay-only":
            require("asking a language model", "openai", extra="llm")
            from .server import Server

            self._server = Server(base_url, api_key, timeout=timeout, max_retries=max_retries)
        if self.mode != "live" and recordings is not None:  # last: a mistake leaves no file behind
            self._store = Store(recordings, read_only=self.mode == "replay-only")

    def check_model(self) -> None:
        """See, before a run, that the server is there and has the model; free of charge.

        A server that does not list its models is taken at its word when it is asked.

        Raises:
            NoServer: nothing answers.
            KeyRefused: the server refuses the key.
            UnknownModel: the model is not among the server's.
        """
        if self._server is not None:
            try:
                known = self._server.models()
            except ServerFailed:
                return
            if known and self.model not in known:
                raise UnknownModel(self.model, known, self._server.address)

    def ask(
        self,
        messages: Sequence[Message],
        *,
        sample: int = 0,
        schema: Mapping[str, Any] | None = None,
        sampling: Sampling | None = None,
    ) -> Answer:
        """Ask for the next message of a conversation.

        A reply that is no chat completion is asked for again, twice at most.

        Args:
            messages: the conversation, each message with `role` and `content`.
            sample: which of the samples of this request, from 0 on: the episode's number, say, so
                that episodes that begin alike need not go on alike.
            schema: a JSON schema that the answer is to follow, if the server can.
            sampling: settings of this call; the client's if None.

        Raises:
            BudgetSpent: the call might pass a cap; it was not made.
            MissingRecording: `replay-only` and no such recording.
            NoServer, KeyRefused, UnknownModel, ServerFailed: the server's errors.
        """
        how = sampling or self.sampling
        request = Request(
            model=self.model,
            messages=tuple({k: self._redact(v) for k, v in m.items()} for m in messages),
            max_tokens=how.max_tokens,
            temperature=how.temperature,
            seed=how.seed,
            schema=schema,
        )
        asked = (request.key(), sample)
        if self._store is not None and (self.mode != "record" or asked in self._recorded):
            recorded = self._store.get(request, sample)
            if recorded is not None:
                self.budget.count_replay()
                return recorded
            if self.mode == "replay-only":
                raise self._store.missing(request, sample)
        answer = self._ask_server(request, sample)
        if self._store is not None:
            self._recorded.add(asked)
            return self._store.put(request, sample, answer, replace=self.mode == "record")
        return answer

    def _ask_server(self, request: Request, sample: int) -> Answer:
        assert self._server is not None
        malformed = 0
        while True:
            with self.budget.reserved(request) as reservation:
                try:
                    answer = self._server.complete(request, sample, reservation)
                except MalformedReply:
                    if malformed == _MALFORMED_RETRIES:
                        raise
                    malformed += 1
                    continue
                reservation.answer = replace(answer, retries=answer.retries + malformed)
                return reservation.answer

    @property
    def recorded(self) -> list[tuple[str, int]]:
        """Keys and samples of the answers that this run has recorded, and that stand."""
        return sorted(self._recorded)

    def keep_recorded(self, recorded: Iterable[tuple[str, int]]) -> None:
        """Go on with a run that has recorded these already."""
        self._recorded.update((str(key), int(sample)) for key, sample in recorded)

    def close(self) -> None:
        """Close connections and the file of recordings."""
        if self._server is not None:
            self._server.close()
        if self._store is not None:
            self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
