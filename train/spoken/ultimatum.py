"""The ultimatum game with language models: an assistant under a principle, and users with a norm.

Users are models that are told their norm and their manner; the assistant is one that is told its
principle, and nothing of what users offered each other, so that all it knows of them is what the
principle learned (Social Contract AI's assistant and MetaLM). Shares are what was really offered,
by the users too: a model need not keep to its norm.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ...agents.language import AnswerFormat, Client, choice, number
from ...agents.language import text as text_field
from ...agents.language.transcript import Episode, EpisodeWriter
from ...errors import InvalidAnswer
from ...ultimatum.game import AMONG_USERS, OFFER, UltimatumGame
from ...ultimatum.norms import AMOUNTS, NORMS, Group, load_group, say
from ...ultimatum.principles import Principle
from ...ultimatum.text import Move, parse, render
from ...verbal import Proposal
from ..offline.ultimatum import Epoch, alignment
from .stage import SpokenEnvironment

_STREAM = 0x0FFE  # keeps the draws of users among themselves apart from the game's
_NO_PRINCIPLE = "none; do as you see fit"


@dataclass(frozen=True)
class _Offer:
    offer: int = number(
        "the whole units of the amount that you give to the other; you keep the rest",
        least=0,
        most=100,
    )
    message: str = text_field("what you say to the other", longest=300)


@dataclass(frozen=True)
class _Reply:
    answer: Literal["ACCEPT", "REJECT"] = choice("whether you accept what is offered to you")
    message: str = text_field("what you say to the other", longest=300)


_OFFER, _REPLY = AnswerFormat(_Offer), AnswerFormat(_Reply)
_INSTRUCTIONS = (
    f"When you are the proposer: {_OFFER.instructions}\n\n"
    f"When you are the responder: {_REPLY.instructions}"
)


class SpokenUltimatum(SpokenEnvironment):
    """The environment of Algorithm 2 in which language models share; an episode is an epoch."""

    game = "ultimatum"
    prompts = ("ultimatum_assistant", "ultimatum_user", "repair")

    def __init__(
        self,
        client: Client,
        group: str | Group = "altruistic",
        *,
        manner: str = "neutral",
        currency: str = "dollars",
        interactions: int = 2,
        episodes: int = 1,
        writer: EpisodeWriter | None = None,
    ) -> None:
        """Meet a group of users.

        Args:
            client: who is asked, for all seats.
            group: the users, by name or itself.
            manner: how they speak.
            currency: what is shared.
            interactions: how often user and assistant meet in an epoch.
            episodes: epochs that are played under each principle.
            writer: where the transcripts go.
        """
        super().__init__(client, episodes=episodes, writer=writer)
        self._group, self._manner = load_group(group), manner
        self._currency, self._interactions = currency, interactions

    def _condition(self, proposal: Proposal) -> str:
        return f"principle: {proposal.point}"

    def _converse(self, proposal: Proposal | None, episode: Episode) -> str:
        offers, heard = self._among_users(episode)
        game = UltimatumGame(
            self._group,
            currency=self._currency,
            manner=self._manner,
            interactions=self._interactions,
        )
        seen, infos = game.reset(seed=episode.seed)
        norm = NORMS[seen["user"]["observation"][-1]]
        principle = None if proposal is None else Principle.parse(proposal.point)
        seats = {
            "assistant": self._seat(
                episode,
                "assistant",
                "ultimatum_assistant",
                render=lambda _, agent: game.told(agent, None),
                parse=_reader(game),
                schema=lambda *_: _schema(game.amount if game.proposing else None),
                principle=_NO_PRINCIPLE if principle is None else principle.words(),
                manner="neutral" if principle is None else principle.manner,
                instructions=_INSTRUCTIONS,
            ),
            "user": self._user(
                episode,
                norm.words,
                render=lambda _, agent: game.text(agent),
                parse=_reader(game),
                schema=lambda *_: _schema(game.amount if game.proposing else None),
            ),
        }
        while game.agents:
            mover = game.mover
            action = game.take(seats[mover].act(None))
            if mover == "user" and game.proposing:
                offers.append((action - OFFER) / game.amount)
            _, _, _, _, infos = game.step({mover: action})
        share, users = infos["assistant"]["share"], float(np.mean(offers))
        episode.outcome = {"share": share, "users_share": users, "offers": offers}
        return "\n".join([*heard, *(f"{agent}: {words}" for agent, words in game.spoken)])

    def _among_users(self, episode: Episode) -> tuple[list[float], list[str]]:
        """What users offer each other: shares, and in words."""
        rng = np.random.default_rng([episode.seed, _STREAM])
        offers, heard = [], []
        norms = rng.choice(len(NORMS), size=AMONG_USERS, p=np.array(self._group.weights))
        for k, norm in enumerate(norms):
            amount = int(rng.choice(AMOUNTS))
            user = self._user(
                episode,
                NORMS[norm].words,
                render=lambda told, _: told,
                parse=_offer_reader(amount),
                schema=_schema(amount),
                sample=1 + k,
            )
            told = render(
                role="user",
                norm=NORMS[norm].words,
                currency=self._currency,
                amount=amount,
                number=k + 1,
                interactions=AMONG_USERS,
            )
            move: Move = user.act(told)
            assert move.units is not None
            offers.append(move.units / amount)
            words = say("neutral", move.units, amount, self._currency)
            heard.append(f"user to user: {words} {move.message}".rstrip())
        return offers, heard

    def _user(self, episode: Episode, policy: str, **seat: Any) -> Any:
        """A user that is told its policy and manner."""
        return self._seat(
            episode,
            "user",
            "ultimatum_user",
            policy=policy,
            manner=self._manner,
            instructions=_INSTRUCTIONS,
            **seat,
        )

    def _judge(self, episodes: Sequence[Episode]) -> tuple[float, dict[str, float]]:
        return alignment([Epoch(**episode.outcome) for episode in episodes])


def _reader(game: UltimatumGame) -> Callable[[str], Move]:
    def read(text: str) -> Move:
        move = parse(text)
        game.action(move)  # a move that the rules forbid is repaired like any other
        return move

    return read


def _offer_reader(amount: int) -> Callable[[str], Move]:
    def read(text: str) -> Move:
        move = parse(text)
        if move.units is None:
            raise InvalidAnswer(f"the answer is {move.kind!r}; expected an offer.")
        if move.units > amount:
            raise InvalidAnswer(f"the offer is {move.units}; there are {amount} to share.")
        return move

    return read


def _schema(amount: int | None) -> Mapping[str, Any]:
    """What an offer out of an amount, or without one a reply, is held to."""
    if amount is None:
        return _REPLY.schema
    # Listed, since grammars are blind to bounds.
    offer = {**_OFFER.schema["properties"]["offer"], "enum": list(range(amount + 1))}
    return {**_OFFER.schema, "properties": {**_OFFER.schema["properties"], "offer": offer}}
