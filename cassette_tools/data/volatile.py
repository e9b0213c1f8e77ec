"""What differs between any two recordings of the same scenario, in which way, and why that is expected.

It is the *value* that says nothing: a field that appears, vanishes, is renamed or gets another type is told.

A row speaks of a field by its name, or by the end of its path as a finding prints it (list indices as ``[]``), or of a
header by its name in lower case. ``*`` at the start or the end of a name stands for anything. The first row that fits
decides.

Classes: `id` names something and must be renamed consistently; `time` is a moment; `opaque` is sealed for others to
read; `measure` is a duration or a size; `score` is a number that a model computes (a vector, a probability);
`padding` is filler; `fingerprint` names the server's build; `route` says which machine or upstream answered;
`ratelimit` is a quota's state; `trace` leads to the provider's logs; `account` says who pays.
"""

from __future__ import annotations

from cassette_tools._record import record

CLASSES = (
    "id",
    "time",
    "opaque",
    "measure",
    "score",
    "padding",
    "fingerprint",
    "route",
    "ratelimit",
    "trace",
    "account",
)


@record
class Volatile:
    """One row: what it speaks of, its class, and why its value says nothing.

    A row of `FIELDS` speaks of responses; with `requests`, of requests as well.
    """

    match: str
    kind: str
    reason: str
    requests: bool = False


def _row(match: str, kind: str, reason: str, *, requests: bool = False) -> Volatile:
    return Volatile(match=match, kind=kind, reason=reason, requests=requests)


RATINGS = {
    "category_scores.*": "how likely a text breaks a rule, from 0 to 1",
    "category_scores[]": "the same",
    "relevance_score": "how well a document answers the query, from 0 to 1",
    "retrievalResults[].score": "how near a passage is to the question, from 0 to 1",
}
"""Scores on a scale that is known: another one far from the first is another verdict."""
FAR_RATING = 0.1  # of the scale; no run of the same model on the same text comes near
OTHER_SCALE_FACTOR = 3  # for all scores of a ranking at once; runs of one model on the same documents stay below 1.1
SMALLEST_THRESHOLD = 0.01  # nobody who keeps what is above a threshold sets it lower

CHOSEN = {
    "model_id": "ElevenLabs, watsonx.ai: the model",
    "voice_id": "ElevenLabs: the voice that speaks",
}
"""Names that end as those of ids do, of what a caller chooses: another one is something else."""

