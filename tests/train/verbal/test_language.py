"""Algorithm 2 with language models as generator and evaluator, on a real server."""

import json
import re

import pytest

from scg_envs.agents.language import (
    Budget,
    LanguageEvaluator,
    LanguageGenerator,
    LanguageMoves,
    stamps,
)
from scg_envs.agents.language.rounds import rounds
from scg_envs.core.errors import InvalidAnswer, MissingRecording, NoServer
from scg_envs.core.verbal import BestOfN, Failure, Moves, Outcome, Proposal, Trial, Verdict
from scg_envs.train.verbal import VerbalLoop, compare

from ...agents.language.loopback import fault
from .shop import EVALUATOR, TASK, Shop, any_price, words


def parse_price(text):
    if not re.fullmatch(r"\d{1,3}", text):
        raise InvalidAnswer(f"the point {text[:20]!r} is no price; expected a whole number.")
    return int(text)


def talker(request):
    """A generator that halves the way to 40, an evaluator that reads how the round ended."""
    system, last = (request["messages"][i]["content"] for i in (0, -1))
    prices = [int(price) for price in re.findall(r"Pre-policy: (\d+)", last)]
    if system.startswith("You choose a pre-policy"):
        price = (prices[-1] + 40) // 2 if prices else 56
        return json.dumps({"point": str(price), "text": words(price)})
    if system.startswith("You judge"):
        score = 10 * float(re.findall(r"score ([\d.]+)", last)[-1])
        return (
            f"<score>{score:.3f}</score><criticism>{prices[-1]} is still much.</criticism>"
            "<direction>lower</direction>"
        )
    assert system.startswith("You advise")
    move = "largely decrease" if not prices or prices[-1] > 42 else "lightly decrease"
    return json.dumps({"reason": "room to go", "move": move})


@pytest.fixture
def language_loop(server, connect):
    server.answer = talker

    def make(client=None, evaluations=5, seed=1, **settings):
        client = client or connect()
        return VerbalLoop(
            LanguageGenerator(client, TASK, parse_price, **settings),
            Shop(),
            LanguageEvaluator(client, TASK),
            evaluations=evaluations,
            seed=seed,
        )

    return make


def test_a_generator_and_an_evaluator_learn_from_words(server, language_loop):
    result = language_loop().run().result()
    assert [trial.proposal.point for trial in result.history] == [56, 48, 44, 42, 41]
    assert result.best.proposal == Proposal(41, "I pay 41 and no more.")
    for trial in result.history:
        assert trial.verdict.score == pytest.approx(trial.outcome.score, abs=1e-3)
        assert trial.verdict.direction == "lower"
    assert result.usage["generator"].calls == result.usage["evaluator"].calls == 5
    report = json.loads(json.dumps(result.to_json()))
    assert report["prompts"] == stamps("generator", "evaluator", "repair")
    assert report["usage"]["evaluator"]["completion_tokens"] > 0
    last = server.requests[-2]["messages"]  # the generator's question of the last round
    assert TASK.space in last[0]["content"]
    assert '"point": ..., "text": ...' in last[0]["content"]
    for part in ("Round 1\n", "Criticism: 56 is still much.", "buyer: I pay 42", "price 42"):
        assert part in last[1]["content"]
    assert server.requests[-2]["response_format"]["json_schema"]["schema"]["required"] == [
        "point",
        "text",
    ]


def test_a_loop_is_replayed_without_a_server(server, connect, language_loop, tmp_path):
    recordings = tmp_path / "answers.sqlite"
    live = language_loop(connect(mode="record", recordings=recordings)).run().result()
    server.stop()
    replay = connect(base_url=None, mode="replay-only", recordings=recordings)
    again = language_loop(replay).run().result()
    assert [t.to_json() for t in again.history] == [t.to_json() for t in live.history]
    # Another seed asks for other samples.
    with pytest.raises(MissingRecording, match="generator, turn 1"):
        language_loop(replay, seed=2).run().result()


def test_a_loop_with_language_models_is_resumed(language_loop):
    whole = language_loop().run().result()
    first, second = language_loop(), language_loop()
    for _ in range(2):
        first.iterate()
    second.load_state_dict(json.loads(json.dumps(first.state_dict())))
    resumed = second.run().result()
    assert [t.to_json() for t in resumed.history] == [t.to_json() for t in whole.history]
    assert resumed.usage == whole.usage


