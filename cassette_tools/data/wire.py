"""Fields of responses whose presence is no matter of the wire's shape, with the reason."""

from __future__ import annotations

from cassette_tools._record import record


@record
class FieldRow:
    """A field by its name, at any depth."""

    name: str
    reason: str


def _row(name: str, reason: str) -> FieldRow:
    return FieldRow(name=name, reason=reason)


@record
class ContentRow:
    """A field, or a kind of event, by a name, and the rules (their beginnings) that say what it came or went with."""

    name: str
    explained_by: tuple[str, ...]
    reason: str


def _content(name: str, explained_by: tuple[str, ...], reason: str) -> ContentRow:
    return ContentRow(name=name, explained_by=explained_by, reason=reason)


# Events that keep a connection open: how many there are depends on how long the answer took.
KEEP_ALIVE = (
    _row("ping", "Anthropic, and who follows it"),
    _row("keepalive", "gateways"),
    _row("keep-alive", "Cohere and gateways"),
    _row("heartbeat", "gateways"),
)

# Dialects whose streams end with `[DONE]`: a client that waits for it believes that a stream without it was cut.
ENDED_BY_MARK = (
    _row("openai.chat", "OpenAI's reference: the stream is terminated by a `data: [DONE]` message"),
    _row("openai.completions", "OpenAI's reference: the same as for chat"),
)

_WORDS = ("text-", "tool-", "refusal-", "reasoning-", "part-", "structured-")

# Fields of events that are there when the answer holds something: what it holds is compared as what it is.
BY_CONTENT = (
    _content(
        "content", ("text-", "tool-", "refusal-", "reasoning-", "part-", "structured-"), "the words of the answer"
    ),
    _content("text", _WORDS, "the words of the answer"),
    _content("tool_calls", ("tool-",), "calls of tools"),
    _content("function_call", ("tool-",), "calls of tools"),
    _content("functionCall", ("tool-",), "calls of tools"),
    _content("refusal", ("refusal-",), "the words of a refusal"),
    _content("reasoning", ("reasoning-",), "thinking"),
    _content("reasoning_content", ("reasoning-",), "thinking"),
    _content("reasoning_text", ("reasoning-",), "thinking"),
    _content("reasoning_details", ("reasoning-",), "thinking"),
    _content("thinking", ("reasoning-",), "thinking"),
    _content("thought", ("reasoning-",), "thinking"),
    _content("summary", ("reasoning-",), "thinking, summarised"),
    _content("signature", ("reasoning-", "tool-"), "the seal of thinking, or of a call"),
    _content("thoughtSignature", ("reasoning-", "tool-"), "the seal of thinking, or of a call"),
    _content("thought_signature", ("reasoning-", "tool-"), "the seal of thinking, or of a call"),
    _content("data", ("reasoning-",), "sealed thinking"),
    _content("annotations", ("citation-", "text-"), "sources"),
    _content("citations", ("citation-", "text-"), "sources"),
    _content("citation", ("citation-",), "Anthropic and Bedrock: a source, in a delta of its own"),
    _content("search_results", ("citation-",), "sources"),
    _content("groundingChunks", ("citation-",), "sources"),
    _content("groundingSupports", ("citation-",), "where in the text the sources are named"),
    _content("audio", ("media-", "part-"), "sound"),
    _content("images", ("media-", "part-"), "images"),
    _content("executed_tools", ("part-", "server-"), "calls of the provider's own tools"),
    _content("output", ("text-", "tool-", "reasoning-", "part-"), "the items of the answer"),
    _content("delta", ("text-", "tool-", "reasoning-", "part-", "finish-", "stream-"), "a piece of the answer"),
    _content("choices", ("usage-", "stream-", "choice-"), "the chunk with the token counts has none"),
    _content("error", ("error-", "status-"), "an error"),
    _content("finish_reason", ("finish-", "stream-"), "why the answer ended"),
    _content("native_finish_reason", ("finish-", "stream-"), "why the answer ended"),
    _content("usage", ("usage-", "stream-"), "token counts"),
    _content("usageMetadata", ("usage-", "stream-"), "token counts"),
    _content("prompt_eval_count", ("usage-", "stream-"), "a token count"),
    _content("eval_count", ("usage-", "stream-"), "a token count"),
    _content("logprobs", ("request-",), "is there when the request asks for it"),
)

