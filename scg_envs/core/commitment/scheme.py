"""Commitment schemes: who commits, to what, how surely it binds and is seen, and in what order.

    CommitmentScheme((Commitment("red", observability=0.5), Commitment("yellow")), order="in turn")
    CommitmentScheme.from_json(json.loads(json.dumps(scheme.to_json()))) == scheme

Every commitment binds with a chance of its own, its credibility, and every other agent is shown it
with a chance of its own, its observability, each apart from all else.

What an unkept commitment means is said by `otherwise`, and is the pre-policy space's to know:

| otherwise | where the commitment does not bind | games |
| --- | --- | --- |
| `uniform` | a uniform pre-policy is played | barrier, ultimatum, external and matrix games |
| `free` | its owner plays as without any commitment | all others; matrix games of a habit |
| `none` | that cannot be: credibility is 1 | every game; barriers that move |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property
from typing import Any, Literal, Self, get_args

from ..checks import check_chance
from ..errors import InvalidArgument, UnknownName

Otherwise = Literal["free", "uniform", "none"]
Order = Literal["together", "in turn"]


@dataclass(frozen=True)
class Commitment:
    """One agent's.

    Attributes:
        agent: who commits; None for the game's own choice, where only one agent commits.
        space: the kind of pre-policy that it is drawn from; the game's first if None.
        credibility: the chance that it binds, in [0, 1].
        observability: the chance that another agent is shown it, in [0, 1].
        otherwise: what happens where it does not bind; None for what it is in the game.

    Raises:
        InvalidArgument: a chance outside [0, 1], one below 1 that has no `otherwise`, or an agent
            or a space that is no name.
        UnknownName: another `otherwise`.
    """

    agent: str | None = None
    space: str | None = None
    credibility: float = 1.0
    observability: float = 1.0
    otherwise: Otherwise | None = None

    def __post_init__(self) -> None:
        """Check every part by itself."""
        for name in ("agent", "space"):
            value = getattr(self, name)
            if value is not None and (not isinstance(value, str) or not value):
                raise InvalidArgument(f"a commitment's {name} is {value!r}; expected a name.")
        check_chance("credibility", self.credibility)
        check_chance("observability", self.observability)
        if self.otherwise not in (None, *get_args(Otherwise)):
            raise UnknownName("otherwise", self.otherwise, get_args(Otherwise))
        if self.otherwise == "none" and self.credibility < 1:
            raise InvalidArgument(
                f"credibility is {self.credibility:g} and otherwise is 'none', so that nothing is "
                "said of a commitment that does not bind; expected credibility 1, or 'uniform' or "
                "'free'."
            )

    @property
    def certain(self) -> bool:
        """Whether it always binds and is always seen."""
        return self.credibility == 1 and self.observability == 1

    def check_otherwise(self, known: Otherwise) -> None:
        """Check that a commitment that does not bind means here what it means in the game.

        Raises:
            InvalidArgument: it means something else, or nothing and the commitment may not bind.
        """
        if known == "none" and self.credibility < 1:
            raise InvalidArgument(
                f"credibility is {self.credibility:g}, and followers could not tell what is played "
                "in place of such a pre-policy that does not bind; expected credibility 1."
            )
        if self.otherwise not in (None, "none", known):
            raise InvalidArgument(
                f"otherwise is {self.otherwise!r} for {self.agent}'s commitment; where one does "
                f"not bind in this game, the answer is {known!r}, so give that, or 'none' with "
                "credibility 1."
            )


@dataclass(frozen=True)
class CommitmentScheme:
    """The commitments of an episode.

    Attributes:
        commitments: each agent's, in the order in which they are made, said and shown.
        order: `together` in one step, or `in turn`, a step each, so that later ones know the
            earlier ones.

    Raises:
        InvalidArgument: nobody commits, somebody twice, or an agent without a name beside others.
        UnknownName: another order.
    """

    commitments: tuple[Commitment, ...] = (Commitment(),)
    order: Order = "together"

    def __post_init__(self) -> None:
        """Check that they go together."""
        if not self.commitments or not all(isinstance(c, Commitment) for c in self.commitments):
            raise InvalidArgument(
                f"a scheme's commitments are {self.commitments!r}; expected one Commitment or more."
            )
        object.__setattr__(self, "commitments", tuple(self.commitments))
        if self.order not in get_args(Order):
            raise UnknownName("order", self.order, get_args(Order))
        names = [commitment.agent for commitment in self.commitments]
        if len(names) > 1 and None in names:
            raise InvalidArgument("several agents commit; expected the name of each.")
        if len(set(names)) < len(names):
            raise InvalidArgument(f"an agent commits twice in {names}; expected once.")

    @cached_property
    def agents(self) -> tuple[str, ...]:
        """Who commits.

        Raises:
            InvalidArgument: that is left to the game.
        """
        names = tuple(c.agent for c in self.commitments if c.agent is not None)
        if len(names) < len(self.commitments):
            raise InvalidArgument("the scheme leaves it to the game who commits; name the agent.")
        return names

    @property
    def several(self) -> bool:
        """Whether two agents or more commit."""
        return len(self.commitments) > 1

    @cached_property
    def committed(self) -> str:
        """Who commits, as one says it ("red and yellow")."""
        return " and ".join(self.agents)

    @property
    def certain(self) -> bool:
        """Whether all always bind and are always seen."""
        return all(commitment.certain for commitment in self.commitments)

    @property
    def steps(self) -> tuple[tuple[Commitment, ...], ...]:
        """The commitments of each step of the commitment phase."""
        if self.order == "together":
            return (self.commitments,)
        return tuple((commitment,) for commitment in self.commitments)

    def with_chances(self, credibility: float, observability: float) -> Self:
        """The scheme with these chances for everybody.

        Raises:
            InvalidArgument: a chance outside [0, 1].
        """
        doubted = (
            replace(one, credibility=credibility, observability=observability)
            for one in self.commitments
        )
        return replace(self, commitments=tuple(doubted))

    def to_json(self) -> dict[str, Any]:
        """The scheme as a JSON object."""
        return {"commitments": [asdict(one) for one in self.commitments], "order": self.order}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """What `to_json` returned; what is left out has its default.

        Raises:
            UnknownName: a key that schemes or commitments do not have.
            InvalidArgument: see `CommitmentScheme` and `Commitment`.
        """
        _check_keys(kept, cls, "part of a scheme")
        given = dict(kept)
        if "commitments" in given:
            if not isinstance(given["commitments"], Sequence) or isinstance(
                given["commitments"], str
            ):
                raise InvalidArgument(
                    f"a scheme's commitments are {given['commitments']!r}; expected a list."
                )
            for one in given["commitments"]:
                _check_keys(one, Commitment, "part of a commitment")
            given["commitments"] = tuple(Commitment(**one) for one in given["commitments"])
        return cls(**given)


Committed = str | Sequence[str] | Mapping[str, Any] | CommitmentScheme
"""Who commits: an agent, several as a list or parted by commas, or a scheme, also as JSON."""


def scheme_of(
    committed: Committed | None = None,
    *,
    pre_policy: str | None = None,
    credibility: float = 1.0,
    observability: float = 1.0,
    order: Order = "together",
) -> CommitmentScheme:
    """The scheme that a short form stands for.

    Args:
        committed: who commits; None for the game's own choice. A scheme is returned as it is.
        pre_policy: everybody's kind of pre-policy.
        credibility: everybody's.
        observability: everybody's.
        order: of several.

    Raises:
        InvalidArgument: a scheme and a chance or an order beside it; see also `CommitmentScheme`.
    """
    if isinstance(committed, CommitmentScheme | Mapping):
        if (credibility, observability, order) != (1.0, 1.0, "together"):
            raise InvalidArgument(
                "credibility, observability and order are given beside a scheme, which says them "
                "of each commitment; give one or the other."
            )
        if isinstance(committed, CommitmentScheme):
            return committed
        return CommitmentScheme.from_json(committed)
    names: Sequence[str | None]
    if committed is None:
        names = (None,)
    elif isinstance(committed, str):
        names = [name.strip() for name in committed.split(",")]
    elif isinstance(committed, Sequence):
        names = list(committed)
    else:
        raise InvalidArgument(
            f"committed is {committed!r}; expected an agent, a list of agents, or a scheme."
        )
    return CommitmentScheme(
        tuple(Commitment(name, pre_policy, credibility, observability) for name in names), order
    )


def _check_keys(kept: Any, kind: type[Any], what: str) -> None:
    if not isinstance(kept, Mapping):
        raise InvalidArgument(f"a {what.split()[-1]} is {kept!r}; expected a JSON object.")
    names = [one.name for one in fields(kind)]
    for name in kept:
        if name not in names:
            raise UnknownName(what, name, names)
