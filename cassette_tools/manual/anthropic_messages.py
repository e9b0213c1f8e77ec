"""What the page of ``anthropic.messages`` says."""

from __future__ import annotations

from cassette_tools.data.settings import ANTHROPIC
from cassette_tools.dialects import CERTAIN, LIKELY, POSSIBLE
from cassette_tools.dialects.anthropic import PATHS
from cassette_tools.dialects.anthropic.stream import EVENTS

_DOCS = "https://docs.anthropic.com/en"
SOURCES = (
    ("Anthropic API reference: Messages", f"{_DOCS}/api/messages"),
    ("Anthropic: Streaming messages", f"{_DOCS}/api/messages-streaming"),
    ("Anthropic: Count Message tokens", f"{_DOCS}/api/messages-count-tokens"),
    ("Anthropic: Errors", f"{_DOCS}/api/errors"),
    ("Anthropic: Extended thinking", f"{_DOCS}/docs/build-with-claude/extended-thinking"),
    ("Anthropic: Citations", f"{_DOCS}/docs/build-with-claude/citations"),
    ("Anthropic: Web search tool", f"{_DOCS}/docs/agents-and-tools/tool-use/web-search-tool"),
    ("Anthropic on Vertex AI", f"{_DOCS}/api/claude-on-vertex-ai"),
    ("Anthropic on Amazon Bedrock", f"{_DOCS}/api/claude-on-amazon-bedrock"),
)
RECOGNITION = (
    (CERTAIN, "the response is an object of `type` message (or completion) with a `stop_reason`"),
    (CERTAIN, "an early event is of a `type` of this API: " + ", ".join(f"`{kind}`" for kind in sorted(EVENTS))),
    *((LIKELY, f"a POST to a path that ends with `{end}`: {where}") for end, _, where in PATHS),
    (LIKELY, "`anthropic_version` in the body of a Bedrock InvokeModel request"),
    (POSSIBLE, "`messages` and `max_tokens` with `system` apart or tools that have an `input_schema`"),
)
_REFERENCE = "Anthropic API reference"
MAPPING = (
    ("`system`", "`system_instructions`", _REFERENCE),
    ("block `text`", "`text`, with its `citations`", "Citations"),
    ("block `thinking`", "`reasoning`, with its `signature`", "Extended thinking"),
    ("block `redacted_thinking`", "`reasoning` of kind redacted", "Extended thinking"),
    ("block `tool_use`", "`tool_call`", "Tool use"),
    (
        "block `tool_result`",
        "`tool_call_response` in a message of role tool",
        "Tool use; the wire has it in a user turn",
    ),
    ("block `server_tool_use`, `mcp_tool_use`", "`server_tool_call`", "Server tools; MCP connector"),
    ("block `…_tool_result` of a server tool", "`server_tool_call_response`", "Server tools; MCP connector"),
    ("block `image`, `document`", "`blob`, `uri`, `file` by its source", "Vision; PDF support; Files"),
    ("block `container_upload`", "`file`", "Code execution"),
    ("any other block", "`generic`", "nothing is dropped"),
    ("`tools[]`", "`tools`; those of Anthropic's own have their type as `kind`", _REFERENCE),
    ("block `tool_addition` with a `tool_definition`", "`tools` as well", "Tool use: tools that come later"),
    ("`tool_choice`", "`tool_choice` of mode (any is required), names and parallel", _REFERENCE),
    ("`thinking`, `output_config.effort`", "`reasoning`", "Extended thinking"),
    ("`output_config.format`, `output_format`", "`response_format`, `output_type`", "Structured outputs"),
    *((f"`{wire}`", f"`{ours}`", "") for wire, ours in ANTHROPIC.items()),
    ("`stop_reason`", "`finish_reason`", _REFERENCE),
    ("`message_start.message.usage` under `message_delta.usage`", "`usage`", "Streaming messages: cumulative"),
    ("`amazon-bedrock-invocationMetrics`", "`usage`, where the body has none", "Amazon Bedrock"),
)
