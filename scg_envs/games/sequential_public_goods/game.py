"""The game and one contributor's views of it; its page is `scg_envs.sequential_public_goods_v0`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ...core.commitment.chances import Chances
from ...core.errors import UnknownName
from ...core.pre_policy import Policy
from ..dialogue.game import WAIT, TurnGame
from ..dialogue.ruled import RuledGame, entry_points
from ..dialogue.tags import write_tags
from ..dialogue.view import TurnView
from .induction import Answers, Induction
from .rules import EPSILON, OUTCOMES, GoodsRules, check_start

NOT_YET = 0  # in what is seen; else the level plus 1, which is the action as well


class GoodsGame(RuledGame):
    """Contributors give in turn; at the end all are paid by the designer's mechanism."""

    metadata: ClassVar[dict[str, Any]] = TurnGame.metadata | {"name": "sequential_public_goods_v0"}
    reset_options = ("mechanism",)
    make_rules = GoodsRules
    rules: GoodsRules

    def action(self, give: float) -> int:
        """The action that contributes the level nearest to a number from 0 to 1."""
        return 1 + int(give * self.rules.levels + 0.5)

    def text(self, agent: str) -> str:
        """Who moves, and what has been given so far."""
        rules, so_far = self.rules, len(self._given)
        given = [
            f"{one} {level / rules.levels:g}"
            for one, level in zip(rules.contributors, self._given, strict=False)
        ]
        return write_tags(
            {
                "you are": agent,
                "given so far": ", ".join(given) or "nothing yet",
                "still to come": ", ".join(rules.contributors[so_far:]) or "nobody",
            }
        )

    def _open(self, options: dict[str, Any]) -> None:
        self._mechanism = np.array(check_start(self.rules, options.get("mechanism")))
        self._given: list[int] = []
        self.mover = self.rules.contributors[0]

    def _move(self, action: int) -> None:
        rules = self.rules
        self._given.append(action - 1)
        self._say(self.mover, f"I give {rules.labels[self.mover][action]}.")
        if len(self._given) < rules.players:
            self.mover = rules.contributors[len(self._given)]
            return
        given = np.array(self._given) / rules.levels
        rewards = {
            agent: float(rules.reward(place, given, self._mechanism))
            for place, agent in enumerate(rules.contributors)
        }
        rewards[rules.committed] = float(rules.quality(given, self._mechanism))
        outcome = OUTCOMES[int(rules.reached(given.sum()))]
        missed = bool(given.sum() < self._mechanism[2] - EPSILON)
        self._end(outcome, rewards, total=float(given.sum()), penalised=missed)

    def _seen(self, agent: str) -> NDArray[np.uint8]:
        seen = np.full(self.rules.players, NOT_YET, dtype=np.uint8)
        seen[: len(self._given)] = np.array(self._given, dtype=np.uint8) + 1
        return seen


parallel_env, _ = entry_points(GoodsGame)


def learner_view(
    *,
    committed: str = GoodsRules.committed,
    learner: str | None = None,
    policies: Mapping[str, Policy] | None = None,
    words: bool = False,
    **settings: Any,
) -> TurnView:
    """A contributor's view, registered with Gymnasium; an episode is its one contribution.

    Args:
        committed: the agent whose pre-policy the learner is shown, `designer`.
        learner: whose view; the first contributor's if None.
        policies: who plays for other contributors; those not named answer exactly, eager for the
            outcome that is wanted.
        words: whether infos hold strings: outcomes by name, and `text`.
        **settings: further arguments of `parallel_env`.

    Raises:
        UnknownName: no such learner, or a policy for nobody else.
    """
    env: Any = parallel_env(committed=committed, words=words, **settings)
    rules = env.unwrapped.rules
    me = check_learner(rules, learner)
    others = [agent for agent in rules.contributors if agent != me]
    for agent in policies or {}:
        if agent not in others:
            raise UnknownName("other contributor", agent, others)
    chances = Chances(settings.get("credibility", 1.0), settings.get("observability", 1.0))
    exact = Induction(rules, env.pre_policies.table, chances)
    answers = exact.answers(env.unwrapped.desirable, eager=True)
    players = {agent: Contributor(rules, agent, answers) for agent in others}
    return TurnView(env, me, players | dict(policies or {}), words=words)


def check_learner(rules: GoodsRules, learner: str | None) -> str:
    """The contributor whose view it is; the first if None.

    Raises:
        UnknownName: it does not contribute.
    """
    if learner is not None and learner not in rules.contributors:
        raise UnknownName("learner", learner, rules.contributors)
    return rules.learner if learner is None else learner


class Contributor:
    """Answers from a table, at its own turn."""

    def __init__(self, rules: GoodsRules, agent: str, answers: Answers) -> None:
        """Play for an agent."""
        self._place = rules.contributors.index(agent)
        self._answers = answers[self._place]
        self._digits = (rules.levels + 1) ** np.arange(self._place)

    def reset(self, np_random: np.random.Generator) -> None:
        """Nothing is drawn."""

    def act(self, observation: Any) -> int:
        """Contribute once all before have, and wait else."""
        seen = observation["observation"].astype(np.int64)
        if np.count_nonzero(seen) != self._place or not observation["action_mask"][1:].any():
            return WAIT
        history = int(((seen[: self._place] - 1) * self._digits).sum())
        return 1 + int(self._answers[int(observation["commitment"]), history])
