"""Who looks on at a search: told of every round, in order, and able to end it."""

import csv
import os
import signal

import pytest

from scg_envs.train.search import SearchInterrupted, resume, search

FEW = {"evaluations": 80, "batch": 8}


class Log:
    """Writes down what it is told, and ends the search after some rounds."""

    def __init__(self, rounds=None):
        self.told, self._rounds = [], rounds

    def on_start(self, search):
        self.told.append(("start", len(search.history)))

    def on_round(self, search, row):
        assert row is search.history[-1]
        self.told.append(("round", row["iteration"]))
        return self._rounds is None or len(self.told) <= self._rounds

    def on_end(self, search):
        self.told.append(("end", len(search.history)))


def test_a_callback_is_told_of_every_round():
    log = Log()
    result = search("barrier", callbacks=[log], **FEW)
    assert log.told == [("start", 0), *(("round", k) for k in range(1, 11)), ("end", 10)]
    again = search("barrier", **FEW).to_json()
    # It decides nothing.
    assert {**result.to_json(), "wall_seconds": 0} == {**again, "wall_seconds": 0}


def test_one_callback_ends_a_search_and_the_others_are_told(tmp_path):
    log, short = Log(), Log(rounds=3)
    result = search("barrier", callbacks=[short, log], out=tmp_path / "run", **FEW)
    assert log.told == [("start", 0), ("round", 1), ("round", 2), ("round", 3), ("end", 3)]
    assert result.evaluations == 3 * FEW["batch"]
    with (tmp_path / "run" / "metrics.csv").open() as file:
        assert len(list(csv.DictReader(file))) == 3


def test_the_end_is_told_after_an_error_and_a_resumed_search_starts_where_it_was(tmp_path):
    class Fails(Log):
        def on_round(self, search, row):
            super().on_round(search, row)
            if row["iteration"] == 7:
                raise KeyError("mine")

    fails, log = Fails(), Log()
    with pytest.raises(KeyError, match="mine"):
        search("barrier", callbacks=[fails], out=tmp_path / "run", **FEW)
    assert fails.told[-1] == ("end", 7)
    resume(tmp_path / "run", callbacks=[log])
    assert log.told[0] == ("start", 5)  # the last checkpoint
    assert log.told[-1] == ("end", 10)


def test_who_interrupts_is_kept(tmp_path):
    class Presses(Log):
        def on_round(self, search, row):
            if row["iteration"] == 3:
                os.kill(os.getpid(), signal.SIGINT)
            return super().on_round(search, row)

    presses, log = Presses(), Log()
    with pytest.raises(SearchInterrupted):
        search("barrier", callbacks=[presses], out=tmp_path / "run", **FEW)
    assert presses.told[-1][0] == "end"
    resume(tmp_path / "run", callbacks=[log])
    assert log.told[0] == ("start", presses.told[-1][1])
