"""A setting that is sent as another type is shown by its values, since these are what counts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.diff.drift_cases import answer, exchange, lines, question, recording


def asked(**settings: Any) -> Any:
    return recording(exchange(question(**settings), answer("It is 18 °C.")))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("1m", -1, "keep_alive was sent as 1m and is now sent as -1"),
        (-1, "1m", "keep_alive was sent as -1 and is now sent as 1m"),
        (1, "1", 'keep_alive was sent as 1 and is now sent as "1"'),
        (True, "true", 'keep_alive was sent as true and is now sent as "true"'),
        ({"minutes": 1}, "1m", "keep_alive was sent as object and is now sent as string"),
        (9, "m" * 61, "keep_alive was sent as number and is now sent as string"),
    ],
)
def test_what_is_told(old: Any, new: Any, words: str) -> None:
    assert [message for _, _, message in lines(asked(keep_alive=old), asked(keep_alive=new))] == [words]
