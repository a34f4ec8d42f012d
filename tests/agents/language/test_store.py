"""Recordings: replays without a server are exact, secrets stay out, processes share a file."""

import base64
import json
import os
import sqlite3
import subprocess
import sys

import pytest

from scg_envs.agents.language import Answer, Request, Sampling, Store
from scg_envs.core.errors import InvalidArgument, InvalidRecordings, MissingRecording, NoServer

from .loopback import Reply

HELLO = [{"role": "user", "content": "hello"}]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deeper" / "answers.sqlite"


@pytest.fixture
def open_store(path):
    stores = []

    def make(file=path, **arguments):
        stores.append(Store(file, **arguments))
        return stores[-1]

    yield make
    for store in stores:
        store.close()


def counting(server):
    """Let the server answer with the number of the request."""
    server.answer = lambda request: f"answer {len(server.requests)}"


def test_live_reads_and_writes_nothing(server, connect, path):
    counting(server)
    client = connect(mode="live")
    assert [client.ask(HELLO).text for _ in range(2)] == ["answer 1", "answer 2"]
    with pytest.raises(InvalidArgument, match="neither reads nor writes"):
        connect(mode="live", recordings=path)
    assert not path.exists()


def test_replay_asks_only_what_is_not_recorded(server, connect, path):
    counting(server)
    for _ in range(2):
        client = connect(mode="replay", recordings=path)
        assert [client.ask(HELLO, sample=s).text for s in (0, 1, 0)] == [
            "answer 1",
            "answer 2",
            "answer 1",
        ]
    assert len(server.requests) == 2
    assert client.budget.replayed == 3
    assert client.budget.tokens == 0


def test_record_asks_anew_but_not_twice_in_a_run(server, connect, path):
    counting(server)
    for expected in (["answer 1", "answer 1"], ["answer 2", "answer 2"]):
        client = connect(mode="record", recordings=path)
        assert [client.ask(HELLO).text for _ in range(2)] == expected
    replay = connect(mode="replay-only", recordings=path)
    assert replay.ask(HELLO).text == "answer 2"


def test_replay_only_is_exact_without_a_server_or_the_package(server, connect, path, monkeypatch):
    server.script = [
        Reply("a \U0001f34c and \x00", message={"refusal": None}),
        Reply("", message={"content": None, "refusal": "no"}, finish_reason="content_filter"),
    ]
    recorder = connect(mode="record", recordings=path)
    recorded = [recorder.ask(HELLO, sample=s) for s in range(2)]
    recorder.close()
    server.stop()
    # Without the package: a replay must not even look for it.
    monkeypatch.setitem(sys.modules, "openai", None)
    monkeypatch.delitem(sys.modules, "scg_envs.agents.language.server")
    path.chmod(0o400)
    replay = connect(base_url=None, mode="replay-only", recordings=path)
    for sample, answer in enumerate(recorded):
        again = replay.ask(HELLO, sample=sample)
        assert again.to_json() == answer.to_json()
        assert again.replayed
    replay.close()


def test_replay_only_says_which_answer_is_missing_and_how_to_record_it(server, connect, path):
    server.script = ["x"]
    connect(mode="record", recordings=path).ask(HELLO)
    replay = connect(base_url=None, mode="replay-only", recordings=path)
    changes = (
        lambda: replay.ask(HELLO, sample=1),
        lambda: replay.ask([*HELLO, {"role": "user", "content": "bye"}]),
        lambda: replay.ask(HELLO, schema={"type": "object"}),
        lambda: replay.ask(HELLO, sampling=Sampling(temperature=0.5)),
        lambda: replay.ask(HELLO, sampling=Sampling(seed=1)),
        lambda: replay.ask(HELLO, sampling=Sampling(max_tokens=9)),
        lambda: connect("small", mode="replay-only", recordings=path).ask(HELLO),
    )
    for ask in changes:
        with pytest.raises(MissingRecording, match="in mode 'replay' with a server") as caught:
            ask()
        assert str(path) in str(caught.value)
        assert len(str(caught.value).splitlines()) == 1
    with pytest.raises(MissingRecording, match="ends in: 'bye'"):
        changes[1]()
    assert replay.ask(HELLO).text == "x"


def test_a_mistake_leaves_no_file_behind(connect, path):
    for mistake in ({"base_url": "x"}, {"timeout": -1.0}, {"base_url": None}):
        with pytest.raises(InvalidArgument):
            connect(mode="record", recordings=path, **mistake)
    assert not path.parent.exists()


def test_a_replay_that_lacks_an_answer_needs_the_server(server, connect, path):
    server.stop()
    with pytest.raises(NoServer):
        connect(mode="replay", recordings=path, max_retries=0).ask(HELLO)


