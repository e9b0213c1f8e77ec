"""The scalars of a JSON text, with their paths and places."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.source.json_tree import leaves

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text('ab"\\/{}[],: \n\u00e9\u2028'),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text('ab".\\ \u00e9:'), inner, max_size=4),
    max_leaves=20,
)
LAYOUTS: tuple[dict[str, Any], ...] = (
    {},
    {"separators": (",", ":")},
    {"indent": 1},
    {"separators": (" ,\t", "\r\n: ")},
    {"ensure_ascii": False},
)


def walked(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The same from the value, without places."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from walked(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for inner in value:
            yield from walked(inner, f"{path}[]")
    else:
        yield path, value


@given(VALUES, st.sampled_from(LAYOUTS), st.sampled_from(("", "data: ", " \n")), st.sampled_from(("", "\n\n", "}")))
def test_every_scalar_is_found_at_its_place(value: Any, layout: dict[str, Any], before: str, after: str) -> None:
    text = f"{before}{json.dumps(value, **layout)}{after}"
    found = [(path, json.loads(text[start:end])) for path, start, end in leaves(text, len(before))]
    assert found == [*walked(value)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"a":1,"a":[2]}', [("a", "1"), ("a[]", "2")]),  # a key that stands twice: both
        ('{"a":{},"b":[],"c":null}', [("c", "null")]),  # nothing in them
        ('{"a":1,"b":[{}]}', [("a", "1")]),  # nothing at the end
        ('{"a":[1, 2 ,true],"b":3}', [("a[]", "1"), ("a[]", "2"), ("a[]", "true"), ("b", "3")]),  # numbers on end
        ('[[1],{"x":"}"}]', [("[][]", "1"), ("[].x", '"}"')]),  # signs in a string
        ('{"\\u0061\\"":-1.5e3}', [('a"', "-1.5e3")]),  # a key that is escaped
        ("7", [("", "7")]),
        ("", []),
    ],
)
def test_odd_documents(text: str, found: list[tuple[str, str]]) -> None:
    assert [(path, text[start:end]) for path, start, end in leaves(text)] == found
