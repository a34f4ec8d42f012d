"""What is to be solved: a game, what rational means in it, and what is fixed already."""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import prod
from typing import TypeAlias, get_args

from ..core.errors import InvalidArgument, UnknownName
from .factors import Table
from .model import CausalGame
from .normal_form.solve import MAX_EQUILIBRIA
from .outcomes import PolicyClass, RationalOutcomes
from .policies import Policy
from .rationality import Fixed, Rationality, Relation, relation_of
from .strategic import LARGEST, WIDEST, StrategicForm, Unit, players_of
from .undefined import Reason, Undefined


@dataclass(frozen=True, eq=False)
class Problem:
    """What is to be solved.

    Attributes:
        game: the game, with its parameters as they are after an intervention.
        relations: what is rational, decision by decision.
        policies: the class of policies.
        rules: fixed rules.
        fixed: fixed policies of whole agents.
        perceived: see `StrategicForm`; by decision.
        blend: see `StrategicForm`; made once the players are known.
        finish: see `StrategicForm`.
        replied: the rules among `rules` that a reply has chosen.
        max_equilibria: beyond this number the set is a sample.
        seed: of the numerical searches.
    """

    game: CausalGame
    relations: Mapping[str, Relation]
    policies: PolicyClass
    rules: Mapping[str, Table] = field(default_factory=dict)
    fixed: Mapping[str, Policy] = field(default_factory=dict)
    perceived: Mapping[str, tuple[CausalGame, Mapping[str, Table]]] = field(default_factory=dict)
    blend: Callable[[StrategicForm], StrategicForm] | None = None
    replied: Mapping[str, Table] = field(default_factory=dict)
    max_equilibria: int = MAX_EQUILIBRIA
    seed: int = 0

    @property
    def free(self) -> tuple[str, ...]:
        """The decisions whose rules are to be found."""
        return tuple(
            d
            for d in self.game.decisions()
            if d not in self.rules and self.game.owner(d) not in self.fixed
        )

    @property
    def unchanged(self) -> bool:
        """Whether nothing is fixed and everybody sees everything."""
        return not (self.rules or self.fixed or self.perceived or self.blend)

    def form(self, by: Unit) -> StrategicForm | Undefined:
        """The normal form of the free decisions; Undefined if it is too large."""
        players = players_of(self.game, self.free, by, self.rules)
        sizes = [player.size for player in players]
        largest = max(sizes, default=0)
        if prod(sizes) > LARGEST or largest > WIDEST:
            count = str(largest) if largest < 10**9 else "over a billion"
            return Undefined(
                Reason.TOO_LARGE,
                f"players have up to {count} rules to choose from, too many for a normal form; the "
                "subgame-perfect relation may still be solved",
            )
        perceived = {
            player.name: self.perceived[player.decisions[0]]
            for player in players
            if player.decisions[0] in self.perceived
        }
        form = StrategicForm(self.game, players, self.rules, self.fixed, perceived)
        return form if self.blend is None else self.blend(form)


@dataclass(frozen=True)
class ProfileRelation:
    """What counts as rational for whole profiles, such as being subgame perfect.

    Attributes:
        given: singleton relations of decisions that are part of the story, such as a judge's.
    """

    given: Mapping[str, Fixed] = field(default_factory=dict)

    def outcomes(self, problem: Problem) -> RationalOutcomes | Undefined:
        """The profiles in the relation, or why there are none.

        Args:
            problem: whose fixed rules come before those of the story.

        Raises:
            InvalidArgument: a game that the relation does not apply to.
        """
        given = {d: fixed.table(problem.game, d) for d, fixed in self.given.items()}
        return self._solve(replace(problem, rules={**given, **problem.rules}))

    @abstractmethod
    def _solve(self, problem: Problem) -> RationalOutcomes | Undefined:
        """The profiles in which some decisions have fixed rules."""


AnyRelation: TypeAlias = Rationality | ProfileRelation
"""Whatever `rational_outcomes` takes for rational."""


def problem_of(
    game: CausalGame,
    relation: AnyRelation,
    policies: PolicyClass,
    max_equilibria: int = MAX_EQUILIBRIA,
    seed: int = 0,
) -> Problem:
    """The problem of a game without intervention.

    Raises:
        UnknownName: an unknown class of policies, or a relation for a decision that isn't there.
        InvalidArgument: one agent's decisions are judged together by different relations.
    """
    if policies not in get_args(PolicyClass):
        raise UnknownName("class of policies", policies, get_args(PolicyClass))
    if max_equilibria < 1:
        raise InvalidArgument(f"max_equilibria is {max_equilibria}; expected 1 or more.")
    rationality: Rationality = {} if isinstance(relation, ProfileRelation) else relation
    if isinstance(rationality, Mapping):
        for decision in rationality:
            game.decision(decision)
    relations = {d: relation_of(rationality, d) for d in game.decisions()}
    return Problem(game, relations, policies, max_equilibria=max_equilibria, seed=seed)
