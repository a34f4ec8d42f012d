"""Algorithm 1 of the paper: search out the pre-policy that makes the desirable outcome likeliest.

    theta <- uniform meta pre-policy
    repeat
        train the followers' responder, mostly where Pi_theta looks      (nothing for exact ones)
        pi_pre ~ Pi_theta                                                (a batch)
        P(Y=y | do(pi_pre)) <- responder
        theta <- theta + a step up the score-function gradient
    until the budget is spent

A learned responder first trains for a while without theta moving: the answers of a follower that
knows nothing would lead theta astray.
"""

from __future__ import annotations

import time
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from ..agents import Responder, make_responder
from ..errors import RunFolderError, UnknownName
from ..problem import CommitmentProblem
from .config import SearchConfig
from .interrupt import stop_on_interrupt
from .meta import CategoricalMeta
from .metrics import Metrics
from .result import SearchResult, conclude
from .run_folder import RunFolder

WARM_UP = 0.3  # the share of the iterations in which a learned responder only trains
_CHECKPOINT_EVERY = 5  # iterations
_STREAM = 0x5CA2C4  # keeps the search's draws apart from the learner's under the same seed


class SearchInterrupted(KeyboardInterrupt):
    """Ctrl-C ended the search after a whole iteration; its checkpoint is written."""


class Search:
    """The state of Algorithm 1 and one iteration of it.

    Attributes:
        problem: what is searched.
        responder: who answers.
        meta: the meta pre-policy.
        history: a row for each iteration, with the columns of `metrics.csv`.
    """

    def __init__(self, config: SearchConfig) -> None:
        """Begin a search."""
        self.config = config
        self.problem: CommitmentProblem = config.problem()
        self.responder: Responder = make_responder(
            config.responder, self.problem, seed=config.seed, steps=config.steps
        )
        self.meta = CategoricalMeta(self.problem.pre_policies.size)
        self.history: list[dict[str, Any]] = []
        self.sampled: list[int] = []
        self._np_random = np.random.default_rng([config.seed, _STREAM])
        self._seconds_before = 0.0
        self._started = time.perf_counter()
        self._evaluation_steps = 0

    @property
    def done(self) -> bool:
        """Whether the budget is spent."""
        return len(self.history) >= self.config.iterations

    @property
    def seconds(self) -> float:
        """Wall time so far, with that of a resumed run before its interruption."""
        return self._seconds_before + time.perf_counter() - self._started

    @property
    def env_steps(self) -> int:
        """Environment steps so far, for training and for evaluation."""
        return self.responder.train_steps + self._evaluation_steps

    @property
    def warm_up(self) -> int:
        """Iterations in which a learned responder only trains."""
        return int(WARM_UP * self.config.iterations) if self.responder.learns else 0

    def iterate(self) -> dict[str, Any]:
        """Train, sample, ask, update; returns the iteration's row."""
        iteration = len(self.history) + 1
        responder, meta = self.responder, self.meta
        if responder.learns:
            due = responder.train_budget * iteration // self.config.iterations
            if due > responder.train_steps:
                responder.train(meta.probabilities, due - responder.train_steps)
        points = meta.sample(self.config.batch, self._np_random)
        answer = responder.respond(points)
        self.sampled += points.tolist()
        self._evaluation_steps += answer.env_steps
        if iteration > self.warm_up:
            meta.update(points, answer.p)
        exact = self.problem.exact().p
        row = {
            "iteration": iteration,
            "evaluations": len(self.sampled),
            "env_steps": self.env_steps,
            "seconds": round(self.seconds, 3),
            "p_batch": float(answer.p.mean()),
            "p_meta_exact": float(meta.probabilities @ exact),
            "p_mode_exact": float(exact[meta.mode]),
            "regret_batch": float(answer.regret.mean()),
            "entropy": meta.entropy,
            "mode": str(self.problem.pre_policies.label(meta.mode)),
        }
        self.history.append(row)
        return row

    def state(self) -> dict[str, Any]:
        """What `load_state` needs beside the responder's files, as JSON types."""
        return {
            "meta": self.meta.state(),
            "history": self.history,
            "sampled": self.sampled,
            "np_random": self._np_random.bit_generator.state,
            "seconds": self.seconds,
            "evaluation_steps": self._evaluation_steps,
        }

    def load_state(self, state: dict[str, Any]) -> None:
        """Go on from what `state` returned."""
        self.meta.load_state(state["meta"])
        self.history = state["history"]
        self.sampled = state["sampled"]
        self._np_random.bit_generator.state = state["np_random"]
        self._seconds_before = state["seconds"]
        self._evaluation_steps = state["evaluation_steps"]


