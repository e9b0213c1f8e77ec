"""Sourcegraph's completions for Cody: the dialect ``sourcegraph.completions``.

A gateway with words of its own: speakers and texts go in, and a stream of ``deltaText`` (or, before API version 2, of
the whole text so far) comes out. Pointers are those of `openai_chat`.
"""

from __future__ import annotations

from cassette_tools.data.settings import SOURCEGRAPH
from cassette_tools.decoding.assembly import DecodedRequest, DecodedResponse, Decoding
from cassette_tools.decoding.errors import error_in, failure_in
from cassette_tools.decoding.parts import words_in
from cassette_tools.decoding.streams import Stream, folded, whole_string
from cassette_tools.decoding.trace import Trace
from cassette_tools.decoding.urls import is_post, path_of
from cassette_tools.decoding.values import mapping
from cassette_tools.dialects import DIALECTS, LIKELY, Dialect
from cassette_tools.model import Message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding import Folded
    from cassette_tools.decoding.members import Members
    from cassette_tools.model import Event, Interaction, Json, LLMCall, Part

NAME = "sourcegraph.completions"
PATHS = ("/.api/completions/stream", "/.api/completions/code")
_ROLES = {"human": "user", "assistant": "assistant", "system": "system"}


def recognize(interaction: Interaction) -> int:
    """2: the path and the method."""
    request = interaction.request
    return LIKELY if path_of(request.url).endswith(PATHS) and is_post(request) else 0


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the pieces of one stream; of whole texts the last counts. Never raises."""
    stream = Stream()
    for number, event in enumerate(events):
        value = mapping(event.json)
        if event.event == "done":
            stream.ended = True
        elif event.event == "error":
            stream.fail(error_in(value, event_index=number) or failure_in(event, number))
        else:
            _add(stream, dict(value), number)
    trace = Trace()
    for block in stream.blocks.values():
        stream.body["completion"] = whole_string(block, "completion", "/completion", "deltaText", trace)
    return folded(stream.body, trace, None if stream.ended else "no event done", stream.error)


def _add(stream: Stream, value: dict[str, Json], number: int) -> None:
    words = value.pop("deltaText", None)
    if type(words) is str:
        stream.block(0, number).append("completion", words, number, "")
    stream.body.update({key: inner for key, inner in value.items() if inner is not None})


def decode(interaction: Interaction, folded: Folded) -> LLMCall:
    """The call that an interaction is. Never raises, whatever the bodies hold."""
    decoding = Decoding(NAME, interaction, folded)
    request = decoding.request
    parameters = request.renamed(SOURCEGRAPH)
    system, messages = _history(request)
    asked = DecodedRequest(
        model=request.text("model"),
        parameters=parameters,
        system=system,
        messages=messages,
        stream=path_of(interaction.request.url).endswith(PATHS[0]),
    )
    return decoding.call("chat", asked, _response(decoding))


def _history(request: Members) -> tuple[tuple[Part, ...], tuple[Message, ...]]:
    """The system instructions with which the history begins, and the other messages."""
    system: list[Part] = []
    read: list[Message] = []
    for _, message in request.apart("messages"):
        native, parts = message.text("speaker") or "human", words_in(message, "text")
        message.keep()
        if native == "system" and not read and not message.extra:
            system.extend(parts)
        else:
            role, extra = _ROLES.get(native, native), message.extra
            read.append(
                Message(role=role, parts=tuple(parts), native_role=native, extra=extra, pointer=message.pointer)
            )
    return tuple(system), tuple(read)


def _response(decoding: Decoding) -> DecodedResponse:
    body = decoding.response
    if "completion" not in body and "stopReason" not in body:
        return DecodedResponse(error=decoding.error())
    output = decoding.output(words_in(body, "completion"), body, "stopReason", None, {})
    # Code completions end with the event done and say no reason.
    return DecodedResponse(outputs=(output,), error=decoding.error(), ends=bool(output.native_finish_reason))


DIALECTS.register(
    Dialect(name=NAME, title="Sourcegraph Cody completions", recognize=recognize, fold=fold, decode=decode)
)
