"""Server-sent events: the standard's own examples, what must hold for any text, and httpx-sse as oracle."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from httpx_sse._decoders import SSEDecoder, SSELineDecoder
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools._record import asdict
from cassette_tools.model import ABSENT, Comment, Event
from cassette_tools.wire import sse


def exact(item: Event | Comment) -> dict[str, Any]:
    """Every field, those that take no part in equality too."""
    return asdict(item)


def event(data: str, offset: int, **more: Any) -> Event:
    return Event(**{"event": None, "data": data, "offset": offset, **more})


def comment(text: str, offset: int, field: str = "") -> Comment:
    return Comment(text=text, offset=offset, field=field)


CASES: dict[str, tuple[str, list[Event], list[Comment]]] = {
    # HTML standard §9.2.6, the examples at its end
    "stocks": (
        "data: YHOO\ndata: +2\ndata: 10\n\n",
        [event("YHOO\n+2\n10", 6, offsets=(6, 17, 26))],
        [],
    ),
    "ids": (
        ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n",
        [
            event("first event", 21, id="1"),
            event("second event", 45, id=""),
            event(" third event", 68, id="", terminated=False),
        ],
        [comment("test stream", 2)],
    ),
    "empty data": (
        "data\n\ndata\ndata\n\ndata:",
        [
            event("", 4),
            event("\n", 10, offsets=(10, 15)),
            event("", 22, terminated=False),
        ],
        [],
    ),
    "one space": ("data:test\n\ndata: test\n\n", [event("test", 5), event("test", 17)], []),
    # lines and blocks
    "nothing": ("", [], []),
    "only blank lines": ("\n\r\n\r\n\n", [], []),
    "byte order mark": ("\ufeffdata: 1\n\n", [event("1", 7, json=1)], []),
    "second byte order mark is text": ("\ufeff\ufeffdata: 1\n\n", [], [comment("1", 8, "\ufeffdata")]),
    "CRLF": (
        'data: {"a":1}\r\n\r\ndata: {"b":2}\r\n\r\n',
        [event('{"a":1}', 6, json={"a": 1}), event('{"b":2}', 23, json={"b": 2})],
        [],
    ),
    "CR": ("data: 1\r\rdata: 2\r\r", [event("1", 6, json=1), event("2", 15, json=2)], []),
    "CR then CRLF": ("data: 1\r\r\ndata: 2\n\n", [event("1", 6, json=1), event("2", 16, json=2)], []),
    "mixed ends": (
        'data: {"a":1}\r\n\ndata: {"b":2}\n\r\ndata: {"c":3}\n\n',
        [
            event('{"a":1}', 6, json={"a": 1}),
            event('{"b":2}', 22, json={"b": 2}),
            event('{"c":3}', 38, json={"c": 3}),
        ],
        [],
    ),
    "three blank lines": ("data: 1\n\n\n\ndata: 2\n\n\n", [event("1", 6, json=1), event("2", 17, json=2)], []),
    "other line ends are text": (
        'data: "a\u2028b\u0085c"\n\n',
        [event('"a\u2028b\u0085c"', 6, json="a\u2028b\u0085c")],
        [],
    ),
    "not ended": ('data: {"a":1}', [event('{"a":1}', 6, json={"a": 1}, terminated=False)], []),
    "one line end": ('data: {"a":1}\n', [event('{"a":1}', 6, json={"a": 1}, terminated=False)], []),
    "cut in its data": ('data: 1\n\ndata: {"a":', [event("1", 6, json=1), event('{"a":', 15, terminated=False)], []),
    "nothing but a name at the end": ("data: 1\n\nevent: x\n", [event("1", 6, json=1)], []),
    # fields
    "name": ("event: add\ndata: 1\n\ndata: 2\n\n", [event("1", 17, event="add", json=1), event("2", 26, json=2)], []),
    "name with JSON": (
        'event: ping\ndata: {"type": "ping"}\n\n',
        [event('{"type": "ping"}', 18, event="ping", json={"type": "ping"})],
        [],
    ),
    "name with JSON and CRLF": (
        'event: a\r\ndata: {"b": 1}\r\n\r\n',
        [event('{"b": 1}', 16, event="a", json={"b": 1})],
        [],
    ),
    "name after data": ("data: 1\nevent: add\n\n", [event("1", 6, event="add", json=1)], []),
    "last name counts": ("event: a\nevent: b\ndata: 1\n\n", [event("1", 24, event="b", json=1)], []),
    "name without data is forgotten": ("event: a\n\ndata: 1\n\n", [event("1", 16, json=1)], []),
    "empty name": ("event:\ndata: 1\n\n", [event("1", 13, event="", json=1)], []),
    "CR ends a name": ("event: a\rdata: 1\n\n", [event("1", 15, event="a", json=1)], []),
    "id stays": ("id: 7\ndata: 1\n\ndata: 2\n\n", [event("1", 12, id="7", json=1), event("2", 21, id="7", json=2)], []),
    "id without data stays": ("id: 7\n\ndata: 2\n\n", [event("2", 13, id="7", json=2)], []),
    "id with NUL is ignored": (
        "id: 7\ndata: 1\n\nid: a\0b\ndata: 2\n\n",
        [event("1", 12, id="7", json=1), event("2", 29, id="7", json=2)],
        [comment("a\0b", 19, "id")],
    ),
    "retry": ("retry: 3000\ndata: 1\n\n", [event("1", 18, json=1)], [comment("3000", 7, "retry")]),
    "names are told apart by case": ("Data: 1\n\n", [], [comment("1", 6, "Data")]),
    "space before a name": (" data: 1\n\ndata: 2\n\n", [event("2", 16, json=2)], [comment("1", 7, " data")]),
    "comments": (
        ": OPENROUTER PROCESSING\n\n:\n\n: \n\ndata: 1\n:x\n\n",
        [event("1", 38, json=1)],
        [comment("OPENROUTER PROCESSING", 2), comment("", 26), comment("", 30), comment("x", 41)],
    ),
    "a proxy's line": (
        ":408: 408 Request Timeout\n\n",
        [],
        [comment("408: 408 Request Timeout", 1)],
    ),
    "GPUStack's error": (
        'error: {"error": {"message": "no worker"}}\n\n',
        [],
        [comment('{"error": {"message": "no worker"}}', 7, "error")],
    ),
    "Google's error after the events": (
        'data: {"a": 1}\r\n\r\n{\n  "error": {\n    "code": 503\n  }\n}\n',
        [event('{"a": 1}', 6, json={"a": 1})],
        [
            comment("", 19, "{"),
            comment("{", 31, '  "error"'),
            comment("503", 45, '    "code"'),
            comment("", 52, "  }"),
            comment("", 54, "}"),
        ],
    ),
    # JSON
    "sentinel": ("data: [DONE]\n\n", [event("[DONE]", 6)], []),
    "JSON over lines": (
        'data: {"a":\ndata: 1}\n\n',
        [event('{"a":\n1}', 6, json={"a": 1}, offsets=(6, 18))],
        [],
    ),
    "JSON with spaces about it": ('data:   {"a":1}  \n\n', [event('  {"a":1}  ', 6, json={"a": 1})], []),
    "JSON with a tab after it": ('data: {"a":1}\t\n\n', [event('{"a":1}\t', 6, json={"a": 1})], []),
    "JSON and more": ('data: {"a":1} x\n\n', [event('{"a":1} x', 6)], []),
    "null is no absence": ("data: null\n\n", [event("null", 6, json=None)], []),
    "JSON is not read past its line": ('data: {"a":\n\n1}\n\n', [event('{"a":', 6)], [comment("", 15, "1}")]),
    "after JSON that does not parse": (
        'data: {oops}\n\ndata: {"a":1}\n\nevent: n\ndata: {"b":2}\n\n',
        [event("{oops}", 6), event('{"a":1}', 20, json={"a": 1}), event('{"b":2}', 44, event="n", json={"b": 2})],
        [],
    ),
    "numbers that Python will not read": ("data: " + "1" * 5000 + "\n\n", [event("1" * 5000, 6)], []),
    "nested too deep": ("data: " + "[" * 100_000 + "\n\n", [event("[" * 100_000, 6)], []),
    "infinity": ("data: -Infinity\n\n", [event("-Infinity", 6, json=float("-inf"))], []),
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    text, events, comments = CASES[name]
    stream = sse.parse(text)
    assert [exact(each) for each in stream.events] == [exact(each) for each in events]
    assert [exact(each) for each in stream.comments] == [exact(each) for each in comments]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("data: 1", True),
        ("event: x", True),
        ("id: 1", True),
        ("retry: 5", True),
        (": hello", True),
        ("\ufeffdata: 1", True),
        ("\n\n  data: 1", True),
        (" " * 500 + "data: 1", True),
        ('error: {"error": 1}', True),
        (":408: 408 Request Timeout", True),
        ("", False),
        ("   ", False),
        ('{"data": 1}', False),
        ("data", False),
        ("error: something", False),
        ("dataset: 1", False),
        ("<html>", False),
    ],
)
def test_sniffing(text: str, expected: bool) -> None:
    assert sse.is_sse(text) is expected


# --- what holds for any text --------------------------------------------------------------------------------------------

ENDS = st.sampled_from(["\n", "\r", "\r\n"])
VALUES = st.one_of(
    st.sampled_from(
        ['{"a":1}', '{"a":"b c"}', '{"a":', "[DONE]", "1", "", " ", "null", '{"x":"\u2028\u0085"}', "}", "\0"]
    ),
    st.text(st.characters(exclude_characters="\r\n"), max_size=8),
)
NAMES = st.sampled_from(["data", "data", "data", "event", "id", "retry", "", "error", " data", "\ufeffdata", "Data"])
LINES = st.one_of(
    st.just(""),
    st.just(""),
    st.builds(lambda name, colon, value: name + colon + value, NAMES, st.sampled_from([":", ": ", ":  "]), VALUES),
    NAMES,
)
STREAMS = st.one_of(
    st.lists(st.builds(lambda line, end: line + end, LINES, ENDS)).map("".join),
    ENDS.flatmap(lambda end: st.lists(LINES).map(end.join)),  # one kind of line end, as servers write
    st.text(alphabet='da:\r\n {}"1e', max_size=40),
)


def by_the_letter(text: str) -> tuple[list[Event], list[Comment]]:
    """The standard's own steps, a line at a time."""
    at = 1 if text.startswith("\ufeff") else 0
    events: list[Event] = []
    comments: list[Comment] = []
    name, last_id, lines = None, None, []

    def dispatch(*, terminated: bool) -> None:
        if lines:
            data = "\n".join(value for _at, value in lines)
            offsets = tuple(start for start, _value in lines)
            try:
                value = json.loads(data)
            except (ValueError, RecursionError):
                value = ABSENT
            more = offsets if len(offsets) > 1 else ()
            events.append(
                Event(
                    event=name,
                    data=data,
                    offset=offsets[0],
                    offsets=more,
                    id=last_id,
                    json=value,
                    terminated=terminated,
                )
            )

    while at < len(text):
        end = min((where for where in (text.find("\r", at), text.find("\n", at)) if where >= 0), default=len(text))
        line = text[at:end]
        field, _colon, value = line.partition(":")
        value = value[1:] if value.startswith(" ") else value
        start = end - len(value)
        if not line:
            dispatch(terminated=True)
            name, lines = None, []
        elif field == "data":
            lines.append((start, value))
        elif field == "event":
            name = value
        elif field == "id" and "\0" not in value:
            last_id = value
        else:
            comments.append(Comment(text=value, offset=start, field=field))
        at = end + (2 if text.startswith("\r\n", end) else 1)
    dispatch(terminated=False)
    return events, comments


