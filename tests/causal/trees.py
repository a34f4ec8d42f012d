"""Random trees with perfect recall, and what they mean said slowly, to judge the fast ways by."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, islice, product
from math import comb, prod

import numpy as np
import numpy.typing as npt

from scg_envs.causal.extensive_form import ExtensiveForm, InformationSet, Node, Outcome

Rules = Mapping[InformationSet, Sequence[float]]
Floats = npt.NDArray[np.float64]

CLOSE = 1e-8


def random_tree(
    seed: int, n_players: int = 2, leaves: int = 8, payoffs: int = 3, zero_sum: bool = False
) -> ExtensiveForm:
    """A tree with chance in which everybody recalls what they did and knew.

    Nodes of a player join in an information set only if the player's own past is the same.

    Args:
        seed: of the shape, the information sets and the payoffs.
        n_players: how many players there are; some may never move.
        leaves: how many leaves it has.
        payoffs: whole numbers from -payoffs to payoffs; few of them make ties.
        zero_sum: whether the second player gets what the first loses.
    """
    random = np.random.default_rng(seed)
    shape: dict[int, list[int]] = {0: []}
    tips = [0]
    while len(tips) < leaves:
        at = tips.pop(int(random.integers(len(tips))))
        room = leaves - len(tips)
        children = list(range(len(shape), len(shape) + int(random.integers(2, min(room, 3) + 1))))
        shape[at] = children
        shape.update({child: [] for child in children})
        tips += children
    mover = {node: int(random.integers(-1, n_players)) for node in shape}
    pools: dict[object, list[InformationSet]] = {}

    def grow(node: int, past: tuple[tuple[tuple[int, int], ...], ...]) -> Node:
        children, who = shape[node], mover[node]
        if not children:
            paid = [int(x) for x in random.integers(-payoffs, payoffs + 1, n_players)]
            if zero_sum:
                paid[1] = -paid[0]
            return Node(outcome=Outcome("", tuple(Fraction(x) for x in paid)))
        actions = tuple("abc"[: len(children)])
        if who < 0:
            weights = [int(w) for w in random.integers(1, 4, len(children))]
            chance = tuple(Fraction(w, sum(weights)) for w in weights)
            here = InformationSet(None, "", actions, chance)
            return Node("", here, tuple(grow(child, past) for child in children))
        pool = pools.setdefault((who, past[who], len(children)), [])
        if pool and random.random() < 0.7:
            here = pool[int(random.integers(len(pool)))]
        else:
            here = InformationSet(who, "", actions)
            pool.append(here)
        grown = []
        for a, child in enumerate(children):
            own = (*past[who], (id(here), a))
            grown.append(grow(child, (*past[:who], own, *past[who + 1 :])))
        return Node("", here, tuple(grown))

    return ExtensiveForm(tuple("ABCD"[:n_players]), grow(0, ((),) * n_players))


def leaves(tree: ExtensiveForm) -> Iterator[tuple[float, list[dict[InformationSet, int]], Floats]]:
    """For each leaf: chance's probability, each player's moves on the way, the payoffs."""

    def walk(
        node: Node, chance: float, moves: list[dict[InformationSet, int]], paid: Floats
    ) -> Iterator[tuple[float, list[dict[InformationSet, int]], Floats]]:
        if node.outcome is not None:
            paid = paid + np.array([float(x) for x in node.outcome.payoffs])
        here = node.information_set
        if here is None:
            yield chance, moves, paid
            return
        for a, child in enumerate(node.children):
            if here.player is None:
                assert here.probabilities is not None
                yield from walk(child, chance * float(here.probabilities[a]), moves, paid)
            else:
                longer = [dict(own) for own in moves]
                longer[here.player][here] = a
                yield from walk(child, chance, longer, paid)

    n = len(tree.players)
    yield from walk(tree.root, 1.0, [{} for _ in range(n)], np.zeros(n))


def leaf_distribution(tree: ExtensiveForm, rules: Rules) -> Floats:
    """How likely each leaf is if everybody follows these rules; shape (leaves,)."""
    return np.array(
        [
            chance * prod(rules[here][a] for own in moves for here, a in own.items())
            for chance, moves, _ in leaves(tree)
        ]
    )


def pure_strategies(tree: ExtensiveForm, player: int) -> list[dict[InformationSet, int]]:
    """Every strategy of a player, a move at each information set."""
    sets = tree.information_sets(player)
    moves = product(*(range(len(s.actions)) for s in sets))
    return [dict(zip(sets, chosen, strict=True)) for chosen in moves]


def as_rules(strategies: Sequence[Mapping[InformationSet, int]]) -> dict[InformationSet, Floats]:
    """Pure strategies of all players as rules."""
    return {here: np.eye(len(here.actions))[a] for own in strategies for here, a in own.items()}


def worth(tree: ExtensiveForm, rules: Rules) -> Floats:
    """Everybody's expected payoff."""
    return leaf_distribution(tree, rules) @ np.array([paid for _, _, paid in leaves(tree)])


