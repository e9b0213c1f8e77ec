"""What the page of ``cohere.chat`` says."""

from __future__ import annotations

from cassette_tools.data.settings import COHERE
from cassette_tools.dialects import CERTAIN, LIKELY
from cassette_tools.dialects.cohere import PATHS

SOURCES = (
    ("Cohere API reference: Chat (v2)", "https://docs.cohere.com/reference/chat"),
    ("Cohere API reference: Chat with streaming (v2)", "https://docs.cohere.com/reference/chat-stream"),
    ("Cohere API reference: Chat (v1)", "https://docs.cohere.com/v1/reference/chat"),
    ("Cohere: citations", "https://docs.cohere.com/docs/documents-and-citations"),
)
RECOGNITION = (
    (CERTAIN, "an early event is of a `type` of version 2 or an `event_type` of version 1"),
    (CERTAIN, "`message` with content, a plan or calls, beside `finish_reason` and without `choices`"),
    (CERTAIN, "`generation_id` and `text` (version 1)"),
    *((LIKELY, f"a POST to a path that ends with `{path}`: {what}") for path, what in PATHS),
)
MAPPING = (
    ("`messages[]`, `tools[]` (v2)", "as those of `openai.chat`", "Cohere API reference: Chat (v2)"),
    ("`preamble`, `chat_history[]`, `message` (v1)", "`system_instructions`, `input_messages`", "Chat (v1)"),
    *((f"`{wire}`", f"`{ours}`", "Cohere API reference") for wire, ours in COHERE.items()),
    ("`message.tool_plan`", "`reasoning` of kind plan", "the words before the calls"),
    ("`message.content[]` of `thinking`", "`reasoning`", "Cohere API reference: Chat (v2)"),
    ("`message.content[]` of `text`; `text` (v1)", "`text`", "Cohere API reference"),
    ("`message.citations[]`", "`citations` of the text that `content_index` names", "citations"),
    ("`message.tool_calls[]`", "`tool_call`", "Cohere API reference: Chat (v2)"),
    ("`finish_reason`", "`finish_reason`", "Cohere API reference"),
    ("`usage.tokens`; `meta.tokens` (v1)", "`usage`", "what the model processed; `billed_units` stays in `extra`"),
)
