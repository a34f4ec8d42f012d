"""The named games, files, payoffs; what is said of a mistake."""

import inspect
import pickle
from pathlib import Path

import numpy as np
import pytest

from scg_envs.causal.examples import EXAMPLES
from scg_envs.causal.exchange import write_nfg
from scg_envs.causal.normal_form import (
    NormalForm,
    equilibria,
    evaluate_commitment,
    mixed_commitment,
    pure_commitment,
    pure_equilibria,
    select,
)
from scg_envs.causal.strategic import StrategicForm, players_of
from scg_envs.core.errors import InvalidArgument, InvalidGameFile, UnknownName
from scg_envs.games.matrix.games import GAMES, MatrixGame, matrix_game

DATA = Path(__file__).parents[1] / "data"


def value(commitment):
    return pytest.approx(commitment.value, abs=1e-9)


@pytest.mark.parametrize("name", [name for name in GAMES if name != "ordinal"])
def test_every_game_is_whole_and_has_a_page(name):
    game = matrix_game(name)
    assert game.name == name
    assert game.desirable_table.any()
    assert game.outcome_of.shape == game.form.shape
    assert sorted(np.unique(game.outcome_of)) == list(range(len(game.outcomes)))
    assert game.committed != game.learner
    assert game.title
    assert game.source
    assert game.summary == GAMES[name].__doc__.splitlines()[0].rstrip(".")
    assert len(GAMES[name].__doc__.splitlines()) > 4
    for parameter in inspect.signature(GAMES[name]).parameters:
        assert f"{parameter}:" in GAMES[name].__doc__
    twin = pickle.loads(pickle.dumps(game))
    np.testing.assert_array_equal(twin.form.payoffs, game.form.payoffs)


@pytest.mark.parametrize("name", [name for name in GAMES if name in EXAMPLES])
def test_outcomes_agree_with_the_causal_game_of_the_same_name(name):
    example = EXAMPLES[name]
    causal = example.build()
    form = StrategicForm(causal, players_of(causal, causal.decisions(), "decision"))
    game = matrix_game(name)
    np.testing.assert_array_equal(game.desirable_table, form.table(example.desirable))
    if name != "wichardt":  # there, one of the agent's two decisions commits
        assert game.committed == example.committed


# FACTS: pure equilibria's values to the leader, best pure and best mixed commitment.
@pytest.mark.parametrize(
    ("name", "values", "pure", "mixed"),
    [
        ("conitzer_sandholm", [2], 3, 3.5),
        ("climbing", [11, 7], 11, 11),
        ("penalty", [10, 2, 10], 10, 10),
        ("stag_hunt", [4, 2], 4, 4),
        ("battle_of_the_sexes", [2, 1], 2, 2),
        ("chicken", [-1, 1], 1, 1),
        ("prisoners_dilemma", [-2], -2, -2),
        ("matching_pennies", [], -1, 0),
        ("rock_paper_scissors", [], -1, 0),
    ],
)
def test_known_answers(name, values, pure, mixed):
    form = matrix_game(name).form
    found = [form.payoffs[(0, *joint)] for joint in pure_equilibria(form)]
    assert found == values
    assert value(pure_commitment(form, 0)) == pure
    assert value(mixed_commitment(form, 0)) == mixed


@pytest.mark.parametrize("k", [0, -1, -30, -100.5])
def test_the_penalty_game_is_worth_10_whatever_the_penalty(k):
    game = matrix_game("penalty", k=k)
    assert game.form.payoffs[0, 0, 2] == k
    assert value(pure_commitment(game.form, "one")) == 10


def test_household_before_and_after():
    game = matrix_game("household")
    found = equilibria(game.form)
    before = {
        selection: select(found, game.form, selection).expected(game.form, game.desirable_table)
        for selection in ("pure", "extreme")
    }
    assert before == {"pure": pytest.approx(1 / 2), "extreme": pytest.approx(5 / 12)}
    assert value(pure_commitment(game.form, "robot", game.desirable_table)) == 1
    cook = evaluate_commitment(game.form, "robot", np.array([1.0, 0.0]), game.desirable_table)
    assert cook.value == 0


def test_the_judge_keeps_to_cooperative_rules_unless_it_commits():
    game = matrix_game("rps_judge")
    assert game.habits == {"judge": "cooperative"}
    played = game.form.fix("judge", np.array([1.0, 0.0]))
    match = np.eye(3)
    found = equilibria(played)
    assert len(found) == 7
    assert select(found, played, "pure").expected(played, match) == 1
    assert select(found, played, "extreme").expected(played, match) == pytest.approx(29 / 42)
    competitive = np.array([0.0, 1.0])
    answer = evaluate_commitment(game.form, "judge", competitive, game.desirable_table, "uniform")
    assert value(answer) == pytest.approx(1 / 3)


def test_inspecting_one_time_in_four_makes_complying_a_best_reply():
    game = matrix_game("inspection")
    assert not len(pure_equilibria(game.form))
    best = mixed_commitment(game.form, "inspector", game.desirable_table)
    assert value(best) == 3 / 4
    assert best.strategy == pytest.approx([1 / 4, 3 / 4])


def test_two_equilibria_of_user_and_assistant():
    form = matrix_game("user_assistant").form
    assert pure_equilibria(form).tolist() == [[0, 0], [1, 1]]


def test_two_players_make_the_n_player_dilemma_the_dilemma():
    two = matrix_game("n_prisoners_dilemma", players=2)
    np.testing.assert_array_equal(two.form.payoffs, matrix_game("prisoners_dilemma").form.payoffs)


