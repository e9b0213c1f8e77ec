"""Two JSON lists: which element became which.

By their natural key where they have one (`cassette_tools.data.keys`). Else what is equal goes together, then what is
equal but for ids and times, then what is alike; what is left between two of these couples goes together when there is
as much of it on both sides: it was replaced. Where an element stands never decides alone, but of two ways that are as
good the one that keeps the order is taken.

Lists of one length with more than `matching.CELLS` pairs are compared element by element: vectors, tokens.
"""

from __future__ import annotations

from collections import Counter

from cassette_tools._record import record
from cassette_tools.data.keys import KEYS
from cassette_tools.diff.values.matching import (
    CELLS,
    MANY,
    common_ends,
    in_order_by_key,
    likest,
    longest_rise,
    match_by_marks,
    repeats_by_key,
    with_rest,
)
from cassette_tools.made_names import form_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence
    from typing import TypeAlias

    from cassette_tools.data.keys import Key
    from cassette_tools.diff.values.matching import Indices
    from cassette_tools.model import Json

    Features: TypeAlias = frozenset[Hashable]

LIKE_ENOUGH = 0.5  # below this, two elements are two things
_WORDS = 60  # of a text that are compared
_DISTANCE = 0.1  # the most that standing elsewhere costs


@record
class Couples:
    """`pairs` in the order of the new list; what only the old one has stands after what it stood after.

    `moved` says that the elements that both have stand in another order, and that this means something; `names` are
    those of the elements on either side by which a person knows them, where they have a key.
    """

    pairs: tuple[Indices, ...]
    moved: bool = False
    names: tuple[list[Json], list[Json]] | None = None


def couples_of(old: list[Json], new: list[Json]) -> Couples:
    """Which element of `old` is which of `new`. The way back gives the same couples."""
    try:
        if _comes_first(old, new):
            found = _couples(old, new)
        else:
            turned = _couples(new, old)
            names = None if turned.names is None else (turned.names[1], turned.names[0])
            found = Couples(pairs=tuple((i, j) for j, i in turned.pairs), moved=turned.moved, names=names)
    except RecursionError:  # nested deeper than a person would read
        longer = max(len(old), len(new))
        return Couples(pairs=tuple((k if k < len(old) else None, k if k < len(new) else None) for k in range(longer)))
    return Couples(pairs=tuple(_in_new_order(found.pairs)), moved=found.moved, names=found.names)


def named(old: Json, new: Json) -> tuple[Json, Json]:
    """Two lists whose order means nothing as objects, by the names of their elements; all else as it is."""
    if isinstance(old, list) and isinstance(new, list):
        row = natural_key(old, new)
        if row is not None and not row.ordered:
            before, after = ({_value(each, row.name): each for each in side} for side in (old, new))
            return before, after
    return old, new


def _comes_first(old: list[Json], new: list[Json]) -> bool:
    """Which of two lists is looked at from which says nothing of them: ties are resolved from the same side."""
    return len(old) < len(new) or (len(old) == len(new) and repr(old) <= repr(new))


def _in_new_order(pairs: Sequence[Indices]) -> Iterator[Indices]:
    partner = {j: i for i, j in pairs if j is not None}
    gone = sorted(i for i, j in pairs if j is None and i is not None)
    rising = _rising(partner)
    for j in sorted(partner):
        while gone and gone[0] < rising.get(j, 0):
            yield gone.pop(0), None
        yield partner[j], j
    yield from ((i, None) for i in gone)


def _rising(partner: dict[int, int | None]) -> dict[int, int]:
    """The partners of those that kept their order."""
    both = {j: i for j, i in sorted(partner.items()) if i is not None}
    kept = set(longest_rise([*both.values()]))
    return {j: i for j, i in both.items() if i in kept}


def _couples(old: list[Json], new: list[Json]) -> Couples:
    frozen_old, frozen_new = [*map(frozen, old)], [*map(frozen, new)]
    row = natural_key(old, new)
    names = None if row is None else (_names(old, row), _names(new, row))
    couples = _equal(frozen_old, frozen_new) if names is None else repeats_by_key(*names)
    couples.update(_others(row, old, new, couples))
    same = sum(frozen_old[i] == frozen_new[j] for i, j in couples.items())
    is_ordered = row is None or row.ordered
    tells = same == len(old) == len(new) or _nested(old, new)
    return Couples(
        pairs=tuple(with_rest(couples, len(old), len(new))),
        moved=is_ordered and tells and not _rises(couples),
        names=names if is_ordered else None,
    )


def _names(elements: list[Json], row: Key) -> list[Json]:
    return [_value(each, row.name) for each in elements]


def _others(row: Key | None, old: list[Json], new: list[Json], couples: dict[int, int]) -> dict[int, int]:
    """The couples of what no name couples. What is one of a set of names is not renamed."""
    if row is not None and not row.ordered:
        return {}
    if row is not None and row.lasting:
        return _renamed(row, old, new, couples)
    found = {**couples, **_unmistakable(old, new, *_left(old, new, couples))}
    found.update(_alike(old, new, *_left(old, new, found), found))
    return found if row is not None else {**found, **_replaced(old, new, found)}


