"""The rules of bargaining, its texts, and the peers' defects that it must not have."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs import bargaining_v0
from scg_envs.core.errors import InvalidAnswer, InvalidOptions
from scg_envs.games.bargaining.game import BargainingGame
from scg_envs.games.bargaining.text import Answer, parse, trade, write_answer


def play(game, *answers):
    """Take answers in turn; the last step's result."""
    game.reset(seed=0)
    for answer in answers:
        result = game.step({game.mover: game.take(answer)})
    return result


OFFER = [Answer("propose", float(p)) for p in (55, 45, 50)]


def test_accepting_executes_the_other_sides_last_proposal():
    _, rewards, over, _, infos = play(BargainingGame(), *OFFER, Answer("accept"))
    assert rewards == {"seller": 10, "buyer": 10}
    assert all(over.values())
    assert infos["buyer"]["price"] == 50
    assert infos["buyer"]["outcome"] == "high_price"


def test_a_rejection_ends_the_game_and_pays_nobody():
    _, rewards, over, _, infos = play(BargainingGame(), *OFFER, Answer("reject"))
    assert rewards == {"seller": 0, "buyer": 0}
    assert all(over.values())
    assert infos["seller"]["outcome"] == "no_deal"


def test_a_rejected_last_proposal_pays_nobody():
    game = BargainingGame(limit=1)
    _, rewards, over, _, _ = play(game, *OFFER[:2], Answer("reject"))
    assert all(over.values())
    assert rewards == {"seller": 0, "buyer": 0}


def test_the_mask_knows_budget_limit_standing_offer_and_the_last_move():
    game = BargainingGame(budget=45.0, limit=1, horizon=3)
    seen, _ = game.reset(seed=0)
    assert not seen["seller"]["action_mask"][1]  # nothing stands
    assert seen["buyer"]["action_mask"].tolist() == [1] + [0] * 43  # not to move
    seen, *_ = game.step({"seller": game.take(Answer("propose", 50.0))})
    mask = seen["buyer"]["action_mask"]
    assert not mask[1]  # it cannot pay 50
    assert mask[3:].sum() == 16  # 30 to 45
    with pytest.raises(InvalidAnswer, match="your budget is 45"):
        game.action(Answer("propose", 46.0))
    with pytest.raises(InvalidAnswer, match="from 30 to 70"):
        game.action(Answer("propose", 400.0))
    game.step({"buyer": game.take(Answer("propose", 41.0))})
    with pytest.raises(InvalidAnswer, match="no proposals left"):
        game.action(Answer("propose", 44.0))


def test_a_message_is_heard_and_a_reason_is_not():
    game = BargainingGame(words=True)
    game.reset(seed=0)
    answer = Answer("propose", 55.0, "Rare as can be.", "I would take 41.")
    *_, infos = game.step({"seller": game.take(answer)})
    assert "Rare as can be." in infos["buyer"]["text"]
    assert "I would take 41." not in infos["buyer"]["text"]
    *_, infos = game.step({"buyer": game.take(Answer("propose", 45.0))})
    assert "Rare as can be." not in infos["seller"]["text"]  # it is the other's words that are read


def test_a_message_of_an_earlier_episode_is_forgotten():
    game = BargainingGame(words=True)
    game.reset(seed=0)
    game.take(Answer("propose", 55.0, "left over"))
    game.reset(seed=0)
    *_, infos = game.step({"seller": 3})
    assert "left over" not in infos["buyer"]["text"]


def test_values_can_be_set():
    env = bargaining_v0.parallel_env("private", words=True)
    _, infos = env.reset(seed=0, options={"worth": 55.0})
    assert "worth 55" in infos["buyer"]["text"]
    assert "55" not in infos["seller"]["text"]
    with pytest.raises(InvalidOptions, match="56"):
        env.reset(options={"worth": 56.0})


words = st.text(st.characters(exclude_characters="<>", exclude_categories=["Cs", "Cc"])).map(
    str.strip
)
answers = st.one_of(
    st.builds(Answer, st.just("propose"), st.integers(30, 70).map(float), words, words),
    st.builds(Answer, st.sampled_from(["accept", "reject"]), st.none(), words, words),
)


@given(answers)
def test_what_is_written_is_read_back(answer):
    assert parse(write_answer(answer)) == answer


@pytest.mark.parametrize(
    "text",
    [
        "<player answer> Player BLUE ACCEPT </player answer>",
        "<player answer> NONE </player answer>",
        f"<player answer> ACCEPT </player answer><newly proposed trade> {trade(45)} "
        "</newly proposed trade>",
        '{"player answer": "NONE", "price": 45, "newly proposed trade": "' + trade(44) + '"}',
        '{"player answer": "NONE", "price": "45 + 1"}',
        "<player answer> NONE </player answer><newly proposed trade> Player RED Gives X: 2 | "
        "Player BLUE Gives ZUP: 45 </newly proposed trade>",
    ],
)
def test_what_no_rule_allows_is_refused(text):
    with pytest.raises(InvalidAnswer):
        parse(text)


@settings(max_examples=40)
@given(st.data())
def test_every_legal_play_ends_with_payoffs_that_add_up(data):
    game = BargainingGame(discount=0.9)
    seen, _ = game.reset(seed=0)
    moves = 0
    while game.agents:
        legal = np.flatnonzero(seen[game.mover]["action_mask"]).tolist()
        action = data.draw(st.sampled_from(legal))
        assert game.action(game.answer(action)) == action
        seen, rewards, _, _, infos = game.step({game.mover: action})
        moves += 1
    assert moves <= 10
    if infos["buyer"]["price"] is None:
        assert rewards == {"seller": 0, "buyer": 0}
    else:
        assert sum(rewards.values()) == pytest.approx(20 * 0.9 ** (moves - 2))
