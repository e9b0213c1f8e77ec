"""Every JSON path of every real call is read by its decoder, or kept, or stands in the table below with a reason.

`tools/coverage.py` finds out, by changing each value and decoding again.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from cassette_tools.dialects import DIALECTS

ROOT = Path(__file__).parents[2]

STRUCTURE = "says which kind of thing this is; the canonical part says so by its own kind"
PLACE = "where the piece belongs among its fellows: their order says so once they are joined"
PADDING = "random text, so that the size of a chunk does not tell its content"
OBJECT = "the name of the API's own object type, by which the dialect was recognised"

# (dialect, side, path, why nothing of the canonical call depends on it)
ALLOWED: tuple[tuple[str, str, str, str], ...] = (
    ("openai.chat", "event", "choices[*].delta.tool_calls[*].type", STRUCTURE),
    ("openai.chat", "event", "obfuscation", PADDING),
    ("openai.chat", "event", "object", OBJECT),
    ("openai.chat", "request", "messages[*].reasoning_details[*].index", PLACE),
    ("openai.chat", "request", "messages[*].tool_calls[*].type", STRUCTURE),
    ("openai.chat", "request", "tool_choice.type", STRUCTURE),
    ("openai.chat", "request", "tools[*].type", STRUCTURE),
    ("openai.chat", "response", "choices[*].message.reasoning_details[*].index", PLACE),
    ("openai.chat", "response", "choices[*].message.tool_calls[*].index", PLACE),
    ("openai.chat", "response", "choices[*].message.tool_calls[*].type", STRUCTURE),
    ("openai.chat", "response", "object", OBJECT),
)


def _tool() -> ModuleType:
    """tools/coverage.py under a name that is no other package's."""
    name = "cassette_coverage"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / "coverage.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture(scope="module")
def trees(shared: Path) -> object:
    tool = _tool()
    return tool.survey_all(tool.recordings(shared / "corpus"))


def test_what_no_decoder_reads_is_known_and_has_a_reason(trees: object) -> None:
    assert _tool().unread(trees) == sorted(row[:3] for row in ALLOWED)


def test_every_dialect_of_the_corpus_was_looked_at(trees: dict[tuple[str, str], object]) -> None:
    assert {dialect for dialect, _side in trees} <= set(DIALECTS.names())
    assert "openai.chat" in {dialect for dialect, _side in trees}


def test_every_row_has_a_reason_and_a_dialect() -> None:
    assert [row for row in ALLOWED if not row[3].strip() or row[0] not in DIALECTS or row[1] not in _tool().SIDES] == []
    assert len({row[:3] for row in ALLOWED}) == len(ALLOWED)


def test_the_tool_tells_read_from_kept_from_unread(samples: Path) -> None:
    """On a sample of ours, whose fields are known."""
    tool = _tool()
    trees = tool.survey([samples / "dialects" / "openai_chat" / "streaming.yaml"])
    of = {verdict: {path for _, side, path in tool.unread(trees, verdict) if side == "event"} for verdict in tool.RANKS}
    assert of["unread"] == {"object", "choices[*].delta.tool_calls[*].type"}
    assert "created" in of["kept"]
    assert {"choices[*].delta.content", "model"} <= of["read"]
