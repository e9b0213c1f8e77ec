"""Amazon's frames: read as botocore reads them, and further where it stops."""

from __future__ import annotations

import base64
import json
import struct
import zlib

import pytest
from botocore.eventstream import EventStreamBuffer
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.model import ABSENT, Headers
from cassette_tools.wire.body import read_body
from cassette_tools.wire.eventstream import MEDIA_TYPE, is_eventstream, parse, read_headers

Value = bool | int | bytes | str


def header(name: str, kind: int, value: Value) -> bytes:
    start = bytes([len(name.encode())]) + name.encode() + bytes([kind])
    if kind in (0, 1):
        return start
    if kind in (6, 7):
        content = value.encode() if isinstance(value, str) else value
        assert isinstance(content, bytes)
        return start + struct.pack(">H", len(content)) + content
    if kind == 9:
        assert isinstance(value, bytes)
        return start + value
    assert isinstance(value, int)
    return start + value.to_bytes({2: 1, 3: 2, 4: 4, 5: 8, 8: 8}[kind], "big", signed=True)


def frame(headers: bytes = b"", payload: bytes = b"") -> bytes:
    prelude = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    start = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + payload
    return start + struct.pack(">I", zlib.crc32(start))


def event(name: str, value: object, kind: str = "event") -> bytes:
    key = ":exception-type" if kind == "exception" else ":event-type"
    headers = header(":message-type", 7, kind) + header(key, 7, name) + header(":content-type", 7, "application/json")
    return frame(headers, json.dumps(value).encode())


# --- the oracle ------------------------------------------------------------------------------------------------------

names = st.text(min_size=1, max_size=12).filter(lambda name: len(name.encode()) < 200)
values = st.one_of(
    st.tuples(st.just(0), st.just(True)),
    st.tuples(st.just(1), st.just(False)),
    st.tuples(st.just(2), st.integers(-(2**7), 2**7 - 1)),
    st.tuples(st.just(3), st.integers(-(2**15), 2**15 - 1)),
    st.tuples(st.just(4), st.integers(-(2**31), 2**31 - 1)),
    st.tuples(st.just(5), st.integers(-(2**63), 2**63 - 1)),
    st.tuples(st.just(6), st.binary(max_size=40)),
    st.tuples(st.just(7), st.text(max_size=40)),
    st.tuples(st.just(8), st.integers(-(2**63), 2**63 - 1)),
    st.tuples(st.just(9), st.binary(min_size=16, max_size=16)),
)
headers = st.dictionaries(names, values, max_size=5)
frames = st.lists(st.tuples(headers, st.binary(max_size=60)), min_size=1, max_size=4)


@given(frames)
def test_headers_and_payloads_are_those_that_botocore_reads(
    given_frames: list[tuple[dict[str, tuple[int, Value]], bytes]],
) -> None:
    encoded = [
        frame(b"".join(header(name, *kind_and_value) for name, kind_and_value in fields.items()), payload)
        for fields, payload in given_frames
    ]
    content = b"".join(encoded)
    buffer = EventStreamBuffer()
    buffer.add_data(content)
    theirs = list(buffer)
    ours = parse(content)
    assert ours.faults == ()
    assert [each.data for each in ours.events] == [each.payload.decode("utf-8", "replace") for each in theirs] or any(
        ":message-type" in fields for fields, _ in given_frames
    )
    for one, whole, (fields, _payload) in zip(theirs, encoded, given_frames, strict=True):
        length = int.from_bytes(whole[4:8], "big")
        assert (
            read_headers(whole[12 : 12 + length]) == one.headers == {name: value for name, (_, value) in fields.items()}
        )


@given(frames, st.data())
def test_damage_is_told_and_never_raised(
    given_frames: list[tuple[dict[str, tuple[int, Value]], bytes]], data: st.DataObject
) -> None:
    content = bytearray(
        b"".join(
            frame(b"".join(header(name, *each) for name, each in fields.items()), payload)
            for fields, payload in given_frames
        )
    )
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    assert parse(bytes(content)).faults != ()
    cut = data.draw(st.integers(1, len(content) - 1))
    assert len(parse(bytes(content[:cut])).events) <= len(given_frames)


@given(st.binary(max_size=80))
def test_any_bytes_are_survived(content: bytes) -> None:
    parse(content)
    read_headers(content)
    is_eventstream(content, MEDIA_TYPE)


# --- what frames mean ------------------------------------------------------------------------------------------------


def test_events_have_the_names_of_their_types() -> None:
    stream = parse(
        event("messageStart", {"role": "assistant"}) + event("throttlingException", {"message": "slow"}, "exception")
    )
    assert [(each.event, each.json) for each in stream.events] == [
        ("messageStart", {"role": "assistant"}),
        ("throttlingException", {"message": "slow"}),
    ]


