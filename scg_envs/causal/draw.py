"""Pictures of a game and its mechanisms, with matplotlib or as Graphviz text.

Agents by color; chance variables round, decisions rectangles, utilities diamonds; every decision's
rule variable beside it as a rounded box, with an edge from each mechanism it relies on. What an
intervention fixes is drawn in its own style, and the edges that it cuts are drawn crossed out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import networkx as nx

from ..core.errors import MissingExtra
from ..core.lettering import families_of, letter, plain
from ..core.pictures.palette import FILLS, VERMILLION
from .graph import mechanised_graph, mechanism
from .interventions import Intervention
from .model import CausalGame
from .rationality import Reactive

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch
    from matplotlib.path import Path

CHANCE = "#FFFFFF"
DONE = "#222222"
# Heights of letters and the widest label, half of it, in units of a node; longer ones get smaller.
VARIABLE, MECHANISM, WIDEST = 0.24, 0.21, 0.85
SHAPES = {"chance": "ellipse", "decision": "box", "utility": "diamond"}


@dataclass(frozen=True)
class _Edge:
    source: str
    target: str
    kind: str  # object, mechanism, relevance, added
    cut: bool


@dataclass(frozen=True)
class _Drawing:
    """What is to be drawn, whatever with.

    Attributes:
        nodes: name -> kind, as in `mechanised_graph`.
        edges: with those that the intervention cuts.
        colors: name -> fill color.
        done: nodes that the intervention sets.
    """

    nodes: Mapping[str, str]
    edges: tuple[_Edge, ...]
    colors: Mapping[str, str]
    done: frozenset[str]


def _drawing(game: CausalGame, intervention: Intervention | None) -> _Drawing:
    graph = mechanised_graph(game)
    touched = set() if intervention is None else set(intervention.mechanisms)
    keep = set(game.variables)
    for name in game.variables:
        node = mechanism(game, name)
        bears = any(d["kind"] == "relevance" for _, _, d in graph.out_edges(node, data=True))
        if game.variables[name].kind == "decision" or name in touched:
            keep.add(node)
        elif bears and len(game.decisions()) + len(game.utilities()) <= 3:
            keep.add(node)  # parameters matter to nearly everybody; only small games show them
    done = {mechanism(game, name) for name in touched}
    values = set() if intervention is None else set(intervention.values)
    unseen = frozenset() if intervention is None else intervention.unseen
    hidden = {(mechanism(game, name), mechanism(game, d)) for name, d in unseen}
    edges = []
    for source, target, data in graph.edges(data=True):
        if source in keep and target in keep:
            cut = target in done or (source, target) in hidden or target in values
            cut = cut and not (data["kind"] == "mechanism" and target not in values)
            edges.append(_Edge(source, target, data["kind"], cut))
    if intervention is not None:
        for name, reply in intervention.rules.items():
            if isinstance(reply, Reactive):
                target = mechanism(game, name)
                seen = (mechanism(game, other) for other in reply.sees)
                edges += [_Edge(source, target, "added", False) for source in seen]
    colors = {}
    for name, variable in game.variables.items():
        color = CHANCE
        if variable.agent is not None:
            color = _color(game, variable.agent)
        colors[name] = color
        colors[mechanism(game, name)] = color
    nodes = {name: data["kind"] for name, data in graph.nodes(data=True) if name in keep}
    return _Drawing(nodes, tuple(edges), colors, frozenset(done | values))


def _color(game: CausalGame, agent: str) -> str:
    return FILLS[game.agents.index(agent) % len(FILLS)]


def graphviz(game: CausalGame, intervention: Intervention | None = None) -> str:
    """The mechanised game in Graphviz's DOT language; `dot -Tpng` draws it."""
    drawing = _drawing(game, intervention)
    lines = [f"digraph {_quoted(game.name)} {{", "  rankdir=TB; node [fontname=Helvetica];"]
    for name, kind in drawing.nodes.items():
        shape = SHAPES.get(kind, "box")
        style = "filled" if kind in SHAPES else "filled,rounded"
        extra = f', color="{DONE}", penwidth=3, peripheries=2' if name in drawing.done else ""
        lines.append(
            f'  {_quoted(name)} [shape={shape}, style="{style}", '
            f'fillcolor="{drawing.colors[name]}"{extra}];'
        )
    for edge in drawing.edges:
        style = {"object": "solid", "mechanism": "dotted", "added": "bold"}.get(edge.kind, "dashed")
        extra = f', color="{VERMILLION}", label="x", fontcolor="{VERMILLION}"' if edge.cut else ""
        lines.append(f"  {_quoted(edge.source)} -> {_quoted(edge.target)} [style={style}{extra}];")
    return "\n".join([*lines, "}", ""])


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _positions(game: CausalGame, drawing: _Drawing) -> dict[str, tuple[float, float]]:
    """Rows by generation, mechanisms beside their variables; coordinates in units of a node."""
    rows = list(nx.topological_generations(game.graph))
    places: dict[str, tuple[float, float]] = {}
    for depth, row in enumerate(rows):
        # Near the parents, so that edges are short; ties in the order of declaration.
        def wish(name: str) -> float:
            xs = [places[p][0] for p in game.variables[name].parents if p in places]
            return sum(xs) / len(xs) if xs else 0.0

        order = sorted(row, key=lambda n: (wish(n), list(game.variables).index(n)))
        for column, name in enumerate(order):
            places[name] = (2.6 * (column - (len(row) - 1) / 2), -1.6 * depth)
    for name in game.variables:
        node = mechanism(game, name)
        if node in drawing.nodes:
            x, y = places[name]
            side = 1.0 if x > 0 else -1.0
            places[node] = (x + side * 1.05, y + 0.8)
    return places


