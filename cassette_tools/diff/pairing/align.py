"""Who answers to whom: pairs interactions by what they ask.

Equal requests are paired first: that settles nearly everything in time linear in its number. A request that was sent
several times (polling, a retry) is paired so that as many answers as possible are alike, and so that a failure that
passes by itself (429, 5xx) is not compared with an answer. What is left is assigned so that the likeness of all pairs
together is greatest, and so that nothing crosses that need not. Of more than `MANY` changed requests on both sides,
only those are compared that share rare words or messages, or that stand at about the same place.
"""

from __future__ import annotations

from functools import cache

from cassette_tools._record import record, replace
from cassette_tools.diff.pairing.asked import (
    LIKE_ENOUGH,
    answer_of,
    asked_by,
    bytes_of,
    course_of,
    failure_of,
    likeness,
    question_of,
    steps_of,
    url_path,
    whole_request_of,
)
from cassette_tools.diff.pairing.order import is_free, kept_in_order
from cassette_tools.diff.pairing.sameness import difference_of, other_answer
from cassette_tools.diff.values.matching import (
    CELLS,
    MANY,
    align_by_key,
    likest,
    match_by_marks,
)
from cassette_tools.diff.values.on_its_way import is_on_its_way

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence

    from cassette_tools.diff.pairing.asked import Asked
    from cassette_tools.model import Interaction, Recording


@record
class Pair:
    """Two interactions that ask the same, or one that stands alone. `moved` says that others overtook it, `free` that
    it has nothing to do with those; `why` is
    how one that stands alone comes to be there, in a few words, where that can be seen; `twin` is the same request in
    the other recording, which has a partner of its own.
    """

    old: Interaction | None
    new: Interaction | None
    moved: bool = False
    why: str = ""
    twin: Interaction | None = None
    free: bool = False

    @property
    def path(self) -> str:
        """``interactions[3]``, counted in the new recording unless only the old one has it."""
        interaction = self.new if self.new is not None else self.old
        return f"interactions[{interaction.index if interaction is not None else 0}]"


def align_interactions(old: Sequence[Interaction], new: Sequence[Interaction]) -> tuple[Pair, ...]:
    """Pairs in the order of the new recording; what only the old one has stands where it stood."""
    coupled = _pair_by_keys(old, new, (bytes_of, whole_request_of, question_of, steps_of))
    if len(coupled) < min(len(old), len(new)):
        coupled.update(_pair_steps(old, new, coupled))
    rest_old = [i for i in range(len(old)) if i not in coupled]
    taken = set(coupled.values())
    rest_new = [j for j in range(len(new)) if j not in taken]
    if rest_old and rest_new:
        coupled.update(_pair_by_likeness(old, new, rest_old, rest_new))
    return tuple(_in_order(old, new, coupled))


def in_one_order(old: Recording, new: Recording) -> tuple[Recording, Recording]:
    """Both with their interactions in the order of the pairs, for whoever reads them beside each other: two calls at
    the same time come in either order.
    """
    pairs = align_interactions(old.interactions, new.interactions)
    before = tuple(each.old for each in pairs if each.old is not None)
    after = tuple(each.new for each in pairs if each.new is not None)
    return replace(old, interactions=before), replace(new, interactions=after)


# --- equal requests --------------------------------------------------------------------------------------------------


def _pair_by_keys(
    old: Sequence[Interaction], new: Sequence[Interaction], keys: Sequence[Callable[[Interaction], Hashable]]
) -> dict[int, int]:
    coupled: dict[int, int] = {}
    taken: set[int] = set()
    for key in keys:
        groups: dict[Hashable, tuple[list[int], list[int]]] = {}
        for i, interaction in enumerate(old):
            if i not in coupled:
                groups.setdefault(key(interaction), ([], []))[0].append(i)
        for j, interaction in enumerate(new):
            if j not in taken:
                groups.setdefault(key(interaction), ([], []))[1].append(j)
        # The smallest first: where they went says where the others, of which there are many, belong.
        for lefts, rights in sorted(groups.values(), key=lambda group: len(group[0]) * len(group[1])):
            for i, j in _pair_repeats(old, new, lefts, rights, coupled):
                coupled[i] = j
                taken.add(j)
    return coupled


def _pair_steps(
    old: Sequence[Interaction], new: Sequence[Interaction], coupled: Mapping[int, int]
) -> Iterator[tuple[int, int]]:
    """The steps of an agent, by their number, where it has made the same ones in the end, in another order."""
    ends = _same_ends(old, new, coupled)
    if not ends:
        return
    taken = {*coupled.values()}
    courses = {course_of(new[j]): j for j in reversed(range(len(new))) if j not in taken}
    for i in range(len(old)):
        asked, count = course_of(old[i])
        if i not in coupled and count < ends.get(asked, 0) and (asked, count) in courses:
            yield i, courses.pop((asked, count))


