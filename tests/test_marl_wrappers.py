"""TorchRL's and RLlib's wrappers of PettingZoo, on every game, against the game itself.

Both are extras that most users do without; where one is missing its tests are skipped.
"""

import numpy as np
import pettingzoo
import pytest

from scg_envs.core.registry import GAMES

from .test_registry import same, sample

# What their own code warns of is theirs.
pytestmark = [
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.parametrize("kind", ["parallel", "aec"]),
    pytest.mark.parametrize("committed", [False, True], ids=["bare", "commitment"]),
    pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name),
]
STEPS = 30


def make(game, kind, committed, **kwargs):
    if committed:
        kwargs["committed"] = game.make_problem().committed
    return pettingzoo.make(kind, game.pettingzoo_id, **kwargs)


def test_torchrl(game, committed, kind):
    pytest.importorskip("torchrl", reason="TorchRL is not installed: pip install torchrl")
    from torchrl.envs import PettingZooWrapper
    from torchrl.envs.utils import check_env_specs

    def wrap():
        env = make(game, kind, committed)
        # In turn, whoever is not to move is masked; together, the state goes along.
        own = {"use_mask": True} if kind == "aec" else {"return_state": True}
        return PettingZooWrapper(env, categorical_actions=True, seed=0, **own)

    check_env_specs(wrap())
    env = wrap()
    played = env.rollout(STEPS, auto_reset=False, tensordict=env.reset(seed=5))
    twin = make(game, kind, committed)
    twin.reset(seed=5)
    masks = _masks(played, env)
    for t in range(len(played)):
        actions = {agent: int(played[t][agent, "action"]) for agent in twin.possible_agents}
        if kind == "parallel":
            assert all(mask[t, actions[agent]] for agent, mask in masks.items())
            seen, rewards, *_ = twin.step(actions)
        else:
            mover = twin.agent_selection
            assert mover not in masks or masks[mover][t, actions[mover]]
            twin.step(actions[mover])
            seen = {agent: twin.observe(agent) for agent in twin.possible_agents}
            rewards = twin.rewards
        for agent in rewards:
            later = played[t]["next", agent]
            assert later["reward"].item() == np.float32(rewards[agent])
            own = env.observation_spec[agent, "observation"][0].encode(_unmasked(seen[agent]))
            assert (later["observation"][0] == own).all()
    assert played["next", "done"][-1].item() or len(played) == STEPS


def _masks(played, env):
    """Each agent's masks, (steps, actions), of those that have any."""
    masks = {agent: played[agent].get("action_mask", None) for agent in env.group_map}
    return {agent: mask[:, 0] for agent, mask in masks.items() if mask is not None}


def _unmasked(seen):
    if not isinstance(seen, dict):
        return seen
    return {key: value for key, value in seen.items() if key != "action_mask"}


def test_rllib(game, committed, kind):
    reason = "RLlib is not installed: pip install 'ray[rllib]'"
    wrappers = pytest.importorskip("ray.rllib.env.wrappers.pettingzoo_env", reason=reason)
    wrap = wrappers.ParallelPettingZooEnv if kind == "parallel" else wrappers.PettingZooEnv
    plain, twin = make(game, kind, committed), make(game, kind, committed)
    env = wrap(plain)
    for agent in plain.possible_agents:
        plain.action_space(agent).seed(0)
    for seed in range(3):
        seen, _ = env.reset(seed=seed)
        twin.reset(seed=seed)
        over = False
        while not over:
            for agent, look in seen.items():
                assert env.get_observation_space(agent).contains(look)
            if kind == "parallel":
                actions = sample(plain, seen)
            else:
                mover = plain.agent_selection
                mask = seen[mover].get("action_mask") if isinstance(seen[mover], dict) else None
                actions = {mover: plain.action_space(mover).sample(mask=mask)}
            seen, rewards, terminated, truncated, _ = env.step(actions)
            if kind == "parallel":
                looks, paid, *_ = twin.step(actions)
                assert same(seen, looks)
                assert rewards == paid
            else:
                twin.step(actions[mover])
                if not (terminated["__all__"] or truncated["__all__"]):
                    assert same(seen, {twin.agent_selection: twin.last()[0]})
                    assert rewards == {twin.agent_selection: twin.last()[1]}
            over = terminated["__all__"] or truncated["__all__"]
    env.close()
