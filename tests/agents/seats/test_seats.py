"""Seats: whoever plays is asked the same, and says a place in the actions that it is shown."""

from threading import Event

import numpy as np
import pytest

from scg_envs.agents.language import Answer
from scg_envs.agents.seats import (
    LanguageSeat,
    PatientSeat,
    PersonSeat,
    PolicySeat,
    RandomSeat,
    Turn,
    language,
    to_act,
)
from scg_envs.core.copies import Copy
from scg_envs.core.errors import ServerFailed
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


class Model:
    """A client whose model answers what it is told to."""

    def __init__(self, *said):
        self.said, self.asked = list(said), []

    def ask(self, messages, *, sample=0, schema=None, sampling=None):
        self.asked.append((list(messages), sample, schema))
        return Answer(self.said.pop(0))


def test_a_language_model_sits_as_a_person_does():
    _, copy = begun("persuasion")
    while to_act(copy) != ["receiver"]:
        copy.play({})
    turn = Turn(copy, "receiver")
    client = Model("<action> wait </action>", '{"action": "BUY"}')
    seat = LanguageSeat(client, "receiver", "a sale", announcement="sender is honest", sample=7)
    assert turn.actions[seat.ask(turn)] == "buy"  # to wait is not legal, and was shown back
    (rules, asked), sample, schema = client.asked[0]
    assert "You play as receiver" in rules["content"]
    assert "sender is honest" in rules["content"]
    assert asked["content"] == f"{turn.text}\n<you may> pass, buy </you may>"
    assert (sample, schema["properties"]["action"]["enum"]) == (7, ["pass", "buy"])


def test_labels_that_differ_by_their_case_alone_are_told_apart():
    form = language._form(("A", "a", "Bb"))
    said = {"A": "A", "a": "a", "bB": "Bb"}
    assert {word: form.read(f"<action>{word}</action>").action for word in said} == said


def test_a_patient_seat_is_asked_once_and_says_none_until_it_is_answered():
    _, copy = begun("household")
    turn, open_ = Turn(copy, "human"), Event()

    class Slow:
        asked, recalled = 0, ()

        def thought(self, turn):
            self.asked += 1

            def think():
                assert open_.wait(30)
                if self.asked == 1:
                    raise ServerFailed("broken")
                return 1

            return think

        def recall(self, turn, action):
            self.recalled = (*self.recalled, action)

    slow = Slow()
    seat = PatientSeat(slow, [0])
    assert (seat.knows, seat.ask(turn), slow.recalled) == (True, 0, (0,))
    assert [seat.ask(turn) for _ in range(5)] == [None] * 5
    assert (slow.asked, seat.knows) == (1, False)
    open_.set()
    while not seat.knows:
        pass
    with pytest.raises(ServerFailed):
        seat.ask(turn)
    assert seat.answers == [0]
    while (answer := seat.ask(turn)) is None:
        pass
    assert (answer, slow.asked, seat.answers) == (1, 2, [0, 1])
