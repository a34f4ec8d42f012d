"""Regenerate published results, side by side with ours.

`scg reproduce --list` names what there is, from where, and what differs.

Each number says its role, which follows from how it was made: input (put in), fitted (the model was
fitted to the data that the published number summarizes), derived (a linear function of such
numbers), predicted, unpublished (there is nothing to compare with). Only predictions count as
reproduction; how many there are stands at the top. The verdict is whether ours is inside or outside
the tolerance that it names; where there is nothing to compare it is no claim. Below the numbers
stands what differs from the publication, and why.

Conditions and metrics:
  bargaining   SELLER: no commitment | offer P | repeat P | learned price |
               claim 44, observability O | GENERATOR, 6 evaluations | best price;
               no commitment; first offer P;
               rubinstein: discount D; division: N offers (GLEE's first family);
               rational: complete | unlimited | division | negotiation (, AGENT commits)
               mean_price, sd_price, deals, moves, accepted, mean_ask, share, price, best_price,
               surplus, price_solved, price_formula
               epoch: the round of an offer or ask, or the revision of a learned price
  banana       direct answer; none | none, 3 messages | human_written | learned: TOPIC (or mean);
               threshold Q: TOPIC
               quality, gain (over none), gain_over_as_many_messages (of human_written, which has
               three), incentive_learned, incentive_exact (null where there is none)
  scai         MANNER GROUP, ablations (weight 0 | manner once | weight that stays: MANNER GROUP),
               other currency, PRIOR: GROUP, and the fitted parameters (manner weight, weight that
               stays, transfer)
               assistant_share, users_share, runs_NORM (share of runs that end at a norm),
               parameter, slowed and learned (1 for yes: farther from the users in epoch 5 than
               with neutral users, near them in epoch 20)

  sequential-public-goods
               usual mechanism | some mechanism (without a threshold) | best mechanism |
               cost C, power P, threshold B | threshold 3, no bonus, penalty P
               p_before, only_equilibrium (1 for yes), utility, found (by a search),
               share_sure (of the mechanisms, where full effort is the only equilibrium outcome),
               least_rho_formula, least_rho_solved
  donor        rules | all give FRACTION, ROUNDS rounds | N of 12 sign | found by search |
               N of 12 committed to NORM, long run
               payoff, least_fraction (with which the donor is sure to cooperate; null where with
               none), p_after, share_of_gifts (of all acts of those who are free)
  taxation     skill 80, flat RATE | flat rate that raises most | top rate that raises most |
               three brackets, aversion A | 72,000 dollars by 40 hours, flat RATE | LAYOUT, usual
               rates
               hours, rate_formula, rate_found (by a search), rate_enumerated, utility_before,
               utility (of the grid), utility_found, share_capped
  assistance   no assistant | the right door at once | RULE | found by search
               p_before, p_after, utility; announced, unannounced (what both earn), legibility
               (the former less the latter), help (announced, less what is earned alone)
  akata        dilemma | battle: GROUP x GPT-4 | GROUP, by base, x GPT-4 | GROUP x itself;
               left out: GAME, GROUP by GROUP; commit: GAME, GROUP (: a plain commitment)
               both_cooperate, both_defect, coordinated, points; last_round, other_last,
               own_last, one_chance, level_k (log-likelihood of a choice); leader_best,
               leader_at_most, leader_ceiling, leader_low, leader_high, leader_sure, people,
               chance_CASE
  oracles-and-followers
               GAME
               leader_deterministic, follower_deterministic, leader_ceiling, leader_greatest,
               leader_found, leader_worst (totals of ten rounds), share_reached
  lola         KIND x KIND | shaped: naive, on its way | shaped: exact
               payoff_a_step, payoff_of_KIND, cooperate, defect (shares of pairs), after_CASE,
               leader_found, leader_greatest, leader_ceiling
  paper        figure 1 ... figure 4 | table 1 | appendix D | proposition 4.1: WHAT
               payoff, pure_equilibria, equilibria, equilibrium_exists, recall, answer, below_46
               (1 for yes), p_before, p_after, causal_effect, steps, above_cost, printed_mean
  persuasion   prosecutor | sale: CHANCE OF A GOOD ONE, WORTH, WORTH OF A BAD ONE
               guilty, convicted; p_before, honest, at_most, closed_form, found, unkind (found
               where an indifferent buyer does not buy)
  facility     N residents, M places | N residents: COST | RULE | no commitment | search
               rules (that keep all from lying), ratio (to the least cost, in the worst case),
               p_before, p_after, found
  priced-assistant
               PROMPT, REPLY: REPLY priced; free | search: TIES ties
               from_formula, from_solved, to_formula, to_solved (prices at which it is a pure
               equilibrium), p_before, found
  climbing, penalty, stackelberg-pomdp
               GAME: CELL | equilibrium CELL | best commitment | alone
               payoff, leader, found (by a search), learned (against Q-learners), desirable
               (share of pairs of free Q-learners), p_before

Examples:
  scg reproduce bargaining
  scg reproduce scai --json --seed 1
  scg reproduce banana --out tables        writes tables/banana.csv and tables/banana.png
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ...core.errors import InvalidArgument, UnknownName
from ..cli.command import SeededRun
from ..reproduce import EXPERIMENTS
from ..reproduce.rows import table, write_csv
from ..run.folder import check_no_run
from ._printing import print_json, say


@dataclass(frozen=True, kw_only=True)
class Reproduce(SeededRun):
    """Regenerate the results of one experiment.

    Attributes:
        experiment: the experiment; none if None.
        names: the list of experiments in place of one's numbers.
        out: the folder for EXPERIMENT.csv and EXPERIMENT.png; none if None.
    """

    positional = "experiment"
    listed: ClassVar = {"experiment": tuple(EXPERIMENTS)}
    spelled: ClassVar = {"names": "--list"}

    experiment: str | None = None
    names: bool = False

    def run(self) -> None:
        """Compute and print."""
        if self.names:
            self._list()
            return
        if self.experiment is None:
            raise InvalidArgument(
                "no experiment is named; give EXPERIMENT, --config FILE, or --list for their names."
            )
        if self.experiment not in EXPERIMENTS:
            raise UnknownName("experiment", self.experiment, EXPERIMENTS)
        seed = self.seed
        if self.out is not None:
            check_no_run(self.out)
        chosen = EXPERIMENTS[self.experiment]
        rows = chosen.rows(seed)
        if self.out is not None:
            from ..reproduce.pictures import draw  # here, for matplotlib is slow and optional

            self.keep(self.out, f"{self.experiment}.yaml")
            write_csv(rows, self.out / f"{self.experiment}.csv")
            draw(rows, self.out / f"{self.experiment}.png")
        if self.json:
            print_json([row.to_json() for row in rows])
            return
        say(table(rows))
        say("\n" + "\n".join((f"source: {chosen.source}", *chosen.differs)))
        say(f"\nseed {seed}")
        if self.out is not None:
            say(f"written to {self.out}")

    def _list(self) -> None:
        """Print what there is.

        Raises:
            InvalidArgument: an experiment or a folder is named, too, which the list does not read.
        """
        for name, value in (("experiment", self.experiment), ("out", self.out)):
            if value is not None:
                raise InvalidArgument(
                    f"{name} is {str(value)!r}, and the list of experiments does not read it; "
                    "drop one of both."
                )
        if self.json:
            print_json(
                [
                    {"name": name, **{k: v for k, v in vars(one).items() if k != "rows"}}
                    for name, one in EXPERIMENTS.items()
                ]
            )
            return
        for name, one in EXPERIMENTS.items():
            say(f"{name:22s} {one.summary}")
            say(f"{'':22s} {one.source}")
