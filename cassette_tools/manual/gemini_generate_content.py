"""What the page of ``gemini.generate_content`` says."""

from __future__ import annotations

from cassette_tools.data.google import ROLES
from cassette_tools.data.settings import GEMINI, GEMINI_OBJECTS, GEMINI_THINKING
from cassette_tools.dialects import CERTAIN, LIKELY, POSSIBLE
from cassette_tools.dialects.gemini.generate_content import OPERATIONS

SOURCES = (
    ("Gemini API reference: generating content", "https://ai.google.dev/api/generate-content"),
    ("Gemini API reference: counting tokens", "https://ai.google.dev/api/tokens"),
    ("Gemini API reference: caching (Content, Part, Tool)", "https://ai.google.dev/api/caching"),
    ("Gemini API: thought signatures", "https://ai.google.dev/gemini-api/docs/thought-signatures"),
    ("Gemini API: grounding with Google Search", "https://ai.google.dev/gemini-api/docs/google-search"),
    ("Gemini API: URL context", "https://ai.google.dev/gemini-api/docs/url-context"),
    (
        "Vertex AI: generateContent",
        "https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference",
    ),
    ("Protocol buffers: JSON mapping", "https://protobuf.dev/programming-guides/json/"),
    ("google-genai, the SDK: types", "https://googleapis.github.io/python-genai/genai.html"),
)
RECOGNITION = (
    (CERTAIN, "the response, or one of the first events, has `candidates[0].content` or another field of a candidate"),
    (CERTAIN, "it has `promptFeedback`, or `usageMetadata` beside `modelVersion` or `responseId`"),
    *((LIKELY, f"a POST to a path that ends with `{method}`") for method in OPERATIONS),
    (POSSIBLE, "the request has `contents[].parts`, and nothing of another kind was answered"),
)
_REFERENCE = "Gemini API reference"
MAPPING = (
    ("any field in camel or snake case; enumerations as numbers", "the same", "protocol buffers' JSON mapping"),
    ("`systemInstruction`", "`system_instructions`", _REFERENCE),
    *((f"role `{wire}`", f"`{ours}`", "the wire's word stays in `native_role`") for wire, ours in ROLES.items()),
    ("`parts[].text`", "`text`", _REFERENCE),
    ("`parts[].text` with `thought`", "`reasoning`", _REFERENCE),
    ("`parts[].thoughtSignature`", "`signature` of the reasoning or the call; else `extra`", "thought signatures"),
    ("`parts[].functionCall`", "`tool_call`; without an id where the wire has none", _REFERENCE),
    ("`parts[].functionResponse`", "`tool_call_response`, each in a message of role tool", _REFERENCE),
    ("`functionResponse.response` of `error` alone", "`is_error`", _REFERENCE),
    ("`functionCall.partialArgs[]`, `willContinue`", "the arguments they make", "Vertex AI, streamed arguments"),
    ("`parts[].inlineData`, `fileData`", "`blob`, `uri`", _REFERENCE),
    ("`executableCode`, `codeExecutionResult`", "`server_tool_call`, `server_tool_call_response`", _REFERENCE),
    ("`toolCall`, `toolResponse`", "`server_tool_call`, `server_tool_call_response`", "google-genai"),
    ("`groundingMetadata`, `citationMetadata`", "`citations` of the text; UTF-8 bytes are counted", _REFERENCE),
    ("`groundingMetadata.webSearchQueries[]`", "`server_tool_call` of google_search", "unless a part tells of it"),
    ("`urlContextMetadata.urlMetadata[]`", "`server_tool_call_response` of url_context", _REFERENCE),
    ("`tools[].functionDeclarations[]`", "`tools`; type names in lower case", "`STRING`, `string`, 1 are one value"),
    ("`tools[].googleSearch` and its like", "`tools` of that kind", _REFERENCE),
    ("`toolConfig.functionCallingConfig`", "`tool_choice` of mode, names and parallel", _REFERENCE),
    ("`responseMimeType`, `responseSchema`, `responseJsonSchema`", "`response_format`, `output_type`", _REFERENCE),
    ("`responseModalities`", "`modalities`, `output_type`", _REFERENCE),
    ("`responseLogprobs`, `logprobs`", "`logprobs` of enabled and top", _REFERENCE),
    *((f"`thinkingConfig.{wire}`", f"`reasoning.{ours}`", _REFERENCE) for wire, ours in GEMINI_THINKING.items()),
    *((f"`generationConfig.{wire}`", f"`{ours}`", _REFERENCE) for wire, ours in GEMINI.items()),
    *((f"`{wire}`", f"`{ours}`", _REFERENCE) for wire, ours in GEMINI_OBJECTS.items()),
    ("`cachedContent`", "`cache`", _REFERENCE),
    ("`candidates[]`", "`output_messages`, one for each candidate", _REFERENCE),
    ("`promptFeedback.blockReason` without candidates", "an empty answer that ends with `content_filter`", _REFERENCE),
    ("`modelVersion`, `responseId`", "`response_model`, `response_id`", _REFERENCE),
    ("`usageMetadata`; the answer of countTokens", "`usage`", "below"),
    ("`error`, also in an array or without `data:` in a stream", "`error`", "google-genai reads such lines"),
    ("any other key", "`extra`, by its JSON pointer", "nothing is dropped"),
)
