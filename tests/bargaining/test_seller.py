"""A committing seller, discounts and outside options of each side, by a plain tree of moves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.core.errors import InvalidArgument, UnknownName
from scg_envs.core.policy import Player, alone
from scg_envs.games.bargaining.environments import learner_view
from scg_envs.games.bargaining.mirror import BUYERS, mirrored_rules, mirrored_table, unbound_seller
from scg_envs.games.bargaining.players import calibrated_seller
from scg_envs.games.bargaining.problem import BargainingProblem
from scg_envs.games.bargaining.rules import BUYER, ROLES, SELLER, Rules, load_rules
from scg_envs.games.bargaining.solve import backward_induction, rubinstein_price, solved_price


def plain(rules, held, clock=0, last=(None, None), made=(0, 0)):
    """(seller's, buyer's) utility and the deal's price, by trying every move of who is free.

    Who is indifferent accepts, else does what is best for the other. `held` is None, or who keeps
    to a plan, and the numbers of its prices, turn by turn.
    """
    mover = (clock + (rules.first == "buyer")) % 2
    date = np.array(rules.discounts) ** max(clock - 1, 0)
    standing = last[1 - mover]
    options = []
    if standing is not None:
        price = rules.prices[standing]
        gains = np.array([price - rules.costs[0], rules.worths[0] - price])
        options.append((*(date * gains), price))
    accepts, left = len(options), (*(date * rules.outside), None)

    def proposed(k):
        now, count = list(last), list(made)
        now[mover], count[mover] = k, made[mover] + 1
        return plain(rules, held, clock + 1, tuple(now), tuple(count))

    can_propose = made[mover] < rules.proposals and clock < rules.horizon - 1
    if held is not None and held[0] == mover:
        plan = held[1][clock // 2]
        if accepts and (standing >= plan if mover == SELLER else standing <= plan):
            return options[0]
        return proposed(plan) if can_propose else left
    if can_propose:
        options += [proposed(k) for k in range(len(rules.prices))]
    options.append(left)
    best = max(option[mover] for option in options)
    if accepts and options[0][mover] >= best - 1e-9:
        return options[0]
    return max((o for o in options if o[mover] >= best - 1e-9), key=lambda o: o[1 - mover])


def plan_of(rules, label, role):
    """The numbers of the prices of a label such as 50, "50+5" or "50-5", turn by turn."""
    first, step = label, 0.0
    if isinstance(label, str):
        first, step = map(float, label.split("+" if role == BUYER else "-"))
    if role == BUYER:
        return [rules.number(min(first + step * r, rules.worths[0])) for r in range(rules.rounds)]
    least = min(p for p in rules.prices if p >= rules.costs[0])
    return [rules.number(max(first - step * r, least)) for r in range(rules.rounds)]


RULES = {
    "seller_discount": st.sampled_from([1.0, 0.9, 0.5]),
    "buyer_discount": st.sampled_from([1.0, 0.8, 0.3]),
    "outside": st.sampled_from([(0.0, 0.0), (3.0, 0.0), (0.0, 7.0), (4.0, 2.0)]),
    "first": st.sampled_from(ROLES),
    "horizon": st.integers(2, 4),
    "limit": st.sampled_from([None, 1]),
    "costs": st.sampled_from([(40.0,), (43.0,)]),
}


@settings(max_examples=120)
@given(changes=st.fixed_dictionaries(RULES))
def test_free_bargaining_is_the_plain_tree(changes):
    rules = Rules(lowest=40, highest=60, tick=5, **changes)
    seller, buyer, price = plain(rules, None)
    for committed, kind in (("buyer", {"seller": "rational"}), ("seller", {})):
        problem = BargainingProblem(rules, committed=committed, ties="optimistic", **kind)
        (ending,) = problem.solver.endings(0)
        own = ending.buyer if committed == "buyer" else ending.seller
        assert (ending.price is None) == (price is None)
        found = (ending.seller, ending.buyer)[:: 1 if committed == "buyer" else -1]
        assert found == pytest.approx((seller, buyer))
        assert own == pytest.approx(buyer)


@settings(max_examples=220)
@given(
    changes=st.fixed_dictionaries(RULES),
    committed=st.sampled_from(ROLES),
    place=st.floats(0, 1, exclude_max=True),
    space=st.sampled_from(["price", "schedule"]),
)
def test_a_plan_that_is_kept_is_answered_as_in_the_plain_tree(changes, committed, place, space):
    rules = Rules(lowest=40, highest=60, tick=5, **changes)
    kind = {"seller": "rational"} if committed == "buyer" else {"buyer": "rational"}
    problem = BargainingProblem(
        rules, committed=committed, ties="optimistic", pre_policy=space, **kind
    )
    point = 1 + int(place * (problem.pre_policies.size - 1))
    role = ROLES.index(committed)
    expected = plain(rules, (role, plan_of(rules, problem.pre_policies.label(point), role)))
    points = np.array([point])
    value = problem.solver.learner_value(points, sees=True)[0, 0]
    assert value == pytest.approx(expected[1 - role])
    found = problem.solver.respond(points)
    assert found.regret_max[0] == pytest.approx(0, abs=1e-9)
    wanted = expected[2] is not None and (expected[2] <= rules.target) == (role == BUYER)
    assert found.p[0] == pytest.approx(float(wanted))
    played = problem.evaluate(problem.solver.best_responses(), points)
    assert played.p[0] == pytest.approx(float(wanted))
    if expected[2] is not None:  # else who is indifferent when to leave decides it
        assert played.utility[0] == pytest.approx(expected[role])
    assert played.regret[problem.learner][0] == pytest.approx(0, abs=1e-9)


def test_two_discounts_have_rubinsteins_shares():
    for own, other in ((0.9, 0.8), (0.5, 0.95), (1.0, 0.6)):
        share = (1 - other) / (1 - own * other)
        assert rubinstein_price(0, 1, (own, other)) == pytest.approx(share)
        assert rubinstein_price(0, 1, (other, own), "buyer") == pytest.approx(1 - share)
        for first in ROLES:
            solved = solved_price(3, 9, (own, other), first=first)
            assert solved == pytest.approx(rubinstein_price(3, 9, (own, other), first), abs=1e-6)


def test_a_division_is_glee_s_within_the_ticks():
    """Twelve offers at .9 each, the last one the other's: .3777 of it, rounded twelve times."""
    for first, sign in (("seller", 1), ("buyer", -1)):
        price = backward_induction(load_rules("division", first=first)).price
        assert sign * (price - 50) + 50 == pytest.approx(37.77, abs=1.0)
    fine = Rules(
        costs=(0.0,), worths=(2.0,), lowest=0.0, highest=2.0, tick=0.01, horizon=13, limit=None,
        discount=0.9,
    )  # fmt: skip
    assert backward_induction(fine).price == pytest.approx(2 * 0.3777, abs=0.02)


