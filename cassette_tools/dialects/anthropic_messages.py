"""The Anthropic Messages API, wherever it is served: the dialect ``anthropic.messages``.

Anthropic itself, Vertex AI (``rawPredict``, ``streamRawPredict``), Amazon Bedrock (InvokeModel), Azure, OpenRouter and
other gateways differ in the path, in where the model is named and in the frames of the stream, not in the messages.
Counting tokens, and Text Completions (until 2024), are operations of the same dialect.

Pointers are those of `openai_chat`. Usage is brought to the inclusive definition: Anthropic counts the input without
what was read from and written to the cache.
"""

from __future__ import annotations

from cassette_tools.data.endpoints import provider_for
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, POSSIBLE, Dialect, Folded
from cassette_tools.dialects._anthropic_blocks import MAPPING as BLOCKS
from cassette_tools.dialects._anthropic_blocks import content_parts
from cassette_tools.dialects._anthropic_fold import fold
from cassette_tools.dialects._anthropic_request import SETTINGS, read_request
from cassette_tools.dialects._errors import error_in, error_of, typed_by_header
from cassette_tools.dialects._finish import ending, finish_of, is_streamed
from cassette_tools.dialects._json import count, leftovers, mapping, text
from cassette_tools.dialects._paths import model_in_path, path_of
from cassette_tools.dialects._usage import usage_of
from cassette_tools.model import ABSENT, CallError, LLMCall, Message, Problem, Text, ToolCall, Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Interaction, Json

NAME = "anthropic.messages"

EVENTS = frozenset(
    (
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
        "ping",
    )
)
# The ends of paths, the operation, and where they are served.
PATHS = (
    ("/messages", "chat", "Anthropic; OpenRouter, Azure and other gateways under their own prefixes"),
    ("/messages/count_tokens", "token_count", "Anthropic: count tokens in a Message"),
    (":rawPredict", "chat", "Vertex AI"),
    (":streamRawPredict", "chat", "Vertex AI"),
    ("/complete", "text_completion", "Anthropic: Text Completions, until 2024"),
)
_HEADERS = ("anthropic-version", "anthropic-beta")
_VERTEX_COUNT = "/models/count-tokens:rawPredict"
_LOOK_AHEAD = 5  # events


# --- recognising -----------------------------------------------------------------------------------------------------


def recognize(interaction: Interaction) -> int:
    """3: the response has the shape of this dialect; 2: path, method or header say so; 1: the request's shape does."""
    body = interaction.response.body
    if body.events:
        for event in body.events[:_LOOK_AHEAD]:
            value = event.json
            if type(value) is dict:
                kind = value.get("type")
                if type(kind) is str and kind in EVENTS:
                    return CERTAIN
                if kind != "error":
                    break
    elif type(body.json) is dict and _is_answer(body.json):
        return CERTAIN
    if _is_foreign(body.events[0].json if body.events else body.json):
        return 0
    request = interaction.request
    if request.method.upper() not in ("POST", ""):
        return 0
    operation = _operation(request.url)
    if operation is not None and (operation != "text_completion" or _is_anthropic(interaction)):
        return LIKELY if "rawPredict" not in request.url or _has_version(request.body.json) else 0
    if "/invoke" in request.url and _has_version(request.body.json):
        return LIKELY
    return POSSIBLE if _asks(request.body.json) else 0


def _is_answer(value: dict[str, Json]) -> bool:
    kind = value.get("type")
    if kind == "message":
        return "role" in value and "stop_reason" in value  # OpenAI's items are of that type as well
    return kind == "completion" and "stop_reason" in value


def _is_foreign(value: Json) -> bool:
    """An answer, and not one of this dialect."""
    whole = mapping(value)
    return any(key in whole for key in ("choices", "candidates", "object", "data", "results", "embedding", "output"))


def _operation(url: str) -> str | None:
    path = path_of(url)
    if path.endswith(_VERTEX_COUNT):
        return "token_count"
    return next((operation for end, operation, _ in PATHS if path.endswith(end)), None)


def _is_anthropic(interaction: Interaction) -> bool:
    return any(interaction.request.headers.get(name) is not None for name in _HEADERS)


def _has_version(value: Json) -> bool:
    return "anthropic_version" in mapping(value)


