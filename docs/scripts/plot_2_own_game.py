"""
Your own PettingZoo game
========================

Any ``ParallelEnv`` gets a commitment phase, and its commitments can be searched with followers that
learn. This game knows nothing of commitments:

.. literalinclude:: ../scripts/meeting.py
   :end-before: class Walk
"""

# %%
# Wherever both end together, neither gains by going elsewhere alone: there are several
# equilibria, and the one at the right is wanted. On the command line, in the folder of that
# file::
#
#     scg search meeting:parallel_env --committed guide \
#         --desirable meeting:met_at_the_right --responder ppo
#
# In Python the same names go to ``search``. Without a space of its own, a commitment is one
# action that is always played. (The budget here is a small one, for a game of two steps.)

from scg_envs.train.search import search

result = search(
    "meeting:parallel_env",
    committed="guide",
    desirable="meeting:met_at_the_right",
    responder="ppo",
    steps=4096,
    evaluations=16,
    batch=8,
    seed=0,
)
print(result.pre_policy)

# %%
# Action 2 is right. Nobody has solved this game, and that is said: P is measured in episodes that
# the search has not seen, by models that did not choose the commitment, and has an interval that
# holds however often one looks. What there is no number for is None.

low, high = result.p_after_interval
print(f"P {result.p_after:.3f}, from {low:.3f} to {high:.3f}; exactly {result.p_after_exact}")
print(f"trust {result.trust}: regret is {result.regret_is}")
print(result.p_before_reason)