def regret(tree: ExtensiveForm, rules: Rules) -> float:
    """The most that a player could gain by another strategy of its own."""
    stay = worth(tree, rules)
    return max(
        float(worth(tree, {**rules, **as_rules([other])})[player] - stay[player])
        for player in range(len(tree.players))
        for other in pure_strategies(tree, player)
    )


def pure_equilibria(tree: ExtensiveForm) -> set[tuple[float, ...]]:
    """What the pure equilibria lead to: distributions over leaves."""
    pools = [pure_strategies(tree, player) for player in range(len(tree.players))]
    found = set()
    for joint in product(*pools):
        rules = as_rules(joint)
        if regret(tree, rules) < CLOSE:
            found.add(tuple(leaf_distribution(tree, rules).round(9).tolist()))
    return found


def subtrees(tree: ExtensiveForm) -> list[ExtensiveForm]:
    """The subgames of a tree: subtrees that contain every information set that they meet whole."""
    found = []
    for node in tree.nodes():
        here = node.information_set
        if here is None:
            continue
        inside = ExtensiveForm(tree.players, node)
        below = set(inside.nodes())
        met = {n.information_set for n in below if n.information_set is not None}
        met = {s for s in met if s.player is not None}
        alone = here.player is None or sum(n.information_set is here for n in tree.nodes()) == 1
        if alone and all(n in below for n in tree.nodes() if n.information_set in met):
            found.append(inside)
        elif node is tree.root:
            found.append(tree)
    return found


def play_everywhere(tree: ExtensiveForm, rules: Rules) -> tuple[float, ...]:
    """What the rules lead to in every subgame."""
    parts = [leaf_distribution(sub, rules).round(9) + 0.0 for sub in subtrees(tree)]
    return tuple(np.concatenate([*parts, [1.0]]).tolist())


def is_selten_perfect(tree: ExtensiveForm, rules: Rules) -> bool:
    """Whether the rules are an equilibrium in every subgame (Selten 1965)."""
    return all(regret(sub, rules) < CLOSE for sub in subtrees(tree))


def pure_selten(tree: ExtensiveForm) -> set[tuple[float, ...]]:
    """What the pure subgame-perfect equilibria lead to in every subgame."""
    pools = [pure_strategies(tree, player) for player in range(len(tree.players))]
    every = (as_rules(joint) for joint in product(*pools))
    return {play_everywhere(tree, rules) for rules in every if is_selten_perfect(tree, rules)}


class Plans:
    """How likely a player makes the moves of each of its sequences: a vector, 1 for the empty one.

    Attributes:
        sequences: the empty one (None), then each information set with each of its moves.
        conserved: C with C x = 0, one row an information set: its moves share what comes there.
        pure: the vectors of all pure strategies, each once; shape (k, sequences).
    """

    def __init__(self, tree: ExtensiveForm, player: int) -> None:
        sets = tree.information_sets(player)
        self.sequences: list[tuple[InformationSet, int] | None] = [None]
        self.sequences += [(s, a) for s in sets for a in range(len(s.actions))]
        last: dict[InformationSet, tuple[InformationSet, int] | None] = {}

        def visit(node: Node, own: tuple[InformationSet, int] | None) -> None:
            here = node.information_set
            if here is None:
                return
            if here.player == player:
                assert last.setdefault(here, own) == own, "no perfect recall"
            for a, child in enumerate(node.children):
                visit(child, (here, a) if here.player == player else own)

        visit(tree.root, None)
        self.conserved = np.zeros((len(sets), len(self.sequences)))
        for row, s in enumerate(sets):
            self.conserved[row, self.sequences.index(last[s])] = -1
            for a in range(len(s.actions)):
                self.conserved[row, self.sequences.index((s, a))] = 1
        made = []
        for strategy in pure_strategies(tree, player):
            made.append(self.of_rules(as_rules([strategy]), last))
        self.pure = np.unique(np.array(made), axis=0)
        self.last = last

    def of_rules(
        self, rules: Rules, last: Mapping[InformationSet, tuple[InformationSet, int] | None]
    ) -> Floats:
        """The vector of a behavioral policy."""

        def likely(sequence: tuple[InformationSet, int] | None) -> float:
            if sequence is None:
                return 1.0
            here, a = sequence
            return likely(last[here]) * float(rules[here][a])

        return np.array([likely(sequence) for sequence in self.sequences])


