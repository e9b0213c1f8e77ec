"""How recorders write what the formats share."""

from __future__ import annotations

from typing import Any

import pytest

from cassette_tools.formats._fields import LONGEST_NUMBER, whole_number

LONG = "1" * LONGEST_NUMBER  # no status, port or length: what is that long is not read as a number
WHOLE_NUMBERS: list[tuple[Any, int | None]] = [
    (200, 200),
    (0, 0),
    (-1, -1),
    ("200", 200),  # a recorder that writes every value as text
    (" 200 ", 200),
    (LONG[1:], int(LONG[1:])),
    (LONG, None),
    ("-1", None),
    ("2.0", None),
    ("\N{SUPERSCRIPT TWO}", None),  # a digit, and no decimal one
    ("", None),
    (2.0, None),
    (True, None),
    (None, None),
    (["200"], None),
]


@pytest.mark.parametrize(("node", "number"), WHOLE_NUMBERS)
def test_a_whole_number_may_be_written_as_text(node: Any, number: int | None) -> None:
    assert whole_number(node) == number
