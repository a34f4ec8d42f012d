"""Check the built site: every link leads somewhere, and no page asks another host for anything.

python tools/check_site.py docs/_build/html
"""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# What a browser fetches by itself; links that a reader follows may lead anywhere.
_FETCHED = {"script": "src", "img": "src", "link": "href", "video": "src", "source": "src"}
_FETCHED |= {"iframe": "src", "object": "data", "embed": "src", "audio": "src", "track": "src"}
_IN_STYLES = re.compile(r"""(?:url\(|@import)\s*["']?(?P<target>[^"')\s;]+)""")


class Page(HTMLParser):
    """What a page fetches, where its links lead, and what may be linked on it."""

    def __init__(self, text: str) -> None:
        """Read it."""
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.anchors = {"", "top"}
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note one element."""
        given = {name: value or "" for name, value in attributes}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if _FETCHED.get(tag) in given:
            self.fetched.append(given[_FETCHED[tag]])
        self.fetched += _IN_STYLES.findall(given.get("style", ""))


def faults(site: Path) -> list[str]:
    """All faults, a line each."""
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    found = []
    for path, page in pages.items():
        here = path.relative_to(site)
        for target in page.fetched:
            found += [f"{here}: asks another host: {target}"] if _elsewhere(target) else []
        for target in page.fetched + page.links:
            if not _elsewhere(target) and not target.startswith(("data:", "mailto:")):
                found += [f"{here}: {why}: {target}" for why in _broken(path, target, pages)]
    for path in site.rglob("*.css"):
        targets = _IN_STYLES.findall(path.read_text(encoding="utf-8"))
        found += [f"{path.name}: asks another host: {t}" for t in targets if _elsewhere(t)]
    return found


def _elsewhere(target: str) -> bool:
    return target.startswith("//") or urlsplit(target).scheme in ("http", "https", "ws", "wss")


def _broken(path: Path, target: str, pages: dict[Path, Page]) -> list[str]:
    parts = urlsplit(target)
    there = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not there.exists():
        return ["leads nowhere"]
    if there in pages and unquote(parts.fragment) not in pages[there].anchors:
        return ["no such place on the page"]
    return []


def main() -> None:
    """Print the faults, and exit with 1 if there are any."""
    site = Path(sys.argv[1]).resolve()
    found = faults(site)
    if found:
        sys.exit("\n".join(found))
    print(f"{len(list(site.rglob('*.html')))} pages: links lead somewhere, no other host is asked")


if __name__ == "__main__":
    main()
