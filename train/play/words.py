"""What a person is told: its part before play, and at the end what came of it; a sentence each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .matchup import Matchup, Part


def part_lines(matchup: Matchup) -> list[str]:
    """Who the person is, what is wanted of the game, and who the others are."""
    problem, person = matchup.problem, matchup.person
    wanted = f"The outcome that is wanted: {plain(problem.desirable)}."
    if matchup.part is Part.COMMITS:
        first = (
            f"You play as {person}. You announce what you will do, and are held to it; then look "
            "on how the others answer."
        )
    elif matchup.part is Part.ANSWERS:
        first = (
            f"You play as {person}. {problem.committed} has announced what it will do. Earn as "
            "much as you can."
        )
    else:
        first = f"You play as {person}. Nobody has announced anything. Earn as much as you can."
    return [sentence(line) for line in (first, wanted, *matchup.others)]


def plain(name: str) -> str:
    """An outcome's name as it is read out."""
    return name.replace("_", " ")


def sentence(words: str) -> str:
    """Words as a sentence begins: each of several, also after a full stop."""
    parts = [part[:1].upper() + part[1:] for part in words.split(". ")]
    return ". ".join(parts)


def result_lines(matchup: Matchup, result: Mapping[str, Any]) -> list[str]:
    """What the episode ended in, what it was worth, and what the best would have got.

    Args:
        matchup: who plays whom.
        result: as `Session.view` has it.
    """
    best, wanted = result["best"], plain(result["wanted"])
    ended, attained = result["outcome"], result["attained"]
    if ended is None:
        lines = [f"The game has {'' if attained else 'not '}ended as is wanted: {wanted}."]
    elif attained:
        lines = [f"The game ended in {plain(ended)}, as is wanted."]
    else:
        lines = [f"The game ended in {plain(ended)}; {wanted} is wanted."]
    commits = matchup.part is Part.COMMITS
    lines.append(f"You earned {_number(result['earned'])}.")
    if best["here"] is not None:
        end = f", and ends in {plain(best['outcome'])}" if best["outcome"] is not None else ""
        lines.append(f"Best play from the same start earns {_number(best['here'])}{end}.")
    if best["average"] is not None:
        who = "the best commitment earns" if commits else "best play earns"
        lines.append(f"On average over chance {who} {_number(best['average'])}, exactly.")
    return lines


def _number(value: float) -> str:
    return f"{round(value, 3):g}"
