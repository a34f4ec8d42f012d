"""The client against a real server: what is sent, what comes back, and every way to fail."""

import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from scg_envs.agents.language import Budget, Prices, Request, Sampling
from scg_envs.agents.language.dialogue import Speaker
from scg_envs.agents.language.limits import MOST_BYTES
from scg_envs.core.errors import (
    BudgetSpent,
    InvalidArgument,
    KeyRefused,
    LanguageModelError,
    MalformedReply,
    MissingExtra,
    NoServer,
    ScgError,
    ServerFailed,
    UnknownModel,
    UnparsableAnswer,
    WrongAddress,
)

from .loopback import Reply, fault, tokens_of

HELLO = [{"role": "system", "content": "be brief"}, {"role": "user", "content": "hello"}]
SCHEMA = {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]}


def test_what_is_sent_is_explicit_and_what_comes_back_is_whole(server, connect):
    server.script = ["hi there"]
    client = connect(sampling=Sampling(temperature=0.7, seed=11, max_tokens=50))
    answer = client.ask(HELLO, sample=3)
    assert (answer.text, answer.finish_reason, answer.refusal) == ("hi there", "stop", None)
    assert answer.prompt_tokens == sum(tokens_of(m["content"]) for m in HELLO)
    assert answer.completion_tokens == tokens_of("hi there")
    assert (answer.served_by, answer.retries, answer.estimated) == ("tiny", 0, False)
    (sent,) = server.requests
    assert sent == {
        "model": "tiny",
        "messages": HELLO,
        "max_tokens": 50,
        "temperature": 0.7,
        "seed": 14,  # of sample 3
    }


def test_settings_that_are_none_are_not_sent(server, connect):
    server.script = ["x"]
    connect(sampling=Sampling(temperature=None, seed=None)).ask(HELLO)
    assert set(server.requests[0]) == {"model", "messages", "max_tokens"}


def test_key_and_address_come_from_arguments_or_the_environment(server, connect, monkeypatch):
    server.script = ["x"]
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-from-environment")
    connect(base_url=None).ask(HELLO)
    connect(base_url=None, api_key="sk-from-argument").ask(HELLO)
    connect(base_url=server.url.replace("//", "//me:secret%20pass@"), api_key="sk").ask(HELLO)
    sent = [headers["authorization"] for headers in server.headers]
    assert sent[:2] == ["Bearer sk-from-environment", "Bearer sk-from-argument"]
    assert sent[2] == "Basic bWU6c2VjcmV0IHBhc3M="  # me:secret pass


def test_a_schema_is_sent_in_other_forms_and_left_out_from_then_on_where_it_is_refused(
    server, connect
):
    def answer(request):
        if "response_format" in request:
            return fault(400, "response_format is not supported")
        return '{"x": 1}'

    server.answer = answer
    client = connect()
    for _ in range(2):
        assert client.ask(HELLO, schema=SCHEMA).text == '{"x": 1}'
    first, second, *others = (sent.get("response_format") for sent in server.requests)
    assert first["type"] == "json_schema"
    assert first["json_schema"]["schema"] == SCHEMA
    assert second == {"type": "json_object", "schema": SCHEMA}
    assert others == [None, None]


@pytest.mark.parametrize("status", [422, 500])
def test_a_server_with_another_form_of_schemas_is_found_out_once(server, connect, status):
    def answer(request):
        if request["response_format"]["type"] == "json_schema":
            # llama.cpp's Python server answers 500 where it means 422.
            return fault(status, "'loc': ('body', 'response_format', 'type')")
        return '{"x": 1}'

    server.answer = answer
    budget = Budget()
    client = connect(budget=budget, max_retries=0)
    for _ in range(2):
        assert client.ask(HELLO, schema=SCHEMA).text == '{"x": 1}'
    forms = [sent["response_format"]["type"] for sent in server.requests]
    assert forms == ["json_schema", "json_object", "json_object"]
    assert budget.usage.calls == 2


