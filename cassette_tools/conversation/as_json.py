"""The canonical model as JSON: `schemas/show.schema.json`. Names are those of the OpenTelemetry GenAI conventions
v1.41.1.
"""

from __future__ import annotations

from cassette_tools._record import fields
from cassette_tools.hiding import NOTHING, hiding_of
from cassette_tools.model import ABSENT, Blob, Place
from cassette_tools.printable import json_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from cassette_tools.finding import Region
    from cassette_tools.model import Body, Interaction, Json, LLMCall, Message, Part, Problem, Recording, Tool, Usage

    Locate = Callable[[Place], Region]
    Estimate = Callable[[Interaction], float | None]

VERSION = 1

# What a part always says, null included; the rest only when there is something to say.
_ALWAYS = {
    "text": ("content",),
    "reasoning": ("content",),
    "refusal": ("content",),
    "tool_call": ("id", "name", "arguments"),
    "tool_call_response": ("id", "response"),
    "server_tool_call": ("id", "name", "server_tool_call"),
    "server_tool_call_response": ("id", "server_tool_call_response"),
    "blob": ("modality", "mime_type"),
    "file": ("file_id",),
    "uri": ("uri",),
    "generic": ("kind", "content"),
}
_USUAL = {"kind": ("text", "function"), "arguments_valid": (True,)}  # not worth saying


def show_json(recording: Recording, region: Locate, estimate: Estimate | None = None, *, secrets: bool = False) -> str:
    """The whole recording. `region` gives the lines of places; `estimate` dollars, when these are asked for. Without
    `secrets` these are masked.
    """
    shown = {
        "schema_version": VERSION,
        "source": {
            "path": recording.path,
            "format": recording.format,
            "format_version": recording.format_version,
        },
        "interactions": [_interaction(each, region, estimate) for each in recording.interactions],
        "problems": [_problem(each, region) for each in recording.problems],
    }
    hiding = NOTHING if secrets else hiding_of(recording)
    return json_text(hiding.value(shown))


def _interaction(interaction: Interaction, region: Locate, estimate: Estimate | None) -> dict[str, Any]:
    request, response = interaction.request, interaction.response
    call = None if interaction.llm is None else _llm(interaction.llm, region)
    if estimate is not None and call is not None and call["usage"] is not None:
        call["usage"]["estimated_cost"] = estimate(interaction)
    problems = (*interaction.problems, *request.body.problems, *response.body.problems)
    return {
        "index": interaction.index,
        "location": _location(Place(route=interaction.route), region),
        "request": {
            "method": request.method,
            "url": request.url,
            "headers": [list(pair) for pair in request.headers],
            "body": _body(request.body),
        },
        "response": {
            "status_code": response.status_code,
            "headers": [list(pair) for pair in response.headers],
            "body": _body(response.body),
            "stream": response.body.stream,
            "event_count": len(response.body.events),
        },
        "llm": call,
        "problems": [_problem(each, region) for each in problems],
    }


def _body(body: Body) -> Json:
    """JSON where the body is JSON, text where it is text (a stream is), base64 for other bytes, null for none."""
    if body.json is not ABSENT:
        return body.json
    if body.text is not None:
        return body.text
    if body.raw is None:
        return None
    from binascii import b2a_base64

    return {"encoding": "base64", "content": b2a_base64(body.raw, newline=False).decode("ascii")}


def _llm(call: LLMCall, region: Locate) -> dict[str, Any]:
    error = call.error
    return {
        "dialect": call.dialect,
        "operation_name": call.operation_name,
        "provider_name": call.provider_name,
        "request_model": call.request_model,
        "response_model": call.response_model,
        "response_id": call.response_id,
        "stream": call.stream,
        "parameters": dict(call.parameters),
        "system_instructions": [_part(part) for part in call.system_instructions],
        "input_messages": [_message(message) for message in call.input_messages],
        "tools": [_tool(tool) for tool in call.tools],
        "output_messages": [_output(message) for message in call.output_messages],
        "finish_reasons": list(call.finish_reasons),
        "usage": None if call.usage is None else _usage(call.usage),
        "error": None if error is None else {"type": error.type, "code": error.code, "message": error.message},
        "problems": [_problem(each, region) for each in call.problems],
    }


def _message(message: Message) -> dict[str, Any]:
    shown: dict[str, Any] = {"role": message.role, "parts": [_part(part) for part in message.parts]}
    for name in ("name", "native_role"):
        if getattr(message, name) is not None:
            shown[name] = getattr(message, name)
    if message.extra:
        shown["extra"] = dict(message.extra)
    return shown


def _output(message: Message) -> dict[str, Any]:
    shown = _message(message)
    extra = shown.pop("extra", None)
    shown["finish_reason"] = message.finish_reason
    shown["native_finish_reason"] = message.native_finish_reason
    shown["index"] = message.index
    if extra:
        shown["extra"] = extra
    return shown


def _part(part: Part) -> dict[str, Any]:
    always = _ALWAYS[part.type]
    shown: dict[str, Any] = {"type": part.type}
    for name in fields(part):
        value = getattr(part, name)
        if name == "pointer" or (name == "raw_arguments" and getattr(part, "arguments_valid", True)):
            continue
        if name in always or not (value is None or value == () or value in _USUAL.get(name, ())):
            shown[name] = list(value) if isinstance(value, tuple) else value
    if isinstance(part, Blob):
        shown.update(_digest(shown.pop("content")))
    return shown


def _digest(content: str) -> dict[str, Any]:
    """What stands for media: how many bytes, and which. What is no base64 is counted as it was written."""
    from binascii import Error, a2b_base64
    from hashlib import sha256

    try:  # some write the alphabet of URLs (RFC 4648 §5), and leave out the padding
        data = a2b_base64(content.replace("-", "+").replace("_", "/") + "=" * (-len(content) % 4))
    except (Error, ValueError):
        data = content.encode("utf-8", "surrogatepass")
    return {"size": len(data), "sha256": sha256(data).hexdigest() if data else None}


def _tool(tool: Tool) -> dict[str, Any]:
    shown: dict[str, Any] = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    if tool.strict is not None:
        shown["strict"] = tool.strict
    if tool.kind != "function":
        shown["kind"] = tool.kind
    if tool.extra:
        shown["extra"] = dict(tool.extra)
    return shown


def _usage(usage: Usage) -> dict[str, Any]:
    names = (
        "input_tokens",
        "output_tokens",
        "total_tokens",
        "cache_read_input_tokens",
        "cache_creation_input_tokens",
        "reasoning_output_tokens",
        "cost",
    )
    shown = {**{name: getattr(usage, name) for name in names}, "extra": dict(usage.extra)}
    if usage.unattributed_tokens is not None:
        shown["unattributed_tokens"] = usage.unattributed_tokens
    return shown


def _problem(problem: Problem, region: Locate) -> dict[str, Any]:
    location = None if problem.place is None else _location(problem.place, region)
    return {"kind": problem.kind, "message": problem.message, "location": location}


def _location(place: Place, region: Locate) -> dict[str, int]:
    found = region(place)
    return {"line": found.line, "column": found.column}
