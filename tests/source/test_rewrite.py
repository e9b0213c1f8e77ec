"""A file written again with other values: what was asked for changes, every other character stays."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from effort import chosen, examples
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.errors import CassetteError, NotRewritable
from cassette_tools.source import Source
from cassette_tools.source.rewrite import Rewriting
from cassette_tools.source.spelling import json_string

Route = tuple[str | int, ...]


def opened(content: bytes, path: str = "a.yaml") -> Source:
    source = Source.from_bytes(content, path)
    for _ in source.items():
        pass
    return source


def changed(text: str, put: dict[Route, Any] | None = None, drop: tuple[Route, ...] = (), path: str = "a.yaml") -> str:
    file = Rewriting(opened(text.encode(), path))
    for route, value in (put or {}).items():
        file.put(route, value)
    for route in drop:
        file.drop(route)
    return file.content().decode()


@pytest.mark.parametrize(
    ("old", "value", "new"),
    [
        ("a: one # why\n", "two", "a: two # why\n"),
        ("a: 'one'\n", "two", "a: 'two'\n"),
        ('a: "one"\n', "two", 'a: "two"\n'),
        ("a: one\n", "3", "a: '3'\n"),
        ("a: '3'\n", "three", "a: three\n"),
        ("a: one\n", "b: c", "a: 'b: c'\n"),
        ("a: one\n", "x\ty\n", 'a: "x\\ty\\n"\n'),
        ("a: 7\n", 0, "a: 0\n"),
        ("a: 7.5\n", 0.0, "a: 0.0\n"),
        ("a: 2026-01-01 20:50:17\n", "2020-01-01 00:00:00", "a: 2020-01-01 00:00:00\n"),
        ("a: |\n  one\n  two\nb: 1\n", "three\nfour\n", "a: |\n  three\n  four\nb: 1\n"),
        ("a: |+\n  one\n\nb: 1\n", "two\n\n", "a: |+\n  two\n\nb: 1\n"),
        ("a: |-\n    one\nb: 1\n", " two", "a: |4-\n     two\nb: 1\n"),
        ("a: |\n  one\nb: 1\n", "\x01", 'a: "\\x01"\nb: 1\n'),
        ("a: >-\n  one\n  two\nb: 1\n", "three four", "a: >-\n  three four\nb: 1\n"),
        ("a: {b: one, c: 2}\n", "x, y", None),
        ("a: !!binary |\n  aGVsbG8gd29y\n  bGQ=\nb: 1\n", b"bye bye", "a: !!binary |\n  YnllIGJ5ZQ==\nb: 1\n"),
        ("a: !!binary aGVsbG8=\n", b"bye", "a: !!binary Ynll\n"),
    ],
)
def test_a_scalar_keeps_its_style(old: str, value: Any, new: str | None) -> None:
    route: Route = ("a",) if new is not None else ("a", "b")
    assert changed(old, {route: value}) == (new if new is not None else "a: {b: 'x, y', c: 2}\n")


@pytest.mark.parametrize(
    ("old", "drop", "new"),
    [
        ("a: 1\nb: 2\nc: 3\n", ("a",), "b: 2\nc: 3\n"),
        ("a: 1\nb:\n- x\n- y\nc: 3\n", ("b",), "a: 1\nc: 3\n"),
        ("a: 1\nb: |\n  x\n", ("b",), "a: 1\n"),
        ("a:\n  b: 1\nc: 2\n", ("a", "b"), "a: {}\nc: 2\n"),
        ("a:\n- b\n- c\n", ("a", 1), "a:\n- b\n"),
        ("a:\n- b\n", ("a", 0), "a: []\n"),
        ("- a: 1\n  b: 2\n- c: 3\n", (0, "a"), "- b: 2\n- c: 3\n"),
        ("- a: 1\n- b: 2\n", (0,), "- b: 2\n"),
        ("a: {b: 1, c: 2}\n", ("a", "c"), "a: {b: 1}\n"),
        ("a: [1, 2, 3]\n", ("a", 0), "a: [2, 3]\n"),
        ("a: {b: 1,\n  c: 2}\nd: 3\n", ("a", "c"), "a: {b: 1}\nd: 3\n"),
        ("a: |\n  x\nb: why?\nc: 3\n", ("c",), "a: |\n  x\nb: why?\n"),
        ("? x\n: 1\n? y\n: 2\n", ("x",), "? y\n: 2\n"),
    ],
)
def test_a_member_goes_and_its_lines_with_it(old: str, drop: Route, new: str) -> None:
    assert changed(old, drop=(drop,)) == new


@pytest.mark.parametrize(
    ("old", "put", "drop", "new"),
    [
        ('{"a": 1,  "b": "x"}', {("b",): "y"}, (), '{"a": 1,  "b": "y"}'),
        ('{"a": 1,  "b": "x"}', {}, (("a",),), '{"b": "x"}'),
        ('{"a": 1,  "b": "x"}', {}, (("b",),), '{"a": 1}'),
        ('{"a": [1, 2]}', {}, (("a", 0), ("a", 1)), '{"a": []}'),
        ('{"a": "caf\\u00e9"}', {("a",): "thé"}, (), '{"a": "th\\u00e9"}'),
        ('{"a": "café"}', {("a",): "thé"}, (), '{"a": "thé"}'),
        ('{"a": "\\u003cb\\u003e"}', {("a",): "<i>"}, (), '{"a": "\\u003ci\\u003e"}'),
        ('{"a": "b\\/c"}', {("a",): "d/e"}, (), '{"a": "d\\/e"}'),
        ('{"a": 1e3, "n": 12345678901234567890}', {("a",): 0.0}, (), '{"a": 0.0, "n": 12345678901234567890}'),
    ],
)  # fmt: skip
def test_json_keeps_its_spaces_and_escapes(old: str, put: dict[Route, Any], drop: tuple[Route, ...], new: str) -> None:
    assert changed(old, put, drop, path="a.json") == new


@pytest.mark.parametrize(
    ("text", "route", "words"),
    [
        ("a: &x one\nb: *x\n", ("a",), "has the anchor &x"),
        ("a: one\n", ("b",), "there is no scalar at b"),
        ("a: [1]\n", ("a",), "there is no scalar at a"),
    ],
)
def test_what_cannot_be_done_is_said(text: str, route: Route, words: str) -> None:
    with pytest.raises(NotRewritable, match=words):
        changed(text, {route: "two"})


def scalars(data: Any, route: Route = ()) -> Iterator[tuple[Route, Any]]:
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from scalars(value, (*route, key))
    else:
        yield route, data


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)
TREES = st.recursive(
    TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcd", min_size=1, max_size=3), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@examples(300)
@given(
    tree=st.dictionaries(st.text("abcd", min_size=1, max_size=3), TREES, min_size=1, max_size=4),
    new=TEXTS,
    unicode=st.booleans(),
    flow=st.sampled_from([False, None]),
    style=st.sampled_from([None, "'", '"', "|", ">"]),
    data=st.data(),
)
def test_any_text_can_stand_anywhere(tree: Any, new: str, unicode: bool, flow: bool | None, style: str | None, data: st.DataObject) -> None:  # fmt: skip
    """The proof that a rewriting makes of itself never fails, and PyYAML reads what was put."""
    text = yaml.dump(tree, Dumper=yaml.CSafeDumper, allow_unicode=unicode, default_flow_style=flow, default_style=style)
    try:
        source = opened(text.encode())
    except CassetteError:
        return
    places = [route for route, value in scalars(source.top) if isinstance(value, str)]
    if not places:
        return
    route = data.draw(st.sampled_from(places))
    file = Rewriting(source)
    file.put(route, new)
    node = yaml.load(file.content(), Loader=yaml.CSafeLoader)
    for step in route:
        node = node[step]
    assert node == new.replace("\r\n", "\n") if "\r" in new and style in ("|", ">") else node == new


@given(TEXTS)
def test_json_strings_are_read_back(value: str) -> None:
    for like in ('"a"', '"\\u00e9"', '"é"', '"\\u003c"', '"\\/"', '"\\x"'):
        assert json.loads(json_string(value, like)) == value


def test_real_recordings_bear_any_change(shared: Path) -> None:
    """Every scalar with the same value gives the same file in the recorders' own layout; others prove themselves."""
    failures, same, count = [], 0, 0
    for path in chosen(shared / "corpus"):
        if path.suffix not in (".yaml", ".yml", ".json", ".har") or path.stat().st_size > 200_000:
            continue
        try:
            source = opened(path.read_bytes(), str(path))
        except CassetteError:
            continue
        if source.documents != 1:
            continue
        dice = random.Random(path.name)
        leaves = [(route, value) for route, value in scalars(source.top) if isinstance(value, str | bytes)]
        leaves = dice.sample(leaves, 80) if len(leaves) > 80 else leaves
        again, other = Rewriting(source), Rewriting(source)
        for route, value in leaves:
            again.put(route, value)
            if dice.random() < 0.2:
                other.drop(route)
            else:
                middle = len(value) // 2
                other.put(route, value[:middle] + 'é: "x' + value[middle:] if isinstance(value, str) else value)
        try:
            count += 1
            same += again.content() == source.content
            other.content()
        except CassetteError as error:
            failures.append((path.name, str(error)))
    assert failures == []
    assert same > 0.8 * count


