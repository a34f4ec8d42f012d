"""`scg talk GAME --seats ... --resume`: a run cut short ends as if it had not been."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
import yaml

from scg_envs.agents.language import read_episodes
from scg_envs.core.checkpoint import read_state, write_state
from scg_envs.core.files import read_sealed_json
from scg_envs.train.verbal import VerbalLoop

from ..agents.language.fixtures import connect, no_ambient_server, server
from ..agents.language.loopback import Reply, fault
from .test_verbal_search import stubborn

__all__ = ["connect", "no_ambient_server", "server"]

ROUNDS = ("--evaluations", 4)


def found(run):
    """What a run has found, without what it took: a round that was cut short has cost, too."""
    summary = read_sealed_json(run / "summary.json")
    return {name: value for name, value in summary.items() if name not in ("seconds", "model")}


def episodes(run):
    return [episode.to_json() for episode in read_episodes(run)]


def model(server, *more):
    return ("--seats", "llm", "--model", "tiny", "--base-url", server.url, *more)


def resume(run):
    return f"scg talk bargaining --resume --out {run}"


def rounds_begun(server):
    """How many rounds the requests to a server have begun: each but the first asks for a move."""
    return 1 + sum("Choose the move" in r["messages"][-1]["content"] for r in server.requests)


def die_in(server, number, *, how=None):
    """Let the server die, or do something else, when a round is under way."""
    done = []

    def answer(request):
        if rounds_begun(server) == number and len(request["messages"]) > 3 and not done:
            done.append(True)
            (how or server.stop)()
            return Reply(stubborn(request), headers={"connection": "close"})
        return stubborn(request)

    server.answer = answer


@pytest.mark.parametrize(
    "game",
    [
        ("bargaining", "--seats", "simulated", "--seed", 3),
        ("banana", "--topic", "science", "--seats", "simulated"),
        ("ultimatum", "--norm", "altruistic", "--manner", "rude"),
    ],
)
def test_a_scripted_run_after_ctrl_c(scg, tmp_path, monkeypatch, game):
    whole, part = tmp_path / "whole", tmp_path / "part"
    assert scg("talk", *game, "--out", whole, *ROUNDS)[0] == 0
    step = VerbalLoop.iterate

    def interrupted(self):
        if len(self.history) == 1:
            os.kill(os.getpid(), signal.SIGINT)
        return step(self)

    monkeypatch.setattr(VerbalLoop, "iterate", interrupted)
    code, _, error = scg("talk", *game, "--out", part, *ROUNDS)
    again = f"scg talk {game[0]} --resume --out {part}"
    assert (code, error) == (130, f"scg: stopped after 2 of 4 rounds; go on with: {again}\n")
    assert not (part / "summary.json").exists()
    monkeypatch.setattr(VerbalLoop, "iterate", step)
    code, _, error = scg(*again.split()[1:])
    assert (code, error) == (0, "")
    assert found(part) == found(whole)
    code, _, error = scg(*again.split()[1:])
    assert code == 2
    assert "has ended" in error


def test_a_second_ctrl_c_drops_the_round_in_progress(scg, tmp_path, monkeypatch):
    game = ("bargaining", "--seats", "simulated")
    step = VerbalLoop.iterate

    def interrupted(self):
        if len(self.history) == 2:
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGINT)
        return step(self)

    monkeypatch.setattr(VerbalLoop, "iterate", interrupted)
    code, _, error = scg("talk", *game, "--out", tmp_path / "part", *ROUNDS)
    assert code == 130
    assert "stopped after 2 of 4 rounds; go on with" in error


def test_a_run_whose_server_died(scg, server, tmp_path):
    whole, part = tmp_path / "whole", tmp_path / "part"
    server.answer = stubborn
    assert scg("talk", "bargaining", *model(server), *ROUNDS, "--out", whole)[0] == 0
    server.requests.clear()
    die_in(server, 3)
    code, _, error = scg("talk", "bargaining", *model(server), *ROUNDS, "--out", part)
    assert code == 2
    assert "no server answers" in error
    assert f"2 of 4 rounds are kept; go on with: scg talk bargaining --resume --out {part}" in (
        error
    )
    assert error.count("\n") == 1
    # The one without a commitment, and what the third round had said so far is there to read.
    assert len(read_episodes(part)) == 1 + 3
    code, _, error = scg("talk", "bargaining", "--resume", "--out", part)
    assert code == 2
    assert "no server answers" in error
    server.start(server.port)
    server.answer = stubborn
    code, _, error = scg("talk", "bargaining", "--resume", "--out", part)
    assert (code, error) == (0, "")
    assert found(part) == found(whole)
    assert episodes(part) == episodes(whole)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_process_that_is_interrupted_or_killed(scg, server, tmp_path, number):
    whole, part = tmp_path / "whole", tmp_path / "part"
    server.answer = stubborn
    assert scg("talk", "bargaining", *model(server), *ROUNDS, "--out", whole)[0] == 0
    server.requests.clear()
    process = None

    def stop():
        os.kill(process.pid, number)
        time.sleep(0.1 if number == signal.SIGINT else 0)

    die_in(server, 3, how=stop)
    arguments = ("talk", "bargaining", *model(server), *ROUNDS, "--out", part)
    process = subprocess.Popen(
        [sys.executable, "-m", "scg_envs.train", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    _, error = process.communicate(timeout=120)
    assert process.returncode == (130 if number == signal.SIGINT else -signal.SIGKILL)
    assert "Traceback" not in error
    kept = read_state(part / "checkpoint.npz")
    assert len(kept["loop"]["history"]) == (3 if number == signal.SIGINT else 2)
    server.answer = stubborn
    assert scg("talk", "bargaining", "--resume", "--out", part)[0] == 0
    assert found(part) == found(whole)
    assert episodes(part) == episodes(whole)


def spent(run):
    spending = json.loads((run / "spending.json").read_text())
    used = spending["usage"]
    return used["prompt_tokens"] + used["completion_tokens"] + spending["lost_tokens"]


def test_a_cap_counts_what_was_used_before_and_may_be_raised(scg, server, tmp_path):
    whole, part = tmp_path / "whole", tmp_path / "part"
    server.answer = stubborn
    assert scg("talk", "bargaining", *model(server), *ROUNDS, "--out", whole)[0] == 0
    cap = spent(whole) * 2 // 3 + 1024
    capped = model(server, "--token-cap", cap)
    code, said, _ = scg("talk", "bargaining", *capped, *ROUNDS, "--out", part)
    assert code == 0
    assert f"the cap of {cap} tokens is reached" in said
    assert 0 < len(found(part)["history"]) < 4
    before, asked = spent(part), len(server.requests)
    assert 0 < before <= cap
    code, said, _ = scg("talk", "bargaining", "--resume", "--out", part)
    assert code == 0
    assert "tokens is reached" in said
    assert spent(part) <= cap
    tokens = 40 * cap
    code, said, _ = scg(
        "talk", "bargaining", "--resume", "--out", part, "--token-cap", tokens, "--json"
    )
    assert code == 0
    assert json.loads(said)["stopped"] is None
    assert found(part) == found(whole)
    assert episodes(part) == episodes(whole)
    assert len(server.requests) > asked
    assert spent(part) >= spent(whole)
    assert yaml.safe_load((part / "config.yaml").read_text())["token_cap"] == tokens


def test_recordings_of_an_interrupted_run_replay_as_a_whole(scg, server, tmp_path):
    run, store = tmp_path / "run", ("--recordings", tmp_path / "answers.sqlite")
    die_in(server, 2)
    recorded = model(server, "--mode", "record", *store)
    assert scg("talk", "bargaining", *recorded, *ROUNDS, "--out", run)[0] == 2
    server.start(server.port)
    server.answer = stubborn
    assert scg("talk", "bargaining", "--resume", "--out", run)[0] == 0
    server.stop()
    replayed = ("--seats", "llm", "--model", "tiny", "--mode", "replay-only", *store)
    code, said, _ = scg("talk", "bargaining", *replayed, *ROUNDS, "--json")
    assert code == 0
    assert json.loads(said)["history"] == found(run)["history"]


def test_no_secret_reaches_the_run_folder(scg, server, tmp_path, monkeypatch):
    key, password = "sk-0123456789abcdef", "sesame-open-wide"
    monkeypatch.setenv("OPENAI_API_KEY", key)
    monkeypatch.setenv("OPENAI_BASE_URL", server.url.replace("//", f"//me:{password}@"))
    who = ("--seats", "llm", "--model", "tiny")
    die_in(server, 2)
    run = tmp_path / "run"
    assert scg("talk", "bargaining", *who, *ROUNDS, "--out", run)[0] == 2
    server.start(server.port)
    server.answer = stubborn
    server.headers.clear()
    assert scg("talk", "bargaining", "--resume", "--out", run)[0] == 0
    # The password is taken from the environment again, and the key never written.
    assert all(headers["authorization"].startswith("Basic ") for headers in server.headers)
    for path in run.rglob("*"):
        if path.is_file():
            assert key.encode() not in path.read_bytes()
            assert password.encode() not in path.read_bytes()
    kept = yaml.safe_load((run / "config.yaml").read_text())
    assert (kept["seats"], kept["model"], kept["base_url"]) == ("llm", "tiny", server.url)


REFUSED = {
    "another model": (["--model", "small"], "was made with model 'tiny', and 'small' was given"),
    "other players": (["--seats", "simulated"], "made with seats 'llm', and 'simulated' was given"),
    "another seed": (["--seed", "4"], "was made with seed 0, and 4 was given"),
    "another temperature": (["--temperature", "1"], "temperature 0.0, and 1.0 was given"),
    "another budget": (["--evaluations", "9"], "was made with evaluations 1, and 9 was given"),
    "another cost": (["--cost", "45"], "was made with cost None, and 45.0 was given"),
    "a responder": (
        ["--responder", "ppo"],
        "'--responder'. It is of Algorithm 1; use scg search",
    ),
    "a baseline": (
        ["--baseline", "x"],
        "'--baseline'. It is of Algorithm 1; use scg search",
    ),
    "another game": ([], "was made with game 'bargaining', and 'banana' was given"),
}


@pytest.mark.parametrize(("more", "complaint"), REFUSED.values(), ids=REFUSED)
def test_other_settings_are_refused(scg, server, tmp_path, more, complaint):
    server.answer = stubborn
    run = tmp_path / "run"
    one = ("--evaluations", 1)
    assert scg("talk", "bargaining", *model(server), *one, "--out", run)[0] == 0
    game = "bargaining" if more else "banana"
    code, _, error = scg("talk", game, "--resume", "--out", run, *more)
    assert code == 2
    assert complaint in error
    assert error.count("\n") == 1


def test_the_two_algorithms_do_not_go_on_with_each_others_runs(scg, tmp_path):
    numbers, words = tmp_path / "numbers", tmp_path / "words"
    assert scg("search", "banana", "--out", numbers, "--evaluations", 16)[0] == 0
    assert scg("talk", "banana", "--out", words)[0] == 0
    for verb, other, run in (("talk", "search", numbers), ("search", "talk", words)):
        code, _, error = scg(verb, "banana", "--resume", "--out", run)
        assert code == 2
        assert f"is one of scg {other}; go on with it by that" in error
        assert error.count("\n") == 1
        code, _, error = scg(verb, "--config", run / "config.yaml")
        assert code == 2
        assert f"holds no settings of scg {verb}: they are of scg {other}" in error


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("checkpoint.npz", "{"),
        ("checkpoint.npz", {}),
        ("checkpoint.npz", {"loop": {}, "episodes": 1, "recorded": []}),
        ("checkpoint.npz", {"loop": None, "episodes": "x", "recorded": []}),
        ("spending.json", "{"),
        ("spending.json", '{"usage": 3}'),
        ("config.yaml", "{"),
    ],
)
def test_what_is_damaged_is_one_line(scg, server, tmp_path, name, content):
    run = tmp_path / "run"
    die_in(server, 2)
    assert scg("talk", "bargaining", *model(server), *ROUNDS, "--out", run)[0] == 2
    server.start(server.port)
    if isinstance(content, str):
        (run / name).write_text(content)
    else:
        write_state(run / name, content)
    code, _, error = scg("talk", "bargaining", "--resume", "--out", run)
    assert code == 2
    assert "read" in error or "no run" in error
    assert error.count("\n") == 1


def test_mistakes_leave_no_folder_behind(scg, server, tmp_path):
    run = tmp_path / "run"
    for game, more in (
        ("household", ("--seats", "simulated")),
        ("bargaining", ("--seats", "simulated", "--evaluations", 0)),
        ("bargaining", ("--seats", "llm", "--model", "huge", "--base-url", server.url)),
    ):
        assert scg("talk", game, *more, "--out", run)[0] == 2
        assert not run.exists()


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_ends_the_run_at_once_and_it_goes_on_with_a_better_one(
    scg, server, tmp_path, status
):
    run = tmp_path / "run"
    whole = tmp_path / "whole"
    server.answer = stubborn
    assert scg("talk", "bargaining", *model(server), *ROUNDS, "--out", whole)[0] == 0

    def revoke():
        server.answer = lambda request: fault(status)

    server.requests.clear()
    die_in(server, 3, how=revoke)
    code, out, error = scg("talk", "bargaining", *model(server), *ROUNDS, "--out", run)
    assert (code, out) == (2, "")
    assert "refuses the key" in error
    assert f"2 of 4 rounds are kept; go on with: {resume(run)}" in error
    assert error.count("\n") == 1
    assert not (run / "summary.json").exists()
    server.answer = stubborn
    assert scg("talk", "bargaining", "--resume", "--out", run)[0] == 0
    assert found(run)["history"] == found(whole)["history"]


def test_a_server_that_is_down_stops_the_run_and_its_rounds_are_played_anew(scg, server, tmp_path):
    run, whole = tmp_path / "run", tmp_path / "whole"
    server.answer = stubborn
    many = ("--evaluations", 6)
    assert scg("talk", "bargaining", *model(server), *many, "--out", whole)[0] == 0
    server.answer = lambda request: fault(500)
    code, out, error = scg("talk", "bargaining", *model(server), *many, "--out", run)
    assert code == 2
    assert out.count("broken off: ServerFailed") == 4  # without a commitment too
    assert "the server broke off the last 3 rounds" in error
    assert f"go on with: {resume(run)}" in error
    assert error.count("\n") == 1
    server.answer = stubborn
    assert scg("talk", "bargaining", "--resume", "--out", run)[0] == 0
    for part in ("history", "no_intervention", "best"):
        assert found(run)[part] == found(whole)[part]


def test_without_a_folder_it_is_said_what_is_lost(scg, server):
    die_in(server, 2, how=lambda: setattr(server, "answer", lambda request: fault(401)))
    code, _, error = scg("talk", "bargaining", *model(server), *ROUNDS)
    assert code == 2
    before, after = error.splitlines()
    assert "no folder is written: what the model said is lost" in before
    assert "1 of 4 rounds are lost, since no --out was given" in after


@pytest.mark.parametrize("listing", [b'{"object": "list", "data": []}', b"<html>"])
def test_a_server_that_lists_no_models_is_asked_all_the_same(scg, server, tmp_path, listing):
    server.answer, server.listing = stubborn, listing
    run = tmp_path / "run"
    assert scg("talk", "bargaining", *model(server), *ROUNDS, "--out", run)[0] == 0
