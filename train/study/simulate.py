"""Scripted participants, who take part through the real pages: for tests, and to plan a study.

What they do in a trial is `best`, the exact best response, `random`, or what a named strategy or a
population does that plays the game; by `slip` they take any option instead. After a trial they
want, and of two outcomes like better, the desirable outcome, and of others the one that the game
names first. A study of some hundred of them says how wide its intervals will be if people play so;
people need not.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from time import perf_counter, sleep
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import numpy as np
from starlette.types import ASGIApp

# Here and not where it is used: threads that import it at once may lock each other out.
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage
from websockets.sync.client import connect

from ...agents.populations.automata import AutomatonResponder
from ...agents.seats import PolicySeat, Turn
from ...core.errors import ScgError, one_line
from ..play.matchup import Part
from ..play.server import served
from ..play.session import Session
from .course import ON, SIDES, Course, Trial, WrongAnswer
from .games import Games
from .habits import Habit, habit_of
from .host import StudyHost
from .limits import Limit
from .plan import Study
from .store import Store
from .web import make_app

BEST, RANDOM = "best", "random"
_STREAM = 0x51
_AGAIN = 0.05  # seconds until a server that has gone is tried again
_AT_ONCE = 8  # participants
_PATIENCE = 60.0  # seconds that it is waited for


class NoServer(ScgError):
    """The study's server cannot be reached."""


@dataclass(frozen=True)
class Script:
    """How participants behave.

    Attributes:
        skill: what they do in trials: `best`, `random`, or what `habit_of` knows.
        slip: the chance of any option instead, in [0, 1].
        seed: of their chance.
    """

    skill: str = BEST
    slip: float = 0.0
    seed: int = 0


def _in_order(games: Games) -> list[str]:
    """The outcomes, what is liked best first."""
    desirable = games.free.problem.desirable
    return sorted(games.outcomes, key=lambda outcome: outcome != desirable)


Best = Callable[[Turn], int | None]


def best_of(session: Session) -> Best:
    """What best play does in an episode; None where nobody knows.

    To a commitment, and to what is met by chance, it is the exact best response; where all play an
    equilibrium, that one.
    """
    matchup, person = session.matchup, session.matchup.person
    problem = matchup.problem
    if matchup.part is Part.PLAYS:
        free = problem.free_play(np.random.default_rng(session.seed))
        own = free.setup.fixed.get(person)
        if own is not None:
            own.reset(np.random.default_rng([session.seed, _STREAM]))
            return lambda turn: int(own.act(turn.observation)) - turn.first
        if not free.setup.committed:
            return lambda turn: None
    assert session.turn is not None, "it goes on"
    policy = problem.solver.best_responses()[person]
    return PolicySeat(policy, session.turn.copy.env, person, key=session.seed).ask


class Scripted:
    """A participant's mind: it knows the game as the server does, and answers what is shown.

    Attributes:
        course: its own, in which every answer that was taken is given again.
        pending: the answer that was sent and not confirmed yet; None if there is none.
    """

    def __init__(
        self,
        games: Games,
        course: Course,
        number: int,
        script: Script,
        habit: AutomatonResponder | None = None,
    ) -> None:
        """Sit down.

        Args:
            games: what is played.
            course: its own, in which everything that was answered is answered again.
            number: its number.
            script: how it behaves.
            habit: who has the script's habit; found by its name if None.
        """
        self.course = course
        if habit is None and script.skill not in (BEST, RANDOM):
            habit = habit_of(script.skill, games)
        self._habit = habit
        self.pending: Any = None
        self._script = script
        self._np_random = np.random.default_rng([script.seed, number, _STREAM])
        self._best: tuple[Session, Best] | None = None
        self._liked = _in_order(games)

    def answer(self, page: dict[str, Any]) -> Any:
        """What it answers to a page."""
        stage = page["stage"]
        if stage == "trial":
            return self._move(page["game"])
        if stage == "wanted":
            return self._liked[0]
        if stage == "comparison":
            return min(SIDES, key=lambda side: self._liked.index(page[side]))
        if stage == "questions":
            return {one["name"]: self._said(one) for one in page["questions"]}
        return ON

    def go_on(self, answer: Any) -> None:
        """Remember that an answer was taken."""
        self.pending = None
        self.course.take(answer, 0.0)

    def _move(self, view: dict[str, Any]) -> Any:
        if view["over"]:
            return ON
        offered = [option["move"] for option in view["ask"]["options"]]
        if self._script.skill != RANDOM:
            session = self.course.session
            assert session is not None, "it is where the server is"
            assert session.turn is not None, "it goes on"
            if self._best is None or self._best[0] is not session:
                own = None if self._habit is None else Habit(self._habit, self._np_random)
                self._best = session, best_of(session) if own is None else own.ask
            best = self._best[1](session.turn)  # asked even where it slips: it may remember
            if best is not None and self._np_random.random() >= self._script.slip:
                return best
        return int(self._np_random.choice(offered))

    def _said(self, asked: dict[str, Any]) -> Any:
        if asked["kind"] == "choice":
            return str(self._np_random.choice(asked["choices"]))
        if asked["kind"] == "text":
            return "nothing"
        return int(self._np_random.integers(asked["least"], asked["most"], endpoint=True))


