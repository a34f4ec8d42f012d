"""A game in normal form, what its profiles pay, and what deviating from them would gain."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ...core.checks import LARGEST
from ...core.errors import InvalidArgument, UnknownName
from ..comparison import CHANCE, Amounts, measure, mixed, slack_of

Array: TypeAlias = npt.NDArray[Any]
"""An array of floats, or of `fractions.Fraction`s (dtype object)."""

Profile: TypeAlias = Sequence[Array]
"""One probability vector for each player; player i's has shape (A_i,)."""

PLAYED = 1e-6
"""Actions that are played with a greater probability count for what is at stake."""


@dataclass(frozen=True, eq=False)
class NormalForm:
    """Payoffs for every joint action.

    Attributes:
        payoffs: shape (n_players, A_1, ..., A_n), float64, read-only. Given as integers or
            `Fraction`s, the exact values are kept beside the floats.
        players: the players' names, all different; "1", "2", ... where none are given.
        actions: for each player, the actions' names, all different; "1", "2", ... where
            none are given.
        title: what the game is called; may be empty.
        amounts: each player's payoffs as far as they are known (see `comparison`); read off
            `payoffs` where left out.
    """

    payoffs: Array
    players: tuple[str, ...] = ()
    actions: tuple[tuple[str, ...], ...] = ()
    title: str = ""
    amounts: tuple[Amounts, ...] = ()
    _given: Array | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        given = np.asarray(self.payoffs)
        if given.ndim < 2 or given.shape[0] != given.ndim - 1:
            raise InvalidArgument(
                f"payoffs of shape {given.shape}; expected (n_players, A_1, ..., A_n). Stack the "
                "players' payoff tables along axis 0."
            )
        if 0 in given.shape:
            raise InvalidArgument(
                f"payoffs of shape {given.shape}; every player needs an action. Drop the player."
            )
        if np.iscomplexobj(given):
            raise InvalidArgument("payoffs are complex numbers; expected real ones.")
        try:
            payoffs = np.ascontiguousarray(given, dtype=np.float64)
        except (TypeError, ValueError, OverflowError) as error:
            raise InvalidArgument(
                f"payoffs of type {given.dtype} are no numbers ({error}); give floats, integers or "
                "fractions.Fraction."
            ) from error
        if not np.isfinite(payoffs).all():
            where = tuple(int(i) for i in np.argwhere(~np.isfinite(payoffs))[0])
            raise InvalidArgument(
                f"payoff {payoffs[where]} at {where} (player, actions...); expected finite numbers."
            )
        if (most := float(np.abs(payoffs).max())) > LARGEST:
            raise InvalidArgument(
                f"payoffs up to {most:g}; expected at most {LARGEST:g}, beyond which their sums "
                "and products overflow. Count in larger units."
            )
        if payoffs.flags.writeable:
            payoffs = payoffs.copy() if np.may_share_memory(payoffs, given) else payoffs
            payoffs.flags.writeable = False
        shape = payoffs.shape[1:]
        players = tuple(self.players) or tuple(str(i + 1) for i in range(len(shape)))
        actions = tuple(tuple(names) for names in self.actions) or tuple(
            tuple(str(a + 1) for a in range(size)) for size in shape
        )
        _check_names("players", players, len(shape))
        if len(actions) != len(shape):
            raise InvalidArgument(
                f"actions for {len(actions)} players; expected {len(shape)} tuples, one a player."
            )
        for player, names, size in zip(players, actions, shape, strict=True):
            _check_names(f"actions of {player}", names, size)
        object.__setattr__(self, "payoffs", payoffs)
        object.__setattr__(self, "players", players)
        object.__setattr__(self, "actions", actions)
        exact = given.dtype == object or given.dtype.kind in "iu"
        object.__setattr__(self, "_given", given.copy() if exact else None)

    @classmethod
    def bimatrix(cls, row: npt.ArrayLike, column: npt.ArrayLike, **names: Any) -> "NormalForm":
        """A two-player game from the payoff matrices of the row and the column player.

        Args:
            row: the row player's payoffs, shape (A_1, A_2).
            column: the column player's, of the same shape.
            names: `players`, `actions`, `title` of the class.

        Raises:
            InvalidArgument: the shapes differ.
        """
        one, two = np.asarray(row), np.asarray(column)
        if one.shape != two.shape or one.ndim != 2:
            raise InvalidArgument(
                f"payoff matrices of shapes {one.shape} and {two.shape}; expected two matrices of "
                "the same shape (rows: actions of the first player)."
            )
        return cls(np.stack([one, two]), **names)

    @property
    def n_players(self) -> int:
        """How many players there are."""
        return int(self.payoffs.shape[0])

    @property
    def shape(self) -> tuple[int, ...]:
        """How many actions each player has."""
        return tuple(int(size) for size in self.payoffs.shape[1:])

    @cached_property
    def exact_payoffs(self) -> Array | None:
        """The payoffs as `Fraction`s, or None if some are not evidently rational.

        Integers and Fractions are taken as given; for floats see `comparison.as_fraction` (0.1 is
        1/10). If one is not rational, the game counts as not rational.
        """
        tables = [amounts.fractions() for amounts in self.measured]
        if any(table is None for table in tables):
            return None
        exact = np.stack(tables)  # type: ignore[arg-type]
        exact.flags.writeable = False
        return exact

    @property
    def rational_payoffs(self) -> Array:
        """`exact_payoffs`, or else the floats' own values as `Fraction`s."""
        if self.exact_payoffs is not None:
            return self.exact_payoffs
        return np.vectorize(Fraction, otypes=[object])(self.payoffs)

    @cached_property
    def measured(self) -> tuple[Amounts, ...]:
        """Each player's payoffs as far as they are known, by which ties are judged."""
        if self.amounts:
            return self.amounts
        return tuple(measure(table) for table in self.given)

    @property
    def given(self) -> Array:
        """The payoffs as they were given: integers, `Fraction`s or floats."""
        return self.payoffs if self._given is None else self._given

    def player_index(self, player: int | str) -> int:
        """The number (from 0) of a player given by name or number.

        Raises:
            UnknownName: no player of that name.
            InvalidArgument: a number out of range.
        """
        if isinstance(player, str):
            if player not in self.players:
                raise UnknownName("player", player, self.players)
            return self.players.index(player)
        if not 0 <= player < self.n_players:
            raise InvalidArgument(
                f"player number {player}; expected 0 to {self.n_players - 1}, or a player's name."
            )
        return int(player)

    def action_payoffs(self, profile: Profile, player: int | str) -> Array:
        """What each action of `player` would pay while the others play the profile.

        Exact if the others' strategies are Fractions and the payoffs are rational.

        Returns:
            Shape (A_player,).
        """
        index = self.player_index(player)
        return self.expected(self._table(profile)[index], profile, keep=index)

    def expected_payoffs(self, profile: Profile) -> Array:
        """The expected payoff of each player, shape (n_players,)."""
        table = self._table(profile)
        values = [self.expected(table[i], profile) for i in range(self.n_players)]
        return np.array(values, dtype=table.dtype)

    def expected(self, table: Array, profile: Profile, keep: int | None = None) -> Any:
        """The expectation of any table over joint actions, such as 1[Y=y].

        Args:
            table: shape (A_1, ..., A_n).
            profile: the players' strategies.
            keep: a player over whose action no expectation is taken.

        Returns:
            A number, or with `keep` an array of shape (A_keep,).
        """
        self.check_profile(profile)
        for axis in reversed(range(self.n_players)):
            if axis != keep:
                last = table if axis == table.ndim - 1 else np.moveaxis(table, axis, -1)
                table = last @ np.asarray(profile[axis])
        return table if keep is not None else np.asarray(table)[()]

    def regrets(self, profile: Profile) -> Array:
        """What each player could gain by deviating alone from the profile; shape (n_players,).

        Never below 0; all 0 exactly in the Nash equilibria.
        """
        gains = []
        for player in range(self.n_players):
            values = self.action_payoffs(profile, player)
            gains.append(values.max() - values @ np.asarray(profile[player]))
        result = np.array(gains, dtype=self._table(profile).dtype)
        return result if result.dtype == object else np.maximum(result, 0.0)

    def regret(self, profile: Profile) -> Any:
        """The largest of the players' `regrets`."""
        return self.regrets(profile).max()

    def regret_shares(self, profile: Profile) -> Array:
        """The players' regrets in their own units, shape (n_players,): to tell rounding from gain.

        A player's unit is what is at stake for it: the range of its payoffs over the actions that
        it plays or that are best, against those that the others play (with more than `PLAYED`).
        Payoffs that nobody gets, such as fines, and other players' payoffs are no part of it.
        Regret up to the rounding of the payoffs counts as none.
        """
        floats = [np.asarray(strategy, dtype=np.float64) for strategy in profile]
        played = [np.flatnonzero(strategy > PLAYED) for strategy in floats]
        shares = np.zeros(self.n_players)
        for player, strategy in enumerate(floats):
            values = self.action_payoffs(floats, player)
            slack = self.slack(floats, player)
            top = int(values.argmax())
            gain = float((strategy * (values[top] - values)).sum())
            gain -= float(slack[top] + (strategy * slack).sum())
            if gain <= 0:
                continue
            own = np.append(played[player], top)
            at_stake = self.payoffs[player][
                np.ix_(*(own if i == player else others for i, others in enumerate(played)))
            ]
            width = float(np.ptp(at_stake))
            shares[player] = gain / width if width > 0 else np.inf
        return shares

    def regret_share(self, profile: Profile) -> float:
        """The largest of the players' `regret_shares`."""
        return float(self.regret_shares(profile).max())

    def slack(self, profile: Profile, player: int | str) -> Array:
        """How far rounding may put `action_payoffs` off; shape (A_player,).

        Args:
            profile: the players' strategies, in floats.
            player: whose payoffs.
        """
        index = self.player_index(player)
        floats = [np.asarray(strategy, dtype=np.float64) for strategy in profile]
        size = self.expected(np.abs(self.payoffs[index]), floats, keep=index)
        terms = sum(self.shape) - self.shape[index] + self.n_players
        return np.asarray(slack_of(size, terms) + CHANCE * size)

    def fix(self, player: int | str, strategy: Array) -> "NormalForm":
        """The game of the other players after `player` has committed to `strategy`.

        Args:
            player: who has committed.
            strategy: its probabilities, shape (A_player,).

        Returns:
            A game of n_players - 1 players, in the same order.

        Raises:
            InvalidArgument: `player` is the only one, or `strategy` is no distribution.
        """
        index = self.player_index(player)
        if self.n_players == 1:
            raise InvalidArgument(
                f"{self.players[index]} is the only player; nobody is left to answer a commitment."
            )
        weights = self.check_strategy(strategy, index)
        others = [i for i in range(self.n_players) if i != index]
        rest = tuple(mixed(self.measured[i], weights, index) for i in others)
        return NormalForm(
            np.stack([amounts.floats() for amounts in rest]),
            tuple(self.players[i] for i in others),
            tuple(self.actions[i] for i in others),
            self.title,
            rest,
        )

    def pure_profile(self, joint: Sequence[int]) -> tuple[Array, ...]:
        """The profile in which everybody plays one action for certain.

        Args:
            joint: the number (from 0) of each player's action.
        """
        profile = tuple(np.zeros(size) for size in self.shape)
        for strategy, action in zip(profile, joint, strict=True):
            strategy[action] = 1.0
        return profile

    def check_profile(self, profile: Profile) -> None:
        """Raise InvalidArgument unless the profile has a vector of the right length for each."""
        sizes = tuple(len(strategy) for strategy in profile)
        if sizes != self.shape:
            raise InvalidArgument(
                f"a profile of vectors of lengths {sizes}; expected {self.shape}, one probability "
                "for each action of each player."
            )

    def check_strategy(self, strategy: Array, player: int) -> Array:
        """The strategy as an array, if it is a distribution over the player's actions.

        Raises:
            InvalidArgument: wrong length, a negative probability, or a sum other than 1.
        """
        weights = np.asarray(strategy)
        if weights.shape != (self.shape[player],):
            raise InvalidArgument(
                f"a strategy of shape {weights.shape} for {self.players[player]}; expected "
                f"({self.shape[player]},): a probability for each of its actions."
            )
        if not (np.all(weights >= 0) and abs(float(weights.sum()) - 1) <= 1e-9):
            raise InvalidArgument(
                f"probabilities {[float(p) for p in weights]} for {self.players[player]}; expected "
                f"numbers from 0 up that sum to 1, not {float(weights.sum()):.12g}."
            )
        return weights

    def _table(self, profile: Profile) -> Array:
        """The exact payoffs if the profile is exact and the game rational, else the floats."""
        if all(np.asarray(strategy).dtype == object for strategy in profile):
            exact = self.exact_payoffs
            if exact is not None:
                return exact
        return self.payoffs


def _check_names(what: str, names: tuple[str, ...], count: int) -> None:
    """Raise InvalidArgument unless there are `count` different names."""
    if len(names) != count:
        raise InvalidArgument(f"{len(names)} names of {what}; expected {count}, one for each.")
    if len(set(names)) != count:
        twice = next(name for name in names if names.count(name) > 1)
        raise InvalidArgument(f"{twice!r} appears twice as {what}; give different names.")
