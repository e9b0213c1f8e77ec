"""Who asked, and who did it: the SDK by all of its evidence, the head of a report, and the cause of each change."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from drift_cases import CALL, WEATHER, answer, chunks, exchange, question, recording
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.data import causes as table
from cassette_tools.data.clients import STAINLESS
from cassette_tools.data.drift import JUDGEMENTS
from cassette_tools.data.endpoints import ENDPOINTS
from cassette_tools.data.vendors import GATEWAYS
from cassette_tools.diff import compare
from cassette_tools.finding import cause_in_words
from cassette_tools.reporters import REPORTERS, Style
from cassette_tools.sdk import client_of, sdks_of

# --- who asked -------------------------------------------------------------------------------------------------------


def sent_by(*, url: str = "https://api.openai.com/v1/chat/completions", **headers: str) -> Any:
    """An exchange whose request has these headers (``user_agent`` is ``user-agent``) and no others."""
    whole = exchange(question(), answer("18 °C"), url=url)
    whole["request"]["headers"] = {name.replace("_", "-"): [value] for name, value in headers.items()}
    return whole


def call_by(**headers: str) -> Any:
    return recording(sent_by(**headers)).interactions[0]


STAINLESS_PYTHON = {"x_stainless_lang": "python", "x_stainless_package_version": "1.63.2"}
COHERE = {"x_fern_sdk_name": "cohere", "x_fern_language": "Python", "x_fern_sdk_version": "5.5.8"}


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({}, []),
        ({"user_agent": "OpenAI/Python 1.63.2"}, ["OpenAI/Python 1.63.2"]),
        ({"user_agent": "AsyncAzureOpenAI/Python 1.63.2"}, ["OpenAI/Python 1.63.2"]),  # a class of the same package
        ({"user_agent": "OpenAI::Client/Ruby 0.35.1"}, ["OpenAI/Ruby 0.35.1"]),  # the class within the module
        ({"user_agent": "AnthropicClientAsyncImpl/Java 2.1.0"}, ["Anthropic/Java 2.1.0"]),
        ({"user_agent": "Acme::OtherClient/Ruby 1.2.0"}, ["Acme::OtherClient/Ruby 1.2.0"]),  # a client of one's own
        ({"user_agent": "OpenAI/2.4.0 (.NET 9.0.9; Microsoft Windows 10.0.26100)"}, ["OpenAI 2.4.0"]),  # not .NET's
        ({"user_agent": "OpenAI/v1 PythonBindings/0.27.7"}, ["OpenAI/Python 0.27.7"]),  # not the version of the API
        ({"user_agent": "google-genai-sdk/1.49.0 gl-go/go1.26.1"}, ["google-genai-sdk/Go 1.49.0"]),  # not Go's
        ({"user_agent": "Boto3/1.35.56 md/Botocore#1.35.56 os/linux#6.1 lang/python#3.10.12"}, ["Boto3 1.35.56"]),
        ({"user_agent": "Charm-Fantasy/0.12.2 (https://charm.land/fantasy)"}, ["Charm-Fantasy 0.12.2"]),
        ({"user_agent": "Charm-Crush/devel (https://charm.land/crush)"}, ["Charm-Crush/devel"]),
        ({"user_agent": "Faraday v2.14.3"}, ["Faraday 2.14.3"]),
        ({"user_agent": "edit / v1"}, ["edit 1"]),
        ({"user_agent": "python-requests/2.7.0 CPython/2.7.9 Darwin/14.1.0"}, ["python-requests 2.7.0"]),
        ({"user_agent": "unknown/None; hf_hub/0.32.0; python/3.14.3"}, ["hf_hub 0.32.0"]),  # the first that has a name
        ({"user_agent": "diffusers/0.35.1; hf_hub/0.32.0; torch/2.8.0"}, ["diffusers 0.35.1"]),
        ({"user_agent": "heron-ai/1.0.19, wader-sdk/1.36.0"}, ["heron-ai 1.0.19"]),
        ({"user_agent": "python/3.14.3; hf_hub/1.15.0; agent/ten"}, ["hf_hub 1.15.0"]),  # not the runtime
        ({"user_agent": "unknown/None"}, []),
        ({"user_agent": "speakeasy-sdk/python 1.3.2 2.914.0 1.0.0 router"}, ["router/Python 1.3.2"]),  # not who made it
        ({"user_agent": "speakeasy-sdk/typescript 0.4.1 2.9.0 1.0.0 @ten/router"}, ["router/JS 0.4.1"]),
        ({"user_agent": "puffin"}, ["puffin"]),  # a name without a version
        ({"user_agent": "X-USER-AGENT-XXX"}, []),  # what a filter put there
        ({"user_agent": "**REDACTED**"}, []),
        ({"user_agent": "<REDACTED>"}, []),
        (STAINLESS_PYTHON, ["OpenAI/Python 1.63.2"]),  # by the provider that is asked
        ({**STAINLESS_PYTHON, "anthropic_version": "2023-06-01"}, ["Anthropic/Python 1.63.2"]),
        ({**STAINLESS_PYTHON, "user_agent": "OpenAI/Python 1.63.2"}, ["OpenAI/Python 1.63.2"]),
        ({**STAINLESS_PYTHON, "user_agent": "Agents/Python 0.2.7"}, ["Agents/Python 0.2.7", "OpenAI/Python 1.63.2"]),
        ({**STAINLESS_PYTHON, "user_agent": "X-USER-AGENT-XXX"}, ["OpenAI/Python 1.63.2"]),
        ({"x_stainless_lang": "python", "x_stainless_package_version": "X-VERSION-XXX"}, []),
        ({"x_goog_api_client": "google-genai-sdk/2.10.0 gl-python/3.12.13"}, ["google-genai-sdk/Python 2.10.0"]),
        ({"x_goog_api_client": "gl-go/1.24.4 gccl/v0.15.1 genai-go/0.15.1 gapic/0.7.0 rest/UNKNOWN"}, ["genai-go/Go 0.15.1"]),
        ({"x_goog_api_client": "gl-go/X.XX.X gccl/vX.XX.X genai-go/X.XX.X"}, []),
        ({"x_amz_user_agent": "aws-sdk-js/3.863.0"}, ["aws-sdk-js 3.863.0"]),
        ({**COHERE, "user_agent": "python-httpx/0.27.0"}, ["cohere/Python 5.5.8"]),  # the SDK, not its transport
        ({**COHERE, "user_agent": "cohere/5.5.8"}, ["cohere/Python 5.5.8"]),
    ],
)  # fmt: skip
def test_the_sdk_of_a_request(headers: dict[str, str], found: list[str]) -> None:
    assert [str(sdk) for sdk in sdks_of(call_by(**headers))] == found


@pytest.mark.parametrize(
    ("old", "new", "client"),
    [
        ({"user_agent": "OpenAI/Python 1.1.0"}, {"user_agent": "AsyncOpenAI/Python 1.1.0"}, "same"),
        ({"user_agent": "OpenAI/Python 1.1.0"}, {"user_agent": "OpenAI/Python 1.2.0"}, "other"),
        ({"user_agent": "OpenAI/Go 2.3.0"}, {"user_agent": "Charm-Fantasy/0.12.2"}, "other"),
        ({"user_agent": "google-genai-sdk/1.29.0 gl-go/go1.25.0"}, {"user_agent": "google-genai-sdk/1.29.0 gl-go/go1.25.1"}, "same"),
        ({"user_agent": "X-USER-AGENT-XXX"}, {"user_agent": "X-USER-AGENT-XXX"}, ""),  # hidden alike is not the same
        ({"user_agent": "X-USER-AGENT-XXX"}, {"user_agent": "OpenAI/Python 1.2.0"}, ""),
        ({"user_agent": "hidden", **STAINLESS_PYTHON}, {"user_agent": "hidden", **STAINLESS_PYTHON}, "same"),
        ({"user_agent": "hidden", **STAINLESS_PYTHON}, {"user_agent": "hidden", **STAINLESS_PYTHON, "x_stainless_package_version": "1.107.1"}, "other"),
        ({"user_agent": "own", "x_goog_api_client": "genai-go/0.15.1"}, {"user_agent": "own", "x_goog_api_client": "genai-go/X.XX.X"}, ""),
        ({}, {}, ""),
        ({}, {"user_agent": "OpenAI/Python 1.2.0"}, ""),
    ],
)  # fmt: skip
def test_whether_the_same_client_asks(old: dict[str, str], new: dict[str, str], client: str) -> None:
    assert client_of(call_by(**old), call_by(**new)) == client
    assert client_of(call_by(**new), call_by(**old)) == client


# --- the head of a report --------------------------------------------------------------------------------------------


def head(old: Any, new: Any) -> dict[str, str]:
    """The lines above the findings, by their title."""
    reporter = REPORTERS["text"]
    assert reporter.diff is not None
    lines = reporter.diff(compare(old, new), Style()).partition("\n\n")[0].split("\n")
    return {line[:14].strip(): line[16:] for line in lines}


OPENAI = "https://api.openai.com/v1/chat/completions"
OLD_SDK, NEW_SDK = {"user_agent": "OpenAI/Python 1.63.2"}, {"user_agent": "OpenAI/Python 1.107.1"}
TELEMETRY = exchange(
    {"spans": []}, {}, url="https://telemetry.example/v1/traces", agent="OTel-OTLP-Exporter-Python/1.31.1"
)
EVERYTHING = "rerecord (the same client and provider: everything counts)"
UPGRADE = "sdk-upgrade (another SDK version: how requests are written may differ)"


@pytest.mark.parametrize(
    ("old", "new", "sdk", "compared"),
    [
        ([sent_by(**OLD_SDK)], [sent_by(**OLD_SDK)], "OpenAI/Python 1.63.2 (the same)", EVERYTHING),
        ([sent_by(**OLD_SDK)], [sent_by(**NEW_SDK)], "OpenAI/Python 1.63.2 → 1.107.1", UPGRADE),
        ([sent_by(**OLD_SDK)], [sent_by(**OLD_SDK), TELEMETRY], "OpenAI/Python 1.63.2 (the same)", EVERYTHING),
        ([sent_by(**OLD_SDK)], [TELEMETRY, sent_by(**NEW_SDK)], "OpenAI/Python 1.63.2 → 1.107.1", UPGRADE),
        ([sent_by(**OLD_SDK)], [sent_by(**OLD_SDK), sent_by(**NEW_SDK)], "OpenAI/Python 1.63.2 → 1.63.2, 1.107.1", EVERYTHING),
        ([sent_by(user_agent="OpenAI/Go 2.3.0")], [sent_by(user_agent="Charm-Fantasy/0.12.2")], "OpenAI/Go 2.3.0 → Charm-Fantasy 0.12.2", "sdk-upgrade (another SDK: how requests are written may differ)"),
        ([sent_by(user_agent="Acme/Ruby 1.2.0")], [sent_by(user_agent="Acme::Client/Ruby 1.6.3")], "Acme/Ruby 1.2.0 → 1.6.3", UPGRADE),
        ([sent_by(user_agent="Typhoeus")], [sent_by(user_agent="Ruby")], "Typhoeus → Ruby", "sdk-upgrade (another SDK: how requests are written may differ)"),
        ([sent_by(user_agent="X-USER-AGENT-XXX")], [sent_by(user_agent="X-USER-AGENT-XXX")], "unknown", "rerecord (the same provider, client unknown: everything counts)"),
        ([sent_by(user_agent="X-USER-AGENT-XXX")], [sent_by(**NEW_SDK)], "unknown → OpenAI/Python 1.107.1", "rerecord (the same provider, client unknown: everything counts)"),
        ([sent_by()], [sent_by()], None, "rerecord (the same provider, client unknown: everything counts)"),
        ([sent_by(url="/v1/chat/completions")], [sent_by(url="/v1/chat/completions")], None, "rerecord (client and provider unknown: everything counts)"),
        ([sent_by(url="/v1/chat/completions", **OLD_SDK)], [sent_by(url="/v1/chat/completions", **OLD_SDK)], "OpenAI/Python 1.63.2 (the same)", "rerecord (the same client, provider unknown: everything counts)"),
    ],
)  # fmt: skip
def test_the_sdk_above_a_report(old: list[Any], new: list[Any], sdk: str | None, compared: str) -> None:
    lines = head(recording(*old), recording(*new))
    assert (lines.get("SDK"), lines["compared as"]) == (sdk, compared)


AZURE = "https://mine.openai.azure.com/openai/deployments/gpt-9/chat/completions"


@pytest.mark.parametrize(
    ("old", "new", "api"),
    [
        (OPENAI, OPENAI, "openai.chat (the same)"),
        ("https://gateway.example/v1/chat/completions", "https://gateway.example/v2/chat/completions", "openai.chat v1 → v2"),
        (f"{AZURE}?api-version=2024-06-01", f"{AZURE}?api-version=2025-01-01", "openai.chat api-version 2024-06-01 → api-version 2025-01-01"),
        (f"{AZURE}?api-version=2024-06-01", "https://mine.openai.azure.com/openai/v1/chat/completions", "openai.chat api-version 2024-06-01 → v1"),
        ("https://gateway.example/chat/completions", "https://gateway.example/v1/chat/completions", "openai.chat (the same)"),  # one side tells none
    ],
)  # fmt: skip
def test_the_version_of_the_api_above_a_report(old: str, new: str, api: str) -> None:
    assert head(recording(sent_by(url=old)), recording(sent_by(url=new)))["API"] == api


def test_other_formats_show_the_same_head() -> None:
    report = compare(recording(sent_by(**OLD_SDK)), recording(sent_by(**NEW_SDK)))
    json_report = REPORTERS["json"].diff
    assert json_report is not None
    assert json.loads(json_report(report, Style()))["provenance"]["user_agent"] == [
        "OpenAI/Python 1.63.2",
        "OpenAI/Python 1.107.1",
    ]
    changed = recording(exchange(question(max_tokens=1), answer("18 °C"), agent="OpenAI/Python 1.107.1"))
    report = compare(recording(sent_by(**OLD_SDK)), changed)
    markdown, html = (REPORTERS[name].diff for name in ("markdown", "html"))
    assert markdown is not None
    assert html is not None
    assert "compared as sdk-upgrade; SDK `OpenAI/Python 1.63.2 → 1.107.1`" in markdown(report, Style())
    assert "<dd>OpenAI/Python 1.63.2 → 1.107.1</dd>" in html(report, Style())


# --- causes ----------------------------------------------------------------------------------------------------------

SCHEMA = {"type": "json_schema", "json_schema": {"name": "weather", "schema": {"type": "object"}}}
FORCED = {"type": "function", "function": {"name": "get_weather"}}
WARM, COLD = answer("It is warm in Turin."), answer("Warm, that is how it is in Turin.")
COLD_BY_GPT_8 = {**COLD, "model": "gpt-8-mini"}
STREAM = chunks({"role": "assistant", "content": "It is warm"}, {"content": " in Turin."})


def other(text: str, role: int = 1, **settings: Any) -> Any:
    """The question with another user message (or system prompt: 0)."""
    asked = copy.deepcopy(question(**settings))
    asked["messages"][role]["content"] = text
    return asked


def offered(**changes: Any) -> list[Any]:
    tool = copy.deepcopy(WEATHER)
    tool["function"].update(changes)
    return [tool]


def causes(old: Any, new: Any) -> dict[str, tuple[str, str]]:
    """Cause and words of what is found in answers above noise, by rule."""
    return {
        each.rule: (each.cause, cause_in_words(each))
        for each in compare(old, new, profile="rerecord").findings
        if each.origin in ("response", "stream") and each.level != "noise" and each.cause != "echo"
    }


def thinking(said: Any) -> Any:
    whole = copy.deepcopy(said)
    whole["choices"][0]["message"]["reasoning_content"] = "Hm."
    return whole


CALL_OF_OSLO = {**CALL, "function": {"name": "get_weather", "arguments": '{"city": "Oslo"}'}}
NONE = ("unknown", "")
LONGER = {"completion_tokens": 99}
CASES: tuple[tuple[str, Any, Any, Any, Any, str, tuple[str, str]], ...] = (
    ("the same request", question(), question(), WARM, COLD, "text-reworded", NONE),
    ("the same request", question(), question(), WARM, answer(calls=[CALL]), "tool-call-added", NONE),
    ("the same request", question(), question(), WARM, answer("It is warm in Turin.", new_field=1), "wire-field-added", ("provider", "provider")),
    ("the same request", question(), question(), answer("Warm."), answer("Warm.", usage=(50, 300)), "usage-changed", NONE),
    ("the same request, another build answers", question(), question(), WARM, {**WARM, "model": "gpt-9-nano"}, "response-model-changed", ("provider", "provider")),
    ("the same request, another build answers", question(), question(), WARM, {**COLD, "model": "gpt-9-nano"}, "text-reworded", ("model", "model (another answered)")),
    ("the same request, a name with its date", question(), question(), {**WARM, "model": "gpt-9-mini"}, COLD, "text-reworded", NONE),
    ("another question", question(), other("How cold?"), WARM, COLD, "text-reworded", ("prompt", "prompt (the user message)")),
    ("another system prompt", question(), other("Be long.", 0), WARM, COLD, "text-reworded", ("prompt", "prompt (the system prompt)")),
    ("another model", question(), question(model="gpt-8"), WARM, COLD_BY_GPT_8, "text-reworded", ("model", "model (another was asked)")),
    ("another name of the same model", question(), question(model="gpt-9-preview"), WARM, COLD, "text-reworded", NONE),
    ("another model, and a field of the API", question(), question(model="gpt-8"), WARM, {**COLD_BY_GPT_8, "new_field": 1}, "wire-field-added", ("unknown", "model or provider")),
    ("another model, which thinks", question(), question(model="gpt-8"), WARM, {**COLD_BY_GPT_8, "thinking_signature": "abc"}, "wire-field-added", ("model", "model (another was asked)")),
    ("another question to another model", question(), other("How cold?", model="gpt-8"), WARM, COLD_BY_GPT_8, "text-reworded", ("prompt", "prompt (the user message) and model (another was asked)")),
    ("temperature", question(), question(temperature=1), WARM, COLD, "text-reworded", ("prompt", "request (temperature)")),
    ("another model, and temperature", question(), question(model="gpt-8", temperature=1), WARM, COLD_BY_GPT_8, "text-reworded", ("model", "model (another was asked) and request (temperature)")),
    ("a limit changes no words", question(), question(max_tokens=900), WARM, COLD, "text-reworded", NONE),
    ("a limit ends the answer", question(), question(max_tokens=5), WARM, answer("It is", finish="length"), "finish-reason-changed", ("prompt", "request (max_tokens)")),
    ("a limit ends the answer", question(), question(max_tokens=5), WARM, answer("It is", finish="length"), "finish-reason-changed", ("prompt", "request (max_tokens)")),
    ("a limit does not call a tool", question(), question(max_tokens=5), WARM, answer(calls=[CALL]), "tool-call-added", NONE),
    ("the default said aloud", question(), question(tool_choice="auto", n=1), WARM, COLD, "text-reworded", NONE),
    ("a tool is no longer offered", question(), question(tools=[]), answer(calls=[CALL]), WARM, "tool-call-removed", ("prompt", "request (the tool get_weather)")),
    ("a tool is told of otherwise, which changes no words", question(), question(tools=offered(description="Any weather")), WARM, COLD, "text-reworded", NONE),
    ("a tool is told of otherwise, and asked for something else", question(), question(tools=offered(description="Any weather")), answer(calls=[CALL]), answer(calls=[CALL_OF_OSLO]), "tool-arguments-changed", ("prompt", "request (the tool get_weather)")),
    ("another tool is told of otherwise", question(tools=[*offered(), *offered(name="other")]), question(tools=[*offered(), *offered(name="other", description="Any")]), answer(calls=[CALL]), answer(calls=[CALL_OF_OSLO]), "tool-arguments-changed", NONE),
    ("a word that stops, and no other edit", question(), other("You answer.", 0, stop=["in Turin"]), answer("It is warm. In fact, in Turin it is."), answer("In Rome it is warm and wet."), "text-changed", ("prompt", "request (stop)")),
    ("a word that stopped", question(stop=["in Turin"]), other("You answer.", 0), answer("In Rome it is warm and wet."), answer("It is warm. In fact, in Turin it is."), "text-changed", ("prompt", "request (stop)")),
    ("a stream is asked for", question(), question(stream=True), WARM, STREAM, "stream-mode-changed", ("prompt", "request (stream)")),
    ("a stream is asked for", question(), question(stream=True), WARM, STREAM, "stream-mode-changed", ("prompt", "request (stream)")),
    ("a stream says nothing else", question(), question(stream=True), WARM, chunks({"role": "assistant", "content": "Nobody can say."}), "text-changed", NONE),
    ("a stream that nobody asked for", question(), question(), WARM, STREAM, "stream-mode-changed", ("provider", "provider")),
    ("probabilities are asked for", question(), question(logprobs=True), WARM, answer("It is warm in Turin.", prompt_logprobs=[{"a": 1}]), "wire-field-added", ("prompt", "request (logprobs)")),
    ("thinking is asked for", question(), question(reasoning_effort="high"), answer("Warm."), answer("Warm.", usage=(50, 300)), "usage-changed", ("prompt", "request (reasoning_effort)")),
    ("a field that a filter wrote", question(), question(), WARM, answer("It is warm in Turin.", new_key="[REDACTED]"), "wire-field-added", NONE),
    ("a longer prompt", question(), other("word " * 400), answer("Warm."), answer("Warm.", usage=(500, 3)), "usage-changed", ("prompt", "prompt (the user message)")),
    ("a prompt of three words more", question(), other("What now?"), answer("Warm."), answer("Warm.", usage=(500, 3)), "usage-changed", ("provider", "provider")),
    ("a shorter prompt, more tokens", question(), other("What?"), answer("Warm.", usage=(100, 3)), answer("Warm.", usage=(200, 3)), "usage-changed", ("provider", "provider")),
    ("the same prompt, more tokens", question(), question(), answer("Warm.", usage=(100, 3)), answer("Warm.", usage=(200, 3)), "usage-changed", ("provider", "provider")),
    ("less effort does not think more", question(reasoning_effort="high"), question(reasoning_effort="low"), answer("Warm."), answer("Warm.", usage=(50, 300)), "usage-changed", NONE),
    ("a tool that is new may", question(), question(tools=[*offered(), *offered(name="other")]), WARM, thinking(WARM), "reasoning-appeared", ("prompt", "request (the tool other)")),
    ("a tool that is told of otherwise does not start thinking", question(), question(tools=offered(description="Any weather")), WARM, thinking(WARM), "reasoning-appeared", NONE),
    ("who asks, in the settings", question(), question(user="me", store=True), WARM, COLD, "text-reworded", NONE),
    ("what nobody knows", question(), question(frobnicate=7), WARM, COLD, "text-reworded", NONE),
)  # fmt: skip


@pytest.mark.parametrize(("why", "asked", "asked_now", "said", "said_now", "rule", "cause"), CASES)
def test_the_cause_of_a_change(
    why: str, asked: Any, asked_now: Any, said: Any, said_now: Any, rule: str, cause: tuple[str, str]
) -> None:
    found = causes(recording(exchange(asked, said)), recording(exchange(asked_now, said_now)))
    assert found[rule] == cause, why


def embeddings(**settings: Any) -> Any:
    vector: Any = "AAAA" if settings else [0.5, 0.25]
    return recording(
        exchange(
            {"model": "text-embedding-9", "input": "hello", **settings},
            {"object": "list", "model": "text-embedding-9", "data": [{"index": 0, "embedding": vector}]},
            url="https://api.openai.com/v1/embeddings",
        )
    )


def test_the_encoding_of_a_vector_is_asked_for() -> None:
    found = causes(embeddings(), embeddings(encoding_format="base64"))
    assert found["wire-type-changed"] == ("prompt", "request (encoding_format)")


def at(url: str, response: Any, kind: str = "application/json") -> Any:
    whole = exchange(question(), response, url=url)
    whole["response"]["headers"]["Content-Type"] = [kind]
    return recording(whole)


def test_another_path_explains_the_shape_of_an_answer_and_not_its_words() -> None:
    old = at("https://gateway.example/v1/chat/completions", WARM)
    new = at("https://gateway.example/v2/chat/completions", {**COLD, "new_field": 1}, "application/x-json")
    assert causes(old, new) == {
        "wire-field-added": ("prompt", "request (the path)"),
        "content-type-changed": ("prompt", "request (the path)"),
        "text-reworded": NONE,
    }


ROUTER = "https://openrouter.ai/api/v1/chat/completions"


@pytest.mark.parametrize(
    ("url", "field", "cause"),
    [
        (ROUTER, "provider", ("gateway", "gateway (Alpha → Beta)")),
        (ROUTER, "system_fingerprint", NONE),  # says nothing of an upstream
        (OPENAI, "provider", NONE),  # no gateway, whatever its answers hold
    ],
)
def test_only_a_gateway_has_upstreams(url: str, field: str, cause: tuple[str, str]) -> None:
    assert causes(at(url, {**WARM, field: "Alpha"}), at(url, {**COLD, field: "Beta"}))["text-reworded"] == cause


VERCEL = "https://ai-gateway.vercel.sh/v1/chat/completions"


def routed(said: Any, final: str, model: str) -> Any:
    """An answer by way of Vercel, whose log of routing differs in more than whom it names."""
    whole = copy.deepcopy(said)
    routing = {"resolvedProvider": "first", "finalProvider": final, "modelAttempts": [{"modelId": model}]}
    whole["choices"][0]["message"]["provider_metadata"] = {"gateway": {"routing": routing, "cost": "0.1"}}
    return whole


@pytest.mark.parametrize(
    ("final", "model", "cause"),
    [
        ("alpha", "x/gpt-9", NONE),
        ("alpha", "x:gpt-9", NONE),  # the same model, spelled otherwise
        ("beta", "x/gpt-9", ("gateway", "gateway (alpha → beta)")),
    ],
)
def test_a_log_of_routing_names_the_upstream(final: str, model: str, cause: tuple[str, str]) -> None:
    old, new = at(VERCEL, routed(WARM, "alpha", "x/gpt-9")), at(VERCEL, routed(COLD, final, model))
    assert causes(old, new)["text-reworded"] == cause
    assert head(old, new)["upstream"] == ("alpha (the same)" if final == "alpha" else "alpha → beta")


def test_upstreams_of_several_calls_are_one_cause() -> None:
    def talk(said: Any, *upstreams: str) -> Any:
        return recording(
            *(exchange(other(f"{n}?"), {**said, "provider": name}, url=ROUTER) for n, name in enumerate(upstreams))
        )

    found = compare(talk(answer("x", usage=(50, 10)), "A", "B"), talk(answer("x", usage=(50, 90)), "B", "A"))
    told = [(each.rule, cause_in_words(each)) for each in found.findings if each.level != "noise"]
    assert told == [("usage-changed", "gateway (A → B, B → A)")]


def test_a_fallback_of_another_vendor_does_not_follow_from_what_was_asked() -> None:
    old = at(ROUTER, {**WARM, "model": "openai/gpt-9"})
    asked = question(model="openai/gpt-8", models=["anthropic/claude-9"])
    new = recording(exchange(asked, {**WARM, "model": "anthropic/claude-9"}, url=ROUTER))
    same = recording(exchange(asked, {**WARM, "model": "openai/gpt-8"}, url=ROUTER))
    assert causes(old, new)["response-model-changed"] == ("prompt", "request (models)")
    assert "response-model-changed" not in causes(old, same)


def test_an_effort_after_which_some_think_more_and_some_less_explains_nothing() -> None:
    def talk(*thought: int, **settings: Any) -> Any:
        calls = (answer("Warm.", usage=(50, count)) for count in thought)
        return recording(*(exchange(other(f"{n}?", **settings), said) for n, said in enumerate(calls)))

    high = {"reasoning_effort": "high"}
    for counts, cause in (((300, 400), "request (reasoning_effort)"), ((300, 20), "")):
        found = compare(talk(100, 100), talk(*counts, **high))
        assert {cause_in_words(each) for each in found.findings if each.rule == "usage-changed"} == {cause}


def test_what_is_not_said_before_is_no_answer_before() -> None:
    old = recording(
        exchange(
            {"model": "command", "message": "Hi", "chat_history": [], "stream": False},
            {"text": "Hi."},
            url="https://api.cohere.com/v1/chat",
        )
    )
    new = recording(
        exchange(
            {"model": "command", "messages": [{"role": "user", "content": "Hi"}], "stream": False},
            {"message": {"role": "assistant", "content": [{"type": "text", "text": "Hi."}]}},
            url="https://api.cohere.com/v2/chat",
        )
    )
    words = [cause_in_words(each) for each in compare(old, new).findings]
    assert not [each for each in words if "answer before" in each]
    assert "request (the path)" in words


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        (400, ("prompt", "request (temperature)")),  # the server says that the request is wrong
        (401, ("unknown", "the old recording was made without a valid key")),
        (429, NONE),
        (500, NONE),
    ],
)
def test_only_some_statuses_speak_of_the_request(status: int, cause: tuple[str, str]) -> None:
    error = {"error": {"type": "some_error", "message": "No."}}
    old = recording(exchange(question(temperature=9), error, status=status))
    new = recording(exchange(question(temperature=1), WARM))
    assert causes(old, new)["status-class-changed"] == cause


def test_a_request_needs_no_cause_but_for_how_its_sdk_writes_it() -> None:
    spelled = json.dumps(question(stop=None))
    old = recording(exchange(question(), WARM, agent="Example/1.0"))
    new = recording(exchange(spelled, WARM, agent="Example/2.0"))
    same = recording(exchange(spelled, WARM, agent="Example/1.0"))
    asked = recording(exchange(other("How cold?", temperature=1), WARM, agent="Example/2.0"))
    told = [
        {each.rule: cause_in_words(each) for each in compare(old, side).findings if each.rule != "user-agent-changed"}
        for side in (new, same, asked)
    ]
    assert told == [
        {"request-serialization-changed": "sdk"},
        {"request-serialization-changed": ""},
        {"prompt-changed": "", "request-field-added": ""},
    ]


def test_what_follows_from_an_earlier_answer_says_so() -> None:
    def talk(first: str, second: str) -> Any:
        later = question({"role": "assistant", "content": first}, {"role": "user", "content": "Sure?"})
        return recording(exchange(question(), answer(first)), exchange(later, answer(second)))

    found = compare(
        talk("It is warm in Turin.", "Yes, I am sure."), talk("Turin? Very hot indeed.", "Of course it is hot!")
    )
    told = [(each.path, cause_in_words(each)) for each in found.findings if each.rule.startswith("text-")]
    assert sorted(told) == [
        ("interactions[0].response.output_messages[0].text", ""),
        ("interactions[1].response.output_messages[0].text", "prompt (the answer before)"),
    ]


def test_the_likeliest_are_named_and_the_rest_counted() -> None:
    tools = [{"type": "function", "function": {"name": name, "parameters": {}}} for name in ("one", "two", "three")]
    found = causes(
        recording(exchange(question(), WARM)),
        recording(exchange(other("How cold?", tools=[*offered(), *tools], temperature=1), COLD)),
    )
    assert found["text-reworded"] == ("prompt", "request (the user message, the tool one, the tool two and 2 more)")


ANSWERS = st.sampled_from(
    (WARM, COLD, answer(calls=[CALL]), answer("It is", finish="length"), answer("18", usage=(500, 900)), STREAM)
)


@given(old=ANSWERS, new=ANSWERS, more=st.sampled_from(({}, {"provider": "A"}, {"x": 1})))
def test_the_same_request_is_never_the_cause(old: Any, new: Any, more: dict[str, Any]) -> None:
    new = {**new, **more} if isinstance(new, dict) else new
    report = compare(recording(exchange(question(), old)), recording(exchange(question(), new)))
    assert not [each for each in report.findings if each.cause in ("prompt", "sdk", "model")]


# --- the tables ------------------------------------------------------------------------------------------------------

_RULES = {row.name for row in JUDGEMENTS}
_MADE_OF_COUNTS = {"input", "output", "cache", "cut"}  # by what `usage-changed` counts, and how the answer ended


def _known(pattern: str) -> bool:
    return any(rule == pattern or (pattern.endswith("*") and rule.startswith(pattern[:-1])) for rule in _RULES)


@pytest.mark.parametrize("row", table.ASPECTS, ids=lambda row: f"{row.rule} {' '.join(row.where)}")
def test_an_aspect_is_of_a_rule_and_something_can_explain_it(row: table.Aspect) -> None:
    assert _known(row.rule)
    assert row.reason
    explained = {"status", "body", "counts", "header", *table.BY_MODEL}  # any request, or any of its counts
    explained.update(*(each.exactly + each.perhaps for each in table.EXPLANATIONS))
    assert {*row.aspects} <= explained


@pytest.mark.parametrize("row", table.EXPLANATIONS, ids=lambda row: row.asked[0])
def test_an_explanation_is_of_an_aspect_that_there_is(row: table.Explanation) -> None:
    known = {aspect for each in table.ASPECTS for aspect in each.aspects} | _MADE_OF_COUNTS | {"model"}
    known |= {aspect for aspects in table.ENDS.values() for aspect in aspects}
    assert row.reason
    assert row.exactly or row.perhaps
    assert {*row.exactly, *row.perhaps} <= known
    assert {*table.BY_MODEL, *table.BY_UPSTREAM} <= known


def test_no_setting_has_two_rows() -> None:
    names = [name for row in table.EXPLANATIONS for name in row.asked]
    assert len(names) == len({*names})
    assert all(_known(kind) for kind in table.OTHER_KIND)


def test_gateways_and_makers_are_of_providers_that_there_are() -> None:
    providers = {row.provider for row in ENDPOINTS}
    assert {*GATEWAYS} <= providers
    assert {*STAINLESS} <= providers


# --- a provider that only the bodies give away -----------------------------------------------------------------------

FILTERED = {**answer("18 °C"), "prompt_filter_results": []}
BY_COPILOT = {**FILTERED, "copilot_usage": {"total_nano_aiu": 4}}
BY_LLAMA = {**answer("18 °C"), "timings": {"prompt_n": 1}}
BY_VLLM = {**answer("18 °C"), "prompt_logprobs": None}
LOCAL_URL = "http://localhost:8080/v1/chat/completions"


@pytest.mark.parametrize(
    ("url", "old", "new", "profile"),
    [
        ("/chat/completions", BY_COPILOT, FILTERED, "rerecord"),  # Azure speaks through both
        (LOCAL_URL, BY_LLAMA, answer("18 °C"), "rerecord"),  # one that does not say what it is may be the same
        (LOCAL_URL, BY_LLAMA, BY_VLLM, "rerecord"),  # one server of one's own takes another's place
    ],
)
def test_one_hint_less_is_no_other_provider(url: str, old: Any, new: Any, profile: str) -> None:
    sides = [recording(exchange(question(), each, url=url)) for each in (old, new)]
    report = compare(*sides)
    assert report.profile == profile
    if profile == "rerecord":
        assert [each.rule for each in report.findings if each.level != "noise"] != []
        assert compare(*reversed(sides)).profile == profile


def test_a_filter_that_comes_or_goes_has_no_cause() -> None:
    def filtered(url: str, *names: str) -> Any:
        said = answer("Oi!")
        said["choices"][0]["content_filter_results"] = {name: {"filtered": False} for name in ("hate", *names)}
        return recording(exchange(question(), said, url=url))

    old = filtered(f"{AZURE}?api-version=2024-06-01")
    new = filtered("https://mine.openai.azure.com/openai/v1/chat/completions", "protected_material_code")
    for sides in ((old, new), (new, old)):
        found = [each for each in compare(*sides).findings if "protected_material_code" in each.path]
        assert [(each.rule, each.level, each.cause) for each in found] == [("wire-detail-changed", "shape", "unknown")]