@dataclass
class Taken:
    """What came of taking part.

    Attributes:
        answers: that the server has taken.
        trials: that were played to their end, practice among them.
        lost: answers that the server had taken and then did not know of.
        again: how often the connection had to be made again.
        seconds: from each answer to the page that followed it, while the server was there.
    """

    answers: int = 0
    trials: int = 0
    lost: int = 0
    again: int = 0
    seconds: list[float] = field(default_factory=list)


def take_part(
    address: str,
    token: str,
    mind: Callable[[str], Scripted],
    think: Callable[[], float] = lambda: 0.0,
) -> Taken:
    """Take part in a study to its end, whatever becomes of the server in between.

    Args:
        address: of the server, such as http://127.0.0.1:8322/.
        token: the study's.
        mind: who answers, told the secret that it was let in with.
        think: the seconds that it takes for an answer, drawn anew for each.

    Raises:
        NoServer: it is not there, and does not come within a minute.
        WrongAnswer: it refuses what the mind answers.
    """
    gone = (OSError, EOFError, ConnectionClosed, InvalidHandshake, InvalidMessage, TimeoutError)
    where = f"ws://{urlsplit(address).netloc}/study"
    origin: Any = address.rstrip("/")
    found, cookie, scripted = Taken(), "", None
    patience = perf_counter() + _PATIENCE
    while scripted is None or not scripted.course.ended:
        try:
            if scripted is None:
                cookie = _let_in(address, token)
                scripted = mind(cookie.partition("=")[2])
            with connect(where, origin=origin, additional_headers={"Cookie": cookie}) as socket:
                page = json.loads(socket.recv())
                patience = perf_counter() + _PATIENCE
                _follow(scripted, page, found, socket.send, socket.recv, think)
        except gone as error:
            if perf_counter() > patience:
                raise NoServer(f"{address} is gone: {one_line(error)}.") from error
            found.again += 1
            sleep(_AGAIN)
    return found


def _follow(
    scripted: Scripted,
    page: dict[str, Any],
    found: Taken,
    send: Callable[[str], None],
    receive: Callable[[], str | bytes],
    think: Callable[[], float],
) -> None:
    """Answer pages until the end, or until the connection breaks."""
    course = scripted.course
    sent = scripted.pending
    if sent is not None and page["step"] == course.step + 1:  # taken, though its answer was lost
        scripted.go_on(sent)
        found.answers += 1
    elif page["step"] != course.step:
        found.lost += course.step - page["step"]
        raise NoServer(
            f"the server is at step {page['step']}, and {course.step} answers were given."
        )
    while not course.ended:
        answer = scripted.answer(page) if scripted.pending is None else scripted.pending
        scripted.pending = answer
        sleep(think())
        began = perf_counter()
        send(json.dumps({"step": course.step, "answer": answer}))
        page = json.loads(receive())
        if page["refused"] and page["step"] == course.step:  # too fast, or not kept
            sleep(_AGAIN)
            continue
        if page["step"] != course.step + 1:  # where it is, a refused one was kept the first time
            raise WrongAnswer(page["refused"] or f"step {course.step} was not taken.")
        found.seconds.append(perf_counter() - began)
        found.answers += 1
        scripted.go_on(answer)
    found.trials = sum(isinstance(record, Trial) for record in course.records)


def _let_in(address: str, token: str) -> str:
    """The cookie of a new participant."""
    with urlopen(f"{address}?token={token}", timeout=_PATIENCE) as answered:
        return str(answered.headers["Set-Cookie"]).partition(";")[0]


def simulate(study: Study, store: Store, games: Games, people: int, script: Script) -> list[Taken]:
    """Let scripted participants take part, through pages that are served for them alone.

    Args:
        study: what is run.
        store: its database, which nobody has taken part in.
        games: what is played.
        people: how many take part, a few at a time.
        script: how they behave.

    Raises:
        NoServer: the study has fewer places.
    """
    host = StudyHost(study, store, games)
    habit = None if script.skill in (BEST, RANDOM) else habit_of(script.skill, games)
    free = Limit(math.inf, math.inf)

    def mind(secret: str) -> Scripted:
        one = store.find(secret)
        assert one is not None, "it was let in"
        return Scripted(games, games.course(one.number, one.began), one.number, script, habit)

    def make(port: int) -> ASGIApp:
        return make_app(host, port=port, begins=free, answers=free)

    with served(make, most_bytes=study.most_bytes) as address, ThreadPoolExecutor(_AT_ONCE) as pool:
        parts = [pool.submit(take_part, address, store.token, mind) for _ in range(people)]
        return [part.result() for part in parts]
