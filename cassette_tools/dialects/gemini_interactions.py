"""Gemini's Interactions API: the dialect ``gemini.interactions``.

One call is one interaction: it is created by a POST to ``/interactions``, and it is the same interaction when it is
fetched later, since one that runs in the background is answered before it has ended. What was said before is on the
server, and the request names it.

Pointers: a part's `pointer` leads into the JSON of the body it came from (the request's for the history, the folded
response's for the answer). `Message.extra` and `Tool.extra` are keyed by pointers relative to the message's or the
tool's own `pointer`, `LLMCall.extra` by ``/request/…`` and ``/response/…``.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.data.endpoints import provider_for
from cassette_tools.decoding.ending import ending, finish_of, is_streamed
from cassette_tools.decoding.errors import error_from, error_of
from cassette_tools.decoding.urls import path_of
from cassette_tools.decoding.usage import usage_of
from cassette_tools.decoding.values import leftovers, mapping, sequence, text
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, POSSIBLE, Dialect, Folded
from cassette_tools.dialects._gemini_interactions_fold import fold
from cassette_tools.dialects._gemini_interactions_request import SETTINGS, THINKING, TOP, read_request
from cassette_tools.dialects._gemini_request import model_name
from cassette_tools.dialects._gemini_steps import kind_of, read_item
from cassette_tools.model import ABSENT, CallError, LLMCall, Message, Problem, ToolCall

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.dialects._gemini_request import GeminiRequest
    from cassette_tools.model import Interaction, Json, Part, Usage

    Object = dict[str, Json]

NAME = "gemini.interactions"

PATH = "/interactions"
EVENTS = ("interaction.", "step.", "content.")  # how `event_type` begins
_LOOK_AHEAD = 4  # events
_FAILED = ("failed", "cancelled")


def recognize(interaction: Interaction) -> int:
    """3: the response has the shape of this dialect; 2: the path and the method say so; 1: the request's shape does."""
    body = interaction.response.body
    if body.events:
        for event in body.events[:_LOOK_AHEAD]:
            kind = mapping(event.json).get("event_type")
            if isinstance(kind, str) and kind.startswith(EVENTS):
                return CERTAIN
    elif mapping(body.json).get("object") == "interaction":
        return CERTAIN
    path = path_of(interaction.request.url)
    if PATH not in path:
        return 0
    asks = _asks(interaction.request.body.json)
    if path.endswith(PATH):
        return LIKELY if asks and interaction.request.method.upper() in ("POST", "") else 0
    # One of them by its id. Others have interactions, too: the host decides.
    host = path.partition("://")[2].partition("/")[0]
    return POSSIBLE if asks or (host.endswith("googleapis.com") and PATH + "/" in path) else 0


def _asks(value: Json) -> bool:
    asked = mapping(value)
    return "input" in asked and ("model" in asked or "agent" in asked)


# --- decoding --------------------------------------------------------------------------------------------------------


