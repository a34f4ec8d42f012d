"""The settings that say which language model plays."""

import pytest

from scg_envs.core.errors import ScgError
from scg_envs.train.commands._language import changed, client_of
from scg_envs.train.verbal.config import TalkConfig


def talk(**settings):
    return TalkConfig("bargaining", **settings)


@pytest.fixture(autouse=True)
def no_key(monkeypatch):
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def test_simulated_players_need_no_client():
    assert client_of(talk()) is None
    assert client_of(talk(seats="simulated")) is None


def test_settings_become_the_client(tmp_path):
    asked = {"seats": "llm", "model": "tiny", "base_url": "http://localhost:1/v1", "seed": 5}
    how = {"mode": "replay", "temperature": 0.5, "answer_tokens": 99, "timeout": 7.0}
    caps = {"token_cap": 1000, "money_cap": 2.0, "prices": (1.0, 3.0)}
    config = talk(**asked, **how, **caps, recordings=str(tmp_path / "answers.sqlite"))
    with client_of(config) as client:
        assert (client.model, client.mode) == ("tiny", "replay")
        sampling = client.sampling
        assert (sampling.temperature, sampling.seed, sampling.max_tokens) == (0.5, 5, 99)
        budget = client.budget
        assert (budget.max_tokens, budget.max_money) == (1000, 2)
        assert (budget.prices.prompt, budget.prices.completion) == (1, 3)


def test_a_request_without_a_seed():
    with client_of(talk(seats="llm", model="m", base_url="http://x/v1", no_seed=True)) as client:
        assert client.sampling.seed is None


def test_what_is_not_at_its_default_is_changed():
    assert changed(talk(timeout=9.0), "timeout", "model") == ["timeout"]
    assert changed(talk(), "timeout", "prices") == []


LLM = {"seats": "llm"}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"seats": "human"}, "unknown kind of players 'human'; known: simulated, llm"),
        ({"model": "tiny"}, '`model` is about language models; add `seats="llm"`'),
        ({"token_cap": 5}, "`token_cap` is about language models"),
        (LLM, "name it by `model`"),
        (LLM | {"model": "tiny"}, "set OPENAI_API_KEY, or give the base URL"),
        (LLM | {"model": "m", "base_url": "x"}, "does not begin with http"),
        (LLM | {"model": "m", "mode": "again"}, "unknown mode of recording 'again'"),
        (LLM | {"model": "m", "mode": "replay-only"}, "needs a file of recordings"),
        (LLM | {"model": "m", "money_cap": 1.0}, "needs prices"),
        (LLM | {"model": "m", "mode": "replay-only", "timeout": 9.0}, "`timeout` decides nothing"),
    ],
)
def test_mistakes_are_one_line(settings, message):
    with pytest.raises(ScgError, match=message) as caught:
        client_of(talk(**settings))
    assert len(str(caught.value).splitlines()) == 1
