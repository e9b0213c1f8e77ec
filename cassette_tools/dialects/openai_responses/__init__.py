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
from cassette_tools.dialects.openai_responses.items import CLIENT_RESULTS, CLIENT_TOOLS, SERVER_RESULTS, SERVER_TOOLS
from cassette_tools.dialects.openai_responses.request import read_request
from cassette_tools.dialects.openai_responses.response import OBJECTS, read_response
from cassette_tools.dialects.openai_responses.settings import OWN_SETTINGS
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


# --- what its page says ----------------------------------------------------------------------------------------------

SOURCES = (
    ("OpenAI API reference: Responses", "https://platform.openai.com/docs/api-reference/responses"),
    (
        "OpenAI API reference: streaming events of Responses",
        "https://platform.openai.com/docs/api-reference/responses-streaming",
    ),
    ("OpenAI: reasoning models, encrypted reasoning items", "https://platform.openai.com/docs/guides/reasoning"),
    ("OpenAI: tools of Responses", "https://platform.openai.com/docs/guides/tools"),
    ("OpenAI: compaction of conversations", "https://platform.openai.com/docs/guides/compaction"),
    ("OpenAI: background mode", "https://platform.openai.com/docs/guides/background"),
    (
        "Azure OpenAI: Responses API",
        "https://learn.microsoft.com/en-us/azure/ai-services/openai/how-to/responses",
    ),
    ("OpenRouter: Responses API", "https://openrouter.ai/docs/api-reference/responses-api/overview"),
    ("xAI: Responses API", "https://docs.x.ai/docs/api-reference"),
    ("DeepSeek: Responses API", "https://api-docs.deepseek.com/guides/responses_api"),
)
RECOGNITION = (
    (CERTAIN, "the response has an `object` of " + ", ".join(f"`{kind}`" for kind in OBJECTS)),
    (CERTAIN, "an early event has a `type` that begins with `response.`"),
    *(
        (LIKELY, f"{method} of a path that ends with `/responses{step}`, unless the answer is of another kind")
        for method, step in OPERATIONS
    ),
    (POSSIBLE, "the request has a `model` and an `input` of messages or items"),
    (POSSIBLE, "the request has an `input` of text and a setting that only this API has, such as `store`"),
)
_REFERENCE = "OpenAI API reference"
MAPPING = (
    ("`instructions`; `input[]` of `system`, `developer` at the beginning", "`system_instructions`", _REFERENCE),
    ("`input` of text", "one message of the user", _REFERENCE),
    ("`input[]`, `output[]` of the assistant in a row", "one message of the assistant", "as in chat"),
    ("`message`: `input_text`, `output_text`", "`text`; its `annotations` are the citations", _REFERENCE),
    ("`message`: `refusal`", "`refusal`; the finish reason stays `stop`", _REFERENCE),
    ("`message`: `input_image`, `input_file`, `input_audio`, `output_audio`", "`uri`, `blob`, `file`", _REFERENCE),
    ("`reasoning`: `summary[]`", "`reasoning` of kind summary", _REFERENCE),
    ("`reasoning`: `content[]`", "`reasoning` of kind text", "open models; xAI"),
    (
        "`reasoning`: `encrypted_content`",
        "`encrypted` of its last part, else a part of kind encrypted",
        "sealed anew in every event: the last counts",
    ),
    ("`reasoning` with nothing in it", "`reasoning` of kind redacted", "the model thought, and nothing of it is told"),
    ("`function_call`, `custom_tool_call`", "`tool_call`, of the id `call_id`", _REFERENCE),
    *((f"`{kind}`", f"`tool_call` of `{row[0]}`", row[2]) for kind, row in CLIENT_TOOLS.items()),
    *((f"`{kind}`", "`tool_call_response`", why) for kind, why in CLIENT_RESULTS.items()),
    *(
        (f"`{kind}`", "`server_tool_call`" + (" and `server_tool_call_response`" if row[1] else ""), row[2])
        for kind, row in SERVER_TOOLS.items()
    ),
    *((f"`{kind}`", "`server_tool_call_response`", row[2]) for kind, row in SERVER_RESULTS.items()),
    ("`image_generation_call`: `result`", "`blob` after the call", _REFERENCE),
    ("`custom_tool_call` of a name that the client did not define", "`server_tool_call`", "xAI's own tools"),
    ("`compaction`, `item_reference`, items that no table knows", "`generic`", "nothing is dropped"),
    ("`tools[]`, `additional_tools`, `tool_search_output`", "`tools`", _REFERENCE),
    ("`tool_choice`, `parallel_tool_calls`", "`tool_choice` of mode, names and parallel", _REFERENCE),
    ("`text.format`, `text.verbosity`", "`response_format`, `output_type`, `verbosity`", _REFERENCE),
    ("`reasoning`", "`reasoning` of effort, summary, budget_tokens", _REFERENCE),
    ("`top_logprobs`", "`logprobs` of top", _REFERENCE),
    ("`conversation`", "`conversation_id`", _REFERENCE),
    ("`prompt_cache_key`, `prompt_cache_retention`, `prompt_cache_options`", "`cache`", _REFERENCE),
    *((f"`{wire}`", f"`{ours}`", "") for wire, ours in OWN_SETTINGS.items()),
    ("`status`, `incomplete_details.reason`", "the finish reason", "below; a call of a client's tool is `tool_call`"),
    ("`usage`", "`usage`", "below"),
    ("`error`; `response.failed`; the event `error`", "`error`", _REFERENCE),
    ("settings of the call in the response", "nothing, when they are the request's or a default", "an echo"),
    ("settings of the call in the response that are others", "`extra`", "the server did not do what was asked"),
    ("a gap in `sequence_number`", "a problem, `stream-events-lost`", "the numbers count up by one"),
    (
        "deltas that do not make what the end says",
        "a problem, `stream-contradicts-itself`",
        "they do in every stream that was not edited",
    ),
    ("`obfuscation`, `keepalive`, events of progress", "nothing", "padding; the items say how they ended"),
    ("any other key or event", "`extra`, by its JSON pointer", "nothing is dropped"),
)

DIALECTS.register(
    Dialect(
        name=NAME,
        title="OpenAI Responses",
        recognize=recognize,
        fold=fold,
        decode=decode,
        sources=SOURCES,
        recognition=RECOGNITION,
        mapping=MAPPING,
    )
)