def _bend(edge: _Edge, dx: float, dy: float) -> float:
    """How far an arrow bows out, so that it passes over what stands between its ends."""
    if abs(dy) < 0.1 and abs(dx) > 2:  # along a row: above it, one way higher than the other
        return -0.22 if dx > 0 else 0.34
    if edge.kind == "object":
        return 0.3 if abs(dy) > 2 and abs(dx) < 0.1 else 0.0
    return 0.18 if edge.kind == "relevance" else 0.0


def _label(name: str, size: float) -> "Path":
    """A name as outlines about the origin, `size` units of a node high."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath
    from matplotlib.transforms import Affine2D

    font = FontProperties(family=families_of(name))
    text = TextPath((0, 0), plain(name), size=size, prop=font)
    box = text.get_extents()
    middle = Affine2D().translate(-(box.x0 + box.x1) / 2, -(box.y0 + box.y1) / 2)
    return text.transformed(middle)


def _placed(label: "Path", place: tuple[float, float], half: float, *, plain: bool) -> "Patch":
    """A label at its place, no wider than 2 * half; on white where the node is hatched."""
    from matplotlib.patches import PathPatch
    from matplotlib.patheffects import withStroke
    from matplotlib.transforms import Affine2D

    shrunk = min(1.0, 2 * half / max(label.get_extents().width, 1e-9))
    path = label.transformed(Affine2D().scale(shrunk).translate(*place))
    effects = [] if plain else [withStroke(linewidth=3, foreground="white")]
    return PathPatch(path, facecolor="black", linewidth=0, zorder=4, path_effects=effects)


def _look(drawing: _Drawing, name: str) -> dict[str, Any]:
    done = name in drawing.done
    return {
        "facecolor": drawing.colors[name],
        "edgecolor": DONE if done else "#666666",
        "linewidth": 3.0 if done else 1.2,
        "hatch": "///" if done else None,
        "zorder": 3,
    }


def _shape(kind: str, place: tuple[float, float], half: float, look: dict[str, Any]) -> "Patch":
    """A node that holds a label of the width 2 * half."""
    from matplotlib.patches import Ellipse, FancyBboxPatch, Polygon, Rectangle

    x, y = place
    if kind == "chance":
        return Ellipse(place, 2 * max(0.36, 1.15 * half + 0.05), 0.72, **look)
    if kind == "decision":
        wide = max(0.42, half + 0.1)
        return Rectangle((x - wide, y - 0.28), 2 * wide, 0.56, **look)
    if kind == "utility":  # at the height of the label's corners two thirds of it are left
        wide = max(0.52, 1.45 * half + 0.05)
        return Polygon([(x - wide, y), (x, y + 0.42), (x + wide, y), (x, y - 0.42)], **look)
    wide = max(0.3, half)
    corner = (x - wide, y - 0.16)
    return FancyBboxPatch(corner, 2 * wide, 0.32, boxstyle="round,pad=0.06", **look)


def draw(game: CausalGame, axes: "Axes", intervention: Intervention | None = None) -> None:
    """Draw the mechanised game on matplotlib axes."""
    from matplotlib.patches import FancyArrowPatch, Patch

    drawing = _drawing(game, intervention)
    places = _positions(game, drawing)
    shapes: dict[str, Patch] = {}
    for name, kind in drawing.nodes.items():
        label = _label(name, MECHANISM if kind == "mechanism" else VARIABLE)
        half = min(label.get_extents().width / 2, WIDEST)
        shapes[name] = axes.add_patch(_shape(kind, places[name], half, _look(drawing, name)))
        axes.add_patch(_placed(label, places[name], half, plain=name not in drawing.done))
    top = max((y for _, y in places.values()), default=0.0)
    for edge in drawing.edges:
        (x0, y0), (x1, y1) = places[edge.source], places[edge.target]
        bend = _bend(edge, x1 - x0, y1 - y0)
        top = max(top, (y0 + y1) / 2 + abs(bend * (x1 - x0)) / 2)
        arrow = FancyArrowPatch(
            (x0, y0),
            (x1, y1),
            connectionstyle=f"arc3,rad={bend}",
            arrowstyle="-|>",
            mutation_scale=13,
            patchA=shapes[edge.source],
            patchB=shapes[edge.target],
            shrinkA=2,
            shrinkB=2,
            linewidth=2.2 if edge.kind == "added" else 1.2,
            linestyle={"mechanism": ":", "relevance": "--"}.get(edge.kind, "-"),
            color=VERMILLION if edge.cut else "#333333",
            alpha=0.8,
        )
        axes.add_patch(arrow)
        if edge.cut:
            # The middle of the bent arrow, where it is crossed out.
            x = (x0 + x1) / 2 + bend * (y1 - y0) / 2
            y = (y0 + y1) / 2 - bend * (x1 - x0) / 2
            axes.plot([x], [y], marker="x", color=VERMILLION, markersize=9, markeredgewidth=2.5)
    xs, ys = zip(*places.values(), strict=True)
    axes.set_xlim(min(xs) - 1, max(xs) + 1)
    axes.set_ylim(min(ys) - 0.8, top + 0.6)
    axes.set_aspect("equal")
    axes.axis("off")


def picture(game: CausalGame, intervention: Intervention | None = None) -> "Figure":
    """The game, and with an intervention the game before and after it, side by side.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
        from matplotlib.patches import Patch
    except ImportError as error:
        raise MissingExtra("a picture of a causal game", "train", "matplotlib") from error
    panels: list[tuple[str, Intervention | None]] = [("", None)]
    if intervention is not None:
        touched = ", ".join(dict.fromkeys([*intervention.mechanisms, *intervention.values]))
        panels = [("before", None), (f"after an intervention on {touched}", intervention)]
    generations = len(list(nx.topological_generations(game.graph)))
    widest = max(len(row) for row in nx.topological_generations(game.graph))
    figure = Figure(
        figsize=(len(panels) * max(4.0, 1.6 * widest + 1.6), max(3.6, 1.25 * generations + 1.6)),
        layout="constrained",
    )
    for axes, (title, done) in zip(
        figure.subplots(1, len(panels), squeeze=False)[0], panels, strict=True
    ):
        draw(game, axes, done)
        axes.set_title(plain(title))
    figure.suptitle(plain(game.name))
    owners = [a for a in game.agents if game.decisions(a) or game.utilities(a)]
    figure.legend(
        handles=[
            *(
                Patch(facecolor=_color(game, agent), edgecolor="#666666", label=plain(agent))
                for agent in owners
            ),
            *_signs(_drawing(game, intervention)),
        ],
        loc="outside lower center",
        ncols=4 if figure.get_figwidth() > 6 else 2,
        frameon=False,
        fontsize=8,
    )
    letter(figure)
    return figure


def _signs(drawing: _Drawing) -> list[Any]:
    """What the shapes and lines of a drawing mean, for its legend."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    look: dict[str, Any] = {"linestyle": "", "markerfacecolor": "white", "color": "#666666"}
    shapes = (("chance", "o"), ("decision", "s"), ("utility", "D"))
    signs: list[Any] = [
        Line2D([], [], marker=marker, label=kind, **look)
        for kind, marker in shapes
        if kind in drawing.nodes.values()
    ]
    kinds = {edge.kind for edge in drawing.edges if not edge.cut}
    lines = (("mechanism", ":", "its rule"), ("relevance", "--", "a rule that depends on another"))
    signs += [
        Line2D([], [], linestyle=line, color="#333333", label=label)
        for kind, line, label in lines
        if kind in kinds
    ]
    if drawing.done:
        done = Patch(facecolor="white", edgecolor=DONE, linewidth=2, hatch="///", label="set")
        signs.append(done)
    if any(edge.cut for edge in drawing.edges):
        cut = Line2D([], [], linestyle="--", marker="x", color=VERMILLION, label="cut by it")
        signs.append(cut)
    return signs
