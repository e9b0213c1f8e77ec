"""From a place to a line and a column, also inside scalars."""

from __future__ import annotations

import itertools
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools._record import replace
from cassette_tools.model import Place
from cassette_tools.source import Source
from cassette_tools.source import scalars as spelling_of_scalars
from cassette_tools.source._libyaml import CParser, ScalarEvent, StreamEndEvent
from cassette_tools.source.json_tree import find
from cassette_tools.source.scalars import scalar_map


def scalars(text: str) -> list[Any]:
    parser = CParser(text)
    found = []
    while type(event := parser.get_event()) is not StreamEndEvent:
        if type(event) is ScalarEvent:
            found.append(event)
    return found


def explained(text: str) -> tuple[int, int]:
    """How many scalars of a text there are, and how many characters of them were checked against the file."""
    checked = 0
    events = scalars(text)
    for event in events:
        start, end = event.start_mark.index, event.end_mark.index
        spelling = text[start:end]
        mapped = scalar_map(spelling, start, event.value, event.style or "")
        assert mapped is not None, (spelling[:200], event.value[:200])
        for offset, character in enumerate(event.value):
            index = mapped.where(offset)
            assert start <= index <= end
            if character not in " \n\u2028\u2029" and event.style != '"':
                assert text[index] == character, (spelling[:200], offset)
                checked += 1
            elif event.style == '"' and character.isascii() and character.isalnum():
                assert text[index] in (character, "\\"), (spelling[:200], offset)
                checked += 1
    return len(events), checked


@pytest.mark.parametrize(
    "text",
    [
        "a: plain\n",
        "a: plain over\n  two lines\n\n  and a blank\n",
        "a: 'single ''quoted'' over\n  two lines\n\n  and a blank'\n",
        'a: "double \\"quoted\\" \\u00e9 \\x41 \\U0001F600 over\n  two lines \\\n  escaped \\\n\n  break\\n"\n',
        'a: "x  \n  y  \n\n\n  z"\n',
        "a: |\n  literal\n   more\n\n  text\n",
        "a: |4-\n      two spaces first\n    text\n",
        "a: |+\n  keep\n\n\n",
        "a: >\n  folded\n  text\n\n  para\n   more indented\n   lines\n  back\n",
        "a: >-\n\n  leading blank\n  line\n\n\n  two blanks\n",
        "a: |\r\n  crlf\r\n  text\r\n",
        "a: |\n  x\u2028  ls\u2028  inside\n  next\x85  nel\n",
    ],
)
def test_every_style_is_explained(text: str) -> None:
    count, _checked = explained(text)
    assert count == 2


@given(
    st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=60)
    | st.text(alphabet="ab '\"\\\n\t:#-\u2028\x85é", max_size=60),
    st.sampled_from(["'", '"', "|", ">", None]),
    st.integers(8, 40),
)
def test_generated_scalars_are_explained(value: str, style: str | None, width: int) -> None:
    text = yaml.safe_dump({"key": [value]}, default_style=style, allow_unicode=True, width=width)
    explained(text)


def test_the_scalars_of_the_corpus_are_explained(shared: Path) -> None:
    paths = sorted(path for path in (shared / "corpus").rglob("*.y*ml"))[::6]
    total = 0
    for path in paths:
        text = path.read_text("utf-8", "replace").removeprefix("\ufeff")
        if len(text) > 300_000:
            continue
        count, _ = explained(text)
        total += count
    assert total > 5_000


CASSETTE = """\
version: 2
interactions:
- id: 0
  request:
    body: '{"model":"m","messages":[{"content":"it''s"}]}'
    headers:
      Accept:
      - text/plain
  response:
    body: |
      data: {"a":1}

      data: {"é":{"b":"x"}}
    code: 200
"""


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (Place(route=("version",)), (1, 10, 1, 11)),
        (Place(route=("interactions", 0)), (3, 3, 3, 4)),
        (Place(route=("interactions", 0, "id")), (3, 7, 3, 8)),
        (Place(route=("interactions", 0, "request")), (4, 3, 4, 10)),
        (Place(route=("interactions", 0, "response", "body")), (10, 5, 10, 9)),
        (Place(route=("interactions", 0, "response", "code"), on_key=True), (14, 5, 14, 9)),
        (Place(route=("interactions", 0, "request", "headers", "Accept", 0)), (8, 9, 8, 19)),
        (Place(route=("interactions", 0, "request", "body"), pointer="/messages/0/content"), (5, 48, 5, 55)),
        (Place(route=("interactions", 0, "request", "body"), offset=0, length=1), (5, 12, 5, 13)),
        (Place(route=("interactions", 0, "response", "body"), offset=21, pointer="/é/b"), (13, 23, 13, 26)),
        (Place(route=("interactions", 0, "response", "missing")), (9, 3, 9, 11)),
        (Place(route=("interactions", 7)), (1, 1, 1, 1)),
        (Place(route=()), (1, 1, 1, 2)),
    ],
)
def test_regions(place: Place, expected: tuple[int, int, int, int]) -> None:
    source = Source.from_bytes(CASSETTE.encode(), "x.yaml")
    list(source.items("interactions"))
    region = source.region(place)
    assert (region.line, region.column, region.end_line, region.end_column) == expected


