"""What a search found, for people to read: exact numbers first, learned ones as far as they go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ...core.desirable import VALUES
from ...core.evaluation import follower_of
from ..search.result import WORTH, SearchResult
from ..search.trust import TRUSTED_REGRET, RegretIs, Trust

_SHORT = 0.02
ADVERSE = "undesirable"  # the objective under which P is made small


class Line(NamedTuple):
    """What is said of one thing.

    Attributes:
        label: the thing; empty where the line goes on with the one before.
        text: what is said.
    """

    label: str
    text: str


def describe(result: SearchResult) -> list[Line]:
    """What `scg search` prints and a report's page shows, line by line.

    Args:
        result: of the search.
    """
    lines = _headline(result)
    if result.objective == ADVERSE:
        said = f"{_what(result)} was made small, as an adversary would"
        lines.append(Line("objective", said))
    lines += _gain(result)
    if result.p_before is None:
        lines.append(Line("before", f"{_missing(result)}: {result.p_before_reason}"))
    if result.p_before_learners is not None:
        learners = result.p_before_learners
        each = ", ".join(f"{p:.4f}" for p in learners["per_seed"])
        lines.append(
            Line(
                "learners before",
                f"{learners['mean']:.4f}, the mean of {learners['algorithm']} over "
                f"{len(learners['seeds'])} seeds ({each})",
            )
        )
    lines += [*_responder(result), *_certificate(result), *_utility(result)]
    lines.append(Line("regret", _regret(result)))
    lines += [
        Line(
            "cost",
            f"{result.evaluations} evaluations, {result.env_steps} environment steps, "
            f"{result.wall_seconds:.1f} s",
        ),
        Line("best first seen", _when(result.evaluations_to_best)),
    ]
    if result.spread:
        lines.append(Line("spread", f"{result.spread:.4f} between random starts"))
    if _short_of_best(result):
        more = "more steps, " if result.finalists else ""
        hint = f"{more}another seed, another meta pre-policy or more evaluations may find it"
        lines.append(Line("short of best", hint))
    lines += [_baseline(result, name, row) for name, row in result.baselines.items()]
    return lines + [Line("note", note) for note in result.notes]


def _what(result: SearchResult) -> str:
    """What every P of the result is."""
    valued = result.desirable.startswith(VALUES)
    return "expected value" if valued else f"P(Y={result.desirable})"


def _headline(result: SearchResult) -> list[Line]:
    """P and the effect: exact where that exists, else in episodes that chose nothing."""
    label, missing = _what(result), _missing(result)
    before = _p(result.p_before, missing)
    if result.p_after_exact is None and result.p_after_interval is None:
        by = "" if result.p_after is None else f" by {result.responder}"
        untrusted = ", not to be trusted" if result.trust == Trust.NOT_LEARNED else ""
        return [
            Line(label, f"{before} before, {_p(result.p_after)} after{by}{untrusted}"),
            Line("causal effect", _signed(result.causal_effect, _unstated(result, missing))),
        ]
    if result.p_after_exact is None:
        assert result.p_after_interval is not None
        least, most = result.p_after_interval
        return [
            Line(
                label,
                f"{before} before, {least:.4f} to {most:.4f} after (95 % interval about "
                f"{_p(result.p_after)}, in episodes that the search has not seen"
                f"{_disagreement(result)})",
            ),
            Line("causal effect", _estimated(result, missing)),
            *_worth(result),
        ]
    known = _known(result)
    exactly = f"exactly{_of_whom(result)}"
    lines = [Line(label, f"{before} before, {result.p_after_exact:.4f} after, {exactly}{known}")]
    effect = result.causal_effect_exact
    lines.append(Line("causal effect", missing if effect is None else f"{effect:+.4f}, {exactly}"))
    lines += _worth(result)
    low, high = result.p_after_bounds
    if low is not None and high is not None and low != high:
        may_be = "it lies" if result.desirable.startswith(VALUES) else "P may be anything"
        tie = f"{may_be} from {low:.4f} to {high:.4f}"
        least_effect, most_effect = result.causal_effect_bounds
        if least_effect is not None and most_effect is not None:
            tie += f", the effect from {least_effect:+.4f} to {most_effect:+.4f}"
        lines.append(Line("ties", tie))
    return lines


def _estimated(result: SearchResult, missing: str) -> str:
    """The effect where nothing is exact."""
    if result.causal_effect_interval is None:
        return f"{missing}; give a `baseline` of `scg train-baseline` to compare the same episodes"
    least, most = result.causal_effect_interval
    return (
        f"{least:+.4f} to {most:+.4f} (95 % interval, the same episodes without intervention by "
        "independent learners)"
    )


def _worth(result: SearchResult) -> list[Line]:
    """That there is no effect worth having, where that is so."""
    if result.worth_having is not False or result.objective not in ("desirable", ADVERSE):
        return []
    best, before = result.value_best_exact, result.value_before
    said = f"no effect worth having: less than {WORTH:g}"
    if result.objective == ADVERSE:
        said = f"no harm to speak of: less than {WORTH:g}"
    if best is not None and before is not None:
        more = "no pre-policy has more than" if best - before < WORTH else "the best there is has"
        said += f"; {more} {best - before:+.4f}"
    return [Line("", said)]


def _of_whom(result: SearchResult) -> str:
    """Whose answers the exact ones are, where they are not those of the followers at hand."""
    return ", of followers who see all" if result.regret_is == RegretIs.AT_MOST else ""


def _known(result: SearchResult) -> str:
    """What is known of the best P there is, which is the least where P is made small."""
    if result.objective != ADVERSE:
        return _best(result.p_best_bounds, result.p_best_attained)
    return _least(result.value_best_bounds, result.value_best_attained)


def _least(bounds: tuple[float | None, float | None], attained: bool | None) -> str:
    """What is known of the least P there is, from bounds on the greatest 1 - P."""
    found, most = (None if one is None else max(1 - one, 0.0) for one in bounds)
    return _best((found, most), attained, "least")


def _best(
    bounds: tuple[float | None, float | None], attained: bool | None, best: str = "best"
) -> str:
    """What is known of the best there is, or of the least."""
    found, most = bounds
    if found is None or most is None:
        return ""
    if found != most:
        end = "least" if best == "least" else "most"
        return f" (found by computation {found:.4f}, and there is at {end} {most:.4f})"
    limit = "" if attained else ", a limit that is not attained"
    return f" (the {best} there is: {found:.4f}{limit})"


def _by_fit(result: SearchResult, known: str) -> str:
    """What is known of the best there is, where a fit alone says so: of people it is not known."""
    if result.trust != Trust.FITTED:
        return known
    return known.replace(" there is", " there is by the fit's means")


def _unstated(result: SearchResult, missing: str) -> str:
    """Why there is no effect where nothing is exact."""
    if result.p_before is None or result.p_after is None:
        return missing
    return "none is stated, P before being that of other followers"


def _disagreement(result: SearchResult) -> str:
    """That models that learned apart from each other do not say the same."""
    if result.trust != Trust.NOT_LEARNED or result.p_after_search_interval is None:
        return ""
    least, most = result.p_after_search_interval
    return (
        f"; not to be trusted: the models that chose it reach {least:.4f} to {most:.4f}, those "
        "that judge it were trained apart"
    )


def _responder(result: SearchResult) -> list[Line]:
    """What the responder says of it, where that is not the exact answer."""
    if result.p_after_exact is None or result.responder == "exact":
        return []
    label, said = f"by {result.responder}", f"P {_p(result.p_after)} after"
    if result.p_after_credible is not None:
        low, high = result.p_after_credible
        said += f" (by its data {low:.4f} to {high:.4f}, 95 %)"
    if result.objective == ADVERSE:
        known = _least(result.value_best_responder_bounds, True)
    else:
        known = _best(result.p_best_responder_bounds, True)
    said += _by_fit(result, known)
    if result.trust in (Trust.COMPUTED, Trust.FITTED):
        said += "; no effect is stated, P before being that of best responses"
    elif result.trust == Trust.NOT_LEARNED:
        said = (
            f"not to be trusted, P {_p(result.p_after)}: regret {_p(result.regret_found)} in some "
            f"case of it, and {TRUSTED_REGRET:g} is small; more steps may help"
        )
    elif result.trust == Trust.UNKNOWN and result.regret_is == RegretIs.AT_MOST:
        said += (
            "; whether it is a rational answer is unknown, its followers seeing less than those "
            f"whose answers are exact: regret is at most {_p(result.regret_found)} in any case"
        )
    elif result.causal_effect is not None:
        said += f", effect {result.causal_effect:+.4f}"
        if result.p_before_learned is not None:
            said += f" from its own {result.p_before_learned:.4f} before"
    elif result.trust == Trust.LEARNED:
        said += "; no effect is claimed: ties decide P, or its P before can't be trusted"
    return [Line(label, said)]


def _certificate(result: SearchResult) -> list[Line]:
    """What those who judged the finalists again say, and how far that can be relied on."""
    if not result.finalists:
        return []
    lines, size = [], len(result.finalists)
    regrets = [row["regret"] for row in result.finalists]
    if None in regrets:
        said = "no: nobody knows the followers' regret"
    elif not result.certified and result.regret_is == RegretIs.AT_MOST:
        said = "no: the followers' regret is known as the most that it may be, which is not small"
    elif result.certified:
        said = f"yes: regret is small in every case of {_finalists(size)}, and ties decide nothing"
    else:
        wrong = sum(not row["certified"] for row in result.finalists)
        said = f"no: {wrong} of {_finalists(size)} may be another's P than rational followers'"
        end = f"least {_p(result.p_after_least)}"
        if result.objective == ADVERSE:
            end = f"most {_p(result.p_after_most)}"
        said += f"; P is at {end}, if ties are broken as these do"
        said += "; more steps may help" if result.trust != Trust.NOT_LEARNED else ""
    lines.append(Line("certified", said))
    for number, row in enumerate(result.finalists):
        exactly = "" if row["p_exact"] is None else f"{row['p_exact']:.4f} exactly; "
        regret = "unknown" if row["regret"] is None else f"{row['regret']:.5f}"
        said = f"{_label(row['point'])}: {exactly}P {_p(row['p_search'])} by the search"
        said += f", {_p(row['p'])} judged again, {'' if row['certified'] else 'not '}certified"
        lines.append(Line(f"finalist {number + 1}", f"{said} (regret {regret})"))
    return lines


def _finalists(size: int) -> str:
    return f"{size} finalist{'s' if size > 1 else ''}"


def _gain(result: SearchResult) -> list[Line]:
    """What the follower gains whose gain was made large."""
    follower, before = follower_of(result.objective), result.value_before
    if follower is None or before is None:
        return []
    exact, by = result.value_after_exact, result.value_after
    after = by if exact is None else exact
    if after is None:
        return [Line("gain", f"{follower} undefined")]
    gain = round(after - before, 4) + 0.0  # no minus before nothing
    said = f"{follower} {gain:+.4f}: {before:.4f} without a commitment, {after:.4f} with"
    said += f" it by {result.responder}" if exact is None else f" it, exactly{_of_whom(result)}"
    said += _best(result.value_best_bounds, result.value_best_attained)
    if exact is not None and by is not None and abs(by - exact) > 5e-5:
        said += f"; {by:.4f} by {result.responder}"
    if exact is not None:
        said += _by_fit(result, _best(result.value_best_responder_bounds, True))
    return [Line("gain", said)]


def _utility(result: SearchResult) -> list[Line]:
    exact = result.utility_after_exact
    after = result.utility_after if exact is None else exact
    if after is None or not (result.utility_before or after):
        return []
    missing = "undefined" if result.p_after_exact is not None else _missing(result)
    said = f"{result.committed} {_p(result.utility_before, missing)} before, {after:.4f} after"
    said += "" if exact is None else ", exactly"
    said += _best(result.utility_best_bounds, result.utility_best_attained)
    by = result.utility_after
    if exact is not None and by is not None and abs(by - exact) > 5e-5:
        said += f"; {by:.4f} by {result.responder}"
    if exact is not None:
        said += _by_fit(result, _best(result.utility_best_responder_bounds, True))
    return [Line("utility", said)]


def _regret(result: SearchResult) -> str:
    regret = ", ".join(
        f"{agent} {'unknown' if value is None else f'{value:.5f}'}"
        for agent, value in result.follower_regret.items()
    )
    if result.regret_max is not None:
        regret += f" (greatest in any case {result.regret_max:.5f})"
    if result.regret_is == RegretIs.AT_MOST:
        regret = f"at most: {regret}"
    return regret


def _baseline(result: SearchResult, name: str, row: dict[str, Any]) -> Line:
    at, when, missing = "", "", _missing(result)
    if "pre_policy_point" in row:
        at = f" at {_label(row['pre_policy_point'])}"
        when = f", best {_when(row['evaluations_to_best'])}"
    p = f"P {_p(row['p'], missing)}"
    if result.objective == "utility" and "utility" in row:
        p = f"utility {_p(row['utility'])}, {p}"
    follower = follower_of(result.objective)
    if follower is not None and "value" in row:
        p = f"{follower} earns {_p(row['value'], missing)}, {p}"
    return Line(name.replace("_", " "), f"{p}{at}{when}")


def _short_of_best(result: SearchResult) -> bool:
    """Whether the exact best is known, and known to be clearly better than what was found."""
    best, found = result.value_best_exact, result.value_after_exact
    known = result.value_best_responder_bounds
    if known[0] is not None:  # the responder's own best is what was searched for
        best, found = known[0], result.value_after
    return best is not None and found is not None and found < best - _SHORT * max(1.0, abs(best))


def _missing(result: SearchResult) -> str:
    """What a P that is not there is: of a game that nobody has solved it is unknown."""
    return "unknown" if result.p_after_interval and result.p_after_exact is None else "undefined"


def _signed(value: float | None, missing: str) -> str:
    return missing if value is None else f"{value:+.4f}"


def _p(value: float | None, missing: str = "undefined") -> str:
    return missing if value is None else f"{value:.4f}"


def _label(label: Any) -> str:
    if isinstance(label, Mapping):  # several agents', as `--pre-policy` takes them
        own = ((agent, _label(part).replace(", ", ",")) for agent, part in label.items())
        return "; ".join(f"{agent}={part}" for agent, part in own)
    if isinstance(label, (list, tuple)):
        return f"({', '.join(_label(part) for part in label)})"
    return f"{label:.3f}" if isinstance(label, float) else str(label)


def _when(evaluations: int | None) -> str:
    return "never" if evaluations is None else f"at evaluation {evaluations}"
