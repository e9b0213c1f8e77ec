"""What the page of ``openai.completions`` says."""

from __future__ import annotations

from cassette_tools.data.settings import CHAT
from cassette_tools.dialects import CERTAIN, LIKELY
from cassette_tools.dialects.openai_completions import OBJECTS, PATH

SOURCES = (
    ("OpenAI API reference: Completions (legacy)", "https://platform.openai.com/docs/api-reference/completions"),
    ("DeepSeek: FIM completion (beta)", "https://api-docs.deepseek.com/api/create-completion"),
    ("Writer: Text generation", "https://dev.writer.com/api-reference/completion-api/text-generation"),
    ("vLLM: OpenAI-compatible server", "https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html"),
)
RECOGNITION = (
    (CERTAIN, "the response, or an early event, has an `object` of " + ", ".join(f"`{kind}`" for kind in OBJECTS)),
    (CERTAIN, "`choices[0]` has a `text` and neither `message` nor `delta`"),
    (LIKELY, f"a POST with a `prompt` to a path that ends with `{PATH}`"),
)
MAPPING = (
    ("`prompt`: a string, several, token ids", "`input_messages`, one for each", "OpenAI API reference"),
    ("`logprobs`: a number", "`logprobs` of enabled and top", "OpenAI API reference"),
    *((f"`{wire}`", f"`{ours}`", "") for wire, ours in CHAT.items() if wire != "max_completion_tokens"),
    ("`choices[].text`", "`text`", "OpenAI API reference"),
    ("`value` of a chunk that has nothing else", "`text`", "Writer, whose streams have no end and no reason"),
    ("`choices[].reasoning`", "`reasoning`", "OpenRouter"),
    ("`choices[].finish_reason`", "`finish_reason`", "OpenAI API reference"),
)
