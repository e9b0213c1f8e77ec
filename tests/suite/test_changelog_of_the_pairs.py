"""What providers brought, named and counted over real pairs, each old and new tree as one: counted here by reading alone."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from effort import SHARED

from cassette_tools.cli import main

pytestmark = pytest.mark.skipif(not (SHARED / "pairs").is_dir(), reason="CASSETTE_SHARED has no pairs")


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both sides of the pairs that have one of the words, by project and number."""
    top = tmp_path_factory.mktemp("pairs")
    for path in sorted((SHARED / "pairs").glob("*/*/*.*")):
        folder = path.parent
        if path.stem in ("old", "new") and any(WORDS.search(each.read_text("utf-8")) for each in folder.glob("new.*")):
            copied = top / path.stem / folder.parent.name / f"{folder.name}{path.suffix}"
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copied)
    return top


WORDS = re.compile(r"caller|inference_geo")


def with_word(folder: Path, word: str) -> set[str]:
    """The recordings that have a field of this name anywhere, by their path in the tree."""
    named = re.compile(rf'{word}\\*"?:')
    return {
        path.relative_to(folder).as_posix() for path in folder.rglob("*.*") if named.search(path.read_text("utf-8"))
    }


def run(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main([*words]) == 1
    return capsys.readouterr().out


@pytest.mark.parametrize("word", ["caller", "inference_geo"])
def test_the_story_names_it_in_each_recording_that_has_it_now(
    word: str, trees: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = with_word(trees / "new", word) - with_word(trees / "old", word)
    assert expected
    groups = json.loads(run(capsys, "diff", str(trees / "old"), str(trees / "new"), "--format", "json"))["groups"]
    named = [each for each in groups if re.search(rf"\b{word}\b", each["message"])]
    paths = {member["pair"] for each in named for member in each["members"]}
    assert {Path(path).relative_to(trees / "new").as_posix() for path in paths} == expected


def test_the_contract_counts_the_events_that_have_it_now(
    trees: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Of streams: the events that have it, of all that could (`message_start`, the blocks of calls of tools)."""
    assert main(["report", str(trees / "old"), "--write-contract", str(tmp_path / "c")]) == 0
    capsys.readouterr()
    told = run(capsys, "report", str(trees / "new"), "--contract", str(tmp_path / "c"))
    lines = {line.split()[1]: " ".join(line.split()[3:]) for line in told.splitlines() if line.startswith("  new  ")}
    starts, calls = (
        events(trees / "new", *names) for names in (("message_start", ""), ("content_block_start", "tool_use"))
    )
    assert lines["inference_geo"] == f"{having(starts, 'inference_geo')} of {len(starts)} message_start message.usage"
    assert lines["caller"] == f"{having(calls, 'caller')} of {len(calls)} content_block_start content_block[tool_use]"


def having(texts: list[str], word: str) -> int:
    return sum(word in text for text in texts)


def events(folder: Path, kind: str, block: str) -> list[str]:
    """The data of the events of a kind in the texts of Anthropic's answers, as they stand in the files, unescaped."""
    texts = (re.sub(r"\\+\s*", "", path.read_text("utf-8")) for path in sorted(folder.rglob("*.*")))
    found = (re.findall(rf'data: ?(\{{"type": ?"{kind}".*?)(?=event: |$)', text, re.DOTALL) for text in texts)
    return [each for listed in found for each in listed if block in each]
