"""YAML of strangers: what would fill the memory, or say two things at once, is refused."""

import json

import pytest

from scg_envs.core.errors import InvalidArgument
from scg_envs.train.benchmark import read_suite
from scg_envs.train.cli.hyperparameters import read_hyperparameters
from scg_envs.train.run.yaml_text import read_yaml_text
from scg_envs.train.sweep import read_sweep

LAUGHS = "a0: &a0 [x, x]\n" + "".join(
    f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 10)}]\n" for k in range(1, 9)
)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (LAUGHS, "more than 100,000 values"),
        ("a: &a [*a]", "holds itself"),
        ("a: &a {b: [*a]}", "holds itself"),
        ("seed: 1\nseed: 2", "'seed' is given twice"),
        ("[" * 600, "nested too deeply"),
        ("when: 2001-13-45", "month must be in"),
        ("a: !!timestamp x", "of the type that it names"),
        ("a: !!int ''", "of the type that it names"),
        ("a: !!python/object/apply:os.getcwd []", "could not determine a constructor"),
        ("a: " + "9" * 5000, "limit"),
    ],
)
def test_refused(text, reason, tmp_path, scg):
    with pytest.raises(ValueError, match=reason):
        read_yaml_text(text)
    path = tmp_path / "file.yaml"
    path.write_text(text)
    for words in (("search", "--config"), ("sweep",), ("benchmark", "--suite")):
        code, printed, error = scg(*words, path)
        assert (code, printed, error.count("\n")) == (2, "", 1)
    with pytest.raises(InvalidArgument, match="holds no hyper-parameters"):
        read_hyperparameters(path, ())


def test_names_may_stand_for_what_was_said_once():
    text = "ppo: &ppo {steps: 5, gamma: 0.5}\nlong: {<<: *ppo, steps: 9}\n"
    assert read_yaml_text(text)["long"] == {"steps": 9, "gamma": 0.5}
    assert read_yaml_text(json.dumps({"a": [1, {"b": None}]})) == {"a": [1, {"b": None}]}


def test_names_of_plans_are_texts(tmp_path):
    path = tmp_path / "plan.yaml"
    for text in ("settings: {2: null, batch: 8}", "scenarios: [{true: household}]"):
        path.write_text(text)
        for read in (read_suite, read_sweep):
            with pytest.raises(InvalidArgument, match="is no name; put it in quotes"):
                read(path if read is read_sweep else str(path))
