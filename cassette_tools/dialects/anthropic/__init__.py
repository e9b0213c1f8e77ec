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
from cassette_tools.decoding.urls import path_of
from cassette_tools.decoding.values import mapping
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, POSSIBLE, Dialect
from cassette_tools.dialects.anthropic.blocks import read_block
from cassette_tools.dialects.anthropic.request import read_request
from cassette_tools.dialects.anthropic.stream import EVENTS, fold
from cassette_tools.model import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding import Folded
    from cassette_tools.model import Interaction, Json, LLMCall, Message

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
_LOOK_AHEAD = 5  # events


# --- recognising -----------------------------------------------------------------------------------------------------


def recognize(interaction: Interaction) -> int:
    """3: the response has the shape of this dialect; 2: path, method or header say so; 1: the request's shape does."""
    body = interaction.response.body
    if body.events:
        for event in body.events[:_LOOK_AHEAD]:
            value = event.json
            if type(value) is dict:
                kind = value.get("type")
                if type(kind) is str and kind in EVENTS:
                    return CERTAIN
                if kind != "error":
                    break
    elif type(body.json) is dict and _is_answer(body.json):
        return CERTAIN
    if _is_foreign(body.events[0].json if body.events else body.json):
        return 0
    request = interaction.request
    if request.method.upper() not in ("POST", ""):
        return 0
    operation = _operation(request.url)
    if operation is not None and (operation != "text_completion" or _is_anthropic(interaction)):
        return LIKELY if "rawPredict" not in request.url or _has_version(request.body.json) else 0
    if "/invoke" in request.url and _has_version(request.body.json):
        return LIKELY
    return POSSIBLE if _asks(request.body.json) else 0


def _is_answer(value: dict[str, Json]) -> bool:
    kind = value.get("type")
    if kind == "message":
        return "role" in value and "stop_reason" in value  # OpenAI's items are of that type as well
    return kind == "completion" and "stop_reason" in value


def _is_foreign(value: Json) -> bool:
    """An answer, and not one of this dialect."""
    whole = mapping(value)
    return any(key in whole for key in ("choices", "candidates", "object", "data", "results", "embedding", "output"))


def _operation(url: str) -> str | None:
    path = path_of(url)
    if path.endswith(_VERTEX_COUNT):
        return "token_count"
    return next((operation for end, operation, _ in PATHS if path.endswith(end)), None)


def _is_anthropic(interaction: Interaction) -> bool:
    return any(interaction.request.headers.get(name) is not None for name in _HEADERS)


def _has_version(value: Json) -> bool:
    return "anthropic_version" in mapping(value)


def _asks(value: Json) -> bool:
    """A request that only this API takes: its tools have an `input_schema`, or the system prompt stands apart."""
    whole = mapping(value)
    if not isinstance(whole.get("messages"), list) or "max_tokens" not in whole:
        return False
    tools = whole.get("tools")
    first = mapping(tools[0]) if isinstance(tools, list) and tools else {}
    return "system" in whole or "input_schema" in first or "anthropic_version" in whole


# --- decoding --------------------------------------------------------------------------------------------------------

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
    parts = parts_of(content, "content", read_block)
    text = body.text("completion")
    if text is not None:
        parts.append(Text(content=text, pointer=body.at("completion")))
    return decoding.output(parts, body, "stop_reason", body.text("role"), content.extra)


DIALECTS.register(Dialect(name=NAME, title="Anthropic Messages", recognize=recognize, fold=fold, decode=decode))
