"""Many sessions by their ids: each move is stored before it is answered; no web.

    host = Host(matchup, MemoryStore())
    key = host.open()                       # a new person, whose key nobody can guess
    host.view(key)                          # JSON, as `Session.view`
    host.move(key, 0, 2)
    host.again(key)                         # the person's next episode

A store keeps seeds and moves, from which a session is made again: one that writes to a database
lets a server that was killed go on where everybody was.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np

from ...core.errors import InvalidAction, InvalidArgument
from .matchup import Matchup
from .recent import Recent
from .session import Session

MOST = 2000
"""Sessions that are kept in memory."""

READY = 128
"""Sessions whose games are held ready; others are made again from the store when they go on."""

_KEY_BYTES = 18
_STREAM = 0x9057


class UnknownSession(InvalidArgument):
    """A key that no session has, or none by now."""

    def __init__(self) -> None:
        super().__init__("no such session; load the page anew.")


@dataclass(frozen=True)
class Record:
    """All that a session is.

    Attributes:
        episode: its number among the person's, from 0.
        seed: of the episode.
        moves: what the person has done.
        heard: what those who are waited for have answered, by agent.
    """

    episode: int
    seed: int
    moves: Sequence[int] = ()
    heard: Mapping[str, Sequence[int]] = field(default_factory=dict)

    @property
    def untouched(self) -> bool:
        """Whether the person has done nothing yet."""
        return not self.moves and self.episode == 0


class Store(Protocol):
    """Where sessions are kept. What a method has returned from is kept for good."""

    def begin(self, key: str, episode: int, seed: int) -> None:
        """Keep that an episode of a person begins."""

    def move(self, key: str, episode: int, turn: int, move: int) -> None:
        """Keep a move."""

    def hear(self, key: str, episode: int, heard: Mapping[str, Sequence[int]]) -> None:
        """Keep what those who are waited for have answered so far; never called without such."""

    def read(self, key: str) -> Record | None:
        """A person's last episode; None of one who is not known."""


class MemoryStore:
    """Keeps sessions as long as the process lives."""

    def __init__(self, most: int = MOST) -> None:
        """Keep so many, at most; of more, who has not moved yet goes first, then the oldest."""
        self._most = most
        self._records: OrderedDict[str, Record] = OrderedDict()

    def begin(self, key: str, episode: int, seed: int) -> None:
        """Keep that an episode of a person begins."""
        self._records[key] = Record(episode, seed)
        self._records.move_to_end(key)
        if len(self._records) > self._most:
            others = [one for one in self._records if one != key]
            idle = (one for one in others if self._records[one].untouched)
            del self._records[next(idle, others[0])]

    def move(self, key: str, episode: int, turn: int, move: int) -> None:
        """Keep a move."""
        kept = self._records[key]
        assert (kept.episode, len(kept.moves)) == (episode, turn), "moves come in their order"
        self._records[key] = replace(kept, moves=(*kept.moves, move))
        self._records.move_to_end(key)

    def hear(self, key: str, episode: int, heard: Mapping[str, Sequence[int]]) -> None:
        """Keep what those who are waited for have answered so far."""
        assert self._records[key].episode == episode, "answers come in their order"
        self._records[key] = replace(self._records[key], heard=heard)

    def read(self, key: str) -> Record | None:
        """A person's last episode; None of one who is not known."""
        return self._records.get(key)


class Host:
    """Plays with many people, each by itself.

    Attributes:
        matchup: what they play.
    """

    def __init__(
        self, matchup: Matchup, store: Store | None = None, *, seed: int = 0, ready: int = READY
    ) -> None:
        """Open the house.

        Args:
            matchup: what everybody plays.
            store: where sessions are kept; in memory if None.
            seed: decides what chance does in each episode, in the order in which they begin.
            ready: sessions whose games are held; others are made again from the store.
        """
        self.matchup = matchup
        self._store: Store = MemoryStore() if store is None else store
        self._np_random = np.random.default_rng([seed, _STREAM])
        self._ready: Recent[tuple[int, Session]] = Recent(ready)
        # Made again from the store, one that waits would ask anew, at each look.
        self._waiting: Recent[tuple[int, Session]] = Recent(MOST)

    def open(self) -> str:
        """Let a new person in; its key."""
        key = secrets.token_urlsafe(_KEY_BYTES)
        self._begin(key, 0)
        return key

    def knows(self, key: Any) -> bool:
        """Whether a key is that of a person."""
        try:
            self._session(key)
        except UnknownSession:
            return False
        return True

    def view(self, key: Any, known: Collection[str] = ()) -> dict[str, Any]:
        """What a person is shown, as `Session.view` has it, and the number of the episode.

        Those who are waited for are asked here, and not waited for here: look again later.

        Raises:
            UnknownSession: nobody has this key.
        """
        episode, session = self._session(key)
        if session.thinking:
            session.go_on()
            self._keep_heard(key, episode, session)
        return {"episode": episode, **session.view(known)}

    def move(self, key: Any, turn: Any, move: Any, *, episode: Any = None) -> None:
        """Make a person's move, which is stored first.

        Args:
            key: whose.
            turn: which turn it is for.
            move: the place of an option.
            episode: which episode it is for; the person's last if None.

        Raises:
            UnknownSession: nobody has this key.
            InvalidAction: a move that is not on offer, or of another turn or episode; nothing has
                changed then.
        """
        now, session = self._session(key)
        if episode is not None and episode != now:
            raise InvalidAction("that game is another one than the one that is being played.")
        checked = session.check(turn, move)
        self._store.move(key, now, turn, checked)
        session.move(turn, checked)
        self._keep_heard(key, now, session)

    def retry(self, key: Any) -> None:
        """Ask those again who have failed to answer.

        Raises:
            UnknownSession: nobody has this key.
            InvalidAction: nobody has failed.
        """
        episode, session = self._session(key)
        session.retry()
        self._keep_heard(key, episode, session)

    def again(self, key: Any) -> None:
        """Begin a person's next episode, when this one has ended.

        Raises:
            UnknownSession: nobody has this key.
            InvalidAction: the episode goes on.
        """
        episode, session = self._session(key)
        if not session.over:
            raise InvalidAction("the game goes on; play it to its end.")
        self._begin(key, episode + 1)

    def _keep_heard(self, key: str, episode: int, session: Session) -> None:
        """Keep what others than the person have answered that no seed repeats."""
        self._hold(key, (episode, session))
        if session.heard:
            self._store.hear(key, episode, session.heard)

    def _begin(self, key: str, episode: int) -> None:
        seed = int(self._np_random.integers(2**31))
        session = Session(self.matchup, seed)
        self._store.begin(key, episode, seed)
        self._ready[key] = episode, session

    def _session(self, key: Any) -> tuple[int, Session]:
        if not isinstance(key, str):
            raise UnknownSession
        found = self._ready.get(key)
        if found is None:
            kept = self._store.read(key)
            if kept is None:
                raise UnknownSession
            found = self._waiting.get(key) or (
                kept.episode,
                Session(self.matchup, kept.seed, kept.moves, kept.heard),
            )
        self._ready[key] = found
        return found

    def _hold(self, key: str, found: tuple[int, Session]) -> None:
        """Hold a session as long as others think in it, however many others are held ready."""
        if found[1].thinking:
            self._waiting[key] = found
        else:
            self._waiting.pop(key, None)
