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

from dataclasses import dataclass, fields

from ...core.errors import InvalidArgument
from ...core.files import write_sealed_json
from ..cli.command import SeededRun
from ..preference.comparisons import write_comparisons
from ..preference.people import Design, people_of
from ._printing import print_json, say

DATA, TRUTH, TRUE_TYPES = "comparisons.jsonl", "truth.json", "truth-types.json"


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
        middle: the utility that ten steps more or fewer than the usual length of 20 cost.
        longer: the steps by which episodes with the desirable outcome are longer.
        side: the utility of being shown first.
        missing: the share of people whose covariates are missing.
        gaze: the seconds by which what is preferred is looked at longer; not written down if 0.
        sites: the sites that people are asked at; not written down if 0.
        alike: sites that do not differ.
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
    middle: float = 0.0
    longer: float = 0.0
    side: float = 0.0
    missing: float = 0.0
    gaze: float = 0.0
    sites: int = 0
    alike: bool = False

    def run(self) -> None:
        """Ask them, and write what they said."""
        settings = {one.name: getattr(self, one.name) for one in fields(self)}
        for name in ("json", "out", "seed", "game", "people", "each"):
            del settings[name]
        population = people_of(self.game, **settings)
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
        say(f"{self.game}: {len(data.rows)} comparisons of {self.people} people, {self.design}")
        for outcome, value in sorted(population.truth.items(), key=lambda item: -item[1]):
            say(f"  {outcome:<16} {value:.4f} in truth")
        say(f"  written to       {self.out / DATA}")
