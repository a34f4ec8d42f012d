"""
A local language model
======================

Any server that speaks OpenAI's chat completions can take a seat: Ollama, vLLM, llama.cpp. On the
command line::

    scg talk persuasion --seats llm --model NAME --base-url http://localhost:11434/v1

So that this page needs no model, a few lines stand in for one: a server that answers as a careful
buyer would, who believes the seller's announcement and buys what is recommended if the seller
promises to be honest often enough.
"""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MODEL = "careful-buyer"


def answer(messages: list[dict[str, str]]) -> str:
    """What the stand-in says to a conversation."""
    announced = re.search(r"With chance ([\d.]+) I recommend buy", messages[0]["content"])
    careless = announced is None or float(announced[1]) > 0.5
    recommended = "buy" in messages[-1]["content"]
    return f"<move> {'buy' if recommended and not careless else 'pass'} </move>"


class StandIn(BaseHTTPRequestHandler):
    """The two addresses of the protocol that a client asks."""

    def do_GET(self) -> None:
        """The list of models."""
        self._send({"object": "list", "data": [{"id": MODEL, "object": "model"}]})

    def do_POST(self) -> None:
        """A completion."""
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        message = {"role": "assistant", "content": answer(asked["messages"])}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        head = {"id": "1", "object": "chat.completion", "created": 0, "model": MODEL}
        self._send({**head, "choices": [choice]})

    def _send(self, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


server = ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
threading.Thread(target=server.serve_forever, daemon=True).start()

# %%
# Algorithm 2 of the paper: a generator proposes what the seller announces, the game is played
# with the model in the buyer's seat, an evaluator scores it. First comes play without a
# commitment.

from scg_envs import make_scenario
from scg_envs.agents.language import Budget, Client
from scg_envs.train.verbal.roles import Roles
from scg_envs.train.verbal.run import describe, verbal_search

problem = make_scenario("persuasion").problem()
address = f"http://127.0.0.1:{server.server_address[1]}/v1"
with Client(MODEL, base_url=address, api_key="none", budget=Budget(max_tokens=50_000)) as client:
    result = verbal_search(
        problem,
        client,
        roles=Roles("llm", generator="scripted"),
        evaluations=4,
        episodes=3,
        seed=0,
    )
print(describe(problem, result))
server.shutdown()

# %%
# What rational buyers would do is known beside it (``scg search persuasion``), so that one sees
# where a model is careless or too careful. Every answer can be recorded, and replays without a
# server: :doc:`/language`.
