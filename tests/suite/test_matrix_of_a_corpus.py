"""Every cell of the matrix of a real suite, derived a second time: from the YAML alone, by plain loops over the JSON of
each of its APIs.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import yaml
from botocore.eventstream import EventStreamBuffer
from effort import SHARED

from cassette_tools.suite.report import Cell, Report, report_of
from cassette_tools.suite.stats import stats_of
from cassette_tools.suite.survey import recordings_of, survey

SUITE = SHARED / "corpus" / "charmbracelet__fantasy"
FILES = sorted(SUITE.rglob("*.yaml"))
pytestmark = pytest.mark.skipif(not FILES, reason="the real recordings are not here")

HOSTS = {
    "localhost:8080": "llama.cpp",
    "ai-gateway.vercel.sh": "vercel",
    "api.anthropic.com": "anthropic",
    "api.avian.io": "avian",
    "api.groq.com": "groq",
    "api.openai.com": "openai",
    "api.x.ai": "x_ai",
    "api.z.ai": "zai",
    "bedrock-runtime.us-east-1.amazonaws.com": "aws.bedrock",
    "fantasy-playground-resource.openai.azure.com": "azure.ai.openai",
    "generativelanguage.googleapis.com": "gcp.gemini",
    "openrouter.ai": "openrouter",
    "router.huggingface.co": "huggingface",
    "us-east5-aiplatform.googleapis.com": "gcp.vertex_ai",
}
ENDS = {
    "stop": "stop", "STOP": "stop", "end_turn": "stop", "completed": "stop",
    "tool_calls": "tool_call", "tool_use": "tool_call",
    "length": "length", "max_tokens": "length", "MAX_TOKENS": "length",
}  # fmt: skip


class Derived:
    """One call, as its JSON says it."""

    def __init__(self, interaction: Any) -> None:
        request, response = interaction["request"], interaction["response"]
        self.url = request["url"]
        self.asked = json.loads(request["body"])
        self.documents = list(documents(response["body"]))
        self.nodes = [node for document in self.documents for node in walked(document)]
        self.is_stream = not isinstance(response["body"], str) or is_events(response["body"])

    @property
    def provider(self) -> str:
        return HOSTS[self.url.split("/")[2]]

    @property
    def model(self) -> str:
        named = re.search(r"/models?/([^/:?]+(?:%3A\d+)?)", self.url)
        return self.asked.get("model") or (unquote(named[1]) if named else "")

    @property
    def tools(self) -> list[str]:
        named = [node["function"].get("name") for node in self.nodes if isinstance(node.get("function"), dict)]
        named += [node["name"] for node in self.nodes if node.get("type") == "tool_use"]
        named += [node["functionCall"]["name"] for node in self.nodes if "functionCall" in node]
        ended = [node["item"] for node in self.nodes if node.get("type") == "response.output_item.done"]
        whole = [each for node in self.documents if node.get("object") == "response" for each in node["output"]]
        named += [each["name"] for each in (*ended, *whole) if each["type"] == "function_call"]
        return [name for name in named if name]

    @property
    def finish(self) -> str:
        keys = ("finish_reason", "stop_reason", "finishReason")
        said = [node[key] for node in self.nodes for key in keys if node.get(key)]
        said += [node["status"] for node in self.nodes if node.get("object") == "response"][-1:]
        ends = [ENDS[each] for each in said if each in ENDS]
        return "tool_call" if self.tools and ends[-1] == "stop" else ends[-1]

    @property
    def thinks(self) -> bool:
        keys = ("reasoning_tokens", "thoughtsTokenCount")
        counts = [node[key] for node in self.nodes for key in keys if node.get(key) is not None]
        words = [node.get(key) for node in self.nodes for key in ("reasoning_content", "reasoning", "thinking")]
        sealed = any(node.get("type") in ("reasoning", "reasoning.encrypted") for node in self.nodes)
        return any(counts) or any(isinstance(each, str) and each for each in words) or (sealed and not counts)

    @property
    def usage(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for node in self.nodes:
            for key in ("usage", "usageMetadata"):
                found.update({k: v for k, v in (node.get(key) or {}).items() if isinstance(v, int | float)})
        return found

    @property
    def input_tokens(self) -> int:
        usage = self.usage
        cached = usage.get("cache_read_input_tokens", 0) + usage.get("cache_creation_input_tokens", 0)
        if "anthropic" in self.url or "/invoke" in self.url:
            return usage["input_tokens"] + cached
        return usage.get("prompt_tokens") or usage.get("input_tokens") or usage["promptTokenCount"]

    @property
    def output_tokens(self) -> int:
        usage = self.usage
        if "promptTokenCount" in usage:
            return usage["candidatesTokenCount"] + usage.get("thoughtsTokenCount", 0)
        if "prompt_tokens" in usage:
            return usage["total_tokens"] - usage["prompt_tokens"]  # xAI counts the reasoning beside the completion
        return usage["output_tokens"]

    @property
    def cost(self) -> float | None:
        usage = self.usage
        ticks = usage.get("cost_in_usd_ticks")
        return usage.get("cost") if ticks is None else ticks / 1e10

    @property
    def wants_json(self) -> bool:
        generation = self.asked.get("generationConfig", {})
        asked = (self.asked.get("response_format"), self.asked.get("text", {}).get("format"))
        kinds = {each.get("type") for each in asked if each}
        return "json_schema" in kinds or bool({"responseSchema", "responseJsonSchema"} & generation.keys())

    @property
    def text(self) -> str:
        chat = [(node.get("delta") or node.get("message") or {}) for node in self.nodes if "index" in node]
        told = [each["content"] for each in chat if isinstance(each, dict) and isinstance(each.get("content"), str)]
        told += [node["text"] for node in self.nodes if "text" in node and not node.get("thought") and self.is_google]
        whole = [node for node in self.nodes if node.get("object") == "response"][-1:]
        parts = [part for node in whole for item in node["output"] for part in item.get("content") or ()]
        return "".join((*told, *(part["text"] for part in parts if part["type"] == "output_text")))

    @property
    def is_google(self) -> bool:
        return "GenerateContent" in self.url or "generateContent" in self.url


def documents(body: Any) -> Iterator[Any]:
    """The JSON of an answer: of its events, or its own."""
    if not isinstance(body, str):
        buffer = EventStreamBuffer()
        buffer.add_data(body)
        for message in buffer:
            yield json.loads(base64.b64decode(json.loads(message.payload)["bytes"]))
    elif is_events(body):
        for line in body.splitlines():
            if line.startswith("data:") and line[5:].strip() != "[DONE]":
                yield json.loads(line[5:])
    else:
        yield json.loads(body)


def is_events(body: str) -> bool:
    return re.match(r"(data|event|: )", body.lstrip()) is not None


def walked(value: Any) -> Iterator[Any]:
    """Every object in a document, in order."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walked(each)


