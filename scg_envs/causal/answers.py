"""R(M_I): the rational outcomes after an intervention."""

from dataclasses import replace

from ..core.errors import InvalidArgument
from .interventions import Intervention, constant_rules
from .model import CausalGame
from .outcomes import PolicyClass, RationalOutcomes
from .problem import AnyRelation, ProfileRelation, problem_of
from .rationality import AGENT_WISE
from .solving import MAX_EQUILIBRIA, solve
from .uncertain import uncertain_answers
from .undefined import Undefined
from .unseen import partly_seen_answers


def interventional_outcomes(
    game: CausalGame,
    intervention: Intervention | None = None,
    relation: AnyRelation = AGENT_WISE,
    policies: PolicyClass = "pure",
    *,
    max_equilibria: int = MAX_EQUILIBRIA,
    seed: int = 0,
) -> RationalOutcomes | Undefined:
    """R(M_I), or R(M) without an intervention.

    Args:
        game: the game M.
        intervention: what is done to it.
        relation: what rational means; that of whole profiles included, such as `SUBGAME_PERFECT`.
        policies: the class of policies of those who are free; an intervention may randomize.
        max_equilibria: beyond this number the set is a sample.
        seed: of numerical searches.

    Returns:
        The set, or Undefined with the reason.

    Raises:
        InvalidArgument: an intervention that does not go together with the relation.
        UnknownName: an unknown class of policies.
    """
    if intervention is None:
        intervention = Intervention()
    changed = intervention.changed(game)
    problem = problem_of(changed, relation, policies, max_equilibria, seed)
    if isinstance(relation, ProfileRelation):
        if intervention.unseen or intervention.uncertain:
            raise InvalidArgument(
                "subgame-perfect answers to an intervention that is uncertain or not seen by all; "
                "use the agent-wise relation, or cut no edges."
            )
        rules = constant_rules(game, intervention)
        made = relation.outcomes(replace(problem, rules=rules))
    elif not intervention.mechanisms:
        made = solve(problem)  # there is nothing to see, or to doubt
    elif intervention.uncertain:
        if intervention.unseen:
            raise InvalidArgument(
                "an uncertain commitment with cut edges; use observability=0 or cut edges."
            )
        made = uncertain_answers(game, intervention, relation, problem)
    elif any(d for _, d in intervention.unseen):
        made = partly_seen_answers(game, intervention, relation, problem)
    else:
        relations = {**problem.relations, **intervention.rules}
        made = solve(replace(problem, relations=relations))
    if isinstance(made, Undefined) or not intervention.values:
        return made
    return replace(made, game=intervention.evaluated(changed), before_do=made.game)
