"""The items of the Responses API as parts: what is answered, and what a request repeats of it, are the same things.

Source: the OpenAI API reference ("The response object", "Input items"), and those of xAI and OpenRouter for what they
add. What no reader here knows becomes a `Generic` part.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.decoding.values import leftovers, mapping, sequence, text
from cassette_tools.dialects._parts import parsed_arguments
from cassette_tools.dialects._responses_content import Where, words_of
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
    from collections.abc import Callable, Iterable

    from cassette_tools.model import Json, Part

    Reader = Callable[["dict[str, Json]", "Where"], "list[Part]"]


# Tools that the provider runs: our name for the tool ("" where the item names it) and the keys of what came back.
SERVER_TOOLS: dict[str, tuple[str, tuple[str, ...], str]] = {
    "web_search_call": ("web_search", ("results",), "OpenAI, xAI"),
    "file_search_call": ("file_search", ("results",), "OpenAI, xAI"),
    "code_interpreter_call": ("code_interpreter", ("outputs",), "OpenAI, xAI"),
    "image_generation_call": ("image_generation", (), "OpenAI: the image is a part of its own"),
    "mcp_call": ("", ("output", "error"), "OpenAI, xAI: a tool of a remote server"),
    "mcp_list_tools": ("mcp_list_tools", ("tools", "error"), "OpenAI: what a remote server offers"),
    "mcp_approval_request": ("", (), "OpenAI: the client is asked first, and answers with mcp_approval_response"),
    "tool_search_call": ("tool_search", (), "OpenAI: deferred tools are looked up"),
    "x_search_call": ("x_search", ("results",), "xAI"),
    "program": ("program", (), "OpenAI: calls of tools by a program that the model wrote"),
}
# What a tool of the provider's gave back, where that is an item of its own: the tool's name, the key of its id.
SERVER_RESULTS: dict[str, tuple[str, str, str]] = {
    "tool_search_output": ("tool_search", "call_id", "OpenAI"),
    "program_output": ("program", "call_id", "OpenAI"),
    "mcp_approval_response": ("", "approval_request_id", "OpenAI: the client's yes or no"),
}
# Tools that OpenAI defines and the client runs: the tool's name, and the key of what it shall do.
CLIENT_TOOLS: dict[str, tuple[str, str, str]] = {
    "computer_call": ("computer", "action", "the computer's screen and keyboard are the client's"),
    "local_shell_call": ("local_shell", "action", "the shell is the client's"),
    "shell_call": ("shell", "action", "the shell is the client's, unless `environment` names a container"),
    "apply_patch_call": ("apply_patch", "operation", "the files are the client's"),
}
CLIENT_RESULTS: dict[str, str] = {
    "function_call_output": "the result of a function",
    "custom_tool_call_output": "the result of a custom tool",
    "computer_call_output": "a screenshot",
    "local_shell_call_output": "what the command printed",
    "shell_call_output": "what the commands printed",
    "apply_patch_call_output": "whether the patch could be applied",
}

_RESULT_KEYS = ("type", "call_id", "output", "status")


def item_parts(item: Json, where: Where) -> list[Part]:
    """The parts that one item says. What has no place in them goes to the message's `extra`."""
    if type(item) is not dict:
        return [Generic(kind="unknown", content=item, pointer=where.pointer)]
    kind = kind_of(item)
    reader = _READERS.get(kind)
    parts = reader(item, where) if reader is not None else None
    if parts is None:
        return [Generic(kind=kind or "unknown", content=item, pointer=where.pointer)]
    return parts


def kind_of(item: dict[str, Json]) -> str:
    """The item's type; a message need not say that it is one."""
    kind = item.get("type")
    if isinstance(kind, str):
        return kind
    return "message" if "role" in item or "content" in item else ""


def _keep(item: dict[str, Json], known: Iterable[str], where: Where) -> None:
    """Keep what has no place, and the status unless it is that of every item that is there."""
    status = item.get("status")
    leftovers(item, (*known, "status"), where.at, where.extra)
    if status is not None and status != "completed":
        where.extra[where.at + "/status"] = status


# --- messages --------------------------------------------------------------------------------------------------------


def _message(item: dict[str, Json], where: Where) -> list[Part]:
    _keep(item, ("type", "role", "content"), where)
    return words_of(item.get("content"), where)


# --- reasoning -------------------------------------------------------------------------------------------------------


