"""The answer of a Chat Completions call: its choices, its usage, and its failure.

Sources: the OpenAI API reference; OpenRouter's, Groq's, Perplexity's, Venice's and MiniMax's for what is theirs.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.decoding.assembly import DecodedResponse, answer
from cassette_tools.decoding.errors import error_from, error_in
from cassette_tools.decoding.messages import role_of
from cassette_tools.decoding.usage import cost_in
from cassette_tools.decoding.values import at, index_of, mapping, sequence, text
from cassette_tools.dialects.openai_chat.parts import message_parts
from cassette_tools.dialects.openai_chat.request import ROLES
from cassette_tools.model import CallError, Message, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cassette_tools.decoding.assembly import Decoding, Finish
    from cassette_tools.decoding.members import Members
    from cassette_tools.model import Json, Part, Usage

DETAILS = ("stop", "max_tokens")  # types of `finish_details`


def read_response(decoding: Decoding) -> DecodedResponse:
    """Decode a response body of any shape. One that is neither an answer nor wraps an error is kept whole."""
    body, whole = decoding.response, decoding.body
    sources = "citations" if whole.get("citations") else "search_results"  # Perplexity: what is behind [1], [2], …
    citations = tuple(sequence(whole.get(sources)))
    outputs = tuple(_outputs(decoding, citations))
    usage = _usage(decoding)
    if "choices" in whole or "error" in whole:
        for key in ("id", "model", "object"):
            body.string(key)
        if _are_cited(citations, outputs):
            body.take(sources)
        if not whole.get("citations"):
            body.take("citations")
        _take_usage(body, usage)
        body.take("error")
    body.keep()
    return DecodedResponse(
        model=text(whole.get("model")),
        id=text(whole.get("id")),
        outputs=outputs,
        usage=usage,
        error=_error(decoding),
    )


# --- choices ---------------------------------------------------------------------------------------------------------


def _outputs(decoding: Decoding, citations: tuple[Json, ...]) -> Iterator[Message]:
    spoken = text(at(decoding.interaction.request.body.json, ("audio", "format")))
    for position, (value, choice) in enumerate(decoding.response.apart("choices")):
        if type(value) is dict:
            yield _output(decoding, choice, position, citations, spoken)


def _output(
    decoding: Decoding, choice: Members, position: int, citations: tuple[Json, ...], spoken: str | None
) -> Message:
    message = _message(choice)
    role, native_role = role_of(message.text("role"), ROLES, "assistant")
    parts = message_parts(message, citations=citations, audio_format=spoken)
    index = index_of(choice.take("index"), position)
    canonical, native = _finish(decoding, choice, parts, index)
    finish = canonical, choice.text("native_finish_reason") or native  # OpenRouter sends the provider's own word too
    name = text(message.peek("name"))
    message.keep()
    choice.keep()
    said = answer(parts, finish, choice.extra, choice.pointer, role=role, native_role=native_role, index=index)
    return said if name is None else replace(said, name=name)


def _message(choice: Members) -> Members:
    """The message of a choice; from a server that streams without folding it is a delta."""
    if _repeats(choice):
        choice.take("delta")
    has_message = type(choice.peek("message")) is dict or type(choice.peek("delta")) is not dict
    return choice.object("message" if has_message else "delta")


def _finish(decoding: Decoding, choice: Members, parts: Sequence[Part], index: int) -> Finish:
    """Why a choice ended, in our words and in its own; an empty word is none while the stream goes on."""
    finish = choice.take("finish_reason")
    if finish is None:
        finish = _detailed(choice)
    if finish == "" and not decoding.folded.complete:
        return None, finish
    what, api = f"choice {index}", "no provider of this dialect is"
    return decoding.finish(parts, "finish_reason", finish, choice.extra, what=what, api=api)


def _repeats(choice: Members) -> bool:
    """Perplexity's plain answer also carries a delta, which says nothing that the message does not."""
    delta, message = choice.peek("delta"), choice.peek("message")
    if type(delta) is not dict or type(message) is not dict:
        return False
    return all(value in ("", None) or message.get(key) == value for key, value in delta.items())


def _detailed(choice: Members) -> str | None:
    """gpt-4-vision-preview (2023) said why it ended in an object."""
    kind = text(mapping(choice.peek("finish_details")).get("type"))
    return kind if kind in DETAILS else None


def _are_cited(sources: tuple[Json, ...], outputs: tuple[Message, ...]) -> bool:
    """Whether a text has these citations. (One with annotations of its own has those.)"""
    parts = (part for message in outputs for part in message.parts)
    return bool(sources) and any(type(part) is Text and part.citations == sources for part in parts)


# --- usage -----------------------------------------------------------------------------------------------------------


def _usage(decoding: Decoding) -> Usage | None:
    """Groq's streams once had their usage under ``x_groq`` only; Venice puts the cost beside it."""
    whole = decoding.body
    native, pointer = whole.get("usage"), "/usage"
    if not native:
        native, pointer = at(whole, ("x_groq", "usage")), "/x_groq/usage"
    usage = decoding.counts(native, pointer, at(whole, ("choices", 0, "message")))
    if usage is not None and usage.cost is None and type(whole.get("cost")) is dict:
        return replace(usage, cost=cost_in(whole))
    return usage


def _take_usage(body: Members, usage: Usage | None) -> None:
    """Take what `usage` was made of, and what repeats it."""
    native = body.peek("usage")
    if usage is not None or not native:
        body.take("usage")
    if usage is not None and usage.cost is not None and type(body.peek("cost")) is dict:
        cost = body.object("cost")
        cost.take("usd")
        cost.keep()
    groq = body.object("x_groq")
    if usage is not None and groq.peek("usage") in (usage.native, native):
        groq.take("usage")
    groq.take("error")
    groq.keep()


# --- failure ---------------------------------------------------------------------------------------------------------


def _error(decoding: Decoding) -> CallError | None:
    if decoding.folded.error is not None:
        return decoding.folded.error
    body = decoding.interaction.response.body
    for comment in body.comments:
        if comment.field == "error":  # GPUStack writes `error:` where `data:` belongs, seen in 2025
            return _error_line(comment.text)
    choices = decoding.body.get("choices")
    if type(choices) is list:
        return error_in(decoding.body) or _error_in_choices(choices)
    status = mapping(decoding.body.get("base_resp"))
    if status.get("status_code") and not body.events:  # MiniMax fails with 200, and says so here
        return error_from(status, {}, "/base_resp", None)
    return decoding.error(bare=True)


def _error_in_choices(choices: list[Json]) -> CallError | None:
    """OpenRouter: each choice can fail for itself."""
    for position, choice in enumerate(choices):
        if mapping(choice).get("error"):
            return error_from(choice["error"], {}, f"/choices/{position}/error", None)
    return None


def _error_line(words: str) -> CallError:
    from cassette_tools.nesting import json_value

    try:
        value = json_value(words)
    except (ValueError, RecursionError):
        value = words
    found = error_in(value) or error_from(value, mapping(value), "", None)
    return CallError(type=found.type, code=found.code, message=found.message, in_stream=True, raw=value)
