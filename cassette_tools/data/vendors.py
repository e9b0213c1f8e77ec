"""Whose model a name speaks of: the vendor in front of the slash, or the family that the name begins with."""

from __future__ import annotations

from cassette_tools._record import record


@record
class Family:
    """Models whose name begins with `prefix` are made by `vendor`."""

    prefix: str
    vendor: str
    reason: str


def _row(prefix: str, vendor: str, reason: str) -> Family:
    return Family(prefix=prefix, vendor=vendor, reason=reason)


FAMILIES = (
    _row("gpt-oss", "openai", "OpenAI's open weights, served by many"),
    _row("gpt", "openai", "OpenAI's GPT"),
    _row("chatgpt", "openai", "OpenAI's ChatGPT"),
    _row("o1", "openai", "OpenAI's reasoning models"),
    _row("o3", "openai", "OpenAI's reasoning models"),
    _row("o4", "openai", "OpenAI's reasoning models"),
    _row("codex", "openai", "OpenAI's Codex"),
    _row("text-embedding", "openai", "OpenAI's embeddings"),
    _row("claude", "anthropic", "Anthropic's Claude"),
    _row("gemini", "google", "Google's Gemini"),
    _row("gemma", "google", "Google's open weights"),
    _row("grok", "x-ai", "xAI's Grok"),
    _row("mistral", "mistralai", "Mistral"),
    _row("ministral", "mistralai", "Mistral"),
    _row("magistral", "mistralai", "Mistral"),
    _row("codestral", "mistralai", "Mistral"),
    _row("mixtral", "mistralai", "Mistral"),
    _row("pixtral", "mistralai", "Mistral"),
    _row("deepseek", "deepseek", "DeepSeek"),
    _row("llama", "meta-llama", "Meta's Llama"),
    _row("kimi", "moonshotai", "Moonshot's Kimi"),
    _row("moonshot", "moonshotai", "Moonshot"),
    _row("glm", "z-ai", "Z.ai's GLM"),
    _row("qwen", "qwen", "Alibaba's Qwen"),
    _row("qwq", "qwen", "Alibaba's QwQ"),
    _row("command", "cohere", "Cohere's Command"),
    _row("nova", "amazon", "Amazon's Nova"),
    _row("titan", "amazon", "Amazon's Titan"),
    _row("phi", "microsoft", "Microsoft's Phi"),
    _row("sonar", "perplexity", "Perplexity's Sonar"),
)

GATEWAYS = {
    "openrouter": "chooses an upstream for every call",
    "vercel": "chooses an upstream for every call",
    "huggingface": "chooses an upstream for every call",
    "hyper": "Charm's Hyper serves other vendors' models",
    "github_copilot": "serves other vendors' models",
    "pydantic_ai_gateway": "hands calls on to other vendors",
    "portkey": "hands calls on to other vendors",
}

VERSIONS = {"anthropic-version": "Anthropic: the version of the API, in a header"}

UPSTREAM = {
    ".provider": "OpenRouter names the upstream of every call",
    "x-inference-provider": "Hugging Face names the upstream of every call",
    "provider_metadata.gateway": "Vercel tells its routing",
}
"""Places of an answer that speak of the upstream which a gateway chose."""

UPSTREAM_HEADERS = {"x-inference-provider": "Hugging Face"}
UPSTREAM_FIELDS = {"provider": "OpenRouter"}
"""Header and field of the body that name the upstream."""

ROUTING = {
    "finalProvider": "Vercel: who answered in the end, after all attempts",
    "resolvedProvider": "Vercel: who was chosen at first",
}
"""Names in a ``routing``, wherever in the body it stands. Whatever else it tells (times, the spelling of a model's id,
who else could have been asked) is no other upstream."""


def vendor_of(model: str) -> str:
    """The vendor of a model whose name tells it; ``""`` for any other, who may be anybody's."""
    name = model.lower().removeprefix("ft:")  # OpenAI: tuned from the model behind it
    bare = name.rpartition("/")[2]
    for row in FAMILIES:
        if bare.startswith(row.prefix) or f".{row.prefix}" in bare:  # Bedrock: us.anthropic.claude-…
            return row.vendor
    return name.partition("/")[0] if "/" in name else ""


# Words that stand where an SDK wants the name of a model, for a server that does not read it.
NO_MODELS = frozenset(
    ("", "any", "dummy", "ignored", "n/a", "none", "not-used", "not_used", "null", "placeholder", "unused")
)