def test_a_500_for_another_reason_keeps_the_form(server, connect):
    server.script = [fault(500, "out of memory"), '{"x": 1}']
    client = connect(max_retries=0)
    with pytest.raises(ServerFailed, match="out of memory"):
        client.ask(HELLO, schema=SCHEMA)
    client.ask(HELLO, schema=SCHEMA)
    assert [sent["response_format"]["type"] for sent in server.requests] == ["json_schema"] * 2


def test_a_server_that_takes_schemas_gets_them_every_time(server, connect):
    server.script = ['{"x": 1}']
    client = connect()
    client.ask(HELLO, schema=SCHEMA)
    client.ask(HELLO, schema=SCHEMA)
    assert all("response_format" in sent for sent in server.requests)


def test_a_400_for_another_reason_is_an_error_also_with_a_schema(server, connect):
    server.script = [fault(400, "the prompt is too long")]
    with pytest.raises(ServerFailed, match=r"answers 400: .*the prompt is too long"):
        connect().ask(HELLO, schema=SCHEMA)


def test_a_refusal_for_another_reason_does_not_cost_the_schema(server, connect):
    server.script = [fault(400, "too long")] * 3 + ['{"x": 1}']
    client = connect()
    with pytest.raises(ServerFailed):
        client.ask(HELLO, schema=SCHEMA)
    client.ask(HELLO, schema=SCHEMA)
    forms = [sent.get("response_format", {}).get("type") for sent in server.requests]
    assert forms == ["json_schema", "json_object", None, "json_schema"]


def test_a_server_that_wants_the_newer_name_of_the_limit_gets_it(server, connect):
    def answer(request):
        if "max_tokens" in request:
            return fault(400, "Unsupported parameter: use 'max_completion_tokens' instead.")
        return "fine"

    server.answer = answer
    assert connect().ask(HELLO).text == "fine"
    assert server.requests[-1]["max_completion_tokens"] == 1024


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503])
def test_passing_faults_are_tried_again_and_counted(server, connect, status):
    server.script = [fault(status), fault(status), "at last"]
    budget = Budget()
    answer = connect(budget=budget).ask(HELLO)
    assert (answer.text, answer.retries) == ("at last", 2)
    assert budget.usage.calls == 1
    assert budget.tokens == answer.tokens  # what is refused costs nothing


def test_a_429_is_tried_again_when_the_server_says(server, connect):
    limited = fault(429, "slow down", soon=False)
    limited.headers = {"retry-after": "1"}
    server.script = [limited, "now"]
    assert connect().ask(HELLO).text == "now"
    waited = server.times[1] - server.times[0]
    assert 1.0 <= waited < 3.0


@pytest.mark.parametrize(
    ("status", "said"),
    [(500, "answers 500: .*broken"), (429, "limits the rate of calls"), (401, "refuses the key")],
)
def test_lasting_faults_are_one_typed_line(server, connect, status, said):
    server.script = [fault(status)]
    typed = KeyRefused if status == 401 else ServerFailed
    with pytest.raises(typed, match=said) as caught:
        connect().ask(HELLO)
    assert server.url in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert len(server.requests) == (1 if status == 401 else 3)


def test_a_reply_that_is_cut_off_is_tried_again(server, connect):
    server.script = [Reply("lost", cut=True), "whole"]
    client = connect()
    assert client.ask(HELLO).text == "whole"
    # The server may have worked for the one that was lost: it counts with its bound.
    request = Request("tiny", HELLO, 1024)
    assert client.budget.to_json()["lost_tokens"] == request.token_bound


def test_replies_that_are_always_cut_off_are_an_error(server, connect):
    server.script = [Reply("lost", cut=True)]
    with pytest.raises(ServerFailed, match="broke the connection off"):
        connect(max_retries=1).ask(HELLO)
    assert len(server.requests) == 2


@pytest.mark.parametrize("slow", [Reply("late", wait=2.0), Reply("slow", drip=0.02)])
def test_a_stalling_server_is_given_up(server, connect, slow):
    server.script = [slow]
    began = time.monotonic()
    with pytest.raises(ServerFailed, match=r"no whole answer within 0\.3 s"):
        connect(timeout=0.3, max_retries=0).ask(HELLO)
    assert time.monotonic() - began < 1.5


