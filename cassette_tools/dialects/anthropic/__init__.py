"""The Anthropic Messages API, wherever it is served: the dialect ``anthropic.messages``.

Anthropic itself, Vertex AI (``rawPredict``, ``streamRawPredict``), Amazon Bedrock (InvokeModel), Azure, OpenRouter and
other gateways differ in the path, in where the model is named and in the frames of the stream, not in the messages.
Counting tokens, and Text Completions (until 2024), are operations of the same dialect.

Pointers are those of `openai_chat`. Usage is brought to the inclusive definition: Anthropic counts the input without
what was read from and written to the cache.
"""

from __future__ import annotations

from cassette_tools.decoding.assembly import DecodedResponse, Decoding
from cassette_tools.decoding.members import Members
from cassette_tools.decoding.messages import parts_of
from cassette_tools.decoding.parts import words_in
from cassette_tools.decoding.streams import first_values
from cassette_tools.decoding.urls import is_post, path_of
from cassette_tools.decoding.values import at, mapping, text
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, POSSIBLE, Dialect
from cassette_tools.dialects.anthropic.blocks import read_block
from cassette_tools.dialects.anthropic.request import read_request
from cassette_tools.dialects.anthropic.stream import EVENTS, fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding import Folded
    from cassette_tools.model import Body, Interaction, Json, LLMCall, Message, Request

NAME = "anthropic.messages"

# The ends of paths, the operation, and where they are served.
PATHS = (
    ("/messages", "chat", "Anthropic; OpenRouter, Azure and other gateways under their own prefixes"),
    ("/messages/count_tokens", "token_count", "Anthropic: count tokens in a Message"),
    (":rawPredict", "chat", "Vertex AI"),
    (":streamRawPredict", "chat", "Vertex AI"),
    ("/complete", "text_completion", "Anthropic: Text Completions, until 2024"),
)
_HEADERS = ("anthropic-version", "anthropic-beta")
_VERTEX_COUNT = "/models/count-tokens:rawPredict"
_FOREIGN = ("choices", "candidates", "object", "data", "results", "embedding", "output")  # of other answers
_LOOK_AHEAD = 5  # events


def recognize(interaction: Interaction) -> int:
    """3: the response has the shape of this dialect; 2: path, method or header say so; 1: the request's shape does."""
    body = interaction.response.body
    if _is_answered(body):
        return CERTAIN
    if _is_foreign(first_values(body, 1)[0]) or not is_post(interaction.request):
        return 0
    return _asked_for(interaction.request)


def _is_answered(body: Body) -> bool:
    if not body.events:
        return _is_answer(mapping(body.json))
    kinds = [text(value.get("type")) for value in first_values(body, _LOOK_AHEAD) if type(value) is dict]
    return next((kind for kind in kinds if kind != "error"), None) in EVENTS


def _asked_for(request: Request) -> int:
    """What the request alone says."""
    operation, asked = _operation(request.url), mapping(request.body.json)
    if operation is not None and "rawPredict" in request.url:
        return LIKELY if "anthropic_version" in asked else 0
    if operation not in (None, "text_completion") or (operation is not None and _is_anthropic(request, asked)):
        return LIKELY
    if "/invoke" in request.url and "anthropic_version" in asked:
        return LIKELY
    return POSSIBLE if _asks(asked) else 0


def _is_answer(value: dict[str, Json]) -> bool:
    kind = value.get("type")
    if kind == "message":
        return "role" in value and "stop_reason" in value  # OpenAI's items are of that type as well
    return kind == "completion" and "stop_reason" in value


def _is_foreign(value: Json) -> bool:
    """An answer, and not one of this dialect."""
    return not mapping(value).keys().isdisjoint(_FOREIGN)


def _operation(url: str) -> str | None:
    path = path_of(url)
    if path.endswith(_VERTEX_COUNT):
        return "token_count"
    return next((operation for end, operation, _ in PATHS if path.endswith(end)), None)


def _is_anthropic(request: Request, asked: dict[str, Json]) -> bool:
    """Whether a header field says so, or a parameter that no other API has: recorders leave fields out."""
    return "max_tokens_to_sample" in asked or any(request.headers.get(name) is not None for name in _HEADERS)


def _asks(asked: dict[str, Json]) -> bool:
    """A request that only this API takes: its tools have an `input_schema`, or the system prompt stands apart."""
    if type(asked.get("messages")) is not list or "max_tokens" not in asked:
        return False
    return "system" in asked or "anthropic_version" in asked or "input_schema" in mapping(at(asked, ("tools", 0)))


_ANSWERS = ("message", "completion")  # their `type`


def decode(interaction: Interaction, folded: Folded) -> LLMCall:
    """The call that an interaction is. Never raises, whatever the bodies hold."""
    decoding = Decoding(NAME, interaction, folded)
    operation = _operation(interaction.request.url) or "chat"
    return decoding.call(operation, read_request(decoding.request), _response(decoding))


def _response(decoding: Decoding) -> DecodedResponse:
    body = decoding.response
    kind = body.take("type")
    is_answer = kind in _ANSWERS or (kind != "error" and ("content" in body or "completion" in body))
    return DecodedResponse(
        outputs=(_output(decoding, body),) if is_answer else (),
        error=decoding.folded.error if kind in _ANSWERS else decoding.error(),
        usage=decoding.counted_usage(body, "input_tokens"),
        model=body.text("model"),
        id=body.text("id"),
    )


def _output(decoding: Decoding, body: Members) -> Message:
    content = Members({"content": body.take("content")}, "", {}, "")
    parts = [*parts_of(content, "content", read_block), *words_in(body, "completion")]
    return decoding.output(parts, body, "stop_reason", body.text("role"), content.extra)


DIALECTS.register(Dialect(name=NAME, title="Anthropic Messages", recognize=recognize, fold=fold, decode=decode))
