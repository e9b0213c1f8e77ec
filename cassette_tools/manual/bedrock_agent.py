"""What the page of ``bedrock.agent`` says."""

from __future__ import annotations

from cassette_tools.dialects import LIKELY

_DOCS = "https://docs.aws.amazon.com/bedrock/latest/APIReference"
SOURCES = (
    ("Amazon Bedrock API reference: InvokeAgent", f"{_DOCS}/API_agent-runtime_InvokeAgent.html"),
    (
        "Amazon Bedrock API reference: RetrieveAndGenerate",
        f"{_DOCS}/API_agent-runtime_RetrieveAndGenerate.html",
    ),
    ("Amazon Bedrock API reference: Retrieve", f"{_DOCS}/API_agent-runtime_Retrieve.html"),
)
RECOGNITION = (
    (LIKELY, "a POST to `/agents/{id}/agentAliases/{id}/sessions/{id}/text`"),
    (LIKELY, "a POST to `/retrieveAndGenerate`, or to `/knowledgebases/{id}/retrieve`"),
)
MAPPING = (
    ("`inputText`, `input.text`, `retrievalQuery.text`", "`input_messages`", "InvokeAgent; Retrieve"),
    ("frames `chunk`; `output.text`", "`text`, with `citations`", "InvokeAgent; RetrieveAndGenerate"),
    ("frames `trace`", "`extra`, in their order", "InvokeAgent"),
    ("`retrievalResults[]`", "`generic` of kind retrieval_result", "Retrieve"),
)
