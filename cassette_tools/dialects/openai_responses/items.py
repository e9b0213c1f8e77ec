"""The items of the Responses API as parts: what is answered, and what a request repeats of it, are the same things.

Source: the OpenAI API reference ("The response object", "Input items"), and those of xAI and OpenRouter for what they
add. What no reader here knows becomes a `Generic` part.
"""

from __future__ import annotations

from cassette_tools._record import record, replace
from cassette_tools.data.openai_tools import CLIENT_RESULTS, CLIENT_TOOLS, SERVER_RESULTS, SERVER_TOOLS
from cassette_tools.decoding.members import Members
from cassette_tools.decoding.parts import called, called_with
from cassette_tools.decoding.values import mapping, parsed_arguments, text
from cassette_tools.dialects.openai_responses.content import content_parts
from cassette_tools.model import (
    Blob,
    Generic,
    Reasoning,
    ServerToolCall,
    ServerToolCallResponse,
    ToolCall,
    ToolCallResponse,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cassette_tools.model import Json, Part


@record
class Scene:
    """What tells whose an item is: `own` are the names of the client's tools, where the request also offers tools of
    the provider's own; `is_answer` tells the response's items from the request's.
    """

    own: frozenset[str] | None = None
    is_answer: bool = False


def item_parts(value: Json, item: Members, scene: Scene) -> list[Part]:
    """The parts that one item says. What has no place in them is kept, the status unless it is the usual one."""
    if type(value) is not dict:
        return [Generic(kind="unknown", content=value, pointer=item.pointer)]
    kind = kind_of(value)
    reader = READERS.get(kind)
    if reader is None:
        return [Generic(kind=kind or "unknown", content=value, pointer=item.pointer)]
    parts = reader(item, scene)
    item.take("type")
    if item.peek("status") == "completed":
        item.take("status")
    item.keep()
    return parts


def kind_of(value: dict[str, Json]) -> str:
    """The item's type; a message need not say that it is one."""
    kind = value.get("type")
    if isinstance(kind, str):
        return kind
    return "message" if "role" in value or "content" in value else ""


def _message(item: Members, scene: Scene) -> list[Part]:
    item.string("role")  # whose turn it is
    return content_parts(item)


# --- reasoning -------------------------------------------------------------------------------------------------------


def _reasoning(item: Members, scene: Scene) -> list[Part]:
    """Each summary and each raw text is a part; what is sealed hangs on the last of them, or is one without words.

    A third of all items are shells: the model thought, and of what it thought nothing is told.
    """
    identity, form = item.text("id"), item.text("format")
    parts: list[Reasoning] = []
    for key, kind in (("summary", "summary"), ("content", "text")):
        for words, pointer in _thoughts(item, key):
            parts.append(Reasoning(content=words, kind=kind, id=identity, format=form, pointer=pointer))
    sealed, signature = item.text("encrypted_content"), item.text("signature")
    if not parts:
        pointer = item.at("encrypted_content") if sealed else item.pointer
        kind = "encrypted" if sealed else "redacted"
        parts.append(Reasoning(content="", kind=kind, id=identity, format=form, pointer=pointer))
    if sealed or signature:
        parts[-1] = replace(parts[-1], encrypted=sealed, signature=signature)
    return [*parts]


def _thoughts(item: Members, key: str) -> Iterator[tuple[str, str]]:
    """The words of a thought, each with its pointer: a string, or a list of parts."""
    words = item.text(key) if type(item.peek(key)) is str else None
    if words is not None:
        yield words, item.at(key)
    for value, part in item.entries(key):
        words = part.string("text") if type(value) is dict else None
        if words is None:
            item.extra[part.where] = value
            continue
        if words:
            yield words, part.at("text")
        part.take("type")
        part.keep()


# --- tools of the client ---------------------------------------------------------------------------------------------


def _function(item: Members, scene: Scene) -> list[Part]:
    return [_parsed_call(item, "function", item.string("name"))]


def _parsed_call(item: Members, kind: str, name: str | None) -> ToolCall:
    """A call whose arguments are JSON."""
    return called(item, "arguments", id=_call_id(item), name=name, kind=kind)


def _custom(item: Members, scene: Scene) -> list[Part]:
    """Any text may be the input. xAI's own tools come so too: they are those that the client did not define."""
    name = item.string("name") or ""
    if scene.own is not None and name not in scene.own:
        return _served(item, name)
    call = called_with(item, "input", id=_call_id(item), name=name)
    return [replace(call, kind="custom", arguments_valid=True)]


def _call_id(item: Members) -> str | None:
    """The id by which the result refers to the call; the item's own is kept beside it, or stands in for it."""
    return item.text("call_id") or item.text("id")


def _defined_by_openai(item: Members, scene: Scene) -> list[Part]:
    """Computer use can do several things at once, which are its `actions` (2026)."""
    name, key, _ = CLIENT_TOOLS[item.peek("type")]
    if mapping(item.peek("environment")).get("type") in _HOSTED:
        return _served(item, name)
    if key not in item and "actions" in item:
        key = "actions"
    wanted = item.take(key)
    arguments: Json = {} if wanted is None else wanted
    return [ToolCall(id=_call_id(item), name=name, arguments=arguments, kind=name, pointer=item.at(key))]


def _result(item: Members, scene: Scene) -> list[Part]:
    """What the client's tool gave back; in an answer the provider ran it: a shell in a container of its own."""
    if scene.is_answer:
        tool = item.peek("type").removesuffix("_output")
        return _given(item, CLIENT_TOOLS.get(tool, ("",))[0], _call_id(item))
    call_id = _call_id(item)
    output, pointer = _output(item)
    failed = item.peek("status") == "failed"
    if failed:
        item.take("status")
    return [ToolCallResponse(id=call_id, response=output, is_error=True if failed else None, pointer=pointer)]


def _output(item: Members) -> tuple[Json, str]:
    """The output of a tool, and its pointer. A single text stands for its words, as in chat."""
    output, pointer = item.take("output"), item.at("output")
    if type(output) is not list or len(output) != 1 or mapping(output[0]).get("type") not in _TEXTS:
        return output, pointer
    only = Members(output[0], f"{pointer}/0", item.extra, f"{item.where}/output/0")
    words = only.string("text")
    if words is None:
        return output, pointer
    only.take("type")
    only.keep()
    return words, only.at("text")


_TEXTS = ("input_text", "output_text", "text")
_HOSTED = ("container_reference", "container_auto")  # environments of a shell that are the provider's


# --- tools of the provider -------------------------------------------------------------------------------------------


def _server_call(item: Members, scene: Scene) -> list[Part]:
    kind = item.peek("type")
    name, results, _ = SERVER_TOOLS[kind]
    if not name:
        name = item.text("name") or kind
    if kind == "tool_search_call" and item.peek("execution") == "client":
        return [_parsed_call(item, "tool_search", name)]
    image = item.text("result") if kind == "image_generation_call" else None
    form = text(item.peek("output_format")) or "png"
    parts = _served(item, name, results)
    if image is not None:
        parts.append(Blob(modality="image", mime_type=f"image/{form}", content=image, pointer=item.at("result")))
    return parts


def _served(item: Members, name: str, results: tuple[str, ...] = ()) -> list[Part]:
    """The call, and, where the item has it, what came back: the members `results`, and where a search looked."""
    call_id = _call_id(item)
    asked = {"type": item.peek("type"), **_rest(item)}
    given = {key: asked.pop(key) for key in results if key in asked}
    action = mapping(asked.get("action"))
    if action.get("sources"):
        asked["action"] = {key: value for key, value in action.items() if key != "sources"}
        given["sources"] = action["sources"]
    if type(asked.get("arguments")) is str:
        asked["arguments"] = parsed_arguments(asked["arguments"])[0]
    parts: list[Part] = [ServerToolCall(id=call_id, name=name, server_tool_call=asked, pointer=item.pointer)]
    if given:
        answer = {"type": asked["type"], **given}
        parts.append(
            ServerToolCallResponse(id=call_id, name=name, server_tool_call_response=answer, pointer=item.pointer)
        )
    return parts


def _server_result(item: Members, scene: Scene) -> list[Part]:
    name, key, _ = SERVER_RESULTS[item.peek("type")]
    return _given(item, name, item.text(key) or item.text("id"))


def _given(item: Members, name: str, identity: str | None) -> list[Part]:
    """What a tool of the provider's gave back, in an item of its own."""
    answer, pointer = _rest(item), item.pointer
    return [ServerToolCallResponse(id=identity, name=name or None, server_tool_call_response=answer, pointer=pointer)]


def _rest(item: Members) -> dict[str, Json]:
    """All that is left of an item but its id and its status, which stay; a null says nothing."""
    keys = [key for key in item.left if key not in ("id", "status")]
    rest = {key: item.take(key) for key in keys}
    return {key: value for key, value in rest.items() if value is not None}


def _added_tools(item: Members, scene: Scene) -> list[Part]:
    """Tools that the client offers later in the conversation; they are among the call's tools, here are their names."""
    item.take("type"), item.take("role")
    content, item.left = item.left, {}
    if type(content.get("tools")) is list:
        tools = map(mapping, content["tools"])
        content["tools"] = [text(tool.get("name")) or text(tool.get("type")) for tool in tools]
    return [Generic(kind="additional_tools", content=content, pointer=item.pointer)]


READERS: dict[str, Callable[[Members, Scene], list[Part]]] = {
    "message": _message,
    "reasoning": _reasoning,
    "function_call": _function,
    "custom_tool_call": _custom,
    "additional_tools": _added_tools,
    **dict.fromkeys(SERVER_TOOLS, _server_call),
    **dict.fromkeys(SERVER_RESULTS, _server_result),
    **dict.fromkeys(CLIENT_TOOLS, _defined_by_openai),
    **dict.fromkeys(CLIENT_RESULTS, _result),
}
