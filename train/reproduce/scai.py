"""Social Contract AI's curves with the scripted MetaLM (arXiv 2310.17769).

Put in: the shares that users offer. Fitted: one manner weight, to rude altruistic users in epoch 5;
one transfer, to selfish users out of distribution with an altruistic prior; and that manners fade
was chosen so that the assistant "eventually does learn", as is said of all inconsistent users. All
else is predicted. Directions are rows with the value 1 for yes: `slowed` where the assistant is
farther from the users in epoch 5 than with neutral users, `learned` where it is near them in epoch
20.

Ablations, which have no published numbers: no weight, the manner as a trait of the group that is
counted once, and a weight that does not fade, fitted for itself; that one never learns from selfish
users who flatter.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ...games.ultimatum.metalm import (
    EPOCHS,
    RUDE_ALTRUISTIC,
    RUDE_USERS,
    MannerReading,
    compositions,
    fit_manner_weight,
    fit_transfer,
    fitted_manner_weight,
    out_of_distribution,
    simulate,
)
from ...games.ultimatum.norms import NAMES, SHARES, load_group
from .rows import Published, Row, Sheet

LATE = 20  # an epoch that is late enough for "eventually"
DIRECTION_RUNS = 500
RUNS = 2000  # the publication has 20; more show the distribution
OOD_SELFISH = 0.619
# The assistant's share by group and manner in epoch 5, that in epoch 1, and the users' share.
PUBLISHED: dict[tuple[str, str], tuple[float | None, float | None, float | None]] = {
    ("altruistic", "neutral"): (0.964, 0.361, 0.986),
    ("fair", "neutral"): (0.493, 0.456, 0.495),
    ("selfish", "neutral"): (0.020, 0.361, 0.020),
    ("altruistic", "rude"): (RUDE_ALTRUISTIC, None, RUDE_USERS),
    ("fair", "rude"): (0.446, None, 0.494),
    ("selfish", "rude"): (0.045, None, 0.025),
    ("selfish", "sycophantic"): (None, None, None),
    ("mixed", "neutral"): (None, None, None),
}


NEAR = 0.05  # of the users' share: that of their norm, and of no other
FITTED = "rude altruistic, epoch 5"
FADING = "inconsistent users, eventually"
TRANSFER = "other currency, altruistic prior: selfish"


def reproduce_scai(seed: int = 0) -> list[Row]:
    """All rows; some seconds."""
    sheet = Sheet("scai", seed)
    weight = fitted_manner_weight(seed)
    rows = [sheet.parameter("manner weight", weight, [FITTED, FADING], RUNS)]
    for (group, manner), published in PUBLISHED.items():
        rows += _curve(sheet, group, manner, weight, published)
    rows += _directions(sheet, weight)
    rows += _ablations(sheet, weight)
    rows += _other_currency(sheet)
    return rows


def _fitted(reading: MannerReading, seed: int) -> float:
    users = PUBLISHED["altruistic", "rude"][2]
    return fit_manner_weight(
        RUDE_ALTRUISTIC,
        reading=reading,
        users_share=users,
        epoch=EPOCHS,
        runs=RUNS,
        seed=seed,
    )


def _curve(
    sheet: Sheet,
    group: str,
    manner: str,
    weight: float,
    published: tuple[float | None, float | None, float | None],
) -> Iterator[Row]:
    """The assistant's share epoch by epoch, and how runs end."""
    last, first, users = published
    runs = simulate(
        group,
        manner=manner,
        manner_weight=weight,
        users_share=users,
        runs=RUNS,
        seed=sheet.seed,
    )
    where = f"{manner} {group}"
    if users is not None:
        yield sheet.given(where, "users_share", Published(users, f"{where}, users"))
    used = [] if manner == "neutral" else [FITTED, FADING]
    for epoch in range(1, EPOCHS + 1):
        share = runs.assistant[:, epoch - 1]
        known = {1: first, EPOCHS: last}.get(epoch)
        yield sheet.computed(
            where,
            "assistant_share",
            None if known is None else Published(known, f"{where}, epoch {epoch}"),
            float(share.mean()),
            fitted_to=used,
            sd=float(share.std()),
            n=RUNS,
            epoch=epoch,
        )
    for number, name in enumerate(NAMES):
        chosen = float((runs.norm[:, -1] == number).mean())
        yield sheet.computed(where, f"runs_{name}", None, chosen, n=RUNS, epoch=EPOCHS)


