"""What the pages of HTML are made of: their policy, their escaping, the table of marks, and how sums changed."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.finding import Drift
from cassette_tools.reporters import Cell, DriftReport, DriftSuite, Provenance, Style, Totals, View, as_html
from cassette_tools.reporters._passages import passages
from cassette_tools.reporters._trends import trends_of
from cassette_tools.reporters.as_html import _ranges
from cassette_tools.reporters.page import Heat, Mark, heat_of, page


def render(**values: Any) -> str:
    known = {
        "history": None,
        "verdict": "",
        "head": [],
        "differences": [],
        "done": None,
        "legend": "",
        "shown": None,
        "months": [],
        "rows": [],
    }
    return page("state.html", title="x", **{**known, **values})


def test_the_policy_names_what_the_page_has() -> None:
    text = render()
    (policy,) = re.findall('http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    for tag in ("style", "script"):
        (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert f"{tag}-src &#39;sha256-{b64encode(sha256(content.encode()).digest()).decode()}&#39;" in policy


@given(st.text(st.characters(codec=None), max_size=40))
def test_whatever_a_page_is_given_is_text(text: str) -> None:
    shown = render(verdict=f"a{text}z", months=[(f"b{text}", 1, 1.0)])
    for begin, end in (("<h1>a", "z</h1>"), ('<th scope="row">b', "</th>")):
        (inside,) = re.findall(f"{begin}(.*?){end}", shown, re.DOTALL)
        bare = re.sub("&(?:lt|gt|amp|#34|#39);", "", inside)
        assert set("&<>\"'\x1b\r\u202e") & set(bare) == set()


# --- the table of marks ------------------------------------------------------------------------------------------------


def marks(*crossings: str, weight: int = 0) -> dict[tuple[str, str], Mark]:
    """``row column`` each."""
    return {(each.split()[0], each.split()[1]): Mark(sign=each, word="", weight=weight) for each in crossings}


def drawn(heat: Heat) -> list[str]:
    return [" ".join([name, *(mark.sign if mark else "-" for mark in row)]) for name, row in heat.rows]


@pytest.mark.parametrize(
    ("given_marks", "columns", "rows"),
    [
        (marks("b1 x", "a2 x", "a2 y"), ("x", "y"), ["a2 a2 x a2 y", "b1 b1 x -"]),
        (marks("a x", "a y", "a z"), ("a",), ["x a x", "y a y", "z a z"]),  # turned: it is narrower
        ({}, (), []),
    ],
    ids=["in order of names", "turned", "nothing"],
)
def test_a_table_of_marks(given_marks: dict[tuple[str, str], Mark], columns: tuple[str, ...], rows: list[str]) -> None:
    heat = heat_of(given_marks)
    assert (heat.columns, drawn(heat)) == (columns, rows)


def test_of_many_rows_the_gravest_come_first() -> None:
    heat = heat_of({**marks(*(f"a{at:02} x" for at in range(30)), weight=2), **marks("z x", weight=1)})
    assert [name for name, _ in heat.first][:2] == ["z", "a00"]
    assert (len(heat.first), len(heat.rest)) == (25, 6)


@pytest.mark.parametrize(("columns", "kind"), [(1, "few"), (6, "few"), (7, "many"), (30, "many"), (31, "wide")])
def test_how_much_room_the_columns_need(columns: int, kind: str) -> None:
    crossings = [f"r{row} c{column}" for row in range(columns) for column in range(columns)]
    assert heat_of(marks(*crossings)).kind == kind


def test_the_legend_has_each_kind_once() -> None:
    row = tuple(
        Mark(sign=sign, word=kind, kind=kind, weight=at) for at, (sign, kind) in enumerate(("Xb", "bc", "Xb", "·d"))
    )
    heat = Heat(columns=("1", "2", "3", "4", "5"), rows=(("r", (*row, None)),))
    assert [mark.sign for mark in heat.legend] == ["b", "X", "·"]


@given(st.sets(st.integers(0, 60)))
def test_runs_of_numbers_are_these_numbers(numbers: set[int]) -> None:
    found: list[int] = []
    for run in _ranges(sorted(numbers)).split():
        first, _, last = run.partition("-")
        found += range(int(first), int(last or first) + 1)
    assert found == sorted(numbers)


@pytest.mark.parametrize(("numbers", "runs"), [([0, 1, 2, 3, 7], "0-3 7"), ([4], "4"), ([], "")])
def test_runs_of_numbers(numbers: list[int], runs: str) -> None:
    assert _ranges(numbers) == runs


# --- how sums changed --------------------------------------------------------------------------------------------------

Counts = dict[str, tuple[float | None, float | None]]


def suite(*recordings: tuple[str, Counts]) -> DriftSuite:
    """A recording for each (scenario, counts)."""
    pairs = tuple(
        DriftReport(
            old_path=str(at),
            new_path=str(at),
            profile="rerecord",
            provenance=Provenance(),
            findings=(),
            summary={},
            totals=Totals(counts=counts),
        )
        for at, (_, counts) in enumerate(recordings)
    )
    cells = tuple(
        Cell(scenario=scenario, provider_name="", model="", level="", path=str(at))
        for at, (scenario, _) in enumerate(recordings)
    )
    return DriftSuite(old="a", new="b", pairs=pairs, summary={}, matrix=cells)


SAME: Counts = {"input_tokens": (100, 100)}


@pytest.mark.parametrize(
    ("recordings", "told"),
    [
        ([("a", {"input_tokens": (100, 110)}), ("b", SAME)], {"a": ["tokens in 100 → 110 +10.0% 10.0"]}),
        ([("a", {"input_tokens": (100, 10)}), ("b", SAME)], {"a": ["tokens in 100 → 10 −90.0% -50.0"]}),
        (
            [("a", {"input_tokens": (1, 2), "cost": (0.5, None)}), ("a", {"cost": (0.5, 1.5)}), ("b", SAME)],
            {"a": ["tokens in 1 → 2 +100.0% 50.0", "cost $0.5 → $1.5 +200.0% 50.0"]},
        ),
        (
            [("a", {"cost": (0.0080512, 0.0120768)}), ("b", {"cost": (1234.5, 2469.0)})],
            {"a": ["cost $0.00805 → $0.0121 +50.0% 50.0"], "b": ["cost $1,230 → $2,470 +100.0% 50.0"]},
        ),
        ([("a", {"input_tokens": (1000, 1001)}), ("b", SAME)], None),  # less than one in a hundred
        ([("a", {"input_tokens": (0, 5)}), ("b", SAME)], None),  # of nothing there is no share
        ([("a", {"input_tokens": (None, 5)}), ("b", SAME)], None),
        ([("a", {"input_tokens": (1, 2)})], None),  # the totals say it
        ([], None),
    ],
)
def test_how_the_sums_of_scenarios_changed(
    recordings: list[tuple[str, Counts]], told: dict[str, list[str]] | None
) -> None:
    trends = trends_of(suite(*recordings))
    rows = trends and {
        name: [
            f"{title} {each.old} → {each.new} {each.share} {each.bar:.1f}"
            for title, each in zip(trends.titles, amounts, strict=True)
            if each is not None
        ]
        for name, amounts in trends.rows
    }
    assert rows == told


def test_the_scenarios_that_changed_most_come_first() -> None:
    trends = trends_of(suite(*((f"s{at:02}", {"output_tokens": (100, 100 + at)}) for at in range(20))))
    assert trends is not None
    assert [name for name, _ in trends.rows] == [f"s{at:02}" for at in range(19, 7, -1)]
    assert trends.left == 8


# --- how much a page holds ----------------------------------------------------------------------------------------------


def test_a_large_page_has_the_conversations_of_the_gravest(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of one recording has it, however long it is."""

    def pair(path: str, level: str) -> DriftReport:
        change = Drift(rule="x", level=level, message="m", path="p", origin="response", fingerprint=path)
        view = View(conversation=tuple(passages("", f"said in {path}")), events=())
        return DriftReport(
            old_path=path,
            new_path=path,
            profile="rerecord",
            provenance=Provenance(),
            findings=(change,),
            summary={},
            view=view,
        )

    pairs = pair("a", "shape"), pair("b", "breaking"), pair("c", "behavior")
    monkeypatch.setattr(as_html, "_ROOM_OF_VIEWS", 2 * len("said in a"))
    text = as_html.suite(DriftSuite(old="v1", new="v2", pairs=pairs, summary={}), Style(show="shape"))
    assert re.findall("said in .", text) == ["said in b", "said in c"]
    assert text.count("So large a page has no room for this conversation") == 1
    monkeypatch.setattr(as_html, "_ROOM_OF_VIEWS", 1)
    assert re.findall("said in .", as_html.diff(pairs[0], Style(show="shape"))) == ["said in a"]
