"""`content-length-mismatch` and `error-status-recorded`, on requests and on responses alike."""

from __future__ import annotations

import zlib

import pytest
from rule_cases import observations

from cassette_tools._record import replace
from cassette_tools.model import Body, Headers, Interaction, Request, Response


def observe(rule: str, interaction: Interaction) -> list[tuple[str, tuple[str | int, ...], int]]:
    return [(seen.message, seen.place.route, len(seen.related)) for seen in observations(rule, interaction)]


def request(text: str, noted: int | None = None, *pairs: tuple[str, str]) -> Interaction:
    return Interaction(
        index=0,
        request=Request(
            method="POST",
            url="https://api.example/v1",
            body=Body(text=text),
            content_length=noted,
            headers=Headers(pairs=pairs),
            route=("request",),
        ),
        response=Response(status_code=200, route=("response",)),
    )


def response(text: str, noted: int | None = None, *pairs: tuple[str, str], **more: object) -> Interaction:
    return Interaction(
        index=0,
        request=Request(method=str(more.pop("method", "GET")), url="https://api.example/v1", route=("request",)),
        response=Response(
            status_code=int(str(more.pop("status", 200))),
            body=Body(text=text),
            content_length=noted,
            headers=Headers(pairs=pairs),
            route=("response",),
            extra=more,
        ),
    )


def words(side: str, said: int, size: int) -> str:
    return (
        f"the {side}'s recorded length says {said} bytes, its body is {size}: it was changed after recording; write "
        f"{size}, or "
        "record the interaction again"
    )


@pytest.mark.parametrize(("side", "make"), [("request", request), ("response", response)])
def test_a_noted_length_that_is_wrong(side: str, make) -> None:  # type: ignore[no-untyped-def]
    assert observe("content-length-mismatch", make("{}", 265)) == [(words(side, 265, 2), (side, "content_length"), 0)]


def test_a_header_field_that_is_wrong() -> None:
    assert observe("content-length-mismatch", response("é", None, ("A", "b"), ("content-length", "7"))) == [
        (words("response", 7, 2), ("response", "headers", "content-length", 0), 0)
    ]
    assert observe("content-length-mismatch", request("é", None, ("A", "b"), ("content-length", "7"))) == []


def test_both_wrong_are_one_finding() -> None:
    assert observe("content-length-mismatch", response("{}", 9, ("Content-Length", "9"))) == [
        (words("response", 9, 2), ("response", "content_length"), 1)
    ]


@pytest.mark.parametrize("make", [request, response])
@pytest.mark.parametrize(
    ("text", "noted", "pairs"),
    [
        ("{}", 2, ()),
        ("{}", None, ()),
        ("{}", 0, ()),  # go-vcr's zero value
        ("", 265, ()),  # the body was left out
        ("é", None, (("Content-Length", "2"),)),
        ("é", None, (("Content-Length", "1"),)),  # recorded in an 8-bit charset
        ("a\nb\n", None, (("Content-Length", "6"),)),  # recorded with CRLF
        ("{}", None, (("Content-Length", "22"), ("Content-Encoding", "gzip"))),
        ("{}", None, (("Content-Length", "22"), ("Transfer-Encoding", "chunked"))),
        ("key=REDACTED", None, (("Content-Length", "55"),)),
        ("{}", None, (("Content-Length", "many"),)),
    ],
)
def test_lengths_that_are_right_or_explained(
    make, text: str, noted: int | None, pairs: tuple[tuple[str, str], ...]
) -> None:  # type: ignore[no-untyped-def]
    assert observe("content-length-mismatch", make(text, noted, *pairs)) == []


def test_a_decompressed_body_has_another_length() -> None:
    body = Body(text="{}", codings=("gzip",), raw=b"\x1f\x8b" + b"." * 20)
    interaction = request("{}", 40)
    assert (
        observe("content-length-mismatch", replace(interaction, request=replace(interaction.request, body=body))) == []
    )


@pytest.mark.parametrize("said", [14, 16, 18, 20])
def test_json_that_the_recorder_wrote_anew(said: int) -> None:
    """Compact or spaced, with ``é`` or its escape: each is a spelling that may have been sent."""
    body = Body(text='{\n  "a": [1, "é"]\n}', json={"a": [1, "é"]})
    interaction = request("", said)
    assert (
        observe("content-length-mismatch", replace(interaction, request=replace(interaction.request, body=body))) == []
    )


