"""Search out the commitment in words (Algorithm 2 of the paper), in the language games.

A generator proposes a pre-policy, players play with it, an evaluator scores and criticizes what
came about, and the criticism goes to the generator. Each part is scripted, or a language model,
through any server that speaks OpenAI's protocol; its key comes from OPENAI_API_KEY alone, for a
command line can be read by everybody on the machine.

Examples:
  scg talk bargaining                                     simulated players, without a model
  scg talk ultimatum --norm fair
  scg talk bargaining --seats llm --model NAME --base-url http://localhost:11434/v1 --out DIR
  scg talk banana --generator words --evaluator llm --model NAME      a model learns, none plays
  scg talk banana --seats llm --model NAME --announce plan.txt        what a user announces
  scg talk bargaining --resume --out DIR                  go on, with more --token-cap if need be
  scg talk --config DIR/config.yaml --seed 1              the same settings with another seed
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from ...agents.language import MODES, Client
from ...agents.language.redaction import Address, find_server
from ...core.checkpoint import write_state
from ...core.errors import InvalidArgument, LanguageModelError
from ...core.files import write_sealed_json
from ..cli.command import arguments_of
from ..page.words import write_words_page
from ..run.folder import FINDINGS, SUMMARY, RunFolder, read_versions
from ..run.interrupt import how_to_resume, warn_unkept
from ..search.config import SearchConfig
from ..verbal import VerbalLoop, VerbalResult
from ..verbal.config import TalkConfig
from ..verbal.journal import Journal, run_unkept
from ..verbal.roles import WORD_GAMES, Roles
from ..verbal.run import describe, verbal_search
from ._language import CAPS, client_of, conversation_of, roles_of
from ._printing import print_json, say, written_to
from ._resume import Resumable


@dataclass(frozen=True, kw_only=True)
class Talk(Resumable):
    """Search by Algorithm 2, or go on with that.

    Attributes:
        config: the settings.
    """

    positional = "game"
    without = ("desirable", "ties", "credibility", "observability")
    listed: ClassVar = {"mode": MODES}
    raised = CAPS

    config: TalkConfig

    @classmethod
    def before(cls, given: Mapping[str, Any]) -> dict[str, Any]:
        """The settings of a run or a file.

        The address is left to OPENAI_BASE_URL where that names the same server: only there is the
        password that it may have.
        """
        kept = super().before(given)
        if kept.get("base_url") == find_server(None, None)[0].url:
            del kept["base_url"]
        return kept

    @classmethod
    def check_given(cls, given: Mapping[str, Any], before: Mapping[str, Any]) -> None:
        """See that a resumed run gets its own settings, in the words in which they are kept."""
        kept = {"base_url": lambda text: Address.parse(text).url}
        kept |= dict.fromkeys(("announce", "recordings"), lambda text: str(Path(text).resolve()))
        own = {name: kept[name](value) if name in kept else value for name, value in given.items()}
        super().check_given(own, {"base_url": find_server(None, None)[0].url, **before})

    def run(self) -> None:
        """Search, and print the result.

        Raises:
            LanguageModelError: after the report, if none of the rounds could be judged.
            ScgError: any setting that cannot be.
        """
        config = self.config
        if config.game not in WORD_GAMES:
            raise InvalidArgument(
                f"{config.game} is not played in words; scg talk is for {', '.join(WORD_GAMES)}."
            )
        folder = None if self.out is None else RunFolder(self.out)
        own = config
        if self.resume:
            assert folder is not None
            folder.check_links()
            folder.check_unfinished()
            own = folder.own(config)
        conversation = conversation_of(config)
        roles, client = roles_of(config), client_of(config, fresh=not self.resume)
        with client or nullcontext():
            problem = own.problem()
            search_by = partial(
                verbal_search,
                problem,
                client,
                roles=roles,
                evaluations=config.evaluations,
                episodes=config.episodes,
                **conversation,
                seed=config.seed,
            )
            search_by(run=VerbalLoop.result)  # plays nothing: a mistake leaves no folder behind
            if client is not None:
                client.check_model()
            if folder is None:
                if client is not None:
                    warn_unkept("what the model said")
                result = search_by(run=run_unkept)
            else:
                kept = _without_password(config, roles)
                if not self.resume:
                    folder.create(kept, problem, force=self.force)
                else:
                    folder.write_config(kept)  # caps may have been raised
                with Journal(folder, client, resume=self.resume) as journal:
                    result = search_by(writer=journal.writer, run=journal.run)
        report = _report(problem.game, roles, client, result)
        if folder is not None:
            write_state(folder.path / FINDINGS, {"report": report})
            write_sealed_json(folder.path / SUMMARY, report)
            settings, versions = folder.read_own_config(), read_versions(folder.path)
            assert isinstance(settings, TalkConfig)
            write_words_page(folder.path, settings, problem, result, versions)
        if self.json:
            print_json(report)
        else:
            say(describe(problem, result))
            say(written_to(self.out))
        if result.best is None:
            raise LanguageModelError(f"no round could be judged{self._again(result)}.")

    def _again(self, result: VerbalResult) -> str:
        """How to go on where that may help."""
        if result.stopped is None:
            return "; see what broke each of them off"
        if self.out is None:
            return f": {result.stopped}; nothing is kept, since no `out` was given"
        return f": {result.stopped}; go on with: {how_to_resume(self.out)}"

    @classmethod
    def hint(cls, flag: str) -> str:
        """That a flag is one of Algorithm 1's."""
        if flag == "--players":
            return " Did you mean --seats?"
        name = flag[2:].replace("-", "_")
        if name in cls.without:
            return " It decides nothing in a search in words; scg search takes it."
        if name in arguments_of(SearchConfig):
            return " It is of Algorithm 1; use scg search."
        return ""


def _without_password(config: TalkConfig, roles: Roles) -> TalkConfig:
    """The settings as they are kept: with the server's address, without what is secret in it."""
    if not roles.models:
        return config
    return replace(config, base_url=find_server(config.base_url, None)[0].url)


def _report(game: str, roles: Roles, client: Client | None, result: VerbalResult) -> dict[str, Any]:
    """The result with who did what, and what it cost."""
    asked = None if client is None else {"name": client.model, **client.budget.to_json()}
    return {"game": game, **asdict(roles.resolved(game)), "model": asked, **result.to_json()}
