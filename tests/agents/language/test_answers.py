"""Reading answers: JSON and tags to the same values, and nothing that is not plainly there."""

import json
from dataclasses import dataclass
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scg_envs.agents.language import AnswerFormat, choice, number, text
from scg_envs.core.errors import InvalidAnswer
from scg_envs.games.dialogue.answers import LONGEST_ANSWER, without_reasoning


@dataclass(frozen=True)
class Move:
    kind: Literal["ACCEPT", "REJECT", "PROPOSE"] = choice("what you do")
    price: int = number("the price", least=0, most=100)
    weight: float = number("how much it matters")
    message: str = text("what you say", longest=200)


MOVE = AnswerFormat(Move)
GOOD = Move("PROPOSE", 42, 0.5, "take it")
JSON = '{"kind": "PROPOSE", "price": 42, "weight": 0.5, "message": "take it"}'
TAGS = (
    "<kind>propose</kind> <price> 42 </price><weight>0.5</weight>\n<message>\ntake it\n</message>"
)


@pytest.mark.parametrize(
    "answer",
    [
        JSON,
        f"\n {JSON}\n",
        f"Here it is:\n```json\n{JSON}\n```\nGood luck!",
        TAGS,
        f"My answer: {TAGS} That is all.",
        f"<think>{TAGS} or <price>7</price>?</think>\n{JSON}",
    ],
)
def test_json_and_tags_say_the_same(answer):
    assert MOVE.read(answer) == GOOD


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("", "is empty"),
        ("I am sorry, I cannot do that.", "has no <kind>; give every field: kind, price"),
        ("__import__('os').system('true')", "has no <kind>"),
        (JSON[:-1], "begins like JSON and is none"),
        (JSON + JSON, "begins like JSON and is none"),
        (f"[{JSON}]", "has no <kind>"),
        (JSON.replace("42", "True"), "begins like JSON and is none"),
        (JSON.replace("42", "true"), "'price' is bool; expected text or a number"),
        (JSON.replace("42", "[42]"), "'price' is list; expected text or a number"),
        (JSON.replace("42", "42.0"), "price is '42.0'; expected a whole number from 0 to 100"),
        (JSON.replace("42", '"4e1"'), "price is '4e1'"),
        (JSON.replace("42", '"0x2a"'), "price is '0x2a'"),
        (JSON.replace("42", "-1"), "price is '-1'; expected"),
        (JSON.replace("42", "101"), "price is '101'; expected"),
        (JSON.replace("42", "null"), "has no <price>"),
        (JSON.replace("42", "9" * 5000), "begins like JSON and is none"),
        (JSON.replace("0.5", "NaN"), "weight is 'nan'; expected a plain number"),
        (JSON.replace("0.5", "1e999"), "weight is 'inf'; expected a plain number"),
        (JSON.replace("0.5", "1" + "0" * 400), "weight is '1000"),
        (JSON.replace("PROPOSE", "BEG"), "kind is 'BEG'; expected one of ACCEPT, REJECT, PROPOSE"),
        (JSON.replace("take it", "x" * 201), "expected text of at most 200 characters"),
        (JSON.replace('"take it"', '["take it"]'), "expected text"),
        (JSON.replace('"price": 42, ', ""), "has no <price>"),
        (JSON.replace("{", '{"price": 1, '), "says a field twice"),
        (JSON.replace("{", '{"extra": 1, '), "an unknown field 'extra'"),
        (TAGS + "<price>41</price>", "<price> is opened 2 times"),
        (TAGS.replace("</price>", ""), "<price> is opened 1 times and closed 0 times"),
        ('{"a":' * 3900, "begins like JSON and is none"),
        (JSON + " " * LONGEST_ANSWER, f"at most {LONGEST_ANSWER} are read"),
    ],
)
def test_everything_else_is_said_in_one_line(answer, said):
    with pytest.raises(InvalidAnswer, match=said) as caught:
        MOVE.read(answer)
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 300


@given(st.text(max_size=200) | st.from_regex(r"<(kind|price)>.*</(kind|price)>"))
def test_no_text_makes_it_fail_otherwise(answer):
    try:
        MOVE.read(answer)
    except InvalidAnswer:
        return
    pytest.fail("random text has all of five fields")


