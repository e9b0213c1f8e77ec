"""Ollama's own API, ``/api/chat`` and ``/api/generate``: the dialects ``ollama.chat`` and ``ollama.generate``.

Both stream lines of JSON unless they are told not to; a line is an answer with a piece of the text, and the last one
has the counts. Arguments of calls are objects, and come whole. Pointers are those of `openai_chat`.
"""

from __future__ import annotations

from cassette_tools.data.settings import OLLAMA
from cassette_tools.decoding.assembly import DecodedRequest, DecodedResponse, Decoding, answer
from cassette_tools.decoding.errors import error_in
from cassette_tools.decoding.members import Members
from cassette_tools.decoding.messages import role_of, unknown_turn
from cassette_tools.decoding.parts import words_in
from cassette_tools.decoding.streams import Making, first_values, folded
from cassette_tools.decoding.trace import Trace, joined
from cassette_tools.decoding.urls import is_post, path_of
from cassette_tools.decoding.values import mapping
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, Dialect
from cassette_tools.dialects.openai_chat.request import ROLES, read_tool
from cassette_tools.model import Blob, Generic, Message, Reasoning, ToolCall, ToolCallResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.decoding import Folded
    from cassette_tools.decoding.members import Extra, Settings
    from cassette_tools.decoding.trace import Runs
    from cassette_tools.model import Event, Interaction, Json, LLMCall, Object, Part, Usage


CHAT, GENERATE = "ollama.chat", "ollama.generate"
_COUNTS = ("prompt_eval_count", "eval_count")


def _recognizer(path: str, key: str) -> Callable[[Interaction], int]:
    def recognize(interaction: Interaction) -> int:
        """3: the response has the shape of this dialect; 2: the path and the method say so."""
        body, request = interaction.response.body, interaction.request
        value = mapping(first_values(body, 1)[0])
        if "done" in value and ("created_at" in value or "model" in value):
            return CERTAIN if key in value else 0
        if "choices" in value or not is_post(request) or not path_of(request.url).endswith(path):
            return 0
        return LIKELY if "model" in mapping(request.body.json) or not body.text else 0

    return recognize


# --- streams ---------------------------------------------------------------------------------------------------------


# The members of a line and of its message that come in pieces: strings, and a list.
_GROWING = {"": (("response", "thinking"), "logprobs"), "/message": (("content", "thinking"), "tool_calls")}


