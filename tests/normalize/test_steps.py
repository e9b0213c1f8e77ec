"""Each step alone: exactly these lines change."""

from __future__ import annotations

from collections import Counter
from json import dumps

import pytest
from normal_material import CANONICAL, USUAL, rewritten

from cassette_tools.data import normal, volatile
from cassette_tools.data.normal import STEPS
from cassette_tools.normalize import Settings, normalized
from cassette_tools.source import Source

RECORDED = b"""\
---
version: 2
interactions:
- id: 0
  request:
    content_length: 96
    url: https://api.anthropic.com/v1/messages?key=AIzaQm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aRiT5oV
    method: POST
    body: '{"model":"harbour-2","max_tokens":9,"messages":[{"role":"user","content":"Hi"}],"stream":true}  '
    headers:
      User-Agent:
      - Example/1.2.3
      X-Api-Key:
      - Qm7ZtW4vLr9XbK2nPcY8hGdJ
      Cookie:
      - session=Qm7ZtW4vLr9XbK2nPcY8hGdJ
  response:
    content_length: -1
    body: |+
      event: message_start
      data: {"type":"message_start","message":{"id":"msg_01Qm7ZtW4vLr9XbK2nPcY8hG","type":"message","role":"assistant","model":"harbour-2","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":8,"output_tokens":1,"inference_geo":"eu"}}       }

      event: content_block_start
      data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

      event: content_block_delta
      data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"EqQBCgIYAhIkMGY5ZDdiN2MyYTFlNGM4YTli"}}

      event: content_block_stop
      data: {"type":"content_block_stop","index":0}

      event: content_block_start
      data: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}

      event: ping
      data: {"type":"ping"}

      event: content_block_delta
      data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Hel"}}

      event: content_block_delta
      data: {"type":"content_block_delta","index":1,"delta":{"text":"lo","type":"text_delta"}}

      event: content_block_stop
      data: {"type":"content_block_stop","index":1}

      event: message_delta
      data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":3}}

      event: message_stop
      data: {"type":"message_stop"}

    headers:
      Date:
      - Thu, 01 Jan 2026 20:50:17 GMT
      Content-Type:
      - text/event-stream
      Anthropic-Organization-Id:
      - 7b0e4c1a-52d3-4f68-9a1b-0c2d3e4f5a6b
      Anthropic-Ratelimit-Tokens-Remaining:
      - "3999"
      Cf-Ray:
      - 9b3f5d2c1e8a7b60-LIS
      Request-Id:
      - req_011CQm7ZtW4vLr9XbK2nPcY8
      Retry-After:
      - "17"
      Server:
      - cloudflare
      Set-Cookie:
      - a=Qm7ZtW4vLr9XbK2nPcY8hGdJ
      - b=aRiT5oVwNqMyBxUzHk
      X-Build-Id:
      - "771"
      X-Envoy-Upstream-Service-Time:
      - "812"
    status: 200 OK
    code: 200
    duration: 1.812s
"""

