"""Pages as a real Chromium shows them: accessible, no wider than their screen, and from one host.

Each is looked at in the next of six views (three sizes, dark and light); all pages in all of them
are for `python -m benchmarks.pages`, by the same code.
"""

import re

import pytest

from .test_page import checked

pytest.importorskip("axe_playwright_python", reason="needs the extra browser")

from benchmarks.eyes import VIEWS, Eyes
from benchmarks.pages import SITE, play_one, study, write_reports

POOR = """<!DOCTYPE html><html lang="en"><head><title>t</title>
<style>@media (prefers-color-scheme: dark) { p { color: #777; background: #666; } }</style></head>
<body><main><h1>t</h1><p>words</p><div style="width: 50rem">wide</div>%s</main></body></html>"""


@pytest.fixture(scope="module")
def seeing(browser):
    return Eyes(browser, views=1)


@pytest.fixture
def eyes(seeing):
    seeing.looked, seeing.faults = 0, []
    return seeing


def test_what_is_poor_is_seen(browser, tmp_path):
    eyes = Eyes(browser)
    page = tmp_path / "page.html"
    page.write_text(POOR % '<img src="data:,"><script src="http://127.0.0.1:9/x.js"></script>')
    with eyes.tab(page.as_uri()) as tab:
        eyes.look(tab, "it")
    assert f"{page.as_uri()} asks http://127.0.0.1:9/x.js" in eyes.faults
    seen = {re.sub(r": <.*|\d+ pixels ", "", fault) for fault in eyes.faults}
    assert seen >= {
        "it, phone, dark: wide",
        "it, phone, dark: color-contrast",
        "it, desk, dark: color-contrast",
        "it, tablet, light: image-alt",
    }
    assert "it, tablet, light: color-contrast" not in seen
    assert eyes.looked == len(VIEWS)


@pytest.mark.parametrize("game", ["board", "looked on", "table", "list", "talk"])
def test_games(eyes, game):
    play_one(eyes, game)
    assert not eyes.faults
    assert eyes.looked >= 2  # begun, and without its server


def test_a_study_and_what_its_experimenter_sees(eyes):
    study(eyes)
    assert not eyes.faults
    assert eyes.looked >= 12


def test_reports_of_every_kind(eyes, tmp_path, scg):
    written = write_reports(tmp_path)
    for name, path in written.items():
        page = checked(path.read_text(encoding="utf-8"))
        assert page.named("table", "img")
        with eyes.tab(path.as_uri()) as tab:
            eyes.look(tab, name)
    assert not eyes.faults
    assert eyes.looked == len(written)
    words = written["words"]
    before = words.read_bytes()
    words.unlink()
    assert scg("report", words.parent)[0] == 0
    assert words.read_bytes() == before


@pytest.fixture
def site():
    if not SITE.exists():
        pytest.skip("there is no site; make docs builds it")
    return SITE


PAGES = ("index.html", "start.html", "search.html", "cards/barrier.html", "tutorials/index.html")


@pytest.mark.parametrize("name", PAGES)
def test_pages_of_the_site(eyes, site, name):
    with eyes.tab((site / name).as_uri()) as tab:
        eyes.look(tab, name)
    assert not eyes.faults


def test_the_sites_search_needs_no_server(eyes, site):
    with eyes.tab((site / "index.html").as_uri()) as tab:
        tab.set_viewport_size({"width": 1280, "height": 800})
        tab.fill("input[name=q]", "counterbalanced")
        tab.press("input[name=q]", "Enter")
        found = tab.locator("#search-results li a", has_text="A study with people")
        found.first.click()
        tab.wait_for_selector("h1:has-text('A study with people')")
    assert not [fault for fault in eyes.faults if " asks " in fault]
