"""The OpenAI Responses API, and everything that speaks like it: the dialect ``openai.responses``.

OpenAI, Azure, ChatGPT's Codex back end, GitHub Copilot, OpenRouter, xAI, DeepSeek, Bedrock's compatible endpoint,
Ollama, vLLM and others. An answer is a list of items, of which all that the assistant says and does is one message.

Pointers are those of `openai_chat`: a part's leads into the JSON of the body that it came from, `Message.extra` is
relative to the message's own, `LLMCall.extra` has ``/request/…`` and ``/response/…``. A turn of several items has the
pointer of the list, so that ``/2/id`` in its `extra` is the id of the list's third item.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.data.endpoints import provider_for
from cassette_tools.decoding.ending import ending, finish_of, is_streamed
from cassette_tools.decoding.errors import error_in, error_of
from cassette_tools.decoding.urls import model_in_path, path_of
from cassette_tools.decoding.usage import usage_of
from cassette_tools.decoding.values import leftovers, mapping, sequence, text
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, POSSIBLE, Dialect, Folded
from cassette_tools.dialects._responses_content import Where
from cassette_tools.dialects._responses_echo import echo_news, is_echo
from cassette_tools.dialects._responses_fold import ENDED, fold
from cassette_tools.dialects._responses_items import (
    CLIENT_RESULTS,
    CLIENT_TOOLS,
    SERVER_RESULTS,
    SERVER_TOOLS,
    item_parts,
    kind_of,
)
from cassette_tools.dialects._responses_request import OWN_SETTINGS, own_names, read_request, turns
from cassette_tools.model import ABSENT, CallError, LLMCall, Message, Problem, ToolCall

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.dialects._chat_request import ChatRequest
    from cassette_tools.model import Interaction, Json, Usage

NAME = "openai.responses"

# What the API's objects call themselves, and which operation answers with each.
OBJECTS = {
    "response": "chat",
    "response.compaction": "compact",
    "response.input_tokens": "token_count",
    "response.deleted": "delete",
}
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
    if body.events:
        for event in body.events[:_LOOK_AHEAD]:
            value = event.json
            if type(value) is dict:
                kind = value.get("type")
                if type(kind) is str and kind.startswith("response."):
                    return CERTAIN
                if kind is None or kind not in ("keepalive", "error"):
                    break
    elif type(body.json) is dict:
        named = body.json.get("object")
        if type(named) is str and named in OBJECTS:
            return CERTAIN
    answer = body.events[0].json if body.events else body.json
    if _is_foreign(answer):
        return 0
    asked = interaction.request.body.json
    if _operation(interaction) is not None:
        return LIKELY
    if not interaction.request.url and type(asked) is dict and asked.keys() <= _LITTLE:  # no address was kept
        return POSSIBLE if "input" in asked and "model" in asked else 0
    return POSSIBLE if type(asked) is dict and _asks(asked) else 0


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


def _asks(asked: dict[str, Json]) -> bool:
    """Whether a request has the shape: items of this API, or text with settings that no other API has."""
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
    response = interaction.response
    asked_json = interaction.request.body.json
    asked = read_request(None if asked_json is ABSENT else asked_json)
    body = mapping(folded.body)
    stream = is_streamed(interaction, asked=asked.parameters.get("stream") is True)
    provider = provider_for(interaction.request.url, body)
    problems = list(folded.problems)
    operation = _operation_of(interaction, body)
    error = _error(interaction, folded)
    outputs = _outputs(body, asked, error, problems, stream=stream)
    usage = _usage(body, provider, problems)
    complete, cut = ending(interaction, folded, error, stream=stream)
    extra = {f"/request{pointer}": value for pointer, value in asked.extra.items()}
    _response_extra(folded.body, mapping(asked_json), usage, extra)
    return LLMCall(
        provider_name=provider,
        dialect=NAME,
        operation_name=operation,
        request_model=asked.model or model_in_path(interaction.request.url),
        response_model=text(body.get("model")),
        response_id=text(body.get("id")),
        system_instructions=asked.system,
        input_messages=asked.messages,
        output_messages=outputs,
        tools=asked.tools,
        parameters=asked.parameters,
        stream=stream,
        usage=usage,
        finish_reasons=tuple([message.finish_reason for message in outputs]),
        error=error,
        complete=complete,
        cut=cut,
        problems=tuple(problems),
        extra=extra,
        body=folded.body if folded.body is not ABSENT or response.body.events else response.body.json,
        trace=folded.trace,
    )


def _operation_of(interaction: Interaction, body: dict[str, Json]) -> str:
    """What the path says, else what the answer is."""
    named = body.get("object")
    return _operation(interaction) or OBJECTS.get(named if isinstance(named, str) else "", "chat")


# --- the answer ------------------------------------------------------------------------------------------------------


def _outputs(
    body: dict[str, Json], asked: ChatRequest, error: CallError | None, problems: list[Problem], *, stream: bool
) -> tuple[Message, ...]:
    """The answer is one message; a compacted conversation is several."""
    output = body.get("output")
    if type(output) is not list and "status" not in body:
        return ()
    own = own_names(asked.tools)
    if body.get("object") == "response.compaction":
        found = turns(sequence(output), "/output", 0, own)
        return tuple([replace(each, index=index, finish_reason="compaction") for index, each in enumerate(found)])
    extra: dict[str, Json] = {}
    parts = []
    role = None
    for index, item in enumerate(sequence(output)):
        at = f"/{index}"
        where = Where(pointer=f"/output{at}", at=at, extra=extra, own=own, is_answer=True)
        parts.extend(item_parts(item, where))
        if type(item) is dict and kind_of(item) == "message" and item.get("role") not in (None, "assistant"):
            role = item["role"]
            extra[at + "/role"] = role
    native = _native(body, stream=stream)
    finish = None
    if native is not None:
        finish = finish_of(NAME, native, calls=any(type(part) is ToolCall for part in parts))
        if finish is None:
            problems.append(Problem(kind="finish-reason-unknown", message=_unknown(native)))
            extra["/finish_reason"] = native
    if error is not None and not parts and native is None:
        return ()
    return (
        Message(
            role="assistant",
            parts=tuple(parts),
            native_role=role if isinstance(role, str) else None,
            finish_reason=finish,
            native_finish_reason=native,
            extra=extra,
            pointer="/output",
        ),
    )


def _native(body: dict[str, Json], *, stream: bool) -> str | None:
    """Why the answer ended, in the API's words: the reason of an incomplete one, else the status.

    A stream whose answer goes on was cut, or failed; without a stream the answer goes on in the background.
    """
    status = text(body.get("status"))
    if stream and (status is None or status not in ENDED):
        return None
    if status == "incomplete":
        return text(mapping(body.get("incomplete_details")).get("reason")) or status
    return status


def _unknown(native: str) -> str:
    return f"the answer ends with {native!r}, which no provider of this dialect is known to send"


def _usage(body: dict[str, Json], provider: str, problems: list[Problem]) -> Usage | None:
    """The counts of an answer; the answer to a request for a count is one itself."""
    native, pointer = body.get("usage"), "/usage"
    if body.get("object") == "response.input_tokens":
        native = {key: value for key, value in body.items() if key != "object"}
        pointer = ""
    usage, found = usage_of(native, dialect=NAME, provider=provider, pointer=pointer)
    problems.extend(found)
    return usage


# --- failure ---------------------------------------------------------------------------------------------------------


def _error(interaction: Interaction, folded: Folded) -> CallError | None:
    if folded.error is not None:
        return folded.error
    response = interaction.response
    if response.body.events:
        return None
    value = folded.body if folded.body is not ABSENT else response.body.json
    body = mapping(value)
    if body.get("object") in tuple(OBJECTS) or type(body.get("output")) is list:
        failure = error_in(value)
        if failure is None and body.get("status") == "failed":
            words = "the response failed, and nothing says why"
            failure = CallError(type=None, code=None, message=words, raw=body.get("error"), pointer="/error")
        return failure
    return error_of(value, response.body.text, response.status_code)


# --- what is left ----------------------------------------------------------------------------------------------------

_RESPONSE_KEYS = frozenset(("id", "object", "model", "output", "usage", "error", "status", "incomplete_details"))
# Constant beside every answer: who pays, and which of OpenAI's tools were used (none).
_BILLING = {"payer": "developer"}


def _response_extra(value: Json, asked: dict[str, Json], usage: Usage | None, extra: dict[str, Json]) -> None:
    """Everything of the response that has no other place, and the settings that it names and the request did not."""
    body = mapping(value)
    named = body.get("object")
    if "output" not in body and "status" not in body:
        known: tuple[str, ...] = ("id", "model", "error")
        if isinstance(named, str) and (named in OBJECTS or named == "list"):
            known += ("object",)
        if named == "response.input_tokens":
            known += ("input_tokens",) if usage is not None and usage.input_tokens is not None else ()
        leftovers(body, known if "error" not in body or named else (*known, "type"), "/response", extra)
        return
    for key, member in body.items():
        if member is not None and key not in _RESPONSE_KEYS and not is_echo(key):
            if (key == "billing" and member == _BILLING) or (key == "tool_usage" and _is_nought(member)):
                continue
            if key == "output_text" and member == _words(body):
                continue  # OpenRouter and the SDKs repeat the text
            extra["/response/" + key.replace("~", "~0").replace("/", "~1")] = member
    echo_news(body, asked, extra)
    for key in ("id", "model", "object", "status"):
        if body.get(key) is not None and not isinstance(body[key], str):
            extra[f"/response/{key}"] = body[key]
    if body.get("output") is not None and not isinstance(body["output"], list):
        extra["/response/output"] = body["output"]
    if usage is None and body.get("usage"):
        extra["/response/usage"] = body["usage"]
    details = body.get("incomplete_details")
    if details:
        known = ("reason",) if body.get("status") == "incomplete" and text(mapping(details).get("reason")) else ()
        if isinstance(details, dict):
            leftovers(details, known, "/response/incomplete_details", extra)
        else:
            extra["/response/incomplete_details"] = details


def _is_nought(value: Json, depth: int = 0) -> bool:
    """Whether an object holds nothing but counts of 0."""
    if type(value) is dict and depth < 8:
        return all(_is_nought(member, depth + 1) for member in value.values())
    return type(value) is int and value == 0


def _words(body: dict[str, Json]) -> str:
    return "".join(
        [
            part["text"]
            for item in sequence(body.get("output"))
            for part in sequence(mapping(item).get("content"))
            if mapping(part).get("type") == "output_text" and isinstance(part.get("text"), str)
        ]
    )


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
