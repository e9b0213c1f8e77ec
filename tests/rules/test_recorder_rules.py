"""The rules on what a recorder writes down beside the exchange, on files of any number of interactions."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Sequence
from pathlib import Path

import brotli
import pytest
import zstandard
from rule_cases import observations

from cassette_tools._record import replace
from cassette_tools.config import MatchSettings
from cassette_tools.model import Body, Headers, Interaction, Problem, Request, Response
from cassette_tools.rules import RULES, FileFacts
from cassette_tools.wire.body import read_body

# --- ids -------------------------------------------------------------------------------------------------------------


def numbered(*ids: object) -> list[Interaction]:
    return [
        Interaction(
            index=index,
            request=Request(method="GET", url="https://api.example/v1"),
            response=Response(status_code=200),
            extra={} if number is None else {"id": number},
            route=("interactions", index),
        )
        for index, number in enumerate(ids)
    ]


def odd(number: int, index: int, kind: str = "is out of place") -> tuple[str, tuple[str | int, ...]]:
    message = (
        f"the id {number} {kind}: go-vcr numbers interactions 0, 1, 2, …, so that this one would be {index}; the file was "
        "put together by hand: see what is missing, then number them anew"
    )
    return message, ("interactions", index, "id")


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ((0, 2, 3), [odd(2, 1)]),  # the first one alone
        ((1,), [odd(1, 0)]),
        ((0, 0, 1), [odd(0, 1, "stands there twice")]),
        ((1, 0), [odd(1, 0)]),
        ((0, 1, 1), [odd(1, 2, "stands there twice")]),
        ((0, None, 1), [odd(1, 2)]),
        ((), []),
        ((0,), []),
        ((0, 1, 2, 3), []),
        ((0, None, 2), []),
        ((None, None), []),
        (("b", "a"), []),
        ((False, True), []),  # `schema-violation` says so
    ],
)
def test_ids(ids: tuple[object, ...], expected: list[object]) -> None:
    seen = observations("interaction-ids-not-sequential", *numbered(*ids))
    assert [(each.message, each.place.route) for each in seen] == expected


@pytest.mark.parametrize("name", ["wiremock", "seinfeld", "vcrpy"])
def test_ids_of_other_recorders_are_their_own(name: str) -> None:
    begin = RULES["interaction-ids-not-sequential"].begin
    assert begin is not None
    assert begin(FileFacts(format=name, match=MatchSettings())) is None


# --- content codings -------------------------------------------------------------------------------------------------

PLAIN = '{"a": "é"}'
CODED = {
    "gzip": gzip.compress(PLAIN.encode(), mtime=0),
    "deflate": zlib.compress(PLAIN.encode()),
    "br": brotli.compress(PLAIN.encode()),
    "zstd": zstandard.compress(PLAIN.encode()),
}
JSON = ("Content-Type", "application/json")
AGAIN = "or record the interaction again"


def answered(content: str | bytes, *pairs: tuple[str, str], method: str = "POST", **extra: object) -> Interaction:
    headers = Headers(pairs=pairs)
    body = read_body(content, headers, ("response", "body"))
    return Interaction(
        index=0,
        request=Request(method=method, url="https://api.example/v1", route=("request",)),
        response=Response(status_code=200, headers=headers, body=body, extra=extra, route=("response",)),
    )


def codings(interaction: Interaction, name: str = "go-vcr") -> list[tuple[str, tuple[str | int, ...]]]:
    begin = RULES["content-encoding-mismatch"].begin
    assert begin is not None
    check = begin(FileFacts(format=name, match=MatchSettings()))
    assert check is not None
    return [(seen.message, seen.place.route) for seen in check(interaction)]


def encoding(value: str) -> tuple[str, str]:
    return ("Content-Encoding", value)


@pytest.mark.parametrize("name", ["go-vcr", "httprr"])
@pytest.mark.parametrize(
    ("said", "told"), [("gzip", "gzip"), ("X-GZIP", "gzip"), ("br", "br"), ("deflate, gzip", "deflate, gzip")]
)
def test_a_plain_body_under_a_coding_that_go_left(name: str, said: str, told: str) -> None:
    message = f"Content-Encoding says {told}, but the body is not compressed, so that clients which inflate it fail: take the field out, {AGAIN}"
    place = ("response", "headers", "Content-Encoding", 0)
    assert codings(answered(PLAIN, JSON, encoding(said)), name) == [(message, place)]


@pytest.mark.parametrize("name", ["vcrpy", "ruby-vcr", "har", "seinfeld", "ddtrace", "wiremock", "httpmock"])
def test_other_players_know_of_decoded_bodies(name: str) -> None:
    assert codings(answered(PLAIN, JSON, encoding("gzip")), name) == []


def by_client(said: str, *pairs: tuple[str, str], layout: str = "code") -> Interaction:
    """Answered to a client that names itself in these header fields; VCR.py keeps the status by its layout."""
    found = answered(PLAIN, JSON, encoding(said))
    return replace(
        found,
        request=replace(found.request, headers=Headers(pairs=pairs)),
        response=replace(found.response, status_route=("response", "status", layout)),
    )


OF_HTTPX = [
    (("user-agent", "python-httpx/0.28.1"),),
    (("User-Agent", "OpenAI/Python 2.1.0"), ("X-Stainless-Lang", "python")),
]


@pytest.mark.parametrize("pairs", OF_HTTPX)
@pytest.mark.parametrize("said", ["gzip", "deflate"])
def test_httpx_inflates_what_vcrpy_hands_it(pairs: tuple[tuple[str, str], ...], said: str) -> None:
    message = f"Content-Encoding says {said}, but the body is not compressed, so that httpx, which inflates it, fails: take the field out, {AGAIN}"
    place = ("response", "headers", "Content-Encoding", 0)
    assert codings(by_client(said, *pairs), "vcrpy") == [(message, place)]
    assert codings(by_client(said, *pairs, layout="status_code"), "vcrpy") == []  # it was httpx that decoded it
    assert codings(by_client(said, *pairs), "ruby-vcr") == []
    assert codings(by_client("br", *pairs), "vcrpy") == []  # httpx alone does not know it


@pytest.mark.parametrize(
    "pairs", [(("User-Agent", "OpenAI/JS 5.0.0"), ("X-Stainless-Lang", "js")), (("User-Agent", "python-requests/2"),)]
)
def test_other_clients_of_vcrpy_take_a_plain_body(pairs: tuple[tuple[str, str], ...]) -> None:
    assert codings(by_client("gzip", *pairs), "vcrpy") == []


def test_the_real_httpx_fails_where_it_is_told(tmp_path: Path) -> None:
    """And reads the body when the field is taken out, as the message says."""
    httpx, vcr = pytest.importorskip("httpx"), pytest.importorskip("vcr")
    for field, outcome in (("Content-Encoding: [gzip]", "DecodingError"), ("X-Other: [gzip]", PLAIN)):
        cassette = tmp_path / "recording.yaml"
        cassette.write_text(
            "version: 1\ninteractions:\n- request: {method: POST, uri: 'https://api.example/v1', body: '', headers: {}}\n"
            f"  response: {{status: {{code: 200, message: OK}}, headers: {{{field}}}, body: {{string: '{PLAIN}'}}}}\n",
            encoding="utf-8",
        )
        with vcr.use_cassette(str(cassette), record_mode="none"):
            try:
                seen = httpx.post("https://api.example/v1").text
            except httpx.DecodingError as error:
                seen = type(error).__name__
        assert seen == outcome


@pytest.mark.parametrize("name", ["go-vcr", "vcrpy", "ruby-vcr", "har"])
@pytest.mark.parametrize("coding", ["gzip", "zstd", "deflate"])
def test_a_compressed_body_that_no_field_speaks_of(name: str, coding: str) -> None:
    message = f"the body is compressed with {coding} and no Content-Encoding says so, so that clients take the compressed bytes for the answer: add the field, {AGAIN}"
    assert codings(answered(CODED[coding], JSON), name) == [(message, ("response", "body"))]
    assert codings(answered(CODED[coding], JSON, encoding("identity")), name) == [(message, ("response", "body"))]


@pytest.mark.parametrize(("said", "coding"), [("br", "gzip"), ("gzip", "zstd"), ("zstd", "deflate")])
def test_a_field_that_names_another_coding(said: str, coding: str) -> None:
    message = f"Content-Encoding says {said}, but the body is compressed with {coding}, so that clients cannot read it: write {coding}, {AGAIN}"
    place = ("response", "headers", "content-encoding", 0)
    assert codings(answered(CODED[coding], JSON, ("content-encoding", said)), "vcrpy") == [(message, place)]


@pytest.mark.parametrize(
    ("content", "pairs"),
    [
        (PLAIN, [JSON]),
        (PLAIN, [JSON, encoding("identity")]),
        (PLAIN, [JSON, encoding("utf-8")]),  # a server that takes it for a charset
        ("", [JSON, encoding("gzip")]),
        *((content, [JSON, encoding(name)]) for name, content in CODED.items()),
        (CODED["gzip"], [JSON, encoding("x-gzip")]),
        (gzip.compress(CODED["br"], mtime=0), [JSON, encoding("br, gzip")]),
        (CODED["gzip"], [("Content-Type", "application/gzip")]),
        (CODED["gzip"], [("Content-Type", "application/octet-stream")]),
        (CODED["gzip"], []),
        (CODED["gzip"][:-9], [JSON, encoding("gzip")]),  # `unreadable-body`
    ],
)  # fmt: skip
def test_codings_that_are_as_they_are_said(content: str | bytes, pairs: Sequence[tuple[str, str]]) -> None:
    assert codings(answered(content, *pairs)) == []


def test_answers_without_a_body_of_their_own() -> None:
    assert codings(answered(PLAIN, JSON, encoding("gzip"), method="HEAD")) == []
    assert codings(answered(PLAIN, JSON, encoding("gzip"), uncompressed=True)) == []
    lost = Body(text="\x1f\ufffd\b\0\0", problems=(Problem(kind="unreadable-body", message=""),))
    headers = Headers(pairs=(encoding("gzip"),))
    interaction = answered("")
    assert codings(replace(interaction, response=replace(interaction.response, body=lost, headers=headers))) == []
