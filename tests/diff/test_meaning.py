"""The extra `embeddings`: rewordings rated by a local model, on request only."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cassette_tools.cli import main
from cassette_tools.diff.changes.change import Change
from cassette_tools.diff.judging import meaning
from cassette_tools.errors import UsageError

KIND = "Hello! How can I help you today?"
ALIKE = "Hi there, what can I do for you today?"
OTHER = "The boiling point of nitrogen is rather low."


def reworded(old: str, new: str) -> Change:
    return Change(rule="text-reworded", path="x", origin="response", old=old, new=new, size=0.1, note="10% alike")


def test_meaning_rates_what_words_do_not() -> None:
    near, far = meaning.rated_by_meaning([reworded(KIND, ALIKE), reworded(KIND, OTHER)])
    assert near.size is not None
    assert far.size is not None
    assert near.size > 0.3 > far.size >= 0
    assert near.note == f"{near.size:.0%} alike in meaning"


def test_only_wording_is_rated() -> None:
    facts = Change(rule="text-facts-changed", path="x", origin="response", old="31", new="32", note="31 → 32")
    assert meaning.rated_by_meaning([facts]) == [facts]


def test_the_model_is_asked_for_by_configuration(
    samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pair = [str(samples / "drift" / "text-reworded" / name) for name in ("old.yaml", "new.yaml")]
    config = tmp_path / "cassette.toml"
    config.write_text('[diff]\nsimilarity = "meaning"\n')
    said = {}
    for name, words in (("words", []), ("meaning", ["--config", str(config)])):
        main(["diff", *pair, *words])
        said[name] = [line.strip() for line in capsys.readouterr().out.splitlines() if "the text is" in line]
    assert said["words"] == ['the text is reworded: "The weather is fine." → "It is fine weather."']
    assert [line.endswith("% alike in meaning") for line in said["meaning"]] == [True]


def test_without_the_extra_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning, "_raters", [])
    monkeypatch.setitem(sys.modules, "wordllama", None)
    with pytest.raises(UsageError) as caught:
        meaning.rated_by_meaning([reworded(KIND, ALIKE)])
    assert str(caught.value) == ("similarity by meaning needs a local model: pip install 'cassette-tools[embeddings]'")
