"""Cohere's Chat API, versions 2 and 1: the dialect ``cohere.chat``.

Version 2 asks like Chat Completions and answers with content blocks, a plan, calls and citations of its own; a stream
is folded into that answer. Version 1 (deprecated) has one text, and streams lines of JSON. Pointers are those of
`openai_chat`. Cohere counts twice: what the model processed (`tokens`), which is what other providers report, and what
is billed (`billed_units`), which stays in the usage's `extra`.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.data.endpoints import provider_for
from cassette_tools.decoding.ending import ending, finish_of, is_streamed
from cassette_tools.decoding.errors import error_in, error_of
from cassette_tools.decoding.urls import path_of
from cassette_tools.decoding.usage import usage_of
from cassette_tools.decoding.values import leftovers, mapping, sequence, text
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, Dialect, Folded
from cassette_tools.dialects._chat_request import ChatRequest, read_request
from cassette_tools.dialects._cohere_fold import EVENTS, LINES, fold
from cassette_tools.dialects._parts import parsed_arguments
from cassette_tools.model import (
    ABSENT,
    CallError,
    Generic,
    LLMCall,
    Message,
    Problem,
    Reasoning,
    Text,
    ToolCall,
    ToolCallResponse,
    Usage,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Interaction, Json, Part

    Settings = dict[str, Json]
    Extra = dict[str, Json]

NAME = "cohere.chat"
PATHS = (("/v2/chat", "version 2"), ("/v1/chat", "version 1"), ("/v1/generate", "Generate, until 2025"))
# Settings that Cohere has other names for.
SETTINGS = {
    "p": "top_p",
    "k": "top_k",
    "stop_sequences": "stop_sequences",
    "num_generations": "choice_count",  # Generate
}
_ROLES = {"USER": "user", "CHATBOT": "assistant", "SYSTEM": "system", "TOOL": "tool"}
_MODES = {"REQUIRED": "required", "NONE": "none"}
_LOOK_AHEAD = 5  # events


# --- recognising -----------------------------------------------------------------------------------------------------


def recognize(interaction: Interaction) -> int:
    """3: the response has the shape of this dialect; 2: host, path and method say so."""
    body = interaction.response.body
    for event in body.events[:_LOOK_AHEAD]:
        value = mapping(event.json)
        if _is_one_of(value.get("type"), EVENTS) or _is_one_of(value.get("event_type"), LINES):
            return CERTAIN
    if type(body.json) is dict and _is_answer(body.json):
        return CERTAIN
    request = interaction.request
    path = path_of(request.url)
    if request.method.upper() in ("POST", "") and path.endswith(tuple(end for end, _ in PATHS)):
        whole = mapping(request.body.json)
        return LIKELY if "cohere" in path or "message" in whole or "chat_history" in whole else 0
    return 0


def _is_one_of(word: Json, words: frozenset[str]) -> bool:
    return isinstance(word, str) and word in words


def _is_answer(value: dict[str, Json]) -> bool:
    if "choices" in value or "object" in value:
        return False
    message = value.get("message")
    if type(message) is dict:
        return "finish_reason" in value and ("content" in message or "tool_calls" in message or "tool_plan" in message)
    return "generation_id" in value and "text" in value


# --- decoding --------------------------------------------------------------------------------------------------------

_RESPONSE_KEYS = frozenset(("id", "message", "finish_reason", "usage", "error", "error_type"))
_FIRST_KEYS = frozenset(
    (
        "response_id",
        "generation_id",
        "text",
        "finish_reason",
        "meta",
        "tool_calls",
        "citations",
        "chat_history",  # repeats the request and the answer
    )
)


def decode(interaction: Interaction, folded: Folded) -> LLMCall:
    """The call that an interaction is. Never raises, whatever the bodies hold."""
    request, response = interaction.request, interaction.response
    whole = request.body.json if request.body.json is not ABSENT else None
    first = _is_first(whole)
    asked = _read_first(mapping(whole)) if first else _read_second(whole)
    body = mapping(folded.body)
    provider = provider_for(request.url, body)
    problems = list(folded.problems)
    extra = {f"/request{pointer}": value for pointer, value in asked.extra.items()}
    error = folded.error or _error(interaction, body)
    answered = "message" in body and type(body["message"]) is dict
    outputs: tuple[Message, ...] = ()
    if answered:
        outputs = (_output(body, problems),)
        leftovers(body, _RESPONSE_KEYS, "/response", extra)
    elif "generations" in body:
        listed = sequence(body["generations"])
        outputs = tuple([_generated(mapping(each), index) for index, each in enumerate(listed)])
        leftovers(body, ("generations", "id", "meta", "prompt", "finish_reason"), "/response", extra)
    elif "generation_id" in body or "text" in body or "tool_calls" in body:
        outputs = (_first_output(body, problems),)
        leftovers(body, _FIRST_KEYS, "/response", extra)
    elif error is None or error.raw is not body:
        leftovers(body, ("error", "message", "id"), "/response", extra)
    usage = _usage(body, provider, problems, extra)
    stream = is_streamed(interaction, asked=asked.parameters.get("stream") is True)
    complete, cut = ending(interaction, folded, error, stream=stream)
    return LLMCall(
        provider_name=provider,
        dialect=NAME,
        operation_name="text_completion" if "prompt" in mapping(whole) else "chat",
        request_model=asked.model,
        response_model=None,
        response_id=text(body.get("id")) or text(body.get("response_id")),
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


# --- the request -----------------------------------------------------------------------------------------------------


def _is_first(value: Json) -> bool:
    """Version 1 asks with one `message` and the `chat_history` before it; Generate with a `prompt`."""
    whole = mapping(value)
    return "messages" not in whole and any(key in whole for key in ("message", "chat_history", "prompt"))


def _read_second(value: Json) -> ChatRequest:
    """Version 2: Chat Completions, with names of Cohere's own in between."""
    asked = read_request(value)
    for wire, ours in SETTINGS.items():
        if "/" + wire in asked.extra:
            asked.parameters[ours] = asked.extra.pop("/" + wire)
    _own_settings(mapping(value), asked.parameters, asked.extra)
    return replace(asked, messages=tuple([_as_answered(message) for message in asked.messages]))