@given(STREAMS)
def test_is_what_the_standard_says(text: str) -> None:
    events, comments = by_the_letter(text)
    stream = sse.parse(text)
    assert [exact(each) for each in stream.events] == [exact(each) for each in events]
    assert [exact(each) for each in stream.comments] == [exact(each) for each in comments]


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    sse.parse(text)
    sse.is_sse(text)


@given(STREAMS)
def test_offsets_lead_to_the_data(text: str) -> None:
    stream = sse.parse(text)
    for each in stream.events:
        lines = each.data.split("\n")
        offsets = each.offsets or (each.offset,)
        assert each.offset == offsets[0]
        assert [text[at : at + len(line)] for at, line in zip(offsets, lines, strict=True)] == lines
    for each in stream.comments:
        assert text[each.offset : each.offset + len(each.text)] == each.text


@given(STREAMS, st.lists(st.integers(min_value=0, max_value=200)))
def test_any_split_of_the_bytes_gives_the_same_events(text: str, cuts: list[int]) -> None:
    content = text.encode("utf-8", "replace")
    bounds = [0, *sorted(min(cut, len(content)) for cut in cuts), len(content)]
    assert decoded([content[a:b] for a, b in pairwise(bounds)]) == whole(content)


@given(STREAMS)
def test_single_bytes_give_the_same_events(text: str) -> None:
    content = text.encode("utf-8", "replace")
    assert decoded([bytes([each]) for each in content]) == whole(content)


