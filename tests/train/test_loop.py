"""The one loop: propose, judge, tell, with a budget, reasons to stop, and whoever looks on."""

import os
import signal

import numpy as np
import pytest

from scg_envs.core.errors import BudgetSpent, ServerFailed
from scg_envs.core.verbal import Moves
from scg_envs.train.run.interrupt import SearchInterrupted
from scg_envs.train.search.algorithm_1 import Search
from scg_envs.train.search.algorithm_2 import VerbalLoop
from scg_envs.train.search.config import SearchConfig
from scg_envs.train.search.judges import Scored
from scg_envs.train.search.loop import Loop, Reason, Stopped

from .verbal.shop import EVALUATOR, Shop, words


class Halves:
    """Proposes numbers, and remembers what it was told."""

    def __init__(self):
        self.told = []

    def ask(self, number, history, np_random):
        return np_random.random(number) + len(history)

    def sample(self, number, np_random):
        return np.full(number, -1.0)

    def tell(self, points, scores, beside=None):
        self.told.append((points.tolist(), scores.tolist(), beside.tolist()))


class Doubles:
    """Judges a number by its double; a cap is reached at the number named."""

    def __init__(self, cap=np.inf):
        self.cap, self.judged = cap, 0

    def judge(self, proposals, history):
        self.judged += 1
        if self.judged > self.cap:
            raise BudgetSpent("no more")
        return [Scored(2 * x, -x, x, x, 0.0) for x in proposals.tolist()]


class Plain(Loop):
    """The loop with nothing added but what it keeps, a warm-up, and when it has had enough."""

    def __init__(self, judge, *, warm_up=0, enough=np.inf, rounds=6):
        super().__init__(Halves(), judge, rounds=rounds, batch=3, seed=1)
        self.warm_up, self.enough = warm_up, enough

    def _prepare(self, number):
        return number > self.warm_up

    def _entry(self, proposals, judgements, moved):
        return [one.score for one in judgements]

    def _look(self):
        return Stopped(Reason.CERTIFIED) if len(self.history) >= self.enough else None


class Log:
    def __init__(self, ends=None):
        self.told, self.ends = [], ends

    def on_start(self, search):
        self.told.append("start")

    def on_round(self, search, row):
        assert row is search.history[-1]
        self.told.append(len(search.history))
        return len(search.history) != self.ends

    def on_end(self, search):
        self.told.append("end")


def test_what_was_judged_is_told_round_by_round():
    loop = Plain(Doubles())
    assert loop.run() is loop
    assert loop.done
    assert loop.stopped is None
    assert len(loop.proposer.told) == len(loop.history) == 6
    for number, (points, scores, beside) in enumerate(loop.proposer.told):
        assert all(number <= point < number + 1 for point in points)
        assert scores == loop.history[number] == [2 * point for point in points]
        assert beside == [-point for point in points]


def test_in_the_warm_up_it_samples_and_tells_nothing():
    loop = Plain(Doubles(), warm_up=2).run()
    assert loop.history[:2] == [[-2.0] * 3] * 2
    assert len(loop.proposer.told) == 4


def test_it_stops_for_a_reason():
    capped = Plain(Doubles(cap=4)).run()
    assert (len(capped.history), capped.stopped) == (4, Stopped(Reason.CAP, "no more"))
    assert len(capped.proposer.told) == 4  # nothing of the round that was broken off
    settled = Plain(Doubles(), enough=3).run()
    assert (len(settled.history), settled.stopped.reason) == (3, Reason.CERTIFIED)


def barrier():
    return Search(SearchConfig("barrier", evaluations=48, batch=8))


def shop(environment=None):
    generator = Moves(50, 0, 100, words)
    return VerbalLoop(generator, environment or Shop(), EVALUATOR, evaluations=6)


@pytest.mark.parametrize("made", [lambda: Plain(Doubles()), barrier, shop], ids=["plain", "1", "2"])
class TestBothAlgorithms:
    def test_whoever_looks_on_is_told_alike(self, made):
        log, ends = Log(), Log(ends=4)
        made().run([log])
        assert log.told == ["start", 1, 2, 3, 4, 5, 6, "end"]
        log = Log()
        loop = made().run([ends, log])
        assert log.told == ends.told == ["start", 1, 2, 3, 4, "end"]
        assert (len(loop.history), loop.stopped) == (4, None)

    def test_the_first_interruption_lets_the_round_end(self, made):
        class Presses(Log):
            def on_round(self, search, row):
                if len(search.history) == 2:
                    os.kill(os.getpid(), signal.SIGINT)
                return super().on_round(search, row)

        presses, loop = Presses(), made()
        with pytest.raises(SearchInterrupted, match="stopped after 3 of 6 rounds"):
            loop.run([presses])
        assert presses.told == ["start", 1, 2, 3, "end"]

    def test_the_second_drops_it(self, made):
        loop, log = made(), Log()
        judge = loop.judge.judge

        def judged(proposals, history):
            if len(history) == 2:
                for _ in range(2):
                    os.kill(os.getpid(), signal.SIGINT)
            return judge(proposals, history)

        loop.judge.judge = judged
        with pytest.raises(SearchInterrupted, match="stopped after 2 of 6 rounds"):
            loop.run([log])
        assert log.told == ["start", 1, 2, "end"]


def test_a_server_that_is_down_ends_a_search_in_words_as_data():
    class Down:
        def play(self, proposal, rng):
            raise ServerFailed("answers 500")

    loop = shop(Down()).run()
    assert loop.stopped.reason is Reason.OUTAGE
    assert len(loop.history) == 3
    assert loop.stopped.message == loop.result().stopped
    assert all(np.isnan(trial.score) and trial.error is not None for trial in loop.history)
