"""
A Ray cluster
=============

What is learned apart can be learned elsewhere: models of different pre-policies, seeds, whole
searches. A *backend* says where. This one starts a cluster on this machine; with ``address`` it
joins one that runs, as ``--backend ray --address HOST:PORT`` does on the command line.
"""

from scg_envs.core.backends import make_backend
from scg_envs.train.search import search

settings = {"responder": "fresh-ppo", "steps": 2048, "evaluations": 8, "batch": 4, "seed": 0}
with make_backend("ray", workers=2) as backend:
    there = search("household", backend=backend, **settings)
here = search("household", **settings)
print(there.pre_policy, there.p_after)

# %%
# A job is JSON and brings its own seed, so that where it ran makes no difference, to the last
# bit:

same = {name: value for name, value in there.to_json().items() if name != "wall_seconds"}
print(same == {name: value for name, value in here.to_json().items() if name != "wall_seconds"})

# %%
# Jobs whose worker is killed run again. :doc:`/scaling` says what a job costs, and from where on
# more workers stop to help.