@pytest.mark.parametrize("players", [2, 3, 5])
def test_games_of_n_players(players):
    dilemma = matrix_game("n_prisoners_dilemma", players=players)
    assert pure_equilibria(dilemma.form).tolist() == [[1] * players]
    goods = matrix_game("public_goods", players=players)
    assert pure_equilibria(goods.form).tolist() == [[0] * players]
    everything = goods.form.payoffs[(slice(None), *([-1] * players))]
    assert everything == pytest.approx(3.0)
    volunteers = matrix_game("volunteers_dilemma", players=players)
    joint = pure_equilibria(volunteers.form)
    assert sorted((row == 0).sum() for row in joint) == [1] * players
    assert volunteers.outcomes[volunteers.outcome_of[(0, *([1] * (players - 1)))]] == (
        "one volunteers"
    )
    best = pure_commitment(volunteers.form, "one", volunteers.desirable_table, "pessimistic")
    assert (best.value, best.strategy.tolist()) == (1, [0, 1])


def test_wichardt_in_agent_form():
    game = matrix_game("wichardt")
    assert pure_equilibria(game.form).tolist() == [[0, 0, 1], [1, 1, 0]]
    np.testing.assert_array_equal(game.form.payoffs[0], game.form.payoffs[1])
    np.testing.assert_array_equal(game.form.payoffs[0], -game.form.payoffs[2])
    assert value(pure_commitment(game.form, "A", game.desirable_table, "uniform")) == 1


def test_files_and_payoffs_are_games_once_it_is_said_what_is_wanted(tmp_path):
    household = matrix_game("household")
    path = tmp_path / "cook.nfg"
    write_nfg(household.form, path)
    from_file = matrix_game(path, desirable="Help,Self")
    assert from_file.committed == "robot"
    assert from_file.learner == "human"
    assert from_file.title == "household"
    np.testing.assert_array_equal(from_file.form.payoffs, household.form.payoffs)
    payoffs = household.form.payoffs.tolist()
    given = matrix_game(payoffs, desirable="2,2", committed="2")
    assert (given.committed, given.learner) == ("2", "1")
    form = NormalForm(household.form.payoffs, ("r", "h"))
    assert matrix_game(form, desirable="1,1").agents == ("r", "h")
    assert matrix_game(given) is given
    assert matrix_game(given, desirable="1,1").desirable == "1,1"


def test_a_game_of_three_players_from_a_file():
    game = matrix_game(DATA / "entry.nfg", desirable="out,stay,enter")
    assert game.agents == ("incumbent", "first", "second")
    assert game.committed == "incumbent"


def test_mistakes_are_said(tmp_path):
    with pytest.raises(UnknownName, match=r"matrix game 'houshold'.*Did you mean 'household'"):
        matrix_game("houshold")
    with pytest.raises(UnknownName, match="parameter of penalty 'K'; known: k"):
        matrix_game("penalty", K=3)
    with pytest.raises(InvalidArgument, match="k came for chicken, which has no parameters"):
        matrix_game("chicken", k=3)
    with pytest.raises(InvalidArgument, match="k came for '111'"):
        matrix_game("111", k=3)
    for k in (1, float("nan"), float("-inf"), "x", True):
        with pytest.raises(InvalidArgument, match="expected a number of at most 0"):
            matrix_game("penalty", k=k)
    for players in (1, 9, 2.5, "three"):
        with pytest.raises(InvalidArgument, match="expected a whole number from 2 to 8"):
            matrix_game("volunteers_dilemma", players=players)
    with pytest.raises(InvalidArgument, match="joint actions; expected at most"):
        matrix_game("public_goods", players=8, tokens=5)
    for factor in (0, -1, float("inf"), "x"):
        with pytest.raises(InvalidArgument, match="expected a positive number"):
            matrix_game("public_goods", factor=factor)
    with pytest.raises(UnknownName, match="committed agent 'cook'; known: robot, human"):
        matrix_game("household", committed="cook")
    with pytest.raises(UnknownName, match="desirable outcome 'Help'"):
        matrix_game("household", desirable="Help")
    with pytest.raises(UnknownName, match="action of robot 'Sleep'; known: Cook, Help"):
        matrix_game("household").action("robot", "Sleep")
    with pytest.raises(UnknownName, match="agent 'cat'"):
        matrix_game("household").action("cat", "Sleep")
    with pytest.raises(InvalidGameFile, match=r"none\.nfg"):
        matrix_game(tmp_path / "none.nfg", desirable="1,1")
    with pytest.raises(InvalidArgument, match=r'names no desirable outcome; .*`desirable="1,1"`'):
        matrix_game([[[1, 2]], [[3, 4]]])
    with pytest.raises(InvalidArgument, match="rows differ in length"):
        matrix_game([[[1, 2], [3]], [[3, 4], [5, 6]]], desirable="1,1")
    with pytest.raises(InvalidArgument, match=r"shape \(2, 2\)"):
        matrix_game([[1, 2], [3, 4]], desirable="1,1")
    with pytest.raises(InvalidArgument, match="expected finite numbers"):
        matrix_game([[[1, float("nan")]], [[3, 4]]], desirable="1,1")
    with pytest.raises(InvalidArgument, match="has one player"):
        matrix_game([[1, 2]], desirable="1")


def test_labels_that_collide_are_refused():
    form = NormalForm(np.zeros((2, 2, 2)), actions=(("a,b", "a"), ("c", "b,c")))
    with pytest.raises(InvalidArgument, match="both called 'a,b,c'"):
        MatrixGame(form, desirable="a,b,c", committed="1")


def test_ordinal_games_go_by_number():
    assert matrix_game(322).name == matrix_game("322").name == "322"
