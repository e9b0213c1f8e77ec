"""OpenAI Chat Completions, and everything that speaks like it: the dialect ``openai.chat``.

OpenRouter, Vercel AI Gateway, Azure, xAI, Groq, Hugging Face, DeepSeek, Mistral, Z.ai, Perplexity, Together,
Cerebras, Gemini's compatible endpoint, Snowflake, Cloudflare, vLLM, llama.cpp and the rest differ in fields, not in
kind. What differs stands in tables: `data.endpoints`, `data.finish_reasons`, `data.usage`, and those of the private
modules beside this one.

Pointers: a part's `pointer` leads into the JSON of the body it came from (the request's for the history, the folded
response's for the answer). `Message.extra` and `Tool.extra` are keyed by pointers relative to the message's or the
tool's own `pointer`, `LLMCall.extra` by ``/request/…`` and ``/response/…``.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.data.endpoints import provider_for
from cassette_tools.decoding.ending import ending, finish_of, is_streamed
from cassette_tools.decoding.errors import error_from, error_in, error_of, typed_by_header
from cassette_tools.decoding.urls import model_in_path, path_of
from cassette_tools.decoding.usage import cost_in, usage_of
from cassette_tools.decoding.values import escaped, leftovers, mapping, sequence, text
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, POSSIBLE, Dialect, Folded
from cassette_tools.dialects._chat_fold import fold
from cassette_tools.dialects._chat_request import ROLES, SETTINGS, ChatRequest, choices_wanted, read_request
from cassette_tools.dialects._parts import REASONING_KEYS, message_parts
from cassette_tools.model import ABSENT, CallError, LLMCall, Message, Problem, Text, ToolCall

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Body, Interaction, Json, Usage

NAME = "openai.chat"

# The last three are Perplexity's: how its streams end, and what it searched for before it answers.
OBJECTS = ("chat.completion", "chat.completion.chunk", "chat.completion.done", "chat.reasoning", "chat.reasoning.done")
# The last step of the path, where a request with `messages` is a chat even if nothing that was answered says so.
PATHS = (
    ("/chat/completions", "OpenAI and nearly all of its relatives, under many prefixes"),
    ("/completions", "Azure AI Foundry: /models/{model}/completions"),
    ("/invocations", "Databricks: /serving-endpoints/{name}/invocations"),
    ("/text/chat", "watsonx.ai"),
    ("/text/chat_stream", "watsonx.ai, streaming"),
)
FILLING = "/fim/completions"  # Mistral: a prompt and a suffix are asked with, and answered as a chat is
_LOOK_AHEAD = 40  # events; Azure's first chunk says nothing yet


def recognize(interaction: Interaction) -> int:
    """3: the response has the shape of this dialect; 2: the path and the method say so; 1: the request's shape does."""
    body = interaction.response.body
    if body.events:
        for event in body.events[:_LOOK_AHEAD]:
            if _is_chat(event.json):
                return 3
            if "type" in mapping(event.json):
                break  # the events of other dialects say what they are
    elif body.json is not ABSENT and _is_chat(body.json):
        return 3
    request = interaction.request
    path = path_of(request.url)
    if not path:  # a recorder that keeps no address
        return POSSIBLE if _asks(request.body.json) and not _is_foreign(body) and not _is_proto(request.body) else 0
    if not path.endswith((PATHS[0][0], FILLING)):
        if not path.endswith(tuple([end for end, _ in PATHS])):
            return 0
        return 1 if _asks(request.body.json) and not _is_foreign(body) else 0
    if request.method.upper() not in ("POST", "") or _is_foreign(body):
        return 0  # GET lists stored completions
    return 2


def _is_chat(value: Json) -> bool:
    if type(value) is not dict:
        return False
    kind = value.get("object")
    if kind in OBJECTS if isinstance(kind, str) else False:
        return True
    choices = value.get("choices")
    if type(choices) is list and choices and type(choices[0]) is dict:
        return type(choices[0].get("message")) is dict or type(choices[0].get("delta")) is dict
    return False


def _is_proto(body: Body) -> bool:
    """Whether a request is a message of xAI's protocol buffers as JSON: the names of its enumerations give it away."""
    first = mapping(next(iter(sequence(mapping(body.json).get("messages"))), None))
    return (text(first.get("role")) or "").startswith("ROLE_")


def _is_foreign(body: Body) -> bool:
    """A legacy completion, or a list: an answer, and not one to a chat."""
    value = body.events[0].json if body.events else body.json
    kind = mapping(value).get("object")
    return isinstance(kind, str) and kind not in ("", "error") and kind not in OBJECTS


def _asks(value: Json) -> bool:
    messages = mapping(value).get("messages")
    return isinstance(messages, list) and bool(messages) and "role" in mapping(messages[0])


