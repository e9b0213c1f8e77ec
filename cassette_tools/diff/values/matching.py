"""Who goes with whom in two sequences: pairing by content, never by position alone.

Equal keys first: that settles nearly everything in time linear in its number. Of the rest the likeness of all pairs
together is made greatest; where two ways are as good, or nearly, the one that keeps the order is taken.
"""

from __future__ import annotations

from functools import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
    from typing import TypeAlias, TypeVar

    T = TypeVar("T")
    U = TypeVar("U")
    Indices: TypeAlias = tuple[int | None, int | None]

MANY = 60  # more than this on both sides are never compared each with each: assignment is cubic
CELLS = 40_000  # a table of more cells is not filled: pairs in order are then found between those that are equal
NEARLY = 0.15  # what the likeness of two pairs may lose for keeping the order


def align_by_key(
    old: Sequence[T],
    new: Sequence[T],
    key: Callable[[T], Hashable],
    likeness: Callable[[T, T], float],
    *,
    ordered: bool = False,
) -> list[Indices]:
    """Pair equal keys first, in order, then the rest by likeness (0: never); what is left stands alone.

    With `ordered`, pairs never cross: for sequences in which order carries meaning.
    """
    if ordered:
        return _align_ordered(old, new, key, likeness)
    same = repeats_by_key([key(thing) for thing in old], [key(thing) for thing in new])
    taken = {*same.values()}
    rest_old = [i for i in range(len(old)) if i not in same]
    rest_new = [j for j in range(len(new)) if j not in taken]
    rest = match(len(rest_old), len(rest_new), lambda a, b: likeness(old[rest_old[a]], new[rest_new[b]]))
    return sorted([*same.items(), *at_places(rest, rest_old, rest_new)], key=place_in_new)


def at_places(pairs: Iterable[Indices], old: Sequence[T], new: Sequence[U]) -> list[tuple[T | None, U | None]]:
    """What stands at the places that are paired."""
    return [(None if i is None else old[i], None if j is None else new[j]) for i, j in pairs]


def place_in_new(pair: Indices) -> tuple[int, bool]:
    """By which pairs are sorted in the order of the new sequence; what is gone goes before what stands there now."""
    i, j = pair
    return (i or 0, True) if j is None else (j, False)


def with_rest(couples: dict[int, int], rows: int, columns: int) -> list[Indices]:
    """The couples, and what stands alone on either side."""
    taken = {*couples.values()}
    return [*((i, couples.get(i)) for i in range(rows)), *((None, j) for j in range(columns) if j not in taken)]


def match(rows: int, columns: int, likeness: Callable[[int, int], float]) -> list[Indices]:
    """The best pairing, crossings allowed where they are worth it; of more than `MANY` on both sides, in order;
    of more than `CELLS` pairs, by their numbers."""
    if rows * columns > CELLS:
        return _by_position(rows, columns, likeness)
    if min(rows, columns) > MANY:
        return align_in_order(rows, columns, likeness)
    return with_rest(likest(rows, columns, cache(likeness)), rows, columns)


def likest(rows: int, columns: int, likeness: Callable[[int, int], float]) -> dict[int, int]:
    """The couples whose likenesses sum highest, but for crossings that are not worth it."""
    return uncrossed(assign(rows, columns, likeness), likeness)


def uncrossed(couples: dict[int, int], likeness: Callable[[int, int], float]) -> dict[int, int]:
    """The couples with every crossing undone that is hardly better than its opposite."""
    order = sorted(couples)
    partners = [couples[i] for i in order]
    moving = True
    while moving:  # each exchange undoes a crossing and makes none, so that this ends
        moving = False
        for a in range(len(order)):
            for b in range(a + 1, len(order)):
                if partners[a] < partners[b]:
                    continue
                i, k = order[a], order[b]
                straight = likeness(i, partners[b]), likeness(k, partners[a])
                crossed = likeness(i, partners[a]) + likeness(k, partners[b])
                if min(straight) > 0 and sum(straight) >= crossed - NEARLY:
                    partners[a], partners[b] = partners[b], partners[a]
                    moving = True
    return dict(zip(order, partners, strict=True))


