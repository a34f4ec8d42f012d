"""How long a page waits: from a key that is pressed to the frame that answers it.

`python -m benchmarks.play` starts `scg play` in a process of its own and lets scripted people play
through real WebSockets, all at once, each at its own pace. Measured is the time from a move that is
sent to the answer that has come, which holds everything that the page draws. Where Chromium and
Playwright are installed one of them is a real page beside the others: there the time is from the
key to the canvas being drawn.

Asked are a median under 50 ms and a 99th percentile under 100 ms with 20 people on two cores.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from websockets.asyncio.client import connect

PACE = (0.1, 0.4)  # seconds between two keys, uniformly
GAMES = {
    "barrier": [],
    "household": [],
    "bargaining": [],
    "prisoners_dilemma": ["--rounds", "30", "--against", "akata-people"],
}


@contextmanager
def served(game: str, more: list[str]) -> Iterator[str]:
    """The address of a server in a process of its own."""
    command = [sys.executable, "-m", "scg_envs.train", "play", game, *more]
    command += ["--no-browser", "--port", "0", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        said = ""
        while not said.rstrip().endswith("}"):
            line = process.stdout.readline()
            if not line:
                raise SystemExit(f"scg play {game} has ended")
            said += line
        yield json.loads(said)["address"]
    finally:
        process.terminate()
        process.wait()


def cookie_of(address: str) -> str:
    """The cookie that a new person is given."""
    with urllib.request.urlopen(address, timeout=60) as answer:
        return str(answer.headers["set-cookie"]).partition(";")[0]


async def person(address: str, moves: int, seed: int) -> list[float]:
    """Milliseconds of each of so many answers."""
    choose = random.Random(seed)
    cookie = await asyncio.to_thread(cookie_of, address)
    waits = []
    socket = address.replace("http", "ws", 1) + "play"
    origin = address.rstrip("/")
    async with connect(
        socket,
        origin=origin,
        additional_headers={"Cookie": cookie},
        compression=None,
        max_size=None,
    ) as line:
        view = json.loads(await line.recv())
        while len(waits) < moves:
            await asyncio.sleep(choose.uniform(*PACE))
            options = None if view["over"] else view["ask"]["options"]
            said = (
                {"again": True}
                if options is None
                else {"turn": view["turn"], "move": choose.choice(options)["move"]}
            )
            start = time.perf_counter()
            await line.send(json.dumps(said))
            answer = await line.recv()
            waits.append(1000 * (time.perf_counter() - start))
            view = json.loads(answer)
            if view["refused"]:
                raise SystemExit(f"refused: {view['refused']}")
    return waits


async def crowd(address: str, people: int, moves: int) -> list[float]:
    """All waits of so many people at once."""
    waits = await asyncio.gather(*(person(address, moves, seed) for seed in range(people)))
    return [wait for one in waits for wait in one]


async def page(address: str, moves: int) -> list[float]:
    """Milliseconds from a key to the canvas, in a real page; none without a browser."""
    browser = shutil.which("chromium")
    try:
        from playwright.async_api import async_playwright
    except ImportError:
        return []
    if browser is None:
        return []
    key = """
        (key) => new Promise((done) => {
          const start = performance.now(), turn = document.body.dataset.turn;
          new MutationObserver((_, seen) => {
            if (document.body.dataset.turn === turn) return;
            seen.disconnect();
            requestAnimationFrame(() => done(performance.now() - start));
          }).observe(document.body, { attributes: true });
          document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        })"""
    async with async_playwright() as play:
        chromium = await play.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        tab = await chromium.new_page()
        await tab.goto(address)
        await tab.wait_for_selector("body[data-turn]")
        waits, choose = [], random.Random(0)
        while len(waits) < moves and await tab.locator("#result").is_hidden():
            await asyncio.sleep(choose.uniform(*PACE))
            arrow = choose.choice(["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"])
            waits.append(float(await tab.evaluate(key, arrow)))
        await chromium.close()
    return waits


def row(what: str, waits: list[float]) -> str:
    """A line of the table."""
    if not waits:
        return f"| {what} | not measured: no Chromium, or no Playwright | | | |"
    median, p99 = np.percentile(waits, [50, 99])
    return f"| {what} | {len(waits)} | {median:.1f} | {p99:.1f} | {max(waits):.1f} |"


async def measured(people: int, moves: int) -> None:
    """Print a table."""
    print(f"{people} people at once, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    print("| game | answers | median, ms | 99th percentile, ms | longest, ms |")
    print("| --- | --- | --- | --- | --- |")
    for game, more in GAMES.items():
        with served(game, more) as address:
            if game == "barrier":
                drawn, waits = await asyncio.gather(
                    page(address, moves), crowd(address, people, moves)
                )
                print(row("barrier, key to canvas in Chromium", drawn), flush=True)
            else:
                waits = await crowd(address, people, moves)
            print(row(f"{game}, move to answer", waits), flush=True)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--moves", type=int, default=50)
    given = parser.parse_args()
    asyncio.run(measured(given.people, given.moves))


if __name__ == "__main__":
    main()
