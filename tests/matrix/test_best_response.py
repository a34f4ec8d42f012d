"""Best responses in repeated games against enumeration, trees, play, and known answers."""

from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scg_envs.causal.normal_form import NormalForm
from scg_envs.core.errors import InvalidArgument, UnknownName
from scg_envs.games.matrix.best_response import best_responses
from scg_envs.games.matrix.chains import gain_and_bias
from scg_envs.games.matrix.games import matrix_game
from scg_envs.games.matrix.memory import Memory
from scg_envs.games.matrix.play import long_run_shares

DILEMMA = matrix_game("prisoners_dilemma").form
MEMORY = Memory((2, 2), 1)
ENUMERATED = np.array(list(product((0, 1), repeat=5)))
SIGN = {"optimistic": 1, "pessimistic": -1}

# Chances of the first action at first and after (c,c), (c,d), (d,c), (d,d); the rules are one's.
RULES = {
    "tit_for_tat": (1, 1, 0, 1, 0),
    "grim": (1, 1, 0, 0, 0),
    "pavlov": (1, 1, 0, 0, 1),
    "always_first": (1, 1, 1, 1, 1),
    "always_second": (0, 0, 0, 0, 0),
    "extortion": (0, 0.9, 0.5, 0.4, 0),
    "stubborn": (0.5, 1, 0, 1, 0.5),
}


def table(chances):
    chances = np.asarray(chances, float)
    return np.stack([chances, 1 - chances], axis=-1)


def average(p):
    """The limit of (I + P + ... + P^(n-1)) / n, by doubling n."""
    total, power = np.eye(len(p)), p
    for _ in range(45):
        total = (total + power @ total) / 2
        power = power @ power
        power /= power.sum(axis=1, keepdims=True)
    return total


def play(rule, policy, form, discount):
    """(J,) shares of the joint actions when two plays a deterministic policy against one's rule."""
    p, played = np.zeros((5, 5)), np.zeros((5, 4))
    for state in range(5):
        for action in range(2):
            joint = 2 * action + policy[state]
            played[state, joint] += rule[state, action]
            p[state, MEMORY.next_states[state, joint]] += rule[state, action]
    if discount < 1:
        return (1 - discount) * np.linalg.solve(np.eye(5) - discount * p, played)[0]
    return (average(p) @ played)[0]


def enumerated(rule, form, objective, discount, ties, unit=1.0):
    """The follower's best value and the objective's, among all 32 stationary policies."""
    shares = np.array([play(rule, policy, form, discount) for policy in ENUMERATED])
    earned, wanted = shares @ form.payoffs[1].ravel(), shares @ objective.ravel()
    best = earned >= earned.max() - 1e-8 * unit
    return earned.max(), SIGN[ties] * (SIGN[ties] * wanted[best]).max()


chance = st.one_of(st.sampled_from([0.0, 0.5, 1.0]), st.floats(0, 1))
rules = st.tuples(*[chance] * 5)
payoff = st.integers(-3, 3)
games = st.lists(payoff, min_size=8, max_size=8).map(
    lambda numbers: NormalForm(np.array(numbers, float).reshape(2, 2, 2))
)

# To the follower everything is the same.
INDIFFERENT = NormalForm(np.array([0, 0, 0, 0, 3, 3, 3, 3], float).reshape(2, 2, 2))


@settings(max_examples=150)
@given(
    rules,
    games,
    st.sampled_from([1.0, 0.9, 0.4]),
    st.sampled_from(sorted(SIGN)),
    st.sampled_from([1e-9, 1.0, 1e9]),
)
@example((0, 0, 0.5126035398523784, 1, 0), INDIFFERENT, 1.0, "pessimistic", 1.0)
def test_no_stationary_policy_is_better_and_ties_go_as_they_should(
    chances, form, discount, ties, unit
):
    """In whatever units payoffs are, and to whoever is indifferent to everything."""
    form = NormalForm(unit * form.payoffs)
    rule = table(np.where(np.array(chances) < 1e-3, 0, chances))
    objective = np.array([[1.0, 0], [0, 0]])
    found = best_responses(
        form, 0, 1, rule[None], rounds=9, discount=discount, ties=ties, objective=objective
    )
    earned, wanted = enumerated(rule, form, objective, discount, ties, unit)
    assert found.value_follower[0] == pytest.approx(earned, abs=1e-7 * unit)
    assert found.value_objective[0] == pytest.approx(wanted, abs=1e-5)
    assert found.occupancy[0].sum() == pytest.approx(1)


