"""JSON bodies that a file holds as the values that they are: a finding points at the value in the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from format_samples import SAMPLES, findings


@pytest.mark.parametrize(
    "name",
    [
        "azure_test_proxy/recording.json",
        "cassetter/recording.yaml",
        "llama_stack/chat.json",
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
    before = text[: text.index(": 31")]
    start = max(before.rfind('"usage"'), before.rfind("usage:"))
    line, column = before.count("\n", 0, start) + 1, start - before.rfind("\n", 0, start)
    assert [row[:3] for row in findings(path)] == [("usage-sum-mismatch", line, column)]
