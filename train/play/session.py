"""One episode of one person: moves in, what the person is shown out, both as JSON; no web.

    session = Session(matchup, seed=3)
    session.view()                          # {"turn": 0, "ask": {...}, "picture": {...}, ...}
    session.move(0, 2)                      # the third of the options
    Session(matchup, 3, session.moves)      # the same session, after a restart

Everything follows from the matchup, the seed and the moves, and from what a language model has
answered (`heard`), which is waited for: meanwhile the session says who thinks, and goes on by
`go_on`. A move names its turn, so that one that comes twice, late or too early is refused, and
nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from ...agents.seats import PatientSeat, PersonSeat, Seat, Turn, picture_of, to_act
from ...core.copies import Copy
from ...core.errors import InvalidAction
from ...games.dialogue.game import TurnGame
from .best import Best, best_commitment, best_play, outcome_of
from .matchup import Dealt, Matchup, Part
from .models import reason_of
from .picture import Picture, picture_json
from .words import result_lines, sentence

_ARROWS = {"up": "ArrowUp", "down": "ArrowDown", "left": "ArrowLeft", "right": "ArrowRight"}
_BUTTONS = 9  # options that have a digit each; of more a list is offered
_MOST_SHOWN = 400  # pictures of an episode that is looked on at
_TAG = re.compile(r"<([^<>/\n]+)> ?(.*?) ?</\1>", re.DOTALL)


class Session:
    """An episode, as far as it has been played.

    Attributes:
        matchup: who plays whom.
        seed: decides everything that chance does.
        moves: what the person has done, as places in what was offered.
        earned: what every agent has earned so far.
        failed: why those who are waited for have not answered, in a line; empty where they may yet.
    """

    def __init__(
        self,
        matchup: Matchup,
        seed: int,
        moves: Iterable[int] = (),
        heard: Mapping[str, Sequence[int]] | None = None,
    ) -> None:
        """Begin, or go on from moves that were made.

        Nobody is asked who is waited for, until `go_on`.

        Args:
            matchup: who plays whom.
            seed: decides everything that chance does.
            moves: what the person has done.
            heard: what those who are waited for have answered, by agent.

        Raises:
            InvalidAction: a move that was not on offer.
        """
        self.matchup, self.seed = matchup, seed
        self.moves: list[int] = []
        self.earned: dict[str, float] = {}
        self._person = PersonSeat()
        self._dealt: Dealt | None = None
        self._shown: list[Picture] = []  # since the last move
        self._turn: Turn | None = None  # which the person is asked
        self._joint: dict[str, int] = {}  # what was chosen in the step that is played
        self._thinking: list[str] = []
        self._before = heard
        self._asks = False
        self.failed = ""
        if matchup.part is not Part.COMMITS:
            self._begin()
        for move in moves:
            self.move(len(self.moves), move)

    @property
    def over(self) -> bool:
        """Whether the episode has ended."""
        return self._dealt is not None and self._dealt.copy.over

    @property
    def thinking(self) -> tuple[str, ...]:
        """The agents whose answers are waited for."""
        return tuple(self._thinking)

    @property
    def heard(self) -> dict[str, list[int]]:
        """What those who are waited for have answered so far, by agent."""
        patient = {} if self._dealt is None else self._dealt.patient
        return {agent: list(seat.answers) for agent, seat in patient.items()}

    def go_on(self) -> None:
        """Ask those who are waited for, and play on if they have answered; at once."""
        self._asks = True
        if self._thinking and not self.failed:
            self._shown = []
            self._play_on()

    def retry(self) -> None:
        """Ask those again who have failed.

        Raises:
            InvalidAction: nobody has.
        """
        if not self.failed:
            raise InvalidAction("nobody has failed to answer.")
        self.failed = ""
        self.go_on()

    @property
    def turn(self) -> Turn | None:
        """What the person is asked; None where it is nothing in the game."""
        return self._turn

    @cached_property
    def best(self) -> Best:
        """What best play would have got, of an episode that is over."""
        return best_play(self.matchup, self.seed)

    @property
    def attained(self) -> bool | None:
        """Whether it ended in the desirable outcome; None while it goes on."""
        return self._dealt.copy.attained if self.over and self._dealt is not None else None

    @property
    def outcome(self) -> str | None:
        """What it ended in; None while it goes on, or where the game names nothing."""
        return outcome_of(self._dealt.copy) if self.over and self._dealt is not None else None

    @property
    def offered(self) -> tuple[int, ...]:
        """What may be done now, as places in the labels; nothing at the end."""
        if self._dealt is None:
            return tuple(range(len(self.matchup.options)))
        return () if self._turn is None else self._turn.legal

    def check(self, turn: Any, move: Any) -> int:
        """The move, if it may be made now.

        Raises:
            InvalidAction: the episode is over, another turn is to be played, or the move is not on
                offer; the message says what is.
        """
        if self.over:
            raise InvalidAction("the game is over; begin another.")
        if self._thinking:
            raise InvalidAction(f"{' and '.join(self._thinking)} must answer first; wait.")
        now = len(self.moves)
        if type(turn) is not int or turn != now:
            played = type(turn) is int and 0 <= turn < now
            why = "has been played" if played else "is not being played"
            raise InvalidAction(f"turn {_brief(turn)} {why}; it is turn {now}.")
        if type(move) is not int or move not in self.offered:
            raise InvalidAction(f"move {_brief(move)} is not on offer now.")
        return move

    def move(self, turn: Any, move: Any) -> None:
        """Make a move, and play on until the person is to act again.

        Args:
            turn: which turn it is for: how many moves were made before.
            move: the place of an option, as `view` numbers them.

        Raises:
            InvalidAction: see `check`; nothing has changed then.
        """
        move = self.check(turn, move)
        self.moves.append(move)
        self._shown = []
        if self._dealt is None:
            self._begin(move)
            return
        self._person.say(move)
        self._play_on()

    def _begin(self, point: int | None = None) -> None:
        self._dealt = self.matchup.deal(self.seed, point, self._before)
        self.earned = dict.fromkeys(self._dealt.copy.env.possible_agents, 0.0)
        if point is not None:
            self._show()
        self._play_on()

    def _play_on(self) -> None:
        """Play until somebody has to make up its mind, or the end."""
        dealt, person, joint = self._dealt, self.matchup.person, self._joint
        assert dealt is not None
        copy = dealt.copy
        self._turn, self._thinking = None, []
        while not copy.over:
            turns = [Turn(copy, agent, dealt.told[agent]) for agent in to_act(copy)]
            for turn in sorted(turns, key=lambda turn: turn.agent != person):  # the person first
                if turn.agent in joint:
                    continue
                own = turn.agent == person
                move = self._asked(self._person if own else dealt.seats[turn.agent], turn)
                if move is not None:
                    joint[turn.agent] = move + turn.first
                elif own:
                    self._turn = turn
                    return
                else:
                    self._thinking.append(turn.agent)
            if self._thinking:
                return
            copy.play(dict(joint))
            joint.clear()
            for agent, reward in copy.rewards.items():
                self.earned[agent] += float(reward)
            if self.matchup.part is Part.COMMITS:
                self._show()

    def _asked(self, seat: Seat, turn: Turn) -> int | None:
        """What a seat answers; None of who has not made up its mind, or has failed."""
        legal = turn.legal
        if len(legal) == 1 and isinstance(seat, PersonSeat | PatientSeat):
            return legal[0]
        if not isinstance(seat, PatientSeat):
            return seat.ask(turn)
        if not (seat.knows or (self._asks and not self.failed)):
            return None
        try:
            return seat.ask(turn)
        except Exception as error:  # whatever a thread has met; the person can ask again
            self.failed = reason_of(error)
            return None

    def _show(self) -> None:
        if len(self._shown) < _MOST_SHOWN:
            self._shown.append(self._now())

    # What the page shows.

    def view(self, known: Collection[str] = ()) -> dict[str, Any]:
        """All that the person is shown, as JSON.

        Args:
            known: names of images that the page has already.
        """
        matchup, dealt = self.matchup, self._dealt
        picture = self._now()
        view: dict[str, Any] = {
            "you": matchup.person,
            "turn": len(self.moves),
            "over": self.over,
            "announcement": "" if dealt is None else sentence(dealt.announcement),
            "ask": self._ask(),
            "picture": picture_json(picture, known),
            "before": [picture_json(one, known) for one in self._shown[:-1]],
            "fields": [],
            "talk": [],
            "text": "",
            "waits": self._waits(),
            "earned": {agent: round(paid, 6) for agent, paid in self.earned.items()},
            "result": self._result() if self.over else None,
        }
        if dealt is not None:
            text = Turn(dealt.copy, matchup.person, dealt.announcement).text
            fields = _TAG.findall(text)
            view["fields"] = [[name, words.strip()] for name, words in fields]
            view["text"] = "" if fields else text
            view["talk"] = [list(line) for line in getattr(_game(dealt.copy), "conversation", ())]
        return view

    def _waits(self) -> dict[str, Any] | None:
        """Who is waited for, and what went wrong; None where nobody is."""
        if not self._thinking:
            return None
        return {"agents": list(self._thinking), "failed": self.failed}

    def _now(self) -> Picture:
        """The game as it stands; where a commitment is to be chosen, its beginning.

        A conversation that is drawn as such is none: the page has its lines.
        """
        copy = self._beginning() if self._dealt is None else self._dealt.copy
        return None if _talks(_game(copy)) else picture_of(copy)

    def _beginning(self) -> Copy:
        """The game before anybody has committed."""
        copy = Copy(self.matchup.problem.setup)
        copy.env.reset(seed=self.seed)
        return copy

    def _ask(self) -> dict[str, Any] | None:
        """What the person is asked: a prompt and the options; None at the end."""
        if self.over or self._thinking:
            return None
        if self._dealt is None:
            labels, prompt = self.matchup.options, "What will you announce before play?"
        else:
            assert self._turn is not None
            labels, prompt = self._turn.actions, "What will you do?"
        offered = self.offered
        arrows = {labels[k] for k in offered} >= set(_ARROWS) or _turns(labels)
        options = []
        for number, place in enumerate(offered, 1):
            label = labels[place]
            key = ""
            if arrows and label in _ARROWS:
                key = _ARROWS[label]
            elif len(offered) <= _BUTTONS:
                key = str(number)
            options.append({"move": place, "label": label, "key": key})
        return {"prompt": prompt, "options": options, "pad": arrows}

    def _result(self) -> dict[str, Any]:
        """What the episode ended in, what it was worth, and what the best would have got."""
        matchup = self.matchup
        wanted = matchup.problem.desirable
        result: dict[str, Any] = {
            "outcome": self.outcome,
            "wanted": wanted,
            "attained": bool(self.attained),
            "earned": round(self.earned[matchup.person], 6),
        }
        if matchup.part is Part.COMMITS:
            best = best_commitment(matchup, self.moves[0])
        else:
            best = self.best
        assert self._dealt is not None
        kept = getattr(self._dealt.copy.env, "kept", {})
        broken = [agent for agent, binds in kept.items() if not binds]
        if broken and matchup.part is not Part.PLAYS:
            best.notes.append(f"This time {' and '.join(broken)} did not keep what was announced.")
        result |= best.to_json()
        return result | {"lines": result_lines(matchup, result)}


def _game(copy: Copy) -> Any:
    return copy.env.unwrapped


def _talks(game: Any) -> bool:
    """Whether the game's picture is of its conversation alone."""
    drawn = isinstance(game, TurnGame) and type(game)._frame is TurnGame._frame
    return drawn and game.board() is None


def _turns(labels: Collection[str]) -> bool:
    """Whether actions are a pair of opposite directions, such as up and down."""
    return set(labels) in ({"up", "down"}, {"left", "right"})


def _brief(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 40 else f"{shown[:37]}..."
