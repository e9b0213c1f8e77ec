"""HTTP around the bodies: which header fields are told, what a URL's change is called, what an interaction is called."""

from __future__ import annotations

import json
from typing import Any

import pytest
from drift_cases import answer, exchange, question, recording
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools._record import replace
from cassette_tools.data import headers as table
from cassette_tools.diff import compare
from cassette_tools.diff.changes.scene import Scene
from cassette_tools.diff.comparing.naming import distinct_names, request_line
from cassette_tools.diff.http.url import _host_words, url_changes
from cassette_tools.diff.pairing.align import Pair
from cassette_tools.diff.values.ids import Correlation
from cassette_tools.finding import Location
from cassette_tools.load import load_source
from cassette_tools.model import Recording
from cassette_tools.source import Source
from cassette_tools.volatile import fits

CHAT = "https://api.openai.com/v1/chat/completions"


def with_fields(side: str, *fields: tuple[str, str], status: int = 200, agent: str = "Example/1.0") -> Recording:
    """One call with these header fields beside those that it has."""
    made = exchange(question(), answer("Hi"), status=status, agent=agent)
    for name, value in fields:
        made[side]["headers"].setdefault(name, []).append(value)
    return recording(made)


def of_headers(old: Recording, new: Recording) -> list[tuple[str, str, str]]:
    """Level, rule and message of what is found in header fields."""
    found = compare(old, new).findings
    return [(each.level, each.rule, each.message) for each in found if ".headers." in each.path]


# --- responses -------------------------------------------------------------------------------------------------------

TOLD: tuple[tuple[str, str | None, str | None, int, tuple[str, str], str], ...] = (
    ("Deprecation", None, "@1893456000", 200, ("header-added", "the service warns: deprecation: @1893456000"), "announces"),
    ("Deprecation", "@1", None, 200, ("header-removed", "the service no longer warns: deprecation: @1"), "no longer"),
    ("Sunset", "@1", "@2", 200, ("header-changed", "the service warns otherwise: sunset: @1 → @2"), "another day"),
    ("X-Api-Warning", None, "unknown field", 200, ("header-added", "the service warns: unknown field (the header x-api-warning)"), "says what is wrong"),
    ("Location", "/v1/jobs/1", "/v2/jobs/1", 200, ("header-changed", "the response header location /v1/jobs/1 became /v2/jobs/1"), "clients follow it"),
    ("Retry-After", None, "7", 429, ("header-added", "a new response header retry-after: 7"), "SDKs wait"),
    ("X-Should-Retry", "true", "false", 500, ("header-changed", "the response header x-should-retry true became false"), "SDKs give up"),
    ("OpenAI-Version", "2020-10-01", "2031-01-01", 200, ("header-changed", "the response header openai-version 2020-10-01 became 2031-01-01"), "another API"),
    ("X-Zero-Data-Retention", "false", "true", 200, ("header-changed", "the response header x-zero-data-retention false became true"), "another policy"),
    ("X-Amzn-ErrorType", "A", "B", 400, ("header-changed", "the response header x-amzn-errortype A became B"), "SDKs raise it"),
)  # fmt: skip


def pair_with(
    side: str, name: str, old: str | None, new: str | None, status: int, agents: tuple[str, str] = ("A/1", "A/1")
) -> tuple[Recording, Recording]:
    values = ((old, agents[0]), (new, agents[1]))
    left, right = (
        with_fields(side, *([(name, value)] if value is not None else []), status=status, agent=agent)
        for value, agent in values
    )
    return left, right


@pytest.mark.parametrize(("name", "old", "new", "status", "finding", "why"), TOLD)
def test_a_field_that_clients_act_on(
    name: str, old: str | None, new: str | None, status: int, finding: tuple[str, str], why: str
) -> None:
    assert of_headers(*pair_with("response", name, old, new, status)) == [("shape", *finding)], why


