"""Algorithm 2 for the language games by name: what `scg talk GAME --seats ...` runs."""

from __future__ import annotations

from ...agents.language import Client, EpisodeWriter
from ...agents.language.completion import one_line
from ...core.problem import CommitmentProblem
from ...core.verbal import Outcome
from ..search.algorithm_2 import Run, VerbalResult, run_through
from .roles import Roles, verbal_loop


def verbal_search(
    problem: CommitmentProblem,
    client: Client | None = None,
    *,
    roles: Roles | None = None,
    evaluations: int | None = None,
    episodes: int | None = None,
    seed: int = 0,
    writer: EpisodeWriter | None = None,
    ratings: int | None = None,
    question: str | None = None,
    announcement: str | None = None,
    run: Run = run_through,
) -> VerbalResult:
    """Search by Algorithm 2.

    Args:
        problem: of a language game.
        client: who asks the language model, if the roles have one.
        roles: who does what; if None, models play where there is a client, and nobody else.
        evaluations: pre-policies that are tried; the game's own number if None.
        episodes: how many are played for each, and without any; the players' own number if None.
        seed: seeds everything that is drawn here.
        writer: where transcripts of language models go.
        ratings: how often a model rates each answer of the Banana Gambit; ten times if None.
        question: what the user asks there; the topic's own question if None.
        announcement: what the user announces there; no generator proposes then.
        run: runs the loop.

    Raises:
        InvalidArgument: no language game, or roles that it does not have.
        LanguageModelError: there is no server, no such model or no recording.
    """
    if roles is None:
        roles = Roles("simulated" if client is None else "llm")
    loop = verbal_loop(
        problem,
        roles,
        client,
        evaluations=evaluations,
        episodes=episodes,
        seed=seed,
        writer=writer,
        ratings=ratings,
        question=question,
        announcement=announcement,
    )
    return run(loop)


def describe(problem: CommitmentProblem, result: VerbalResult) -> str:
    """The rounds and the best of them, for people to read; what models wrote, a line of it each."""
    lines = []
    for trial in result.history:
        head = f"round {trial.index + 1}"
        if trial.proposal is not None:
            head += f"  {one_line(trial.proposal.text)}"
        lines.append(head)
        if trial.outcome is not None:
            lines.append(f"  {_ended(trial.outcome)}")
        if trial.verdict is not None:
            assert trial.outcome is not None
            judged = trial.verdict.score
            score = "" if judged == trial.outcome.score else f"judged {judged:.4f}: "
            lines.append(f"  {score}{one_line(trial.verdict.criticism)}")
        if trial.error is not None:
            lines.append(f"  broken off: {trial.error}")
    if result.best is None:
        lines.append("no round could be judged")
    else:
        assert result.best.proposal is not None
        lines.append(f"best: {problem.committed}, round {result.best.index + 1}")
        lines.append(f"  {one_line(result.best.proposal.text)}")
    freely = result.no_intervention
    if freely is not None:
        ended = "broken off" if freely.outcome is None else _ended(freely.outcome)
        why = "" if freely.error is None else f": {freely.error}"
        lines.append(f"  no intervention  {ended}{why}")
    counted = f"{len(result.history)} evaluations, {result.failed} broken off"
    lines.append(f"  cost             {counted}, {result.seconds:.1f} s")
    for role, used in result.usage.items():
        spent = ", ".join(f"{v} {k.replace('_', ' ')}" for k, v in used.to_json().items())
        lines.append(f"  {role:<16} {spent}")
    if result.stopped is not None:
        lines.append(f"  stopped          {result.stopped}")
    return "\n".join(lines)


def _ended(outcome: Outcome) -> str:
    """Score and numbers in a line."""
    listed = ", ".join(
        f"{name.replace('_', ' ')} {value:.4g}"
        for name, value in outcome.metrics.items()
        if not name.startswith("offer_")  # each single one is in the transcript
    )
    return f"score {outcome.score:.4f}  ({listed})"
