"""The flags that say which language model plays."""

import argparse

import pytest

from scg_envs.errors import ScgError
from scg_envs.train.commands._language import add_players, client_of


def parse(*arguments):
    parser = argparse.ArgumentParser()
    add_players(parser)
    return parser.parse_args(arguments)


@pytest.fixture(autouse=True)
def no_key(monkeypatch):
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def test_simulated_players_need_no_client():
    assert client_of(parse()) is None
    assert client_of(parse("--players", "simulated")) is None


def test_flags_become_the_client(tmp_path):
    who = ("--players", "llm", "--model", "tiny", "--base-url", "http://localhost:1/v1")
    how = ("--mode", "replay", "--temperature", "0.5", "--answer-tokens", "99", "--timeout", "7")
    caps = ("--token-cap", "1000", "--money-cap", "2", "--prices", "1", "3")
    args = parse(*who, *how, *caps, "--recordings", str(tmp_path / "answers.sqlite"))
    with client_of(args, seed=5) as client:
        assert (client.model, client.mode) == ("tiny", "replay")
        sampling = client.sampling
        assert (sampling.temperature, sampling.seed, sampling.max_tokens) == (0.5, 5, 99)
        budget = client.budget
        assert (budget.max_tokens, budget.max_money) == (1000, 2)
        assert (budget.prices.prompt, budget.prices.completion) == (1, 3)


LLM = ["--players", "llm"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--players", "human"], "unknown kind of players 'human'; known: simulated, llm"),
        (["--model", "tiny"], "--model is about language models; add --players llm"),
        (["--token-cap", "5"], "--token-cap is about language models"),
        (LLM, "name it by --model"),
        ([*LLM, "--model", "tiny"], "set OPENAI_API_KEY, or give the base URL"),
        ([*LLM, "--model", "m", "--base-url", "x"], "does not begin with http"),
        ([*LLM, "--model", "m", "--mode", "again"], "unknown mode of recording 'again'"),
        ([*LLM, "--model", "m", "--mode", "replay-only"], "needs a file of recordings"),
        ([*LLM, "--model", "m", "--money-cap", "1"], "needs prices"),
    ],
)
def test_mistakes_are_one_line(arguments, said):
    with pytest.raises(ScgError, match=said) as caught:
        client_of(parse(*arguments))
    assert len(str(caught.value).splitlines()) == 1