FIELDS = (
    _row("user_id", "account", "OpenRouter names the paying user in errors", requests=True),
    _row("metadata.user_id", "account", "Anthropic: the caller's own name for its user", requests=True),
    _row("id", "id", "made anew for every object", requests=True),
    _row("generationId", "id", "Vercel's id of the answer", requests=True),
    _row("responseId", "id", "Gemini's id of the answer", requests=True),
    _row("traceId", "trace", "Bedrock's agents: leads to the provider's logs", requests=True),
    _row("toolUseId", "id", "Bedrock's id of a tool call", requests=True),
    _row("*_id", "id", "refers to an id that was made anew", requests=True),
    _row("*_ids", "id", "refer to ids that were made anew", requests=True),
    _row("training_file", "id", "a file that was uploaded, under a name made anew", requests=True),
    _row("validation_file", "id", "a file that was uploaded, under a name made anew", requests=True),
    _row("fine_tuned_model", "id", "the name that a fine-tuned model was given", requests=True),
    _row("container", "id", "Anthropic's sandbox, made anew for every conversation", requests=True),
    _row("created", "time", "when the answer was made", requests=True),
    _row("*_at", "time", "a moment", requests=True),
    _row("*At", "time", "a moment: createdAt, or the end of a billing period"),
    _row("createTime", "time", "when the answer was made", requests=True),
    _row("updateTime", "time", "Gemini: when a thing was changed", requests=True),
    _row("expireTime", "time", "Gemini: until when a thing is kept", requests=True),
    _row("expirationTime", "time", "Gemini: until when a thing is kept", requests=True),
    _row("updated", "time", "Gemini's Interactions: when the answer was changed"),
    _row("page_age", "time", "how old a page was when it was searched"),
    _row("signature", "opaque", "seals reasoning for the provider's own reading", requests=True),
    _row("thoughtSignature", "opaque", "seals reasoning for the provider's own reading", requests=True),
    _row("thought_signature", "opaque", "seals reasoning for the provider's own reading", requests=True),
    _row("encrypted_content", "opaque", "only the provider can read it", requests=True),
    _row("encrypted_index", "opaque", "only the provider can read it", requests=True),
    _row("reasoning_details[].data", "opaque", "encrypted reasoning", requests=True),
    _row("redacted_thinking.data", "opaque", "encrypted reasoning", requests=True),
    _row(
        "clientVersion", "fingerprint", "telemetry: which client sent it; the head of the report says it", requests=True
    ),
    _row("client_version", "fingerprint", "telemetry: which client sent it", requests=True),
    _row("searchEntryPoint", "opaque", "Google's rendered search widget"),
    _row("obfuscation", "padding", "hides the length of the chunk"),
    _row("p", "padding", "hides the length of the chunk (Bedrock, OpenAI)"),
    _row("sequence_number", "padding", "counts events; chunking decides how many there are"),
    _row("system_fingerprint", "fingerprint", "the build that answered; any request may meet another"),
    _row("choices[].seed", "fingerprint", "Together: drawn for every request"),
    _row("x_groq.seed", "fingerprint", "Groq: drawn for every request"),
    _row("service_tier", "fingerprint", "the tier that was free at the moment"),
    _row("serviceTier", "fingerprint", "the tier that was free at the moment"),
    _row("trafficType", "fingerprint", "Vertex: the capacity that was free at the moment"),
    _row("modelVersion", "fingerprint", "Gemini's echo of the build"),
    _row("inference_geo", "fingerprint", "the region that was free at the moment"),
    _row("provider", "route", "the upstream that OpenRouter chose this time"),
    _row("native_finish_reason", "route", "the chosen upstream's own word for the canonical finish reason"),
    _row("usage.cost_details.*", "measure", "the parts of the cost, which is compared itself"),
    _row("usage.cost.*", "measure", "the parts of the cost, which is compared itself"),
    _row("cost_in_usd_ticks", "measure", "xAI: the cost in another unit; the cost is compared itself"),
    _row("cost_details", "measure", "the parts of the cost, which is compared itself"),
    _row("usage.market_cost", "measure", "follows from the cost, which is compared itself"),
    _row("content_filter_offsets", "measure", "where in the text Azure's filter looked; follows from the text"),
    _row("provider_metadata.*.usage", "measure", "the upstream's own counts; the canonical ones are compared"),
    _row("provider_metadata.*.usageMetadata", "measure", "the upstream's own counts; the canonical ones are compared"),
    _row("provider_metadata.gateway", "route", "Vercel's log of its routing, attempts and prices"),
    _row("start_index", "measure", "where in the text a citation stands; follows from the text"),
    _row("end_index", "measure", "where in the text a citation stands; follows from the text"),
    _row("groundingChunkIndices", "measure", "Gemini: the number of a source, which is compared by its address"),
    _row("segment.startIndex", "measure", "Gemini: where in the text a source is named; follows from the text"),
    _row("segment.endIndex", "measure", "Gemini: where in the text a source is named; follows from the text"),
    _row("citations[].start", "measure", "Cohere: where in the text a citation stands; follows from the text"),
    _row("citations[].end", "measure", "Cohere: where in the text a citation stands; follows from the text"),
    _row("textResponsePart.span.start", "measure", "Bedrock: where in the text a citation stands"),
    _row("textResponsePart.span.end", "measure", "Bedrock: where in the text a citation stands"),
    _row("sessionId", "id", "Bedrock: the session"),
    _row("url_citation.title", "route", "what a page calls itself; which pages there are is compared"),
    _row("annotations[].title", "route", "what a page calls itself; which pages there are is compared"),
    _row("citations[].title", "route", "what a page calls itself; which pages there are is compared"),
    _row("search_results[].title", "route", "how the search engine calls a page; which pages there are is compared"),
    _row(
        "search_results[].snippet", "route", "what the search engine shows of a page; which pages there are is compared"
    ),
    _row("search_results[].date", "time", "when the search engine saw the page"),
    _row("search_results[].last_updated", "time", "when the search engine saw the page"),
    _row("tool_calls[].index", "padding", "the position, which the order says too", requests=True),
    _row("serverIPAddress", "route", "HAR: the machine that answered"),
    _row("connection", "route", "HAR: the number of the connection"),
    _row("remote_addr", "route", "go-vcr: the machine that answered"),
    _row("total_count", "measure", "how many there are, which the list itself says"),
    _row("is_byok", "route", "which of the caller's keys the gateway used"),
    _row("embedding", "score", "the numbers of a vector; how many there are is compared"),
    _row("embeddings.*", "score", "the numbers of vectors; how many there are is compared"),
    _row("embeddings[]", "score", "the numbers of a vector; how many there are, and how long it is, is compared"),
    _row("embeddings[].values", "score", "the numbers of vectors; how many there are is compared"),
    _row("embeddingsByType", "score", "the numbers of vectors; how many there are is compared"),
    _row("category_scores.*", "score", "floating-point scores; what was flagged is compared"),
    _row("category_scores[]", "score", "the same, of a category whose name has other signs than letters"),
    _row("retrievalResults[].score", "score", "floating-point scores; the order is compared"),
    _row("relevance_score", "score", "floating-point scores; the order is compared"),
    _row("logprobs", "score", "floating-point scores of the sampling"),
    _row("logprobsResult", "score", "Gemini's scores of the sampling"),
    _row("avgLogprobs", "score", "floating-point scores of the sampling"),
    *(
        _row(f"{name}{within}", "ratelimit", "a quota's state at the moment")
        for name in ("rate_limits", "rate_limit", "rateLimits", "rateLimit")
        for within in (".*", ".*.*")
    ),
    _row("*_time", "measure", "a moment or a duration", requests=True),
    _row("metrics.start", "time", "Braintrust's logs: when the work began", requests=True),
    _row("metrics.end", "time", "Braintrust's logs: when the work ended", requests=True),
    _row("metrics.duration", "measure", "a duration", requests=True),
    _row("metrics.time_to_first_token", "measure", "a duration", requests=True),
    _row("*_duration", "measure", "a duration"),
    _row("*_ms", "measure", "a duration"),
    _row("*Latency", "measure", "Bedrock: a duration"),
    _row("*Ms", "measure", "a duration"),
    _row("timings", "measure", "llama.cpp's durations and rates"),
    _row("latency_checkpoint", "measure", "Azure's durations"),
    _row("sla_metrics", "measure", "Azure's durations"),
    _row("metrics", "measure", "durations"),
)