# --- decoding --------------------------------------------------------------------------------------------------------


def decode(interaction: Interaction, folded: Folded) -> LLMCall:
    """The call that an interaction is. Never raises, whatever the bodies hold."""
    response = interaction.response
    asked = read_request(interaction.request.body.json if interaction.request.body.json is not ABSENT else None)
    body = mapping(folded.body)
    stream = is_streamed(interaction, asked=asked.parameters.get("stream") is True)
    provider = provider_for(interaction.request.url, body)
    problems = list(folded.problems)
    outputs = _outputs(body, asked, problems, cut=not folded.complete)
    error = _error(interaction, folded)
    usage = _usage(body, provider, problems)
    wanted = choices_wanted(asked.parameters)
    complete, cut = ending(interaction, folded, error, stream=stream, answered=len(outputs), wanted=wanted)
    extra = {f"/request{pointer}": value for pointer, value in asked.extra.items()}
    _response_extra(folded.body, usage, outputs, extra)
    return LLMCall(
        provider_name=provider,
        dialect=NAME,
        operation_name="text_completion" if path_of(interaction.request.url).endswith(FILLING) else "chat",
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


# --- the answer ------------------------------------------------------------------------------------------------------

DETAILS = ("stop", "max_tokens")  # types of `finish_details`
_CHOICE_KEYS = ("index", "message", "finish_reason", "native_finish_reason")


def _outputs(body: dict[str, Json], asked: ChatRequest, problems: list[Problem], *, cut: bool) -> tuple[Message, ...]:
    citations = body.get("citations") or body.get("search_results")  # Perplexity: what is behind [1], [2], …
    spoken = mapping(asked.extra.get("/audio")).get("format")
    messages = []
    for position, choice in enumerate(sequence(body.get("choices"))):
        if isinstance(choice, dict):
            messages.append(
                _output(choice, position, citations, spoken if isinstance(spoken, str) else None, problems, cut=cut)
            )
    return tuple(messages)


def _output(
    choice: dict[str, Json], position: int, citations: Json, spoken: str | None, problems: list[Problem], *, cut: bool
) -> Message:
    extra: dict[str, Json] = {}
    key = "message" if isinstance(choice.get("message"), dict) or not isinstance(choice.get("delta"), dict) else "delta"
    message = mapping(choice.get(key))
    pointer = f"/choices/{position}"
    parts = message_parts(
        message, f"{pointer}/{key}", f"/{key}", extra, citations=sequence(citations) or None, audio_format=spoken
    )
    native_role = text(message.get("role"))
    role = ROLES.get(native_role or "assistant", native_role or "assistant")
    index = choice.get("index")
    index = index if isinstance(index, int) and not isinstance(index, bool) else position
    finish = choice.get("finish_reason")
    finish = _detailed(choice) if finish is None else finish
    calls = any(type(part) is ToolCall for part in parts)
    canonical = _canonical(finish, calls=calls, cut=cut)
    if canonical is None and finish:
        problems.append(Problem(kind="finish-reason-unknown", message=_unknown(finish, index)))
        extra["/finish_reason"] = finish
    for name, value in choice.items():
        if (
            value is not None
            and name not in _CHOICE_KEYS
            and name != key
            and not (name == "delta" and _repeats(choice))
        ):
            extra[f"/{escaped(name)}"] = value
    if not message and choice.get("message") is not None:
        extra["/message"] = choice["message"]
    return Message(
        role=role,
        parts=parts,
        name=text(message.get("name")),
        native_role=native_role if native_role != role else None,
        index=index,
        finish_reason=canonical,
        native_finish_reason=_native(choice, finish),
        extra=extra,
        pointer=pointer,
    )


def _repeats(choice: dict[str, Json]) -> bool:
    """Perplexity's plain answer also carries a delta, which says nothing that the message does not."""
    delta, message = mapping(choice.get("delta")), mapping(choice.get("message"))
    return all(value in ("", None) or message.get(key) == value for key, value in delta.items())


def _canonical(finish: Json, *, calls: bool, cut: bool) -> str | None:
    """A forced tool call, a legacy function and several gateways end with ``stop``: the calls tell."""
    if not isinstance(finish, str) or (finish == "" and cut):
        return None
    return finish_of(NAME, finish, calls=calls)


def _native(choice: dict[str, Json], finish: Json) -> str | None:
    """OpenRouter tells the upstream provider's own word beside the one that it made of it."""
    own = text(choice.get("native_finish_reason"))
    return own or (finish if isinstance(finish, str) else None)


def _detailed(choice: dict[str, Json]) -> str | None:
    """gpt-4-vision-preview (2023) said why it ended in an object."""
    told = text(mapping(choice.get("finish_details")).get("type"))
    return told if told in DETAILS else None


def _unknown(finish: Json, index: int) -> str:
    return f"choice {index} ends with finish_reason {finish!r}, which no provider of this dialect is known to send"


def _usage(body: dict[str, Json], provider: str, problems: list[Problem]) -> Usage | None:
    """Groq's streams once had their usage under ``x_groq`` only."""
    native, pointer = body.get("usage"), "/usage"
    if not native:
        native, pointer = mapping(body.get("x_groq")).get("usage"), "/x_groq/usage"
    choices = sequence(body.get("choices"))
    message = mapping(choices[0]).get("message") if choices else None
    usage, found = usage_of(native, dialect=NAME, provider=provider, message=message, pointer=pointer)
    problems.extend(found)
    if usage is not None and usage.cost is None and isinstance(body.get("cost"), dict):
        return replace(usage, cost=cost_in(body))  # Venice puts the cost beside the usage
    return usage


# --- the end, and failure --------------------------------------------------------------------------------------------


def _error(interaction: Interaction, folded: Folded) -> CallError | None:
    if folded.error is not None:
        return folded.error
    response = interaction.response
    for comment in response.body.comments:
        if comment.field == "error":  # GPUStack writes `error:` where `data:` belongs, seen in 2025
            return _error_line(comment.text)
    value = folded.body if folded.body is not ABSENT else response.body.json
    choices = mapping(value).get("choices")
    if not isinstance(choices, list):
        if response.body.events:
            return None
        status = mapping(mapping(value).get("base_resp"))
        if status.get("status_code"):  # MiniMax fails with 200, and says so here
            return error_from(status, {}, "/base_resp", None)
        return typed_by_header(error_of(value, response.body.text, response.status_code), response.headers)
    found = error_in(value)
    for position, choice in enumerate(choices):
        if found is None and mapping(choice).get("error"):
            found = error_from(choice["error"], {}, f"/choices/{position}/error", None)
    return found


def _error_line(words: str) -> CallError:
    import json

    try:
        value = json.loads(words)
    except (ValueError, RecursionError):
        value = words
    found = error_in(value) or error_from(value, mapping(value), "", None)
    return CallError(type=found.type, code=found.code, message=found.message, in_stream=True, raw=value)


_RESPONSE_KEYS = frozenset(("id", "object", "model", "choices", "usage", "error", "citations", "x_groq"))


def _response_extra(value: Json, usage: Usage | None, outputs: tuple[Message, ...], extra: dict[str, Json]) -> None:
    """Everything of the response that has no other place. A body without choices is told by its error."""
    body = mapping(value)
    if "choices" not in body:
        if body and "error" not in body:
            leftovers(body, (), "/response", extra)
        leftovers(body, _RESPONSE_KEYS, "/response", extra)
        return
    leftovers(body, _RESPONSE_KEYS, "/response", extra)
    for key in ("id", "model", "object"):
        if body.get(key) is not None and not isinstance(body[key], str):
            extra[f"/response/{key}"] = body[key]
    key = "citations" if body.get("citations") else "search_results"
    if body.get(key):
        if _are_cited(body[key], outputs):
            extra.pop(f"/response/{key}", None)
        else:
            extra[f"/response/{key}"] = body[key]
    groq = mapping(body.get("x_groq"))
    same = usage is not None and groq.get("usage") in (usage.native, body.get("usage"))
    leftovers(groq, ("usage", "error") if same else ("error",), "/response/x_groq", extra)
    if usage is not None and usage.cost is not None and isinstance(body.get("cost"), dict):
        del extra["/response/cost"]
        leftovers(body["cost"], ("usd",), "/response/cost", extra)
    if usage is None and body.get("usage"):
        extra["/response/usage"] = body["usage"]
    if not isinstance(body["choices"], list):
        extra["/response/choices"] = body["choices"]


def _are_cited(sources: Json, outputs: tuple[Message, ...]) -> bool:
    """Whether a text has these citations. (One with annotations of its own has those.)"""
    wanted = tuple(sequence(sources))
    return any(type(part) is Text and part.citations == wanted for message in outputs for part in message.parts)


# --- what its page says ----------------------------------------------------------------------------------------------

SOURCES = (
    ("OpenAI API reference: Chat Completions", "https://platform.openai.com/docs/api-reference/chat"),
    (
        "OpenAI API reference: the chunk object",
        "https://platform.openai.com/docs/api-reference/chat-streaming/streaming",
    ),
    ("OpenRouter: API parameters and responses", "https://openrouter.ai/docs/api-reference/overview"),
    ("OpenRouter: reasoning tokens", "https://openrouter.ai/docs/use-cases/reasoning-tokens"),
    ("Mistral: chat completion", "https://docs.mistral.ai/api/"),
    ("DeepSeek: create chat completion", "https://api-docs.deepseek.com/api/create-chat-completion"),
    ("xAI: chat completions", "https://docs.x.ai/docs/api-reference"),
    ("Groq: chat completions", "https://console.groq.com/docs/api-reference"),
    ("Azure OpenAI: REST API reference", "https://learn.microsoft.com/en-us/azure/ai-services/openai/reference"),
    ("Gemini: OpenAI compatibility", "https://ai.google.dev/gemini-api/docs/openai"),
)
RECOGNITION = (
    (CERTAIN, "the response, or an early event, has an `object` of " + ", ".join(f"`{kind}`" for kind in OBJECTS)),
    (CERTAIN, "`choices[0]` has a `message` or a `delta` that is an object"),
    (LIKELY, f"a POST to a path that ends with `{PATHS[0][0]}` or `{FILLING}`, unless the answer is of another kind"),
    *((POSSIBLE, f"`messages` with roles, sent to `{path}`: {why}") for path, why in PATHS[1:]),
)
_REFERENCE = "OpenAI API reference"
MAPPING = (
    ("`messages[]` of `system`, `developer` at the beginning", "`system_instructions`", _REFERENCE),
    *((f"role `{wire}`", f"`{ours}`", "the wire's word stays in `native_role`") for wire, ours in ROLES.items()),
    (
        "`content`: a string, a list of parts, an object",
        "`text`, `blob`, `uri`, `file`, `refusal`, `reasoning`",
        _REFERENCE,
    ),
    *((f"`{key}`", "`reasoning`", hosts) for key, hosts in REASONING_KEYS),
    ("`reasoning_details[]`", "`reasoning` of kind text, summary or encrypted", "OpenRouter: reasoning tokens"),
    ("`thinking_blocks[]`", "`reasoning` with its signature, or of kind redacted", "LiteLLM: reasoning content"),
    ("`content[]` of `reasoning`", "`reasoning`, one for each `summary[]`", "Databricks: Query reasoning models"),
    ("`prompt`, where there are no `messages`", "a message of the user", "Mistral: fill-in-the-middle"),
    ("`reasoning_opaque`", "`reasoning` of kind encrypted", "GitHub Copilot's signature of the thought"),
    ("`tool_calls[]`, `function_call`", "`tool_call`; its arguments parsed, the string beside them", _REFERENCE),
    (
        "`tool_calls[].extra_content.google.thought_signature`",
        "`signature` of the call",
        "Gemini: OpenAI compatibility",
    ),
    ("`messages[]` of `tool`, `function`", "`tool_call_response`", _REFERENCE),
    ("`refusal`", "`refusal`", _REFERENCE),
    (
        "`annotations[]`; `citations[]` of the answer, else its `search_results[]`",
        "`citations` of the last text",
        f"{_REFERENCE}; Perplexity",
    ),
    ("`audio`, `images[]`", "`blob`, `file`, `uri`", f"{_REFERENCE}; OpenRouter"),
    ("`executed_tools[]`", "`server_tool_call`, `server_tool_call_response`", "Groq's compound models"),
    ("`tools[]`, `functions[]`", "`tools`", _REFERENCE),
    ("`tool_choice`, `function_call`, `parallel_tool_calls`", "`tool_choice` of mode, names and parallel", _REFERENCE),
    ("`response_format`", "`response_format`, `output_type`", _REFERENCE),
    ("`logprobs`, `top_logprobs`", "`logprobs` of enabled and top", _REFERENCE),
    ("`reasoning_effort`, `reasoning`, `thinking`, and their like", "`reasoning`", "each host's reference"),
    ("`prompt_cache_key`, `prompt_cache_retention`", "`cache`", _REFERENCE),
    *((f"`{wire}`", f"`{ours}`", "") for wire, ours in SETTINGS.items()),
    ("`choices[]`", "`output_messages`, one for each choice", _REFERENCE),
    ("`usage`; `x_groq.usage`; `cost`", "`usage`", "below; Groq's older streams; Venice"),
    (
        "`error`, at the top, in a choice, in `x_groq`; a line `error:`; `base_resp`",
        "`error`",
        "OpenRouter; Groq; GPUStack; MiniMax",
    ),
    ("`obfuscation`, `p`", "nothing", "random text, so that the size of a chunk does not tell its content"),
    ("any other key", "`extra`, by its JSON pointer", "nothing is dropped"),
)

DIALECTS.register(
    Dialect(
        name=NAME,
        title="OpenAI Chat Completions",
        recognize=recognize,
        fold=fold,
        decode=decode,
        sources=SOURCES,
        recognition=RECOGNITION,
        mapping=MAPPING,
    )
)