def _asks(value: Json) -> bool:
    """A request that only this API takes: its tools have an `input_schema`, or the system prompt stands apart."""
    whole = mapping(value)
    if not isinstance(whole.get("messages"), list) or "max_tokens" not in whole:
        return False
    tools = whole.get("tools")
    first = mapping(tools[0]) if isinstance(tools, list) and tools else {}
    return "system" in whole or "input_schema" in first or "anthropic_version" in whole


# --- decoding --------------------------------------------------------------------------------------------------------

_RESPONSE_KEYS = frozenset(
    ("id", "type", "role", "model", "content", "stop_reason", "usage", "error", "completion", "input_tokens")
)


def decode(interaction: Interaction, folded: Folded) -> LLMCall:
    """The call that an interaction is. Never raises, whatever the bodies hold."""
    request, response = interaction.request, interaction.response
    asked = read_request(request.body.json if request.body.json is not ABSENT else None)
    body = mapping(folded.body)
    provider = provider_for(request.url, body)
    problems = list(folded.problems)
    extra = {f"/request{pointer}": value for pointer, value in asked.extra.items()}
    error = folded.error or _error(interaction, folded)
    answered = body.get("type") in ("message", "completion") or "content" in body or "completion" in body
    outputs = (_output(body, problems, extra),) if answered and body.get("type") != "error" else ()
    usage = _usage(body, interaction, provider, problems, extra)
    operation = _operation(request.url) or "chat"
    _response_extra(body, error, extra)
    stream = is_streamed(interaction, asked=asked.parameters.get("stream") is True)
    complete, cut = ending(interaction, folded, error, stream=stream)
    return LLMCall(
        provider_name=provider,
        dialect=NAME,
        operation_name=operation,
        request_model=asked.model or model_in_path(request.url),
        response_model=text(body.get("model")),
        response_id=text(body.get("id")),
        system_instructions=asked.system,
        input_messages=_prompt(request.body.json) or asked.messages,
        output_messages=outputs,
        tools=asked.tools,
        parameters=asked.parameters,
        stream=stream,
        usage=usage,
        finish_reasons=tuple([message.finish_reason for message in outputs]),
        error=error,
        complete=complete,
        cut=cut,
        problems=tuple(problems),
        extra=extra,
        body=folded.body if folded.body is not ABSENT or response.body.events else response.body.json,
        trace=folded.trace,
    )


def _prompt(value: Json) -> tuple[Message, ...]:
    """Text Completions ask with one string."""
    whole = mapping(value)
    words = whole.get("prompt")
    if not isinstance(words, str) or "messages" in whole:
        return ()
    return (Message(role="user", parts=(Text(content=words, pointer="/prompt"),), pointer="/prompt"),)


def _output(body: dict[str, Json], problems: list[Problem], extra: dict[str, Json]) -> Message:
    own: dict[str, Json] = {}
    parts = content_parts(body.get("content"), "/content", "/content", own)
    words = body.get("completion")
    if isinstance(words, str) and words:
        parts.append(Text(content=words, pointer="/completion"))
    native = body.get("stop_reason")
    canonical = finish_of(NAME, native, calls=any(type(part) is ToolCall for part in parts))
    if canonical is None and native:
        message = f"the answer ends with stop_reason {native!r}, which this API is not known to send"
        problems.append(Problem(kind="finish-reason-unknown", message=message))
        own["/stop_reason"] = native
    role = text(body.get("role")) or "assistant"
    return Message(
        role=role,
        parts=tuple(parts),
        finish_reason=canonical,
        native_finish_reason=native if isinstance(native, str) else None,
        extra=own,
        pointer="",
    )


def _usage(
    body: dict[str, Json], interaction: Interaction, provider: str, problems: list[Problem], extra: dict[str, Json]
) -> Usage | None:
    """The usage object; of a count of tokens the count; of Amazon's frames, failing these, their own measure."""
    native = body.get("usage")
    if isinstance(native, dict) and native:
        usage, found = usage_of(native, dialect=NAME, provider=provider)
        problems.extend(found)
        return usage
    if native:
        extra["/response/usage"] = native
    counted = count(body.get("input_tokens"))
    if counted is not None:
        return Usage(input_tokens=counted, native={"input_tokens": counted}, pointer="")
    metrics = mapping(body.get("amazon-bedrock-invocationMetrics"))
    given, made = count(metrics.get("inputTokenCount")), count(metrics.get("outputTokenCount"))
    if given is None and made is None:
        return None
    total = given + made if given is not None and made is not None else None
    pointer = "/amazon-bedrock-invocationMetrics"
    return Usage(input_tokens=given, output_tokens=made, total_tokens=total, native=metrics, pointer=pointer)


