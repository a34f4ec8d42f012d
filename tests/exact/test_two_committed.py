"""Several who commit at once, against plain sums over what they play and how others answer."""

from itertools import product
from math import prod

import numpy as np
import pytest

from scg_envs.causal.normal_form import NormalForm
from scg_envs.core.commitment.scheme import Commitment, CommitmentScheme
from scg_envs.core.errors import InvalidLayout
from scg_envs.games.barrier.layouts import parse_layout
from scg_envs.games.barrier.problem import BarrierProblem
from scg_envs.games.matrix.problem import MatrixProblem

from .enumeration import every_way
from .rational import best_of

SIDES = {"uniform": np.mean, "optimistic": max, "pessimistic": min}


def answered(payoffs, mixtures, wanted):
    """P, what the committed earn in all and what each other earns, of each pure equilibrium.

    Args:
        payoffs: (players, ...) of everybody.
        mixtures: of each player that has committed.
        wanted: the joint action.
    """
    sizes = payoffs.shape[1:]
    others = [k for k in range(len(sizes)) if k not in mixtures]

    def worth(profile):
        paid, p = np.zeros(len(sizes)), 0.0
        for own in product(*(range(sizes[k]) for k in mixtures)):
            joint = {**profile, **dict(zip(mixtures, own, strict=True))}
            cell = tuple(joint[k] for k in range(len(sizes)))
            chance = prod(mixtures[k][joint[k]] for k in mixtures)
            paid += chance * payoffs[(slice(None), *cell)]
            p += chance * (cell == wanted)
        return paid, p

    found = []
    for actions in product(*(range(sizes[k]) for k in others)):
        profile = dict(zip(others, actions, strict=True))
        paid, p = worth(profile)
        if all(
            worth({**profile, k: other})[0][k] <= paid[k] + 1e-9
            for k in others
            for other in range(sizes[k])
        ):
            found.append((p, sum(paid[k] for k in mixtures), *(paid[k] for k in others)))
    return found


def drawn_game(rng):
    """Three players or four with few payoffs, so that much ties."""
    sizes = (*rng.integers(2, 4, size=3),) if rng.random() < 0.7 else (2,) * 4
    payoffs = rng.integers(0, rng.integers(2, 6), size=(len(sizes), *sizes))
    return payoffs, tuple(int(rng.integers(size)) for size in sizes)


def test_players_who_commit_together_are_answered_as_a_plain_sum_says():
    rng, compared = np.random.default_rng(0), 0
    while compared < 300:
        payoffs, wanted = drawn_game(rng)
        who = rng.permutation(len(wanted))[: rng.integers(2, len(wanted))].tolist()
        form = NormalForm(payoffs)
        players, actions = form.players, form.actions
        scheme = CommitmentScheme(
            tuple(Commitment(players[k], str(rng.choice(["pure", "mixed"]))) for k in who),
            str(rng.choice(["together", "in turn"])),
        )
        ties = str(rng.choice(list(SIDES)))
        problem = MatrixProblem(
            form,
            committed=scheme,
            desirable=",".join(actions[k][a] for k, a in enumerate(wanted)),
            ties=ties,
        )
        space = problem.pre_policies
        points = space.sample(4, rng)
        after, limits = problem.solver.respond(points), problem.solver.bounds(points)
        for row, point in enumerate(points):
            own = space.split(point)
            each = {k: own[players[k]] for k in who}
            mixtures = {
                k: np.eye(payoffs.shape[1 + k])[int(x)] if np.ndim(x) == 0 else np.asarray(x)
                for k, x in each.items()
            }
            found = np.array(answered(payoffs, mixtures, wanted))
            compared += 1
            if not len(found):
                assert np.isnan(after.p[row])
                continue
            earned = [after.follower_utility[a][row] for a in problem.followers]
            given = [after.p[row], after.utility[row], *earned]
            np.testing.assert_allclose(given, [SIDES[ties](x) for x in found.T], atol=1e-9)
            np.testing.assert_allclose(limits[row], [min(found.T[0]), max(found.T[0])], atol=1e-9)
        free = [one[0] for one in answered(payoffs, {}, wanted)]
        before = problem.solver.before()
        assert before.p == (pytest.approx(SIDES[ties](free)) if free else None)


def drawn_board(rng):
    """A board with three barriers, or None where the drawn one is none."""
    width, height = (int(x) for x in rng.integers((3, 2), (5, 4)))
    marks = [*"B12YRG", *rng.choice(list("x.#."), size=width * height - 6)]
    cells = rng.permutation(marks).reshape(height, width)
    rows = "\n".join("".join(row) for row in cells)
    try:
        return parse_layout(f"1: one\n2: two\ndesirable: one\nG: green\n\n{rows}", "drawn"), cells
    except InvalidLayout:
        return None