def test_the_last_word_leaves_the_other_its_outside_option():
    """Without a discount: the seller, who proposes last, has all but the buyer's 6."""
    problem = BargainingProblem("negotiation", committed="seller", ties="optimistic")
    assert problem.solver.before().utility == pytest.approx(14)
    turned = BargainingProblem("negotiation", committed="buyer", seller="rational", target=44)
    assert turned.solver.before().p == 0.0
    assert turned.solver.respond([turned.pre_policies.point(45)]).utility[0] == pytest.approx(15)
    assert load_rules("negotiation", seller_outside=1).outside == (1.0, 6.0)
    assert load_rules("negotiation", buyer_outside=1).outside == (4.0, 1.0)


def test_looking_from_the_other_end_twice_changes_nothing():
    rules = load_rules("outside", seller_discount=0.7)
    once = mirrored_rules(rules)
    assert (once.first, once.outside, once.buyer_discount) == ("buyer", (0.0, 12.0), 0.7)
    again = mirrored_rules(once)
    assert (again.costs, again.worths, again.outside) == (rules.costs, rules.worths, rules.outside)
    table = calibrated_seller(rules)
    for part, other in zip(table, mirrored_table(mirrored_table(table)), strict=True):
        assert (part == other).all()


@pytest.mark.parametrize("kind", ["price", "schedule"])
@pytest.mark.parametrize("buyer", BUYERS)
def test_what_is_played_is_what_is_solved(kind, buyer):
    """Of every buyer, draws of the seller's included, in the batch and in a single game."""
    layout = "private" if buyer == "bayesian" else "discounted"
    problem = BargainingProblem(
        layout, committed="seller", buyer=buyer, pre_policy=kind, horizon=6, tick=5.0
    )
    points = np.arange(problem.pre_policies.size)[::3]
    solved = problem.solver.respond(points)
    exact = [problem.solver.found(int(k), True) for k in points]
    if buyer != "ordinary":  # which draws, and so is not its likelier action
        played = problem.evaluate(problem.solver.best_responses(), points)
        assert played.p == pytest.approx([p for p, _ in exact])
        assert played.utility == pytest.approx([own for _, own in exact])
    assert (solved.regret_max >= -1e-12).all()
    if buyer == "rational":
        assert solved.regret_max.max() == pytest.approx(0, abs=1e-9)
        view = learner_view(**problem.settings(), committed="seller")
        for k in points[:3]:
            (ending,) = problem.solver.endings(int(k))
            seen, _ = view.reset(seed=0, options={"pre_policy": problem.pre_policies.label(int(k))})
            player, over = Player(problem.solver.best_responses()["buyer"], 1), False
            while not over:
                seen, reward, over, _, _ = view.step(int(player.act(alone(seen))[0]))
            assert reward == pytest.approx(ending.seller)  # the buyer's, from the other end


