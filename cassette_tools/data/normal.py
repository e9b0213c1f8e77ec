"""What `cassette normalize` does: its steps, and what becomes of each kind of volatile value.

An *action* is what is done to a value: `drop` takes a header field out; `rename` names an id by its first appearance;
`time` moves it to the fixed epoch; `zero` makes a number 0 (a header field that is more than a number goes); `blank`
makes filler empty; `redact` puts `REDACTED`; `keep` leaves it. Anything else is the value that is put there.
"""

from __future__ import annotations

from cassette_tools._record import record

EPOCH = 1_577_836_800  # 2020-01-01T00:00:00Z, in seconds of Unix time: every recording begins then
PACE = 60  # seconds from one interaction to the next


@record
class Step:
    """A step by its name, whether it is taken unless it is switched off, and what it is good for."""

    name: str
    default: bool
    summary: str
    reason: str


@record
class Action:
    """What a step does to the values that a row of `volatile` (or a header name, `*` for anything) speaks of."""

    match: str
    step: str
    action: str
    reason: str


def _step(name: str, summary: str, reason: str) -> Step:
    return Step(name=name, default=True, summary=summary, reason=reason)


def _asked(name: str, summary: str, reason: str) -> Step:
    return Step(name=name, default=False, summary=summary, reason=reason)


def _action(match: str, step: str, action: str, reason: str) -> Action:
    return Action(match=match, step=step, action=action, reason=reason)


STEPS = (
    _step("secrets", "keys, tokens and credentials become REDACTED", "a recording is published with the repository"),
    _step("cookies", "Cookie and Set-Cookie go", "a cookie is a session, and marks one machine"),
    _step("accounts", "names of organisations and users become REDACTED", "who paid is nobody's business"),
    _step("ids", "made-up ids are numbered by first appearance", "each recording makes them anew; references are kept"),
    _step("times", "moments move to the start of 2020", "each recording has its own; distances of minutes are kept"),
    _step("durations", "durations and latencies become 0", "they measure the load of a machine"),
    _step("fingerprints", "builds and entity tags get one value", "any request may meet another build"),
    _step("routes", "what names machines and upstreams goes", "any request may take another way"),
    _step("request-ids", "ids of requests are numbered, traces go", "they lead to logs that are gone"),
    _step("rate-limits", "the state of quotas goes", "it depends on who else asked; replay must never wait"),
    _step("padding", "filler becomes empty", "it hides lengths, and is random"),
    _step("lengths", "recorded lengths fit their bodies", "the other steps change bodies"),
    _step("lists", "values of header fields stand in lists", "VCR.py would send a text letter by letter"),
    _step("numbers", "interactions are numbered 0, 1, 2, …", "hand edits leave gaps; the recorder numbers them so"),
    _asked("mojibake", "UTF-8 read as another encoding is put right", "it says what nobody said; but it is a guess"),
    _asked("rechunk", "one delta for each part of a streamed answer", "a server cuts its stream by its own load"),
    _asked("signatures", "sealed reasoning gets placeholders", "it is random, but some SDKs verify it"),
    _asked("user-agents", "versions of SDKs become 0", "each release changes them; but they say who recorded"),
    _asked("headers", "only Accept, Content-Type and User-Agent stay", "tests look at few others"),
    _asked("sort-headers", "header fields stand in alphabetical order", "their order means nothing"),
    _asked("sort-keys", "keys of JSON bodies stand in alphabetical order", "their order means nothing"),
    _asked("layout", "the file is laid out as its recorder does today", "recorders of other versions indent otherwise"),
)  # fmt: skip

REPAIRS = frozenset(("mojibake",))  # they change what is said, so that `all` does not take them: only their names do
KEPT_HEADERS = ("accept", "content-type", "user-agent")
# Fields that HTTP itself needs to replay what is recorded: they stay although only some are selected. Some traces say
# in `host` alone where a request went.
HELD_HEADERS = ("content-encoding", "transfer-encoding", "location", "content-length", "host")

