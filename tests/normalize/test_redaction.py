"""Secrets leave nothing behind, wherever they stand."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from typing import Any

import pytest
import yaml
from effort import examples
from hypothesis import given
from hypothesis import strategies as st
from normal_material import USUAL, read, rewritten

from cassette_tools.data.secrets import KINDS
from cassette_tools.normalize import Settings, normalized
from cassette_tools.normalize.redaction import Spoken, redacted_header
from cassette_tools.secrets import is_placeholder, redacted
from cassette_tools.source import Source

KEY = "gsk_Qm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aRiT5oVwNqMyBxUzHk"


@pytest.mark.parametrize(
    ("name", "value", "new"),
    [
        ("Authorization", f"Bearer {KEY}", "Bearer REDACTED"),
        ("authorization", KEY, "REDACTED"),
        ("x-api-key", "Qm7ZtW4vLr9XbK2nPcY8hGdJ", "REDACTED"),
        ("Authorization", "AWS4-HMAC-SHA256 Credential=AKIAQM7ZTW4VLR2XBK2N/20260101/eu-west-1/bedrock/aws4_request, "
         "SignedHeaders=host, Signature=0f9d7b7c2a1e4c8a9b6d5e4f3a2b1c0d", "AWS4-HMAC-SHA256 REDACTED"),
        ("Authorization", "Bearer <API_KEY>", "Bearer <API_KEY>"),
        ("Authorization", "Bearer REDACTED", "Bearer REDACTED"),
        ("X-Note", f"key {KEY} inside", "key REDACTED inside"),
        ("Accept", "application/json", "application/json"),
        ("Location", "https://a.example/b?token=Qm7ZtW4vLr9XbK2nPcY8hGdJ&c=d", "https://a.example/b?token=REDACTED&c=d"),
    ],
)  # fmt: skip
def test_headers(name: str, value: str, new: str) -> None:
    assert redacted_header(name, value) == new
    assert redacted_header(name, new) == new


@pytest.mark.parametrize(
    ("url", "new"),
    [
        ("https://a.example/v1?key=AIzaQm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aRiT5oV&alt=sse", "https://a.example/v1?key=REDACTED&alt=sse"),
        ("https://a.example/v1?api_key=Qm7ZtW4vLr9XbK2nPcY8hGdJ", "https://a.example/v1?api_key=REDACTED"),
        ("https://me:Qm7ZtW4vLr9XbK@a.example/v1", "https://me:REDACTED@a.example/v1"),
        ("https://a.example/v1?key=DUMMY&q=a=b", "https://a.example/v1?key=DUMMY&q=a=b"),
        ("https://a.example/v1", "https://a.example/v1"),
        ("https://a.example/v1?sig=Qm7ZtW4vLr9XbK2nPcY8%2FhGdJ6sFuE3%3D", "https://a.example/v1?sig=REDACTED"),
        (f"https://a.example/v1?q=key%20{KEY}", "https://a.example/v1?q=key%20REDACTED"),
        ("https://a.example/v1?password=hunter22", "https://a.example/v1?password=REDACTED"),
    ],
)  # fmt: skip
def test_urls(url: str, new: str) -> None:
    assert redacted(url) == new


def test_forms() -> None:
    assert redacted("grant_type=refresh_token&refresh_token=1//0gQm7ZtW4vLr9XbK2nPcY8hGdJ&scope=a+b") == (
        "grant_type=refresh_token&refresh_token=REDACTED&scope=a+b"
    )


def chunk(text: str) -> str:
    return "data: " + json.dumps({"id": "chatcmpl-1", "choices": [{"index": 0, "delta": {"content": text}}]}) + "\n\n"


def cassette(body: str | bytes, *, headers: dict[str, list[str]] | None = None) -> bytes:
    return yaml.safe_dump(
        {
            "version": 1,
            "interactions": [
                {
                    "request": {"method": "POST", "uri": "https://api.openai.com/v1/chat/completions", "headers": {},
                                "body": '{"model":"harbour-2","messages":[{"role":"user","content":"?"}],"stream":true}'},
                    "response": {"status": {"code": 200, "message": "OK"},
                                 "headers": headers or {"Content-Type": ["text/event-stream"]}, "body": {"string": body}},
                }
            ],
        }
    ).encode()  # fmt: skip


def kinds_of_keys() -> st.SearchStrategy[str]:
    """Keys as their issuers make them, of every kind that has no spaces."""
    plain = [kind for kind in KINDS if not kind.wide and not kind.after_mark and not kind.judge]
    return st.sampled_from(plain).flatmap(
        lambda kind: st.from_regex(kind.pattern, fullmatch=True, alphabet=st.characters(codec="ascii")).filter(
            lambda key: not is_placeholder(key, kind)
        )
    )


@examples(60)
@given(key=kinds_of_keys(), data=st.data())
def test_a_key_split_over_events_leaves_no_piece(key: str, data: st.DataObject) -> None:
    """The stream keeps its events, and the text keeps what stood around the key."""
    text = f"Do not lose {key} again."
    cuts = sorted(data.draw(st.sets(st.integers(1, len(text) - 1), min_size=1, max_size=9)))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    body = "".join(map(chunk, pieces)) + "data: [DONE]\n\n"
    old = read(cassette(body)).interactions[0]
    new = read(rewritten(cassette(body))).interactions[0]
    assert len(new.response.body.events) == len(old.response.body.events)
    assert new.llm is not None
    assert [part.content for part in new.llm.output_messages[0].parts] == ["Do not lose REDACTED again."]  # type: ignore[union-attr]
    left = new.response.body.text or ""
    assert all(key[at : at + 7] not in left for at in range(len(key) - 6))


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "deflate"])
def test_compressed_bodies(coding: str) -> None:
    import zlib

    import brotli
    import zstandard

    pack = {
        "gzip": gzip.compress,
        "br": brotli.compress,
        "zstd": zstandard.ZstdCompressor().compress,
        "deflate": zlib.compress,
    }[coding]
    content = json.dumps({"id": "chatcmpl-1", "choices": [], "note": KEY}).encode()
    headers = {"Content-Type": ["application/json"], "Content-Encoding": [coding], "Content-Length": [str(len(pack(content)))]}  # fmt: skip
    new = read(rewritten(cassette(pack(content), headers=headers))).interactions[0].response
    assert json.loads(new.body.text or "") == {"id": "chatcmpl-1", "choices": [], "note": "REDACTED"}
    assert new.body.codings == (coding,)
    assert new.headers.get("Content-Length") == str(new.body.size)


def test_fields_of_token_endpoints() -> None:
    address = "https://a.example/?a=b&api_key=Qm7ZtW4vLr9XbK2nPcY8hGdJ&c=d"
    given = {"note": address, "aws_secret_access_key": "Qm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aRiT5oVwNq", "token": "Hello"}
    escaped = json.dumps(given).replace("&", "\\u0026")
    assert read(rewritten(cassette(escaped))).interactions[0].response.body.json == {
        "note": "https://a.example/?a=b&api_key=REDACTED&c=d",
        "aws_secret_access_key": "REDACTED",
        "token": "Hello",
    }
    answer = {
        "access_token": "Qm7ZtW4vLr9XbK2nPcY8hGdJ",
        "expires_in": 3600,
        "token_type": "Bearer",
        "password": "REDACTED",
    }
    new = read(rewritten(cassette(json.dumps(answer)))).interactions[0].response.body.json
    assert new == answer | {"access_token": "REDACTED"}


def test_tokens_quoted_in_text() -> None:
    token = b64encode(bytes(range(40, 70))).decode()
    assert redacted(f'curl -H "Authorization: Bearer {token}"') == 'curl -H "Authorization: Bearer REDACTED"'
    assert redacted("Bearer authentication-is-a-scheme-of-its-own") == "Bearer authentication-is-a-scheme-of-its-own"


def test_a_secret_that_an_answer_told_goes_from_the_next_request_too() -> None:
    """Also where players compare requests: the client will say back what it is told."""
    content = f"""\
