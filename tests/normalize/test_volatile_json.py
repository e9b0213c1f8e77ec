"""The volatile scalars of a stream: found by the make of its events as by a walk through each."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.normalize import volatile_json
from cassette_tools.normalize.volatile_json import _Makes
from cassette_tools.source.json_tree import end_of, leaves

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text('ab"\\ {}[],:\n\u00e9', max_size=6)
)
NAMES = st.sampled_from(("id", "created", "choices", "delta", "content", "usage", "system_fingerprint", "a.b", 'q"'))
DOCUMENTS = st.dictionaries(
    NAMES,
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
        max_leaves=6,
    ),
    max_size=5,
)


def found(makes: _Makes, text: str, start: int) -> list[tuple[Any, ...]]:
    return [
        (each.start, each.end, each.path, each.value, each.action.action)
        for each in makes.values(text, start, end_of(text, start))
    ]


@given(st.lists(DOCUMENTS, min_size=1, max_size=8), st.sampled_from((None, (",", ":"))))
def test_makes_find_what_a_walk_finds(documents: list[dict[str, Any]], separators: tuple[str, str] | None) -> None:
    learned, walked = _Makes("response", most=4), _Makes("response", most=0)
    for document in [*documents, *documents]:
        text = f"data: {json.dumps(document, separators=separators)} \n"
        assert found(learned, text, 6) == found(walked, text, 6)


EVENT = {"id": "chatcmpl-1", "created": 1700000000, "choices": [{"index": 0, "delta": {"content": "a"}}]}


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({**EVENT, "created": None}, "a null is of the same make, and no volatile value"),
        ({**EVENT, "id": 'a"b\\'}, "a string with escapes is one scalar"),
        ({**EVENT, "system_fingerprint": "fp_1"}, "a further member at the end is another make"),
        ({"id": "chatcmpl-2"}, "a member less is another make"),
        ({**EVENT, "choices": []}, "a list of nothing has no scalar"),
    ],
)
def test_another_event_of_a_stream(other: dict[str, Any], why: str) -> None:
    learned, walked = _Makes("response", most=4), _Makes("response", most=0)
    for text in map(json.dumps, (EVENT, EVENT, other, EVENT, other)):
        assert found(learned, text, 0) == found(walked, text, 0), why


def test_events_of_one_make_are_walked_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    walks: list[str] = []

    def counted(text: str, start: int, end: int) -> Any:
        walks.append(text)
        return leaves(text, start, end)

    monkeypatch.setattr(volatile_json, "leaves", counted)
    makes = _Makes("response", most=4)
    for number in range(100):
        assert found(makes, json.dumps({**EVENT, "id": f"x-{number}"}), 0)[0][3] == f"x-{number}"
    assert len(walks) == 1


def test_large_documents_are_walked_through() -> None:
    makes = _Makes("response", most=4)
    for text in [json.dumps({**EVENT, "list": [*range(100)]})] * 3:
        assert [each[3] for each in found(makes, text, 0)] == ["chatcmpl-1", 1700000000]
    assert makes._known == []
