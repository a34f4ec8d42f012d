"""Databases that are only read, or go away and come back: refused in a line, nothing is lost."""

from collections import Counter

import numpy as np
import pytest

from scg_envs.core.errors import InvalidArgument
from scg_envs.train.study.games import Games
from scg_envs.train.study.plan import study_of
from scg_envs.train.study.simulate import Script, Scripted, take_part
from scg_envs.train.study.store import Store, StoreError

from .test_pages import serving
from .test_study import STUDY


@pytest.fixture(scope="module")
def games():
    return Games(study_of(STUDY))


def test_a_database_that_may_only_be_read_is_reported_and_not_served(tmp_path, games):
    path = tmp_path / "study.db"
    Store(f"sqlite:///{path}", games.study).begin(1)
    url = f"sqlite:///file:{path}?mode=ro&uri=true"
    with pytest.raises(
        StoreError, match="readonly database; what was kept before stays"
    ) as refused:
        Store(url, games.study)
    assert len(str(refused.value).splitlines()) == 1
    assert Store(url, games.study, new=False).answers() == {0: []}


def test_whoever_only_reads_begins_no_study_whose_password_nobody_sees(tmp_path, games, scg):
    (tmp_path / "study.yaml").write_text(str(STUDY))
    url = f"sqlite:///{tmp_path / 'other.db'}"
    for command in ("report", "export"):
        out = () if command == "report" else ("--out", tmp_path / "out")
        code, _, error = scg("study", command, tmp_path / "study.yaml", "--database", url, *out)
        assert (code, error.count("\n")) == (2, 1)
        assert "there is no" in error
        assert "other.db" in error
        assert [path.name for path in tmp_path.iterdir()] == ["study.yaml"]
    (tmp_path / "other.db").touch()
    with pytest.raises(InvalidArgument, match="holds no study"):
        Store(url, games.study, new=False)
    assert (tmp_path / "other.db").read_bytes() == b""
    assert Store(url, games.study).password is not None


def test_a_database_whose_tables_are_named_in_no_letters_is_damaged(tmp_path, games):
    """SQLite's own message quotes the name, and cannot be read either."""
    path = tmp_path / "study.db"
    Store(f"sqlite:///{path}", games.study).close()
    whole = path.read_bytes()
    assert whole.count(b"participantsparticipants") == 1
    path.write_bytes(whole.replace(b"participantsparticipants", b"partic\xf4pants" * 2))
    with pytest.raises(StoreError, match="is damaged") as refused:
        Store(f"sqlite:///{path}", games.study, new=False)
    assert len(str(refused.value).splitlines()) == 1


def test_nothing_is_lost_where_the_database_goes_and_comes_back(tmp_path, games, monkeypatch):
    """Also where it goes after it has kept an answer, and before it has said so."""
    np_random, happened = np.random.default_rng(0), Counter()
    with serving(tmp_path, games) as (address, host):
        keep = host.store.keep

        def breaks(*answer):
            gone = np_random.choice(["before", "after", "not"], p=[0.3, 0.3, 0.4])
            happened[gone] += 1
            at = None if gone == "before" else keep(*answer)
            if gone != "not":
                raise StoreError("the connection has gone")
            return at

        def mind(secret):
            one = host.store.find(secret)
            return Scripted(games, games.course(one.number, one.began), one.number, Script())

        monkeypatch.setattr(host.store, "keep", breaks)
        found = take_part(address, host.store.token, mind)
    assert found.lost == 0
    assert found.answers == len(host.store.answers_of(0))
    assert min(happened.values()) > 3