def _as_answered(message: Message) -> Message:
    """A turn of the history has its plan and its citations where the answer had them."""
    plan, citations = message.extra.get("/tool_plan"), message.extra.get("/citations")
    if not isinstance(plan, str) and not isinstance(citations, list):
        return message
    extra = dict(message.extra)
    parts = list(message.parts)
    if citations and isinstance(citations, list):
        cited = _by_block(citations)
        texts = [place for place, part in enumerate(parts) if type(part) is Text]
        for place in texts:
            part = parts[place]
            block = part.pointer.removeprefix(f"{message.pointer}/content/").partition("/")[0]
            parts[place] = replace(part, citations=tuple(cited.pop(int(block) if block.isdecimal() else 0, ())))
        extra["/citations"] = [citation for several in cited.values() for citation in several]
    if not extra.get("/citations"):
        extra.pop("/citations", None)
    if isinstance(plan, str):
        del extra["/tool_plan"]
        if plan:
            parts.insert(0, Reasoning(content=plan, kind="plan", pointer=f"{message.pointer}/tool_plan"))
    return replace(message, parts=tuple(parts), extra=extra)


def _by_block(citations: Json) -> dict[int, list[Json]]:
    """Citations by the block of content that they speak of: the first, unless they say another."""
    cited: dict[int, list[Json]] = {}
    for citation in sequence(citations):
        index = mapping(citation).get("content_index")
        cited.setdefault(index if type(index) is int else 0, []).append(citation)
    return cited


def _own_settings(whole: Settings, parameters: Settings, extra: Extra) -> None:
    choice = whole.get("tool_choice")
    if isinstance(choice, str) and choice in _MODES:
        parameters["tool_choice"] = {"mode": _MODES[choice], "names": [], "parallel": None}
        extra.pop("/tool_choice", None)
    thinking = mapping(whole.get("thinking"))
    if "token_budget" in thinking:
        parameters.setdefault("reasoning", {})["budget_tokens"] = thinking["token_budget"]
        extra.pop("/thinking/token_budget", None)
    form = mapping(whole.get("response_format"))
    schema = form.get("json_schema", form.get("schema"))
    if form.get("type") == "json_object" and schema is not None:
        parameters["response_format"] = {"kind": "json_schema", "schema": schema}
        for name in ("json_schema", "schema"):
            for pointer in [each for each in extra if each.startswith(f"/response_format/{name}")]:
                del extra[pointer]


