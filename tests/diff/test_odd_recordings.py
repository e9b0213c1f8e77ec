"""Recordings that no recorder writes are compared all the same; found by mutating real ones."""

from __future__ import annotations

import pytest

from cassette_tools.diff import compare
from cassette_tools.load import load_source
from cassette_tools.model import Recording
from cassette_tools.source import Source

BASE = """\
version: 2
interactions:
- id: 0
  request: {url: "https://api.example.com/v1/chat/completions", method: POST, form: {a: 1}, body: '{"model":"m","messages":[]}'}
  response: {code: 200, trailer: {a: 1}, body: '{"object":"chat.completion","choices":[{"message":{"content":"x"}}],"a]":1}'}
"""


def read(text: str) -> Recording:
    return load_source(Source.from_bytes(text.encode(), "x.yaml"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("form: {a: 1}", "form: {~: 1}"),
        ("form: {a: 1}", "form: {!!binary aGk=: {b: 1}}"),
        ("form: {a: 1}", "form: {[1, 2]: 1, true: 2}"),
        ("trailer: {a: 1}", "trailer: {1.5: {~: [1]}}"),
        ('"a]":1', '"a]":{"b":[]}'),
        ('"a]":1', '"[":1,"]":2,"":3,".":4'),
        ('"choices":[', '"choices":[null,1,'),
    ],
)
def test_both_ways(old: str, new: str) -> None:
    other = BASE.replace(old, new)
    assert other != BASE
    for first, second in ((BASE, other), (other, BASE)):
        assert compare(read(first), read(second)).findings
        assert compare(read(second), read(second)).findings == ()
