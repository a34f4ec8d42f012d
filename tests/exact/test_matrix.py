"""Walks the registry: exact answers of matrix games, against all pure profiles one by one."""

from itertools import product

import numpy as np
import pytest

from scg_envs.core.errors import InvalidArgument
from scg_envs.core.registry import GAMES
from scg_envs.games.matrix.game import MatrixEnv

SMALL = {"cost_sharing": {"parts": 3}, "composite": {"games": "111+322", "how": "nested"}}
SIDES = {"uniform": np.mean, "optimistic": max, "pessimistic": min}
GAMES_IN_TABLES = [game for game in GAMES if game.module == "scg_envs.matrix_v0"]


def played(problem):
    """By joint action what everybody is paid, and whether it is what is wanted, as it is played."""
    env = MatrixEnv(problem.apart.game)
    agents, found = env.possible_agents, {}
    for joint in product(*(range(int(env.action_space(agent).n)) for agent in agents)):
        env.reset(seed=0)
        _, rewards, _, _, infos = env.step(dict(zip(agents, joint, strict=True)))
        wanted = infos[agents[0]]["outcome"] == problem.desirable
        found[joint] = {a: float(rewards[a]) for a in agents}, float(wanted)
    return agents, found


class Plain:
    """A game as it is played, and who chooses in it."""

    def __init__(self, problem):
        self.agents, self.cells = played(problem)
        self.habits = dict(problem.apart.game.habits)
        self.leader, game = problem.committed, problem.apart.game
        self.sizes = {a: len(game.form.actions[game.agent(a)]) for a in self.agents}
        self.habit = {a: game.action(a, action) for a, action in self.habits.items()}

    def worth(self, profile, mixture):
        """What everybody is paid and P, where the leader plays a mixture and the rest a profile."""
        paid, p = dict.fromkeys(self.agents, 0.0), 0.0
        for own, chance in enumerate(mixture):
            if chance > 0:
                joint = tuple((profile | {self.leader: own})[a] for a in self.agents)
                rewards, wanted = self.cells[joint]
                paid = {a: paid[a] + chance * rewards[a] for a in self.agents}
                p += chance * wanted
        return paid, p

    def mixture(self, action):
        return np.eye(self.sizes[self.leader])[action]

    def stable(self, profile, mixture, choosing):
        paid, _ = self.worth(profile, mixture)
        for agent in choosing:
            for other in range(self.sizes[agent]):
                if agent == self.leader:
                    changed, _ = self.worth(profile, self.mixture(other))
                else:
                    changed, _ = self.worth(profile | {agent: other}, mixture)
                if changed[agent] > paid[agent] + 1e-9:
                    return False
        return True

    def profiles(self, choosing):
        free = [range(self.sizes[a]) if a in choosing else [self.habit[a]] for a in self.others]
        return [dict(zip(self.others, joint, strict=True)) for joint in product(*free)]

    @property
    def others(self):
        return [a for a in self.agents if a != self.leader]

    @property
    def followers(self):
        return [a for a in self.others if a not in self.habit]

    def before(self):
        """The equilibria without a commitment, as the leader's action and the others' profile."""
        own = [self.habit[self.leader]] if self.leader in self.habit else None
        own = range(self.sizes[self.leader]) if own is None else own
        choosing = [a for a in self.agents if a not in self.habit]
        return [
            (action, profile)
            for action in own
            for profile in self.profiles(choosing)
            if self.stable(profile, self.mixture(action), choosing)
        ]

    def after(self, mixture):
        """The followers' equilibria where the leader is expected to play a mixture."""
        choosing = self.followers
        return [p for p in self.profiles(choosing) if self.stable(p, mixture, choosing)]


def values(plain, problem, point, credibility, observability):
    """P of each answer that is seen, and of each that is not."""
    size = plain.sizes[plain.leader]
    unkept = np.full(size, 1 / size)
    if plain.leader in plain.habit:
        unkept = plain.mixture(plain.habit[plain.leader])
    expected = credibility * plain.mixture(point) + (1 - credibility) * unkept
    seen = [plain.worth(profile, expected)[1] for profile in plain.after(expected)]
    unseen = []
    if observability < 1:
        unseen = [plain.worth(profile, expected)[1] for _, profile in plain.before()]
    return seen, unseen