def _reasoning(item: dict[str, Json], where: Where) -> list[Part]:
    """Each summary and each raw text is a part; what is sealed hangs on the last of them, or is one without words.

    A third of all items are shells: the model thought, and of what it thought nothing is told.
    """
    _keep(item, _REASONING_KEYS, where)
    identity, form = text(item.get("id")), text(item.get("format"))
    parts: list[Reasoning] = []
    for key, kind in (("summary", "summary"), ("content", "text")):
        listed = item.get(key)
        if isinstance(listed, str) and listed:
            parts.append(
                Reasoning(content=listed, kind=kind, id=identity, format=form, pointer=f"{where.pointer}/{key}")
            )
        elif listed and type(listed) is not list:
            where.extra[f"{where.at}/{key}"] = listed
        for index, part in enumerate(sequence(listed)):
            step = f"/{key}/{index}"
            words = mapping(part).get("text")
            if not isinstance(words, str):
                where.extra[where.at + step] = part
                continue
            if words:
                place = f"{where.pointer}{step}/text"
                parts.append(Reasoning(content=words, kind=kind, id=identity, format=form, pointer=place))
            leftovers(part, ("type", "text"), where.at + step, where.extra)
    sealed, signature = item.get("encrypted_content"), text(item.get("signature"))
    if sealed is not None and not isinstance(sealed, str):
        where.extra[where.at + "/encrypted_content"] = sealed
    sealed = text(sealed)
    if not parts:
        place = where.pointer + ("/encrypted_content" if sealed else "")
        kind = "encrypted" if sealed else "redacted"
        parts.append(Reasoning(content="", kind=kind, id=identity, format=form, pointer=place))
    if sealed or signature:
        parts[-1] = replace(parts[-1], encrypted=sealed, signature=signature)
    return list(parts)


_REASONING_KEYS = ("type", "id", "summary", "content", "encrypted_content", "signature", "format")


# --- tools of the client ---------------------------------------------------------------------------------------------


def _function(item: dict[str, Json], where: Where) -> list[Part]:
    raw = item.get("arguments")
    arguments, exact, valid = parsed_arguments(raw)
    return _called(item, where, "function", "arguments", arguments, exact, valid)


def _custom(item: dict[str, Json], where: Where) -> list[Part]:
    """Any text may be the input. xAI's own tools come so too: they are those that the client did not define."""
    if where.own is not None and item.get("name") not in where.own:
        return _served(item, where, text(item.get("name")) or "", (), ("type", "id", "call_id", "name", "status"))
    raw = item.get("input")
    exact = raw if isinstance(raw, str) else None
    return _called(item, where, "custom", "input", {} if raw is None else raw, exact, True)


def _called(
    item: dict[str, Json], where: Where, kind: str, key: str, arguments: Json, exact: str | None, valid: bool
) -> list[Part]:
    call_id, name = _call_id(item, where), item.get("name")
    _keep(item, ("type", "id", "call_id", "name", key), where)
    if name is not None and not isinstance(name, str):
        where.extra[where.at + "/name"] = name
    return [
        ToolCall(
            id=call_id,
            name=name if isinstance(name, str) else "",
            arguments=arguments,
            raw_arguments=exact,
            arguments_valid=valid,
            kind=kind,
            pointer=f"{where.pointer}/{key}",
        )
    ]


def _call_id(item: dict[str, Json], where: Where) -> str | None:
    """The id by which the result refers to the call; the item's own id is kept beside it, or stands in for it."""
    call_id, identity = text(item.get("call_id")), item.get("id")
    if call_id is None:
        if item.get("call_id"):
            where.extra[where.at + "/call_id"] = item["call_id"]
        return text(identity)
    if identity is not None:
        where.extra[where.at + "/id"] = identity
    return call_id


def _defined_by_openai(item: dict[str, Json], where: Where) -> list[Part]:
    kind = item["type"]
    name, key, _ = CLIENT_TOOLS[kind]
    if mapping(item.get("environment")).get("type") in ("container_reference", "container_auto"):
        return _served(item, where, name, (), ("type", "id", "call_id", "status"))
    if key not in item and "actions" in item:  # computer use, when it learnt to do several things at once (2026)
        key = "actions"
    call_id = _call_id(item, where)
    _keep(item, ("type", "id", "call_id", key), where)
    value = item.get(key)
    return [
        ToolCall(
            id=call_id,
            name=name,
            arguments={} if value is None else value,
            kind=name,
            pointer=f"{where.pointer}/{key}",
        )
    ]


