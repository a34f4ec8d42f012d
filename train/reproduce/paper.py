"""All of arXiv 2405.16588 that says a number, or what comes out: figures, table 1 and appendix D.

- figure 1: the household; equilibria, pure and in all, P of collaborating before and after.
- figure 2: Wichardt's game; `recall` (1 where the graph of what relies on what has no cycle among
  an agent's own decisions) and whether an equilibrium in behavioral policies exists, before and
  after agent 1's rules for A and B are replaced.
- figure 3: the board; the goal that blue makes for before (its share at each) and after red's best
  post, and blue's steps.
- figure 4: the learned price of `scg reproduce bargaining` after each revision, whether it ends
  below 46, and how far above the seller's cost.
- table 1: the cells are those of `scg reproduce banana`; the means as they are printed beside those
  of the printed cells, within half of the last digit.
- appendix D: rock, paper, scissors with a judge; pure equilibria before and after, and in all.
- proposition 4.1: the household's P at mixed commitments near one half, under uniform ties.

What is so or is not is 1 or 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ...causal import AGENT_WISE, CausalGame, Intervention, Undefined, commit, example
from ...causal.answers import interventional_outcomes
from ...causal.graph import sufficient_recall
from ...causal.normal_form import equilibria
from ...core.ties import Ties
from ...games.barrier.problem import BarrierProblem
from ...games.matrix.problem import MatrixProblem
from .banana import PUBLISHED as TABLE
from .banana import reproduce_banana
from .bargaining import learned_prices
from .rows import Published, Row, Sheet

SLIPS = (
    "Slip, figure 1: two equilibria are counted; a third is mixed, at one half each, where "
    "collaboration comes out with chance 1/4.",
    "Slip, figure 2: agent 1 owns two decisions, where section 3 restricts each agent to one.",
    "Slip, figure 3: its caption has red walk and blue moved; blue walks and red is posted.",
    "Slip, table 1: the mean of the human-written column is 7.675, where 7.42 is printed.",
    "Slip, definition B.2: s-reachability drops Koller and Milch's clause for contexts of "
    "probability 0, without which it misses mechanisms that decide which contexts are reached.",
    "Slip, proposition C.1: the empty intervention of its proof is no element of the domain of "
    "pre-policies; and P is upper semicontinuous, as assumed, only if ties are optimistic.",
)
"""The paper's own, a sentence each."""

PRINTED = {  # means of table 1 as they are printed, by column and by topic
    "none": 4.1,
    "human_written": 7.42,
    "learned": 7.30,
    "science": 5.40,
    "cooking": 7.27,
    "fitness": 5.33,
    "pet_care": 7.43,
}
NORMAL = 46.0  # figure 4's price without intervention, as its caption has it
COST = 40.0
ROUNDS = 5  # of revisions


def reproduce_paper(seed: int = 0) -> list[Row]:
    """All rows; three seconds, most of them the bargaining of figure 4."""
    sheet = Sheet("paper", seed)
    return [
        *_figure_1(sheet),
        *_figure_2(sheet),
        *_figure_3(sheet),
        *_figure_4(sheet),
        *_table_1(sheet),
        *_appendix_d(sheet),
        *_ties(sheet),
    ]


def _figure_1(sheet: Sheet) -> Iterator[Row]:
    problem, where = MatrixProblem("household"), "figure 1"
    game = problem.env.game
    cells = {}
    for joint in np.ndindex(*game.form.shape):
        names = ",".join(game.form.actions[k][a] for k, a in enumerate(joint))
        for player, agent in enumerate(game.agents):
            at = f"{where}: {names}, {agent}"
            paid = Published(float(game.form.payoffs[(player, *joint)]), at)
            cells[joint, player] = sheet.given(at, "payoff", paid)
            yield cells[joint, player]
    pure, every = equilibria(game.form, "pure"), equilibria(game.form, "mixed")
    two = Published(2.0, "figure 1's text")
    yield sheet.computed(where, "pure_equilibria", two, float(len(list(pure))))
    yield sheet.computed(where, "equilibria", two, float(len(list(every))))
    yield sheet.computed(where, "p_before", None, problem.solver.before().p)
    extreme = MatrixProblem("household", selection="extreme").solver.before().p
    yield sheet.computed(f"{where}: over all equilibria", "p_before", None, extreme)
    point = problem.pre_policies.point("Help")
    after = float(problem.solver.p(np.array([point]))[0])
    desired = Published(1.0, "figure 1's text: altering the policy achieves the desired outcome")
    yield sheet.computed(f"{where}: do(Help)", "answer", desired, after)
    before = problem.solver.before().p
    assert before is not None
    yield sheet.computed(f"{where}: do(Help)", "causal_effect", None, after - before)


