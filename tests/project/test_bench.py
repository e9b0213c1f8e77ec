"""The stopwatches of bench/ measure what they say, and its pages say what was measured; nothing here depends on time."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

import pytest

from cassette_tools.load import load
from cassette_tools.model import Recording, Text

ROOT = Path(__file__).resolve().parents[2]
TABLE = re.compile("<!-- bench: begin -->\n(.*?)\n<!-- bench: end -->", re.DOTALL)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """bench/run.py, which finds its neighbours beside itself."""
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    import run

    return run


def rows(page: str) -> list[list[str]]:
    """The cells of the table on a page, without the headings."""
    found = TABLE.search((ROOT / page).read_text(encoding="utf-8"))
    assert found is not None
    return [line.strip("| ").split(" | ") for line in found[1].splitlines() if line.startswith("| ")][1:]


def test_what_slows_an_interpreter_is_kept_out(bench: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")
    monkeypatch.setenv("CASSETTE_SHARED", "here")
    found = bench.surroundings({"CASSETTE_CACHE_DIR": "there"})
    assert [name for name in found if name.startswith("PYTHON")] == []
    assert (found["CASSETTE_SHARED"], found["CASSETTE_CACHE_DIR"]) == ("here", "there")


def test_a_crash_is_no_fast_run(bench: ModuleType) -> None:
    import measure

    for command in ("import sys; sys.exit(2)", "raise ValueError"):
        with pytest.raises(RuntimeError, match=r"status [12]"):
            measure.rehearse((sys.executable, "-c", command))
    with pytest.raises(RuntimeError, match="status 2"):
        measure.run((sys.executable, "-c", "import sys; sys.exit(2)"))


def test_a_large_cassette_is_sound(bench: ModuleType, tmp_path: Path) -> None:
    path = bench.large(tmp_path / "large.yaml", 20_000)
    cassette = (sys.executable, "-m", "cassette_tools")
    done = subprocess.run((*cassette, "lint", str(path)), capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("no findings in 1 file\n", "", 0)
    shown = subprocess.run((*cassette, "show", "--format", "json", str(path)), capture_output=True, check=True)
    calls = [each["llm"]["response_id"] for each in json.loads(shown.stdout)["interactions"]]
    assert calls == [f"chatcmpl-{number:09}" for number in range(len(calls))]
    assert 20_000 <= path.stat().st_size < 24_000


def test_tables_say_what_exceeds_its_bound(bench: ModuleType) -> None:
    kept = bench.Row(what="a", peer="b", ours=0.5, theirs=1, bound=0.6)
    minor = bench.Row(what="c", peer="d", ours=0.5, theirs=1, bound=0.6, minor=True)
    over = bench.Row(what="e", peer="f", ours=3, theirs=2, bound=1.4, spread=(1, 2), minor=True)
    files = bench.Material(title="None", folder=ROOT / "changelog.d", one=ROOT, pair=(ROOT, ROOT))
    assert bench.short_table([kept, minor, over], files).splitlines()[2:] == [
        "| what | against | ratio | bound |",
        "|---|---|--:|--:|",
        "| a | b | 0.500 | ≤ 0.6 |",
        "",
        "1 of all 3 rows exceed their bound; [here they are](docs/speed.md).",
    ]
    assert bench.whole_table([kept, minor, over], files).splitlines()[2:] == [
        "| what | against | ours | theirs | ratio | min–max | bound |",
        "|---|---|--:|--:|--:|--:|--:|",
        "| a | b | 500 ms | 1000 ms | 0.500 |  | ≤ 0.6 |",
        "| c | d | 500 ms | 1000 ms | 0.500 |  | ≤ 0.6 |",
        "| e | f | 3000 ms | 2000 ms | 1.50 | 1.00–2.00 | ≤ 1.4 (over) |",
    ]


def test_half_a_measurement_is_not_put_on_record(bench: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["--quick", "--write"]) == 2
    assert capsys.readouterr().out == ""


def test_both_pages_tell_of_one_measurement() -> None:
    whole = {
        (what, peer): (ratio, bound) for what, peer, _ours, _theirs, ratio, _spread, bound in rows("docs/speed.md")
    }
    short = {(what, peer): (ratio, bound) for what, peer, ratio, bound in rows("README.md")}
    assert short == {key: whole[key] for key in short}
    over = sum("over" in bound for _ratio, bound in whole.values())
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"{over} of all {len(whole)} rows exceed their bound" in page


@pytest.fixture
def growth(bench: ModuleType) -> ModuleType:
    """bench/growth.py."""
    import growth

    return growth


def grown(growth: ModuleType, seconds: dict[int, float], start: float = 0.1) -> Any:
    runs = {size: growth.Run(wall=0, cpu=start + each, peak=size / 10) for size, each in seconds.items()}
    begun = growth.Run(wall=0, cpu=start, peak=1)
    return growth.Growth(axis="events", command="lint", date="2026-01-02", start=begun, runs=runs)


@pytest.mark.parametrize(
    ("seconds", "verdict"),
    [
        ({10: 0.2, 100: 2, 1000: 20}, "1.00"),
        ({10: 0.2, 100: 20, 1000: 2000}, "2.00 (over)"),
        ({10: 0.2, 100: 2.5179}, "1.10"),
        ({10: 0.2, 100: 2.59}, "1.11 (over)"),
        ({10: 0.09, 100: 2, 1000: 20}, "1.00"),  # what takes less than the start does not count
        ({10: 0.01, 100: 0.1, 1000: 1}, "too short"),
        ({10: 1, 100: 1.5, 1000: 4}, "0.30"),  # a line through all of the points, not two of them
    ],
)
def test_exponents_are_slopes_of_the_work_without_the_start(
    growth: ModuleType, seconds: dict[int, float], verdict: str
) -> None:
    assert growth.verdict(grown(growth, seconds).exponent) == verdict


def test_what_was_measured_is_kept_until_it_is_measured_again(
    growth: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growth, "KEPT", tmp_path / "growth.json")
    first, again = grown(growth, {10: 0.5, 100: 6}), grown(growth, {10: 0.4, 100: 4})
    other = replace(first, axis="recordings")
    growth.keep([first, other])
    assert growth.kept() == [other, first]
    growth.keep([again])
    assert growth.kept() == [other, again]
    assert growth.page([other, again]).splitlines()[2:] == [
        "| recordings in a folder | start | 10 | 100 | exponent | memory |",
        "|---|--:|--:|--:|--:|--:|",
        "| lint | 0.10 s | 0.60 s | 6.10 s | 1.08 | 10 MB |",
        "",
        "| events in a stream | start | 10 | 100 | exponent | memory |",
        "|---|--:|--:|--:|--:|--:|",
        "| lint | 0.10 s | 0.50 s | 4.10 s | 1.00 | 10 MB |",
    ]


def test_a_plot_has_a_point_for_each_size_that_counts(growth: ModuleType) -> None:
    svg = ElementTree.fromstring(growth.plot([grown(growth, {10: 0.01, 100: 2, 1000: 20})]))
    names = [each.text for each in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert names == [
        *("seconds by events in a stream", "100", "1,000", "1 s", "10 s", "100 s"),
        "lint",
    ]
    (line,) = svg.iter("{http://www.w3.org/2000/svg}polyline")
    left, right = (tuple(map(float, point.split(","))) for point in line.attrib["points"].split())
    assert left[0] < right[0]
    assert left[1] > right[1]  # SVG counts from above


def test_the_page_and_the_plot_are_of_what_was_kept(growth: ModuleType) -> None:
    page = (ROOT / "docs" / "speed.md").read_text(encoding="utf-8")
    for table in growth.tables(growth.kept()):
        assert table in page
    assert growth.PLOT.read_text(encoding="utf-8") == growth.plot(growth.kept())


@pytest.mark.parametrize(
    "name",
    [
        *("many_interactions", "another_order", "nothing_in_common", "many_events", "long_text", "another_text"),
    ],
)
def test_inputs_have_the_size_that_was_asked_for(bench: ModuleType, name: str, tmp_path: Path) -> None:
    import sizes

    getattr(sizes, name)(tmp_path, 40)
    old, new = (load(str(tmp_path / side)) for side in (sizes.OLD, sizes.NEW))
    assert old.interactions != new.interactions
    for recording in (old, new):
        assert measured_by(name, recording) in range(40, 46)


def measured_by(name: str, recording: Recording) -> int:
    """The size of a recording in the way in which an input of this name grows."""
    if name in ("long_text", "another_text"):
        (call,) = (each.llm for each in recording.interactions)
        assert call is not None
        (part,) = call.output_messages[0].parts
        assert isinstance(part, Text)
        return len(part.content.replace("elsewhere", "reeds"))
    if name == "many_events":
        return len(recording.interactions[0].response.body.events)
    return len(recording.interactions)


def test_other_corpora_stand_in_for_real_ones(
    bench: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import material

    monkeypatch.setattr(material, "SHARED", tmp_path / "nowhere")
    monkeypatch.setattr(material, "MANY", 30)
    monkeypatch.setattr(material, "SOME", 2)
    tiny, large = material.corpora(tmp_path)
    assert tiny.title.startswith("30 tiny invented recordings, ")
    assert large.title.startswith("2 invented recordings over 30 kB, ")
    assert all(path.stat().st_size > material.LARGE for path in large.folder.iterdir())
    assert max(path.stat().st_size for path in tiny.folder.iterdir()) < 2 * material.TINY
