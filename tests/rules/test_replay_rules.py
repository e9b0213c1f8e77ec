"""What is said of replay: which recordings are never played, and which can never be found; and what is not said."""

from __future__ import annotations

import json

import pytest

from cassette_tools.config import LintSettings, MatchSettings
from cassette_tools.lint.engine import lint_source
from cassette_tools.lint.select import chosen_rules
from cassette_tools.source import Source

CHOSEN = chosen_rules(LintSettings(select=("duplicate-request", "request-unmatchable")))
BODIES = MatchSettings(match_on=("method", "uri", "body"))
HEADERS = MatchSettings(match_on=("method", "uri", "headers"))
REPEATS = MatchSettings(repeats=True)
BOUNDARY = "0fc57194a143c0566fe29d0566f07aea"
UUID = "7d3f9a52-41c8-4e0b-9c6d-2b8e5f1a0c37"


def exchange(
    url: str = "/v1", body: str = "", answer: str = "", code: int = 200, date: str = "", **fields: str
) -> dict[str, object]:
    """One interaction of VCR.py's; names of header fields with ``_`` for ``-``."""
    headers = {name.replace("_", "-"): [value] for name, value in fields.items()}
    return {
        "request": {"method": "POST", "uri": f"https://a.example{url}", "headers": headers, "body": body},
        "response": {
            "status": {"code": code, "message": ""},
            "headers": {"Date": [date]} if date else {},
            "body": {"string": answer},
        },
    }


def go(url: str = "/v1", body: str = "", length: int | None = None, **fields: str) -> dict[str, object]:
    """One interaction of go-vcr's."""
    return {
        "request": {
            "method": "POST", "url": f"https://a.example{url}", "body": body,
            "content_length": len(body) if length is None else length,
            "headers": {name.replace("_", "-"): [value] for name, value in fields.items()},
        },
        "response": {"body": "", "headers": {}, "status": "200 OK", "code": 200, "duration": "1s"},
    }  # fmt: skip


def found(interactions: list[dict[str, object]], settings: MatchSettings) -> list[tuple[str, int, str]]:
    """Rule, interaction, and what the place in the file says. The file is JSON with a value on each line."""
    version = 2 if "url" in interactions[0]["request"] else 1  # type: ignore[operator]
    text = json.dumps({"version": version, "interactions": interactions}, indent=1)
    lines = text.split("\n")
    seen = []
    for each in lint_source(Source.from_bytes(text.encode(), "a.json"), CHOSEN, settings):
        region = each.location.region
        assert each.interaction is not None
        seen.append((each.rule, each.interaction, lines[region.line - 1][region.column - 1 : region.end_column - 1]))
    return seen


def duplicate(index: int, url: str = "/v1") -> tuple[str, int, str]:
    return "duplicate-request", index, f'"https://a.example{url}"'


DUPLICATES: list[tuple[str, MatchSettings, list[dict[str, object]], list[tuple[str, int, str]]]] = [
    ("a body is not compared", REPEATS, [exchange(body="a", answer="1"), exchange(body="b", answer="2")], [duplicate(1)]),
    ("each that is shadowed", REPEATS, [exchange(answer=each) for each in "1223"], [duplicate(1), duplicate(2), duplicate(3)]),
    ("another status", REPEATS, [exchange(code=202), exchange(code=200)], [duplicate(1)]),
    ("the order of the query", REPEATS, [exchange("/v1?a=1&b=2", answer="1"), exchange("/v1?b=2&a=1", answer="2")],
     [duplicate(1, "/v1?b=2&a=1")]),
    ("as go-vcr sees it", MatchSettings(profile="go-vcr", repeats=True), [go("/v1?a=1&b=2"), go("/v1?b=2&a=1")], []),
    ("the same answer", REPEATS, [exchange(answer="1", date="Mon"), exchange(answer="1", date="Tue")], []),
    ("another request", REPEATS, [exchange("/v1", answer="1"), exchange("/v2", answer="2")], []),
    ("a body that is compared", MatchSettings(repeats=True, match_on=("method", "uri", "body")),
     [exchange(body="a", answer="1"), exchange(body="b", answer="2")], []),
    ("played once, in order", MatchSettings(), [exchange(answer="pending"), exchange(answer="done")], []),
    ("played once, in order, as configured", BODIES, [exchange(answer="pending"), exchange(answer="done")], []),
    ("nobody's player", MatchSettings(profile="none", repeats=True), [exchange(answer="1"), exchange(answer="2")], []),
]  # fmt: skip


