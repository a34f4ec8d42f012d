"""The page of a search by Algorithm 1: what was asked, what was found, and how far to trust it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...agents.responders.names import RESPONDERS
from ...core.desirable import VALUES
from ...core.evaluation import follower_of
from ...core.pre_policy import Finite
from ...core.problem import CommitmentProblem
from ..report.describe import ADVERSE, describe
from ..run.config import config_text
from ..search.config import SearchConfig
from ..search.result import SearchResult
from ..search.trust import Trust
from .drawings import Mark, intervention, scale
from .page import (
    PAGE,
    Again,
    Code,
    Drawing,
    Lines,
    Media,
    Page,
    Paragraph,
    Part,
    Section,
    Table,
    write_page,
)

_WORDS = (
    ("pre-policy", "a policy that replaces an agent's choice of one and is shown before play"),
    ("followers", "the other agents, who see it and answer it in their own interest"),
    ("P(Y=y)", "how often the outcome that is wanted comes about"),
    ("effect", "P with the pre-policy less P without any, ties among answers broken alike in both"),
    ("regret", "what a follower could still gain by another answer; 0 for a best response"),
    (
        "certified",
        "every follower's regret is small in every single case, so that P is that of rational "
        "followers, and not of ones that have not learned yet",
    ),
    ("exactly", "computed over all that can happen, not estimated from episodes"),
)


def write_search_page(
    folder: Path,
    config: SearchConfig,
    problem: CommitmentProblem,
    result: SearchResult,
    versions: Mapping[str, Any],
) -> None:
    """Write `report.html` of a run whose pictures and videos are in its folder already.

    Args:
        folder: the run folder.
        config: the search's settings, with all defaults written out.
        problem: what was searched.
        result: what was found.
        versions: what it ran on.
    """
    write_page(folder / PAGE, search_page(folder, config, problem, result, versions))


def search_page(
    folder: Path,
    config: SearchConfig,
    problem: CommitmentProblem,
    result: SearchResult,
    versions: Mapping[str, Any],
) -> Page:
    """The page; pictures and videos are looked for in the folder when it is rendered."""
    said = [line for line in describe(result) if not line.label.startswith("finalist")]  # a table
    sections = [
        Section("What was found", [*_scale(result), Lines(said)]),
        *_finalists(result),
        Section("What the commitment changes", [_graph(problem), *_films(folder, result)]),
        *_pictures(folder, problem),
        Section("The words", [Lines(_WORDS)], folded=True),
        Section("Settings and versions", _again(config, versions), folded=True),
    ]
    return Page(
        title=result.pre_policy[:1].upper() + result.pre_policy[1:],
        question=_question(problem, result),
        answer=_answer(result),
        sections=sections,
    )


def _question(problem: CommitmentProblem, result: SearchResult) -> str:
    followers = " and ".join(problem.followers)
    game = f"{result.game}, {result.layout}" if result.layout else result.game
    return (
        f"The game is {game}: {problem.summary}. If {result.committed} commits to a policy before "
        f"play and {followers} may see it and answer it, which policy {aim(result)}?"
    )


def aim(result: SearchResult) -> str:
    """What a policy was searched for, after `which policy`."""
    if result.objective == "utility":
        return f"earns {result.committed} the most"
    follower = follower_of(result.objective)
    if follower is not None:
        return f"makes what {follower} gains by it greatest"
    adverse = result.objective == ADVERSE
    if result.desirable.startswith(VALUES):
        return f"makes the expected value of the outcome {'least' if adverse else 'greatest'}"
    return f"makes the outcome {result.desirable} {'unlikeliest' if adverse else 'likeliest'}"


def _answer(result: SearchResult) -> str:
    """What came of it, with how far it is to be trusted."""
    exact = result.p_after_exact is not None
    after = result.p_after_exact if exact else result.p_after
    before = "" if result.p_before is None else f" instead of {result.p_before:.3f} without it"
    if after is None:
        return f"{result.pre_policy}: {_how_likely(result)} then is not defined."
    number = f"{after:.3f}{before}"
    if result.p_after_interval is not None and not exact:
        low, high = result.p_after_interval
        number = f"{low:.3f} to {high:.3f} (95 % interval)"
    valued = result.desirable.startswith(VALUES)
    what = "the expected value of the outcome" if valued else result.desirable
    text = f"{result.pre_policy}: {what} then {'is' if valued else 'has probability'} {number}"
    if result.worth_having is False and not _earned(result):
        text += ", which is no effect worth having"
    return f"{text}{_tied(result, exact)}{_earned(result)}. {_trusted(result, exact)}"


def _how_likely(result: SearchResult) -> str:
    if result.desirable.startswith(VALUES):
        return "the expected value of the outcome"
    return f"how likely {result.desirable} is"


def _tied(result: SearchResult, exact: bool) -> str:
    """What ties leave open, where they do."""
    bounds = pair(result.p_after_bounds)
    if not exact or bounds is None or bounds[0] == bounds[1]:
        return ""
    return (
        f" under {result.ties} ties, between {bounds[0]:.3f} and {bounds[1]:.3f} however they break"
    )


def _earned(result: SearchResult) -> str:
    """What was made large, where that is no probability."""
    follower = follower_of(result.objective)
    agent = result.committed if result.objective == "utility" else follower
    exact = result.value_after_exact
    value = result.value_after if exact is None else exact
    if agent is None or value is None:
        return ""
    freely = result.value_before
    before = "" if freely is None else f" instead of {freely:.3f} without it"
    return f"; {agent} earns {value:.3f}{before}"


def _trusted(result: SearchResult, exact: bool) -> str:
    if exact and result.responder == "exact":
        return "The numbers are exact."
    tail = " The probability above is exact." if exact else ""
    by = f"the answers of {result.responder}"
    return {
        Trust.COMPUTED: f"{by.capitalize()} are computed.{tail}",
        Trust.FITTED: f"{by.capitalize()} are fitted to data.{tail}",
        Trust.LEARNED: f"{by.capitalize()} were learned, and their regret is small.{tail}",
        Trust.NOT_LEARNED: f"{by.capitalize()} are not to be trusted: their regret is large.{tail}",
        Trust.UNKNOWN: f"How good {by} are, nobody knows: their regret is not known.{tail}",
    }[Trust(result.trust)]


def _scale(result: SearchResult) -> list[Part]:
    """P before, after and at the best, on one scale."""
    marks = [Mark("before", result.p_before, "before", pair(result.p_before_bounds))]
    if result.p_after_exact is not None:
        marks.append(
            Mark("after, exact", result.p_after_exact, "after", pair(result.p_after_bounds))
        )
    if result.responder != "exact":
        interval = result.p_after_interval or result.p_after_credible
        marks.append(Mark(f"after, {result.responder}", result.p_after, "after", interval))
    least = result.objective == ADVERSE  # then the value is 1 - P
    bounds = pair(result.value_best_bounds if least else result.p_best_bounds)
    if bounds is not None and least:
        best = result.value_best_exact
        known = (1 - bounds[1], 1 - bounds[0])
        marks.append(Mark("least there is", None if best is None else 1 - best, "best", known))
    elif bounds is not None:
        greatest = "best there is" if result.objective == "desirable" else "greatest there is"
        marks.append(Mark(greatest, result.p_best_exact, "best", bounds))
    what = _how_likely(result)
    said = f"{what[:1].upper()}{what[1:]}. Bars are intervals, or what ties leave open."
    return [Drawing(scale(marks, said), said)]


def pair(bounds: tuple[float | None, float | None] | None) -> tuple[float, float] | None:
    """Both ends of what something lies between; None where one is not known."""
    if bounds is None or bounds[0] is None or bounds[1] is None:
        return None
    return bounds[0], bounds[1]


def _finalists(result: SearchResult) -> list[Section]:
    """Those that it was chosen among, judged again."""
    if not result.finalists:
        return []
    rows = [
        (
            row["pre_policy"],
            _number(row["p_search"]),
            _number(row["p"]),
            _number(row["p_exact"]),
            _number(row["regret"], 5),
            "yes" if row["certified"] else "no",
        )
        for row in result.finalists
    ]
    header = ("pre-policy", "P by the search", "judged again", "exactly", "regret", "certified")
    text = (
        "The largest of many learned numbers flatters. So the likeliest few were judged again by "
        "followers that have trained on them further, and the choice was made by that."
    )
    table = Table("Finalists, as judged again", header, rows)
    return [Section("How far to trust it", [Paragraph(text), table])]


def _number(value: float | None, digits: int = 3) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _graph(problem: CommitmentProblem) -> Drawing:
    scheme = getattr(problem, "scheme", None)
    committed = [problem.committed] if scheme is None else list(scheme.agents)
    others = [agent for agent in problem.agents if agent not in committed]
    caption = (
        "Squares are policies, the circle is the outcome. A dashed arrow points at the policy "
        "that answers; the one that is fixed answers nobody."
    )
    return Drawing(intervention(committed, others, problem.desirable), caption)


def _films(folder: Path, result: SearchResult) -> list[Part]:
    return [
        Media(folder / "before.mp4", "Episodes without the commitment", "without the commitment"),
        Media(
            folder / "after.mp4", "Episodes with the commitment", f"with it: {result.pre_policy}"
        ),
    ]


def _pictures(folder: Path, problem: CommitmentProblem) -> list[Section]:
    found = []
    if isinstance(problem.pre_policies, Finite):
        alt = "The outcome's probability by pre-policy, exact and as learned"
        found.append(Section("Every pre-policy", [Media(folder / "effect.png", alt)]))
    alt = "The course of the search: scores by evaluations"
    found.append(Section("The course of the search", [Media(folder / "learning.png", alt)]))
    return found


def _again(config: SearchConfig, versions: Mapping[str, Any]) -> list[Part]:
    return [
        Again("search"),
        Code(config_text(config), "config.yaml"),
        Lines([("responder", RESPONDERS.get(config.responder, config.responder))]),
        Lines([(name, str(value)) for name, value in versions.items()]),
    ]
