"""The reports that programs read fit the published schemas."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from cassette_tools.config import DiffSettings, LintSettings
from cassette_tools.diff import compare
from cassette_tools.finding import Location
from cassette_tools.lint.run import lint_paths
from cassette_tools.load import load_source
from cassette_tools.model import Place
from cassette_tools.reporters import REPORTERS, LintReport, Style
from cassette_tools.schema import schema_text
from cassette_tools.source import Source


def checked(name: str, text: str) -> dict[str, object]:
    text.encode("utf-8")
    report: dict[str, object] = json.loads(text)
    Draft202012Validator(json.loads(schema_text(name))).validate(report)
    return report


def test_lint_reports(samples: Path) -> None:
    outcome = lint_paths((str(samples / "rules"),), LintSettings(), cached=False)
    assert len(outcome.findings) > 20
    render = REPORTERS["json"].lint
    assert render is not None
    report = checked("lint-report", render(LintReport(files=outcome.files, findings=tuple(outcome.findings)), Style()))
    assert list(report) == ["schema_version", "summary", "findings"]


CASES = sorted(path.name for path in (Path(__file__).parents[2] / "samples" / "drift").iterdir() if path.is_dir())


@pytest.mark.parametrize("case", CASES)
def test_drift_reports(samples: Path, case: str) -> None:
    sources = {side: Source.from_path(str(samples / "drift" / case / f"{side}.yaml")) for side in ("old", "new")}

    def locate(side: str, place: Place) -> Location:
        return Location(path=sources[side].path, region=sources[side].region(place))

    drift = compare(load_source(sources["old"]), load_source(sources["new"]), locate=locate)
    render = REPORTERS["json"].diff
    assert render is not None
    report = checked("drift-report", render(drift, Style()))
    assert list(report) == ["schema_version", "old", "new", "profile", "provenance", "summary", "findings"]
    text = REPORTERS["text"].diff
    assert text is not None
    assert text(drift, Style(show="noise")).count("\n") > 3


def test_the_report_of_a_suite(samples: Path) -> None:
    from cassette_tools.diff.suites.sides import folder
    from cassette_tools.diff.suites.suite import compare_suites

    old, new = folder(str(samples / "suite" / "old")), folder(str(samples / "suite" / "new"))
    suite = compare_suites(old, new, profile=None, settings=DiffSettings(), jobs=1)
    render = REPORTERS["json"].suite
    assert render is not None
    report = checked("drift-report", render(suite, Style(show="noise")))
    assert isinstance(report["groups"], list)
    assert [group["count"] for group in report["groups"]] == [len(group.pairs) for group in suite.groups]
    assert len(suite.matrix) == len(suite.pairs)
