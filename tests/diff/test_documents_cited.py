"""Of a source that has only an id, what it says is told as well."""

from __future__ import annotations

from typing import Any

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import exchange, recording

COHERE = "https://api.cohere.com/v2/chat"


def cited(document: Any) -> Any:
    source = {"type": "document", "id": document["id"], "document": document}
    cite = {"start": 0, "end": 5, "text": "Green", "sources": [source]}
    message = {"role": "assistant", "content": [{"type": "text", "text": "Green."}], "citations": [cite]}
    asked = {"model": "command-9", "messages": [{"role": "user", "content": "Which colour?"}]}
    return recording(exchange(asked, {"id": "a", "message": message, "finish_reason": "COMPLETE"}, url=COHERE))


CASES = [
    ({"id": "doc-1", "text": "Leaves are green."}, 'doc-1 ("Leaves are green.")', "its text"),
    ({"id": "doc-1", "snippet": "Leaves are green."}, 'doc-1 ("Leaves are green.")', "a piece of it"),
    ({"id": "7", "text": "Leaves are green."}, 'document 7 ("Leaves are green.")', "a number for an id"),
    ({"id": "doc-1"}, "doc-1", "it came without words"),
    ({"id": "doc-1", "text": 5}, "doc-1", "no words"),
]


@pytest.mark.parametrize(("document", "words", "why"), CASES, ids=[row[-1] for row in CASES])
def test_what_a_new_source_says(document: Any, words: str, why: str) -> None:
    old, new = cited({"id": "doc-0", "text": "Skies are blue."}), cited(document)
    (found,) = [each for each in compare(old, new).findings if each.rule == "citation-changed"]
    assert found.message == f'the citations changed: 1 gone: doc-0 ("Skies are blue."); 1 new: {words}', why