version: 2
interactions:
- id: 0
  request:
    url: https://a.example/v1/chat/completions
    method: POST
    body: '{{"model":"m","messages":[{{"role":"user","content":"The key?"}}]}}'
  response:
    body: '{{"object":"chat.completion","choices":[{{"message":{{"role":"assistant","content":"It is {KEY}."}}}}]}}'
    headers: {{}}
    code: 200
- id: 1
  request:
    url: https://a.example/v1/chat/completions
    method: POST
    content_length: 131
    body: '{{"model":"m","messages":[{{"role":"assistant","content":"It is {KEY}."}}]}}'
  response:
    body: ok
    headers: {{}}
    code: 200
"""
    assert rewritten(content.encode()) == content.replace(KEY, "REDACTED").replace("131", "75").encode()


def test_a_token_of_many_parts_goes_whole_and_its_parts_with_it() -> None:
    """Who has the seal has the token; the owner that it names stands beside it as well."""
    owner, seal = "7d3f9a1be0c24f589b1e2a6c8d0f4e13", "Qm7ZtW4vLr9XbK2nPcY8hGdJ"
    given = {"token": f"who={owner};exp=1760000000;asn=AS64500:{seal}", "beside": owner, "plan": "small"}
    new = read(rewritten(cassette(json.dumps(given)))).interactions[0].response.body.json
    assert new == {"token": "REDACTED", "beside": "REDACTED", "plan": "small"}


def test_a_part_that_another_begins_with_leaves_nothing_of_it() -> None:
    long = "Zk3n8Qw2LpX7vB4mRt9Y77aHq2WdMs6T"
    parts = [long[:end] for end in range(20, len(long) + 1, 2)]
    token = ";".join(f"p{len(part)}={part}" for part in parts)
    given = {
        "token": f"{token};exp=1760000000:Qm7ZtW4vLr9XbK2nPcY8hGdJ",
        **{f"owner{at}": each for at, each in enumerate(parts)},
    }
    new = read(rewritten(cassette(json.dumps(given)))).interactions[0].response.body.json
    assert {*new.values()} == {"REDACTED"}


@pytest.mark.parametrize("depth", [400, 980, 5000])
def test_deep_nesting_does_no_harm(depth: int) -> None:
    deep = '{"id": ' + "[" * depth + "]" * depth + "}"
    for steps in ({"ids", "secrets"}, {"sort-keys"}):
        assert read(rewritten(cassette(deep), frozenset(steps))).interactions[0].response.body.text == deep


@pytest.mark.parametrize(
    "event",
    [
        lambda piece: {"type": "text-delta", "id": "0", "delta": piece},
        lambda piece: {"id": "chatcmpl-1", "object": "chat.completion.chunk", "choices": [
            {"index": 0, "delta": {"content": piece}, "logprobs": {"content": [{"token": piece, "logprob": -0.1}]}}]},
    ],
    ids=["an unknown stream", "tokens beside probabilities"],
)  # fmt: skip
def test_a_key_split_where_no_dialect_joins(event: Any) -> None:
    body = "".join(f"data: {json.dumps(event(KEY[at : at + 5]))}\n\n" for at in range(0, len(KEY), 5))
    new = read(rewritten(cassette(body))).interactions[0].response.body
    assert len(new.events) == body.count("data:")
    assert all(KEY[at : at + 5] not in (new.text or "") for at in range(0, len(KEY), 5))


def test_where_requests_are_compared_they_stay_whole_and_it_is_told() -> None:
    content = b"""\