def test_secrets_never_reach_disk(server, connect, path):
    key, password = "sk-very-secret-key", "hunter2-hunter2"

    def answer(request):
        headers = json.dumps(server.headers[-1])
        return f"I was sent {headers}, and {key} and {password}"

    server.answer = answer
    url = server.url.replace("//", f"//alice:{password}@")
    client = connect(base_url=url, api_key=key, mode="record", recordings=path)
    said = client.ask([{"role": "user", "content": f"my key is {key}"}]).text
    client.close()
    assert "[redacted]" in said
    for file in path.parent.iterdir():
        data = file.read_bytes()
        assert b"my key is" in data
        pair = base64.b64encode(f"alice:{password}".encode()).decode()
        assert pair in server.headers[0]["authorization"]  # the server was told, and told us
        for secret in (key, password, "alice:", "hunter2", pair):
            assert secret.encode() not in data
    # The same run without a server, with the same key: the same request, the same answer.
    replay = connect(base_url=url, api_key=key, mode="replay-only", recordings=path)
    assert replay.ask([{"role": "user", "content": f"my key is {key}"}]).text == said


_WORKER = """
import sys
from scg_envs.agents.language import Client
client = Client("tiny", base_url=sys.argv[1], mode="replay", recordings=sys.argv[2])
for sample in range(30):
    print(client.ask([{"role": "user", "content": "hello"}], sample=sample).text)
"""


def test_two_processes_share_a_file_and_agree(server, path, open_store):
    counting(server)
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", _WORKER, server.url, str(path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "NO_PROXY": "127.0.0.1"},
        )
        for _ in range(2)
    ]
    outputs = [worker.communicate(timeout=60) for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], outputs
    assert outputs[0][0] == outputs[1][0]
    assert len(outputs[0][0].splitlines()) == 30
    assert len(open_store(read_only=True)) == 30


def test_the_first_of_two_answers_stays_unless_it_is_to_be_replaced(open_store):
    request = Request("tiny", HELLO, 10)
    mine, other = open_store(), open_store()
    assert other.put(request, 0, Answer("first"), replace=False).text == "first"
    assert mine.put(request, 0, Answer("second"), replace=False).text == "first"
    assert mine.put(request, 0, Answer("third"), replace=True).text == "third"
    found = other.get(request, 0)
    assert found is not None
    assert found.text == "third"


def test_a_key_is_of_the_content_and_not_of_its_spelling():
    one = Request("m", [{"role": "user", "content": "é"}], 10, schema={"a": 1, "b": 2})
    two = Request("m", ({"content": "é", "role": "user"},), 10, schema={"b": 2, "a": 1})
    assert one.key() == two.key()
    assert one.canonical().isascii()
    assert one.key() != Request("m", one.messages, 11, schema=one.schema).key()


def test_files_that_are_no_stores_are_one_line(open_store, tmp_path):
    with pytest.raises(InvalidRecordings, match="there is no such file"):
        open_store(read_only=True)
    text = tmp_path / "notes.txt"
    text.write_text("not a database, though long enough to be mistaken for one" * 20)
    other = tmp_path / "other.sqlite"
    connection = sqlite3.connect(other)
    with connection:
        connection.execute("CREATE TABLE mine (x)")
    connection.close()
    before = other.read_bytes()
    for file, said in ((text, "not a database"), (other, "no store of recordings")):
        for read_only in (True, False):
            with pytest.raises(InvalidRecordings, match=said) as caught:
                open_store(file, read_only=read_only)
            assert len(str(caught.value).splitlines()) == 1
    assert other.read_bytes() == before
    with pytest.raises(InvalidRecordings, match="give another file"):
        open_store(text / "deeper.sqlite")


def test_a_damaged_answer_is_one_line(path, open_store):
    request = Request("tiny", HELLO, 10)
    store = open_store()
    store.put(request, 0, Answer("fine"), replace=False)
    store.close()
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("""UPDATE answers SET answer = '{"txt": 1}'""")
    connection.close()
    with pytest.raises(InvalidRecordings, match="cannot be read"):
        open_store().get(request, 0)


def test_a_table_that_is_named_in_no_letters_is_one_line(path, open_store):
    """SQLite's own message quotes the name, and cannot be read either."""
    store = open_store()
    store.put(Request("tiny", HELLO, 10), 0, Answer("fine"), replace=False)
    store.close()
    whole = path.read_bytes()
    assert whole.count(b"answersanswers") == 1
    path.write_bytes(whole.replace(b"answersanswers", b"an\xf4wersan\xf4wers"))
    with pytest.raises(InvalidRecordings, match="cannot be used"):
        open_store(read_only=True).get(Request("tiny", HELLO, 10), 0)
