"""What of a request can change what of an answer: one row per setting or text, with the reason.

An answer is spoken of by its aspects (`ASPECTS`). A row says which of them a change of the request decides
(`exactly`), and which it may sway (`perhaps`). A setting that no row speaks of explains nothing: it is better to name
no cause than a wrong one. A setting that decides an aspect hides the other causes, but not for what a model says
(`SAID_BY_MODEL`): there the model stays a possible cause beside every setting.
"""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.data.drift import BESIDE_CALL


@record
class Aspect:
    """Findings of `rule` (a prefix when it ends in ``*``) whose path holds one of `where`, if any are given, and whose
    subject begins with `about`.
    """

    rule: str
    aspects: tuple[str, ...]
    reason: str
    where: tuple[str, ...] = ()
    about: str = ""


def _aspect(rule: str, aspects: str, reason: str, where: str = "", about: str = "") -> Aspect:
    return Aspect(rule=rule, aspects=tuple(aspects.split()), reason=reason, where=tuple(where.split()), about=about)


# How the subject of a changed ranking begins.
RANKING = "the ranking of "

# The first row that fits speaks of a finding.
ASPECTS: tuple[Aspect, ...] = (
    _aspect("finish-reason-changed", "kind end", "says what kind of answer it is, and whether it was cut"),
    _aspect("tool-call-*", "kind", "a call instead of words, or another call"),
    _aspect("tool-arguments-*", "call", "what the model asks the tool"),
    _aspect("server-tool-call-changed", "call", "what the model asks the provider's tool"),
    _aspect("text-appeared", "kind end", "words instead of a call, or room for words"),
    _aspect("text-vanished", "kind end", "a call instead of words, or no room for words"),
    _aspect("text-*", "text", "what the model says"),
    _aspect("structured-output-*", "form text", "whether it is the JSON that was asked for"),
    _aspect("refusal-*", "kind text", "a refusal instead of an answer"),
    _aspect("part-*", "kind", "another kind of content"),
    _aspect("media-changed", "media", "an image or a sound"),
    _aspect("citation-changed", "cited", "what the model says it has read"),
    _aspect("choice-count-changed", "count", "how many answers"),
    _aspect("reasoning-kind-changed", "sealed", "in which form thinking is shown"),
    _aspect("reasoning-*", "thinking", "whether the model shows thinking"),
    _aspect("usage-vanished", "usage", "whether tokens are counted"),
    _aspect("usage-appeared", "usage", "whether tokens are counted"),
    _aspect("usage-detail-*", "detail", "which counts there are"),
    _aspect("usage-changed", "counts", "how many tokens, by count"),
    _aspect("cost-changed", "price", "a sum that the counts of tokens do not explain"),
    _aspect("stream-truncated", "end", "where the answer stops"),
    _aspect("stream-mode-changed", "stream", "events or one body"),
    _aspect("content-type-changed", "stream", "events or one body"),
    _aspect("protocol-changed", "stream wire", "the version of the API"),
    _aspect("event-without-choices*", "usage wire", "counts may have an event of their own"),
    _aspect("event-value-changed", "wire", "what the events hold beside the answer"),
    _aspect("event-type-*", "stream wire", "which events there are"),
    _aspect("event-presence-changed", "stream wire", "which events hold a field"),
    _aspect("header-*", "packing header", "how the answer is packed", "encoding vary"),
    _aspect("header-*", "header", "what the server says of its answer"),
    _aspect("id-topology-changed", "wire", "whether the provider gives ids"),
    _aspect("wire-*", "given wire", "the documents that were ranked", "results[].document data[].document"),
    _aspect("wire-*", "written wire", "how a transcript is written", ".punctuated_word .paragraphs"),
    _aspect("wire-*", "filters", "which of Azure's filters ran", "content_filter_results."),
    _aspect("wire-*", "watched", "what a guardrail of Bedrock found", "body.trace events[metadata].trace"),
    _aspect("wire-*", "vectors wire", "how an embedding is written", "embedding vector"),
    _aspect("wire-*", "logprobs wire", "probabilities of tokens", "logprobs"),
    _aspect(
        "wire-*",
        "setting wire",
        "a setting that is given back, or what it is when nobody sets it",
        "reasoning.effort reasoning.context reasoning.summary reasoning.mode",
    ),
    _aspect("wire-*", "sealed thought wire", "thinking", "encrypted_content signature Signature"),
    _aspect("wire-*", "thought wire", "thinking", "reasoning thinking thought"),
    _aspect("serving-changed", "tier", "which service was bought"),
    _aspect("wire-*", "tier wire", "which service was bought", "service_tier serviceTier"),
    _aspect("wire-*", "end wire", "which word ended the output", "stop_reason stop_sequence"),
    _aspect("wire-*", "wire", "the shape of the answer"),
    _aspect("unclassified-change", "vectors", "how many numbers a vector has", "embedding vector"),
    _aspect("unclassified-change", "ranked", "the order of the documents", about=RANKING),
    _aspect("response-body-changed", "ranked", "the order of the documents", about=RANKING),
    _aspect("unclassified-change", "body", "what an API of another kind answers: verdicts, ranks", "results["),
    _aspect("unclassified-change", "wire", "the shape of the answer"),
    _aspect("response-field-*", "wire body", "the shape of an answer of another API"),
    _aspect("response-body-changed", "vectors", "the numbers of a vector", "embedding vector"),
    _aspect("response-body-changed", "body", "the answer of another API"),
)

