"""What users mistype, across all commands: one line, exit code 2, and nothing written."""

import shlex

import pytest

from scg_envs.train.cli import main

MISTAKES = """
foo
serach barrier
list --jsn
search
search barier
search barrier --layout nope
search barrier --layout bad.txt
search barrier --layout empty.txt
search barrier --layout missing.txt
search barrier --layout dirx
search barrier --committed blue
search barrier --committed nobody
search barrier --desirable top
search barrier --ties maybe
search barrier --responder foo
search barrier --meta foo
search barrier --seed -1
search barrier --seed x
search barrier --batch 0
search barrier --iterations 0
search barrier --steps 100
search barrier --steps -5 --responder ppo
search barrier --out afile
search barrier --resume
search barrier --resume --out missing
search barrier --resume --out half
search barrier --resume --out dirx
search barrier --out dirx --force --resume
search barrier --pre-policy 3,6
search barrier --credibility 2
search barrier --credibility x
search barrier --observability -1
search barrier --rounds 3
search barrier --episodes 5
search barrier --baseline missing
search household --layout x
search household --pre-policy foo
search household --rounds 0
search household --rounds -1
search household --rounds ten
search household --discount 2 --rounds 3
search household --memory 1
search household --responder epsilon
search household --responder epsilon --epsilon -1
search household --responder logit --rate nan
search household --selection none
search household --players llm
search household --players 3
search household --objective foo
search household --clock
search ordinal --layout 999
search n_prisoners_dilemma --players 1
search public_goods --tokens -1
search bad.nfg
search missing.nfg
search x.gam
search bargaining --players 3
search bargaining --cost 80
search banana --topic nope
search banana --players llm
search banana --seats llm
talk
talk banan
talk barrier
talk banana --players llm
talk banana --seats llm
talk banana --seats llm --model m --base-url nonsense
talk banana --topic nope
talk banana --meta random
talk ultimatum --evaluations 0
talk ultimatum --seed -1
talk --config missing.yaml
talk --config half/config.yaml
talk bargaining --resume
talk bargaining --resume --out missing
talk bargaining --force
search ultimatum --norm kind
search ultimatum --manner angry
search pettingzoo.classic.rps_v2:parallel_env
search pettingzoo.classic.nope:parallel_env --committed a --desirable b:c
search os:getcwd --committed a --desirable os:getcwd
effect barier
effect barrier --seed x
effect barrier --out afile
effect household --pre-policy mixed
effect barrier --layout maze --committed green
video barrier --pre-policy 99,99
video barrier --pre-policy a
video barrier --pre-policy 3
video household --pre-policy Nope
video barrier --out afile/x.mp4
video nogame
video --config half/config.yaml
effect --config missing.yaml
effect --config afile
causal --config half/config.yaml
atlas --config afile
reproduce --config afile
train-baseline --config half/config.yaml
train-baseline household --force
train-baseline household --resume --force --out new
search household --rounds=x
search --rounds 3 household --pre-policy
search household extra
causal
causal nogame
causal bad.nfg
causal bad.efg
causal missing.efg
causal household --commit robot
causal household --commit robot=Fly
causal household --commit robt=Help
causal household --commit "robot=Help:0.5"
causal household --commit "robot=Help:-1,Cook:2"
causal household --desirable Help
causal household --desirable Help,Nope
causal household --credibility 0.5
causal household --commit robot=Help --credibility 3
causal household --relation nash
causal household --policies nice
causal household --picture x.gif
causal household --max-equilibria 0
causal dirx
atlas --out afile
atlas --show nobody
atlas --compose 999
atlas --compose
search composite --games 111
search composite --games 111+
search composite --games 111+999
search composite --games 111+111+111+111
search composite --how twice
search composite --how nested --games 111+322+122
search composite --aim nobody
search composite --games 111+322 --how parallel --desirable both
search composite --layout 111
search composite --wait 3
search cost_sharing --needs 3
search cost_sharing --needs 3 --needs -4
search cost_sharing --needs 3 --needs nan
search cost_sharing --needs 3 --needs few
search cost_sharing --parts 0
search cost_sharing --parts 500
search cost_sharing --parts 1.5
search cost_sharing --groups some
search cost_sharing --desirable A+D
search cost_sharing --committed A
search cost_sharing --layout x
search facility --phantoms 3
search facility --phantoms 0 --phantoms 2 --phantoms 4 --phantoms 7
search facility --phantoms 0 --phantoms 2 --phantoms 4 --phantoms nan
search facility --weights 1 --weights 2
search facility --weights nan
search facility --within -1
search facility --residents 9
search facility --places 1
search facility --places 40
search facility --cost least
search facility --ties optimistic
search facility --committed one
search facility --mean --credibility 0.5
search priced_assistant --fees -1
search priced_assistant --fees 0
search priced_assistant --fees nan
search priced_assistant --fees 1 --fees 1
search priced_assistant --fees much
search priced_assistant --desirable brief
search bargaining --target -5
search bargaining --seller-discount 1.2
search bargaining --buyer-discount -1
search bargaining --buyer-discount nan
search bargaining --seller-outside 15 --buyer-outside 9
search bargaining --seller-outside -1
search bargaining --seller-outside inf
search bargaining --first nobody
search bargaining --buyer rational
search bargaining --committed seller --buyer friendly
search bargaining --committed seller --seller rational
search bargaining --committed seller --pre-policy ceiling
search bargaining --committed seller --buyer rational --layout private
transcript
transcript missing
transcript dirx
reproduce
reproduce nothing
reproduce bargaining --jsn
train-baseline household --seeds 0
train-baseline nogame
train-baseline barrier --steps x
bench --only nothing
""".strip().splitlines()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working folder with files and folders that are not what they are taken for."""
    for name, text in {
        "bad.txt": "hello\nworld\n",
        "empty.txt": "",
        "bad.nfg": 'NFG 1 R "x" {',
        "bad.efg": "EFG 2 R",
        "afile": "x",
        "half/config.yaml": '{"game": "barr',
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "dirx").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("words", MISTAKES)
def test_one_line_and_exit_code_2(words, folder, capsys):
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    try:
        code = main(shlex.split(words))
    except SystemExit as stop:
        code = stop.code
    printed, said = capsys.readouterr()
    assert code == 2, printed
    assert len(said.strip().splitlines()) == 1, said
    assert "error" in said
    assert not printed
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
