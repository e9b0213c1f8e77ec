"""Which host is which provider: the only place where a host name means something.

A host says who serves a call, never which dialect it speaks: that is read from the path and from the shape of the
bodies, because gateways sit on any host. Names are the values of OpenTelemetry's ``gen_ai.provider.name`` (GenAI
semantic conventions v1.41.1) where that has one; other providers keep the name that they use for themselves.
"""

from __future__ import annotations

from cassette_tools._record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

LOCAL = "localhost"
UNKNOWN = "unknown"


@record
class Endpoint:
    """A host and who answers there.

    `host` matches that host and every host under it; one ``*`` stands for any text, and then the whole host must match.
    `path`, where it is given, must occur in the URL's path. `reason` says where the name comes from.
    """

    host: str
    provider: str
    reason: str
    path: str = ""


@record
class Hint:
    """A key of the response body that gives a server away when the host says nothing (a laptop, a redacted URL)."""

    key: str
    provider: str
    reason: str
    value: str = ""


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(host="api.openai.com", provider="openai", reason="OTel; OpenAI API reference"),
    Endpoint(host="chatgpt.com", provider="openai", reason="the Codex back end of ChatGPT"),
    Endpoint(host="api.anthropic.com", provider="anthropic", reason="OTel; Anthropic API reference"),
    Endpoint(host="generativelanguage.googleapis.com", provider="gcp.gemini", reason="OTel: Gemini Developer API"),
    Endpoint(host="aiplatform.googleapis.com", provider="gcp.vertex_ai", reason="OTel: Vertex AI, global endpoint"),
    Endpoint(
        host="*-aiplatform.googleapis.com", provider="gcp.vertex_ai", reason="OTel: Vertex AI, regional endpoints"
    ),
    Endpoint(host="bedrock-runtime.*.amazonaws.com", provider="aws.bedrock", reason="OTel: Amazon Bedrock runtime"),
    Endpoint(
        host="bedrock-agent-runtime.*.amazonaws.com", provider="aws.bedrock", reason="Bedrock's agents, knowledge bases"
    ),
    Endpoint(
        host="bedrock-mantle.*.api.aws", provider="aws.bedrock", reason="OTel: Bedrock's OpenAI-compatible endpoint"
    ),
    Endpoint(host="openai.azure.com", provider="azure.ai.openai", reason="OTel: Azure OpenAI resource hosts"),
    Endpoint(
        host="cognitiveservices.azure.com", provider="azure.ai.openai", reason="Azure OpenAI under its older host"
    ),
    Endpoint(
        host="services.ai.azure.com",
        provider="azure.ai.openai",
        path="/openai/",
        reason="Azure AI Foundry resources serve the Azure OpenAI API under /openai/",
    ),
    Endpoint(
        host="services.ai.azure.com", provider="azure.ai.inference", reason="OTel: Azure AI Foundry model inference"
    ),
    Endpoint(
        host="inference.ai.azure.com", provider="azure.ai.inference", reason="OTel: Azure AI serverless endpoints"
    ),
    Endpoint(host="models.inference.ai.azure.com", provider="github", reason="GitHub Models, its first host"),
    Endpoint(host="models.github.ai", provider="github", reason="GitHub Models"),
    Endpoint(host="githubcopilot.com", provider="github_copilot", reason="GitHub Copilot's chat API"),
    Endpoint(host="api.cohere.com", provider="cohere", reason="OTel; Cohere API reference"),
    Endpoint(host="api.cohere.ai", provider="cohere", reason="Cohere's older host"),
    Endpoint(host="api.mistral.ai", provider="mistral_ai", reason="OTel; Mistral API reference"),
    Endpoint(host="codestral.mistral.ai", provider="mistral_ai", reason="Mistral's host for code models"),
    Endpoint(host="api.groq.com", provider="groq", reason="OTel; Groq API reference"),
    Endpoint(host="api.deepseek.com", provider="deepseek", reason="OTel; DeepSeek API reference"),
    Endpoint(host="api.x.ai", provider="x_ai", reason="OTel; xAI API reference"),
    Endpoint(host="api.perplexity.ai", provider="perplexity", reason="OTel; Perplexity API reference"),
    Endpoint(host="api.moonshot.ai", provider="moonshot_ai", reason="OTel; Moonshot, international host"),
    Endpoint(host="api.moonshot.cn", provider="moonshot_ai", reason="OTel; Moonshot, host for China"),
    Endpoint(host="ml.cloud.ibm.com", provider="ibm.watsonx.ai", reason="OTel: watsonx.ai, regional hosts"),
    Endpoint(host="openrouter.ai", provider="openrouter", reason="OpenRouter API reference"),
    Endpoint(host="ai-gateway.vercel.sh", provider="vercel", reason="Vercel AI Gateway"),
    Endpoint(host="gateway.ai.cloudflare.com", provider="cloudflare", reason="Cloudflare AI Gateway"),
    Endpoint(host="api.cloudflare.com", provider="cloudflare", reason="Cloudflare Workers AI"),
    Endpoint(host="gateway.pydantic.dev", provider="pydantic_ai_gateway", reason="Pydantic AI Gateway"),
    Endpoint(host="api.portkey.ai", provider="portkey", reason="Portkey gateway"),
    Endpoint(host="router.huggingface.co", provider="huggingface", reason="Hugging Face inference providers"),
    Endpoint(host="api-inference.huggingface.co", provider="huggingface", reason="Hugging Face's older inference host"),
    Endpoint(host="endpoints.huggingface.cloud", provider="huggingface", reason="Hugging Face dedicated endpoints"),
    Endpoint(host="api.together.xyz", provider="together", reason="Together API reference"),
    Endpoint(host="api.together.ai", provider="together", reason="Together under its newer host"),
    Endpoint(host="api.fireworks.ai", provider="fireworks", reason="Fireworks API reference"),
    Endpoint(host="api.cerebras.ai", provider="cerebras", reason="Cerebras API reference"),
    Endpoint(host="api.sambanova.ai", provider="sambanova", reason="SambaNova API reference"),
    Endpoint(host="api.deepinfra.com", provider="deepinfra", reason="DeepInfra API reference"),
    Endpoint(host="inference.baseten.co", provider="baseten", reason="Baseten model APIs"),
    Endpoint(host="api.hyperbolic.xyz", provider="hyperbolic", reason="Hyperbolic API reference"),
    Endpoint(host="api.novita.ai", provider="novita", reason="Novita API reference"),
    Endpoint(host="api.avian.io", provider="avian", reason="Avian API reference"),
    Endpoint(host="api.venice.ai", provider="venice", reason="Venice API reference"),
    Endpoint(host="integrate.api.nvidia.com", provider="nvidia", reason="NVIDIA NIM API"),
    Endpoint(host="api.ai21.com", provider="ai21", reason="AI21 API reference"),
    Endpoint(host="api.z.ai", provider="zai", reason="Z.ai API reference"),
    Endpoint(host="open.bigmodel.cn", provider="zai", reason="Zhipu, the same API for China"),
    Endpoint(host="dashscope.aliyuncs.com", provider="dashscope", reason="Alibaba Model Studio"),
    Endpoint(host="dashscope-intl.aliyuncs.com", provider="dashscope", reason="Alibaba Model Studio, international"),
    Endpoint(host="api.minimax.io", provider="minimax", reason="MiniMax, international host"),
    Endpoint(host="api.minimaxi.com", provider="minimax", reason="MiniMax, host for China"),
    Endpoint(host="api.siliconflow.cn", provider="siliconflow", reason="SiliconFlow API reference"),
    Endpoint(host="api.siliconflow.com", provider="siliconflow", reason="SiliconFlow, international host"),
    Endpoint(host="ark.*.volces.com", provider="volcengine", reason="Volcengine Ark, regional hosts"),
    Endpoint(host="snowflakecomputing.com", provider="snowflake", reason="Snowflake Cortex, account hosts"),
    Endpoint(host="cloud.databricks.com", provider="databricks", reason="Databricks model serving on AWS"),
    Endpoint(host="azuredatabricks.net", provider="databricks", reason="Databricks model serving on Azure"),
    Endpoint(host="gcp.databricks.com", provider="databricks", reason="Databricks model serving on Google Cloud"),
    Endpoint(host="hyper.charm.land", provider="hyper", reason="Charm Hyper gateway"),
    Endpoint(host="api.synthetic.new", provider="synthetic", reason="Synthetic API reference"),
    Endpoint(host="api.stepfun.com", provider="stepfun", reason="StepFun API reference"),
    Endpoint(host="inference.do-ai.run", provider="digitalocean", reason="DigitalOcean serverless inference"),
    Endpoint(host="api.replicate.com", provider="replicate", reason="Replicate API reference"),
    Endpoint(host="api.deepgram.com", provider="deepgram", reason="Deepgram API reference"),
    Endpoint(host="ollama.com", provider="ollama", reason="Ollama's hosted models"),
    Endpoint(
        host="localhost:11434", provider="ollama", reason="the port on which Ollama listens unless told otherwise"
    ),
    Endpoint(
        host="localhost:1234", provider="lm_studio", reason="the port on which LM Studio listens unless told otherwise"
    ),
)

