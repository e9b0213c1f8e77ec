"""What is folded is no graver than what it is folded under, but for what a table names."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from drift_cases import CALL, conversation
from effort import SHARED, THOROUGH, loaded

from cassette_tools.config import DIFF_LEVELS
from cassette_tools.data.drift import CONSEQUENCES
from cassette_tools.diff import compare
from cassette_tools.diff.judging import folding
from cassette_tools.diff.judging.fields import fits_rule

GRAVER = (
    ("text-*", "prompt-changed", "the history has the very words: it is the answer that is judged"),
    ("tool-arguments-*", "prompt-changed", "the history has the very call: it is the answer that is judged"),
    ("text-*", "unclassified-change", "a piece of the text says the same again"),
    ("wire-*", "request-field-*", "the request gives the very field back"),
    ("reasoning-*", "reasoning-*", "the request gives the very thinking back"),
    ("wire-*", "usage-detail-*", "what is signed is counted"),
    ("request-*", "wire-*", "the answer gives the very setting back"),
)
"""Under which rule a graver one may be folded without a row of `CONSEQUENCES`, and why."""

ROWS = (*((row.root, effect) for row in CONSEQUENCES for effect in row.effects), *(row[:2] for row in GRAVER))
SAMPLES = sorted(Path(__file__).parents[2].glob("samples/drift/*"))
PAIRS = sorted({path.parent for name in ("judged", "pairs") for path in (SHARED / name).rglob("old.*")})


def graver(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The rules of what is folded, each after that of its head, where it is graver and no table says that it may be."""
    found: list[tuple[str, str]] = []

    def folded(changes: Any, levels: Any) -> Any:
        whole = folding.folded(changes, levels)
        for each in whole:
            order = [levels[id(side)] for side in (each.change, each.root or each.change)]
            if "off" not in order and DIFF_LEVELS.index(order[0]) < DIFF_LEVELS.index(order[1]):
                found.append((each.root.rule, each.change.rule))
        return whole

    monkeypatch.setattr(import_module("cassette_tools.diff.compare"), "folded", folded)
    sides = [loaded(next(folder.glob(f"{side}.*"))) for side in ("old", "new")]
    assert None not in sides or folder in PAIRS, "a sample cannot be read"
    if None not in sides:
        compare(*sides)
        compare(*sides[::-1])
    return [each for each in found if not any(_allows(row, *each) for row in ROWS)]


def _allows(row: tuple[str, str], root: str, rule: str) -> bool:
    return fits_rule(row[0], root) and fits_rule(row[1], rule)


@pytest.mark.parametrize("folder", SAMPLES, ids=lambda path: path.name)
def test_no_sample_folds_what_is_graver(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert graver(folder, monkeypatch) == []


@pytest.mark.skipif(not PAIRS, reason="no real pairs: set CASSETTE_SHARED")
@pytest.mark.parametrize("part", range(10))
def test_no_pair_folds_what_is_graver(part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in PAIRS[part :: 10 if THOROUGH else 60]:
        assert graver(folder, monkeypatch) == [], folder


def calling(city: str) -> Any:
    return {**CALL, "function": {**CALL["function"], "arguments": json.dumps({"city": city, "days": 2})}}


PLAIN, SPACED, ROME = calling("Turin,Italy"), calling("Turin, Italy"), calling("Rome,Italy")


@pytest.mark.parametrize(
    ("call", "result", "told", "why"),
    [
        (PLAIN, "18 C", [], "nothing changed"),
        (PLAIN, "18 C, clear", ["tool-result-changed"], "only the result"),
        (SPACED, "18 C", ["tool-arguments-changed"], "only a space"),
        (SPACED, "18 C, clear", ["tool-result-changed", "tool-arguments-changed"], "a space brings no other result"),
        (ROME, "24 C", ["tool-arguments-changed"], "another city has another weather"),
    ],
)
def test_a_call_that_is_only_written_otherwise(call: Any, result: str, told: list[str], why: str) -> None:
    both = conversation(call=PLAIN), conversation(call=call, result=result)
    for sides in (both, both[::-1]):
        assert [each.rule for each in compare(*sides).findings if each.level != "noise"] == told, why
