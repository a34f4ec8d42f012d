"""The 144 strict ordinal games and their topology."""

from collections import Counter

import numpy as np
import pytest

from scg_envs.causal.normal_form import NormalForm, pure_equilibria
from scg_envs.core.errors import UnknownName
from scg_envs.games.matrix.games import matrix_game
from scg_envs.games.matrix.ordinal import NUMBERS, ordinal_game, ordinal_name, ordinal_payoffs

TABLES = {number: ordinal_payoffs(number) for number in NUMBERS}


def turned(payoffs):
    """The same game with the row player's 4 on the right and the column player's above."""
    one, two = payoffs
    if one.argmax() % 2 == 0:
        one, two = one[:, ::-1], two[:, ::-1]
    if two.argmax() >= 2:
        one, two = one[::-1], two[::-1]
    return np.stack([one, two])


def swap(payoffs, player, low):
    """The game in which a player's payoffs `low` and `low + 1` are exchanged."""
    changed = payoffs.copy()
    changed[player][payoffs[player] == low] = low + 1
    changed[player][payoffs[player] == low + 1] = low
    return turned(changed)


def number_of(payoffs):
    (found,) = (number for number, table in TABLES.items() if np.array_equal(table, payoffs))
    return found


def test_all_strict_orderings_are_there_once_up_to_relabeling_of_actions():
    assert len(NUMBERS) == 144
    assert len({table.tobytes() for table in TABLES.values()}) == 144
    for table in TABLES.values():
        assert [sorted(own.ravel()) for own in table] == [[1, 2, 3, 4]] * 2
        np.testing.assert_array_equal(turned(table), table)
    # 4! x 4! games, four of which are one up to relabeling of rows and columns.
    assert 24 * 24 == 144 * 4


def test_78_games_are_left_if_players_are_exchanged_too():
    def exchanged(table):
        return turned(table.transpose(0, 2, 1)[::-1])

    classes = {frozenset({number, number_of(exchanged(t))}) for number, t in TABLES.items()}
    assert len(classes) == 78


def test_108_games_have_one_pure_equilibrium_18_two_and_18_none():
    counts = Counter(len(pure_equilibria(NormalForm(table))) for table in TABLES.values())
    assert counts == {1: 108, 2: 18, 0: 18}


@pytest.mark.parametrize("number", NUMBERS)
def test_neighbors_along_a_row_or_a_column_differ_by_one_swap(number):
    layer, row, column = map(int, number)
    for at, player in ((row, 0), (column, 1)):
        nearby = number_of(swap(TABLES[number], player, 1 if at % 2 else 2))
        expected = [layer, row, column]
        expected[1 + player] = at % 6 + 1
        assert nearby == "".join(map(str, expected))
    # A swap of 3 and 4 leads to another layer, and back.
    for player in (0, 1):
        across = swap(TABLES[number], player, 3)
        assert number_of(across) in NUMBERS
        np.testing.assert_array_equal(swap(across, player, 3), TABLES[number])


def test_swaps_of_3_and_4_lead_from_the_prisoners_dilemma_to_all_layers():
    dilemma = TABLES["111"]
    column, row = swap(dilemma, 1, 3), swap(dilemma, 0, 3)
    assert number_of(column) == "212"
    assert number_of(row) == "421"
    assert number_of(swap(column, 0, 3)) == "322"


@pytest.mark.parametrize("number", NUMBERS)
def test_layers_say_where_the_best_payoffs_are(number):
    (x1, y1), (x2, y2) = (np.argwhere(own == 4)[0] for own in TABLES[number])
    alike = {(False, False): 1, (False, True): 2, (True, True): 3, (True, False): 4}
    assert int(number[0]) == alike[bool(x1 == x2), bool(y1 == y2)]


def test_the_diagonals_of_layers_1_and_3_are_the_symmetric_games():
    symmetric = [
        number for number, (one, two) in TABLES.items() if np.array_equal(two, one[::-1, ::-1].T)
    ]
    assert symmetric == [f"{layer}{k}{k}" for layer in (1, 3) for k in range(1, 7)]
    assert len({ordinal_name(number) for number in NUMBERS}) == 144


# Payoffs of the row player with cooperation in the first row and column: R, S, T, P.
@pytest.mark.parametrize(
    ("name", "number", "rstp"),
    [
        ("prisoners_dilemma", "111", (3, 1, 4, 2)),
        ("chicken", "122", (3, 2, 4, 1)),
        ("battle", "133", (2, 3, 4, 1)),
        ("leader", "133", (2, 3, 4, 1)),
        ("hero", "144", (1, 3, 4, 2)),
        ("compromise", "155", (1, 2, 4, 3)),
        ("deadlock", "166", (2, 1, 4, 3)),
        ("concord", "311", (4, 2, 3, 1)),
        ("stag_hunt", "322", (4, 1, 3, 2)),
        ("assurance", "333", (4, 1, 2, 3)),
        ("coordination", "344", (4, 2, 1, 3)),
        ("peace", "355", (4, 3, 1, 2)),
        ("harmony", "366", (4, 3, 2, 1)),
    ],
)
def test_common_names(name, number, rstp):
    game = ordinal_game(name)
    assert game.name == number
    upper, lower = game.form.payoffs[0].tolist()
    assert (upper[1], upper[0], lower[1], lower[0]) == rstp


def test_ordinal_games_are_matrix_games():
    game = matrix_game("chicken/stag_hunt")
    assert game.agents == ("human", "ai")
    assert game.committed == "ai"
    assert game.desirable == "down,right"
    assert matrix_game(game.name).title == "Chicken / Stag hunt (222)"
    assert matrix_game("322", committed="human").learner == "ai"
    with pytest.raises(UnknownName, match=r"unknown ordinal game '511'.*111.*466"):
        ordinal_game("511")