def test_a_body_without_its_bytes_has_no_length() -> None:
    body = Body(text='{"a":1}', json={"a": 1}, verbatim=False)
    interaction = request("", 99)
    assert (
        observe("content-length-mismatch", replace(interaction, request=replace(interaction.request, body=body))) == []
    )


@pytest.mark.parametrize("more", [{"uncompressed": True}, {"method": "HEAD"}, {"status": 304}])
def test_responses_whose_length_is_of_something_else(more: dict[str, object]) -> None:
    assert observe("content-length-mismatch", response("{}", None, ("Content-Length", "22"), **more)) == []


@pytest.mark.parametrize("status", [0, 101, 200, 204, 301, 304, 400, 401, 403, 404, 409, 413, 422])
def test_statuses_that_a_scenario_means(status: int) -> None:
    assert observe("error-status-recorded", response("", status=status)) == []


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (408, "408 Request Timeout"),
        (425, "425 Too Early"),
        (429, "429 Too Many Requests"),
        (500, "500 Internal Server Error"),
        (503, "503 Service Unavailable"),
        (529, "529 Overloaded"),
        (599, "599"),
    ],
)
def test_statuses_that_pass_by_themselves(status: int, name: str) -> None:
    assert observe("error-status-recorded", response("", status=status)) == [
        (
            f"the answer is a failure that passes by itself, {name}: record the interaction again, or say in an "
            f"ignore comment "
            "that the scenario is about it",
            ("response", "code"),
            0,
        )
    ]


# --- bodies that are bytes, and bodies that were packed --------------------------------------------------------------

TEXT = "".join(f"{number} herons in a row, and {number * 7 % 13} egrets. " for number in range(60))
PACKED = len(zlib.compress(TEXT.encode()))
# What go-yaml makes of a picture: a byte that is no UTF-8 is a character, one that is by chance means another.
PICTURE = (
    "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xdb\x00C\x00\x08禑\x06\x07\x06\x05zU禑"
    * 4
)


@pytest.mark.parametrize("length", [PACKED, PACKED + 12, len(zlib.compress(TEXT.encode(), 1)) + 12])
def test_the_length_of_a_body_that_was_packed(length: int) -> None:
    assert observe("content-length-mismatch", response(TEXT, None, ("Content-Length", str(length)))) == []


@pytest.mark.parametrize("length", [PACKED // 2, PACKED * 2, len(TEXT) - 1, len(TEXT) + 1, 3])
def test_the_length_of_a_body_that_was_not_packed(length: int) -> None:
    assert observe("content-length-mismatch", response(TEXT, None, ("Content-Length", str(length)))) == [
        (words("response", length, len(TEXT)), ("response", "headers", "Content-Length", 0), 0)
    ]


def test_a_small_body_is_not_packed() -> None:
    text = TEXT[:100]
    said = len(zlib.compress(text.encode()))
    assert len(observe("content-length-mismatch", response(text, None, ("Content-Length", str(said))))) == 1


@pytest.mark.parametrize(("side", "make"), [("request", request), ("response", response)])
def test_a_picture_that_was_written_as_text(side: str, make) -> None:  # type: ignore[no-untyped-def]
    picture = make(PICTURE, 9, ("Content-Type", "image/jpeg"), ("Content-Length", "9"))
    assert observe("binary-as-text", picture) == [
        (
            f"the {side}'s body (image/jpeg) is binary, and was written as text: bytes of it are lost; record the "
            "interaction again, with bodies in base64",
            (),
            0,
        )
    ]
    assert observe("content-length-mismatch", picture) == observe("mojibake", picture) == []


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("image/png", 0),
        ("audio/mpeg", 0),
        ("application/octet-stream", 0),
        ("image/svg+xml", 1),  # is text
        ("text/html", 1),
        ("application/json", 1),
    ],
)
def test_a_text_in_the_place_of_a_medium(kind: str, expected: int) -> None:
    stand_in = response("PNG", None, ("Content-Type", kind), ("Content-Length", "48213"))
    assert len(observe("content-length-mismatch", stand_in)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Olá, mundo",
        "它是鹭",
        "\x1b[31mred\x1b[0m and \x1b[32mgreen\x1b[0m",
        "a\x0cb" * 3 + "words of a page " * 40,
        "one \ufffd in a text that was cut in the middle of a character",
        "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\xff\xfe\x80\x81",  # a character for each byte: nothing is lost
        "{" + PICTURE,
    ],
)
def test_text_is_text(text: str) -> None:
    assert observe("binary-as-text", response(text)) == []