EXPECTED = {
    "secrets": """\
-     url: https://api.anthropic.com/v1/messages?key=AIzaQm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aRiT5oV
+     url: https://api.anthropic.com/v1/messages?key=REDACTED
-       - Qm7ZtW4vLr9XbK2nPcY8hGdJ
+       - REDACTED
""",
    "cookies": """\
-       Cookie:
-       - session=Qm7ZtW4vLr9XbK2nPcY8hGdJ
-       Set-Cookie:
-       - a=Qm7ZtW4vLr9XbK2nPcY8hGdJ
-       - b=aRiT5oVwNqMyBxUzHk
""",
    "accounts": """\
-       - 7b0e4c1a-52d3-4f68-9a1b-0c2d3e4f5a6b
+       - REDACTED
""",
    "times": """\
-       - Thu, 01 Jan 2026 20:50:17 GMT
+       - Wed, 01 Jan 2020 00:00:00 GMT
""",
    "durations": """\
-       - "812"
+       - "0"
-     duration: 1.812s
+     duration: 0s
""",
    "fingerprints": """\
-       X-Build-Id:
-       - "771"
""",
    "routes": """\
-       Server:
-       - cloudflare
""",
    "request-ids": """\
-       Cf-Ray:
-       - 9b3f5d2c1e8a7b60-LIS
-       - req_011CQm7ZtW4vLr9XbK2nPcY8
+       - req_1
""",
    "rate-limits": """\
-       Anthropic-Ratelimit-Tokens-Remaining:
-       - "3999"
-       - "17"
+       - "0"
""",
    "padding": """\
-       data: {…"inference_geo":"eu"}}       }
+       data: {…"inference_geo":"eu"}}}
""",
    "lengths": "",
    "lists": "",
    "numbers": "",
    "ids": """\
-       data: {…"id":"msg_01Qm7ZtW4vLr9XbK2nPcY8hG"…}
+       data: {…"id":"msg_1"…}
""",
    "signatures": """\
-       data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"EqQBCgIYAhIkMGY5ZDdiN2MyYTFlNGM4YTli"}}
+       data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2lnbmF0dXJlLTE="}}
""",
    "rechunk": """\
-       data: {"type":"message_start","message":{"id":"msg_01Qm7ZtW4vLr9XbK2nPcY8hG","type":"message","role":"assistant","model":"harbour-2","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":8,"output_tokens":1,"inference_geo":"eu"}}       }
+       data: {"type":"message_start","message":{"id":"msg_01Qm7ZtW4vLr9XbK2nPcY8hG","type":"message","role":"assistant","model":"harbour-2","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":8,"output_tokens":1,"inference_geo":"eu"}}}
-       event: ping
-       data: {"type":"ping"}
-
-       data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Hel"}}
+       data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Hello"}}
-       event: content_block_delta
-       data: {"type":"content_block_delta","index":1,"delta":{"text":"lo","type":"text_delta"}}
-
""",
    "user-agents": """\
-       - Example/1.2.3
+       - Example/0
""",
    "headers": """\
-       X-Api-Key:
-       - Qm7ZtW4vLr9XbK2nPcY8hGdJ
-       Cookie:
-       - session=Qm7ZtW4vLr9XbK2nPcY8hGdJ
-       Date:
-       - Thu, 01 Jan 2026 20:50:17 GMT
-       Anthropic-Organization-Id:
-       - 7b0e4c1a-52d3-4f68-9a1b-0c2d3e4f5a6b
-       Anthropic-Ratelimit-Tokens-Remaining:
-       - "3999"
-       Cf-Ray:
-       - 9b3f5d2c1e8a7b60-LIS
-       Request-Id:
-       - req_011CQm7ZtW4vLr9XbK2nPcY8
-       Retry-After:
-       - "17"
-       Server:
-       - cloudflare
-       Set-Cookie:
-       - a=Qm7ZtW4vLr9XbK2nPcY8hGdJ
-       - b=aRiT5oVwNqMyBxUzHk
-       X-Build-Id:
-       - "771"
-       X-Envoy-Upstream-Service-Time:
-       - "812"
""",
    "sort-headers": "",
}


def changed(steps: set[str]) -> list[str]:
    """The lines that only the old file has, and those that only the new one has, each as often."""
    old, new = (Counter(content.decode().splitlines()) for content in (RECORDED, rewritten(RECORDED, frozenset(steps))))
    return sorted(
        [*(f"- {line}".rstrip() for line in (old - new).elements()), *(f"+ {line}" for line in (new - old).elements())]
    )


@pytest.mark.parametrize("step", [step for step in EXPECTED if "…" not in EXPECTED[step]])
def test_a_step_changes_just_this(step: str) -> None:
    assert changed({step}) == sorted(EXPECTED[step].splitlines())