QUIET: tuple[tuple[str, str, str | None, str | None, int, str, str], ...] = (
    ("response", "Vary", None, "Accept-Encoding", 200, "transport-changed", "for caches"),
    ("response", "Vary", "Origin", None, 200, "transport-changed", "for caches"),
    ("response", "Strict-Transport-Security", "max-age=1", "max-age=2", 200, "transport-changed", "for browsers"),
    ("response", "Content-Security-Policy", None, "default-src 'none'", 200, "transport-changed", "for browsers"),
    ("response", "X-Content-Type-Options", None, "nosniff", 200, "transport-changed", "for browsers"),
    ("response", "X-Robots-Tag", None, "none", 200, "transport-changed", "for crawlers"),
    ("response", "Content-Encoding", "gzip", None, 200, "transport-changed", "the body is compared unpacked"),
    ("response", "Cache-Control", None, "no-store", 200, "transport-changed", "for caches"),
    ("response", "X-OpenAI-Proxy-Wasm", None, "v0.1", 200, "transport-changed", "the edge's software"),
    ("response", "Access-Control-Expose-Headers", "A", "A, B", 200, "transport-changed", "for browsers"),
    ("response", "X-Endpoint-Monthly-Call-Limit", "500", "1000", 200, "transport-changed", "a quota"),
    ("response", "X-Brand-New", None, "here", 200, "transport-changed", "nobody knows it"),
    ("response", "Retry-After", None, "7", 200, "ratelimit-changed", "nobody waits after a success"),
    ("response", "Retry-After", "7", "9", 429, "ratelimit-changed", "how long is of the moment"),
    ("response", "X-Should-Retry", None, "false", 200, "ratelimit-changed", "nobody tries again after a success"),
    ("response", "OpenAI-Version", None, "2020-10-01", 200, "fingerprint-changed", "gateways cut it off"),
    ("response", "Location", "/jobs/a1b2c3d4e5", "/jobs/f6a7b8c9d0", 200, "transport-changed", "an id made anew"),
    ("response", "X-Request-Id", "req_1", None, 200, "trace-changed", "made anew"),
    ("response", "Set-Cookie", None, "a=b", 200, "account-changed", "a session"),
    ("request", "Accept-Encoding", "gzip", "gzip, zstd", 200, "transport-changed", "what the HTTP client can undo"),
    ("request", "Host", "a.example", "b.example", 200, "transport-changed", "the URL says it"),
    ("request", "X-Fern-SDK-Version", "5.5.8", "5.20.1", 200, "transport-changed", "the SDK of itself"),
    ("request", "X-Stainless-Package-Version", "1.0", "2.0", 200, "fingerprint-changed", "the SDK of itself"),
    ("request", "Anthropic-Beta", "a, b", "b,a", 200, "transport-changed", "their order says nothing"),
)  # fmt: skip


@pytest.mark.parametrize(("side", "name", "old", "new", "status", "rule", "why"), QUIET)
def test_a_field_that_nobody_acts_on_is_noise_with_its_name_and_lines(
    side: str, name: str, old: str | None, new: str | None, status: int, rule: str, why: str
) -> None:
    report = compare(*pair_with(side, name, old, new, status), locate=lambda _, place: place)  # type: ignore[arg-type, return-value]
    assert [(each.level, each.rule, each.path) for each in report.findings] == [
        ("noise", rule, f"interactions[0].{side}.headers.{name.lower()}")
    ], why
    places = [report.findings[0].old_location, report.findings[0].new_location]
    assert [place is None for place in places] == [old is None, new is None]
    assert all(name in getattr(place, "route", ()) for place in places if place is not None)


