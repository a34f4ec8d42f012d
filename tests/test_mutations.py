"""Files of every format, changed at random: a value, or one of our errors in one line.

`python -m benchmarks.faults mutations` reads 10,000 of each.
"""

from dataclasses import replace

import pytest

from benchmarks.faults.formats import FORMATS
from benchmarks.faults.mutations import GOOD, check_format

SLOW = {
    *("recordings (SQLite)", "run: checkpoint.npz of ppo", "run: findings.npz"),
    *("run: model.zip", "run: model.zip's parts", "run: models/answers.npz"),
    *("sweep: digests.json", "benchmark: judged (JSON)", "study's database (SQLite)"),
    *("learners: baseline.json", "learners: seed.json", "learners: a model's parts"),
    *("model of others (zip)", "model of others (zip's parts)"),
}
TAKEN = {  # most of those are taken, or no JSON at all
    *("payoffs (JSON)", "announcement (text)", "lock of a folder", "run: versions.json"),
}


@pytest.mark.parametrize("name", sorted(set(FORMATS) - SLOW))
def test_changed_files_are_read_or_refused(name, tmp_path):
    came = check_format(name, FORMATS[name], tmp_path / "files", 40, seed=1)
    assert set(came) <= set(GOOD)
    assert came["our errors"] > 5 or name in TAKEN


@pytest.mark.parametrize(
    "name", ["learned values", "stage (JSON)", "network (JSON)", "nfg", "efg", "scenario (JSON)"]
)
@pytest.mark.parametrize(
    "token", [b"[" * 100_000, b"[" * 985 + b"]" * 985, b"9" * 5000, b"1e400"], ids=len
)
def test_what_python_trips_over_is_refused_wherever_it_stands(name, token, tmp_path):
    def change(content, draw):
        numbers = [k for k, byte in enumerate(content) if chr(byte).isdigit()]
        place = draw.choice(numbers)
        return content[:place] + token + content[place + 1 :]

    made = FORMATS[name]
    assert set(check_format(name, replace(made, change=change), tmp_path / "own", 15)) <= set(GOOD)
