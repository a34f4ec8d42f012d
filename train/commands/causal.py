"""Solve a causal game exactly, before and after a commitment.

Lists the rational outcomes R(M) and R(M_I), the probability of the desirable outcome and the causal
effect for each selection and tie rule, and the best commitments. GAME is an example's name, or one
of Gambit's files (.nfg or .efg).

Examples:
  scg causal household --commit robot=Help
  scg causal household --commit "robot=Help:1/3,Cook:2/3" --picture household.png
  scg causal wichardt --commit "agent1.A=0,agent1.B=0" --relation decision-wise
  scg causal game.nfg --desirable "T,L" --json

Labels that hold one of , = : # . go in double quotes; #2 is the second player or action.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeAlias

from ...causal.conversion import UNTITLED, from_extensive_form, from_normal_form
from ...causal.examples import EXAMPLES, example
from ...causal.exchange import read_efg, read_nfg
from ...causal.interventions import Intervention, commit
from ...causal.model import CausalGame, Event
from ...causal.normal_form.commitment import SAME
from ...causal.notation import parse_commitment, parse_outcome
from ...causal.problem import AnyRelation
from ...causal.rationality import (
    AGENT_WISE,
    DECISION_WISE,
    Fixed,
    Rationality,
    Relation,
)
from ...causal.report import analyze
from ...causal.selten import SeltenPerfect
from ...causal.subgame_perfect import SubgamePerfect
from ...core.errors import InvalidArgument, UnknownName
from ...core.files import replacing
from ...core.game_files import check_format
from ...core.ties import TIES
from ..cli.command import SeededRun
from ..run.folder import write_json
from ._printing import print_json, say

RelationName: TypeAlias = Literal["agent-wise", "decision-wise", "subgame-perfect", "selten"]
LISTED = 20
NUMBERS = ("p_before", "p_after", "delta_ce")
PICTURES = (".png", ".pdf", ".svg", ".dot", ".gv")


@dataclass(frozen=True, kw_only=True)
class Causal(SeededRun):
    """Solve a causal game.

    Attributes:
        game: the example, or a .nfg or .efg file.
        policies: the class of policies.
        relation: the rationality relation: agent-wise is Nash equilibrium, decision-wise lets each
            decision answer by itself, subgame-perfect is over the subgames of the causal game,
            selten over the subtrees of a tree.
        desirable: the outcome such as "Help,Self", an action for each player; the example's own if
            None.
        commit: the pre-policy, such as "robot=Help"; none if None.
        credibility: the chance that the pre-policy binds; else its owner is free and answers
            rationally (scg search and scg effect: else a uniform one is played).
        observability: the chance that each follower sees it; else it plays as without one.
        max_equilibria: the number of equilibria beyond which a set is a sample.
        out: the folder for the report, causal.json; none if None.
        picture: the file for a picture of before and after: .png, .pdf, .svg, .dot or .gv; none if
            None.
    """

    positional = "game"
    listed: ClassVar = {"game": tuple(EXAMPLES)}

    game: str
    policies: Literal["pure", "behavioral", "mixed"] = "mixed"
    relation: RelationName = "agent-wise"
    desirable: str | None = None
    commit: str | None = None
    credibility: float = 1.0
    observability: float = 1.0
    max_equilibria: int = 10_000
    picture: Path | None = None

    def run(self) -> None:
        """Solve, and print a table or JSON.

        Raises:
            ScgError: an unknown game, player, action or outcome, or a file that cannot be read.
        """
        game, relations, event, committed = _load(self.game)
        if self.desirable is not None:
            event = parse_outcome(game, self.desirable, tuple(relations))
        if self.max_equilibria < 1:
            raise InvalidArgument(f"max_equilibria is {self.max_equilibria}; expected 1 or more.")
        intervention = None
        if self.commit is not None:
            rules = parse_commitment(game, self.commit)
            committed = game.owner(next(iter(rules)))
            intervention = commit(
                game, rules, credibility=self.credibility, observability=self.observability
            )
        elif self.credibility != 1 or self.observability != 1:
            raise InvalidArgument(
                "credibility and observability are about a commitment; give one with `commit`."
            )
        if self.picture is not None and self.picture.suffix not in PICTURES:
            raise UnknownName("kind of picture", self.picture.suffix, PICTURES)
        relation = _relation(game, self.relation, relations)
        report = analyze(
            game,
            relation,
            self.relation,
            self.policies,
            event,
            intervention,
            committed,
            self.max_equilibria,
            self.seed,
        )
        written = report.to_json()
        if self.picture is not None:
            _draw(game, intervention, self.picture)
        if self.out is not None:
            self.keep(self.out)
            write_json(self.out / "causal.json", written)
        if self.json:
            print_json(written)
        else:
            say("\n".join(_lines(written, event)))


def _load(name: str) -> tuple[CausalGame, dict[str, Relation], Event | None, str | None]:
    """The game, the relations that belong to its story, its outcome, and who may commit."""
    check_format(name, (".nfg", ".efg"))
    suffix = Path(name).suffix.lower()
    if suffix in (".nfg", ".efg"):
        path = Path(name)
        if suffix == ".nfg":
            game = from_normal_form(read_nfg(path))
        else:
            game = from_extensive_form(read_efg(path))
        if game.name == UNTITLED:
            game = replace(game, name=path.stem)
        return game, {}, None, next((a for a in game.agents if game.decisions(a)), None)
    found = example(name)
    return found.build(), dict(found.relations), found.desirable, found.committed


def _relation(game: CausalGame, name: str, relations: dict[str, Relation]) -> AnyRelation:
    if name == "subgame-perfect":
        return SubgamePerfect({d: r for d, r in relations.items() if isinstance(r, Fixed)})
    if name == "selten":
        return SeltenPerfect({d: r for d, r in relations.items() if isinstance(r, Fixed)})
    best: Rationality = AGENT_WISE if name == "agent-wise" else DECISION_WISE
    if not relations:
        return best
    assert isinstance(best, Relation)
    return {d: relations.get(d, best) for d in game.decisions()}


def _draw(game: CausalGame, intervention: Intervention | None, path: Path) -> None:
    from ...causal.draw import graphviz, picture  # here, for matplotlib is slow and optional

    with replacing(path) as partial:
        if path.suffix in (".dot", ".gv"):
            partial.write_text(graphviz(game, intervention), encoding="utf-8")
        else:
            picture(game, intervention).savefig(partial, dpi=150)


def _lines(report: dict[str, Any], event: Event | None) -> Iterator[str]:
    """The report as text."""
    yield f"{report['game']}: {', '.join(report['agents'])}"
    yield f"{report['policies']} policies, {report['relation']} relation"
    yield ""
    yield from _set_lines("R(M), nobody intervenes", report["before"])
    if report["after"] is not None:
        done = report["intervention"]
        yield ""
        yield from _set_lines(f"R(M_I), after {_profile(done['commit'])}", report["after"])
        if done["credibility"] < 1 or done["observability"] < 1:
            yield f"  credibility {done['credibility']:g}, observability {done['observability']:g}"
    yield ""
    if event is None:
        yield 'No desirable outcome: name one with --desirable "ACTION,ACTION,...".'
        return
    yield "Y=y: " + ", ".join(f"{name}={value}" for name, value in event.items())
    if report["after"] is None:
        for row in report["effects"][:: len(TIES)]:
            yield f"  {row['selection']:10}{_short(row['p_before']):>10}{_note(row)}"
    else:
        yield f"  {'selection':10}{'ties':12}{'before':>10}{'after':>10}{'effect':>10}"
        for row in report["effects"]:
            numbers = "".join(f"{_short(row[key]):>10}" for key in NUMBERS)
            yield f"  {row['selection']:10}{row['ties']:12}{numbers}{_note(row)}"
    for name, best in (report["optimal_commitment"] or {}).items():
        yield ""
        if best is None:
            missing = report["undefined_commitments"][name]
            yield f"best {name} commitment: undefined ({missing})"
        else:
            yield _best_line(name, best)
            yield f"  {_profile(best['policy'])}, answered by {_profile(best['response'])}"


def _best_line(name: str, best: dict[str, Any]) -> str:
    """What a commitment is worth; called best only where it is known to be."""
    exact = best["at_most"] - best["p"] <= SAME
    kind = f"{'best' if exact else 'good'} {name} commitment of {best['committed']}"
    bound = "" if exact else f" found, at most {_short(best['at_most'])} with any"
    worst = ", whatever is answered" if name == "robust" else ""
    limit = "" if best["attained"] else " as a limit; at it answers tie"
    return f"{kind}: P = {_short(best['p'])}{bound}{worst}{limit}"


def _note(row: dict[str, Any]) -> str:
    """Why there is no number, or how many random starts stand behind it and how sure they are."""
    if row["undefined"]:
        return f"  {row['undefined']}"
    samples = [row[key] for key in ("before_sample", "after_sample") if row[key]]
    if not samples:
        return ""
    starts = " and ".join(dict.fromkeys(str(sample["starts"]) for sample in samples))
    errors = [s["standard_error"] for s in samples if s["standard_error"] is not None]
    spread = "" if not errors else ", standard error " + " and ".join(map(_short, errors))
    return f"  {starts} random starts{spread}"


def _set_lines(title: str, outcomes: dict[str, Any]) -> Iterator[str]:
    if outcomes["undefined"]:
        yield f"{title}: undefined ({outcomes['undefined']})"
        return
    found = outcomes["equilibria"]
    tied = ", degenerate" if outcomes["degenerate"] else ""
    yield f"{title}: {len(found)} ({outcomes['kind']}{tied})"
    for member in found[:LISTED]:
        paid = ", ".join(f"{agent} {_short(value)}" for agent, value in member["payoffs"].items())
        yield f"  {_profile(member['profile'])}; pays {paid}"
    if len(found) > LISTED:
        yield f"  ... and {len(found) - LISTED} more (see --json)"


def _profile(profile: dict[str, Any]) -> str:
    parts = []
    for name, policy in profile.items():
        if isinstance(policy, list) and len(policy) == 1:
            parts.append(_profile(policy[0]["rules"]))
            continue
        if isinstance(policy, list):
            drawn = [f"{_short(part['p'])} of ({_profile(part['rules'])})" for part in policy]
            parts.append(f"{name}: " + " or ".join(drawn))
            continue
        rows = [
            (f"{context}: " if context else "") + _distribution(row)
            for context, row in list(policy.items())[:8]
        ]
        more = " ..." if len(policy) > 8 else ""
        parts.append(f"{name}={'; '.join(rows)}{more}")
    return ", ".join(parts)


def _distribution(row: dict[str, float]) -> str:
    likely = {action: p for action, p in row.items() if p > 0}
    if len(likely) == 1:
        return next(iter(likely))
    return "/".join(f"{action}:{_short(p)}" for action, p in likely.items())


def _short(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.4g}"
