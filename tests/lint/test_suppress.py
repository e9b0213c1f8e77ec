"""Suppression comments: where they stand, what they speak for, and where the same text is only data."""

from __future__ import annotations

import pytest

from cassette_tools.lint.suppress import suppressions
from cassette_tools.source import Source

CASSETTE = """\
version: 2
interactions:
- id: 0
  request:
    method: GET
  response:
    body: |
      text
    headers:
      A:
      - x
- id: 1
  request:
    method: GET
"""


def reaches(text: str) -> list[tuple[list[str], int, int]]:
    source = Source.from_bytes(text.encode(), "x.yaml")
    list(source.items("interactions"))
    return [(sorted(each.names), each.first, each.last) for each in suppressions(source)]


def with_line(number: int, line: str) -> str:
    lines = CASSETTE.split("\n")
    return "\n".join([*lines[: number - 1], line, *lines[number - 1 :]])


def beside(number: int, comment: str) -> str:
    lines = CASSETTE.split("\n")
    lines[number - 1] += comment
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CASSETTE, []),
        (with_line(1, "# cassette: ignore[mojibake] why"), [(["mojibake"], 1, 16)]),
        (with_line(3, "# cassette: ignore[secrets, stream-truncated] why"), [(["secrets", "stream-truncated"], 3, 12)]),
        (with_line(12, "# cassette: ignore[text]"), [(["text"], 12, 16)]),
        (with_line(4, "  # cassette: ignore[text]"), [(["text"], 4, 6)]),
        (beside(4, "  # cassette: ignore[text]"), [(["text"], 4, 5)]),
        (beside(7, "  # cassette: ignore[text]"), [(["text"], 7, 8)]),
        (beside(10, "  # cassette: ignore[text]"), [(["text"], 10, 11)]),
        (with_line(8, "      # cassette: ignore[text] this is recorded text"), []),
        (beside(5, "  # cassette: ignore"), []),
        (with_line(4, '  note: "# cassette: ignore[text]"'), []),
    ],
)
def test_what_a_comment_speaks_for(text: str, expected: list[tuple[list[str], int, int]]) -> None:
    assert reaches(text) == expected
