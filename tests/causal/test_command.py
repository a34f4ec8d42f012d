"""`scg causal`: its JSON against known answers and against itself, its notation, its errors."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scg_envs.causal.conversion import from_extensive_form, from_normal_form
from scg_envs.causal.evaluation import payoffs, probability
from scg_envs.causal.examples import EXAMPLES, example
from scg_envs.causal.exchange import parse_efg, write_nfg
from scg_envs.causal.model import CausalGame
from scg_envs.causal.normal_form.game import NormalForm
from scg_envs.causal.notation import parse_commitment, parse_outcome
from scg_envs.causal.policies import BehavioralPolicy, MixedPolicy, Profile
from scg_envs.core.errors import ScgError
from scg_envs.train.cli import MISTAKE, main

ENTRY = """EFG 2 R "entry" { "Entrant" "Incumbent" }
p "" 1 1 "enter" { "out" "in" } 0
t "" 1 "out" { 0 4 }
p "" 2 1 "fight" { "fight" "share" } 0
t "" 2 "war" { -1 0 }
t "" 3 "peace" { 2 2 }
"""

POKER = """EFG 2 R "poker" { "A" "B" }
c "" 1 "" { "hi" 1/2 "lo" 1/2 } 0
p "" 1 1 "" { "bet" "fold" } 0
p "" 2 1 "" { "call" "pass" } 0
t "" 1 "" { 2 -2 }
t "" 2 "" { 1 -1 }
t "" 3 "" { -1 1 }
p "" 1 2 "" { "bet" "fold" } 0
p "" 2 1 "" { "call" "pass" } 0
t "" 4 "" { -2 2 }
t "" 5 "" { 1 -1 }
t "" 6 "" { -1 1 }
"""


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["causal", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]


def row(report: dict[str, Any], selection: str, ties: str) -> dict[str, Any]:
    rows = [e for e in report["effects"] if (e["selection"], e["ties"]) == (selection, ties)]
    assert len(rows) == 1
    return rows[0]  # type: ignore[no-any-return]


def test_the_keys(capsys: pytest.CaptureFixture[str]) -> None:
    report = run(capsys, "household", "--commit", "robot=Help", "--policies", "mixed")
    assert list(report) == [
        "game", "agents", "policies", "relation", "before", "intervention", "after", "effects",
        "optimal_commitment", "undefined_commitments",
    ]  # fmt: skip
    assert report["game"] == "household"
    assert report["agents"] == ["robot", "human"]
    assert report["relation"] == "agent-wise"
    for part in ("before", "after"):
        assert set(report[part]) == {"equilibria", "kind", "degenerate", "undefined"}
    assert len(report["effects"]) == 12
    for effect in report["effects"]:
        assert set(effect) == {
            "selection", "ties", "p_before", "p_after", "delta_ce", "before_range", "after_range",
            "delta_range", "before_sample", "after_sample", "undefined",
        }  # fmt: skip
    for best in report["optimal_commitment"].values():
        assert set(best) == {
            "committed", "policy", "response", "p", "at_most", "attained", "ties",
        }  # fmt: skip


def test_household(capsys: pytest.CaptureFixture[str]) -> None:
    report = run(capsys, "household", "--commit", "robot=Help", "--policies", "mixed")
    extreme = row(report, "extreme", "uniform")
    assert extreme["p_before"] == pytest.approx(5 / 12, abs=1e-12)
    assert extreme["delta_ce"] == pytest.approx(7 / 12, abs=1e-12)
    assert extreme["before_range"] == [0, 1]
    assert row(report, "pure", "uniform")["delta_ce"] == pytest.approx(0.5)
    # An optimist expects the good outcome anyway.
    assert row(report, "pure", "optimistic")["delta_ce"] == 0
    assert row(report, "pure", "pessimistic")["delta_range"] == [0, 1]
    (after,) = report["after"]["equilibria"]
    assert after["profile"] == {
        "robot": {"": {"Cook": 0, "Help": 1}},
        "human": {"": {"External": 0, "Self": 1}},
    }
    assert after["payoffs"] == {"robot": 2, "human": 2}
    best = report["optimal_commitment"]["mixed"]
    assert (best["committed"], best["p"]) == ("robot", pytest.approx(1))
    assert set(best["policy"]) == {"robot"}
    assert set(best["response"]) == {"human"}


def read(game: CausalGame, written: dict[str, Any]) -> Profile:
    """A profile from its JSON, by decision or as lotteries by agent."""

    def table(decision: str, rows: dict[str, dict[str, float]]) -> np.ndarray:
        assert list(rows) == list(game.contexts(decision))
        actions = [str(action) for action in game.variables[decision].domain]
        flat = np.array([[row[a] for a in actions] for row in rows.values()])
        return flat.reshape(*game.context_shape(decision), len(actions))

    policies: dict[str, Any] = {}
    for agent in game.agents:
        decisions = game.decisions(agent)
        lottery = written.get(agent)
        if isinstance(lottery, list):
            drawn = tuple(
                BehavioralPolicy(agent, {d: table(d, part["rules"][d]) for d in decisions})
                for part in lottery
            )
            policies[agent] = MixedPolicy(agent, np.array([part["p"] for part in lottery]), drawn)
        elif decisions:
            rules = {d: table(d, written[d]) for d in decisions}
            policies[agent] = BehavioralPolicy(agent, rules)
    return Profile(policies)


@pytest.mark.parametrize(
    ("name", "relation", "policies"),
    [
        ("household", "agent-wise", "mixed"),
        ("household", "decision-wise", "behavioral"),
        ("wichardt", "agent-wise", "mixed"),
        ("wichardt", "decision-wise", "pure"),
        ("rps_judge", "subgame-perfect", "mixed"),
        ("taxi", "agent-wise", "mixed"),
        ("taxi", "agent-wise", "behavioral"),
        ("taxi", "subgame-perfect", "pure"),
        ("job_market", "agent-wise", "pure"),
        ("job_market", "decision-wise", "mixed"),
        ("job_market", "subgame-perfect", "behavioral"),
    ],
)
def test_the_numbers_follow_from_the_profiles(
    name: str, relation: str, policies: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = example(name)
    game = found.build()
    commitment = {
        "household": "robot=Help:2/3,Cook:1/3",
        "wichardt": "agent1.A=0,agent1.B=0:1/2,1:1/2",
        "rps_judge": "judge=competitive",
        "taxi": "taxi2=e",
        "job_market": "firm=hire",
    }[name]
    arguments = (name, "--policies", policies, "--relation", relation)
    report = run(capsys, *arguments, "--commit", commitment)
    for part in ("before", "after"):
        listed = report[part]["equilibria"]
        profiles = [read(game, member["profile"]) for member in listed]
        for profile, member in zip(profiles, listed, strict=True):
            assert payoffs(game, profile) == pytest.approx(member["payoffs"], abs=1e-9)
        bounds = row(report, "extreme", "uniform")[f"{part}_range"]
        if bounds is not None:
            values = [probability(game, profile, found.desirable) for profile in profiles]
            assert bounds == pytest.approx([min(values), max(values)], abs=1e-9)
            best = row(report, "extreme", "optimistic")["p_after"]
            assert part == "before" or best == pytest.approx(max(values), abs=1e-9)
    for best in (report["optimal_commitment"] or {}).values():
        if best is not None:
            profile = read(game, best["policy"] | best["response"])
            assert probability(game, profile, found.desirable) == pytest.approx(best["p"])


def test_without_a_commitment(capsys: pytest.CaptureFixture[str]) -> None:
    report = run(capsys, "household")
    assert report["after"] is None
    assert report["intervention"] is None
    assert row(report, "pure", "uniform")["p_before"] == pytest.approx(0.5)
    assert row(report, "pure", "uniform")["p_after"] is None


def test_judge_undefined_is_null_and_exits_0(capsys: pytest.CaptureFixture[str]) -> None:
    report = run(capsys, "rps_judge", "--commit", "judge=competitive", "--policies", "pure")
    assert report["after"]["equilibria"] == []
    assert "no equilibrium" in report["after"]["undefined"]
    effect = row(report, "pure", "optimistic")
    assert (effect["p_before"], effect["p_after"], effect["delta_ce"]) == (1, None, None)
    assert "no equilibrium" in effect["undefined"]
    mixed = run(capsys, "rps_judge", "--commit", "judge=competitive", "--policies", "mixed")
    assert row(mixed, "extreme", "uniform")["delta_ce"] == pytest.approx(-5 / 14)


def test_wichardt(capsys: pytest.CaptureFixture[str]) -> None:
    report = run(capsys, "wichardt", "--policies", "mixed")
    (found,) = report["before"]["equilibria"]
    drawn = found["profile"]["agent1"]
    assert [part["p"] for part in drawn] == pytest.approx([0.5, 0.5])
    assert drawn[0]["rules"] == {"A": {"": {"0": 1, "1": 0}}, "B": {"": {"0": 1, "1": 0}}}
    assert found["profile"]["D"][""] == pytest.approx({"0": 0.5, "1": 0.5})
    assert "undefined" in run(capsys, "wichardt", "--policies", "behavioral")["before"]
    by_decision = run(capsys, "wichardt", "--relation", "decision-wise", "--policies", "behavioral")
    assert len(by_decision["before"]["equilibria"]) == 5
    assert by_decision["relation"] == "decision-wise"
    both = run(capsys, "wichardt", "--commit", "agent1.A=0,agent1.B=0", "--policies", "mixed")
    assert list(both["intervention"]["commit"]) == ["A", "B"]
    (after,) = both["after"]["equilibria"]
    assert after["payoffs"] == {"agent1": -1, "agent2": 1}


def test_contexts_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    report = run(capsys, "taxi", "--relation", "subgame-perfect", "--policies", "pure")
    (found,) = report["before"]["equilibria"]
    assert found["profile"]["D2"] == {"D1=e": {"e": 0, "c": 1}, "D1=c": {"e": 1, "c": 0}}


def test_a_sample_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    report = run(capsys, "bargaining", "--policies", "mixed", "--max-equilibria", "50")
    assert report["before"]["kind"] == "sample"
    assert len(report["before"]["equilibria"]) == 50
    assert row(report, "extreme", "uniform")["p_before"] is None
    assert "sample" in row(report, "pure", "uniform")["undefined"]
    assert report["optimal_commitment"]["mixed"]["p"] == pytest.approx(1)


def test_uncertain_commitments(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["household", "--commit", "robot=Help", "--credibility", "0.4"]
    report = run(capsys, *arguments, "--policies", "pure")
    assert report["intervention"]["credibility"] == 0.4
    rules = [e["profile"]["robot"][""]["Help"] for e in report["after"]["equilibria"]]
    assert rules == pytest.approx([0.4, 1])


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "entry.efg").write_text(ENTRY)
    (tmp_path / "poker.efg").write_text(POKER)
    game = NormalForm.bimatrix([[2, 4], [1, 3]], [[1, 0], [0, 1]], players=("a b", "c"))
    write_nfg(game, tmp_path / "stackelberg.nfg")
    return {path.name: str(path) for path in tmp_path.iterdir()}


def test_normal_form_file(capsys: pytest.CaptureFixture[str], files: dict[str, str]) -> None:
    options = ("--desirable", "#2,#2", "--commit", "a b=#2")
    report = run(capsys, files["stackelberg.nfg"], *options)
    assert report["after"]["equilibria"][0]["payoffs"] == {"a b": 3, "c": 1}
    assert row(report, "pure", "uniform")["delta_ce"] == 1
    assert report["optimal_commitment"]["pure"]["p"] == 1
    bare = run(capsys, files["stackelberg.nfg"])
    assert bare["effects"] == []
    assert bare["optimal_commitment"] is None


def test_tree_file(capsys: pytest.CaptureFixture[str], files: dict[str, str]) -> None:
    nash = run(capsys, files["entry.efg"], "--policies", "pure")
    assert len(nash["before"]["equilibria"]) == 2
    perfect = run(capsys, files["entry.efg"], "--policies", "pure", "--relation", "subgame-perfect")
    (found,) = perfect["before"]["equilibria"]
    assert found["payoffs"] == {"Entrant": 2, "Incumbent": 2}
    threat = run(capsys, files["entry.efg"], "--policies", "pure", "--commit", "fight=fight")
    assert threat["after"]["equilibria"][0]["payoffs"] == {"Entrant": 0, "Incumbent": 4}


def test_poker(capsys: pytest.CaptureFixture[str], files: dict[str, str]) -> None:
    report = run(capsys, files["poker.efg"], "--policies", "behavioral")
    (found,) = report["before"]["equilibria"]
    assert found["payoffs"] == pytest.approx({"A": 1 / 3, "B": -1 / 3})
    assert found["profile"]["A 2"][""]["bet"] == pytest.approx(1 / 3)
    assert found["profile"]["B"][""]["call"] == pytest.approx(2 / 3)


def test_a_tree_knows_what_its_moves_rely_on() -> None:
    game = from_extensive_form(parse_efg(ENTRY))
    assert game.reliance == {"enter": frozenset({"fight"}), "fight": frozenset()}


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_prints(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["causal", name, "--policies", "pure"]) == 0
    assert "R(M), nobody intervenes" in capsys.readouterr().out


def test_every_example_has_a_source() -> None:
    assert all(found.source and found.build().name == name for name, found in EXAMPLES.items())


MISTAKES = [
    (["nowhere"], "unknown causal game 'nowhere'"),
    (["household", "--commit", "robot=Hepl"], "Did you mean 'Help'"),
    (["household", "--commit", "robt=Help"], "unknown player or decision 'robt'"),
    (["household", "--commit", "robot"], "expected '='"),
    (["household", "--commit", "robot=Help:1/3,Cook:1/3"], "sum to 2/3; expected 1"),
    (["household", "--commit", "robot=Help:x"], "expected a probability"),
    (["household", "--commit", "robot=Help:1/0"], "denominator"),
    (["household", "--commit", "robot=#3"], "#3; expected #1 to #2"),
    (["wichardt", "--commit", "agent1=0"], "agent1 has the decisions A, B"),
    (["wichardt", "--commit", "agent1.D=0"], "unknown decision of agent1 'D'"),
    (["household", "--desirable", "Help"], "expected 2, one for each of robot, human"),
    (["household", "--desirable", "*,*"], "allows every outcome"),
    (["household", "--credibility", "0.5"], "give one with --commit"),
    (["household", "--commit", "robot=Help", "--credibility", "7"], "expected a probability"),
    (["household", "--max-equilibria", "0"], "expected 1 or more"),
    (["household", "--policies", "puer"], "Did you mean 'pure'?"),
    (["household", "--picture", "x.doc"], "unknown kind of picture '.doc'"),
    (["missing.nfg"], "missing.nfg"),
]


@pytest.mark.parametrize(("arguments", "message"), MISTAKES)
def test_mistakes_are_one_line_and_exit_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = main(["causal", *arguments])
    except SystemExit as stopped:  # argparse's own
        code = int(stopped.code or 0)
    assert code == MISTAKE
    printed = capsys.readouterr()
    assert printed.out == ""
    assert message in printed.err
    assert printed.err.count("\n") == 1


def test_notation() -> None:
    game = example("wichardt").build()
    assert parse_commitment(game, "agent1.A=0,agent1.B=1") == {"A": {0: 1}, "B": {1: 1}}
    assert parse_commitment(game, "#1.#2=#1") == {"B": {0: 1}}
    assert parse_commitment(game, "D=0:1/3, 1:2/3, A=1") == {
        "D": {0: pytest.approx(1 / 3), 1: pytest.approx(2 / 3)},
        "A": {1: 1},
    }
    assert parse_commitment(game, 'agent2="0":0.25,"1":.75') == {"D": {0: 0.25, 1: 0.75}}
    assert parse_outcome(game, "0,*,#2") == {"A": 0, "D": 1}
    with pytest.raises(ScgError, match="twice"):
        parse_commitment(game, "D=0,D=1")


def test_labels_in_quotes() -> None:
    game = NormalForm(np.zeros((2, 2, 2)), ("p.1", "p,2"), (("a:b", "c"), ("d=e", "#1")))
    causal = from_normal_form(game)
    assert parse_commitment(causal, '"p.1"="a:b":1/2,c:1/2') == {"p.1": {"a:b": 0.5, "c": 0.5}}
    assert parse_outcome(causal, '"a:b","#1"') == {"p.1": "a:b", "p,2": "#1"}


@pytest.mark.parametrize("suffix", [".png", ".dot"])
def test_pictures(suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / f"game{suffix}"
    run(capsys, "household", "--commit", "robot=Help", "--picture", str(path))
    content = path.read_bytes()
    if suffix == ".png":
        assert content.startswith(b"\x89PNG")
    else:
        text = content.decode()
        assert '"Π_human" -> "Π_robot" [style=dashed, color="#D55E00"' in text  # it is cut
        assert '"Π_robot" -> "Π_human" [style=dashed];' in text  # it is seen
        assert "shape=diamond" in text
