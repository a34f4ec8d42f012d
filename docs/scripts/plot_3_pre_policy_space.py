"""
A space of pre-policies of your own
===================================

What may be committed to is a space: its points have labels, are said in words, and each binds to
options that the game starts with and to a policy, which may look at what the agent sees. This one
lets the guide of ``meeting.py`` wait before it walks:

.. literalinclude:: ../scripts/meeting.py
   :start-at: class Walk
"""

# %%
# The commitment phase is a wrapper around the bare game. In step 0 the guide's action is a point
# of the space; the visitor's is ignored, and from then on the visitor sees the point.

import meeting

from scg_envs import CommitmentEnv

game = meeting.parallel_env()
env = CommitmentEnv(
    game,
    committed="guide",
    pre_policies=meeting.walks(game, "guide"),
    desirable=meeting.met_at_the_right,
)
env.reset(seed=0)
point = env.pre_policies.point("right after 1")
observations, *_ = env.step({"guide": point, "visitor": 0})
print(env.caption)
print(observations["visitor"]["commitment"])

# %%
# From step 1 the space's policy plays for the guide, whatever anybody says it does. Who waits for
# a step cannot come to the last cell in time:

while env.agents:
    observations, rewards, _, _, infos = env.step({"guide": 0, "visitor": 2})
print(rewards, infos["visitor"])

# %%
# A search takes the space by its name. It has to find that only one of the five will do. On the
# command line that is ``--pre-policy meeting:walks``.

from scg_envs.train.search import search

result = search(
    "meeting:parallel_env",
    committed="guide",
    pre_policy="meeting:walks",
    desirable="meeting:met_at_the_right",
    responder="ppo",
    steps=4096,
    evaluations=16,
    batch=8,
    seed=0,
)
print(f"{result.pre_policy}: P {result.p_after:.3f}")

# %%
# Continua are subclasses of ``Latent``, several agents' spaces a ``Product``; both are in
# ``scg_envs.core.pre_policy`` and ``scg_envs.core.pre_policy.joint``.
