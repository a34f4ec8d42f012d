"""A matrix game as a commitment problem: what `scg effect` and `scg search` work on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode

from ...causal.normal_form import NormalForm
from ...causal.normal_form.selection import Selection, check_selection
from ...causal.undefined import Undefined
from ...core.checkpoint import StateDict
from ...core.checks import check_number
from ...core.commitment.env import CommitmentEnv
from ...core.commitment.scheme import CommitmentScheme, Committed, scheme_of
from ...core.copies import Setup
from ...core.errors import InvalidArgument
from ...core.evaluation import Evaluation, Split
from ...core.native import RenderMode
from ...core.policy import BatchPolicies, BatchPolicy
from ...core.pre_policy import Points, Policy
from ...core.pre_policy.product import Product
from ...core.problem import CommitmentProblem, FreePlay
from ...core.relations import Relations
from ...core.ties import Ties, check_ties
from .answers import Answers
from .asker import Asker
from .coalition import coalition_policies, merged
from .game import MatrixEnv
from .games import GameSource, matrix_game
from .matrix_game import MatrixGame
from .one_shot_answers import OneShotAnswers
from .playing import played_shares
from .pre_policies import MatrixPrePolicies, make_pre_policies
from .repeated_answers import RepeatedAnswers
from .rules import TablePolicy, habitual_policy
from .solver import MatrixSolver
from .stage import Stage, before
from .uncertain import Uncertainty
from .vector import MatrixVectorEnv

_EPISODES = 256  # of a policy that no table holds, for each pre-policy
_SEEDS: dict[Split, int] = {"search": 0, "report": 1, "finals": 2}  # of these episodes


class MatrixProblem(CommitmentProblem):
    """Players of a matrix game commit, mostly one; the others answer.

    Attributes:
        env: the bare game; several players who commit are one in it.
        apart: the bare game in which each plays for itself.
        scheme: who commits, and to what.
    """

    family = "matrix"

    def __init__(
        self,
        game: GameSource = "household",
        *,
        layout: str | None = None,
        committed: Committed | None = None,
        desirable: str | None = None,
        ties: Ties = "uniform",
        pre_policy: str = "pure",
        selection: Selection | None = None,
        rounds: int = 1,
        discount: float = 1.0,
        memory: int | None = None,
        clock: bool = False,
        epsilon: float | None = None,
        rate: float | None = None,
        risk_aversion: float | None = None,
        tremble: float | None = None,
        level: int | None = None,
        level_zero: str | None = None,
        credibility: float = 1.0,
        observability: float = 1.0,
        **parameters: Any,
    ) -> None:
        """State the problem.

        Args:
            game: what `scg_envs.games.matrix.games.matrix_game` takes.
            layout: which of a family of games, such as the ordinal games.
            committed: who commits, several parted by commas; the game's own if None. Several
                commit surely, in a game that is played once.
            desirable: the outcome that the human wants; the game's own if None.
            ties: how equally good answers count.
            pre_policy: the kind of pre-policy: `pure`, `mixed`, `memory-one`, `finite-state`, or a
                model's .zip (`scg_envs.games.matrix.pre_policies`).
            selection: the equilibria played without intervention, and among several followers;
                pure if None.
            rounds: the number of rounds.
            discount: the weight of a round relative to the one before.
            memory: the number of past joint actions observed; 1 if rounds are several if None.
            clock: a view of the round's number. Followers know the last round then; without, they
                answer as if there were none.
            epsilon: the distance from the best that answers of the responder epsilon may have,
                which must be given there; none if None.
            rate: the sharpness with which answers of the responder logit follow payoffs, which
                must be given there; none if None.
            risk_aversion: the weight of the variance in answers of the responder risk-averse,
                which must be given there; none if None.
            tremble: the chance of a slip in answers of the responder trembling, which must be given
                there; none if None.
            level: the level of the responder level-k, which must be given there; none if None.
            level_zero: the action of level 0 of the responder level-k; `uniform`, all of them
                equally often, if None.
            credibility: the chance that the commitment binds, which followers know; else a uniform
                pre-policy is played, or the habit of an agent that has one.
            observability: the chance that the follower sees it; else it plays as without
                intervention.
            **parameters: of the game.

        Raises:
            UnknownName: no such game, agent, outcome, tie rule, kind or selection.
            InvalidGameFile: a `.nfg` file that cannot be read.
            InvalidArgument: a number out of its range, or settings that do not go together.
        """
        check_ties(ties)
        if layout is not None:
            parameters["layout"] = layout
        if rounds == 1 and memory:  # who plays once has nothing to remember
            raise InvalidArgument(
                f"memory is {memory} and the game is played once; expected more rounds, or drop it."
            )
        if rounds == 1 and clock:
            raise InvalidArgument(
                "clock is set and the game is played once, so its round is the last; expected more "
                "rounds, or drop it."
            )
        if rounds == 1 and discount != 1 and 0 < check_number("discount", discount) <= 1:
            raise InvalidArgument(
                f"discount is {discount:g} and the game is played once; expected more rounds, or "
                "drop it."
            )
        own = matrix_game(game, desirable=desirable, **parameters)
        who = [committed] if isinstance(committed, str) and committed in own.agents else committed
        self.scheme = scheme_of(
            [own.committed] if who is None else who,
            pre_policy=pre_policy,
            credibility=credibility,
            observability=observability,
        )
        agents = self.scheme.agents
        several = self.scheme.several
        if several:
            _check_several(self.scheme, rounds, own)
        else:
            (one,) = self.scheme.commitments
            pre_policy = one.space or pre_policy
            credibility, observability = one.credibility, one.observability
        own = own.with_defaults(committed=None if several else agents[0])
        self.apart = MatrixEnv(own, rounds=rounds, discount=discount, memory=memory, clock=clock)
        matrix = merged(own, agents) if several else own
        self.env = MatrixEnv(matrix) if several else self.apart
        self.game = str(game) if isinstance(game, (str, Path)) else matrix.name
        self.summary = matrix.summary
        self.layout = layout
        path = Path(self.game)
        self.layout_file = path if path.suffix.lower() == ".nfg" else None
        self.committed, self.desirable, self.ties = matrix.committed, matrix.desirable, ties
        self.outcomes = matrix.outcomes
        self.followers = matrix.followers
        self.learners = tuple(a for a in matrix.followers if a not in matrix.habits)
        if several and not self.learners:
            raise InvalidArgument(
                f"{self.committed} commit, and nobody is left who chooses an answer: "
                f"{' and '.join(self.followers)} can only play by habit; expected fewer to commit."
            )
        kinds = {str(one.agent): one.space for one in self.scheme.commitments}
        self.pre_policies: MatrixPrePolicies = (
            coalition_policies(self.env, self.apart, kinds, pre_policy)
            if several
            else make_pre_policies(self.env, matrix.committed, pre_policy)
        )
        if not several:
            one.check_otherwise(self.pre_policies.otherwise)
        self.selection: Selection = "pure" if selection is None else selection
        check_selection(self.selection)
        common = [matrix.form.actions[matrix.agent(learner)] for learner in self.learners]
        relations = Relations.given(
            [action for action in sum(common, ()) if all(action in own for own in common)],
            epsilon=epsilon,
            rate=rate,
            risk_aversion=risk_aversion,
            tremble=tremble,
            level=level,
            level_zero=level_zero,
        )
        answers: Answers = (
            OneShotAnswers(self.env, self.selection, relations)
            if rounds == 1
            else RepeatedAnswers(self.env, relations)
        )
        uncertain = Uncertainty.of(
            self.env, self.pre_policies, self.selection, credibility, observability
        )
        self._askers = {
            learner: Asker(self.env, self.pre_policies, learner) for learner in self.learners
        }
        self.solver: MatrixSolver = MatrixSolver(
            self.game,
            self.env,
            self.pre_policies,
            answers,
            uncertain,
            self._askers,
            before=partial(before, own, self.selection, ties, agents),
            ties=ties,
            selection=self.selection,
        )
        together = f"the utility is what {self.committed} are paid in all"
        self._notes = (*((together,) if several else ()), *answers.notes, *uncertain.notes)
        # Who remembers more than the game's own memory is judged by episodes, which have to end.
        if rounds > 1:  # without a clock answers are those of endless play
            self.mean_of = rounds if clock and discount == 1 else None
        self.judges_memory = rounds == 1 or (len(self.learners) == 1 and clock)
        self.takes_automata = (
            rounds > 1 and self.env.game.form.shape == (2, 2) and len(self.learners) == 1
        )
        self.stakes = _stakes(matrix.form, [matrix.agent(learner) for learner in self.learners])

    @cached_property
    def notes(self) -> tuple[str, ...]:  # type: ignore[override]
        """What a reader of the numbers should know."""
        sampled = self.solver.before().sampled
        return (*self._notes, sampled) if sampled else self._notes

    def content(self) -> StateDict:
        """The payoffs, the outcomes and the habits."""
        return {
            "payoffs": self.env.game.form.payoffs,
            "players": self.env.game.form.players,
            "actions": self.env.game.form.actions,
            "outcomes": self.outcomes,
            "outcome_of": self.env.game.outcome_of,
            "habits": dict(self.env.game.habits),
        }

    def learner_env(
        self,
        num_envs: int,
        *,
        learner: str,
        autoreset_mode: AutoresetMode = AutoresetMode.NEXT_STEP,
        training: bool = False,
    ) -> MatrixVectorEnv:
        """A follower's batched view; in training its payoffs are scaled to a range of one."""
        game: Any = self.env.game
        if training:
            game = replace(game, form=_scaled(game.form, game.agent(learner)))
        repetition = self.env.repetition
        return MatrixVectorEnv(
            num_envs,
            game,
            learner=learner,
            pre_policy=self.pre_policies,
            autoreset_mode=autoreset_mode,
            rounds=repetition.rounds,
            discount=repetition.discount,
            memory=repetition.memory,
            clock=repetition.clock,
            credibility=self.solver.uncertain.credibility,
        )

    def evaluate(
        self, policies: BatchPolicies, points: Points, *, split: Split = "search"
    ) -> Evaluation:
        """Ask the policies in every state of the memory, and compute what comes of it.

        They are those of followers that see the commitment. Who doesn't plays as without one, which
        is not learned: its part of the selection's equilibria (`uncertain`).

        Of a policy that remembers more, in a game of several rounds, `_EPISODES` are played.

        Raises:
            InvalidArgument: such a policy in a game without a clock, whose exact numbers are of
                endless play, or beside other learners.
        """
        if self.env.repetition.rounds > 1:
            for learner, policy in policies.items():
                if not policy.memoryless:
                    return self._played(learner, policy, points, _SEEDS[split])
        tables = {
            learner: self._askers[learner].table(policies[learner], points)
            for learner in self.learners
        }
        rules = self.solver.rules(points)
        return self.solver.blended(self.solver.answers.judge(rules, tables), rules, self.ties)

    def _played(self, learner: str, policy: BatchPolicy, points: Points, seed: int) -> Evaluation:
        if self.learners != (learner,) or not self.env.repetition.terminates:
            raise InvalidArgument(
                f"{learner}'s policy remembers; expected a memoryless one, or a game with a clock "
                "in which nobody else learns."
            )
        env = self.learner_env(_EPISODES, learner=learner, autoreset_mode=AutoresetMode.DISABLED)
        shares = played_shares(env, policy, points, self.env.repetition, seed)
        return self.solver.answers.judge_shares(self.solver.rules(points), shares, _EPISODES)

    def bare_game(self) -> tuple[MatrixEnv, Mapping[str, Policy]]:
        """Agents with habits keep them."""
        return self._copy()

    def _copy(self, render_mode: RenderMode | None = None) -> tuple[MatrixEnv, dict[str, Policy]]:
        game = MatrixEnv(self.apart.game, **asdict(self.env.repetition), render_mode=render_mode)
        return game, {agent: habitual_policy(game, agent) for agent in game.game.habits}

    def setup(self) -> Setup:
        """The game; agents with habits keep them."""
        game, habits = self._copy(render_mode="rgb_array")
        space = self.pre_policies
        env = CommitmentEnv(
            game,
            committed=self.scheme,
            pre_policies=space.parts if isinstance(space, Product) else space,
        )
        return Setup(env, fixed={a: habit for a, habit in habits.items() if a in self.followers})

    def annotate(self, env: Any) -> None:
        """Show how likely each action is in every state."""
        env.unwrapped.shown_rule = {
            agent: env.parts[agent].rules(np.array([point]))[0]
            for agent, point in env.bound.items()
        }

    def free_play(self, np_random: np.random.Generator) -> FreePlay:
        """An equilibrium of the selection; without one everybody plays uniformly."""
        game, habits = self._copy(render_mode="rgb_array")
        stage = Stage.of(self.apart.game, committed=False)
        _, chosen = stage.selected(self.selection)
        if isinstance(chosen, Undefined):
            profile = [np.full(size, 1 / size) for size in stage.form.shape]
            caption = f"no intervention: {chosen.message}; uniform play"
        else:
            weights = chosen.weights.astype(np.float64)
            number = np_random.choice(len(weights), p=weights / weights.sum())
            profile = [np.asarray(x, dtype=np.float64) for x in chosen.equilibria[number].profile]
            caption = "no intervention: an equilibrium"
        mixed = {
            player: TablePolicy(chances / chances.sum(), game.memory)
            for player, chances in zip(stage.form.players, profile, strict=True)
        }
        setup = Setup(game, fixed=habits | mixed)
        return FreePlay(setup, caption=caption, act=lambda *_: {})


