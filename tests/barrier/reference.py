"""The barrier game stated slowly and plainly, to judge the fast one by.

It reads a layout's drawn rows and nothing else of the package.
"""

from collections import deque

MOVES = {0: (0, 0), 1: (1, 0), 2: (0, 1), 3: (-1, 0), 4: (0, -1)}


def at(rows, cell):
    """What is drawn at a cell; a wall outside of the grid."""
    x, y = cell
    inside = 0 <= y < len(rows) and 0 <= x < len(rows[0])
    return rows[y][x] if inside else "#"


def in_order(positions):
    """Blue, yellow, red, and further barriers as they come."""
    known = [agent for agent in ("blue", "yellow", "red") if agent in positions]
    return known + [agent for agent in positions if agent not in known]


def joint_step(rows, positions, actions):
    """Where everybody stands after a joint action (dictionaries by agent, in their order)."""
    positions = dict(positions)
    blue, *barriers = in_order(positions)
    for agent in (*barriers, blue):
        dx, dy = MOVES[actions[agent]]
        x, y = positions[agent]
        target = (x + dx, y + dy)
        others = [cell for other, cell in positions.items() if other != agent]
        if at(rows, target) == "#" or target in others:
            continue
        if agent != "blue" and at(rows, target).isdigit():
            continue
        positions[agent] = target
    return positions


def goal_distances(rows, start, blocked):
    """Steps from `start` to each goal's digit around blocked cells, where there is a way."""
    distance = {start: 0}
    frontier = deque([start])
    while frontier:
        x, y = frontier.popleft()
        for dx, dy in MOVES.values():
            cell = (x + dx, y + dy)
            if cell not in distance and cell not in blocked and at(rows, cell) != "#":
                distance[cell] = distance[(x, y)] + 1
                frontier.append(cell)
    return {at(rows, cell): d for cell, d in distance.items() if at(rows, cell).isdigit()}


def probability(rows, start, posts, wanted, horizon, ties):
    """P(blue ends at the wanted digit) with the barriers posted."""
    reachable = goal_distances(rows, start, set(posts))
    reachable = {digit: d for digit, d in reachable.items() if d <= horizon}
    if not reachable:
        return 0.0
    nearest = [digit for digit, d in reachable.items() if d == min(reachable.values())]
    if wanted not in nearest:
        return 0.0
    if ties == "uniform":
        return 1 / len(nearest)
    return float(ties == "optimistic" or len(nearest) == 1)


# MiniGrid's codes: object and color of what is drawn; the state is always 0.
FLOOR, WALL, GOAL = [1, 0, 0], [2, 5, 0], [8, 1, 0]
CODES = {
    "blue": [10, 2, 0],
    "yellow": [7, 4, 0],
    "red": [7, 0, 0],
    "green": [7, 1, 0],
    "gate": [7, 3, 0],  # the first color that no other has: purple
}


def vector(positions):
    """The coordinates of blue and the barriers, in their order."""
    return [coordinate for agent in in_order(positions) for coordinate in positions[agent]]


def tile(rows, positions, cell):
    """What MiniGrid writes for a cell."""
    for agent, where in positions.items():
        if where == cell:
            return CODES[agent]
    drawn = at(rows, cell)
    return WALL if drawn == "#" else GOAL if drawn.isdigit() else FLOOR


def grid(rows, positions):
    """The whole board by columns."""
    return [[tile(rows, positions, (x, y)) for y in range(len(rows))] for x in range(len(rows[0]))]


def view(rows, positions, agent):
    """The 7x7 cells around an agent by columns."""
    x, y = positions[agent]
    return [[tile(rows, positions, (x + dx, y + dy)) for dy in range(-3, 4)] for dx in range(-3, 4)]
