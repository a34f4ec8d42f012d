"""Imports run one way: no cycle among modules or packages, and no layer looks up.

All imports count: at the top of a module, inside functions, and under `TYPE_CHECKING`. Modules
that are named by strings, as the registry names the games' entry points, are no imports.
"""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE, GAMES, PAGES, FACADE, AGENTS, TRAIN = range(6)


def layer(module):
    """The layer of a module of scg_envs: it may import those of its own number and below."""
    parts = module.split(".")
    if len(parts) == 1:
        return FACADE  # the public names, which stand on the games' pages
    if parts[1] in ("agents", "train"):
        return AGENTS if parts[1] == "agents" else TRAIN
    if parts[1] in ("causal", "games"):
        return GAMES
    return PAGES if parts[1].endswith("_v0") else CORE


def modules(root):
    """The paths of all modules, by the names under which they are installed."""
    found = {}
    for top in ("scg_envs", "agents", "train"):
        for path in (root / top).rglob("*.py"):
            parts = path.relative_to(root).with_suffix("").parts
            parts = parts if top == "scg_envs" else ("scg_envs", *parts)
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(name, path, known):
    """The modules that a module names in its import statements, wherever they stand."""
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            inside = [f"{base}.{alias.name}" for alias in node.names]
            named = [one if one in known else base for one in inside]
        else:
            continue
        yield from (one for one in named if one in known and one != name)


def graph(root=ROOT):
    """What each module imports."""
    known = modules(root)
    return {name: set(imported(name, path, known)) for name, path in known.items()}


def package(module):
    """The game, or else the package or module directly below scg_envs, of a module."""
    parts = module.split(".")
    return ".".join(parts[: 3 if parts[1:2] == ["games"] else 2])


def cycle(graph):
    """A cycle, if there is one."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1][::-1]
    return None


def upward(graph):
    """The imports of what lies in a higher layer."""
    return [
        f"{one} imports {other}"
        for one in sorted(graph)
        for other in sorted(graph[one])
        if layer(other) > layer(one)
    ]


def test_no_module_imports_itself_through_others():
    found = graph()
    assert len(found) > 300
    assert sum(map(len, found.values())) > 1000
    assert cycle(found) is None


def test_no_package_imports_itself_through_others():
    together = {}
    for module, others in graph().items():
        own = together.setdefault(package(module), set())
        own |= {package(other) for other in others} - {package(module)}
    assert cycle(together) is None


def test_no_layer_looks_up():
    assert not upward(graph())


def test_every_package_has_its_layer():
    folders = {path.parent.name for path in (ROOT / "scg_envs").glob("*/__init__.py")}
    assert folders == {"causal", "core", "games"}, "a package without its layer"


@pytest.mark.parametrize(
    "late",
    [
        "from .checks import check\n",
        "def late():\n    from .checks import check\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from . import checks\n",
        "import scg_envs.checks\n",
        "class Late:\n    from scg_envs import checks\n",
    ],
)
def test_imports_are_seen_wherever_they_stand(late, tmp_path):
    (tmp_path / "scg_envs").mkdir()
    for name, text in {
        "__init__": "",
        "errors": late,
        "checks": "from .numerals import ROMAN\n",
        "numerals": "from .errors import ScgError\n",
    }.items():
        (tmp_path / "scg_envs" / f"{name}.py").write_text(text)
    names = [f"scg_envs.{name}" for name in ("errors", "checks", "numerals")]
    found = cycle(graph(tmp_path))
    assert found is not None
    assert set(found) == set(names)


def test_looking_up_is_seen(tmp_path):
    for folder, text in {
        "scg_envs/games/barrier": "from ...agents import Responder\n",
        "scg_envs/core": "",
        "agents": "from ..train.result import SearchResult\n",
        "train": "from ..agents import Responder\n",
    }.items():
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "__init__.py").write_text(text)
    (tmp_path / "train" / "result.py").write_text("from ..barrier_v0 import env\n")
    (tmp_path / "scg_envs" / "core" / "views.py").write_text("from .. import barrier_v0\n")
    (tmp_path / "scg_envs" / "barrier_v0.py").write_text("from .games import barrier\n")
    assert upward(graph(tmp_path)) == [
        "scg_envs.agents imports scg_envs.train.result",
        "scg_envs.core.views imports scg_envs.barrier_v0",
        "scg_envs.games.barrier imports scg_envs.agents",
    ]
