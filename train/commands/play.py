"""Play a game in a browser, in the place of the agent that a commitment is made for.

Another agent's commitment is announced, in words; then one plays, and is told what it was worth and
what best play would have got. Rules and pictures are those of all commands. The page is served from
this machine, to this machine alone if nothing else is said, until Ctrl-C.

Examples:
  scg play barrier                                        red commits to its best post
  scg play barrier --commitment 1,6                       red commits to column 1, row 6
  scg play barrier --commitment none                      nobody commits
  scg play barrier --seat red                             choose red's post, and look on
  scg play prisoners_dilemma --rounds 10 --against akata-people
  scg play household --commitment runs/ppo                what that run found, by what it learned
  scg play household --against llm --model NAME --base-url http://localhost:11434/v1
"""

from __future__ import annotations

import os
import sys
import threading
import webbrowser
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import ClassVar

from ...agents.language import MODES, Client
from ...agents.populations import AUTOMATA, CAUTIOUS
from ...core.checks import check_seed
from ...core.extras import require
from ...core.relations import OPTIONS
from ...core.scenario import Scenario
from ..cli.command import Command
from ..play.invite import SCRIPT, invite
from ..play.models import MODEL
from ..verbal.config import ModelSettings
from ._language import check_no_model, client_for
from ._printing import print_json, say

_NEEDED = ("starlette", "uvicorn", "websockets", "jinja2", "markdown")


@dataclass(frozen=True, kw_only=True)
class Play(Command):
    """Play a game.

    Attributes:
        scenario: what is played; that of a run is the run's.
        commitment: what is announced, such as 3,6; a run folder, for what it found; or none for
            nothing; the best of many if None.
        against: players of the other seats: script, exact best responses; a population or a
            strategy of repeated games; a run folder, whose models play; or llm, a language model.
        models: the language model, which is asked once for each move.
        seat: agent that the person plays; the first that learns if None, and against one language
            model, or a population, who commits.
        seed: the seed of everything that is drawn.
        host: address to listen at; with 0.0.0.0 everybody who reaches this machine may play.
        port: port to listen at; a free one if 0.
        browser: opening of the page in a browser, where there is a screen.
        trust: calls of the functions that a run names, as module:function.
    """

    positional = "game"
    without = (*OPTIONS, "trials")  # of other answers
    listed: ClassVar = {
        "mode": MODES,
        "against": (SCRIPT, MODEL, *(name for name in AUTOMATA if not name.endswith(CAUTIOUS))),
    }

    scenario: Scenario
    commitment: str | None = None
    against: str = SCRIPT
    models: ModelSettings = field(default_factory=ModelSettings)
    seat: str | None = None
    seed: int = 0
    host: str = "127.0.0.1"
    port: int = 8321
    browser: bool = True
    trust: bool = False

    def __post_init__(self) -> None:
        """Check the seed.

        Raises:
            InvalidArgument: no seed.
        """
        check_seed(self.seed)

    def run(self) -> None:
        """Serve the page until Ctrl-C."""
        require("playing in a browser", *_NEEDED, extra="play")
        with self._client() or nullcontext() as client:
            self._serve(client)

    def _client(self) -> Client | None:
        """Who asks the language model; None where none plays."""
        if self.against == MODEL:
            # A person asks again itself, and is not to wait for tries that it does not see.
            return client_for(self.models, f'`against="{MODEL}"`', self.seed, max_retries=0)
        check_no_model(self.models, f'`against="{MODEL}"`')
        return None

    def _serve(self, client: Client | None) -> None:
        from ..play.host import Host
        from ..play.page import page_of
        from ..play.server import open_port, serve
        from ..play.web import MOST_BYTES, make_app

        matchup = invite(
            self.scenario,
            seat=self.seat,
            commitment=self.commitment,
            against=self.against,
            trust=self.trust,
            client=client,
        )
        if client is not None:
            client.check_model()
        page, host = page_of(matchup), Host(matchup, seed=self.seed)
        host.open()  # what cannot be played is known before anybody comes
        listening = open_port(self.host, self.port)
        serve(
            lambda port: make_app(host, page, port=port, names=[self.host]),
            listening,
            self._ready,
            most_bytes=MOST_BYTES,
        )

    def _ready(self, address: str) -> None:
        if self.json:
            print_json({"address": address})
        else:
            say(f"play at {address}   (Ctrl-C ends it)")
        sys.stdout.flush()
        if self.browser and _has_screen():
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()


def _has_screen() -> bool:
    """Whether a browser would open in a window, and not in this terminal."""
    return sys.platform in ("darwin", "win32") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
