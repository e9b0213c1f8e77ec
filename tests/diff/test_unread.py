"""Bodies that are no JSON: whatever differs in them is told, and what is drawn anew for every session is noise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools._record import replace
from cassette_tools.diff import compare
from cassette_tools.load import understood
from cassette_tools.model import Headers, Interaction, Recording, Request, Response
from cassette_tools.wire.body import read_body

OFFER = (
    "v=0\r\no=- 123 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
    "m=audio 51603 UDP/TLS/RTP/SAVPF 96 0\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:wpPZ\r\na=ice-pwd:secret1\r\n"
    "a=candidate:1 1 udp 2130 10.0.0.1 3478 typ host\r\na=msid:one two\r\na=ssrc:5969 cname:one\r\n"
    "a=rtpmap:96 opus/48000/2\r\n"
)
CALLS = "https://api.openai.com/v1/realtime/calls"
OTHER = "https://example.com/things"
FORM = 'multipart/form-data; boundary="b"'


def form(*fields: tuple[str, str], boundary: str = "b") -> str:
    parts = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields
    )
    return "".join(parts) + f"--{boundary}--\r\n"


def told(
    old: str | bytes,
    new: str | bytes,
    *,
    side: str = "response",
    url: str = CALLS,
    kind: str = "text/plain",
    status: int = 200,
) -> list[tuple[str, str, str]]:
    """Level, rule and path of what is found where one body became another."""

    def recorded(content: str | bytes) -> Recording:
        headers = Headers(pairs=(("Content-Type", kind),))
        body = read_body(content, headers, (side, "body"))
        request, response = Request(method="POST", url=url), Response(status_code=status)
        if side == "request":
            request = replace(request, headers=headers, body=body)
        else:
            response = replace(response, headers=headers, body=body)
        exchange = Interaction(index=0, request=request, response=response)
        return Recording(path="", format="go-vcr", format_version=None, interactions=(understood(exchange),))

    findings = compare(recorded(old), recorded(new)).findings
    return [(each.level, each.rule, each.path.removeprefix("interactions[0].")) for each in findings]


BODY = [("behavior", "response-body-changed", "response.body")]
CHANGED = ("behavior", "request-parameter-changed")


@pytest.mark.parametrize("url", [CALLS, OTHER], ids=["of a known API", "of another API"])
@pytest.mark.parametrize(
    ("old", "new", "findings"),
    [
        (OFFER, "hello world", BODY),
        (OFFER, "", BODY),
        ("name,size\na,1\n", "name,size\na,2\n", BODY),  # a table: its numbers count
        ("<h1>One</h1>", "<h1>Two</h1>", BODY),
        (b"\x00\xff\xfe1", b"\x00\xff\xfe2", BODY),
        (b"\x00\xff\xfe1", "words", BODY),
        (OFFER, OFFER.replace("opus/48000", "opus/24000"), BODY),  # another codec
        (OFFER, OFFER.replace("m=audio", "m=video"), BODY),
        (OFFER, OFFER + "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n", BODY),  # one media line more
    ],
)
def test_another_body_is_told(
    url: str, old: str | bytes, new: str | bytes, findings: list[tuple[str, str, str]]
) -> None:
    assert told(old, new, url=url) == findings
    if new:
        assert told(new, old, url=url) == findings


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("51603", "9"),
        ("o=- 123 1", "o=- 456 2"),
        ("a=ice-ufrag:wpPZ", "a=ice-ufrag:aaaa"),
        ("a=msid:one two", "a=msid:three four"),
        ("a=candidate:1 1 udp 2130 10.0.0.1 3478 typ host\r\n", ""),
        ("5969 cname:one", "12 cname:two"),
    ],
)
def test_what_is_drawn_for_a_session_is_noise(old: str, new: str) -> None:
    other = OFFER.replace(old, new)
    assert other != OFFER
    assert told(OFFER, other) == [("noise", "id-changed", "response.body")]
    pair = form(("sdp", OFFER)), form(("sdp", other))
    assert told(*pair, side="request", kind=FORM) == [("noise", "id-changed", "request.body.sdp")]


@pytest.mark.parametrize(
    ("old", "new", "findings"),
    [
        ([("a", "1")], [("a", "2")], [(*CHANGED, "request.body.a")]),
        (
            [("a", "1")],
            [("a", "1"), ("b", "x")],
            [("behavior", "request-field-added", f"request.body.{name}") for name in ("b", "b.header")],
        ),
        ([("a", "1"), ("a", "2")], [("a", "1"), ("a", "3")], [(*CHANGED, "request.body.a[1]")]),
    ],
)
def test_a_form_is_compared_by_its_fields(
    old: list[tuple[str, str]], new: list[tuple[str, str]], findings: list[tuple[str, str, str]]
) -> None:
    assert told(form(*old), form(*new), side="request", url=OTHER, kind=FORM) == findings


def test_a_form_in_an_address_is_compared_by_its_fields() -> None:
    kind = "application/x-www-form-urlencoded"
    found = told("a=1&b=x%20y", "a=1&b=z", side="request", url=OTHER, kind=kind)
    assert found == [(*CHANGED, "request.body.b")]


def test_numbers_and_ids_of_a_failure_are_noise() -> None:
    page = "<p>Try again. Ray ID: 8a7f{}</p>"
    same, other = page.format("11"), page.format("22")
    assert told(same, other, url=OTHER, status=503) == [("noise", "id-changed", "response.body")]
    assert told(same, other.replace("Try", "Go"), url=OTHER, status=503) == BODY


def test_events_that_are_no_json_are_compared() -> None:
    stream = 'data: {"a": 1}\n\ndata: %s\n\n'
    assert told(stream % "one", stream % "two", url=OTHER, kind="text/event-stream") == BODY


@given(st.binary(min_size=1, max_size=40), st.binary(min_size=1, max_size=40), st.sampled_from([CALLS, OTHER]))
def test_no_difference_is_swallowed(old: bytes, new: bytes, url: str) -> None:
    kind = "application/octet-stream"
    for side in ("request", "response"):
        assert bool(told(old, new, side=side, url=url, kind=kind)) == (old != new)