def payoff_matrices(
    tree: ExtensiveForm, one: Plans, two: Plans, players: tuple[int, int] = (0, 1)
) -> Floats:
    """What pairs of sequences pay two players, shape (2, sequences of one, sequences of two)."""
    matrices = np.zeros((2, len(one.sequences), len(two.sequences)))
    for chance, moves, paid in leaves(tree):
        ends = [
            plans.sequences.index(list(own.items())[-1] if own else None)
            for plans, own in zip((one, two), (moves[i] for i in players), strict=True)
        ]
        matrices[:, ends[0], ends[1]] += chance * paid[list(players)]
    return matrices


def extreme_equilibria(
    tree: ExtensiveForm, most: int = 200_000, players: tuple[int, int] = (0, 1)
) -> list[tuple[Floats, Floats]] | None:
    """All extreme equilibria of a tree of two who move, as pairs of vectors of `Plans`.

    The vertices of {(x, u): x a plan, u at least what any pure reply to x pays} are found by trying
    every choice of tight inequalities, the second player's likewise, and every pair in which both
    reply best is an equilibrium. None if there are more than `most` choices. Others than the two
    `players` have nothing to choose.
    """
    one, two = Plans(tree, players[0]), Plans(tree, players[1])
    matrices = payoff_matrices(tree, one, two, players)
    xs = _vertices(one, matrices[1] @ two.pure.T, most)
    ys = _vertices(two, matrices[0].T @ one.pure.T, most)
    if xs is None or ys is None:
        return None
    best_one = (ys @ matrices[0].T @ one.pure.T).max(axis=1)
    best_two = (xs @ matrices[1] @ two.pure.T).max(axis=1)
    return [
        (x, y)
        for i, x in enumerate(xs)
        for j, y in enumerate(ys)
        if x @ matrices[0] @ y > best_one[j] - CLOSE and x @ matrices[1] @ y > best_two[i] - CLOSE
    ]


def _vertices(plans: Plans, replies: Floats, most: int) -> Floats | None:
    """The plans at the vertices; `replies` has what each pure reply pays, column by column."""
    n = len(plans.sequences)
    equal = np.zeros((1 + len(plans.conserved), n + 1))
    equal[0, 0] = 1
    equal[1:, :n] = plans.conserved
    sides = np.zeros((n + replies.shape[1], n + 1))
    sides[:n, :n] = np.eye(n)
    sides[n:, :n], sides[n:, n] = -replies.T, 1
    sides = np.unique(sides[1:], axis=0)
    free = n + 1 - len(equal)
    if comb(len(sides), free) > most:
        return None
    target = np.zeros(n + 1)
    target[0] = 1
    found: list[Floats] = []
    choices = combinations(range(len(sides)), free)
    while chunk := list(islice(choices, 4096)):
        systems = np.concatenate(
            [np.broadcast_to(equal, (len(chunk), *equal.shape)), sides[np.array(chunk, dtype=int)]],
            axis=1,
        )
        regular = np.abs(np.linalg.det(systems)) > 1e-9
        where = np.broadcast_to(target[:, None], (int(regular.sum()), n + 1, 1))
        points = np.linalg.solve(systems[regular], where)[..., 0]
        found.extend(points[(points @ sides.T >= -CLOSE).all(axis=1), :n])
    _, first = np.unique(np.round(found, 6) + 0.0, axis=0, return_index=True)
    return np.array(found)[first]