# Header fields. The first row that fits decides; what none fits is decided by the class of its row in `volatile`.
HEADERS = (
    _action("cookie", "cookies", "drop", "a session"),
    _action("set-cookie", "cookies", "drop", "a session"),
    _action("date", "times", "time", "when the answer was sent"),
    _action("expires", "times", "time", "a moment"),
    _action("last-modified", "times", "time", "a moment"),
    _action("x-amz-date", "times", "time", "when the request was signed"),
    _action("age", "durations", "zero", "how long a cache held the answer"),
    _action("idempotency-key", "ids", "rename", "made anew for every request"),
    _action("x-amz-content-sha256", "fingerprints", "UNSIGNED-PAYLOAD", "AWS's word for a body that is not signed"),
    _action("etag", "fingerprints", "drop", "follows from the body, which changes"),
    _action("content-length", "lengths", "keep", "the step of its own counts anew"),
    _action("openai-version", "fingerprints", "keep", "the version of the API, the same for years"),
    _action("x-should-retry", "rate-limits", "keep", "clients obey it"),
    _action("retry-after*", "rate-limits", "0", "clients obey it: replay need not wait"),
    _action("connection", "routes", "keep", "HTTP's own"),
    _action("keep-alive", "routes", "keep", "HTTP's own"),
    _action("transfer-encoding", "routes", "keep", "HTTP's own"),
    _action("*-token-count", "durations", "keep", "counts that mean something"),
    _action("x-goog-api-client", "user-agents", "version", "the SDK's description of itself"),
    _action("x-amz-user-agent", "user-agents", "version", "the SDK's description of itself"),
    _action("*-client-user-agent", "user-agents", "version", "the SDK's description of itself and of its machine"),
    _action("x-stainless-*", "user-agents", "version", "the SDK's description of itself"),
    _action("user-agent", "user-agents", "version", "the SDK's description of itself"),
    _action("*request-id", "request-ids", "rename", "SDKs hand it to who catches an error"),
    _action("*requestid", "request-ids", "rename", "SDKs hand it to who catches an error"),
    _action("x-generation-id", "request-ids", "rename", "who asks for the costs sends it back"),
)

HEADER_CLASSES = {
    "trace": _action("trace", "request-ids", "drop", "leads to logs that are gone"),
    "id": _action("id", "ids", "rename", "made anew"),
    "time": _action("time", "times", "time", "a moment"),
    "measure": _action("measure", "durations", "zero", "a duration"),
    "route": _action("route", "routes", "drop", "names a machine"),
    "fingerprint": _action("fingerprint", "fingerprints", "drop", "names a build"),
    "ratelimit": _action("ratelimit", "rate-limits", "drop", "a client that sees a quota used up would wait"),
    "account": _action("account", "accounts", "redact", "names who pays"),
}