TYPES: tuple[tuple[str, str, tuple[tuple[str, str], ...], str], ...] = (
    (
        "application/json",
        "text/html",
        (("breaking", "content-type-changed"),),
        "a page for people, where a program reads",
    ),
    ("text/html", "application/json", (("behavior", "content-type-changed"),), "the way back breaks nobody"),
    ("image/png", "application/json", (("behavior", "content-type-changed"),), "another parser"),
    ("application/json", "application/json; charset=utf-8", (("noise", "transport-changed"),), "JSON is UTF-8"),
    ("text/plain", "text/plain; charset=latin-1", (("shape", "header-changed"),), "other letters"),
    ("application/json", "Application/JSON", (("noise", "transport-changed"),), "the case says nothing"),
    ("multipart/mixed; boundary=a", "multipart/mixed; boundary=b", (("noise", "padding-changed"),), "made anew"),
    ("application/json", "application/json; v=2", (("shape", "header-changed"),), "a version of the type"),
)


@pytest.mark.parametrize(("old", "new", "found", "why"), TYPES)
def test_content_types(old: str, new: str, found: tuple[tuple[str, str], ...], why: str) -> None:
    sides = [exchange("{}", "{}") for _ in "ab"]
    for side, value in zip(sides, (old, new), strict=True):
        side["response"]["headers"]["Content-Type"] = [value]
    report = compare(*map(recording, sides))
    assert tuple((each.level, each.rule) for each in report.findings) == found, why


# --- requests --------------------------------------------------------------------------------------------------------

ASKED: tuple[tuple[str, str | None, str | None, tuple[str, str, str]], ...] = (
    ("Anthropic-Beta", None, "outputs-1", ("behavior", "request-field-added", "the request now has the header anthropic-beta: outputs-1")),
    ("OpenAI-Beta", "x=v1", None, ("behavior", "request-field-removed", "the request no longer has the header openai-beta; it was x=v1")),
    ("Anthropic-Version", "2023-01-01", "2023-06-01", ("behavior", "request-parameter-changed", "the header anthropic-version 2023-01-01 became 2023-06-01")),
    ("X-Ms-Version", "1", "2", ("behavior", "request-parameter-changed", "the header x-ms-version 1 became 2")),
    ("X-Amz-Target", "A.Get", "A.Put", ("behavior", "request-parameter-changed", "the header x-amz-target A.Get became A.Put")),
)  # fmt: skip


@pytest.mark.parametrize("agents", [("A/1", "A/1"), ("A/1", "A/2")], ids=["rerecord", "sdk-upgrade"])
@pytest.mark.parametrize(("name", "old", "new", "finding"), ASKED)
def test_a_version_or_a_beta_is_contract_whatever_the_sdk(
    name: str, old: str | None, new: str | None, finding: tuple[str, str, str], agents: tuple[str, str]
) -> None:
    found = of_headers(*pair_with("request", name, old, new, 200, agents))
    assert [each for each in found if each[1] != "user-agent-changed"] == [finding]


@pytest.mark.parametrize(("agents", "level"), [(("A/1", "A/1"), "shape"), (("A/1", "A/2"), "noise")])
def test_another_field_of_a_request_is_the_sdks_own(agents: tuple[str, str], level: str) -> None:
    found = of_headers(*pair_with("request", "X-Title", None, "Example", 200, agents))
    assert [each for each in found if each[1] != "user-agent-changed"] == [
        (level, "header-added", "a new request header x-title: Example")
    ]


@pytest.mark.parametrize("agents", [("A/1", "A/1"), ("A/1", "A/2")], ids=["rerecord", "sdk-upgrade"])
@pytest.mark.parametrize(
    ("name", "old", "new", "finding"),
    [
        ("X-HF-Bill-To", None, "acme", ("shape", "header-added", "a new request header x-hf-bill-to: acme")),
        ("X-HF-Bill-To", "acme", "other", ("shape", "header-changed", "the request header x-hf-bill-to acme became other")),
        ("Helicone-Cache-Enabled", "true", None, ("shape", "header-removed", "the request header helicone-cache-enabled is gone; it was true")),
        ("CF-AIG-Cache-TTL", None, "60", ("shape", "header-added", "a new request header cf-aig-cache-ttl: 60")),
    ],
)  # fmt: skip
def test_what_a_user_tells_a_gateway_is_no_sdks_doing(
    name: str, old: str | None, new: str | None, finding: tuple[str, str, str], agents: tuple[str, str]
) -> None:
    report = compare(*pair_with("request", name, old, new, 200, agents))
    [found] = [each for each in report.findings if each.path.endswith(name.lower())]
    assert (found.level, found.rule, found.message) == finding
    assert found.evidence == ""


