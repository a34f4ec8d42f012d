"""Persuasion in Algorithm 2: rules in words, the receiver that reasons, and models that receive.

A rule is kept by the program. Where nothing is committed to, a model sends as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ...core.errors import InvalidAnswer, InvalidArgument
from ...core.pre_policy import FREE
from ...core.verbal import Answered, InTurn, Outcome, Proposal, Rule, ScriptedEvaluator, Task
from ..dialogue.language import NOTHING, Language, Table, mean_of, play_out
from ..dialogue.tags import write_tags
from .game import PersuasionGame
from .problem import PersuasionProblem
from .rules import RECEIVER, SENDER


class PersuasionLanguage(Language):
    """How often a sender is to recommend its favourite where another action is best."""

    game = "persuasion"
    prompts = ("persuasion_receiver", "persuasion_sender", "repair")

    def __init__(
        self, problem: PersuasionProblem, *, models: bool = False, free: bool = False
    ) -> None:
        """Put a problem in words.

        Args:
            problem: the stage, the rounds, and what may be committed to.
            models: whether language models play.
            free: whether a model proposes; chances it must.

        Raises:
            InvalidArgument: another kind of rules than `exaggerate`.
        """
        if problem.kind != "exaggerate":
            raise InvalidArgument(
                f"`pre_policy={problem.kind!r}` is not learned in words; chances to recommend the "
                "favourite are (exaggerate)."
            )
        self._problem, self._rules = problem, problem.rules
        self._points = problem.pre_policies
        self._labels = list(self._points.labels[1:])
        self.evaluations = len(self._labels)
        self.read = self._read
        stage = self._rules.stage
        self._favourite = stage.actions[stage.favourite]
        self.task = Task(
            committed=SENDER,
            game=(
                f"In each of {self._rules.rounds} rounds a sender sees which of "
                f"{', '.join(stage.states)} is so, and recommends one of "
                f"{', '.join(stage.actions)}; a receiver hears that, and does one of them. "
                f"{self._payoffs()} The sender announces how it will recommend, and keeps to it."
            ),
            goal=f"The sender wants to earn much, and {problem.desirable} to be done.",
            space=(
                f"the chance, from 0 to 1 in steps of {1 / self._rules.resolution:g}, that it "
                f"recommends {self._favourite} whatever is so, in place of what is best for the "
                "receiver"
            ),
        )

    def _payoffs(self) -> str:
        """What is how likely, and what it brings."""
        stage = self._rules.stage
        sender, receiver = stage.payoffs
        lines = [
            f"{state} has the chance {chance:.3g}, and there "
            + ", ".join(
                f"{action} brings the receiver {receiver[s, a]:g} and the sender {sender[s, a]:g}"
                for a, action in enumerate(stage.actions)
            )
            for s, (state, chance) in enumerate(zip(stage.states, stage.prior, strict=True))
        ]
        return "; ".join(lines).capitalize() + "."

    def describe(self, point: float) -> str:
        """The rule as it is announced."""
        return (
            f"With chance {point:g} I recommend {self._favourite} whatever is so; otherwise I "
            "recommend what is best for you."
        )

    def _read(self, text: str) -> float:
        label = self._points.label(self._points.parse(text))
        if label == FREE:
            raise InvalidAnswer(f"the point is {text.strip()!r}; expected {self.task.space}.")
        return float(label)

    # Without a model.

    def generator(self, seed: int) -> InTurn:
        """Each chance in turn."""
        return InTurn(self._labels, self.describe)

    def evaluator(self) -> ScriptedEvaluator:
        """Says what the sender earned."""
        return ScriptedEvaluator([Rule(lambda outcome: True, "It was worth {score:g} a round.")])

    def environment(self, episodes: int | None) -> Answered:
        """The receiver that reasons, whose answers are exact.

        Raises:
            InvalidArgument: a number of episodes.
        """
        if episodes is not None:
            raise InvalidArgument(
                "the simulated receiver's answers are exact; drop `episodes`, or take a model "
                '(`seats="llm"`).'
            )
        return Answered(self._answered)

    def _answered(self, proposal: Proposal | None) -> Outcome:
        found = self._problem.solver.respond([self._point(proposal)])
        p, utility = float(found.p[0]), float(found.utility[0])
        done = self._problem.desirable
        return Outcome(utility, f"The receiver did {done} with chance {p:.4g}.", {"p": p})

    def _point(self, proposal: Proposal | None) -> int:
        return 0 if proposal is None else self._points.point(proposal.point)

    # With models.

    def condition(self, proposal: Proposal) -> str:
        """The chance."""
        return f"exaggerates {proposal.point:g}"

    def converse(self, proposal: Proposal | None, table: Table) -> tuple[dict[str, Any], str]:
        """A model receives; the sender keeps to its rule, or is a model that committed to none."""
        game = PersuasionGame(self._rules)
        seen, _ = game.reset(seed=table.seed)
        announced = NOTHING if proposal is None else proposal.text
        receiver = self._model(game, table, RECEIVER, announcement=announced)
        movers = {RECEIVER: receiver, SENDER: self._sender(game, table, proposal)}
        earned, final, transcript = play_out(game, movers, seen)
        done = final["outcome"] == self._problem.desirable
        return {"outcome": final["outcome"], "p": float(done), **earned}, transcript

    def _model(
        self, game: PersuasionGame, table: Table, role: str, **blanks: Any
    ) -> Callable[[Any], int]:
        """A model in one of the seats."""
        stage = self._rules.stage
        seat = table.seat(
            role,
            f"persuasion_{role}",
            render=lambda _, agent: game.text(agent),
            parse=lambda text: game.action(role, text),
            payoffs=self._payoffs(),
            actions=" or ".join(f"<move> {action} </move>" for action in stage.actions),
            rounds=self._rules.rounds,
            **blanks,
        )
        return lambda seen: int(seat.act(seen))

    def _sender(
        self, game: PersuasionGame, table: Table, proposal: Proposal | None
    ) -> Callable[[Any], int]:
        """Who sends: the rule, or a model."""
        if proposal is None:
            return self._model(game, table, SENDER)
        _, policy = self._points.bind(self._point(proposal))
        policy.reset(np.random.default_rng(table.seed))

        def act(seen: Any) -> int:
            action = int(policy.act(seen))
            said = self._rules.stage.actions[action - 1]
            table.say(SENDER, write_tags({"move": said}), said)
            return action

        return act

    def judge(self, outcomes: Sequence[Mapping[str, Any]]) -> tuple[float, dict[str, float]]:
        """The sender's mean payoff a round, and how often what is wanted was done."""
        return mean_of(outcomes, SENDER), {"p": mean_of(outcomes, "p")}
