"""What the page of ``gemini.interactions`` says."""

from __future__ import annotations

from cassette_tools.data.settings import INTERACTIONS, INTERACTIONS_THINKING, INTERACTIONS_TOP
from cassette_tools.dialects import CERTAIN, LIKELY, POSSIBLE
from cassette_tools.dialects.gemini.interactions import EVENTS, PATH

SOURCES = (
    ("Gemini API reference: interactions", "https://ai.google.dev/api/interactions-api"),
    ("Gemini API: Interactions API", "https://ai.google.dev/gemini-api/docs/interactions"),
    ("Gemini API: thinking with interactions", "https://ai.google.dev/gemini-api/docs/interactions/thinking"),
    ("google-genai, the SDK: interactions", "https://googleapis.github.io/python-genai/genai.html"),
)
RECOGNITION = (
    (CERTAIN, "the response has an `object` of `interaction`"),
    (
        CERTAIN,
        "the `event_type` of an early event begins with " + " or ".join(f"`{kind}`" for kind in EVENTS),
    ),
    (LIKELY, f"a POST of an `input` for a `model` or an `agent` to a path that ends with `{PATH}`"),
    (POSSIBLE, f"a request to a path below `{PATH}` on Google's hosts"),
)
_REFERENCE = "Gemini API reference"
MAPPING = (
    ("`system_instruction`", "`system_instructions`", _REFERENCE),
    ("`input`: a text, contents, turns or steps", "`input_messages`", _REFERENCE),
    ("`user_input`, `model_output`", "`text`, `blob`, `uri`", _REFERENCE),
    ("`thought`", "`reasoning` of kind summary, or encrypted where there is only a signature", _REFERENCE),
    ("`function_call`", "`tool_call`", _REFERENCE),
    ("`function_result`", "`tool_call_response` in a message of role tool", _REFERENCE),
    ("any other `…_call`, `…_result`", "`server_tool_call`, `server_tool_call_response`", _REFERENCE),
    ("`annotations[]`", "`citations` of the text", _REFERENCE),
    ("`tools[]`", "`tools`", _REFERENCE),
    ("`generation_config.tool_choice`", "`tool_choice` of mode, names and parallel", _REFERENCE),
    ("`response_format`, `response_mime_type`", "`response_format`, `output_type`", _REFERENCE),
    ("`response_modalities`", "`modalities`, `output_type`", _REFERENCE),
    ("`cached_content`", "`cache`", _REFERENCE),
    *(
        (f"`generation_config.{wire}`", f"`reasoning.{ours}`", _REFERENCE)
        for wire, ours in INTERACTIONS_THINKING.items()
    ),
    *((f"`generation_config.{wire}`", f"`{ours}`", _REFERENCE) for wire, ours in INTERACTIONS.items()),
    *((f"`{wire}`", f"`{ours}`", _REFERENCE) for wire, ours in INTERACTIONS_TOP.items()),
    ("`steps[]`; `outputs[]` of the older revision", "one `output_messages`", _REFERENCE),
    ("`status`", "`finish_reason`", "below"),
    ("`usage`", "`usage`", "below"),
    ("`error`, as an event or a body; `errors[]`", "`error`", _REFERENCE),
    ("`event_id`, `index`", "nothing", "where an event belongs among its fellows"),
    ("any other key", "`extra`, by its JSON pointer", "nothing is dropped"),
)