LOCAL_HOSTS = frozenset(
    # A machine's names for itself, and Docker's name for the machine that it runs on.
    ("localhost", "127.0.0.1", "0.0.0.0", "[::1]", "host.docker.internal")
)

PLACEHOLDER_ENDINGS = (
    # How test suites name the setting whose value they hide (ruby_llm: ``<OLLAMA_API_BASE>``).
    "_api_base",
    "_base_url",
    "_endpoint",
    "_host",
    "_url",
)

SELF_HOSTED = frozenset(("ollama", "llama.cpp", "vllm", "lm_studio"))
"""Servers of one's own, of which one may take another's place at the same address: the client stays the same."""

PROXIES = frozenset(("cloudflare", "portkey", "pydantic_ai_gateway"))
"""They hand a call on as it is to the provider that it is meant for, and hand back what that one answers."""

HINTS: tuple[Hint, ...] = (
    Hint(
        key="system_fingerprint",
        value="fp_ollama",
        provider="ollama",
        reason="what Ollama's compatible endpoint says in every body",
    ),
    Hint(key="x_groq", provider="groq", reason="only Groq sends it"),
    Hint(key="timings", provider="llama.cpp", reason="llama.cpp's server reports its speed in every body"),
    Hint(key="kv_transfer_params", provider="vllm", reason="vLLM's prefill and decode servers exchange it"),
    Hint(key="prompt_logprobs", provider="vllm", reason="vLLM's addition to the response"),
    Hint(key="prompt_token_ids", provider="vllm", reason="vLLM's addition to the response"),
    Hint(key="time_info", provider="cerebras", reason="only Cerebras sends it"),
    Hint(key="search_results", provider="perplexity", reason="Perplexity's answers name their sources so"),
    Hint(key="copilot_usage", provider="github_copilot", reason="only Copilot sends it"),
    Hint(key="venice_parameters", provider="venice", reason="only Venice sends it"),
    Hint(key="provider", provider="openrouter", reason="OpenRouter names the upstream provider so"),
    Hint(key="prompt_filter_results", provider="azure.ai.openai", reason="Azure's content filter speaks in every body"),
)

