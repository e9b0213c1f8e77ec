"""Real before-and-after pairs: each report is what the author of the change would want to read (`drift_pairs`)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from drift_pairs import EXPECTED, JUDGED

from cassette_tools.diff import compare
from cassette_tools.errors import CassetteError
from cassette_tools.finding import Location
from cassette_tools.load import load_source
from cassette_tools.source import Source

if TYPE_CHECKING:
    from cassette_tools.finding import Drift
    from cassette_tools.model import Place


def found_in(folder: Path) -> dict[str, str]:
    """What is found above noise, by level: the rule and its lines, ``text-changed 63→95``; ``-`` where there is none."""
    sources = {side: Source.from_path(str(next(folder.glob(f"{side}.*")))) for side in ("old", "new")}
    old, new = (load_source(source) for source in sources.values())

    def locate(side: str, place: Place) -> Location:
        return Location(path=side, region=sources[side].region(place))

    levels: dict[str, list[str]] = {}
    for finding in compare(old, new, locate=locate).findings:
        if finding.level != "noise":
            levels.setdefault(finding.level, []).append(f"{finding.rule} {lines_of(finding)}")
    return {level: ", ".join(rules) for level, rules in levels.items()}


def lines_of(finding: Drift) -> str:
    old, new = (each and str(each.region.line) for each in (finding.old_location, finding.new_location))
    return f"{old or '-'}→{new or '-'}" if old != new else old or "-"


@pytest.mark.parametrize(("name", "expected", "why"), EXPECTED, ids=[row[0] for row in EXPECTED])
def test_a_pair(shared: Path, name: str, expected: dict[str, str], why: str) -> None:
    assert found_in(shared / "pairs" / name) == expected, why


@pytest.mark.parametrize(("name", "expected", "why"), JUDGED, ids=[row[0] for row in JUDGED])
def test_a_judged_pair(shared: Path, name: str, expected: dict[str, str], why: str) -> None:
    assert found_in(shared / "judged" / name) == expected, why


def test_no_pair_is_without_a_row(shared: Path) -> None:
    named = {shared / "pairs" / name for name, _, _ in EXPECTED} | {shared / "judged" / name for name, _, _ in JUDGED}
    for folder in sorted([*(shared / "pairs").glob("*/*"), *(shared / "judged").glob("[0-9]*")]):
        if folder not in named:
            with pytest.raises(CassetteError):
                found_in(folder)
