"""Search out the commitment that makes the desirable outcome likeliest (Algorithm 1 of the paper).

Pre-policies are sampled from a distribution, a responder tells how the others answer each, and
the distribution moves to where the desirable outcome is likelier. The report compares what was
found with no intervention, random search and enumeration. Algorithm 2, in words, is scg talk.

Examples:
  scg search barrier                                      exact answers, nothing is learned
  scg search barrier --responder ppo --out runs/ppo       blue learns with Stable-Baselines3
  scg search barrier --resume --out runs/ppo              go on after Ctrl-C
  scg search --config runs/ppo/config.yaml --seed 1       the same settings with another seed
  scg search barrier --responder fresh-ppo --workers 2    a model for each post, two at a time
  scg search household                                    a matrix game
  scg search prisoners_dilemma --rounds 100 --pre-policy memory-one --objective utility
  scg search my_game.nfg --committed "Player 1" --desirable "T,L"
  scg search my_module:my_parallel_env --committed agent_0 --desirable my_module:is_good
             --responder ppo                              somebody else's PettingZoo game
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, ClassVar

from ...agents import RESPONDERS
from ...agents.responders.names import ResponderInfo, answering
from ...core.backends import Backend
from ...core.errors import InvalidArgument, ScgError
from ...core.registry import Game
from ..cli.command import arguments_of
from ..cli.hyperparameters import merged, read_hyperparameters
from ..search import SearchResult, resume, search
from ..search.config import SearchConfig
from ..search.proposers import METAS
from ..verbal.config import TalkConfig
from ._backends import FLAGS, Where
from ._printing import print_json, say
from ._result import result_text
from ._resume import Resumable


@dataclass(frozen=True, kw_only=True)
class Search(Resumable):
    """Search, or go on searching.

    Attributes:
        config: the settings.
        where: where models and tables are learned that pre-policies have of their own.
        hyperparameter_file: the YAML file of hyper-parameters, by name, of the models that the
            responder trains; none if None.
        hyperparameter: a hyper-parameter as `name=value`, such as `learning_rate=1e-3` or
            `policy_kwargs.net_arch=[64,64]`, in place of the file's, again for each; none if None.
    """

    positional = "game"
    listed: ClassVar = {"responder": RESPONDERS, "meta": tuple(METAS)}

    raised: ClassVar = FLAGS

    @classmethod
    def listed_for(cls, game: Game | None) -> Mapping[str, Mapping[str, str] | Sequence[str]]:
        """Of responders those that answer in the game that is named."""
        if game is None:
            return cls.listed
        try:
            names = answering(game.make_problem())
        except ScgError:  # it takes more to say what it is than its name
            return cls.listed
        return {**cls.listed, "responder": {name: RESPONDERS[name] for name in names}}

    spelled: ClassVar = {"hyperparameter_file": "--hyperparameters", "hyperparameter": "--set"}

    config: SearchConfig
    where: Where = field(default_factory=Where)
    hyperparameter_file: Path | None = None
    hyperparameter: tuple[str, ...] = ()

    def run(self) -> None:
        """Search, or go on searching, and print the result."""
        if not self.where.here and not ResponderInfo.of(self.config.responder).jobs:
            given = "workers" if self.where.backend is None else "backend"
            raise InvalidArgument(
                f"`{given}` is {getattr(self.where, given)!r}, and answers by "
                f"{self.config.responder!r} are found in one process; take a responder that "
                "learns, such as fresh-ppo, or drop it."
            )
        with self.where.opened() as backend:
            result = self._searched(backend)
        if self.json:
            print_json(result.to_json())
        else:
            say(result_text(result, self.out))

    def _searched(self, backend: Backend | None) -> SearchResult:
        """Begin a search, or go on with one."""
        if self.resume:
            assert self.out is not None
            return resume(self.out, progress=True, backend=backend)
        settings: dict[str, Any] = {
            one.name: getattr(self.config, one.name) for one in fields(self.config)
        }
        options = settings.pop("options")
        given = read_hyperparameters(self.hyperparameter_file, self.hyperparameter)
        if given:
            settings["hyperparameters"] = merged(settings["hyperparameters"] or {}, given)
        settings |= options | {"out": self.out, "force": self.force}
        return search(**settings, progress=True, backend=backend)

    @classmethod
    def hint(cls, flag: str) -> str:
        """That a flag is one of Algorithm 2's."""
        words = {"players", *arguments_of(TalkConfig)}
        if flag[2:].replace("-", "_") not in words:
            return ""
        return " It is about the search in words; use scg talk."
