"""Amazon Bedrock's Converse and ConverseStream, and the native format of Amazon Nova, which has the same blocks: the
dialect ``bedrock.converse``.

The model is named in the path. Counting tokens is an operation of the same dialect. Pointers are those of
`openai_chat`. Usage is brought to the inclusive definition: Bedrock counts the input without what was read from and
written to the cache.
"""

from __future__ import annotations

from cassette_tools.decoding.ending import ending, finish_of, is_streamed
from cassette_tools.decoding.errors import error_in, error_of, typed_by_header
from cassette_tools.decoding.urls import model_in_path, path_of
from cassette_tools.decoding.usage import usage_of
from cassette_tools.decoding.values import count, leftovers, mapping, text
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, POSSIBLE, Dialect, Folded
from cassette_tools.dialects._bedrock_blocks import MAPPING as BLOCKS
from cassette_tools.dialects._bedrock_blocks import content_parts
from cassette_tools.dialects._bedrock_fold import EVENTS, METRICS, fold, provider_of
from cassette_tools.dialects._bedrock_request import SETTINGS, read_request
from cassette_tools.model import (
    ABSENT,
    CallError,
    LLMCall,
    Message,
    Problem,
    ToolCall,
    Usage,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Interaction, Json

    Settings = dict[str, Json]
    Extra = dict[str, Json]

NAME = "bedrock.converse"

# The ends of paths after ``/model/{id}``, and the operation.
PATHS = (
    ("/converse", "chat", "Converse"),
    ("/converse-stream", "chat", "ConverseStream"),
    ("/count-tokens", "token_count", "CountTokens"),
)
_LOOK_AHEAD = 5  # events
_MARKS = EVENTS - {"metadata"}  # that word is everybody's: runs of OpenAI and interactions of Gemini have it too


# --- recognising -----------------------------------------------------------------------------------------------------


def recognize(interaction: Interaction) -> int:
    """3: the response has the shape of this dialect; 2: path and method say so; 1: the request's shape does."""
    body = interaction.response.body
    for event in body.events[:_LOOK_AHEAD]:
        if event.event in _MARKS:
            return CERTAIN
        if type(event.json) is dict and any(key in _MARKS and type(event.json[key]) is dict for key in event.json):
            return CERTAIN
    if type(body.json) is dict and "stopReason" in body.json and "message" in mapping(body.json.get("output")):
        return CERTAIN
    request = interaction.request
    if "/model/" not in request.url or request.method.upper() not in ("POST", ""):
        return 0
    if _operation(request.url) is not None:
        return LIKELY
    return POSSIBLE if _is_nova(request.body.json) else 0


def _operation(url: str) -> str | None:
    path = path_of(url)
    return next((operation for end, operation, _ in PATHS if path.endswith(end)), None)


def _is_nova(value: Json) -> bool:
    whole = mapping(value)
    return "schemaVersion" in whole or ("inferenceConfig" in whole and "messages" in whole)


# --- decoding --------------------------------------------------------------------------------------------------------

_RESPONSE_KEYS = frozenset(("output", "stopReason", "usage", "inputTokens"))


def decode(interaction: Interaction, folded: Folded) -> LLMCall:
    """The call that an interaction is. Never raises, whatever the bodies hold."""
    request, response = interaction.request, interaction.response
    operation = _operation(request.url) or "chat"
    root = ""
    value = request.body.json
    if operation == "token_count" and "converse" in mapping(mapping(value).get("input")):
        root, value = "/input/converse", value["input"]["converse"]
    asked = read_request(value, root)
    extra: Extra = {f"/request{root}{pointer}": kept for pointer, kept in asked.extra.items()}
    if root:  # CountTokens has the request in a wrapping
        leftovers(mapping(request.body.json), ("input",), "/request", extra)
        leftovers(mapping(request.body.json["input"]), ("converse",), "/request/input", extra)
    body = mapping(folded.body)
    provider = provider_of(request.url, body)
    problems = list(folded.problems)
    error = folded.error or _error(interaction, body)
    outputs = (_output(body, problems),) if "output" in body or "stopReason" in body else ()
    usage = _usage(body, provider, problems, extra)
    if error is None or error.raw is not body:
        leftovers(body, _RESPONSE_KEYS, "/response", extra)
    output = mapping(body.get("output"))
    leftovers(output, ("message",), "/response/output", extra)
    stream = is_streamed(interaction, asked=path_of(request.url).endswith("-stream"))
    if stream or request.url.partition("?")[0].endswith("-stream"):
        asked.parameters["stream"] = True
    complete, cut = ending(interaction, folded, error, stream=stream)
    return LLMCall(
        provider_name=provider,
        dialect=NAME,
        operation_name=operation,
        request_model=asked.model or model_in_path(request.url),
        response_model=None,
        system_instructions=asked.system,
        input_messages=asked.messages,
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


# --- the answer ------------------------------------------------------------------------------------------------------


def _output(body: dict[str, Json], problems: list[Problem]) -> Message:
    own: Extra = {}
    message = mapping(mapping(body.get("output")).get("message"))
    leftovers(message, ("role", "content"), "/message", own)
    parts = content_parts(message.get("content"), "/output/message/content", "/message/content", own, answer=True)
    native = body.get("stopReason")
    canonical = finish_of(NAME, native, calls=any(type(part) is ToolCall for part in parts))
    if canonical is None and native:
        words = f"the answer ends with stopReason {native!r}, which this API is not known to send"
        problems.append(Problem(kind="finish-reason-unknown", message=words))
        own["/stopReason"] = native
    return Message(
        role=text(message.get("role")) or "assistant",
        parts=tuple(parts),
        finish_reason=canonical,
        native_finish_reason=native if isinstance(native, str) else None,
        extra=own,
        pointer="/output",
    )


def _usage(body: dict[str, Json], provider: str, problems: list[Problem], extra: Extra) -> Usage | None:
    native = body.get("usage")
    if isinstance(native, dict) and native:
        usage, found = usage_of(native, dialect=NAME, provider=provider)
        problems.extend(found)
        return usage
    if native:
        extra["/response/usage"] = native
    counted = count(body.get("inputTokens"))
    if counted is not None:
        return Usage(input_tokens=counted, native={"inputTokens": counted}, pointer="")
    metrics = mapping(body.get(METRICS))  # InvokeModel measures on its own
    given, made = count(metrics.get("inputTokenCount")), count(metrics.get("outputTokenCount"))
    if given is None and made is None:
        return None
    total = given + made if given is not None and made is not None else None
    return Usage(input_tokens=given, output_tokens=made, total_tokens=total, native=metrics, pointer=f"/{METRICS}")


def _error(interaction: Interaction, body: dict[str, Json]) -> CallError | None:
    response = interaction.response
    if "output" in body or response.body.events:
        return None
    found = error_in(body)
    if found is None and response.status_code < 400:
        return None
    found = found or error_of(response.body.json, response.body.text, response.status_code)
    return typed_by_header(found, response.headers)


# --- what its page says ----------------------------------------------------------------------------------------------

_DOCS = "https://docs.aws.amazon.com/bedrock/latest"
SOURCES = (
    ("Amazon Bedrock API reference: Converse", f"{_DOCS}/APIReference/API_runtime_Converse.html"),
    ("Amazon Bedrock API reference: ConverseStream", f"{_DOCS}/APIReference/API_runtime_ConverseStream.html"),
    ("Amazon Bedrock API reference: CountTokens", f"{_DOCS}/APIReference/API_runtime_CountTokens.html"),
    (
        "Amazon Nova: complete request schema",
        "https://docs.aws.amazon.com/nova/latest/userguide/complete-request-schema.html",
    ),
    ("Smithy: event stream encoding", "https://smithy.io/2.0/aws/amazon-eventstream.html"),
)
RECOGNITION = (
    (CERTAIN, "`output.message` with a `stopReason`"),
    (CERTAIN, "an early event of the stream has the name of an event of ConverseStream, or holds one under that name"),
    *((LIKELY, f"a POST to `/model/{{id}}{end}`: {what}") for end, _, what in PATHS),
    (POSSIBLE, "`schemaVersion`, or `inferenceConfig` with `messages`, sent to `/model/{id}/invoke` (Nova)"),
)
MAPPING = (
    ("`system[]`", "`system_instructions`", "Converse"),
    *BLOCKS,
    ("`toolConfig.tools[].toolSpec`", "`tools`", "ToolSpecification"),
    ("`toolConfig.toolChoice`", "`tool_choice` of mode (any is required) and names", "ToolChoice"),
    (
        "`additionalModelRequestFields.thinking`, `.reasoning_config`, `.reasoningConfig`, `.reasoning_effort`",
        "`reasoning`",
        "the words of Anthropic, Nova, gpt-oss",
    ),
    ("`serviceTier.type`", "`service_tier`", "ServiceTier"),
    ("`outputConfig.textFormat`", "`response_format`, `output_type`", "OutputConfig"),
    *((f"`inferenceConfig.{wire}`", f"`{ours}`", "InferenceConfiguration; Nova") for wire, ours in SETTINGS.items()),
    ("`stopReason`", "`finish_reason`", "Converse"),
)

DIALECTS.register(
    Dialect(
        name=NAME,
        title="Amazon Bedrock Converse",
        recognize=recognize,
        fold=fold,
        decode=decode,
        sources=SOURCES,
        recognition=RECOGNITION,
        mapping=MAPPING,
    )
)
