"""The report of a search: what was asked, its summary, pictures, videos and page, in its folder."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from ...agents.responders.names import OWN, ResponderInfo
from ...core.checkpoint import write_state
from ...core.errors import RunFolderError
from ...core.files import cause, write_sealed_json
from ...core.pre_policy import Finite
from ...core.problem import CommitmentProblem
from ..page.search import write_search_page
from ..run.folder import FINDINGS, SUMMARY, RunFolder, read_versions
from ..run.named_functions import check_functions
from ..search.config import SearchConfig
from ..search.findings import Findings
from ..search.make_result import make_result, trust_of
from ..search.metrics import METRICS, write_rows
from ..search.result import SearchResult
from ..search.trust import TRUSTED_REGRET, Trust
from .effect_picture import plot_effects
from .players import Players
from .plots import plot_learning
from .video import episodes_of, record, record_side_by_side

EPISODES = 3  # in each video


def write_report(
    folder: Path,
    config: SearchConfig,
    asked: Findings,
    players: Players,
    *,
    pictures: bool = True,
) -> SearchResult:
    """Write what was answered at a search's end, and all that is made of it.

    Args:
        folder: the run folder.
        config: the search's settings, with all defaults written out.
        asked: what was answered.
        players: who did; their models are kept and play in the videos.
        pictures: whether pictures and videos are made, which `rebuild` can do later.
    """
    problem = players.problem
    players.save(folder)
    write_state(folder / FINDINGS, asked.state_dict())  # what costs most to find, first
    result = make_result(config, problem, asked)
    write_sealed_json(folder / SUMMARY, result.to_json())
    if pictures:
        _draw(folder, config, problem, asked)
        _film(folder, config, asked, players)
        write_search_page(folder, config, problem, result, read_versions(folder))
    return result


def rebuild(out: str | Path, *, trust: bool = False) -> SearchResult:
    """Make the report of a finished search anew from its run folder alone.

    Nobody is asked: summary and pictures come from what was answered at the search's end, and the
    videos from the models that were kept. Of policies that the caller of a search gave none are
    kept, and their videos stay as they are.

    Args:
        out: the run folder.
        trust: whether the functions are called that the folder names, as `module:function`: not
            those of a stranger's folder.

    Raises:
        RunFolderError: it holds no finished search of Algorithm 1, or one of an earlier version,
            or is damaged, or another process writes it.
        InvalidArgument: it names a function, and is not trusted.
    """
    folder = RunFolder(out)
    config = folder.read_config()  # makes no folder that holds none
    if not trust:
        check_functions(config.to_json(), f"the run in {folder.path}", "give `trust`")
    with folder.owned():
        return _rebuild(folder)


def _rebuild(folder: RunFolder) -> SearchResult:
    """Make the report in a folder that is owned."""
    folder.check_links()
    config = folder.read_own_config()
    if not isinstance(config, SearchConfig):
        raise RunFolderError(
            f"the run in {folder.path} is one in words, whose summary.json is all of its report."
        )
    folder.read_summary()  # says so where the run has not ended
    kept = folder.read_findings()
    if kept is None:
        raise RunFolderError(
            f"the run in {folder.path} has no {FINDINGS}, like one of an earlier version; its "
            "report stays as it is."
        )
    problem = config.problem()
    config = config.stated(problem)
    try:
        asked = Findings.load(kept, config, problem)
        result = make_result(config, problem, asked)
    except Exception as error:  # whatever numbers of a stranger's make of it
        raise RunFolderError(
            f"the run in {folder.path} is of another version, whose answers this one does not "
            f"read ({cause(error)}); its report stays as it is."
        ) from error
    write_sealed_json(folder.path / SUMMARY, result.to_json())
    write_rows(folder.path / METRICS, asked.history)
    _draw(folder.path, config, problem, asked)
    page = partial(
        write_search_page, folder.path, config, problem, result, read_versions(folder.path)
    )
    if config.responder != OWN:
        try:
            players = Players.load(folder.path, config, problem, asked)
        except (AttributeError, IndexError, KeyError, OSError, TypeError, ValueError) as error:
            page()
            raise RunFolderError(
                f"the models in {folder.path} cannot be read ({cause(error)}); summary and "
                "pictures are made anew, the videos are not."
            ) from error
        _film(folder.path, config, asked, players)
    page()
    return result


def _draw(folder: Path, config: SearchConfig, problem: CommitmentProblem, asked: Findings) -> None:
    """Write `effect.png` and `learning.png`; there is no map of effects over a continuum."""
    if isinstance(problem.pre_policies, Finite):
        plot_effects(
            problem,
            folder / "effect.png",
            answers=asked.judged,
            asked=asked.asked,
            responder=config.responder,
            chosen=int(asked.point[0]),
            again=None if asked.finalists is None else (asked.finalists.points, asked.rejudged),
        )
    plot_learning(config, problem, asked, folder / "learning.png")


def _film(
    folder: Path,
    config: SearchConfig,
    asked: Findings,
    players: Players,
) -> None:
    """Write `before.mp4`, `after.mp4` and `before_after.gif`."""
    problem, found = players.problem, asked.point[0]
    before, after = (
        episodes_of(problem, players.policies(point), point, episodes=EPISODES, seed=config.seed)
        for point in (None, found)
    )
    titles = _titles(config, problem, asked)
    record(before, folder / "before.mp4", title=titles[0])
    record(after, folder / "after.mp4", title=titles[1])
    record_side_by_side(before, after, folder / "before_after.gif", titles=titles)


def _titles(config: SearchConfig, problem: CommitmentProblem, asked: Findings) -> tuple[str, str]:
    """What is to be seen without an intervention and under the one that was found."""
    trust = trust_of(config, problem, asked)
    players = f"{' and '.join(problem.learners)} as learned by {config.responder}"
    if asked.judge is not None:
        players += ", trained on for it" if asked.judgement is None else " anew, for it alone"
    if trust is Trust.NOT_LEARNED:
        players += ", not to be trusted"
    elif trust is Trust.UNKNOWN:
        players += ", regret unknown"
    if not ResponderInfo.of(config.responder).played:
        players = "best responses"
    words = problem.pre_policies.describe(asked.point[0])
    before = "before: no intervention"
    small = TRUSTED_REGRET * problem.stakes
    if ResponderInfo.of(config.responder).played and (asked.judged.regret_max > small).any():
        before += f"; {' and '.join(problem.learners)} as asked by the search, regret is large"
    return before, f"after: {problem.committed} {words}; {players}"
