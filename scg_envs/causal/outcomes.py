"""Sets of rational outcomes: what is in them, and what they say of an outcome Y=y.

The answer to a query is a set: one probability for each profile in R(M) (Hammond et al. 2023,
Defs. 19 and 21). Where tied actions matter to nobody else they are kept as a product, so that a
decision with thousands of contexts is one `Branch` and not an enumeration.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice, product
from math import prod
from typing import Literal

import numpy as np
import numpy.typing as npt

from .evaluation import Play, expectation, payoffs, probability
from .factors import Factor, Table
from .model import CausalGame, Event
from .normal_form.equilibrium_set import EquilibriumSet, Kind
from .policies import Profile, behavioral_profile, is_pure_rule
from .strategic import StrategicForm
from .undefined import Reason, Undefined

PolicyClass = Literal["pure", "behavioral", "mixed"]

MAX_COMBINATIONS = 1 << 14
"""Resolutions of ties that bounds over several tied decisions are enumerated over."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Branch:
    """One profile, or a product of them: some decisions may take any of several tied actions.

    Attributes:
        profile: a member; where there are ties, with tied actions equally likely (which is
            what the members lead to on average).
        ties: for tied decisions, which actions may be taken in each context, shape
            (*contexts, actions); each context is resolved independently.
        weight: how many extreme equilibria of the normal form it stands for, where policies that
            lead to the same play are one; None if they were not counted.
        drawn: where who does not see an intervention plays as before it, how likely that leads
            here, up to a factor, as the selections `extreme` and `pure` have the outcomes before
            and the answers to each (NaN where they were not counted); None elsewhere.
    """

    profile: Profile
    ties: Mapping[str, Mask] = field(default_factory=dict)
    weight: int | None = 1
    drawn: tuple[float, float] | None = None

    @property
    def is_pure(self) -> bool:
        """Whether its members never randomize: whether nothing does but where actions are tied."""
        rules = self.profile.rules
        untied = (rule for decision, rule in rules.items() if decision not in self.ties)
        return self.profile.is_pure or (bool(self.ties) and all(map(is_pure_rule, untied)))

    @property
    def size(self) -> int:
        """How many pure resolutions it has."""
        return prod(int(n) for mask in self.ties.values() for n in mask.sum(axis=-1).flat if n > 1)

    def members(self, game: CausalGame) -> Iterator[Profile]:
        """Every resolution of the ties, lazily."""
        if not self.ties:
            yield self.profile
            return
        slots = [
            (decision, context, np.flatnonzero(mask[context]))
            for decision, mask in self.ties.items()
            for context in np.ndindex(*mask.shape[:-1])
            if mask[context].sum() > 1
        ]
        base = {d: np.where(m.sum(-1, keepdims=True) > 1, 0.0, m) for d, m in self.ties.items()}
        for chosen in product(*(actions for _, _, actions in slots)):
            rules = {d: table.copy() for d, table in base.items()}
            for (decision, context, _), action in zip(slots, chosen, strict=True):
                rules[decision][(*context, action)] = 1.0
            yield behavioral_profile(game, {**self.profile.rules, **rules})


