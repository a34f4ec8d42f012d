"""The atlas against brute force, theorems, and what is known of some games."""

import csv
import json
import random
from functools import cache

import numpy as np
import pytest

from scg_envs.causal.normal_form import NormalForm, equilibria, pure_equilibria
from scg_envs.core.errors import UnknownName
from scg_envs.core.ties import TIES
from scg_envs.games.matrix.atlas import (
    CHOICES,
    COLUMNS,
    atlas,
    desirable_cell,
    summary,
    to_json,
    write_csv,
)
from scg_envs.games.matrix.games import matrix_game
from scg_envs.games.matrix.ordinal import NUMBERS
from scg_envs.train.cli import main
from scg_envs.train.report.atlas_picture import place

CELLS = ("up,left", "up,right", "down,left", "down,right")
SAMPLE = [*random.Random(0).sample(NUMBERS, 24), "111", "122", "322", "244"]


whole = cache(atlas)  # a module's fixture is made again where tests wander between processes


@pytest.fixture
def rows():
    return whole()


def cell_of(row):
    index = CELLS.index(row.desirable.partition(":")[2])
    return divmod(index, 2)


def brute_force(payoffs, leader, objective, mixtures):
    """The greatest value of an objective over mixtures, the follower's ties going either way."""
    ours, theirs = objective, np.asarray(payoffs, float)[1 - leader]
    if leader == 1:
        ours, theirs = ours.T, theirs.T
    best = {"optimistic": -np.inf, "pessimistic": -np.inf}
    for mixture in mixtures:
        values, earned = mixture @ ours, mixture @ theirs
        answers = values[earned >= earned.max() - 1e-9]
        best["optimistic"] = max(best["optimistic"], answers.max())
        best["pessimistic"] = max(best["pessimistic"], answers.min())
    return best


def test_there_is_a_row_for_each_game_player_choice_and_tie_rule(rows):
    keys = {(row.game, row.committed, row.choice, row.ties) for row in rows}
    assert len(rows) == len(keys) == 144 * 2 * len(CHOICES) * len(TIES)


@pytest.mark.parametrize("number", SAMPLE)
def test_a_sample_by_brute_force(rows, number):
    # Best replies change at mixtures of at most sixths: ranks differ by 1 to 3.
    edges = sorted({a / b for b in range(1, 7) for a in range(b + 1)})
    grid = [edge + shift for edge in edges for shift in (-1e-6, 0, 1e-6) if 0 <= edge + shift <= 1]
    mixtures = [np.array([p, 1 - p]) for p in grid]
    for row in (row for row in rows if row.game == number):
        payoffs = np.array(row.payoffs, float)
        leader = ("human", "ai").index(row.committed)
        wanted = np.zeros((2, 2))
        wanted[cell_of(row)] = 1
        assert row.pure_equilibria == tuple(
            CELLS[2 * a + b] for a, b in pure_equilibria(NormalForm(payoffs))
        )
        if row.pure_equilibria:
            label = row.desirable.partition(":")[2]
            hits = [label == found for found in row.pure_equilibria]
            expected = {"uniform": np.mean, "optimistic": np.max, "pessimistic": np.min}
            assert row.p_before == expected[row.ties](hits)
        else:
            assert row.p_before is None
        side = "pessimistic" if row.ties == "pessimistic" else "optimistic"
        for objective, pure, mixed in (
            (wanted, row.p_pure, row.p_mixed),
            (payoffs[leader], row.leader_pure, row.leader_mixed),
        ):
            assert pure == brute_force(payoffs, leader, objective, np.eye(2))[side]
            found = brute_force(payoffs, leader, objective, mixtures)
            assert mixed == pytest.approx(found[side], abs=1e-5)


def test_mixtures_are_worth_at_least_every_equilibrium_and_actions_are_not(rows):
    less = 0
    for row in rows:
        if row.ties != "optimistic":
            continue
        form = NormalForm(np.array(row.payoffs, float))
        leader = ("human", "ai").index(row.committed)
        wanted = np.zeros((2, 2))
        wanted[cell_of(row)] = 1
        for equilibrium in equilibria(form):
            p = float(form.expected(wanted, equilibrium.profile))
            assert row.p_mixed >= p - 1e-9
            assert row.leader_mixed >= float(equilibrium.payoffs[leader]) - 1e-9
            less += row.p_pure < p - 1e-9
        assert row.p_mixed >= row.p_pure - 1e-9
        assert row.leader_mixed >= row.leader_pure - 1e-9
    assert less > 0


def test_an_ai_that_commits_gives_the_human_its_favorite_cell(rows):
    # The human's favorite is its best reply to the AI's part in it, whatever the game.
    for row in rows:
        if (row.committed, row.choice) == ("ai", "human"):
            assert row.p_pure == row.p_mixed == 1