def decode(interaction: Interaction, folded: Folded) -> LLMCall:
    """The call that an interaction is. Never raises, whatever the bodies hold."""
    response = interaction.response
    asked = read_request(interaction.request.body.json if interaction.request.body.json is not ABSENT else None)
    body = mapping(folded.body)
    provider = provider_for(interaction.request.url, body)
    stream = is_streamed(interaction, asked=asked.parameters.get("stream") is True)
    problems = list(folded.problems)
    error = _error(interaction, folded, body)
    complete, cut = ending(interaction, folded, error, stream=stream)
    outputs = _outputs(body, problems, finished=complete)
    usage, found = usage_of(body.get("usage"), dialect=NAME, provider=provider)
    problems.extend(found)
    extra = {f"/request{pointer}": value for pointer, value in asked.extra.items()}
    _response_extra(body, usage, asked, outputs, extra)
    model = text(body.get("model")) or text(body.get("agent"))
    return LLMCall(
        provider_name=provider,
        dialect=NAME,
        operation_name="generate_content",
        request_model=asked.model,
        response_model=model_name(model) if model else None,
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


# --- the answer ------------------------------------------------------------------------------------------------------


def _outputs(body: Object, problems: list[Problem], *, finished: bool) -> tuple[Message, ...]:
    """The answer: all the steps of the model's are one turn."""
    key = "outputs" if body.get("steps") is None and isinstance(body.get("outputs"), list) else "steps"
    steps = body.get(key)
    native = text(body.get("status"))
    if not isinstance(steps, list) and native is None:
        return ()
    extra: Object = {}
    parts: list[Part] = []
    for index, step in enumerate(sequence(steps)):
        where = f"/{key}/{index}"
        if kind_of(step) == "user_input":
            extra[where] = step  # an interaction that is fetched may tell what it was asked
        else:
            read_item(step, where, where, extra, parts)
    if not finished:  # arguments that were cut: the wire has a text only until it is whole
        parts = [
            replace(part, raw_arguments=None) if isinstance(part, ToolCall) and not part.arguments_valid else part
            for part in parts
        ]
    calls = any(type(part) is ToolCall for part in parts)
    canonical = finish_of(NAME, native, calls=calls) if finished else None
    if finished and canonical is None and native:
        problems.append(Problem(kind="finish-reason-unknown", message=_unknown(native)))
        extra["/status"] = native
    return (
        Message(
            role="assistant",
            parts=tuple(parts),
            finish_reason=canonical,
            native_finish_reason=native if finished else None,
            extra=extra,
        ),
    )


def _unknown(native: str) -> str:
    return f"the interaction ends with status {native!r}, which no provider of this dialect is known to send"


# --- the end, and failure --------------------------------------------------------------------------------------------


def _error(interaction: Interaction, folded: Folded, body: Object) -> CallError | None:
    """An event, the errors of an interaction that failed, or the body of a request that did."""
    if folded.error is not None:
        return folded.error
    if body.get("object") == "interaction" or interaction.response.body.events:
        if body.get("status") not in _FAILED:
            return None
        errors = sequence(body.get("errors"))
        if errors:
            return error_from(errors[0], mapping(errors[0]), "/errors/0", None)
        inner = body.get("error") or _failure_of(body)
        return error_from(inner, mapping(inner), "/error", None) if inner else None
    response = interaction.response
    value = folded.body if folded.body is not ABSENT else response.body.json
    if value is ABSENT and response.status_code < 400:
        return None
    return error_of(value, response.body.text, response.status_code)


def _failure_of(body: Object) -> Json:
    """The error that a step tells of."""
    return next((step["error"] for step in sequence(body.get("steps")) if mapping(step).get("error")), None)


_RESPONSE_KEYS = ("id", "object", "model", "status", "usage", "steps", "outputs", "error")


def _response_extra(
    body: Object, usage: Usage | None, asked: GeminiRequest, outputs: tuple[Message, ...], extra: Object
) -> None:
    """Everything of the response that has no other place."""
    leftovers(body, _RESPONSE_KEYS, "/response", extra)
    if "agent" in body and body["agent"] == asked.model:
        del extra["/response/agent"]  # an echo of the request
    for key in ("id", "model", "status"):
        if body.get(key) is not None and not isinstance(body[key], str):
            extra[f"/response/{key}"] = body[key]
    if usage is None and body.get("usage"):
        extra["/response/usage"] = body["usage"]
    for key in ("steps", "outputs"):
        if body.get(key) and (not isinstance(body[key], list) or not outputs):
            extra[f"/response/{key}"] = body[key]
    if body.get("outputs") and isinstance(body.get("steps"), list):
        extra["/response/outputs"] = body["outputs"]  # both revisions in one body
    if body.get("error") and body.get("object") == "interaction" and body.get("status") not in _FAILED:
        extra["/response/error"] = body["error"]


# --- what its page says ----------------------------------------------------------------------------------------------

SOURCES = (
    ("Gemini API reference: interactions", "https://ai.google.dev/api/interactions-api"),
    ("Gemini API: Interactions API", "https://ai.google.dev/gemini-api/docs/interactions"),
    ("Gemini API: thinking with interactions", "https://ai.google.dev/gemini-api/docs/interactions/thinking"),
    ("google-genai, the SDK: interactions", "https://googleapis.github.io/python-genai/genai.html"),
)
RECOGNITION = (
    (CERTAIN, "the response has an `object` of `interaction`"),
    (
        CERTAIN,
        "the `event_type` of an early event begins with " + " or ".join(f"`{kind}`" for kind in EVENTS),
    ),
    (LIKELY, f"a POST of an `input` for a `model` or an `agent` to a path that ends with `{PATH}`"),
    (POSSIBLE, f"a request to a path below `{PATH}` on Google's hosts"),
)
_REFERENCE = "Gemini API reference"
MAPPING = (
    ("`system_instruction`", "`system_instructions`", _REFERENCE),
    ("`input`: a text, contents, turns or steps", "`input_messages`", _REFERENCE),
    ("`user_input`, `model_output`", "`text`, `blob`, `uri`", _REFERENCE),
    ("`thought`", "`reasoning` of kind summary, or encrypted where there is only a signature", _REFERENCE),
    ("`function_call`", "`tool_call`", _REFERENCE),
    ("`function_result`", "`tool_call_response` in a message of role tool", _REFERENCE),
    ("any other `…_call`, `…_result`", "`server_tool_call`, `server_tool_call_response`", _REFERENCE),
    ("`annotations[]`", "`citations` of the text", _REFERENCE),
    ("`tools[]`", "`tools`", _REFERENCE),
    ("`generation_config.tool_choice`", "`tool_choice` of mode, names and parallel", _REFERENCE),
    ("`response_format`, `response_mime_type`", "`response_format`, `output_type`", _REFERENCE),
    ("`response_modalities`", "`modalities`, `output_type`", _REFERENCE),
    ("`cached_content`", "`cache`", _REFERENCE),
    *((f"`generation_config.{wire}`", f"`reasoning.{ours}`", _REFERENCE) for wire, ours in THINKING.items()),
    *((f"`generation_config.{wire}`", f"`{ours}`", _REFERENCE) for wire, ours in SETTINGS.items()),
    *((f"`{wire}`", f"`{ours}`", _REFERENCE) for wire, ours in TOP.items()),
    ("`steps[]`; `outputs[]` of the older revision", "one `output_messages`", _REFERENCE),
    ("`status`", "`finish_reason`", "below"),
    ("`usage`", "`usage`", "below"),
    ("`error`, as an event or a body; `errors[]`", "`error`", _REFERENCE),
    ("`event_id`, `index`", "nothing", "where an event belongs among its fellows"),
    ("any other key", "`extra`, by its JSON pointer", "nothing is dropped"),
)

DIALECTS.register(
    Dialect(
        name=NAME,
        title="Gemini Interactions",
        recognize=recognize,
        fold=fold,
        decode=decode,
        sources=SOURCES,
        recognition=RECOGNITION,
        mapping=MAPPING,
    )
)