TAGGED = b"""\
headers:
  ? !!python/object/apply:multidict._multidict.istr
  - User-Agent
  : - Harbour/1.2
  ? !!python/object/apply:multidict._multidict.istr [X-Api-Key]
  : - Qm7ZtW4v
  ? [Accept]
  : - '*/*'
"""


def test_a_key_that_a_recorder_tagged_is_its_text() -> None:
    """VCR.py with aiohttp writes the names of header fields as Python objects."""

    def changed(change: Callable[[Rewriting], None]) -> bytes:
        source = Source.from_bytes(TAGGED, "a.yaml")
        for _ in source.items():
            pass
        rewriting = Rewriting(source)
        change(rewriting)
        return rewriting.content()

    assert changed(lambda file: file.put(("headers", "User-Agent", 0), "Harbour/0")) == TAGGED.replace(b"1.2", b"0")
    assert changed(lambda file: file.drop(("headers", "X-Api-Key"))) == TAGGED.replace(
        b"  ? !!python/object/apply:multidict._multidict.istr [X-Api-Key]\n  : - Qm7ZtW4v\n", b""
    )
    assert changed(lambda file: file.drop(("headers", "Accept"))) == TAGGED.replace(b"  ? [Accept]\n  : - '*/*'\n", b"")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("h:\n  a: one # why\n  b: 2\n", "h:\n  a:\n  - one # why\n  b: 2\n"),
        ("h:\n  a:   'one'\n", "h:\n  a:\n  - 'one'\n"),
        ("h:\n  a: # why\n    one\n", "h:\n  a: # why\n  - one\n"),
        ("h:\n  a: one\n    two\nb: 1\n", "h:\n  a:\n  - one\n    two\nb: 1\n"),
        ("h:\n  a: |\n    one\n  b: 1\n", "h:\n  a:\n  - |\n    one\n  b: 1\n"),
        ("h:\r\n  a: one\r\n", "h:\r\n  a:\r\n  - one\r\n"),
        ("h: {a: one, b: 2}\n", "h: {a: [one], b: 2}\n"),
        ('{"h": {"a": "one"}}', '{"h": {"a": ["one"]}}'),
    ],
)
def test_a_scalar_becomes_the_one_element_of_a_list(old: str, new: str) -> None:
    file = Rewriting(opened(old.encode(), "a.json" if old.startswith("{") else "a.yaml"))
    file.enlist(("h", "a"))
    assert file.content().decode() == new


def test_a_scalar_gets_another_value_and_a_list() -> None:
    file = Rewriting(opened(b"h:\n  a: one\n  b: two\n"))
    file.put(("h", "a"), "three")
    for key in ("a", "b"):
        file.enlist(("h", key))
    file.drop(("h", "b"))
    assert file.content() == b"h:\n  a:\n  - three\n"


def test_a_scalar_with_an_anchor_becomes_no_list() -> None:
    file = Rewriting(opened(b"h:\n  a: &x one\n  b: *x\n"))
    file.enlist(("h", "a"))
    with pytest.raises(NotRewritable, match="there is no scalar of its own at"):
        file.content()
