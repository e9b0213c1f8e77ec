"""What the page of ``bedrock.converse`` says."""

from __future__ import annotations

from cassette_tools.data.settings import CONVERSE
from cassette_tools.dialects import CERTAIN, LIKELY, POSSIBLE
from cassette_tools.dialects.bedrock.converse import PATHS

_DOCS = "https://docs.aws.amazon.com/bedrock/latest"
SOURCES = (
    ("Amazon Bedrock API reference: Converse", f"{_DOCS}/APIReference/API_runtime_Converse.html"),
    ("Amazon Bedrock API reference: ConverseStream", f"{_DOCS}/APIReference/API_runtime_ConverseStream.html"),
    ("Amazon Bedrock API reference: CountTokens", f"{_DOCS}/APIReference/API_runtime_CountTokens.html"),
    (
        "Amazon Nova: complete request schema",
        "https://docs.aws.amazon.com/nova/latest/userguide/complete-request-schema.html",
    ),
    ("Smithy: event stream encoding", "https://smithy.io/2.0/aws/amazon-eventstream.html"),
)
RECOGNITION = (
    (CERTAIN, "`output.message` with a `stopReason`"),
    (CERTAIN, "an early event of the stream has the name of an event of ConverseStream, or holds one under that name"),
    *((LIKELY, f"a POST to `/model/{{id}}{end}`: {what}") for end, _, what in PATHS),
    (POSSIBLE, "`schemaVersion`, or `inferenceConfig` with `messages`, sent to `/model/{id}/invoke` (Nova)"),
)
MAPPING = (
    ("`system[]`", "`system_instructions`", "Converse"),
    ("block `text`", "`text`", "ContentBlock"),
    ("block `citationsContent`", "`text`, with its `citations`", "CitationsContentBlock"),
    ("block `reasoningContent`", "`reasoning`; of kind redacted without its text", "ReasoningContentBlock"),
    ("block `toolUse`", "`tool_call`; of type server_tool_use `server_tool_call`", "ToolUseBlock"),
    ("block `toolResult`", "`tool_call_response` in a message of role tool", "the wire has it in a user turn"),
    ("block `toolResult` of an answer", "`server_tool_call_response`", "a tool of Amazon's own"),
    ("block `image`, `document`, `video`, `audio`", "`blob`, `uri` by its source", "ContentBlock"),
    ("block `guardContent`", "`text`, `blob`; its `qualifiers` stay in `extra`", "GuardrailConverseContentBlock"),
    ("any other block (`searchResult`, …)", "`generic`", "nothing is dropped"),
    ("`toolConfig.tools[].toolSpec`", "`tools`", "ToolSpecification"),
    ("`toolConfig.toolChoice`", "`tool_choice` of mode (any is required) and names", "ToolChoice"),
    (
        "`additionalModelRequestFields.thinking`, `.reasoning_config`, `.reasoningConfig`, `.reasoning_effort`",
        "`reasoning`",
        "the words of Anthropic, Nova, gpt-oss",
    ),
    ("`serviceTier.type`", "`service_tier`", "ServiceTier"),
    ("`outputConfig.textFormat`", "`response_format`, `output_type`", "OutputConfig"),
    *((f"`inferenceConfig.{wire}`", f"`{ours}`", "InferenceConfiguration; Nova") for wire, ours in CONVERSE.items()),
    ("`stopReason`", "`finish_reason`", "Converse"),
)
