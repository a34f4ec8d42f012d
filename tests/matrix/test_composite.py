"""Composites against plain enumeration over plans, theorems, and what is known of some."""

import json
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs import matrix_v0
from scg_envs.causal import SUBGAME_PERFECT, rational_outcomes
from scg_envs.causal.conversion import from_extensive_form
from scg_envs.causal.normal_form import (
    NormalForm,
    mixed_commitment,
    pure_commitment,
    pure_equilibria,
)
from scg_envs.core.errors import InvalidArgument, UnknownName
from scg_envs.games.matrix.atlas import best_mixed, best_pure
from scg_envs.games.matrix.composite import HOWS, compose, composite, composite_tree, ordinal_part
from scg_envs.games.matrix.composite_atlas import (
    MEASURES,
    SYMMETRIC,
    CompositeRow,
)
from scg_envs.games.matrix.games import matrix_game
from scg_envs.games.matrix.matrix_game import MatrixGame
from scg_envs.games.matrix.ordinal import NUMBERS, ordinal_payoffs
from scg_envs.train.cli import main
from scg_envs.train.search import search

CELLS = tuple(product(range(2), repeat=2))


def random_pair(rng):
    """Two 2x2 games of few payoffs, so that ties abound, with a desirable cell each."""
    pair = []
    for _ in range(2):
        form = NormalForm(rng.integers(0, 5, (2, 2, 2)), ("human", "ai"), (("u", "d"), ("l", "r")))
        pair.append(MatrixGame(form, desirable=rng.choice(["u,l", "d,r"]), committed="ai"))
    return pair


def plans():
    """Every full plan for two 2x2 games in turn: an action, and one after each cell."""
    for first, *later in product(range(2), repeat=5):
        yield first, dict(zip(CELLS, later, strict=True))


def played(first, how, human, ai):
    """The cells that two full plans lead to; `first` is what the first game pays, by cell."""
    one = (human[0], ai[0])
    if how == "parallel":  # the plan's second action is that after the first cell, whatever happens
        return one, (human[1][0, 0], ai[1][0, 0])
    two = [human[1][one], ai[1][one]]
    if how == "nested":
        for i in (0, 1):
            if first[one][i] < first[one][1 - i]:
                two[i] = one[i]
    return one, tuple(two)


def enumerated(pair, how, leader):
    """The greatest P(both desired) and own payoff by the leader's plans, ties going either way."""
    pays = [
        {c: [int(x) for x in game.form.payoffs[(slice(None), *c)]] for c in CELLS} for game in pair
    ]
    good = [{c: bool(game.desirable_table[c]) for c in CELLS} for game in pair]
    worth = dict.fromkeys(product(("p", "own"), ("optimistic", "pessimistic")), -np.inf)
    for own in plans():
        answers = []
        for other in plans():
            one, two = played(pays[0], how, *((own, other) if leader == 0 else (other, own)))
            paid = [pays[0][one][i] + pays[1][two][i] for i in (0, 1)]
            answers.append((paid[1 - leader], good[0][one] and good[1][two], paid[leader]))
        top = max(answers)[0]
        best = [answer for answer in answers if answer[0] == top]
        for k, what in enumerate(("p", "own"), start=1):
            values = [answer[k] for answer in best]
            for ties, pick in (("optimistic", max), ("pessimistic", min)):
                worth[what, ties] = max(worth[what, ties], pick(values))
    return worth


@pytest.mark.parametrize("how", HOWS)
def test_plans_by_plain_enumeration(how):
    rng = np.random.default_rng(HOWS.index(how))
    for _ in range(67):
        pair, leader = random_pair(rng), int(rng.integers(2))
        made = compose(pair, how)
        tables = {"p": made.desirable_table, "own": None}
        for (what, ties), value in enumerated(pair, how, leader).items():
            assert pure_commitment(made.form, leader, tables[what], ties).value == value


