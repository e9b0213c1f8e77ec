"""Content codings and charsets: found by looking at the bytes, whatever the header says."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.model import Body, Headers
from cassette_tools.wire.body import read_body

TEXT = json.dumps({"words": ["é"] * 300, "more": list(range(300))}, ensure_ascii=False)


def read(recorded: str | bytes | None, content_type: str = "", encoding: str = "") -> Body:
    pairs = [("Content-Type", content_type)] * bool(content_type) + [("Content-Encoding", encoding)] * bool(encoding)
    return read_body(recorded, Headers(pairs=tuple(pairs)), ("body",))


def raw_deflate(content: bytes) -> bytes:
    machine = zlib.compressobj(wbits=-15)
    return machine.compress(content) + machine.flush()


PACKERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "zlib": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "brotli": ("br", brotli.compress),
    "zstd": ("zstd", zstandard.compress),
}
every_packer = pytest.mark.parametrize("packer", PACKERS)


@every_packer
def test_round_trip(packer: str) -> None:
    coding, pack = PACKERS[packer]
    content = pack(TEXT.encode())
    body = read(content, "application/json", coding)
    assert (body.text, body.raw, body.codings, body.json, body.problems, body.verbatim) == (
        TEXT, content, (coding,), json.loads(TEXT), (), False,
    )  # fmt: skip


@pytest.mark.parametrize("packer", ["gzip", "zlib", "zstd"])
def test_magic_bytes_need_no_header(packer: str) -> None:
    coding, pack = PACKERS[packer]
    for encoding in ("", "br", "identity"):
        assert read(pack(TEXT.encode()), "application/json", encoding).codings == (coding,)


@every_packer
def test_nothing_packed(packer: str) -> None:
    coding, pack = PACKERS[packer]
    body = read(pack(b""), "application/json", coding)
    assert (body.text, body.codings, body.problems) == ("", (coding,), ())


@every_packer
def test_every_cut_is_a_problem(packer: str) -> None:
    coding, pack = PACKERS[packer]
    content = pack(TEXT.encode())
    for end in (len(content) // 3, len(content) // 2, len(content) - 1):
        body = read(content[:end], "application/json", coding)
        assert [problem.message for problem in body.problems] == [
            f"the body of {end} bytes cannot be decompressed: the compressed data end too early; record it again"
        ]
        assert (body.text, body.raw) == (None, content[:end])


@every_packer
def test_a_body_that_is_already_decoded(packer: str) -> None:
    coding, _pack = PACKERS[packer]
    for text in ("{}", "\n  \n{}", "Hello\nworld", '  "é"', "x = 1", "x^2", "data: 1\r\n\r\n", "\ufeff{}", "1"):
        body = read(text.encode(), "text/plain", coding)
        assert (body.text, body.codings, body.problems) == (text, (), ())


@every_packer
def test_binary_in_a_coding(packer: str) -> None:
    coding, pack = PACKERS[packer]
    body = read(pack(b"\x89PNG\xff" * 20), "image/png", coding)
    assert (body.text, body.codings, body.problems) == (None, (coding,), ())


def test_several_codings() -> None:
    assert read(gzip.compress(brotli.compress(TEXT.encode())), "", "br, gzip").codings == ("gzip", "br")
    assert read(brotli.compress(raw_deflate(TEXT.encode())), "", "deflate, br").problems != ()  # of two guesses one
    assert read(zstandard.compress(b"[1,") + zstandard.compress(b"2]")).json == [1, 2]
    assert read(gzip.compress(b"[1,") + gzip.compress(b"2]") + b"\0\0").json == [1, 2]


def test_what_only_looks_packed() -> None:
    body = read(b"x\x9c" + b"\xff" * 20, "application/octet-stream")
    assert (body.text, body.codings, body.problems) == (None, (), ())


def test_thousands_of_parts_are_refused() -> None:
    for pack in (gzip.compress, zstandard.compress):
        (problem,) = read(pack(b"") * 1001).problems
        assert "more than 1,000 compressed parts" in problem.message


@pytest.mark.parametrize(
    ("content", "charset", "text"),
    [
        ("é".encode(), "iso-8859-1", "é"),  # the bytes are UTF-8 all the same
        ("é".encode("latin-1"), "ISO-8859-1", "é"),
        ("…".encode("cp1252"), '"windows-1252"', "…"),
        ("日本".encode("shift_jis"), "Shift_JIS", "日本"),
        ("日本".encode("iso2022_jp"), "iso-2022-jp", "日本"),
        ('{"a": 1}'.encode("utf-16"), "utf-16", '{"a": 1}'),
        (b'{"a": 1}', "utf-16", '{"a": 1}'),
        (b"\xe9", "utf-8", None),
        (b"\xe9", "no-such", None),
        (b"\xe9", "idna", None),
        (b"a\\u00e9", "unicode_escape", "a\\u00e9"),
        (b"a", "undefined", "a"),
        (b"a", "x\0y", "a"),
        (b"\xff", "\ud800", None),
        (b"a", "", "a"),
    ],
)
def test_charsets(content: bytes, charset: str, text: str | None) -> None:
    body = read(content, f"text/plain; charset={charset}")
    assert (body.text, body.raw, body.problems) == (text, content, ())


@given(
    st.binary(max_size=60),
    st.sampled_from(["", "deflate", "br", "gzip, deflate", "zstd"]),
    st.sampled_from([b"", b"x\x9c", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"]),
)
def test_any_bytes_are_read(content: bytes, encoding: str, magic: bytes) -> None:
    body = read(magic + content, "application/json", encoding)
    assert body.raw == (magic + content or None) or not (magic + content)
    assert {problem.kind for problem in body.problems} <= {"unreadable-body", "body-not-json"}