def longest_rise(values: Sequence[int]) -> list[int]:
    """The longest increasing subsequence: those who kept their order."""
    from bisect import bisect_left

    tails: list[int] = []
    at: list[int] = []
    for value in values:
        position = bisect_left(tails, value)
        tails[position : position + 1] = [value]
        at.append(position)
    wanted = len(tails) - 1
    rise: list[int] = []
    for value, position in zip(reversed(values), reversed(at), strict=True):
        if position == wanted:
            rise.append(value)
            wanted -= 1
    return rise[::-1]


# --- many ------------------------------------------------------------------------------------------------------------

RARE = 8  # what more requests than this have in common does not bring two of them together
_NEAR = 2  # requests before and after the same place that are looked at in any case


def match_by_marks(
    old: Sequence[frozenset[Hashable]], new: Sequence[frozenset[Hashable]], score: Callable[[int, int], float]
) -> dict[int, int]:
    """Couples of many things, the most alike first: only those are compared that have a rare mark in common, or stand
    at about the same place.
    """
    ranked = sorted((-round(score(a, b), 3), a, b) for a, b in _candidates(old, new))
    couples: dict[int, int] = {}
    taken: set[int] = set()
    for least, a, b in ranked:
        if least < 0 and a not in couples and b not in taken:
            couples[a] = b
            taken.add(b)
    return couples


def _candidates(old: Sequence[frozenset[Hashable]], new: Sequence[frozenset[Hashable]]) -> Iterator[tuple[int, int]]:
    """The pairs that are worth a look, a bounded number for each request."""
    having: dict[Hashable, list[int]] = {}
    for b, marks in enumerate(new):
        for mark in marks:
            having.setdefault(mark, []).append(b)
    for a, marks in enumerate(old):
        shared: dict[int, int] = {}
        for mark in marks:
            found = having.get(mark, ())
            if len(found) <= RARE:
                for b in found:
                    shared[b] = shared.get(b, 0) + 1
        best = sorted(shared, key=lambda b, shared=shared: (-shared[b], b))[:RARE]  # type: ignore[misc]
        here = a * len(new) // len(old)
        near = range(max(0, here - _NEAR), min(len(new), here + _NEAR + 1))
        yield from ((a, b) for b in dict.fromkeys((*best, *near)))


# --- in order --------------------------------------------------------------------------------------------------------


def _align_ordered(
    old: Sequence[T], new: Sequence[T], key: Callable[[T], Hashable], likeness: Callable[[T, T], float]
) -> list[Indices]:
    keys_old, keys_new = [key(thing) for thing in old], [key(thing) for thing in new]
    head, tail = common_ends(keys_old, keys_new)

    def score(i: int, j: int) -> float:
        return 2.0 if keys_old[head + i] == keys_new[head + j] else likeness(old[head + i], new[head + j])

    lefts, rights = range(head, len(old) - tail), range(head, len(new) - tail)
    if len(lefts) * len(rights) <= CELLS:
        middle = align_in_order(len(lefts), len(rights), score)
    else:
        same = in_order_by_key(keys_old[head : lefts.stop], keys_new[head : rights.stop])
        middle = _between(len(lefts), len(rights), same, score)
    return [
        *((k, k) for k in range(head)),
        *at_places(middle, lefts, rights),
        *((len(old) - k, len(new) - k) for k in range(tail, 0, -1)),
    ]


def common_ends(old: Sequence[Hashable], new: Sequence[Hashable]) -> tuple[int, int]:
    """How many keys two sequences begin and, besides, end with alike."""
    shorter = min(len(old), len(new))
    head = 0
    while head < shorter and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < shorter - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return head, tail