@settings(max_examples=60)
@given(st.integers(0, 2**31), st.sampled_from(sorted(SIGN)), st.sampled_from([1.0, 0.7]))
def test_with_a_clock_it_is_what_a_tree_says(seed, ties, discount):
    rng = np.random.default_rng(seed)
    form = NormalForm(rng.integers(-2, 3, size=(2, 2, 3)).astype(float))
    memory = Memory(form.shape, 1)
    rule = rng.choice([0.0, 0.5, 1.0], size=memory.states)
    rule = table(rule)
    objective = rng.integers(0, 2, size=(2, 3)).astype(float)

    def value(state, time):
        """Earned, and wanted in the sense of the tie rule, from here on."""
        if time == 3:
            return np.zeros(2)
        options = []
        for action in range(3):
            total = np.zeros(2)
            for own in range(2):
                joint = (own, action)
                paid = discount**time * np.array(
                    [form.payoffs[(1, *joint)], SIGN[ties] * objective[joint]]
                )
                after = memory.next_states[state, memory.joint_action(joint)]
                total += rule[state, own] * (paid + value(after, time + 1))
            options.append(total)
        return max(options, key=lambda pair: tuple(np.round(pair, 9)))

    found = best_responses(
        form,
        0,
        1,
        rule[None],
        rounds=3,
        clock=True,
        discount=discount,
        ties=ties,
        objective=objective,
    )
    earned, wanted = value(0, 0) / (discount ** np.arange(3)).sum()
    assert found.value_follower[0] == pytest.approx(earned)
    assert found.value_objective[0] == pytest.approx(SIGN[ties] * wanted)
    assert found.policy.shape == (1, 3, memory.states, 3)


def test_long_run_shares_of_given_tables_are_those_of_the_best_response():
    rng = np.random.default_rng(1)
    rules = table(rng.random((20, 5)))
    for discount in (1.0, 0.9):
        found = best_responses(DILEMMA, 0, 1, rules, rounds=9, discount=discount)
        chances = (rules[..., :, None] * found.policy[:, 0, :, None, :]).reshape(20, 5, 4)
        np.testing.assert_allclose(long_run_shares(chances, MEMORY, discount), found.occupancy)


@pytest.mark.parametrize("clock", [False, True])
@pytest.mark.parametrize("discount", [1.0, 0.8])
def test_the_shares_are_those_of_play(clock, discount):
    rng = np.random.default_rng(5)
    rule = table(rng.random(5))
    rounds = 30 if clock else 4000
    found = best_responses(
        DILEMMA, 0, 1, rule[None], rounds=rounds, discount=discount, clock=clock, ties="uniform"
    )
    counts, total = np.zeros(4), 0.0
    for _ in range(800 if discount < 1 or clock else 8):
        state, weight = 0, 1.0
        for t in range(min(rounds, 60) if discount < 1 else rounds):
            actions = [
                rng.choice(2, p=rule[state]),
                rng.choice(2, p=found.policy[0, t if clock else 0, state]),
            ]
            joint = MEMORY.joint_action(actions)
            counts[joint] += weight
            total += weight
            weight *= discount
            state = MEMORY.next_states[state, joint]
    assert counts / total == pytest.approx(found.occupancy[0], abs=0.03)


def answer(name, form=DILEMMA, **kwargs):
    return best_responses(form, 0, 1, table(RULES[name])[None], rounds=100, **kwargs)


def test_known_answers_of_the_iterated_dilemma():
    for name in ("tit_for_tat", "grim", "pavlov"):
        found = answer(name)
        assert (found.value_leader[0], found.value_follower[0]) == pytest.approx((-1, -1))
        assert found.occupancy[0] == pytest.approx([1, 0, 0, 0])
    always_c, always_d = answer("always_first"), answer("always_second")
    assert (always_c.value_leader[0], always_c.value_follower[0]) == (-3, 0)
    assert (always_d.value_leader[0], always_d.value_follower[0]) == (-2, -2)
    # Pavlov pays a defector every other round; that is less than cooperation only in the long run.
    assert answer("pavlov", discount=0.4).value_leader[0] < -1


def test_a_last_round_that_is_known_is_defected_in():
    found = answer("tit_for_tat", clock=True)
    assert found.policy[0, -1, :, 1].tolist() == [1] * 5
    assert found.occupancy[0] == pytest.approx([0.99, 0.01, 0, 0])


def test_ties_are_broken_by_the_objective_or_evenly():
    form = NormalForm.bimatrix([[1, 0], [1, 0]], [[0, 0], [0, 0]])
    for ties, value in (("optimistic", 1), ("pessimistic", 0), ("uniform", 0.5)):
        for kwargs in ({"rounds": 1}, {"rounds": 7}, {"rounds": 7, "clock": True}):
            rule = np.array([[[0.3, 0.7]]])
            found = best_responses(form, 0, 1, rule, ties=ties, **kwargs)
            assert found.value_leader[0] == pytest.approx(value)
    assert answer("stubborn", ties="uniform").policy.sum() == pytest.approx(5)


@pytest.mark.parametrize("name", RULES)
def test_uniform_ties_at_discount_1_are_those_of_a_follower_who_hardly_discounts(name):
    for form in (DILEMMA, NormalForm.bimatrix([[2, 0], [0, 1]], [[1, 0], [0, 1]])):
        endless = answer(name, form, ties="uniform")
        nearly = answer(name, form, ties="uniform", discount=1 - 1e-5)
        np.testing.assert_array_equal(endless.policy, nearly.policy)
        assert endless.value_leader == pytest.approx(nearly.value_leader, abs=1e-3)


