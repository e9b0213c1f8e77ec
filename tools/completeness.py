"""Is every change of a recording told? One JSON value, one header, or one character or byte of a body that is no JSON
is changed in a real recording, and `diff` must say so.

    python tools/completeness.py FOLDER [--only DIALECT] [--file PART]
                                 [--kinds change,retype,remove,add,rename,header,text,all,across]
                                 [--limit N] [--every] [--classes N]

Of every interaction under FOLDER/corpus and FOLDER/seeds, each value of a JSON body (and of each event of a stream) is
changed, given another type, taken away, or given another name; each object and list gets one more member; each header
likewise. A field that a body, or the events of a stream, have more than once is taken away, set to null and renamed
everywhere at once (the kind `all`), while a stream has another word in its text: that must not hide it. What several
calls of one API have in the same place is changed in all of them at once (the kind `across`), as another version of a
client or of the API does: it may be told in one line, at any of them. Of a body that is no JSON, and of events that
are none, one character or byte at the beginning, in the middle and at the end is changed. The recording is compared
with itself thus mutated:

- TOLD: a finding of any level names the place (its path, message or values do, or its place contains it) and stands, on
  each side that has the leaf, at the line of the leaf;
- LINE: findings name it, and stand at another line;
- NO LINE: findings name it, and have no place at all on a side that has the leaf;
- ELSEWHERE: there are findings, and none of them names it;
- SWALLOWED: there is none.

What is told by noise alone is counted by the row that made noise of it. `ALLOWED` holds what may go untold.

In a stream, of each path in each kind of event the first, the last and one between are tried; of a long list of
numbers the first, the last and one between (--every: all of them). --limit takes so many mutations of each file, evenly
spread. A recorded length (which any edit of a body makes wrong) is left out of the message that is mutated.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from multiprocessing import Pool
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from cassette_tools._record import replace
from cassette_tools.data.drift import JUDGEMENTS, PROFILES
from cassette_tools.diff import compare
from cassette_tools.diff.http.event_kinds import event_kind
from cassette_tools.errors import CassetteError
from cassette_tools.load import load_source, understood
from cassette_tools.model import ABSENT, Body, Event, Headers, Place, Recording
from cassette_tools.places import header_place, value_at
from cassette_tools.source import Source
from cassette_tools.source.json_tree import find, members, pointer_from_route, route_from_pointer
from cassette_tools.volatile import volatile_field, volatile_header
from cassette_tools.wire.sse import parse

if TYPE_CHECKING:
    from cassette_tools.finding import Drift, Location, Region
    from cassette_tools.model import Interaction, Request, Response, Route

T = TypeVar("T")

TOLD, LINE, NO_LINE, ELSEWHERE, SWALLOWED = "told", "wrong line", "no line", "told elsewhere", "swallowed"
FAILURES = (SWALLOWED, ELSEWHERE, LINE, NO_LINE)
PARTS = tuple((side, part) for side in ("request", "response") for part in ("body", "headers"))
WEIGHTS = {"body": 4, "headers": 1}  # how many of a limited number of mutations go to each
KINDS = ("change", "retype", "remove", "add", "rename", "header", "text", "all", "across")

ACROSS = ("change", "retype", "remove", "add", "rename", "header-change", "header-remove")
NUMBERS = 16  # a list of more numbers than these is a vector
SHORT = 5  # a name of no more characters is found in other words by chance
ADDED, WORD = "added_field", "added"
RENAMED = "_renamed"
OF_ONE_EVENT = ("event-presence-changed", "interim-value-changed")  # noise: no words for what all of them lack
NO_CALL = "(no call)"
NO_ROW = "no row"


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may go untold: patterns of `fnmatch`, and why nothing sensible can be said."""

    verdict: str
    dialect: str
    side: str
    pointer: str
    kind: str
    reason: str


_NAMES_IT = "an element of a list that is known by this value came and another went: each is told where it begins"
_OWN_WORD = "told in the word that all APIs share; a body that is not in the file as it is has no places within"
_ALIKE = "of two that are alike nobody can tell which one is gone"
_IN_SUM = (
    "told in the sum that all APIs share (with the cache, with the thinking); the body is not in the file as it is"
)
_NO_PLACES = "a text more that repeats another; a body that is not in the file as it is has no places within"
_ANOTHER_API = "without what says which API answers it is read as another's, of which only the meaning is compared"
_NO_REQUEST = "requests that no longer ask anything are other requests: the old ones are no longer made"

