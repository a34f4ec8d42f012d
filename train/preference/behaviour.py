"""What a follower wants, and how rational it is, from what it answers to commitments.

A log has, for each time, the action that the committed agent had announced, and the follower's
answer. A hypothesis says what the follower wants, one outcome or its own payoffs, and how it
answers for the sake of it:

    best       uniform over the best replies to what was announced, by how surely it binds
    logit:L    in proportion to exp(L * utility), L being the rate (McKelvey and Palfrey 1995)
    level-0    uniform, whatever it wants
    level-1    best to a committed agent of level 0, whatever was announced
    level-2    best to one of level 1, which is best to a follower of level 0, by its own payoffs

With a uniform prior the posterior is a sum over all hypotheses, exactly. What no log of the
announcements that were made can tell apart is said, and which announcement would.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.desirable import Desirable
from ...core.errors import InvalidArgument, UnknownName
from ...core.files import cause, read_json
from ...core.problem import CommitmentProblem
from ...games.matrix.problem import MatrixProblem

PAYOFFS = "its own payoffs"
"""What a follower wants that plays the game as it is."""

ANSWERS = ("best", "logit:1", "logit:3", "logit:10", "level-0", "level-1", "level-2")
_SAME = 1e-12


@dataclass(frozen=True)
class Posterior:
    """What a log says of H hypotheses.

    Attributes:
        hypotheses: H pairs of what is wanted and how it is answered for.
        chances: (H,) their posterior.
        together: hypotheses that no such log tells apart, as numbers, in groups of two or more.
        would_tell: for each group, an announcement that would split it; None where none can.
    """

    hypotheses: tuple[tuple[str, str], ...]
    chances: NDArray[np.float64]
    together: tuple[tuple[int, ...], ...]
    would_tell: tuple[str | None, ...]

    def wants(self) -> dict[str, float]:
        """How likely each thing is wanted."""
        return self._marginal(0)

    def answers(self) -> dict[str, float]:
        """How likely it is answered in each way."""
        return self._marginal(1)

    def _marginal(self, part: int) -> dict[str, float]:
        total: dict[str, float] = {}
        for hypothesis, chance in zip(self.hypotheses, self.chances.tolist(), strict=True):
            total[hypothesis[part]] = total.get(hypothesis[part], 0.0) + chance
        return total

    def desirable(self) -> Desirable:
        """How likely each outcome is wanted, given that one is: what a search can make large.

        Raises:
            InvalidArgument: the follower plays for its own payoffs, surely.
        """
        found = self.wants()
        total = sum(chance for one, chance in found.items() if one != PAYOFFS)
        if total <= 0:
            raise InvalidArgument("the log says that no outcome is wanted, but payoffs alone.")
        return Desirable({one: p / total for one, p in found.items() if one != PAYOFFS})


def read_log(path: Path) -> list[tuple[str, str]]:
    """A log of lines such as {"announced": "Help", "answer": "Self"}.

    Raises:
        InvalidArgument: it cannot be read, or a line is none such; the message says which.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidArgument(f"{path} cannot be read ({cause(error)}); check `log`.") from error
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            kept = read_json(line)
            pair = kept["announced"], kept["answer"]
        except (IndexError, KeyError, TypeError, ValueError):
            pair = None, None
        if not all(isinstance(one, str) for one in pair):
            raise InvalidArgument(
                f"{path}: line {number} is no answer: {line[:80]!r}; expected "
                '{"announced": ACTION, "answer": ACTION}.'
            )
        found.append(pair)
    return found


def infer(
    problem: CommitmentProblem,
    log: Sequence[tuple[str, str]],
    answers: Sequence[str] = ANSWERS,
) -> Posterior:
    """The posterior over what the follower wants and how it answers.

    Args:
        problem: a matrix game of two agents that is played once; the follower sees what is
            announced, and knows with what chance it binds.
        log: pairs of an announced action and the answer.
        answers: the ways of answering, among `best`, `logit:RATE` and `level-0` to `level-2`.

    Raises:
        InvalidArgument: another game, a commitment that may not be seen, an empty log, or one that
            nobody of these can have played.
        UnknownName: no such action or way of answering.
    """
    if (
        not isinstance(problem, MatrixProblem)
        or len(problem.agents) != 2
        or problem.env.repetition.rounds > 1
    ):
        raise InvalidArgument(
            f"{problem.game} is no matrix game of two agents that is played once, of which alone "
            "behaviour is read; take one such as household."
        )
    if (sees := problem.solver.uncertain.observability) < 1:
        raise InvalidArgument(
            f"observability is {sees:g}, and a log does not say who saw what was announced; "
            "expected 1."
        )
    if not log:
        raise InvalidArgument("the log is empty; expected an announcement and an answer at least.")
    table = _Table.of(problem)
    numbers = []
    for announced, answer in log:
        for action, known in ((announced, table.announced), (answer, table.answers)):
            if action not in known:
                raise UnknownName("action", action, known)
        numbers.append((table.announced.index(announced), table.answers.index(answer)))
    hypotheses = tuple((want, way) for want in (*problem.outcomes, PAYOFFS) for way in answers)
    predicted = np.stack([table.predicted(want, way) for want, way in hypotheses])
    announced_at, answered = np.array(numbers).T
    with np.errstate(divide="ignore"):
        seen = np.log(predicted[:, announced_at, answered]).sum(axis=1)
    if not np.isfinite(seen.max()):
        raise InvalidArgument(
            "nobody who answers in one of these ways can have played this log; add a logit rate."
        )
    weights = np.exp(seen - seen.max())
    groups = _same(predicted[:, np.unique(announced_at)])
    return Posterior(
        hypotheses,
        weights / weights.sum(),
        groups,
        tuple(table.telling(predicted[list(group)]) for group in groups),
    )


