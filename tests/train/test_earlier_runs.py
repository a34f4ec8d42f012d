"""Run folders of earlier versions are gone on with, or refused in one line.

`tests/data/earlier` holds two runs that were cut short before the search was a package.
"""

import shutil
from pathlib import Path

import pytest

from scg_envs.core.checkpoint import read_state, write_state
from scg_envs.core.errors import RunFolderError
from scg_envs.train.search import resume, search

EARLIER = Path(__file__).parents[1] / "data" / "earlier"


def test_an_earlier_search_goes_on_to_the_same_result(tmp_path):
    shutil.copytree(EARLIER / "numbers", tmp_path / "run")
    assert len(read_state(tmp_path / "run" / "checkpoint.npz")["history"]) == 5
    found = resume(tmp_path / "run").to_json()
    whole = search("barrier", seed=1, evaluations=80, batch=8).to_json()
    assert found | {"wall_seconds": 0} == whole | {"wall_seconds": 0}


def test_an_earlier_search_in_words_is_refused(tmp_path, scg):
    shutil.copytree(EARLIER / "words", tmp_path / "run")
    for command in (("talk", "bargaining", "--resume", "--out"), ("report",)):
        code, printed, error = scg(*command, tmp_path / "run")
        assert (code, printed, error.count("\n")) == (2, "", 1)
        assert "of an earlier version" in error


@pytest.mark.parametrize(
    "change",
    [
        lambda state: state.pop("meta"),
        lambda state: state.update(np_random={"bit_generator": "MT19937"}),
        lambda state: state["meta"].pop("logits"),
        lambda state: state.update(scores=None),
    ],
)
def test_a_checkpoint_of_another_kind_is_refused(change, tmp_path):
    shutil.copytree(EARLIER / "numbers", tmp_path / "run")
    path = tmp_path / "run" / "checkpoint.npz"
    state = read_state(path)
    change(state)
    write_state(path, state)
    with pytest.raises(RunFolderError, match=r"of another version .*start the run anew"):
        resume(tmp_path / "run")
