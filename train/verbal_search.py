"""Algorithm 2 for the language games by name: what `scg search GAME --players ...` runs."""

from __future__ import annotations

from typing import Any

from ..agents.language import Client, EpisodeWriter
from ..banana.problem import BananaProblem
from ..bargaining.problem import BargainingProblem
from ..errors import InvalidArgument
from ..problem import CommitmentProblem
from ..ultimatum.problem import UltimatumProblem
from .offline.banana import learn_incentive
from .offline.bargaining import BargainingEnvironment, learn_price
from .offline.ultimatum import EPOCHS, learn_norm
from .reproduce.scai import fitted_manner_weight
from .spoken.bargaining import learn_price_in_words
from .verbal import Run, VerbalLoop, VerbalResult


def verbal_search(
    problem: CommitmentProblem,
    client: Client | None = None,
    *,
    evaluations: int | None = None,
    seed: int = 0,
    writer: EpisodeWriter | None = None,
    run: Run = VerbalLoop.run,
) -> VerbalResult:
    """Search by Algorithm 2.

    Args:
        problem: of a language game.
        client: the language model that plays; offline players if None.
        evaluations: pre-policies that are tried; the game's own number if None.
        seed: seeds everything that is drawn here.
        writer: where transcripts of language models go.
        run: runs the loop; `Journal.run` keeps its rounds in a run folder.

    Raises:
        InvalidArgument: no language game, or one that language models do not play here.
    """
    given: dict[str, Any] = {} if evaluations is None else {"evaluations": evaluations}
    given |= {"seed": seed, "run": run}
    if client is not None:
        if not isinstance(problem, BargainingProblem):
            raise InvalidArgument(
                f"language models do not play {problem.game} here; they play bargaining."
            )
        return learn_price_in_words(client, problem.rules, writer=writer, **given)
    if isinstance(problem, BargainingProblem):
        environment = BargainingEnvironment(problem.rules, problem.seller)
        return learn_price(environment, **given)
    if isinstance(problem, BananaProblem):
        return learn_incentive(problem.topic, problem.wanted, **given)[1]
    if isinstance(problem, UltimatumProblem):
        weight = 0.0 if problem.manner == "neutral" else fitted_manner_weight(seed)
        epochs = given.pop("evaluations", EPOCHS)
        return learn_norm(
            problem.group, manner=problem.manner, manner_weight=weight, epochs=epochs, **given
        )
    raise InvalidArgument(
        f"{problem.game} is not played in words; --players is for bargaining, banana, ultimatum."
    )


def describe(problem: CommitmentProblem, result: VerbalResult) -> str:
    """The rounds and the best of them, for people to read."""
    lines = []
    for trial in result.history:
        head = f"round {trial.index + 1}"
        if trial.proposal is not None:
            head += f"  {trial.proposal.text}"
        lines.append(head)
        if trial.verdict is not None:
            lines.append(f"  score {trial.verdict.score:.4f}  {trial.verdict.criticism}")
        if trial.error is not None:
            lines.append(f"  broken off: {trial.error}")
    if result.best is None:
        lines.append("no round could be judged")
    else:
        assert result.best.proposal is not None
        lines.append(f"best: {problem.committed}, round {result.best.index + 1}")
        lines.append(f"  {result.best.proposal.text}")
    counted = f"{len(result.history)} evaluations, {result.failed} broken off"
    lines.append(f"  cost             {counted}, {result.seconds:.1f} s")
    for role, used in result.usage.items():
        spent = ", ".join(f"{v} {k.replace('_', ' ')}" for k, v in used.to_json().items())
        lines.append(f"  {role:<16} {spent}")
    if result.stopped is not None:
        lines.append(f"  stopped          {result.stopped}")
    return "\n".join(lines)