# The aspects of a changed finish reason: those of the first row that the old or the new reason matches. A cut comes
# first, since the other differences of the answer are findings of their own. A normal end has no row: the other finish
# reason is the one that needs a cause.
ENDS = {
    "length": ("end", "cut"),
    "content_filter": ("kind", "held"),
    "tool_call": ("kind",),
}

# Findings that say that the answer is of another kind: then its fields and events are others too.
OTHER_KIND = ("tool-call-added", "tool-call-removed", "text-appeared", "text-vanished", "part-*", "refusal-*")

# Where the fields of the answer itself stand, beside those of the envelope.
IN_THE_ANSWER = ("content", "delta", "message", "item", "output[", "parts")

# Statuses by which a server says that the request is wrong; the others speak of keys, quotas and the server itself.
OF_THE_REQUEST = frozenset((400, 404, 405, 410, 413, 415, 422))
# The status of a request without a valid key, and the words of errors (in lower case) that mean this under other
# statuses: Google sends 400, AWS 403. A server checks the key before it looks at the request.
KEYLESS = frozenset((401,))
OF_THE_KEY = (
    "invalid_api_key",
    "incorrect api key",
    "invalid api key",
    "api key not valid",
    "api_key_invalid",
    "api key expired",
    "authentication_error",
    "invalid x-api-key",
    "invalid subscription key",
    "security token included in the request",
)
# The words of errors about an account without credit, whatever the request. Some servers send them with status 400.
OF_THE_ACCOUNT = (
    "insufficient_quota",
    "credit balance",
    "billing",
    "insufficient credits",
    "exceeded your current quota",
)
# The statuses of a thing that does not exist, and the words of errors (in lower case) that mean this of a model.
GONE = frozenset((404, 410))
OF_GONE = ("decommission", "deprecated", "retired", "no longer", "not found", "not_found", "does not exist", "sunset")


@record
class Explanation:
    """A change of the request named `asked` (a rule, a setting at any depth) decides `exactly`, may sway `perhaps`."""

    asked: tuple[str, ...]
    exactly: tuple[str, ...]
    perhaps: tuple[str, ...]
    reason: str


def _row(asked: str, exactly: str, perhaps: str, reason: str) -> Explanation:
    return Explanation(
        asked=tuple(asked.split()), exactly=tuple(exactly.split()), perhaps=tuple(perhaps.split()), reason=reason
    )


# What a request calls the number of answers that it wants.
CHOICE_COUNTS = ("choice_count", "n", "candidateCount", "candidate_count", "num_generations")

# The settings that forbid calls of tools beside each other, with the value by which they do.
PARALLEL_CALLS = {"parallel_tool_calls": False, "parallel": False, "disable_parallel_tool_use": True}

# The settings that limit the length of an output, wherever they stand. They explain nothing if no output was cut.
LIMITS = (
    "max_tokens",
    "max_completion_tokens",
    "max_output_tokens",
    "max_new_tokens",
    "maxTokens",
    "maxOutputTokens",
    "num_predict",
)

_SAID = "text form kind call thinking input output end cut media count cited ranked"

