"""The study's page in a real Chromium: who came by a link goes on, and keeps the code."""

import http.server
from threading import Thread

import pytest

from scg_envs.train.study.games import Games
from scg_envs.train.study.plan import study_of

from .test_pages import serving
from .test_study import STUDY


@pytest.fixture
def other_site():
    """A page of another site, `localhost`, that links where it is told to."""
    links = []

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(f'<!DOCTYPE html><a href="{links[-1]}">take part</a>'.encode())

        def log_message(self, *args):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Page)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/", links
    server.shutdown()
    server.server_close()


def test_who_came_by_a_link_goes_on_and_sees_the_code_again(browser, other_site, tmp_path):
    site, links = other_site
    games = Games(study_of(STUDY | {"questions": [], "practice": 1, "trials": 1}))
    with serving(tmp_path, games) as (address, host):
        links.append(f"{address}?token={host.store.token}")
        phone = {"width": 360, "height": 320}
        tab = browser.new_context(viewport=phone).new_page()

        def at(step):
            tab.wait_for_selector(f"body[data-step='{step}']")

        def follow():
            tab.goto(site)
            tab.click("a")

        follow()
        at(0)
        tab.click("#on")
        at(1)
        tab.reload()
        at(1)
        follow()
        at(1)
        assert len(host.store.participants()) == 1
        step = 1
        while tab.get_attribute("body", "data-stage") != "end":
            tab.click("#choices button:visible, #on:visible, #options button:visible >> nth=0")
            step += 1
            at(step)
            begins = tab.is_visible("#ask") or not tab.is_visible("#playing")
            top = tab.evaluate("[document.activeElement.id, scrollY]")
            assert not begins or top == ["heading", 0]  # what is announced is seen, and read out
        code = tab.inner_text("#code")
        assert code
        tab.reload()
        at(step)
        assert tab.inner_text("#code") == code
        assert len(host.store.participants()) == 1
        follow()
        at(0)
        assert len(host.store.participants()) == 2
