"""Search out the commitment that makes the desirable outcome likeliest (Algorithm 1 of the paper).

Pre-policies are sampled from a distribution, a responder tells how the others answer each, and
the distribution moves to where the desirable outcome is likelier. The report compares what was
found with no intervention, random search and enumeration.

Examples:
  scg search barrier                                      exact answers, nothing is learned
  scg search barrier --responder ppo --out runs/ppo       blue learns with Stable-Baselines3
  scg search barrier --resume --out runs/ppo              go on after Ctrl-C
  scg search --config runs/ppo/config.yaml --seed 1       the same settings with another seed
  scg search household                                    a matrix game
  scg search prisoners_dilemma --rounds 100 --pre-policy memory-one --objective utility
  scg search bargaining --players simulated               Algorithm 2 with simulated players
  scg search ultimatum --norm fair                        Algorithm 2 unless --responder is given
  scg search bargaining --players llm --model NAME --base-url http://localhost:11434/v1 --out DIR
  scg search banana --generator words --evaluator llm --model NAME    a model learns, none plays
  scg search bargaining --resume --out DIR                go on, with more --token-cap if need be
  scg search my_game.nfg --committed "Player 1" --desirable "T,L"
  scg search my_module:my_parallel_env --committed agent_0 --desirable my_module:is_good
             --responder ppo                              somebody else's PettingZoo game
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ...agents import RESPONDERS
from ...errors import InvalidArgument
from ...numerals import read_whole
from ...registry import OPTIONS, find_game
from ..search import resume, search
from ..search.proposers import METAS
from ..verbal.roles import PLAYERS, WORD_GAMES
from ._arguments import (
    add_game,
    add_json,
    add_options,
    add_seed,
    given,
    print_json,
    whole,
)
from ._config import fill_from_file
from ._describe import describe
from ._language import OF_ALGORITHM_2, add_players, client_of
from ._resume import OF_ALGORITHM_1, SETTINGS, resumed


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_game(parser, required=False)
    add_options(parser, "players")  # add_players has that flag
    add_seed(parser)
    described = "; ".join(f"{name}: {what}" for name, what in RESPONDERS.items())
    parser.add_argument(
        "--responder",
        metavar="R",
        help=f"responder, which answers for the followers; {described} (default: exact)",
    )
    parser.add_argument(
        "--meta",
        metavar="M",
        help=f"meta pre-policy, which proposes: {', '.join(METAS)} (default: categorical where "
        "pre-policies are finitely many, else gaussian)",
    )
    parser.add_argument(
        "--objective",
        metavar="O",
        help="what is maximized: desirable, P(Y=y), or utility, the committed agent's (default: "
        "desirable)",
    )
    parser.add_argument(
        "--evaluations",
        type=whole,
        metavar="N",
        help="pre-policies sampled and answered, in all; rounds in a search in words (default: the "
        "method's own)",
    )
    parser.add_argument(
        "--batch",
        type=whole,
        metavar="N",
        help="pre-policies for each update of the meta pre-policy (default: its own)",
    )
    parser.add_argument(
        "--steps",
        type=whole,
        metavar="N",
        help="environment steps for the responder's training (default: its own)",
    )
    parser.add_argument(
        "--baseline",
        metavar="DIR",
        help="folder of scg train-baseline, shown beside the exact P before (default: none)",
    )
    parser.add_argument(
        "--out",
        metavar="DIR",
        type=Path,
        help="run folder: report, pictures, videos, model (default: none)",
    )
    parser.add_argument(
        "--config",
        metavar="FILE",
        type=Path,
        help="settings of a run folder's config.yaml, before the flags given (default: none)",
    )
    parser.add_argument("--force", action="store_true", help="deletion of the run that DIR holds")
    parser.add_argument(
        "--resume", action="store_true", help="continuation of the interrupted run that DIR holds"
    )
    add_json(parser)
    add_players(parser)


def run(args: argparse.Namespace) -> None:
    """Search, or go on searching, and print the result."""
    if args.config is not None:
        if args.resume:
            raise InvalidArgument("a resumed run has its settings; drop --config, or --resume.")
        fill_from_file(args, args.config)
    if args.game is None:
        raise InvalidArgument("no game is named; give GAME (scg list), or --config FILE.")
    _count_players(args)
    config = resumed(args) if args.resume else None
    if _in_words(args) if config is None else config.words is not None:
        from ._in_words import run_in_words  # here, for it imports all language games

        run_in_words(args, config)
        return
    if args.force and args.out is None:
        raise InvalidArgument("--force deletes the run that --out holds, and no --out was given.")
    client_of(args)  # refuses what is about models, for none plays here
    if config is not None:
        result = resume(args.out, progress=True)
    else:
        settings = given(args, *SETTINGS, *OPTIONS)
        result = search(args.game, out=args.out, force=args.force, progress=True, **settings)
    if args.json:
        print_json(result.to_json())
    else:
        print(describe(result, args.out))


def _count_players(args: argparse.Namespace) -> None:
    """`--players 3` is a setting of n-player games, `--players llm` says who plays."""
    args.players = None
    if args.who is None:
        return
    try:
        args.players, args.who = read_whole(args.who), None
    except ValueError:
        return  # a kind of players
    if "players" not in find_game(args.game).options:
        hint = "drop it"
        if args.game in WORD_GAMES:
            hint = f"say who plays, by --players {' or '.join(PLAYERS)}"
        raise InvalidArgument(
            f"--players is {args.players}, and {args.game} is not for any number of players; "
            f"{hint}."
        )


def _in_words(args: argparse.Namespace) -> bool:
    """Whether it is said who does what, or it is inference about a norm.

    That Algorithm 1 only does when it is told how.
    """
    if given(args, *OF_ALGORITHM_2):
        return True
    return args.game == "ultimatum" and not given(args, *OF_ALGORITHM_1)