def test_events_come_as_soon_as_they_are_whole() -> None:
    decoder = sse.Decoder()
    assert [len(decoder.feed(chunk)) for chunk in (b"data: 1\n", b"\n", b"data: 2\r\n\r", b"\ndata", b": 3")] == [
        0,
        1,
        0,
        1,
        0,
    ]
    assert [each.terminated for each in decoder.close()] == [False]


def test_the_scanner_meets_broken_events_in_the_whole_text_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its error counts the lines before it, so that a long text of broken events would take quadratic time."""
    failed = []

    def scan(text: str, at: int) -> Any:
        try:
            return json.JSONDecoder().scan_once(text, at)  # type: ignore[attr-defined]
        except ValueError:
            failed.append(at)
            raise

    monkeypatch.setattr(sse, "scan_once", scan)
    assert [event.json for event in sse.parse("data: {x\n\ndata: {}\n\n" * 3).events] == [ABSENT, {}] * 3
    assert failed == [6]


def decoded(chunks: list[bytes]) -> list[dict[str, Any]]:
    decoder = sse.Decoder()
    events = [each for chunk in chunks for each in decoder.feed(chunk)]
    return [exact(each) for each in (*events, *decoder.close())]


def whole(content: bytes) -> list[dict[str, Any]]:
    return [exact(each) for each in sse.parse(content.decode("utf-8", "replace")).events]


# --- httpx-sse ----------------------------------------------------------------------------------------------------------


def oracle(text: str) -> list[tuple[str, str, str]]:
    """What httpx-sse reads: event, data and id of each event that has data or a name."""
    lines, decoder = SSELineDecoder(), SSEDecoder()
    read = [decoder.decode(line) for line in (*(lines.decode(text) if text else ()), *lines.flush())]
    return [(each.event, each.data, each.id) for each in read if each is not None]


def retries(text: str) -> list[int]:
    lines, decoder = SSELineDecoder(), SSEDecoder()
    read = [decoder.decode(line) for line in (*(lines.decode(text) if text else ()), *lines.flush())]
    return [each.retry for each in read if each is not None and each.retry is not None]


def agrees(text: str) -> None:
    """Equal but for two liberties of httpx-sse: it dispatches blocks without data, and leaves the byte order mark to others."""
    ours = [(each.event or "message", each.data, each.id or "") for each in sse.parse(text).events if each.terminated]
    blocks = [(each[0], each[1], each[2]) for each in oracle(text.removeprefix("\ufeff"))]
    assert ours == [each for each in blocks if each[1]] or _without_empty(ours) == _without_empty(blocks)


def _without_empty(events: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    return [each for each in events if each[1]]


@given(STREAMS)
def test_httpx_sse_reads_the_same(text: str) -> None:
    agrees(text)


def test_httpx_sse_reads_the_same_retry() -> None:
    text = "retry: 10\ndata: 1\n\nretry: x\ndata: 2\n\nretry: 25\ndata: 3\n\n"
    ours = [int(each.text) for each in sse.parse(text).comments if each.field == "retry" and each.text.isdecimal()]
    assert ours == retries(text) == [10, 25]


def test_httpx_sse_reads_the_same_in_real_recordings(shared: Path) -> None:
    count = 0
    for text in recorded_streams(shared):
        agrees(text)
        count += len(sse.parse(text).events)
    assert count > 1000


def recorded_streams(shared: Path) -> Iterator[str]:
    """The event streams among the strings of the recordings that are YAML, whatever their format."""
    for folder in ("corpus/charmbracelet__fantasy", "corpus/simonw__llm-openrouter", "corpus/vcr__vcr", "seeds"):
        for path in sorted((shared / folder).rglob("*.y*ml")):
            if path.stat().st_size < 300_000:
                try:
                    documents = list(yaml.load_all(path.read_bytes(), Strings))
                except yaml.YAMLError:
                    continue
                yield from (text for text in strings(documents) if sse.is_sse(text) and "\n" in text)


class Strings(yaml.CSafeLoader):
    """A loader for which every scalar is text and every tag unknown to it is what it holds."""


Strings.yaml_implicit_resolvers = {}
Strings.add_multi_constructor("", lambda loader, _tag, node: _held(loader, node))


def _held(loader: Any, node: Any) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return [part for pair in node.value for part in (_held(loader, pair[1]),)]


def strings(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list):
        for each in node.values() if isinstance(node, dict) else node:
            yield from strings(each)