def _directions(sheet: Sheet, weight: float) -> Iterator[Row]:
    """Whether manners that go against a norm slow its learning, and do not prevent it."""
    for group, manner, slowed in (
        ("altruistic", "rude", FITTED),  # which the weight is fitted to, and so this direction
        ("selfish", "sycophantic", "sycophantic selfish, slowed"),
    ):
        where, users = f"{manner} {group}", PUBLISHED[group, manner][2]
        own = load_group(group).share if users is None else users
        far = {}
        for name in ("neutral", manner):
            share = _expected(group, name, weight, users, sheet.seed)
            far[name] = np.abs(share - own)
        used = [FITTED, FADING]
        yield sheet.computed(
            where,
            "slowed",
            Published(1.0, slowed),
            float(far[manner][EPOCHS - 1] > far["neutral"][EPOCHS - 1] + NEAR),
            fitted_to=used,
            n=DIRECTION_RUNS,
            epoch=EPOCHS,
        )
        yield sheet.computed(
            where,
            "learned",
            Published(1.0, FADING),
            float(far[manner][LATE - 1] < NEAR),
            fitted_to=used,
            n=DIRECTION_RUNS,
            epoch=LATE,
        )


def _expected(
    group: str,
    manner: str,
    weight: float,
    users: float | None,
    seed: int,
    reading: MannerReading = "fading",
) -> NDArray[np.float64]:
    """(LATE,) the assistant's expected share by epoch."""
    runs = simulate(
        group,
        manner=manner,
        manner_weight=weight,
        reading=reading,
        users_share=users,
        runs=DIRECTION_RUNS,
        epochs=LATE,
        seed=seed,
    )
    return runs.expected.mean(axis=0)


def _ablations(sheet: Sheet, weight: float) -> Iterator[Row]:
    constant = _fitted("each", sheet.seed)
    yield sheet.parameter("weight that stays", constant, [FITTED], RUNS)
    readings: tuple[tuple[str, float, MannerReading], ...] = (
        ("weight 0", 0.0, "fading"),
        ("manner once", weight, "once"),
        ("weight that stays", constant, "each"),
    )
    for name, heavy, reading in readings:
        for group, manner in (
            ("altruistic", "rude"),
            ("fair", "rude"),
            ("selfish", "rude"),
            ("selfish", "sycophantic"),
        ):
            users = PUBLISHED[group, manner][2]
            share = _expected(group, manner, heavy, users, sheet.seed, reading)
            for epoch in (EPOCHS, LATE):
                yield sheet.computed(
                    f"{name}: {manner} {group}",
                    "assistant_share",
                    None,
                    float(share[epoch - 1]),
                    n=DIRECTION_RUNS,
                    epoch=epoch,
                )


def _other_currency(sheet: Sheet) -> Iterator[Row]:
    """What was learned in dollars, in medicine: with an altruistic prior, and with none."""
    mixes, prior = compositions()
    altruistic, uniform = float(SHARES[NAMES.index("altruistic")]), float(prior @ mixes @ SHARES)
    learned = {
        group: float(simulate(group, runs=RUNS, seed=sheet.seed).assistant[:, -1].mean())
        for group in NAMES
    }
    transfer = fit_transfer(learned["selfish"], altruistic, OOD_SELFISH)
    yield sheet.parameter("transfer", transfer, [TRANSFER], RUNS)
    for group, share in learned.items():
        for name, before in (("altruistic prior", altruistic), ("no prior", uniform)):
            where = f"other currency, {name}: {group}"
            yield sheet.computed(
                where,
                "assistant_share",
                Published(OOD_SELFISH, TRANSFER) if where == TRANSFER else None,
                out_of_distribution(share, before, transfer),
                fitted_to=[TRANSFER],
                n=RUNS,
                epoch=EPOCHS,
            )