# Of these, what a change of the sources or of the thinking speaks of as a whole.
SPOKEN_OF_WHOLE = frozenset(
    ("annotations", "citations", "search_results", "groundingChunks", "groundingSupports", "reasoning_details")
)

# Lists of the sources of an answer: which there are is compared by their addresses, and their order says nothing.
SOURCES = (
    _row("annotations", "OpenAI"),
    _row("citations", "Anthropic, Cohere, Perplexity"),
    _row("search_results", "Perplexity"),
    _row("groundingChunks", "Gemini: pages"),
    _row("groundingSupports", "Gemini: where in the text they are named"),
    _row("retrievedReferences", "Bedrock's knowledge bases"),
    _row("sources", "what a search of the provider's found"),
)

# Parts of an answer that are ranked, the best first.
RANKED = (_row("retrieval_result", "Bedrock's knowledge bases: passages, the nearest to the question first"),)

# Lists of the numbers of tokens: what a model read or wrote, spelled for a machine. The words are compared themselves.
TOKENS = (
    _row("context", "Ollama: the tokens of the prompt and the answer, which the next request gives back"),
    _row("token_ids", "vLLM: the tokens of the answer"),
    _row("prompt_token_ids", "vLLM: the tokens of the prompt"),
    _row("output_token_ids", "TensorRT-LLM, SGLang: the tokens of the answer"),
    _row("output_ids", "SGLang: the tokens of the answer"),
    _row("tokens", "Whisper: the tokens of a segment"),
)
TOKENIZED = _row("tokens", "Cohere, at the top: what a text was made into, which is what was asked for")

# Counts that a server leaves out of some answers, and when.
LEFT_OUT_WHEN = (_row("prompt_eval_count", "left out where the prompt was cached"),)

# Objects that say of each model that answered its name and its version.
MODELS_THAT_ANSWERED = (_row("model_info", "Deepgram: by an id of the model, which is another for each version"),)

BUILD = "system_fingerprint"  # the name of the build that answered

# Where an answer says why it ended.
ENDS = (
    _row("finish_reason", "OpenAI and who follows it, Cohere"),
    _row("finishReason", "Gemini"),
    _row("stop_reason", "Anthropic"),
    _row("stopReason", "Bedrock Converse"),
    _row("done_reason", "Ollama"),
    _row("completionReason", "Bedrock Titan"),
    _row("guardrailAction", "Bedrock's knowledge bases: a guardrail answers in the place of the model"),
)

# Where it says more of why; null for an end of which there is no more to say.
END_DETAILS = (
    _row("stop_sequence", "Anthropic: which of the sequences ended it"),
    _row("stop_details", "Anthropic: why the model refuses"),
    _row("stop_reason", "vLLM, in a choice: which of the sequences ended it, or which token"),
    _row("completed_at", "OpenAI's Responses: when the answer was whole"),
    _row("status_details", "OpenAI's Realtime: why an answer is not whole"),
)


@record
class Served:
    """A field that says as what a call was served, and its words for what everybody gets who asks for nothing else."""

    name: str
    ordinary: tuple[str, ...]
    reason: str


SERVED = (
    Served(
        name="service_tier",
        ordinary=("auto", "default", "standard", "on_demand"),
        reason="OpenAI, Anthropic, Groq: a tier has its own price and speed",
    ),
    Served(name="serviceTier", ordinary=("default", "standard"), reason="Bedrock, Gemini: the same"),
    Served(
        name="trafficType",
        ordinary=("ON_DEMAND", "TRAFFIC_TYPE_UNSPECIFIED"),
        reason="Vertex: what was provisioned is paid for ahead",
    ),
    Served(
        name="inference_geo",
        ordinary=("not_available", "global"),
        reason="Anthropic: where the model ran, which is a price and the law of a place",
    ),
)

# APIs that promise arguments of calls as a string of JSON, and an id by which the result names its call. Others give
# arguments as an object, which may be missing where it is empty.
STRING_CALLS = (
    _row("openai.chat", "`function.arguments`; its clients parse it unasked"),
    _row("openai.responses", "`arguments` and `call_id` of an item"),
    _row("openai.realtime", "`arguments` and `call_id` of an item"),
    _row("openai.assistants", "`function.arguments`"),
)
NAMED_CALLS = (
    *STRING_CALLS,
    _row("anthropic.messages", "`tool_use_id` of the result"),
    _row("bedrock.converse", "`toolUseId` of the result"),
)

