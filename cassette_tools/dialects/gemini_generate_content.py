"""Gemini's ``generateContent`` and ``streamGenerateContent``: the dialect ``gemini.generate_content``.

The Gemini Developer API (AI Studio) and Vertex AI speak it alike; they differ in host, path, the numbers of some
enumerations and a few fields. ``countTokens`` takes the same request and is the same dialect, as the operation
``token_count``: its answer is a count and nothing else.

Pointers: a part's `pointer` leads into the JSON of the body it came from (the request's for the history, the folded
response's for the answer). `Message.extra` and `Tool.extra` are keyed by pointers relative to the message's or the
tool's own `pointer`, `LLMCall.extra` by ``/request/…`` and ``/response/…``, in the wire's own spelling.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.data.endpoints import provider_for
from cassette_tools.decoding.ending import finish_of
from cassette_tools.decoding.errors import error_in, error_of
from cassette_tools.decoding.urls import model_in_path, path_of
from cassette_tools.decoding.usage import usage_of
from cassette_tools.decoding.values import leftovers, mapping, sequence, text
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, POSSIBLE, Dialect, Folded
from cassette_tools.dialects._gemini_fold import fold, fold_values
from cassette_tools.dialects._gemini_grounding import METADATA, read_metadata
from cassette_tools.dialects._gemini_parts import listed, read_part
from cassette_tools.dialects._gemini_request import (
    OBJECTS,
    SETTINGS,
    THINKING,
    GeminiRequest,
    read_request,
)
from cassette_tools.dialects.gemini.names import ROLES, both, enum_name, finish_name, member, model_name, spelled
from cassette_tools.model import ABSENT, CallError, LLMCall, Message, Problem, ToolCall

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Body, Interaction, Json, Part, Usage

    Object = dict[str, Json]

NAME = "gemini.generate_content"

GENERATE, STREAM, COUNT = ":generateContent", ":streamGenerateContent", ":countTokens"
OPERATIONS = {GENERATE: "generate_content", STREAM: "generate_content", COUNT: "token_count"}
_LOOK_AHEAD = 4  # events; each of them has the whole shape


def recognize(interaction: Interaction) -> int:
    """3: the response has the shape of this dialect; 2: the path and the method say so; 1: the request's shape does."""
    body = interaction.response.body
    values = [event.json for event in body.events[:_LOOK_AHEAD]] if body.events else sequence(body.json) or [body.json]
    if any(type(value) is dict and _is_answer(value) for value in values[:_LOOK_AHEAD]):
        return CERTAIN
    if _method_of(interaction.request.url) is not None and interaction.request.method.upper() in ("POST", ""):
        return LIKELY
    asked = interaction.request.body.json
    return POSSIBLE if type(asked) is dict and _asks(asked) and not _is_foreign(body) else 0


def _is_answer(value: Object) -> bool:
    candidates = value.get("candidates")
    if type(candidates) is list and candidates:
        first = mapping(candidates[0])  # PaLM's candidates were texts, without content
        return type(first.get("content")) is dict or any(key in first for key in _CANDIDATE_MARKS)
    if type(member(value, "promptFeedback")) is dict:
        return True
    # Embeddings and cached contents report their counts so too.
    return type(member(value, "usageMetadata")) is dict and any(key in value for key in _RESPONSE_MARKS)


_CANDIDATE_MARKS = both(("finishReason", "finishMessage", "safetyRatings", "groundingMetadata"))
_RESPONSE_MARKS = both(("modelVersion", "responseId"))


def _method_of(url: str) -> str | None:
    """Which of the methods of this dialect the path names, if any."""
    path = _plain(path_of(url))
    for method in OPERATIONS:
        if path.endswith(method):
            return method
    return None


def _plain(url: str) -> str:
    """Some clients write the colon before the method percent-encoded."""
    return url.replace("%3A", ":").replace("%3a", ":") if "%3" in url else url


def _asks(asked: Object) -> bool:
    contents = asked.get("contents")
    return type(contents) is list and bool(contents) and "parts" in mapping(contents[0])


