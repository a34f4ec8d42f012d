"""Seats: whoever plays is asked the same, and says a place in the actions that it is shown."""

import numpy as np
import pytest

from scg_envs.agents.seats import LanguageSeat, PersonSeat, PolicySeat, RandomSeat, Turn, to_act
from scg_envs.core.copies import Copy
from scg_envs.core.registry import GAMES, find_game


def begun(game, seed=0, **settings):
    problem = find_game(game).make_problem(**settings)
    copy = Copy(problem.setup)
    copy.begin(seed, problem.pre_policies.spread(1, np.random.default_rng(seed))[0])
    return problem, copy


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_what_an_agent_is_asked(game):
    problem, copy = begun(game.name)
    asked = set()
    np_random = np.random.default_rng(0)
    for _ in range(40):
        agents = to_act(copy)
        assert agents or copy.env.unwrapped.mover == problem.committed
        for agent in agents:
            turn = Turn(copy, agent)
            labels = turn.actions
            assert len(set(labels)) == len(labels) == copy.env.action_space(agent).n
            assert set(turn.legal) <= set(range(len(labels)))
            assert turn.legal
            assert turn.text
            asked.add(agent)
        copy.play({a: RandomSeat(np_random).ask(Turn(copy, a)) for a in agents})
        if copy.over:
            break
    assert turn.picture is not None
    assert asked <= set(problem.learners)


def test_best_responses_in_seats_play_as_their_policies_do():
    problem, copy = begun("bargaining")
    (policy,) = problem.solver.best_responses().values()
    seat = PolicySeat(policy, copy.env, "seller")
    while not copy.over:
        copy.play({agent: seat.ask(Turn(copy, agent)) for agent in to_act(copy)})
    exact = problem.evaluate(problem.solver.best_responses(), [copy._point])
    assert copy.rewards["seller"] == pytest.approx(exact.follower_utility["seller"][0])


def test_a_person_is_waited_for():
    _, copy = begun("household")
    turn, seat = Turn(copy, "human", "robot plays Cook"), PersonSeat([1])
    assert turn.actions == ("External", "Self")
    assert seat.ask(turn) == 1
    assert seat.ask(turn) is None
    seat.say(0)
    assert seat.ask(turn) == 0


def test_a_language_model_sits_as_a_person_does():
    class Player:
        def act(self, observation, *, sample=None):
            self.seen = observation
            return 1

    _, copy = begun("persuasion")
    while to_act(copy) != ["receiver"]:
        copy.play({})
    player = Player()
    assert LanguageSeat(player).ask(Turn(copy, "receiver")) == 1
    assert player.seen is copy.seen["receiver"]
