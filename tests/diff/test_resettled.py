"""What moved into a neighbour, or out of one, is one move; and what else is told of the wire by its own words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from drift_cases import answer, exchange, question, recording, visible

from cassette_tools.diff import compare
from cassette_tools.diff.values.differences import differences
from cassette_tools.diff.values.resettled import resettled

SCHEMA = {"type": "json_schema", "schema": {"type": "object"}}
VECTOR = [0.5] * 20
LONGER = [2.0] * 20


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ({"format": SCHEMA}, {"config": {"format": SCHEMA}}, [("format", "config.format", True)]),
        ({"output_format": SCHEMA}, {"config": {"format": SCHEMA}}, [("output_format", "config.format", True)]),
        (
            {"format": SCHEMA},
            {"config": {"format": SCHEMA, "effort": "low"}},
            [("format", "config.format", True), ("config.effort", "config.effort", False)],
        ),
        (  # the same name and kind, another text
            {"message": "You have no right to."},
            {"error": {"message": "The token is invalid."}},
            [("message", "error.message", True), ("message", "error.message", False)],
        ),
        ({"embedding": VECTOR}, {"embeddings": [VECTOR]}, [("embedding", "embeddings.0", True)]),
        ({"cached_tokens": 0}, {"details": {"cached_tokens": 2}}, [("cached_tokens", "details.cached_tokens", True), ("cached_tokens", "details.cached_tokens", False)]),
        (  # a list of the same name, one element of which is another
            {"items": [{"id": "a", "n": 1}, {"id": "b", "n": 2}]},
            {"page": {"items": [{"id": "a", "n": 1}, {"id": "b", "n": 3}]}},
            [("items", "page.items", True), ("items.1.n", "page.items.1.n", False)],
        ),
        ({"items": [{"n": 1}]}, {"page": {"items": []}}, [("page", "page", False), ("items", "items", False)]),
        # no move: what two fields hold by chance, another kind, several elements, or fields that are no neighbours
        ({"a": 1}, {"b": {"a": 1}}, [("b", "b", False), ("a", "a", False)]),
        ({"a": ""}, {"b": {"a": ""}}, [("b", "b", False), ("a", "a", False)]),
        ({"message": "You have no right to."}, {"b": {"message": 5}}, [("b", "b", False), ("message", "message", False)]),
        ({"embedding": VECTOR}, {"data": [VECTOR, VECTOR]}, [("data", "data", False), ("embedding", "embedding", False)]),
        (
            {"a": {"format": SCHEMA, "x": 1}, "b": {}},
            {"a": {"x": 1}, "b": {"config": {"format": SCHEMA}}},
            [("a.format", "a.format", False), ("b.config", "b.config", False)],
        ),
    ],
)  # fmt: skip
def test_a_move(old: Any, new: Any, found: list[tuple[str, str, bool]]) -> None:
    def told(one: Any, other: Any) -> list[tuple[str, str, bool]]:
        rows = resettled(list(differences(one, other, {})))
        return [(".".join(map(str, each.old_route)), ".".join(map(str, each.new_route)), each.renamed) for each in rows]

    assert told(old, new) == found
    assert sorted(told(new, old)) == sorted((b, a, renamed) for a, b, renamed in found)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ({"service_tier": "default"}, {"service_tier": "flex"}, ["serving-changed"]),
        ({"service_tier": "default"}, {"service_tier": "auto"}, []),
        ({"embedding": VECTOR}, {"embedding": [0.4, *VECTOR[1:]]}, []),
        ({"embedding": LONGER}, {"embedding": [2.0 / 80**0.5] * 20}, ["response-body-changed"]),  # normalised now
        ({"embedding": VECTOR}, {"embedding": VECTOR[1:]}, ["response-body-changed"]),  # one number less
        ({"total_count": 5}, {"total_count": 6}, []),
    ],
)
def test_what_counts_of_values_that_vary(old: dict[str, Any], new: dict[str, Any], told: list[str]) -> None:
    sides = [recording(exchange(question(), answer("Hi", **each))) for each in (old, new)]
    assert [rule for _, rule, _ in visible(*sides)] == told


def test_a_tier_is_told_beside_the_one_that_was_asked_for() -> None:
    sides = [
        recording(exchange(question(service_tier="priority"), answer("Hi", service_tier=each)))
        for each in ("priority", "default")
    ]
    [finding] = compare(*sides).findings
    assert finding.message == "the call is served otherwise: service_tier (priority was asked for) priority → default"


def test_settings_that_change_alike_are_all_told() -> None:
    def asked(threshold: str) -> Any:
        settings = [{"category": f"HARM_{each}", "threshold": threshold} for each in "ABC"]
        body = {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}], "safetySettings": settings}
        said = {"candidates": [{"content": {"role": "model", "parts": [{"text": "Hi"}]}, "finishReason": "STOP"}]}
        url = "https://generativelanguage.googleapis.com/v1beta/models/gemini-9:generateContent"
        return recording(exchange(body, said, url=url))

    findings = compare(asked("BLOCK_NONE"), asked("BLOCK_LOW"), merge=False).findings
    found = [(each.rule, each.path.partition("parameters.")[2]) for each in findings]
    assert found == [("request-parameter-changed", f"safety_settings[{n}].threshold") for n in range(3)]


@pytest.mark.parametrize(
    ("old", "new", "level"), [("processed", "uploaded", "cosmetic"), ("processed", "failed", "breaking")]
)
def test_how_far_a_job_is(old: str, new: str, level: str) -> None:
    url = "https://api.openai.com/v1/files/file-1"
    sides = [
        recording(exchange("", {"id": "file-1", "object": "file", "status": each}, url=url)) for each in (old, new)
    ]
    assert [each.level for each in compare(*sides).findings] == [level]


def test_another_order_of_a_body_that_is_a_list() -> None:
    url = "https://api.openai.com/v1/models"
    body = [{"id": each} for each in "abcd"]
    sides = [recording(exchange("", json.dumps(each), url=url)) for each in (body, body[::-1])]
    assert compare(*sides).findings


def counted(**usage: Any) -> Any:
    counts = {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7, **usage}
    return recording(exchange(question(), {**answer("Warm."), "usage": counts}))


@pytest.mark.parametrize("tokens", [(3, 3), (0, 0), (3, 9)], ids=["the same", "none", "others"])
def test_a_count_that_moved_into_its_details_is_one_line(tokens: tuple[int, int]) -> None:
    flat, nested = counted(cached_tokens=tokens[0]), counted(prompt_tokens_details={"cached_tokens": tokens[1]})
    old, new = "usage.cached_tokens", "usage.prompt_tokens_details.cached_tokens"
    for sides, words in (
        ((flat, nested), f"{old} is now reported as {new}"),
        ((nested, flat), f"{new} is now reported as {old}"),
    ):
        found = compare(*sides).findings
        told = [
            (each.level, each.message)
            for each in found
            if each.rule == "wire-field-renamed" or "usage-detail" in each.rule
        ]
        assert told == [("behavior", words)]
