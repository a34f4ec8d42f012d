"""Sets of labels as bits of uint64 words: a hash table of them, and pairs that cover all labels.

A table has shape (a power of 2, words); an empty slot is all 0, so the empty set is no key. Open
addressing, at most half full.
"""

import numpy as np
import numpy.typing as npt

from ...core.compiled import compiled, put

Labels = npt.NDArray[np.uint64]


def complementary_pairs(
    one: Labels, two: Labels, sizes: tuple[int, int], limit: int, comparisons: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], bool]:
    """All pairs of a set of `one` and a set of `two` whose union is all labels.

    Args:
        one: label sets, shape (k, words), of at least `sizes[0]` labels each.
        two: label sets, shape (l, words), all different, of at least `sizes[1]` labels each.
        sizes: two numbers whose sum is the number of labels, which are 0, 1, ...
        limit: how many pairs are wanted at most.
        comparisons: stop after so many comparisons.

    Returns:
        The numbers of the sets in `one` and in `two`, and whether these are all pairs.
    """
    full = np.zeros(one.shape[1], dtype=np.uint64)
    for label in range(sum(sizes)):
        full[label >> 6] |= np.uint64(1) << np.uint64(label & 63)
    # Two sets without labels to spare are each other's complements, found by their hash; only
    # where one has some to spare the other side must be searched.
    larger = np.flatnonzero(np.bitwise_count(two).sum(axis=1, dtype=np.int64) > sizes[1])
    spare = np.bitwise_count(one).sum(axis=1, dtype=np.int64) > sizes[0]
    first, second, whole = _match(one, two, full, spare, larger, limit, comparisons)
    return first, second, bool(whole)


@compiled
def _match(one, two, full, spare, larger, limit, comparisons):  # type: ignore[no-untyped-def]
    words = full.size
    capacity = 16
    while capacity < 2 * len(two):
        capacity *= 2
    table = np.zeros((capacity, words), np.uint64)
    number = np.zeros(capacity, np.int64)
    for j in range(len(two)):
        where, _ = _slot(table, two[j])
        put(table[where], two[j])
        number[where] = j
    first, second = np.empty(64, np.int64), np.empty(64, np.int64)
    found = 0
    everyone = np.arange(len(two))
    need = np.empty(words, np.uint64)
    for i in range(len(one)):
        for w in range(words):
            need[w] = full[w] & ~one[i, w]
        among = everyone if spare[i] else larger
        comparisons -= among.size
        if comparisons < 0:
            return first[:found], second[:found], False
        exact = -1
        if not spare[i]:
            where, there = _slot(table, need)
            if there:
                exact = number[where]
        for k in range(-1, among.size):
            j = exact if k < 0 else among[k]
            if j < 0 or (k >= 0 and j == exact):
                continue
            covers = True
            for w in range(words):
                covers = covers and (need[w] & ~two[j, w]) == 0
            if not covers:
                continue
            if found == limit:
                return first[:found], second[:found], False
            if found == first.size:
                first = np.concatenate((first, np.empty_like(first)))
                second = np.concatenate((second, np.empty_like(second)))
            first[found], second[found] = i, j
            found += 1
    return first[:found], second[:found], True


@compiled
def _slot(table, key):  # type: ignore[no-untyped-def]
    """Where `key` is in the hash table, or the empty (all 0) slot where it belongs."""
    mixed = np.uint64(0)
    for word in key:
        mixed = (mixed ^ word) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    where = np.int64(mixed & np.uint64(table.shape[0] - 1))
    while True:
        empty, same = True, True
        for w in range(key.size):
            empty = empty and table[where, w] == 0
            same = same and table[where, w] == key[w]
        if empty or same:
            return where, same
        where = (where + 1) & (table.shape[0] - 1)


@compiled
def insert(table, key):  # type: ignore[no-untyped-def]
    """Add a key; False if it was there."""
    where, there = _slot(table, key)
    put(table[where], key)
    return not there


@compiled
def contains(table, key):  # type: ignore[no-untyped-def]
    """Whether a key is there."""
    return _slot(table, key)[1]


@compiled
def rehash(table):  # type: ignore[no-untyped-def]
    """The same keys in a table of twice the size."""
    larger = np.zeros((2 * table.shape[0], table.shape[1]), np.uint64)
    for i in range(table.shape[0]):
        if table[i].any():
            insert(larger, table[i])
    return larger