def made_of(seen, unseen, observability, side):
    if not seen or (observability < 1 and not unseen):
        return np.nan
    return observability * side(seen) + (1 - observability) * (side(unseen) if unseen else 0.0)


@pytest.mark.parametrize("game", GAMES_IN_TABLES, ids=lambda game: game.name)
def test_exact_answers_are_those_of_going_through_all_profiles(game):
    plain = None
    for ties, credibility, observability in product(SIDES, (1.0, 0.6), (1.0, 0.6)):
        settings = {"ties": ties, "credibility": credibility, "observability": observability}
        try:
            problem = game.make_problem(**SMALL.get(game.name, {}), **settings)
        except InvalidArgument:  # no answer of several followers is claimed (`test_uncertain`)
            assert observability < 1
            assert len(plain.followers) > 1
            continue
        plain = plain or Plain(problem)
        side, points = SIDES[ties], np.arange(problem.pre_policies.size)
        found = problem.solver.respond(points)
        each = [values(plain, problem, k, credibility, observability) for k in points]
        expected = [made_of(*one, observability, side) for one in each]
        np.testing.assert_allclose(found.p, expected, atol=1e-9)
        limits = [[made_of(*one, observability, end) for end in (min, max)] for one in each]
        np.testing.assert_allclose(problem.solver.bounds(points), limits, atol=1e-9)
        if not np.isnan(expected).all():
            assert problem.solver.optimum().value == pytest.approx(np.nanmax(expected))
        before = problem.solver.before()
        start = [plain.worth(p, plain.mixture(k))[1] for k, p in plain.before()]
        assert before.p == (pytest.approx(side(start)) if start else None)
        if start:
            assert (before.low, before.high) == pytest.approx((min(start), max(start)))
        known = np.flatnonzero(~np.isnan(expected))
        if len(known):
            answers = problem.evaluate(problem.solver.best_responses(), known)
            assert np.nanmax(answers.regret_max) < 1e-9
            low, high = np.array(limits)[known].T
            assert ((low - 1e-9 <= answers.p) & (answers.p <= high + 1e-9)).all()


@pytest.mark.parametrize("credibility", [1.0, 0.6])
@pytest.mark.parametrize("game", GAMES_IN_TABLES, ids=lambda game: game.name)
def test_followers_of_other_kinds_answer_what_they_expect(game, credibility):
    """One follower: within epsilon, by softmax, shunning variance, slipping, or of level 0."""
    numbers = {"epsilon": 0.7, "rate": 0.5, "risk_aversion": 0.3, "tremble": 0.2, "level": 0}
    problem = game.make_problem(**SMALL.get(game.name, {}), credibility=credibility, **numbers)
    plain = Plain(problem)
    if len(plain.followers) > 1:
        return
    (follower,) = plain.followers
    size = plain.sizes[plain.leader]
    for point in range(min(problem.pre_policies.size, 6)):
        e = credibility * plain.mixture(point) + (1 - credibility) / size
        each = [plain.worth(profile, e) for profile in plain.profiles([follower])]
        own, p = np.array([paid[follower] for paid, _ in each]), np.array([one for _, one in each])
        squares = [
            sum(
                w * plain.worth(f, plain.mixture(a))[0][follower] ** 2 for a, w in enumerate(e) if w
            )
            for f in plain.profiles([follower])
        ]
        soft = np.exp(0.5 * (own - own.max()))
        best, averse = own >= own.max() - 1e-9, own - 0.3 * (np.array(squares) - own**2)
        expected = {
            "epsilon": p[own >= own.max() - 0.7 - 1e-9].mean(),
            "logit": (soft @ p) / soft.sum(),
            "risk-averse": p[averse >= averse.max() - 1e-9].mean(),
            "trembling": 0.8 * p[best].mean() + 0.2 * p.mean(),
            "level-k": p.mean(),
        }
        for relation, value in expected.items():
            if relation in problem.solver.relations:
                assert problem.solver.respond([point], relation).p[0] == pytest.approx(value)
