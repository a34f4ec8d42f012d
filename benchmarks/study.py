"""A study's server that is killed again and again, and how long participants wait for a page.

    python -m benchmarks.study
    python -m benchmarks.study --people 20 --database postgresql://lab@db/x --fault 'restart it'

Scripted participants play a board through the real pages, 20 at a time. Lost is an answer that the
server had taken, and did not know of after it was started again. What is waited for is the page
after a move; the participants are in a process of their own, and take .1 to .5 s for a move. With a
fault, a command, it is run in place of killing the server; the database is one that is empty.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from scg_envs.train.study.games import Games
from scg_envs.train.study.plan import study_of
from scg_envs.train.study.simulate import Script, Scripted, take_part
from scg_envs.train.study.store import Store, StoreError

PEOPLE, AT_ONCE, TRIALS, KILLS = 100, 20, 5, 20  # a participant plays twice so many trials
THINK = (0.1, 0.5)  # seconds until the next move
STUDY = {
    "title": "Who stands where?",
    "scenario": {"game": "barrier", "layout": "figure3"},
    "commitment": "1,6",
    "consent": "You will play a game.",
    "instructions": "You are blue.",
    "practice": 0,
    "trials": TRIALS,
}


class Server:
    """The study's server as a process, on one port for all of its lives."""

    def __init__(self, folder: Path, database: str) -> None:
        (folder / "study.yaml").write_text(json.dumps(STUDY))
        self._folder, self._database, self.port = folder, database, 0
        self.start()

    def start(self) -> None:
        """Start it; when this returns it answers."""
        words = ["study", "serve", "study.yaml", "--json", "--port", str(self.port)]
        words += ["--database", self._database]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "scg_envs.train", *words],
            cwd=self._folder,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        text = ""
        while not text.endswith("}\n"):
            text += self._process.stdout.readline()
        self.address = json.loads(text)["participants"].partition("?")[0]
        self.port = int(self.address.rpartition(":")[2].strip("/"))

    def kill(self) -> None:
        """End it without a warning."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


def measure(
    kills: int, people: int, database: str | None = None, fault: str | None = None
) -> dict[str, Any]:
    """Let participants take part, and kill the server so often meanwhile.

    Args:
        kills: how often.
        people: the participants, of `2 * TRIALS` trials each.
        database: an empty one; a file if None.
        fault: a command that is run in place of killing the server.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        games = Games(study_of(STUDY))
        url = f"sqlite:///{folder / 'study.db'}" if database is None else database
        server = Server(folder, url)
        store = Store(url, games.study)
        over = threading.Event()
        answers = people * 2 * TRIALS * 10  # about: ten moves a trial
        killed = 0

        def mind(secret: str) -> Scripted:
            one = patient(lambda: store.find(secret))
            assert one is not None
            return Scripted(games, games.course(one.number, one.began), one.number, Script())

        def trouble() -> None:
            nonlocal killed
            while killed < kills and not over.is_set():
                done = sum(len(given) for given in patient(store.answers).values())
                if done >= answers * (killed + 1) / (kills + 2):
                    if fault is None:
                        server.kill()
                        server.start()
                    else:
                        subprocess.run(fault, shell=True, check=True)
                    killed += 1
                time.sleep(0.05)

        np_random = np.random.default_rng(0)

        def think() -> float:
            return float(np_random.uniform(*THINK))

        thread = threading.Thread(target=trouble, daemon=True)
        thread.start()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            taking = [
                pool.submit(take_part, server.address, store.token, mind, think)
                for _ in range(people)
            ]
            parts = [one.result() for one in taking]
        over.set()
        thread.join()
        kept = sum(len(given) for given in patient(store.answers).values())
        server.kill()
        waited = np.concatenate([part.seconds for part in parts]) * 1e3
        return {
            "participants": people,
            "at once": AT_ONCE,
            "trials": sum(part.trials for part in parts),
            "kills": killed,
            "answers": sum(part.answers for part in parts),
            "kept": kept,
            "lost": sum(part.lost for part in parts),
            "median ms": round(float(np.median(waited)), 2),
            "99 % ms": round(float(np.quantile(waited, 0.99)), 2),
        }


Value = TypeVar("Value")


def patient(ask: Callable[[], Value]) -> Value:
    """What is asked of a database, asked again while it is away."""
    while True:
        try:
            return ask()
        except StoreError:
            time.sleep(0.1)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database")
    parser.add_argument("--fault")
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--kills", type=int, default=KILLS)
    given = parser.parse_args()
    if given.database is None:
        print(json.dumps(measure(0, AT_ONCE)), flush=True)
    print(json.dumps(measure(given.kills, given.people, given.database, given.fault)), flush=True)


if __name__ == "__main__":
    main()
