"""Pages that are read offline: whole in one file, harmless whoever wrote what they show."""

import json
import re
import shutil
from html import unescape
from html.parser import HTMLParser

import pytest

from scg_envs.train.page.compare import comparison_page
from scg_envs.train.page.drawings import Mark, intervention, scale
from scg_envs.train.page.page import (
    MOST_BYTES,
    Code,
    Drawing,
    Lines,
    Markdown,
    Media,
    Page,
    Paragraph,
    Section,
    Table,
    render,
)
from scg_envs.train.page.search import search_page
from scg_envs.train.report.compare import Compared, Comparison
from scg_envs.train.report.describe import describe
from scg_envs.train.search import search
from scg_envs.train.search.config import SearchConfig

HOSTILE = "<script>alert(1)</script>\u202e'\"><img src=https://elsewhere.example/x>"
EMPTY = {"meta", "img", "path", "circle", "rect", "br"}  # elements without an end


class Elements(HTMLParser):
    """The elements of a page, of which each that begins ends where it should."""

    def __init__(self, text):
        super().__init__()
        self.found, self._open = [], []
        self.feed(text)
        assert not self._open

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self._open.append(tag)

    def handle_endtag(self, tag):
        if tag not in EMPTY:
            assert self._open.pop() == tag

    def named(self, *names):
        return [attributes for tag, attributes in self.found if tag in names]


def checked(text):
    """The elements of a page that asks nobody for anything and runs nothing."""
    assert len(text.encode()) < MOST_BYTES
    page = Elements(text)
    assert not page.named("script", "iframe", "object", "embed", "link", "base", "form")
    policy = page.named("meta")[1]["content"]
    assert policy.startswith("default-src 'none'")
    for tag, attributes in page.found:
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name in ("src", "href", "srcset", "poster", "data"):
                assert value.startswith("data:"), (tag, value)
        if tag == "img":
            assert attributes["alt"]
        if tag in ("svg", "video"):
            assert attributes["aria-label"]
    assert not re.search(r"url\((?!#)", text)
    assert len(page.named("h1")) == 1
    return page


def test_a_searchs_page_is_whole_and_says_what_was_found(tmp_path):
    found = search("household", out=tmp_path, evaluations=24, batch=8)
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    page = checked(text)
    kinds = [one["src"].partition(";")[0] for one in page.named("img", "video")]
    assert kinds == ["data:video/mp4"] * 2 + ["data:image/png"] * 2
    assert found.pre_policy in text
    assert f"{found.desirable} then has probability 1.000 instead of 0.500 without it" in text
    assert "The numbers are exact." in text
    assert "responder: exact" in text  # its settings
    assert "gymnasium" in text  # and its versions


VALUES = 'values:{"Help,Self":0.9,"Cook,External":0.5,"Cook,Self":0.1,"Help,External":0}'


@pytest.mark.parametrize(
    ("game", "settings", "asked", "answered", "best"),
    [
        (
            "household",
            {"objective": "undesirable"},
            "makes the outcome Help,Self unlikeliest",
            "Help,Self then has probability 0.000 instead of 0.500 without it. ",
            "least there is",
        ),
        (
            "household",
            {"desirable": VALUES},
            "makes the expected value of the outcome greatest",
            "the expected value of the outcome then is 0.900 instead of 0.700 without it. ",
            "best there is",
        ),
        (
            "household",
            {"desirable": VALUES, "objective": "undesirable"},
            "makes the expected value of the outcome least",
            "the expected value of the outcome then is 0.500 instead of 0.700 without it. ",
            "least there is",
        ),
        (
            "household",
            {"objective": "follower-gain"},
            "makes what human gains by it greatest",
            "without it; human earns 2.000 instead of 1.500 without it. ",
            "greatest there is",
        ),
        (
            "persuasion",
            {"ties": "optimistic"},
            "makes the outcome buy likeliest",
            "under optimistic ties, between 0.000 and 0.667 however they break. ",
            "best there is",
        ),
    ],
)
def test_a_page_asks_what_was_searched_for_and_answers_that(
    tmp_path, game, settings, asked, answered, best
):
    config = SearchConfig(game=game, **settings)
    result = search(game, **settings)
    text = unescape(render(search_page(tmp_path, config, config.problem(), result, {})))
    for said in (asked, answered, f">{best}<"):
        assert said in text
    runs = (Compared(tmp_path / "a", result, {}), Compared(tmp_path / "b", result, {}))
    assert asked in comparison_page(Comparison(runs, ())).question
    for line in describe(result):
        assert "SearchResult" not in line.label + line.text
        assert "P(Y=values" not in line.label + line.text


def test_searches_stand_side_by_side(tmp_path, scg):
    few = {"evaluations": 16, "batch": 8}
    search("stag_hunt", out=tmp_path / "one", **few)
    search("stag_hunt", out=tmp_path / "more", seed=3, **few)
    search("household", out=tmp_path / "other", **few)
    one, more, other = (tmp_path / name for name in ("one", "more", "other"))
    code, said, error = scg("compare", one, more, "--page", tmp_path / "x.html", "--json")
    assert code == 0, error
    found = json.loads(said)
    assert found["differ"] == []
    assert [row["settings"] for row in found["runs"]] == [{"seed": 0}, {"seed": 3}]
    assert [row["p_after_exact"] for row in found["runs"]] == [1.0, 1.0]
    page = checked((tmp_path / "x.html").read_text(encoding="utf-8"))
    assert len(page.named("img")) == 2
    code, said, _ = scg("compare", one, other)
    assert code == 0
    assert "not the same question: they differ in game, committed, desirable" in said
    for folders, error in {
        (): "no folders are named; give FOLDERS.",
        (one,): "1 folder is named; name two or more",
        (one, more, one): "is named twice",
        (one, tmp_path): "holds no run",
    }.items():
        code, said, complained = scg("compare", *folders)
        assert (code, said) == (2, "")
        assert error in complained


