"""Optional dependencies: asked for where they are used, missed in one line."""

from importlib.util import find_spec

from .errors import MissingExtra


def require(what: str, *modules: str, extra: str = "train") -> None:
    """Raise unless all modules can be imported.

    Args:
        what: what needs them, to begin the message with.
        modules: top-level module names.
        extra: the extra that brings them.

    Raises:
        MissingExtra: naming the first that is missing, and how to install it.
    """
    for module in modules:
        if find_spec(module) is None:
            raise MissingExtra(what, extra, module.replace("_", "-"))
