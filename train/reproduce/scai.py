"""Social Contract AI's curves with the offline MetaLM (arXiv 2310.17769).

Put in: the shares that users offer. Fitted: one manner weight, to rude altruistic users in epoch 5,
and one transfer, to selfish users out of distribution with an altruistic prior. All else is
predicted. Two ablations: no weight, and the manner as a trait of the group that is counted once.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from ...ultimatum.metalm import (
    compositions,
    fit_manner_weight,
    fit_transfer,
    out_of_distribution,
    simulate,
)
from ...ultimatum.norms import NAMES, SHARES
from ..offline.ultimatum import EPOCHS
from .rows import Role, Row, Sheet

RUNS = 2000  # the publication has 20; more show the distribution
RUDE_ALTRUISTIC, OOD_SELFISH = 0.800, 0.619
# The assistant's share by group and manner in epoch 5, that in epoch 1, and the users' share.
PUBLISHED: dict[tuple[str, str], tuple[float | None, float | None, float | None]] = {
    ("altruistic", "neutral"): (0.964, 0.361, 0.986),
    ("fair", "neutral"): (0.493, 0.456, 0.495),
    ("selfish", "neutral"): (0.020, 0.361, 0.020),
    ("altruistic", "rude"): (RUDE_ALTRUISTIC, None, 0.997),
    ("fair", "rude"): (0.446, None, 0.494),
    ("selfish", "rude"): (0.045, None, 0.025),
    ("selfish", "sycophantic"): (None, None, None),
    ("mixed", "neutral"): (None, None, None),
}


def reproduce_scai(seed: int = 0) -> list[Row]:
    """All rows; about two seconds."""
    sheet = Sheet("scai", seed)
    weight = fitted_manner_weight(seed)
    rows = [sheet.drawn("manner weight", "parameter", "fitted", None, weight, None, RUNS)]
    for (group, manner), published in PUBLISHED.items():
        rows += _curve(sheet, group, manner, weight, published)
    rows += _ablations(sheet, weight)
    rows += _other_currency(sheet)
    return rows


@cache
def fitted_manner_weight(seed: int = 0) -> float:
    """The one weight of the manner: fitted to rude altruistic users in epoch 5."""
    users = PUBLISHED["altruistic", "rude"][2]
    return fit_manner_weight(RUDE_ALTRUISTIC, users_share=users, epoch=EPOCHS, runs=RUNS, seed=seed)


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
    offered = runs.users
    yield sheet.drawn(
        where, "users_share", "input", users, float(offered.mean()), float(offered.std()), RUNS
    )
    for epoch in range(EPOCHS):
        share = runs.assistant[:, epoch]
        fitted = (group, manner, epoch) == ("altruistic", "rude", EPOCHS - 1)
        role: Role = "fitted" if fitted else "predicted"
        known = {0: first, EPOCHS - 1: last}.get(epoch)
        yield sheet.drawn(
            where,
            "assistant_share",
            role,
            known,
            float(share.mean()),
            float(share.std()),
            RUNS,
            epoch=epoch + 1,
        )
    role = "fitted" if (group, manner) == ("altruistic", "rude") else "predicted"
    for number, name in enumerate(NAMES):
        chosen = float((runs.norm[:, -1] == number).mean())
        yield sheet.drawn(where, f"runs_{name}", role, None, chosen, None, RUNS, epoch=EPOCHS)


def _ablations(sheet: Sheet, weight: float) -> Iterator[Row]:
    for name, settings in (
        ("weight 0", {"manner_weight": 0.0}),
        ("manner once", {"manner_weight": weight, "reading": "once"}),
    ):
        for group in ("altruistic", "fair", "selfish"):
            users = PUBLISHED[group, "rude"][2]
            runs = simulate(
                group, manner="rude", users_share=users, runs=RUNS, seed=sheet.seed, **settings
            )
            share = runs.assistant[:, -1]
            yield sheet.drawn(
                f"{name}: rude {group}",
                "assistant_share",
                "predicted",
                PUBLISHED[group, "rude"][0],
                float(share.mean()),
                float(share.std()),
                RUNS,
                epoch=EPOCHS,
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
    yield sheet.drawn("transfer", "parameter", "fitted", None, transfer, None, RUNS)
    for group, share in learned.items():
        for name, before in (("altruistic prior", altruistic), ("no prior", uniform)):
            fitted = (group, name) == ("selfish", "altruistic prior")
            yield sheet.drawn(
                f"other currency, {name}: {group}",
                "assistant_share",
                "fitted" if fitted else "predicted",
                OOD_SELFISH if fitted else None,
                out_of_distribution(share, before, transfer),
                None,
                RUNS,
                epoch=EPOCHS,
            )