@pytest.mark.parametrize("step", [step for step in EXPECTED if "…" in EXPECTED[step]])
def test_a_step_changes_just_this_in_a_long_line(step: str) -> None:
    lines, wanted = changed({step}), sorted(EXPECTED[step].splitlines())
    assert len(lines) == len(wanted)
    for line, want in zip(lines, wanted, strict=True):
        at = 0
        for piece in want.split("…"):
            at = line.index(piece, at) + len(piece)


def test_every_step_is_shown_or_has_a_file_of_its_own() -> None:
    assert {step.name for step in STEPS} - set(EXPECTED) == {"sort-keys", "layout", "mojibake"}


def test_keys_in_order_take_the_places_of_others() -> None:
    content = (
        b'{"version": 1, "interactions": [{"request": {"method": "GET", "uri": "https://a.example/", "headers": {}, '
        b'"body": null}, "response": {"status": {"code": 200, "message": "OK"}, "headers": {}, '
        b'"body": {"string": "{\\"b\\": 1.0,\\n  \\"a\\": {\\"d\\": [], \\"c\\": {}}, \\"n\\": 12345678901234567890123}"}}}]}'
    )
    assert rewritten(content, frozenset({"sort-keys"}), path="a.json") == content.replace(
        b'{\\"b\\": 1.0,\\n  \\"a\\": {\\"d\\": [], \\"c\\": {}}, \\"n\\"',
        b'{\\"a\\": {\\"c\\": {}, \\"d\\": []},\\n  \\"b\\": 1.0, \\"n\\"',
    )


def test_header_fields_in_order_take_the_places_of_others() -> None:
    content = (
        b'{"version": 1, "interactions": [{"request": {"method": "GET", "uri": "https://a.example/", "headers": '
        b'{"b": ["1"],  "A": ["2", "1"]}, "body": null}, "response": {"status": {"code": 200, "message": "OK"}, '
        b'"headers": {}, "body": {"string": ""}}}]}'
    )
    assert rewritten(content, frozenset({"sort-headers"}), path="a.json") == content.replace(
        b'{"b": ["1"],  "A": ["2", "1"]}', b'{"A": ["2", "1"],  "b": ["1"]}'
    )
    lines = rewritten(RECORDED, frozenset({"sort-headers"})).decode().splitlines()
    fields = [line.strip(" :") for line in lines if line.startswith("      ") and line.endswith(":")]
    asked, answered = fields[: fields.index("Cookie") + 3], fields[fields.index("Cookie") + 3 :]
    assert (asked, answered) == (sorted(asked), sorted(answered))


def test_another_indentation_is_laid_out_anew() -> None:
    indented = b"""\
---
version: 2
interactions:
    - id: 0
      request:
        content_length: 0
        url: https://a.example/
        method: GET
        headers:
            Accept:
                - text/plain
      response:
        content_length: 2
        body: hi
        headers: {}
        status: 200 OK
        code: 200
        duration: 1s
"""
    usual = b"""\
---
version: 2
interactions:
- id: 0
  request:
    content_length: 0
    headers:
      Accept:
      - text/plain
    url: https://a.example/
    method: GET
  response:
    content_length: 2
    body: hi
    headers: {}
    status: 200 OK
    code: 200
    duration: 1s
"""
    assert rewritten(indented, frozenset({"layout"})) == usual
    assert rewritten(usual, frozenset({"layout"})) == usual


# --- tables ----------------------------------------------------------------------------------------------------------


def test_every_row_has_a_reason_and_names_a_step() -> None:
    steps = {step.name for step in STEPS}
    actions = (*normal.HEADERS, *normal.FIELDS, *normal.HEADER_CLASSES.values(), *normal.FIELD_CLASSES.values(), *normal.NOTES.values())  # fmt: skip
    assert [row.match for row in actions if not row.reason or row.step not in steps] == []
    assert all(step.summary and step.reason for step in STEPS)
    rows = (*normal.ID_PREFIXES, *normal.ID_INFIXES, *normal.ACCOUNT_PREFIXES, *normal.SIGNATURES, *normal.SIGNED_TIMES)
    assert all(row.reason for row in rows)


