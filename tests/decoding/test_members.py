"""The cursor: what is taken as a type is gone, what is of another type stays and is kept."""

from __future__ import annotations

from typing import Any

import pytest

from cassette_tools.decoding.members import Members

WHOLE: dict[str, Any] = {
    "word": "a",
    "none": None,
    "yes": True,
    "list": [{"x": 1}, 2],
    "object": {"in/side": 1},
}


def members(extra: dict[str, Any]) -> Members:
    return Members(WHOLE, "/here", extra, "/there")


@pytest.mark.parametrize(
    ("method", "key", "found"),
    [
        ("string", "word", "a"),
        ("string", "yes", None),
        ("text", "none", None),
        ("boolean", "yes", True),
        ("boolean", "word", None),
        ("array", "list", ({"x": 1}, 2)),
        ("array", "object", ()),
        ("array", "none", ()),
    ],
)
def test_what_is_of_the_type_or_null_is_taken_and_all_else_stays(method: str, key: str, found: Any) -> None:
    source = members({})
    assert getattr(source, method)(key) == found
    assert (key in source) == (WHOLE[key] is not None and not found)


def test_entries_of_an_array_have_members_if_they_are_objects() -> None:
    extra: dict[str, Any] = {}
    entries = list(members(extra).entries("list"))
    assert [(value, inner.left, inner.pointer) for value, inner in entries] == [
        ({"x": 1}, {"x": 1}, "/here/list/0"),
        (2, {}, "/here/list/1"),
    ]
    for _, inner in entries:
        inner.keep()
    assert extra == {"/there/list/0/x": 1}


@pytest.mark.parametrize(
    ("nulls", "kept"),
    [(False, {"/there/object/in~1side": 1}), (True, {"/there/object/in~1side": 1, "/there/none": None})],
)
def test_what_is_left_is_kept(nulls: bool, kept: dict[str, Any]) -> None:
    extra: dict[str, Any] = {}
    source = members(extra)
    source.object("object").keep()
    for key in ("word", "yes", "list"):
        source.take(key)
    source.keep(nulls=nulls)
    assert extra == kept


def test_of_two_spellings_that_differ_the_first_counts_and_the_other_stays() -> None:
    names = {"max_tokens": "max", "max_output_tokens": "max", "n": "count"}
    source = Members({"max_tokens": 1, "max_output_tokens": 2, "n": 3}, "", {}, "")
    assert source.renamed(names) == {"max": 1, "count": 3}
    assert source.left == {"max_output_tokens": 2}
    alike = Members({"max_tokens": 1, "max_output_tokens": 1}, "", {}, "")
    assert (alike.renamed(names), alike.left) == ({"max": 1}, {})
