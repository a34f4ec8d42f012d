"""Followers that shun variance: thresholds in closed form, and answers by plain statements."""

from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest

from scg_envs.causal.normal_form import NormalForm
from scg_envs.core.errors import InvalidArgument
from scg_envs.games.matrix.best_response import best_responses
from scg_envs.games.matrix.matrix_game import MatrixGame, joint_labels
from scg_envs.games.matrix.one_shot import DESIRABLE, SeveralFollowers
from scg_envs.games.matrix.problem import MatrixProblem
from scg_envs.games.matrix.risk import answering_weights
from scg_envs.games.matrix.stage import Stage

TIES = {"optimistic": max, "pessimistic": min, "uniform": lambda values: sum(values) / len(values)}


def moments(chances, paid):
    """Mean and variance, of fractions."""
    mean = sum(c * x for c, x in zip(chances, paid, strict=True))
    return mean, sum(c * (x - mean) ** 2 for c, x in zip(chances, paid, strict=True))


def worth(chances, paid, weight):
    mean, variance = moments(chances, paid)
    return mean - weight * variance


def drawn(rng, *shape):
    return rng.integers(0, 5, size=shape)


def mixture(rng, size):
    parts = rng.integers(0, 4, size=size)
    parts[int(rng.integers(size))] += 1
    return [Fraction(int(k), int(parts.sum())) for k in parts]


@pytest.mark.parametrize("x", [0.5, 0.6, 0.75, 0.9, 0.99])
def test_the_hare_takes_over_in_the_stag_hunt_where_the_closed_form_says(x):
    turn = (2 * x - 1) / (8 * x * (1 - x))
    stag, hare = answering_weights([[4, 3], [1, 2]], [x, 1 - x])
    assert stag == pytest.approx([-np.inf, turn], abs=1e-9)
    assert hare == pytest.approx([turn, np.inf], abs=1e-9)
    for aside, hunted in ((-1e-6, 1.0), (1e-6, 0.0)):
        problem = MatrixProblem("stag_hunt", pre_policy="mixed", risk_aversion=turn + aside)
        answer = problem.solver.respond([problem.pre_policies.point([x, 1 - x])], "risk-averse")
        assert answer.follower_utility["two"][0] == pytest.approx(1 + 3 * x if hunted else 2 + x)


@pytest.mark.parametrize("weight", [1e9, -1e9])
def test_nobody_shuns_or_seeks_what_is_certain(weight):
    """Payoffs beside a large one, which at such weights would be lost in its square's rounding."""
    payoffs = (((1, 0), (5, 0)), ((1, 1.001), (2, 99999)))  # of each player
    problem = MatrixProblem(payoffs, desirable="1,2", risk_aversion=weight)
    assert problem.solver.respond([0, 1], "risk-averse").p.tolist() == [1.0, 0.0]


@pytest.mark.parametrize("weight", [1e10, -1e300, float("inf"), float("nan")])
def test_weights_beyond_all_measure_are_refused(weight):
    with pytest.raises(InvalidArgument, match="risk_aversion is"):
        MatrixProblem("stag_hunt", risk_aversion=weight)


def test_an_action_answers_between_its_weights_and_nowhere_else():
    rng = np.random.default_rng(0)
    turned = 0
    for _ in range(250):
        rows, columns = int(rng.integers(2, 4)), int(rng.integers(2, 5))
        payoffs, chances = drawn(rng, rows, columns), mixture(rng, rows)
        found = answering_weights(payoffs, [float(c) for c in chances])
        each = [moments(chances, [int(u) for u in payoffs[:, b]]) for b in range(columns)]
        cuts = sorted({(m - n) / (v - u) for (m, v), (n, u) in product(each, each) if v != u})
        ends = [cuts[0] - 1, *cuts, cuts[-1] + 1] if cuts else [Fraction(0)]
        between = [(a + b) / 2 for a, b in pairwise(ends)]
        for weight in [*ends, *between]:
            values = [m - weight * v for m, v in each]
            for b, (low, high) in enumerate(found.tolist()):
                answers = values[b] == max(values)
                assert answers == (low - 1e-9 <= weight <= high + 1e-9), (payoffs, chances)
        turned += len(set(np.isfinite(found).sum(axis=1).tolist())) > 1
    assert turned > 50


@pytest.mark.parametrize("ties", TIES)
def test_several_answer_each_other_as_every_profile_by_hand(ties):
    """Three or four players: the followers' pure equilibria by mean less weighted variance."""
    rng = np.random.default_rng(1)
    several = none = 0
    for _ in range(70):
        players = int(rng.integers(3, 5))
        shape = tuple(int(k) for k in rng.integers(2, 4 if players == 3 else 3, size=players))
        payoffs, chances = drawn(rng, players, *shape), mixture(rng, shape[0])
        weight = Fraction(int(rng.integers(-2, 5)), 4)
        form = NormalForm(payoffs, players=tuple("abcd"[:players]))
        game = MatrixGame(form, desirable=joint_labels(form)[0], committed="a")
        followers = SeveralFollowers(Stage.of(game, committed=True), 0, "pure")
        x = np.array([[float(c) for c in chances]])
        found, short = followers.shunning(x, float(weight), ties)

        def paid(player, profile, payoffs=payoffs, shape=shape):
            return [int(payoffs[(player, a, *profile)]) for a in range(shape[0])]

        held = []
        for profile in product(*(range(k) for k in shape[1:])):
            for player in range(1, players):
                own = worth(chances, paid(player, profile), weight)
                others = (
                    (*profile[: player - 1], b, *profile[player:]) for b in range(shape[player])
                )
                if any(worth(chances, paid(player, o), weight) > own for o in others):
                    break
            else:
                held.append(profile)
        several += len(held) > 1
        none += not held
        if not held:
            assert np.isnan([found[DESIRABLE][0], found["b"][0], short.greatest[0]]).all()
            continue
        p = [chances[0] if not any(profile) else Fraction(0) for profile in held]
        assert found[DESIRABLE][0] == pytest.approx(float(TIES[ties](p)))
        for player, name in enumerate("bcd"[: players - 1], start=1):
            earned = [moments(chances, paid(player, profile))[0] for profile in held]
            assert found[name][0] == pytest.approx(float(TIES[ties](earned)))
            gaps = [
                max(
                    moments(chances, paid(player, (*p[: player - 1], b, *p[player:])))[0]
                    for b in range(shape[player])
                )
                - moments(chances, paid(player, p))[0]
                for p in held
            ]
            assert short.regret[name][0] == pytest.approx(float(sum(gaps) / len(gaps)), abs=1e-9)
            assert short.greatest[0] >= float(max(gaps)) - 1e-9
    assert several > 5
    assert none > 0