def test_a_reply_without_end_is_given_up(server, connect):
    server.script = [Reply(body=b" " * (MOST_BYTES + 1))]
    with pytest.raises(ServerFailed, match=f"exceeds {MOST_BYTES} bytes"):
        connect(max_retries=0).ask(HELLO)


MALFORMED = {
    "no JSON": (Reply(body=b"<html>502</html>"), "no JSON: <html>502</html>"),
    "cut JSON": (Reply(body=b'{"choices": [{"mess'), "no JSON"),
    "deep JSON": (Reply(body=b"[" * 100_000), "no JSON"),
    "nothing": (Reply(body=b""), "no JSON: nothing"),
    "no object": (Reply(body=b"[1]"), "without choices"),
    "no choices": (Reply(fields={"choices": []}), "without choices"),
    "null choices": (Reply(fields={"choices": None}), "without choices"),
    "no message": (Reply(fields={"choices": [{"index": 0}]}), "without choices"),
    "number as text": (Reply(message={"content": 5}), "content is no text"),
    "error in a 200": (Reply(body=b'{"error": {"message": "overloaded"}}'), "overloaded"),
}


@pytest.mark.parametrize(("reply", "said"), MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_reply_is_asked_for_again_then_an_error(server, connect, reply, said):
    client = connect()
    server.script = [reply, reply, "good"]
    answer = client.ask(HELLO)
    assert (answer.text, answer.retries) == ("good", 2)
    server.script = [reply]
    with pytest.raises(MalformedReply, match=said) as caught:
        client.ask(HELLO)
    assert len(str(caught.value).splitlines()) == 1
    assert len(server.requests) == 6


def test_tokens_that_are_not_reported_count_with_their_bound(server, connect):
    server.script = [Reply("hi", fields={"usage": None})]
    client = connect()
    answer = client.ask(HELLO)
    assert answer.estimated
    assert answer.tokens == Request("tiny", HELLO, 1024).token_bound


def test_an_unknown_model_lists_those_of_the_server(server, connect):
    client = connect("tinny")
    for ask in (lambda: client.ask(HELLO), client.check_model):
        with pytest.raises(
            UnknownModel, match=r"known: small, tiny\. Did you mean 'tiny'"
        ) as caught:
            ask()
        assert isinstance(caught.value, ScgError)
        assert server.url in str(caught.value)
    connect().check_model()


def test_a_wrong_path_is_told_from_an_unknown_model(server, connect):
    client = connect(base_url=server.url.removesuffix("/v1"))
    for ask in (lambda: client.ask(HELLO), client.check_model):
        with pytest.raises(WrongAddress, match=f"`base_url={server.url}`"):
            ask()
    assert not server.requests  # nothing was answered, so nothing cost anything


def test_a_path_under_which_nothing_answers_is_one_line(server, connect):
    client = connect(base_url=server.url.replace("/v1", "/v2"))
    with pytest.raises(ServerFailed, match=r"answers 404 .* usually ends in /v1") as caught:
        client.ask(HELLO)
    assert len(str(caught.value).splitlines()) == 1


def test_https_where_the_server_speaks_http(server, connect):
    client = connect(base_url=server.url.replace("http", "https"), max_retries=0)
    with pytest.raises(WrongAddress, match=f"give `base_url={server.url}`"):
        client.check_model()


@pytest.mark.parametrize(
    "listing", [b"<html>", b'{"data": 5}', b'{"data": [{"name": "x"}]}', b"[]", b""]
)
def test_a_server_that_lists_no_models_is_asked_and_its_404_is_one_line(server, connect, listing):
    server.listing = listing
    with pytest.raises(LanguageModelError) as caught:
        connect("tinny").ask(HELLO)
    assert "404" in str(caught.value)
    connect("tinny").check_model()  # no reason to refuse
    assert len(str(caught.value).splitlines()) == 1


def test_no_server_says_which_address_and_what_to_start(server, connect):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
    client = connect(base_url=address, max_retries=0)
    for ask in (lambda: client.ask(HELLO), client.check_model):
        with pytest.raises(NoServer, match="ollama serve") as caught:
            ask()
        assert address in str(caught.value)
        assert "vllm serve MODEL" in str(caught.value)
        assert len(str(caught.value).splitlines()) == 1
    assert client.budget.tokens == 0


def ask_forever(client):
    for _ in range(1000):
        with suppress(MalformedReply):
            client.ask(HELLO)
    pytest.fail("no cap held")


def test_a_cap_on_tokens_holds_whatever_is_asked(server, connect):
    server.script = ["word " * 40]
    for cap in (0, 2000, 3000, 5000):
        budget = Budget(max_tokens=cap)
        client = connect(budget=budget, sampling=Sampling(max_tokens=100))
        with pytest.raises(BudgetSpent, match=f"the cap of {cap} tokens"):
            ask_forever(client)
        bound = Request("tiny", HELLO, 100).token_bound
        assert cap - bound < budget.tokens <= cap or (cap == 0 and budget.tokens == 0)


def test_a_cap_holds_when_many_ask_at_once(server, connect):
    server.script = [Reply("word " * 40, wait=0.01)]
    budget = Budget(max_tokens=4000)
    client = connect(budget=budget, sampling=Sampling(max_tokens=100))

    def ask(_):
        with suppress(BudgetSpent):
            return client.ask(HELLO).tokens
        return 0

    with ThreadPoolExecutor(8) as pool:
        used = list(pool.map(ask, range(200)))
    assert sum(used) == budget.tokens <= 4000
    assert 0 < sum(map(bool, used)) == budget.usage.calls < 200


def test_a_cap_on_money_holds_at_the_prices_given(server, connect):
    server.script = ["word " * 40]
    prices = Prices(prompt=2.0, completion=10.0)
    budget = Budget(max_money=0.01, prices=prices)
    client = connect(budget=budget, sampling=Sampling(max_tokens=100))
    with pytest.raises(BudgetSpent, match=r"the cap of 0\.01 in money"):
        ask_forever(client)
    used = budget.usage
    assert budget.money == pytest.approx(prices.of(used.prompt_tokens, used.completion_tokens))
    assert 0.007 < budget.money <= 0.01


def test_a_cap_holds_when_calls_break_off(server, connect):
    server.script = [Reply(body=b"broken")]
    budget = Budget(max_tokens=3000)
    client = connect(budget=budget, sampling=Sampling(max_tokens=100))
    with pytest.raises(BudgetSpent):
        ask_forever(client)
    assert budget.usage.calls == 0
    bound = Request("tiny", HELLO, 100).token_bound
    assert len(server.requests) == 3000 // bound


BAD = {
    "cap without prices": (lambda c: Budget(max_money=1.0), "needs prices"),
    "negative cap": (lambda c: Budget(max_tokens=-1), "expected a whole number from 0 on"),
    "negative price": (lambda c: Prices(-1.0, 0.0), "expected a number from 0 on"),
    "no tokens": (lambda c: Sampling(max_tokens=0), "expected a whole number from 1 on"),
    "cold": (lambda c: Sampling(temperature=-1.0), "expected a number from 0 on"),
    "no scheme": (
        lambda c: c(base_url="localhost:8000/v1"),
        "`base_url` is 'localhost:8000/v1', which does not begin with http:// or https://",
    ),
    "another scheme": (lambda c: c(base_url="ftp://h/v1"), "is 'ftp://h/v1', which does not begin"),
    "no host": (lambda c: c(base_url="http:///v1"), "names no host"),
    "bad port": (
        lambda c: c(base_url="http://me:sk-1@localhost:99999999/v1"),
        "'http://localhost:99999999/v1', whose host or port cannot be read",
    ),
    "half an IPv6": (lambda c: c(base_url="http://[::1/v1"), "whose host or port cannot be read"),
    "a key as address": (lambda c: c(base_url="sk-1"), "is one word, which does not begin with"),
    "empty": (lambda c: c(base_url=""), "is empty, which does not begin with http"),
    "no text": (lambda c: c(base_url=8000), "base_url` is 8000; expected text such as"),
    "one call": (
        lambda c: c(base_url="http://h/v1/chat/completions/"),
        "leave out /chat/completions at its end",
    ),
    "key in query": (lambda c: c(base_url="http://h/v1?key=sk-1"), "leave it out of the URL"),
    "no key for OpenAI": (lambda c: c(base_url=None), "set OPENAI_API_KEY"),
    "unknown mode": (lambda c: c(mode="rerun"), "unknown mode of recording 'rerun'"),
    "no recordings": (lambda c: c(mode="record"), "needs a file of recordings"),
    "no time": (lambda c: c(timeout=0.0), "expected seconds above 0"),
}


@pytest.mark.parametrize(("make", "said"), BAD.values(), ids=BAD.keys())
def test_bad_settings_are_one_line(connect, make, said):
    with pytest.raises(ScgError, match=said) as caught:
        make(connect)
    assert len(str(caught.value).splitlines()) == 1
    assert "sk-1" not in str(caught.value)


def test_without_the_package_only_replays_work(connect, monkeypatch):
    monkeypatch.setattr("scg_envs.core.extras.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"needs openai, .* '\.\[llm\]'"):
        connect()


def test_secrets_never_show_in_errors_or_answers(server, connect):
    key, password = "sk-very-secret-key", "hunter2-hunter2"
    client = connect(base_url=server.url.replace("//", f"//me:{password}@"), api_key=key)
    server.script = [fault(400, f"bad key {key} or password {password}")]
    with pytest.raises(ServerFailed) as caught:
        client.ask(HELLO)
    assert key not in str(caught.value)
    assert password not in str(caught.value)
    # An escaped spelling in the reply's JSON is no way around it.
    escaped = json.dumps(key).replace("-", "\\u002d").encode()
    body = b'{"choices": [{"message": {"content": ' + escaped + b"}}]}"
    server.script = [Reply(body=body)]
    assert client.ask(HELLO).text == "[redacted]"


def test_lone_surrogates_do_no_harm(server, connect):
    server.script = [Reply(body=b'{"choices": [{"message": {"content": "\\ud800 ok"}}]}')]
    client = connect()
    answer = client.ask(HELLO)
    answer.text.encode()
    client.ask([*HELLO, {"role": "assistant", "content": "\udfff"}])


def test_errors_name_role_and_turn_once():
    error = LanguageModelError("broken").at("buyer", 2).at("seller", 9)
    assert str(error) == "buyer, turn 2: broken"
    assert (error.role, error.turn) == ("buyer", 2)
    with pytest.raises(InvalidArgument):
        Prices(float("nan"), 1.0)


@pytest.mark.parametrize("status", [400, 422])
def test_a_seed_that_a_server_refuses_is_left_out_from_then_on(server, connect, status):
    def answer(asked):
        return fault(status, "Unrecognized argument: 'seed'") if "seed" in asked else "yes"

    server.answer = answer
    client = connect()
    assert client.ask([{"role": "user", "content": "?"}]).text == "yes"
    assert client.ask([{"role": "user", "content": "?"}], sample=1).text == "yes"
    assert ["seed" in asked for asked in server.requests] == [True, False, False]


def test_another_400_leaves_the_seed_where_it_is(server, connect):
    server.answer = lambda asked: fault(400, "the template proceeds no further")
    with pytest.raises(ServerFailed):
        connect().ask([{"role": "user", "content": "?"}])
    assert all("seed" in asked for asked in server.requests)


def test_a_text_beside_an_empty_content_is_named(server, connect):
    server.script = [Reply("", message={"reasoning": "let me see"}, finish_reason="length")]
    answer = connect().ask([{"role": "user", "content": "?"}])
    assert (answer.text, answer.elsewhere) == ("", "reasoning")
    speaker = Speaker(connect(), "seller", repairs=0)
    with pytest.raises(UnparsableAnswer, match=r"'reasoning'.*cut off.*allow more"):
        speaker.ask([{"role": "user", "content": "?"}], str, turn=1)
