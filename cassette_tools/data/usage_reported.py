"""Who always says how many tokens a whole answer took, so that one without was edited or cut."""

from __future__ import annotations

from cassette_tools._record import record


@record
class Reports:
    """An API of a provider. `in_streams` is whether streams say it without being asked; `models` the beginnings of the
    names of the models that do, where older ones did not. `reason` says what is known of it.
    """

    dialect: str
    provider: str
    reason: str
    in_streams: bool = False
    models: tuple[str, ...] = ()


def _always(dialect: str, provider: str, reason: str, models: tuple[str, ...] = ()) -> Reports:
    return Reports(dialect=dialect, provider=provider, reason=reason, in_streams=True, models=models)


def _chat(provider: str, reason: str) -> Reports:
    """Streams of this API say it only when they are asked to (`stream_options`)."""
    return Reports(dialect="openai.chat", provider=provider, reason=reason)


GEMINI = ("gemini-2", "gemini-3")  # in the first months of 2024 the API had no counts

REPORTED = (
    _always("anthropic.messages", "anthropic", "Anthropic API reference: `usage` is required; in streams at both ends"),
    _always("anthropic.messages", "aws.bedrock", "the same body, passed on"),
    _always("anthropic.messages", "gcp.vertex_ai", "the same body, passed on"),
    _always("openai.responses", "openai", "OpenAI API reference: of a response that was completed or is incomplete"),
    _always("openai.responses", "azure.ai.openai", "the same API"),
    _always("bedrock.converse", "aws.bedrock", "Bedrock API reference: `usage` is required; in streams in `metadata`"),
    _always("gemini.generate_content", "gcp.gemini", "Gemini API reference: `usageMetadata`", GEMINI),
    _always("gemini.generate_content", "gcp.vertex_ai", "Vertex AI API reference: `usageMetadata`", GEMINI),
    _chat("openai", "OpenAI API reference: `usage` of a whole completion"),
    _chat("azure.ai.openai", "Azure OpenAI reference: `usage` is required"),
    _chat("mistral_ai", "Mistral API reference: `usage` is required"),
    _chat("groq", "Groq API reference"),
    _chat("deepseek", "DeepSeek API reference: `usage` of a whole completion"),
    _chat("x_ai", "xAI API reference"),
    _chat("openrouter", "OpenRouter API reference: always there without a stream"),
)  # fmt: skip
