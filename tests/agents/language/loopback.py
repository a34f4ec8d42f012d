"""A real HTTP server on loopback that speaks chat completions, with scripted answers and faults."""

import json
import socket
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Reply:
    """One scripted reply; the defaults are a good one.

    Attributes:
        text: the message's content.
        status: the HTTP status.
        headers: further headers.
        body: the body, in place of a completion.
        fields: fields of the completion to set, or to leave out where the value is None.
        message: fields of the message to set.
        finish_reason: why the model stopped.
        wait: seconds before anything is sent.
        cut: whether the connection is closed in the middle of the body.
        drip: seconds between the single bytes of the body.
    """

    text: str = ""
    status: int = 200
    headers: dict = field(default_factory=dict)
    body: bytes | None = None
    fields: dict = field(default_factory=dict)
    message: dict = field(default_factory=dict)
    finish_reason: str = "stop"
    wait: float = 0.0
    cut: bool = False
    drip: float = 0.0


def fault(status, message="broken", *, code=None, soon=True):
    """An error as OpenAI words it; `soon` lets the client try again after 20 ms."""
    body = json.dumps({"error": {"message": message, "code": code}}).encode()
    headers = {"retry-after-ms": "20"} if soon else {}
    return Reply(status=status, body=body, headers=headers)


class LoopbackServer:
    """Serves `/v1/chat/completions` and `/v1/models` on 127.0.0.1.

    Attributes:
        script: replies (or texts) in the order in which they are given; the last one stays.
        answer: called with the request's JSON instead, if set; returns a text or a `Reply`.
        requests: the JSON of each completion that was asked for.
        headers: the headers of each.
        times: when each came.
        listing: the body of `/v1/models`, in place of the list of `models`.
        models: the names of the models; others get a 404.
    """

    def __init__(self):
        self.script, self.answer = [], None
        self.requests, self.headers, self.times = [], [], []
        self.models, self.listing = ["tiny", "small"], None
        self._lock = threading.Lock()
        self._http = None
        self.start()

    def start(self, port=0):
        handler = type("Handler", (_Handler,), {"served": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._http.daemon_threads = True
        self.port = self._http.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/v1"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def stop(self):
        if self._http is not None:
            self._http.shutdown()
            self._http.server_close()
            self._thread.join()
            self._http = None

    def next_reply(self, request, headers):
        with self._lock:
            self.requests.append(request)
            self.headers.append(headers)
            self.times.append(time.monotonic())
            if request["model"] not in self.models:
                return fault(404, f"model {request['model']!r} not found", code="model_not_found")
            if self.answer is not None:
                reply = self.answer(request)
            else:
                reply = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        return Reply(reply) if isinstance(reply, str) else reply


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each reply waits 40 ms for an acknowledgement
    served: LoopbackServer

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        if self.path != "/v1/models":
            return self._send(Reply(status=404, body=b'{"error": {"message": "no such path"}}'))
        if self.served.listing is not None:
            return self._send(Reply(body=self.served.listing))
        models = [{"id": name, "object": "model"} for name in self.served.models]
        return self._send(Reply(body=json.dumps({"object": "list", "data": models}).encode()))

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.path != "/v1/chat/completions":
            return self._send(Reply(status=404, body=b'{"error": {"message": "no such path"}}'))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.served.next_reply(request, headers)
        if reply.body is None:
            reply.body = _completion(request, reply)
        return self._send(reply)

    def _send(self, reply):
        time.sleep(reply.wait)
        try:
            self.send_response(reply.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(reply.body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if reply.cut:
                self.wfile.write(reply.body[: len(reply.body) // 2])
                self.wfile.flush()
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
            elif reply.drip:
                for byte in reply.body:
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                    time.sleep(reply.drip)
            else:
                self.wfile.write(reply.body)
        except OSError:  # the client has gone away
            self.close_connection = True


def tokens_of(text):
    """How many tokens this server says a text has."""
    return max(1, len(text) // 4)


def _completion(request, reply):
    message = {"role": "assistant", "content": reply.text, **reply.message}
    prompt = sum(tokens_of(m["content"]) for m in request["messages"])
    completion = tokens_of(reply.text)
    value = {
        "id": "c",
        "object": "chat.completion",
        "created": 0,
        "model": request["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": reply.finish_reason}],
        "usage": {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
        },
    }
    value.update(reply.fields)
    return json.dumps({name: item for name, item in value.items() if item is not None}).encode()
