"""What is likely, and what it is worth, once something has been observed."""

from collections.abc import Sequence

import numpy as np

from ..core.errors import InvalidArgument
from .evaluation import Play, expectation
from .factors import Factor, Table, sum_product
from .interventions import Intervention
from .model import CausalGame, Event
from .policies import Profile
from .undefined import Reason, Undefined


def conditional_distribution(
    game: CausalGame,
    profile: Profile,
    names: Sequence[str],
    given: Event | None = None,
    intervention: Intervention | None = None,
) -> Table | Undefined:
    """P(names | given) under a profile.

    Args:
        game: the game.
        profile: a policy for each agent that decides something.
        names: chance variables and decisions.
        given: what was observed: a value for each of some variables; None: nothing.
        intervention: what was done after policies were chosen, with `interventions.do`.

    Returns:
        The joint distribution; shape: the sizes of the names' domains, in their order. Undefined
        if what was observed has probability 0.

    Raises:
        UnknownName: no such variable or value.
        InvalidArgument: a utility among the names, no names, or an intervention that policies
            answer (see `answers.interventional_outcomes`).
    """
    if isinstance(names, str) or not names:
        raise InvalidArgument(f"names={names!r}; expected a sequence of one or more variables.")
    for name in names:
        if game.variable(name).kind == "utility":
            raise InvalidArgument(f"{name} is a utility; expected chance variables and decisions.")
    return _conditional(game, profile, Factor((), np.ones(())), tuple(names), given, intervention)


def conditional_probability(
    game: CausalGame,
    profile: Profile,
    event: Event,
    given: Event | None = None,
    intervention: Intervention | None = None,
) -> float | Undefined:
    """P(Y=y | given) under a profile.

    Args:
        game: the game.
        profile: a policy for each agent that decides something.
        event: the outcome Y=y, a value for each of some variables.
        given: what was observed: a value for each of some variables; None: nothing.
        intervention: what was done after policies were chosen, with `interventions.do`.

    Returns:
        The probability, in [0, 1]; Undefined if what was observed has probability 0.

    Raises:
        UnknownName: no such variable or value.
        InvalidArgument: an empty outcome, or an intervention that policies answer (see
            `answers.interventional_outcomes`).
    """
    found = _conditional(game, profile, game.event_factor(event), (), given, intervention)
    return found if isinstance(found, Undefined) else float(found)


def conditional_payoffs(
    game: CausalGame,
    profile: Profile,
    given: Event | None = None,
    intervention: Intervention | None = None,
) -> dict[str, float] | Undefined:
    """Every agent's expected utility under a profile, once something has been observed.

    Args:
        game: the game.
        profile: a policy for each agent that decides something.
        given: what was observed: a value for each of some variables; None: nothing.
        intervention: what was done after policies were chosen, with `interventions.do`.

    Returns:
        By agent, the expected sum of its utilities; Undefined if what was observed has
        probability 0.

    Raises:
        UnknownName: no such variable or value.
        InvalidArgument: an intervention that policies answer (see
            `answers.interventional_outcomes`).
    """
    paid = {}
    for agent in game.agents:
        paid[agent] = 0.0
        for utility in game.utilities(agent):
            target = game.payoff_factor(utility)
            found = _conditional(game, profile, target, (), given, intervention)
            if isinstance(found, Undefined):
                return found
            paid[agent] += float(found)
    return paid


def _conditional(
    game: CausalGame,
    profile: Profile,
    target: Factor,
    keep: tuple[str, ...],
    given: Event | None,
    intervention: Intervention | None,
) -> Table | Undefined:
    """E[target 1[keep] | given], for every value of the kept variables."""
    if intervention is not None:
        if intervention.mechanisms:
            names = ", ".join(sorted(intervention.mechanisms))
            raise InvalidArgument(
                f"an intervention on the mechanisms of {names}, which policies may answer; "
                "expected one made by `do`. Ask `interventional_outcomes` for the answers."
            )
        game = intervention.evaluated(game)
    play = Play.of_profile(game, profile)
    if not given:
        return expectation(game, target, play, keep)
    seen = game.event_factor(given)
    weight = float(expectation(game, seen, play))
    if weight <= 0:
        return Undefined(
            Reason.IMPOSSIBLE_EVIDENCE, "what was observed has probability 0 under the policies"
        )
    axes = tuple(dict.fromkeys(target.axes + seen.axes))
    both = Factor(axes, sum_product([target, seen], axes))
    return expectation(game, both, play, keep) / weight
