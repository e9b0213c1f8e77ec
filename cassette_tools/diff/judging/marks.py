"""One mark that a client puts at many places, or no longer puts there, in one line: where the cache ends, how strict a
tool is.
"""

from __future__ import annotations

import re

from cassette_tools._record import record
from cassette_tools.words import short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Iterator

    from cassette_tools.finding import Drift, Said

    Group = list[tuple[Drift, Said]]

CAME, WENT = "request-field-added", "request-field-removed"


@record
class _Mark:
    """A field by its name within an element of a list, and its value; `holder` is what the list is of, and `element`
    which of its elements has it.
    """

    name: str
    value: str
    came: bool
    holder: str
    element: str


def marks_in(findings: Iterable[tuple[Drift, Said]], apart: Collection[str]) -> Iterator[tuple[Group, str]]:
    """The groups of findings that are one mark at places of several kinds, each with its line. What has a fingerprint
    in `apart` is told by itself.
    """
    groups: dict[Hashable, Group] = {}
    for finding, said in findings:
        mark = _mark_of(finding, said)
        if mark is not None:
            key = finding.level, finding.cause, finding.fingerprint in apart, mark.name, mark.value, mark.came
            groups.setdefault(key, []).append((finding, said))
    for group in groups.values():
        marks = [mark for finding, said in group if (mark := _mark_of(finding, said)) is not None]
        if len({each.holder for each in marks}) > 1:
            yield group, _in_words(marks, group)


def _mark_of(finding: Drift, said: Said) -> _Mark | None:
    if finding.rule == "tool-definition-changed":
        return _mark_of_tool(said)
    if finding.rule not in (CAME, WENT):
        return None
    # ``interactions[0].request.input_messages[0].content[0].cache_control.ttl``
    _, asked, place = finding.path.partition("request.")
    element, _, name = place.rpartition("].")
    found = _HOLDER.match(element + "]")
    if not (asked and element and found and _NAME.fullmatch(name)):
        return None
    came = finding.rule == CAME
    value = short(finding.new if came else finding.old)
    holder = _HOLDERS.get(found["holder"], found["holder"])
    return _Mark(name=name, value=value, came=came, holder=holder, element=found["element"])


_HOLDER = re.compile(r"(?P<holder>[A-Za-z_]+)(?P<element>[^A-Za-z_\]][^\]]*\])")
_NAME = re.compile(r"[\w.]+")


def _mark_of_tool(said: Said) -> _Mark | None:
    """The mark that is all that became of a tool: ``cache_control {"type": "ephemeral"} is new``."""
    found = _NOTE.fullmatch(said.note)
    if found is None:
        return None
    return _Mark(
        name=found["name"], value=found["value"], came=found["end"] == "new", holder="tools", element=said.subject
    )


_NOTE = re.compile(r"(?P<name>[\w.]+) (?P<value>\S[^;]*) is (?P<end>new|gone)")


def _in_words(marks: list[_Mark], group: Group) -> str:
    first, calls = marks[0], {call for _, said in group for call in said.calls}
    listed = _enumerated(_places(marks, len(calls)))
    more = f", in {len(calls)} calls" if len(calls) > 1 else ""
    told = "".join(f"; {each}" for each in _beside(first, group))
    value = first.value.strip('"')
    if first.came:
        return f"the request now has {first.name} {value} in {listed}{more}{told}"
    return f"the request no longer has {first.name} in {listed}; it was {value}{more}{told}"


def _places(marks: list[_Mark], calls: int) -> list[str]:
    """Where the mark stands, a list at a time."""
    holders: dict[str, set[str]] = {}
    for mark in marks:
        holders.setdefault(mark.holder, set()).add(mark.element)
    return [_place(holder, elements, calls) for holder, elements in holders.items()]


def _enumerated(places: list[str]) -> str:
    """``a, b and c``."""
    return " and ".join(filter(None, (", ".join(places[:-1]), *places[-1:])))


def _beside(mark: _Mark, group: Group) -> Iterable[str]:
    """What the lines say behind the mark; a value with such a sign in it is no such saying."""
    if "; " in mark.value:
        return ()
    beside = dict.fromkeys(said.words.partition("; ")[2] for _, said in group)
    return [each for each in beside if each and not each.startswith("it was ")]


def _place(holder: str, elements: Collection[str], calls: int) -> str:
    """``3 messages``, ``the system prompt``, ``the tool t2``; in several calls each has its own number of messages."""
    if holder == "tools":
        return f"the tool{'s' if len(elements) > 1 else ''} {', '.join(sorted(elements))}"
    if holder == _SYSTEM:
        return "the system prompt"
    noun = holder.removesuffix("s")
    if calls > 1:
        return f"{noun}s"
    return f"{len(elements)} {noun}s" if len(elements) > 1 else f"a {noun}"


_SYSTEM = "the system prompt"
_HOLDERS = dict.fromkeys(("input_messages", "contents", "input", "messages"), "messages") | dict.fromkeys(
    ("system", "systemInstruction", "system_instruction", "system_instructions", "instructions"), _SYSTEM
)