def test_every_class_of_volatile_values_is_decided() -> None:
    assert set(normal.FIELD_CLASSES) == set(volatile.CLASSES)
    assert {row.kind for row in volatile.HEADERS} <= set(normal.HEADER_CLASSES)
    matches = {row.match for row in volatile.FIELDS}
    assert [row.match for row in normal.FIELDS if row.match not in matches] == []


def test_what_the_client_brought_keeps_its_name() -> None:
    """Also where nobody compares bodies: it stands in URLs, which everybody does."""
    content = (
        b'{"version": 1, "interactions": [{"request": {"method": "POST", "uri": "https://api.openai.com/v1/threads/runs", '
        b'"headers": {}, "body": "{\\"assistant_id\\": \\"asst_Qm7ZtW4vLr9XbK2nPcY8hGdJ\\"}"}, "response": {"status": {"code": 200, '
        b'"message": "OK"}, "headers": {}, "body": {"string": "{\\"id\\": \\"run_Qm7ZtW4vLr9XbK2nPcY8hGdJ\\", '
        b'\\"assistant_id\\": \\"asst_Qm7ZtW4vLr9XbK2nPcY8hGdJ\\"}"}}}]}'
    )
    run = b"run_Qm7ZtW4vLr9XbK2nPcY8hGdJ"
    assert rewritten(content, frozenset({"ids"}), path="a.json") == content.replace(run, b"run_1")
    both = content.replace(run, b"run_1").replace(b"asst_Qm7ZtW4vLr9XbK2nPcY8hGdJ", b"asst_1")
    assert rewritten(content, frozenset({"ids"}), path="a.json", requests=True) == both


@pytest.mark.parametrize(
    ("identified", "requests", "id_of_call", "remarks"),
    [
        (
            '"_id": "5f4e",',
            False,
            "call_Qm7ZtW4vLr9XbK2nPcY8",
            (
                "its player finds a request by `_id`, a hash of it, so that requests and the ids they repeat stay; "
                "--requests renames them, and the recording must then be made to match",
            ),
        ),
        ('"_id": "5f4e",', True, "call_1", ()),
        ("", False, "call_1", ()),  # what the client says back is found again
    ],
)
def test_a_request_that_is_found_by_its_hash_stays(
    identified: str, requests: bool, id_of_call: str, remarks: tuple[str, ...]
) -> None:
    url = "https://api.openai.com/v1/chat/completions"
    call = {"id": "call_Qm7ZtW4vLr9XbK2nPcY8", "type": "function", "function": {"name": "look", "arguments": "{}"}}
    said = {"role": "assistant", "content": None, "tool_calls": [call]}
    result = {"role": "tool", "tool_call_id": call["id"], "content": "fog"}
    user = {"role": "user", "content": "Look."}
    answers = (said, {"role": "assistant", "content": "Fog."})
    entries = [
        f"""{{{identified} "request": {{"method": "POST", "url": "{url}", "headers": [],
          "postData": {{"mimeType": "application/json", "text": {dumps(dumps({"model": "m", "messages": asked}))}}}}},
          "response": {{"status": 200, "headers": [], "content": {{"mimeType": "application/json",
          "text": {dumps(dumps({"object": "chat.completion", "choices": [{"index": 0, "message": answer}]}))}}}}}}}"""
        for asked, answer in zip(([user], [user, said, result]), answers, strict=True)
    ]
    content = f'{{"log": {{"version": "1.2", "entries": [{", ".join(entries)}]}}}}'.encode()
    done = normalized(Source.from_bytes(content, "a.har"), Settings(steps=USUAL, requests=requests))
    assert done.remarks == remarks
    assert done.content == content.replace(b"call_Qm7ZtW4vLr9XbK2nPcY8", id_of_call.encode())


