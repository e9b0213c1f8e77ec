"""Drift over real recordings: what must hold for each, and the facts that are known of some."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest
from effort import SHARED, chosen, files, loaded

from cassette_tools.diff import compare
from cassette_tools.load import load

SEEDS, PAIRS = SHARED / "seeds", SHARED / "pairs"

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared recordings are not here (CASSETTE_SHARED)")

ONE_WAY = {"content-length-stale"}  # that it was mended is noise
# What a rule is called when old and new change places; a rule that is not here is called the same.
MIRRORS: tuple[tuple[str, str], ...] = (
    ("error-appeared", "error-vanished"),
    ("refusal-appeared", "refusal-vanished"),
    ("text-appeared", "text-vanished"),
    ("reasoning-appeared", "reasoning-vanished"),
    ("tool-call-added", "tool-call-removed"),
    ("part-added", "part-removed"),
    ("interaction-added", "interaction-removed"),
    ("request-field-added", "request-field-removed"),
    ("response-field-added", "response-field-removed"),
    ("wire-field-added", "wire-field-removed"),
    ("wire-field-filled", "wire-field-nulled"),
    ("event-type-added", "event-type-removed"),
    ("event-without-choices", "event-without-choices-gone"),
    ("header-added", "header-removed"),
    ("usage-detail-added", "usage-detail-removed"),
    ("usage-appeared", "usage-vanished"),
    ("stream-truncated", "stream-mended"),
    ("structured-output-invalid", "structured-output-mended"),
    ("content-length-stale", "content-length-mended"),
    ("problem-appeared", "problem-vanished"),
    ("secret-unmasked", "secret-masked"),
)
MIRROR = dict(MIRRORS) | {new: old for old, new in MIRRORS}
# A field that is gone has three names, by what it said; on the way back it is added as any other field.
ONE_NAME = {
    "wire-null-field-removed": "wire-field-removed",  # it was always null
    "wire-volatile-field-removed": "wire-field-removed",  # it was noise
    "wire-volatile-field-nulled": "wire-field-nulled",
    "tool-arguments-shape-changed": "tool-arguments-changed",  # arguments that now keep to their schema break nothing
    "tool-definition-narrowed": "tool-definition-changed",  # a type for another both takes and gives
    "tool-definition-widened": "tool-definition-changed",
}


@cache
def recordings():
    """Every recording of the corpus that can be read."""
    return [recording for path in files(SHARED / "corpus") if (recording := loaded(path))]


def pair(name):
    """The two sides of a pair; ``None`` where one cannot be read."""
    sides = [loaded(next((PAIRS / name).glob(f"{side}.*"))) for side in ("old", "new")]
    return None if None in sides else tuple(sides)


@cache
def pairs():
    """Pairs that can be read, by their names: every one, or those of chosen recordings."""
    names = sorted({path.parent.relative_to(PAIRS).as_posix() for path in chosen(PAIRS)})
    return {name: sides for name in names if (sides := pair(name))}


def loud(report):
    return [finding for finding in report.findings if finding.level != "noise"]


def rules(report):
    return [ONE_NAME.get(each.rule, each.rule) for each in loud(report)]


def test_a_recording_does_not_drift_from_itself():
    assert [each.path for each in recordings() if compare(each, each).findings] == []


def test_the_way_back_mirrors_the_way_there():
    """Before merging: what came merges by one rule, and what went by three, which are as many lines."""
    unlike = []
    for name, (old, new) in pairs().items():
        there, back = (rules(compare(*sides, merge=False)) for sides in ((old, new), (new, old)))
        there = Counter(rule for rule in there if rule not in ONE_WAY)
        back = Counter(MIRROR.get(rule, rule) for rule in back if rule not in ONE_WAY)
        if there != back:
            unlike.append((name, there - back, back - there))
    assert unlike == []


def test_findings_are_in_order_and_have_identities_of_their_own():
    levels = ("breaking", "behavior", "shape", "cosmetic", "noise")
    for name, (old, new) in pairs().items():
        report = compare(old, new)
        ranks = [levels.index(each.level) for each in report.findings]
        assert ranks == sorted(ranks), name
        identities = [each.fingerprint for each in report.findings]
        assert len(set(identities)) == len(identities), name
        assert {each.caused_by for each in report.findings} - {None} <= set(identities), name
        assert report.summary == {level: [*map(levels.__getitem__, ranks)].count(level) for level in levels}, name


@pytest.mark.parametrize("number", ["004", "054", "106", "142"])
def test_only_ids_times_and_chunks(number):
    assert loud(compare(*pair(f"charmbracelet__fantasy/{number}"))) == []


@pytest.mark.parametrize("number", ["038", "084"])
def test_a_parameter_alone(number):
    [finding] = loud(compare(*pair(f"charmbracelet__fantasy/{number}")))
    assert (finding.rule, finding.old, finding.new) == ("request-parameter-changed", 8096, 4096)


@pytest.mark.parametrize("number", ["022", "148"])
def test_a_dropped_id_and_the_stale_length_with_it(number):
    found = loud(compare(*pair(f"charmbracelet__fantasy/{number}")))
    assert [each.rule for each in found] == ["content-length-stale", "request-field-removed"]


def test_from_one_vendor_to_another():
    old, new = (load(str(SEEDS / f"openrouter-{name}.yaml")) for name in ("gemini-2.0-flash", "claude-sonnet-4"))
    report = compare(old, new)
    assert report.profile == "cross-provider"
    assert report.provenance.upstream == (("Google",), ("Google",))
    assert report.provenance.user_agent == (("OpenAI/Go 2.3.0",), ("OpenAI/Go 2.7.1",))
    assert [(each.level, each.rule, each.cause, each.old, each.new) for each in loud(report)] == [
        ("behavior", "request-parameter-changed", "model", "google/gemini-2.0-flash-001", "anthropic/claude-sonnet-4"),
        ("cosmetic", "text-whitespace-changed", "model", "Olá!\n", "Olá!"),
    ]
    assert "cost" in loud(report)[0].message  # 48 times as much, as that model is


def test_the_seeds_are_one_scenario():
    seeds = [load(str(path)) for path in sorted(SEEDS.glob("*.yaml"))]
    for old in seeds:
        for new in seeds:
            rules = {each.rule for each in loud(compare(old, new))}
            assert rules.isdisjoint(
                {"finish-reason-changed", "dialect-changed", "prompt-changed", "system-prompt-changed"}
            )
