"""What the page of ``bedrock.invoke`` says."""

from __future__ import annotations

from cassette_tools.data.bedrock_families import FAMILIES
from cassette_tools.dialects import LIKELY

SOURCES = (
    (
        "Amazon Bedrock: InvokeModel",
        "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html",
    ),
    *((f"Amazon Bedrock: {family.title}", family.source) for family in FAMILIES),
)
RECOGNITION = (
    (
        LIKELY,
        "a path `/model/{id}/invoke` or `/invoke-with-response-stream` with a model of "
        + ", ".join(f"`{family.prefix}…`" for family in FAMILIES),
    ),
    (
        LIKELY,
        "such a path with a model that tells no family (an ARN), where prompt and answer have the places of one",
    ),
)


def _dotted(*path: str) -> str:
    return ".".join([step for step in path if step])


MAPPING = tuple(
    row
    for family in FAMILIES
    for row in (
        (f"`{family.prompt}`", "`input_messages`", family.title),
        (f"`{_dotted(family.results, *family.words)}`", "`text`", family.title),
        (f"`{_dotted(family.results, *family.reason)}`", "`finish_reason`", family.title),
        *((f"`{wire}`", f"`{ours}`", family.title) for wire, ours in family.settings),
    )
)
