"""Games made of several: at once, one after the other, or one that decides what the next allows.

A *composite* has the players of its components and pays the sum of what they pay. `how` says how
they hang together, as in TMGBench (Wang et al., arXiv 2410.10479), which makes composites of the
144 strict ordinal 2x2 games:

- `parallel`: all components are played at once; nobody sees anything before choosing;
- `sequential`: one after the other; everybody sees how the earlier ones ended;
- `nested`: a pre-game, then a core game whose choices the pre-game's result limits. Here whoever
  is paid less in the pre-game must repeat its action, by number, in the core game; if both are
  paid the same, both choose freely. The rule is ours: of the paper we could read, in its abstract
  and in reviews, only that decisions of the pre-game affect the core game.

`composite_tree` gives the extensive form, which `scg_envs.causal.conversion.from_extensive_form`
takes; `compose` its reduced normal form, a `MatrixGame`. A player's action there is a *plan*: an
action for each component, and where the earlier ones are seen, one for each way that they may have
ended, given the player's own actions. So play is by the strategy method (Selten 1967): players say
beforehand what they would do after whatever they may see.

What a player may commit to follows: `pure`, a plan, whose later actions answer what the other did
earlier; `mixed`, a mixture of plans, which reaches all that drawing afresh in each component does
(Kuhn 1953), and in parallel composites correlates the actions. Commitments of each component for
itself are among both.

A component ends as desired or not, by its own desirable outcome. The composite's outcomes say
which do: `all`, `none`, or their numbers from 1, such as `1` or `1+3`. Its desirable one is `all`.

Without intervention, P(Y=y) is over equilibria in plans, those with threats that nobody would
carry out among them, and each counts as often as there are plans that differ where play does not
come. `scg_envs.games.matrix.composite_atlas` says what commitment is worth in a composite, beside
its parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from typing import Literal, TypeAlias, get_args

import numpy as np

from ...causal.extensive_form import ExtensiveForm, InformationSet, Node, Outcome, agrees
from ...core.errors import InvalidArgument, UnknownName
from .atlas import Choice, desirable_cell
from .matrix_game import MatrixGame, page
from .ordinal import ordinal_game

How: TypeAlias = Literal["sequential", "parallel", "nested"]
HOWS: tuple[How, ...] = get_args(How)
"""The ways that components hang together."""

SOURCE = "Wang et al. 2024, TMGBench (arXiv 2410.10479)"

MOST_PLANS = 512
"""Plans of a player in the largest composite that is made; payoffs are a full table."""

Joint: TypeAlias = tuple[int, ...]


def compose(games: Sequence[MatrixGame], how: str = "sequential") -> MatrixGame:
    """The composite of several games of the same two players, in plans.

    Args:
        games: the components, two or more; `nested` takes two, the pre-game and the core game. The
            first says who commits.
        how: `sequential`, `parallel` or `nested`.

    Returns:
        The reduced normal form of `composite_tree(games, how)`. Plans are named after their
        actions, joined by `/` in the order of the player's information sets, with `*` where its own
        actions exclude coming.

    Raises:
        UnknownName: no such way.
        InvalidArgument: fewer than two components, several players or other ones, other than two
            components or different numbers of actions in `nested`, or too many plans.
    """
    tree = composite_tree(games, how)
    form = tree.normal_form()
    outcomes = ("all", *map(_ended, _some(len(games))), "none")
    numbers = np.zeros(form.shape, dtype=np.int64)
    strategies = [tree.strategies(player) for player in range(2)]
    for leaf in tree.leaves():
        reached = np.ix_(
            *(
                [k for k, plan in enumerate(own) if agrees(plan, path)]
                for own, path in zip(strategies, leaf.moves, strict=True)
            )
        )
        numbers[reached] = outcomes.index(leaf.node.label)
    first = games[0]
    return MatrixGame(
        form,
        desirable="all",
        committed=first.committed,
        outcomes=outcomes,
        outcome_of=numbers,
        name=f"{how}:{'+'.join(game.name for game in games)}",
        title=tree.title,
        summary=f"a {how} composite of {', '.join(game.name for game in games)}",
        source=SOURCE,
    )


def composite_tree(games: Sequence[MatrixGame], how: str = "sequential") -> ExtensiveForm:
    """The composite of several games in extensive form; its leaves are labelled by the outcome.

    In every component the first player moves before the second, who does not see it. Nobody forgets
    what it saw or did. In parallel composites a move is an action for each component.

    Args:
        games: the components, as `compose` takes them.
        how: `sequential`, `parallel` or `nested`.

    Raises:
        UnknownName: no such way.
        InvalidArgument: components that do not go together, or too many plans, as in `compose`.
    """
    _check(games, how)
    players = games[0].agents
    title = f"{' + '.join(game.title or game.name for game in games)}, {how}"
    if how == "parallel":
        return ExtensiveForm(players, _at_once(games), title)

    def grow(seen: tuple[Joint, ...]) -> Node:
        """What follows the components seen."""
        stage = len(seen)
        if stage == len(games):
            return _end(games, seen)
        after = " after " + "/".join(map(_name, games, seen)) if seen else ""
        open_to = [_allowed(games, how, player, seen) for player in (0, 1)]
        one, two = (
            InformationSet(
                player,
                f"{players[player]} in {stage + 1}{after}",
                tuple(games[stage].form.actions[player][a] for a in open_to[player]),
            )
            for player in (0, 1)
        )
        rows = [[grow((*seen, (a, b))) for b in open_to[1]] for a in open_to[0]]
        return Node("", one, tuple(Node("", two, tuple(row)) for row in rows))

    return ExtensiveForm(players, grow(()), title)


@page("Composite of ordinal games", SOURCE)
def composite(
    games: str = "111+322", how: How = "sequential", aim: Choice = "egalitarian"
) -> MatrixGame:
    """Strict ordinal 2x2 games at once, one after the other, or one within the other.

    The default is a prisoner's dilemma, then a stag hunt. In the dilemma alone no commitment of the
    AI's makes the human cooperate. In the composite it may promise the stag to a human who did, and
    the hare to one who did not, and both games end in their best cell. A player's action is a plan
    for all games; `scg_envs.games.matrix.composite` says which there are.

    Args:
        games: numbers or names of ordinal games, joined by "+", in the order of play.
        how: the way that they hang together: `sequential`, `parallel` or `nested`.
        aim: the cell that is desirable in each: `human`, `ai`, `utilitarian` or `egalitarian`, as
            in `scg_envs.games.matrix.atlas`.

    Raises:
        UnknownName: no such game, way or aim.
        InvalidArgument: games that do not go together.
    """
    parts = [ordinal_part(name.strip(), aim) for name in str(games).split("+")]
    return compose(parts, how)


def ordinal_part(name: str, aim: str) -> MatrixGame:
    """An ordinal game, by number or name, in which a cell chosen by `desirable_cell` is desirable.

    Raises:
        UnknownName: no such game or choice.
    """
    game = ordinal_game(name)
    cell = desirable_cell(game.form, aim)
    return game.with_defaults(desirable=game.outcomes[int(game.outcome_of[cell])])


def _at_once(games: Sequence[MatrixGame]) -> Node:
    """The root of a parallel composite: each player moves once, for all components."""
    one, two = (
        InformationSet(
            player,
            games[0].agents[player],
            tuple("/".join(labels) for labels in product(*(g.form.actions[player] for g in games))),
        )
        for player in (0, 1)
    )
    own, theirs = (
        list(product(*(range(game.form.shape[player]) for game in games))) for player in (0, 1)
    )
    rows = [[_end(games, tuple(zip(a, b, strict=True))) for b in theirs] for a in own]
    return Node("", one, tuple(Node("", two, tuple(row)) for row in rows))


def _check(games: Sequence[MatrixGame], how: str) -> None:
    """Check that components go together.

    Raises:
        UnknownName: no such way.
        InvalidArgument: they do not.
    """
    if how not in HOWS:
        raise UnknownName("way to compose", how, HOWS)
    if len(games) < 2:
        raise InvalidArgument(f"{len(games)} games to compose; expected two or more.")
    players = games[0].agents
    if len(players) != 2:
        raise InvalidArgument(f"{games[0].name} has {len(players)} players; expected two.")
    for game in games:
        if game.agents != players:
            raise InvalidArgument(
                f"{game.name} is of {' and '.join(game.agents)}, and {games[0].name} of "
                f"{' and '.join(players)}; expected games of the same players."
            )
    shapes = [game.form.shape for game in games]
    if how == "nested" and (len(games) != 2 or shapes[0] != shapes[1]):
        raise InvalidArgument(
            f"{len(games)} games of {' and '.join(f'{a}x{b}' for a, b in shapes)} actions to nest; "
            "expected two, a pre-game and a core game, with the same numbers of actions."
        )
    for player in (0, 1):
        plans = 1
        for rows, columns in reversed(shapes):
            own, other = (rows, columns) if player == 0 else (columns, rows)
            plans = own * (plans if how == "parallel" else plans**other)
            if plans > MOST_PLANS:
                raise InvalidArgument(
                    f"{players[player]} would have more than {MOST_PLANS} plans in a {how} "
                    f"composite of {len(games)} games; compose fewer or smaller ones."
                )


def _allowed(
    games: Sequence[MatrixGame], how: str, player: int, seen: tuple[Joint, ...]
) -> tuple[int, ...]:
    """The actions, by number, that a player has in the next component."""
    if how == "nested" and seen:
        paid = [table[seen[0]] for table in games[0].form.given]
        if paid[player] < paid[1 - player]:
            return (seen[0][player],)
    return tuple(range(games[len(seen)].form.shape[player]))


def _some(count: int) -> Iterator[tuple[int, ...]]:
    """Some, not all, of the components, larger sets first, by number."""
    chosen = [
        tuple(k for k, bit in enumerate(bits) if bit) for bits in product((1, 0), repeat=count)
    ]
    yield from sorted((one for one in chosen if 0 < len(one) < count), key=len, reverse=True)


def _ended(components: Sequence[int]) -> str:
    """The outcome in which just these components end as wanted."""
    return "+".join(str(k + 1) for k in components)


def _name(game: MatrixGame, joint: Joint) -> str:
    """How a component ended, such as "up,left"."""
    return ",".join(labels[a] for labels, a in zip(game.form.actions, joint, strict=True))


def _end(games: Sequence[MatrixGame], seen: tuple[Joint, ...]) -> Node:
    """The leaf of a play: which components ended as wanted, and what is paid, exactly."""
    ended = [k for k, joint in enumerate(seen) if games[k].desirable_table[joint]]
    label = _ended(ended) if 0 < len(ended) < len(games) else "all" if ended else "none"
    paid = [
        sum(
            (
                game.form.rational_payoffs[(i, *joint)]
                for game, joint in zip(games, seen, strict=True)
            ),
            Fraction(),
        )
        for i in (0, 1)
    ]
    return Node(label, outcome=Outcome("", tuple(paid)))
