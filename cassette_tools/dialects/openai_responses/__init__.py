"""The OpenAI Responses API, and everything that speaks like it: the dialect ``openai.responses``.

OpenAI, Azure, ChatGPT's Codex back end, GitHub Copilot, OpenRouter, xAI, DeepSeek, Bedrock's compatible endpoint,
Ollama, vLLM and others. An answer is a list of items, of which all that the assistant says and does is one message.

Pointers are those of `openai_chat`: a part's leads into the JSON of the body that it came from, `Message.extra` is
relative to the message's own, `LLMCall.extra` has ``/request/…`` and ``/response/…``. A turn of several items has the
pointer of the list, so that ``/2/id`` in its `extra` is the id of the list's third item.
"""

from __future__ import annotations

from cassette_tools.decoding.assembly import Decoding
from cassette_tools.decoding.urls import path_of
from cassette_tools.decoding.values import mapping
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, POSSIBLE, Dialect
from cassette_tools.dialects.openai_responses.request import read_request
from cassette_tools.dialects.openai_responses.response import OBJECTS, read_response
from cassette_tools.dialects.openai_responses.stream import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding import Folded
    from cassette_tools.model import Body, Interaction, Json, LLMCall

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
_LOOK_AHEAD = 40  # events; a keepalive or an error may come first


# --- recognising -----------------------------------------------------------------------------------------------------


def recognize(interaction: Interaction) -> int:
    """3: the response has the shape of this dialect; 2: the path and the method say so; 1: the request's shape does."""
    body = interaction.response.body
    if _is_answered(body):
        return CERTAIN
    if _is_foreign(body.events[0].json if body.events else body.json):
        return 0
    return LIKELY if _operation(interaction) is not None else POSSIBLE if _is_asked(interaction) else 0


def _is_answered(body: Body) -> bool:
    for event in body.events[:_LOOK_AHEAD]:
        if type(event.json) is dict:
            kind = event.json.get("type")
            if type(kind) is str and kind.startswith("response."):
                return True
            if kind is None or kind not in ("keepalive", "error"):
                return False
    if body.events or type(body.json) is not dict:
        return False
    named = body.json.get("object")
    return type(named) is str and named in OBJECTS


def _is_foreign(value: Json) -> bool:
    """An answer, and not one of this dialect."""
    whole = mapping(value)
    named = whole.get("object")
    if isinstance(named, str) and named not in ("", "error", "list"):
        return True
    return any(key in whole for key in ("choices", "candidates", "embedding", "embeddings", "results"))


def _operation(interaction: Interaction) -> str | None:
    """The operation that the path and the method name."""
    request = interaction.request
    path = path_of(request.url)
    home, found, rest = path.rpartition("/responses")
    if not found or (rest and not rest.startswith("/")):
        return None
    method = request.method.upper() or "POST"
    known = home.endswith(_HOMES)
    operation = OPERATIONS.get((method, rest))
    if operation is not None and rest in ("", "/compact", "/input_tokens"):
        asked = request.body.json
        if known or (type(asked) is dict and any(key in asked for key in _ASKING)):
            return operation
        return None
    identity, _, step = rest[1:].partition("/")
    if not identity or not (known or identity.startswith("resp")):
        return None
    return OPERATIONS.get((method, "/{id}" + (f"/{step}" if step else "")))


def _is_asked(interaction: Interaction) -> bool:
    """Whether a request has the shape: items of this API, or text with settings that no other API has."""
    asked = interaction.request.body.json
    if type(asked) is not dict:
        return False
    if not interaction.request.url and asked.keys() <= _LITTLE:  # no address was kept
        return "input" in asked and "model" in asked
    value = asked.get("input")
    if type(value) is list and value and type(value[0]) is dict:
        return "model" in asked and ("role" in value[0] or _is_item(value[0].get("type")))
    return isinstance(value, str) and any(
        key in asked for key in ("instructions", "store", "previous_response_id", "max_output_tokens", "reasoning")
    )


def _is_item(kind: Json) -> bool:
    return isinstance(kind, str) and (
        kind in ("message", "reasoning", "item_reference", "compaction") or kind.endswith(("_call", "_call_output"))
    )


# --- decoding --------------------------------------------------------------------------------------------------------


def decode(interaction: Interaction, folded: Folded) -> LLMCall:
    """The call that an interaction is. Never raises, whatever the bodies hold."""
    decoding = Decoding(NAME, interaction, folded)
    named = decoding.body.get("object")
    operation = _operation(interaction) or OBJECTS.get(named if isinstance(named, str) else "", "chat")
    asked = read_request(decoding.request)
    return decoding.call(operation, asked, read_response(decoding, asked))


DIALECTS.register(Dialect(name=NAME, title="OpenAI Responses", recognize=recognize, fold=fold, decode=decode))
