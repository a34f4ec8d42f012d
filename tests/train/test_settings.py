"""Commands as objects: what is typed, an object, a file of settings, and the same run again."""

import json
import re
import shlex
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scg_envs.core.errors import InvalidArgument, RunFolderError, UnknownName
from scg_envs.core.registry import find_game
from scg_envs.core.relations import OPTIONS
from scg_envs.core.scenario import Scenario
from scg_envs.train.cli import COMMANDS, find_command, joined
from scg_envs.train.cli.command import Run, arguments_of, settings_of
from scg_envs.train.cli.command_line import CommandLine
from scg_envs.train.commands.effect import Effect
from scg_envs.train.commands.search import Search
from scg_envs.train.run.config import config_text, read_config
from scg_envs.train.search.config import SearchConfig

ENTRY = Path(__file__).parents[1] / "data" / "entry.nfg"

# For each command that writes something, a game of each kind, with settings of its own.
TYPED = f"""
search barrier --layout maze --committed yellow --credibility 0.5 --observation view --seed 3
search bargaining --pre-policy schedule --seller rational --worth 55 --horizon 4 --evaluations 9
search banana --topic cooking --messages 2 --wanted 9
search ultimatum --norm fair --manner rude --currency medicine --interactions 4
search prisoners_dilemma --rounds 100 --pre-policy memory-one --objective utility --clock
search penalty --k -50 --responder logit --rate 2.5
search public_goods --players 4 --tokens 3 --factor 1.2 --batch 4 --evaluations 8
search ordinal --layout 322
search {ENTRY} --committed incumbent --desirable out,enter,stay
search tests.external.games:Corridor --committed a --desirable b:c --trials 9 --kwargs '{{"n": 2}}'
talk bargaining --seller hazard --cost 45 --evaluations 2 --episodes 7
talk banana --pre-policy plain --seats llm --model tiny --question "Why?" --ratings 3 --no-seed
talk ultimatum --norm mixed --generator words --model m --prices 1 2.5 --money-cap 3 --timeout 9
effect barrier --ties optimistic --horizon 9
effect household --selection extreme --rounds 2 --pre-policy finite-state --memory 1
causal household --commit robot=Help --policies pure --credibility 0.5 --max-equilibria 9
causal {ENTRY} --desirable out,enter,stay --relation decision-wise
train-baseline stag_hunt --seeds 2 --steps 64 --episodes 3 --seed 4
video barrier --pre-policy 3,6 --episodes 1 --seed 2
video bargaining --space ceiling --pre-policy 41
reproduce scai --seed 5
atlas --desirable utilitarian --ties pessimistic --compose prisoners_dilemma --compose 322
bench --only barrier --repeats 2
list --seed 2
preferences-fit people.jsonl --model pairs --adjust weights --game household --seed 2
preferences-choose household --data people.jsonl --number 3 --model pairs --seed 2
study-export study.yaml --format parquet
study-simulate study.yaml --participants 3 --skill random --slip 0.1 --seed 2
preferences-simulate barrier --design hidden --people 9 --each 2 --side 0.5
""".strip().splitlines()


def read(words):
    """The object that a line says."""
    command, *rest = shlex.split(words) if isinstance(words, str) else map(str, words)
    return CommandLine(find_command(command), rest).command()


def kept(command, folder):
    """The file of a command's settings."""
    command.keep(folder)
    return folder / "config.yaml"


@pytest.mark.parametrize("words", TYPED)
def test_settings_come_back_from_the_file(words, tmp_path):
    one = read(words)
    path = kept(one, tmp_path)
    # A function is called only where somebody types it.
    typed = [word for word in shlex.split(words)[1:2] if ":" in word]
    assert read([one.name(), *typed, "--config", path]) == one
    assert json.loads(json.dumps(settings_of(one))) == settings_of(one)


def test_every_command_that_writes_is_tried():
    writing = {name for name in COMMANDS if issubclass(find_command(name), Run)}
    assert {words.split()[0] for words in TYPED} == writing
    assert set(COMMANDS) - writing == {
        "benchmark",
        "compare",
        "play",
        "preferences-check",
        "preferences-infer",
        "report",
        "study-report",
        "study-serve",
        "sweep",
        "transcript",
    }


def without_time(value):
    """A result without what it took, and where it is."""
    if isinstance(value, dict):
        left_out = ("wall_seconds", "seconds", "files", "picture", "video")
        return {key: without_time(one) for key, one in value.items() if key not in left_out}
    return [without_time(one) for one in value] if isinstance(value, list) else value


