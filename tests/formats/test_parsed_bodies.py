"""JSON bodies that a file holds as the values that they are: a finding points at the value in the file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from format_samples import SAMPLES, findings
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.formats._fields import compact
from cassette_tools.model import Body, Place


@pytest.mark.parametrize(
    "name",
    [
        "azure_test_proxy/recording.json",
        "cassetter/recording.yaml",
        "llama_stack/chat.json",
        "mastra/chat.json",
        "nock/recording.json",
        "req_llm/chat.json",
        "seinfeld/chat.cassette.json",
        "wiremock/several.json",
    ],
)
def test_a_finding_in_a_parsed_body(tmp_path: Path, name: str) -> None:
    text = (SAMPLES / name).read_text(encoding="utf-8").replace('"total_tokens": 13', '"total_tokens": 31')
    text = text.replace(" total_tokens: 13", " total_tokens: 31")
    path = tmp_path / Path(name).name
    path.write_text(text, encoding="utf-8")
    start = text.index(": 31") + len(": ")
    line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
    assert [row[:3] for row in findings(path)] == [("usage-sum-mismatch", line, column)]


KEY = "gsk_Qm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aRiT5oVwNqMyBxUzHk"  # invented


@pytest.mark.parametrize("name", ["azure_test_proxy/recording.json", "cassetter/recording.yaml", "nock/recording.json"])
def test_a_secret_in_a_parsed_body_is_told_at_its_value(tmp_path: Path, name: str) -> None:
    text = (SAMPLES / name).read_text(encoding="utf-8").replace("gpt-4o-mini", KEY)
    path = tmp_path / Path(name).name
    path.write_text(text, encoding="utf-8")
    expected = [number for number, line in enumerate(text.split("\n"), 1) if KEY in line]
    assert sorted({row[1] for row in findings(path) if row[0] == "secret-in-body"}) == expected


WORDS = st.text(st.sampled_from('a"\\/~,:[]{} é'), max_size=4)
VALUES = st.recursive(
    st.none() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


@given(VALUES, st.data())
def test_an_offset_leads_to_the_value_that_stands_there(value: object, data: st.DataObject) -> None:
    """A word that stands nowhere else is put at a place, and found there."""
    pointer, made = data.draw(st.sampled_from(list(_with_a_mark(value))))
    text = compact(made)
    body = Body(text=text, json=made, tree=True, verbatim=False, route=("body",))
    steps = (step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])
    assert body.place(text.index("MARK"), 4) == Place(route=("body", *steps))


def _with_a_mark(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """The value with MARK in place of each of its parts, and where that is."""
    yield pointer, "MARK"
    if isinstance(value, dict):
        for key, inner in value.items():
            step = key.replace("~", "~0").replace("/", "~1")
            for where, made in _with_a_mark(inner, f"{pointer}/{step}"):
                yield where, {**value, key: made}
    if isinstance(value, list):
        for at, inner in enumerate(value):
            for where, made in _with_a_mark(inner, f"{pointer}/{at}"):
                yield where, [*value[:at], made, *value[at + 1 :]]
