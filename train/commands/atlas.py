"""What commitment does in all 144 strict ordinal 2x2 games, exactly.

For each game, each player who may commit, each choice of Y (the human's or the AI's favorite cell,
the utilitarian or the egalitarian best) and each tie rule: the pure equilibria, P(Y=y) without
intervention and after the best pure and the best mixed pre-policy, and what the committed player
gets if it commits for its own sake. Writes atlas.csv, atlas.json and atlas.png into a folder.

With --compose, of all ordered pairs of some games, played one after the other, at once, or one
within the other: what commitment is worth in the composite, and in its parts. Writes composites.csv
and composites.json.

Examples:
  scg atlas
  scg atlas --out results --desirable utilitarian --ties pessimistic
  scg atlas --compose symmetric --desirable egalitarian
  scg atlas --compose prisoners_dilemma --compose 322

`scg_envs.games.matrix.atlas` and `composite_atlas` say how the numbers are defined; fields are
empty where they are not.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ...core.errors import InvalidArgument
from ...core.ties import Ties
from ...games.matrix.atlas import Choice, atlas, summary, to_json, write_csv
from ...games.matrix.composite_atlas import SYMMETRIC, composite_atlas
from ...games.matrix.composite_atlas import summary as compare
from ...games.matrix.composite_atlas import write_csv as write_composites
from ...games.matrix.ordinal import ordinal_number
from ..cli.command import SeededRun
from ..run.folder import write_json
from ._printing import print_json, say


@dataclass(frozen=True, kw_only=True)
class Atlas(SeededRun):
    """Solve the 144 games, or composites of two.

    Attributes:
        desirable: the choice of Y that the picture shows, or of each game's Y in composites.
        ties: the tie rule of the picture and of what is printed.
        compose: a game whose ordered pairs with the others are composed, by number or name, again
            for each; `symmetric` stands for the 12 symmetric ones, of which it takes a minute; no
            composites if None.
        out: the folder to write.
    """

    desirable: Choice = "human"
    ties: Ties = "uniform"
    compose: tuple[str, ...] = ()
    out: Path = Path("atlas")

    def run(self) -> None:
        """Compute, write, and print a summary."""
        if self.out.exists() and not self.out.is_dir():  # before a minute is spent
            raise InvalidArgument(f"out is {self.out}, which is a file; choose another `out`.")
        if self.compose:
            self._compose()
            return
        from ..report.atlas_picture import draw_atlas  # here, for matplotlib is slow and optional

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

    def _compose(self) -> None:
        """Compute, write and print what commitment is worth in composites."""
        named = [SYMMETRIC if name == "symmetric" else (name,) for name in self.compose]
        numbers = tuple(dict.fromkeys(ordinal_number(one) for some in named for one in some))
        rows = composite_atlas(numbers, self.desirable)
        self.keep(self.out)
        files = {name: self.out / f"composites.{name}" for name in ("csv", "json")}
        write_composites(rows, files["csv"])
        write_json(files["json"], [asdict(row) for row in rows])
        lines = compare(rows, self.ties)
        if self.json:
            paths = {name: str(path) for name, path in files.items()}
            print_json({"rows": len(rows), "ties": self.ties, "summary": lines, "files": paths})
            return
        pairs = len(numbers) ** 2
        say(f"{pairs} ordered pairs, {len(rows)} rows; {self.ties} ties; beside the parts' own")
        titles = f"{'known':>7}{'more':>6}{'less':>6}{'mean gain':>11}"
        say(f"\n{'how':<12}{'commits':<9}{'measure':<14}{titles}")
        for line in lines:
            gain = "-" if line["gain"] is None else f"{line['gain']:.3f}"
            head = f"{line['how']:<12}{line['committed']:<9}{line['measure']:<14}"
            say(f"{head}{line['known']:>7}{line['more']:>6}{line['less']:>6}{gain:>11}")
        for path in files.values():
            say(path)


def _line(line: dict[str, Any]) -> str:
    return (
        f"{line['committed']:<9}{line['desirable']:<13}{line['p_before']:>9.3f}"
        f"{line['raised_by_pure']:>8}{line['raised_by_mixed']:>7}"
        f"{line['delta_ce_pure']:>12.3f}{line['delta_ce_mixed']:>8.3f}"
    )