def multipart(boundary: str) -> dict[str, object]:
    return exchange(
        body=f"--{boundary}\r\n\r\nx\r\n--{boundary}--", Content_Type=f"multipart/form-data; boundary={boundary}"
    )


def unmatchable(place: str, index: int = 0) -> tuple[str, int, str]:
    return "request-unmatchable", index, place


DAY = "Thu, 09 Oct 2025 08:53:20 GMT"
UNMATCHABLE: list[tuple[str, MatchSettings, list[dict[str, object]], list[tuple[str, int, str]] | None]] = [
    ("a random boundary", BODIES, [multipart(BOUNDARY)], [unmatchable(f'"multipart/form-data; boundary={BOUNDARY}"')]),
    ("a random boundary of Ruby", BODIES, [multipart(f"-----------RubyMultipartPost-{BOUNDARY}")],
     [unmatchable(f'"multipart/form-data; boundary=-----------RubyMultipartPost-{BOUNDARY}"')]),
    ("a boundary that was chosen", BODIES, [multipart("sampleboundary")], []),
    ("the boundary of the manuals", BODIES, [multipart("----WebKitFormBoundary7MA4YWxkTrZu0gW")], []),
    ("a boundary that a filter replaced in the body", BODIES,
     [exchange(body="--X\r\n\r\nx\r\n--X--", Content_Type=f"multipart/form-data; boundary={BOUNDARY}")], []),
    ("bodies that are not compared", MatchSettings(), [multipart(BOUNDARY)], []),
    ("bodies that are not compared, as configured", HEADERS, [exchange(body=json.dumps({"nonce": UUID}))], []),
    ("a random id", BODIES, [exchange(body=json.dumps({"metadata": {"request_id": UUID}}))], None),
    ("an id that was chosen", BODIES, [exchange(body='{"request_id":"first"}')], []),
    ("an id of zeros", BODIES, [exchange(body='{"request_id":"00000000-0000-0000-0000-000000000000"}')], []),
    ("a random word under another name", BODIES, [exchange(body=json.dumps({"file_id": UUID}))], []),
    ("an id that an answer gave", BODIES,
     [exchange(answer=json.dumps({"trace_id": UUID})), exchange(body=json.dumps({"trace_id": UUID}))], []),
    ("the time of the recording", BODIES, [exchange(body='{"timestamp":"2025-10-09T08:53:19Z"}', date=DAY)], None),
    ("the same in milliseconds", BODIES, [exchange(body='{"sentAt":1760000000123}', date=DAY)], None),
    ("a time that was chosen", BODIES, [exchange(body='{"timestamp":"2024-01-01T00:00:00Z"}', date=DAY)], []),
    ("a time, and nobody knows when it was recorded", BODIES, [exchange(body='{"timestamp":"2025-10-09T08:53:19Z"}')], []),
    ("a random field", HEADERS, [exchange(Idempotency_Key=UUID)], [unmatchable(f'"{UUID}"')]),
    ("the time of a signature", HEADERS, [exchange(X_Amz_Date="20251009T085320Z")], [unmatchable('"20251009T085320Z"')]),
    ("a field that was chosen", HEADERS, [exchange(Idempotency_Key="first", X_Amz_Date="XXX")], []),
    ("another random field", HEADERS, [exchange(X_Session=UUID)], []),
    ("a length that is another", MatchSettings(profile="go-vcr-4"), [go(body="abc", length=5)], [unmatchable("5")]),
    ("a length that is not known", MatchSettings(profile="go-vcr-4"), [go(body="abc", length=-1)], []),
    ("the right length", MatchSettings(profile="go-vcr-4"), [go(body="abc")], []),
    ("a URL with something taken out", MatchSettings(profile="go-vcr"), [go("/v1?key=REDACTED")],
     [unmatchable('"https://a.example/v1?key=REDACTED"')]),
    ("the same where only the format tells", MatchSettings(), [go("/v1?key=REDACTED")], []),
    ("the same with VCR.py, whose filters see both requests", BODIES, [exchange("/v1?key=REDACTED")], []),
    ("a field with something taken out", MatchSettings(profile="go-vcr-4"), [go(Authorization="Bearer [REDACTED]")],
     [unmatchable('"Bearer [REDACTED]"')]),
    ("a field that is not compared", MatchSettings(profile="charm-vcr"), [go(Authorization="Bearer [REDACTED]")], []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "settings", "interactions", "expected"), DUPLICATES, ids=[row[0] for row in DUPLICATES]
)
def test_duplicate_request(
    name: str, settings: MatchSettings, interactions: list[dict[str, object]], expected: list[tuple[str, int, str]]
) -> None:
    assert found(interactions, settings) == expected