def _same_ends(
    old: Sequence[Interaction], new: Sequence[Interaction], coupled: Mapping[int, int]
) -> dict[Hashable, int]:
    """By the question of an agent: after how many steps both recordings have made the same steps, in another order."""
    ends: dict[Hashable, int] = {}
    for i, j in coupled.items():
        if question_of(old[i]) != question_of(new[j]) and steps_of(old[i]) == steps_of(new[j]):
            asked, count = course_of(old[i])
            ends[asked] = max(count, ends.get(asked, 0))
    return ends


def _pair_repeats(
    old: Sequence[Interaction],
    new: Sequence[Interaction],
    lefts: list[int],
    rights: list[int],
    coupled: Mapping[int, int],
) -> list[tuple[int, int]]:
    """The same request, sent more than once."""
    statuses = ([old[i].response.status_code for i in lefts], [new[j].response.status_code for j in rights])
    if statuses[0] == statuses[1] or not lefts or not rights or len(lefts) == len(rights) == 1:
        return list(zip(lefts, rights, strict=False))
    answers = ([_Answer(old[i]) for i in lefts], [_Answer(new[j]) for j in rights])

    def score(a: int, b: int) -> float:
        i, j = lefts[a], rights[b]
        kept = answers[0][a].likeness(answers[1][b]) - 0.3 * _share_crossed(i, j, coupled)
        return kept - 0.1 * _share_shifted(i, len(old), j, len(new))

    are_few = _are_few(lefts, rights)
    couples = likest(len(lefts), len(rights), score).items() if are_few else _in_one_course(*answers)
    return [(lefts[a], rights[b]) for a, b in couples]


def _in_one_course(old: Sequence[_Answer], new: Sequence[_Answer]) -> list[tuple[int, int]]:
    """Pair many answers in their order, so that as many pairs as possible are alike."""
    couples = align_by_key(old, new, lambda each: each.key, lambda one, other: 0.5, ordered=True)
    return [(a, b) for a, b in couples if a is not None and b is not None]


def _are_few(lefts: list[int], rights: list[int]) -> bool:
    """Whether each can be compared with each."""
    return min(len(lefts), len(rights)) <= MANY and len(lefts) * len(rights) <= CELLS


class _Answer:
    """An answer as one that the same request may get again."""

    def __init__(self, interaction: Interaction) -> None:
        body = interaction.response.body
        self._content = answer_of(interaction)
        self._failure = failure_of(interaction)
        self._status = interaction.response.status_code
        self._is_done = not is_on_its_way(interaction)
        self._fields = frozenset(body.json) if isinstance(body.json, dict) else frozenset()
        self._words = frozenset((body.text or "")[:4000].split())
        self.key = (self._status, self._content)

    def likeness(self, other: _Answer) -> float:
        """From a little (it is the same request) to 4."""
        score = 0.4 + 2.0 * (self._content == other._content) + (self._status == other._status)
        if bool(self._failure) != bool(other._failure):
            score -= 0.3
        if self._is_done != other._is_done:  # of many looks at a job, the one that finds it done is the last
            score -= 0.3
        for one, two in ((self._fields, other._fields), (self._words, other._words)):
            score += 0.3 * 2 * len(one & two) / (len(one) + len(two) or 1)
        return score


def _share_crossed(i: int, j: int, coupled: Mapping[int, int]) -> float:
    """The share of the couples that a couple would cross; of many couples not asked."""
    if not coupled or len(coupled) > MANY:
        return 0.0
    return sum((k < i) != (m < j) for k, m in coupled.items()) / len(coupled)


def _share_shifted(i: int, old: int, j: int, new: int) -> float:
    """How far two stand from the same place, counted from the beginning or from the end, as a share of the recording:
    of answers that are about as like, the one at its place.
    """
    return min(abs(i - j), abs((old - i) - (new - j))) / max(old, new)


# --- changed requests ------------------------------------------------------------------------------------------------


def _pair_by_likeness(
    old: Sequence[Interaction], new: Sequence[Interaction], rest_old: list[int], rest_new: list[int]
) -> dict[int, int]:
    asked_old, asked_new = asked_by(old), asked_by(new)
    alone = len(old) == len(new) == 1
    if len(rest_old) == len(rest_new) == 1 and _is_same_answer(old[rest_old[0]], new[rest_new[0]]):
        return {rest_old[0]: rest_new[0]}

    @cache
    def score(a: int, b: int) -> float:
        found = likeness(asked_old[rest_old[a]], asked_new[rest_new[b]])
        if alone and found:
            return 1.0  # two recordings of one call each were made to be compared
        return found - 0.01 * abs(a / len(rest_old) - b / len(rest_new)) if found >= LIKE_ENOUGH else 0.0

    if _are_few(rest_old, rest_new):
        couples = likest(len(rest_old), len(rest_new), score)
    else:
        marks = [_marks(asked_old[i]) for i in rest_old], [_marks(asked_new[j]) for j in rest_new]
        couples = match_by_marks(*marks, score)
    return {rest_old[a]: rest_new[b] for a, b in couples.items()}