def test_rows_have_reasons_and_none_hides_another() -> None:
    for rows in (table.RESPONSE, table.REQUEST):
        for at, row in enumerate(rows):
            assert row.reason
            name = row.match.replace("*", "-any-").strip("-") if row.match[0] == row.match[-1] else row.match
            name = name.replace("*", "any")
            assert next(index for index, each in enumerate(rows) if fits(each.match, name)) == at, row
    assert {row.kind for row in table.REQUEST} == {"contract", "chosen", "client", "noise"}


FIELDS = st.dictionaries(st.sampled_from([*"abcd", "vary", "retry-after", "location", "x-request-id"]), st.text("xyz1"))


@given(FIELDS, FIELDS)
def test_no_field_is_swallowed(old: dict[str, str], new: dict[str, str]) -> None:
    sides = (with_fields("response", *side.items(), status=503) for side in (old, new))
    found = {
        path.rpartition(".")[2] for path in (each.path for each in compare(*sides).findings) if ".headers." in path
    }
    assert found == {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}


# --- URLs ------------------------------------------------------------------------------------------------------------

LONG = "/v1/projects/example-project/locations/{}/publishers/google/models/example:generateContent"
URLS: tuple[tuple[str, str, tuple[tuple[str, str], ...], str], ...] = (
    ("https://h.example/v1/chat", "https://h.example/v2/chat", (("request-url-changed", "the API version v1 became v2: the path /v1/chat became /v2/chat"),), "a version"),
    ("https://h.example/2024-10-21/a", "https://h.example/2025-01-01-preview/a", (("request-url-changed", "the API version 2024-10-21 became 2025-01-01-preview: the path /2024-10-21/a became /2025-01-01-preview/a"),), "a day as a version"),
    ("https://h.example/jobs/1234567890", "https://h.example/jobs/0987654321", (("request-url-changed", "the path /jobs/1234567890 became /jobs/0987654321"),), "a number is none"),
    ("https://h.example//a/b", "https://h.example/a/b", (("request-url-changed", "the path //a/b became /a/b"),), "a slash"),
    ("https://api.openai.com/a", "https://eu.api.openai.com/a", (("request-url-changed", "the host api.openai.com became eu.api.openai.com"),), "a host"),
    ("http://api.openai.com/a", "https://eu.api.openai.com/a", (("request-url-changed", "the host http://api.openai.com became https://eu.api.openai.com"),), "and a scheme"),
    ("https://api.openai.com/a", "https://eu.api.openai.com/b", (("request-url-changed", "the host api.openai.com became eu.api.openai.com and the path /a became /b"),), "both"),
    ("https://h.example" + LONG.format("one"), "https://h.example" + LONG.format("two"), (("request-url-changed", "the path …/locations/one/publishers/… became …/locations/two/publishers/…"),), "a step of many"),
    ("https://h.example/a", "https://h.example/a?json=true&width=1", (("request-field-added", "the request now has the query parameters json true, width 1"), ("request-field-added", "the request now has the query parameter width: 1")), "new parameters"),
    ("https://h.example/a?api-version=1", "https://h.example/v1/a", (("request-url-changed", "the path /a became /v1/a; the request no longer has the query parameter api-version; it was 1"), ("request-field-removed", "the request no longer has the query parameter api-version; it was 1")), "one address"),
    ("https://h.example/a?api-version=1", "https://h.example/a", (("request-field-removed", "the request no longer has the query parameter api-version; it was 1"),), "gone"),
    ("https://h.example/a?v=1", "https://h.example/a?v=2", (("request-parameter-changed", "the query parameter v 1 became 2"),), "changed"),
    ("https://h.example/a?t=1&t=2", "https://h.example/a?t=1&t=3", (("request-parameter-changed", 'the query parameter t 1, 2 became 1, 3'),), "one of several"),
    ("https://h.example/a?x=1&y=2", "https://h.example/a?y=2&x=1", (("transport-changed", 'the URL, which leads to the same place, https://h.example/a?x=1&y=2 → https://h.example/a?y=2&x=1'),), "the same place"),
    ("https://h.example/a?key=abc1", "https://h.example/a?key=def2", (("account-changed", "the query parameter key changed"),), "who pays"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("https://a.example", "https://b.example", "the host a.example became b.example"),
        ("https://my-long-resource-name.ai.example", "https://my-long-resource-name.api.example", "the host …ai.example became …api.example"),
        ("", "https://a.example", "the host https://a.example is new"),
        ("https://a.example", "", "the host https://a.example is gone"),
    ],
)  # fmt: skip
def test_hosts_are_told_by_what_differs(old: str, new: str, words: str) -> None:
    assert _host_words(old, new) == words


