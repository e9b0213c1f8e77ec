"""The request in question, in every form that people have it in."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.errors import UsageError
from cassette_tools.match.given import request_from, request_from_curl
from cassette_tools.model import Request

URL = "https://api.example.com/v1/chat?a=1"
BODY = '{"model":"example-1"}'
JSON = ("Content-Type", "application/json")
FORM = ("Content-Type", "application/x-www-form-urlencoded")


def told(request: Request) -> tuple[Any, ...]:
    return request.method, request.url, request.headers.pairs, request.body.text


FORMS = {
    "raw HTTP": (
        b"POST /v1/chat?a=1 HTTP/1.1\r\nHost: api.example.com\r\nContent-Type: application/json\r\n\r\n" + BODY.encode(),
        ("POST", URL, (JSON,), BODY),
    ),
    "raw HTTP with an absolute URL, line feeds and no version": (
        f"POST {URL}\nContent-Type: application/json\n\n{BODY}".encode(),
        ("POST", URL, (JSON,), BODY),
    ),
    "raw HTTP without fields": (f"GET {URL}".encode(), ("GET", URL, (), None)),
    "raw HTTP of this machine": (
        b"GET /v1 HTTP/1.1\nHost: localhost:8080\n\n",
        ("GET", "http://localhost:8080/v1", (), None),
    ),
    "a body with empty lines": (f"POST {URL}\n\na\n\nb".encode(), ("POST", URL, (), "a\n\nb")),
    "JSON": (
        json.dumps({"method": "POST", "url": URL, "headers": {"Content-Type": ["application/json"]}, "body": BODY}).encode(),
        ("POST", URL, (JSON,), BODY),
    ),
    "JSON as VCR.py has it, with a body that is a tree": (
        json.dumps({"uri": URL, "headers": {"Content-Type": "application/json"}, "body": {"model": "example-1"}}).encode(),
        ("POST", URL, (JSON,), BODY),
    ),
    "an entry of a HAR": (
        json.dumps(
            {"request": {"method": "POST", "url": URL,
                         "headers": [{"name": ":path", "value": "/"}, {"name": "Content-Type", "value": "application/json"}],
                         "postData": {"mimeType": "application/json", "text": BODY}}, "response": {}}
        ).encode(),
        ("POST", URL, (JSON,), BODY),
    ),
    "what `show --format json` has": (
        json.dumps({"method": "GET", "url": URL, "headers": [["Accept", "a"], ["Accept", "b"]], "body": None}).encode(),
        ("GET", URL, (("Accept", "a"), ("Accept", "b")), None),
    ),
    "curl as browsers copy it": (
        f"curl '{URL}' \\\n  -X POST \\\n  -H 'content-type: application/json' \\\n  --data-raw $'{{\"model\":\"it\\'s \\u00e9\"}}' --compressed".encode(),
        ("POST", URL, (("content-type", "application/json"),), '{"model":"it\'s é"}'),
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_a_request_in_a_file(form: str) -> None:
    content, expected = FORMS[form]
    assert told(request_from(content)) == expected
    if not form.startswith("curl"):
        assert told(request_from(b"\xef\xbb\xbf" + content)) == expected


CURL: list[tuple[str, tuple[Any, ...]]] = [
    ("https://a.example/", ("GET", "https://a.example/", (), None)),
    ("a.example/x", ("GET", "http://a.example/x", (), None)),
    ("--url https://a.example/ -I", ("HEAD", "https://a.example/", (), None)),
    ("-sSL -XPUT https://a.example/ -d x", ("PUT", "https://a.example/", (FORM,), "x")),
    ("https://a.example/ -d a=1 -d b=2", ("POST", "https://a.example/", (FORM,), "a=1&b=2")),
    ("https://a.example/ -G -d a=1", ("GET", "https://a.example/?a=1", (), None)),
    ("https://a.example/ --data-urlencode q=a&b", ("POST", "https://a.example/", (FORM,), "q=a%26b")),
    ("https://a.example/ --json {}", ("POST", "https://a.example/", (JSON, ("Accept", "application/json")), "{}")),
    ("https://a.example/ -H Content-Type:text/plain -d x", ("POST", "https://a.example/", (("Content-Type", "text/plain"),), "x")),
    ("https://a.example/ -A me -e there -b k=v -o out -m 3",
     ("GET", "https://a.example/", (("User-Agent", "me"), ("Referer", "there"), ("Cookie", "k=v")), None)),
    ("https://a.example/ -u a:b", ("GET", "https://a.example/", (("Authorization", "Basic YTpi"),), None)),
    ("https://a.example/ --oauth2-bearer t", ("GET", "https://a.example/", (("Authorization", "Bearer t"),), None)),
    ("https://a.example/ -H X-Empty;", ("GET", "https://a.example/", (("X-Empty", ""),), None)),
]  # fmt: skip


@pytest.mark.parametrize(("words", "expected"), CURL)
def test_curl(words: str, expected: tuple[Any, ...]) -> None:
    assert told(request_from_curl(words.split(" "))) == expected
    assert (
        told(request_from(f"$ curl {words.replace('&', chr(92) + '&').replace(';', chr(92) + ';')}\n".encode()))
        == expected
    )


FAULTS: list[tuple[bytes, str]] = [
    (b"", "the request cannot be read: it does not begin with a method and a URL; expected raw HTTP (POST https://… and "
          "header fields), a curl command, a JSON object, or an entry of a HAR"),
    (b"GET /v1 HTTP/1.1\n\n", "the request has no URL; a relative one needs a Host field"),
    (b"{", "the request cannot be read: it is not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
    (b'{"method": "GET"}', 'the request cannot be read: the JSON object has no "url"; expected method, url, headers, body'),
    (b"curl 'https://a.example/", "the curl command cannot be read: No closing quotation"),
    (b"curl -s", "the curl command cannot be read: it has no URL; expected one"),
    (b"curl https://a.example/ b", "the curl command cannot be read: it has 2 URLs; expected one"),
    (b"curl https://a.example/ --aws-sigv4=sk-secret", "the curl command cannot be read: '--aws-sigv4' is no option that is known here"),
    (b"curl https://a.example/ -X", "the curl command cannot be read: argument -X/--request: expected one argument"),
    (b"curl https://a.example/ -d @body.json", "the curl command cannot be read: the body is in a file (@body.json); "
     "write it into the command, or give the request as raw HTTP"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "message"), FAULTS)
def test_what_is_no_request(content: bytes, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        request_from(content)
    assert caught.value.message == message


@given(st.one_of(st.binary(), st.text().map(lambda text: f"curl {text}".encode("utf-8", "replace")),
                 st.text().map(lambda text: f"GET https://a/{text}".encode("utf-8", "replace")),
                 st.dictionaries(st.sampled_from(["url", "uri", "headers", "body", "method", "request", "postData"]),
                                 st.recursive(st.none() | st.text() | st.integers(), lambda each: st.lists(each) | st.dictionaries(st.text(), each)),
                                 ).map(lambda each: json.dumps(each).encode())))  # fmt: skip
def test_nothing_else_is_raised(content: bytes) -> None:
    with contextlib.suppress(UsageError):
        request_from(content)