ALLOWED: tuple[Allowed, ...] = (
    Allowed("wrong line", "*", "response", "*Details/[*]/modality", "*", _NAMES_IT),
    Allowed("wrong line", "*", "response", "*/safetyRatings/[*]/category", "*", _NAMES_IT),
    Allowed("told elsewhere", "*", "response", "/stop_reason", "re*", _OWN_WORD),
    Allowed("told elsewhere", "*", "response", "/stopReason", "re*", _OWN_WORD),
    Allowed("told elsewhere", "openai.responses", "response", "/status", "re*", _OWN_WORD),
    Allowed("told elsewhere", "gemini.*", "response", "/candidates/[*]", "add", _OWN_WORD),
    *(
        Allowed(
            verdict,
            "openai.realtime",
            "response",
            "[[]sent *]/type",
            "*",
            "a message without its kind is told as one of the others that the client sends",
        )
        for verdict in ("told elsewhere", "no line")
    ),
    Allowed("no line", "openai.chat", "response", "/choices", "re*", "the end that is not given stands nowhere"),
    Allowed("told elsewhere", "anthropic.messages", "response", "*/type", "re*", _ANOTHER_API),
    Allowed("told elsewhere", "anthropic.messages", "response", "*/role", "re*", _ANOTHER_API),
    Allowed(
        "told elsewhere",
        "bedrock.converse",
        "request",
        "/messages/[*]/content/[*]/document/source*",
        "re[tm]*",
        "a document without bytes is told as another document; its body is not in the file as it is",
    ),
    Allowed(
        "wrong line",
        "openai.*",
        "request",
        "/messages/[*]/role",
        "*",
        "a message that nobody says is another message, and is told where it begins",
    ),
    Allowed("wrong line", "resources", "response", "*/benchmarks/[!/]*/[*]/category", "change", _NAMES_IT),
    Allowed("told elsewhere", "anthropic.messages", "response", "[[]message_start]/type", "change", _ANOTHER_API),
    Allowed("wrong line", "anthropic.messages", "response", "/type", "change", _ANOTHER_API),
    Allowed("told elsewhere", "anthropic.messages", "response", "/usage/input_tokens", "change", _IN_SUM),
    Allowed("told elsewhere", "gemini.*", "response", "/usageMetadata/candidatesTokenCount", "change", _IN_SUM),
    Allowed("told elsewhere", "*", "request", "/messages/[*]/content/[*]", "add", _NO_PLACES),
    Allowed("told elsewhere", "bedrock.converse", "response", "/output/message/content/[*]", "add", _NO_PLACES),
    Allowed("told elsewhere", "gemini.*", "response", "/candidates/[*]/content/parts/[*]", "add", _NO_PLACES),
    Allowed("told elsewhere", "openai.chat", "request", "/messages/[*]/content/[*]", "remove", _ALIKE),
    Allowed("wrong line", "openai.embeddings", "request", "/input/[*]/[*]", "remove", _ALIKE),
    Allowed(
        "wrong line",
        "openai.responses",
        "response",
        "/output/[*]/summary/[*]",
        "add",
        "a reasoning in several parts is one text, and is told where that begins",
    ),
    Allowed(
        "wrong line",
        "openai.chat",
        "response",
        "/choices/[*]/index",
        "change",
        "of two choices that have one number nobody can tell which is which",
    ),
    Allowed(
        "told elsewhere",
        "*",
        "request",
        "/tools/[*]/*/required/[*]",
        "*",
        "told by the name of the property, which may be of one letter: a is optional now",
    ),
    Allowed(
        "told elsewhere",
        "anthropic.messages",
        "request",
        "/messages",
        "re*",
        "a request without its messages is another request; a body alone in its file has no places within",
    ),
    Allowed(
        "told elsewhere",
        "openai.chat",
        "response",
        "/usage/cost_details/*",
        "retype",
        "of an object that is noise as a whole only the values that differ are shown",
    ),
    Allowed("told elsewhere", "*", "request", "/messages*", "across-re*", _NO_REQUEST),
    Allowed("wrong line", "*", "request", "/messages", "across-re*", _NO_REQUEST),
    Allowed("wrong line", "openai.responses", "request", "/input", "across-re*", _NO_REQUEST),
    Allowed(
        "no line",
        "*",
        "request",
        "",
        "text",
        "a field of a form whose header is damaged is a field no more: it has a line in the old file only",
    ),
)


@dataclass(frozen=True, slots=True, order=True)
class Class:
    """Mutations that are alike."""

    dialect: str
    side: str  # request, response
    framing: str  # json, tree, sse, …, headers
    pointer: str  # indices as *, the kind of the event before it
    kind: str


@dataclass(slots=True)
class Tally:
    """What became of the mutations of some files."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)  # (dialect, verdict)
    noise: Counter[tuple[str, str]] = field(default_factory=Counter)  # (rule, row)
    classes: dict[tuple[str, Class], list[Any]] = field(default_factory=dict)  # (verdict, class): [count, example]
    allowed: Counter[Allowed] = field(default_factory=Counter)
    rules: Counter[tuple[str, str]] = field(default_factory=Counter)  # (verdict, the first finding's rule)
    raised: list[str] = field(default_factory=list)

    def note(self, verdict: str, what: Class, example: str) -> None:
        if verdict != TOLD:
            row = next((row for row in ALLOWED if _is_allowed(row, verdict, what)), None)
            if row is not None:
                self.allowed[row] += 1
                verdict = "allowed"
            else:
                entry = self.classes.setdefault((verdict, what), [0, example])
                entry[0] += 1
        self.counts[what.dialect, verdict] += 1

    def add(self, other: Tally) -> None:
        self.counts += other.counts
        self.noise += other.noise
        self.allowed += other.allowed
        self.rules += other.rules
        self.raised += other.raised
        for key, (count, example) in other.classes.items():
            entry = self.classes.setdefault(key, [0, example])
            entry[0] += count

    def of(self, verdict: str) -> list[tuple[Class, int, str]]:
        """The classes with that verdict: of bodies, then of headers, the most frequent first."""
        rows = [(what, count, example) for (each, what), (count, example) in self.classes.items() if each == verdict]
        return sorted(rows, key=lambda row: (row[0].framing == "headers", -row[1], row[0]))


def _is_allowed(row: Allowed, verdict: str, what: Class) -> bool:
    return (
        row.verdict == verdict
        and fnmatchcase(what.dialect, row.dialect)
        and fnmatchcase(what.side, row.side)
        and any(fnmatchcase(kind, row.kind) for kind in (what.kind, what.kind.removeprefix("across-")))
        and fnmatchcase(what.pointer, row.pointer)
    )


# --- mutations of a JSON text ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Edit:
    """One mutation of a JSON text: put `text` in place of what stands from `start` to `end`.

    `route` leads to the leaf: to the old one, or to the one that is added. `old_at` is where it stands in the old
    text and `new_at` where it stands in the new one; ``None`` where it stands in one of them only. A key
    with its value, and what holds others, stands on all the lines up to `old_to` or `new_to`: any of them is its own.
    """

    kind: str
    route: Route
    start: int
    end: int
    text: str
    old_at: int | None
    new_at: int | None
    old: Any = None
    new: Any = None
    old_to: int | None = None
    new_to: int | None = None


def edits(text: str, document: Any, *, every: bool = False) -> Iterator[Edit]:
    """Every mutation of the JSON `text`, which says `document`."""
    start = next(index for index, char in enumerate(text) if char in "{[")
    yield from _edits(text, start, document, (), every)


def _edits(text: str, start: int, holder: Any, route: Route, every: bool) -> Iterator[Edit]:
    is_object = isinstance(holder, dict)
    found = members(text, start)
    last = {key: number for number, (key, _, _) in enumerate(found)}  # of keys that are twice there, the last counts
    yield from _additions(text, start, holder, route, found)
    wanted = range(len(found)) if every or not _is_vector(holder) else (0, len(found) // 2, len(found) - 1)
    for number in wanted:
        key, first, end = found[number]
        if last[key] != number:
            continue
        value = holder[key]
        way = (*route, key)
        at = _value_start(text, first) if is_object else first
        to = end if isinstance(value, dict | list) else at  # a folded scalar may break between a key and its value
        if isinstance(value, dict | list):
            if value:
                yield from _edits(text, at, value, way, every)
            else:
                yield from _additions(text, at, value, way, [])
        else:
            other = changed(value)
            yield Edit("change", way, at, end, json.dumps(other), at, at, value, other)
        other = retyped(value)
        yield Edit("retype", way, at, end, json.dumps(other), at, at, value, other, old_to=to)
        if number + 1 < len(found):
            yield Edit("remove", way, first, found[number + 1][1], "", first, None, value, old_to=to)
        else:
            cut = found[number - 1][2] if number else first
            yield Edit("remove", way, cut, end, "", first, None, value, old_to=to)
        if is_object:
            name = f"{key}{RENAMED}"
            quoted = _value_end(text, first)
            quoted_name = json.dumps(name)
            moved = at + len(quoted_name) - (quoted - first)
            yield Edit("rename", way, first, quoted, quoted_name, first, first, key, name, old_to=at, new_to=moved)


def _additions(
    text: str, start: int, holder: Any, route: Route, found: list[tuple[str | int, int, int]]
) -> Iterator[Edit]:
    """One more member: the first of an object, the last of a list."""
    inside = start + 1
    gap = text[inside : found[0][1]] if found else ""
    if isinstance(holder, dict):
        if ADDED in holder:
            return
        at = inside + len(gap)
        member = f'"{ADDED}": "{WORD}"' + (f",{gap or ' '}" if found else "")
        yield Edit("add", (*route, ADDED), at, at, member, None, at, None, WORD)
        return
    end = found[-1][2] if found else inside
    value = another(holder[-1]) if found else WORD
    element = json.dumps(value)
    comma = "," + (gap or " ") if found else ""
    at = end + len(comma)
    to = at + len(element) if isinstance(value, dict | list) else None
    yield Edit("add", (*route, len(found)), end, end, comma + element, None, at, None, value, new_to=to)


def _is_vector(holder: Any) -> bool:
    return isinstance(holder, list) and len(holder) > NUMBERS and all(type(each) in (int, float) for each in holder)


def _value_end(text: str, start: int) -> int:
    """The end of the string whose opening quote is at `start`."""
    end = json.decoder.scanstring(text, start + 1, False)[1]  # type: ignore[attr-defined]
    return int(end)


def _value_start(text: str, key: int) -> int:
    """Where the value begins whose key begins at `key`."""
    match = _COLON.match(text, _value_end(text, key))
    assert match is not None
    return match.end()


_COLON = re.compile(r"[ \t\r\n]*:[ \t\r\n]*")
_WORDS = re.compile(r"(?<!\\)[^\W_]+")


def changed(value: Any) -> Any:
    """Another value of the same type; of nothing, a word."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1 if value + 1 != value else 0
    if value is None:
        return "changed"
    return other_words(value)


