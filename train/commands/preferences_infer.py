"""What a follower wants, and how rational it is, from what it answered to commitments.

The posterior is exact, from a uniform prior over what is wanted, one outcome or the follower's own
payoffs, and over ways of answering: best, logit:RATE, level-0, level-1 and level-2.

Example:
  scg preferences infer household --log log.jsonl --answer best --answer logit:2
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...core.errors import InvalidArgument
from ...core.scenario import make_scenario
from ..cli.command import Command
from ..preference.behaviour import ANSWERS, infer, read_log
from ._printing import print_json, say


@dataclass(frozen=True, kw_only=True)
class PreferencesInfer(Command):
    """Read a log.

    Attributes:
        game: the matrix game.
        log: the file of announcements and answers, JSONL; it must be given if None.
        answer: a way of answering, again for each; the usual ones if None.
    """

    positional = "game"

    game: str
    log: Path | None = None
    answer: tuple[str, ...] = ()

    def run(self) -> None:
        """Infer and print."""
        if self.log is None:
            raise InvalidArgument("log is None; give a file of announcements and answers.")
        problem = make_scenario(self.game).problem()
        found = infer(problem, read_log(self.log), self.answer or ANSWERS)
        named = [" by ".join(one) for one in found.hypotheses]
        groups = [[named[k] for k in group] for group in found.together]
        if self.json:
            print_json(
                {
                    "wants": found.wants(),
                    "answers": found.answers(),
                    "posterior": dict(zip(named, found.chances.tolist(), strict=True)),
                    "not_told_apart": groups,
                    "would_tell": list(found.would_tell),
                }
            )
            return
        for what, chances in (("wants", found.wants()), ("answers by", found.answers())):
            for one, chance in sorted(chances.items(), key=lambda item: -item[1]):
                say(f"  {what:<11} {one:<16} {chance:.4f}")
        for group, tells in zip(groups, found.would_tell, strict=True):
            way = "nothing would" if tells is None else f"to announce {tells} would"
            say(f"  not told apart: {'; '.join(group)} ({way})")
        say(f"  a search of it: scg search {self.game} --desirable '{found.desirable()}'")
