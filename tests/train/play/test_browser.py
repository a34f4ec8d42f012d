"""The page in a real Chromium: a whole game by keys alone, and what the canvas shows.

Chromium is the system's (Debian: `apt-get install chromium fonts-dejavu-core`); where it or what
drives it is missing these tests are skipped.
"""

from base64 import b64decode
from contextlib import contextmanager
from io import BytesIO

import numpy as np
from PIL import Image

from scg_envs.core.scenario import make_scenario
from scg_envs.train.play.invite import invite

from .serving import serving

ARROWS = {1: "ArrowRight", 2: "ArrowDown", 3: "ArrowLeft", 4: "ArrowUp"}


@contextmanager
def page_of(browser, address, size="desk"):
    """A page of a person of its own, that must ask no other host and raise nothing."""
    from benchmarks.eyes import SIZES, Eyes

    width, height = SIZES[size]
    eyes = Eyes(browser)
    with eyes.tab(f"http://{address}/", viewport={"width": width, "height": height}) as tab:
        tab.wait_for_selector("body[data-turn]")
        yield tab
    assert not eyes.faults


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