def test_doing_nothing_does_nothing():
    for ties in ("optimistic", "pessimistic", "uniform"):
        problem = BargainingProblem("discounted", committed="seller", ties=ties)
        assert problem.solver.respond([0]).p[0] == problem.solver.before().p


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"seller_discount": 1.5}, "seller_discount is 1.5; expected more than 0, 1 at most"),
        ({"buyer_discount": -0.1}, "buyer_discount is -0.1"),
        ({"buyer_discount": float("nan")}, "buyer_discount"),
        ({"seller_outside": 15.0, "buyer_outside": 6.0}, "nobody would trade"),
        ({"seller_outside": -1.0}, "outside"),
        ({"seller_outside": float("nan")}, "seller_outside"),
        ({"seller": "rational"}, "the seller commits"),
        ({"pre_policy": "ceiling"}, "price, schedule."),
        ({"committed": "buyer", "buyer": "rational"}, "the buyer commits"),
        ({"buyer": "ordinary", "ties": "optimistic"}, "nothing ties"),
        ({"budget": 55.0}, "budget is 55"),
    ],
)
def test_mistakes_are_named(changes, match):
    with pytest.raises(InvalidArgument, match=match):
        BargainingProblem(**{"committed": "seller"} | changes)


def test_names_are_checked():
    with pytest.raises(UnknownName, match="buyer"):
        BargainingProblem(committed="seller", buyer="friendly")
    with pytest.raises(UnknownName, match="first"):
        BargainingProblem(first="nobody")
    with pytest.raises(InvalidArgument, match="below 1 for one side"):
        rubinstein_price(40, 60, (1.0, 1.0))
    assert unbound_seller(load_rules("complete"), "ordinary").accept.any()


@pytest.mark.parametrize("committed", ROLES)
@pytest.mark.parametrize("tick", [1.0, 10.0])
def test_who_moves_first_may_leave_at_once(committed, tick):
    """The outside option is all there is to gain, so that it takes a deal only if that ties."""
    other = "buyer" if committed == "seller" else "seller"
    changes = {f"{committed}_outside": 20.0, "first": committed, other: "rational", "tick": tick}
    problem = BargainingProblem(committed=committed, lowest=40, highest=60, **changes)
    best = problem.pre_policies.point(60 if committed == "seller" else 40)
    found = problem.solver.respond([0, best])
    assert found.p.tolist() == [0.5, 0.5]  # a deal where the other accepts what ties
    assert found.utility[0] == pytest.approx(20)
    assert problem.solver.bounds([0]).tolist() == [[0.0, 1.0]]
    played = problem.evaluate(problem.solver.best_responses(), np.array([0, best]))
    assert played.regret_max == pytest.approx(0)