def _nested(old: list[Json], new: list[Json]) -> bool:
    """Whether the lists hold more than words and numbers: which of those came and went says more than their order."""
    return any(isinstance(each, dict | list) for each in (*old, *new))


def _rises(couples: dict[int, int]) -> bool:
    partners = [couples[i] for i in sorted(couples)]
    return partners == sorted(partners)


# --- what is equal ---------------------------------------------------------------------------------------------------


def _equal(old: list[Hashable], new: list[Hashable]) -> dict[int, int]:
    """Equal elements, in order if all of them can be. Of many numbers each is what it is by its place."""
    head, tail = common_ends(old, new)
    ends = {**{k: k for k in range(head)}, **{len(old) - k: len(new) - k for k in range(1, tail + 1)}}
    left, right = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(left) == len(right) and len(left) * len(right) > CELLS and all(map(_is_number, (*left, *right))):
        return {**ends, **{head + k: head + k for k in range(len(left)) if left[k] == right[k]}}
    wherever = repeats_by_key(left, right)
    in_order = dict(in_order_by_key(left, right))
    middle = in_order if len(in_order) == len(wherever) else wherever
    return {**ends, **{head + i: head + j for i, j in middle.items()}}


def frozen(value: Json) -> Hashable:
    """The value as something that can be looked up: keys in any order, 1 is 1.0, and 1 is not true."""
    if isinstance(value, dict):
        return frozenset((key, frozen(inner)) for key, inner in value.items())
    if isinstance(value, list | tuple):
        return tuple(map(frozen, value))
    return ("is", value) if isinstance(value, bool) else value


# --- what has a name -------------------------------------------------------------------------------------------------


def natural_key(old: list[Json], new: list[Json]) -> Key | None:
    """The first row of the table that fits both lists."""
    if not all(isinstance(each, dict) for each in (*old, *new)):
        return None
    return next((row for row in KEYS if _fits(row, old, new)), None)


def _fits(row: Key, old: list[Json], new: list[Json]) -> bool:
    before, after = _names(old, row), _names(new, row)
    if not _are_names([*before, *after]) or not (_are_unlike(before) and _are_unlike(after)):
        return False
    if row.name == "index" and (_are_places(before) or _are_places(after)):
        return False  # it only repeats where the element stands
    shared = {*before} & {*after}
    if not row.ordered or 2 * len(shared) >= min(len(old), len(new)):
        return True
    return row.lasting and bool(shared) and not any(map(_is_made, {*before} ^ {*after}))


def _are_unlike(names: list[Json]) -> bool:
    return len(set(names)) == len(names)


def _are_places(names: list[Json]) -> bool:
    return names == [*range(len(names))]


def _are_names(values: list[Json]) -> bool:
    """Whether all are words, or all whole numbers: names that are numbers now name nothing."""
    is_name = (isinstance(value, str | int) and not isinstance(value, bool) for value in values)
    return all(is_name) and len({*map(type, values)}) <= 1


def _is_made(name: Json) -> bool:
    """Whether a server made the name up: it is another one the next time."""
    return isinstance(name, int) or bool(form_of(str(name)))


def _renamed(row: Key, old: list[Json], new: list[Json], couples: dict[int, int]) -> dict[int, int]:
    """The things that are the same under another name: one that a server makes up anew, or the name of the only thing
    that says all the rest.
    """
    lefts, rights = _left(old, new, couples)
    made_old = [i for i in lefts if _is_made(_value(old[i], row.name))]
    made_new = [j for j in rights if _is_made(_value(new[j], row.name))]
    given = [i for i in lefts if i not in made_old]
    return {**_made_anew(old, new, made_old, made_new, couples), **_same_rest(row.name, old, new, given, rights)}


def _made_anew(
    old: list[Json], new: list[Json], lefts: list[int], rights: list[int], couples: dict[int, int]
) -> dict[int, int]:
    """The things among those whose names a server made up that are the same by all else, or alike."""
    found = _unmistakable(old, new, lefts, rights)
    left_old, left_new = [i for i in lefts if i not in found], [j for j in rights if j not in found.values()]
    return {**found, **_alike(old, new, left_old, left_new, {**couples, **found})}


def _same_rest(name: str, old: list[Json], new: list[Json], lefts: list[int], rights: list[int]) -> dict[int, int]:
    """The things that are the same but for their name, and the only ones that are so."""
    before, after = _by_rest(name, old), _by_rest(name, new)
    couples = ((i, after[rest]) for rest, i in before.items() if rest in after)
    return {i: j for i, j in couples if i in lefts and j in rights}


