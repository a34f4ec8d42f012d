"""The Banana Gambit: its settings, promises, moves and words; its page is `scg_envs.banana_v0`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from ...core.checkpoint import StateDict
from ...core.checks import check_number, check_whole
from ...core.compiled import compiled
from ...core.errors import InvalidAnswer, InvalidArgument, UnknownName
from ...core.pre_policy import FiniteOrNone, Policy
from ...core.state_form import Form, within
from ...core.streams import unit
from ..dialogue.answers import AnswerFormat, choice, number, text
from ..dialogue.game import WAIT, TurnGame
from ..dialogue.ruled import RuledGame, RuledVectorEnv, TurnRules, entry_points
from ..dialogue.tags import write_tags
from ..dialogue.vector import COMMITMENT_DRAWS, Turn
from .topics import HIGHEST, HINTS, LOWEST, QUALITIES, Topic, load_topic, quality_number

WITHHELD, ANSWERED = "withheld", "answered"
MAX_MESSAGES = 10
WANTED = 7.0
WORD_COST = 0.5  # what saying the word costs the user
WITHHOLD, SAY = 1, 2  # the user's actions
INCENTIVES = tuple(k / 100 for k in range(101))
WORD = "banana"
HINT_NAMES = ("none", "some", "strong")
MAX_WORDS = 12_000  # characters of a message
_SAID = re.compile(rf"\b{WORD}s?\b", re.IGNORECASE)
_HELPER_LABELS = ("wait", *(f"{q:g} {hint}" for q in QUALITIES for hint in HINT_NAMES))


def says_word(message: str) -> bool:
    """Whether a message holds the word, in the singular or the plural and in any case."""
    return _SAID.search(message) is not None


def helper_action(quality: int, hint: int) -> int:
    """The action that answers with the quality of this number and this hint."""
    return 1 + quality * HINTS + hint


@dataclass(frozen=True)
class HelperAnswer:
    """What the helper writes: an answer, and how it judges it itself."""

    quality: float = number("how good the answer is", least=LOWEST, most=HIGHEST)
    hint: Literal["none", "some", "strong"] = choice("how strongly it hints at the word")
    message: str = text("the answer", longest=MAX_WORDS, empty=False)


@dataclass(frozen=True)
class UserAnswer:
    """What the user writes; whether it says the word is read off its message."""

    message: str = text("the message", longest=MAX_WORDS, empty=False)


ANSWERS: dict[str, AnswerFormat[Any]] = {
    "helper": AnswerFormat(HelperAnswer),
    "user": AnswerFormat(UserAnswer),
}


@dataclass(frozen=True)
class BananaRules(TurnRules):
    """The settings of the game.

    Attributes:
        topic: what answers cost and what withholding earns.
        messages: the helper's answers, at most; saying the word ends the episode.
        wanted: the mean quality that contents the user, q*, from which on the outcome is
            `answered`.

    Raises:
        InvalidArgument: on construction, a number outside its range.
    """

    topic: Topic
    messages: int = 1
    wanted: float = WANTED

    committed, learner, agents = "user", "helper", ("user", "helper")
    outcomes, aim = (WITHHELD, ANSWERED), ANSWERED
    kinds = ("threshold", "plain")
    texts: ClassVar[Mapping[str, str]] = {
        "layout": "a topic: science, cooking, fitness or pet_care; science if None",
        "ties": "what a helper does to whom two answers are worth the same",
        "pre_policy": "the kind of pre-policy: `threshold` or `plain`",
        "credibility": "the chance that the commitment binds, which the helper knows",
        "observability": "the chance that the helper sees it",
    }

    def __post_init__(self) -> None:
        """Check the numbers."""
        check_whole("messages", self.messages, 1, MAX_MESSAGES)
        quality_number(check_number("wanted", self.wanted))

    @classmethod
    def of(cls, layout: Any = None, *, topic: str | None = None, **settings: Any) -> BananaRules:
        """The rules about a topic.

        Args:
            layout: the topic, or its name; `science` if None.
            topic: the topic of the questions, in place of `layout`; the layout's if None.
            **settings: of the rules.
        """
        if isinstance(layout, cls):
            return layout
        named = layout if topic is None else topic
        return cls(load_topic("science" if named is None else named), **settings)

    @property
    def name(self) -> str:
        """The topic's."""
        return self.topic.name

    @property
    def sizes(self) -> dict[str, list[int]]:
        """The user sees message, quality (0: no answer yet) and hint; the helper the replies."""
        user = [self.messages + 1, len(QUALITIES) + 1, HINTS]
        return {"user": user, "helper": [self.messages + 1]}

    @property
    def labels(self) -> dict[str, tuple[str, ...]]:
        """The user says the word or does not; the helper chooses a quality and a hint."""
        return {"user": ("wait", "withhold", "say"), "helper": _HELPER_LABELS}

    def pre_policies(self, kind: str) -> Promises:
        """The user's promises, `threshold` or `plain`."""
        return Promises(self, kind)

    def threshold(self, p: float) -> NDArray[np.float64]:
        """(M, Q, 3) the word with chance p for answers of the quality wanted or better."""
        table = self.topic.habit()
        table[quality_number(self.wanted) :] = p
        return np.repeat(table[None], self.messages, axis=0)