def test_regions_in_json() -> None:
    text = '{\n "interactions": [\n  {"body": "say \\"\\ud83d\\ude00 hi\\"", "code": 200}\n ]\n}\n'
    source = Source.from_bytes(text.encode(), "x.json")
    assert len(list(source.items("interactions"))) == 1

    def at(place: Place) -> tuple[int, int]:
        region = source.region(place)
        return region.line, region.column

    assert at(Place(route=("interactions", 0, "code"))) == (3, 47)
    assert at(Place(route=("interactions", 0, "body"), offset=7)) == (3, 32)
    assert at(Place(route=("interactions", 0), on_key=True)) == (3, 3)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=15,
)


@given(_json, st.sampled_from([None, 1]))
def test_every_value_of_a_json_text_is_found(document: Any, indent: int | None) -> None:
    text = json.dumps(document, indent=indent)
    for route, value in _walk(document, ()):
        span = find(text, route)
        assert span is not None
        assert json.loads(text[span.start : span.end]) == value


@given(st.text(max_size=30), st.booleans())
def test_every_character_of_a_json_string_is_found(value: str, ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    mapped = scalar_map(text, 0, value, "json")
    assert mapped is not None
    places = [mapped.where(offset) for offset in range(len(value))] + [len(text) - 1]
    pieces = [text[start:end] for start, end in itertools.pairwise(places)]
    assert [json.loads(f'"{piece}"') for piece in pieces] == [*value]


@given(
    st.text(st.sampled_from("ab \"'\\\n\u00e9\U0001f600\u2028"), max_size=40),
    st.sampled_from(["json", '"', "'", ""]),
    st.randoms(use_true_random=False),
)
def test_strides_of_a_scalar_lead_to_the_same_places(value: str, style: str, dice: random.Random) -> None:
    spelling, value = spelled(value, style)
    whole = scalar_map(spelling, 5, value, style)
    assert whole is not None
    offsets = list(range(len(value) + 2))
    dice.shuffle(offsets)  # whoever asks later finds what was walked before
    with pytest.MonkeyPatch.context() as patch:
        for styles in (spelling_of_scalars._STYLES, spelling_of_scalars._SHORT):
            usual = styles[style]
            stride = re.compile(usual.stride.pattern.replace(str(spelling_of_scalars.STRIDE), "2"), re.DOTALL)
            patch.setitem(styles, style, replace(usual, stride=stride))
        strides = scalar_map(spelling, 5, value, style)
        assert strides is not None
        short = {offset: strides.where(offset) for offset in offsets}
    assert short == {offset: whole.where(offset) for offset in offsets}


def spelled(value: str, style: str) -> tuple[str, str]:
    """A text as a file has it in one style, and the value that a parser reads from there."""
    if style == "json":
        return json.dumps(value), value
    lines = re.findall("[ab\u00e9]+", value) or ["x"]
    plain = "- " + "\n\n  ".join(lines) + "\n"
    text = yaml.safe_dump([value], default_style=style, allow_unicode=True, width=8) if style else plain
    event = scalars(text)[-1]
    return text[event.start_mark.index : event.end_mark.index], event.value


def test_a_place_behind_many_escapes_is_found() -> None:
    value = 'é"' * 9_000 + "here"
    text = json.dumps(value)
    mapped = scalar_map(text, 0, value, "json")
    assert mapped is not None
    assert text[mapped.where(len(value) - 4) :] == 'here"'


def _walk(value: Any, route: tuple[Any, ...]) -> list[tuple[tuple[Any, ...], Any]]:
    found = [(route, value)]
    if isinstance(value, dict):
        for key, inner in value.items():
            found += _walk(inner, (*route, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found += _walk(inner, (*route, index))
    return found


def test_a_file_read_in_pieces_gives_the_same_regions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    item = CASSETTE.partition("interactions:\n")[2]
    text = "version: 2\ninteractions:\n" + item.replace("text/plain", "text/pl€in") * 700
    path = tmp_path / "large.yaml"
    path.write_text(text, "utf-8")
    whole = Source.from_path(str(path))
    list(whole.items("interactions"))
    monkeypatch.setattr("cassette_tools.source.STREAMED_ABOVE", 1000)
    pieces = Source.from_path(str(path))
    assert pieces.content is None
    for index, item_read in enumerate(pieces.items("interactions")):
        assert item_read["id"] == 0
        if index % 50 == 0:
            for place in (
                Place(route=("interactions", index, "request", "headers", "Accept", 0)),
                Place(route=("interactions", index, "response", "body"), offset=21, pointer="/é/b"),
            ):
                assert pieces.region(place) == whole.region(place)
    # What is said at the end of the file, of interactions that are forgotten, stands where they begin.
    for index in (0, 1, 350, 698):
        place = Place(route=("interactions", index, "response", "code"))
        assert pieces.region(place) == whole.region(Place(route=("interactions", index)))
    assert pieces.region(Place(route=("interactions", 7_000))).line == 1


@given(st.text(alphabet="a\n\r", max_size=30))
def test_lines_and_columns_are_what_counting_gives(text: str) -> None:
    from cassette_tools.source.text import MemoryText

    held = MemoryText(text)
    for index in range(len(text) + 1):
        before = text[:index]
        assert held.line_column(index) == (before.count("\n") + 1, index - before.rfind("\n"))
