"""Whoever answers a commitment: exactly, or by what it has learned.

    responder = make_responder("ppo", problem, seed=0)
    responder.train(weights)              # one round of learning, a no-op for exact answers
    responder.respond([0, 3]).p           # P(Y=y | do(pre-policy 0)), P(Y=y | do(pre-policy 3))

`RESPONDERS` names them all. Only the learned ones import torch.
"""

from .responder import RESPONDERS, Responder, make_judge, make_responder

__all__ = ["RESPONDERS", "Responder", "make_judge", "make_responder"]
