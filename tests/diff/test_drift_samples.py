"""``samples/drift/<case>``: two cassettes, and the whole report of what changed between them.

With CASSETTE_UPDATE=1 in the environment the reports are written anew; read what changed before you keep it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from cassette_tools._record import asdict
from cassette_tools.data.drift import JUDGEMENTS
from cassette_tools.diff import compare
from cassette_tools.finding import Location
from cassette_tools.load import load_source
from cassette_tools.source import Source

SAMPLES = Path(__file__).parents[2] / "samples" / "drift"
CASES = sorted(path.name for path in SAMPLES.iterdir() if path.is_dir())


def report_of(case):
    sources = {side: Source.from_path(str(SAMPLES / case / f"{side}.yaml")) for side in ("old", "new")}
    recordings = {side: load_source(source) for side, source in sources.items()}

    def locate(side, place):
        return Location(path=f"{side}.yaml", region=sources[side].region(place))

    report = compare(recordings["old"], recordings["new"], locate=locate)
    return {
        "profile": report.profile,
        "summary": dict(report.summary),
        "findings": [finding_as_json(each) for each in report.findings],
    }


def finding_as_json(finding):
    whole = asdict(finding)
    for name in (
        "fingerprint",
        "merged",
        "said",
        "told",
    ):  # the first holds the path of the file, the others are for the report
        del whole[name]
    whole["caused_by"] = bool(whole["caused_by"])
    for side in ("old_location", "new_location"):
        region = whole[side] and whole[side].region
        whole[side] = region and f"{region.line}:{region.column}"
    return whole


@pytest.mark.parametrize("case", CASES)
def test_the_report_of_a_sample(case):
    path = SAMPLES / case / "expected.json"
    found = report_of(case)
    if os.environ.get("CASSETTE_UPDATE"):
        path.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    assert found == json.loads(path.read_text())


RULES = tuple(dict.fromkeys(row.name for row in JUDGEMENTS))
SCENARIOS = {"another-model", "echo-of-changed-arguments", "id-dropped-by-hand", "nothing-but-noise", "retry-inserted", "sdk-upgrade"}  # fmt: skip


def test_every_rule_has_a_sample_and_every_sample_a_rule():
    assert sorted({*RULES, *SCENARIOS}) == CASES


@pytest.mark.parametrize("rule", RULES)
def test_a_sample_shows_its_rule_first(rule):
    """The gravest finding that follows from no other is the rule's, at a level that a row of it has."""
    expected = json.loads((SAMPLES / rule / "expected.json").read_text())
    levels = {row.level for row in JUDGEMENTS if row.name == rule}
    own = [each for each in expected["findings"] if not each["caused_by"]]
    loud = [each for each in own if each["level"] != "noise"] or own
    first = [each for each in loud if each["level"] == loud[0]["level"]]
    assert loud[0]["level"] in levels
    assert rule in {each["rule"] for each in first}
    assert len(loud) <= 3
