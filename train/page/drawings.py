"""Drawings of a page, as SVG: how likely something is, and what an intervention changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from ...core.text import printable

_WIDTH, _ROW, _LEFT, _RIGHT = 640, 30, 170, 70
_LONGEST = 22  # characters of a name
_APART = 54  # of policies
_MOST_AGENTS = 5  # that are drawn one by one


@dataclass(frozen=True)
class Mark:
    """A number on the line from 0 to 1.

    Attributes:
        label: what it is of.
        value: it; None where it is not defined, or known as an interval alone.
        color: `before`, `after` or `best`, a class of the page's style.
        interval: what it lies between, if that is not a point.
    """

    label: str
    value: float | None
    color: str
    interval: tuple[float, float] | None = None


def scale(marks: Sequence[Mark], title: str) -> str:
    """Numbers on lines from 0 to 1, one below the other.

    Args:
        marks: the numbers.
        title: what a screen reader says of the drawing.
    """
    rows, height = [], _ROW * len(marks) + 30
    for number, mark in enumerate(marks):
        y = _ROW * number + 18
        rows.append(_text(0, y + 4, mark.label))
        rows.append(f'<path d="M{_LEFT} {y}H{_WIDTH - _RIGHT}" class="rule"/>')
        if mark.interval is not None and mark.interval[0] != mark.interval[1]:
            low, high = (_across(end) for end in mark.interval)
            rows.append(
                f'<path d="M{low:.1f} {y}H{high:.1f}M{low:.1f} {y - 5}v10M{high:.1f} {y - 5}v10" '
                f'class="{mark.color} bar"/>'
            )
        if mark.value is not None:
            rows.append(
                f'<circle cx="{_across(mark.value):.1f}" cy="{y}" r="7" class="{mark.color}"/>'
            )
        shown = _number(mark)
        rows.append(_text(_WIDTH, y + 4, shown, anchor="end"))
    for end in (0, 1):
        rows.append(_text(_across(end), height - 4, str(end), anchor="middle", soft=True))
    return _svg(height, title, rows)


def _number(mark: Mark) -> str:
    if mark.value is not None:
        return f"{mark.value:.3f}"
    return "undefined" if mark.interval is None else "unknown"


def _across(p: float) -> float:
    return _LEFT + p * (_WIDTH - _RIGHT - _LEFT)


def intervention(committed: Sequence[str], followers: Sequence[str], outcome: str) -> str:
    """The game as a causal graph without an intervention, and under it.

    Squares are agents' policies and a circle is the outcome, as in the paper's Figures 1 and 2:
    without an intervention each policy answers the others; under it those of the committed agents
    are fixed, answer nothing any more, and are seen by the others.

    Args:
        committed: whose policies are fixed.
        followers: the others.
        outcome: what is wanted, in words.
    """
    if len(committed) + len(followers) > _MOST_AGENTS:
        followers = [f"{len(followers)} others"]
    agents = [*committed, *followers]
    height = max(150, _APART * len(agents) + 50)
    rows = []
    for half, fixed in enumerate((False, True)):
        x = 330 * half
        rows.append(_text(x, 14, "with the commitment" if fixed else "without it", bold=True))
        ys = [_APART + _APART * number for number in range(len(agents))]
        middle = (ys[0] + ys[-1]) / 2
        for agent, y in zip(agents, ys, strict=True):
            own = fixed and agent in committed
            rows.append(_square(x, y, agent, own))
            rows.append(_arrow(x + 140, y, x + 228, middle))
        for number, (one, upper) in enumerate(zip(agents, ys, strict=True)):
            for other, lower in list(zip(agents, ys, strict=True))[number + 1 :]:
                rows += _answers(
                    x,
                    upper,
                    lower,
                    up=not (fixed and one in committed),
                    down=not (fixed and other in committed),
                )
        rows.append(f'<circle cx="{x + 258}" cy="{middle}" r="26" class="free"/>')
        rows.append(_text(x + 258, middle + 5, "Y", anchor="middle"))
    said = (
        f"Without the commitment the policies of {', '.join(agents)} answer each other, and all "
        f"decide the outcome Y ({outcome}). With it the policy of {', '.join(committed)} is fixed: "
        "it answers nobody, and the others answer it."
    )
    return _svg(height, said, ["<defs>" + _HEAD + "</defs>", *rows])


_HEAD = (
    '<marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
    'orient="auto-start-reverse"><path d="M0 0L8 4L0 8z" fill="currentColor"/></marker>'
)


def _square(x: float, y: float, agent: str, fixed: bool) -> str:
    label, style = (f"do({agent})", "fixed") if fixed else (agent, "free")
    return f'<rect x="{x + 30}" y="{y - 17}" width="110" height="34" class="{style}"/>' + _text(
        x + 85, y + 5, label, anchor="middle", longest=13
    )


def _arrow(x: float, y: float, to_x: float, to_y: float) -> str:
    return (
        f'<path d="M{x:.0f} {y:.0f}L{to_x:.0f} {to_y:.0f}" stroke="currentColor" fill="none" '
        'marker-end="url(#head)"/>'
    )


def _answers(x: float, upper: float, lower: float, *, up: bool, down: bool) -> list[str]:
    """The arrows between two policies: up, the upper one answers the lower; down, the reverse."""
    if not (up or down):
        return []
    ends = ' marker-start="url(#head)"' * up + ' marker-end="url(#head)"' * down
    if lower - upper > _APART:  # around those between
        line = f"M{x + 30:.0f} {upper}C{x - 4:.0f} {upper} {x - 4:.0f} {lower} {x + 30:.0f} {lower}"
    else:
        line = f"M{x + 85:.0f} {upper + 17}V{lower - 17}"
    return [f'<path d="{line}" stroke="currentColor" stroke-dasharray="4 3" fill="none"{ends}/>']


def _text(
    x: float,
    y: float,
    text: str,
    *,
    anchor: str = "start",
    soft: bool = False,
    bold: bool = False,
    longest: int = _LONGEST,
) -> str:
    text = printable(text, keep="")
    if len(text) > longest:
        text = text[: longest - 1] + "…"
    weight, style = ' font-weight="600"' if bold else "", "soft" if soft else "text"
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{style}" '
        f'font-size="14"{weight}>{escape(text)}</text>'
    )


def _svg(height: float, title: str, rows: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" role="img" '
        f'aria-label="{escape(printable(title, keep=""))}">' + "".join(rows) + "</svg>"
    )