# Fields of JSON bodies: rows by the `match` of the row in `volatile` that fits, then the classes.
FIELDS = (
    _action("metadata.user_id", "accounts", "rename", "the caller's name for its user"),
    _action("page_age", "times", "keep", "words of a page"),
    _action("searchEntryPoint", "signatures", "keep", "a page, not a seal"),
    _action("sequence_number", "padding", "keep", "counts events; it is made anew when events go"),
    _action("tool_calls[].index", "padding", "keep", "clients gather by it"),
    _action("system_fingerprint", "fingerprints", "fp_0", "the build that answered"),
    _action("x_groq.seed", "fingerprints", "blank", "drawn for every request"),
    _action("service_tier", "fingerprints", "keep", "one of few words, that a request can ask for"),
    _action("modelVersion", "fingerprints", "keep", "the model that answered"),
    _action("serviceTier", "fingerprints", "keep", "one of few words, that a request can ask for"),
    _action("trafficType", "fingerprints", "keep", "one of few words, that a contract pays for"),
    _action("inference_geo", "fingerprints", "keep", "one of few words: where the model ran"),
    _action("clientVersion", "fingerprints", "keep", "which client recorded it"),
    _action("client_version", "fingerprints", "keep", "which client recorded it"),
    _action("native_finish_reason", "routes", "keep", "the upstream's word for why it ended"),
    _action("provider", "routes", "upstream", "which upstream answered is chosen anew each time"),
    _action("is_byok", "routes", "keep", "true or false"),
    _action("usage.cost_details.*", "durations", "keep", "the costs are compared"),
    _action("usage.cost.*", "durations", "keep", "the costs are compared"),
    _action("usage.market_cost", "durations", "keep", "the costs are compared"),
    _action("cost_in_usd_ticks", "durations", "keep", "the cost is computed from it"),
    _action("cost_details", "durations", "keep", "the costs are compared"),
    _action("content_filter_offsets", "durations", "keep", "places in the text"),
    _action("provider_metadata.*.usage", "durations", "keep", "counts that mean something"),
    _action("provider_metadata.*.usageMetadata", "durations", "keep", "counts that mean something"),
    _action("start_index", "durations", "keep", "a place in the text"),
    _action("end_index", "durations", "keep", "a place in the text"),
    _action("segment.startIndex", "durations", "keep", "a place in the text"),
    _action("segment.endIndex", "durations", "keep", "a place in the text"),
    _action("groundingChunkIndices", "durations", "keep", "which source is meant"),
    _action("url_citation.title", "routes", "keep", "a source, which tests may show"),
    _action("annotations[].title", "routes", "keep", "a source, which tests may show"),
    _action("citations[].title", "routes", "keep", "a source, which tests may show"),
)

FIELD_CLASSES = {
    "id": _action("id", "ids", "rename", "made anew"),
    "time": _action("time", "times", "time", "a moment"),
    "opaque": _action("opaque", "signatures", "seal", "sealed for the provider's own reading"),
    "measure": _action("measure", "durations", "zero", "a duration"),
    "padding": _action("padding", "padding", "blank", "random filler"),
    "fingerprint": _action("fingerprint", "fingerprints", "fp_0", "names a build"),
    "route": _action("route", "routes", "blank", "the gateway's log"),
    "ratelimit": _action("ratelimit", "rate-limits", "zero", "a quota's state"),
    "trace": _action("trace", "request-ids", "rename", "leads to logs that are gone"),
    "account": _action("account", "accounts", "redact", "names who pays"),
    "score": _action("score", "durations", "keep", "what the model computed: tests compare it"),
}

# What recorders keep beside the exchange: see `Noted` of the formats.
NOTES = {
    "time": _action("time", "times", "time", "when it was recorded"),
    "duration": _action("duration", "durations", "zero", "how long it took"),
    "address": _action("address", "routes", "blank", "the machine that answered"),
    "cookies": _action("cookies", "cookies", "drop", "a session"),
    "number": _action("number", "numbers", "index", "go-vcr counts its interactions"),
    "head-length": _action("head-length", "lengths", "-1", "HAR's word for unknown: header fields change"),
}

# JSON whose fields the caller or a tool chose: no name in there says anything.
FOREIGN = frozenset(
    ("input", "args", "arguments", "parameters", "properties", "schema", "json_schema", "functionResponse", "json")
)


@record
class IdPrefix:
    """The word that ids of a kind begin with, before ``_`` or ``-``."""

    prefix: str
    reason: str


def _prefix(prefix: str, reason: str) -> IdPrefix:
    return IdPrefix(prefix=prefix, reason=reason)


