"""`--report FORMAT=FILE`: several reports of one run, each as if it were the only one."""

from __future__ import annotations

from pathlib import Path

import pytest

from cassette_tools.cli import main
from cassette_tools.config import DIFF_FORMATS, LINT_FORMATS

CASES = (
    ("lint", ("--no-cache", "old"), LINT_FORMATS),
    ("diff", ("old", "new"), DIFF_FORMATS),
    ("diff", ("old/one.yaml", "new/one.yaml"), DIFF_FORMATS),
)


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Recordings that drift, and have findings: two on each side."""
    for side in ("old", "new"):
        for name in ("one", "two"):
            path = tmp_path / side / f"{name}.yaml"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes((samples / "tutorial" / ("monday.yaml" if side == "old" else "tuesday.yaml")).read_bytes())
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(("command", "words", "formats"), CASES)
def test_each_report_is_the_one_of_its_format(command: str, words: tuple[str, ...], formats: tuple[str, ...]) -> None:
    status = main([command, *words, "--output", "alone"])
    further = [option for name in formats for option in ("--report", f"{name}={name}.further")]
    assert main([command, *words, "--output", "first", *further]) == status
    assert Path("first").read_bytes() == Path("alone").read_bytes()
    for name in formats:
        assert main([command, *words, "--format", name, "--output", "alone"]) == status
        assert Path(f"{name}.further").read_bytes() == Path("alone").read_bytes(), name


@pytest.mark.parametrize(("command", "words", "formats"), CASES)
def test_a_file_is_never_coloured_and_never_left_out(
    command: str, words: tuple[str, ...], formats: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    main([command, *words, "--output", "alone"])
    main([command, *words, "--color", "always", "--quiet", "--report", "text=further"])
    assert "\x1b[" in capsys.readouterr().out
    assert Path("further").read_bytes() == Path("alone").read_bytes()


def test_quiet_is_for_what_is_printed(samples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = str(samples / "rules" / "cookie-recorded" / "good.yaml")
    assert main(["lint", "--quiet", "--no-cache", good, "--report", "text=lint.txt"]) == 0
    assert main(["diff", "--quiet", "old", "old", "--report", "markdown=drift.md"]) == 0
    assert capsys.readouterr().out == ""
    assert Path("lint.txt").read_text() == "no findings in 1 file\n"
    assert Path("drift.md").read_text().startswith("### cassette diff: ")


@pytest.mark.parametrize("word", ["html", "html=", "=drift.html", "pdf=drift.pdf"])
@pytest.mark.parametrize("words", [("diff", "old", "new"), ("lint", "old")])
def test_what_is_no_report(words: tuple[str, ...], word: str, capsys: pytest.CaptureFixture[str]) -> None:
    formats = LINT_FORMATS if words[0] == "lint" else DIFF_FORMATS
    assert main([*words, "--report", word]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"cassette: error: --report {word}: expected FORMAT=FILE; the formats are {', '.join(formats)}\n"


def test_a_file_that_cannot_be_written_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "old", "new", "--report", "html=nowhere/drift.html"]) == 2
    assert "nowhere/drift.html" in capsys.readouterr().err
