"""``cassette report --format html``: what it comes to, the tables, the months, and each recording."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from made_suites import answered, asked, exchange, write

from cassette_tools.cli import main
from cassette_tools.suite.history import ADDED, BASE, CHANGED, COMMIT, REMOVED, THERE, Moment, Timeline, Track, Version
from cassette_tools.suite.history_html import history_of, line_of
from cassette_tools.suite.report import Report, report_of
from cassette_tools.suite.state_html import _months, report_html
from cassette_tools.suite.states import State
from cassette_tools.suite.survey import recordings_of, survey


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def state() -> Report:
    return report_of(recordings_of(survey(("s",), cached=False)))


def of(model: str, finish: str = "stop", **more: Any) -> dict[str, Any]:
    return exchange(asked(model=model), answered(finish=finish), **more)


@pytest.mark.parametrize(
    ("files", "verdict"),
    [
        ({"a/sum": of("a"), "b/sum": of("b", "length"), "a/hi": of("a"), "b/hi": of("b")}, "Models differ in 1 of 2 shared scenarios"),
        ({"a/sum": of("a"), "b/sum": of("b"), "a/hi": of("a")}, "Models agree in 1 shared scenario"),
        ({"a/sum": of("a"), "a/hi": of("a")}, "2 recordings of 2 scenarios"),
    ],
    ids=["one differs", "they agree", "nothing to compare"],
)  # fmt: skip
def test_what_it_comes_to(here: Path, files: dict[str, dict[str, Any]], verdict: str) -> None:
    for name, each in files.items():
        write(f"s/{name}.json", each)
    assert re.findall("<h1>(.*?)</h1>", report_html(state())) == [verdict]


def test_the_months_of_recordings(here: Path) -> None:
    days = ("Tue, 18 Nov 2025 08:00:00 GMT", "Wed, 19 Nov 2025 08:00:00 GMT", "Mon, 05 Jan 2026 08:00:00 GMT")
    for number, day in enumerate(days[:2]):
        write(f"s/a/s{number}.json", of("a", day=day))
    assert _months(state()) == []  # all are of one, which the head says
    write("s/a/s2.json", of("a", day=days[2]))
    assert _months(state()) == [("2025-11", 2, 100.0), ("2026-01", 1, 50.0)]


def test_each_recording_stands_below_its_scenario(here: Path) -> None:
    write("s/a/sum.json", of("a"))
    write("s/b/sum.json", of("<b>", "length"))
    (body,) = re.findall('<details class="row" id="scenario-0".*?</details>', report_html(state()), re.DOTALL)
    assert re.findall('<th scope="row">(.*?)</th>', body) == ["&lt;b&gt;", "a"]
    assert re.findall('data-of="finish">(.*?)</td>', body) == ["length", "stop"]


def test_the_command_writes_the_page(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("s/a/sum.json", of("a"))
    assert main(["report", "--no-cache", "--format", "html", "s", "--output", "page.html"]) == 0
    assert Path("page.html").read_text(encoding="utf-8") == report_html(state()) + "\n"


def test_of_no_recordings_there_is_a_page(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("s").mkdir()
    assert main(["report", "--no-cache", "--allow-empty", "--format", "html", "s"]) == 0
    assert "<h1>0 recordings of 0 scenarios</h1>" in capsys.readouterr().out


# --- through time ----------------------------------------------------------------------------------------------------


def timeline(*counts: tuple[int | None, ...]) -> Timeline:
    """A recording for each list of counts, one for a moment; ``None`` where it is not there."""
    names = ("", "aaaaaaaaaa", "bbbbbbbbbb", "cccccccccc")
    moments = tuple(
        Moment(kind=COMMIT if at else BASE, name=name, at=f"2026-01-0{at + 1}T00:00:00Z", subject="Record <b>")
        for at, name in enumerate(names[: len(counts[0])])
    )
    tracks = []
    for number, own in enumerate(counts):
        versions: list[Version] = []
        for at, count in enumerate(own):
            state = None if count is None else State(model="gpt-4o", output_tokens=count, cost=count / 1000)
            was_there = bool(versions) and versions[-1].state is not None
            if count is not None or was_there:
                change = REMOVED if count is None else CHANGED if was_there else ADDED if at else THERE
                versions.append(Version(moment=at, change=change, path=f"s/{number}.json", state=state))
        last = next(each.state for each in reversed(versions) if each.state is not None)
        tracks.append(Track(path=f"s/{number}.json", scenario=str(number), last=last, versions=tuple(versions)))
    return Timeline(moments=moments, tracks=tuple(tracks))


@pytest.mark.parametrize(
    ("counts", "points", "words"),
    [
        ([(10, 30, 20)], "0.0,19.0 50.0,1.0 100.0,10.0", "10 → 20 (+100.0%)"),
        ([(10, 10, 10), (None, 5, None)], "0.0,19.0 50.0,1.0 100.0,19.0", "10, as before"),  # one that came and went
        ([(10, 20, 30, 40), (10, 0, 0, 10)], "0.0,19.0 33.3,19.0 66.7,13.0 100.0,1.0", None),
        ([(10, 10, 10)], None, None),
        ([(10, 20)], None, None),  # two moments are told in words
    ],
)
def test_a_line_through_time(counts: list[tuple[int | None, ...]], points: str | None, words: str | None) -> None:
    line = line_of("output_tokens", "out", timeline(*counts))
    assert (line and line.points) == points
    assert words is None or (line is not None and line.words == words)


def test_what_changed_since_a_moment() -> None:
    found = history_of("v1", timeline((10, 30, 20), (None, 5, 5)))
    assert found.words == "since v1 (2026-01-01): changed by 2 commits from 2026-01-02 to 2026-01-03"
    assert found.told == ["1 new: 1", "1 recorded again, with the same ends, prompts, tools, models and SDKs", "out 10 → 20 (+100.0%), cost $0.01 → $0.02 (+100.0%)"]  # fmt: skip
    assert [moment for moment, _ in found.moments] == ["2026-01-03 bbbbbbb Record <b>", "2026-01-02 aaaaaaa Record <b>"]
    assert [line.title for line in found.lines] == ["tokens out", "cost"]
    assert history_of("v1", timeline((10, 30))).told == []  # one moment says it


def test_a_page_of_what_changed_since(here: Path) -> None:
    write("s/a/sum.json", of("a"))
    text = report_html(state(), ("v1", timeline((10, 30, 20))))
    assert re.findall('id="history">(.*?)</h2>', text) == ["What changed since v1 (2026-01-01)"]
    assert re.findall("<summary>(2026.*?)</summary>", text)[0] == "2026-01-03 bbbbbbb Record &lt;b&gt;"
    assert text.count("<polyline") == 2
