"""Amazon Bedrock's Converse and ConverseStream, and the native format of Amazon Nova, which has the same blocks: the
dialect ``bedrock.converse``.

The model is named in the path. Counting tokens is an operation of the same dialect. Pointers are those of
`openai_chat`. Usage is brought to the inclusive definition: Bedrock counts the input without what was read from and
written to the cache.
"""

from __future__ import annotations

from cassette_tools.data.endpoints import provider_for
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, POSSIBLE, Dialect, Folded
from cassette_tools.dialects._bedrock_blocks import MAPPING as BLOCKS
from cassette_tools.dialects._bedrock_blocks import block_part, content_parts
from cassette_tools.dialects._bedrock_fold import EVENTS, fold
from cassette_tools.dialects._errors import error_in, error_of, typed_by_header
from cassette_tools.dialects._finish import finish_of
from cassette_tools.dialects._json import count, escaped, leftovers, mapping, sequence, text
from cassette_tools.dialects._paths import model_in_path, path_of
from cassette_tools.dialects._usage import usage_of
from cassette_tools.model import (
    ABSENT,
    CallError,
    Generic,
    LLMCall,
    Message,
    Problem,
    Tool,
    ToolCall,
    ToolCallResponse,
    Usage,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Interaction, Json, Part

    Settings = dict[str, Json]
    Extra = dict[str, Json]

NAME = "bedrock.converse"

# The ends of paths after ``/model/{id}``, and the operation.
PATHS = (
    ("/converse", "chat", "Converse"),
    ("/converse-stream", "chat", "ConverseStream"),
    ("/count-tokens", "token_count", "CountTokens"),
)
# Members of `inferenceConfig` that mean what they say, by our name for them; Nova writes two of them otherwise.
SETTINGS = {
    "maxTokens": "max_tokens",
    "max_new_tokens": "max_tokens",
    "temperature": "temperature",
    "topP": "top_p",
    "top_p": "top_p",
    "topK": "top_k",
    "top_k": "top_k",
    "stopSequences": "stop_sequences",
}
_MODES = {"auto": "auto", "any": "required", "tool": "tool"}
_LOOK_AHEAD = 5  # events


# --- recognising -----------------------------------------------------------------------------------------------------


def recognize(interaction: Interaction) -> int:
    """3: the response has the shape of this dialect; 2: path and method say so; 1: the request's shape does."""
    body = interaction.response.body
    for event in body.events[:_LOOK_AHEAD]:
        if event.event in EVENTS:
            return CERTAIN
        if type(event.json) is dict and any(key in EVENTS for key in event.json):
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
    whole = mapping(request.body.json)
    operation = _operation(request.url) or "chat"
    if operation == "token_count":
        whole = mapping(mapping(whole.get("input")).get("converse")) or whole
    extra: Extra = {}
    if operation == "token_count":
        leftovers(mapping(mapping(request.body.json).get("input")), ("converse",), "/request/input", extra)
    parameters = _parameters(whole, extra)
    body = mapping(folded.body)
    provider = provider_for(request.url, body)
    problems = list(folded.problems)
    error = folded.error or _error(interaction, body)
    outputs = (_output(body, problems),) if "output" in body or "stopReason" in body else ()
    usage = _usage(body, provider, problems, extra)
    if error is None or error.raw is not body:
        leftovers(body, _RESPONSE_KEYS, "/response", extra)
    output = mapping(body.get("output"))
    leftovers(output, ("message",), "/response/output", extra)
    stream = _is_stream(interaction)
    if stream or request.url.partition("?")[0].endswith("-stream"):
        parameters["stream"] = True
    complete, cut = True, None
    if stream and error is None:
        complete, cut = (folded.complete, folded.cut) if response.body.events else (False, "the body is empty")
    return LLMCall(
        provider_name=provider,
        dialect=NAME,
        operation_name=operation,
        request_model=text(whole.get("modelId")) or model_in_path(request.url),
        response_model=None,
        system_instructions=tuple(content_parts(whole.get("system"), "/system", "/request/system", extra)),
        input_messages=_history(whole.get("messages"), extra),
        output_messages=outputs,
        tools=_tools(mapping(whole.get("toolConfig")), extra),
        parameters=parameters,
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


def _is_stream(interaction: Interaction) -> bool:
    body = interaction.response.body
    if body.stream is not None or body.events:
        return True
    if body.text or body.json is not ABSENT or interaction.response.status_code >= 400:
        return False
    return path_of(interaction.request.url).endswith("-stream")


# --- the request -----------------------------------------------------------------------------------------------------

_READ_APART = (
    "messages",
    "system",
    "toolConfig",
    "inferenceConfig",
    "modelId",
    "schemaVersion",
    "outputConfig",
    "input",
)


def _parameters(whole: Settings, extra: Extra) -> Settings:
    """Empty objects and arrays, which some clients send, ask for nothing."""
    parameters: Settings = {}
    for key, value in mapping(whole.get("inferenceConfig")).items():
        name = SETTINGS.get(key)
        if name is not None and name not in parameters:
            parameters[name] = value
        else:
            extra[f"/request/inferenceConfig/{escaped(key)}"] = value
    _tool_choice(mapping(whole.get("toolConfig")), parameters, extra)
    _output_format(mapping(whole.get("outputConfig")), parameters, extra)
    for key, value in whole.items():
        if key not in _READ_APART and value not in (None, {}, []):
            _own(key, value, parameters, extra)
    return parameters


def _own(key: str, value: Json, parameters: Settings, extra: Extra) -> None:
    """What goes to the model as it is: how much it shall think, by the words of Anthropic's API."""
    if key == "additionalModelRequestFields" and isinstance(value, dict):
        for name, setting in value.items():
            asked = mapping(setting)
            if name in ("thinking", "reasoning_config") and asked.get("type") in ("enabled", "disabled"):
                wanted: Settings = {"enabled": asked["type"] == "enabled"}
                if "budget_tokens" in asked:
                    wanted["budget_tokens"] = asked["budget_tokens"]
                parameters["reasoning"] = wanted
                leftovers(asked, ("type", "budget_tokens"), f"/request/{key}/{name}", extra)
            elif name == "top_k":
                parameters["top_k"] = setting
            else:
                extra[f"/request/{key}/{escaped(name)}"] = setting
    else:
        extra[f"/request/{escaped(key)}"] = value


def _tool_choice(config: Settings, parameters: Settings, extra: Extra) -> None:
    choice = config.get("toolChoice")
    kind = next(iter(choice), None) if isinstance(choice, dict) else None
    if kind in _MODES:
        name = text(mapping(mapping(choice).get(kind)).get("name"))
        parameters["tool_choice"] = {"mode": _MODES[kind], "names": [name] if name else [], "parallel": None}
    elif choice:
        extra["/request/toolConfig/toolChoice"] = choice
    leftovers(config, ("tools", "toolChoice"), "/request/toolConfig", extra)


def _output_format(config: Settings, parameters: Settings, extra: Extra) -> None:
    """``outputConfig.textFormat.structure.jsonSchema``, whose schema is a string of JSON."""
    form = mapping(config.get("textFormat"))
    asked = mapping(mapping(form.get("structure")).get("jsonSchema"))
    if asked:
        wanted: Settings = {"kind": "json_schema"}
        schema = asked.get("schema")
        if isinstance(schema, str):
            schema = _parsed(schema)
        wanted["schema"] = schema
        for name in ("name", "description"):
            if name in asked:
                wanted[name] = asked[name]
        parameters["output_type"] = "json"
        parameters["response_format"] = wanted
    elif form:
        extra["/request/outputConfig/textFormat"] = form
    leftovers(config, ("textFormat",), "/request/outputConfig", extra)


def _parsed(words: str) -> Json:
    from json import loads

    try:
        return loads(words)
    except (ValueError, RecursionError):
        return words


def _history(messages: Json, extra: Extra) -> tuple[Message, ...]:
    if messages is not None and not isinstance(messages, list):
        extra["/request/messages"] = messages
    read: list[Message] = []
    for index, message in enumerate(sequence(messages)):
        pointer = f"/messages/{index}"
        if isinstance(message, dict):
            read.extend(_turn(message, pointer))
        else:
            part = Generic(kind="unknown", content=message, pointer=pointer)
            read.append(Message(role="user", parts=(part,), pointer=pointer))
    return tuple(read)


def _turn(message: Settings, pointer: str) -> list[Message]:
    """A turn, and before it a message of role tool for each tool result that the wire has among its blocks."""
    native = message.get("role")
    role = native if isinstance(native, str) else "user"
    extra: Extra = {}
    leftovers(message, ("role", "content"), "", extra)
    content = message.get("content")
    if not isinstance(content, list):
        return [
            Message(
                role=role,
                parts=tuple(content_parts(content, f"{pointer}/content", "/content", extra)),
                extra=extra,
                pointer=pointer,
            )
        ]
    results, rest = [], []
    for index, block in enumerate(content):
        own: Extra = {}
        place = f"/content/{index}"
        part: Part | None = block_part(block, pointer + place, place, own, answer=role == "assistant")
        if isinstance(part, ToolCallResponse):
            results.append(Message(role="tool", parts=(part,), native_role=role, extra=own, pointer=pointer))
        else:
            extra.update(own)
            if part is not None:
                rest.append(part)
    if rest or extra or not results:
        results.append(Message(role=role, parts=tuple(rest), extra=extra, pointer=pointer))
    return results


def _tools(config: Settings, extra: Extra) -> tuple[Tool, ...]:
    tools = config.get("tools")
    if tools is not None and not isinstance(tools, list):
        extra["/request/toolConfig/tools"] = tools
    offered = []
    for index, tool in enumerate(sequence(tools)):
        if "cachePoint" in mapping(tool):  # a mark for the cache, and no tool
            extra[f"/request/toolConfig/tools/{index}"] = tool
        else:
            offered.append(_tool(tool, f"/toolConfig/tools/{index}"))
    return tuple(offered)


def _tool(tool: Json, pointer: str) -> Tool:
    whole = mapping(tool)
    own: Extra = {}
    spec = whole.get("toolSpec")
    if not isinstance(spec, dict):  # a tool of Amazon's own
        kind = next(iter(whole), "unknown")
        own[""] = tool
        return Tool(name=text(mapping(whole.get(kind)).get("name")) or kind, kind=kind, extra=own, pointer=pointer)
    leftovers(whole, ("toolSpec",), "", own)
    leftovers(spec, ("name", "description", "inputSchema", "strict"), "/toolSpec", own)
    schema = mapping(spec.get("inputSchema"))
    leftovers(schema, ("json",), "/toolSpec/inputSchema", own)
    strict, description = spec.get("strict"), spec.get("description")
    return Tool(
        name=text(spec.get("name")) or "",
        description=description if isinstance(description, str) else None,
        parameters=schema.get("json"),
        strict=strict if isinstance(strict, bool) else None,
        extra=own,
        pointer=pointer,
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
    return None if counted is None else Usage(input_tokens=counted, native={"inputTokens": counted}, pointer="")


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
    ("`additionalModelRequestFields.thinking`, `.reasoning_config`", "`reasoning`", "Anthropic's words"),
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
