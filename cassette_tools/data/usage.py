"""Token counts: where each dialect writes which count, and which providers mean something else by the same word.

One definition holds here (OpenTelemetry GenAI v1.41.1): input includes cached tokens, output includes reasoning. Most
servers of a dialect follow it; the others stand in `EXCLUSIVE` and `UPSTREAM`, each with what was measured.
"""

from __future__ import annotations

from cassette_tools._record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    Path = tuple[str, ...]


@record
class Counter:
    """A place of the usage object that holds the count called `name`; the first of several that is there counts."""

    dialect: str
    name: str
    path: Path
    reason: str


@record
class Cost:
    """A place of the usage object that holds money; times `factor` it is US dollars."""

    path: Path
    factor: float
    reason: str


@record
class Exclusive:
    """Counts `added` that `counter` leaves out on the wire of a dialect.

    With `always` they are left out by definition. Otherwise the reported total decides: when it is the sum of the
    prompt, the completion and the added counts, and these are not nought, they were left out. `provider` limits the
    row. `unless_total` applies it also when no total was reported.
    """

    counter: str
    added: tuple[Path, ...]
    reason: str
    dialect: str = "openai.chat"
    always: bool = False
    provider: str | None = None
    unless_total: bool = False


@record
class Upstream:
    """A gateway whose own counts are wrong, and the upstream provider's usage object that it passes along in the
    message.

    `output` names the counts that make up its output; they are taken when their sum is more than the gateway's own
    count.
    """

    provider: str
    path: Path
    output: tuple[str, ...]
    total: str
    reason: str


def _chat(name: str, path: str, reason: str) -> Counter:
    return Counter(dialect="openai.chat", name=name, path=tuple(path.split(".")), reason=reason)


def _responses(name: str, path: str, reason: str) -> Counter:
    return Counter(dialect="openai.responses", name=name, path=tuple(path.split(".")), reason=reason)


def _messages(name: str, path: str, reason: str) -> Counter:
    return Counter(dialect="anthropic.messages", name=name, path=tuple(path.split(".")), reason=reason)


def _converse(name: str, path: str, reason: str) -> Counter:
    return Counter(dialect="bedrock.converse", name=name, path=tuple(path.split(".")), reason=reason)


def _gemini(name: str, path: str, reason: str) -> Counter:
    return Counter(dialect="gemini.generate_content", name=name, path=(path,), reason=reason)


def _interactions(name: str, path: str, reason: str) -> Counter:
    return Counter(dialect="gemini.interactions", name=name, path=(path,), reason=reason)


def _cohere(name: str, path: str, reason: str) -> Counter:
    return Counter(dialect="cohere.chat", name=name, path=tuple(path.split(".")), reason=reason)


def _ollama(dialect: str) -> tuple[Counter, ...]:
    source = "Ollama API; a prompt that was cached has no count"
    return (
        Counter(dialect=dialect, name="input_tokens", path=("prompt_eval_count",), reason=source),
        Counter(dialect=dialect, name="output_tokens", path=("eval_count",), reason="Ollama API: with the thinking"),
    )


def _assistants(name: str, path: str, reason: str) -> Counter:
    return Counter(dialect="openai.assistants", name=name, path=tuple(path.split(".")), reason=reason)


def _completions(name: str, path: str, reason: str) -> Counter:
    return Counter(dialect="openai.completions", name=name, path=tuple(path.split(".")), reason=reason)