def reached(cells, standing, horizon):
    """The goals that are nearest around the barriers, by their digits."""
    at = {mark: (x, y) for y, row in enumerate(cells) for x, mark in enumerate(row)}
    open_ = {
        (x, y) for y, row in enumerate(cells) for x, mark in enumerate(row) if mark != "#"
    } - standing
    here, met = {at["B"]}, {at["B"]}
    for _ in range(horizon):
        here = {(x + dx, y + dy) for x, y in here for dx, dy in ((0, 1), (1, 0), (0, -1), (-1, 0))}
        here = (here & open_) - met
        met |= here
        if goals := [mark for mark in "12" if at[mark] in here]:
            return goals
    return []


def test_barriers_that_commit_together_are_answered_as_a_plain_sum_says():
    rng, compared = np.random.default_rng(1), 0
    while compared < 250:
        drawn = drawn_board(rng)
        if drawn is None:
            continue
        layout, cells = drawn
        who = rng.permutation(layout.barriers)[: rng.integers(2, 4)].tolist()
        kept = rng.choice([1.0, 0.6, 0.0], size=len(who))
        parts = [Commitment(a, None, c, 0.5) for a, c in zip(who, kept.tolist(), strict=True)]
        scheme = CommitmentScheme(tuple(parts), str(rng.choice(["together", "in turn"])))
        horizon, ties = int(rng.integers(1, 9)), str(rng.choice(list(SIDES)))
        problem = BarrierProblem(layout, committed=scheme, ties=ties, horizon=horizon)
        posts = {a: [tuple(map(int, post)) for post in layout.posts[a]] for a in layout.barriers}

        def mean(given, agents, cells=cells, posts=posts, horizon=horizon):
            """(3,) P by tie rule, of agents posted one after the other, each way as likely."""
            if agents is None:
                goals = [goal == "1" for goal in reached(cells, set(given.values()), horizon)]
                return np.array([side(goals or [0]) for side in SIDES.values()], dtype=float)
            loose, *later = agents
            every = [
                given | dict(zip(loose, choice, strict=True))
                for choice in product(*(posts[a] for a in loose))
            ]
            apart = [one for one in every if len(set(one.values())) == len(one)]
            return np.mean([mean(one, later or None) for one in apart], axis=0)

        rest = [a for a in layout.barriers if a not in who]
        space = problem.pre_policies
        points = rng.integers(space.size, size=4)
        found, limits = problem.solver.p(points), problem.solver.bounds(points)
        for row, point in enumerate(points):
            said = {a: tuple(map(int, post)) for a, post in space.label(int(point)).items()}
            each = np.zeros(3)
            for binds in product((True, False), repeat=len(who)):
                chance = prod(c if b else 1 - c for c, b in zip(kept, binds, strict=True))
                held = {a: said[a] for a, b in zip(who, binds, strict=True) if b}
                if chance > 0:
                    each += chance * mean(held, [[a for a in who if a not in held], rest])
            assert found[row] == pytest.approx(each[list(SIDES).index(ties)], abs=1e-9)
            assert limits[row] == pytest.approx(each[[2, 1]], abs=1e-9)
            compared += 1
        assert problem.solver.before().p == pytest.approx(
            mean({}, [list(layout.barriers)])[list(SIDES).index(ties)], abs=1e-9
        )


def test_as_the_environment_plays_them():
    """Every way of an episode, of two who commit surely and are seen or not."""
    board = "1: one\n2: two\ndesirable: one\nG: green\n\n1xx2\nB.YR\nx.G."
    barriers = BarrierProblem(
        parse_layout(board, "small"),
        committed=CommitmentScheme(
            (Commitment("red", observability=0.5), Commitment("green")), "in turn"
        ),
        horizon=2,
    )
    players = MatrixProblem("n_prisoners_dilemma", players=3, committed="one,three")
    for problem in (barriers, players):
        (learner,) = problem.learners
        for point in range(0, problem.pre_policies.size, 3):
            ways = every_way(problem, point)
            true = best_of([(way, way.chance, way.chance) for way in ways], learner)
            assert problem.solver.bounds([point])[0] == pytest.approx((true.low, true.high))
            earned = problem.solver.respond([point]).follower_utility[learner][0]
            assert earned == pytest.approx(true.value)
