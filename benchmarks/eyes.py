"""What looks at a page in a real Chromium: is it accessible, and asks it no other host?

axe-core looks at three sizes, dark and light; what it calls serious or critical is a fault. So is a
page that is wider than its screen, a request to another host than the page's own, and an error of a
script.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from typing import Any, Literal
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, sync_playwright

SIZES = {"phone": (360, 740), "tablet": (820, 1180), "desk": (1280, 800)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
VIEWS = tuple((size, scheme) for size in SIZES for scheme in SCHEMES)
"""All ways in which a page is looked at."""
_RUN = "axe.run({ resultTypes: ['violations'], preload: false })"  # style sheets are here


class NoBrowser(Exception):
    """Chromium is missing, or does not start."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium.

    Raises:
        NoBrowser: there is none.
    """
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if found is None:
        raise NoBrowser("needs Chromium: apt-get install chromium")
    with sync_playwright() as play:
        try:
            started = play.chromium.launch(executable_path=found, args=["--no-sandbox"])
        except Error as error:
            why = str(error).splitlines()[0]
            raise NoBrowser(f"Chromium does not start here: {why}") from error
        yield started
        started.close()


class Eyes:
    """What looks at pages.

    Attributes:
        looked: how often.
        faults: what was found, a line each.
    """

    def __init__(self, browser: Browser, views: int = len(VIEWS)) -> None:
        """Begin with nothing seen.

        Args:
            browser: what shows pages.
            views: how many of `VIEWS` a page is looked at in, in turn.
        """
        self._browser, self._views, self._each = browser, cycle(VIEWS), views
        self.looked = 0
        self.faults: list[str] = []

    @contextmanager
    def tab(self, address: str, **settings: Any) -> Iterator[Page]:
        """A page of a person of its own; what it asks of others, and its errors, are faults."""
        context = self._browser.new_context(**settings)
        tab, parts = context.new_page(), urlsplit(address)
        own = f"{parts.scheme}://{parts.netloc}/"

        def asked(request: Request) -> None:
            if not request.url.startswith((own, "data:", "blob:")):
                self.faults.append(f"{address} asks {request.url}")

        def said(message: ConsoleMessage) -> None:
            if "WebSocket" not in message.text:  # a server that has gone
                self.faults.append(f"{address}: {message.text}")

        tab.on("request", asked)
        tab.on("console", said)
        tab.on("pageerror", lambda error: self.faults.append(f"{address}: {error}"))
        tab.goto(address)
        yield tab
        context.close()

    def look(self, tab: Page, name: str) -> None:
        """Look at a page as it is now; `name` is what its faults call it."""
        tab.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        if not tab.evaluate("'axe' in window"):
            tab.evaluate(AXE_SCRIPT)
        for size, scheme in islice(self._views, self._each):
            width, height = SIZES[size]
            tab.set_viewport_size({"width": width, "height": height})
            tab.emulate_media(color_scheme=scheme)
            seen = tab.evaluate(_RUN)
            self.looked += 1
            self.faults += [
                f"{name}, {size}, {scheme}: {one['id']}: {one['nodes'][0]['html'][:150]}"
                for one in seen["violations"]
                if one["impact"] in ("serious", "critical")
            ]
            wide = tab.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                self.faults.append(f"{name}, {size}, {scheme}: {wide} pixels wide")