@pytest.mark.parametrize(("old", "new", "found", "why"), URLS)
def test_urls(old: str, new: str, found: tuple[tuple[str, str], ...], why: str) -> None:
    report = compare(recording(exchange({"a": 1}, {"b": 2}, url=old)), recording(exchange({"a": 1}, {"b": 2}, url=new)))
    assert tuple((each.rule, each.message) for each in report.findings) == found, why


def test_another_method_is_told() -> None:
    old, new = (recording(exchange(question(), answer("Hi"))).interactions[0] for _ in "ab")
    new = replace(new, request=replace(new.request, method="PUT"))
    pair = Pair(old=old, new=new)
    scene = Scene(pair=pair, old=old, new=new, ids=Correlation(), profile="rerecord", alone=set(), couples={})
    assert [(each.rule, each.path, each.note) for each in url_changes(scene)] == [
        ("request-url-changed", "request.method", "the method POST became PUT")
    ]


RUBY = """\
http_interactions:
- request:
    method: post
    uri: https://generativelanguage.googleapis.com/v1beta/models/%s:generateContent
    body: {encoding: UTF-8, string: '{"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]}'}
    headers:
      X-Title:
      - %s
  response:
    status:
      code: 200
      message: OK
    headers:
      Content-Type:
      - application/json
    body: {encoding: UTF-8, string: '{"candidates": []}'}
    http_version: %s
  recorded_at: %s
recorded_with: VCR %s
"""


def located(old: str, new: str, name: str) -> list[tuple[str, str, int | None, int | None]]:
    """Level, path and the lines of both sides of all that is found."""
    sources = {"old": Source.from_bytes(old.encode(), name), "new": Source.from_bytes(new.encode(), name)}
    recordings = [load_source(source) for source in sources.values()]
    report = compare(*recordings, locate=lambda side, place: Location(path=name, region=sources[side].region(place)))
    return [
        (
            each.level,
            each.path.removeprefix("interactions[0]."),
            each.old_location and each.old_location.region.line,
            each.new_location and each.new_location.region.line,
        )
        for each in report.findings
    ]


def test_everything_has_its_own_line() -> None:
    old = RUBY % ("gemini-2.0-flash", "One", "null", "Wed, 01 Jan 2025 00:00:00 GMT", "6.3.1")
    new = "\n" + RUBY % ("gemini-2.5-flash", "Two", "'2'", "Thu, 02 Jan 2025 00:00:00 GMT", "6.4.0")
    assert located(old, new, "x.yml") == [
        ("behavior", "request.model", 4, 5),
        ("shape", "request.headers.x-title", 8, 9),
        ("noise", "format", None, None),
        ("noise", "recorded_at", 18, 19),
        ("noise", "response.http_version", None, 18),
    ]