@dataclass(frozen=True)
class _Table:
    """A game as the committed agent announces (rows) and the follower answers (columns)."""

    announced: tuple[str, ...]
    answers: tuple[str, ...]
    outcomes: tuple[str, ...]
    expected: NDArray[np.float64]  # (A, A) what is then played, as the follower expects
    ends: NDArray[np.int64]  # (A, B) the outcome's number
    own: NDArray[np.float64]  # (A, B) the follower's payoffs
    others: NDArray[np.float64]  # (A, B) the committed agent's

    @classmethod
    def of(cls, problem: MatrixProblem) -> _Table:
        game = problem.env.game
        leader, follower = game.agent(problem.committed), game.agent(problem.followers[0])

        def turned(table: Any) -> NDArray[Any]:
            return np.asarray(table if leader == 0 else np.asarray(table).T)

        form = game.form
        payoffs = np.asarray(form.payoffs, dtype=np.float64)
        return cls(
            tuple(form.actions[leader]),
            tuple(form.actions[follower]),
            tuple(problem.outcomes),
            problem.solver.uncertain.expected(np.eye(form.shape[leader])),
            turned(np.asarray(game.outcome_of).reshape(form.shape)),
            turned(payoffs[follower]),
            turned(payoffs[leader]),
        )

    def predicted(self, want: str, way: str) -> NDArray[np.float64]:
        """(A, B) P(answer | announced)."""
        utility = self.own if want == PAYOFFS else (self.ends == self.outcomes.index(want)) * 1.0
        worth = self.expected @ utility
        if way == "best":
            return _best(worth)
        if way.startswith("logit:"):
            rate = _rate(way)
            score = rate * (worth - worth.max(axis=1, keepdims=True))
            return np.asarray(np.exp(score) / np.exp(score).sum(axis=1, keepdims=True))
        uniform = np.full(len(self.announced), 1 / len(self.announced))
        if way == "level-0":
            return np.full(utility.shape, 1 / utility.shape[1])
        if way == "level-1":
            return np.repeat(_best((uniform @ utility)[None]), len(uniform), axis=0)
        if way == "level-2":
            (leader,) = _best(self.others.mean(axis=1)[None])
            return np.repeat(_best((leader @ utility)[None]), len(uniform), axis=0)
        raise UnknownName("way of answering", way, ANSWERS)

    def telling(self, predicted: NDArray[np.float64]) -> str | None:
        """The announcement at which these differ most; None where they differ nowhere."""
        apart = np.abs(predicted - predicted[:1]).max(axis=(0, 2))
        return self.announced[int(apart.argmax())] if apart.max() > _SAME else None


def _best(utility: NDArray[np.float64]) -> NDArray[np.float64]:
    """(A, B) uniform over the best answers in each row."""
    slack = _SAME * max(1.0, float(np.abs(utility).max()))
    best = utility >= utility.max(axis=1, keepdims=True) - slack
    return np.asarray(best / best.sum(axis=1, keepdims=True))


def _rate(way: str) -> float:
    try:
        rate = float(way.removeprefix("logit:"))
    except ValueError:
        rate = -1.0
    if not 0 <= rate < np.inf:
        raise InvalidArgument(f"the way of answering is {way!r}; expected a rate from 0 on.")
    return rate


def _same(predicted: NDArray[np.float64]) -> tuple[tuple[int, ...], ...]:
    """Groups of two or more that predict the same."""
    groups: list[list[int]] = []
    for number, one in enumerate(predicted):
        for group in groups:
            if np.abs(predicted[group[0]] - one).max() <= _SAME:
                group.append(number)
                break
        else:
            groups.append([number])
    return tuple(tuple(group) for group in groups if len(group) > 1)
