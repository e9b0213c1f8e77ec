"""An empty element that a list of a request has more, or less: it counts, and what stands behind it has another number."""

from __future__ import annotations

from typing import Any

import pytest

from tests.diff.drift_cases import exchange, lines, recording

SAID = {"id": "4f1c", "results": [{"index": 0, "relevance_score": 0.5}], "meta": {"billed_units": {"search_units": 1}}}


def asked(**settings: Any) -> Any:
    request = {"model": "rerank-9", "query": "rivers", "documents": ["the Po"], **settings}
    return recording(exchange(request, SAID, url="https://api.cohere.com/v2/rerank"))


@pytest.mark.parametrize(
    ("old", "new", "expected", "why"),
    [
        (asked(), asked(documents=["the Po", ""]), [("behavior", "request-field-added", 'the request now has documents[1]: ""')], "one document more"),
        (asked(documents=["the Po", ""]), asked(), [("behavior", "request-field-removed", 'the request no longer has documents[1]; it was ""')], "one less"),
        (asked(fields=[{}]), asked(fields=[{}, {}]), [("behavior", "request-field-added", "the request now has fields[1]: {}")], "an empty object"),
    ],
)  # fmt: skip
def test_an_element(old: Any, new: Any, expected: list[tuple[str, str, str]], why: str) -> None:
    assert lines(old, new) == expected, why
