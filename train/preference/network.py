"""A Bradley-Terry model whose strengths are those of a small network.

    P(a preferred) = sigmoid(linear + h(z_a) - h(z_b)),   h(z) = w . tanh(W z + c)

`linear` is all that the model `features` says; z has the episode's outcome, its cues and the
person's covariates, so that a cue may please up to some point, or one outcome alone, or some people
alone. Where the network has nothing to add its weights shrink to 0 (a normal prior of standard
deviation 1), and the linear model is left. The posterior has several tops: what is found is one of
them, from the linear model's on, the same one every time.
"""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

HIDDEN = 8
_PRECISION = 1.0  # of the network's weights
_STEPS, _AGAIN = 300, 30  # of the optimizer: from the linear model on, and from a fit that is near
_CUT = 30.0  # log odds


def network_inputs(
    one_hot: NDArray[np.float64], cues: NDArray[np.float64], covariates: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(n, 2 D) what the network looks at: of the first episode, then of the second.

    Args:
        one_hot: (n, 2, K) the outcomes.
        cues: (n, 2, F) about 0, in standard deviations.
        covariates: (n, C) of the person.
    """
    both = np.stack([covariates, covariates], axis=1)
    return np.concatenate([one_hot, cues, both], axis=2).reshape(len(cues), -1)


def network_size(inputs: int) -> int:
    """How many weights a network of `inputs` inputs, of both episodes together, has."""
    return HIDDEN * (inputs // 2 + 2)


def network_score(
    columns: NDArray[np.float64], linear: int, found: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(n,) log odds.

    Args:
        columns: (n, linear + 2 D) the linear model's columns, then both episodes' inputs.
        linear: how many the former are.
        found: (linear + network_size(2 D),) the coefficients and weights.
    """
    first, second, weights = _hidden(columns, linear, found)
    return np.asarray(columns[:, :linear] @ found[:linear] + (first - second) @ weights)


def _hidden(
    columns: NDArray[np.float64], linear: int, found: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """(n, HIDDEN) of the first episodes and of the second ones, and (HIDDEN,) their weights."""
    inputs = (columns.shape[1] - linear) // 2
    weights = found[linear:].reshape(HIDDEN, inputs + 2)
    into, bias, out = weights[:, :inputs], weights[:, inputs], weights[:, inputs + 1]
    first = np.tanh(columns[:, linear : linear + inputs] @ into.T + bias)
    second = np.tanh(columns[:, linear + inputs :] @ into.T + bias)
    return first, second, out


def loss_and_slope(
    found: NDArray[np.float64],
    columns: NDArray[np.float64],
    linear: int,
    won: NDArray[np.float64],
    weights: NDArray[np.float64],
    precision: float,
) -> tuple[float, NDArray[np.float64]]:
    """Minus the log posterior, and its slope, of as many as there are in `found`.

    Args:
        found: (P,) coefficients and weights.
        columns: (n, linear + 2 D).
        linear: how many columns the linear model has.
        won: (n,) 1 or 0.
        weights: (n,) how much each counts.
        precision: of the prior of the linear coefficients.
    """
    first, second, out = _hidden(columns, linear, found)
    score = columns[:, :linear] @ found[:linear] + (first - second) @ out
    prior = np.full(len(found), _PRECISION)
    prior[:linear] = precision
    loss = weights @ (np.logaddexp(0, score) - won * score) + prior @ found**2 / 2
    left = weights * (1 / (1 + np.exp(-np.clip(score, -_CUT, _CUT))) - won)
    inputs = (columns.shape[1] - linear) // 2
    down = left[:, None] * out
    one, other = down * (1 - first**2), down * (1 - second**2)
    slope = np.empty((HIDDEN, inputs + 2))
    slope[:, :inputs] = (
        one.T @ columns[:, linear : linear + inputs] - other.T @ columns[:, linear + inputs :]
    )
    slope[:, inputs] = (one - other).sum(axis=0)
    slope[:, inputs + 1] = left @ (first - second)
    return float(loss), np.concatenate(
        [columns[:, :linear].T @ left, slope.ravel()]
    ) + prior * found


def fit_network(
    columns: NDArray[np.float64],
    linear: NDArray[np.float64],
    won: NDArray[np.float64],
    weights: NDArray[np.float64],
    precision: float,
    start: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """(P,) coefficients and weights at a top of the posterior.

    Args:
        columns: (n, len(linear) + 2 D).
        linear: what the linear model alone has; where to begin.
        won: (n,) 1 or 0.
        weights: (n,) how much each counts; their mean is 1.
        precision: of the prior of the linear coefficients.
        start: (P,) a fit that is near; none if None.
    """
    steps = _AGAIN
    if start is None:
        size = network_size(columns.shape[1] - len(linear))
        start = np.concatenate([linear, np.random.default_rng(0).normal(0, 0.5, size)])
        steps = _STEPS
    arguments = (columns, len(linear), won, weights, precision)
    found = scipy.optimize.minimize(
        loss_and_slope, start, arguments, jac=True, method="L-BFGS-B", options={"maxiter": steps}
    )
    return np.asarray(found.x)