def rounds_worth(policy, rule, payoffs, weight, rounds, discount):
    """What a deterministic policy is worth over rounds: each round's mean less weighted variance.

    `policy` and `rule` are by round (or one for all) and state: the first round's, then after the
    last joint action. Returns it and P(both play 0), in the share of weighted rounds.
    """
    likely, total, wanted, weights = {0: 1.0}, 0.0, 0.0, 0.0
    for t in range(rounds):
        after, scale = {}, discount**t
        for state, chance in likely.items():
            mine, x = policy[t][state], rule[state]
            total += scale * chance * worth(x, payoffs[1][:, mine].tolist(), weight)
            for a in range(2):
                wanted += scale * chance * x[a] * (a == mine == 0)
                joint = 1 + 2 * a + mine
                after[joint] = after.get(joint, 0.0) + chance * x[a]
        likely, weights = after, weights + scale
    return total / weights, wanted / weights


@pytest.mark.parametrize("discount", [1.0, 0.5])
def test_two_rounds_with_a_clock_are_answered_as_all_policies_by_hand(discount):
    rng = np.random.default_rng(2)
    wanted = np.array([[1.0, 0], [0, 0]])
    for _ in range(60):
        payoffs, weight = drawn(rng, 2, 2, 2).astype(float), float(rng.integers(0, 6)) / 4
        rule = rng.dirichlet([1, 1], size=5)
        form = NormalForm(payoffs)
        for ties in ("optimistic", "pessimistic"):
            found = best_responses(
                form, 0, 1, rule[None], rounds=2, discount=discount, clock=True,
                ties=ties, objective=wanted, risk_aversion=weight,
            )  # fmt: skip
            every = [
                rounds_worth([[first], [None, *then]], rule, payoffs, weight, 2, discount)
                for first in range(2)
                for then in product(range(2), repeat=4)
            ]
            most = max(value for value, _ in every)
            made = TIES[ties](p for value, p in every if value >= most - 1e-9)
            assert found.value_objective[0] == pytest.approx(made, abs=1e-9)


def test_endless_play_is_answered_as_all_stationary_policies_by_hand():
    rng = np.random.default_rng(3)
    turned = 0
    for _ in range(40):
        payoffs, weight = drawn(rng, 2, 2, 2).astype(float), float(rng.integers(1, 6)) / 4
        rule = rng.dirichlet([1, 1], size=5)
        form, discount = NormalForm(payoffs), 0.8
        found = best_responses(
            form, 0, 1, rule[None], rounds=9, discount=discount, risk_aversion=weight
        )
        values = []
        for policy in product(range(2), repeat=5):
            moves, gets = np.zeros((5, 5)), np.zeros(5)
            for state, mine in enumerate(policy):
                gets[state] = worth(rule[state], payoffs[1][:, mine].tolist(), weight)
                for a in range(2):
                    moves[state, 1 + 2 * a + mine] += rule[state][a]
            values.append(np.linalg.solve(np.eye(5) - discount * moves, gets)[0])
        own = int(np.argmax(found.policy[0, 0], axis=1) @ [16, 8, 4, 2, 1])
        assert values[own] == pytest.approx(max(values), abs=1e-9)
        plain = best_responses(form, 0, 1, rule[None], rounds=9, discount=discount)
        turned += bool((plain.policy != found.policy).any())
    assert turned > 5


@pytest.mark.parametrize(
    ("game", "options"),
    [
        ("chicken", {}),
        ("volunteers_dilemma", {}),
        ("prisoners_dilemma", {"rounds": 4, "clock": True, "pre_policy": "memory-one"}),
        ("stag_hunt", {"rounds": 10, "pre_policy": "memory-one"}),
    ],
)
def test_who_weighs_no_variance_answers_as_the_best_do(game, options):
    options = {"pre_policy": "mixed", **options}
    problem = MatrixProblem(game, risk_aversion=0.0, **options)
    points = problem.pre_policies.sample(8, np.random.default_rng(0))
    found = problem.solver.respond(points, "risk-averse")
    best = problem.solver.respond(points)
    assert found.p == pytest.approx(best.p, nan_ok=True)
    assert found.utility == pytest.approx(best.utility, nan_ok=True)
    for learner in problem.learners:
        assert found.follower_utility[learner] == pytest.approx(
            best.follower_utility[learner], nan_ok=True
        )


def test_several_that_mix_are_refused():
    problem = MatrixProblem("volunteers_dilemma", selection="extreme", risk_aversion=1.0)
    with pytest.raises(InvalidArgument, match="in pure actions alone; take the selection 'pure'"):
        problem.solver.respond([0], "risk-averse")
