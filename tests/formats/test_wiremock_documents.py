"""Stub mappings that a recorder wrote as several YAML documents of one file (OpenTelemetry's Java recordings, 2025)."""

from __future__ import annotations

from pathlib import Path

from cassette_tools.load import load

STUB = """---
id: 00000000-0000-4000-8000-00000000000{number}
request:
  url: /model/meta.llama9-v1%3A0/invoke
  method: POST
  bodyPatterns:
  - equalToJson: '{{"prompt": "Name wader {number}."}}'
response:
  status: 200
  body: '{{"generation": "A heron.", "stop_reason": "stop"}}'
uuid: 00000000-0000-4000-8000-00000000000{number}
persistent: true
"""


def test_every_document_is_an_interaction(tmp_path: Path) -> None:
    path = tmp_path / "stub.yaml"
    path.write_text("".join(STUB.format(number=number) for number in range(3)), encoding="utf-8")
    recording = load(str(path))
    assert [each.request.body.json for each in recording.interactions] == [
        {"prompt": "Name wader 0."},
        {"prompt": "Name wader 1."},
        {"prompt": "Name wader 2."},
    ]
    assert [each.llm and each.llm.dialect for each in recording.interactions] == ["bedrock.invoke"] * 3
    assert recording.problems == ()
