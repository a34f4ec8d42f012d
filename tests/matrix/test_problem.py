"""Matrix games as commitment problems: the known answers, and what learned followers are told."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.agents.responders.names import responders_of
from scg_envs.causal.normal_form import NormalForm, equilibria, mixed_commitment
from scg_envs.core.errors import InvalidArgument, UnknownName
from scg_envs.core.policy import Memoryless
from scg_envs.core.registry import GAMES as ROWS
from scg_envs.games.matrix.games import GAMES
from scg_envs.games.matrix.matrix_game import MatrixGame, joint_labels
from scg_envs.games.matrix.problem import MatrixProblem
from scg_envs.train.search.proposers import find_meta

ALL_TIES = ("optimistic", "pessimistic", "uniform")


def points(problem):
    return np.arange(problem.pre_policies.size)


def p_of(problem, label):
    return problem.solver.p([problem.pre_policies.point(label)])[0]


def random_game(seed, shape=(3, 3)):
    rng = np.random.default_rng(seed)
    form = NormalForm(rng.integers(-5, 6, (2, *shape)), players=("leader", "follower"))
    return MatrixGame(form, desirable=joint_labels(form)[0], committed="leader")


def test_the_registry_names_every_game_and_its_parameters():
    import inspect

    rows = {row.name: row for row in ROWS if row.module == "scg_envs.matrix_v0"}
    assert set(rows) == set(GAMES)
    for name, maker in GAMES.items():
        own = set(inspect.signature(maker).parameters) - {"layout"}
        shared = set(rows["household"].options)
        assert set(rows[name].options) == shared | own


@pytest.mark.parametrize(
    ("selection", "before"), [("pure", 1 / 2), ("extreme", 5 / 12), ("logit", 1 / 4)]
)
def test_household_before_and_after(selection, before):
    problem = MatrixProblem("household", selection=selection)
    assert problem.solver.before().p == pytest.approx(before)
    assert (problem.solver.before().low, problem.solver.before().high) == (0, 1)
    assert p_of(problem, "Help") == 1
    assert p_of(problem, "Cook") == 0


def test_household_mixtures_jump_at_one_half():
    mixed = {ties: MatrixProblem("household", pre_policy="mixed", ties=ties) for ties in ALL_TIES}
    for problem in mixed.values():
        helps = np.array([0.2, 0.49, 0.51, 0.9, 1.0])
        mixtures = np.stack([1 - helps, helps], axis=1)
        np.testing.assert_allclose(problem.solver.p(mixtures), np.where(helps > 0.5, helps, 0))
    at_one_half = {
        ties: problem.solver.p(np.full((1, 2), 0.5))[0] for ties, problem in mixed.items()
    }
    assert at_one_half == {"optimistic": 0.5, "pessimistic": 0.0, "uniform": 0.25}
    assert mixed["optimistic"].solver.bounds(np.full((1, 2), 0.5)).tolist() == [[0.0, 0.5]]


def test_the_judge_changes_the_rules():
    pure = MatrixProblem("rps_judge")
    assert pure.solver.before().p == pytest.approx(1)
    assert np.isnan(p_of(pure, "competitive"))  # no equilibrium in pure policies is left
    every = MatrixProblem("rps_judge", selection="extreme")
    assert every.solver.before().p == pytest.approx(29 / 42)
    assert p_of(every, "competitive") == pytest.approx(1 / 3)
    assert p_of(every, "competitive") - every.solver.before().p == pytest.approx(-5 / 14)


@pytest.mark.parametrize(
    ("game", "before", "pure", "mixed"),
    [
        ("conitzer_sandholm", 2, 3, 3.5),
        ("climbing", 9, 11, 11),
        ("stag_hunt", 3, 4, 4),
        ("battle_of_the_sexes", 1.5, 2, 2),
        ("chicken", 0, 1, 1),
        ("prisoners_dilemma", -2, -2, -2),
        ("matching_pennies", None, -1, 0),
        ("rock_paper_scissors", None, -1, 0),
    ],
)
def test_what_the_leader_gets(game, before, pure, mixed):
    selected = MatrixProblem(game).solver.before().utility  # the mean over the pure equilibria
    assert selected == (None if before is None else pytest.approx(before))
    problem = MatrixProblem(game, ties="optimistic")
    assert problem.solver.optimum("utility").value == pytest.approx(pure)
    optimum = MatrixProblem(game, pre_policy="mixed", ties="optimistic").solver.optimum("utility")
    assert optimum.value == pytest.approx(mixed)
    assert optimum.method == "linear program"


@pytest.mark.parametrize("k", [0, -1, -10, -100])
def test_the_penalty_game_gives_ten(k):
    problem = MatrixProblem("penalty", k=k)
    assert problem.solver.optimum("utility").value == 10
    assert MatrixProblem("penalty", k=k, pre_policy="mixed", ties="optimistic").solver.optimum(
        "utility"
    ).value == pytest.approx(10)


@given(st.integers(0, 10**6))
@settings(max_examples=60)
def test_optimistic_mixtures_beat_every_equilibrium(seed):
    game = random_game(seed)
    problem = MatrixProblem(game, pre_policy="mixed", ties="optimistic")
    for objective, table in (
        ("utility", game.form.payoffs[0]),
        ("desirable", game.desirable_table),
    ):
        values = [game.form.expected(table, e.profile) for e in equilibria(game.form)]
        assert problem.solver.optimum(objective).value >= float(max(values)) - 1e-7


def test_pure_commitments_do_not():
    def falls_short(seed):
        game = random_game(seed)
        values = [e.payoffs[0] for e in equilibria(game.form)]
        return (
            MatrixProblem(game, ties="optimistic").solver.optimum("utility").value
            < max(values) - 1e-9
        )

    assert any(falls_short(seed) for seed in range(30))


@given(st.integers(0, 10**6), st.sampled_from(ALL_TIES))
@settings(max_examples=40)
def test_no_mixture_beats_the_linear_program(seed, ties):
    problem = MatrixProblem(random_game(seed), pre_policy="mixed", ties=ties)
    tried = problem.pre_policies.sample(200, np.random.default_rng(seed))
    for objective in ("utility", "desirable"):
        optimum = problem.solver.optimum(objective)
        if optimum is not None:
            assert problem.solver.respond(tried).score(objective).max() <= optimum.value + 1e-9
        found = mixed_commitment(
            problem.env.game.form, 0, problem.env.game.desirable_table, "optimistic"
        )
        assert problem.solver.p(tried).max() <= found.value + 1e-9


def test_one_shot_answers_agree_with_a_plain_statement():
    game = random_game(3, shape=(3, 4))
    problem = MatrixProblem(game, pre_policy="mixed", epsilon=0.7, rate=0.8, risk_aversion=0.3)
    leader, follower = game.form.payoffs
    for x in problem.pre_policies.sample(20, np.random.default_rng(0)):
        pays = x @ follower
        variance = x @ follower**2 - pays**2
        chances = np.exp(0.8 * pays) / np.exp(0.8 * pays).sum()
        plain = {
            "exact": (pays == pays.max()) / (pays == pays.max()).sum(),
            "epsilon": (pays >= pays.max() - 0.7) / (pays >= pays.max() - 0.7).sum(),
            "risk-averse": np.eye(4)[np.argmax(pays - 0.3 * variance)],
            "logit": chances,
        }
        for relation, b in plain.items():
            answer = problem.solver.respond(x[None], relation)
            assert answer.p[0] == pytest.approx(x @ game.desirable_table @ b)
            assert answer.utility[0] == pytest.approx(x @ leader @ b)
            assert answer.regret["follower"][0] == pytest.approx(pays.max() - pays @ b)


@pytest.mark.parametrize("name", sorted(set(GAMES) - {"ordinal"}))
def test_exact_policies_are_judged_flawless(name):
    problem = MatrixProblem(name, ties="optimistic")
    answer = problem.evaluate(problem.solver.best_responses(), points(problem))
    exact = problem.solver.p(points(problem))
    settled = ~np.isnan(exact)
    assert not answer.worst_regret[settled].any()
    assert answer.optimal_share[settled].min() == 1
    np.testing.assert_allclose(answer.p[settled], exact[settled])


def test_a_bad_policy_is_judged_by_what_it_loses():
    problem = MatrixProblem("stag_hunt")

    def hare(seen):
        return np.ones(len(seen), dtype=np.int64)

    answer = problem.evaluate({"two": Memoryless(hare)}, points(problem))
    assert answer.p.tolist() == [0, 0]
    assert answer.regret["two"].tolist() == [1, 0]  # 4 instead of 3 against a stag hunter
    assert answer.regret_max.tolist() == [1, 0]
    assert answer.optimal_share.tolist() == [0, 1]
    assert answer.utility.tolist() == [1, 2]


@pytest.mark.parametrize("name", ["household", "volunteers_dilemma", "wichardt"])
def test_learners_without_a_model_of_the_game_find_answers(name):
    problem = MatrixProblem(name)
    learned = problem.solver.respond(points(problem), "q-learning", seed=1)
    assert learned.worst_regret.max() < 1e-6
    assert learned.env_steps > 0


def test_followers_settle_among_themselves():
    problem = MatrixProblem("volunteers_dilemma", players=4)
    settled = problem.solver.respond(points(problem), "iterated", seed=0)
    assert settled.worst_regret.max() == 0
    # Whoever waits leaves it to one of three others: always another one. Who volunteers ends it.
    np.testing.assert_allclose(settled.p, problem.solver.p(points(problem)))
    coordination = MatrixProblem(three_way(), selection="pure")
    spread = coordination.solver.respond(points(coordination), "iterated", seed=0).spread
    assert spread[0] == 1  # from some starts both follow, from others neither


def three_way():
    """Two followers want to do the same as each other, whatever the leader does."""
    payoffs = np.zeros((3, 2, 2, 2), dtype=int)
    payoffs[1:, :, 0, 0] = payoffs[1:, :, 1, 1] = 1
    form = NormalForm(payoffs, players=("leader", "one", "two"))
    return MatrixGame(form, desirable="1,1,1", committed="leader")


def test_mistakes_are_said():
    with pytest.raises(UnknownName, match="known: optimistic"):
        MatrixProblem("household", ties="fair")
    with pytest.raises(UnknownName, match="known: pure, extreme, logit, dynamics"):
        MatrixProblem("household", selection="mixed")
    with pytest.raises(UnknownName, match="pure, mixed, memory-one, finite-state"):
        MatrixProblem("household", pre_policy="memory")
    with pytest.raises(InvalidArgument, match="`rounds=100`"):
        MatrixProblem("household", pre_policy="memory-one")
    with pytest.raises(InvalidArgument, match="has no answers of kind 'dqn'"):
        MatrixProblem("household").solver.respond([0], "dqn")


@pytest.mark.parametrize(("meta", "seed"), [("gaussian", 0), ("gaussian", 1), ("cmaes", 0)])
def test_a_memory_one_leader_extorts_half_of_cooperation(meta, seed):
    problem = MatrixProblem("prisoners_dilemma", rounds=100, pre_policy="memory-one")
    search = find_meta(meta)(problem.pre_policies, evaluations=5000, batch=20, seed=seed)
    rng = np.random.default_rng(seed)
    for _ in range(5000 // 20):
        rules = search.ask(20, (), rng)
        search.tell(rules, problem.solver.respond(rules).utility)
    found = problem.solver.respond(search.found[None]).utility[0]
    assert -0.51 <= found <= -0.5  # the bound: the follower must not do worse than by defecting


@pytest.mark.parametrize("clock", [False, True])
@pytest.mark.parametrize("discount", [1.0, 0.9])
def test_repeated_answers_are_judged_flawless(clock, discount):
    problem = MatrixProblem(
        "prisoners_dilemma",
        rounds=6,
        clock=clock,
        discount=discount,
        pre_policy="memory-one",
        ties="optimistic",
    )
    rules = problem.pre_policies.sample(10, np.random.default_rng(0))
    answer = problem.evaluate(problem.solver.best_responses(), rules)
    assert answer.regret_max.max() == 0
    np.testing.assert_allclose(answer.p, problem.solver.p(rules), atol=1e-9)

    def always_defect(seen):
        return np.ones(len(seen["commitment"]), dtype=np.int64)

    tit_for_tat = problem.pre_policies.parse("tit_for_tat")[None]
    punished = problem.evaluate({"two": Memoryless(always_defect)}, tit_for_tat)
    weights = discount ** np.arange(6)
    if clock:  # 0 at first, -2 from then on, where cooperating up to the end pays more
        expected = -2 * (1 - weights[0] / weights.sum())
        others = -1 + weights[-1] / weights.sum()
        assert punished.regret["two"][0] == pytest.approx(others - expected)
    assert punished.p[0] == 0


def test_several_followers_of_a_repeated_game_settle():
    problem = MatrixProblem("n_prisoners_dilemma", rounds=10, clock=True)
    assert "exact" not in responders_of(problem)
    settled = problem.solver.respond(points(problem), "iterated")
    assert settled.worst_regret.max() == 0
    assert settled.p.max() == 0  # defecting dominates, and the end is known


def test_a_rule_that_is_learned_against_is_answered_well():
    problem = MatrixProblem("prisoners_dilemma", rounds=100, pre_policy="finite-state")
    rule = [problem.pre_policies.point("tit_for_tat")]
    learned = problem.solver.respond(rule, "q-learning", seed=0)
    assert learned.p[0] == pytest.approx(1, abs=0.01)
    assert learned.worst_regret[0] == pytest.approx(0, abs=0.01)


def test_memory_of_a_game_that_is_played_once_is_refused():
    with pytest.raises(InvalidArgument, match="memory is 2 and the game is played once"):
        MatrixProblem("stag_hunt", memory=2)
    assert MatrixProblem("stag_hunt", memory=2, rounds=3).env is not None


@settings(max_examples=20)
@given(st.integers(0, 10**6))
def test_the_conv_of_several_learners_is_what_each_could_gain_alone(seed):
    """Random games of a committed player and two who answer it and each other."""
    rng = np.random.default_rng(seed)
    payoffs = rng.integers(-3, 4, (3, 2, 3, 2)).astype(float)
    outcomes = rng.integers(0, 2, (2, 3, 2))
    game = MatrixGame(
        form=NormalForm(payoffs, players=("one", "two", "three")),
        outcomes=("no", "yes"),
        outcome_of=outcomes,
        committed="one",
        desirable="yes",
    )
    problem = MatrixProblem(game)
    joint = {"two": int(rng.integers(3)), "three": int(rng.integers(2))}
    policies = {
        agent: Memoryless(lambda seen, a=action: np.full(len(seen), a))
        for agent, action in joint.items()
    }
    found = problem.evaluate(policies, points(problem))
    for point in points(problem):
        two, three = joint["two"], joint["three"]
        gain = max(payoffs[1, point, a, three] for a in range(3)) - payoffs[1, point, two, three]
        gain += max(payoffs[2, point, two, b] for b in range(2)) - payoffs[2, point, two, three]
        assert found.nash_conv[point] == pytest.approx(gain)
        assert found.p[point] == outcomes[point, two, three]
