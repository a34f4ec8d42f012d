"""What is written at a benchmark's end."""

from __future__ import annotations

from ..page.tables import write_tables_page
from ..run.folder import write_json
from ..sweep.pictures import draw_profiles
from ..sweep.report import Report, write_tables
from .export import marl_eval
from .pictures import draw_scores
from .run import Benched
from .table import Tables, scores_of
from .text import describe, describe_times


def report(done: Benched) -> Report[Tables]:
    """Write the tables and pictures of a benchmark into its folder."""
    tables = Tables.of(done)
    text = describe(done, tables)
    folder = done.folder
    texts = {"table.md": text, "times.md": describe_times(tables)}
    paths = write_tables(folder, tables, texts)
    paths.append(folder / "marl_eval.json")
    write_json(paths[-1], marl_eval(tables.runs))
    if any(row["score"] is not None for row in tables.runs):
        paths += [folder / "scores.png", folder / "profiles.png"]
        draw_scores(tables, paths[-2])
        draw_profiles(scores_of(tables.runs), paths[-1])
    suite = done.benchmark.suite
    paths.append(
        write_tables_page(
            folder,
            title=f"Benchmark {suite.name}",
            question=(
                "How near does each way of proposing come to the exact best commitment, against "
                "the followers that it proposed for and against others?"
            ),
            answer=(
                f"Suite {suite.digest[:12]}: {len(done.swept.summaries)} of "
                f"{len(done.swept.sweep.runs)} runs have ended, {len(done.swept.failed)} failed."
            ),
            texts={"The tables": text, "What it took": texts["times.md"]},
            paths=paths,
        )
    )
    return Report(tables, text, tuple(paths))