@cache
def whole() -> Report:
    return report_of(recordings_of(survey((str(SUITE),), cached=False)))


@cache
def cells() -> dict[str, Cell]:
    return {cell.recorded.path: cell for cell in whole().cells}


def test_each_recording_has_a_cell() -> None:
    assert sorted(cells()) == sorted(map(str, FILES))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SUITE)))
def test_a_cell_says_what_the_file_says(path: Path) -> None:
    document = yaml.load(path.read_bytes(), yaml.CSafeLoader)
    calls = [Derived(each) for each in document["interactions"]]
    durations = sorted(_seconds(each["response"]["duration"]) for each in document["interactions"])
    middle = len(durations) // 2
    cell = cells()[str(path)]
    agent = document["interactions"][0]["request"]["headers"]["User-Agent"][0]
    wanting = [call for call in calls if call.wants_json]
    expected = {
        "provider": calls[0].provider,
        "model": calls[0].model,
        "finish": calls[-1].finish,
        "tools": tuple(dict.fromkeys(name for call in calls for name in call.tools)),
        "thinks": any(call.thinks for call in calls),
        "structured": all(isinstance(json.loads(call.text), dict) for call in wanting) if wanting else None,
        "calls": len(calls),
        "failed": 0,
        "input": sum(call.input_tokens for call in calls),
        "output": sum(call.output_tokens for call in calls),
        "cost": pytest.approx(sum(call.cost or 0 for call in calls)),
        "streams": any(call.is_stream for call in calls),
        "median": durations[middle] if len(durations) % 2 else sum(durations[middle - 1 : middle + 1]) / 2,
        "agent": re.sub(r"/(?=\d)", " ", agent.partition(" (")[0]),
    }
    assert {
        "provider": cell.recorded.provider_name,
        "model": cell.recorded.model,
        "finish": cell.finish_reason,
        "tools": cell.tools,
        "thinks": "reasoning" in cell.shown,
        "structured": cell.structured,
        "calls": cell.sums.calls,
        "failed": cell.sums.failed,
        "input": cell.sums.counts["input_tokens"],
        "output": cell.sums.counts["output_tokens"],
        "cost": cell.sums.counts["cost"] or 0,
        "streams": bool(cell.streams),
        "median": cell.sums.duration,
        "agent": cell.sdks[0].split(", ")[0] if cell.sdks else "",
    } == {**expected, "median": pytest.approx(expected["median"])}


def _seconds(text: str) -> float:
    """``1m2.5s``, ``980.1ms``."""
    units = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001, "µs": 1e-6}
    return sum(float(number) * units[unit] for number, unit in re.findall(r"([\d.]+)(ms|µs|h|m|s)", text))


def test_a_scenario_is_the_name_of_the_file_with_its_suite_where_that_tells_it_apart() -> None:
    names = {path: cell.recorded.scenario.rpartition("/")[2] for path, cell in cells().items()}
    whole_names = {path: Path(path).stem for path in cells() if "ImageUpload" not in path and "WebSearch" not in path}
    assert {path: names[path] for path in whole_names} == whole_names
    images = {cell.recorded.scenario for path, cell in cells().items() if "ImageUpload" in path}
    assert images == {"TestImageUploadAgent", "TestImageUploadAgentStreaming"}  # the files are named by their models


def test_no_two_suites_share_a_scenario_of_one_model() -> None:
    suites: dict[tuple[str, str, str], set[str]] = {}
    for path, cell in cells().items():
        key = (cell.recorded.scenario, *cell.asked_model)
        suites.setdefault(key, set()).add(Path(path).relative_to(SUITE).parts[2])
    assert {key: found for key, found in suites.items() if len(found) > 1} == {}


def test_the_sums_are_those_of_stats() -> None:
    recordings = recordings_of(survey((str(SUITE),), cached=False))
    stats = stats_of(recordings)
    assert whole().total == stats.total
    for rows in stats.by.values():
        assert sum(sums.calls for _, sums in rows) == stats.total.calls
        assert sum(sums.counts["input_tokens"] or 0 for _, sums in rows) == stats.total.counts["input_tokens"]
    assert sum(cell.sums.counts["output_tokens"] or 0 for cell in whole().cells) == stats.total.counts["output_tokens"]
