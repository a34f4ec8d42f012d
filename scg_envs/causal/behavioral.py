"""From equilibria in mixed policies to those that behavioral policies can play.

An agent that recalls what it did can play any mixed policy behaviorally (Kuhn); one that does not,
such as the owner of A and B in Fig. 2, can only play those that randomize independently. A profile
of behavioral policies is an equilibrium exactly if it is one as a profile of mixed policies, so the
former are found among the latter.
"""

from dataclasses import replace

import numpy as np

from .evaluation import Play, context_probabilities, joint
from .model import CausalGame
from .normal_form.equilibrium_set import EquilibriumSet
from .outcomes import Branch, PolicyClass, RationalOutcomes
from .policies import BehavioralPolicy, Policy, Profile, uniform_rule
from .strategic import StrategicForm
from .undefined import Undefined

EQUAL = 1e-9


def behavioral_equivalent(game: CausalGame, policy: Policy) -> BehavioralPolicy | None:
    """The behavioral policy that leads to the same outcomes whatever the others do, if one does.

    Its rules are pi_D(a | pa) = Pr(a | pa) under the mixed policy; contexts that the agent itself
    rules out keep the average rule.
    """
    agent = policy.agent
    average = BehavioralPolicy(agent, policy.rules)
    drawn = list(policy.components())
    if len(drawn) == 1 or len(policy.rules) == 1:
        return average
    others: dict[str, Policy] = {
        other: BehavioralPolicy(other, {d: uniform_rule(game, d) for d in game.decisions(other)})
        for other in game.agents
        if other != agent and game.decisions(other)
    }
    rules = {}
    for decision in policy.rules:
        reached = np.zeros((*game.context_shape(decision), 1))
        acted = np.zeros((*game.context_shape(decision), len(game.variables[decision].domain)))
        for weight, own in drawn:
            profile = Profile({**others, agent: BehavioralPolicy(agent, own)})
            play = Play.of_profile(game, profile)
            context = weight * context_probabilities(game, decision, play)[..., None]
            reached += context
            acted += context * own[decision]
        rules[decision] = np.where(
            reached > 0,
            np.divide(acted, reached, out=np.zeros_like(acted), where=reached > 0),
            average.rules[decision],
        )
    candidate = BehavioralPolicy(agent, rules)
    names = sorted(game.ancestors(frozenset(n for d in rules for n in (d,))))
    before = joint(game, Play.of_profile(game, Profile({**others, agent: policy})), names)
    after = joint(game, Play.of_profile(game, Profile({**others, agent: candidate})), names)
    return candidate if np.allclose(before, after, atol=EQUAL) else None


def behavioral_outcomes(
    form: StrategicForm, found: EquilibriumSet, policies: PolicyClass, listed: int
) -> RationalOutcomes | Undefined:
    """The members of a set of mixed equilibria that behavioral policies can play.

    Args:
        form: the normal form that was solved.
        found: its equilibria in mixed policies.
        policies: the class that was asked for.
        listed: see `RationalOutcomes`.

    Returns:
        The set, or Undefined if no member can be played behaviorally: then there is no
        equilibrium in behavioral policies if `found` is complete, and else none was found.
    """
    game = form.game
    profiles: list[Profile] = []
    for equilibrium in found:
        playable: dict[str, Policy] = {}
        for agent, policy in form.profile(equilibrium.profile).policies.items():
            equivalent = behavioral_equivalent(game, policy)
            if equivalent is None:
                break
            playable[agent] = equivalent
        else:
            profile = Profile(playable)
            if not any(_same(profile, known) for known in profiles):
                profiles.append(profile)
    if not profiles:
        if found.kind == "all":
            return Undefined("no equilibrium in behavioral policies")
        return Undefined(
            "no equilibrium found that behavioral policies can play; the mixed ones are "
            + ("infinitely many" if found.kind == "extreme" else "sampled")
        )
    branches = tuple(Branch(profile) for profile in profiles)
    made = RationalOutcomes(
        game, game, policies, found.kind, found.degenerate, branches, form, listed=listed
    )
    return replace(made, found=found)


def _same(one: Profile, two: Profile) -> bool:
    rules = two.rules
    return all(np.allclose(r, rules[d], atol=EQUAL) for d, r in one.rules.items())
