"""The request of a Cohere chat: version 2 asks like Chat Completions, with names of its own in between; version 1 with
one `message` and the `chat_history` before it; Generate with a `prompt`.

Source: Cohere API reference, "Chat" of both versions.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.decoding.members import Members
from cassette_tools.decoding.values import mapping
from cassette_tools.dialects.openai_chat.request import read_request as read_chat_request
from cassette_tools.model import Message, Reasoning, Text, ToolCallResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cassette_tools.decoding.assembly import DecodedRequest
    from cassette_tools.model import Json, Part

    Settings = dict[str, Json]

# Settings that Cohere has other names for.
SETTINGS = {
    "p": "top_p",
    "k": "top_k",
    "stop_sequences": "stop_sequences",
    "num_generations": "choice_count",  # Generate
}
_ROLES = {"USER": "user", "CHATBOT": "assistant", "SYSTEM": "system", "TOOL": "tool"}
_MODES = {"REQUIRED": "required", "NONE": "none"}
_FIRST = ("message", "chat_history", "prompt")  # what version 1 and Generate ask with


def read_request(request: Members) -> DecodedRequest:
    """Decode a request body of any shape."""
    if "messages" in request or not any(key in request for key in _FIRST):
        asked = _like_chat(request)
        return replace(asked, messages=tuple([_like_answer(each) if each.extra else each for each in asked.messages]))
    messages = tuple(_first_messages(request))
    preamble, pointer = request.text("preamble"), request.at("preamble")
    tools = request.take("tools")
    if tools:  # parameter definitions that are no JSON Schema
        request.extra[f"{request.where}/tools"] = tools
    system = () if preamble is None else (Text(content=preamble, pointer=pointer),)
    return replace(_like_chat(request), system=system, messages=messages)


# --- version 2 -------------------------------------------------------------------------------------------------------


def _like_chat(request: Members) -> DecodedRequest:
    """The request as one of Chat Completions, and what Cohere asks for otherwise."""
    own = request.renamed(SETTINGS)
    mode = request.named("tool_choice", _MODES)
    if mode is not None:
        own["tool_choice"] = {"mode": mode, "names": [], "parallel": None}
    _output_format(request, own)
    asked = read_chat_request(request)
    return replace(asked, parameters={**asked.parameters, **own})


def _output_format(request: Members, parameters: Settings) -> None:
    """The schema stands beside the type, which is ``json_object``."""
    asked = mapping(request.peek("response_format"))
    if asked.get("type") != "json_object" or asked.get("json_schema", asked.get("schema")) is None:
        return
    form = request.object("response_format")
    form.take("type")
    parameters["output_type"] = "json"
    schema = form.take("json_schema" if "json_schema" in form else "schema")
    parameters["response_format"] = {"kind": "json_schema", "schema": schema}
    form.keep(nulls=True)


def _like_answer(message: Message) -> Message:
    """A turn of the history has its plan and its citations where the answer had them."""
    plan, citations = message.extra.get("/tool_plan"), message.extra.get("/citations")
    extra = dict(message.extra)
    parts = list(message.parts)
    if isinstance(citations, list):
        del extra["/citations"]
        cited = by_block(citations)
        parts = [_cited(part, cited, f"{message.pointer}/content/") for part in parts]
        rest = [citation for several in cited.values() for citation in several]
        if rest:
            extra["/citations"] = rest
    if isinstance(plan, str):
        del extra["/tool_plan"]
        if plan:
            parts.insert(0, Reasoning(content=plan, kind="plan", pointer=f"{message.pointer}/tool_plan"))
    return replace(message, parts=tuple(parts), extra=extra)


def _cited(part: Part, cited: dict[int, list[Json]], content: str) -> Part:
    """A text with its citations, which are taken from `cited`."""
    if type(part) is not Text:
        return part
    block = part.pointer.removeprefix(content).partition("/")[0]
    return replace(part, citations=tuple(cited.pop(int(block) if block.isdecimal() else 0, ())))


def by_block(citations: Iterable[Json]) -> dict[int, list[Json]]:
    """Citations by the block of content that they speak of: the first, unless they say another."""
    cited: dict[int, list[Json]] = {}
    for citation in citations:
        index = mapping(citation).get("content_index")
        cited.setdefault(index if type(index) is int else 0, []).append(citation)
    return cited


# --- version 1 and Generate ------------------------------------------------------------------------------------------


def _first_messages(request: Members) -> Iterator[Message]:
    for turn, pointer in request.elements("chat_history"):
        yield _turn(Members(turn, pointer, {}, ""))
    for key in ("message", "prompt"):
        words, pointer = request.text(key), request.at(key)
        if words is not None:
            yield Message(role="user", parts=(Text(content=words, pointer=pointer),), pointer=pointer)
    for result, pointer in request.elements("tool_results"):
        yield _tool_result(Members(result, pointer, {}, ""))


def _turn(turn: Members) -> Message:
    native, words = turn.text("role") or "USER", turn.text("message")
    turn.keep()
    return Message(
        role=_ROLES.get(native.upper(), native),
        parts=() if words is None else (Text(content=words, pointer=turn.at("message")),),
        native_role=native,
        extra=turn.extra,
        pointer=turn.pointer,
    )


def _tool_result(result: Members) -> Message:
    """What a tool gave, without an id; the call that it answers stays."""
    name = mapping(result.peek("call")).get("name")
    part = ToolCallResponse(
        id=None,
        response=result.take("outputs"),
        name=name if isinstance(name, str) and name else None,
        pointer=result.at("outputs"),
    )
    result.keep()
    return Message(role="tool", parts=(part,), extra=result.extra, pointer=result.pointer)
