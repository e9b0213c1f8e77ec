"""The stopwatches of bench/ measure what they say, and its pages say what was measured; nothing here depends on time."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

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
