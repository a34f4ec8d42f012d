"""Rationality relations: what counts as a rational rule, given everybody else's.

A relation r_D (Def. 3.1) says which rules of a decision D are rational in the context of the other
mechanisms. Two kinds are easy to solve for, and one class stands for each:

- `Relation`: says of every pure profile whether D's rule is in the relation. R(M) over pure
  policies is then the set of profiles that everybody's relation accepts.
- `Reply`: the relation holds exactly one rule for each context, so that R(M) is a set of fixed
  points, in behavioral policies as well.

Best response comes in two forms that differ as soon as an agent has two decisions. *Decision-wise*
(eq. 1 of Hammond et al. 2023) each rule is best with all others fixed, the owner's own included;
*agent-wise* an agent's rules are best together, which is Nash equilibrium.
"""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from ..core.errors import InvalidArgument
from .comparison import best, slack_of
from .evaluation import Play, action_amounts, action_values, context_probabilities
from .factors import Table
from .graph import decides_reach, s_reachable
from .model import CausalGame
from .policies import NEGLIGIBLE, Profile, rule, uniform_rule
from .strategic import StrategicForm, Unit

Mask = npt.NDArray[np.bool_]


class Relation:
    """What counts as rational for a decision, or for an agent's decisions together.

    Attributes:
        by: whether it judges each decision's rule by itself or an agent's rules together.
        mixes: whether every action of every context has a positive probability, whatever the
            others do; then the decision never decides which contexts of others are reached.
    """

    by: Unit = "decision"
    mixes: ClassVar[bool] = False

    @abstractmethod
    def accepted(self, form: StrategicForm, player: int) -> Mask:
        """In which joint pure strategies the player's own is rational; shape (A_1, ..., A_n)."""

    def relies_on(self, game: CausalGame, name: str, decision: str) -> bool:
        """Whether the mechanism of `name` is relevant to the decision under this relation."""
        return s_reachable(game, name, decision)


@dataclass(frozen=True)
class BestResponse(Relation):
    """Nothing else pays more (appendix B.1), agent by agent or decision by decision."""

    by: Unit = "agent"

    def accepted(self, form: StrategicForm, player: int) -> Mask:
        """Where no other strategy of the player pays more."""
        return form.normal_form.measured[player].best(player)

    def relies_on(self, game: CausalGame, name: str, decision: str) -> bool:
        """Whether the mechanism of `name` may be relevant to the decision (Def. 17).

        It is if it is s-reachable, and also if it decides which contexts of the decision are
        reached: what a rule says in the others is free, so the set of best rules changes with
        them (a clause of Koller and Milch 2003 that Def. B.2 of the paper drops).
        """
        return s_reachable(game, name, decision) or decides_reach(game, name, decision)


AGENT_WISE = BestResponse("agent")
DECISION_WISE = BestResponse("decision")


@dataclass(frozen=True)
class EpsilonBestResponse(Relation):
    """Nothing else pays more by over `epsilon`, in expectation before play."""

    epsilon: float
    by: Unit = "agent"

    def __post_init__(self) -> None:
        if not self.epsilon >= 0:
            raise InvalidArgument(f"epsilon={self.epsilon}; expected a number of at least 0.")

    def accepted(self, form: StrategicForm, player: int) -> Mask:
        """Where no other strategy of the player pays more by over epsilon."""
        return form.normal_form.measured[player].within(self.epsilon, player)

    def relies_on(self, game: CausalGame, name: str, decision: str) -> bool:
        """How likely a context is matters too: an unlikely mistake costs little."""
        return s_reachable(game, name, decision) or decides_reach(game, name, decision)