def test_a_point_that_cannot_be_read_is_repaired_or_fails_the_round(server, language_loop):
    bad = json.dumps({"point": "as little as can be", "text": "hm"})
    answers = iter([bad, talker])

    def once(request):
        answer = next(answers, talker)
        return answer(request) if callable(answer) else answer

    server.answer = once
    assert language_loop(evaluations=1).run().result().failed == 0
    shown = server.requests[1]["messages"]
    assert "'as little as can be' is no price" in shown[-1]["content"]

    server.answer = lambda request: bad
    result = language_loop(evaluations=2, repairs=1).run().result()
    assert result.failed == 2
    assert result.best is None
    assert [str(trial.error).split(":")[:2] for trial in result.history] == [
        ["UnparsableAnswer", f" generator, turn {turn}"] for turn in (1, 2)
    ]


def test_an_evaluator_that_fails_leaves_the_outcome_in_the_history(server, language_loop):
    def answer(request):
        judges = request["messages"][0]["content"].startswith("You judge")
        return fault(400, "no") if judges else talker(request)

    server.answer = answer
    (trial,) = language_loop(evaluations=1).run().result().history
    assert trial.outcome.metrics["price"] == 56
    assert trial.verdict is None
    assert str(trial.error).startswith("ServerFailed: evaluator, turn 1: ")


def test_a_cap_ends_the_loop_with_what_was_found(server, connect, language_loop):
    budget = Budget(max_tokens=12_000)
    result = language_loop(connect(budget=budget), evaluations=50).run().result()
    assert "the cap of 12000 tokens is reached" in result.stopped
    assert 0 < len(result.history) < 50
    assert result.best is not None
    assert budget.tokens <= 12_000


def test_no_server_ends_the_loop(server, connect, language_loop):
    server.stop()
    with pytest.raises(NoServer, match="generator, turn 1"):
        language_loop(connect(max_retries=0)).run().result()


def test_an_evaluator_can_take_the_mean_of_several_judgments(server, connect):
    scores = iter([2, 4, 9])
    server.answer = lambda request: json.dumps(
        {"score": next(scores), "criticism": "so so", "direction": "none"}
    )
    evaluator = LanguageEvaluator(connect(), TASK, samples=3)
    loop = VerbalLoop(BestOfN(any_price, words), Shop(), evaluator, evaluations=1)
    (trial,) = loop.run().result().history
    assert trial.verdict == Verdict(0.5, "so so", "none")
    assert len({sent["seed"] for sent in server.requests}) == 3


def test_a_model_can_choose_among_the_four_moves(server, connect):
    server.answer = talker
    choose = LanguageMoves(connect(), TASK, 0, 100)
    generator = Moves(50, 0, 100, words, choose=choose)
    result = VerbalLoop(generator, Shop(), EVALUATOR, evaluations=6).run().result()
    assert [trial.proposal.point for trial in result.history] == [50, 47, 44, 41, 40, 39]
    assert "within 0 and 100" in server.requests[0]["messages"][0]["content"]


def test_language_and_numbers_are_compared_at_equal_evaluations(server, connect):
    server.answer = talker
    client = connect()
    rows = compare(
        {
            "language": lambda seed: LanguageGenerator(client, TASK, parse_price),
            "best of n": lambda seed: BestOfN(any_price, words),
        },
        Shop(),
        EVALUATOR,
        evaluations=5,
        seeds=(0, 1),
    )
    assert [(row.generator, row.evaluations, row.failed) for row in rows] == [
        ("language", 5, 0),
        ("best of n", 5, 0),
    ]
    assert rows[0].best == pytest.approx(19 / 60)


def test_a_long_history_is_shown_as_far_as_it_fits_the_newest_first():
    history = [
        Trial(i, Proposal(i, "x" * 100), Outcome(0.5), Verdict(0.5, "fine")) for i in range(9)
    ]
    assert rounds([], 100) == "There were no rounds yet."
    told = rounds(history, 500)
    assert told.startswith("(7 earlier rounds are left out.)")
    assert "Round 9" in told
    assert "Round 7" not in told
    assert told.index("Round 8") < told.index("Round 9")
    cut = rounds(history, 50)
    assert cut.startswith("(8 earlier rounds are left out.)\n\n(cut) ")
    assert len(cut) < 120
    broken = rounds([Trial(0, error=Failure("ServerFailed", "down"))], 500)
    assert broken == "Round 1\nBroken off: ServerFailed: down"
