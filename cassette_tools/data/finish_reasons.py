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
)

_MEANING = {(row.dialect, row.native): row.canonical for row in FINISH_REASONS}


def canonical_finish_reason(dialect: str, native: str) -> str | None:
    """The canonical word for a native one; ``None`` when no row knows it."""
    return _MEANING.get((dialect, native)) or _MEANING.get((dialect, native.lower()))