RUNS = [
    "search household --evaluations 8 --batch 4 --seed 3",
    "talk bargaining --evaluations 2 --episodes 3 --seed 7",
    "talk ultimatum --norm fair --manner rude --evaluations 2 --seed 7",
    "effect household --ties optimistic",
    "effect ultimatum --pre-policy share",
    "causal household --commit robot=Help",
    "list",
    "train-baseline household --seeds 1 --steps 64 --episodes 4",
    "video household --episodes 1 --seed 3",
    "reproduce banana --seed 2",
]


@pytest.mark.parametrize("words", RUNS)
def test_the_same_run_comes_again_from_the_file_that_it_wrote(words, scg, tmp_path):
    command, *_ = words.split()
    one, two = tmp_path / "one", tmp_path / "two"
    code, first, _ = scg(*words.split(), "--out", one, "--json")
    assert code == 0
    (config,) = [*one.glob("*.yaml")]
    code, again, _ = scg(command, "--config", config, "--out", two, "--json")
    assert code == 0
    assert without_time(json.loads(first)) == without_time(json.loads(again))
    assert (two / config.name).read_text() == config.read_text()
    for film in one.glob("*.mp4"):
        assert (two / film.name).read_bytes() == film.read_bytes()


def test_flags_stand_before_the_file(tmp_path):
    one = read("search barrier --layout maze --credibility 0.5 --seed 3")
    path = kept(one, tmp_path)
    other = read(["search", "barrier", "--seed", 5, "--observability", 0.25, "--config", path])
    assert other.config == replace(
        one.config, seed=5, options={"credibility": 0.5, "observability": 0.25}
    )
    with pytest.raises(InvalidArgument, match="of 'barrier'; drop one of them"):
        read(["search", "household", "--config", path])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("game: household\nrounds: 3\n", None),  # an option may stand beside the others
        ("game: household\noptions: {rounds: 3}\n", None),
        ("game: household\noptions: {rounds: three}\n", "rounds is 'three'; expected a whole"),
        ("game: household\noptions: {ruonds: 3}\n", "Did you mean 'rounds'"),
        ("game: household\noptions: 3\n", "options is 3; expected settings by name"),
        ("game: [household]\n", "unknown game"),
        ("game: household\nepsilon: 2.0\n", None),
        ("game: household\nout: x\n", "unknown setting 'out'"),
        ("command: talk\ngame: banana\n", "they are of scg talk"),
        ("command: [1]\ngame: banana\n", "they are of scg"),
        ("", "it is empty; expected settings by name"),
    ],
)
def test_a_file_that_is_written_by_hand(text, message, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    if message is None:
        config = read(["search", "--responder", "epsilon", "--epsilon", 2, "--config", path]).config
        assert (config.game, config.options["epsilon"]) == ("household", 2)
        assert config.options.get("rounds") == (3 if "rounds" in text else None)
        return
    with pytest.raises((RunFolderError, UnknownName), match=message):
        read(["search", "--config", path])


numbers = st.floats(0, 1).map(lambda value: round(value, 6))
KINDS = {int: st.integers(1, 9), float: numbers, bool: st.booleans(), str: st.text("ab c:'#")}


@given(data=st.data())
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_options_of_any_game_come_back(data, tmp_path):
    """As they are written, whatever a text holds that YAML takes for something else."""
    game = data.draw(st.sampled_from(["barrier", "bargaining", "ultimatum", "public_goods"]))
    options = data.draw(
        st.fixed_dictionaries(
            {},
            optional={
                name: st.sampled_from(option.choices) if option.choices else KINDS[option.kind]
                for name, option in find_game(game).options.items()
            },
        )
    )
    seed = data.draw(st.integers(0, 2**32 - 1))
    one = Effect(scenario=Scenario(game, options=options), seed=seed)
    again = read(["effect", "--config", kept(one, tmp_path)])
    expected = {name: value for name, value in options.items() if name not in OPTIONS}
    assert again.scenario == Scenario(game, options=expected)
    assert again.seed == seed


def test_a_scheme_that_no_flag_can_say_comes_back(tmp_path):
    scheme = {"commitments": [{"agent": "red", "credibility": 0.5}], "order": "together"}
    path = tmp_path / "mine.yaml"
    path.write_text(json.dumps({"game": "barrier", "scheme": scheme}))
    one = read(["effect", "--config", path])
    assert one.scenario == Scenario("barrier", scheme=scheme)
    assert read(["effect", "--config", kept(one, tmp_path)]) == one
    path.write_text(json.dumps({"game": "barrier", "scheme": "red"}))
    with pytest.raises(RunFolderError, match="scheme is 'red'; expected settings by name"):
        read(["effect", "--config", path])


def test_the_game_may_stand_anywhere():
    lines = (
        "search household --rounds 3 --seed 5",
        "search --rounds 3 --seed 5 household",
        "search --seed 5 household --rounds=3",
    )
    assert len({settings_of(read(line)).__repr__() for line in lines}) == 1


def test_an_object_runs_as_what_is_typed(capsys):
    words = "search household --evaluations 8 --batch 4 --seed 3 --json"
    typed = read(words)
    config = SearchConfig("household", evaluations=8, batch=4, seed=3)
    assert typed == Search(config=config, json=True)
    typed.run()
    found = json.loads(capsys.readouterr().out)
    assert (found["seed"], found["evaluations"]) == (3, 8)


def test_a_search_and_its_file_hold_the_same(tmp_path):
    config = SearchConfig("barrier", seed=4, options={"credibility": 0.5})
    path = tmp_path / "config.yaml"
    path.write_text(config_text(config))
    assert read_config(path) == config


def test_a_new_games_options_are_flags_by_themselves(monkeypatch):
    """A row in the table and a constructor: types, defaults, words and choices follow."""
    from scg_envs.core import registry

    row = registry.Game("tug", "scg_envs.tug_v0", "", f"{__name__}:Tug", layout="rope")
    monkeypatch.setattr(registry, "GAMES", (*registry.GAMES, row))
    found = arguments_of(find_command("search"), find_game("tug"))
    assert found["length"].help == "length of the rope (default: 9)"
    assert found["grip"].choices == ("loose", "tight")
    assert found["layout"].help == "rope or wire (default: rope)"
    line = ["tug", "--length", "3", "--grip", "tight"]
    assert CommandLine(find_command("search"), line).command().config.options == {
        "length": 3,
        "grip": "tight",
    }
    with pytest.raises(UnknownName, match="Did you mean 'tight'"):
        CommandLine(find_command("search"), ["tug", "--grip", "tigth"]).command()


Grip = __import__("typing").Literal["loose", "tight"]


@dataclass
class Tug:
    """A game that is pulled.

    Attributes:
        layout: the rope or wire.
        length: the length of the rope. It may be cut.
        grip: the grip.
    """

    layout: str = "rope"
    length: int = 9
    grip: Grip = "loose"


def test_seeds_of_numpy_are_no_settings(tmp_path):
    """What is written is what is read: plain types alone."""
    one = Effect(scenario=Scenario("barrier"), seed=int(np.int64(3)))
    assert "numpy" not in kept(one, tmp_path).read_text()


def shown():
    """Every command that a page, or a command's own help, shows; long ones over two lines."""
    root = Path(__file__).parents[2]
    pages = [root / "README.md", *sorted((root / "docs").glob("*.md"))]
    texts = {page.name: page.read_text(encoding="utf-8") for page in pages}
    for own in ("architecture.md", "new_game.md"):  # of files that their own tests write, and run
        texts.pop(own, None)
    for script in sorted((root / "docs" / "scripts").glob("plot_*.py")):  # the site runs the rest
        text = script.read_text(encoding="utf-8")
        texts[script.name] = re.sub(r"^#? +(?=scg |--)", "  ", text, flags=re.MULTILINE)
    texts |= {name: sys.modules[find_command(name).__module__].__doc__ for name in COMMANDS}
    for name, text in texts.items():
        whole = re.sub(r"\\\n\s+|\n {13}(?=--)", " ", text)
        for line in re.findall(r"^(?:  |\.venv/bin/)?(scg [^\n]+)", whole, re.MULTILINE):
            words = re.split(r" {3,}|\s+#", line)[0]
            if "| " not in words and "COMMAND" not in words and "GAME" not in words:
                yield pytest.param(words, id=f"{name}: {words[:50]}")


@pytest.mark.parametrize("words", list(shown()))
def test_commands_that_are_shown_can_be_typed(words, tmp_path, monkeypatch):
    """They are understood as they stand; those that go on with a run need that run."""
    monkeypatch.chdir(Path(__file__).parents[2])
    monkeypatch.syspath_prepend(str(Path("docs/scripts").resolve()))  # of what tutorials search
    _, *typed = shlex.split(words.replace("my_game.nfg", str(ENTRY)))
    command, *rest = joined(typed)
    if ("--resume" in rest and command in ("search", "talk")) or "--config" in rest:
        with pytest.raises(RunFolderError, match=r"holds no run|there is no file"):
            CommandLine(find_command(command), rest).command()
        return
    CommandLine(find_command(command), rest).command()
