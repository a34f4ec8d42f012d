"""Run a study with people: pages for participants, and one for the experimenter.

The file says what is played, with which commitment and without, and what is asked; the docstring of
`scg_envs.train.study.plan` shows one. Participants open the link that is printed; every answer is
written before the page goes on, so that who loads the page anew goes on where it was, as all do
when the server is started again by the same words. The experimenter's password is printed when the
database is made, and never again; --new-password makes another.

Examples:
  scg study serve study.yaml
  scg study serve study.yaml --database postgresql://lab@db/stands       (extra postgresql)
  scg study serve study.yaml --host 0.0.0.0 --domain lab.example
"""

from __future__ import annotations

import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from socket import socket

from ...core.extras import require
from ..cli.command import Command
from ._printing import print_json, say
from ._study import NEEDED, opened


@dataclass(frozen=True, kw_only=True)
class StudyServe(Command):
    """Run a study.

    Attributes:
        file: the study's file.
        database: address of the answers, as SQLAlchemy has it; FILE.db in this folder if None.
        host: the address to listen at; with 0.0.0.0 everybody who reaches this machine may come.
        port: the port to listen at; a free one if 0.
        new_password: a new password of the experimenter's pages, in place of the first.
        domain: the name by which participants ask for this machine, beside its addresses; none if
            None.
    """

    positional = "file"

    file: Path
    database: str | None = None
    host: str = "127.0.0.1"
    port: int = 8322
    domain: str | None = None
    new_password: bool = False

    def run(self) -> None:
        """Serve the pages until Ctrl-C."""
        require("a study", *NEEDED, extra="play")
        from ..play.server import open_port

        with closing(open_port(self.host, self.port)) as listening:  # before a password is made
            self._serve(listening)

    def _serve(self, listening: socket) -> None:
        from ..play.server import serve
        from ..study.host import StudyHost
        from ..study.limits import ANSWERS, BEGINS, Limit
        from ..study.web import make_app

        study, store, games = opened(self.file, self.database)
        if self.new_password:
            store.renew_password()
        host = StudyHost(study, store, games)
        names = [self.host, *([] if self.domain is None else [self.domain])]

        def ready(address: str) -> None:
            found = {
                "participants": f"{address}?token={store.token}",
                "experimenter": f"{address}admin",
                "password": store.password,
                "database": store.url,
            }
            if self.json:
                print_json(found)
            else:
                say(f"participants     {found['participants']}")
                say(f"experimenter     {found['experimenter']}")
                if store.password is not None:
                    say(f"password         {store.password}   (of the latter; printed this once)")
                say(f"answers go to    {store.url}   (Ctrl-C ends it; the same words go on)")
            sys.stdout.flush()

        serve(
            lambda port: make_app(
                host, port=port, names=names, begins=Limit(*BEGINS), answers=Limit(*ANSWERS)
            ),
            listening,
            ready,
            most_bytes=study.most_bytes,
        )
