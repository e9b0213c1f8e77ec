"""What an answer says again of the address is folded under the address; what it says of anything else is told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.diff.drift_cases import exchange, recording, visible

COHERE, ACME = "https://api.cohere.com", "https://api.example.com"
RANKED = {"model": "rerank-v9", "query": "rivers", "documents": ["the Po", "the Alps"]}


def ranked(version: str) -> Any:
    results = [{"index": 0, "relevance_score": 0.9}, {"index": 1, "relevance_score": 0.2}]
    said = {"id": "4f1c", "results": results, "meta": {"api_version": {"version": version[1:]}}}
    return recording(exchange(RANKED, said, url=f"{COHERE}/{version}/rerank"))


def got(path: str, said: dict[str, Any]) -> Any:
    made = exchange("", said, url=ACME + path)
    made["request"]["method"] = "GET"
    return recording(made)


def test_the_version_of_an_answer_is_that_of_the_path() -> None:
    assert [each[1] for each in visible(ranked("v1"), ranked("v2"))] == ["request-url-changed"]


# what was asked, and what an answer says of it; whether that is told
SAID = (
    ("/v1/things", "/v2/things", {"apiVersion": "v1"}, {"apiVersion": "v2"}, False, "the version, with its letter"),
    ("/v1/things", "/v2/things", {"version": 1}, {"version": 2}, False, "the version as a number"),
    ("/v1/things", "/v2/things", {"count": 1}, {"count": 2}, True, "a number that is equal by chance"),
    ("/v1/things", "/v2/things", {"apiVersion": "v1"}, {"apiVersion": "v3"}, True, "another version than was asked"),
    ("/v1/a", "/v2/a", {"next": f"{ACME}/v1/a?at=3"}, {"next": f"{ACME}/v2/a?at=3"}, False, "a link to the same"),
    ("/v1/a", "/v2/a", {"next": f"{ACME}/v1/a?at=3"}, {"next": f"{ACME}/v2/a?at=4"}, True, "a link to another page"),
    ("/run/tulip", "/run/daisy", {"model": "tulip"}, {"model": "daisy"}, False, "a model that the path names"),
    ("/run/tulip", "/run/daisy", {"model": "tulip"}, {"model": "rose"}, True, "a model that nobody asked for"),
    ("/a?of=2030-01", "/a?of=2030-02", {"of": "2030-01"}, {"of": "2030-02"}, False, "what the query asks"),
    ("/p/red/a", "/p/blue/a", {"name": "p/red/a/7"}, {"name": "p/blue/a/7"}, True, "three letters, by chance"),
    ("/p/north/a", "/p/south/a", {"name": "p/north/a/7"}, {"name": "p/south/a/7"}, False, "a name in the address"),
)


@pytest.mark.parametrize(("before", "after", "old", "new", "is_told", "why"), SAID, ids=[row[-1] for row in SAID])
def test_what_an_answer_says_of_its_address(
    before: str, after: str, old: dict[str, Any], new: dict[str, Any], is_told: bool, why: str
) -> None:
    for sides in (((before, old), (after, new)), ((after, new), (before, old))):
        found = [path for _, _, path in visible(got(*sides[0]), got(*sides[1]))]
        told = [f"interactions[0].response.body.{next(iter(old))}"] if is_told else []
        asked = "query.of" if "?" in before else "url"
        assert found == [f"interactions[0].request.{asked}", *told], why
