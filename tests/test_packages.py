"""What a package exports hides none of its modules."""

import pkgutil
from importlib import import_module
from types import ModuleType

import pytest

import scg_envs
import scg_envs.agents
import scg_envs.train

SKIPPED = ("scg_envs.train.__main__",)  # runs the command


def packages():
    """The package and all packages inside of it; agents and train lie beside it in a checkout."""
    yield "scg_envs"
    for package in (scg_envs, scg_envs.agents, scg_envs.train):
        yield package.__name__
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.ispkg and module.name not in SKIPPED:
                yield module.name


@pytest.mark.parametrize("name", sorted(set(packages())))
def test_no_attribute_hides_a_module(name):
    package = import_module(name)
    for module in pkgutil.iter_modules(package.__path__):
        if f"{name}.{module.name}" in SKIPPED:
            continue
        import_module(f"{name}.{module.name}")
        assert isinstance(getattr(package, module.name), ModuleType), f"{name}.{module.name}"


def test_the_search_is_a_function_of_its_package():
    assert callable(scg_envs.train.search.search)
