"""The settings of a search in words, as they are given, written to the run folder and read back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ...core.checks import check_seed
from ...core.problem import CommitmentProblem
from ...core.scenario import Scenario


@dataclass(frozen=True)
class ModelSettings:
    """Which language model is asked, where, and how.

    Attributes:
        model: the language model, as its server names it; none if None.
        base_url: the server's address, such as http://localhost:11434/v1, whose key is read from
            OPENAI_API_KEY; OPENAI_BASE_URL, or else OpenAI's if None.
        mode: the use of recordings.
        recordings: the file of recorded answers; none if None.
        temperature: the sampling temperature, from 0 on.
        no_seed: requests without a seed, for servers that refuse one without naming it.
        answer_tokens: the most tokens of one answer.
        timeout: the seconds for one try.
        token_cap: the most tokens of the run; no cap if None.
        money_cap: the most money of the run; no cap if None.
        prices: the prices of a million tokens of prompts and of answers, which a cap on money
            needs; none if None.
    """

    model: str | None = None
    base_url: str | None = None
    mode: str = "live"
    recordings: str | None = None
    temperature: float = 0.0
    no_seed: bool = False
    answer_tokens: int = 1024
    timeout: float = 120.0
    token_cap: int | None = None
    money_cap: float | None = None
    prices: tuple[float, float] | None = None


@dataclass(frozen=True)
class TalkConfig(ModelSettings, Scenario):
    """Everything that decides a search in words (Algorithm 2): the scenario, and who does what.

    Attributes:
        seats: the players: `simulated`, which need no model, or `llm`, a language model.
        generator: what proposes pre-policies: `scripted`, a rule or a Bayesian learner; `moves`, a
            model that picks one of four moves on bargaining's claimed price; `words`, a model
            that proposes in words of its own; scripted with simulated seats, else moves in
            bargaining and words elsewhere if None.
        evaluator: what criticizes: `scripted`, rules, or `llm`, a model.
        seed: the seed of everything that is drawn.
        evaluations: the rounds, each of one pre-policy; the game's own number if None.
        episodes: the episodes for each pre-policy, and as many without any. Simulated banana is
            computed and takes none; 1, of simulated bargaining thousands if None.
        announce: a text file with what the user of banana announces, in place of a search; none if
            None.
        question: the user's question in banana; the topic's, of Table 1 if None.
        ratings: the ratings of each answer in banana; 10 if None.
    """

    seats: str = "simulated"
    generator: str | None = None
    evaluator: str = "scripted"
    seed: int = 0
    evaluations: int | None = None
    episodes: int | None = None
    announce: str | None = None
    question: str | None = None
    ratings: int | None = None

    def __post_init__(self) -> None:
        """Check the seed, and what a scenario is made of."""
        super().__post_init__()
        check_seed(self.seed)

    def stated(self, problem: CommitmentProblem) -> TalkConfig:
        """The settings as a run keeps them: it may be gone on with from another folder."""
        return replace(
            self.named_by(problem),
            announce=_whole(self.announce),
            recordings=_whole(self.recordings),
        )


def _whole(path: str | None) -> str | None:
    return None if path is None else str(Path(path).resolve())
