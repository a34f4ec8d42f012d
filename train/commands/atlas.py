"""What commitment does in all 144 strict ordinal 2x2 games, exactly.

For each game, each player who may commit, each choice of Y (the human's or the AI's favorite cell,
the utilitarian or the egalitarian best) and each tie rule: the pure equilibria, P(Y=y) without
intervention and after the best pure and the best mixed pre-policy, and what the committed player
gets if it commits for its own sake. Writes atlas.csv, atlas.json and atlas.png into a folder.

Examples:
  scg atlas
  scg atlas --out results --desirable utilitarian --ties pessimistic

`scg_envs.games.matrix.atlas` says how the numbers are defined; fields are empty where they are not.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...core.errors import InvalidArgument
from ...core.ties import Ties
from ...games.matrix.atlas import Choice, atlas, summary, to_json, write_csv
from ..command import SeededRun
from ..run_folder import write_json
from ._printing import print_json, say


@dataclass(frozen=True, kw_only=True)
class Atlas(SeededRun):
    """Solve the 144 games.

    Attributes:
        desirable: the choice of Y that the picture shows.
        ties: the tie rule of the picture and of what is printed.
        out: the folder to write.
    """

    desirable: Choice = "human"
    ties: Ties = "uniform"
    out: Path = Path("atlas")

    def run(self) -> None:
        """Compute, write, and print a summary."""
        from ..atlas_picture import draw_atlas  # here, for matplotlib is slow and optional

        if self.out.exists() and not self.out.is_dir():  # before a minute is spent
            raise InvalidArgument(f"out is {self.out}, which is a file; choose another `out`.")
        rows = atlas()
        self.keep(self.out)
        files = {name: self.out / f"atlas.{name}" for name in ("csv", "json", "png")}
        write_csv(rows, files["csv"])
        write_json(files["json"], to_json(rows))
        draw_atlas(rows, self.desirable, self.ties, files["png"])
        lines = summary(rows, self.ties)
        if self.json:
            report = {
                "rows": len(rows),
                "ties": self.ties,
                "summary": lines,
                "files": {name: str(path) for name, path in files.items()},
            }
            print_json(report)
            return
        say(f"144 games, {len(rows)} rows; {self.ties} ties")
        say(f"\n{'commits':<9}{'Y':<13}{'P before':>9}{'raised by':>15}{'mean effect':>20}")
        say(f"{'':<22}{'':>9}{'pure':>8}{'mixed':>7}{'pure':>12}{'mixed':>8}")
        for line in lines:
            say(_line(line))
        say(
            "\nMeans are over the "
            f"{lines[0]['defined']} games with a pure equilibrium; the others have no P before."
        )
        for path in files.values():
            say(path)


def _line(line: dict[str, Any]) -> str:
    return (
        f"{line['committed']:<9}{line['desirable']:<13}{line['p_before']:>9.3f}"
        f"{line['raised_by_pure']:>8}{line['raised_by_mixed']:>7}"
        f"{line['delta_ce_pure']:>12.3f}{line['delta_ce_mixed']:>8.3f}"
    )