def retyped(value: Any) -> Any:
    """What a sloppy server sends in place of a value: a number or a truth as text, nothing in place of the rest."""
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    return "" if value is None else None


def another(value: Any) -> Any:
    """A value like this one; of an object or a list a copy whose longest text is another."""
    if not isinstance(value, dict | list):
        return changed(value)
    copy = json.loads(json.dumps(value))
    found: list[tuple[int, Any, Any]] = []
    pending = [copy]
    while pending:
        holder = pending.pop()
        for key, inner in list(holder.items() if isinstance(holder, dict) else enumerate(holder)):
            if isinstance(inner, dict | list):
                pending.append(inner)
            elif isinstance(inner, str):
                found.append((len(inner), holder, key))
    if found:
        _, holder, key = max(found, key=lambda each: each[0])
        holder[key] = other_words(holder[key])
    return copy


def other_words(text: str) -> str:
    """A text one word of which, the one in the middle, is another of the same form."""
    found = list(_WORDS.finditer(text))
    if not found:
        return f"{text}x"
    word = found[len(found) // 2]
    shifted = "".join(map(_shifted, word[0]))
    if shifted == word[0]:
        shifted += "x"
    return text[: word.start()] + shifted + text[word.end() :]


def _shifted(char: str) -> str:
    return _NEXT.get(char, char)


_NEXT = {
    each: alphabet[(number + 1) % len(alphabet)]
    for alphabet in ("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789")
    for number, each in enumerate(alphabet)
}
_NEXT |= {"f": "a", "F": "A"}  # so that hexadecimal stays hexadecimal


# --- mutations of an interaction -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mutation:
    """One mutation of one interaction: of its `side`, in the event number `event` or the header number `header`.

    `edits` are those of a field that is mutated everywhere at once, the first of them `edit`, with their events.
    """

    side: str
    kind: str
    edit: Edit | None = None
    event: int | None = None
    header: int | None = None
    edits: tuple[tuple[int | None, Edit], ...] = ()

    def singles(self) -> Iterator[Mutation]:
        """The mutations that are made: of one everywhere at once any may be told, the first few and the last few first,
        in which streams have what is null before.
        """
        if not self.edits:
            yield self
            return
        last = len(self.edits) - 1
        first = sorted({*range(min(3, last)), last // 2, *range(max(0, last - 2), last + 1)})
        for number in dict.fromkeys((*first, *range(last + 1))):
            event, edit = self.edits[number]
            yield Mutation(self.side, edit.kind, edit=edit, event=event)


class Subject:
    """One interaction of a file, to be mutated again and again."""

    def __init__(self, source: Source, recording: Recording, interaction: Interaction) -> None:
        self.source = source
        self.recording = recording
        self.interaction = interaction
        self._regions: dict[Place, Region] = {}
        self._bases: dict[str, Interaction] = {}

    @property
    def dialect(self) -> str:
        return self.interaction.llm.dialect if self.interaction.llm is not None else NO_CALL

    def has(self, part: tuple[str, str]) -> bool:
        """Whether there is something to mutate in a part."""
        body = _message(self.interaction, part[0]).body
        return part[1] == "headers" or bool(body.events) or isinstance(body.json, dict | list) or _is_plain(body)

    def mutations(self, side: str, part: str, *, every: bool = False) -> Iterator[Mutation]:
        """The mutations of one part of the interaction."""
        message = _message(self.interaction, side)
        body = message.body
        if part == "headers":
            for number in range(len(message.headers.pairs)):
                for kind in ("header-change", "header-remove", "header-rename"):
                    yield Mutation(side, kind, header=number)
            yield Mutation(side, "header-add", header=len(message.headers.pairs))
        elif body.stream:
            for event, edit in _event_edits(body.events, every=every):
                yield Mutation(side, edit.kind, edit=edit, event=event)
            yield from _everywhere(side, [(number, event.data, event.json) for number, event in enumerate(body.events)])
        elif body.text is not None and isinstance(body.json, dict | list):
            for edit in edits(body.text, body.json, every=every):
                yield Mutation(side, edit.kind, edit=edit)
            yield from _everywhere(side, [(None, body.text, body.json)])
        elif _is_plain(body):
            for edit in plain_edits(body.text if body.text is not None else body.raw or b""):
                yield Mutation(side, edit.kind, edit=edit)

    def class_of(self, mutation: Mutation) -> Class:
        message = _message(self.interaction, mutation.side)
        body = message.body
        if mutation.header is not None:
            added = mutation.header == len(message.headers.pairs)
            name = "(any)" if added else message.headers.pairs[mutation.header][0].lower()
            return Class(self.dialect, mutation.side, "headers", name, mutation.kind)
        assert mutation.edit is not None
        pointer = normal(mutation.edit.route, self.dialect)
        if mutation.event is not None:
            event = body.events[mutation.event]
            kind = event_kind(event.event, event.json)
            pointer = f"[{kind}]{pointer}" if kind else pointer
        framing = body.stream or ("tree" if body.tree else "text" if mutation.kind == "text" else "json")
        return Class(self.dialect, mutation.side, framing, pointer, mutation.kind)

    # --- the mutated interaction ---

    def base(self, side: str) -> Interaction:
        """The interaction without what an edit of the body would make wrong: its recorded length."""
        if side not in self._bases:
            message = _message(self.interaction, side)
            kept = [n for n, (name, _) in enumerate(message.headers.pairs) if name.lower() != "content-length"]
            routes = message.headers.routes
            headers = Headers(
                pairs=tuple(message.headers.pairs[n] for n in kept),
                routes=tuple(routes[n] for n in kept) if routes else (),
            )
            body = replace(message.body, raw=_raw(message.body, message.body.text, message.body.events))
            self._bases[side] = _with_message(
                self.interaction, side, replace(message, headers=headers, content_length=None, body=body)
            )
        return self._bases[side]

    def mutated(self, mutation: Mutation) -> tuple[Interaction, Interaction]:
        """The interaction before and after."""
        if mutation.header is not None:
            message = _message(self.interaction, mutation.side)
            message = replace(message, headers=_other_headers(message.headers, mutation))
            after = _with_message(self.interaction, mutation.side, message)
            return self.interaction, understood(replace(after, llm=None))
        before = self.base(mutation.side)
        message = _message(before, mutation.side)
        assert mutation.edit is not None
        body = message.body
        for number, edit in reversed(mutation.edits or ((mutation.event, mutation.edit),)):
            body = _other_text(body, edit) if number is None else _other_event(body, number, edit)
        after = _with_message(before, mutation.side, replace(message, body=body))
        return before, understood(replace(after, llm=None))

    # --- what is said of it ---

    def verdict(self, mutation: Mutation) -> tuple[str, list[Drift]]:
        """What becomes of a mutation, and the findings that tell of it (or all, where none does)."""
        before, after = self.mutated(mutation)
        if mutation.edits:
            same, before = before, self._reworded(before, mutation.side)
            beside = {(finding.rule, finding.path) for finding in self._compared(before, same)}
            findings = [
                each
                for each in self._compared(before, after)
                if (each.rule, each.path) not in beside and each.rule not in OF_ONE_EVENT
            ]
        else:
            findings = [*self._compared(before, after)]
        if not findings:
            return SWALLOWED, []
        best: tuple[str, list[Drift]] = (ELSEWHERE, findings)
        for single in mutation.singles():
            found = self.verdict_on(single, findings, before, after, everywhere=bool(mutation.edits))
            if _BY_GRAVITY.index(found[0]) < _BY_GRAVITY.index(best[0]):
                best = found
            if found[0] == TOLD:
                break
        return best

    def _compared(self, before: Interaction, after: Interaction) -> tuple[Drift, ...]:
        sides = (replace(self.recording, interactions=(side,)) for side in (before, after))
        return compare(*sides, locate=_held).findings

    def _reworded(self, interaction: Interaction, side: str) -> Interaction:
        """A stream with another word in the longest piece of its texts; whatever is no stream as it is."""
        body = _message(interaction, side).body
        trace = interaction.llm.trace if interaction.llm is not None and body.stream and side == "response" else {}
        found: list[tuple[int, int, Edit]] = []
        for pieces in trace.values():
            said = [(value_at(body.events[each.event_index].json, each.pointer), each) for each in pieces]
            texts = [(len(value), each) for value, each in said if isinstance(value, str)]
            if len({value for value, _ in said if isinstance(value, str)}) < 2:  # a role, said again and again
                continue
            size, piece = max(texts, key=lambda each: each[0])
            event = body.events[piece.event_index]
            found.extend(
                (size, piece.event_index, edit)
                for edit in edits(event.data, event.json)
                if edit.kind == "change" and pointer_from_route(edit.route) == piece.pointer
            )
        if not found:
            return interaction
        _, number, edit = max(found, key=lambda each: each[:2])
        message = replace(_message(interaction, side), body=_other_event(body, number, edit))
        return understood(replace(_with_message(interaction, side, message), llm=None))

    def verdict_on(
        self, mutation: Mutation, findings: list[Drift], before: Interaction, after: Interaction, *, everywhere: bool
    ) -> tuple[str, list[Drift]]:
        """What is told of a mutation, or of one of those that were made `everywhere`: what follows one has moved."""
        places = self._places(mutation, before, after)
        if everywhere:
            places = (places[0], None)
        body = None if mutation.header is not None else _message(after, mutation.side).body
        either = mutation.kind in (
            "rename",
            "header-rename",
            "retype",
        )  # that one is gone and that one came: either tells
        named = [finding for finding in findings if self._names(finding, mutation)]
        verdict = self._at_line(named, places, body, either=either) if named else ELSEWHERE
        if verdict != TOLD and _has_lines(body):  # a line of its own is as good as a name
            there = [each for each in findings if self._at_line([each], places, body, either=either) == TOLD]
            if there:
                return TOLD, there
        return verdict, named or findings

    def _names(self, finding: Drift, mutation: Mutation) -> bool:
        """Whether a finding speaks of the place of a mutation."""
        message = _message(self.interaction, mutation.side)
        if mutation.header is not None:
            pairs = message.headers.pairs
            name = pairs[mutation.header][0] if mutation.header < len(pairs) else ADDED_HEADER[0]
            return f"{mutation.side}.headers" in finding.path and name.lower() in finding.path.lower()
        edit = mutation.edit
        assert edit is not None
        if mutation.kind == "text":
            return f".{mutation.side}." in finding.path and ".headers." not in finding.path
        if any(_is_named(name, f"{finding.path} {finding.message}") for name in _names_of(edit)):
            return True
        start = 0 if mutation.event is None else message.body.events[mutation.event].offset
        places = (_place_of(finding.old_location), _place_of(finding.new_location))
        return any(_contains(place, message.body, start, edit.route) for place in places) or _is_in_values(
            finding, edit
        )

    def _at_line(
        self, findings: list[Drift], places: tuple[Place | None, Place | None], body: Body | None, *, either: bool
    ) -> str:
        """Whether findings stand at the lines of the leaf on both sides that have it, or on `either`."""
        old, new = places
        verdicts = []
        if old is not None:
            found = [place for place in (_place_of(finding.old_location) for finding in findings) if place is not None]
            right = any(self._is_at(place, old) for place in found)
            verdicts.append(NO_LINE if not found else TOLD if right else LINE)
        if new is not None:
            found = [place for place in (_place_of(finding.new_location) for finding in findings) if place is not None]
            right = any(_is_same_line(body, new, place) for place in found)
            verdicts.append(NO_LINE if not found else TOLD if right else LINE)
        return (min if either else max)(verdicts, key=_BY_GRAVITY.index)

    def _places(self, mutation: Mutation, before: Interaction, after: Interaction) -> tuple[Place | None, Place | None]:
        """Where the leaf stands in the old recording and in the new one."""
        sides = (_message(before, mutation.side), _message(after, mutation.side))
        if mutation.header is not None:
            number = mutation.header
            if mutation.kind == "header-remove":  # of fields that are alike nobody can tell which one is gone
                pairs = sides[0].headers.pairs
                number = max(n for n, pair in enumerate(pairs) if _is_alike(pair, pairs[number]))
            return (
                None if mutation.kind == "header-add" else header_place(sides[0], number),
                None if mutation.kind == "header-remove" else header_place(sides[1], mutation.header),
            )
        edit = mutation.edit
        assert edit is not None
        return (
            _leaf_place(sides[0].body, mutation.event, edit.route, edit.old_at, edit.old_to),
            _leaf_place(sides[1].body, mutation.event, _new_route(edit), edit.new_at, edit.new_to),
        )

    def _is_at(self, place: Place, wanted: Place) -> bool:
        """Whether a place in the old file is on a line of the leaf (or header)."""
        here, there = self._region(place), self._region(wanted)
        begun = self._region(replace(place, character=None))  # of a word, where its text begins
        if any(there.line <= each.line <= there.end_line for each in (here, begun)):
            return True
        if wanted.offset is not None:
            return False
        return _is_within(place, wanted) or here.line == self._region(replace(wanted, on_key=True)).line

    def _region(self, place: Place) -> Region:
        if place not in self._regions:
            self._regions[place] = self.source.region(place)
        return self._regions[place]


@dataclass(frozen=True, slots=True)
class Across:
    """One mutation made in several interactions at once."""

    what: Class
    made: tuple[tuple[Subject, Mutation], ...]

    def verdict(self) -> tuple[str, list[Drift]]:
        """What becomes of it: it must be told of any of the interactions, whichever it is."""
        sides = [subject.mutated(mutation) for subject, mutation in self.made]
        indices = [subject.interaction.index for subject, _ in self.made]
        recording = self.made[0][0].recording
        old, new = (
            replace(
                recording,
                interactions=tuple(
                    changed.get(interaction.index, interaction) for interaction in recording.interactions
                ),
            )
            for changed in (dict(zip(indices, side, strict=True)) for side in zip(*sides, strict=True))
        )
        findings = [*compare(old, new, locate=_held).findings]
        if not findings:
            return SWALLOWED, []
        found = [
            subject.verdict_on(mutation, findings, *both, everywhere=False)
            for (subject, mutation), both in zip(self.made, sides, strict=True)
        ]
        return min(found, key=lambda each: _BY_GRAVITY.index(each[0]))


def across(mutations: Iterable[tuple[Subject, Mutation]]) -> Iterator[Across]:
    """Those of the mutations that can be made in more than one interaction: in each the first of its class."""
    met: dict[Class, dict[int, tuple[Subject, Mutation]]] = {}
    for subject, mutation in mutations:
        if not mutation.edits and mutation.kind != "text":
            met.setdefault(subject.class_of(mutation), {}).setdefault(id(subject), (subject, mutation))
    for what, made in met.items():
        if len(made) > 1:
            yield Across(dataclasses.replace(what, kind=f"across-{what.kind}"), tuple(made.values()))


_BY_GRAVITY = (TOLD, LINE, NO_LINE, ELSEWHERE)


@dataclass(frozen=True, slots=True)
class Held:
    """What stands for a location, so that only those that somebody asks for are worked out."""

    place: Place


def _held(_side: str, place: Place) -> Location:
    return cast("Location", Held(place))


def _place_of(location: Location | None) -> Place | None:
    held: Any = location
    return held.place if isinstance(held, Held) else None


def _message(interaction: Interaction, side: str) -> Request | Response:
    return interaction.request if side == "request" else interaction.response


def _with_message(interaction: Interaction, side: str, message: Any) -> Interaction:
    return replace(interaction, **{side: message})


def normal(route: Route, dialect: str) -> str:
    """A pointer in which indices and invented names are ``*``."""
    steps: list[str | int] = []
    for step in route:
        invented = steps and steps[-1] in ("properties", "$defs", "definitions", "patternProperties")
        steps.append("*" if isinstance(step, int) or invented else step)
    if dialect == NO_CALL:
        steps = ["…", *steps[-2:]] if len(steps) > 2 else steps
    return pointer_from_route(tuple(steps))


def _event_edits(events: tuple[Event, ...], *, every: bool) -> Iterator[tuple[int, Edit]]:
    """The mutations of events: of each path in each kind of event the first, the last, and one between."""
    met: dict[tuple[str, str, str], list[tuple[int, Edit]]] = {}
    for number, event in enumerate(events):
        if not isinstance(event.json, dict | list):
            continue
        kind = event_kind(event.event, event.json)
        for edit in edits(event.data, event.json, every=every):
            met.setdefault((kind, normal(edit.route, ""), edit.kind), []).append((number, edit))
    for found in met.values():
        yield from found if every or len(found) <= 3 else (found[0], found[len(found) // 2], found[-1])


def _everywhere(side: str, documents: list[tuple[int | None, str, Any]]) -> Iterator[Mutation]:
    """What is there more than once, in one kind of event or in one body, is gone, null or renamed everywhere."""
    met: dict[tuple[str, Route, str], list[tuple[int | None, Edit]]] = {}
    for number, text, document in documents:
        if not isinstance(document, dict | list):
            continue
        kind = event_kind(None, document) if number is not None else ""
        for edit in edits(text, document):
            if edit.kind not in ("remove", "retype", "rename") or not isinstance(edit.route[-1], str):
                continue
            made = edit if edit.kind != "retype" else replace(edit, text="null", new=None)
            if made.kind != "retype" or made.old is not None:
                way = tuple("*" if isinstance(step, int) else step for step in edit.route)
                met.setdefault((kind, way, edit.kind), []).append((number, made))
    for (_, _, what), found in met.items():
        if len(found) > 1:
            event, first = found[0]
            yield Mutation(side, f"all-{what.replace('retype', 'null')}", edit=first, event=event, edits=tuple(found))


def _raw(body: Body, text: str | None, events: tuple[Event, ...]) -> bytes | None:
    """Bytes that stand for those of the recording: only whether two are the same counts."""
    if body.raw is None or (text is None and not events):
        return body.raw
    whole = text if text is not None else "\n".join(event.data for event in events)
    return whole.encode("utf-8", "surrogatepass")


def _edited(text: str, edit: Edit) -> str:
    return text[: edit.start] + edit.text + text[edit.end :]


def _is_plain(body: Body) -> bool:
    """Whether a body is no JSON and no stream: text, or bytes."""
    return body.json is ABSENT and not body.stream and bool(body.text or body.raw)


def plain_edits(content: str | bytes) -> Iterator[Edit]:
    """Another character, or byte, at the beginning, in the middle and at the end; of text one that is read."""
    if isinstance(content, bytes):
        places = list(range(len(content)))
    else:
        marks = {at for line in re.finditer(r"(?m)^--\S+\r?$", content) for at in range(line.start(), line.end())}
        places = [at for at, char in enumerate(content) if _shifted(char) != char and at not in marks]
        places = places or list(range(len(content)))  # of a form nothing but what its parts are told apart by
    for at in sorted({places[0], places[len(places) // 2], places[-1]}):
        here = content[at : at + 1]
        text = here if isinstance(here, str) else ""
        yield Edit("text", (), at, at + 1, _shifted(text) if _shifted(text) != text else "x", at, at)


def _other_text(body: Body, edit: Edit) -> Body:
    if edit.kind == "text":
        if body.text is None:
            raw = bytearray(body.raw or b"")
            raw[edit.start] ^= 1
            return replace(body, raw=bytes(raw))
        text = _edited(body.text, edit)
        return replace(body, text=text, raw=_raw(body, text, ()))
    text = _edited(body.text or "", edit)
    document = json.loads(text.removeprefix("\ufeff"))
    return replace(body, text=text, json=document, raw=_raw(body, text, ()))


def _other_event(body: Body, number: int, edit: Edit) -> Body:
    """The stream with one event edited; those behind it move."""
    event = body.events[number]
    text = body.text
    if text is not None:
        added = edit.text.replace("\n", " ") if event.offsets else edit.text  # a line of its own would need its "data:"
        text = text[: _offset_in_text(event, edit.start)] + added + text[_offset_in_text(event, edit.end) :]
        if event.offsets:
            stream = parse(text)
            return replace(body, text=text, events=stream.events, raw=_raw(body, text, ()))
    data = _edited(event.data, edit)
    grown = len(edit.text) - (edit.end - edit.start)
    other = replace(event, data=data, json=json.loads(data))
    later = tuple(replace(each, offset=each.offset + grown) for each in body.events[number + 1 :])
    events = (*body.events[:number], other, *later)
    return replace(body, text=text, events=events, raw=_raw(body, text, events))


def _offset_in_text(event: Event, at: int) -> int:
    """Where the character number `at` of an event's data stands in the text of the stream."""
    if not event.offsets:
        return event.offset + at
    line = event.data.count("\n", 0, at)
    return event.offsets[line] + at - (event.data.rfind("\n", 0, at) + 1)


def _is_alike(one: tuple[str, str], other: tuple[str, str]) -> bool:
    return (one[0].lower(), one[1]) == (other[0].lower(), other[1])


ADDED_HEADER = ("X-Added-Field", WORD)


def _other_headers(headers: Headers, mutation: Mutation) -> Headers:
    pairs, routes, number = list(headers.pairs), list(headers.routes), mutation.header
    assert number is not None
    if mutation.kind == "header-add":
        return replace(headers, pairs=(*pairs, ADDED_HEADER))
    name, value = pairs[number]
    if mutation.kind == "header-remove":
        del pairs[number]
        del routes[number : number + 1]
    else:
        pairs[number] = (name, other_words(value)) if mutation.kind == "header-change" else (name + "-Renamed", value)
    return replace(headers, pairs=tuple(pairs), routes=tuple(routes))


def _new_route(edit: Edit) -> Route:
    return (*edit.route[:-1], edit.new) if edit.kind == "rename" else edit.route


def _leaf_place(body: Body, event: int | None, route: Route, at: int | None, to: int | None) -> Place | None:
    """Where a leaf stands: by its offset in the text, which no search for a name can mistake."""
    if at is None:
        return None
    if leaves := _leaves(body):
        return Place(route=(*leaves, *route))
    if not body.verbatim:
        return Place(route=body.route)
    start, end = (each if event is None else _offset_in_text(body.events[event], each) for each in (at, to or at))
    return Place(route=body.route, offset=start, length=end - start)


def _leaves(body: Body) -> Route:
    """The value in the file that holds the leaves of a body, parsed: the body itself, or its copy beside it."""
    return body.route if body.tree else body.copy


def _contains(place: Place | None, body: Body, start: int, route: Route) -> bool:
    """Whether a place in the body is the leaf or, short of the whole body, something that holds it."""
    if place is None:
        return False
    if leaves := _leaves(body):
        way = tuple(map(str, place.route))
        return len(way) > len(leaves) and way == tuple(map(str, (*leaves, *route)))[: len(way)]
    if place.route != body.route or not place.pointer or (place.offset or 0) != start:
        return False
    way = route_from_pointer(place.pointer)
    return way == tuple(map(str, route))[: len(way)]


def _is_same_line(body: Body | None, wanted: Place, place: Place) -> bool:
    """Whether a place in the new recording, which is in no file, is on the line of the leaf (or header)."""
    if wanted.offset is None or body is None:
        return _is_within(place, wanted)
    text = body.text or ""
    if place.route != wanted.route:
        return False
    if place.offset is None and place.pointer is None:
        return "\n" not in text
    first, last = (text.count("\n", 0, wanted.offset + more) for more in (0, wanted.length or 0))
    return first <= text.count("\n", 0, _start(text, place)) <= last


def _is_within(place: Place, wanted: Place) -> bool:
    """Whether a place is that of the leaf, or in it."""
    route = tuple(map(str, wanted.route))
    return tuple(map(str, place.route))[: len(route)] == route


def _start(text: str, place: Place) -> int:
    offset = place.offset or 0
    if place.pointer is not None:
        span = find(text, route_from_pointer(place.pointer), offset)
        return span.start if span is not None else offset
    return offset


def _has_lines(body: Body | None) -> bool:
    """Whether the values of a body are on different lines of the file."""
    return body is not None and (bool(_leaves(body)) or (body.verbatim and "\n" in (body.text or "").strip()))


def _is_named(name: str, words: str) -> bool:
    """Whether a name is among words, however it is spelled (finishReason, finish_reasons); a short one only alone."""
    bare = name.replace("_", "").lower()
    if len(bare) > SHORT:
        return bare in words.replace("_", "").lower()
    return any(each.replace("_", "").lower() in (bare, f"{bare}s") for each in _NAMES.findall(words))


_NAMES = re.compile(r"[\w$-]+")


def _names_of(edit: Edit) -> Iterator[str]:
    """The name of the leaf: its key, or that of its list; of what is taken away whole, those of its members too."""
    yield from [step for step in edit.route if isinstance(step, str) and step][-1:]
    if edit.kind in ("remove", "retype"):
        yield from (key for key in edit.old if key) if isinstance(edit.old, dict) else ()


def _is_in_values(finding: Drift, edit: Edit) -> bool:
    """Whether what a finding shows holds the old value and no longer does, or the new one and did not."""
    old, new = (_parts(edit.old), _parts(edit.new)) if edit.kind != "rename" else ([edit.old], [edit.new])
    if edit.kind == "retype":
        new = []  # the old value is gone; nothing else says that it was this one
    if edit.kind == "change" and not isinstance(edit.new, str):  # 1 and true are met by chance: both must be there
        return _holds(finding.old, edit.old) and _holds(finding.new, edit.new)
    if edit.kind != "add" and any(_holds(finding.old, each) and not _holds(finding.new, each) for each in old):
        return True
    if edit.kind != "remove" and any(_holds(finding.new, each) and not _holds(finding.old, each) for each in new):
        return True
    words = {each for each in (edit.old, edit.new) if isinstance(each, str) and len(each) > 2}
    return any(word in finding.message for word in words)


def _parts(value: Any) -> list[Any]:
    """A value, and the leaves of it, but those that are found anywhere by chance."""
    if not isinstance(value, dict | list):
        return [] if value in (None, "") else [value]
    inner = (part for each in (value.values() if isinstance(value, dict) else value) for part in _parts(each))
    leaves = [part for part in inner if type(part) in (int, float) or (isinstance(part, str) and len(part) > 2)]
    return [value, *leaves] if value else []


def _holds(whole: Any, part: Any) -> bool:
    """Whether a value is another, or a member, a key or a piece of it."""
    if isinstance(whole, str):
        return isinstance(part, str) and (part in whole if part else not whole)
    if type(whole) is type(part) and whole == part:
        return True
    if isinstance(whole, dict):
        return any(_holds(each, part) for each in (*whole.keys(), *whole.values()))
    if isinstance(whole, list):
        return any(_holds(each, part) for each in whole)
    return False


# --- many files ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Options:
    """Which mutations are tried."""

    only: str | None = None
    kinds: tuple[str, ...] = KINDS
    limit: int | None = None
    every: bool = False


def recordings(folder: Path) -> list[Path]:
    """The files of corpus/ and seeds/, in a fixed order."""
    return sorted(path for part in ("corpus", "seeds") for path in (folder / part).rglob("*") if path.is_file())


def survey(path: Path, options: Options = Options()) -> Tally:
    """What becomes of the mutations of one file; nothing for a file that is no cassette."""
    tally = Tally()
    try:
        source = Source.from_path(str(path))
        recording = load_source(source)
    except CassetteError:
        return tally
    chosen = [(subject, mutation, None) for subject, mutation in _chosen(source, recording, options)]
    shared = [(*made.made[0], made) for made in _shared(source, recording, options)]
    for subject, mutation, made in chosen + shared:
        what = made.what if made else subject.class_of(mutation)
        example = f"{path.parent.name}/{path.name} interaction {subject.interaction.index}" + _spelled(mutation)
        try:
            verdict, findings = made.verdict() if made else subject.verdict(mutation)
        except Exception as error:  # whatever escapes is what we are looking for
            tally.raised.append(f"{what}: {example}: {error!r}")
            continue
        if verdict not in (TOLD, SWALLOWED):
            example += ": " + "; ".join(_shown(each) for each in findings[:3])
            tally.rules[verdict, findings[0].rule] += 1
        tally.note(verdict, what, example)
        if verdict not in (SWALLOWED, ELSEWHERE) and all(finding.level == "noise" for finding in findings):
            tally.noise[noise_row(findings[0])] += 1
    return tally


def _chosen(source: Source, recording: Recording, options: Options) -> Iterator[tuple[Subject, Mutation]]:
    """The mutations to try: all, or so many, from all parts of the file."""
    parts = [
        (subject, part)
        for interaction in recording.interactions
        for subject in (Subject(source, recording, interaction),)
        if options.only in (None, subject.dialect)
        for part in PARTS
        if subject.has(part) and ((part[1] == "headers") <= ("header" in options.kinds))
    ]
    limit, shift = options.limit, _shift(source)
    if limit is not None and limit < len(parts):
        parts = _spread(parts, limit, shift)
    whole = sum(WEIGHTS[part] for _, (_, part) in parts)
    for number, (subject, (side, part)) in enumerate(parts):
        found = [each for each in subject.mutations(side, part, every=options.every) if _is_wanted(each, options)]
        count = len(found) if limit is None else max(1, limit * WEIGHTS[part] // whole)
        yield from ((subject, each) for each in _spread(found, count, shift + number))


def _shared(source: Source, recording: Recording, options: Options) -> Iterator[Across]:
    """The mutations that are made in several calls of one API at once: all, or so many."""
    if "across" not in options.kinds or len(recording.interactions) < 2:
        return
    subjects = [
        Subject(source, recording, interaction)
        for interaction in recording.interactions
        if interaction.llm is not None and options.only in (None, interaction.llm.dialect)
    ]
    found = across(
        (subject, mutation)
        for subject in subjects
        for part in PARTS
        if subject.has(part)
        for mutation in subject.mutations(*part)
        if mutation.kind in ACROSS
    )
    yield from found if options.limit is None else _spread([*found], max(1, options.limit // 4), _shift(source))


def _shift(source: Source) -> int:
    """A number that is another one for another file, and the same wherever the file lies."""
    return len(source.content or b"")


def _spread(items: list[T], count: int, shift: int) -> list[T]:
    """So many of a list, evenly spread; `shift` has other ones chosen in other files."""
    if len(items) <= count:
        return items
    return [items[(number * len(items) // count + shift * 7) % len(items)] for number in range(count)]


def _is_wanted(mutation: Mutation, options: Options) -> bool:
    return mutation.header is not None or mutation.kind.partition("-")[0] in options.kinds


def _spelled(mutation: Mutation) -> str:
    if mutation.edit is None:
        return ""
    at = f" event {mutation.event}" if mutation.event is not None else ""
    return f"{at} {pointer_from_route(mutation.edit.route)}"


def _shown(finding: Drift) -> str:
    place = _place_of(finding.old_location) or _place_of(finding.new_location)
    where = "nowhere" if place is None else f"{'/'.join(map(str, place.route))}@{place.offset}{place.pointer or ''}"
    return f"{finding.level} {finding.rule} {finding.path} [{where}] {finding.message[:80]!r}"


def noise_row(finding: Drift) -> tuple[str, str]:
    """The rule of a finding that is noise, and the row of a table that put it there."""
    if finding.caused_by is not None:
        return finding.rule, "follows from another finding"
    header = finding.path.rpartition(".headers.")[2] if ".headers." in finding.path else None
    row = volatile_header(header) if header is not None else volatile_field(finding.path)
    if row is not None and finding.rule == f"{row.kind}-changed":
        return finding.rule, f"volatile {row.match}: {row.reason}"
    for judgement in JUDGEMENTS:
        if judgement.name == finding.rule and judgement.origin in (None, finding.origin):
            if judgement.level == "noise":
                return finding.rule, f"drift: {judgement.reason}"
            if judgement.profiles != PROFILES:
                return finding.rule, f"drift: expected by a profile other than {', '.join(judgement.profiles)}"
    return finding.rule, NO_ROW


def survey_all(paths: Iterable[Path], options: Options = Options(), processes: int | None = None) -> Tally:
    """`survey` of many files, shared among processes."""
    whole = Tally()
    with Pool(processes) as pool:
        for tally in pool.imap(_survey, [(path, options) for path in paths], chunksize=1):
            whole.add(tally)
    return whole


def _survey(work: tuple[Path, Options]) -> Tally:
    return survey(*work)


# --- the report ------------------------------------------------------------------------------------------------------


def lines(tally: Tally, classes: int | None = None) -> Iterator[str]:
    """The report: counts by dialect, noise by row, and the classes of each failure."""
    verdicts = (TOLD, "allowed", *FAILURES)
    yield f"{'dialect':26}" + "".join(f"{each:>16}" for each in verdicts)
    for dialect in sorted({dialect for dialect, _ in tally.counts}):
        yield f"{dialect:26}" + "".join(f"{tally.counts[dialect, each]:16,}" for each in verdicts)
    totals = {each: sum(count for (_, verdict), count in tally.counts.items() if verdict == each) for each in verdicts}
    yield f"{'all':26}" + "".join(f"{totals[each]:16,}" for each in verdicts)
    yield ""
    yield f"told by noise alone: {sum(tally.noise.values()):,}"
    for (rule, row), count in tally.noise.most_common():
        yield f"{count:8,}  {rule}: {row}"
    for may, count in tally.allowed.most_common():
        yield f"{count:8,}  allowed: {may.verdict} {may.dialect} {may.side} {may.pointer} {may.kind}: {may.reason}"
    for verdict in FAILURES:
        found = tally.of(verdict)
        yield ""
        yield f"{verdict}: {sum(count for _, count, _ in found):,} mutations in {len(found):,} classes"
        by_rule = [(rule, count) for (each, rule), count in tally.rules.most_common() if each == verdict]
        if by_rule:
            yield "    by the rule that spoke: " + ", ".join(f"{count:,} {rule}" for rule, count in by_rule)
        fields = Counter[tuple[str, ...]]()
        for what, count, _ in found:
            fields[what.kind, what.side, what.pointer.rpartition("/")[2]] += count
        if found:
            most = ", ".join(f"{count:,} {' '.join(words)}" for words, count in fields.most_common(60))
            yield f"    by field: {most}"
        for what, count, example in found[:classes]:
            yield f"{count:8,}  {what.dialect} {what.side} {what.framing} {what.kind} {what.pointer}  ({example})"
    yield from (f"RAISED {trouble}" for trouble in tally.raised[:20])


def failures(tally: Tally) -> int:
    """How many mutations were not told as they must be, or became noise for no reason that a table gives."""
    untold = sum(count for (_, verdict), count in tally.counts.items() if verdict in FAILURES)
    return untold + len(tally.raised) + sum(count for (_, row), count in tally.noise.items() if row == NO_ROW)


def options_of(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", metavar="DIALECT")
    parser.add_argument("--file", metavar="PART", help="files whose path has this in it, or is this")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--limit", type=int, metavar="N", help="mutations of each file")
    parser.add_argument("--every", action="store_true", help="every event and every number")
    parser.add_argument("--classes", type=int, metavar="N", help="how many of each failure are listed")
    parser.add_argument("--jobs", type=int, metavar="N")
    return parser.parse_args(argv)


def main(argv: list[str]) -> int:
    words = options_of(argv)
    paths = [words.folder] if words.folder.is_file() else recordings(words.folder)
    if words.file is not None:
        paths = [path for path in paths if words.file in str(path)]
    options = Options(only=words.only, kinds=tuple(words.kinds.split(",")), limit=words.limit, every=words.every)
    start = time.perf_counter()
    tally = survey_all(paths, options, words.jobs)
    seconds = time.perf_counter() - start
    print("\n".join(lines(tally, words.classes)))
    count = sum(tally.counts.values())
    print(f"\n{count:,} mutations of {len(paths)} files in {seconds:.0f} s")
    return 1 if failures(tally) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