def _read_first(whole: Settings) -> ChatRequest:
    """Version 1, brought to the shape of version 2's request."""
    known = ("message", "prompt", "chat_history", "preamble", "tool_results", "tools")
    asked = _read_second({key: value for key, value in whole.items() if key not in known})
    messages = []
    for index, turn in enumerate(sequence(whole.get("chat_history"))):
        messages.append(_turn(mapping(turn), f"/chat_history/{index}"))
    for key in ("message", "prompt"):
        words = whole.get(key)
        if isinstance(words, str) and words:
            messages.append(Message(role="user", parts=(Text(content=words, pointer=f"/{key}"),), pointer=f"/{key}"))
    for index, result in enumerate(sequence(whole.get("tool_results"))):
        pointer = f"/tool_results/{index}"
        call = mapping(mapping(result).get("call"))
        part = ToolCallResponse(
            id=None, response=mapping(result).get("outputs"), name=text(call.get("name")), pointer=f"{pointer}/outputs"
        )
        messages.append(Message(role="tool", parts=(part,), extra={"/call": call}, pointer=pointer))
    if whole.get("tools"):
        asked.extra["/tools"] = whole["tools"]  # parameter definitions that are no JSON Schema
    preamble = whole.get("preamble")
    system = (Text(content=preamble, pointer="/preamble"),) if isinstance(preamble, str) and preamble else ()
    return ChatRequest(
        model=asked.model,
        parameters=asked.parameters,
        system=system,
        messages=tuple(messages),
        tools=asked.tools,
        extra=asked.extra,
    )


def _turn(turn: Settings, pointer: str) -> Message:
    native = text(turn.get("role")) or "USER"
    words = turn.get("message")
    extra: Extra = {}
    leftovers(turn, ("role", "message"), "", extra)
    parts = (Text(content=words, pointer=f"{pointer}/message"),) if isinstance(words, str) and words else ()
    role = _ROLES.get(native.upper(), native)
    return Message(role=role, parts=parts, native_role=native, extra=extra, pointer=pointer)


# --- the answer ------------------------------------------------------------------------------------------------------


def _output(body: dict[str, Json], problems: list[Problem]) -> Message:
    own: Extra = {}
    message = mapping(body.get("message"))
    plan = message.get("tool_plan")
    parts: list[Part] = []
    if isinstance(plan, str) and plan:
        parts.append(Reasoning(content=plan, kind="plan", pointer="/message/tool_plan"))
    parts.extend(_content(message, own))
    for index, call in enumerate(sequence(message.get("tool_calls"))):
        parts.append(_call(mapping(call), index, own))
    leftovers(message, ("role", "content", "tool_plan", "tool_calls", "citations"), "/message", own)
    return _ended(body, parts, own, problems, text(message.get("role")) or "assistant", "")


def _content(message: dict[str, Json], own: Extra) -> list[Part]:
    """Blocks of text and thinking; a citation says by `content_index` which block it speaks of."""
    content = message.get("content")
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else sequence(content)
    cited = _by_block(message.get("citations"))
    parts: list[Part] = []
    for index, block in enumerate(blocks):
        where = f"/message/content/{index}" if not isinstance(content, str) else "/message/content"
        kind = mapping(block).get("type")
        words = mapping(block).get(str(kind))
        if kind == "text" and isinstance(words, str):
            place = where if isinstance(content, str) else f"{where}/text"
            if words or cited.get(index):
                parts.append(Text(content=words, citations=tuple(cited.pop(index, ())), pointer=place))
        elif kind == "thinking" and isinstance(words, str):
            parts.append(Reasoning(content=words, pointer=f"{where}/thinking"))
        else:
            parts.append(Generic(kind=str(kind or "unknown"), content=block, pointer=where))
            continue
        leftovers(mapping(block), ("type", str(kind)), where, own)
    if cited:
        own["/message/citations"] = [citation for several in cited.values() for citation in several]
    return parts


def _call(call: Settings, index: int, own: Extra) -> Part:
    inner = mapping(call.get("function"))
    where = f"/message/tool_calls/{index}"
    arguments, raw, valid = parsed_arguments(inner.get("arguments"))
    leftovers(call, ("id", "type", "function"), where, own)
    leftovers(inner, ("name", "arguments"), f"{where}/function", own)
    return ToolCall(
        id=text(call.get("id")),
        name=text(inner.get("name")) or "",
        arguments=arguments,
        raw_arguments=raw,
        arguments_valid=valid,
        pointer=f"{where}/function/arguments",
    )


def _generated(answer: Settings, index: int) -> Message:
    """An answer of Generate, which had a prompt and no conversation."""
    own: Extra = {}
    words, native = answer.get("text"), answer.get("finish_reason")
    pointer = f"/generations/{index}"
    leftovers(answer, ("text", "finish_reason", "index"), "", own)
    return Message(
        role="assistant",
        parts=(Text(content=words, pointer=f"{pointer}/text"),) if isinstance(words, str) and words else (),
        index=index,
        finish_reason=finish_of(NAME, native, calls=False),
        native_finish_reason=text(native),
        extra=own,
        pointer=pointer,
    )


