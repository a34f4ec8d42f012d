"""From equilibria in mixed policies to those that behavioral policies can play.

An agent that recalls what it did can play any mixed policy behaviorally (Kuhn); one that does not,
such as the owner of A and B in Fig. 2, can only play those that randomize independently. A profile
of behavioral policies is an equilibrium exactly if it is one as a profile of mixed policies, so the
former are found among the latter.

In a game made from a tree two policies are the same if they are *realization equivalent*: if they
make the moves on the way to every place equally likely. Several mixed equilibria may then be one
behavioral one. The `extreme` selection counts it as often as the normal form has it
(`Branch.weight`), so that a tree and the table of its normal form have the same probabilities.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from .comparison import SAME_CHANCE, same_rows
from .evaluation import Play, context_probabilities, joint
from .factors import Table
from .model import CausalGame
from .normal_form.equilibrium_set import EquilibriumSet, Kind
from .outcomes import Branch, PolicyClass, RationalOutcomes
from .plans import has_perfect_recall, way_probability
from .policies import BehavioralPolicy, Policy, Profile, uniform_rule
from .strategic import StrategicForm
from .undefined import Reason, Undefined

Numbers = npt.NDArray[np.int64]


def behavioral_equivalent(game: CausalGame, policy: Policy) -> BehavioralPolicy | None:
    """The behavioral policy that leads to the same outcomes whatever the others do, if one does.

    Its rules are pi_D(a | pa) = Pr(a | pa) under the mixed policy. Contexts that the agent itself
    rules out keep the average rule; in a game made from a tree, the first action.
    """
    if game.own_moves is not None:
        return _equivalent_in_tree(game, policy)
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
    return candidate if np.allclose(before, after, atol=SAME_CHANCE) else None


def realization(game: CausalGame, policy: Policy) -> dict[str, Table]:
    """How likely a policy makes the moves on each way to a decision, and then each action.

    Args:
        game: a game made from a tree.
        policy: of one of its agents.

    Returns:
        For each decision of the agent, shape (ways, actions). Two policies lead to the same play
        whatever the others do exactly if these are equal (Kuhn 1953).
    """
    assert game.own_moves is not None
    made: dict[str, Table] = {}
    for decision in policy.rules:
        ways = game.own_moves[decision]
        total = np.zeros((len(ways), len(game.variables[decision].domain)))
        for weight, rules in policy.components():
            for i, way in enumerate(ways):
                total[i] += weight * way_probability(way, rules) * rules[decision]
        made[decision] = total
    return made


def _equivalent_in_tree(game: CausalGame, policy: Policy) -> BehavioralPolicy | None:
    """Each move as likely as among the plans that come there; None without perfect recall."""
    target = realization(game, policy)
    rules = {}
    for decision, table in target.items():
        acted = table.sum(axis=0)
        first = np.eye(len(acted))[0]
        rules[decision] = acted / acted.sum() if acted.sum() > 0 else first
    candidate = BehavioralPolicy(policy.agent, rules)
    if has_perfect_recall(game.own_moves or {}, rules):
        return candidate
    made = realization(game, candidate)
    same = all(np.allclose(made[d], target[d], rtol=0, atol=SAME_CHANCE) for d in target)
    return candidate if same else None


def equilibrium_outcomes(
    form: StrategicForm,
    found: EquilibriumSet,
    policies: PolicyClass,
    listed: int,
    behavioral: bool,
) -> RationalOutcomes | Undefined:
    """The equilibria of a normal form as profiles of its game.

    Args:
        form: the normal form that was solved.
        found: its equilibria.
        policies: the class that was asked for.
        listed: see `RationalOutcomes`.
        behavioral: whether those alone count that behavioral policies can play.

    Returns:
        The set, or Undefined: there is no such equilibrium if `found` is complete, else none was
        found.
    """
    if not found.equilibria:
        if found.kind == "sample":
            return Undefined(Reason.NOT_FOUND, "the numerical search found no equilibrium")
        return Undefined(Reason.NONE_EXISTS, f"no equilibrium in {policies} policies")
    profiles = [form.profile(e.profile) for e in found]
    kind, weights = found.kind, [1] * len(profiles)
    if behavioral:
        profiles, weights = _playable(form, profiles)
        if not profiles and kind == "all":
            return Undefined(Reason.NONE_EXISTS, "no equilibrium in behavioral policies")
        if not profiles:
            return Undefined(
                Reason.NOT_FOUND,
                "no equilibrium found that behavioral policies can play; the mixed ones are "
                + ("infinitely many" if kind == "extreme" else "sampled"),
            )
        kind = _kind(form, kind, profiles)
    branches = tuple(Branch(p, weight=w) for p, w in zip(profiles, weights, strict=True))
    return RationalOutcomes(
        form.game, policies, kind, found.degenerate, branches, form, found, listed
    )


def _playable(form: StrategicForm, profiles: Sequence[Profile]) -> tuple[list[Profile], list[int]]:
    """Those of mixed profiles that can be played behaviorally, and how many each stands for."""
    game = form.game
    planned = any(player.plans is not None for player in form.players)
    describe = _plan_vector if planned else _rule_vector
    kept: list[Profile] = []
    vectors: Table | None = None
    weights: list[int] = []
    for profile in profiles:
        made = {a: behavioral_equivalent(game, p) for a, p in profile.policies.items()}
        playable = {agent: policy for agent, policy in made.items() if policy is not None}
        if len(playable) < len(made):
            continue
        equivalent = Profile(playable)
        vector = describe(game, equivalent)
        if vectors is None:
            vectors = np.empty((len(profiles), len(vector)))
        known = same_rows(vectors[: len(kept)], vector)
        if known is not None:
            weights[known] += 1
            continue
        vectors[len(kept)] = vector
        kept.append(equivalent)
        weights.append(1)
    return kept, weights


def _kind(form: StrategicForm, kind: Kind, profiles: Sequence[Profile]) -> Kind:
    """How complete the behavioral set is if the mixed one is as complete as `kind` says.

    Finitely many mixed equilibria are all there are. Among infinitely many, those of players who
    recall their own decisions lie between the behavioral ones found; in a tree, where several mixed
    ones may be one, these are all if no two of them differ in a single agent's policy, for a
    segment joins two that do. Without recall they form curved sets, except where one player alone
    is free: it may play any of its best pure policies, and mix those that differ in one context of
    one decision; so without two of those there are no others.
    """
    game = form.game
    if kind != "extreme":
        return kind
    if game.own_moves is not None:
        agents = tuple(dict.fromkeys(player.agent for player in form.players))
        if not all(has_perfect_recall(game.own_moves, game.decisions(a)) for a in agents):
            return "sample"
        return "extreme" if differ_in_one(_numbers(game, agents, profiles)) else "all"
    if all(recalls(game, player.decisions) for player in form.players):
        return "extreme"
    if len(form.players) > 1:
        return "sample"
    rules = [np.concatenate([r.ravel() for r in p.rules.values()]) for p in profiles]
    apart = any(
        np.abs(one - two).sum() < 2.5  # one action in place of another
        for one, two in combinations(rules, 2)
    )
    return "extreme" if apart else "all"


def recalls(game: CausalGame, decisions: Sequence[str]) -> bool:
    """Whether each of the decisions observes the earlier ones and all that those observed."""
    seen: set[str] = set()
    for decision in decisions:
        observed = set(game.variables[decision].parents)
        if not seen <= observed:
            return False
        seen |= {decision, *observed}
    return True


def _numbers(game: CausalGame, agents: Sequence[str], profiles: Sequence[Profile]) -> Numbers:
    """Policies numbered so that realization equivalent ones are alike; (profiles, agents)."""
    numbers = np.zeros((len(profiles), len(agents)), dtype=np.int64)
    for column, agent in enumerate(agents):
        rows = np.array([_flat(game, profile.policies[agent]) for profile in profiles])
        for row, flat in enumerate(rows):  # each is numbered as the first that is the same
            first = same_rows(rows[: row + 1], flat)
            assert first is not None
            numbers[row, column] = row if first == row else numbers[first, column]
    return numbers


def differ_in_one(numbers: Numbers) -> bool:
    """Whether two of several different profiles differ in a single player's strategy.

    Args:
        numbers: which strategy each player has in each profile, shape (profiles, players).
    """
    for column in range(numbers.shape[1]):
        others = np.delete(numbers, column, axis=1)
        if len(np.unique(others, axis=0)) < len(numbers):
            return True
    return False


def _flat(game: CausalGame, policy: Policy) -> Table:
    return np.concatenate([table.ravel() for table in realization(game, policy).values()])


def _rule_vector(game: CausalGame, profile: Profile) -> Table:
    return np.concatenate([rule.ravel() for rule in profile.rules.values()])


def _plan_vector(game: CausalGame, profile: Profile) -> Table:
    return np.concatenate([_flat(game, policy) for policy in profile.policies.values()])
