"""Where two JSON documents differ, value by value, with the place on either side.

This is what was sent, without a word on what it means: `diff.reconcile` asks of each difference who explains it.
"""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.diff.values.freeform import are_same, json_type
from cassette_tools.diff.values.lists import couples_of
from cassette_tools.diff.values.matching import at_places, place_in_new
from cassette_tools.made_names import form_of
from cassette_tools.model import ABSENT
from cassette_tools.source.json_tree import pointer_from_route

KIND = "type"  # the name under which elements of a list say of what kind they are

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from cassette_tools.diff.values.matching import Indices
    from cassette_tools.model import Json, Route

    IsWhole = Callable[[Route], bool]
    _IsSame = Callable[[str, Json, str, Json], bool]


@record
class Difference:
    """`old` became `new`; `ABSENT` stands for what is not there. `renamed` says that only the last key changed,
    `whole` that it is not looked into.

    The routes lead to the value in either document; where there is none, to where it would be.
    """

    old_route: Route
    new_route: Route
    old: Json = ABSENT
    new: Json = ABSENT
    renamed: bool = False
    whole: bool = False

    @property
    def values(self) -> tuple[Json, Json]:
        """The old value and the new one."""
        return self.old, self.new

    @property
    def routes(self) -> tuple[Route, Route]:
        """The route in the old document and in the new one."""
        return self.old_route, self.new_route

    @property
    def there(self) -> Json:
        """The value that came or went."""
        return self.new if self.old is ABSENT else self.old

    @property
    def route(self) -> Route:
        """The route in the new document, or in the old one for what is gone."""
        return self.old_route if self.new is ABSENT else self.new_route

    @property
    def came_or_went(self) -> bool:
        """Whether it is on one side only."""
        return self.old is ABSENT or self.new is ABSENT

    @property
    def is_lone_element(self) -> bool:
        """Whether it is an element of a list that came or went."""
        return self.came_or_went and bool(self.route) and isinstance(self.route[-1], int)

    @property
    def other_type(self) -> bool:
        """Whether it is on both sides, and of another JSON type."""
        return not self.came_or_went and json_type(self.old) != json_type(self.new)


def never_whole(_route: Route) -> bool:
    """Every value is looked into."""
    return False


def differences(
    old: Json,
    new: Json,
    couples: Mapping[str, str],
    is_whole: IsWhole = never_whole,
    alone: Collection[tuple[bool, str]] = (),
) -> Iterator[Difference]:
    """The differences in the order of the new document.

    `couples` gives, for JSON pointers of list elements of `old`, the element of `new` that it became (another
    comparison found that out); `alone` are those that became no other, and those that were no other (true, by their
    pointers in `new`). What `is_whole` says of a route is one difference, however much of it differs.
    Numbers that are equal are the same, however spelled; 1 is not true.
    """
    pending: list[Difference] = [Difference(old_route=(), new_route=(), old=old, new=new)]
    while pending:
        here = pending.pop()
        left, right = here.old, here.new
        if here.renamed:
            yield here
            pending.append(Difference(old_route=here.old_route, new_route=here.new_route, old=left, new=right))
        elif here.whole or (left is ABSENT) != (right is ABSENT):
            yield here
        elif left is not right:
            within = _within(here, couples, is_whole, alone)
            if within is not None:
                pending.extend(reversed(within))
            elif not are_same(left, right):
                yield here


def _within(
    here: Difference, couples: Mapping[str, str], is_whole: IsWhole, alone: Collection[tuple[bool, str]]
) -> list[Difference] | None:
    """What two objects, or two lists, hold; ``None`` for all else, and for what is one value."""
    left, right = here.old, here.new
    if isinstance(left, dict) and isinstance(right, dict):
        return None if _is_one(here, is_whole) else [*_members(here, left, right)]
    if isinstance(left, list) and isinstance(right, list):
        return None if _is_one(here, is_whole) else [*_elements(here, left, right, couples, alone)]
    return None


def _is_one(here: Difference, is_whole: IsWhole) -> bool:
    if _are_numbers(here.old, here.new) or is_whole(here.new_route):
        return True
    return here.old_route != here.new_route and is_whole(here.old_route)