def _check_several(scheme: CommitmentScheme, rounds: int, game: MatrixGame) -> None:
    """Check that what is known of one committed player is known of several.

    Raises:
        InvalidArgument: it is not.
    """
    if rounds > 1:
        raise InvalidArgument(
            f"{scheme.committed} commit over {rounds} rounds; the answers to several commitments "
            "are known for one round only."
        )
    for one in scheme.commitments:
        one.check_otherwise("free" if one.agent in game.habits else "uniform")
        if not one.certain:
            raise InvalidArgument(
                f"{one.agent}'s commitment has credibility {one.credibility:g} and observability "
                f"{one.observability:g} beside others'; the answers to several commitments are "
                "known where all bind and are seen."
            )


def _stakes(form: NormalForm, players: Sequence[int]) -> float:
    """The least range of payoffs of a player that is not indifferent; 1 if all are."""
    ranges = [float(np.ptp(form.payoffs[player])) for player in players]
    return min((range_ for range_ in ranges if range_ > 0), default=1.0)


def _scaled(form: NormalForm, player: int) -> NormalForm:
    """The form with a player's payoffs divided by their range: learning rates fit that scale."""
    payoffs = form.payoffs.copy()
    payoffs[player] /= max(float(np.ptp(payoffs[player])), 1e-12)
    return NormalForm(payoffs, form.players, form.actions, form.title)