_GOOGLE_ENDS = ("FAILED", "CANCELLED", "EXPIRED")

# States of a file, a batch, a job: which of those on its way is recorded is a matter of when. What is done can be used.
JOBS_ON_THEIR_WAY = (
    _row("validating", "OpenAI's batches"),
    _row("validating_files", "OpenAI's fine-tuning"),
    _row("queued", "jobs, runs, videos"),
    _row("pending", "files and jobs"),
    _row("uploading", "files"),
    _row("processing", "files; Gemini's in capitals"),
    _row("in_progress", "batches, runs, vector stores"),
    _row("running", "fine-tuning"),
    _row("finalizing", "OpenAI's batches"),
    _row("PROCESSING", "Gemini's files"),
    _row("starting", "Replicate's predictions"),
    _row("IN_QUEUE", "fal's jobs"),
    _row("IN_PROGRESS", "fal's jobs"),
    _row("BATCH_STATE_PENDING", "Gemini's batches"),
    _row("BATCH_STATE_RUNNING", "Gemini's batches"),
    _row("JOB_STATE_PENDING", "Vertex AI's and Gemini's jobs"),
    _row("JOB_STATE_RUNNING", "Vertex AI's and Gemini's jobs"),
)
JOBS_DONE = (
    _row("uploaded", "OpenAI's files, which can be used then"),
    _row("processed", "OpenAI's files"),
    _row("completed", "batches, runs, vector stores"),
    _row("succeeded", "fine-tuning"),
    _row("ended", "Anthropic's batches"),
    _row("ACTIVE", "Gemini's files"),
    _row("COMPLETED", "fal's jobs"),
    _row("BATCH_STATE_SUCCEEDED", "Gemini's batches"),
    _row("JOB_STATE_SUCCEEDED", "Vertex AI's and Gemini's jobs"),
)
# A job that will never be done.
JOBS_FAILED = (
    _row("failed", "OpenAI's batches, runs, fine-tuning, videos; Replicate's predictions"),
    _row("error", "OpenAI's files"),
    _row("errored", "gateways"),
    _row("incomplete", "runs that met a limit of tokens"),
    _row("expired", "batches and runs that took too long"),
    _row("cancelling", "OpenAI: somebody stopped it"),
    _row("canceling", "Anthropic's batches: somebody stopped it"),
    _row("cancelled", "OpenAI: somebody stopped it"),
    _row("canceled", "Replicate: somebody stopped it"),
    _row("FAILED", "Gemini's files"),
    *(_row(f"{kind}_STATE_{end}", "Google's jobs") for kind in ("BATCH", "JOB") for end in _GOOGLE_ENDS),
)
# Where that is said, and which numbers say how much is done meanwhile.
JOB_STATES = (
    _row("status", "OpenAI and most others"),
    _row("processing_status", "Anthropic's batches"),
    _row("state", "Google"),
)
# Counts, in an object that is the state of a job, of what is not done; none is left when the job is.
PENDING = (_row("num_pending", "xAI's batches"),)
PROGRESS = (
    _row("progress", "OpenAI's videos, in percent"),
    _row("request_counts", "batches of OpenAI and Anthropic"),
    _row("file_counts", "OpenAI's vector stores"),
    _row("queue_position", "fal's jobs"),
)

# APIs whose answers repeat the words and segments of a transcript, each with its time.
TRANSCRIBES = (
    _row("openai.audio", "`words` and `segments`, where they are asked for"),
    _row("deepgram.audio", "`words`, `paragraphs`, `sentences` and `utterances`"),
)

# The fields of the words and segments of a transcript beside their text: they follow from how the text is cut.
OF_PIECES = (
    _row("start", "when it begins"),
    _row("end", "when it ends"),
    _row("seek", "OpenAI: the window of the sound in which it was heard"),
    _row("num_words", "Deepgram: how many words a paragraph has"),
)