def _are_numbers(*values: Json) -> bool:
    """Whether both are lists of numbers: tokens, a vector. They are one value."""
    return all(
        isinstance(value, list)
        and value
        and type(value[0]) in (int, float)
        and all(type(v) in (int, float) for v in value)
        for value in values
    )


def _members(here: Difference, old: dict[str, Json], new: dict[str, Json]) -> Iterator[Difference]:
    renamed = dict(_renamed_keys(old, new))
    former = {new_key: old_key for old_key, new_key in renamed.items()}
    for key, value in new.items():
        before = former.get(key, key)
        yield Difference(
            old_route=(*here.old_route, before),
            new_route=(*here.new_route, key),
            old=old.get(before, ABSENT),
            new=value,
            renamed=key in former,
        )
    for key, value in old.items():
        if key not in new and key not in renamed:
            yield Difference(old_route=(*here.old_route, key), new_route=(*here.new_route, key), old=value)


def _renamed_keys(old: dict[str, Json], new: dict[str, Json]) -> Iterator[tuple[str, str]]:
    """Keys that came in the place of others: with the very value that those had, or with a longer or shorter name for a
    value of the same kind (``reasoning``, ``reasoning_content``).
    """
    gained = {key: new[key] for key in new if key not in old}
    lost = [key for key in old if key not in new]
    for former, drawn in _made_anew(old, new, lost, gained):
        del gained[drawn]
        lost.remove(former)
        yield former, drawn
    # Of two objects that share no key, the one is no later version of the other: an error, and an answer.
    strange = min(len(old), len(new)) > 1 and len(gained) == len(new)
    for is_same in (_is_same_value,) if strange else (_is_same_value, _is_alike):
        for key in lost[:]:
            other = _first_same(is_same, key, old[key], gained)
            if other is not None:
                del gained[other]
                lost.remove(key)
                yield key, other


def _made_anew(
    old: dict[str, Json], new: dict[str, Json], lost: list[str], gained: Iterable[str]
) -> list[tuple[str, str]]:
    """Keys that are newly generated ids, paired by their values."""
    before, after = ([key for key in keys if form_of(key)] for keys in (lost, gained))
    pairs = couples_of([old[key] for key in before], [new[key] for key in after]).pairs
    return [(before[i], after[j]) for i, j in pairs if i is not None and j is not None]


def _first_same(is_same: _IsSame, key: str, value: Json, gained: dict[str, Json]) -> str | None:
    return next((each for each, held in gained.items() if is_same(key, value, each, held)), None)


def _is_same_value(_name: str, old: Json, _other: str, new: Json) -> bool:
    return _is_telling(old) and json_type(old) == json_type(new) and bool(old == new)


def _is_alike(name: str, old: Json, other: str, new: Json) -> bool:
    if json_type(old) != json_type(new) or not isinstance(old, str | dict | list) or not (old and new):
        return False
    words, others = words_of(name), words_of(other)
    return bool(words and others) and (words <= others or others <= words)


