"""Gemini's ``generateContent`` and ``streamGenerateContent``: the dialect ``gemini.generate_content``.

The Gemini Developer API (AI Studio) and Vertex AI speak it alike; they differ in host, path, the numbers of some
enumerations and a few fields. ``countTokens`` takes the same request and is the same dialect, as the operation
``token_count``: its answer is a count and nothing else.

Pointers are those of `openai_chat`, in the wire's own spelling.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.decoding.assembly import Decoding
from cassette_tools.decoding.errors import error_in
from cassette_tools.decoding.protobuf import Fields
from cassette_tools.decoding.streams import first_values
from cassette_tools.decoding.urls import is_post, model_in_path, path_of
from cassette_tools.decoding.values import at, mapping, sequence
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, POSSIBLE, Dialect
from cassette_tools.dialects.gemini.generate_content.request import read_request
from cassette_tools.dialects.gemini.generate_content.response import is_answer, read_response
from cassette_tools.dialects.gemini.generate_content.stream import fold, fold_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding import Folded
    from cassette_tools.decoding.assembly import DecodedRequest
    from cassette_tools.model import Body, Interaction, Json, LLMCall

NAME = "gemini.generate_content"

GENERATE, STREAM, COUNT = ":generateContent", ":streamGenerateContent", ":countTokens"
OPERATIONS = {GENERATE: "generate_content", STREAM: "generate_content", COUNT: "token_count"}
_LOOK_AHEAD = 4  # events; each of them has the whole shape


def recognize(interaction: Interaction) -> int:
    """3: the response has the shape of this dialect; 2: the path and the method say so; 1: the request's shape does."""
    request, body = interaction.request, interaction.response.body
    events = first_values(body, _LOOK_AHEAD)
    chunks = events if body.events else sequence(body.json) or [body.json]
    if _are_answers(chunks):
        return CERTAIN
    if _method_of(request.url) is not None and is_post(request):
        return LIKELY
    return POSSIBLE if "parts" in mapping(at(request.body.json, ("contents", 0))) and not _is_foreign(body) else 0


def _are_answers(chunks: list[Json]) -> bool:
    return any(type(value) is dict and is_answer(value) for value in chunks[:_LOOK_AHEAD])


def _method_of(url: str) -> str | None:
    """Which of the methods of this dialect the path names, if any."""
    path = _plain(path_of(url))
    return next((method for method in OPERATIONS if path.endswith(method)), None)


def _plain(url: str) -> str:
    """Some clients write the colon before the method percent-encoded."""
    return url.replace("%3A", ":").replace("%3a", ":") if "%3" in url else url


def _is_foreign(body: Body) -> bool:
    """An answer, and not one of this dialect: the request was for embeddings, or for a cache to be made."""
    value = mapping(first_values(body, 1)[0])
    return bool(value) and "error" not in value


def decode(interaction: Interaction, folded: Folded) -> LLMCall:
    """The call that an interaction is. Never raises, whatever the bodies hold."""
    method = _method_of(interaction.request.url)
    chunks = _chunks(interaction, folded, method)
    decoding = Decoding(NAME, interaction, folded if chunks is None else fold_values(chunks))
    asked = _asked(decoding, method)
    decoding.response = body = Fields.of(decoding.response)
    answered = read_response(decoding, body, counting=method == COUNT)
    call = decoding.call(OPERATIONS[method or GENERATE], asked, answered)
    if chunks is None or interaction.response.status_code >= 400 or error_in(chunks) is not None:
        return call
    return replace(call, stream=True, complete=decoding.folded.complete, cut=decoding.folded.cut)


def _asked(decoding: Decoding, method: str | None) -> DecodedRequest:
    """The request. The path says which model is asked, and whether for a stream."""
    decoding.request = body = Fields.of(decoding.request)
    asked = read_request(body)
    return replace(
        asked,
        model=asked.model or model_in_path(_plain(decoding.interaction.request.url)),
        parameters={**asked.parameters, "stream": True} if method == STREAM else asked.parameters,
    )


def _chunks(interaction: Interaction, folded: Folded, method: str | None) -> list[Json] | None:
    """The chunks of a stream that was read as one JSON document; an array of one error is the answer to it."""
    body = folded.body
    if interaction.response.body.events or type(body) is not list:
        return None
    return body if method == STREAM or _are_answers(body) else None


DIALECTS.register(Dialect(name=NAME, title="Gemini generateContent", recognize=recognize, fold=fold, decode=decode))