version: 2
interactions:
- id: 0
  request:
    url: https://a.example/token
    method: POST
    body: client_secret=Qm7ZtW4vLr9XbK2nPcY8hGdJ&a=b
    form: {client_secret: [Qm7ZtW4vLr9XbK2nPcY8hGdJ], a: [b]}
    headers: {Content-Type: [application/x-www-form-urlencoded]}
  response:
    body: ok
    headers: {}
    code: 200
"""
    done = normalized(Source.from_bytes(content, "a.yaml"), Settings(steps=USUAL))
    assert done.content == content
    assert [each.partition(",")[0] for each in done.remarks] == ["the request body of interaction 0 holds a secret"]
    assert rewritten(content, requests=True) == content.replace(b"Qm7ZtW4vLr9XbK2nPcY8hGdJ", b"REDACTED")


SECRETS = st.text("abc", min_size=3, max_size=14)


@given(st.lists(SECRETS, max_size=40), st.text("abc ", max_size=60))
def test_what_an_answer_told_is_found_again(secrets: list[str], text: str) -> None:
    """As if each were looked for by itself, the longest first: many are looked up by how they end."""
    spoken = Spoken()
    spoken.learn(secrets)
    one_by_one = text
    for secret in sorted(set(secrets), key=lambda each: (-len(each), each)):
        one_by_one = one_by_one.replace(secret, "REDACTED")
    assert spoken.redacted(text) == one_by_one
    assert all(secret in spoken for secret in secrets)
