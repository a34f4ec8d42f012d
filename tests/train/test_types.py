"""A certificate holds for each of a follower's private types: no rare one is lost in a mean."""

import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from hypothesis import assume, given
from hypothesis import strategies as st

from scg_envs.agents.responders.given import GivenResponder
from scg_envs.core.evaluate import Regret
from scg_envs.core.registry import GAMES, find_game
from scg_envs.games.bargaining.problem import BargainingProblem
from scg_envs.games.bargaining.rules import Rules
from scg_envs.games.dialogue.solver import ReasoningSolver
from scg_envs.train.search import search
from scg_envs.train.search.trust import TRUSTED_REGRET, bounds_of, certified, hidden

from ..registered import one_of_each, ruled

# The columns of an observation that say what chance has decided, by family: a follower's type.
TYPES = {"barrier": slice(2, None), "bargaining": [5], "ultimatum": [3, 5], "assistance": [0]}
SETTINGS = {
    "barrier": {"layout": "contested"},
    "bargaining": {
        "layout": Rules(
            "types",
            costs=(40.0, 41.0, 42.0),
            worths=(56.0, 60.0),
            highest=52.0,
            discount=0.95,
            horizon=4,
        ),
        "seller": "bayesian",
    },
    "ultimatum": {"layout": "mixed"},
    "assistance": {},
}
PRIVATE = sorted({g.name for g in GAMES} & set(SETTINGS))


class AllButOne:
    """Plays best, but for one type, which idles from beginning to end."""

    memoryless = True

    def __init__(self, best, columns):
        self._best, self._columns, self.idles = best, columns, None
        self.met = set()

    def initial_state(self, keys):
        return self._best.initial_state(keys)

    def act(self, observations, state, starts):
        seen = observations["observation"] if isinstance(observations, dict) else observations
        actions, state = self._best.act(observations, state, starts)
        types = [tuple(row) for row in np.asarray(seen)[:, self._columns].tolist()]
        self.met.update(types)
        actions = np.asarray(actions).copy()
        if self.idles is not None:
            actions[[one == self.idles for one in types]] = 0
        return actions, state


def answers_of(problem, policy, points):
    answers = GivenResponder(problem, policy).respond(points)
    bounds = bounds_of(problem, points, answers)
    return answers, bounds


@pytest.fixture(scope="module", params=PRIVATE)
def private(request):
    """A game with types, the best policy, the points under which it is certified, and the types."""
    name = request.param
    problem = find_game(name).make_problem(**SETTINGS[name])
    (best,) = problem.solver.best_responses().values()
    policy = AllButOne(best, TYPES[name])
    points = np.arange(problem.pre_policies.size)
    if isinstance(problem.solver, ReasoningSolver):  # where idling, which earns 0, is not as good
        points = points[problem.solver.learner_value(points, sees=True).min(axis=1) > 0.1]
    points = points[:4]
    answers, bounds = answers_of(problem, policy, points)
    sure = certified(answers, bounds, problem.stakes)
    assert sure.any()
    assert len(policy.met) > 2
    # The selfish offer next to nothing, which of small amounts is nothing: so they idle.
    types = [one for one in policy.met if name != "ultimatum" or one[1] > 0]
    return problem, best, points[sure], sorted(types)


@given(data=st.data())
def test_a_policy_that_plays_best_for_all_types_but_one_is_never_certified(private, data):
    problem, best, points, types = private
    policy = AllButOne(best, TYPES[problem.game])
    policy.idles = data.draw(st.sampled_from(types))
    point = np.array([data.draw(st.sampled_from(points.tolist()))])
    policy.met = set()
    answers, bounds = answers_of(problem, policy, point)
    assume(policy.idles in policy.met)
    assert answers.regret_max[0] > TRUSTED_REGRET * problem.stakes
    assert not certified(answers, bounds, problem.stakes).any()
    # A type is as rare as it is, and hides no more than it can.
    low, high = problem.solver.bounds(point)[0]
    unsure = hidden(answers, bounds, problem.stakes)[0]
    assert answers.p[0] - unsure - 1e-9 <= high
    assert answers.p[0] + unsure + 1e-9 >= low
    assert unsure < 1


def test_every_game_whose_follower_has_types_is_walked():
    """Ours that are neither tables of payoffs nor played under one setting only."""
    problems = {game.name: game.make_problem() for game in one_of_each()}
    settings = ruled()
    untyped = {name for name, problem in problems.items() if name in settings and problem.types < 2}
    families = {problem.family for name, problem in problems.items() if name not in untyped}
    assert families - {"matrix"} == set(TYPES)


@given(
    gaps=st.lists(st.sampled_from([0.0, 1e-12, 1e-3, 0.7]), min_size=1, max_size=5),
    weights=st.lists(st.integers(0, 1000), min_size=5, max_size=5),
)
def test_regret_is_that_of_each_case_that_can_happen(gaps, weights):
    chances = np.array(weights[: len(gaps)], dtype=float)
    assume(chances.sum() > 0)
    chances /= chances.sum()
    regret = Regret.of(np.array([gaps]), chances)
    possible = [gap for gap, chance in zip(gaps, chances, strict=True) if chance > 0]
    assert regret.greatest[0] == max(possible)
    assert regret.mean[0] == pytest.approx(sum(g * c for g, c in zip(gaps, chances, strict=True)))
    assert regret.optimal[0] == pytest.approx(
        sum(c for g, c in zip(gaps, chances, strict=True) if g < 1e-9)
    )


def test_what_a_given_seller_comes_to_is_no_draw_of_one_value():
    """Every episode that can be: the policy is the solver's own, whose P is found another way."""
    problem = BargainingProblem(**SETTINGS["bargaining"], observability=0.7, ties="optimistic")
    points = np.arange(0, problem.pre_policies.size, 5)
    (best,) = problem.solver.best_responses().values()
    answers = GivenResponder(problem, best).respond(points)
    exact = problem.solver.respond(points)
    assert answers.p == pytest.approx(exact.p, abs=1e-9)
    assert answers.utility == pytest.approx(exact.utility, abs=1e-9)
    assert answers.regret["seller"] == pytest.approx(exact.regret["seller"], abs=1e-9)
    assert answers.regret_max == pytest.approx(exact.regret_max, abs=1e-9)


def test_a_policy_is_judged_as_episodes_say():
    """By 4000 episodes of the game itself, whose buyer draws when it accepts."""
    problem = BargainingProblem("private", seller="calibrated", horizon=4)

    def gives_in(seen):
        return np.where(seen[:, 1] > 5, 1, 3 + 8 - seen[:, 0])

    points = np.array([0, 9])
    answers = GivenResponder(problem, gives_in).respond(points)
    env = problem.learner_env(4000, learner="seller", autoreset_mode=AutoresetMode.DISABLED)
    for row, point in enumerate(points):
        seen, _ = env.reset(seed=3, options={"pre_policy": np.full(4000, point)})
        over, low = np.zeros((2, 4000), dtype=bool)
        while not over.all():
            seen, _, ended, _, infos = env.step(gives_in(seen))
            if ended.any():
                low[ended] = infos["outcome"][ended] == env.outcomes.index("low_price")
            over |= ended
        assert low.mean() == pytest.approx(answers.p[row], abs=0.03)
    assert 0 < answers.p[0] < 1


def test_a_rare_type_is_no_rounding_of_a_search():
    found = search("ultimatum", layout="mixed", responder=lambda seen: np.zeros(len(seen), int))
    assert found.trust == "not learned"
    assert found.causal_effect is None
