"""Ollama's own API, ``/api/chat`` and ``/api/generate``: the dialects ``ollama.chat`` and ``ollama.generate``.

Both stream lines of JSON unless they are told not to; a line is an answer with a piece of the text, and the last one
has the counts. Arguments of calls are objects, and come whole. Pointers are those of `openai_chat`.
"""

from __future__ import annotations

from cassette_tools.data.endpoints import provider_for
from cassette_tools.decoding.ending import ending, finish_of, is_streamed
from cassette_tools.decoding.errors import error_in, error_of
from cassette_tools.decoding.trace import Trace, joined
from cassette_tools.decoding.urls import path_of
from cassette_tools.decoding.usage import usage_of
from cassette_tools.decoding.values import escaped, leftovers, mapping, sequence, text
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, Dialect, Folded
from cassette_tools.dialects._chat_request import ROLES, read_request
from cassette_tools.model import (
    ABSENT,
    Blob,
    CallError,
    Generic,
    LLMCall,
    Message,
    Problem,
    Reasoning,
    Text,
    ToolCall,
    ToolCallResponse,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.decoding.trace import Runs
    from cassette_tools.model import Event, Interaction, Json, Part

    Settings = dict[str, Json]
    Extra = dict[str, Json]

CHAT, GENERATE = "ollama.chat", "ollama.generate"
PATHS = (("/api/chat", CHAT), ("/api/generate", GENERATE))
# Members of `options` that mean what they say, by our name for them. The rest are the runner's own.
OPTIONS = {
    "num_predict": "max_tokens",
    "temperature": "temperature",
    "top_p": "top_p",
    "top_k": "top_k",
    "min_p": "min_p",
    "seed": "seed",
    "frequency_penalty": "frequency_penalty",
    "presence_penalty": "presence_penalty",
}
_COUNTS = ("prompt_eval_count", "eval_count")
_KNOWN = ("model", "message", "response", "thinking", "done", "done_reason", "error", *_COUNTS)


# --- recognising -----------------------------------------------------------------------------------------------------


def _recognizer(path: str, key: str) -> Callable[[Interaction], int]:
    def recognize(interaction: Interaction) -> int:
        """3: the response has the shape of this dialect; 2: the path and the method say so."""
        body = interaction.response.body
        value = mapping(body.events[0].json if body.events else body.json)
        if "done" in value and ("created_at" in value or "model" in value):
            return CERTAIN if key in value else 0
        request = interaction.request
        if request.method.upper() in ("POST", "") and path_of(request.url).endswith(path) and "choices" not in value:
            return LIKELY if "model" in mapping(request.body.json) or not body.text else 0
        return 0

    return recognize


# --- streams ---------------------------------------------------------------------------------------------------------


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the lines of one stream. Never raises, whatever they hold."""
    body: Settings = {}
    strings: dict[str, Runs] = {}
    calls: list[Json] = []
    scores: list[Json] = []
    message: Settings = {}
    error: CallError | None = None
    done = False
    for number, event in enumerate(events):
        line = event.json
        if type(line) is not dict:
            continue
        if line.get("error"):
            error = error or error_in(line, event_index=number)
        for key, value in line.items():
            if key == "message" and type(value) is dict:
                for name, inner in value.items():
                    if name in ("content", "thinking") and type(inner) is str:
                        strings.setdefault(f"/message/{name}", []).append((number, "/message", inner))
                    elif name == "tool_calls" and type(inner) is list:
                        calls.extend(inner)
                    elif inner is not None:
                        message[name] = inner
            elif key in ("response", "thinking") and type(value) is str:
                strings.setdefault(f"/{key}", []).append((number, "", value))
            elif key == "logprobs" and type(value) is list:
                scores.extend(value)
            elif key != "created_at" or key not in body:
                body[key] = value
        done = done or line.get("done") is True
    trace = Trace()
    for pointer, runs in strings.items():
        name = pointer.rpartition("/")[2]
        trace.note(pointer, runs, name)
        holder = message if pointer.startswith("/message") else body
        holder[name] = joined(runs)
    if calls:
        message["tool_calls"] = calls
    if scores:
        body["logprobs"] = scores
    if message:
        body["message"] = message
    complete = done or error is not None
    return Folded(
        body=body, trace=trace, complete=complete, cut=None if complete else "no line with done: true", error=error
    )


# --- decoding --------------------------------------------------------------------------------------------------------


def decode_chat(interaction: Interaction, folded: Folded) -> LLMCall:
    """The call of ``/api/chat``. Never raises, whatever the bodies hold."""
    return _decode(interaction, folded, CHAT, "chat")


def decode_generate(interaction: Interaction, folded: Folded) -> LLMCall:
    """The call of ``/api/generate``. Never raises, whatever the bodies hold."""
    return _decode(interaction, folded, GENERATE, "text_completion")


def _decode(interaction: Interaction, folded: Folded, name: str, operation: str) -> LLMCall:
    request, response = interaction.request, interaction.response
    whole = mapping(request.body.json)
    extra: Extra = {}
    parameters = _parameters(whole, extra)
    tools = read_request({"tools": whole.get("tools")}).tools if whole.get("tools") else ()
    system, messages = _history(whole, extra)
    body = mapping(folded.body)
    provider = provider_for(request.url, body)
    if provider == "unknown" or provider.startswith(("localhost", "127.")):
        provider = "ollama"
    problems = list(folded.problems)
    error = folded.error or _error(interaction, body)
    outputs = (_output(body, name, problems),) if "message" in body or "response" in body else ()
    usage, found = usage_of(
        {key: body[key] for key in _COUNTS if key in body}, dialect=name, provider=provider, pointer=""
    )
    problems.extend(found)
    leftovers(body, _KNOWN, "/response", extra)
    stream = is_streamed(interaction, asked=whole.get("stream") is not False)
    complete, cut = ending(interaction, folded, error, stream=stream)
    return LLMCall(
        provider_name=provider,
        dialect=name,
        operation_name=operation,
        request_model=text(whole.get("model")),
        response_model=text(body.get("model")),
        system_instructions=system,
        input_messages=messages,
        output_messages=outputs,
        tools=tools,
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


_READ_APART = ("model", "messages", "tools", "options", "format", "think", "stream", "prompt", "system", "images")


def _parameters(whole: Settings, extra: Extra) -> Settings:
    parameters: Settings = {}
    for key, value in mapping(whole.get("options")).items():
        name = OPTIONS.get(key)
        if name is not None:
            parameters[name] = value
        elif key == "stop":
            parameters["stop_sequences"] = [value] if isinstance(value, str) else value
        else:
            extra[f"/request/options/{escaped(key)}"] = value
    form = whole.get("format")
    if isinstance(form, dict):
        parameters["output_type"] = "json"
        parameters["response_format"] = {"kind": "json_schema", "schema": form}
    elif form:
        parameters["output_type"] = form
        parameters["response_format"] = {"kind": "json_object" if form == "json" else form}
    think = whole.get("think")
    if isinstance(think, str):
        parameters["reasoning"] = {"effort": think}
    elif think is not None:
        parameters["reasoning"] = {"enabled": think}
    if "stream" in whole:
        parameters["stream"] = whole["stream"]
    leftovers(whole, _READ_APART, "/request", extra)
    return parameters


def _history(whole: Settings, extra: Extra) -> tuple[tuple[Part, ...], tuple[Message, ...]]:
    system: list[Part] = []
    read: list[Message] = []
    instructions = whole.get("system")
    if isinstance(instructions, str) and instructions:
        system.append(Text(content=instructions, pointer="/system"))
    prompt = whole.get("prompt")
    if isinstance(prompt, str) and (prompt or whole.get("images")):
        parts = [Text(content=prompt, pointer="/prompt")] if prompt else []
        read.append(Message(role="user", parts=(*parts, *_images(whole, "")), pointer=""))
    for index, message in enumerate(sequence(whole.get("messages"))):
        pointer = f"/messages/{index}"
        inner = mapping(message)
        if not inner:
            part = Generic(kind="unknown", content=message, pointer=pointer)
            read.append(Message(role="user", parts=(part,), pointer=pointer))
        elif inner.get("role") == "system" and not read:
            words = inner.get("content")
            if isinstance(words, str) and words:
                system.append(Text(content=words, pointer=f"{pointer}/content"))
            leftovers(inner, ("role", "content"), f"/request{pointer}", extra)
        else:
            read.append(_message(inner, pointer, history=True))
    return tuple(system), tuple(read)


def _images(holder: Settings, pointer: str) -> list[Part]:
    return [
        Blob(modality="image", mime_type=None, content=image, pointer=f"{pointer}/images/{index}")
        for index, image in enumerate(sequence(holder.get("images")))
        if isinstance(image, str)
    ]


def _message(message: Settings, pointer: str, *, history: bool) -> Message:
    extra: Extra = {}
    native = text(message.get("role")) or "assistant"
    role = ROLES.get(native, native)
    known = ["role", "content", "thinking", "tool_calls", "images"]
    parts: list[Part] = []
    if role == "tool" and history:
        name = text(message.get("tool_name")) or text(message.get("name"))
        call_id = text(message.get("tool_call_id"))
        place = f"{pointer}/content"
        parts.append(ToolCallResponse(id=call_id, response=message.get("content"), name=name, pointer=place))
        known += ["tool_name", "name", "tool_call_id"]
    else:
        thought, words = message.get("thinking"), message.get("content")
        if isinstance(thought, str) and thought:
            parts.append(Reasoning(content=thought, pointer=f"{pointer}/thinking"))
        if isinstance(words, str) and words:
            parts.append(Text(content=words, pointer=f"{pointer}/content"))
        elif words not in (None, ""):
            extra["/content"] = words
    for index, call in enumerate(sequence(message.get("tool_calls"))):
        parts.append(_call(mapping(call), f"{pointer}/tool_calls/{index}", f"/tool_calls/{index}", extra))
    parts.extend(_images(message, pointer))
    leftovers(message, known, "", extra)
    return Message(
        role=role, parts=tuple(parts), native_role=native if native != role else None, extra=extra, pointer=pointer
    )


def _call(call: Settings, pointer: str, where: str, extra: Extra) -> Part:
    inner = mapping(call.get("function"))
    given = inner.get("arguments")
    leftovers(call, ("id", "type", "function"), where, extra)
    leftovers(inner, ("name", "arguments", "index"), f"{where}/function", extra)
    return ToolCall(
        id=text(call.get("id")),
        name=text(inner.get("name")) or "",
        arguments={} if given is None else given,
        pointer=f"{pointer}/function/arguments",
    )


def _output(body: Settings, name: str, problems: list[Problem]) -> Message:
    message = mapping(body.get("message"))
    if message:
        read = _message(message, "/message", history=False)
        parts, extra = list(read.parts), dict(read.extra)
    else:
        parts, extra = [], {}
        for key, part_type in (("thinking", Reasoning), ("response", Text)):
            words = body.get(key)
            if isinstance(words, str) and words:
                parts.append(part_type(content=words, pointer=f"/{key}"))
    native = body.get("done_reason")
    if native is None and body.get("done") is True:
        native = "stop"  # servers before 0.2 did not say why
    canonical = finish_of(name, native, calls=any(type(part) is ToolCall for part in parts))
    if canonical is None and native:
        words = f"the answer ends with done_reason {native!r}, which this API is not known to send"
        problems.append(Problem(kind="finish-reason-unknown", message=words))
        extra["/done_reason"] = native
    return Message(
        role="assistant",
        parts=tuple(parts),
        finish_reason=canonical,
        native_finish_reason=text(body.get("done_reason")),
        extra=extra,
        pointer="/message" if message else "",
    )


def _error(interaction: Interaction, body: Settings) -> CallError | None:
    response = interaction.response
    if "message" in body or "response" in body or response.body.events:
        return None
    found = error_in(body)
    if found is None and response.status_code < 400:
        return None
    return found or error_of(response.body.json, response.body.text, response.status_code)


# --- what its page says ----------------------------------------------------------------------------------------------

SOURCES = (
    ("Ollama API: chat", "https://github.com/ollama/ollama/blob/main/docs/api.md#generate-a-chat-completion"),
    ("Ollama API: generate", "https://github.com/ollama/ollama/blob/main/docs/api.md#generate-a-completion"),
    ("Ollama: parameters of a Modelfile", "https://github.com/ollama/ollama/blob/main/docs/modelfile.md#parameter"),
)
_MAPPING = (
    ("`system`; the first `messages[]` of role system", "`system_instructions`", "Ollama API"),
    *((f"`options.{wire}`", f"`{ours}`", "parameters of a Modelfile") for wire, ours in OPTIONS.items()),
    ("`options.stop`", "`stop_sequences`", "parameters of a Modelfile"),
    ("`format`", "`response_format`, `output_type`", "Ollama API: structured outputs"),
    ("`think`", "`reasoning`", "Ollama API"),
    ("`message.thinking`, `thinking`", "`reasoning`", "Ollama API"),
    ("`message.content`, `response`", "`text`", "Ollama API"),
    ("`message.tool_calls[]`", "`tool_call`; complete objects, never in pieces", "Ollama API: chat"),
    ("`images[]`", "`blob`", "Ollama API"),
    ("`done_reason`", "`finish_reason`; stop with calls is tool_call", "Ollama API"),
)

for _name, _path, _key, _decoder, _title in (
    (CHAT, "/api/chat", "message", decode_chat, "Ollama Chat"),
    (GENERATE, "/api/generate", "response", decode_generate, "Ollama Generate"),
):
    DIALECTS.register(
        Dialect(
            name=_name,
            title=_title,
            recognize=_recognizer(_path, _key),
            fold=fold,
            decode=_decoder,
            sources=SOURCES,
            recognition=(
                (CERTAIN, f"`done` beside `created_at` or `model`, and `{_key}`"),
                (LIKELY, f"a POST to a path that ends with `{_path}`"),
            ),
            mapping=_MAPPING,
        )
    )
