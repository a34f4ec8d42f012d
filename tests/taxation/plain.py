"""Taxation stated slowly: every worker tries all hours, every year, and money is counted singly."""

from math import prod

EFFORT, EXPONENT = 0.0005, 3.5


def tax(income, rates, thresholds):
    due, low = 0.0, 0.0
    for rate, high in zip(rates, [*thresholds, float("inf")], strict=True):
        if income > low:
            due += rate * (min(income, high) - low)
        low = high
    return due


def utility(skill, hours, rates, thresholds):
    income = skill * hours
    return income - tax(income, rates, thresholds) - EFFORT * hours**EXPONENT


def best_hours(skill, rates, thresholds, levels):
    """The fewest and the most of the best hours."""
    tried = [100 * k / levels for k in range(levels + 1)]
    worth = [utility(skill, hours, rates, thresholds) for hours in tried]
    best = max(worth)
    good = [h for h, w in zip(tried, worth, strict=True) if w >= best - 1e-9 * max(skill, 1)]
    return good[0], good[-1]


def path(usual, target, years, jump):
    """Each year's rates, a step at a time."""
    rates, found = list(usual), []
    for _ in range(years):
        rates = [r + max(-jump, min(jump, t - r)) for r, t in zip(rates, target, strict=True)]
        found.append(rates)
    return found


def wellbeing(due, utilities, aversion):
    left = [u + sum(due) / len(due) for u in utilities]
    if aversion == 0:
        return sum(left) / len(left)
    if min(left) <= 0:
        return min(left)
    if aversion == 1:
        return prod(left) ** (1 / len(left))
    return (sum(x ** (1 - aversion) for x in left) / len(left)) ** (1 / (1 - aversion))


def comes_to(rules, target, chances, most):
    """Shares taxed, kept and unearned; what the planner and the workers have, in expectation."""
    skills, usual, years = rules.wages.tolist(), rules.rates, rules.years
    announced = path(usual, target, years, rules.jump)
    found = [0.0] * 5
    for sees, seen in ((True, chances.observability), (False, 1 - chances.observability)):
        for binds, bound in ((True, chances.credibility), (False, 1 - chances.credibility)):
            paid = earned = welfare = own = 0.0
            for year in range(years):
                kept = chances.credibility if sees else 0.0
                counted = [
                    kept * r + (1 - kept) * u for r, u in zip(announced[year], usual, strict=True)
                ]
                real = announced[year] if binds else usual
                hours = [
                    best_hours(skill, counted, rules.edges, rules.levels)[most] for skill in skills
                ]
                incomes = [skill * h for skill, h in zip(skills, hours, strict=True)]
                due = [tax(z, real, rules.edges) for z in incomes]
                worth = [
                    utility(skill, h, real, rules.edges)
                    for skill, h in zip(skills, hours, strict=True)
                ]
                paid, earned = paid + sum(due), earned + sum(incomes)
                own += sum(worth)
                welfare += wellbeing(due, worth, rules.aversion) / years
            potential = years * 100 * sum(skills)
            parts = (paid / potential, (earned - paid) / potential, 1 - earned / potential)
            for k, part in enumerate((*parts, welfare, own)):
                found[k] += seen * bound * part
    return found