@record
class Jitter:
    """A number that comes out a little otherwise each time: up to `least`, or up to the `share` of the greater one."""

    match: str
    least: float
    share: float
    reason: str


def _jitter(match: str, least: float, share: float, reason: str) -> Jitter:
    return Jitter(match=match, least=least, share=share, reason=reason)


_PIXELS = "where on a page or an image something was seen: two runs differ by a pixel or two"
_MOMENT = "when in a recording something was heard: two runs differ by a blink"

_CERTAINTY = "the confidence of a model, from 0 to 1: the result that it is about is compared"
_LIKENESS = "a similarity, computed with floating-point numbers: the results and their order are compared"

_BOXES = (
    "bbox",
    "bounding_box",
    "boundingBox",
    "box",
    "box_2d",
    "boundingPoly",
    "polygon",
    "vertices",
    "points",
    "quad",
)
_EDGES = ("left", "top", "right", "bottom")

JITTERS = (
    *(_jitter(f"*_{name}", 3, 0.01, _PIXELS) for name in ("x", "y", *_EDGES)),
    *(_jitter(name, 3, 0.01, _PIXELS) for name in (*_EDGES, "xmin", "ymin", "xmax", "ymax", "x0", "y0", "x1", "y1")),
    *(_jitter(f"{box}[]", 3, 0.01, _PIXELS) for box in _BOXES),
    *(_jitter(f"{box}.{name}", 3, 0.01, _PIXELS) for box in _BOXES for name in ("x", "y", "width", "height")),
    *(_jitter(f"{box}[].{name}", 3, 0.01, _PIXELS) for box in _BOXES for name in ("x", "y")),
    *(_jitter(name, 0.1, 0, _MOMENT) for name in ("start", "end", "start_time", "end_time")),
    *(_jitter(name, FAR_RATING, 0, _CERTAINTY) for name in ("*confidence", "*probability", "*_prob", "prob")),
    _jitter("score", 0.01, 0.01, _LIKENESS),
    _jitter("*", 0, 1e-4, "floating-point sums, which are added up in another order"),
)
"""Of responses alone. A fraction (``0.12`` of the width) may differ by a hundredth, whatever `least` is."""

