"""Every rule has a manual page and samples: the bad one gives what `expected.json` says, the good one nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cassette_tools._record import replace
from cassette_tools.config import LINT_LEVELS, LintSettings, load_config
from cassette_tools.lint.engine import lint_source
from cassette_tools.lint.orphans import Orphans
from cassette_tools.lint.select import chosen_rules
from cassette_tools.rules import CATEGORIES, RULES, Rule
from cassette_tools.source import Source

SAMPLES = Path(__file__).resolve().parent.parent.parent / "samples" / "rules"


def settings(folder: Path) -> LintSettings:
    """What the configuration beside a sample says; and all rules."""
    beside = folder / "cassette.toml"
    own = load_config(str(beside)).lint if beside.is_file() else LintSettings()
    return replace(own, select=("all",))


def findings(path: Path, chosen: LintSettings | None = None) -> list[list[str | int]]:
    """The findings of every rule, or of those that were chosen, under a name that says nothing: the folder of a sample
    has that of its rule, which may speak of failure.
    """
    chosen = chosen or settings(path.parent)
    source = Source.from_bytes(path.read_bytes(), "/recording.yaml")
    found = (*Orphans().findings(str(path), chosen), *lint_source(source, chosen_rules(chosen), chosen.match))
    return [
        [each.rule, each.level, each.location.region.line, each.location.region.column, each.message] for each in found
    ]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_explains_itself(rule: Rule) -> None:
    assert rule.category in CATEGORIES
    assert rule.level in LINT_LEVELS
    assert rule.summary == rule.summary.strip().rstrip(".")
    assert len(rule.summary) < 80
    assert "Why it matters: " in rule.doc
    assert "How to mend it: " in rule.doc
    assert rule.name == rule.name.lower().replace("_", "-")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_bad_sample_gives_what_is_expected_and_nothing_else(rule: Rule) -> None:
    folder = SAMPLES / rule.name
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    assert findings(folder / "bad.yaml") == expected
    assert {row[0] for row in expected} == {rule.name}
    assert {row[1] for row in expected} == {rule.level}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_good_sample_gives_nothing(rule: Rule) -> None:
    assert findings(SAMPLES / rule.name / "good.yaml") == []


def test_every_folder_of_samples_is_that_of_a_rule() -> None:
    assert sorted(folder.name for folder in SAMPLES.iterdir()) == sorted(RULES.names())


def test_the_edited_recordings_are_found_and_nothing_else_is(shared: Path) -> None:
    """188 recordings of one suite: the six whose bodies were edited by hand, and not one false alarm."""
    corpus = shared / "corpus" / "charmbracelet__fantasy"
    found = [
        (str(path.relative_to(corpus)).split("testdata/")[1], row[0], row[2])
        for path in sorted(corpus.rglob("*.yaml"))
        for row in findings(path, LintSettings())
    ]
    assert found == [
        (f"TestGoogleCommon/vertex-gemini-2-5-{name}.yaml", "content-length-mismatch", line)
        for name, line in (
            ("flash/multi_tool", 93),
            ("flash/multi_tool_streaming", 41),
            ("flash/tool", 83),
            ("pro/multi_tool", 93),
            ("pro/tool", 83),
            ("pro/tool_streaming", 41),
        )
    ]


def test_the_seeds_have_the_damage_of_a_thai_console_and_nothing_else(shared: Path) -> None:
    mend = "record the interaction again, or restore the file from a copy that was not damaged"
    assert [
        (path.name, *row)
        for path in sorted((shared / "seeds").glob("*.yaml"))
        for row in findings(path, LintSettings())
    ] == [
        (
            "vercel-gpt-5.yaml",
            "mojibake",
            "warning",
            line,
            column,
            f"`{seen}` was `{meant}` (and 1 more word): UTF-8 that was read as Windows-874 (Thai, `cp874`); {mend}",
        )
        for line, column, seen, meant in ((31, 171, "Olรก", "Olá"),)
    ]