def _is_same_answer(old: Interaction, new: Interaction) -> bool:
    """Whether the one request of either side that is left was sent to the same place and got the very same answer: it
    was made the same, whatever else was asked.
    """
    sides = [
        (each.request.method.upper(), each.request.url, each.response.status_code, each.response.body.text)
        for each in (old, new)
    ]
    return sides[0] == sides[1] and bool(sides[0][-1])


def _marks(asked: Asked) -> frozenset[Hashable]:
    return frozenset((*asked.words, *asked.opening, *asked.question, *asked.history))


# --- the order -------------------------------------------------------------------------------------------------------


def _in_order(old: Sequence[Interaction], new: Sequence[Interaction], coupled: dict[int, int]) -> Iterator[Pair]:
    partner = {j: i for i, j in coupled.items()}
    kept = kept_in_order(old, new, coupled)
    gone = [*_alone(old, new, coupled).values()]
    come = _alone(new, old, partner)
    for j, interaction in enumerate(new):
        i = partner.get(j)
        if i is None:
            yield replace(come[j], old=None, new=interaction)
            continue
        while i in kept and gone and gone[0].old is not None and gone[0].old.index < old[i].index:
            yield gone.pop(0)
        moved = i not in kept
        yield Pair(old=old[i], new=interaction, moved=moved, free=moved and is_free(old, new, (coupled, partner), i))
    yield from gone


def _alone(side: Sequence[Interaction], other: Sequence[Interaction], partners: Mapping[int, int]) -> dict[int, Pair]:
    """The interactions of one side without a partner, as pairs with only an old side, by their numbers."""
    reasons = _reasons(side, partners.keys())
    return {
        number: Pair(
            old=side[number], new=None, why=each.why, twin=None if each.twin is None else other[partners[each.twin]]
        )
        for number, each in reasons.items()
    }


# --- why one stands alone --------------------------------------------------------------------------------------------


@record
class _Reason:
    """`twin` is the index of the same request in the same recording."""

    why: str = ""
    twin: int | None = None


def _reasons(interactions: Sequence[Interaction], coupled: Collection[int]) -> dict[int, _Reason]:
    """Why each interaction without a partner is there, by number: it was retried, is a retry, or repeats another."""
    if len(coupled) == len(interactions):
        return {}
    times: dict[Hashable, list[int]] = {}
    alike: dict[Hashable, int] = {}
    for index, interaction in enumerate(interactions):
        times.setdefault(_address_of(interaction), []).append(index)
        if index in coupled:
            alike.setdefault(whole_request_of(interaction), index)
    reasons: dict[int, _Reason] = {}
    for indices in times.values():
        kept = (each for each in indices if each in coupled)
        twin = next(kept, alike.get(whole_request_of(interactions[indices[0]])))
        reasons.update(_reasons_of_one(interactions, indices, coupled, twin))
    return {index: reasons[index] for index in sorted(reasons)}


def _reasons_of_one(
    interactions: Sequence[Interaction], indices: Sequence[int], coupled: Collection[int], twin: int | None
) -> Iterator[tuple[int, _Reason]]:
    """The reasons for the occurrences of one request that have no partner."""
    failures = [failure_of(interactions[index]) for index in indices]
    for number, index in enumerate(indices):
        if index not in coupled:
            again = _again(failures, number)
            yield index, _Reason(why=again) if again or twin is None else _likened(interactions, index, twin)


def _address_of(interaction: Interaction) -> Hashable:
    """What is asked, and where."""
    return whole_request_of(interaction), url_path(interaction.request.url)


def _likened(interactions: Sequence[Interaction], index: int, other: int) -> _Reason:
    """That it is the same request as another one, unless it is not."""
    one, twin = interactions[index], interactions[other]
    name = f"interactions[{twin.index}]"
    if difference := difference_of(one, twin):
        return _Reason(why=f"as {name}, but for {difference}")
    answers = other_answer(one, twin)
    return _Reason(why=f"the same request as {name}" + (f", but {answers}" if answers else ""), twin=other)


def _again(failures: list[str], number: int) -> str:
    """Why a request was made once more; `failures` are those of every time, empty for an answer."""
    if failures[number] and not all(failures[number:]):
        return f"answered with {failures[number]}, then tried again"
    return f"a retry after {failures[number - 1]}" if number and failures[number - 1] else ""
