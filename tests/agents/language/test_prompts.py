"""Prompts: each is there, versioned, and changes only with its version."""

import pytest

from scg_envs.agents.language import load_prompt, prompt_names, stamps
from scg_envs.core.errors import InvalidArgument, UnknownName

# A prompt whose text changes gets another version, and then its line here.
KNOWN = {
    "banana_helper": (1, "05b6354dbcc1bfec"),
    "banana_judge": (2, "217ce4865a436e72"),
    "banana_user": (1, "f4f0136158134d3f"),
    "bargaining_buyer": (2, "01d794ade37cb932"),
    "bargaining_seller": (2, "4474e594562d68cd"),
    "commons_outsider": (1, "e9b029e133b9450c"),
    "donor_giver": (1, "621c2c4e76cfb4e6"),
    "evaluator": (1, "73c52ef432a1e3ec"),
    "generator": (1, "f635c55d51111cfd"),
    "goods_contributor": (1, "530cf10cc0dcb347"),
    "moves": (1, "442a6a7661403799"),
    "persuasion_receiver": (1, "ffba19b2daca2d5e"),
    "persuasion_sender": (1, "4f48b7938f6702fe"),
    "repair": (1, "7ffc7385f49eb0ae"),
    "seat": (1, "5f35bc49472e9677"),
    "ultimatum_assistant": (1, "74b7dcd8df11bbe4"),
    "ultimatum_user": (1, "5ba2d5871d540224"),
}


def test_a_prompt_changes_only_with_its_version():
    found = {}
    for name in prompt_names():
        prompt = load_prompt(name)
        found[name] = (prompt.version, prompt.sha256[:16])
    assert found == KNOWN


def test_every_role_has_its_prompt():
    roles = {"generator", "evaluator", "moves", "repair"}
    roles |= {"bargaining_buyer", "bargaining_seller"}
    roles |= {"banana_helper", "banana_user", "banana_judge"}
    roles |= {"ultimatum_assistant", "ultimatum_user", "commons_outsider"}
    roles |= {"persuasion_receiver", "persuasion_sender"}
    roles |= {"goods_contributor", "donor_giver", "seat"}
    assert set(prompt_names()) == roles


@pytest.mark.parametrize("name", prompt_names())
def test_a_prompt_is_filled_in_whole_or_not_at_all(name):
    prompt = load_prompt(name)
    values = {blank: f"<<{blank} $x ${{y}}>>" for blank in prompt.names}
    filled = prompt.fill(**values)
    for value in values.values():
        assert value in filled  # and what is filled in is not filled in itself
    assert not filled.startswith("#")
    with pytest.raises(InvalidArgument, match="expected"):
        prompt.fill(**values, further=1)
    values.popitem()
    with pytest.raises(InvalidArgument, match="expected"):
        prompt.fill(**values)


def test_results_are_stamped_with_version_and_hash():
    assert stamps("repair") == {"repair": load_prompt("repair").stamp}
    assert set(stamps()) == set(prompt_names())
    assert load_prompt("repair").stamp.startswith("v1 sha256:")


def test_an_unknown_prompt_is_one_line():
    with pytest.raises(UnknownName, match="unknown prompt 'repairs'"):
        load_prompt("repairs")