POLLY = """{"log": {"version": "1.2", "entries": [{
  "_id": "%s",
  "time": %s,
  "request": {"method": "GET",
    "url": "https://h/a?x=%s", "headers": [],
    "queryString": [
      {"name": "x", "value": "%s"}]},
  "response": {"status": 200, "headers": [
      {"name": "vary", "value": "%s"}], "content": {}}
}]}}
"""


def test_everything_has_its_own_line_in_har() -> None:
    assert located(POLLY % ("a", 1, 1, 1, "x"), POLLY % ("b", 2, 2, 2, "y"), "x.har") == [
        ("behavior", "request.query.x", 7, 7),
        ("noise", "_id", 2, 2),
        ("noise", "duration", 3, 3),
        ("noise", "response.headers.vary", 9, 9),
    ]


# --- names -----------------------------------------------------------------------------------------------------------


def call(body: Any, url: str = "https://h.example/api", **fields: str) -> dict[str, Any]:
    made = exchange(body, {"ok": True}, url=url)
    made["request"]["headers"].update({name.replace("_", "-"): [value] for name, value in fields.items()})
    return made


ASKED = {"id": "call_a", "type": "function", "function": {"name": "weather", "arguments": "{}"}}

NAMES: tuple[tuple[dict[str, Any], str, str], ...] = (
    (exchange(question(), answer("Hi")), '"How warm is it in Turin?" to gpt-9-mini, POST /v1/chat/completions', "what is asked"),
    (
        exchange(
            question(
                {"role": "assistant", "content": None, "tool_calls": [ASKED]},
                {"role": "tool", "tool_call_id": "call_a", "content": "18 °C"},
            ),
            answer("Warm."),
        ),
        'the result of weather "18 °C" to gpt-9-mini, POST /v1/chat/completions',
        "what is sent to the model",
    ),
    (call({"query": "\nquery Site($a: Int) {\n site { id } }"}), "Site, POST /api", "GraphQL, by its name"),
    (call({"query": "{ viewer { id } }"}), "viewer, POST /api", "GraphQL without a name, by its first field"),
    (call({"operationName": "Other", "query": "query A { a } query Other { b }"}), "Other, POST /api", "one of several"),
    (call({"query": "query Site { id }"}, url="https://h.example/graphql?Site"), "POST /graphql?Site", "said already"),
    (call({"query": "birds of Turin"}), "POST /api", "a search is no GraphQL"),
    (call({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}), "tools/list, POST /api", "JSON-RPC"),
    (call({"jsonrpc": "2.0", "method": "tools/call", "params": {"name": "get_weather"}}), "tools/call get_weather, POST /api", "MCP"),
    (call([{"jsonrpc": "2.0", "method": "a"}, {"jsonrpc": "2.0", "method": "b"}]), "a, b, POST /api", "a batch"),
    (call({}, url="https://h.example/", X_Amz_Target="Birds_1.GetBird"), "Birds_1.GetBird, POST h.example/", "AWS"),
    (call({}, url="https://h.example/cat?json=true&width=100"), "POST /cat?json=true&width=100", "the query"),
    (call({}, url="https://h.example/cat?key=abc-first-1&w=1"), "POST /cat?w=1", "never a key"),
    (call({}, url=f"https://h.example/cat?q={'x' * 80}"), f"POST /cat?q={'x' * 58}…", "cut"),
)  # fmt: skip


@pytest.mark.parametrize(("made", "name", "why"), NAMES)
def test_what_an_interaction_is_called(made: dict[str, Any], name: str, why: str) -> None:
    assert request_line(recording(made).interactions[0]) == name, why