@pytest.mark.parametrize("how", HOWS)
def test_mixtures_are_worth_what_play_says_and_none_is_worth_more(how):
    rng = np.random.default_rng(10)
    for _ in range(12):
        pair = random_pair(rng)
        made = compose(pair, how)
        found = mixed_commitment(made.form, 1, made.desirable_table, "optimistic")
        mixtures = [
            np.asarray(found.strategy, float),
            *rng.dirichlet(np.full(made.form.shape[1], 0.3), 200),
        ]
        values = []
        for mixture in mixtures:
            earned = made.form.payoffs[0] @ mixture
            worth = made.desirable_table @ mixture
            values.append(worth[earned >= earned.max() - 1e-9].max())
        assert values[0] == pytest.approx(found.value, abs=1e-9)
        assert max(values) <= found.value + 1e-9


@settings(max_examples=25)
@given(
    st.tuples(*[st.sampled_from(NUMBERS)] * 2),
    st.integers(0, 1),
    st.sampled_from([best_pure, best_mixed]),
    st.sampled_from(["pessimistic", "optimistic"]),
)
def test_what_adds_up_and_what_does_not(numbers, leader, best, ties):
    pair = [ordinal_part(number, "egalitarian") for number in numbers]
    own = [best(game.form, leader, None, ties) for game in pair]
    chances = [best(game.form, leader, game.desirable_table, ties) for game in pair]
    parallel, sequential = (compose(pair, how) for how in ("parallel", "sequential"))
    assert best(parallel.form, leader, None, ties) == pytest.approx(sum(own), abs=1e-8)
    both = best(parallel.form, leader, parallel.desirable_table, ties)
    assert both == pytest.approx(min(chances), abs=1e-8)
    assert best(sequential.form, leader, None, ties) >= sum(own) - 1e-8
    both = best(sequential.form, leader, sequential.desirable_table, ties)
    assert both >= np.prod(chances) - 1e-8


def promised(first, second, leader):
    """The closed form of the module's docstring, of two tables of payoffs (2, 2, 2)."""
    ours = [game[leader] for game in (first, second)]
    theirs = [game[1 - leader] for game in (first, second)]
    if leader:
        ours, theirs = [table.T for table in ours], [table.T for table in theirs]
    replies = theirs[1].argmax(axis=1)
    values = [
        ours[0][a, b] + ours[1][c, replies[c]]
        for a, b, c in product(range(2), repeat=3)
        if theirs[0][a, b] + theirs[1][c, replies[c]]
        >= theirs[0][a].max() + theirs[1].max(axis=1).min()
    ]
    return max(values)


def test_the_closed_form_of_sequential_composites_and_where_order_matters():
    rng = np.random.default_rng(3)
    tables = {number: ordinal_payoffs(number) for number in NUMBERS}
    for _ in range(60):
        numbers = rng.choice(NUMBERS, 2)
        made = compose([ordinal_part(str(n), "human") for n in numbers], "sequential")
        for leader in (0, 1):
            truth = promised(*(tables[n] for n in numbers), leader)
            assert best_pure(made.form, leader, None, "optimistic") == truth
    assert promised(tables["111"], tables["322"], 1) == 8
    assert promised(tables["322"], tables["111"], 1) == 6


def test_a_dilemma_before_a_stag_hunt_and_after_it():
    made = composite()
    assert made.form.shape == (8, 8)
    assert made.outcomes == ("all", "1", "2", "none")
    for game, best in (("111", 0.0), ("322", 1.0)):
        alone = ordinal_part(game, "egalitarian")
        assert best_mixed(alone.form, 1, alone.desirable_table, "optimistic") == best
    assert best_pure(made.form, 1, made.desirable_table, "pessimistic") == 1.0
    later = composite("322+111")
    assert best_mixed(later.form, 1, later.desirable_table, "optimistic") == 0.0
    at_once = composite(how="parallel")
    assert best_mixed(at_once.form, 1, at_once.desirable_table, "optimistic") == 0.0
    nested = composite(how="nested")
    assert best_mixed(nested.form, 1, nested.desirable_table, "optimistic") == pytest.approx(0.5)