@dataclass(frozen=True)
class RiskAverse(Relation):
    """Maximizes the mean of the owner's total utility minus `weight` times its variance."""

    weight: float
    by: Unit = "agent"

    def accepted(self, form: StrategicForm, player: int) -> Mask:
        """Where no other strategy has a greater mean minus weighted variance."""
        agent = form.players[player].agent
        form = form.believed(player)
        mean, square = form.utilities(agent), form.second_moments(agent)
        size = np.sqrt(square) + abs(self.weight) * (square + mean**2)
        worth = mean - self.weight * (square - mean**2)
        return best(worth, slack_of(size, form.roundings), player)

    def relies_on(self, game: CausalGame, name: str, decision: str) -> bool:
        """Whatever moves any of the owner's utilities moves the variance of their sum."""
        utilities = frozenset(game.utilities(game.owner(decision)))
        return name != decision and name in game.ancestors(utilities)


@dataclass(frozen=True)
class Custom(Relation):
    """A user's own relation.

    Attributes:
        accepts: takes the game, the name of a decision and a pure profile; says whether the
            decision's rule is in the relation.
    """

    accepts: Callable[[CausalGame, str, Profile], bool]

    def accepted(self, form: StrategicForm, player: int) -> Mask:
        """Asks `accepts` about every joint pure strategy."""
        form = form.believed(player)
        mask = np.zeros(form.shape, dtype=np.bool_)
        for joint in np.ndindex(*form.shape):
            profile = form.pure_profile(joint)
            decisions = form.players[player].decisions
            mask[joint] = all(self.accepts(form.game, d, profile) for d in decisions)
        return mask

    def relies_on(self, game: CausalGame, name: str, decision: str) -> bool:
        """Nothing is known of it, so everything may be relevant."""
        return name != decision


class Reply(Relation):
    """A relation that holds exactly one rule for each context."""

    @abstractmethod
    def reply(self, game: CausalGame, decision: str, play: Play) -> Table:
        """The one rational rule, shape (*contexts, actions), given how all others decide."""

    def accepted(self, form: StrategicForm, player: int) -> Mask:
        """Where the player's rule is the reply to the others'."""
        form = form.believed(player)
        mask = np.zeros(form.shape, dtype=np.bool_)
        (decision,) = form.players[player].decisions
        for joint in np.ndindex(*form.shape):
            profile = form.pure_profile(joint)
            reply = self.reply(form.game, decision, Play.of_profile(form.game, profile))
            mask[joint] = bool((np.abs(reply - profile.rules[decision]) <= NEGLIGIBLE).all())
        return mask


@dataclass(frozen=True)
class Fixed(Reply):
    """A singleton: one rule, whatever the others do (a judge, nature, a routine).

    Attributes:
        rule: the rule, in any form that `policies.rule` takes.
    """

    rule: object

    def table(self, game: CausalGame, decision: str) -> Table:
        """The rule as an array, shape (*contexts, actions)."""
        return rule(game, decision, self.rule)

    def reply(self, game: CausalGame, decision: str, play: Play) -> Table:
        """The rule."""
        return self.table(game, decision)

    def relies_on(self, game: CausalGame, name: str, decision: str) -> bool:
        """It relies on nothing."""
        return False


@dataclass(frozen=True)
class Reactive(Reply):
    """A rule computed from other mechanisms: r*_D from dom(Pa*) to dom(Pi_D), section 3.2.

    Attributes:
        sees: the context Pa*: the decisions whose rules it is computed from.
        function: takes their rules, arrays of shape (*contexts, actions), in that order, and
            returns a rule in any form that `policies.rule` takes.
    """

    sees: tuple[str, ...]
    function: Callable[..., object]

    def reply(self, game: CausalGame, decision: str, play: Play) -> Table:
        """What the function makes of the rules it sees."""
        seen = (play.rules[game.decision(d).name].table for d in self.sees)
        return rule(game, decision, self.function(*seen))

    def relies_on(self, game: CausalGame, name: str, decision: str) -> bool:
        """It relies on what it sees."""
        return name in self.sees