NAMES = frozenset((*(row.provider for row in ENDPOINTS), *(row.provider for row in HINTS)))
"""The providers that are known by name. Any other name is that of a host."""

_BY_HOST: dict[str, tuple[Endpoint, ...]] = {}
_PATTERNS: list[tuple[str, str, Endpoint]] = []
for _row in ENDPOINTS:
    if "*" in _row.host:
        _head, _, _tail = _row.host.partition("*")
        _PATTERNS.append((_head, _tail, _row))
    else:
        _BY_HOST[_row.host] = (*_BY_HOST.get(_row.host, ()), _row)


def authority(url: str) -> tuple[str, str]:
    """The host (lower case, with its port, without user information) and the path of a URL; either may be ``""``."""
    _, separator, rest = url.partition("://")
    if not separator:
        rest = url
    rest = rest.partition("?")[0].partition("#")[0]
    host, slash, path = rest.partition("/")
    return host.rpartition("@")[2].lower(), slash + path


def provider_for(url: str, body: Any = None) -> str:
    """The provider's name for a request to `url`.

    `body` is the response's JSON, which helps where the host says nothing. A host that no row speaks of keeps its own
    name, a local one is ``localhost``, and a URL without a host is ``unknown``.
    """
    host, path = authority(url)
    bare = host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]
    local = bare in LOCAL_HOSTS
    row = _row_for(LOCAL + host[len(bare) :] if local else bare, path)
    if row is not None:
        return row.provider
    if local:
        return _hinted(body) or LOCAL
    if bare.startswith(("<", "{")):
        return _redacted(bare) or _hinted(body) or UNKNOWN
    return bare or _hinted(body) or UNKNOWN


def public_host_of(url: str) -> str | None:
    """The provider, where the host is the one that all its users ask; ``None`` for one of a region or an account."""
    host, path = authority(url)
    return next((row.provider for row in _BY_HOST.get(host, ()) if row.path in path), None)


def _row_for(host: str, path: str) -> Endpoint | None:
    name = host
    while name:
        for row in _BY_HOST.get(name, ()):
            if row.path in path:
                return row
        name = name.partition(".")[2]
    for head, tail, row in _PATTERNS:
        if host.startswith(head) and host.endswith(tail) and len(host) > len(head) + len(tail):
            return row
    return None


def _hinted(body: Any) -> str | None:
    return next(hints_in(body), None)


def hints_in(body: Any) -> Iterator[str]:
    """The providers that a body gives away: a gateway lets through what its upstream said, too."""
    if isinstance(body, dict):
        yield from (hint.provider for hint in HINTS if hint.key in body and hint.value in ("", body[hint.key]))


def _redacted(placeholder: str) -> str | None:
    """The name in a placeholder that a recorder put in the host's place: ``<ollama_api_base>`` was Ollama."""
    name = placeholder.strip("<>{}")
    for ending in PLACEHOLDER_ENDINGS:
        if name.endswith(ending):
            return name.removesuffix(ending) or None
    return None
