"""What the page of ``openai.assistants`` says."""

from __future__ import annotations

from cassette_tools.data.settings import CHAT
from cassette_tools.dialects import CERTAIN, LIKELY
from cassette_tools.dialects.openai_assistants.stream import MESSAGE, RUN

_DOCS = "https://platform.openai.com/docs/api-reference"
SOURCES = (
    ("OpenAI API reference: Assistants, streaming", f"{_DOCS}/assistants-streaming"),
    ("OpenAI API reference: Runs", f"{_DOCS}/runs"),
    ("OpenAI API reference: Run steps", f"{_DOCS}/run-steps"),
)
RECOGNITION = (
    (CERTAIN, f"an early event has an `object` that begins with `{RUN}` or `{MESSAGE}`"),
    (LIKELY, "a POST with `stream` to `/threads/runs`, `/threads/{id}/runs` or `…/submit_tool_outputs`"),
)
MAPPING = (
    ("`instructions`, `additional_instructions`", "`system_instructions`", "Runs"),
    ("`thread.messages`, `additional_messages`", "`input_messages`", "Runs"),
    ("`tool_outputs[]`", "`tool_call_response`", "Runs"),
    *((f"`{wire}`", f"`{ours}`", "") for wire, ours in CHAT.items() if wire in ("temperature", "top_p")),
    ("`thread.message.delta`: `text.value`", "`text`, its `annotations` as `citations`", "streaming"),
    ("`thread.message.delta`: `image_file`", "`file`", "streaming"),
    ("`thread.run.step.delta`: `function`", "`tool_call`", "streaming"),
    ("`thread.run.step.delta`: other tools", "`server_tool_call`, and its response", "streaming"),
    ("`status`, `incomplete_details.reason`", "`finish_reason`", "Runs"),
    ("`last_error`", "`error`", "Runs"),
)
