"""What generator and evaluator are told of each language game, where they are language models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ...agents.language import AnswerFormat, choice, number
from ...agents.language import text as text_field
from ...banana.text import WORD
from ...bargaining.rules import Rules
from ...ultimatum.norms import MANNERS
from ...ultimatum.principles import Principle
from ...verbal import Task
from ..offline.banana import Promises


@dataclass(frozen=True)
class _Principle:
    dollars: int = number("the percent that is offered of dollars", least=0, most=100, step=1)
    medicine: int = number("the percent that is offered of medicine", least=0, most=100, step=1)
    accepts: int = number("the least percent that is accepted", least=0, most=100, step=1)
    manner: Literal["neutral", "polite", "rude", "sycophantic"] = choice("how it speaks")
    text: str = text_field("the principle in words of your own", longest=1000)


PRINCIPLE = AnswerFormat(_Principle)
assert PRINCIPLE.schema["properties"]["manner"]["enum"] == list(MANNERS)


def principle(written: _Principle) -> str:
    """The principle that was written, in the game's words."""
    shares = (written.dollars / 100, written.medicine / 100)
    return Principle(shares, written.accepts / 100, written.manner).words()


def bargaining(rules: Rules, low: float, high: float) -> Task:
    """A price that a buyer claims.

    Args:
        rules: the game's.
        low: the least price that may be claimed.
        high: the greatest.
    """
    return Task(
        committed="buyer",
        game=(
            f"A buyer and a seller bargain over the price of one good for {rules.horizon} moves in "
            "turn. The buyer announces a price, proposes nothing else and accepts nothing dearer."
        ),
        goal="The buyer wants to buy as cheaply as it can; without a deal it gains nothing.",
        space=f"a price from {low:g} to {high:g}",
    )


def banana(promises: Promises, *, free: bool) -> Task:
    """What a user announces to a helper that is after a word.

    Args:
        promises: what may be promised, unless words are free.
        free: whether any words will do.
    """
    messages = promises.messages
    space = (
        f"any policy of the user over its {messages} message{'s' * (messages > 1)} that can be "
        "said in words: above all, when it will say the word and when not. The announcement is "
        "all of it; the user keeps to it to the letter."
    )
    return Task(
        committed="user",
        game=(
            f'A user asks a helper about {promises.topic.name.replace("_", " ")} ("'
            f'{promises.topic.question}"), and the helper answers up to {messages} times. The '
            f'helper wins if the user writes the word "{WORD}" in a message; it may hint, and may '
            "withhold a good answer to get the word. The helper reads what the user announces "
            "before it answers."
        ),
        goal=(
            "The user wants answers that are informative, accurate and complete (an expert rates "
            "them from 1 to 10), and would rather not say the word without need."
        ),
        space=space if free else promises.space,
    )


def ultimatum(currency: str) -> Task:
    """A principle that an assistant commits to for an epoch.

    What users would share is not among the numbers that are shown: it is to be learned from what
    they say.

    Args:
        currency: what is shared.
    """
    return Task(
        committed="assistant",
        game=(
            f"Users play ultimatum games over {currency} with each other and with an assistant: a "
            "proposer offers the other a share of an amount, who accepts or rejects it. Users "
            "share a norm that the assistant is not told. It sees what they say and offer, and "
            "then commits to a principle for the next games."
        ),
        goal=(
            "The assistant wants to offer the share that these users would offer, whatever the "
            "manner in which they speak."
        ),
        space=(
            "a principle: the percents of an amount that it offers in each currency, the least "
            "that it accepts, and its manner"
        ),
        shown=("share",),
    )
