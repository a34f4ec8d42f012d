"""Comparisons of simulated people, whose truth is known.

Most people like the game's desirable outcome best, novices a rival. In every design but randomised,
pairs with the desirable outcome are shown above all to those who like it least. The values that
people have in truth are printed, and written beside the comparisons as truth.json.

Examples:
  scg preferences simulate household --out runs/people
  scg preferences simulate barrier --design confounded --people 1000 --out runs/confounded
"""

from __future__ import annotations

from dataclasses import dataclass

from ...core.errors import InvalidArgument
from ..command import SeededRun
from ..preference.comparisons import write_comparisons
from ..preference.people import Design, people_of
from ..run_folder import write_json
from ._printing import print_json, say

DATA, TRUTH = "comparisons.jsonl", "truth.json"


@dataclass(frozen=True, kw_only=True)
class PreferencesSimulate(SeededRun):
    """Ask simulated people.

    Attributes:
        game: the game whose outcomes are compared.
        people: the people.
        each: the comparisons of each.
        design: the way in which pairs come about.
        novices: the share of novices.
        noise: the chance in preferences, above 0.
        strength: the strength of the confounding.
        dislike: the utility of ten more steps of an episode.
        longer: the steps by which episodes with the desirable outcome are longer.
        side: the utility of being shown first.
        missing: the share of people whose covariates are missing.
    """

    positional = "game"

    game: str
    people: int = 200
    each: int = 1
    design: Design = "randomised"
    novices: float = 0.3
    noise: float = 1.0
    strength: float = 2.5
    dislike: float = 0.0
    longer: float = 0.0
    side: float = 0.0
    missing: float = 0.0

    def run(self) -> None:
        """Ask them, and write what they said."""
        names = ("design", "novices", "noise", "strength", "dislike", "longer", "side", "missing")
        population = people_of(self.game, **{name: getattr(self, name) for name in names})
        data = population.compare(self.people, self.each, seed=self.seed)
        if self.out is None:
            raise InvalidArgument("out is None; give a folder for the comparisons.")
        self.keep(self.out)
        write_comparisons(data, self.out / DATA)
        write_json(self.out / TRUTH, population.truth)
        if self.json:
            print_json({"data": str(self.out / DATA), "truth": population.truth})
            return
        say(f"{self.game}: {len(data.rows)} comparisons of {self.people} people, {self.design}")
        for outcome, value in sorted(population.truth.items(), key=lambda item: -item[1]):
            say(f"  {outcome:<16} {value:.4f} in truth")
        say(f"  written to       {self.out / DATA}")