def _error(interaction: Interaction, folded: Folded) -> CallError | None:
    response = interaction.response
    value = folded.body if folded.body is not ABSENT else response.body.json
    if mapping(value).get("type") in ("message", "completion"):
        return None
    if response.body.events:
        return None
    found = error_in(value)
    if found is None and response.status_code < 400:
        return None
    found = found or error_of(value, response.body.text, response.status_code)
    return typed_by_header(found, response.headers)


def _response_extra(body: dict[str, Json], error: CallError | None, extra: dict[str, Json]) -> None:
    """Everything of the response that has no other place."""
    if error is not None and error.raw is body:
        return
    leftovers(body, _RESPONSE_KEYS, "/response", extra)
    for key in ("id", "model", "role"):
        if body.get(key) is not None and not isinstance(body[key], str):
            extra[f"/response/{key}"] = body[key]


# --- what its page says ----------------------------------------------------------------------------------------------

_DOCS = "https://docs.anthropic.com/en"
SOURCES = (
    ("Anthropic API reference: Messages", f"{_DOCS}/api/messages"),
    ("Anthropic: Streaming messages", f"{_DOCS}/api/messages-streaming"),
    ("Anthropic: Count Message tokens", f"{_DOCS}/api/messages-count-tokens"),
    ("Anthropic: Errors", f"{_DOCS}/api/errors"),
    ("Anthropic: Extended thinking", f"{_DOCS}/docs/build-with-claude/extended-thinking"),
    ("Anthropic: Citations", f"{_DOCS}/docs/build-with-claude/citations"),
    ("Anthropic: Web search tool", f"{_DOCS}/docs/agents-and-tools/tool-use/web-search-tool"),
    ("Anthropic on Vertex AI", f"{_DOCS}/api/claude-on-vertex-ai"),
    ("Anthropic on Amazon Bedrock", f"{_DOCS}/api/claude-on-amazon-bedrock"),
)
RECOGNITION = (
    (CERTAIN, "the response is an object of `type` message (or completion) with a `stop_reason`"),
    (CERTAIN, "an early event is of a `type` of this API: " + ", ".join(f"`{kind}`" for kind in sorted(EVENTS))),
    *((LIKELY, f"a POST to a path that ends with `{end}`: {where}") for end, _, where in PATHS),
    (LIKELY, "`anthropic_version` in the body of a Bedrock InvokeModel request"),
    (POSSIBLE, "`messages` and `max_tokens` with `system` apart or tools that have an `input_schema`"),
)
_REFERENCE = "Anthropic API reference"
MAPPING = (
    ("`system`", "`system_instructions`", _REFERENCE),
    *BLOCKS,
    ("`tools[]`", "`tools`; those of Anthropic's own have their type as `kind`", _REFERENCE),
    ("`tool_choice`", "`tool_choice` of mode (any is required), names and parallel", _REFERENCE),
    ("`thinking`, `output_config.effort`", "`reasoning`", "Extended thinking"),
    ("`output_config.format`, `output_format`", "`response_format`, `output_type`", "Structured outputs"),
    *((f"`{wire}`", f"`{ours}`", "") for wire, ours in SETTINGS.items()),
    ("`stop_reason`", "`finish_reason`", _REFERENCE),
    ("`message_start.message.usage` under `message_delta.usage`", "`usage`", "Streaming messages: cumulative"),
    ("`amazon-bedrock-invocationMetrics`", "`usage`, where the body has none", "Amazon Bedrock"),
)

DIALECTS.register(
    Dialect(
        name=NAME,
        title="Anthropic Messages",
        recognize=recognize,
        fold=fold,
        decode=decode,
        sources=SOURCES,
        recognition=RECOGNITION,
        mapping=MAPPING,
    )
)