# Kinds of events that are sent when the answer holds something, by a word of their name.
EVENTS_BY_CONTENT = (
    _content("tool", ("tool-", "part-", "server-"), "calls of tools"),
    _content("function_call", ("tool-",), "calls of tools"),
    _content("reasoning", ("reasoning-",), "thinking"),
    _content("thinking", ("reasoning-",), "thinking"),
    _content("thought", ("reasoning-",), "thinking"),
    _content("refusal", ("refusal-",), "a refusal"),
    _content("search", ("part-", "server-", "citation-"), "a search of the provider's"),
    _content("citation", ("citation-",), "sources"),
    _content("annotation", ("citation-",), "sources"),
    _content("text", ("text-", "refusal-"), "the words of the answer"),
    _content("content", ("text-", "refusal-", "tool-", "reasoning-", "part-"), "a part of the answer"),
    _content("error", ("error-", "stream-"), "an error"),
    _content("failed", ("error-", "stream-"), "an error"),
    _content("incomplete", ("finish-", "stream-"), "why the answer ended"),
    _content("completed", ("finish-", "stream-", "error-"), "why the answer ended"),
    _content("message_stop", ("stream-",), "the end of the stream"),
)

# Values in the middle of a stream that a later event supersedes, or that number what is there.
INTERIM = (
    _row("usage", "counts as far as they had come; the last ones are compared"),
    _row("usageMetadata", "counts as far as they had come; the last ones are compared"),
    _row("usage_metadata", "counts as far as they had come; the last ones are compared"),
)
NUMBERED = (
    _row("index", "the number of a part; which parts there are is compared"),
    _row("output_index", "the number of an item; which items there are is compared"),
    _row("content_index", "the number of a part; which parts there are is compared"),
    _row("contentBlockIndex", "Bedrock Converse: the number of a part; which parts there are is compared"),
    _row("summary_index", "the number of a part; which parts there are is compared"),
    _row("annotation_index", "the number of a source; which sources there are is compared"),
)
# Lists of which clients read the first element in every event.
READ_FIRST = (
    _row("choices", "OpenAI and who follows it: `chunk.choices[0].delta`"),
    _row("candidates", "Gemini: `chunk.candidates[0].content`"),
)

# Objects of which others than the API say what fields they have.
NAMED_ELSEWHERE = (
    _row("provider_metadata", "Vercel: its fields are the names of upstreams"),
    _row("metadata", "its fields are the caller's"),
    _row("content_filter_results", "Azure: its fields are the filters that ran over this answer"),
    _row("prompt_filter_results", "Azure: its fields are the filters that ran over this prompt"),
    _row("timings", "durations; which there are depends on what was measured"),
)

OPEN = (
    _row("usage", "its fields are compared as token counts"),
    _row("usageMetadata", "its fields are compared as token counts"),
    _row("usage_metadata", "its fields are compared as token counts"),
    _row("error", "its fields are compared as an error"),
    *NAMED_ELSEWHERE,
)

# Objects whose fields the tool or the caller chose: no shape of the API's.
FOREIGN = (
    _row("input", "Anthropic, Bedrock: arguments of a tool, which are compared as a call"),
    _row("args", "Gemini: arguments of a tool, which are compared as a call"),
    _row("arguments", "Ollama, Gemini: arguments of a tool, which are compared as a call"),
    _row("parameters", "Cohere: arguments of a tool, which are compared as a call; Responses: the request, given back"),
)

# What an answer gives back of the request: no shape of the API's, either.
GIVEN_BACK = (
    _row("schema", "a schema that the caller wants the answer to fit"),
    _row("json_schema", "a schema that the caller wants the answer to fit"),
    _row("input_schema", "the schema of a tool"),
    _row("properties", "the fields of a schema"),
    _row("tools", "the definitions of the caller's tools"),
    _row("logit_bias", "its fields are tokens"),
)

# Texts that the caller or the model chose: however few there are in some recordings, they are no enumeration. Those of
# `BY_CONTENT` are more of them.
CHOSEN = (
    _row("model", "which model is the caller's choice"),
    _row("name", "how a tool, a file or a schema is called"),
    _row("server_label", "how the caller calls a server of tools"),
    _row("arguments", "arguments of a tool, as text"),
    _row("partial_json", "a piece of the arguments of a tool"),
    _row("response", "Ollama: the words of the answer"),
    _row("transcript", "words that were spoken"),
    _row("token", "a piece of the words"),
    _row("message", "what an error says to a person"),
    _row("title", "of a page"),
    _row("description", "for a person"),
    _row("query", "what is searched for"),
    _row("queries", "what is searched for"),
    _row("webSearchQueries", "what is searched for"),
    _row("user", "who asks, as the caller says it"),
    _row("filename", "how a file is called"),
    _row("stop_sequence", "a text at which the caller wants the answer to end"),
    _row("instructions", "what the caller wants"),
)
