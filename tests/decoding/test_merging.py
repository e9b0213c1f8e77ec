"""What streams repeat or bring bit by bit: how the later of two values goes with the earlier."""

from __future__ import annotations

from typing import Any

import pytest

from cassette_tools.decoding.media import joined_base64
from cassette_tools.decoding.merging import extended, merged, put


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ([1], [2], [1, 2]),
        ([1], [1], [1]),  # sent again whole
        ([1], "x", "x"),
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": 1}, [1], [1]),
        ("x", "y", "y"),
        (None, {"a": 1}, {"a": 1}),
    ],
)
def test_put(first: Any, second: Any, whole: Any) -> None:
    values: dict[str, Any] = {}
    put(values, "key", first)
    put(values, "key", second)
    assert values == {"key": whole}


def test_a_growing_list_grows_by_equal_pieces_and_leaves_them_as_they_were() -> None:
    values: dict[str, Any] = {}
    piece = [1]
    put(values, "key", piece, growing=("key",))
    put(values, "key", piece, growing=("key",))
    assert (values, piece) == ({"key": [1, 1]}, [1])


def test_merged() -> None:
    old = {"a": {"b": 1, "c": 2}, "d": 3, "e": 4}
    new = {"a": {"b": 5, "f": None}, "d": None, "e": [6]}
    assert merged(old, new) == {"a": {"b": 5, "c": 2, "f": None}, "d": 3, "e": [6]}
    assert old == {"a": {"b": 1, "c": 2}, "d": 3, "e": 4}


@pytest.mark.parametrize(
    ("pieces", "whole"),
    [
        ([{"tokens": ["a"]}, {"tokens": ["b"]}], {"tokens": ["a", "b"]}),
        ([{"tokens": ["a"], "note": None}, {"tokens": None, "note": "x"}], {"tokens": ["a"], "note": "x"}),
        ([{"tokens": ["a"]}, "none"], "none"),
        (["none", {"tokens": ["a"]}], {"tokens": ["a"]}),
    ],
)
def test_extended(pieces: list[Any], whole: Any) -> None:
    value = None
    for piece in pieces:
        value = extended(value, piece)
    assert value == whole


@pytest.mark.parametrize(
    ("pieces", "whole"),
    [
        ([], ""),
        (["QUJD", "REVG"], "QUJDREVG"),
        (["QQ==", "Qg=="], "QUI="),  # each with an end of its own
        (["QUI", "="], "QUI="),  # neither is base64 for itself
        (["Q", "QQ=="], "QQQ=="),  # the first is none
    ],
)
def test_joined_base64(pieces: list[str], whole: str) -> None:
    assert joined_base64(pieces) == whole