# The first row that fits speaks of a change.
EXPLANATIONS: tuple[Explanation, ...] = (
    _row(
        "request-url-changed",
        "wire stream header usage detail",
        "input",
        "another path is another version of the API",
    ),
    _row(
        "alt $alt", "stream wire usage detail", "", "Google: events (`sse`), or numbers for the words of an enumeration"
    ),
    _row("api-version", "wire stream usage detail filters", "", "Azure: the version of the API"),
    _row("anthropic-version", "wire stream usage", "", "the version of the API"),
    _row("accept", "stream", "", "the media type that is asked for"),
    _row("accept-encoding", "packing", "", "how the answer may be packed"),
    _row("anthropic-beta openai-beta", "", "wire stream", "features that are tried out"),
    _row(
        "cache_control prompt_cache_key prompt_cache_retention cache cachePoint cachedContent",
        "cache",
        "price",
        "what is kept for the next call",
    ),
    _row("include_usage stream_options", "usage", "", "asks for the counts at the end of a stream"),
    _row(
        "stream",
        "stream usage header detail",
        "",
        "events instead of one body; many servers count only in one of them",
    ),
    _row(
        "tool_choice tool_config toolConfig", "kind", "text call thinking input output", "forces a call, or forbids it"
    ),
    _row(
        "response-schema-changed response_format output_type output_format output_config response_schema format"
        " responseMimeType responseSchema responseJsonSchema response_mime_type response_json_schema",
        "kind form text",
        "call thinking input output end",
        "JSON instead of words, or of a call",
    ),
    _row("logprobs top_logprobs response_logprobs responseLogprobs", "logprobs", "", "asks for probabilities"),
    _row("include", "sealed logprobs", "", "OpenAI: asks for fields that are left out else"),
    _row("embedding_types dimensions output_dimension outputDimensionality", "vectors", "", "how vectors are given"),
    _row("task taskType task_type input_type inputType", "vectors", "", "what the vectors are for"),
    _row("encoding_format normalize", "vectors", "", "how vectors are written"),
    _row(
        "retrievalConfiguration numberOfResults number_of_results max_results maxResults num_results",
        "kind body",
        "text input",
        "how much is searched for",
    ),
    _row("smart_format punctuate paragraphs", "written", "text", "Deepgram: how a transcript is written"),
    _row("verbosity", "text output", "end cut", "how much is said"),
    _row(
        "reasoning think thinking reasoning_effort thinkingConfig enable_thinking include_reasoning",
        "thinking thought sealed setting",
        "text form kind call output end cut",
        "whether and how long the model thinks",
    ),
    _row(" ".join(LIMITS), "end cut", "", "where the answer is cut"),
    _row("stop_sequences stopSequences stop", "end", "text output", "where the answer ends"),
    _row(" ".join(CHOICE_COUNTS), "count", "output", "how many answers are given"),
    _row("modalities audio voice speech_config", "kind media", "text output", "speech or images instead of words"),
    _row("service_tier", "tier", "price", "which service is bought"),
    _row(
        "provider models route transforms",
        "",
        f"{_SAID} price wire model cache detail",
        "OpenRouter: which upstreams may answer",
    ),
    _row(
        "temperature top_p top_k min_p seed frequency_penalty presence_penalty repetition_penalty logit_bias do_sample",
        "",
        "text form kind call thinking output",
        "how the next word is drawn",
    ),
    _row(
        "safety_settings safetySettings safe_prompt safety_mode guardrailConfig amazon-bedrock-guardrailConfig"
        " guardrailConfiguration x-amzn-bedrock-guardrailidentifier x-amzn-bedrock-guardrailversion",
        "held watched",
        "kind text end",
        "what is held back",
    ),
    _row(
        "web_search_options web_search_parameters search_parameters search_mode search_context_size"
        " search_domain_filter search_recency_filter search_after_date_filter search_before_date_filter"
        " connectors enable_search plugins",
        "cited",
        "text kind call input output",
        "what is looked up, and where",
    ),
    _row("stream_mode", "stream", "", "Perplexity: which events hold the whole answer"),
    _row(
        "truncation truncate max_prompt_tokens context_management max_tokens_per_doc max_chunks_per_doc",
        "",
        "text input ranked body vectors",
        "what of the input is left out",
    ),
    _row("citation_options citation_quality citations", "cited", "text", "whether sources are named"),
    _row(
        "documents input image_url images image texts",
        "",
        f"{_SAID} body vectors",
        "what an answer is about",
    ),
    _row(
        "details decoder_input_details", "usage detail wire", "", "Hugging Face: the counts, and why the output ended"
    ),
    _row("return_full_text", "text", "", "Hugging Face: whether the prompt stands before the answer"),
    _row("return_documents", "body kind text given", "wire", "whether a ranking gives its documents back"),
    _row("top_n", "body kind text", "wire", "how much of a ranking is returned; its order stays"),
    _row("tool-definition-*", "", "text form kind call thinking input output", "what the model may call"),
    _row(
        "system-prompt-changed prompt-changed tool-result-changed",
        "",
        f"{_SAID} body vectors",
        "what the model is told",
    ),
    _row(
        "signature thoughtSignature thought_signature reasoning_content reasoning_details encrypted_content",
        "",
        "text form kind call thinking input output",
        "the thinking that it is given back",
    ),
    _row("reasoning-reworded opaque-changed", "", "input", "the thinking that it is given back, which is counted"),
    _row(
        "reasoning-appeared reasoning-vanished reasoning-kind-changed",
        "",
        "text form kind call thinking input output",
        "what it is given back",
    ),
)

