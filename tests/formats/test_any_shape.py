"""Whatever stands in a recording, reading it raises nothing but its own refusals: of wrong types the schema tells."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from effort import examples
from format_samples import SAMPLES
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.config import LintSettings
from cassette_tools.errors import SourceError
from cassette_tools.lint.engine import lint_source
from cassette_tools.lint.select import chosen_rules
from cassette_tools.source import Source

ALL = chosen_rules(LintSettings(select=("all",)))
FOLDERS = (
    "azure_test_proxy",
    "cassetter",
    "ddtrace",
    "llama_stack",
    "mastra",
    "nock",
    "req_llm",
    "seinfeld",
    "wiremock",
)
JSON_SAMPLES = sorted(path for folder in FOLDERS for path in (SAMPLES / folder).rglob("*.json"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 600) | st.text(max_size=4) | st.just("AAAA"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


def holders(node: Any) -> list[Any]:
    """Every mapping and list inside plain data, outermost first."""
    if not isinstance(node, dict | list):
        return []
    inner = node.values() if isinstance(node, dict) else node
    return [node, *(each for value in inner for each in holders(value))]


@pytest.mark.parametrize("path", JSON_SAMPLES, ids=lambda path: str(path.relative_to(SAMPLES)))
@examples(40)
@given(data=st.data())
def test_changed_samples(path: Path, data: st.DataObject) -> None:
    recording = copy.deepcopy(json.loads(path.read_text(encoding="utf-8")))
    for _ in range(data.draw(st.integers(1, 3))):
        holder = data.draw(st.sampled_from(holders(recording)))
        if holder:
            key = data.draw(st.sampled_from(list(holder) if isinstance(holder, dict) else range(len(holder))))
            holder[key] = data.draw(VALUES)
    source = Source.from_bytes(json.dumps(recording).encode(), str(path))
    try:
        found = lint_source(source, ALL)
    except SourceError:
        return
    assert [each.message for each in found if "internal error in this rule" in each.message] == []
