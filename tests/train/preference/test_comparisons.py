"""Files of comparisons: what goes in comes out, and what is none is said in a line."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.core.errors import InvalidArgument
from scg_envs.train.preference.comparisons import Comparison, Comparisons, Episode, Pairing
from scg_envs.train.preference.files import read_comparisons, write_comparisons

names = st.text("abcé ,|", min_size=1, max_size=4)
numbers = st.floats(-1e6, 1e6)
pairings = st.one_of(
    st.builds(Pairing, st.just("randomised"), st.none(), st.none() | st.floats(0.01, 1)),
    st.builds(
        Pairing,
        st.just("chosen"),
        st.none() | st.lists(names, max_size=2).map(tuple),
        st.none() | st.floats(0.01, 1),
    ),
)


@st.composite
def comparisons(draw):
    cues = draw(st.lists(st.sampled_from(["length", "reward"]), unique=True))
    people = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    covariates = {p: draw(st.dictionaries(names, numbers, max_size=2)) for p in people}
    rows = []
    for _ in range(draw(st.integers(1, 6))):
        person = draw(st.sampled_from(people))
        first, second = (Episode(draw(names), {c: draw(numbers) for c in cues}) for _ in "ab")
        side = draw(st.sampled_from(["first", "second"]))
        where = draw(st.none() | names)
        about = draw(st.dictionaries(st.sampled_from(["study", "wave"]), names))
        pairing, known = draw(pairings), covariates[person]
        rows.append(Comparison(person, first, second, side, pairing, known, where, about))
    return Comparisons(tuple(rows))


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
@settings(max_examples=25)
@given(data=comparisons())
def test_what_is_written_is_read(suffix, data, tmp_path_factory):
    if suffix == ".parquet":
        pytest.importorskip("pyarrow")
    path = tmp_path_factory.mktemp("files") / f"data{suffix}"
    write_comparisons(data, path)
    assert read_comparisons(path) == data


@given(data=comparisons())
def test_arrays_say_what_the_lines_say(data):
    """Each row, turned back: who was shown, which side, who won, by how much cues differ."""
    for k, row in enumerate(data.rows):
        a, b = row.first.outcome, row.second.outcome
        if a == b:
            assert data.cell[k] == -1
            continue
        one, other = (data.outcomes[j] for j in data.cells[data.cell[k]])
        assert (one, other) == (min(a, b), max(a, b))
        assert (data.side[k] == 1) == (one == a)
        winner = a if row.preferred == "first" else b
        assert (data.won[k] == 1) == (winner == one)
        upper, lower = (row.first, row.second) if one == a else (row.second, row.first)
        gaps = [upper.cues[c] - lower.cues[c] for c in data.cues]
        np.testing.assert_allclose(data.cue_gaps[k], gaps)


GOOD = {
    "person": "p",
    "first": {"outcome": "a", "length": 3},
    "second": {"outcome": "b", "length": 4},
    "preferred": "first",
    "pair": {"how": "chosen", "by": ["age"], "propensity": 0.5},
    "covariates": {"age": 30},
}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"person": 3}, "person is 3; expected a text"),
        ({"person": ""}, "person is ''"),
        ({"preferred": "left"}, "preferred is 'left'; expected one of: first, second"),
        ({"preferred": ["first"]}, "preferred is"),
        ({"first": "a"}, "first is 'a'; expected an object with an outcome"),
        ({"first": {"length": 3}}, "expected an object with an outcome"),
        ({"first": {"outcome": "a"}}, "only one of the two episodes has length"),
        ({"first": {"outcome": "a", "length": "3"}}, "length of first is '3'; expected a number"),
        ({"covariates": {"age": None}}, "age of covariates is None"),
        ({"covariates": {"age": float("nan")}}, "age of covariates is nan"),
        ({"covariates": [1]}, "covariates is"),
        ({"pair": {"how": "drawn"}}, "how of pair is 'drawn'; expected one of: randomised, chosen"),
        ({"pair": {}}, "pair has no 'how'"),
        ({"pair": {"how": "randomised", "by": ["age"]}}, "of chosen pairs"),
        ({"pair": {"how": "chosen", "by": [1]}}, "expected names of covariates"),
        ({"pair": {"how": "chosen", "propensity": 0}}, "propensity of pair is 0"),
        ({"pair": {"how": "chosen", "propensity": True}}, "propensity of pair is True"),
        ({"pair": {"how": "chosen", "prob": 0.5}}, "pair has an unknown 'prob'"),
        ({"environment": ""}, "environment is ''; expected a text"),
        ({"environment": 3}, "environment is 3; expected a text"),
        ({"about": ["trial"]}, "about is ['trial']; expected texts and numbers by name"),
        ({"about": {"trial": []}}, "trial of about is []; expected a text or a number"),
        ({"winner": "first"}, "the comparison has an unknown 'winner'"),
    ],
)
def test_a_line_that_is_no_comparison_is_said(change, said, tmp_path):
    path = tmp_path / "data.jsonl"
    path.write_text(json.dumps(GOOD) + "\n" + json.dumps(GOOD | change) + "\n")
    with pytest.raises(InvalidArgument, match="line 2 is no comparison") as caught:
        read_comparisons(path)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "there are no comparisons"),
        (b"{", "line 1 is no comparison: it is no JSON"),
        (b"3", "the comparison is 3; expected a JSON object"),
        (b"\xff\xfe", "it is no text"),
        (b"[" * 10**5, "line 1 is no comparison: it is nested too deeply"),
    ],
)
def test_a_file_that_holds_none_is_said(content, said, tmp_path):
    path = tmp_path / "data.jsonl"
    path.write_bytes(content)
    with pytest.raises(InvalidArgument) as caught:
        read_comparisons(path)
    assert said in str(caught.value)


def test_what_no_column_holds_is_said(tmp_path):
    pytest.importorskip("pyarrow")
    rows = [Comparison.from_json(GOOD | {"about": {"trial": one}}) for one in (3, "last")]
    with pytest.raises(InvalidArgument, match="always texts, or always numbers"):
        write_comparisons(Comparisons(tuple(rows)), tmp_path / "data.parquet")
    write_comparisons(Comparisons(tuple(rows)), tmp_path / "data.jsonl")
    assert [row.about["trial"] for row in read_comparisons(tmp_path / "data.jsonl").rows] == [
        3,
        "last",
    ]


def test_what_single_lines_do_not_show_is_said(tmp_path):
    path = tmp_path / "data.jsonl"
    path.write_text(json.dumps(GOOD) + "\n" + json.dumps(GOOD | {"covariates": {"age": 31}}))
    with pytest.raises(InvalidArgument, match=r"age of 'p' is 31 in comparison 2, and 30 before"):
        read_comparisons(path)
    without = GOOD | {"first": {"outcome": "a"}, "second": {"outcome": "b"}}
    path.write_text(json.dumps(GOOD) + "\n" + json.dumps(without))
    with pytest.raises(InvalidArgument, match="comparison 2 have the cues none"):
        read_comparisons(path)
    with pytest.raises(InvalidArgument, match="cannot be read"):
        read_comparisons(tmp_path / "nowhere.jsonl")
    (tmp_path / "data.parquet").write_text("no columns")
    pytest.importorskip("pyarrow")
    with pytest.raises(InvalidArgument, match="it is no Parquet file"):
        read_comparisons(tmp_path / "data.parquet")
