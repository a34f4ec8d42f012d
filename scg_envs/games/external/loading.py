"""Functions by name, and the games that they make."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from pettingzoo import AECEnv, ParallelEnv

from ...core.errors import InvalidArgument, UnknownName, one_line
from ...core.files import read_json


def load_function(name: str, what: str) -> Any:
    """The function that `module:function` names; modules in the current folder count, too.

    Args:
        name: what the user typed.
        what: what it is for, to begin messages with ("the game").

    Raises:
        InvalidArgument: it does not read like this, or there is no such module, or it cannot be
            imported, or what it names is no function.
        UnknownName: the module has no such function.
    """
    module_name, colon, attribute = name.partition(":")
    if not (colon and module_name and attribute):
        raise InvalidArgument(f"{what} is {name!r}; expected module:function.")
    if os.getcwd() not in sys.path and "" not in sys.path:  # as with `python -m`
        sys.path.insert(0, os.getcwd())
    try:
        if find_spec(module_name) is None:
            raise ModuleNotFoundError(f"No module named {module_name!r}", name=module_name)
        module = import_module(module_name)
    except ModuleNotFoundError as error:
        raise InvalidArgument(
            f"{what} {name}: there is no module {error.name}; install the package that brings it, "
            "or run from the folder that holds it."
        ) from error
    except (Exception, SystemExit) as error:  # whatever the module's own code raises
        raise InvalidArgument(
            f"{what} {name}: importing {module_name} failed with {one_line(error)}."
        ) from error
    function = getattr(module, attribute, None)
    if function is None:
        public = [key for key, value in vars(module).items() if callable(value) and key[0] != "_"]
        raise UnknownName(f"function in {module_name}", attribute, public)
    if not callable(function):
        raise InvalidArgument(f"{what} {name} is no function but {function!r}.")
    return function


def parse_kwargs(kwargs: str | Mapping[str, Any] | None) -> dict[str, Any]:
    """The arguments of a game's function.

    Args:
        kwargs: a mapping, or the text of a JSON object; nothing if None.

    Raises:
        InvalidArgument: the text is no JSON object.
    """
    if kwargs is None:
        return {}
    try:
        value = read_json(kwargs) if isinstance(kwargs, str) else dict(kwargs)
    except (TypeError, ValueError) as error:
        raise InvalidArgument(
            f"the game's kwargs are {kwargs!r}, which is no JSON ({error}); expected an object "
            'such as {"max_cycles": 25}.'
        ) from error
    if not isinstance(value, dict):
        raise InvalidArgument(
            f'the game\'s kwargs are {kwargs!r}; expected a JSON object such as {{"N": 2}}.'
        )
    return value


@dataclass(frozen=True)
class Source:
    """Where a game comes from. It can be pickled, whatever the game.

    Attributes:
        name: `module:function`.
        kwargs: the function's arguments.
    """

    name: str
    kwargs: Mapping[str, Any] = field(default_factory=dict)

    def make(self, **more: Any) -> ParallelEnv[str, Any, Any]:
        """A new copy of the game.

        Args:
            **more: further arguments of the function.

        Raises:
            InvalidArgument: the function fails, or returns no parallel environment.
        """
        function = load_function(self.name, "the game")
        try:
            game = function(**self.kwargs, **more)
        except Exception as error:  # whatever the function's own code raises
            raise InvalidArgument(
                f"{self.name} with the arguments {json.dumps(dict(self.kwargs), default=repr)} "
                f"failed with {one_line(error)}; `kwargs` gives them as a JSON object."
            ) from error
        if isinstance(game, AECEnv):
            raise InvalidArgument(
                f"{self.name} returned an AEC environment; name a function that returns a "
                "ParallelEnv, such as one that returns "
                "pettingzoo.utils.conversions.aec_to_parallel(env)."
            )
        if not isinstance(game, ParallelEnv):
            raise InvalidArgument(
                f"{self.name} returned a {type(game).__name__}; expected a PettingZoo ParallelEnv."
            )
        return game
