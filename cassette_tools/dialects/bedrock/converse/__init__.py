"""Amazon Bedrock's Converse and ConverseStream, and the native format of Amazon Nova, which has the same blocks: the
dialect ``bedrock.converse``.

The model is named in the path. Counting tokens is an operation of the same dialect. Pointers are those of
`openai_chat`. Usage is brought to the inclusive definition: Bedrock counts the input without what was read from and
written to the cache.
"""

from __future__ import annotations

from cassette_tools.decoding.assembly import DecodedResponse, Decoding
from cassette_tools.decoding.members import Members
from cassette_tools.decoding.messages import parts_of
from cassette_tools.decoding.urls import is_post, path_of
from cassette_tools.decoding.values import at, mapping
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, POSSIBLE, Dialect
from cassette_tools.dialects.bedrock.converse.blocks import read_answer_block
from cassette_tools.dialects.bedrock.converse.request import read_request
from cassette_tools.dialects.bedrock.converse.stream import EVENTS, fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding import Folded
    from cassette_tools.decoding.assembly import DecodedRequest
    from cassette_tools.model import Body, Interaction, Json, LLMCall, Message

NAME = "bedrock.converse"

# The ends of paths after ``/model/{id}``, and the operation.
PATHS = (
    ("/converse", "chat", "Converse"),
    ("/converse-stream", "chat", "ConverseStream"),
    ("/count-tokens", "token_count", "CountTokens"),
)
_LOOK_AHEAD = 5  # events
_MARKS = EVENTS - {"metadata"}  # that word is everybody's: runs of OpenAI and interactions of Gemini have it too


def recognize(interaction: Interaction) -> int:
    """3: the response has the shape of this dialect; 2: path and method say so; 1: the request's shape does."""
    if _is_answered(interaction.response.body):
        return CERTAIN
    request = interaction.request
    if "/model/" not in request.url or not is_post(request):
        return 0
    if _operation(request.url) is not None:
        return LIKELY
    return POSSIBLE if _is_nova(mapping(request.body.json)) else 0


def _is_answered(body: Body) -> bool:
    if "message" in mapping(mapping(body.json).get("output")) and "stopReason" in body.json:
        return True
    return any(event.event in _MARKS or _has_mark(mapping(event.json)) for event in body.events[:_LOOK_AHEAD])


def _has_mark(value: dict[str, Json]) -> bool:
    """Whether an event is held under its name."""
    return any(key in _MARKS and type(inner) is dict for key, inner in value.items())


def _operation(url: str) -> str | None:
    path = path_of(url)
    return next((operation for end, operation, _ in PATHS if path.endswith(end)), None)


def _is_nova(asked: dict[str, Json]) -> bool:
    return "schemaVersion" in asked or ("inferenceConfig" in asked and "messages" in asked)


def decode(interaction: Interaction, folded: Folded) -> LLMCall:
    """The call that an interaction is. Never raises, whatever the bodies hold."""
    decoding = Decoding(NAME, interaction, folded, provider="aws.bedrock")
    url = interaction.request.url
    asked = decoding.streaming(_request(decoding.request), by_path=path_of(url).endswith("-stream"))
    return decoding.call(_operation(url) or "chat", asked, _response(decoding))


def _request(request: Members) -> DecodedRequest:
    """CountTokens has the request in a wrapping."""
    if type(at(request.left, ("input", "converse"))) is not dict:
        return read_request(request)
    wrapping = request.object("input")
    inner = wrapping.object("converse")
    asked = read_request(inner)
    inner.keep()
    wrapping.keep()
    return asked


def _response(decoding: Decoding) -> DecodedResponse:
    body = decoding.response
    is_answer = "output" in body or "stopReason" in body
    return DecodedResponse(
        outputs=(_output(decoding, body),) if is_answer else (),
        error=decoding.folded.error if "output" in decoding.body else decoding.error(),
        usage=decoding.counted_usage(body, "inputTokens"),
    )


def _output(decoding: Decoding, body: Members) -> Message:
    output = body.object("output")
    message = Members(output.take("message"), output.at("message"), {}, "/message")
    role = message.text("role")
    parts = parts_of(message, "content", read_answer_block)
    message.keep()
    output.keep()
    return decoding.output(parts, body, "stopReason", role, message.extra, pointer=output.pointer)


DIALECTS.register(Dialect(name=NAME, title="Amazon Bedrock Converse", recognize=recognize, fold=fold, decode=decode))
