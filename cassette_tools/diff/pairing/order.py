"""Calls in another order: which overtook which, and whether one depends on the other."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from cassette_tools.diff.pairing.asked import alike, asked_by, failure_of, part_key, question_of
from cassette_tools.diff.values.matching import longest_rise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence

    from cassette_tools.model import Interaction, Message, Part


def is_free(
    old: Sequence[Interaction],
    new: Sequence[Interaction],
    partners: tuple[Mapping[int, int], Mapping[int, int]],
    i: int,
) -> bool:
    """Whether a call depends on no model call that it overtook, or that overtook it, and none of them depends on it.
    Only the nearest calls are checked: to check all takes time that grows with the square of a recording in another
    order.
    """
    coupled, partner = partners
    near_old, near_new = _near(i), _near(coupled[i])
    near = {each for each in near_old if each in coupled} | {partner[each] for each in near_new if each in partner}
    crossed = [each for each in sorted(near) if (each < i) != (coupled[each] < coupled[i])]
    return all(
        _are_independent(_as_they_stand(old, each, i), _as_they_stand(new, coupled[each], coupled[i]))
        for each in crossed
    )


def _near(position: int) -> range:
    return range(max(0, position - _NEAR), position + _NEAR + 1)


_NEAR = 100  # calls before and behind


def _as_they_stand(side: Sequence[Interaction], one: int, other: int) -> tuple[Interaction, Interaction]:
    return side[min(one, other)], side[max(one, other)]


def _are_independent(*sides: tuple[Interaction, Interaction]) -> bool:
    """Whether two calls may be made at the same time, as both recordings have them in their order: they were in one of
    these, or have nothing to do with each other; and neither knows what the other was answered.
    """
    may = any(were_at_once(*side) for side in sides) or all(_are_apart(*side) for side in sides)
    return may and not any(_knows(*each) for one, other in sides for each in ((one, other), (other, one)))


def _are_apart(one: Interaction, other: Interaction) -> bool:
    """Whether two calls are another's work (another model, another system prompt) or two of a batch. One asker's
    questions are asked in an order; what a tool fetches for one is nothing to another.
    """
    return _askers_differ(one, other) or _are_of_a_batch(one, other) or (one.llm is None) != (other.llm is None)


def _are_of_a_batch(one: Interaction, other: Interaction) -> bool:
    """Whether one question is asked of two things: the same words but for a few, nothing said before, all else equal
    ("What is the capital of Brazil?").
    """
    calls = (one.llm, other.llm)
    if calls[0] is None or calls[1] is None:
        return False
    if calls[0].tools != calls[1].tools or calls[0].parameters != calls[1].parameters:
        return False
    asked = asked_by((one, other))
    return max(each.count for each in asked) == 1 and alike(asked[0].question, asked[1].question) >= _TEMPLATE


_TEMPLATE = 0.6  # of the words: the same sentence about something else


def _askers_differ(one: Interaction, other: Interaction) -> bool:
    calls = (one.llm, other.llm)
    if calls[0] is None or calls[1] is None:
        return False
    prompts = [tuple(map(part_key, call.system_instructions)) for call in calls if call is not None]
    return calls[0].request_model != calls[1].request_model or prompts[0] != prompts[1]


def _knows(later: Interaction, earlier: Interaction) -> bool:
    """Whether a request holds what another call answered, or its id; of what is no conversation that is not known."""
    asked, answered = later.llm, earlier.llm
    if (asked is None) != (answered is None):
        return _is_fetched(later, earlier)
    if asked is None or answered is None or not (asked.input_messages and answered.input_messages):
        return True
    name = answered.response_id
    if name and name in (later.request.body.text or later.request.url):
        return True
    return not _keys_of(answered.output_messages).isdisjoint(_keys_of(asked.input_messages))


def _keys_of(messages: Sequence[Message]) -> set[Hashable]:
    return {part_key(part) for part in _parts(messages)}


def _is_fetched(later: Interaction, earlier: Interaction) -> bool:
    """Whether a conversation goes on with what was fetched, or asked for it: then a tool stands between. An address
    that a model thinks of, or repeats from what it was asked, fetches nothing.
    """
    parts, repeated, known = _around_what_is_fetched(later, earlier)
    known = known.strip()[:_KNOWN]
    through_tool = any(part.type in ("tool_call", "tool_call_response") for part in parts)
    return not parts or not known or through_tool or (known in _said(parts) and known not in repeated)


def _around_what_is_fetched(later: Interaction, earlier: Interaction) -> tuple[list[Part], str, str]:
    """The parts that may mention a fetched text, the text that they may only repeat, and the fetched text."""
    if later.llm is not None:
        return _parts(later.llm.input_messages), "", earlier.response.body.text or ""
    if earlier.llm is None:
        return [], "", ""
    parts = [each for each in _parts(earlier.llm.output_messages) if each.type != "reasoning"]
    return parts, _said(_parts(earlier.llm.input_messages)), later.request.url.partition("?")[0]


def _parts(messages: Sequence[Message]) -> list[Part]:
    return [part for message in messages for part in message.parts]


def _said(parts: Sequence[Part]) -> str:
    return "".join(str(part_key(part)) for part in parts)


_KNOWN = 80  # characters of what was fetched that nothing else begins with


def kept_in_order(old: Sequence[Interaction], new: Sequence[Interaction], coupled: dict[int, int]) -> set[int]:
    """Those that others did not overtake. The same request sent again overtakes nobody, nor does one that had to be
    sent again: it stands where it was first tried, or where it came through.
    """
    order = sorted(coupled)
    if all(coupled[i] < coupled[k] for i, k in pairwise(order)):
        return {*order}
    places_old = [{i: i for i in order}, _first_tries(old, {*order})]
    places_new = [{j: j for j in coupled.values()}, _first_tries(new, {*coupled.values()})]
    ways = [_rise(new, coupled, left, right) for left in places_old for right in places_new]
    return max(ways, key=len)


def _rise(
    new: Sequence[Interaction], coupled: dict[int, int], places_old: dict[int, int], places_new: dict[int, int]
) -> set[int]:
    by_new = sorted(coupled, key=lambda i: places_new[coupled[i]])
    groups: dict[Hashable, list[int]] = {}
    for i in by_new:
        groups.setdefault(question_of(new[coupled[i]]), []).append(i)
    standing: dict[int, int] = {}
    for members in groups.values():
        standing.update(zip(members, sorted(places_old[i] for i in members), strict=True))
    rise = {*longest_rise([standing[i] for i in by_new])}
    return {i for i in coupled if standing[i] in rise}


def _first_tries(interactions: Sequence[Interaction], coupled: Collection[int]) -> dict[int, int]:
    """Where each of the coupled interactions was tried first."""
    tried: dict[Hashable, int] = {}
    places: dict[int, int] = {}
    for index, interaction in enumerate(interactions):
        if index in coupled:
            places[index] = tried.pop(question_of(interaction), index)
        elif failure_of(interaction):
            tried.setdefault(question_of(interaction), index)
    return places


_CREATED = ("created", "created_at")  # OpenAI's chat, and its Responses: seconds since 1970


def were_at_once(first: Interaction, second: Interaction) -> bool:
    """Whether the call that stands second was answered before the one that stands first: then it did not wait for it,
    and both were made at the same time.
    """
    moments = dict(_moments(first)), dict(_moments(second))
    return any(moments[1][name] < moments[0][name] for name in moments[0].keys() & moments[1].keys())


def _moments(interaction: Interaction) -> Iterator[tuple[str, float]]:
    """Each field that says when an answer was given, with that moment; a header only where it is a date."""
    body = None if interaction.llm is None else interaction.llm.body
    fields = body if isinstance(body, dict) else {}
    for name in _CREATED:
        value = fields.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield name, value
    date = interaction.response.headers.get("date")
    moment = None if date is None else _moment_of(date)
    if moment is not None:
        yield "date", moment


@lru_cache(maxsize=1024)  # each call may be compared with each
def _moment_of(date: str) -> float | None:
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError, OSError):
        return None