class ContextWise(Reply):
    """A reply that depends on what the actions are worth once a context has come about.

    Contexts that are not reached are judged as if everything were fully mixed that is not
    s-reachable for the decision. That alters no value: what is not s-reachable never changes what
    actions are worth in a context that is reached. It only lets more contexts come about, the same
    ones whatever those mechanisms are, so that the reply relies on what is s-reachable and on
    nothing else. A context that even then never comes about has no values, and all actions of it
    are equally likely.

    In a game made from a tree decisions observe nothing, so that values are those before play and
    shrink with the probability that play comes there; the reply relies on earlier movers as well.
    """

    def relies_on(self, game: CausalGame, name: str, decision: str) -> bool:
        """Whether the mechanism of `name` may be relevant to the reply."""
        early = game.reliance is not None and decides_reach(game, name, decision)
        return early or s_reachable(game, name, decision)


@dataclass(frozen=True)
class UniformBestResponse(ContextWise):
    """Every best action of each context equally likely; see `ContextWise`."""

    def reply(self, game: CausalGame, decision: str, play: Play) -> Table:
        """The uniform mixture of the best actions of each context."""
        best = best_actions(game, decision, play)
        reached = context_probabilities(game, decision, play) > 0
        if not reached.all():
            opened = best_actions(_opened(game, decision), decision, _mixed(game, decision, play))
            best = np.where(reached[..., None], best, opened)
        return best / best.sum(axis=-1, keepdims=True)


@dataclass(frozen=True)
class Logit(ContextWise):
    """Better actions more often: in every context pi(a | pa) ~ exp(rate * value of a in pa).

    See `ContextWise` for contexts that are not reached.
    """

    rate: float
    mixes: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not (np.isfinite(self.rate) and self.rate >= 0):
            raise InvalidArgument(f"rate={self.rate}; expected a finite number of at least 0.")

    def reply(self, game: CausalGame, decision: str, play: Play) -> Table:
        """The logit rule."""
        exponents = self.rate * conditional_values(game, decision, play)
        weights = np.exp(exponents - exponents.max(axis=-1, keepdims=True))
        return weights / weights.sum(axis=-1, keepdims=True)


Rationality = Relation | Mapping[str, Relation]
"""One relation for all, or one for some decisions, the others answering agent-wise."""


def relation_of(rationality: Rationality, decision: str) -> Relation:
    """The relation of one decision."""
    if isinstance(rationality, Mapping):
        return rationality.get(decision, AGENT_WISE)
    return rationality


def conditional_values(game: CausalGame, decision: str, play: Play) -> Table:
    """What each action is worth once its context has come about, shape (*contexts, actions).

    A context that is not reached is valued as in `ContextWise`, at 0 if that does not reach it.
    """
    values = action_values(game, decision, play)
    weights = context_probabilities(game, decision, play)[..., None]
    if not (weights > 0).all():
        opened, mixed = _opened(game, decision), _mixed(game, decision, play)
        instead = action_values(opened, decision, mixed)
        likely = context_probabilities(opened, decision, mixed)[..., None]
        values = np.where(weights > 0, values, instead)
        weights = np.where(weights > 0, weights, likely)
    return np.divide(values, weights, out=np.zeros_like(values), where=weights > 0)


@lru_cache(maxsize=256)
def _opened(game: CausalGame, decision: str) -> CausalGame:
    """The game with every chance variable fully mixed that is not s-reachable for a decision."""
    opened = []
    for variable in game.variables.values():
        if variable.kind == "chance" and not s_reachable(game, variable.name, decision):
            assert variable.table is not None
            table = (variable.table + 1 / variable.table.shape[-1]) / 2
            opened.append(replace(variable, table=table, noise=None, amounts=None))
    return game.with_variables(*opened)


def _mixed(game: CausalGame, decision: str, play: Play) -> Play:
    """The play with every decision's rule fully mixed that is not s-reachable for a decision."""
    free = [d for d in play.rules if d != decision and not s_reachable(game, d, decision)]
    return play.replaced(Play.of_rules(game, {d: uniform_rule(game, d) for d in free}).rules, {})


def best_actions(game: CausalGame, decision: str, play: Play) -> Mask:
    """Which actions are best in each context, all of them where it is never reached."""
    return action_amounts(game, decision, play).best(-1)
