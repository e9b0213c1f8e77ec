"""Why a model stopped, in one vocabulary: every native word that a dialect has been seen to use, and what it means.

The canonical words are OpenTelemetry's (``stop``, ``length``, ``tool_call``, ``content_filter``, ``error``,
``compaction``) and ``pause`` for a turn that was suspended and can be resumed. A word that no row speaks of means
nothing here: it is kept, reported, and never guessed.
"""

from __future__ import annotations

from cassette_tools._record import record

CANONICAL = ("stop", "length", "tool_call", "content_filter", "error", "pause", "compaction")


@record
class FinishReason:
    """One native word of one dialect. `reason` says whose word it is."""

    dialect: str
    native: str
    canonical: str
    reason: str


def _chat(native: str, canonical: str, reason: str) -> FinishReason:
    return FinishReason(dialect="openai.chat", native=native, canonical=canonical, reason=reason)


def _responses(native: str, canonical: str, reason: str) -> FinishReason:
    """The reason of an incomplete response, else its status."""
    return FinishReason(dialect="openai.responses", native=native, canonical=canonical, reason=reason)


def _realtime(native: str, canonical: str, reason: str) -> FinishReason:
    """The reason in ``status_details``, else the status."""
    return FinishReason(dialect="openai.realtime", native=native, canonical=canonical, reason=reason)


def _messages(native: str, canonical: str, reason: str) -> FinishReason:
    return FinishReason(dialect="anthropic.messages", native=native, canonical=canonical, reason=reason)


def _converse(native: str, canonical: str, reason: str) -> FinishReason:
    return FinishReason(dialect="bedrock.converse", native=native, canonical=canonical, reason=reason)


def _gemini(native: str, canonical: str, reason: str) -> FinishReason:
    return FinishReason(dialect="gemini.generate_content", native=native, canonical=canonical, reason=reason)


def _interactions(native: str, canonical: str, reason: str) -> FinishReason:
    return FinishReason(dialect="gemini.interactions", native=native, canonical=canonical, reason=reason)


def _cohere(native: str, canonical: str, reason: str) -> FinishReason:
    return FinishReason(dialect="cohere.chat", native=native, canonical=canonical, reason=reason)


def _ollama(dialect: str) -> tuple[FinishReason, ...]:
    rows = (
        ("stop", "stop", "Ollama API: done_reason"),
        ("length", "length", "Ollama API: done_reason"),
        ("load", "stop", "Ollama API: an empty request that only loads the model"),
        ("unload", "stop", "Ollama API: an empty request that unloads the model"),
    )
    return tuple(
        FinishReason(dialect=dialect, native=native, canonical=canonical, reason=reason)
        for native, canonical, reason in rows
    )


def _completions(native: str, canonical: str, reason: str) -> FinishReason:
    return FinishReason(dialect="openai.completions", native=native, canonical=canonical, reason=reason)


def _invoke(native: str, canonical: str, reason: str) -> FinishReason:
    return FinishReason(dialect="bedrock.invoke", native=native, canonical=canonical, reason=reason)


def _assistants(native: str, canonical: str, reason: str) -> FinishReason:
    """What an incomplete run says of it, else the status of the run."""
    return FinishReason(dialect="openai.assistants", native=native, canonical=canonical, reason=reason)


def _sourcegraph(native: str, canonical: str, reason: str) -> FinishReason:
    return FinishReason(dialect="sourcegraph.completions", native=native, canonical=canonical, reason=reason)


def _agent(native: str, canonical: str, reason: str) -> FinishReason:
    return FinishReason(dialect="bedrock.agent", native=native, canonical=canonical, reason=reason)


def _hugging_face(native: str, canonical: str, reason: str) -> FinishReason:
    return FinishReason(dialect="huggingface.inference", native=native, canonical=canonical, reason=reason)


