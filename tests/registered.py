"""What tests walk of the registry: a new game is walked by being registered."""

from scg_envs.core.registry import GAMES, load

OURS = [game for game in GAMES if game.module]


def one_of_each():
    """The first game of every page: the many matrix games share theirs."""
    first = {}
    for game in OURS:
        first.setdefault(game.module, game)
    return list(first.values())


def own_options():
    """(game, option) for each option of a page, of the first of its games that has it."""
    first = {}
    for game in OURS:
        for name, option in game.options.items():
            first.setdefault((game.module, name), (game.name, option))
    return list(first.values())


def ruled():
    """The rules of the games whose settings are one object, by game."""
    problems = {game.name: load(game.problem) for game in one_of_each()}
    return {
        name: problem.make_rules
        for name, problem in problems.items()
        if hasattr(problem, "make_rules")
    }