def _figure_2(sheet: Sheet) -> Iterator[Row]:
    game = example("wichardt").build()
    both = commit(game, {"A": 0, "B": 0})
    for where, done, fixed, said in (
        ("figure 2: before", None, (), 0.0),
        ("figure 2: after A = B = 0", both, ("A", "B"), 1.0),
    ):
        graph = Published(said, "figure 2, the graphs and the text")
        yield sheet.computed(where, "recall", graph, float(sufficient_recall(game, fixed=fixed)))
        yield sheet.computed(where, "equilibrium_exists", graph, _exists(game, done))
    alone = commit(game, {"D": {0: 0.5, 1: 0.5}})  # leaves the cycle, and has an equilibrium
    where = "figure 2: after D = 1/2 alone"
    yield sheet.computed(where, "recall", None, float(sufficient_recall(game, fixed=("D",))))
    yield sheet.computed(where, "equilibrium_exists", None, _exists(game, alone))


def _exists(game: CausalGame, done: Intervention | None) -> float:
    """Whether there is an equilibrium in behavioral policies."""
    found = interventional_outcomes(game, done, AGENT_WISE, "behavioral")
    return float(not isinstance(found, Undefined))


def _figure_3(sheet: Sheet) -> Iterator[Row]:
    problem, where = BarrierProblem("figure3"), "figure 3"
    before = problem.solver.before().p
    yield sheet.computed(f"{where}: before", "p_before", None, before)
    p = problem.solver.p(np.arange(problem.pre_policies.size))
    best = int(np.argmax(p))
    text = "figure 3's text: blue then moves to the top right"
    # The board was drawn so that this comes out, for the picture is lost: it is no prediction.
    yield sheet.computed(
        f"{where}: red's best post",
        "answer",
        Published(1.0, text),
        float(p[best]),
        fitted_to=[text],
    )
    for post, own in enumerate(p):
        at = f"{where}: red at {problem.pre_policies.label(post)}"
        yield sheet.computed(at, "p_after", None, float(own))
    steps = problem.effect_map.distance[best][problem.effect_map.possible[best]]
    yield sheet.computed(f"{where}: red's best post", "steps", None, float(steps.mean()))


def _figure_4(sheet: Sheet) -> Iterator[Row]:
    """Of the learned price: what the paper's curve says that can be said without its picture."""
    for row in learned_prices(sheet):
        reading = row.condition.removesuffix(": learned price")
        where = f"figure 4: {reading} seller"
        yield replace(row, condition=where)
        if row.metric == "mean_price" and row.epoch == ROUNDS:
            assert row.ours is not None
            below = Published(1.0, "figure 4's runs")
            yield sheet.computed(where, "below_46", below, float(row.ours < NORMAL))
            yield sheet.computed(where, "above_cost", None, row.ours - COST)


def _table_1(sheet: Sheet) -> Iterator[Row]:
    for row in reproduce_banana(sheet.seed):
        column = row.condition.split(":")[0]
        if row.metric == "quality" and column in (*TABLE, "direct answer"):
            yield replace(row, experiment=sheet.experiment, condition=f"table 1: {row.condition}")
    cells = {}
    for column, scores in TABLE.items():
        for topic, score in scores.items():
            at = f"table 1, cell: {column}, {topic}"
            cells[column, topic] = sheet.given(at, "quality", Published(score, at))
            yield cells[column, topic]
    for name, printed in PRINTED.items():
        own = [cell for (column, topic), cell in cells.items() if name in (column, topic)]
        metric = "printed_mean_1" if name == "none" else "printed_mean"
        source = Published(printed, f"table 1, mean: {name}")
        terms = [(1 / len(own), cell) for cell in own]
        yield sheet.derived(f"table 1, mean: {name}", metric, source, terms)


def _appendix_d(sheet: Sheet) -> Iterator[Row]:
    for selection in ("pure", "extreme"):
        problem = MatrixProblem("rps_judge", selection=selection)
        where = f"appendix D: over {'pure' if selection == 'pure' else 'all'} equilibria"
        yield sheet.computed(f"{where}, before", "p_before", None, problem.solver.before().p)
        point = problem.pre_policies.point("competitive")
        after = float(problem.solver.p(np.array([point]))[0])
        defined = None if np.isnan(after) else after
        yield sheet.computed(f"{where}, after", "p_after", None, defined)
    form = MatrixProblem("rps_judge").env.game.form
    judge = form.player_index("judge")
    for rules, said in (("cooperative", 3.0), ("competitive", 0.0)):
        number = form.actions[judge].index(rules)
        players = form.fix(judge, np.eye(2)[number])
        where = f"appendix D: {rules} rules"
        source = Published(said, "appendix D's text")
        pure = float(len(list(equilibria(players, "pure"))))
        yield sheet.computed(where, "pure_equilibria", source, pure)
        every = float(len(list(equilibria(players, "mixed"))))
        yield sheet.computed(where, "equilibria_in_all", None, every)


def _ties(sheet: Sheet) -> Iterator[Row]:
    """Where a mixed commitment leaves the human indifferent, P hangs on the tie rule."""
    ties: tuple[Ties, ...] = ("optimistic", "uniform", "pessimistic")
    for rule in ties:
        problem = MatrixProblem("household", pre_policy="mixed", ties=rule)
        help_first = problem.env.game.form.actions[0][0] == "Help"
        for p in (0.49, 0.5, 0.51):
            point = np.array([[p, 1 - p] if help_first else [1 - p, p]])
            where = f"proposition 4.1: {rule} ties, do(Help with {p:g})"
            yield sheet.computed(where, "p_after", None, float(problem.solver.p(point)[0]))