HEADERS = (
    _row("authorization", "account", "a credential: who pays, not what is asked"),
    _row("proxy-authorization", "account", "a credential"),
    _row("x-api-key", "account", "a credential"),
    _row("api-key", "account", "a credential"),
    _row("x-goog-api-key", "account", "a credential"),
    _row("x-amz-security-token", "account", "a credential"),
    _row("cookie", "account", "a session"),
    _row("set-cookie", "account", "a session"),
    _row("openai-organization", "account", "who pays"),
    _row("openai-project", "account", "who pays"),
    _row("anthropic-organization-id", "account", "who pays"),
    _row("anthropic-workspace-id", "account", "who pays"),
    _row("x-goog-user-project", "account", "who pays"),
    _row("date", "time", "when the answer was sent"),
    _row("expires", "time", "a moment"),
    _row("last-modified", "time", "a moment"),
    _row("age", "time", "how long a cache held the answer"),
    _row("x-amz-date", "time", "when the request was signed"),
    _row("idempotency-key", "id", "made anew for every request"),
    _row("x-amz-content-sha256", "id", "follows from the body"),
    _row("content-length", "measure", "follows from the body, which is compared itself"),
    _row("etag", "id", "follows from the body"),
    _row("amz-sdk-invocation-id", "trace", "made anew for every request"),
    _row("*request-id", "trace", "made anew for every request"),
    _row("*requestid", "trace", "made anew for every request"),
    _row("*correlation-id", "trace", "made anew for every request"),
    _row("*trace-id", "trace", "made anew for every request"),
    _row("x-generation-id", "trace", "made anew for every answer"),
    _row("*inference-id", "trace", "made anew for every answer"),
    _row("*traceid", "trace", "made anew for every request"),
    _row("*reqid", "trace", "made anew for every request"),
    _row("x-b3-*", "trace", "made anew for every request"),
    _row("sentry-trace", "trace", "made anew for every request"),
    _row("x-amz-id-2", "trace", "made anew for every request"),
    _row("x-guploader-uploadid", "trace", "made anew for every request"),
    _row("x-api-call-id", "trace", "made anew for every request"),
    _row("helicone-id", "trace", "made anew for every request"),
    _row("history-item-id", "trace", "ElevenLabs: made anew for every answer"),
    _row("dg-project-id", "account", "Deepgram: who pays"),
    _row("msh-uid", "account", "Moonshot: who pays"),
    _row("x-databricks-org-id", "account", "Databricks: who pays"),
    _row("azureml-model-session", "route", "the machine that answered"),
    _row("current-concurrent-requests", "ratelimit", "ElevenLabs: a quota's state at the moment"),
    _row("x-litellm-*", "measure", "LiteLLM: durations, costs and attempts"),
    _row("x-compute-*", "measure", "Hugging Face: durations"),
    _row("x-inference-time", "measure", "a duration"),
    _row("x-total-time", "measure", "a duration"),
    _row("x-queue-time", "measure", "a duration"),
    _row("x-validation-time", "measure", "a duration"),
    _row("x-time-per-token", "measure", "a duration"),
    _row("x-runtime", "measure", "Rails: a duration"),
    _row("*processing-time", "measure", "a duration"),
    _row("traceparent", "trace", "made anew for every request"),
    _row("tracestate", "trace", "made anew for every request"),
    _row("traceresponse", "trace", "made anew for every request"),
    _row("baggage", "trace", "made anew for every request"),
    _row("x-cloud-trace-context", "trace", "made anew for every request"),
    _row("cf-ray", "trace", "made anew for every request"),
    _row("nel", "route", "where browsers send network reports"),
    _row("report-to", "route", "where browsers send network reports"),
    _row("reporting-endpoints", "route", "where browsers send network reports"),
    _row("cf-*", "route", "the edge that answered"),
    _row("x-amz-cf-*", "route", "the edge that answered"),
    _row("via", "route", "the proxies on the way"),
    _row("server", "route", "the edge's software"),
    _row("alt-svc", "route", "where else the edge listens"),
    _row("x-ms-region", "route", "the region that was free at the moment"),
    _row("x-groq-region", "route", "the region that was free at the moment"),
    _row("x-served-by", "route", "the machine that answered"),
    _row("x-cache*", "route", "whether an edge had it"),
    _row("x-vercel-*", "route", "the edge that answered"),
    _row("x-proxied-*", "route", "the machine that answered"),
    _row("x-github-edge-*", "route", "the edge that answered"),
    _row("x-inference-provider", "route", "the upstream that the router chose this time"),
    _row("x-clerk-*", "route", "the gateway's session service"),
    _row("connection", "route", "belongs to one connection, not to the message (RFC 9110)"),
    _row("keep-alive", "route", "belongs to one connection"),
    _row("transfer-encoding", "route", "belongs to one connection"),
    _row("openai-version", "fingerprint", "the API's build date"),
    _row("x-build-*", "fingerprint", "the server's build"),
    _row("*ratelimit*", "ratelimit", "a quota's state at the moment"),
    _row("retry-after*", "ratelimit", "a quota's state at the moment"),
    _row("x-trial-*", "ratelimit", "a quota's state at the moment"),
    _row("x-should-retry", "ratelimit", "a quota's state at the moment"),
    _row("*processing-ms", "measure", "a duration"),
    _row("x-envoy-*", "measure", "durations inside the provider's mesh"),
    _row("*-latency", "measure", "a duration"),
    _row("x-timer", "measure", "Fastly: when it began, and durations"),
    _row("*-token-count", "measure", "the counts of the body, which are compared"),
    _row("server-timing", "measure", "durations"),
    _row("x-metrics-*", "measure", "durations"),
    _row("x-response-time", "measure", "a duration"),
    _row("x-goog-api-client", "fingerprint", "the SDK's description of itself; User-Agent says it for all SDKs"),
    _row("x-amz-user-agent", "fingerprint", "the SDK's description of itself; User-Agent says it for all SDKs"),
    _row("*-client-user-agent", "fingerprint", "the SDK's description of itself and of its machine"),
    _row("x-stainless-*", "fingerprint", "the SDK's description of itself; User-Agent says it for all SDKs"),
)