FLAGS = [{"query": "query Flag { flag }", "variables": {"name": name}} for name in ("one", "two", "two")]
APART: tuple[tuple[list[dict[str, Any]], list[str], str], ...] = (
    ([call(flag) for flag in FLAGS], ["Flag, POST /api (variables.name \"one\")", *["Flag, POST /api (variables.name \"two\")"] * 2], "by a variable"),
    ([call({"a": 1}), call({"a": 1, "b": 2})], ["POST /api (no b)", "POST /api (b 2)"], "by a member"),
    ([call({"a": 1}), call({"a": 1}, url="https://g.example/api")], ["POST /api (at h.example)", "POST /api (at g.example)"], "by the host"),
    ([call("one"), call("two")], ["POST /api", "POST /api (interaction 1)"], "by its number, when nothing else does"),
    ([call({"a": 1}), call({"a": 1})], ["POST /api", "POST /api"], "the same call twice is one sentence"),
)  # fmt: skip


@pytest.mark.parametrize(("made", "names", "why"), APART)
def test_two_calls_that_differ_have_two_names(made: list[dict[str, Any]], names: list[str], why: str) -> None:
    interactions = recording(*made).interactions
    found = distinct_names(interactions, frozenset())
    assert [found[id(each)] for each in interactions] == names, why


def test_calls_that_came_and_went_are_named_apart() -> None:
    report = compare(recording(), recording(*(call(flag) for flag in FLAGS[:2])), merge=False)
    assert [each.message for each in report.findings] == [
        f'one more request: Flag, POST /api (variables.name "{name}") (answered with 200)' for name in ("one", "two")
    ]


# --- what the recorder notes -----------------------------------------------------------------------------------------


def noted(**fields: Any) -> Recording:
    made = exchange(question(), answer("Hi"))
    for path, value in fields.items():
        side, _, name = path.partition("__")
        (made if side == "top" else made[side])[name] = value
    return recording(made)


NOTED: tuple[tuple[dict[str, Any], dict[str, Any], list[tuple[str, str]], str], ...] = (
    ({"top___id": "a"}, {"top___id": "b"}, [("recorder-field-changed", "_id")], "Polly.js's hash"),
    ({}, {"request__form": {"a": ["1"]}}, [("recorder-field-changed", "request.form")], "Go's reading of the body"),
    ({}, {"response__proto": "HTTP/2.0"}, [("http-version-changed", "response.http_version")], "negotiated anew"),
    ({}, {"response__status": "200 Fine"}, [("transport-changed", "response.reason")], "words for the code"),
    ({"response__uncompressed": True}, {}, [("recorder-field-changed", "response.uncompressed")], "the transport's"),
    ({"top__id": 0}, {"top__id": 7}, [], "its number is in every path"),
)


@pytest.mark.parametrize(("old", "new", "found", "why"), NOTED)
def test_what_a_recorder_notes_is_noise_and_is_listed(
    old: dict[str, Any], new: dict[str, Any], found: list[tuple[str, str]], why: str
) -> None:
    report = compare(noted(**old), noted(**new))
    assert {each.level for each in report.findings} <= {"noise"}
    assert [(each.rule, each.path.removeprefix("interactions[0].")) for each in report.findings] == found, why


def test_the_outcome_of_a_grpc_call_is_no_note() -> None:
    def made(status: int) -> Recording:
        call = {
            "request": {"method": "/example.Birds/Name", "metadata": {}, "body": {"type": "binary", "content": "00"}},
            "response": {"status_code": status, "metadata": {}, "body": {"type": "binary", "content": "00"}},
        }
        content = json.dumps({"version": 1, "interactions": [], "grpc_interactions": [call]})
        return load_source(Source.from_bytes(content.encode(), "x.yaml"))

    for old, new, level, rule in ((0, 14, "breaking", "status-class-changed"), (5, 14, "behavior", "status-changed")):
        assert [(each.level, each.rule) for each in compare(made(old), made(new)).findings] == [(level, rule)]


def test_another_version_of_the_recorder_is_noise() -> None:
    sides = [
        load_source(Source.from_bytes(f"http_interactions: []\nrecorded_with: VCR {version}\n".encode(), "x.yml"))
        for version in ("6.3.1", "6.4.0")
    ]
    report = compare(*sides)
    assert [(each.level, each.rule, each.path) for each in report.findings] == [
        ("noise", "recorder-field-changed", "format")
    ]
