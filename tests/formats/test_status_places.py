"""A finding about the status points at the status, whatever the format has it at."""

from __future__ import annotations

from pathlib import Path

import pytest
from format_samples import findings

VCRPY = """\
version: 1
interactions:
- request: {method: GET, uri: "https://h/", body: null, headers: {}}
  response:
    headers: {}
    %s
    body: {string: ''}
"""
RUBY = """\
http_interactions:
- request: {method: get, uri: "https://h/", body: {encoding: UTF-8, string: ''}, headers: {}}
  response:
    status:
      code: 503
      message: ''
    headers: {}
    body: {encoding: UTF-8, string: ''}
  recorded_at: Wed, 01 Jan 2025 00:00:00 GMT
recorded_with: VCR 6.3.1
"""
HAR = """\
{"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": [{
  "request": {"method": "GET", "url": "https://h/", "headers": []},
  "response": {
    "status": 503,
    "headers": [], "content": {}
  }
}]}}
"""


@pytest.mark.parametrize(
    ("name", "text", "line", "column"),
    [
        ("a.yaml", VCRPY % "status: {code: 503, message: ''}", 6, 20),
        ("a.yaml", VCRPY % "status_code: 503", 6, 18),
        ("a.yaml", VCRPY % "status: 503", 6, 13),
        ("a.yml", RUBY, 5, 13),
        ("a.har", HAR, 4, 15),
    ],
)
def test_a_status_of_the_moment(tmp_path: Path, name: str, text: str, line: int, column: int) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert [row[:3] for row in findings(path) if row[0] != "schema-violation"] == [
        ("error-status-recorded", line, column)
    ]