# Lines of a session's description (SDP), by how they begin.
SDP = (
    _row("o=", "id", "who opened the session, and its number"),
    _row("c=", "route", "the machine's address"),
    _row("t=", "time", "from when to when"),
    _row("a=msid:", "id", "the stream's id"),
    _row("a=msid-semantic:", "id", "the stream's id"),
    _row("a=group:", "id", "the names of the media lines"),
    _row("a=mid:", "id", "the name of a media line"),
    _row("a=ssrc", "id", "the number of a source"),
    _row("a=cname:", "id", "the name of a source"),
    _row("a=rtcp:", "route", "a port and an address"),
    _row("a=ice-ufrag:", "id", "drawn for every session"),
    _row("a=ice-pwd:", "id", "drawn for every session"),
    _row("a=fingerprint:", "id", "that of a certificate made for the session"),
    _row("a=tls-id:", "id", "drawn for every session"),
)

DRAWN = (_row("seed", "fingerprint", "drawn by the server: fine-tuning jobs, images"),)
"""Fields of answers that are noise where neither request sends one of that name."""

NAMED_BY_CLIENT = (
    _row("custom_id", "id", "Anthropic, OpenAI, Mistral: a client finds the result of each request of a batch by it"),
    _row("batch_request_id", "id", "xAI: a client finds the result of each request of a batch by it"),
)
"""Ids in requests that a client may choose: where they do not look drawn, another one is what it says otherwise."""
