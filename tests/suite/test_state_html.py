"""``cassette report --format html``: what it comes to, the tables, the months, and each recording."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from made_suites import answered, asked, exchange, write

from cassette_tools.cli import main
from cassette_tools.suite.report import Report, report_of
from cassette_tools.suite.state_html import _months, report_html
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
        ({"a/sum": of("a"), "b/sum": of("b", "length"), "a/hi": of("a"), "b/hi": of("b")}, "Models differ in 1 of 2 scenarios recorded with several"),
        ({"a/sum": of("a"), "b/sum": of("b"), "a/hi": of("a")}, "Models agree in 1 scenario recorded with several"),
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