def in_order_by_key(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Equal keys paired without crossings: as many as there can be, and of long sequences nearly as many.

    The table that finds the most has a cell for each pair. Above `CELLS` of them, the first of a key goes with the
    first, the second with the second, and of these couples the longest run that keeps the order stays.
    """
    if len(old) * len(new) <= CELLS:
        pairs = align_in_order(len(old), len(new), lambda i, j: float(old[i] == new[j]))
        return [(i, j) for i, j in pairs if i is not None and j is not None]
    by_number = repeats_by_key(old, new)
    kept = set(longest_rise([by_number[i] for i in sorted(by_number)]))
    return [(i, j) for i, j in sorted(by_number.items()) if j in kept]


def repeats_by_key(old: Sequence[Hashable], new: Sequence[Hashable]) -> dict[int, int]:
    """The first of a key with the first, the second with the second, wherever they stand."""
    waiting: dict[Hashable, list[int]] = {}
    for j in range(len(new) - 1, -1, -1):
        waiting.setdefault(new[j], []).append(j)
    return {i: waiting[value].pop() for i, value in enumerate(old) if waiting.get(value)}


def _between(
    rows: int, columns: int, same: list[tuple[int, int]], likeness: Callable[[int, int], float]
) -> list[Indices]:
    """The couples in `same`, and what stands between each two of them paired in order."""
    pairs: list[Indices] = []
    top = left = 0
    for i, j in [*same, (rows, columns)]:

        def shifted(a: int, b: int, top: int = top, left: int = left) -> float:
            return likeness(top + a, left + b)

        lefts, rights = range(top, i), range(left, j)
        small = len(lefts) * len(rights) <= CELLS
        gap = (align_in_order if small else _by_position)(len(lefts), len(rights), shifted)
        pairs.extend(at_places(gap, lefts, rights))
        if i < rows:
            pairs.append((i, j))
        top, left = i + 1, j + 1
    return pairs


def _by_position(rows: int, columns: int, likeness: Callable[[int, int], float]) -> list[Indices]:
    pairs: list[Indices] = []
    for k in range(max(rows, columns)):
        if k < rows and k < columns and likeness(k, k) > 0:
            pairs.append((k, k))
            continue
        pairs.extend([(k, None)] * (k < rows))
        pairs.extend([(None, k)] * (k < columns))
    return pairs


def align_in_order(rows: int, columns: int, likeness: Callable[[int, int], float]) -> list[Indices]:
    """The pairing without crossings whose likenesses sum highest; a likeness of 0 never pairs."""
    scores = [[likeness(i, j) for j in range(columns)] for i in range(rows)]
    best = _best_sums(scores, columns)
    pairs: list[Indices] = []
    i = j = 0
    while i < rows and j < columns:
        if scores[i][j] > 0 and best[i][j] == best[i + 1][j + 1] + scores[i][j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            pairs.append((i, None))
            i += 1
        else:
            pairs.append((None, j))
            j += 1
    return [*pairs, *((k, None) for k in range(i, rows)), *((None, k) for k in range(j, columns))]


def _best_sums(scores: list[list[float]], columns: int) -> list[list[float]]:
    """The highest sum that pairs from each cell on can have."""
    rows = len(scores)
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        below, here, row = best[i + 1], best[i], scores[i]
        for j in range(columns - 1, -1, -1):
            skipped = max(below[j], here[j + 1])
            here[j] = max(skipped, below[j + 1] + row[j]) if row[j] > 0 else skipped
    return best


def assign(rows: int, columns: int, likeness: Callable[[int, int], float]) -> dict[int, int]:
    """The couples, crossings allowed, whose likenesses sum highest (Kuhn-Munkres with potentials); 0 never pairs."""
    if not rows or not columns:
        return {}
    costs = [[-likeness(i, j) for j in range(columns)] for i in range(rows)]
    if rows <= columns:
        column_of = _cheapest(costs)
    else:
        column_of = {i: j for j, i in _cheapest([*map(list, zip(*costs, strict=True))]).items()}
    return {i: j for i, j in column_of.items() if costs[i][j] < 0}


def _cheapest(costs: list[list[float]]) -> dict[int, int]:
    """Row -> column of least total cost, for no more rows than columns: one shortest augmenting path per row."""
    rows, columns = len(costs), len(costs[0])
    row_potential, column_potential = [0.0] * rows, [0.0] * (columns + 1)
    owner: list[int | None] = [None] * (columns + 1)  # the last column is where each search starts
    for row in range(rows):
        owner[columns] = row
        distance = [float("inf")] * columns
        came_from = [columns] * columns
        done = [False] * (columns + 1)
        here = columns
        while (current := owner[here]) is not None:
            done[here] = True
            step, nearest = float("inf"), columns
            for column in range(columns):
                if done[column]:
                    continue
                reduced = costs[current][column] - row_potential[current] - column_potential[column]
                if reduced < distance[column]:
                    distance[column], came_from[column] = reduced, here
                if distance[column] < step:
                    step, nearest = distance[column], column
            for column in range(columns + 1):
                holder = owner[column]
                if done[column] and holder is not None:
                    row_potential[holder] += step
                    column_potential[column] -= step
                elif column < columns:
                    distance[column] -= step
            here = nearest
        while here != columns:
            previous = came_from[here]
            owner[here] = owner[previous]
            here = previous
    return {holder: column for column, holder in enumerate(owner[:columns]) if holder is not None}