FINISH_REASONS: tuple[FinishReason, ...] = (
    _chat("stop", "stop", "OpenAI API reference"),
    _chat("eos", "stop", "Together: the model's end-of-sequence token"),
    _chat("eos_token", "stop", "Hugging Face TGI: the model's end-of-sequence token"),
    _chat("stop_sequence", "stop", "Hugging Face TGI: one of the request's stop sequences"),
    _chat("end_turn", "stop", "gateways that pass Anthropic's word on"),
    _chat("", "stop", "Snowflake Cortex sends an empty word with a whole answer"),
    _chat("length", "length", "OpenAI API reference"),
    _chat("max_tokens", "length", "gateways that pass Anthropic's word on"),
    _chat("model_length", "length", "Mistral: the model's context is full"),
    _chat("tool_calls", "tool_call", "OpenAI API reference"),
    _chat("tool_call", "tool_call", "Azure AI Foundry (DeepSeek, Phi)"),
    _chat("tool_use", "tool_call", "gateways that pass Anthropic's word on"),
    _chat("function_call", "tool_call", "OpenAI API reference (functions, before tools)"),
    _chat("content_filter", "content_filter", "OpenAI API reference"),
    _chat("sensitive", "content_filter", "Z.ai (Zhipu) API reference"),
    _chat("error", "error", "OpenRouter, Mistral"),
    _chat("network_error", "error", "Z.ai (Zhipu) API reference"),
    _chat("insufficient_system_resource", "error", "DeepSeek API reference"),
    _chat("abort", "error", "vLLM and SGLang: the request was aborted"),
    _chat("repetition", "error", "vLLM: the text repeated itself, and was stopped"),
    _realtime("completed", "stop", "OpenAI API reference: status"),
    _realtime("max_output_tokens", "length", "OpenAI API reference: status_details.reason of an incomplete response"),
    _realtime("content_filter", "content_filter", "OpenAI API reference: status_details.reason"),
    _realtime("incomplete", "length", "OpenAI API reference: status, of which nothing says why"),
    _realtime("turn_detected", "pause", "OpenAI API reference: the user spoke in between"),
    _realtime("client_cancelled", "pause", "OpenAI API reference: the client sent response.cancel"),
    _realtime("cancelled", "pause", "OpenAI API reference: status"),
    _realtime("failed", "error", "OpenAI API reference: status"),
    _responses("completed", "stop", "OpenAI API reference: status"),
    _responses("complete", "stop", "recordings that were written by hand: they are replayed all the same"),
    _responses("max_output_tokens", "length", "OpenAI API reference: incomplete_details.reason"),
    _responses("max_tokens", "length", "gateways that pass another dialect's word on"),
    _responses("max_messages", "length", "OpenAI: incomplete_details.reason of a response of several messages"),
    _responses("content_filter", "content_filter", "OpenAI API reference: incomplete_details.reason"),
    _responses("steered", "pause", "OpenAI: the client spoke in between, and the next response goes on"),
    _responses("failed", "error", "OpenAI API reference: status"),
    _responses("cancelled", "error", "OpenAI API reference: status of a background response that was cancelled"),
    _responses("queued", "pause", "OpenAI API reference: status of a background response that has not begun"),
    _responses("in_progress", "pause", "OpenAI API reference: status of a background response that goes on"),
    _messages("end_turn", "stop", "Anthropic API reference: stop_reason"),
    _messages("stop_sequence", "stop", "Anthropic API reference: stop_reason"),
    _messages("max_tokens", "length", "Anthropic API reference: stop_reason"),
    _messages("model_context_window_exceeded", "length", "Anthropic API reference: stop_reason"),
    _messages("tool_use", "tool_call", "Anthropic API reference: stop_reason"),
    _messages("pause_turn", "pause", "Anthropic API reference: a turn with server tools that goes on when sent back"),
    _messages("refusal", "content_filter", "Anthropic API reference: streaming classifiers intervened"),
    _messages("compaction", "compaction", "Anthropic API reference (beta): the context was summed up"),
    _converse("end_turn", "stop", "Amazon Bedrock API reference: Converse, stopReason"),
    _converse("stop_sequence", "stop", "Amazon Bedrock API reference: Converse, stopReason"),
    _converse("max_tokens", "length", "Amazon Bedrock API reference: Converse, stopReason"),
    _converse("model_context_window_exceeded", "length", "Amazon Bedrock API reference: Converse, stopReason"),
    _converse("tool_use", "tool_call", "Amazon Bedrock API reference: Converse, stopReason"),
    _converse("guardrail_intervened", "content_filter", "Amazon Bedrock API reference: Converse, stopReason"),
    _converse("content_filtered", "content_filter", "Amazon Bedrock API reference: Converse, stopReason"),
    _converse("malformed_model_output", "error", "Amazon Bedrock API reference: Converse, stopReason"),
    _converse("malformed_tool_use", "error", "Amazon Bedrock API reference: Converse, stopReason"),
    _cohere("COMPLETE", "stop", "Cohere API reference: finish_reason"),
    _cohere("STOP_SEQUENCE", "stop", "Cohere API reference: finish_reason"),
    _cohere("MAX_TOKENS", "length", "Cohere API reference: finish_reason"),
    _cohere("ERROR_LIMIT", "length", "Cohere API reference (v1): the context is full"),
    _cohere("TOOL_CALL", "tool_call", "Cohere API reference: finish_reason"),
    _cohere("ERROR_TOXIC", "content_filter", "Cohere API reference (v1)"),
    _cohere("ERROR", "error", "Cohere API reference: finish_reason"),
    _cohere("TIMEOUT", "error", "Cohere API reference: finish_reason"),
    _cohere("USER_CANCEL", "error", "Cohere API reference (v1): the request was cancelled"),
    _completions("stop", "stop", "OpenAI API reference: Completions"),
    _completions("length", "length", "OpenAI API reference: Completions"),
    _completions("content_filter", "content_filter", "OpenAI API reference: Completions"),
    _completions("eos", "stop", "Together: the model's end-of-sequence token"),
    _completions("eos_token", "stop", "Hugging Face TGI: the model's end-of-sequence token"),
    _completions("stop_sequence", "stop", "Hugging Face TGI: one of the request's stop sequences"),
    _completions("error", "error", "OpenRouter"),
    _completions("abort", "error", "vLLM and SGLang: the request was aborted"),
    _completions("repetition", "error", "vLLM: the text repeated itself, and was stopped"),
    _assistants("completed", "stop", "OpenAI API reference: Runs, status"),
    _assistants("requires_action", "tool_call", "OpenAI API reference: Runs, status"),
    _assistants("failed", "error", "OpenAI API reference: Runs, status"),
    _assistants("cancelled", "error", "OpenAI API reference: Runs, status"),
    _assistants("expired", "error", "OpenAI API reference: Runs, status: ten minutes have passed"),
    _assistants("incomplete", "length", "OpenAI API reference: Runs, status: a limit was met"),
    _assistants("max_completion_tokens", "length", "OpenAI API reference: Runs, incomplete_details"),
    _assistants("max_prompt_tokens", "length", "OpenAI API reference: Runs, incomplete_details"),
    _invoke("FINISH", "stop", "Amazon Titan: completionReason"),
    _invoke("FINISHED", "stop", "Amazon Titan: completionReason"),
    _invoke("LENGTH", "length", "Amazon Titan: completionReason"),
    _invoke("STOP_CRITERIA_MET", "stop", "Amazon Titan: completionReason"),
    _invoke("INTERVENED", "content_filter", "a guardrail of Bedrock: amazon-bedrock-guardrailAction"),
    _invoke("CONTENT_FILTERED", "content_filter", "Amazon Titan: completionReason"),
    _invoke("RAG_QUERY_WHEN_RAG_DISABLED", "error", "Amazon Titan: completionReason"),
    _invoke("stop", "stop", "Meta Llama and Mistral: stop_reason"),
    _invoke("length", "length", "Meta Llama and Mistral: stop_reason"),
    _invoke("max_tokens", "length", "Meta Llama: stop_reason, in some versions"),
    _invoke("COMPLETE", "stop", "Cohere Command: finish_reason"),
    _invoke("MAX_TOKENS", "length", "Cohere Command: finish_reason"),
    _invoke("ERROR", "error", "Cohere Command: finish_reason"),
    _invoke("ERROR_TOXIC", "content_filter", "Cohere Command: finish_reason"),
    _invoke("stop_sequence", "stop", "Anthropic Claude, Text Completions: stop_reason"),
    _invoke("endoftext", "stop", "AI21 Jurassic-2: finishReason.reason"),
    _agent("INTERVENED", "content_filter", "Amazon Bedrock API reference: RetrieveAndGenerate, guardrailAction"),
    _hugging_face("length", "length", "TGI: max_new_tokens were generated"),
    _hugging_face("eos_token", "stop", "TGI: the model's end-of-sequence token"),
    _hugging_face("stop_sequence", "stop", "TGI: one of the request's stop sequences"),
    _sourcegraph("end_turn", "stop", "Anthropic's word, passed on"),
    _sourcegraph("stop_sequence", "stop", "Anthropic's word, passed on"),
    _sourcegraph("stop", "stop", "OpenAI's and Fireworks' word, passed on"),
    _sourcegraph("STOP", "stop", "Google's word, passed on"),
    _sourcegraph("max_tokens", "length", "Anthropic's word, passed on"),
    _sourcegraph("length", "length", "OpenAI's and Fireworks' word, passed on"),
    _sourcegraph("MAX_TOKENS", "length", "Google's word, passed on"),
    *_ollama("ollama.chat"),
    *_ollama("ollama.generate"),
    _gemini("STOP", "stop", "Gemini API reference: FinishReason; also the end of an answer that calls a function"),
    _gemini("FINISH_REASON_UNSPECIFIED", "stop", "Gemini API reference: FinishReason; no reason is said"),
    _gemini("MAX_TOKENS", "length", "Gemini API reference: FinishReason"),
    _gemini("SAFETY", "content_filter", "Gemini API reference: FinishReason"),
    _gemini("RECITATION", "content_filter", "Gemini API reference: FinishReason"),
    _gemini("LANGUAGE", "content_filter", "Gemini API reference: FinishReason"),
    _gemini("BLOCKLIST", "content_filter", "Gemini API reference: FinishReason"),
    _gemini("PROHIBITED_CONTENT", "content_filter", "Gemini API reference: FinishReason"),
    _gemini("SPII", "content_filter", "Gemini API reference: FinishReason"),
    _gemini("IMAGE_SAFETY", "content_filter", "Gemini API reference: FinishReason"),
    _gemini("IMAGE_PROHIBITED_CONTENT", "content_filter", "Gemini API reference: FinishReason"),
    _gemini("IMAGE_RECITATION", "content_filter", "Gemini API reference: FinishReason"),
    _gemini("MODEL_ARMOR", "content_filter", "Vertex AI API reference: FinishReason"),
    _gemini("OTHER", "error", "Gemini API reference: FinishReason"),
    _gemini("MALFORMED_FUNCTION_CALL", "error", "Gemini API reference: FinishReason"),
    _gemini("MALFORMED_RESPONSE", "error", "Gemini API reference: FinishReason"),
    _gemini("UNEXPECTED_TOOL_CALL", "error", "Gemini API reference: FinishReason"),
    _gemini("TOO_MANY_TOOL_CALLS", "error", "Gemini API reference: FinishReason"),
    _gemini("MISSING_THOUGHT_SIGNATURE", "error", "Gemini API reference: FinishReason"),
    _gemini("NO_IMAGE", "error", "Gemini API reference: FinishReason"),
    _gemini("IMAGE_OTHER", "error", "Gemini API reference: FinishReason"),
    _gemini("ESCALATION", "error", "google-genai: FinishReason"),
    _gemini("CONTINUATION", "pause", "google-genai: FinishReason"),
    _interactions("completed", "stop", "Gemini API reference: Interaction.status"),
    _interactions("requires_action", "tool_call", "Gemini API reference: Interaction.status; the client runs a tool"),
    _interactions("incomplete", "length", "Gemini API reference: Interaction.status; cut at the token limit"),
    _interactions("budget_exceeded", "length", "Gemini API reference: Interaction.status"),
    _interactions("failed", "error", "Gemini API reference: Interaction.status"),
    _interactions("cancelled", "error", "Gemini API reference: Interaction.status"),
    _interactions("requires_continuation", "pause", "Gemini API reference: Interaction.status"),
    _interactions("queued", "pause", "Gemini API reference: Interaction.status; it runs in the background"),
    _interactions("in_progress", "pause", "Gemini API reference: Interaction.status; it runs in the background"),
)

_MEANING = {(row.dialect, row.native): row.canonical for row in FINISH_REASONS}


def canonical_finish_reason(dialect: str, native: str) -> str | None:
    """The canonical word for a native one; ``None`` when no row knows it."""
    return _MEANING.get((dialect, native)) or _MEANING.get((dialect, native.lower()))


_CUT = frozenset(row.native for row in FINISH_REASONS if row.canonical == "length") | {"max_output_tokens"}


def is_cut(native: str | None) -> bool:
    """Whether a word says, in any dialect, that the answer was cut at a limit. Gateways pass on the word of the
    provider behind them beside one of their own, which may be another.
    """
    return native in _CUT