class _Stream(Making):
    """A stream in the making: the body, its message, and what comes in pieces, by its pointer."""

    __slots__ = ("body", "lists", "message", "strings")

    def __init__(self) -> None:
        super().__init__()
        self.body: Object = {}
        self.message: Object = {}
        self.strings: dict[str, Runs] = {}
        self.lists: dict[str, list[Json]] = {}

    def grows(self, where: str, key: str, value: Json, number: int) -> bool:
        """Add a member to what it is a piece of; whether it is such a piece."""
        words, listed = _GROWING[where]
        if key in words and type(value) is str:
            self.strings.setdefault(f"{where}/{key}", []).append((number, where, value))
        elif key == listed and type(value) is list:
            if value:
                self.lists.setdefault(f"{where}/{key}", []).extend(value)
        else:
            return False
        return True


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the lines of one stream. Never raises, whatever they hold."""
    stream = _Stream()
    for number, event in enumerate(events):
        _add(stream, mapping(event.json), number)
    body, message, trace = stream.body, stream.message, Trace()
    for pointer, runs in stream.strings.items():
        trace.note(pointer, runs, pointer.rpartition("/")[2])
    wholes = {**{pointer: joined(runs) for pointer, runs in stream.strings.items()}, **stream.lists}
    for pointer, whole in wholes.items():
        (message if pointer.startswith("/message") else body)[pointer.rpartition("/")[2]] = whole
    if message:
        body["message"] = message
    return folded(body, trace, None if stream.ended else "no line with done: true", stream.error)


def _add(stream: _Stream, line: Object, number: int) -> None:
    if line.get("error"):
        stream.fail(error_in(line, event_index=number))
    stream.ended = stream.ended or line.get("done") is True
    for key, value in line.items():
        if key == "message" and type(value) is dict:
            for name, inner in value.items():
                if not stream.grows("/message", name, inner, number) and inner is not None:
                    stream.message[name] = inner
        elif not stream.grows("", key, value, number) and (key != "created_at" or key not in stream.body):
            stream.body[key] = value


def _decoder(name: str, operation: str) -> Callable[[Interaction, Folded], LLMCall]:
    def decode(interaction: Interaction, folded: Folded) -> LLMCall:
        """The call that an interaction is. Never raises, whatever the bodies hold."""
        decoding = Decoding(name, interaction, folded, provider="ollama")
        if decoding.provider.startswith(("localhost", "127.")):
            decoding.provider = "ollama"
        return decoding.call(operation, _request(decoding.request), _response(decoding))

    return decode


# --- the request -----------------------------------------------------------------------------------------------------


def _request(request: Members) -> DecodedRequest:
    streams = request.peek("stream") is not False  # unless it is told not to
    parameters = _parameters(request)
    tools = tuple([read_tool(tool, pointer) for tool, pointer in request.elements("tools")])
    system, messages = _history(request)
    model = request.text("model")
    return DecodedRequest(
        model=model, parameters=parameters, system=system, messages=messages, tools=tools, stream=streams
    )


def _parameters(request: Members) -> Settings:
    options = request.object("options")
    parameters = options.renamed(OLLAMA)
    if "stop" in options:
        stop = options.take("stop")
        parameters["stop_sequences"] = [stop] if isinstance(stop, str) else stop
    options.keep()
    _output_format(request.take("format"), parameters)
    think = request.take("think")
    if think is not None:
        parameters["reasoning"] = {"effort" if isinstance(think, str) else "enabled": think}
    if "stream" in request:
        parameters["stream"] = request.take("stream")
    return parameters


def _output_format(form: Json, parameters: Settings) -> None:
    """A schema, or the word for a format."""
    if isinstance(form, dict):
        parameters["output_type"] = "json"
        parameters["response_format"] = {"kind": "json_schema", "schema": form}
    elif form:
        parameters["output_type"] = form
        parameters["response_format"] = {"kind": "json_object" if form == "json" else form}


def _history(request: Members) -> tuple[tuple[Part, ...], tuple[Message, ...]]:
    """The system instructions (`system`, and messages of that role with which the history begins), and the rest."""
    system = words_in(request, "system")
    read = _prompt(request)
    for value, pointer in request.elements("messages"):
        inner = mapping(value)
        if not inner:
            read.append(unknown_turn(value, pointer))
        elif inner.get("role") == "system" and not read:
            message = Members(inner, pointer, request.extra, request.where + pointer)
            message.take("role")
            system.extend(words_in(message, "content"))
            message.keep()
        else:
            read.append(_message(Members(inner, pointer, {}, "")))
    return tuple(system), tuple(read)


def _prompt(request: Members) -> list[Message]:
    prompt = request.peek("prompt")
    words = words_in(request, "prompt")
    if not words and not (prompt == "" and request.peek("images")):
        return []
    return [Message(role="user", parts=(*words, *_images(request)), pointer="")]


# --- messages --------------------------------------------------------------------------------------------------------


def _message(message: Members) -> Message:
    role, native = role_of(message.text("role"), ROLES, "assistant")
    first = [_tool_result(message)] if role == "tool" else _spoken(message)
    parts = (*first, *_calls(message), *_images(message))
    message.keep()
    return Message(role=role, parts=parts, native_role=native, extra=message.extra, pointer=message.pointer)


def _tool_result(message: Members) -> Part:
    name = message.text("tool_name") or message.text("name")
    call_id, response = message.text("tool_call_id"), message.take("content")
    return ToolCallResponse(id=call_id, response=response, name=name, pointer=message.at("content"))


def _spoken(message: Members) -> list[Part]:
    """The thoughts and the words of a message."""
    return [*words_in(message, "thinking", Reasoning), *words_in(message, "content")]


def _images(holder: Members) -> list[Part]:
    return [
        Blob(modality="image", mime_type=None, content=image, pointer=pointer)
        if isinstance(image, str)
        else Generic(kind="image", content=image, pointer=pointer)
        for image, pointer in holder.elements("images")
    ]


def _calls(message: Members) -> list[Part]:
    return [_call(call) for _, call in message.entries("tool_calls")]


def _call(call: Members) -> Part:
    function = call.object("function")
    given = function.take("arguments")
    function.take("index")
    call.take("type")
    part = ToolCall(
        id=call.text("id"),
        name=function.text("name") or "",
        arguments={} if given is None else given,
        pointer=function.at("arguments"),
    )
    function.keep()
    call.keep()
    return part


# --- the answer ------------------------------------------------------------------------------------------------------


def _response(decoding: Decoding) -> DecodedResponse:
    body = decoding.response
    is_answer = "message" in body or "response" in body
    error = decoding.folded.error if is_answer else decoding.error()
    return DecodedResponse(
        model=body.text("model"),
        outputs=(_output(decoding, body),) if is_answer else (),
        usage=_usage(decoding, body),
        error=error,
    )


def _output(decoding: Decoding, body: Members) -> Message:
    parts, extra, pointer = _answer(body)
    reason = body.take("done_reason")
    is_old = body.take("done") is True and reason is None  # servers before 0.2 end without a reason
    canonical, native = decoding.finish(parts, "done_reason", "stop" if is_old else reason, extra)
    return answer(parts, (canonical, None if is_old else native or None), extra, pointer)


def _answer(body: Members) -> tuple[tuple[Part, ...], Extra, str]:
    """The parts of an answer, what else it says, and its pointer: a message, or (Generate) the members of the body."""
    if not mapping(body.peek("message")):
        return (*words_in(body, "thinking", Reasoning), *words_in(body, "response")), {}, ""
    message = Members(body.take("message"), body.at("message"), {}, "")
    message.take("role")
    parts = (*_spoken(message), *_calls(message), *_images(message))
    message.keep()
    return parts, message.extra, message.pointer


def _usage(decoding: Decoding, body: Members) -> Usage | None:
    """The counts, which stand among the other members of the body."""
    return decoding.counts({key: body.take(key) for key in _COUNTS if key in body}, "")


for _name, _title, _operation, _path, _key in (
    (CHAT, "Ollama Chat", "chat", "/api/chat", "message"),
    (GENERATE, "Ollama Generate", "text_completion", "/api/generate", "response"),
):
    _recognize, _decode = _recognizer(_path, _key), _decoder(_name, _operation)
    DIALECTS.register(Dialect(name=_name, title=_title, recognize=_recognize, fold=fold, decode=_decode))