@pytest.mark.parametrize(
    ("name", "settings", "interactions", "expected"), UNMATCHABLE, ids=[row[0] for row in UNMATCHABLE]
)
def test_request_unmatchable(
    name: str,
    settings: MatchSettings,
    interactions: list[dict[str, object]],
    expected: list[tuple[str, int, str]] | None,
) -> None:
    seen = found(interactions, settings)
    if expected is None:  # in the body, which stands on one line
        ((rule, index, place),) = seen
        assert (rule, index) == ("request-unmatchable", 0)
        assert json.loads(place.replace("\\", "")) in (UUID, "2025-10-09T08:53:19Z", 1760000000123)
    else:
        assert seen == expected


def test_httprr_tells_it_by_itself() -> None:
    def trace(*exchanges: tuple[str, str, str]) -> bytes:
        content = "httprr trace v1\n"
        for fields, body, answer in exchanges:
            asked = f"POST https://a.example/v1 HTTP/1.1\r\nHost: a.example\r\n{fields}\r\n{body}"
            told = f"HTTP/1.1 200 OK\r\n\r\n{answer}"
            content += f"{len(asked)} {len(told)}\n{asked}{told}"
        return content.encode()

    def seen(content: bytes) -> list[tuple[str, int | None, int, int]]:
        return [
            (each.rule, each.interaction, each.location.region.line, each.location.region.column)
            for each in lint_source(Source.from_bytes(content, "a.httprr"), CHOSEN)
        ]

    assert seen(trace(("", "a", "1"), ("", "b", "2"))) == []
    assert seen(trace(("", "a", "1"), ("", "a", "1"))) == []
    assert seen(trace(("", "a", "1"), ("", "b", "2"), ("", "a", "3"))) == [("duplicate-request", 2, 15, 1)]
    form = f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
    assert seen(trace((form, f"--{BOUNDARY}--", "1"))) == [("request-unmatchable", 0, 5, 14)]


def test_a_message_says_what_and_how_to_mend_it() -> None:
    text = json.dumps({"version": 1, "interactions": [exchange(answer="1"), exchange(answer="2")]})
    (finding,) = lint_source(Source.from_bytes(text.encode(), "a.json"), CHOSEN, REPEATS)
    assert finding.message == (
        "this answer is never played: to VCR.py its request is that of interaction 0, which is played; play each "
        "recording once, or compare what tells the requests apart"
    )
    assert [each.region.column for each in finding.related] == [text.index('"https') + 1]
