"""Run Algorithm 1: begin a search or go on with one, keep what it needs, and conclude.

result = search("barrier", responder="ppo", seed=0, out="runs/barrier")
result = resume("runs/barrier")
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...agents.responders.names import OWN
from ...core.backends import Backend
from ...core.checkpoint import StateDict
from ...core.errors import InvalidArgument, RunFolderError
from ...core.files import cause
from ...core.state_form import load
from ..report import write_report
from ..report.players import Players
from ..run.folder import RunFolder
from ..run.interrupt import warn_unkept
from .algorithm_1 import Search
from .callbacks import Checkpoints, Numbers, Progress
from .config import SearchConfig
from .findings import ask
from .loop import Callback
from .make_result import make_result
from .result import SearchResult


def search(
    game: str,
    *,
    responder: Any = "exact",
    seed: int = 0,
    layout: str | Path | None = None,
    out: str | Path | None = None,
    force: bool = False,
    progress: bool = False,
    callbacks: Sequence[Callback] = (),
    backend: Backend | None = None,
    **settings: Any,
) -> SearchResult:
    """Search out a pre-policy.

    Args:
        game: a name of the registry, such as `barrier`; a `.nfg` file; or `module:function`.
        responder: one of `scg_envs.agents.RESPONDERS`; or a policy of your own: a model with
            `predict`, a `scg_envs.core.policy.BatchPolicy`, or a function from observations to
            actions (`scg_envs.agents.responders.given`).
        seed: seeds everything.
        layout: a shipped name, or a file's path; the game's default if None.
        out: the run folder to write; nothing is written if None.
        force: whether a run that `out` already holds is deleted.
        progress: whether a progress bar is shown on standard error.
        callbacks: who looks on, and may end it (`scg_envs.train.search.callbacks`).
        backend: where what is learned apart is learned (`scg_envs.core.backends`): models or tables
            that pre-policies have of their own, those that judge finalists among them.
        **settings: further fields of `SearchConfig` (committed, desirable, ties, objective,
            meta, evaluations, batch, steps, baseline) and the game's own options (`scg list`
                names them).

    Raises:
        ScgError: any setting that cannot be, said in one line.
        SearchInterrupted: Ctrl-C; `out` holds a checkpoint then.
    """
    own = callable(responder) or isinstance(responder, Mapping)
    own |= any(hasattr(responder, name) for name in ("predict", "act"))
    config = SearchConfig.of(
        game,
        layout=None if layout is None else str(layout),
        responder=OWN if own else responder,
        seed=seed,
        **settings,
    )
    folder = None if out is None else RunFolder(out)
    # Before the folder is made, so that a mistake leaves none behind.
    state = Search(config, responder, backend=backend)
    if folder is None:
        return _run(state, None, progress, callbacks)
    with folder.owned():
        folder.create(config, state.problem, force=force)
        return _run(state, folder, progress, callbacks)


def run(config: SearchConfig, out: str | Path, *, pictures: bool = True) -> SearchResult:
    """Search by settings that are together already, into a run folder.

    Args:
        config: the settings.
        out: the run folder to write.
        pictures: whether pictures and videos are made; `scg_envs.train.report.rebuild` makes them
            later.

    Raises:
        ScgError: any setting that cannot be, said in one line.
    """
    folder = RunFolder(out)
    state = Search(config)
    with folder.owned():
        folder.create(config, state.problem)
        return _run(state, folder, False, (), pictures)


def resume(
    out: str | Path,
    *,
    progress: bool = False,
    callbacks: Sequence[Callback] = (),
    backend: Backend | None = None,
) -> SearchResult:
    """Go on with an interrupted search; the result is that of an uninterrupted one.

    Args:
        out: the run folder.
        progress: whether a progress bar is shown on standard error.
        callbacks: who looks on, and may end it (`scg_envs.train.search.callbacks`).
        backend: where what is learned apart is learned (`scg_envs.core.backends`): models or tables
            that pre-policies have of their own, those that judge finalists among them.

    Raises:
        RunFolderError: the folder holds no run, or one that has ended, or one whose checkpoint
            this version does not read, or another process writes it.
        SearchInterrupted: Ctrl-C once more.
    """
    folder = RunFolder(out)
    folder.read_config()  # makes no folder that holds none
    with folder.owned():
        return _resume(folder, progress, callbacks, backend)


def _resume(
    folder: RunFolder, progress: bool, callbacks: Sequence[Callback], backend: Backend | None
) -> SearchResult:
    """Go on with the search in a folder that is owned."""
    folder.check_links()
    config = folder.read_own_config()
    if not isinstance(config, SearchConfig):
        raise RunFolderError(
            f"the run in {folder.path} is one in words; go on with it by the command scg talk."
        )
    folder.check_unfinished()
    if config.responder == OWN:
        raise RunFolderError(
            f"the run in {folder.path} is answered by a policy of yours, which it does not hold; "
            "call search again with it, and with force=True."
        )
    state = Search(config, backend=backend)
    saved = folder.load_checkpoint()
    if saved is not None:
        try:
            load(state, saved)
        except Exception as error:  # whatever libraries make of a stranger's numbers
            raise RunFolderError(
                f"the checkpoint in {folder.path} is of another version or forged "
                f"({cause(error)}); start the run anew in another `out`, or here by `force=True`."
            ) from error
    return _run(state, folder, progress, callbacks)


def search_all(configs: Sequence[SearchConfig], backend: Backend) -> list[SearchResult]:
    """Several searches, such as one for each of some seeds; nothing is written.

    Args:
        configs: their settings.
        backend: where each runs as a whole (`scg_envs.core.backends`).

    Raises:
        InvalidArgument: a search is by policies of the caller's own, which no setting names.
        ScgError: what a search raises.
    """
    if any(config.responder == OWN for config in configs):
        raise InvalidArgument(
            "one of the configs is answered by your own policies, which it does not hold; run it "
            "by itself."
        )
    jobs = [config.to_json() for config in configs]
    return [SearchResult(**found) for found in backend.map(_search_there, jobs)]


def _search_there(job: dict[str, Any]) -> StateDict:
    """What a job of `search_all` does, in whatever process."""
    state = Search(SearchConfig.from_json(job))
    return _run(state, None, False, ()).to_json()


def _run(
    state: Search,
    folder: RunFolder | None,
    progress: bool,
    callbacks: Sequence[Callback],
    pictures: bool = True,
) -> SearchResult:
    """Search until the budget is spent or a callback says so, then conclude."""
    if folder is None and progress and state.responder.learns:
        warn_unkept("what is learned")
    own: list[Callback] = [] if folder is None else [Numbers(folder), Checkpoints(folder)]
    shown: list[Callback] = [Progress()] if progress else []
    state.run([*own, *shown, *callbacks], None if folder is None else folder.path)
    return conclude(state, folder, pictures)


def conclude(state: Search, folder: RunFolder | None = None, pictures: bool = True) -> SearchResult:
    """Ask what there is to ask at a search's end, judge it, and write the report.

    Args:
        state: the finished search.
        folder: its run folder; nothing is written if None.
        pictures: whether pictures and videos are made.
    """
    asked, answering = ask(state)
    if folder is None:
        return make_result(state.config, state.problem, asked)
    state.responder.keep_only(asked.point[0])
    players = Players(state.responder, answering, asked.point[0])
    return write_report(folder.path, state.config, asked, players, pictures=pictures)