def _first_output(body: dict[str, Json], problems: list[Problem]) -> Message:
    own: Extra = {}
    parts: list[Part] = []
    words = body.get("text")
    if isinstance(words, str) and words:
        parts.append(Text(content=words, citations=tuple(sequence(body.get("citations"))), pointer="/text"))
    for index, call in enumerate(sequence(body.get("tool_calls"))):
        whole = mapping(call)
        given = whole.get("parameters")
        place = f"/tool_calls/{index}/parameters"
        parts.append(
            ToolCall(
                id=None, name=text(whole.get("name")) or "", arguments={} if given is None else given, pointer=place
            )
        )
    return _ended(body, parts, own, problems, "assistant", "")


def _ended(
    body: dict[str, Json], parts: list[Part], own: Extra, problems: list[Problem], role: str, pointer: str
) -> Message:
    native = body.get("finish_reason")
    canonical = finish_of(NAME, native, calls=any(type(part) is ToolCall for part in parts))
    if canonical is None and native:
        message = f"the answer ends with finish_reason {native!r}, which this API is not known to send"
        problems.append(Problem(kind="finish-reason-unknown", message=message))
        own["/finish_reason"] = native
    return Message(
        role=role,
        parts=tuple(parts),
        finish_reason=canonical,
        native_finish_reason=native if isinstance(native, str) else None,
        extra=own,
        pointer=pointer,
    )


def _usage(body: dict[str, Json], provider: str, problems: list[Problem], extra: Extra) -> Usage | None:
    for key in ("usage", "meta"):
        native = body.get(key)
        if isinstance(native, dict) and ("tokens" in native or "billed_units" in native):
            usage, found = usage_of(native, dialect=NAME, provider=provider, pointer=f"/{key}")
            problems.extend(found)
            return usage
        if native:
            extra[f"/response/{key}"] = native
    return None


def _error(interaction: Interaction, body: dict[str, Json]) -> CallError | None:
    response = interaction.response
    if type(body.get("message")) is dict:
        if body.get("finish_reason") in ("ERROR", "TIMEOUT") and body.get("error"):
            return error_of(body, None, 500)
        return None
    if response.body.events or "generation_id" in body:
        return None
    return error_in(body) or (
        error_of(response.body.json, response.body.text, response.status_code) if response.status_code >= 400 else None
    )


# --- what its page says ----------------------------------------------------------------------------------------------

SOURCES = (
    ("Cohere API reference: Chat (v2)", "https://docs.cohere.com/reference/chat"),
    ("Cohere API reference: Chat with streaming (v2)", "https://docs.cohere.com/reference/chat-stream"),
    ("Cohere API reference: Chat (v1)", "https://docs.cohere.com/v1/reference/chat"),
    ("Cohere: citations", "https://docs.cohere.com/docs/documents-and-citations"),
)
RECOGNITION = (
    (CERTAIN, "an early event is of a `type` of version 2 or an `event_type` of version 1"),
    (CERTAIN, "`message` with content, a plan or calls, beside `finish_reason` and without `choices`"),
    (CERTAIN, "`generation_id` and `text` (version 1)"),
    *((LIKELY, f"a POST to a path that ends with `{path}`: {what}") for path, what in PATHS),
)
MAPPING = (
    ("`messages[]`, `tools[]` (v2)", "as those of `openai.chat`", "Cohere API reference: Chat (v2)"),
    ("`preamble`, `chat_history[]`, `message` (v1)", "`system_instructions`, `input_messages`", "Chat (v1)"),
    *((f"`{wire}`", f"`{ours}`", "Cohere API reference") for wire, ours in SETTINGS.items()),
    ("`message.tool_plan`", "`reasoning` of kind plan", "the words before the calls"),
    ("`message.content[]` of `thinking`", "`reasoning`", "Cohere API reference: Chat (v2)"),
    ("`message.content[]` of `text`; `text` (v1)", "`text`", "Cohere API reference"),
    ("`message.citations[]`", "`citations` of the text that `content_index` names", "citations"),
    ("`message.tool_calls[]`", "`tool_call`", "Cohere API reference: Chat (v2)"),
    ("`finish_reason`", "`finish_reason`", "Cohere API reference"),
    ("`usage.tokens`; `meta.tokens` (v1)", "`usage`", "what the model processed; `billed_units` stays in `extra`"),
)


DIALECTS.register(
    Dialect(
        name=NAME,
        title="Cohere Chat",
        recognize=recognize,
        fold=fold,
        decode=decode,
        sources=SOURCES,
        recognition=RECOGNITION,
        mapping=MAPPING,
    )
)