def _is_foreign(body: Body) -> bool:
    """An answer, and not one of this dialect: the request was for embeddings, or for a cache to be made."""
    value = body.events[0].json if body.events else body.json
    return bool(mapping(value)) and "error" not in mapping(value)


# --- decoding --------------------------------------------------------------------------------------------------------


def decode(interaction: Interaction, folded: Folded) -> LLMCall:
    """The call that an interaction is. Never raises, whatever the bodies hold."""
    response, url = interaction.response, interaction.request.url
    method = _method_of(url)
    asked = read_request(interaction.request.body.json if interaction.request.body.json is not ABSENT else None)
    if not response.body.events and type(folded.body) is list and _is_stream_of(folded.body, method):
        folded = fold_values(folded.body)
    body = mapping(folded.body)
    provider = provider_for(url, body)
    stream = _is_stream(interaction, method)
    problems = list(folded.problems)
    outputs = _outputs(body, provider, problems)
    error = _error(interaction, folded)
    counts = method == COUNT
    usage, found = _usage(body, provider, counts=counts)
    problems.extend(found)
    complete, cut = _ending(interaction, folded, error, stream=stream)
    parameters = {**asked.parameters, "stream": True} if method == STREAM else asked.parameters
    extra = {f"/request{pointer}": value for pointer, value in asked.extra.items()}
    _response_extra(folded.body, usage, counts=counts, extra=extra)
    model = member(body, "modelVersion")
    return LLMCall(
        provider_name=provider,
        dialect=NAME,
        operation_name=OPERATIONS.get(method or GENERATE, "generate_content"),
        request_model=_model(asked, url),
        response_model=model_name(model) if isinstance(model, str) and model else None,
        response_id=text(member(body, "responseId")),
        system_instructions=asked.system,
        input_messages=asked.messages,
        output_messages=outputs,
        tools=asked.tools,
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


def _model(asked: GeminiRequest, url: str) -> str | None:
    return asked.model or model_in_path(_plain(url))


def _is_stream_of(values: list[Json], method: str | None) -> bool:
    """Whether a JSON document is a whole stream: an array of chunks. An array of one error is the answer to it."""
    return method == STREAM or any(type(value) is dict and _is_answer(value) for value in values[:_LOOK_AHEAD])


def _is_stream(interaction: Interaction, method: str | None) -> bool:
    """Whether the answer came as a stream; where nothing was recorded of it, whether it was to be one."""
    body = interaction.response.body
    if body.stream is not None or body.events:
        return True
    if interaction.response.status_code >= 400:
        return False
    if type(body.json) is list:
        return _is_stream_of(body.json, method) and error_in(body.json) is None
    return method == STREAM and body.json is ABSENT and not body.text


# --- the answer ------------------------------------------------------------------------------------------------------

_CANDIDATE_KEYS = both(("index", "content", "finishReason"))
_CONTENT_KEYS = frozenset(("role", "parts"))


def _outputs(body: Object, provider: str, problems: list[Problem]) -> tuple[Message, ...]:
    messages = []
    for position, candidate in enumerate(sequence(body.get("candidates"))):
        if isinstance(candidate, dict):
            messages.append(_output(candidate, position, provider, problems))
    if messages:
        return tuple(messages)
    blocked = _blocked(body)
    return (blocked,) if blocked is not None else ()


def _output(candidate: Object, position: int, provider: str, problems: list[Problem]) -> Message:
    extra: Object = {}
    pointer = f"/candidates/{position}"
    content = candidate.get("content")
    parts = _content(content, pointer, extra)
    if any(key in candidate for key in METADATA):
        parts = read_metadata(candidate, parts, pointer, extra)
    elif "parts" not in mapping(content) and content and not isinstance(content, dict):
        extra["/content"] = content
    index = candidate.get("index")
    index = index if isinstance(index, int) and not isinstance(index, bool) else position
    leftovers(candidate, (*_CANDIDATE_KEYS, *METADATA), "", extra)
    finish = member(candidate, "finishReason")
    native = finish_name(finish, provider)
    canonical = finish_of(NAME, native, calls=any(type(part) is ToolCall for part in parts))
    if (canonical is None or native == _UNSPECIFIED) and finish is not None and finish != "":
        problems.append(Problem(kind="finish-reason-unknown", message=_unknown(finish, index)))
        extra["/finishReason"] = finish
    role = text(mapping(content).get("role"))
    ours = ROLES.get(role or "model", role or "assistant")
    return Message(
        role=ours,
        parts=parts,
        native_role=role if role != ours else None,
        index=index,
        finish_reason=canonical,
        native_finish_reason=native,
        extra=extra,
        pointer=pointer,
    )


_UNSPECIFIED = "FINISH_REASON_UNSPECIFIED"


def _content(content: Json, pointer: str, extra: Object) -> tuple[Part, ...]:
    if not isinstance(content, dict):
        return ()
    parts: list[Part] = []
    items, is_list = listed(content.get("parts"))
    for index, item in enumerate(items):
        where = f"/content/parts/{index}" if is_list else "/content/parts"
        read_part(item, pointer + where, where, extra, parts)
    leftovers(content, _CONTENT_KEYS, "/content", extra)
    role = content.get("role")
    if role is not None and not isinstance(role, str):
        extra["/content/role"] = role
    return tuple(parts)


def _unknown(finish: Json, index: int) -> str:
    if finish in (0, _UNSPECIFIED):
        return f"candidate {index} ends with finishReason {finish!r}, which says nothing"
    return f"candidate {index} ends with finishReason {finish!r}, which no provider of this dialect is known to send"


def _blocked(body: Object) -> Message | None:
    """A prompt that was blocked has no candidate: what is said instead is that it was filtered, and why."""
    key = spelled(body, "promptFeedback")
    feedback = mapping(body.get(key))
    reason = enum_name("blockReason", member(feedback, "blockReason"))
    if reason is None or reason == "":
        return None
    extra: Object = {}
    leftovers(feedback, _BLOCK, "", extra)
    return Message(
        role="assistant",
        finish_reason="content_filter",
        native_finish_reason=str(reason),
        extra=extra,
        pointer=f"/{key}",
    )


_BLOCK = both(("blockReason",))


# --- counts ----------------------------------------------------------------------------------------------------------


def _usage(body: Object, provider: str, *, counts: bool) -> tuple[Usage | None, tuple[Problem, ...]]:
    """The counts of the answer; those that are the answer, where tokens were to be counted."""
    native: Json
    if counts:
        native, pointer = {key: value for key, value in body.items() if key != "error"}, ""
    else:
        key = spelled(body, "usageMetadata")
        native, pointer = body.get(key), f"/{key}"
    usage, problems = usage_of(native, dialect=NAME, provider=provider, pointer=pointer)
    if usage is not None and usage.extra:
        usage = replace(usage, extra={where: _named(where, value) for where, value in usage.extra.items()})
    return usage, problems


def _named(where: str, value: Json) -> Json:
    """A count of one modality, or the kind of traffic, where enumerations came as numbers."""
    if type(value) is list:
        return [
            {key: enum_name(key, inner) if key == "modality" else inner for key, inner in each.items()}
            if type(each) is dict
            else each
            for each in value
        ]
    return enum_name("trafficType", value) if where in ("/trafficType", "/traffic_type") else value


# --- the end, and failure --------------------------------------------------------------------------------------------


def _error(interaction: Interaction, folded: Folded) -> CallError | None:
    if folded.error is not None:
        return folded.error
    response = interaction.response
    if response.body.events or response.body.comments:
        return _stray_error(response.body)
    value = folded.body if folded.body is not ABSENT else response.body.json
    whole = mapping(value)
    if response.status_code < 400 and (value is ABSENT or _is_answer(whole) or "totalTokens" in whole):
        return error_in(value) if value is not ABSENT else None
    return error_of(value, response.body.text, response.status_code)


def _stray_error(body: Body) -> CallError | None:
    """An error that Google wrote into an event stream without ``data:``, over many lines: to the standard these are
    unknown fields. (google-genai collects such lines until the braces balance.)
    """
    text_of = body.text or ""
    starts = [event.offset for event in body.events if event.json is ABSENT and event.data.lstrip().startswith("{")]
    for comment in body.comments:
        if comment.field.lstrip().startswith(("{", "[")):
            starts.append(text_of.rfind("\n", 0, comment.offset) + 1)
            break  # the other lines are of the same document
    for start in starts:
        value = _document(text_of, start)
        found = error_in(value)
        if found is not None:
            return CallError(type=found.type, code=found.code, message=found.message, in_stream=True, raw=found.raw)
    return None


def _document(words: str, start: int) -> Json:
    """The JSON that begins at `start`, whatever follows it."""
    from json import JSONDecoder

    while start < len(words) and words[start] in " \t\r":
        start += 1
    try:
        return JSONDecoder().raw_decode(words, start)[0]
    except (ValueError, RecursionError):
        return None


def _ending(
    interaction: Interaction, folded: Folded, error: CallError | None, *, stream: bool
) -> tuple[bool, str | None]:
    """Whether the stream came to its end, and if not, what it lacks. An error is an end too."""
    body = interaction.response.body
    if error is not None or not stream:
        return True, None
    if not body.events and type(body.json) is not list:
        return False, "no chunk is whole" if body.text else "the body is empty"
    if not folded.complete:
        return False, folded.cut
    if body.stream == "json-array" and body.text is not None and not body.text.rstrip().endswith("]"):
        return False, "the array is not closed"
    return True, None


_RESPONSE_KEYS = both(("candidates", "usageMetadata", "promptFeedback", "modelVersion", "responseId", "error"))


def _response_extra(value: Json, usage: Usage | None, *, counts: bool, extra: Object) -> None:
    """Everything of the response that has no other place. A body that is no answer is told by its error."""
    body = mapping(value)
    if counts and usage is not None:
        return  # all of it are counts, and stand there
    leftovers(body, _RESPONSE_KEYS, "/response", extra)
    for name in ("modelVersion", "responseId"):
        key = spelled(body, name)
        if body.get(key) is not None and not isinstance(body[key], str):
            extra[f"/response/{key}"] = body[key]
    key = spelled(body, "promptFeedback")
    if body.get(key) is not None and (_blocked(body) is None or _has_candidates(body)):
        extra[f"/response/{key}"] = body[key]
    key = spelled(body, "usageMetadata")
    if usage is None and body.get(key):
        extra[f"/response/{key}"] = body[key]
    candidates = body.get("candidates")
    if candidates is not None and not isinstance(candidates, list):
        extra["/response/candidates"] = candidates
    for position, candidate in enumerate(sequence(candidates)):
        if candidate is not None and not isinstance(candidate, dict):
            extra[f"/response/candidates/{position}"] = candidate


def _has_candidates(body: Object) -> bool:
    return any(isinstance(candidate, dict) for candidate in sequence(body.get("candidates")))


# --- what its page says ----------------------------------------------------------------------------------------------

SOURCES = (
    ("Gemini API reference: generating content", "https://ai.google.dev/api/generate-content"),
    ("Gemini API reference: counting tokens", "https://ai.google.dev/api/tokens"),
    ("Gemini API reference: caching (Content, Part, Tool)", "https://ai.google.dev/api/caching"),
    ("Gemini API: thought signatures", "https://ai.google.dev/gemini-api/docs/thought-signatures"),
    ("Gemini API: grounding with Google Search", "https://ai.google.dev/gemini-api/docs/google-search"),
    ("Gemini API: URL context", "https://ai.google.dev/gemini-api/docs/url-context"),
    (
        "Vertex AI: generateContent",
        "https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference",
    ),
    ("Protocol buffers: JSON mapping", "https://protobuf.dev/programming-guides/json/"),
    ("google-genai, the SDK: types", "https://googleapis.github.io/python-genai/genai.html"),
)
RECOGNITION = (
    (CERTAIN, "the response, or one of the first events, has `candidates[0].content` or another field of a candidate"),
    (CERTAIN, "it has `promptFeedback`, or `usageMetadata` beside `modelVersion` or `responseId`"),
    *((LIKELY, f"a POST to a path that ends with `{method}`") for method in OPERATIONS),
    (POSSIBLE, "the request has `contents[].parts`, and nothing of another kind was answered"),
)
_REFERENCE = "Gemini API reference"
MAPPING = (
    ("any field in camel or snake case; enumerations as numbers", "the same", "protocol buffers' JSON mapping"),
    ("`systemInstruction`", "`system_instructions`", _REFERENCE),
    *((f"role `{wire}`", f"`{ours}`", "the wire's word stays in `native_role`") for wire, ours in ROLES.items()),
    ("`parts[].text`", "`text`", _REFERENCE),
    ("`parts[].text` with `thought`", "`reasoning`", _REFERENCE),
    ("`parts[].thoughtSignature`", "`signature` of the reasoning or the call; else `extra`", "thought signatures"),
    ("`parts[].functionCall`", "`tool_call`; without an id where the wire has none", _REFERENCE),
    ("`parts[].functionResponse`", "`tool_call_response`, each in a message of role tool", _REFERENCE),
    ("`functionResponse.response` of `error` alone", "`is_error`", _REFERENCE),
    ("`functionCall.partialArgs[]`, `willContinue`", "the arguments they make", "Vertex AI, streamed arguments"),
    ("`parts[].inlineData`, `fileData`", "`blob`, `uri`", _REFERENCE),
    ("`executableCode`, `codeExecutionResult`", "`server_tool_call`, `server_tool_call_response`", _REFERENCE),
    ("`toolCall`, `toolResponse`", "`server_tool_call`, `server_tool_call_response`", "google-genai"),
    ("`groundingMetadata`, `citationMetadata`", "`citations` of the text; UTF-8 bytes are counted", _REFERENCE),
    ("`groundingMetadata.webSearchQueries[]`", "`server_tool_call` of google_search", "unless a part tells of it"),
    ("`urlContextMetadata.urlMetadata[]`", "`server_tool_call_response` of url_context", _REFERENCE),
    ("`tools[].functionDeclarations[]`", "`tools`; type names in lower case", "`STRING`, `string`, 1 are one value"),
    ("`tools[].googleSearch` and its like", "`tools` of that kind", _REFERENCE),
    ("`toolConfig.functionCallingConfig`", "`tool_choice` of mode, names and parallel", _REFERENCE),
    ("`responseMimeType`, `responseSchema`, `responseJsonSchema`", "`response_format`, `output_type`", _REFERENCE),
    ("`responseModalities`", "`modalities`, `output_type`", _REFERENCE),
    ("`responseLogprobs`, `logprobs`", "`logprobs` of enabled and top", _REFERENCE),
    *((f"`thinkingConfig.{wire}`", f"`reasoning.{ours}`", _REFERENCE) for wire, ours in THINKING.items()),
    *((f"`generationConfig.{wire}`", f"`{ours}`", _REFERENCE) for wire, ours in SETTINGS.items()),
    *((f"`{wire}`", f"`{ours}`", _REFERENCE) for wire, ours in OBJECTS.items()),
    ("`cachedContent`", "`cache`", _REFERENCE),
    ("`candidates[]`", "`output_messages`, one for each candidate", _REFERENCE),
    ("`promptFeedback.blockReason` without candidates", "an empty answer that ends with `content_filter`", _REFERENCE),
    ("`modelVersion`, `responseId`", "`response_model`, `response_id`", _REFERENCE),
    ("`usageMetadata`; the answer of countTokens", "`usage`", "below"),
    ("`error`, also in an array or without `data:` in a stream", "`error`", "google-genai reads such lines"),
    ("any other key", "`extra`, by its JSON pointer", "nothing is dropped"),
)

DIALECTS.register(
    Dialect(
        name=NAME,
        title="Gemini generateContent",
        recognize=recognize,
        fold=fold,
        decode=decode,
        sources=SOURCES,
        recognition=RECOGNITION,
        mapping=MAPPING,
    )
)
