"""Fields of responses whose presence is no matter of the wire's shape, with the reason."""

from __future__ import annotations

from cassette_tools._record import record


@record
class FieldRow:
    """A field by its name, at any depth."""

    name: str
    reason: str


def _row(name: str, reason: str) -> FieldRow:
    return FieldRow(name=name, reason=reason)


_SAID = "is there when the answer holds it; the answer itself is compared"

# Events that keep a connection open: how many there are depends on how long the answer took.
KEEP_ALIVE = (
    _row("ping", "Anthropic, and who follows it"),
    _row("keepalive", "gateways"),
    _row("keep-alive", "Cohere and gateways"),
    _row("heartbeat", "gateways"),
)

BY_CONTENT = (
    _row("content", _SAID),
    _row("text", _SAID),
    _row("tool_calls", _SAID),
    _row("function_call", _SAID),
    _row("refusal", _SAID),
    _row("reasoning", _SAID),
    _row("reasoning_content", _SAID),
    _row("reasoning_text", _SAID),
    _row("reasoning_details", _SAID),
    _row("annotations", _SAID),
    _row("citations", _SAID),
    _row("search_results", _SAID),
    _row("audio", _SAID),
    _row("images", _SAID),
    _row("executed_tools", _SAID),
    _row("thinking", _SAID),
    _row("thought", _SAID),
    _row("output", _SAID),
    _row("delta", "the last chunks of a stream have none"),
    _row("choices", "the chunk with the token counts has none"),
    _row("error", "compared as an error"),
    _row("usage", "compared as token counts"),
    _row("usageMetadata", "compared as token counts"),
    _row("prompt_eval_count", "compared as a token count"),
    _row("eval_count", "compared as a token count"),
    _row("finish_reason", "compared as the finish reason"),
    _row("native_finish_reason", "compared as the finish reason"),
    _row("signature", "is there when reasoning is sealed"),
    _row("thoughtSignature", "is there when reasoning is sealed"),
    _row("thought_signature", "is there when reasoning is sealed"),
    _row("data", "is there when reasoning is sealed"),
    _row("summary", "is there when reasoning is summarised"),
    _row("logprobs", "is there when the request asks for it"),
)

OPEN = (
    _row("usage", "its fields are compared as token counts"),
    _row("usageMetadata", "its fields are compared as token counts"),
    _row("usage_metadata", "its fields are compared as token counts"),
    _row("error", "its fields are compared as an error"),
    _row("provider_metadata", "Vercel: its fields are the names of upstreams"),
    _row("metadata", "its fields are the caller's"),
    _row("logprobs", "its fields are tokens"),
    _row("top_logprobs", "its fields are tokens"),
    _row("content_filter_results", "Azure: its fields are the filters that ran over this answer"),
    _row("prompt_filter_results", "Azure: its fields are the filters that ran over this prompt"),
    _row("timings", "durations; which there are depends on what was measured"),
)

# Objects whose fields the tool or the caller chose: no shape of the API's.
FOREIGN = (
    _row("input", "Anthropic, Bedrock: arguments of a tool, which are compared as a call"),
    _row("args", "Gemini: arguments of a tool, which are compared as a call"),
    _row("arguments", "Ollama, Gemini: arguments of a tool, which are compared as a call"),
    _row("parameters", "Cohere: arguments of a tool, which are compared as a call; Responses: the request, given back"),
)
