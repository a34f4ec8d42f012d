"""What the `scg causal` command says, as plain data (its JSON)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from .answers import interventional_outcomes
from .commitments import BestCommitment, best_commitments
from .effect import Effect, Sample, effects
from .factors import Table
from .interventions import Intervention, constant_rules
from .model import CausalGame, Event
from .outcomes import PolicyClass, RationalOutcomes
from .plans import silent
from .policies import MixedPolicy, Policy, Profile
from .problem import AnyRelation
from .undefined import Reason, Undefined

NUMBERS = (
    "p_before",
    "p_after",
    "delta_ce",
    "before_range",
    "after_range",
    "delta_range",
    "before_sample",
    "after_sample",
)
"""What a report says of an effect."""


@dataclass(frozen=True, eq=False)
class Report:
    """The analysis of one intervention.

    Attributes:
        game: the game.
        policies: the class of policies.
        relation: the relation's name.
        event: the desirable outcome, if one is known.
        intervention: what was done, if anything.
        before: R(M).
        after: R(M_I); None without an intervention.
        effects: a row for each selection and tie rule; none without a desirable outcome.
        commitments: by "pure", "mixed" and "robust", what would be best to commit to.
    """

    game: CausalGame
    policies: PolicyClass
    relation: str
    event: Event | None
    intervention: Intervention | None
    before: RationalOutcomes | Undefined
    after: RationalOutcomes | Undefined | None
    effects: tuple[Effect, ...]
    commitments: Mapping[str, BestCommitment | Undefined]

    def to_json(self) -> dict[str, Any]:
        """The report as JSON values; what is undefined is null, with a reason beside it."""
        return {
            "game": self.game.name,
            "agents": list(self.game.agents),
            "policies": self.policies,
            "relation": self.relation,
            "before": self._outcomes(self.before),
            "intervention": self._intervention(),
            "after": None if self.after is None else self._outcomes(self.after),
            "effects": [self._effect(effect) for effect in self.effects],
            "optimal_commitment": self._commitments(),
            "undefined_commitments": {
                name: best.message
                for name, best in self.commitments.items()
                if isinstance(best, Undefined)
            },
        }

    def _outcomes(self, outcomes: RationalOutcomes | Undefined) -> dict[str, Any]:
        if isinstance(outcomes, Undefined):
            return {
                "equilibria": [],
                "kind": "all" if outcomes.proven else "sample",
                "degenerate": False,
                "undefined": outcomes.message,
            }
        form = outcomes.form
        planned = form is not None and any(p.plans is not None for p in form.players)
        return {
            "equilibria": [
                {
                    "profile": policies_json(self.game, profile, self.policies, planned),
                    "payoffs": paid,
                }
                for profile, paid in zip(outcomes.profiles, outcomes.payoffs, strict=True)
            ],
            "kind": outcomes.kind,
            "degenerate": outcomes.degenerate,
            "undefined": None,
        }

    def _intervention(self) -> dict[str, Any] | None:
        if self.intervention is None:
            return None
        rules = constant_rules(self.game, self.intervention)
        return {
            "commit": {d: rule_json(self.game, d, rule) for d, rule in rules.items()},
            "credibility": self.intervention.credibility,
            "observability": self.intervention.observability,
        }

    def _effect(self, effect: Effect) -> dict[str, Any]:
        answered = self.after is not None
        reasons = (
            [effect.p_before, effect.p_after, effect.delta_ce] if answered else [effect.p_before]
        )
        reason = next((q.message for q in reversed(reasons) if isinstance(q, Undefined)), None)
        numbers = {
            name: _plain(getattr(effect, name)) if answered or "before" in name else None
            for name in NUMBERS
        }
        return {
            "selection": effect.selection,
            "ties": effect.ties,
            **numbers,
            "undefined": reason,
        }

    def _commitments(self) -> dict[str, Any] | None:
        found: dict[str, Any] = {}
        for name, best in self.commitments.items():
            if isinstance(best, Undefined):
                found[name] = None
                continue
            form: PolicyClass = self.policies if name == "pure" else "mixed"
            written = policies_json(self.game, best.profile, form)
            own = {best.committed, *self.game.decisions(best.committed)}
            found[name] = {
                "committed": best.committed,
                "policy": {k: v for k, v in written.items() if k in own},
                "response": {k: v for k, v in written.items() if k not in own},
                "p": best.p,
                "at_most": best.at_most,
                "attained": best.attained,
                "ties": best.ties,
            }
        return found or None


def _plain(value: float | tuple[float, float] | Sample | Undefined | None) -> Any:
    """A quantity as JSON values; null for what is undefined."""
    if value is None or isinstance(value, Undefined):
        return None
    if isinstance(value, Sample):
        return asdict(value)
    return [float(end) for end in value] if isinstance(value, tuple) else float(value)


def rule_json(game: CausalGame, decision: str, rule: Table) -> dict[str, dict[str, float]]:
    """A rule as {context: {action: probability}}, contexts like "D1=e,X=0" or ""."""
    actions = [str(action) for action in game.decision(decision).domain]
    rows = rule.reshape(-1, len(actions))
    return {
        context: dict(zip(actions, row.tolist(), strict=True))
        for context, row in zip(game.contexts(decision), rows, strict=True)
    }


def policies_json(
    game: CausalGame, profile: Profile, policies: PolicyClass, planned: bool = False
) -> dict[str, Any]:
    """A profile: by decision, or by agent where its policy has to be written as a lottery.

    Args:
        game: the game.
        profile: its policies.
        policies: the class that was asked for.
        planned: leave out what a policy says of decisions that its own moves exclude.
    """
    own_moves = game.own_moves if planned else None
    written: dict[str, Any] = {}
    for agent, policy in profile.policies.items():
        if isinstance(policy, MixedPolicy) or (policies == "mixed" and not _simple(game, policy)):
            written[agent] = [
                {
                    "p": weight,
                    "rules": {
                        d: rule_json(game, d, rule)
                        for d, rule in rules.items()
                        if d not in silent(own_moves, rules)
                    },
                }
                for weight, rules in policy.components()
            ]
        else:
            unsaid = silent(own_moves, policy.rules)
            for decision in (d for d in game.decisions(agent) if d not in unsaid):
                written[decision] = rule_json(game, decision, policy.rules[decision])
    return written


def _simple(game: CausalGame, policy: Policy) -> bool:
    """Whether the agent has one decision that observes nothing."""
    decisions = game.decisions(policy.agent)
    return len(decisions) == 1 and not game.variables[decisions[0]].parents


def analyze(
    game: CausalGame,
    relation: AnyRelation,
    relation_name: str,
    policies: PolicyClass,
    event: Event | None,
    intervention: Intervention | None,
    committed: str | None,
    max_equilibria: int,
    seed: int = 0,
) -> Report:
    """Solve the game before and after, measure the effects, and look for the best commitments.

    Args:
        game: the game.
        relation: what rational means.
        relation_name: how to call that.
        policies: the class of policies.
        event: the desirable outcome; without one there are no effects and no commitments.
        intervention: what is done, if anything.
        committed: the agent whose best commitments are looked for.
        max_equilibria: beyond this number a set is a sample.
        seed: of numerical searches.
    """
    options = {"max_equilibria": max_equilibria, "seed": seed}
    before = _listed(interventional_outcomes(game, None, relation, policies, **options))
    after = None
    if intervention is not None:
        after = _listed(interventional_outcomes(game, intervention, relation, policies, **options))
    rows: tuple[Effect, ...] = ()
    if event is not None:
        missing = Undefined(Reason.NOTHING_ASKED, "no intervention")
        rows = effects(before, missing if after is None else after, event, seed=seed)
    best: dict[str, BestCommitment | Undefined] = {}
    if event is not None and committed is not None:
        best = best_commitments(game, relation, policies, event, committed, max_equilibria)
    return Report(game, policies, relation_name, event, intervention, before, after, rows, best)


def _listed(outcomes: RationalOutcomes | Undefined) -> RationalOutcomes | Undefined:
    """The set, called a sample if not all of it is listed."""
    if isinstance(outcomes, RationalOutcomes) and outcomes.size > outcomes.listed:
        return replace(outcomes, kind="sample")
    return outcomes