def _by_rest(name: str, elements: list[Json]) -> dict[Features, int]:
    """The elements by what they say beside their name, where no two say the same."""
    rests = [_features(_without(each, name)) for each in elements]
    counts = Counter(rests)
    return {rest: number for number, rest in enumerate(rests) if rest and counts[rest] == 1}


def _without(element: Json, name: str) -> Json:
    return {key: value for key, value in element.items() if key != name}


def _value(element: Json, path: str) -> Json:
    for name in path.split("."):
        element = element.get(name) if isinstance(element, dict) else None
    return element


# --- what is alike ---------------------------------------------------------------------------------------------------


def _left(old: list[Json], new: list[Json], couples: dict[int, int]) -> tuple[list[int], list[int]]:
    taken = {*couples.values()}
    return [i for i in range(len(old)) if i not in couples], [j for j in range(len(new)) if j not in taken]


def _unmistakable(old: list[Json], new: list[Json], lefts: list[int], rights: list[int]) -> dict[int, int]:
    """What is the same but for ids and times, and is so only once on either side."""
    features: dict[Hashable, tuple[list[int], list[int]]] = {}
    for number, (side, indices) in enumerate(((old, lefts), (new, rights))):
        for index in indices:
            if isinstance(side[index], dict | list):
                features.setdefault(_features(side[index]), ([], []))[number].append(index)
    return {i[0]: j[0] for i, j in features.values() if len(i) == len(j) == 1}


def _alike(
    old: list[Json], new: list[Json], lefts: list[int], rights: list[int], couples: dict[int, int]
) -> dict[int, int]:
    if not rights or not any(isinstance(old[i], str | dict | list) for i in lefts):
        return {}
    features_old, features_new = [_features(old[i]) for i in lefts], [_features(new[j]) for j in rights]
    expected = _expected(couples, rights)
    length = max(len(old), len(new))

    def likeness(a: int, b: int) -> float:
        if type(old[lefts[a]]) is not type(new[rights[b]]):
            return 0.0
        score = _share(features_old[a], features_new[b])
        if score < LIKE_ENOUGH:
            return 0.0
        return score - _DISTANCE * min(1.0, abs(lefts[a] - expected[b]) / length) ** 2

    if min(len(lefts), len(rights)) > MANY:
        found = match_by_marks(features_old, features_new, likeness)
    else:
        found = likest(len(lefts), len(rights), likeness)
    return {lefts[a]: rights[b] for a, b in found.items()}


def _share(one: Features, other: Features) -> float:
    """What two elements have in common (Dice), from 0 to 1."""
    return 2 * len(one & other) / (len(one) + len(other) or 1)


def _expected(couples: dict[int, int], rights: list[int]) -> list[int]:
    """Where each of the new elements would have stood: as far from its neighbour among the couples as it does now."""
    from bisect import bisect

    known = sorted((j, i) for i, j in couples.items()) or [(0, 0)]
    expected: list[int] = []
    for j in rights:
        at = bisect(known, (j, 0))
        near, i = min(known[max(0, at - 1) : at + 1], key=lambda pair: abs(pair[0] - j))
        expected.append(i + j - near)
    return expected


# --- what was replaced -----------------------------------------------------------------------------------------------


def _replaced(old: list[Json], new: list[Json], couples: dict[int, int]) -> dict[int, int]:
    """What stands between two couples in the place of as much else; of numbers, also of more or fewer."""
    return {
        i: j
        for lefts, rights in _gaps(old, new, couples)
        if len(lefts) == len(rights) or all(map(_is_number, [*(old[i] for i in lefts), *(new[j] for j in rights)]))
        for i, j in zip(lefts, rights, strict=False)
    }


def _gaps(old: list[Json], new: list[Json], couples: dict[int, int]) -> Iterator[tuple[list[int], list[int]]]:
    """What is left between each two of the couples that kept their order."""
    partners = {j: i for i, j in couples.items()}
    kept = longest_rise([couples[i] for i in sorted(couples)])
    due_old = due_new = 0
    for j in [*kept, len(new)]:
        i = partners.get(j, len(old))
        lefts = [k for k in range(due_old, i) if k not in couples]
        rights = [k for k in range(due_new, j) if k not in partners]
        if lefts and rights:
            yield lefts, rights
        due_old, due_new = i + 1, j + 1


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _features(value: Json) -> Features:
    """What an element says: its leaves by where they are, texts word by word; of ids and times only that they are."""
    from cassette_tools.volatile import volatile_field

    found: set[Hashable] = set()
    pending: list[tuple[str, Json]] = [("", value)]
    while pending:
        path, node = pending.pop()
        if isinstance(node, dict):
            pending.extend((f"{path}.{key}".lstrip("."), inner) for key, inner in node.items())
        elif isinstance(node, list):
            pending.extend((f"{path}[]", inner) for inner in node)
        elif path and volatile_field(path) is not None:
            found.add((path, "volatile"))
        elif isinstance(node, str):
            found.update((path, word) for word in node.split()[:_WORDS])
        else:
            found.add((path, frozen(node)))
    return frozenset(found)