@settings(max_examples=200)
@given(rules)
def test_no_memory_one_rule_gets_more_than_minus_one_half(chances):
    found = best_responses(DILEMMA, 0, 1, table(chances)[None], rounds=100)
    assert found.value_leader[0] <= -0.5 + 1e-6
    assert found.value_follower[0] >= -2 - 1e-9


def test_a_random_search_comes_near_minus_one_half():
    rng = np.random.default_rng(0)
    center, spread = np.full(5, 0.5), 0.5
    for _ in range(12):
        chances = np.clip(center + spread * rng.normal(size=(400, 5)), 0, 1)
        values = best_responses(DILEMMA, 0, 1, table(chances), rounds=100).value_leader
        elite = chances[np.argsort(values)[-30:]]
        center, spread = elite.mean(axis=0), elite.std(axis=0) + 0.01
    assert -0.51 < values.max() <= -0.5 + 1e-6


def test_alternation_is_answered_by_alternation():
    form = matrix_game("battle_of_the_sexes").form
    rule = np.array([1, 0, 0, 1, 1.0])  # the other place than its own last one
    found = best_responses(form, "one", "two", table(rule)[None], rounds=100)
    assert found.occupancy[0] == pytest.approx([0.5, 0, 0, 0.5])
    assert (found.value_leader[0], found.value_follower[0]) == pytest.approx((1.5, 1.5))


def test_either_player_may_commit_and_one_shot_games_are_answered_too():
    form = matrix_game("household").form
    for rule, value in (([0.4, 0.6], 0.6 * 2 + 0.4), ([0.6, 0.4], 0.6)):
        found = best_responses(form, "robot", "human", [[rule]])
        assert found.value_leader[0] == pytest.approx(value)
    human = best_responses(form, "human", "robot", [[[0, 1]], [[1, 0]]])
    assert human.value_follower == pytest.approx([2, 1])


def test_longer_memories_and_further_players():
    two = Memory((2, 2), 2)
    forgiving = np.array([[1.0, 0.0]] * two.states)
    for state, entries in enumerate(two.entries):
        if all(entry in (2, 4) for entry in entries):  # the other defected twice
            forgiving[state] = [0, 1]
    found = best_responses(DILEMMA, 0, 1, forgiving[None], rounds=50, memory=2)
    assert found.value_follower[0] == pytest.approx(-0.5)  # defecting every other round
    form = matrix_game("n_prisoners_dilemma").form
    grim = np.zeros((9, 2))
    grim[:2, 0] = grim[2:, 1] = 1
    all_cooperate = np.zeros((2, 2, 2))
    all_cooperate[0, 0, 0] = 1
    for ties, value in (("optimistic", 1), ("pessimistic", 0)):  # defecting pays two -1 as well
        found = best_responses(
            form,
            "one",
            "two",
            grim[None],
            rounds=50,
            others={"three": [[1, 0]]},
            ties=ties,
            objective=all_cooperate,
        )
        assert found.value_follower[0] == pytest.approx(-1)
        assert found.value_objective[0] == pytest.approx(value)


def test_gains_of_several_classes_and_biases():
    p = np.array([[0, 0.25, 0.75, 0], [0, 1, 0, 0], [0, 0, 0.5, 0.5], [0, 0, 1, 0.0]])
    r = np.array([[10.0], [4], [3], [0]])
    gain, bias = gain_and_bias(p, r)
    limit = average(p)
    np.testing.assert_allclose(gain, limit @ r, atol=1e-9)
    np.testing.assert_allclose((np.eye(4) - p) @ bias, r - gain, atol=1e-12)
    np.testing.assert_allclose(limit @ bias, 0, atol=1e-9)


def test_chains_that_hardly_mix_are_still_exact():
    tiny = 1e-13
    p = np.array([[1 - tiny, tiny], [3 * tiny, 1 - 3 * tiny]])
    gain, _ = gain_and_bias(p, np.array([[1.0], [0.0]]))
    assert gain == pytest.approx(0.75, abs=1e-12)


def test_mistakes_are_said():
    rule = table(RULES["grim"])[None]
    with pytest.raises(InvalidArgument, match=r"shape \(1, 3, 2\) for one; expected \(n, 1 or 1"):
        best_responses(DILEMMA, 0, 1, rule[:, :3], rounds=9)
    with pytest.raises(InvalidArgument, match="sum to 2"):
        best_responses(DILEMMA, 0, 1, 2 * rule, rounds=9)
    with pytest.raises(InvalidArgument, match="cannot answer itself"):
        best_responses(DILEMMA, 0, 0, rule, rounds=9)
    with pytest.raises(InvalidArgument, match=r"an objective of shape \(3,\)"):
        best_responses(DILEMMA, 0, 1, rule, rounds=9, objective=np.zeros(3))
    with pytest.raises(InvalidArgument, match="everybody but two"):
        best_responses(matrix_game("rps_judge").form, "judge", "two", [[1, 0]])
    with pytest.raises(UnknownName, match="tie rule"):
        best_responses(DILEMMA, 0, 1, rule, ties="random")
    with pytest.raises(UnknownName, match="player 'three'"):
        best_responses(DILEMMA, 0, "three", rule)
