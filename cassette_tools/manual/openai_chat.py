"""What the page of ``openai.chat`` says."""

from __future__ import annotations

from cassette_tools.data.settings import CHAT
from cassette_tools.dialects import CERTAIN, LIKELY, POSSIBLE
from cassette_tools.dialects.openai_chat import FILLING, OBJECTS, PATHS, ROLES
from cassette_tools.dialects.openai_chat.parts import REASONING_KEYS

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
    *((f"`{wire}`", f"`{ours}`", "") for wire, ours in CHAT.items()),
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
