"""The answer of a Responses call: its items, why it ended, its usage, its failure, and what else it says.

Source: the OpenAI API reference ("The response object", "Compact a response", "Get input token counts").
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.decoding.assembly import DecodedResponse, answer
from cassette_tools.decoding.ending import is_streamed
from cassette_tools.decoding.errors import error_in
from cassette_tools.decoding.members import Members
from cassette_tools.decoding.values import mapping, sequence, text
from cassette_tools.dialects.openai_responses.echo import take_echoes
from cassette_tools.dialects.openai_responses.history import turns
from cassette_tools.dialects.openai_responses.items import Scene, item_parts, kind_of
from cassette_tools.dialects.openai_responses.request import own_names
from cassette_tools.dialects.openai_responses.stream import ENDED
from cassette_tools.model import CallError, Message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding.assembly import DecodedRequest, Decoding
    from cassette_tools.decoding.members import Extra
    from cassette_tools.model import Json, Part, Usage

# What the API's objects call themselves, and which operation answers with each.
OBJECTS = {
    "response": "chat",
    "response.compaction": "compact",
    "response.input_tokens": "token_count",
    "response.deleted": "delete",
}
# Constant beside every answer: who pays.
_BILLING = {"payer": "developer"}


def read_response(decoding: Decoding, asked: DecodedRequest) -> DecodedResponse:
    """Decode a response body of any shape. One that is neither an answer nor wraps an error is kept whole."""
    body = decoding.response
    error = _error(decoding)
    usage = _usage(decoding)
    outputs: tuple[Message, ...] = ()
    if "output" in body or "status" in body:
        _take_repeated(decoding)
        outputs = _outputs(decoding, asked, error)
        body.string("object")
    elif body.peek("object") in (*OBJECTS, "list"):
        body.take("object")
    elif "error" in body and not body.peek("object"):
        body.take("type")
    body.take("error")
    answered = DecodedResponse(model=body.text("model"), id=body.text("id"), outputs=outputs, usage=usage, error=error)
    body.keep()
    return answered


# --- items -----------------------------------------------------------------------------------------------------------


def _outputs(decoding: Decoding, asked: DecodedRequest, error: CallError | None) -> tuple[Message, ...]:
    """The answer is one message; a compacted conversation is several."""
    body, own = decoding.response, own_names(asked.tools)
    if type(body.peek("output")) is not list and "status" not in body:
        return ()
    native = _end(decoding, asked)
    if body.peek("object") == "response.compaction":
        found = turns(body.array("output"), "/output", 0, Scene(own=own))
        return tuple([replace(each, index=index, finish_reason="compaction") for index, each in enumerate(found)])
    extra: Extra = {}
    parts, role = answer_parts(body, Scene(own=own, is_answer=True), extra)
    if error is not None and not parts and native is None:
        return ()
    finish = decoding.finish(parts, "", native, extra, api="no provider of this dialect is")
    return (answer(parts, finish, extra, "/output", native_role=role),)


def answer_parts(body: Members, scene: Scene, extra: Extra) -> tuple[list[Part], str | None]:
    """The parts of the items, and the role of them that is not the assistant's."""
    parts: list[Part] = []
    role = None
    for index, (value, pointer) in enumerate(body.elements("output")):
        item = Members(mapping(value), pointer, extra, f"/{index}")
        said = item.peek("role")
        parts.extend(item_parts(value, item, scene))
        if type(said) is str and said != "assistant" and kind_of(value) == "message":
            role = extra[f"/{index}/role"] = said
    return parts, role


def _end(decoding: Decoding, asked: DecodedRequest) -> str | None:
    """Why the answer ended, in the API's words: the reason of an incomplete one, else the status.

    A stream whose answer goes on was cut, or failed; without a stream the answer goes on in the background.
    """
    status, details = decoding.response.text("status"), decoding.response.object("incomplete_details")
    reason = details.text("reason") if status == "incomplete" else None
    details.keep()
    stream = is_streamed(decoding.interaction, asked=asked.parameters.get("stream") is True)
    return None if stream and status not in ENDED else reason or status


# --- usage, and failure ----------------------------------------------------------------------------------------------


def _usage(decoding: Decoding) -> Usage | None:
    """The counts of an answer; the answer to a request for a count is one itself."""
    body = decoding.response
    if body.peek("object") != "response.input_tokens":
        usage = decoding.usage(body)
        if not body.peek("usage"):
            body.take("usage")
        return usage
    usage = decoding.counts({key: value for key, value in decoding.body.items() if key != "object"}, "")
    if usage is not None and usage.input_tokens is not None:
        body.take("input_tokens")
    return usage


def _error(decoding: Decoding) -> CallError | None:
    body = decoding.body
    is_answer = body.get("object") in tuple(OBJECTS) or type(body.get("output")) is list
    if decoding.interaction.response.body.events or not is_answer:
        return decoding.error(bare=True)
    error = error_in(body)
    if error is None and body.get("status") == "failed":
        words = "the response failed, and nothing says why"
        return CallError(type=None, code=None, message=words, raw=body.get("error"), pointer="/error")
    return error


# --- what an answer repeats ------------------------------------------------------------------------------------------


def _take_repeated(decoding: Decoding) -> None:
    """Take what is no news: the settings of the request, who pays, tools that were not used, and the text once more."""
    body = decoding.response
    take_echoes(body, mapping(decoding.interaction.request.body.json))
    if body.peek("billing") == _BILLING:
        body.take("billing")
    if _is_nought(body.peek("tool_usage")):
        body.take("tool_usage")
    if "output_text" in body and body.peek("output_text") == _words(decoding.body):
        body.take("output_text")  # OpenRouter and the SDKs


def _is_nought(value: Json, depth: int = 0) -> bool:
    """Whether an object holds nothing but counts of 0."""
    if type(value) is dict and depth < 8:
        return all(_is_nought(member, depth + 1) for member in value.values())
    return type(value) is int and value == 0


def _words(body: dict[str, Json]) -> str:
    items = sequence(body.get("output"))
    parts = [mapping(part) for item in items for part in sequence(mapping(item).get("content"))]
    return "".join([text(part.get("text")) or "" for part in parts if part.get("type") == "output_text"])
