"""What the page of ``openai.realtime`` says."""

from __future__ import annotations

from cassette_tools.dialects import CERTAIN, LIKELY
from cassette_tools.dialects.openai_realtime import BEGINNINGS, PATHS, SETTINGS
from cassette_tools.dialects.openai_realtime.stream import KINDS

_CLIENT = "OpenAI API reference: client events"
_SERVER = "OpenAI API reference: server events"
SOURCES = (
    (_CLIENT, "https://platform.openai.com/docs/api-reference/realtime-client-events"),
    (_SERVER, "https://platform.openai.com/docs/api-reference/realtime-server-events"),
    ("OpenAI: Realtime API, and what changed after the beta", "https://platform.openai.com/docs/guides/realtime"),
    (
        "Azure OpenAI: Realtime events reference",
        "https://learn.microsoft.com/en-us/azure/ai-services/openai/realtime-audio-reference",
    ),
    ("xAI: Voice Agent API", "https://docs.x.ai/docs/guides/voice"),
)
RECOGNITION = (
    *((CERTAIN, f"a message of a WebSocket has a `type` that begins with `{beginning}`") for beginning in BEGINNINGS),
    *((LIKELY, f"a WebSocket at a path that ends with `{path}`") for path in PATHS),
)
MAPPING = (
    ("`session.update`: `instructions`; those of `response.create`", "`system_instructions`", _CLIENT),
    ("`session.update`: `tools`, `tool_choice`, `temperature`, …", "as in Responses", _CLIENT),
    *((f"`session.update`: `{own}`", f"as `{shared}`", "the beta, and today") for own, shared in SETTINGS.items()),
    ("`session.update`: all other settings, such as the voice", "`extra`", _CLIENT),
    ("`conversation.item.create`", "`input_messages`, as the `input` of Responses", _CLIENT),
    ("`input_audio_buffer.append`", "a message of the user: its transcript, else the sound", "cut at each commit"),
    ("other messages of the client", "`extra`, as `/request/events`", "nothing is dropped"),
    ("`session.created`, `session.updated`: `model`", "`response_model`", _SERVER),
    ("`session.created`, `session.updated`: the rest", "`extra`, of the last of them", _SERVER),
    ("`?model=`, `?deployment=` of the URL", "`request_model`", "OpenAI, Azure"),
    ("`response.created` … `response.done`", "one output message each", _SERVER),
    ("`response.done`: `output[]`", "the parts; what it lacks, from the items and deltas", "as in Responses"),
    *((f"`{kind}`", "a text, joined", "beta and today") for kind in KINDS if kind.endswith("delta")),
    ("`output_audio`, `audio`: `transcript`", "`text`", "what was said"),
    ("`response.output_audio.delta`, `response.audio.delta`", "nothing", "sound; its transcript counts"),
    ("`function_call`, `mcp_call`", "`tool_call`, `server_tool_call`", "as in Responses"),
    ("`status`, `status_details.reason`", "the finish reason", "below"),
    ("`usage`", "`usage`, added up over the responses", "below"),
    ("`error`; `status_details.error`", "`error`", _SERVER),
)