def search(
    game: str,
    *,
    responder: str = "exact",
    seed: int = 0,
    layout: str | Path | None = None,
    out: str | Path | None = None,
    force: bool = False,
    progress: bool = False,
    **settings: Any,
) -> SearchResult:
    """Search out a pre-policy.

    Args:
        game: a name of the registry, such as `barrier`.
        responder: `exact`, `ppo` or `dqn`.
        seed: seeds everything.
        layout: a shipped name, or a file's path; the game's default if None.
        out: the run folder to write; nothing is written if None.
        force: whether a run that `out` already holds is deleted.
        progress: whether a progress bar is shown on standard error.
        **settings: further fields of `SearchConfig`: committed, desirable, ties, meta,
            evaluations, batch, steps.

    Raises:
        ScgError: any setting that cannot be, said in one line.
        SearchInterrupted: Ctrl-C; `out` holds a checkpoint then.
    """
    known = [field.name for field in fields(SearchConfig)]
    for name in settings:
        if name not in known:
            raise UnknownName("setting", name, known)
    config = SearchConfig(
        game,
        layout=None if layout is None else str(layout),
        responder=responder,
        seed=seed,
        **settings,
    )
    state = Search(config)  # before the folder, so that a mistake leaves none behind
    if out is None:
        return _run(state, None, progress)
    folder = RunFolder(out)
    folder.create(config, state.problem, force=force)
    return _run(state, folder, progress)


def resume(out: str | Path, *, progress: bool = False) -> SearchResult:
    """Go on with an interrupted search; the result is that of an uninterrupted one.

    Raises:
        RunFolderError: the folder holds no run, or one that has ended.
        SearchInterrupted: Ctrl-C once more.
    """
    folder = RunFolder(out)
    config = folder.read_own_config()
    if folder.finished:
        raise RunFolderError(
            f"the run in {folder.path} has ended; its result is in {folder.path}/summary.json."
        )
    state = Search(config)
    saved = folder.load_checkpoint(state.responder.load)
    if saved is not None:
        state.load_state(saved)
    return _run(state, folder, progress)


def _run(state: Search, folder: RunFolder | None, progress: bool) -> SearchResult:
    """Iterate until the budget is spent, then conclude."""
    metrics = None
    if folder is not None:
        metrics = Metrics(folder.path, keep_iterations=len(state.history))
        state.responder.listen = metrics.scalar
    try:
        with stop_on_interrupt() as stop, _bar(state, progress) as bar:
            while not state.done:
                row = state.iterate()
                if metrics is not None:
                    metrics.write(row)
                bar.update()
                bar.set_postfix_str(f"P {row['p_batch']:.3f} at {row['mode']}")
                due = state.done or stop.requested or row["iteration"] % _CHECKPOINT_EVERY == 0
                if folder is not None and due:
                    folder.save_checkpoint(state.state(), state.responder.save)
                if stop.requested and not state.done:
                    raise SearchInterrupted(_interrupted(state, folder))
    finally:
        if metrics is not None:
            metrics.close()
    return conclude(state, folder)


def _bar(state: Search, progress: bool) -> Any:
    """A progress bar on standard error; silent where that is no terminal."""
    from tqdm import tqdm

    return tqdm(
        total=state.config.iterations,
        initial=len(state.history),
        desc=f"search {state.config.game}",
        unit="update",
        disable=None if progress else True,
    )


def _interrupted(state: Search, folder: RunFolder | None) -> str:
    done = f"stopped after {len(state.history)} of {state.config.iterations} iterations"
    if folder is None:
        return f"{done}; nothing was written, since no --out was given"
    return f"{done}; go on with: scg search {state.config.game} --resume --out {folder.path}"
