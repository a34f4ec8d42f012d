"""
What independent learners reach, and what a commitment adds
===========================================================

In the stag hunt two hunters may both end with hares. Independent PPO, each learner taking the other
for a part of the game, ends somewhere, and where depends on the seed. That is what a commitment has
to beat.
"""

from scg_envs import make_scenario
from scg_envs.train.baseline import train_baseline
from scg_envs.train.search import search

alone = train_baseline(make_scenario("stag_hunt"), seeds=(0, 1, 2), steps=4096)
print("P(stag, stag) of each seed's learners", alone.p_per_seed)
print(f"exactly {alone.p_before:.3f} over the pure equilibria, between", alone.p_before_bounds)

# %%
# Both of the bounds are equilibria, and nothing in the game says which is reached. One hunter's
# commitment does: the other sees it before it chooses.

result = search("stag_hunt", seed=0)
print(result.pre_policy)
print(f"P {result.p_after_exact:.3f} exactly; effect {result.causal_effect_exact:+.3f}")

# %%
# On the command line the baseline is kept in a folder, and stands in the search's report::
#
#     scg train-baseline stag_hunt --seeds 3 --steps 4096 --out runs/stag_ippo
#     scg search stag_hunt --baseline runs/stag_ippo
#
# It trains on any game of the registry, and on other people's; ``--algorithm`` names others.
