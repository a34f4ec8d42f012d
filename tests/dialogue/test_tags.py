"""Answers as data: tags and JSON say the same, and nothing else is read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scg_envs.core.errors import InvalidAnswer
from scg_envs.games.dialogue.tags import MAX_LENGTH, read_fields, read_number, write_tags

NAMES = ("player answer", "message")
words = st.text(
    st.characters(exclude_characters="<>", exclude_categories=["Cs", "Cc"]), max_size=60
).map(str.strip)


@given(answer=words.filter(bool), message=words)
def test_tags_and_json_read_alike(answer, message):
    fields = {"player answer": answer, "message": message}
    assert read_fields(write_tags(fields), NAMES[:1], NAMES[1:]) == fields
    as_json = json.dumps({"player_answer": answer, "message": message})
    for text in (as_json, f"```json\n{as_json}\n```"):
        assert read_fields(text, NAMES[:1], NAMES[1:]) == fields


@given(text=st.text(max_size=300))
def test_whatever_comes_is_read_or_refused(text):
    try:
        fields = read_fields(text, NAMES[:1], NAMES[1:])
    except InvalidAnswer:
        return
    assert set(fields) <= set(NAMES)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x" * (MAX_LENGTH + 1),
        "<message> hello </message>",
        "<player answer> ACCEPT",
        "<player answer> A </player answer><player answer> B </player answer>",
        "</player answer> A <player answer>",
        '{"player answer": "A", "player answer": "B"}',
        '{"player answer": ["A"]}',
        '{"player answer": "A", "price of tea": 3}',
        '{"player answer": ',
        "[" * 50_000,
    ],
)
def test_broken_answers_are_refused(text):
    with pytest.raises(InvalidAnswer):
        read_fields(text, NAMES[:1], NAMES[1:])


@pytest.mark.parametrize("text", ["1e3", "inf", "nan", "2+2", "__import__('os')", "٣", "1" * 99])
def test_numbers_are_plain(text):
    with pytest.raises(InvalidAnswer, match="expected a plain number"):
        read_number(text, "the price")


def test_a_line_may_break_inside_of_a_string_of_json():
    assert read_fields('{"message": "one\ntwo"}', ("message",), ()) == {"message": "one\ntwo"}
