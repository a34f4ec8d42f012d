"""User and assistant under a price: a platform commits to what one of the assistant's moves costs.

Let the user have rows i, the assistant columns j, the payoffs be u and v, and column a cost the
assistant p. Prices change nothing for the user, so that (i, j) is a pure equilibrium just where
u(i, j) is the greatest of its column and

    j = a:    p <= v(i, a) - max over k != a of v(i, k),
    j != a:   p >= v(i, a) - v(i, j),   and v(i, j) >= v(i, k) for all k != a:

an interval of prices, which `price_interval` has in closed form.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...causal.normal_form import NormalForm
from ...core.checks import check_several
from ...core.errors import InvalidArgument
from .matrix_game import MatrixGame, grouped, page

FREE = "free"
PROMPTS = ("concise", "verbose")
REPLIES = ("clarify", "answer", "both")
USER = ((3.0, 0.0, 2.0), (1.0, 2.0, 1.5))
ASSISTANT = ((2.0, 0.0, 1.0), (1.0, 3.0, 2.0))
MOST_FEES = 100


@page("Priced assistant", "Zhu et al. 2025, GTAlign (arXiv 2510.08872); payoffs are ours")
def priced_assistant(fees: tuple[float, ...] = (0.5, 1.0, 1.5, 2.0)) -> MatrixGame:
    """A platform says what clarifying or answering costs an assistant, to whom a user then writes.

    | user / assistant | clarify | answer | both |
    | --- | --- | --- | --- |
    | concise | 3, 2 | 0, 0 | 2, 1 |
    | verbose | 1, 1 | 2, 3 | 1.5, 2 |

    It is `user_assistant` with a third reply, to answer and to ask as well. The platform commits to
    a price for clarifying or for answering, which the assistant pays it whenever it does that;
    without a commitment, or where one does not bind, all is free. Then there are two pure
    equilibria, (concise, clarify), which is desirable, and (verbose, answer). The thresholds are in
    closed form:

    - answering at more than 1 leaves (concise, clarify) alone: a verbose prompt would get both,
      and with both the user would rather be concise; at 1 (verbose, answer) is on the edge;
    - clarifying at more than 1 leaves (verbose, answer), and (concise, both) in place of the
      desirable one; at 1 the three are.

    Outcomes are prompt and reply, such as `concise,clarify`. The platform earns what is paid, so
    with `--objective utility` it charges for what is done anyhow.

    Where several equilibria are left, learners settle in one of them, which is not their mean: with
    PPO, searches of seeds 0 to 2 recommended prices at the edge, of exact P 1/2, 1/3 and 1/2, and
    said that they were not certified.

    GTAlign has language models estimate such tables of 2x3 and change them when prices change; its
    tables could not be read, so that these payoffs are ours. Its coverage and its hypervolume are
    measured with models, and nothing here claims them (`scg reproduce priced-assistant`).

    Args:
        fees: the prices that can be set, each for either move; numbers above 0, all different.

    Raises:
        InvalidArgument: a price that is none, twice the same, or too many.
    """
    return priced_game(USER, ASSISTANT, fees)


def priced_game(
    user: ArrayLike, assistant: ArrayLike, fees: tuple[float, ...], wanted: str = "concise,clarify"
) -> MatrixGame:
    """The game of `priced_assistant` for any payoffs.

    Args:
        user: (2, 3) the user's, by its prompt (`PROMPTS`) and the reply (`REPLIES`).
        assistant: (2, 3) the assistant's before it pays.
        fees: the prices that can be set, for clarifying or for answering.
        wanted: the outcome that the human wants.

    Returns:
        Three players: `platform`, whose actions are `free` and prices such as "answer 0.5", and
        which is free when nobody intervenes; `user` and `assistant`.

    Raises:
        InvalidArgument: payoffs of another shape, or prices that are none.
    """
    own, other = _tables(user, assistant)
    _check_fees(fees)
    policies = [(FREE, 0, 0.0)]
    policies += [(f"{REPLIES[a]} {fee:g}", a, float(fee)) for a in (0, 1) for fee in fees]
    paid = np.zeros((len(policies), 2, 3))
    for row, (_, reply, fee) in zip(paid, policies, strict=True):
        row[:, reply] = fee
    payoffs = np.stack([paid, np.broadcast_to(own, paid.shape), other - paid])
    labels = tuple(label for label, _, _ in policies)
    form = NormalForm(payoffs, ("platform", "user", "assistant"), (labels, PROMPTS, REPLIES))
    outcomes, numbers = grouped(form, lambda _, prompt, reply: f"{prompt},{reply}")
    return MatrixGame(
        form,
        desirable=wanted,
        committed="platform",
        outcomes=outcomes,
        outcome_of=numbers,
        habits={"platform": FREE},
    )


def price_interval(
    user: ArrayLike, assistant: ArrayLike, priced: str, prompt: str, reply: str
) -> tuple[float, float] | None:
    """The prices at which a prompt and a reply are a pure equilibrium, both ends included.

    Args:
        user: (2, 3) the user's payoffs.
        assistant: (2, 3) the assistant's before it pays.
        priced: the reply that costs it something.
        prompt: the user's.
        reply: the assistant's.

    Returns:
        From and to, the latter infinite where there is no end; None if at no price, 0 and more.

    Raises:
        InvalidArgument: payoffs of another shape.
    """
    own, other = _tables(user, assistant)
    i, j, a = PROMPTS.index(prompt), REPLIES.index(reply), REPLIES.index(priced)
    if own[i, j] < own[:, j].max():
        return None
    others = np.delete(other[i], a).max()
    if j == a:
        low, high = 0.0, float(other[i, a] - others)
    else:
        low, high = max(0.0, float(other[i, a] - other[i, j])), math.inf
        if other[i, j] < others:
            return None
    return (low, high) if low <= high else None


def _tables(user: ArrayLike, assistant: ArrayLike) -> tuple[NDArray[np.float64], ...]:
    tables = tuple(np.asarray(table, dtype=np.float64) for table in (user, assistant))
    if any(table.shape != (2, 3) or not np.isfinite(table).all() for table in tables):
        raise InvalidArgument("the payoffs are no 2x3 tables of numbers; expected such ones.")
    return tables


def _check_fees(fees: Any) -> None:
    check_several("fees", fees)
    if not 1 <= len(fees) <= MOST_FEES:
        raise InvalidArgument(f"{len(fees)} fees; expected 1 to {MOST_FEES}.")
    for fee in fees:
        if isinstance(fee, bool) or not isinstance(fee, (int, float)) or not 0 < fee <= 1e6:
            raise InvalidArgument(f"a fee of {fee!r}; expected prices above 0, to 1e6.")
    if len({f"{fee:g}" for fee in fees}) < len(fees):
        raise InvalidArgument(f"fees are {fees!r}; expected each price once, in six digits.")