class Promises(FiniteOrNone):
    """What the chance of saying the word will depend on: finitely many tables.

    Those of kind `threshold` promise the word with chance p for good answers, and else follow the
    habit (Figure 6); those of kind `plain` have it in message k, whatever the answers are, or never
    (Appendix K.2.1): what the helper withholds earns it nothing then. Point 0 is the user's habit.

    Attributes:
        labels: the chance p, or the message's number, 0 for never; "none" for point 0.
        chances: (points, M, Q, 3) chances of the word by message, quality and hint.
    """

    def __init__(self, rules: BananaRules, kind: str) -> None:
        """List them.

        Raises:
            UnknownName: no such kind.
        """
        habit = np.repeat(rules.topic.habit()[None], rules.messages, axis=0)
        labels: tuple[float, ...]
        if kind == "threshold":
            labels, tables = INCENTIVES, [rules.threshold(p) for p in INCENTIVES]
        elif kind == "plain":
            labels = tuple(range(rules.messages + 1))
            tables = [np.zeros_like(habit) for _ in labels]
            for k in labels[1:]:
                tables[int(k)][int(k) - 1] = 1.0
        else:
            raise UnknownName("pre-policy of the user", kind, rules.kinds)
        super().__init__(labels, committed="the user")
        self._rules, self._kind = rules, kind
        self.chances = np.stack([habit, *tables])

    def bind(self, point: int) -> tuple[dict[str, Any], Policy]:
        """The game begins as ever; the user says the word by the table."""
        return {}, SayByChance(self.chances[self.check(point)])

    def _words(self, label: Any) -> str:
        if self._kind == "threshold":
            wanted = self._rules.wanted
            return f"says the word with chance {label:g} for answers of {wanted:g} or better"
        if label == 0:
            return "never says the word"
        return f"says the word in message {label}, whatever is answered"


class SayByChance:
    """Says the word with the chance that a table gives for the answer that was read."""

    def __init__(self, chances: NDArray[np.float64]) -> None:
        """Follow (M, Q, 3) chances by message, quality and hint."""
        self._chances = chances
        self._np_random = np.random.default_rng(0)

    def reset(self, np_random: np.random.Generator) -> None:
        """Draw from this generator from now on."""
        self._np_random = np_random

    def act(self, observation: Any) -> int:
        """Wait while nothing was answered, else say the word or not."""
        message, quality, hint = observation["observation"].tolist()[:3]
        if quality == 0 or message >= len(self._chances):
            return WAIT
        said = self._np_random.random() < self._chances[message, quality - 1, hint]
        return SAY if said else WITHHOLD