def test_what_strangers_write_is_shown_and_does_nothing(tmp_path):
    picture = tmp_path / "x.png"
    picture.write_bytes(b"\x89PNG")
    parts = [
        Paragraph(HOSTILE),
        Lines([(HOSTILE, HOSTILE)]),
        Table(HOSTILE, [HOSTILE], [[HOSTILE]]),
        Media(picture, HOSTILE, HOSTILE),
        Drawing(scale([Mark(HOSTILE, 0.5, "after")], HOSTILE), HOSTILE),
        Drawing(intervention([HOSTILE], [HOSTILE, "b"], HOSTILE)),
        Code(HOSTILE, HOSTILE),
        Markdown(f"| a |\n| --- |\n| {HOSTILE} |\n\n{HOSTILE} [x](javascript:alert(1))"),
    ]
    sections = [Section(HOSTILE, parts), Section(HOSTILE, parts, folded=True)]
    text = render(Page(HOSTILE, HOSTILE, HOSTILE, sections))
    assert "<script" not in text
    assert "\u202e" not in text
    page = Elements(text)
    assert len(page.named("img")) == 2  # the picture, twice
    assert not page.named("a")


def test_a_strangers_game_names_and_folder_do_nothing_either(tmp_path, scg):
    """From the file to the page, through every table, drawing and title between them."""
    game, run = tmp_path / "game.nfg", tmp_path / "<script>alert(1)<&script>"
    label = HOSTILE.replace("\u202e", "\u202e`|*_")
    one, other = (text.replace('"', r"\"") for text in (label, label.replace("alert", "prompt")))
    game.write_text(
        f'NFG 1 R "{one}" {{ "{one}" "b" }} {{ {{ "{one}" "{other}" }} {{ "c" "{one}" }} }}\n'
        '""\n\n{ { "" 2 1 } { "" 0 0 } { "" 0 0 } { "" 1 2 } }\n1 2 3 4\n'
    )
    search(str(game), out=run, desirable=f"{label},c", evaluations=16, batch=8)
    shutil.copytree(run, tmp_path / "other")
    page = tmp_path / "page.html"
    assert scg("compare", run, tmp_path / "other", "--page", page)[0] == 0
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        json.dumps(
            {
                "scenarios": [{"game": str(game), "desirable": f"{label},c"}],
                "seeds": 1,
                "settings": {"evaluations": 16, "batch": 8},
            }
        )
    )
    assert scg("sweep", plan)[0] == 0
    for path in (run / "report.html", page, tmp_path / "plan" / "report.html"):
        text = path.read_text()
        assert not checked(text).named("a")
        assert "\u202e" not in text
        assert ("alert(1)" in unescape(text)) == (path.parent != tmp_path / "plan")


def test_what_is_too_large_stays_beside_the_page(tmp_path):
    large, small, missing = (tmp_path / name for name in ("large.mp4", "small.png", "none.gif"))
    large.write_bytes(bytes(MOST_BYTES))
    small.write_bytes(b"\x89PNG")
    parts = [Media(path, "seen") for path in (large, small, missing)]
    text = render(Page("t", "q", "a", [Section("s", parts)]))
    page = checked(text)
    assert "it is in large.mp4 beside it" in text
    assert len(page.named("img", "video")) == 1
    assert "none.gif" not in text


@pytest.mark.parametrize("followers", [1, 2, 4, 7])
def test_a_fixed_policy_answers_nobody_and_is_answered(followers):
    names = [f"f{number}" for number in range(followers)]
    drawn = intervention(["c"], names, "y")
    assert drawn.count(">do(c)<") == 1
    dashed = re.findall(r"<path[^>]*dasharray[^>]*>", drawn)
    shown = followers if followers < 5 else 1
    agents = shown + 1
    pairs = agents * (agents - 1) // 2
    assert len(dashed) == 2 * pairs
    # Without the commitment all answer each other; with it the followers do, and answer it.
    assert sum("marker-start" in one for one in dashed) == pairs + pairs - shown
    assert sum("marker-end" in one for one in dashed) == 2 * pairs


def test_numbers_stand_where_they_are():
    marks = [
        Mark("none", None, "before"),
        Mark("half", 0.5, "after", (0.25, 0.75)),
        Mark("all", 1.0, "best", (1.0, 1.0)),
        Mark("somewhere", None, "after", (0.1, 0.2)),
    ]
    drawn = scale(marks, "t")
    across = [float(x) for x in re.findall(r'<circle cx="([\d.]+)"', drawn)]
    assert len(across) == 2
    assert drawn.count(" bar") == 2
    zero, one = (
        float(x) for x in re.findall(r'x="([\d.]+)" y="[\d.]+" text-anchor="middle"', drawn)
    )
    assert across == pytest.approx([(zero + one) / 2, one])
    assert ">undefined<" in drawn
    assert ">unknown<" in drawn