# With these an id is one whatever follows; other ids are told by their random looks.
ID_PREFIXES = (
    _prefix("id", "ours, for ids without a prefix"),
    _prefix("call", "OpenAI: a tool call"),
    _prefix("tool", "several: a tool call"),
    _prefix("toolu", "Anthropic: a tool call"),
    _prefix("srvtoolu", "Anthropic: a call of its own tools"),
    _prefix("mcptoolu", "Anthropic: a call of an MCP tool"),
    _prefix("tooluse", "Bedrock: a tool call"),
    _prefix("function", "Google behind gateways: a tool call"),
    _prefix("msg", "Anthropic, OpenAI: a message"),
    _prefix("msgbatch", "Anthropic: a batch"),
    _prefix("container", "Anthropic: a sandbox"),
    _prefix("req", "Anthropic, OpenAI: a request"),
    _prefix("resp", "Responses: an answer"),
    _prefix("fc", "Responses: a function call"),
    _prefix("fco", "Responses: the output of a function call"),
    _prefix("rs", "Responses: reasoning"),
    _prefix("ws", "Responses: a web search"),
    _prefix("ig", "Responses: a generated image"),
    _prefix("ci", "Responses: a run of code"),
    _prefix("cntr", "Responses: a sandbox"),
    _prefix("mcp", "Responses: a call of an MCP tool"),
    _prefix("mcpl", "Responses: the list of an MCP server's tools"),
    _prefix("mcpr", "Responses: an approval"),
    _prefix("conv", "Responses: a conversation"),
    _prefix("chatcmpl", "Chat Completions: an answer"),
    _prefix("cmpl", "Completions: an answer"),
    _prefix("modr", "OpenAI: a moderation"),
    _prefix("embd", "several: embeddings"),
    _prefix("file", "OpenAI, Anthropic: a file"),
    _prefix("cfile", "OpenAI: a file in a sandbox"),
    _prefix("upload", "OpenAI: an upload"),
    _prefix("batch", "OpenAI: a batch"),
    _prefix("ftjob", "OpenAI: a fine-tuning"),
    _prefix("ftevent", "OpenAI: an event of a fine-tuning"),
    _prefix("asst", "Assistants: an assistant"),
    _prefix("thread", "Assistants: a thread"),
    _prefix("run", "Assistants: a run"),
    _prefix("step", "Assistants: a step of a run"),
    _prefix("vs", "OpenAI: a vector store"),
    _prefix("vsfb", "OpenAI: a batch of files for a vector store"),
    _prefix("sess", "Realtime: a session"),
    _prefix("item", "Realtime: an item"),
    _prefix("event", "Realtime: an event"),
    _prefix("gen", "OpenRouter: an answer"),
    _prefix("img", "OpenAI: a generated image"),
    _prefix("org", "OpenAI: an organisation"),
    _prefix("user", "OpenAI: a user"),
)

# Who pays, by what such names begin with.
ACCOUNT_PREFIXES = (
    _prefix("org", "OpenAI, Groq: an organisation"),
    _prefix("proj", "OpenAI: a project"),
    _prefix("user", "OpenAI, OpenRouter: a user"),
    _prefix("wrkspc", "Anthropic: a workspace"),
)

# Words that may follow the first, and belong to the prefix.
ID_INFIXES = (
    _prefix("bdrk", "Anthropic on Bedrock: msg_bdrk_"),
    _prefix("vrtx", "Anthropic on Vertex AI: msg_vrtx_"),
    _prefix("tool", "vLLM: chatcmpl-tool-"),
    _prefix("call", "Google behind gateways: function-call-"),
    _prefix("function", "MiniMax: call_function_"),
)


@record
class Parameter:
    """A parameter of a signed address, by its name in lower case."""

    name: str
    reason: str


def _parameter(name: str, reason: str) -> Parameter:
    return Parameter(name=name, reason=reason)


SIGNATURES = (
    _parameter("sig", "Azure Storage"),
    _parameter("x-amz-signature", "Amazon S3"),
    _parameter("x-amz-credential", "Amazon S3: the id of the key"),
    _parameter("x-amz-security-token", "Amazon S3: the token of a session"),
    _parameter("x-goog-signature", "Google Cloud Storage"),
    _parameter("x-goog-credential", "Google Cloud Storage: who signed"),
    _parameter("signature", "CloudFront, Google Cloud Storage"),
)

SIGNED_TIMES = (
    _parameter("st", "Azure Storage: from when"),
    _parameter("se", "Azure Storage: until when"),
    _parameter("skt", "Azure Storage: from when the key"),
    _parameter("ske", "Azure Storage: until when the key"),
    _parameter("x-amz-date", "Amazon S3"),
    _parameter("x-goog-date", "Google Cloud Storage"),
    _parameter("expires", "CloudFront"),
)
