"""The results as a Markdown table with what was asked, and as a picture on a log scale."""

from __future__ import annotations

from pathlib import Path

from .harness import STEPS, Row
from .peers.adapters import LOOP

# By row name and threads, in batches of 4096 where games are stepped: what the project set out to
# reach.
ASKED = {
    ("barrier/vector", 1): 100e6,
    ("barrier/grid", 1): 60e6,
    ("barrier/view", 1): 12e6,
    ("barrier/parallel_api", 1): 200e3,
    ("barrier/commitment", 1): 100e3,
    ("barrier/gym_make", 1): 150e3,
    ("ppo/batched", 1): 60e3,
    ("assistance/human", 1): 5e6,
    ("commons/greedy", 1): 5e6,
    ("commons/quota", 1): 5e6,
    ("donor/six_rounds", 1): 5e6,
    ("donor/twelve_rounds", 1): 5e6,
    ("language/calibrated", 1): 500e3,
    ("language/rational", 1): 500e3,
    ("public_goods/first", 1): 5e6,
    ("public_goods/third", 1): 5e6,
    ("facility/one", 1): 5e6,
    ("taxation/three", 1): 5e6,
    ("taxation/seven", 1): 5e6,
    ("search/ppo_wall", 2): 15.0,
    ("effect/figure3", 1): 5.0,
    ("effect/maze", 1): 50.0,
    ("effect/maze33", 1): 2000.0,
}
_TIMES = ("ms", "s")
_LOOPS = (
    "Ours is always stepped from Python. In a compiled loop all steps are one call, and nobody can "
    "act or look between two of them: it is the best that JAX can do, and for one copy it has none "
    "of Python's costs."
)


def markdown(rows: list[Row]) -> str:
    """A table of all rows; `times what was asked` above 1 is better than that."""
    lines = [
        "| what | batch | threads | median | least | greatest | unit | asked "
        "| times what was asked |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        asked = ASKED.get((row["name"], row["threads"]))
        said, ratio = "", ""
        if asked is not None:
            better = asked / row["value"] if row["unit"] in _TIMES else row["value"] / asked
            said, ratio = number(asked), f"{better:.2f}"
        spread = " | ".join(number(row[key]) for key in ("value", "min", "max"))
        lines.append(
            f"| {row['name']} | {row['batch']} | {row['threads']} | {spread} | {row['unit']} "
            f"| {said} | {ratio} |"
        )
    return "\n".join(lines)


def ratios(rows: list[Row]) -> str:
    """How many times faster the barrier game is than each peer; empty without peers.

    One copy against one copy, a batch against a batch, a view against a view.
    """
    ours = {(row["name"], row["batch"]): row["value"] for row in rows if row["threads"] == 1}
    lines = []
    for row in rows:
        if not row["name"].startswith("peer/"):
            continue
        peer = row["name"].removeprefix("peer/")
        how = "from Python"
        if peer.endswith(LOOP):
            peer, how = peer.removesuffix(LOOP), "in a compiled loop"
        own = ("barrier/parallel_api", 1)
        if row["batch"] > 1:
            own = ("barrier/view" if peer.endswith("_view") else "barrier/vector", 4096)
        if own in ours:
            lines.append(
                f"| {peer} | {how} | {row['batch']} | {number(row['value'])} "
                f"| {number(ours[own])} | {number(ours[own] / row['value'])} |"
            )
    if not lines:
        return ""
    head = (
        "| peer | stepped | batch | joint steps/s | ours | ratio |\n"
        "| --- | --- | --- | --- | --- | --- |"
    )
    return "\n".join([head, *lines]) + "\n\n" + _LOOPS


def two_cores(rows: list[Row]) -> str:
    """How many times faster two cores are than one; empty without such rows."""
    one = {(row["name"], row["batch"]): row["value"] for row in rows if row["threads"] == 1}
    said = [
        f"{row['value'] / one[row['name'], row['batch']]:.2f} times on a batch of {row['batch']:,}"
        for row in rows
        if row["threads"] == 2 and row["unit"] == STEPS and (row["name"], row["batch"]) in one
    ]
    return f"Two cores against one (asked: 1.7): {', '.join(said)}." if said else ""


def number(value: float) -> str:
    """Three digits or so, with thousands apart."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def picture(rows: list[Row], path: Path) -> None:
    """Bars of all rates in joint steps a second, on a log scale."""
    import matplotlib.pyplot as plt
    from matplotlib.patches import Patch

    rates = sorted((r for r in rows if r["unit"] == STEPS), key=lambda r: r["value"])
    figure, axes = plt.subplots(figsize=(8, 0.32 * len(rates) + 1), layout="constrained")
    names = [
        f"{r['name']} (batch {r['batch']}{', 2 cores' if r['threads'] > 1 else ''})" for r in rates
    ]
    values = [r["value"] for r in rates]
    spread = [
        [r["value"] - r["min"] for r in rates],
        [r["max"] - r["value"] for r in rates],
    ]
    colors = ["#b0b0b0" if r["name"].startswith("peer/") else "#3572b0" for r in rates]
    axes.barh(names, values, xerr=spread, color=colors)
    axes.margins(y=0.01)
    axes.set(xscale="log", xlabel="joint environment steps a second", title="Median and range")
    kinds = (("#3572b0", "scg-envs"), ("#b0b0b0", "others"))
    axes.legend(
        handles=[Patch(color=color, label=label) for color, label in kinds], loc="lower right"
    )
    figure.savefig(path, dpi=120)
    plt.close(figure)