# What a request names a version of the API by: another one has other fields, and so may another model have.
VERSIONS = frozenset(("request-url-changed", "api-version", "anthropic-version"))
OF_A_VERSION = frozenset(("wire", "detail", "filters"))


@record
class ByVersion:
    """Findings of `rule`, at a path that begins with `at` and of the circumstance `of` (of any where these are empty),
    unless a setting of the request decides their aspect `decided`; `of_both` asks that neither side is empty.
    """

    rule: str
    reason: str
    at: str = ""
    of: str | None = None
    decided: str = ""
    of_both: bool = False


# What each version of an API has in words, or in a place, of its own.
BY_VERSION: tuple[ByVersion, ...] = (
    ByVersion(rule="reasoning-appeared", reason="only one version has a place for it", decided="thinking"),
    ByVersion(rule="reasoning-vanished", reason="only one version has a place for it", decided="thinking"),
    ByVersion(rule="finish-reason-changed", at="response.body.", reason="the same end has other words"),
    ByVersion(rule="text-appeared", of=BESIDE_CALL, reason="Cohere: version 2 says before a call what it plans"),
    ByVersion(rule="text-vanished", of=BESIDE_CALL, reason="Cohere: version 2 says before a call what it plans"),
    ByVersion(rule="citation-changed", reason="sources have other ids", of_both=True),
)

# Parameters of a URL that say which elements of a list are sent, and how many: what an element has is not their doing.
PAGES = ("limit", "order", "after", "before", "page", "page_size", "pageSize", "pageToken", "after_id", "before_id")

# What an API does in every call alike: where a call has it whose request did not change, no request explains it.
STEADY = (
    "reasoning-appeared",
    "reasoning-vanished",
    "reasoning-kind-changed",
    "wire-",
    "event-",
    "usage-detail-",
    "header-",
)

# Which settings say where the model is that is asked: it may be another one under the same name.
ADDRESS = frozenset(("request-url-changed", "api-version"))
# Response headers that name the region of the deployment that answered.
REGIONS = {"x-ms-region": "Azure", "x-groq-region": "Groq"}

# What depends on the model, whatever the settings: a setting that decides it is named beside the model and the other
# possible causes. The rest (the number of answers, fields of the wire) depends on a setting alone.
SAID_BY_MODEL = frozenset(
    ("text", "form", "kind", "call", "thinking", "input", "output", "end", "cut", "media", "cited", "ranked")
)
SAID_BY_MODEL |= {"body", "price", "vectors"}

# What another model changes: all but how the answer travels.
BY_MODEL = frozenset((*_SAID.split(), "price", "model", "cache", "vectors", "logprobs", "sealed", "thought"))
BY_MODEL |= {"tier", "body"}
# What of a field, an event or a count tells that the model brought it. Any other field comes and goes with the
# provider's API as well, and years may lie between two recordings.
IN_FIELDS = frozenset(("kind", "text", "form", "call", "thinking", "media", "vectors", "sealed", "thought", "unit"))
# What another upstream of the same gateway changes.
BY_UPSTREAM = frozenset((*_SAID.split(), "price", "wire", "model", "cache", "detail"))

# Which aspects a count of tokens speaks of, by a word of its name; the first that fits.
COUNTS = {
    "cache": ("cache",),
    "reason": ("thinking",),
    "thought": ("thinking",),
    "audio": ("media",),
    "image": ("media",),
    "input": ("input",),
    "prompt": ("input",),
    "output": ("output",),
    "completion": ("output",),
    "candidates": ("output",),
    "total": ("input", "output"),
}

# Counts that moved by more than both are to be explained; the others vary with the words.
WEIGHTY_TOKENS, WEIGHTY_FACTOR = 16, 1.1
# An input that moved by more than this, and not by what is sent, is counted otherwise by who serves it. Below, ids of
# another length, or a part of the history that is left out, may be enough.
CLEAR_FACTOR = 1.25

# How much an effort of thinking asks for. Whoever asks for less does not get more because of it.
EFFORTS = ("minimal", "low", "medium", "high", "xhigh", "max")
NO_EFFORT = ("none", "disabled")  # a model may think where nothing is said of it, and does not where this is
