"""Why a decision matters to its owner: the four reasoning patterns (Pfeffer and Gal 2007).

"On the reasoning patterns of agents in games" (AAAI 2007) shows that an agent can only care what
it does at a decision D, while the others answer what they know as it bears on them, for one of four
reasons, each of which can be read off the graph:

- *direct effect*: what it does changes its utility by itself;
- *manipulation*: it changes what another's decision is worth to that other, who answers;
- *signaling*: another infers from D what D's owner knew, and answers;
- *revealing or denying*: D decides what another gets to know, and so how that other answers.

Write W(X, D') for the parents of D' that do not descend from X. A path is *effective* if all of its
decisions are, but for its first node and its forks. Each pattern but the first needs a directed
path without decisions between from D to an effective decision D', and an effective directed path
from there to a utility of D's owner. On top of that it needs

- manipulation: an effective directed path from D to a utility of the owner of D', not through D';
- signaling: an effective back-door trail from D to a utility of the owner of D', active given D'
  and W(D, D'); and from its first fork C, an effective trail to a utility of D's owner, active
  given D and W(C, D);
- revealing or denying: an effective indirect front-door trail from D to a utility of the owner of
  D', active given D' and W(D, D').

A decision is effective as long as one of the patterns holds; those without one are dropped until
nothing changes. The owner of D' may be that of D, who reveals something to its later self.

The patterns are exhaustive: at a decision without one, nothing is ever at stake. They do not
promise more than that something may be: a path counts as effective if its decisions matter, also
where they would not respond to this one.
"""

from collections.abc import Iterator
from enum import Enum

import networkx as nx

from .model import CausalGame
from .paths import Trail, directed_paths, has_directed_path, motif, trails


class ReasoningPattern(Enum):
    """A reason for a decision to matter to its owner."""

    DIRECT_EFFECT = "direct effect"
    MANIPULATION = "manipulation"
    SIGNALING = "signaling"
    REVEALING_DENYING = "revealing or denying"


def reasoning_patterns(game: CausalGame) -> dict[str, frozenset[ReasoningPattern]]:
    """All patterns that hold for each decision; none: its owner never has a reason to care.

    The criteria list trails, of which large graphs have many: meant for a few dozen variables.
    """
    effective = frozenset(game.decisions())
    while True:
        found = {d: frozenset(_patterns(game, d, effective)) for d in game.decisions()}
        left = frozenset(d for d in effective if found[d])
        if left == effective:
            return {d: found[d] if d in effective else frozenset() for d in found}
        effective = left


def _patterns(
    game: CausalGame, decision: str, effective: frozenset[str]
) -> Iterator[ReasoningPattern]:
    graph, mine = game.graph, game.utilities(game.owner(decision))
    blind = game.decisions()
    if any(has_directed_path(graph, decision, u, avoid=blind) for u in mine):
        yield ReasoningPattern.DIRECT_EFFECT
    answered = [
        other
        for other in effective - {decision}
        if has_directed_path(graph, decision, other, avoid=blind)
        and any(
            _is_effective(game, path, effective)
            for u in mine
            for path in directed_paths(graph, other, u)
        )
    ]
    if any(_manipulates(game, decision, other, effective) for other in answered):
        yield ReasoningPattern.MANIPULATION
    if any(_signals(game, decision, other, effective) for other in answered):
        yield ReasoningPattern.SIGNALING
    if any(_reveals(game, decision, other, effective) for other in answered):
        yield ReasoningPattern.REVEALING_DENYING


def _manipulates(game: CausalGame, decision: str, other: str, effective: frozenset[str]) -> bool:
    return any(
        _is_effective(game, path, effective)
        for u in game.utilities(game.owner(other))
        for path in directed_paths(game.graph, decision, u, avoid=(other,))
    )


def _signals(game: CausalGame, decision: str, other: str, effective: frozenset[str]) -> bool:
    graph = game.graph
    given = {other, *_observed(game, other, below=decision)}
    for theirs in game.utilities(game.owner(other)):
        for trail in trails(graph, decision, theirs, given, door="back"):
            if not _is_effective(game, trail, effective):
                continue
            # It begins against an edge and ends along one, for utilities have no children.
            inner = range(1, len(trail) - 1)
            fork = next(trail[i] for i in inner if motif(graph, trail, i) == "fork")
            known = {decision, *_observed(game, decision, below=fork)}
            if any(
                _is_effective(game, back, effective)
                for u in game.utilities(game.owner(decision))
                for back in trails(graph, fork, u, known)
            ):
                return True
    return False


def _reveals(game: CausalGame, decision: str, other: str, effective: frozenset[str]) -> bool:
    given = {other, *_observed(game, other, below=decision)}
    return any(
        _is_effective(game, trail, effective)
        for u in game.utilities(game.owner(other))
        for trail in trails(game.graph, decision, u, given, door="indirect front")
    )


def _observed(game: CausalGame, decision: str, below: str) -> set[str]:
    """W(X, D'): the parents of a decision but X and its descendants."""
    graph = game.graph
    return set(graph.predecessors(decision)) - {below} - nx.descendants(graph, below)


def _is_effective(game: CausalGame, trail: Trail, effective: frozenset[str]) -> bool:
    """Whether all decisions of a trail are effective, but for its first node and its forks."""
    return all(
        game.variables[name].kind != "decision"
        or name in effective
        or (i < len(trail) - 1 and motif(game.graph, trail, i) == "fork")
        for i, name in enumerate(trail[1:], start=1)
    )
