"""Interactions for the tests of the Responses dialect, built by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chat_interactions import event, interaction

from cassette_tools.dialects import Folded
from cassette_tools.dialects.openai_responses import decode
from cassette_tools.dialects.openai_responses.stream import fold
from cassette_tools.model import Event, Interaction, LLMCall, Message

if TYPE_CHECKING:
    from cassette_tools.model import Part

URL = "https://api.openai.com/v1/responses"


def asked(request: Any = None, response: Any = None, **more: Any) -> Interaction:
    """One interaction with OpenAI; `events` make a stream, numbered unless they are."""
    events = more.pop("events", None)
    more.setdefault("url", URL)
    if events is not None:
        more["chunks"] = stream(*events)
    return interaction({"model": "m-1", "input": "Hi"} if request is None else request, response, **more)


def stream(*events: Any) -> list[Event]:
    """Events with the numbers that the server counts them by."""
    made: list[Event] = []
    for value in events:
        if isinstance(value, dict) and "sequence_number" not in value:
            value = {**value, "sequence_number": len(made)}
        made.append(value if isinstance(value, Event) else event(value))
    return made


def folded(*events: Any) -> Folded:
    return fold(tuple(stream(*events)))


def called(one: Interaction) -> LLMCall:
    """What the dialect says of an interaction, as the loader would ask it."""
    body = one.response.body
    return decode(one, fold(body.events) if body.stream else Folded(body=body.json))


def response(*output: Any, **more: Any) -> dict[str, Any]:
    return {"id": "resp_1", "object": "response", "status": "completed", "model": "m-1", "output": list(output), **more}


def text(words: str, **more: Any) -> dict[str, Any]:
    return {"type": "output_text", "text": words, "annotations": [], "logprobs": [], **more}


def message(*content: Any, **more: Any) -> dict[str, Any]:
    whole = {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": list(content)}
    return {**whole, **more}


def call(name: str = "f", arguments: str = "{}", number: int = 1, **more: Any) -> dict[str, Any]:
    whole = {"id": f"fc_{number}", "type": "function_call", "call_id": f"call_{number}", "name": name}
    return {**whole, "arguments": arguments, "status": "completed", **more}


def parts(*output: Any, **request: Any) -> tuple[Part, ...]:
    """The parts of an answer of these items."""
    return answer(*output, **request).parts


def answer(*output: Any, **request: Any) -> Message:
    [only] = called(asked({"model": "m-1", "input": "Hi", **request}, response(*output))).output_messages
    return only


def history(*items: Any, **request: Any) -> tuple[Message, ...]:
    return called(asked({"model": "m-1", "input": list(items), **request}, response())).input_messages


# --- events ----------------------------------------------------------------------------------------------------------


def created(**more: Any) -> dict[str, Any]:
    return {"type": "response.created", "response": response(**{"status": "in_progress", **more})}


def completed(*output: Any, **more: Any) -> dict[str, Any]:
    return {"type": "response.completed", "response": response(*output, **more)}


def added(index: int, item: Any) -> dict[str, Any]:
    return {"type": "response.output_item.added", "output_index": index, "item": item}


def done(index: int, item: Any) -> dict[str, Any]:
    return {"type": "response.output_item.done", "output_index": index, "item": item}


def delta(kind: str, index: int, words: Any, **more: Any) -> dict[str, Any]:
    return {"type": f"response.{kind}.delta", "output_index": index, "delta": words, **more}


def said(index: int, words: str, content: int = 0, **more: Any) -> dict[str, Any]:
    return delta("output_text", index, words, content_index=content, **more)
