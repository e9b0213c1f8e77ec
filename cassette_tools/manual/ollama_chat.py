"""What the page of ``ollama.chat`` says."""

from __future__ import annotations

from cassette_tools.data.settings import OLLAMA
from cassette_tools.dialects import CERTAIN, LIKELY

SOURCES = (
    ("Ollama API: chat", "https://github.com/ollama/ollama/blob/main/docs/api.md#generate-a-chat-completion"),
    ("Ollama API: generate", "https://github.com/ollama/ollama/blob/main/docs/api.md#generate-a-completion"),
    ("Ollama: parameters of a Modelfile", "https://github.com/ollama/ollama/blob/main/docs/modelfile.md#parameter"),
)
MAPPING = (
    ("`system`; the first `messages[]` of role system", "`system_instructions`", "Ollama API"),
    *((f"`options.{wire}`", f"`{ours}`", "parameters of a Modelfile") for wire, ours in OLLAMA.items()),
    ("`options.stop`", "`stop_sequences`", "parameters of a Modelfile"),
    ("`format`", "`response_format`, `output_type`", "Ollama API: structured outputs"),
    ("`think`", "`reasoning`", "Ollama API"),
    ("`message.thinking`, `thinking`", "`reasoning`", "Ollama API"),
    ("`message.content`, `response`", "`text`", "Ollama API"),
    ("`message.tool_calls[]`", "`tool_call`; complete objects, never in pieces", "Ollama API: chat"),
    ("`images[]`", "`blob`", "Ollama API"),
    ("`done_reason`", "`finish_reason`; stop with calls is tool_call", "Ollama API"),
)
RECOGNITION = (
    (CERTAIN, "`done` beside `created_at` or `model`, and `message`"),
    (LIKELY, "a POST to a path that ends with `/api/chat`"),
)