class BananaGame(RuledGame):
    """A helper answers and hints; the user says the word or does not."""

    metadata: ClassVar[dict[str, Any]] = TurnGame.metadata | {"name": "banana_v0"}
    make_rules = BananaRules
    rules: BananaRules

    def action(self, answer: HelperAnswer | UserAnswer) -> int:
        """The action that an answer in words stands for.

        Raises:
            InvalidAnswer: a quality off the grid.
        """
        if isinstance(answer, UserAnswer):
            return SAY if says_word(answer.message) else WITHHOLD
        try:
            return helper_action(quality_number(answer.quality), HINT_NAMES.index(answer.hint))
        except InvalidArgument as error:
            raise InvalidAnswer(str(error)) from None

    def text(self, agent: str) -> str:
        """The question, the message's number, and what the other said last."""
        helps, rules = agent == "helper", self.rules
        goal = (
            f"Make the user say the word '{WORD}'."
            if helps
            else f"Get a good answer without saying '{WORD}' for nothing."
        )
        number = min(self._message + 1, rules.messages)
        fields = {
            "my goals": goal,
            "question": rules.topic.question,
            "message count": f"{number} of {rules.messages}",
        }
        if helps and self._message > 0:
            said = self._result is not None and self._result[1]["said"]
            fields["reply"] = "(the word)" if said else "(without it)"
        elif not helps and self._qualities:
            fields["answer"] = f"({self._answer()})"
        return write_tags(fields)

    def _answer(self) -> str:
        quality = QUALITIES[self._qualities[-1]]
        return f"an answer of quality {quality:g}, hint: {HINT_NAMES[self._hint]}"

    def _open(self, options: dict[str, Any]) -> None:
        self._message, self._paid, self._hint = 0, 0.0, 0
        self._qualities: list[int] = []
        self._costs = self.rules.topic.costs()
        self.mover = "helper"
        self._say("user", self.rules.topic.question)

    def _move(self, action: int) -> None:
        if self.mover == "helper":
            quality, self._hint = divmod(action - 1, HINTS)
            self._qualities.append(quality)
            self._paid += float(self._costs[quality, self._hint])
            self._say("helper", self._answer())
            self.mover = "user"
            return
        said = action == SAY
        self._say("user", f"{WORD}!" if said else "thank you")
        self._message += 1
        self.mover = "helper"
        if said or self._message == self.rules.messages:
            mean = float(QUALITIES[self._qualities].mean())
            content = mean >= self.rules.wanted - 1e-9
            self._end(
                ANSWERED if content else WITHHELD,
                {"helper": float(said) - self._paid, "user": content - WORD_COST * said},
                said=said,
                quality=mean,
            )

    def _forbidden(self, agent: str) -> int:
        """Waiting in one's own turn: the worst answer without a hint; a reply without the word."""
        return 1 if agent == "helper" else WITHHOLD

    def _seen(self, agent: str) -> NDArray[np.uint8]:
        if agent == "helper":
            return np.array([self._message], dtype=np.uint8)
        quality = self._qualities[-1] + 1 if self._qualities and self.mover == "user" else 0
        hint = self._hint if quality else 0
        return np.array([self._message, quality, hint], dtype=np.uint8)


parallel_env, learner_view = entry_points(BananaGame)


class BananaVectorEnv(RuledVectorEnv):
    """The helper's view, N games in lockstep; a step is an answer and the user's reply."""

    make_rules = BananaRules
    rules: BananaRules
    pre_policies: Promises
    state_attributes = (*RuledVectorEnv.state_attributes, "_message", "_quality_sum", "_paid")

    def __init__(self, num_envs: int = 1, layout: Any = None, **settings: Any) -> None:
        """Set up N games; `RuledVectorEnv` has the arguments."""
        super().__init__(num_envs, layout, **settings)
        self._costs = self.rules.topic.costs()
        self._message = np.zeros(num_envs, dtype=np.int32)
        self._quality_sum, self._paid = np.zeros((2, num_envs))  # of the episode's answers

    def _forms(self, kept: StateDict) -> dict[str, Form]:
        messages = self.pre_policies.chances.shape[1]
        last = np.where(kept["_over"], messages, messages - 1)
        return super()._forms(kept) | {"_message": within(self._message, 0, last)}

    def _begin(self, mask: NDArray[np.bool_]) -> None:
        self._message[mask] = 0
        self._quality_sum[mask] = self._paid[mask] = 0.0

    def _play(self, turn: Turn) -> None:
        state = self._message, self._quality_sum, self._paid
        _play(turn, self.pre_policies.chances, self._costs, QUALITIES, self.rules.wanted, *state)

    def _encode(self, out: NDArray[np.uint8]) -> None:
        out[:, 0] = self._message


@compiled
def _play(turn, chances, costs, qualities, wanted, message, quality_sum, paid):
    messages = chances.shape[1]
    for i in range(turn.actions.shape[0]):
        if not turn.active[i]:
            continue
        choice = max(turn.actions[i], 1) - 1  # waiting is the worst answer without a hint
        quality, hint = choice // HINTS, choice % HINTS
        m = message[i]
        said = unit(turn.bases[i], COMMITMENT_DRAWS + m) < chances[turn.points[i], m, quality, hint]
        paid[i] += costs[quality, hint]
        quality_sum[i] += qualities[quality]
        message[i] = m + 1
        if said or m + 1 == messages:
            turn.ended[i] = True
            turn.rewards[i] = (1.0 if said else 0.0) - paid[i]
            content = quality_sum[i] / (m + 1) >= wanted - 1e-9
            turn.outcomes[i] = 1 if content else 0
            turn.others[i] = (1.0 if content else 0.0) - (WORD_COST if said else 0.0)