def test_an_error_frame_says_what_its_headers_say() -> None:
    fields = (
        header(":message-type", 7, "error")
        + header(":error-code", 7, "InternalError")
        + header(":error-message", 7, "no")
    )
    (one,) = parse(frame(fields)).events
    assert (one.event, one.json) == ("error", {"error": {"code": "InternalError", "message": "no"}})


def test_a_chunk_is_what_it_wraps() -> None:
    inner = {"type": "message_stop", "é": 1}
    wrapped = {"bytes": base64.b64encode(json.dumps(inner).encode()).decode(), "p": "abcd"}
    (one,) = parse(event("chunk", wrapped)).events
    assert (one.event, one.json, one.data) == ("chunk", inner, json.dumps(inner))


def test_what_stands_beside_a_wrapped_text_is_kept() -> None:
    """An agent names its sources there."""
    wrapped = {"bytes": base64.b64encode(b'"42"').decode(), "attribution": {"citations": []}}
    (one,) = parse(event("chunk", wrapped)).events
    assert (one.data, one.json) == ('"42"', wrapped)


def test_a_payload_that_is_no_json_is_kept() -> None:
    (one,) = parse(frame(header(":message-type", 7, "event"), b"plain")).events
    assert (one.event, one.data, one.json) == (None, "plain", ABSENT)


@pytest.mark.parametrize(
    ("damage", "count", "fault"),
    [
        (lambda content: content[:-6], 2, "frame 2 has {left} of its {size} bytes"),
        (lambda content: content + b"\0\0", 2, "2 bytes after frame 2 are no frame"),
        (lambda content: content[:9] + b"?" + content[10:], 2, "the checksum of the prelude of frame 1 does not fit"),
        (lambda content: content[:-1] + b"?", 2, "the checksum of frame 2 does not fit"),
        (lambda content: b"\0\0\0\x09" + content[4:], 0, "frame 1 says that it has 9 bytes, {headers} of them headers"),
    ],
)
def test_each_damage_is_named(damage: object, count: int, fault: str) -> None:
    first, second = event("a", {"x": 1}), event("b", {})
    content = damage(first + second)  # type: ignore[operator]
    stream = parse(content)
    assert len(stream.events) == count
    told = fault.format(left=len(second) - 6, size=len(second), headers=int.from_bytes(first[4:8], "big"))
    assert stream.faults[0] == told


CONTENT = event("messageStart", {"role": "assistant"}) + event("messageStop", {"stopReason": "end_turn"})
LABELLED = Headers(pairs=(("Content-Type", MEDIA_TYPE),))
BASE64 = base64.b64encode(CONTENT).decode()
LATIN_1 = CONTENT.decode("latin-1")
WINDOWS = "".join(bytes((byte,)).decode("cp1252", "ignore") or chr(byte) for byte in CONTENT)

STORED: dict[str, str | bytes] = {
    "bytes": CONTENT,
    "base64": BASE64,
    "base64 in lines": "\n".join(BASE64[at : at + 60] for at in range(0, len(BASE64), 60)) + "\n",
    "base64 without padding": BASE64.rstrip("="),
    "base64 for URLs": base64.urlsafe_b64encode(CONTENT).decode(),
    "base64 with its name": "base64:" + BASE64,
    "hexadecimal": CONTENT.hex(),
    "Latin-1": LATIN_1,
    "Windows-1252": WINDOWS,
    "Latin-1, read as Latin-1 once more": LATIN_1.encode().decode("latin-1"),
    "Windows-1252, read as Latin-1 once more": WINDOWS.encode().decode("latin-1"),
    "surrogates": CONTENT.decode("ascii", "surrogateescape"),
}


@pytest.mark.parametrize("how", STORED)
@pytest.mark.parametrize("headers", [LABELLED, Headers()], ids=["labelled", "not labelled"])
def test_however_it_is_stored(how: str, headers: Headers) -> None:
    body = read_body(STORED[how], headers, ())
    assert (body.stream, body.raw, body.problems) == ("eventstream", CONTENT, ())
    assert [each.event for each in body.events] == ["messageStart", "messageStop"]


@pytest.mark.parametrize("text", [LATIN_1, WINDOWS, LATIN_1.encode().decode("latin-1")])
def test_bytes_that_were_encoded_once_more(text: str) -> None:
    """The recorder kept bytes, but of the text."""
    body = read_body(text.encode(), LABELLED, ())
    assert (body.stream, body.raw, body.problems) == ("eventstream", text.encode(), ())
    assert body.events == parse(CONTENT).events