@given(
    st.sampled_from(["ACCEPT", "REJECT", "PROPOSE"]),
    st.integers(0, 100),
    st.floats(-1e4, 1e4).map(lambda x: round(x, 3)),
    st.text("abc xyz.,!?{}\"'\\\n", max_size=100).map(str.strip),
)
def test_what_is_written_in_tags_is_read_back(kind, price, weight, message):
    tags = (
        f"<kind>{kind}</kind><price>{price}</price><weight>{weight:.3f}</weight>"
        f"<message>{message}</message>"
    )
    assert MOVE.read(tags) == Move(kind, price, weight, message)


def test_the_schema_is_one_that_servers_hold_models_to():
    assert MOVE.schema["required"] == list(Move.__dataclass_fields__)
    assert MOVE.schema["additionalProperties"] is False
    properties = MOVE.schema["properties"]
    assert properties["kind"]["enum"] == ["ACCEPT", "REJECT", "PROPOSE"]
    price = {"type": "integer", "minimum": 0, "maximum": 100, "description": "the price"}
    assert properties["price"] == price
    assert properties["weight"] == {"type": "number", "description": "how much it matters"}
    assert properties["message"]["maxLength"] == 200


def test_the_instructions_name_every_field_and_both_forms():
    for name in Move.__dataclass_fields__:
        assert f"- {name}: " in MOVE.instructions
        assert f'"{name}": ...' in MOVE.instructions
        assert f"<{name}>...</{name}>" in MOVE.instructions


def test_only_reasoning_that_comes_first_is_cut_off():
    assert without_reasoning("<think>hm\n</think> yes") == "yes"
    assert without_reasoning("yes <think>hm</think>") == "yes <think>hm</think>"
    assert without_reasoning("<think>for ever") == "<think>for ever"
    # Templates that open the tag in the question leave the closing alone.
    assert without_reasoning("42? No.\n</think>\n\nyes") == "yes"
    assert without_reasoning('{"reason": "</think>"}') == '{"reason": "</think>"}'
    assert without_reasoning("<reason></think></reason>") == "<reason></think></reason>"


def test_numbers_are_listed_for_servers_that_are_blind_to_bounds():
    @dataclass(frozen=True)
    class Mark:
        grade: float = number("the grade", least=1, most=3, step=0.5)

    form = AnswerFormat(Mark)
    assert form.schema["properties"]["grade"]["enum"] == [1, 1.5, 2, 2.5, 3]
    assert form.read('{"grade": 2.75}').grade == 2.75


def test_a_schema_asks_for_less_text_than_is_read():
    @dataclass(frozen=True)
    class Essay:
        words: str = text("anything", longest=2000)

    form = AnswerFormat(Essay)
    assert form.schema["properties"]["words"]["maxLength"] == 400
    assert len(form.read(json.dumps({"words": "x" * 2000})).words) == 2000


def test_a_text_may_have_to_say_something():
    @dataclass(frozen=True)
    class Word:
        said: str = text("a word", longest=9, empty=False)

    form = AnswerFormat(Word)
    assert form.schema["properties"]["said"]["minLength"] == 1
    for nothing in ('{"said": "  "}', "<said></said>"):
        with pytest.raises(InvalidAnswer, match="said is ''; expected some text of at most 9"):
            form.read(nothing)


@dataclass(frozen=True)
class _Priced:
    price: int = number("a price", least=0, most=99)


@pytest.mark.parametrize(
    "answer",
    [
        'Sure! {"price": 42}',
        'Sure! {"price": 42} Hope this helps.',
        '{"price": 42}\n\nThat is my price.',
        'I thought of much.</think>\nSure: {"price": 42}',
        'Sure!\n```json\n{"price": 42}\n```',
        "Sure {as you like}: <price>42</price>",
    ],
)
def test_an_object_in_prose_is_read(answer):
    assert AnswerFormat(_Priced).read(answer).price == 42


@pytest.mark.parametrize("answer", ['Either {"price": 4} or {"price": 42}', "Sure! {price: 42}"])
def test_what_could_mean_two_things_is_not_read(answer):
    with pytest.raises(InvalidAnswer):
        AnswerFormat(_Priced).read(answer)
