"""Sourcegraph's completions for Cody: the dialect ``sourcegraph.completions``.

A gateway with words of its own: speakers and texts go in, and a stream of ``deltaText`` (or, before API version 2, of
the whole text so far) comes out. Pointers are those of `openai_chat`.
"""

from __future__ import annotations

from cassette_tools.decoding import Folded
from cassette_tools.decoding.assembly import DecodedRequest, DecodedResponse, Decoding
from cassette_tools.decoding.errors import error_in, failure_in
from cassette_tools.decoding.members import Members
from cassette_tools.decoding.trace import Trace, joined
from cassette_tools.decoding.urls import path_of
from cassette_tools.decoding.values import mapping
from cassette_tools.dialects import DIALECTS, LIKELY, Dialect
from cassette_tools.model import CallError, Message, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding.trace import Runs
    from cassette_tools.model import Event, Interaction, Json, LLMCall, Part

NAME = "sourcegraph.completions"
PATHS = ("/.api/completions/stream", "/.api/completions/code")
SETTINGS = {
    "maxTokensToSample": "max_tokens",
    "temperature": "temperature",
    "topK": "top_k",
    "topP": "top_p",
    "stopSequences": "stop_sequences",
    "stream": "stream",
}
_ROLES = {"human": "user", "assistant": "assistant", "system": "system"}


def recognize(interaction: Interaction) -> int:
    """2: the path and the method."""
    request = interaction.request
    return LIKELY if path_of(request.url).endswith(PATHS) and request.method.upper() in ("POST", "") else 0


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the pieces of one stream; of whole texts the last counts. Never raises."""
    body: dict[str, Json] = {}
    runs: Runs = []
    error: CallError | None = None
    done = False
    for number, event in enumerate(events):
        value = mapping(event.json)
        if event.event == "done":
            done = True
        elif event.event == "error":
            error = error or error_in(value, event_index=number) or failure_in(event, number)
        else:
            if type(value.get("deltaText")) is str:
                runs.append((number, "", value["deltaText"]))
            body.update({key: inner for key, inner in value.items() if key != "deltaText" and inner is not None})
    trace = Trace()
    if runs:
        body["completion"] = joined(runs)
        trace.note("/completion", runs, "deltaText")
    complete = done or error is not None
    return Folded(body=body, trace=trace, complete=complete, cut=None if complete else "no event done", error=error)


def decode(interaction: Interaction, folded: Folded) -> LLMCall:
    """The call that an interaction is. Never raises, whatever the bodies hold."""
    decoding = Decoding(NAME, interaction, folded)
    request = decoding.request
    parameters = request.renamed(SETTINGS)
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
    for value, pointer in request.elements("messages"):
        message = Members(value, pointer, {}, "")
        native, parts = message.text("speaker") or "human", _words(message, "text")
        message.keep()
        if native == "system" and not read and not message.extra:
            system.extend(parts)
        else:
            role = _ROLES.get(native, native)
            read.append(Message(role=role, parts=parts, native_role=native, extra=message.extra, pointer=pointer))
    return tuple(system), tuple(read)


def _words(source: Members, key: str) -> tuple[Part, ...]:
    words = source.text(key)
    return () if words is None else (Text(content=words, pointer=source.at(key)),)


def _response(decoding: Decoding) -> DecodedResponse:
    body = decoding.response
    if "completion" not in body and "stopReason" not in body:
        return DecodedResponse(error=decoding.error())
    output = decoding.output(_words(body, "completion"), body, "stopReason", None, {})
    # Code completions end with the event done and say no reason.
    return DecodedResponse(outputs=(output,), error=decoding.error(), ends=bool(output.native_finish_reason))


DIALECTS.register(
    Dialect(name=NAME, title="Sourcegraph Cody completions", recognize=recognize, fold=fold, decode=decode)
)
