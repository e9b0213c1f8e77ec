"""The schemas that others build on: sound, explained, and neither too strict nor too lax."""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cassette_tools import config
from cassette_tools.data.matchers import MATCHER_NAMES, NO_PLAYER, PLAYERS
from cassette_tools.schema import schema_names, schema_text

SCHEMAS = {name: json.loads(schema_text(name)) for name in schema_names()}


def faults(name: str, data: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(SCHEMAS[name]).iter_errors(data)]


def described(schema: Any, path: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every subschema that an editor shows beside a field or a value, with its pointer."""
    yield path, schema
    for keyword in ("properties", "$defs"):
        for name, child in schema.get(keyword, {}).items():
            yield from described(child, f"{path}/{keyword}/{name}")
    for keyword in ("items", "additionalProperties"):
        if isinstance(schema.get(keyword), dict):
            yield from described(schema[keyword], f"{path}/{keyword}")


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_is_a_sound_schema_of_its_name(name: str) -> None:
    schema = SCHEMAS[name]
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:cassette:schema:{name}"
    assert schema_text(name).endswith("}\n")


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_field_is_explained(name: str) -> None:
    bare = [path for path, schema in described(SCHEMAS[name])
            if not {"title", "description"} <= schema.keys() and "$ref" not in schema]  # fmt: skip
    assert bare == []


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_reference_leads_somewhere_and_every_definition_is_used(name: str) -> None:
    text = schema_text(name)
    wanted = {piece.split('"')[0] for piece in text.split('"#/$defs/')[1:]}
    definitions = set(SCHEMAS[name].get("$defs", {}))
    assert wanted | (definitions & {"interaction"}) == definitions  # each interaction is held against it


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_examples_and_defaults_are_valid(name: str) -> None:
    definitions = SCHEMAS[name].get("$defs", {})
    for path, schema in described(SCHEMAS[name]):
        given = [*schema.get("examples", []), *([schema["default"]] if "default" in schema else [])]
        validator = Draft202012Validator({"$defs": definitions, **schema})
        assert (path, [example for example in given if not validator.is_valid(example)]) == (path, [])


# --- contracts: one full example of each, and changes that break it --------------------------------------------------

LOCATION = {"path": "a.yaml", "line": 3, "column": 5, "end_line": 3, "end_column": 9}
FINGERPRINT = "0123456789abcdef"
NO_USAGE = dict.fromkeys(
    ["input_tokens", "output_tokens", "total_tokens", "cache_read_input_tokens", "cache_creation_input_tokens",
     "reasoning_output_tokens", "cost"]
)  # fmt: skip

PARTS: list[dict[str, Any]] = [
    {"type": "text", "content": "Hello", "citations": []},
    {"type": "reasoning", "content": "", "kind": "encrypted", "encrypted": "b3BhcXVl"},
    {"type": "refusal", "content": "No."},
    {"type": "tool_call", "id": "call_1", "name": "add", "arguments": {"a": 1}, "raw_arguments": '{"a":1}'},
    {"type": "tool_call", "id": None, "name": "add", "arguments": "{", "arguments_valid": False},
    {"type": "tool_call_response", "id": "call_1", "response": "2"},
    {"type": "server_tool_call", "id": "s1", "name": "web_search", "server_tool_call": {"query": "x"}},
    {"type": "server_tool_call_response", "id": "s1", "server_tool_call_response": []},
    {"type": "blob", "modality": "image", "mime_type": "image/png", "size": 8, "sha256": 64 * "0"},
    {"type": "file", "file_id": "file-1"},
    {"type": "uri", "uri": "https://example.com/a.png", "modality": "image"},
    {"type": "generic", "kind": "hologram", "content": {"depth": 3}},
]

SHOW: dict[str, Any] = {
    "schema_version": 1,
    "source": {"path": "a.yaml", "format": "go-vcr", "format_version": "2"},
    "interactions": [
        {
            "index": 0,
            "location": {"line": 3, "column": 7},
            "request": {
                "method": "POST",
                "url": "https://api.example.com/v1/chat/completions",
                "headers": [["Accept", "a"], ["Accept", "b"]],
                "body": {"model": "example-1"},
            },
            "response": {"status_code": 200, "headers": [], "body": "data: …", "stream": "sse", "event_count": 4},
            "llm": {
                "dialect": "openai.chat",
                "operation_name": "chat",
                "provider_name": "example",
                "request_model": "example-1",
                "response_model": None,
                "response_id": None,
                "stream": True,
                "parameters": {"max_tokens": 40},
                "system_instructions": [PARTS[0]],
                "input_messages": [{"role": "user", "parts": PARTS}],
                "tools": [{"name": "add", "description": None, "parameters": {"type": "object"}}],
                "output_messages": [
                    {"role": "assistant", "parts": [PARTS[0]], "finish_reason": None, "native_finish_reason": "odd"}
                ],
                "finish_reasons": [None],
                "usage": {**NO_USAGE, "input_tokens": 12, "cost": 0.5, "extra": {}},
                "error": {"type": None, "code": "429", "message": "Slow down."},
                "problems": [{"kind": "tool-arguments-not-json", "message": "…", "location": None}],
            },
            "problems": [],
        },
        {
            "index": 1,
            "location": {"line": 40, "column": 7},
            "request": {"method": "GET", "url": "/", "headers": [], "body": None},
            "response": {"status_code": 0, "headers": [], "body": None, "stream": None, "event_count": 0},
            "llm": None,
            "problems": [{"kind": "unreadable-body", "message": "…", "location": {"line": 41, "column": 1}}],
        },
    ],
    "problems": [],
}

LINT: dict[str, Any] = {
    "schema_version": 1,
    "summary": {"files": 1, "error": 1, "warning": 0, "note": 0},
    "findings": [
        {
            "rule": "stream-truncated",
            "level": "error",
            "message": "…",
            "location": LOCATION,
            "interaction": 0,
            "related": [LOCATION],
            "fix": {"applicability": "safe", "description": "…"},
            "fingerprint": FINGERPRINT,
        },
        {
            "rule": "empty-cassette",
            "level": "note",
            "message": "…",
            "location": LOCATION,
            "interaction": None,
            "related": [],
            "fix": None,
            "fingerprint": FINGERPRINT,
        },
    ],
}

DRIFT_SUMMARY = {"breaking": 1, "behavior": 0, "shape": 0, "cosmetic": 0, "noise": 7}
PAIR: dict[str, Any] = {
    "schema_version": 1,
    "old": {"path": "old.yaml"},
    "new": {"path": "new.yaml"},
    "profile": "rerecord",
    "provenance": {
        "user_agent": ["Example/Go 1.0", "Example/Go 2.0"],
        "provider_name": ["example", "example, other"],
        "dialect": ["openai.chat", None],
        "request_model": [None, None],
        "response_model": [None, None],
    },
    "summary": DRIFT_SUMMARY,
    "findings": [
        {
            "rule": "finish-reason-changed",
            "level": "breaking",
            "message": "…",
            "path": "interactions[0].response.finish_reasons[0]",
            "origin": "response",
            "cause": "model",
            "caused_by": None,
            "old": "stop",
            "new": {"any": ["value"]},
            "old_location": LOCATION,
            "new_location": None,
            "fingerprint": FINGERPRINT,
        }
    ],
}
SUITE: dict[str, Any] = {
    "schema_version": 1,
    "old": {"revision": "main"},
    "new": {"path": "the work tree"},
    "summary": DRIFT_SUMMARY,
    "groups": [
        {
            "id": FINGERPRINT,
            "level": "behavior",
            "rule": "request-parameter-changed",
            "template": "max_tokens … became …",
            "message": "max_tokens 400 became 500",
            "cause": "unknown",
            "count": 1,
            "example": {"old": 400, "new": 500},
            "members": [{"pair": "b.yaml", "fingerprint": FINGERPRINT}],
        }
    ],
    "matrix": [
        {"scenario": "b", "provider_name": "openai", "model": "gpt-1", "level": "behavior", "path": "b.yaml"},
        {"scenario": "c", "provider_name": None, "model": None, "level": None, "path": "c.yaml"},
    ],
    "totals": {"input_tokens": [1, 2.5], "cost": [None, None], "sdk": [["OpenAI/Go 1"], []]},
    "pairs": [PAIR],
    "added": ["b.yaml"],
    "removed": [],
    "renamed": [{"old": "c.yaml", "new": "d.yaml"}],
}
CONFIG: dict[str, Any] = tomllib.loads("""
select = ["all"]
ignore = ["secrets", "cookie-recorded"]
exclude = ["testdata/broken/**"]
fail-on = "warning"
max-age = 365
min-versions = { "OpenAI/Python" = "1.60" }
[[tests]]
cassettes = "{dir}cassettes/{module}/{test}.yaml"
tests = "{dir}{module}.py"
text = "def {test}("
[levels]
mojibake = "error"
cookie-recorded = "off"
[per-path]
"testdata/errors/**" = ["error-status-recorded"]
[diff]
fail-on = "breaking"
show = "noise"
profile = "sdk-upgrade"
levels = { text-reworded = "noise" }
tolerances = { token_ratio = 1.2, token_delta = 20, cost_ratio = 1.5, text_similarity = 0.8 }
[suite]
scenario-from = "{model}/{scenario}.yaml"
[match]
profile = "charm-vcr"
match-on = ["method", "uri", "body_as_json"]
repeats = true
""")

NAMED: dict[str, Any] = {"interaction": 0, "location": LOCATION, "request": "GET https://api.example.com/"}
MATCH_HEAD: dict[str, Any] = {
    "schema_version": 1,
    "source": {"path": "a.yaml", "format": "vcrpy", "format_version": None},
    "profile": {"name": "vcrpy", "match_on": ["method"], "repeats": False},
}
MATCH: dict[str, Any] = {
    **MATCH_HEAD,
    "request": {"method": "GET", "url": "https://api.example.com/"},
    "matched": False,
    "interaction": None,
    "further": [],
    "nearest": [
        {
            **NAMED,
            "failing": ["method"],
            "differences": [
                {"part": "method", "path": "method", "compared": True, "given": "GET", "recorded": "POST", "note": None, "location": LOCATION}
            ],
        }
    ],
}  # fmt: skip
MATCH_ALL: dict[str, Any] = {
    **MATCH_HEAD,
    "summary": {"own": 0, "shadowed": 0, "unmatchable": 1},
    "interactions": [
        {**NAMED, "status": "unmatchable", "by": None, "same_answer": False, "obstacles": [{"message": "…", "location": LOCATION}]}
    ],
    "confused": [[0, 2]],
}  # fmt: skip

COUNTS = dict.fromkeys(["input_tokens", "output_tokens", "reasoning_output_tokens", "cache_read_input_tokens", "cost"])
SUMS: dict[str, Any] = {"interactions": 1, "calls": 1, "failed": 0, **COUNTS, "timed": 0, "median_duration": None}
TOTAL = {"recordings": 1, **SUMS}
STATS: dict[str, Any] = {
    "schema_version": 1,
    "total": TOTAL,
    "by": {name: [{"name": None, **TOTAL}] for name in ("provider", "model", "sdk", "scenario")},
}
FIND: dict[str, Any] = {
    "schema_version": 1,
    "summary": {"searched": 2, "recordings": 1, "interactions": 1},
    "found": [
        {
            "location": {"path": "a.yaml", "line": 3},
            "interaction": 0,
            "scenario": "a",
            "method": "POST",
            "url": "https://api.example.com/v1/chat/completions",
            "status_code": 200,
            **dict.fromkeys(("dialect", "operation_name", "provider_name", "request_model", "response_model")),
            **dict.fromkeys(("sdk", "stream", "finish_reason", "error", "duration", "recorded_on")),
            **COUNTS,
            "tools_called": ["add"],
            "features": ["tool_calls"],
        }
    ],
}
STATE: dict[str, Any] = {
    "schema_version": 1,
    "scenario_from": None,
    "total": TOTAL,
    "recorded_on": ["2025-11-18", "2025-11-19"],
    "matrix": [
        {
            "scenario": "a",
            "provider_name": None,
            "model": "example-1",
            "path": "a.yaml",
            "finish_reason": "stop",
            "tools_called": [],
            "reasoning": False,
            "structured_output": None,
            "features": {"asked": ["usage"], "shown": []},
            **SUMS,
            "streams": [],
            "dialects": ["openai.chat"],
            "sdks": [],
            "recorded_on": None,
        }
    ],
    "providers": [{"provider_name": None, "features": {"usage": {"shown": 0, "only_asked": 1}}}],
    "disagreements": [
        {
            "scenario": "a",
            "subject": "finish reason",
            "values": [{"value": "stop", "recordings": ["a.yaml"]}, {"value": "length", "recordings": ["b.yaml"]}],
        }
    ],
}
KINDS_OF_CHANGES = ("missing-field", "retyped-field", "new-value", "new-field", "new-event", "new-dialect")
CONTRACT: dict[str, Any] = {
    "schema_version": 1,
    "summary": {
        "recordings": 2,
        "documents": 7,
        "changes": {**dict.fromkeys(KINDS_OF_CHANGES, 0), "new-value": 1},
    },
    "changes": [
        {
            "change": "new-value",
            "dialect": "openai.chat",
            "provider_name": None,
            "name": "finish_reason",
            "seen": ["length"],
            "places": [
                {
                    "event": "event",
                    "path": "choices[].finish_reason",
                    "expected": ["stop"],
                    "count": 1,
                    "of": 7,
                    "recordings": 1,
                }
            ],
        }
    ],
}

VERSION: dict[str, Any] = {
    "moment": 1,
    "change": "renamed",
    "path": "b.yaml",
    "old_path": "a.yaml",
    "state": {
        "provider_name": "openai",
        "dialects": ["openai.chat"],
        "model": None,
        "answered": [],
        "sdks": ["OpenAI/Go 2.7.1"],
        "calls": 1,
        "failed": 0,
        "finish_reasons": ["stop"],
        "finish_words": ["stop (end_turn)"],
        "tools": ["add"],
        "reasoning": False,
        "structured_output": None,
        "input_tokens": 10,
        "output_tokens": None,
        "reasoning_output_tokens": None,
        "cache_read_input_tokens": 0,
        "cost": 0.25,
        "day": "2025-11-18",
        "system_prompts": ["0" * 32],
        "prompts": [],
        "offered": ["add"],
        "secrets": 0,
    },
}
BROKEN_VERSION = {"moment": 0, "change": "added", "path": "a.yaml", "problem": "not readable", "state": None}
MOMENTS: dict[str, Any] = {
    "moments": [
        {"kind": "commit", "name": "0a1b2c3", "at": "2025-06-01T08:00:00Z", "author": "Ada", "subject": "Record"},
        {"kind": "work-tree", "name": None, "at": None, "author": None, "subject": None},
    ],
    "recordings": [
        {
            "path": "b.yaml",
            "scenario": "b",
            "provider_name": "openai",
            "model": None,
            "versions": [BROKEN_VERSION, VERSION],
        }
    ],
}
HISTORY: dict[str, Any] = {"schema_version": 1, "complete": True, **MOMENTS}
SINCE: dict[str, Any] = {
    "asked": "v1",
    "changes": [{"subject": "SDK", "old": None, "new": "OpenAI/Go 2.7.1", "recordings": ["b.yaml"]}],
    "added": [],
    "removed": [],
    "renamed": ["b.yaml"],
    "totals": {"input_tokens": [9, 10]},
    **MOMENTS,
}

QUERY: dict[str, Any] = {
    "schema_version": 1,
    "columns": [{"name": "request_model", "type": "VARCHAR"}, {"name": "calls", "type": "BIGINT"}],
    "rows": [{"request_model": "gpt-4o", "calls": 3}, {"request_model": None, "calls": 1}],
}

INDEX: dict[str, Any] = {
    "schema_version": 1,
    "dataset": "s3://lake/recordings",
    "commit": "commit-000001-5f3a91c2",
    "is_new": True,
    "location": "s3://lake/recordings/commit-000001-5f3a91c2/interactions",
    "interactions": 3,
    "recordings": 2,
    "bytes": 40_000,
    "read": 2,
    "unchanged": 0,
    "gone": 0,
    "errors": 0,
}

GOOD = [
    ("history-report", HISTORY),
    ("suite-report", {**STATE, "since": SINCE}),
    ("index-report", INDEX),
    ("query-report", QUERY),
    ("contract-report", CONTRACT),
    ("stats-report", STATS),
    ("find-report", FIND),
    ("suite-report", STATE),
    ("match-report", MATCH),
    ("match-report", MATCH_ALL),
    ("show", SHOW),
    ("lint-report", LINT),
    ("drift-report", PAIR),
    ("drift-report", SUITE),
    ("config", CONFIG),
    ("config", {}),
]


@pytest.mark.parametrize(("name", "example"), GOOD)
def test_a_full_example_is_valid(name: str, example: dict[str, Any]) -> None:
    assert faults(name, example) == []


BROKEN: list[tuple[str, dict[str, Any], tuple[str | int, ...], Any]] = [
    ("contract-report", CONTRACT, ("summary", "changes", "new-value"), -1),
    ("contract-report", CONTRACT, ("changes", 0, "change"), "added"),
    ("contract-report", CONTRACT, ("changes", 0, "seen"), "length"),
    ("contract-report", CONTRACT, ("changes", 0, "places", 0, "count"), 0),
    ("contract-report", CONTRACT, ("changes", 0, "places", 0, "path"), None),
    ("query-report", QUERY, ("columns", 0, "type"), None),
    ("query-report", QUERY, ("rows", 0), ["gpt-4o", 3]),
    ("index-report", INDEX, ("is_new",), "yes"),
    ("index-report", INDEX, ("commit",), "latest"),
    ("index-report", INDEX, ("read",), None),
    ("stats-report", STATS, ("total", "input_tokens"), -1),
    ("stats-report", STATS, ("by", "model", 0, "name"), 3),
    ("stats-report", STATS, ("by", "sdk"), {}),
    ("find-report", FIND, ("found", 0, "location", "line"), 0),
    ("find-report", FIND, ("found", 0, "tools_called"), "add"),
    ("find-report", FIND, ("summary", "searched"), None),
    ("suite-report", STATE, ("recorded_on",), ["2025-11-18"]),
    ("suite-report", {**STATE, "since": SINCE}, ("since", "totals", "input_tokens"), [9]),
    ("suite-report", {**STATE, "since": SINCE}, ("since", "changes", 0, "subject"), "mood"),
    ("history-report", HISTORY, ("complete",), None),
    ("history-report", HISTORY, ("moments", 0, "kind"), "tag"),
    ("history-report", HISTORY, ("recordings", 0, "versions", 1, "change"), "moved"),
    ("history-report", HISTORY, ("recordings", 0, "versions", 1, "state", "tools"), None),
    ("history-report", HISTORY, ("recordings", 0, "versions", 1, "moment"), -1),
    ("suite-report", STATE, ("matrix", 0, "structured_output"), "valid"),
    ("suite-report", STATE, ("providers", 0, "features", "usage"), True),
    ("suite-report", STATE, ("disagreements", 0, "subject"), "tokens"),
    ("show", SHOW, ("schema_version",), 2),
    ("show", SHOW, ("source", "format_version"), 2),
    ("show", SHOW, ("interactions", 0, "location", "line"), 0),
    ("show", SHOW, ("interactions", 0, "request", "headers"), {"Accept": "a"}),
    ("show", SHOW, ("interactions", 0, "request", "headers", 0), ["Accept"]),
    ("show", SHOW, ("interactions", 0, "response", "stream"), "chunks"),
    ("show", SHOW, ("interactions", 0, "llm", "finish_reasons"), ["tool_calls"]),
    ("show", SHOW, ("interactions", 0, "llm", "input_messages", 0, "role"), "developer"),
    ("show", SHOW, ("interactions", 0, "llm", "usage", "input_tokens"), "12"),
    ("show", SHOW, ("interactions", 0, "llm", "error"), "Slow down."),
    ("show", SHOW, ("interactions", 0, "llm", "problems", 0, "kind"), "Not kebab"),
    ("lint-report", LINT, ("summary", "error"), -1),
    ("lint-report", LINT, ("findings", 0, "level"), "fatal"),
    ("lint-report", LINT, ("findings", 0, "rule"), "E501"),
    ("lint-report", LINT, ("findings", 0, "fix", "applicability"), "maybe"),
    ("lint-report", LINT, ("findings", 0, "fingerprint"), ""),
    ("lint-report", LINT, ("findings", 0, "location"), "a.yaml:3"),
    ("drift-report", PAIR, ("profile",), "strict"),
    ("drift-report", PAIR, ("provenance", "dialect"), ["a"]),
    ("drift-report", PAIR, ("findings", 0, "level"), "error"),
    ("drift-report", PAIR, ("findings", 0, "cause"), "weather"),
    ("drift-report", PAIR, ("findings", 0, "origin"), "llm"),
    ("drift-report", SUITE, ("pairs", 0), {}),
    ("drift-report", SUITE, ("renamed",), [["c.yaml", "d.yaml"]]),
    ("match-report", MATCH, ("interaction",), "0"),
    ("match-report", MATCH, ("profile", "repeats"), None),
    ("match-report", MATCH, ("nearest", 0, "differences", 0, "part"), "cookie"),
    ("match-report", MATCH_ALL, ("interactions", 0, "status"), "lost"),
    ("match-report", MATCH_ALL, ("confused", 0), [0]),
    ("config", CONFIG, ("suite", "scenario-from"), "{model}.yaml"),
    ("config", CONFIG, ("match", "profile"), "vhs"),
    ("config", CONFIG, ("match", "match-on"), ["colour"]),
    ("config", CONFIG, ("colour",), "red"),
    ("config", CONFIG, ("select",), "all"),
    ("config", CONFIG, ("levels", "mojibake"), "breaking"),
    ("config", CONFIG, ("fail-on",), "never"),
    ("config", CONFIG, ("diff", "fail-on"), "error"),
    ("config", CONFIG, ("diff", "ignore"), ["response.id"]),
    ("config", CONFIG, ("diff", "tolerances", "text_similarity"), 80),
    ("config", CONFIG, ("diff", "tolerances", "token-ratio"), 1),
]


@pytest.mark.parametrize(("name", "example", "path", "value"), BROKEN)
def test_a_broken_example_is_refused(
    name: str, example: dict[str, Any], path: tuple[str | int, ...], value: Any
) -> None:
    broken: Any = copy.deepcopy(example)
    holder = broken
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    assert len(faults(name, broken)) == 1


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part["type"])
def test_each_part_needs_each_of_its_fields(part: dict[str, Any]) -> None:
    validator = Draft202012Validator({"$ref": "#/$defs/part", "$defs": SCHEMAS["show"]["$defs"]})
    required = SCHEMAS["show"]["$defs"][part["type"]]["required"]
    assert validator.is_valid(part)
    for name in required:
        assert not validator.is_valid({key: value for key, value in part.items() if key != name})


def test_output_messages_say_why_they_ended() -> None:
    shown = copy.deepcopy(SHOW)
    del shown["interactions"][0]["llm"]["output_messages"][0]["finish_reason"]
    assert len(faults("show", shown)) == 1


def test_config_schema_knows_every_setting() -> None:
    properties = SCHEMAS["config"]["properties"]
    assert config._LINT_KEYS.keys() <= properties.keys()
    assert config._DIFF_KEYS.keys() <= properties["diff"]["properties"].keys()
    assert config._MATCH_KEYS.keys() == properties["match"]["properties"].keys()
    players = (*(player.name for player in PLAYERS), NO_PLAYER)
    assert tuple(properties["match"]["properties"]["profile"]["enum"]) == players
    assert tuple(properties["match"]["properties"]["match-on"]["items"]["enum"]) == MATCHER_NAMES
    assert tuple(properties["fail-on"]["enum"]) == config.LINT_LEVELS[::-1]
    assert tuple(properties["diff"]["properties"]["show"]["enum"]) == config.DIFF_LEVELS
    assert tuple(properties["diff"]["properties"]["profile"]["enum"]) == config.PROFILES
