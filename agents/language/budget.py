"""Caps on tokens and on money that hold, and the count of what was used by whom."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from ...core.checks import check_whole
from ...core.errors import BudgetSpent, InvalidArgument, RunFolderError
from ...core.record_form import record_form
from ...core.state_form import Real, Whole, check
from .request import Answer, Request


@dataclass(frozen=True)
class Prices:
    """What a million tokens cost, in any currency.

    Attributes:
        prompt: of the question.
        completion: of the answer.
    """

    prompt: float
    completion: float

    def __post_init__(self) -> None:
        for name, price in asdict(self).items():
            _check_money(f"the price of {name} tokens", price)

    def of(self, prompt_tokens: int, completion_tokens: int) -> float:
        """What so many tokens cost."""
        return (prompt_tokens * self.prompt + completion_tokens * self.completion) / 1e6


@dataclass
class Usage:
    """What calls used: of a role, of an episode, or of a run.

    Attributes:
        calls: answers, replayed ones included.
        prompt_tokens: tokens of the questions.
        completion_tokens: tokens of the answers.
        repairs: requests to repair an answer that could not be read.
        retries: tries that failed on the way or at the server, and were made again.
    """

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    repairs: int = 0
    retries: int = 0

    def count(self, answer: Answer) -> None:
        """Add an answer."""
        self.calls += 1
        self.prompt_tokens += answer.prompt_tokens
        self.completion_tokens += answer.completion_tokens
        self.retries += answer.retries

    def add(self, other: Usage) -> None:
        """Add another count."""
        for name, value in asdict(other).items():
            setattr(self, name, getattr(self, name) + value)

    def to_json(self) -> dict[str, int]:
        """As JSON types."""
        return asdict(self)


_SPENT = {
    "usage": record_form(Usage),
    "lost_tokens": Whole(),
    "replayed": Whole(),
    "money": Real(0),
}


class Budget:
    """The hard cap of a run.

    Before a call, the most that it can cost is set aside (`Request.token_bound`); a call that
    would pass the cap is not made. Afterwards what the server reports takes its place. So the
    caps hold under concurrent calls too, and the last stretch below a cap may stay unspent. A call
    that broke off after the server may have worked counts with its bound. A cap can be passed only
    by the last call, if its server answers longer than it was allowed to or breaks off repeatedly
    within that one call. Replays are free.

    Attributes:
        usage: of all live calls.
        replayed: answers that came from recordings.
        money: spent so far; 0 without prices.
        listen: told `state` before and after each live call, to write it down.
    """

    def __init__(
        self,
        *,
        max_tokens: int | None = None,
        max_money: float | None = None,
        prices: Prices | None = None,
    ) -> None:
        """Set the caps; None for no cap.

        Args:
            max_tokens: of all questions and answers together.
            max_money: in the currency of `prices`.
            prices: what tokens cost; needed for `max_money`.

        Raises:
            InvalidArgument: a cap below zero, or one on money without prices.
        """
        if max_tokens is not None:
            check_whole("the cap on tokens", max_tokens, 0)
        if max_money is not None:
            _check_money("the cap on money", max_money)
            if prices is None:
                raise InvalidArgument(
                    "a cap on money needs prices; give what a million tokens of the prompt and of "
                    "the completion cost."
                )
        self.max_tokens, self.max_money, self.prices = max_tokens, max_money, prices
        self.usage = Usage()
        self.replayed = 0
        self.money = 0.0
        self.listen: Callable[[dict[str, Any]], None] | None = None
        self._lost_tokens = 0
        self._held_tokens = 0
        self._held_money = 0.0
        self._lock = threading.Lock()

    @property
    def tokens(self) -> int:
        """Tokens spent so far, with the bounds of calls that broke off."""
        return self.usage.prompt_tokens + self.usage.completion_tokens + self._lost_tokens

    @contextmanager
    def reserved(self, request: Request) -> Iterator[Reservation]:
        """Set aside what a call may cost at most, for as long as it takes.

        Raises:
            BudgetSpent: that would pass a cap.
        """
        tokens = request.token_bound
        prompt = tokens - request.max_tokens
        money = self.prices.of(prompt, request.max_tokens) if self.prices else 0.0
        with self._lock:
            self._check(tokens, money)
            self._held_tokens += tokens
            self._held_money += money
        reservation = Reservation()
        try:
            self._tell()
            yield reservation
        except KeyboardInterrupt:  # the server may be working for nothing
            reservation.lost += 1
            raise
        finally:
            with self._lock:
                self._held_tokens -= tokens
                self._held_money -= money
                answer = reservation.answer
                if answer is not None:
                    self.usage.count(answer)
                    if self.prices:
                        self.money += self.prices.of(answer.prompt_tokens, answer.completion_tokens)
                self._lost_tokens += tokens * reservation.lost
                self.money += money * reservation.lost
            self._tell()

    def _check(self, tokens: int, money: float) -> None:
        if self.max_tokens is not None:
            taken = self.tokens + self._held_tokens
            if taken + tokens > self.max_tokens:
                raise BudgetSpent(
                    f"the cap of {self.max_tokens} tokens is reached: {taken} are spent after "
                    f"{self.usage.calls} calls, and the next may take up to {tokens}; raise the "
                    "cap, or play less."
                )
        if self.max_money is not None:
            owed = self.money + self._held_money
            if owed + money > self.max_money:
                raise BudgetSpent(
                    f"the cap of {self.max_money:g} in money is reached: {owed:.4g} are spent "
                    f"after {self.usage.calls} calls, and the next may cost up to {money:.4g}; "
                    "raise the cap, or play less."
                )

    def count_replay(self) -> None:
        """Count an answer that came from a recording."""
        with self._lock:
            self.replayed += 1

    def state(self) -> dict[str, Any]:
        """What `load_state` needs, as JSON types; calls that are under way count as lost."""
        return {
            "usage": self.usage.to_json(),
            "lost_tokens": self._lost_tokens + self._held_tokens,
            "replayed": self.replayed,
            "money": self.money + self._held_money,
        }

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Count on from what `state` returned; the caps may be others by now.

        Raises:
            RunFolderError: the state is damaged.
        """
        try:
            check(state, _SPENT)
        except ValueError as error:
            raise RunFolderError(f"what a run has spent cannot be read: {error}.") from None
        self.usage, self._lost_tokens = Usage(**state["usage"]), state["lost_tokens"]
        self.replayed, self.money = state["replayed"], float(state["money"])

    def _tell(self) -> None:
        if self.listen is not None:
            with self._lock:
                self.listen(self.state())

    def to_json(self) -> dict[str, Any]:
        """The run's spending as JSON types, for its report."""
        return {
            **self.usage.to_json(),
            "lost_tokens": self._lost_tokens,
            "replayed": self.replayed,
            "money": self.money if self.prices else None,
            "max_tokens": self.max_tokens,
            "max_money": self.max_money,
        }


class Reservation:
    """What became of a call.

    Attributes:
        answer: what the server returned at last, if it did.
        lost: tries that broke off after the server may have worked.
    """

    def __init__(self) -> None:
        self.answer: Answer | None = None
        self.lost = 0


def _check_money(name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        value_is_fine = False
    else:
        value_is_fine = math.isfinite(value) and value >= 0
    if not value_is_fine:
        raise InvalidArgument(f"{name} is {value!r}; expected a number from 0 on.")
