"""The page in a real Chromium: a whole game by keys alone, what the canvas shows, accessibility.

Chromium is the system's (Debian: `apt-get install chromium fonts-dejavu-core`); where it or what
drives it is missing these tests are skipped.
"""

from base64 import b64decode
from contextlib import contextmanager
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from scg_envs.core.scenario import make_scenario
from scg_envs.train.play.invite import invite

from .serving import serving

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs the extra browser")

SIZES = {"phone": (360, 740), "tablet": (820, 1180), "desk": (1280, 800)}
ARROWS = {1: "ArrowRight", 2: "ArrowDown", 3: "ArrowLeft", 4: "ArrowUp"}


@contextmanager
def page_of(browser, address, size="desk", **settings):
    """A page of a person of its own, that must ask no other host and raise nothing."""
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, **settings)
    tab, asked, raised = context.new_page(), [], []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("pageerror", lambda error: raised.append(str(error)))
    tab.on("console", lambda message: raised.append(message.text))
    tab.goto(f"http://{address}/")
    tab.wait_for_selector("body[data-turn]")
    yield tab
    context.close()
    assert not raised
    assert asked
    assert all(url.startswith((f"http://{address}/", "data:")) for url in asked)


def press(tab, key):
    """Press a key, and wait for the frame that answers it."""
    turn = tab.get_attribute("body", "data-turn")
    tab.keyboard.press(key)
    tab.wait_for_selector(f'body:not([data-turn="{turn}"])')


def shown(tab):
    """(H, W, 3) the pixels of the canvas."""
    address = tab.evaluate("document.getElementById('board').toDataURL('image/png')")
    image = Image.open(BytesIO(b64decode(address.partition(",")[2])))
    return np.asarray(image.convert("RGB"))


def test_a_whole_game_by_keys_with_a_reload_in_its_middle(browser):
    matchup = invite(make_scenario("barrier"), commitment="1,6")
    with serving(matchup) as (address, host), page_of(browser, address) as tab:
        (key,) = host._ready
        assert tab.inner_text("#announcement") == "Red will stand at column 1, row 6."
        for number, move in enumerate([4, 4, 4, 1, 1, 1, 1, 1, 1]):
            frame = host._session(key)[1]._dealt.copy.env.render()
            pixels = shown(tab)
            assert np.array_equal(pixels, frame[-len(pixels) :])  # below the caption
            if number == 5:
                tab.reload()
                tab.wait_for_selector('body[data-turn="0.5"]')
                assert np.array_equal(shown(tab), pixels)
            press(tab, ARROWS[move])
        assert tab.inner_text("#headline") == "The game ended in top right, as is wanted."
        assert "Best play from the same start earns 0.917" in tab.inner_text("#lines")
        assert tab.locator("meter").count() == 2
        press(tab, "Enter")  # again
        assert tab.get_attribute("body", "data-turn") == "1.0"
        assert tab.is_hidden("#result")
        assert len(host._ready) == 1


def test_a_price_is_chosen_from_a_list_by_keys(browser):
    with (
        serving(invite(make_scenario("bargaining"), commitment="42")) as (address, _),
        page_of(browser, address, "phone") as tab,
    ):
        assert tab.evaluate("document.activeElement.id") == "choice"
        tab.keyboard.type("45")
        press(tab, "Enter")
        assert tab.locator("#talk li").all_inner_texts() == ["seller (you)\n45?", "buyer\n42?"]
        tab.keyboard.type("acc")
        press(tab, "Enter")
        assert tab.inner_text("#headline") == "The game ended in low price, as is wanted."
        assert tab.is_visible("#result")


@pytest.mark.parametrize(
    ("game", "settings", "given", "keys"),
    [
        ("barrier", {"horizon": 2}, {}, ["ArrowUp", "ArrowUp"]),
        ("household", {}, {}, ["1"]),
        ("banana", {}, {}, []),
        ("barrier", {}, {"seat": "red"}, []),
    ],
    ids=str,
)
def test_axe_finds_nothing_serious_at_any_size_dark_or_light(browser, game, settings, given, keys):
    found, looked = [], 0
    matchup = invite(make_scenario(game, **settings), **given)
    with serving(matchup) as (address, _), page_of(browser, address) as tab:
        for key in [None, *keys[-1:]]:
            for earlier in keys if key else ():
                press(tab, earlier)
            tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            for size, (width, height) in SIZES.items():
                tab.set_viewport_size({"width": width, "height": height})
                wide = tab.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, "the page is not wider than the screen"
                for scheme in ("light", "dark"):
                    tab.emulate_media(color_scheme=scheme)
                    seen = axe.Axe().run(tab).response
                    looked += len(seen["passes"])
                    found += [
                        (size, scheme, one["id"], one["nodes"][0]["html"])
                        for one in seen["violations"]
                        if one["impact"] in ("serious", "critical")
                    ]
    assert not found
    assert looked > 50


def test_a_server_that_comes_back_is_found_again(browser):
    matchup = invite(make_scenario("household"))
    with serving(matchup) as (address, _), page_of(browser, address) as tab:
        lines = []
        tab.route_web_socket("**/play", lambda line: lines.append((line, line.connect_to_server())))
        tab.reload()
        tab.wait_for_selector("body[data-turn]")
        lines[0][0].close()
        tab.wait_for_selector("#refused:has-text('The server has gone')")
        tab.wait_for_selector("#refused:empty")
        press(tab, "1")
        assert tab.is_visible("#result")
