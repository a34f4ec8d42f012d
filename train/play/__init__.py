"""A person plays: who plays whom, one episode as a pure object, and the pages on top of it.

    invite.py    a matchup from what is typed
    matchup.py   what is played: the game, the person's agent, what is announced, who the others are
    session.py   one episode of one person: moves in, what the page shows out, both JSON; no web
    best.py      what best play would have got, exactly where the game's solver has it
    host.py      many sessions by their ids, each move stored before it is answered; no web
    recent.py    what was used last, of more than can be held
    guard.py     what every server of pages does alike: whom it answers, and a page's conversation
    web.py       a page and a WebSocket over a host
    server.py    the port, and the end by Ctrl-C

A session is its matchup, its seed and its moves: whoever keeps these has all of it, and goes on
from them after a restart. Another server than this one stands on `Host` and a `Store` of its own.
"""
