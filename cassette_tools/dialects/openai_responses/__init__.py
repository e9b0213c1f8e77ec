"""The OpenAI Responses API, and everything that speaks like it: the dialect ``openai.responses``.

OpenAI, Azure, ChatGPT's Codex back end, GitHub Copilot, OpenRouter, xAI, DeepSeek, Bedrock's compatible endpoint,
Ollama, vLLM and others. An answer is a list of items, of which all that the assistant says and does is one message.

Pointers are those of `openai_chat`: a part's leads into the JSON of the body that it came from, `Message.extra` is
relative to the message's own, `LLMCall.extra` has ``/request/…`` and ``/response/…``. A turn of several items has the
pointer of the list, so that ``/2/id`` in its `extra` is the id of the list's third item.
"""

from __future__ import annotations

from cassette_tools.decoding.assembly import Decoding
from cassette_tools.decoding.streams import first_values
from cassette_tools.decoding.urls import path_of
from cassette_tools.decoding.values import at, mapping, text
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, POSSIBLE, Dialect
from cassette_tools.dialects.openai_responses.request import read_request
from cassette_tools.dialects.openai_responses.response import OBJECTS, read_response
from cassette_tools.dialects.openai_responses.stream import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding import Folded
    from cassette_tools.model import Body, Interaction, Json, LLMCall, Request

NAME = "openai.responses"

# The steps of a path after ``/responses`` (``{id}`` stands for any), by method, and the operation's name.
OPERATIONS: dict[tuple[str, str], str] = {
    ("POST", ""): "chat",
    ("POST", "/compact"): "compact",
    ("POST", "/input_tokens"): "token_count",
    ("GET", "/{id}"): "retrieve",
    ("DELETE", "/{id}"): "delete",
    ("POST", "/{id}/cancel"): "cancel",
    ("GET", "/{id}/input_items"): "list_input_items",
}
_HOMES = ("/v1", "/openai", "/codex", "/alpha", "/serving-endpoints")  # what stands before ``/responses``
_LITTLE = frozenset(("input", "model", "stream", "instructions", "tools"))  # all that a small request has
_ASKING = ("input", "model", "prompt", "previous_response_id")
_OWN = ("instructions", "store", "previous_response_id", "max_output_tokens", "reasoning")  # of no other API
_ITEMS = ("message", "reasoning", "item_reference", "compaction")
_OTHERS = ("choices", "candidates", "embedding", "embeddings", "results")  # what other answers have
_BEFORE = ("keepalive", "error")
_LOOK_AHEAD = 40  # events; a keepalive or an error may come first


def recognize(interaction: Interaction) -> int:
    """3: the response has the shape of this dialect; 2: the path and the method say so; 1: the request's shape does."""
    body = interaction.response.body
    if _is_answered(body):
        return CERTAIN
    if _is_foreign(first_values(body, 1)[0]):
        return 0
    return LIKELY if _operation(interaction.request) is not None else POSSIBLE if _is_asked(interaction.request) else 0


def _is_answered(body: Body) -> bool:
    if not body.events:
        return text(mapping(body.json).get("object")) in OBJECTS
    values = [value for value in first_values(body, _LOOK_AHEAD) if type(value) is dict]
    kinds = (value.get("type") for value in values if value.get("type") not in _BEFORE)
    return (text(next(kinds, None)) or "").startswith("response.")


def _is_foreign(value: Json) -> bool:
    """An answer, and not one of this dialect."""
    whole = mapping(value)
    return text(whole.get("object")) not in (None, "error", "list") or not whole.keys().isdisjoint(_OTHERS)


def _operation(request: Request) -> str | None:
    """The operation that the path and the method name."""
    home, found, rest = path_of(request.url).rpartition("/responses")
    if not found or rest[:1] not in ("", "/"):
        return None
    is_home, method = home.endswith(_HOMES), request.method.upper() or "POST"
    if (method, rest) in OPERATIONS:
        is_asked = not mapping(request.body.json).keys().isdisjoint(_ASKING)
        return OPERATIONS[method, rest] if is_home or is_asked else None
    identity, slash, step = rest[1:].partition("/")
    is_known = identity and (is_home or identity.startswith("resp"))
    return OPERATIONS.get((method, "/{id}" + slash + step)) if is_known else None


def _is_asked(request: Request) -> bool:
    """Whether a request has the shape: items of this API, or text with settings that no other API has."""
    asked = mapping(request.body.json)
    value, has_model = asked.get("input"), "model" in asked
    if not request.url and asked.keys() <= _LITTLE:  # no address was kept
        return "input" in asked and has_model
    first = at(value, (0,))
    if type(first) is dict:
        return has_model and ("role" in first or _is_item(first.get("type")))
    return isinstance(value, str) and not asked.keys().isdisjoint(_OWN)


def _is_item(kind: Json) -> bool:
    return isinstance(kind, str) and (kind in _ITEMS or kind.endswith(("_call", "_call_output")))


def decode(interaction: Interaction, folded: Folded) -> LLMCall:
    """The call that an interaction is. Never raises, whatever the bodies hold."""
    decoding = Decoding(NAME, interaction, folded)
    named = text(decoding.body.get("object")) or ""
    operation = _operation(interaction.request) or OBJECTS.get(named, "chat")
    asked = read_request(decoding.request)
    return decoding.call(operation, asked, read_response(decoding, asked))


DIALECTS.register(Dialect(name=NAME, title="OpenAI Responses", recognize=recognize, fold=fold, decode=decode))