def test_exchanging_the_players_exchanges_the_rows(rows):
    by_key = {(r.game, r.committed, r.choice, r.ties): r for r in rows}
    mirrored = {"1": "1", "2": "4", "3": "3", "4": "2"}
    for row in rows:
        if row.choice not in ("human", "ai"):
            continue
        other = mirrored[row.game[0]] + row.game[2] + row.game[1]
        agents = {"human": "ai", "ai": "human"}
        twin = by_key[(other, agents[row.committed], agents[row.choice], row.ties)]
        for name in ("p_before", "p_pure", "p_mixed", "leader_pure", "leader_mixed"):
            assert getattr(twin, name) == pytest.approx(getattr(row, name))


def test_known_games(rows):
    def one(game, committed, choice):
        key = (game, committed, choice, "uniform")
        return next(r for r in rows if (r.game, r.committed, r.choice, r.ties) == key)

    dilemma = one("111", "ai", "utilitarian")
    assert (dilemma.desirable, dilemma.p_before, dilemma.p_mixed) == ("utilitarian:up,right", 0, 0)
    assert (dilemma.leader_pure, dilemma.leader_mixed) == (2, 2)
    hunt = one("322", "human", "utilitarian")
    assert (hunt.p_before, hunt.p_pure, hunt.leader_pure) == (0.5, 1, 4)
    chicken = one("122", "human", "human")
    assert (chicken.p_before, chicken.p_pure, chicken.leader_pure) == (0.5, 1, 4)


def test_choices_of_y():
    form = NormalForm(np.array([[[1, 4], [3, 2]], [[4, 1], [2, 3]]], float))
    cells = [desirable_cell(form, choice) for choice in CHOICES]
    assert cells == [(0, 1), (0, 0), (0, 1), (1, 0)]  # all sums are 5, so the human decides
    with pytest.raises(UnknownName, match="choice of Y 'mine'"):
        desirable_cell(form, "mine")


def test_the_table_reads_back(rows, tmp_path):
    path = tmp_path / "atlas.csv"
    write_csv(rows, path)
    with path.open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert tuple(table[0]) == COLUMNS
    assert len(table) == len(rows)
    for line, row in zip(table, rows, strict=True):
        assert json.loads(line["payoffs"]) == [[list(r) for r in own] for own in row.payoffs]
        assert line["p_before"] == ("" if row.p_before is None else str(row.p_before))
    again = matrix_game(json.loads(table[0]["payoffs"]), desirable="1,1")
    np.testing.assert_array_equal(again.form.payoffs, matrix_game("111").form.payoffs)
    json.dumps(to_json(rows), allow_nan=False)


def test_summary_counts_the_games_in_which_commitment_helps(rows):
    lines = {(line["committed"], line["desirable"]): line for line in summary(rows)}
    line = lines["ai", "human"]
    assert (line["games"], line["defined"]) == (144, 126)
    some = [r for r in rows if (r.committed, r.choice, r.ties) == ("ai", "human", "uniform")]
    effects = [row.effect(mixed=False) for row in some if row.p_before is not None]
    assert line["raised_by_pure"] == sum(effect > 0 for effect in effects)
    assert line["delta_ce_pure"] == pytest.approx(np.mean(effects))


def test_the_picture_puts_games_that_differ_by_one_swap_side_by_side():
    places = {number: place(number) for number in NUMBERS}
    assert len(set(places.values())) == 144
    assert places["111"] == (5, 5)
    assert places["322"] == (6, 6)
    assert (places["112"][1], places["211"][1]) == (0, 11)


def test_the_command_writes_tables_and_a_picture(rows, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("scg_envs.train.commands.atlas.atlas", lambda: rows)
    out = tmp_path / "deep" / "atlas"
    assert main(["atlas", "--out", str(out), "--desirable", "egalitarian", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["rows"] == 3456
    names = ["atlas.csv", "atlas.json", "atlas.png", "config.yaml"]
    assert sorted(path.name for path in out.iterdir()) == names
    assert len(json.loads((out / "atlas.json").read_text())) == 3456
    assert (out / "atlas.png").stat().st_size > 50_000


def test_the_command_prints_a_summary(rows, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("scg_envs.train.commands.atlas.atlas", lambda: rows)
    monkeypatch.setattr("scg_envs.train.report.atlas_picture.draw_atlas", lambda *_: None)
    assert main(["atlas", "--out", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "144 games, 3456 rows" in printed
    assert "126 games with a pure equilibrium" in printed
    assert printed.splitlines()[-1] == str(tmp_path / "atlas.png")