def _result(item: dict[str, Json], where: Where) -> list[Part]:
    """What the client's tool gave back. A single text stands for its words, as in chat."""
    output, place = item.get("output"), where.pointer + "/output"
    if type(output) is list and len(output) == 1:
        only = mapping(output[0])
        if only.get("type") in ("input_text", "output_text", "text") and isinstance(only.get("text"), str):
            leftovers(only, ("type", "text"), where.at + "/output/0", where.extra)
            output, place = only["text"], place + "/0/text"
    if where.is_answer:  # the provider ran it: shell_call_output of a hosted container
        name = CLIENT_TOOLS.get(item["type"].removesuffix("_output"), ("",))[0]
        return _given(item, where, name, _call_id(item, where), ("call_id", "id", "status"))
    call_id = _call_id(item, where)
    _keep(item, (*_RESULT_KEYS, "id"), where)
    failed = item.get("status") == "failed"
    if failed:
        del where.extra[where.at + "/status"]
    return [ToolCallResponse(id=call_id, response=output, is_error=True if failed else None, pointer=place)]


# --- tools of the provider -------------------------------------------------------------------------------------------


def _server_call(item: dict[str, Json], where: Where) -> list[Part]:
    kind = item["type"]
    name, results, _ = SERVER_TOOLS[kind]
    known = ["type", "id", "status"]
    if not name:
        name = text(item.get("name")) or kind
        known.append("name")
    if kind == "tool_search_call" and item.get("execution") == "client":
        arguments, exact, valid = parsed_arguments(item.get("arguments"))
        call = {**item, "name": name}
        [part] = _called(call, where, "tool_search", "arguments", arguments, exact, valid)
        return [part]
    if kind == "image_generation_call" and text(item.get("result")):
        parts = _served(item, where, name, (), (*known, "result"))
        form = text(item.get("output_format")) or "png"
        place = where.pointer + "/result"
        return [*parts, Blob(modality="image", mime_type=f"image/{form}", content=item["result"], pointer=place)]
    return _served(item, where, name, results, known)


def _served(
    item: dict[str, Json], where: Where, name: str, results: tuple[str, ...], known: Iterable[str]
) -> list[Part]:
    """The call, and, where the item has it, what came back."""
    call_id = _call_id(item, where) if "call_id" in item else text(item.get("id"))
    status = item.get("status")
    if status is not None and status != "completed":
        where.extra[where.at + "/status"] = status
    asked: dict[str, Json] = {"type": item["type"]}
    given: dict[str, Json] = {}
    for key, value in item.items():
        if value is None or key in known:
            continue
        if key in results:
            given[key] = value
        elif key == "arguments" and isinstance(value, str):
            asked[key] = parsed_arguments(value)[0]
        elif key == "action" and mapping(value).get("sources"):
            given["sources"] = value["sources"]
            asked[key] = {name: member for name, member in value.items() if name != "sources"}
        elif key != "call_id" or call_id is None:
            asked[key] = value
    parts: list[Part] = [ServerToolCall(id=call_id, name=name, server_tool_call=asked, pointer=where.pointer)]
    if given:
        answer = {"type": item["type"], **given}
        parts.append(
            ServerToolCallResponse(id=call_id, name=name, server_tool_call_response=answer, pointer=where.pointer)
        )
    return parts


def _server_result(item: dict[str, Json], where: Where) -> list[Part]:
    name, key, _ = SERVER_RESULTS[item["type"]]
    identity = text(item.get(key))
    if identity is not None and item.get("id") is not None:
        where.extra[where.at + "/id"] = item["id"]
    return _given(item, where, name, identity or text(item.get("id")), (key, "id", "status"))


def _given(item: dict[str, Json], where: Where, name: str, identity: str | None, known: tuple[str, ...]) -> list[Part]:
    answer = {key: value for key, value in item.items() if value is not None and key not in known}
    _keep({"status": item.get("status")}, (), where)
    return [
        ServerToolCallResponse(id=identity, name=name or None, server_tool_call_response=answer, pointer=where.pointer)
    ]


def _added_tools(item: dict[str, Json], where: Where) -> list[Part]:
    """Tools that the client offers later in the conversation; they are among the call's tools, here are their names."""
    names = [text(mapping(tool).get("name")) or text(mapping(tool).get("type")) for tool in sequence(item.get("tools"))]
    content = {key: value for key, value in item.items() if key not in ("type", "role")}
    if type(item.get("tools")) is list:
        content["tools"] = names
    return [Generic(kind="additional_tools", content=content, pointer=where.pointer)]


_READERS: dict[str, Reader] = {
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
