"""httprr: the bytes of HTTP/1.1, each exchange led by their lengths."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from format_samples import SAMPLES, answered, asked, content, count_of, findings, read, said
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.errors import SourceError
from cassette_tools.load import load

FOLDER = SAMPLES / "httprr"
URL = "https://api.example.com/v1/chat/completions"
ASKED = '{"model":"example-1","messages":[{"role":"user","content":"Name a wader."}]}'
TALKED = {"role": "assistant", "content": "The avocet."}
TALK = [("user", "Name a wader."), ("assistant", "The avocet.")]


def test_a_trace() -> None:
    recording = load(str(FOLDER / "chat.httprr"))
    assert (recording.format, recording.format_version, recording.problems) == ("httprr", "1", ())
    whole, stream = recording.interactions
    fields = (("Host", "api.example.com"), ("Content-Type", "application/json"), ("Content-Length", "76"))
    assert asked(whole) == ("POST", URL, fields, ASKED)
    assert answered(whole)[:2] == (200, (("Content-Type", "application/json"),))
    assert (stream.response.body.stream, len(stream.response.body.events)) == ("sse", 3)
    assert said(recording) == TALK * 2
    assert findings(FOLDER / "chat.httprr") == []


def test_one_that_is_packed() -> None:
    assert said(load(str(FOLDER / "packed.httprr.gz"))) == TALK


def test_chunks_a_path_alone_and_lines_that_end_with_a_bare_line_feed() -> None:
    (interaction,) = load(str(FOLDER / "odd.httprr")).interactions
    fields = (("Host", "api.example.com"), ("User-Agent", "sample"), ("Content-Type", "application/json"))
    assert asked(interaction) == ("POST", URL, fields, ASKED)
    assert said(load(str(FOLDER / "odd.httprr"))) == [("user", "Name a wader."), ("assistant", "The avocét.")]
    assert findings(FOLDER / "odd.httprr") == []


def test_a_trace_whose_lines_git_changed_is_read_and_told(tmp_path: Path) -> None:
    body = json.dumps({"model": "example-1", "messages": [{"role": "user", "content": "Name a wader."}]}).encode()
    answer = json.dumps({"choices": [{"message": TALKED, "finish_reason": "stop"}]}).encode()
    sent = b"POST /v1/chat/completions HTTP/1.1\nHost: api.example.com\nContent-Type: application/json\n\n" + body
    came = b"HTTP/1.1 200 OK\nContent-Type: application/json\n\n" + answer
    path = tmp_path / "lf.httprr"
    path.write_bytes(b"httprr trace v1\n%d %d\n%b%b" % (len(sent), len(came), sent, came))
    (interaction,) = load(str(path)).interactions
    assert asked(interaction)[2] == (("Host", "api.example.com"), ("Content-Type", "application/json"))
    assert said(load(str(path))) == [("user", "Name a wader."), ("assistant", "The avocet.")]
    assert [row[:3] for row in findings(path)] == [("schema-violation", 3, 1)]


SENT = (
    b"POST /v1/chat/completions HTTP/1.1\r\nHost: api.example.com\r\nContent-Type: application/json\r\n\r\n"
    + ASKED.encode()
)
CAME = json.dumps({"choices": [{"message": TALKED, "finish_reason": "stop"}]}).encode()
CAME = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(CAME), CAME)
RIGHT = f"write `{len(SENT)} {len(CAME)}`, or record it again"


@pytest.mark.parametrize(
    ("lengths", "what", "mend"),
    [
        ((0, 0), "", ""),
        ((0, -12), "12 bytes that begin no exchange are left behind it", RIGHT),
        ((0, 7), "the file ends 7 bytes before this exchange does", RIGHT),
        ((-30, 30), "no answer begins behind the request", "record it again"),
        ((-30, 0), "no answer begins behind the request", "record it again"),
    ],
)
@pytest.mark.parametrize("before", [0, 1])
def test_lengths_that_are_wrong_are_told_at_their_line(
    tmp_path: Path, before: int, lengths: tuple[int, int], what: str, mend: str
) -> None:
    """And nothing else: the body that they cut is no finding of its own."""
    path = tmp_path / "recording.httprr"
    said = len(SENT) + lengths[0], len(CAME) + lengths[1]
    good = b"%d %d\n%b%b" % (len(SENT), len(CAME), SENT.replace(b"wader", b"heron"), CAME)
    path.write_bytes(b"httprr trace v1\n" + good * before + b"%d %d\n" % said + SENT + CAME)
    words = f"the lengths of this exchange, `{said[0]} {said[1]}`, are wrong: {what}, and httprr cannot read the file; {mend}"
    line = 1 + path.read_bytes().partition(b"%d %d\n" % said)[0].count(b"\n")
    assert [(row[0], row[1], row[3]) for row in findings(path)] == ([("schema-violation", line, words)] if what else [])
    if lengths == (0, -12) and not before:
        path.write_bytes(path.read_bytes().replace(b"Content-Length", b"X-Length"))
        assert [row[3].partition("; ")[2] for row in findings(path)] == ["record it again"]


def test_a_trace_without_exchanges_is_empty() -> None:
    assert [row[:3] for row in findings(FOLDER / "empty.httprr")] == [("empty-cassette", 1, 1)]


def test_a_trace_that_was_cut_is_read_as_far_as_it_goes() -> None:
    (interaction,) = load(str(FOLDER / "cut.httprr")).interactions
    assert str(content(interaction.response.body))[-20:] == '"prompt_tokens":12,"'
    assert [row[:3] for row in findings(FOLDER / "cut.httprr")] == [
        ("schema-violation", 3, 1),
        ("body-not-json", 11, 227),
    ]


@given(st.binary(max_size=200))
def test_nothing_but_a_refusal_is_raised(rest: bytes) -> None:
    with suppress(SourceError):
        read(b"httprr trace v1\n" + rest, "x.httprr")


def test_real_traces(shared: Path) -> None:
    folder = shared / "corpus" / "tmc__langchaingo"
    files, interactions = count_of(folder, format="httprr", patterns=("**/*.httprr", "**/*.httprr.gz"))
    assert files > 0
    assert interactions > 0
