"""The batched views of the language games: seeds, draws, and what is earned."""

import numpy as np
import pytest

from scg_envs import bargaining_v0
from scg_envs.games.banana.game import BananaVectorEnv
from scg_envs.games.bargaining.vector import BargainingVectorEnv
from scg_envs.games.commons.vector import CommonsVectorEnv
from scg_envs.games.donor.game import DonorVectorEnv
from scg_envs.games.ultimatum.norms import SHARES
from scg_envs.games.ultimatum.principles import ACCEPT, OFFER
from scg_envs.games.ultimatum.vector import UltimatumVectorEnv

GAMES = [
    (BargainingVectorEnv, {"pre_policy": "schedule"}),
    (BargainingVectorEnv, {"layout": "private", "learner": "buyer", "opponent": "bayesian"}),
    (BananaVectorEnv, {"messages": 3}),
    (CommonsVectorEnv, {"served": "random", "credibility": 0.5}),
    (DonorVectorEnv, {"levels": 2, "credibility": 0.5}),
    (UltimatumVectorEnv, {"layout": "mixed", "credibility": 0.5}),
]


@pytest.mark.parametrize("mode", ["NextStep", "SameStep", "Disabled"])
@pytest.mark.parametrize(("vector", "kwargs"), GAMES)
def test_a_seed_gives_a_game_the_same_episodes_in_every_batch_size(vector, kwargs, mode):
    def rollout(games, seed):
        env = vector(games, autoreset_mode=mode, **kwargs)
        rng = np.random.default_rng(3)
        out = [env.reset(seed=seed)[0]]
        for _ in range(20):
            out += env.step(np.full(games, rng.integers(env.single_action_space.n)))[:4]
        return out

    for few, many in zip(rollout(3, 5), rollout(40, 5), strict=True):
        np.testing.assert_array_equal(few, many[:3])
    assert not all(map(np.array_equal, rollout(3, 5), rollout(3, 6)))


def test_without_a_name_views_and_batches_draw_all_pre_policies():
    view = bargaining_v0.learner_view()
    batch = BargainingVectorEnv(2000)
    seen = {int(view.reset(seed=s)[0][6]) for s in range(400)}
    assert seen == set(batch.reset(seed=0)[0][:, 6].tolist()) == set(range(batch.pre_policies.size))


def test_commitments_bind_and_are_seen_by_chance():
    env = BargainingVectorEnv(4000, credibility=0.25, observability=0.5)
    seen, _ = env.reset(seed=0, options={"pre_policy": 50})
    assert (seen[:, 6] == env.pre_policies.size).mean() == pytest.approx(0.5, abs=0.04)
    seen, *_ = env.step(np.full(4000, 3 + 40))  # asks 70
    offers = env.rules.prices[seen[:, 1] - 1]
    assert set(offers) == {40.0, 45.0, 50.0}  # the ordinary buyer opens with 40 or 45
    assert (offers == 50).mean() == pytest.approx(0.25, abs=0.04)


def test_users_of_the_ultimatum_game_earn_by_their_norm():
    games = 4000
    env = UltimatumVectorEnv(games, "mixed", autoreset_mode="Disabled")
    seen, _ = env.reset(seed=0, options={"pre_policy": env.pre_policies.label(5)})
    amounts, offered = seen[:, 3].astype(int), seen[:, 4].astype(int) - 1
    assert (offered == np.floor(0.5 * amounts + 0.5)).all()
    seen, rewards, ended, _, _ = env.step(np.full(games, ACCEPT))
    assert not ended.any()
    assert (rewards == 0.5).all()  # both norms accept half
    amounts, norm = seen[:, 3].astype(int), seen[:, 5]
    assert (env.action_masks().sum(axis=1) == amounts + 1).all()
    _, rewards, ended, _, infos = env.step(np.full(games, OFFER + 5))
    assert ended.all()
    assert rewards == pytest.approx((1 - abs(5 / amounts - SHARES[norm])) / 2)
    assert (infos["outcome"] == 1).all()  # half is what a mixed group offers on average
