"""Pictures of matrix games: the payoff table, what is chosen, and the rounds that were played.

Rows and columns are two players; with more, the others' current choices say which slice of the
table is shown, and stand below it. Pure equilibria bear a green dot, cells with the desirable
outcome a star; the current choices' row and column are tinted, their cell is framed. A mixed action
is shown as a bar under each action's label. Repeated games have a strip of the last rounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ...causal.normal_form import pure_equilibria
from ...core.pictures.caption import caption_strip
from .canvas import (
    FAINT,
    GOLD,
    GREEN,
    INK,
    LINE,
    PAPER,
    WHITE,
    Canvas,
    Color,
    blend,
    shortened,
    text_width,
)
from .matrix_game import MatrixGame

WIDTH = 640
MARGIN = 16
LABELS = 128  # left of the table: the row player's actions
HEADER = 82  # above it: the column player's
CELLS = 208  # the height that a small table's cells share
TALLEST, LOWEST = 76, 22  # of a cell
CHIP = 30  # a line of another player's actions
LEGEND = 26
ROUND = 15  # a square of the strip
SPAN = 30  # rounds in the strip
CHOSEN: Color = (255, 244, 205)
_PLAYED = "played last"

# Okabe and Ito's colors, which most people can tell apart.
PLAYERS: tuple[Color, ...] = (
    (0, 114, 178),
    (213, 94, 0),
    (120, 94, 170),
    (0, 140, 105),
    (190, 80, 140),
    (90, 110, 60),
    (70, 70, 70),
    (150, 100, 40),
)


@dataclass(frozen=True)
class Scene:
    """What a frame shows.

    Attributes:
        played: the joint actions of the rounds so far.
        caption: one line above.
        committed: the agents that are marked as committed.
        rules: agents' probabilities of their actions, (A_i,) each.
    """

    played: tuple[tuple[int, ...], ...] = ()
    caption: str = ""
    committed: frozenset[str] = frozenset()
    rules: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)


class Renderer:
    """Draws scenes of one game."""

    def __init__(self, game: MatrixGame, rounds: int) -> None:
        """Lay out the picture.

        Args:
            game: the game.
            rounds: how many an episode has; 1 leaves out the strip.
        """
        self._game = game
        self._rounds = rounds
        self._equilibria = {tuple(joint) for joint in pure_equilibria(game.form).tolist()}
        self._row, self._column = _axes(game)
        self._others = [i for i in range(game.form.n_players) if i not in (self._row, self._column)]
        rows, columns = game.form.shape[self._row], game.form.shape[self._column]
        self._cell = (
            (WIDTH - LABELS - 2 * MARGIN) / columns,
            min(TALLEST, max(LOWEST, CELLS / rows)),
        )
        self._size = self._font_size()
        bottom = HEADER + self._cell[1] * rows + CHIP * len(self._others) + LEGEND + MARGIN
        self._strip_at = bottom
        if rounds > 1:
            bottom += 26 + (ROUND + 5) * game.form.n_players + MARGIN
        self._height = -(-round(bottom) // 16) * 16

    def frame(self, scene: Scene) -> NDArray[np.uint8]:
        """(height, 640, 3) uint8; the height depends on the game alone."""
        canvas = Canvas(WIDTH, self._height)
        shown = self._shown(scene)
        self._draw_players(canvas, scene)
        for row in range(self._game.form.shape[self._row]):
            for column in range(self._game.form.shape[self._column]):
                self._draw_cell(canvas, scene, shown, row, column)
        self._draw_others(canvas, scene, shown)
        self._draw_legend(canvas)
        if self._rounds > 1:
            self._draw_strip(canvas, scene)
        return np.concatenate([caption_strip(scene.caption, WIDTH), canvas.pixels()])

    def text(self, scene: Scene) -> str:
        """The table as text: [ ] around what was chosen last, * for equilibria, ! for Y=y."""
        form, shown = self._game.form, self._shown(scene)
        rows, columns = form.actions[self._row], form.actions[self._column]
        table = [["", *columns]]
        for row, label in enumerate(rows):
            cells = []
            for column in range(len(columns)):
                joint = self._joint(shown, row, column)
                paid = ",".join(_number(form.payoffs[(i, *joint)]) for i in range(form.n_players))
                marks = "*" * (joint in self._equilibria) + "!" * self._is_desirable(joint)
                chosen = scene.played and joint == scene.played[-1]
                cells.append(f"[{paid}]{marks}" if chosen else f" {paid} {marks}")
            table.append([label, *cells])
        widths = [max(len(line[i]) for line in table) for i in range(len(columns) + 1)]
        lines = [scene.caption] if scene.caption else []
        lines.append(f"{form.players[self._row]} / {form.players[self._column]}")
        lines += [
            "  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip()
            for line in table
        ]
        for i in self._others:
            lines.append(f"{form.players[i]}: {form.actions[i][shown[i]]}")
        return "\n".join(lines)

    def _shown(self, scene: Scene) -> tuple[int, ...]:
        """The joint action whose slice is shown: the last one, or what is habitual."""
        if scene.played:
            return scene.played[-1]
        game = self._game
        return tuple(
            game.action(agent, game.habits[agent]) if agent in game.habits else 0
            for agent in game.agents
        )

    def _joint(self, shown: tuple[int, ...], row: int, column: int) -> tuple[int, ...]:
        joint = list(shown)
        joint[self._row], joint[self._column] = row, column
        return tuple(joint)

    def _is_desirable(self, joint: tuple[int, ...]) -> bool:
        return bool(self._game.desirable_table[joint])

    def _place(self, row: int, column: int) -> tuple[float, float]:
        width, height = self._cell
        return MARGIN + LABELS + column * width, HEADER + row * height

    def _chosen(self, scene: Scene, player: int) -> int | None:
        return scene.played[-1][player] if scene.played else None

    def _draw_players(self, canvas: Canvas, scene: Scene) -> None:
        """Names and labels of the two players of the table."""
        form = self._game.form
        width, height = self._cell
        left = MARGIN + LABELS
        self._draw_name(canvas, scene, self._column, (left + WIDTH - MARGIN) / 2, 18, "center", 400)
        self._draw_name(canvas, scene, self._row, MARGIN, HEADER - 22, "left", LABELS - 8)
        for action in range(form.shape[self._column]):
            x = left + (action + 0.5) * width
            self._draw_label(canvas, scene, self._column, action, x, 46, min(width - 8, 120))
        above_bar = 5 if form.players[self._row] in scene.rules else 0
        for action in range(form.shape[self._row]):
            x, y = MARGIN + (LABELS - 10) / 2, HEADER + (action + 0.5) * height - above_bar
            self._draw_label(canvas, scene, self._row, action, x, y, LABELS - 14)

    def _draw_name(
        self,
        canvas: Canvas,
        scene: Scene,
        player: int,
        x: float,
        y: float,
        align: str,
        width: float,
    ) -> None:
        name = self._game.agents[player]
        text = f"{name}, committed" if name in scene.committed else name
        size = 21.0
        if text_width(text, size) > width:
            size = 17.0
        canvas.text(text, x, y, size, _color(player), align, width)

    def _draw_label(
        self,
        canvas: Canvas,
        scene: Scene,
        player: int,
        action: int,
        x: float,
        y: float,
        width: float,
    ) -> None:
        """An action's label, and the bar of its probability below."""
        color = _color(player)
        chosen = self._chosen(scene, player) == action
        label = self._game.form.actions[player][action]
        size = 18.0 if text_width(label, 18.0) <= width else 14.0
        canvas.text(label, x, y, size, color if chosen else INK, "center", width)
        rule = scene.rules.get(self._game.agents[player])
        if rule is not None:
            percent = f"{100 * float(rule[action]):.0f}%"
            room = text_width("100%", 13.0) + 4
            length = max(width - room, 12.0)
            left = x - width / 2
            canvas.box(left, y + 11, length, 7, WHITE, LINE, 0.8, 3)
            if rule[action] > 0:
                canvas.box(left, y + 11, max(length * float(rule[action]), 3), 7, color, None, 1, 3)
            canvas.text(percent, x + width / 2, y + 14.5, 13, color, "right")

    def _draw_cell(
        self, canvas: Canvas, scene: Scene, shown: tuple[int, ...], row: int, column: int
    ) -> None:
        joint = self._joint(shown, row, column)
        x, y = self._place(row, column)
        width, height = self._cell
        gap = 2.0 if min(width, height) > 30 else 1.0
        chosen = bool(scene.played) and joint == scene.played[-1]
        fill = CHOSEN if chosen else self._empty_fill(joint)
        for player, action in ((self._row, row), (self._column, column)):
            if not chosen and self._chosen(scene, player) == action:
                fill = blend(fill, _color(player), 0.16)
        canvas.box(
            x + gap,
            y + gap,
            width - 2 * gap,
            height - 2 * gap,
            fill,
            INK if chosen else LINE,
            2.2 if chosen else 1.0,
        )
        self._draw_payoffs(canvas, self._payoffs(joint), x + width / 2, y + height / 2)
        corner = 9.0 if min(width, height) >= 40 else 4.0
        if joint in self._equilibria:
            canvas.dot(x + width - corner - 3, y + corner + 3, corner / 2, GREEN)
        if self._is_desirable(joint):
            canvas.star(x + corner + 3, y + corner + 3, corner - 1.5, GOLD)

    def _empty_fill(self, joint: tuple[int, ...]) -> Color:
        """White; where no payoffs are written, the greener the more they sum to."""
        if self._size:
            return WHITE
        total = self._game.form.payoffs.sum(axis=0)
        return blend(WHITE, GREEN, 0.5 * (total[joint] - total.min()) / max(np.ptp(total), 1e-9))

    def _payoffs(self, joint: tuple[int, ...]) -> list[str]:
        form = self._game.form
        return [_number(form.payoffs[(i, *joint)]) for i in range(form.n_players)]

    def _font_size(self) -> float:
        """The largest size at which every cell's payoffs fit; 0 if they would not be legible."""
        payoffs = self._game.form.payoffs
        longest = ", ".join(max(map(_number, np.unique(own)), key=len) for own in payoffs)
        width, height = self._cell
        sizes = [s for s in (26.0, 22.0, 18.0, 15.0, 13.0, 11.5) if s <= height - 4]
        return next((s for s in sizes if text_width(longest, s) <= width - 8), 0.0)

    def _draw_payoffs(self, canvas: Canvas, payoffs: list[str], x: float, y: float) -> None:
        """Everybody's payoff in their color."""
        if not self._size:
            return
        at = x - text_width(", ".join(payoffs), self._size) / 2
        for player, paid in enumerate(payoffs):
            at += canvas.text(paid, at, y, self._size, _color(player), "left")
            if player + 1 < len(payoffs):
                at += canvas.text(", ", at, y, self._size, FAINT, "left")

    def _draw_others(self, canvas: Canvas, scene: Scene, shown: tuple[int, ...]) -> None:
        """A line for each player beyond the table: its actions, the shown slice's filled in."""
        form = self._game.form
        y = HEADER + self._cell[1] * form.shape[self._row] + CHIP / 2 + 4
        for i in self._others:
            self._draw_name(canvas, scene, i, MARGIN, y, "left", LABELS - 8)
            x = float(MARGIN + LABELS)
            rule = scene.rules.get(form.players[i])
            for action, label in enumerate(form.actions[i]):
                text = label if rule is None else f"{label} {100 * float(rule[action]):.0f}%"
                width = text_width(text, 16) + 16
                if x + width > WIDTH - MARGIN:
                    break
                on = shown[i] == action
                certain = bool(scene.played)
                fill = blend(_color(i), WHITE, 0.0 if certain else 0.55) if on else WHITE
                canvas.box(x, y - 11, width, 22, fill, _color(i), 1, 11)
                canvas.text(text, x + width / 2, y, 16, WHITE if on else _color(i))
                x += width + 8
            y += CHIP

    def _draw_legend(self, canvas: Canvas) -> None:
        form = self._game.form
        y = (
            HEADER
            + self._cell[1] * form.shape[self._row]
            + CHIP * len(self._others)
            + LEGEND / 2
            + 6
        )
        x = float(MARGIN + LABELS)
        if self._equilibria:
            canvas.dot(x + 5, y, 4.5, GREEN)
            x += 14 + canvas.text("pure equilibrium", x + 14, y, 15, FAINT, "left") + 18
        canvas.star(x + 6, y, 7, GOLD)
        room = WIDTH - MARGIN - x - 16 - (14 + text_width(_PLAYED, 15) + 18)
        shown_outcome = shortened(f"Y = {self._game.desirable}", room, 15)
        x += 16 + canvas.text(shown_outcome, x + 16, y, 15, FAINT, "left") + 18
        canvas.box(x, y - 5, 14, 10, CHOSEN, INK, 1.6, 2)
        canvas.text(_PLAYED, x + 20, y, 15, FAINT, "left")

    def _draw_strip(self, canvas: Canvas, scene: Scene) -> None:
        """The last rounds: a line of squares for each player, and its mean payoff so far."""
        form = self._game.form
        top = float(self._strip_at)
        first = max(0, len(scene.played) - SPAN)
        left = MARGIN + 76
        canvas.text("rounds" if not first else f"from {first + 1}", MARGIN, top, 15, FAINT, "left")
        canvas.text("mean", WIDTH - MARGIN, top, 15, FAINT, "right")
        for k, joint in enumerate(scene.played[first:]):
            if self._is_desirable(joint):
                canvas.star(left + (k + 0.5) * (ROUND + 1), top, 6, GOLD)
        y = top + 20
        for i, name in enumerate(form.players):
            canvas.text(name, MARGIN, y, 16, _color(i), "left", 70)
            for k in range(min(SPAN, self._rounds)):
                x = left + k * (ROUND + 1)
                if first + k < len(scene.played):
                    action = scene.played[first + k][i]
                    shade = 0.8 * action / max(1, form.shape[i] - 1)
                    canvas.box(x, y - ROUND / 2, ROUND, ROUND, blend(_color(i), WHITE, shade))
                    initial = form.actions[i][action][:1]
                    canvas.text(initial, x + ROUND / 2, y, 14, WHITE if shade < 0.5 else INK)
                else:
                    canvas.box(x, y - ROUND / 2, ROUND, ROUND, blend(PAPER, LINE, 0.4))
            if scene.played:
                mean = np.mean([form.payoffs[(i, *joint)] for joint in scene.played])
                canvas.text(f"{mean:.2f}", WIDTH - MARGIN, y, 16, _color(i), "right")
            y += ROUND + 5


def _axes(game: MatrixGame) -> tuple[int, int]:
    """The two players of the table: both, or the first two who do not commit."""
    if game.form.n_players == 2:
        return 0, 1
    first, second = (game.agent(agent) for agent in game.followers[:2])
    return first, second


def _color(player: int) -> Color:
    return PLAYERS[player % len(PLAYERS)]


def _number(payoff: float) -> str:
    """A payoff with at most two decimals."""
    return f"{payoff:.2f}".rstrip("0").rstrip(".") if payoff % 1 else f"{payoff:.0f}"
