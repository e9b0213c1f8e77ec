"""Gemini's Interactions API: the dialect ``gemini.interactions``.

One call is one interaction: it is created by a POST to ``/interactions``, and it is the same interaction when it is
fetched later, since one that runs in the background is answered before it has ended. What was said before is on the
server, and the request names it.

Pointers are those of `openai_chat`.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.decoding.assembly import DecodedResponse, Decoding, answer
from cassette_tools.decoding.ending import ending, is_streamed
from cassette_tools.decoding.errors import error_from
from cassette_tools.decoding.streams import first_values
from cassette_tools.decoding.urls import is_post, path_of
from cassette_tools.decoding.values import mapping, sequence, text
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, POSSIBLE, Dialect
from cassette_tools.dialects.gemini.interactions.request import read_request
from cassette_tools.dialects.gemini.interactions.steps import kind_of, read_item
from cassette_tools.dialects.gemini.interactions.stream import fold
from cassette_tools.dialects.gemini.names import model_name
from cassette_tools.model import Message, ToolCall

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding import Folded
    from cassette_tools.decoding.assembly import DecodedRequest
    from cassette_tools.decoding.members import Extra, Members
    from cassette_tools.model import CallError, Interaction, Json, LLMCall, Part

NAME = "gemini.interactions"

PATH = "/interactions"
EVENTS = ("interaction.", "step.", "content.")  # how `event_type` begins
_LOOK_AHEAD = 4  # events
_FAILED = ("failed", "cancelled")


def recognize(interaction: Interaction) -> int:
    """3: the response has the shape of this dialect; 2: the path and the method say so; 1: the request's shape does."""
    body, request = interaction.response.body, interaction.request
    if any(_is_answer(mapping(value)) for value in first_values(body, _LOOK_AHEAD)):
        return CERTAIN
    path, asks = path_of(request.url), _asks(request.body.json)
    if path.endswith(PATH):
        return LIKELY if asks and is_post(request) else 0
    # One of them by its id. Others have interactions, too: the host decides.
    host = path.partition("://")[2].partition("/")[0]
    is_google = host.endswith("googleapis.com") and PATH + "/" in path
    return POSSIBLE if is_google or (asks and PATH in path) else 0


def _is_answer(value: dict[str, Json]) -> bool:
    """Whether a body is an interaction, or an event one of its own."""
    return value.get("object") == "interaction" or (text(value.get("event_type")) or "").startswith(EVENTS)


def _asks(value: Json) -> bool:
    asked = mapping(value)
    return "input" in asked and ("model" in asked or "agent" in asked)


def decode(interaction: Interaction, folded: Folded) -> LLMCall:
    """The call that an interaction is. Never raises, whatever the bodies hold."""
    decoding = Decoding(NAME, interaction, folded)
    asked = read_request(decoding.request)
    return decoding.call("generate_content", asked, _response(decoding, asked))


def _response(decoding: Decoding, asked: DecodedRequest) -> DecodedResponse:
    body = decoding.response
    error = _error(decoding)
    body.take("object")
    model = body.text("model")
    if model is None:
        model = text(body.peek("agent"))
        if model is not None and model == asked.model:
            body.take("agent")  # an echo of the request
    stream = is_streamed(decoding.interaction, asked=asked.parameters.get("stream") is True)
    finished, _ = ending(decoding.interaction, decoding.folded, error, stream=stream)
    return DecodedResponse(
        model=model_name(model) if model else None,
        id=body.text("id"),
        outputs=_outputs(decoding, body, finished=finished),
        usage=decoding.usage(body),
        error=error,
    )


# --- the answer ------------------------------------------------------------------------------------------------------


def _outputs(decoding: Decoding, body: Members, *, finished: bool) -> tuple[Message, ...]:
    """The answer: all the steps of the model's are one turn."""
    key = "outputs" if body.peek("steps") is None and isinstance(body.peek("outputs"), list) else "steps"
    status = body.text("status")
    if not isinstance(body.peek(key), list) and status is None:
        return ()
    extra: Extra = {}
    parts = _parts(body, key, extra)
    if not finished:
        parts = [_cut(part) for part in parts]
    what, api = "the interaction", "no provider of this dialect is"
    finish = decoding.finish(parts, "status", status if finished else None, extra, what=what, api=api)
    return (answer(parts, finish, extra, ""),)


def _cut(part: Part) -> Part:
    """Arguments that were cut: the wire has a text only until it is whole."""
    is_cut = isinstance(part, ToolCall) and not part.arguments_valid
    return replace(part, raw_arguments=None) if is_cut else part


def _parts(body: Members, key: str, extra: Extra) -> list[Part]:
    parts: list[Part] = []
    for step, pointer in body.elements(key):
        if kind_of(step) == "user_input":
            extra[pointer] = step  # an interaction that is fetched may tell what it was asked
        else:
            parts.extend(read_item(step, pointer, pointer, extra))
    return parts


# --- the end, and failure --------------------------------------------------------------------------------------------


def _error(decoding: Decoding) -> CallError | None:
    """An event, the errors of an interaction that failed, or the body of a request that did."""
    body = decoding.body
    if decoding.folded.error is not None:
        return decoding.folded.error
    if body.get("object") != "interaction" and not decoding.interaction.response.body.events:
        return decoding.error(bare=True)
    if body.get("status") not in _FAILED:
        return None
    errors = sequence(body.get("errors"))
    if errors:
        return error_from(errors[0], mapping(errors[0]), "/errors/0", None)
    inner = body.get("error") or _failure_of(body)
    return error_from(inner, mapping(inner), "/error", None) if inner else None


def _failure_of(body: dict[str, Json]) -> Json:
    """The error that a step tells of."""
    return next((step["error"] for step in sequence(body.get("steps")) if mapping(step).get("error")), None)


DIALECTS.register(Dialect(name=NAME, title="Gemini Interactions", recognize=recognize, fold=fold, decode=decode))