@dataclass(frozen=True, eq=False)
class RationalOutcomes:
    """R(M): the profiles in which everybody's rule is in their relation; never empty.

    Attributes:
        game: where outcomes are evaluated: the game, after a post-policy intervention as well.
        policies: the class of policies.
        kind: "all", "extreme" (infinitely many; these are the vertices) or "sample".
        degenerate: whether ties make for more equilibria than the generic number.
        branches: the members.
        form: the normal form that was solved, if one was.
        found: what its solver returned.
        listed: how many profiles `profiles` lists at most.
        before_do: where the policies were chosen, if a post-policy intervention came after it.
    """

    game: CausalGame
    policies: PolicyClass
    kind: Kind
    degenerate: bool
    branches: tuple[Branch, ...]
    form: StrategicForm | None = None
    found: EquilibriumSet | None = None
    listed: int = 10_000
    before_do: CausalGame | None = None

    @property
    def decided_in(self) -> CausalGame:
        """Where the policies were chosen."""
        return self.game if self.before_do is None else self.before_do

    @property
    def size(self) -> int:
        """How many profiles the set has, products counted out."""
        return sum(branch.size for branch in self.branches)

    @cached_property
    def profiles(self) -> tuple[Profile, ...]:
        """The profiles, up to the limit; compare with `size`."""
        every = (p for branch in self.branches for p in branch.members(self.decided_in))
        return tuple(islice(every, self.listed))

    @cached_property
    def payoffs(self) -> tuple[dict[str, float], ...]:
        """Every agent's expected utility in each of `profiles`."""
        form, found = self.form, self.found
        if (
            form is not None
            and found is not None
            and self.game is self.decided_in
            and tuple(player.name for player in form.players) == self.game.agents
            and form.blend is None
            and not form.perceived
            and len(found) == len(self.profiles)
            and self.policies != "behavioral"
        ):  # the solver has them already
            names = self.game.agents
            return tuple(dict(zip(names, map(float, e.payoffs), strict=True)) for e in found)
        return tuple(payoffs(self.game, profile) for profile in self.profiles)

    def probabilities(self, event: Event) -> Table:
        """P(Y=y | pi) for each branch, averaged over its ties; shape (len(branches),)."""
        asked = tuple(
            sorted((name, self.game.variable(name).index(v)) for name, v in event.items())
        )
        if asked not in self._known:
            values = [probability(self.game, b.profile, event) for b in self.branches]
            self._known[asked] = np.array(values)
        return self._known[asked]

    @cached_property
    def _known(self) -> dict[tuple[tuple[str, int], ...], Table]:
        """What `probabilities` has computed, by the variables and the numbers of their values."""
        return {}

    def range(self, event: Event) -> tuple[float, float] | Undefined:
        """The least and the greatest P(Y=y | pi) over the set.

        Undefined for a sample, whose missing members might lie outside, and where too many ties
        bear on the outcome together.
        """
        if self.kind == "sample":
            return Undefined(Reason.SAMPLED, "the set of rational outcomes is only sampled")
        low, high = np.inf, -np.inf
        for branch, mean in zip(self.branches, self.probabilities(event), strict=True):
            bounds = self._branch_range(branch, event) if branch.ties else (mean, mean)
            if isinstance(bounds, Undefined):
                return bounds
            low, high = min(low, bounds[0]), max(high, bounds[1])
        return float(low), float(high)

    def _branch_range(self, branch: Branch, event: Event) -> tuple[float, float] | Undefined:
        """Over the resolutions of one branch's ties: closed form for the ties of one decision."""
        target = self.game.event_factor(event)
        tied = [d for d in branch.ties if d in self.game.decisions()]
        if not tied:
            value = probability(self.game, branch.profile, event)
            return value, value
        *outer, last = tied
        pools = [_resolutions(self.game, branch, d, target) for d in outer]
        if prod(len(pool) for pool in pools) > MAX_COMBINATIONS:
            return Undefined(Reason.TOO_LARGE, "too many ties bear on the outcome together")
        low, high = np.inf, -np.inf
        for chosen in product(*pools):
            rules = {**branch.profile.rules, **dict(zip(outer, chosen, strict=True))}
            weights = _linear(self.game, rules, last, target)
            mask = branch.ties[last]
            low = min(low, float(np.where(mask, weights, np.inf).min(axis=-1).sum()))
            high = max(high, float(np.where(mask, weights, -np.inf).max(axis=-1).sum()))
        return low, high


def _linear(game: CausalGame, rules: Mapping[str, Table], decision: str, target: Factor) -> Table:
    """What each action in each context adds to the expectation of `target`."""
    others = {d: r for d, r in rules.items() if d != decision and d in game.decisions()}
    keep = (*game.variables[decision].parents, decision)
    return expectation(game, target, Play.of_rules(game, others), keep)


def _resolutions(game: CausalGame, branch: Branch, decision: str, target: Factor) -> list[Table]:
    """The rules of a tied decision, those ties left averaged that cannot bear on `target`.

    A tie bears on it if, given everything else, its actions lead to different expectations.
    """
    mask = branch.ties[decision]
    others = {
        d: r for d, r in branch.profile.rules.items() if d != decision and d in game.decisions()
    }
    tied = [d for d in branch.ties if d != decision and d in game.decisions()]
    own = (*game.variables[decision].parents, decision)
    extra = {n for d in tied for n in (*game.variables[d].parents, d)}.difference(own)
    kept = {d: r for d, r in others.items() if d not in tied}
    cells = expectation(game, target, Play.of_rules(game, kept), (*sorted(extra), *own))
    cells = cells.reshape(-1, *mask.shape)
    spread = np.where(mask, cells, -np.inf).max(-1) - np.where(mask, cells, np.inf).min(-1)
    bears = (spread > 1e-15).any(axis=0)
    choices = [
        np.flatnonzero(mask[c]) if bears[c] and mask[c].sum() > 1 else None
        for c in np.ndindex(*mask.shape[:-1])
    ]
    if prod(len(c) for c in choices if c is not None) > MAX_COMBINATIONS:
        return [branch.profile.rules[decision]] * (MAX_COMBINATIONS + 1)
    rules = []
    slots = [i for i, c in enumerate(choices) if c is not None]
    for chosen in product(*(c for c in choices if c is not None)):
        table = branch.profile.rules[decision].copy().reshape(-1, mask.shape[-1])
        for slot, action in zip(slots, chosen, strict=True):
            table[slot] = np.eye(mask.shape[-1])[action]
        rules.append(table.reshape(mask.shape))
    return rules