def test_two_games_of_chicken_are_settled_together():
    made = composite("chicken+chicken", "parallel")
    one = ordinal_part("chicken", "egalitarian")
    assert best_mixed(one.form, 1, one.desirable_table, "pessimistic") == pytest.approx(0.5)
    assert best_mixed(made.form, 1, made.desirable_table, "pessimistic") == pytest.approx(0.5)


def test_the_tree_is_the_same_game():
    tree = composite_tree([ordinal_part(n, "egalitarian") for n in ("111", "322")], "sequential")
    causal = from_extensive_form(tree)
    found = rational_outcomes(causal, relation=SUBGAME_PERFECT, policies="pure")
    first, second = (ordinal_payoffs(n) for n in ("111", "322"))
    hunts = [second[(slice(None), *joint)] for joint in pure_equilibria(NormalForm(second))]
    assert len(hunts) == 2  # either is played after each of the four ways in
    by_hand = 0
    for after in product(hunts, repeat=4):
        whole = first + np.moveaxis(np.reshape(after, (2, 2, 2)), -1, 0)
        by_hand += len(pure_equilibria(NormalForm(whole)))
    assert len(found.profiles) == by_hand > 2**4
    leaves = list(tree.leaves())
    assert len(leaves) == 16
    assert sorted(leaf.node.label for leaf in leaves).count("all") == 1


def test_plans_play():
    env = matrix_v0.parallel_env("composite")
    env.reset(seed=0)
    game = env.unwrapped.game
    human = game.action("human", "up/up/up/*/*")
    ai = game.action("ai", "right/*/right/*/left")
    _, rewards, ended, _, infos = env.step({"human": human, "ai": ai})
    assert rewards == {"human": 7.0, "ai": 7.0}
    assert all(ended.values())
    assert infos["human"]["outcome"] == "all"


def test_a_search_finds_the_promise():
    result = search("composite", meta="enumeration")
    assert result.p_after == 1.0
    assert result.p_before < 0.5


def test_three_games_and_other_peoples():
    three = compose([ordinal_part(n, "human") for n in ("111", "322", "122")], "parallel")
    assert three.form.shape == (8, 8)
    assert three.outcomes == ("all", "1+2", "1+3", "2+3", "1", "2", "3", "none")
    assert compose([ordinal_part("111", "human")] * 3).form.shape == (128, 128)
    own = compose([matrix_game("battle_of_the_sexes"), matrix_game("chicken")], "nested")
    assert own.committed == "one"


@pytest.mark.parametrize(
    ("games", "how"),
    [
        ([], "sequential"),
        (["111"], "parallel"),
        (["111"] * 4, "sequential"),
        (["111"] * 10, "parallel"),
        (["111"] * 3, "nested"),
        (["111", "rock_paper_scissors"], "sequential"),
        (["rock_paper_scissors", "matching_pennies"], "nested"),
        (["n_prisoners_dilemma"] * 2, "parallel"),
    ],
)
def test_games_that_do_not_go_together(games, how):
    with pytest.raises(InvalidArgument, match=r"expected|fewer"):
        compose([matrix_game(name) for name in games], how)


def test_ways_that_are_none():
    with pytest.raises(UnknownName, match="nested"):
        compose([ordinal_part("111", "human")] * 2, "twice")


def test_the_atlas_of_composites(tmp_path, capsys):
    assert len(SYMMETRIC) == 12
    words = ["atlas", "--compose", "111", "--compose", "stag_hunt", "--out", str(tmp_path)]
    assert main([*words, "--desirable", "egalitarian", "--ties", "optimistic", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["rows"] == 4 * 3 * 2 * 3
    assert {line["known"] for line in said["summary"]} == {4}
    kept = json.loads((tmp_path / "composites.json").read_text())
    for row in (CompositeRow(**one) for one in kept):
        if row.how == "parallel":
            assert row.gain("leader_pure") == row.gain("p_pure") == 0
        if row.how == "sequential":
            assert all((row.gain(measure) or 0) > -1e-8 for measure in MEASURES)
            if (row.games, row.committed) == ("111+322", "ai"):
                assert (row.p_pure, row.p_pure_parts) == (1.0, 0.0)
