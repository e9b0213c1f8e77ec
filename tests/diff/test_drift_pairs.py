"""Real before-and-after pairs: each report is what the author of the change would want to read (`drift_pairs`)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from drift_pairs import EXPECTED

from cassette_tools.diff import compare
from cassette_tools.errors import CassetteError
from cassette_tools.load import load


def found_in(folder: Path) -> dict[str, str]:
    """The rules above noise, by level; ``x3`` for one that is found three times."""
    old, new = (load(str(next(folder.glob(f"{side}.*")))) for side in ("old", "new"))
    counts: dict[str, Counter[str]] = {}
    for finding in compare(old, new).findings:
        if finding.level != "noise":
            counts.setdefault(finding.level, Counter())[finding.rule] += 1
    return {
        level: ", ".join(rule + (f" x{count}" if count > 1 else "") for rule, count in sorted(rules.items()))
        for level, rules in counts.items()
    }


@pytest.mark.parametrize(("name", "expected", "why"), EXPECTED, ids=[row[0] for row in EXPECTED])
def test_a_pair(shared: Path, name: str, expected: dict[str, str], why: str) -> None:
    assert found_in(shared / "pairs" / name) == expected, why


def test_no_pair_is_without_a_row(shared: Path) -> None:
    named = {name for name, _, _ in EXPECTED}
    for folder in sorted((shared / "pairs").glob("*/*")):
        name = f"{folder.parent.name}/{folder.name}"
        if name not in named:
            with pytest.raises(CassetteError):
                found_in(folder)
