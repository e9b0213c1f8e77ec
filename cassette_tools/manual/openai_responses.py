"""What the page of ``openai.responses`` says."""

from __future__ import annotations

from cassette_tools.data.openai_tools import CLIENT_RESULTS, CLIENT_TOOLS, SERVER_RESULTS, SERVER_TOOLS
from cassette_tools.data.settings import RESPONSES
from cassette_tools.dialects import CERTAIN, LIKELY, POSSIBLE
from cassette_tools.dialects.openai_responses import OPERATIONS
from cassette_tools.dialects.openai_responses.response import OBJECTS

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
    *((f"`{wire}`", f"`{ours}`", "") for wire, ours in RESPONSES.items()),
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