COUNTERS: tuple[Counter, ...] = (
    _chat("input_tokens", "prompt_tokens", "OpenAI API reference"),
    _chat("input_tokens", "input_tokens", "gateways that pass another dialect's word on"),
    _chat("output_tokens", "completion_tokens", "OpenAI API reference"),
    _chat("output_tokens", "output_tokens", "gateways that pass another dialect's word on"),
    _chat("total_tokens", "total_tokens", "OpenAI API reference"),
    _chat("cache_read_input_tokens", "prompt_tokens_details.cached_tokens", "OpenAI API reference"),
    _chat("cache_read_input_tokens", "prompt_cache_hit_tokens", "DeepSeek API reference"),
    _chat("cache_read_input_tokens", "cached_tokens", "Together, Moonshot"),
    _chat("cache_read_input_tokens", "num_cached_tokens", "older vLLM"),
    _chat("cache_read_input_tokens", "cache_read_input_tokens", "Databricks"),
    _chat("cache_creation_input_tokens", "prompt_tokens_details.cache_write_tokens", "OpenRouter; OpenAI"),
    _chat("cache_creation_input_tokens", "prompt_tokens_details.cache_creation_tokens", "LiteLLM proxies"),
    _chat("cache_creation_input_tokens", "cache_creation_input_tokens", "Vercel AI Gateway, Databricks"),
    _chat("reasoning_output_tokens", "completion_tokens_details.reasoning_tokens", "OpenAI API reference"),
    _chat("reasoning_output_tokens", "reasoning_tokens", "Together, Perplexity"),
    *(
        Counter(dialect="openai.realtime", name=name, path=path, reason="OpenAI API reference: response.done")
        for name, path in (
            ("input_tokens", ("input_tokens",)),
            ("output_tokens", ("output_tokens",)),
            ("total_tokens", ("total_tokens",)),
            ("cache_read_input_tokens", ("input_token_details", "cached_tokens")),
        )
    ),
    _responses("input_tokens", "input_tokens", "OpenAI API reference"),
    _responses("input_tokens", "prompt_tokens", "gateways that pass the word of chat on"),
    _responses("output_tokens", "output_tokens", "OpenAI API reference"),
    _responses("output_tokens", "completion_tokens", "gateways that pass the word of chat on"),
    _responses("total_tokens", "total_tokens", "OpenAI API reference"),
    _responses("cache_read_input_tokens", "input_tokens_details.cached_tokens", "OpenAI API reference"),
    _responses("cache_creation_input_tokens", "input_tokens_details.cache_write_tokens", "OpenAI, OpenRouter"),
    _responses("reasoning_output_tokens", "output_tokens_details.reasoning_tokens", "OpenAI API reference"),
    _messages("input_tokens", "input_tokens", "Anthropic API reference: without what the cache holds"),
    _messages("output_tokens", "output_tokens", "Anthropic API reference"),
    _messages("cache_read_input_tokens", "cache_read_input_tokens", "Anthropic: Prompt caching"),
    _messages("cache_creation_input_tokens", "cache_creation_input_tokens", "Anthropic: Prompt caching"),
    _messages("reasoning_output_tokens", "output_tokens_details.thinking_tokens", "Anthropic API reference"),
    _converse("input_tokens", "inputTokens", "Amazon Bedrock API reference: TokenUsage, without the cache"),
    _converse("output_tokens", "outputTokens", "Amazon Bedrock API reference: TokenUsage"),
    _converse("total_tokens", "totalTokens", "Amazon Bedrock API reference: TokenUsage"),
    _converse("cache_read_input_tokens", "cacheReadInputTokens", "Amazon Bedrock API reference: TokenUsage"),
    _converse("cache_read_input_tokens", "cacheReadInputTokenCount", "Nova; the same number under another name"),
    _converse("cache_creation_input_tokens", "cacheWriteInputTokens", "Amazon Bedrock API reference: TokenUsage"),
    _converse("cache_creation_input_tokens", "cacheWriteInputTokenCount", "Nova; the same under another name"),
    _cohere("input_tokens", "tokens.input_tokens", "Cohere API reference: what the model processed"),
    _cohere("output_tokens", "tokens.output_tokens", "Cohere API reference: what the model processed"),
    _cohere("cache_read_input_tokens", "cached_tokens", "Cohere API reference"),
    _cohere("reasoning_output_tokens", "tokens.reasoning_tokens", "Cohere API reference"),
    _completions("input_tokens", "prompt_tokens", "OpenAI API reference: Completions"),
    _completions("output_tokens", "completion_tokens", "OpenAI API reference: Completions"),
    _completions("total_tokens", "total_tokens", "OpenAI API reference: Completions"),
    _completions("cache_read_input_tokens", "prompt_tokens_details.cached_tokens", "vLLM, OpenRouter"),
    _completions("reasoning_output_tokens", "completion_tokens_details.reasoning_tokens", "OpenRouter"),
    _assistants("input_tokens", "prompt_tokens", "OpenAI API reference: Runs"),
    _assistants("output_tokens", "completion_tokens", "OpenAI API reference: Runs"),
    _assistants("total_tokens", "total_tokens", "OpenAI API reference: Runs"),
    _assistants("cache_read_input_tokens", "prompt_token_details.cached_tokens", "as runs spell it, seen in 2026"),
    _assistants("reasoning_output_tokens", "completion_tokens_details.reasoning_tokens", "seen in 2026"),
    *_ollama("ollama.chat"),
    *_ollama("ollama.generate"),
    _gemini("input_tokens", "promptTokenCount", "Gemini API reference: UsageMetadata"),
    _gemini("input_tokens", "prompt_token_count", "the same field in the other spelling of protocol buffers' JSON"),
    _gemini("input_tokens", "totalTokens", "Gemini API reference: CountTokensResponse, where it is the answer"),
    _gemini("input_tokens", "total_tokens", "the same field in the other spelling"),
    _gemini("output_tokens", "candidatesTokenCount", "Gemini API reference: UsageMetadata, without thoughts"),
    _gemini("output_tokens", "candidates_token_count", "the same field in the other spelling"),
    _gemini("output_tokens", "responseTokenCount", "Gemini API reference: UsageMetadata of Live and some tuned models"),
    _gemini("total_tokens", "totalTokenCount", "Gemini API reference: UsageMetadata"),
    _gemini("total_tokens", "total_token_count", "the same field in the other spelling"),
    _gemini("cache_read_input_tokens", "cachedContentTokenCount", "Gemini API reference: UsageMetadata"),
    _gemini("cache_read_input_tokens", "cached_content_token_count", "the same field in the other spelling"),
    _gemini("reasoning_output_tokens", "thoughtsTokenCount", "Gemini API reference: UsageMetadata"),
    _gemini("reasoning_output_tokens", "thoughts_token_count", "the same field in the other spelling"),
    _interactions("input_tokens", "total_input_tokens", "Gemini API reference: Usage of an interaction"),
    _interactions("output_tokens", "total_output_tokens", "Gemini API reference: Usage, without thoughts"),
    _interactions("total_tokens", "total_tokens", "Gemini API reference: Usage of an interaction"),
    _interactions("cache_read_input_tokens", "total_cached_tokens", "Gemini API reference: Usage of an interaction"),
    _interactions("reasoning_output_tokens", "total_thought_tokens", "Gemini API reference: Usage of an interaction"),
)