LOST = CONTENT.decode("utf-8", "replace")


@pytest.mark.parametrize("recorded", [LOST, LOST.encode(), "\ufeff" + LOST])
def test_replaced_bytes_are_told_and_the_events_found_by_their_headers(recorded: str | bytes) -> None:
    body = read_body(recorded, LABELLED, ())
    assert [(each.event, each.json) for each in body.events] == [
        ("messageStart", {"role": "assistant"}),
        ("messageStop", {"stopReason": "end_turn"}),
    ]
    assert [each.message for each in body.problems] == [
        f"the event stream is damaged: it was stored as text, where {LOST.count(chr(0xFFFD))} characters are U+FFFD in "
        "place of bytes that are lost; 2 events were found by their headers, their lengths and checksums were not; "
        "record the interaction again"
    ]


@pytest.mark.parametrize("lose", [lambda text: text.replace("\0", ""), lambda text: text])
def test_bytes_that_are_missing(lose: object) -> None:
    body = read_body(lose(CONTENT.decode("utf-8", "ignore")), LABELLED, ())  # type: ignore[operator]
    assert [each.event for each in body.events] == ["messageStart", "messageStop"]
    assert [each.message for each in body.problems] == [
        "the event stream is damaged: it was stored as text, and bytes are missing; 2 events were found by their "
        "headers, their lengths and checksums were not; record the interaction again"
    ]


def test_exceptions_are_found_by_their_headers_too() -> None:
    content = event("a", {"x": "é"}) + event("throttlingException", {"message": "slow"}, "exception") + event("b", {})
    body = read_body(content.decode("utf-8", "replace"), LABELLED, ())
    assert [(each.event, each.json) for each in body.events] == [
        ("a", {"x": "é"}),
        ("throttlingException", {"message": "slow"}),
        ("b", {}),
    ]


@pytest.mark.parametrize("recorded", ["no frames", b"\xff\xfe\xfd"])
def test_what_is_only_called_an_event_stream(recorded: str | bytes) -> None:
    body = read_body(recorded, LABELLED, ())
    assert body.stream is None
    assert [(each.kind, each.message) for each in body.problems] == [
        (
            "unreadable-body",
            f"the Content-Type is {MEDIA_TYPE}, but the body does not begin with a frame; record the interaction again",
        )
    ]


@pytest.mark.parametrize("recorded", ["AAAA and so on", "0000-11", "AAAA" * 9, "00" * 30, '{"message": "no"}'])
def test_what_only_looks_like_frames_stays_text(recorded: str) -> None:
    body = read_body(recorded, Headers(), ())
    assert (body.text, body.stream, body.raw, body.problems) == (recorded, None, None, ())


@given(st.text(max_size=40), st.sampled_from(["", "\0", "\0\0\0\x60", "AAAA", "0000", "\x1f", "\x0b:event-type\x07"]))
def test_any_text_is_survived(text: str, start: str) -> None:
    read_body(start + text, LABELLED, ())
    read_body(start + text, Headers(), ())


def test_damage_is_a_problem_of_the_body() -> None:
    body = read_body(CONTENT[:-3], LABELLED, ("response", "body"))
    assert [(each.kind, each.message) for each in body.problems] == [
        (
            "unreadable-body",
            "the event stream is damaged: frame 2 has 120 of its 123 bytes; record the interaction again",
        )
    ]
    assert [(each.json, each.terminated) for each in body.events] == [
        ({"role": "assistant"}, True),
        ({"stopReason": "end_turn"}, False),
    ]


def test_a_frame_that_breaks_off_is_kept_as_words() -> None:
    first, second = event("a", {"x": 1}), event("b", {"y": "zzzz"})
    stream = parse(first + second[:-9])
    assert [(each.event, each.data, each.json, each.terminated) for each in stream.events] == [
        ("a", '{"x": 1}', {"x": 1}, True),
        ("b", '{"y": "z', ABSENT, False),
    ]
    assert parse(first + second[:40]).events == parse(first).events


def test_the_corpus_is_undamaged(shared: object) -> None:
    from pathlib import Path

    from cassette_tools.load import load

    assert isinstance(shared, Path)
    count = 0
    for path in sorted((shared / "corpus" / "charmbracelet__fantasy").rglob("*edrock*/**/*.yaml")):
        for interaction in load(str(path)).interactions:
            body = interaction.response.body
            if body.stream == "eventstream":
                count += 1
                buffer = EventStreamBuffer()
                buffer.add_data(body.raw)
                assert len(list(buffer)) == len(body.events), path
                assert body.problems == ()
    assert count > 3