def test_aliases_are_written_out() -> None:
    second = " ['Thu, 01 Jan 2026 20:50:17 GMT']}, status"
    head, _, tail = RECORDED_TWICE.format("&h", "*h").rpartition(second)
    aliased = f"{head}}}, status{tail}".encode()
    plain = RECORDED_TWICE.format("", "").encode()
    assert rewritten(aliased, frozenset({"times"})).count(b"Wed, 01 Jan 2020") == 2
    assert rewritten(aliased, frozenset({"times"})) == rewritten(
        rewritten(plain, frozenset({"layout"})), frozenset({"times"})
    )


RECORDED_TWICE = """\
interactions:
- request: {{body: null, headers: {{}}, method: GET, uri: 'https://a.example/'}}
  response: {{body: {{string: a}}, headers: {{Date: {0} ['Thu, 01 Jan 2026 20:50:17 GMT']}}, status: {{code: 200, message: OK}}}}
- request: {{body: null, headers: {{}}, method: GET, uri: 'https://a.example/'}}
  response: {{body: {{string: a}}, headers: {{Date: {1} ['Thu, 01 Jan 2026 20:50:17 GMT']}}, status: {{code: 200, message: OK}}}}
version: 1
"""


BINARY = b"""\
interactions:
- request:
    body: null
    headers: {}
    method: GET
    uri: https://api.openai.com/v1/responses/resp_0123456789abcdef
  response:
    body:
      string: !!binary |
        H4sIAAAAAAACA6tWykxRslJQKkotLog3MDQyNjE1M7ewTExKTklNU9JRUEouSk0sSU2JTywBKjM0
        NzOAAKBMbn5Kag5Ib0ZiUVJ+aZGukVItAOdTirVPAAAA
    headers:
      Content-Encoding:
      - gzip
      Date:
      - Thu, 01 Jan 2026 20:50:17 GMT
    status:
      code: 200
      message: OK
version: 1
"""
FOLDED = b"""\
interactions:
- request:
    body: '{"model":"harbour-2"}'
    headers: {}
    method: POST
    uri: https://api.example.com/v1/chat
  response:
    body:
      string: '{"id":"chatcmpl-0123456789abcdef","choices":[{"index":0,"message":{"role":"assistant","content":"The
        harbour is open, and the lights of all its ships are on until the morning comes."}}]}'
    headers:
      Date:
      - Thu, 01 Jan 2026 20:50:17 GMT
    status:
      code: 200
      message: OK
version: 1
"""


@pytest.mark.parametrize("steps", [USUAL, CANONICAL, CANONICAL | {"layout"}], ids=["usual", "rechunk", "layout"])
@pytest.mark.parametrize("content", [RECORDED, BINARY, FOLDED], ids=["go-vcr", "binary", "folded"])
def test_line_ends_of_the_file_stay(content: bytes, steps: frozenset[str]) -> None:
    new = rewritten(content, steps)
    assert new != content
    assert rewritten(content.replace(b"\n", b"\r\n"), steps) == new.replace(b"\n", b"\r\n")


def test_a_file_of_both_line_ends_gets_those_of_its_first_line_where_it_is_laid_out_anew() -> None:
    lines = BINARY.replace(b"\n", b"\r\n").replace(b"AAAA\r\n", b"AAAA\n")
    assert lines.count(b"\n") - lines.count(b"\r\n") == 1
    new = rewritten(lines, USUAL | {"layout"})
    assert (b"\r\n" in new, new.count(b"\n") - new.count(b"\r\n")) == (True, 0)


def test_a_cache_that_never_holds_is_no_moment() -> None:
    for never in (b"Thu, 01 Jan 1970 00:00:00 GMT", b"Mon, 01 Jan 1990 00:00:00 GMT"):
        content = RECORDED.replace(
            b"      Content-Type:\n      - text/event-stream\n", b"      Expires:\n      - " + never + b"\n"
        )
        assert never in rewritten(content)
