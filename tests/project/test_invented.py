"""The invented recordings of bench/: the same ones every time, sound, and from night to night as different as they say."""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import ModuleType

import pytest
from effort import ROOT, some

from cassette_tools.config import LintSettings
from cassette_tools.diff import compare
from cassette_tools.lint.engine import lint_source
from cassette_tools.lint.select import chosen_rules
from cassette_tools.load import load_source
from cassette_tools.source import Source

COUNT = some(1_000)


@pytest.fixture
def recordings(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """bench/recordings.py, which finds its neighbours beside itself."""
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    import recordings

    return recordings


def test_the_same_words_make_the_same_recordings(recordings: ModuleType, tmp_path: Path) -> None:
    def digest(seed: int) -> str:
        return hashlib.sha256(repr([*recordings.recordings(60, seed)]).encode()).hexdigest()

    assert digest(1) == digest(1) != digest(2)
    assert recordings.write(tmp_path, 60) == 60
    written = {str(path.relative_to(tmp_path)): path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.*")}
    assert written == dict(recordings.recordings(60))


def test_they_are_sound_and_of_many_kinds(recordings: ModuleType) -> None:
    rules = chosen_rules(LintSettings())
    kinds: set[tuple[str, str, str]] = set()
    endings: set[str | None] = set()
    found: dict[str, list[str]] = {}
    for path, text in recordings.recordings(COUNT):
        source = Source.from_bytes(text.encode(), path)
        recording = load_source(source)
        found[path] = [each.rule for each in lint_source(source, rules)]
        for each in recording.interactions:
            assert each.llm is not None
            kinds.add((recording.format, each.llm.dialect, each.response.body.stream or ""))
            endings.update(each.llm.finish_reasons or ["failed"])
    assert {path: rules for path, rules in found.items() if rules} == {}
    assert {dialect for _, dialect, _ in kinds} == {
        "openai.chat",
        "openai.responses",
        "anthropic.messages",
        "gemini.generate_content",
        "ollama.chat",
    }
    assert {name for name, _, _ in kinds} == {"vcrpy", "go-vcr", "har"}
    assert {stream for _, _, stream in kinds} == {"", "sse", "ndjson"}
    assert {"stop", "length", "tool_call", "failed"} <= endings


def test_a_night_differs_in_noise_unless_it_drifts(recordings: ModuleType) -> None:
    """The least drift that each kind of it makes."""
    levels = {"text": "cosmetic", "length": "breaking", "tokens": "behavior", "field": "shape", "argument": "behavior"}
    numbers = {"": [*range(20)], "gone": []} | {name: [] for name in (*levels, "failed")}
    for number in range(60_000):
        drift = recordings._drift(recordings.Random(f"1:{number}:1"))
        numbers[drift].append(number)
    assert all(len(numbers[name]) > 3 for name in recordings.DRIFT)
    assert recordings.exchanges(numbers["gone"][0], 1, 1) == []
    told = {name: worst(recordings, numbers[name]) for name in levels}
    assert {name: levels[name] in found for name, found in told.items()} == dict.fromkeys(levels, True)
    assert worst(recordings, numbers[""][:20]) == {"noise"}


def worst(recordings: ModuleType, numbers: list[int]) -> set[str]:
    """The gravest levels between the first night and the next, of some recordings."""
    found = set()
    for number in numbers[:20]:
        sides = []
        for night in (0, 1):
            suffix, text = recordings.FORMATS[recordings.MODELS[number % len(recordings.MODELS)][2]]
            content = text(recordings.exchanges(number, 1, night)).encode()
            sides.append(load_source(Source.from_bytes(content, f"{night}{suffix}")))
        levels = [each.level for each in compare(*sides).findings]
        order = ("breaking", "behavior", "shape", "cosmetic", "noise")
        found.add(min(levels, key=order.index, default="noise"))
    return found
