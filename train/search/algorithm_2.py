"""Algorithm 2 of the paper (Appendix H): the verbal outer loop, one for all games.

    repeat
        pi_pre <- generator                the proposal, typed and in words
        R      <- environment(pi_pre)      one or many episodes
        F      <- evaluator(R)             a score and a criticism
        the generator revises on F
    until the budget is spent

A round counts whatever comes of it: one that a language model or its server breaks off stays in the
history with its error, since to drop it would bias every mean. Only where the server itself fails
in several rounds in a row is the loop stopped, and those rounds are played anew when it goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from ...agents.language import Usage, stamps
from ...core.checkpoint import StateDict
from ...core.checks import check_seed, check_whole
from ...core.errors import BudgetSpent, ServerFailed
from ...core.record_form import record_form
from ...core.state_form import Form, Maybe, Named, Real, Same, Some, Whole, check
from ...core.verbal import Baseline, Environment, Evaluator, Generator, Trial, best_of, trial_form
from .loop import Loop, Reason, Stopped
from .words import GeneratorProposer, PlayJudge

_MOST_EVALUATIONS = 1_000_000
_OUTAGES = 3  # rounds in a row that the server breaks off, after which it is taken to be down


@dataclass(frozen=True)
class VerbalResult:
    """What a loop found.

    Attributes:
        best: the trial with the greatest score, or None if all broke off.
        history: all trials.
        seconds: wall time.
        stopped: why it ended before its budget of evaluations, if it did.
        usage: what each role that a language model has in the loop has used.
        prompts: version and hash of each prompt of theirs.
        no_intervention: what happens without a commitment; None if the environment cannot play so.
    """

    best: Trial | None
    history: tuple[Trial, ...]
    seconds: float
    stopped: str | None = None
    usage: dict[str, Usage] = field(default_factory=dict)
    prompts: dict[str, str] = field(default_factory=dict)
    no_intervention: Baseline | None = None

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """What `to_json` returned; further keys are passed over.

        Raises:
            KeyError, TypeError, ValueError: it is of something else.
        """
        check({one: kept[one] for one in kept if one in _RESULT.forms}, _RESULT)
        freely = kept["no_intervention"]
        return cls(
            best=kept["best"] and Trial.from_json(kept["best"]),
            history=tuple(Trial.from_json(row) for row in kept["history"]),
            seconds=kept["seconds"],
            stopped=kept["stopped"],
            usage={role: Usage(**counts) for role, counts in kept["usage"].items()},
            prompts=kept["prompts"],
            no_intervention=freely and Baseline.from_json(freely),
        )

    @property
    def scores(self) -> list[float]:
        """The scores of the trials that were judged."""
        return [trial.verdict.score for trial in self.history if trial.verdict is not None]

    @property
    def failed(self) -> int:
        """Trials that broke off."""
        return sum(trial.error is not None for trial in self.history)

    def to_json(self) -> dict[str, Any]:
        """As JSON types."""
        return {
            "best": None if self.best is None else self.best.to_json(),
            "no_intervention": self.no_intervention and self.no_intervention.to_json(),
            "history": [trial.to_json() for trial in self.history],
            "evaluations": len(self.history),
            "failed": self.failed,
            "seconds": self.seconds,
            "stopped": self.stopped,
            "usage": {role: used.to_json() for role, used in self.usage.items()},
            "prompts": self.prompts,
        }


class VerbalLoop(Loop[Trial]):
    """Algorithm 2 under way: its history has a trial for each round.

    What happens without a commitment is played before the rounds, so that a cap that ends them
    leaves something to compare with, and it counts against the cap like a round.

    Attributes:
        proposer: the generator.
        judge: the environment and the evaluator.
        seed: seeds everything that is drawn.
        no_intervention: what happened without a commitment, once it was played.
    """

    proposer: GeneratorProposer
    judge: PlayJudge

    def __init__(
        self,
        generator: Generator,
        environment: Environment,
        evaluator: Evaluator,
        *,
        evaluations: int,
        seed: int = 0,
    ) -> None:
        """Begin.

        Raises:
            InvalidArgument: no evaluations, or no seed.
        """
        rounds = check_whole("evaluations", evaluations, 1, _MOST_EVALUATIONS)
        self.seed = check_seed(seed)
        super().__init__(
            GeneratorProposer(generator, seed),
            PlayJudge(environment, evaluator, seed),
            rounds=rounds,
            batch=1,
            seed=seed,
        )
        self.no_intervention: Baseline | None = None
        self._outages = 0  # rounds at the end of the history that are to be played anew
        self._used_before: dict[str, Usage] = {}

    @property
    def usage(self) -> dict[str, Usage]:
        """What each role of a language model has used, before a resumption too."""
        total: dict[str, Usage] = {}
        for role, part in self._parts().items():
            used = [self._used_before.get(role), getattr(part, "usage", None)]
            for one in used:
                if one is not None:
                    total.setdefault(role, Usage()).add(one)
        return total

    def _parts(self) -> dict[str, object]:
        return {
            "generator": self.proposer.generator,
            "evaluator": self.judge.evaluator,
            "players": self.judge.environment,
        }

    def _begin(self) -> None:
        if self.no_intervention is None:
            self.no_intervention = self.judge.without()

    def _entry(self, proposals: Sequence[Any], judgements: Sequence[Trial], moved: bool) -> Trial:
        (trial,) = judgements
        return trial

    def _look(self) -> Stopped | None:
        """Stop where the server broke off the last rounds, or all that there were to be."""
        last = next((k for k, t in enumerate(reversed(self.history)) if not t.outage), None)
        number = len(self.history) if last is None else last
        if number < _OUTAGES and number != self.rounds:
            return None
        self._outages = number
        rounds = "the last round" if number == 1 else f"the last {number} rounds"
        message = f"the server broke off {rounds} ({self.history[-1].error})"
        return Stopped(Reason.OUTAGE, message)

    def result(self) -> VerbalResult:
        """What was found so far."""
        names = [name for part in self._parts().values() for name in getattr(part, "prompts", ())]
        return VerbalResult(
            best_of(self.history),
            tuple(self.history),
            self.seconds,
            None if self.stopped is None else self.stopped.message,
            self.usage,
            stamps(*names) if names else {},
            self.no_intervention,
        )

    def state_dict(self) -> StateDict:
        """What `load_state_dict` needs, as JSON types; no generator is kept, for none goes on."""
        return {
            "seed": self.seed,
            "history": [trial.to_json() for trial in self.history],
            "no_intervention": self.no_intervention and self.no_intervention.to_json(),
            "outages": self._outages,
            "seconds": self.seconds,
            "usage": {role: used.to_json() for role, used in self.usage.items()},
        }

    def state_form(self, kept: StateDict) -> Form:
        """No more rounds than there are, in their order, with what the generator reads of them."""
        reads = getattr(self.proposer.generator, "reads", {})
        history = kept["history"]
        if len(history) > self.rounds:
            raise ValueError(f"there are more than {self.rounds} rounds")
        parts = {
            "seed": Same(self.seed),
            "history": [trial_form(*one, reads) for one in enumerate(history)],
            "no_intervention": Maybe(record_form(Baseline)),
            "outages": Whole(0, len(history)),
            "seconds": Real(0),
            "usage": Named(record_form(Usage), self._parts()),
        }
        return Some(parts, needed=parts.keys() - {"outages"})  # earlier versions counted none

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned; `scg_envs.core.state_form.load` checks it.

        A cap that had ended the loop may have been raised; rounds in which the server was down are
        played anew.
        """
        freely = state["no_intervention"] and Baseline.from_json(state["no_intervention"])
        history, outages = list(map(Trial.from_json, state["history"])), state.get("outages", 0)
        self.history = history[: len(history) - outages]
        self.stopped, self._outages = None, 0
        self._used_before = {role: Usage(**counts) for role, counts in state["usage"].items()}
        again = (BudgetSpent, ServerFailed) if outages else (BudgetSpent,)
        anew = freely is not None and freely.error is not None and freely.error.is_a(*again)
        self.no_intervention = None if anew else freely
        self._seconds_before, self._started = float(state["seconds"]), time.perf_counter()


_RESULT = record_form(VerbalResult)


Run = Callable[[VerbalLoop], VerbalResult]  # `run_through`, or one that keeps what it finds


def run_through(loop: VerbalLoop) -> VerbalResult:
    """Run a loop to its end, and keep nothing."""
    return loop.run().result()
