"""Settings whose default an API documents: to send one changes nothing but what is sent.

A default that depends on the model or the account (`store` of Chat Completions, `temperature`) has no row; where an
answer gives a setting back, that says more than any table.
"""

from __future__ import annotations

from cassette_tools._record import record


@record
class Default:
    """A setting (a JSON pointer), what holds without it, the APIs, by the beginnings of their names, and why."""

    pointer: str
    value: object
    apis: tuple[str, ...]
    reason: str


_OPENAI, _CHAT, _RESPONSES = ("openai.",), ("openai.chat",), ("openai.responses",)

DEFAULTS = (
    Default(pointer="/stream", value=False, apis=_OPENAI, reason="OpenAI API reference: one body"),
    Default(pointer="/stream", value=False, apis=("anthropic.", "cohere."), reason="API references: one body"),
    Default(pointer="/n", value=1, apis=_OPENAI, reason="OpenAI API reference: one answer"),
    Default(
        pointer="/generationConfig/candidateCount",
        value=1,
        apis=("gemini.",),
        reason="Gemini API reference, GenerationConfig",
    ),
    Default(pointer="/tool_choice", value="auto", apis=_OPENAI, reason="OpenAI API reference, where there are tools"),
    Default(pointer="/tool_choice", value={"type": "auto"}, apis=("anthropic.",), reason="where there are tools"),
    Default(
        pointer="/toolConfig/functionCallingConfig/mode",
        value="AUTO",
        apis=("gemini.",),
        reason="Gemini API reference, FunctionCallingConfig",
    ),
    Default(pointer="/parallel_tool_calls", value=True, apis=_OPENAI, reason="OpenAI API reference"),
    Default(pointer="/response_format", value={"type": "text"}, apis=_CHAT, reason="OpenAI API reference"),
    Default(pointer="/text", value={"format": {"type": "text"}}, apis=_RESPONSES, reason="OpenAI API reference"),
    Default(pointer="/text/format", value={"type": "text"}, apis=_RESPONSES, reason="OpenAI API reference"),
    Default(pointer="/truncation", value="disabled", apis=_RESPONSES, reason="OpenAI API reference"),
    Default(pointer="/background", value=False, apis=_RESPONSES, reason="OpenAI API reference"),
    Default(pointer="/store", value=True, apis=_RESPONSES, reason="OpenAI API reference"),
    Default(pointer="/service_tier", value="auto", apis=_OPENAI, reason="OpenAI API reference"),
    Default(pointer="/service_tier", value="auto", apis=("anthropic.",), reason="Anthropic API reference"),
    Default(pointer="/logprobs", value=False, apis=_CHAT, reason="OpenAI API reference"),
    Default(pointer="/presence_penalty", value=0, apis=_OPENAI, reason="OpenAI API reference"),
    Default(pointer="/frequency_penalty", value=0, apis=_OPENAI, reason="OpenAI API reference"),
)
