"""Comparisons of simulated people, whose truth is known.

Most people like the game's desirable outcome best, novices a rival. In every design but randomised,
pairs with the desirable outcome are shown above all to those who like it least. The values that
people have in truth are printed, and written beside the comparisons as truth.json; those of most
people and of novices as truth-types.json.

Examples:
  scg preferences simulate household --out runs/people
  scg preferences simulate barrier --design confounded --people 1000 --out runs/confounded
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from ...core.errors import InvalidArgument
from ...core.files import write_sealed_json
from ..cli.command import SeededRun
from ..preference.files import write_comparisons
from ..preference.people import Asking, people_of
from ._printing import print_json, say

DATA, TRUTH, TRUE_TYPES = "comparisons.jsonl", "truth.json", "truth-types.json"


@dataclass(frozen=True, kw_only=True)
class PreferencesSimulate(SeededRun):
    """Ask simulated people.

    Attributes:
        game: the game whose outcomes are compared.
        people: the people.
        each: the comparisons of each.
        asking: how they differ and are asked.
    """

    positional = "game"

    game: str
    people: int = 200
    each: int = 1
    asking: Asking

    def run(self) -> None:
        """Ask them, and write what they said."""
        population = people_of(self.game, **asdict(self.asking))
        data = population.compare(self.people, self.each, seed=self.seed)
        if self.out is None:
            raise InvalidArgument("out is None; give a folder for the comparisons.")
        self.keep(self.out)
        write_comparisons(data, self.out / DATA)
        write_sealed_json(self.out / TRUTH, population.truth)
        write_sealed_json(self.out / TRUE_TYPES, population.types)
        if self.json:
            print_json({"data": str(self.out / DATA), "truth": population.truth})
            return
        how = self.asking.design
        say(f"{self.game}: {len(data.rows)} comparisons of {self.people} people, {how}")
        for outcome, value in sorted(population.truth.items(), key=lambda item: -item[1]):
            say(f"  {outcome:<16} {value:.4f} in truth")
        say(f"  written to       {self.out / DATA}")