COSTS: tuple[Cost, ...] = (
    Cost(path=("cost",), factor=1.0, reason="OpenRouter and Vercel: US dollars"),
    Cost(path=("cost", "total_cost"), factor=1.0, reason="Perplexity: US dollars"),
    Cost(path=("cost", "usd"), factor=1.0, reason="Charm Hyper, Venice"),
    Cost(path=("cost_in_usd_ticks",), factor=1e-10, reason="xAI: checked against its list prices"),
    Cost(path=("pydantic_ai_gateway", "cost_estimate"), factor=1.0, reason="Pydantic AI Gateway: US dollars"),
    Cost(path=("estimated_cost",), factor=1.0, reason="DeepInfra: US dollars"),
)

_REASONING = (("completion_tokens_details", "reasoning_tokens"),)

EXCLUSIVE: tuple[Exclusive, ...] = (
    Exclusive(
        counter="output_tokens",
        added=_REASONING,
        provider="x_ai",
        unless_total=True,
        reason="xAI counts reasoning beside the completion: total = prompt + completion + reasoning (122 of 122)",
    ),
    Exclusive(counter="output_tokens", added=_REASONING, reason="any other server whose total says so"),
    Exclusive(
        counter="input_tokens",
        added=(("prompt_tokens_details", "audio_tokens"),),
        provider="mistral_ai",
        reason="Mistral counts audio beside the prompt (5 of 5 bodies with audio)",
    ),
    Exclusive(
        counter="input_tokens",
        added=(("cache_read_input_tokens",), ("cache_creation_input_tokens",)),
        reason="proxies that pass Anthropic's exclusive counts on, and whose total says so",
    ),
    Exclusive(
        counter="input_tokens",
        added=(("cache_read_input_tokens",), ("cache_creation_input_tokens",)),
        dialect="anthropic.messages",
        always=True,
        reason="Anthropic: Prompt caching: the total input is the sum of the three",
    ),
    Exclusive(
        counter="input_tokens",
        added=(("cache_read_input_tokens",), ("cache_creation_input_tokens",)),
        dialect="bedrock.converse",
        always=True,
        reason="Amazon Bedrock: totalTokens is the sum of all four (25 of 25 bodies with a cache)",
    ),
    Exclusive(
        counter="input_tokens",
        added=(("toolUsePromptTokenCount",), ("tool_use_prompt_token_count",)),
        dialect="gemini.generate_content",
        always=True,
        reason="Gemini: what its tools gave is counted beside the prompt; total = P + C + Th + Tool (1,840 of 1,844)",
    ),
    Exclusive(
        counter="output_tokens",
        added=(("thoughtsTokenCount",), ("thoughts_token_count",)),
        dialect="gemini.generate_content",
        always=True,
        reason="Gemini: thoughts are counted beside the candidates; the same totals say so",
    ),
    Exclusive(
        counter="input_tokens",
        added=(("total_tool_use_tokens",),),
        dialect="gemini.interactions",
        always=True,
        reason="Gemini Interactions: the total is input + output + thought + tool use (37 of 37)",
    ),
    Exclusive(
        counter="output_tokens",
        added=(("total_thought_tokens",),),
        dialect="gemini.interactions",
        always=True,
        reason="Gemini Interactions: thoughts are counted beside the output; the same totals say so",
    ),
)

HIDDEN_REASONING = {
    # Its total holds thinking tokens that no other field speaks of: what is left over is the thinking.
    "gcp.gemini": "Gemini's OpenAI-compatible endpoint: total > prompt + completion when the model thought",
    "gcp.vertex_ai": "the same endpoint on Vertex AI",
}

UPSTREAM: tuple[Upstream, ...] = (
    Upstream(
        provider="vercel",
        path=("provider_metadata", "google", "usageMetadata"),
        output=("candidatesTokenCount", "thoughtsTokenCount"),
        total="totalTokenCount",
        reason="Vercel, Gemini models: reasoning is in neither completion_tokens nor total_tokens (18 of 18)",
    ),
)
