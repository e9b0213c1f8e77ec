"""Perplexity lists its sources twice, and a client may read either list."""

from __future__ import annotations

from typing import Any

from cassette_tools.diff import compare
from tests.diff.drift_cases import answer, exchange, question, recording

URL = "https://api.perplexity.ai/chat/completions"
PAGES, OTHERS = ["https://warm.example/turin", "https://cold.example/oslo"], ["https://other.example/turin"]
ASKED = question(model="sonar")


def sourced(cited: list[str] | None, found: list[str] | None) -> Any:
    said = answer("It is 21 degrees.[1]")
    if cited is not None:
        said["citations"] = cited
    if found is not None:
        said["search_results"] = [{"title": "A page", "url": each} for each in found]
    return recording(exchange(ASKED, said, url=URL))


def told(old: Any, new: Any) -> list[tuple[str, str, str]]:
    found = compare(old, new).findings
    return [
        (each.level, each.path.removeprefix("interactions[0]."), each.message)
        for each in found
        if each.level != "noise"
    ]


def test_one_of_the_lists_is_gone() -> None:
    both, one = sourced(PAGES, PAGES), sourced(None, PAGES)
    listed = "https://warm.example/turin, https://cold.example/oslo"
    gone = f"the field citations is gone, beside which search_results still names sources; it was {listed}"
    new = f"a new field citations, beside search_results: {listed}"
    assert told(both, one) == [("breaking", "response.body.citations", gone)]
    assert told(one, both) == [("shape", "response.body.citations", new)]


def test_the_other_list_is_gone() -> None:
    found = told(sourced(PAGES, PAGES), sourced(PAGES, None))
    assert [(level, path) for level, path, _ in found] == [("breaking", "response.body.search_results")]


def test_other_pages_beside_it() -> None:
    found = told(sourced(PAGES, PAGES), sourced(None, OTHERS))
    assert [(level, path) for level, path, _ in found] == [
        ("breaking", "response.body.citations"),
        ("behavior", "response.output_messages[0].citations"),
    ]


def test_no_sources_at_all() -> None:
    found = told(sourced(PAGES, None), sourced(None, None))
    assert [(level, path) for level, path, _ in found] == [("behavior", "response.output_messages[0].citations")]
