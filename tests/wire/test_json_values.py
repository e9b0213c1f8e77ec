"""JSON is read as `json.loads` reads it, without importing it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.nesting import json_text, json_value

TEXTS = st.lists(
    st.sampled_from(
        (*'{}[],:"\\ \t\n\r\ufeff\x00-+.eE0', "12", "1.5", "NaN", "-Infinity", "true", "null", '"a"', '"\\u00e9"')
    ),
    max_size=12,
).map("".join)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner)
)


def told(read: Any, text: str) -> str:
    """What is read, or the words and the place of the complaint."""
    try:
        return repr(read(text))
    except json.JSONDecodeError as error:
        return f"{error.msg} at {error.pos} of {error.doc!r}"
    except ValueError as error:
        return str(error)


@given(TEXTS)
def test_whatever_it_is_the_same_is_said_of_it(text: str) -> None:
    assert told(json_value, text) == told(json.loads, text)


@given(VALUES | st.dictionaries(st.text(), VALUES))
def test_what_is_written_is_what_json_writes(value: Any) -> None:
    assert json_text(value) == json.dumps(value, separators=(",", ":"))


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(TypeError, match="bytes is not JSON"):
        json_text([b""])


@given(VALUES, st.sampled_from(("", " ", "\r\n\t")), st.sampled_from(("", "\n", "  x")))
def test_spaces_around_a_value(value: Any, before: str, after: str) -> None:
    text = f"{before}{json.dumps(value)}{after}"
    assert told(json_value, text) == told(json.loads, text)


@pytest.mark.parametrize(
    "text", ["", " ", "\ufeff{}", "[1,]", '{"a":1}}', '"\x01"', "9" * 5000, "[1] \u00a0", "{'a': 1}"]
)
def test_odd_texts(text: str) -> None:
    assert told(json_value, text) == told(json.loads, text)