def words_of(name: str | int) -> frozenset[str]:
    """The words of a name, however it is spelled: max_tokens, maxTokens. An index has none."""
    import re

    return (
        frozenset()
        if isinstance(name, int)
        else frozenset(word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", str(name)))
    )


def _is_telling(value: Json) -> bool:
    """Whether two keys hold this value by no chance."""
    if isinstance(value, bool) or value is None:
        return False
    return value > 1 if isinstance(value, int | float) else bool(value)


def _elements(
    here: Difference,
    old: list[Json],
    new: list[Json],
    couples: Mapping[str, str],
    alone: Collection[tuple[bool, str]],
) -> Iterator[Difference]:
    pairs, order = _paired(here, old, new, couples, alone)
    if order is not None:
        yield Difference(old_route=here.old_route, new_route=here.new_route, old=order[0], new=order[1], whole=True)
    for i, j in pairs:
        if i is not None and j is not None:
            yield Difference(old_route=(*here.old_route, i), new_route=(*here.new_route, j), old=old[i], new=new[j])
        elif j is not None:
            yield Difference(old_route=(*here.old_route, j), new_route=(*here.new_route, j), new=new[j])
        elif i is not None:
            yield Difference(old_route=(*here.old_route, i), new_route=(*here.new_route, i), old=old[i])


def _retyped(old: list[Json], new: list[Json]) -> dict[int, int]:
    """The elements that stand where they stood, and are the same in all but their kind: the word for it, or the name of
    all that they hold.
    """
    if len(old) != len(new):
        return {}
    pairs = enumerate(zip(old, new, strict=True))
    return {i: i for i, (one, other) in pairs if one != other and _is_retyped(one, other)}


def _is_retyped(one: Json, other: Json) -> bool:
    if not isinstance(one, dict) or not isinstance(other, dict):
        return False
    if len(one) == len(other) == 1:
        return one.keys() != other.keys() and [*one.values()] == [*other.values()]
    return max(len(one), len(other)) > 1 and {**one, KIND: 0} == {**other, KIND: 0}


def _is_among(element: Json, others: list[Json]) -> bool:
    """Whether another list has the element with most of its members: it is the same with one of them changed."""
    return isinstance(element, dict) and any(
        isinstance(other, dict) and 2 * _shared(element, other) >= min(len(element), len(other)) for other in others
    )


def _shared(one: dict[str, Json], other: dict[str, Json]) -> int:
    """How many members are the same; all that an element holds may go by another name, or be null."""
    if len(one) == len(other) == 1:
        (name, value), (other_name, there) = *one.items(), *other.items()
        return value == there or (name == other_name and None in (value, there))
    return sum(key in other and other[key] == value for key, value in one.items())


def _paired(
    here: Difference,
    old: list[Json],
    new: list[Json],
    couples: Mapping[str, str],
    alone: Collection[tuple[bool, str]],
) -> tuple[list[Indices], tuple[list[Json], list[Json]] | None]:
    """Which element became which: as `couples` says, and the others by what they hold; and the order of those on either
    side, where it is another.
    """
    told = _told(here, old, new, couples, alone) if couples or alone else []
    lefts, rights = {i for i, _ in told}, {j for _, j in told}
    rest_old, rest_new = _without(old, lefts), _without(new, rights)
    left, right = [old[i] for i in rest_old], [new[j] for j in rest_new]
    found = couples_of(left, right)
    placed = at_places(found.pairs, rest_old, rest_new)
    order = (found.names or _numbers_of(placed, left) or (left, right)) if found.moved else None
    return sorted([*told, *placed], key=place_in_new), order


def _numbers_of(pairs: list[Indices], old: list[Json]) -> tuple[list[Json], list[Json]] | None:
    """The old and the new order of the elements in both lists, by old numbers; ``None`` unless all are nested."""
    numbers = [i for i, j in pairs if i is not None and j is not None]
    is_nested = all(isinstance(each, dict | list) for each in old)
    return ([*sorted(numbers)], [*numbers]) if is_nested else None


def _told(
    here: Difference,
    old: list[Json],
    new: list[Json],
    couples: Mapping[str, str],
    alone: Collection[tuple[bool, str]],
) -> list[Indices]:
    """The elements of which another comparison has found out what they became, or that they are no other."""
    base, other = pointer_from_route(here.old_route), pointer_from_route(here.new_route)
    known = _coupled(base, other, old, new, couples)
    gone = {i for i, each in enumerate(old) if (False, f"{base}/{i}") in alone and not _is_among(each, new)}
    come = {j for j, each in enumerate(new) if (True, f"{other}/{j}") in alone and not _is_among(each, old)}
    lost, gained = gone - known.keys(), come - {*known.values()}
    return [*known.items(), *((i, None) for i in lost), *((None, j) for j in gained)]


def _without(elements: list[Json], numbers: Collection[int | None]) -> list[int]:
    """The numbers of the other elements."""
    return [number for number in range(len(elements)) if number not in numbers]


def _coupled(base: str, other: str, old: list[Json], new: list[Json], couples: Mapping[str, str]) -> dict[int, int]:
    """The elements that became others of the same list, as `couples` says; but elements that only say to be of another
    kind stay where they are, since to a reader the parts of a kind are one fewer, and each behind it another.
    """
    known: dict[int, int] = {}
    for i in range(len(old)):
        head, _, step = couples.get(f"{base}/{i}", "").rpartition("/")
        if step.isdecimal() and head == other and int(step) < len(new):
            known[i] = int(step)
    retyped = _retyped(old, new)
    if not retyped:
        return known
    return {**{i: j for i, j in known.items() if old[i] == new[j] and j not in retyped}, **retyped}
