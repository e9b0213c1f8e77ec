"""What two APIs say of the same thing in words of their own. Across providers none of it is a difference.

The dialects bring most of it to canonical names. What is left here has a meaning only within one API, or is a spelling
that recordings of one API shall keep telling apart.
"""

from __future__ import annotations

from cassette_tools._record import record


@record
class Own:
    """A parameter whose values mean something to one vendor alone, by its canonical name."""

    parameter: str
    reason: str


@record
class Operation:
    """An operation that is another under the name of one API."""

    name: str
    same_as: str
    reason: str


@record
class Wrapping:
    """The only key of an object that an API wants around the result of a tool."""

    key: str
    reason: str


OWN: tuple[Own, ...] = (
    Own(parameter="cache", reason="caching is asked for by marks, by keys or not at all"),
    Own(parameter="include_usage", reason="some count the tokens of a stream only when they are asked to"),
    Own(parameter="modalities", reason="the kind of output stands in output_type too"),
    Own(parameter="service_tier", reason="every vendor sells tiers of its own"),
    Own(parameter="stream", reason="a field, or the path; how the answer came is compared with the answer"),
)

# Settings that every API has, and that none of them needs: who sends one asks for something, whoever is asked.
# `max_tokens` is not among them, since Anthropic's API wants it always.
SHARED = frozenset(
    (
        "temperature",
        "top_p",
        "top_k",
        "seed",
        "stop_sequences",
        "choice_count",
        "presence_penalty",
        "frequency_penalty",
        "response_format",
        "tool_choice",
    )
)

OPERATIONS: tuple[Operation, ...] = (
    Operation(name="generate_content", same_as="chat", reason="OTel's name for Gemini's chat"),
)

WRAPPINGS: tuple[Wrapping, ...] = (
    Wrapping(key="result", reason="Gemini wants an object: functionResponse.response; most clients call it so"),
    Wrapping(key="output", reason="Gemini: the name that its documents give to what a function returned"),
    Wrapping(key="content", reason="Gemini: some clients' name"),
    Wrapping(key="text", reason="Bedrock Converse: toolResult.content[].text"),
    Wrapping(key="json", reason="Bedrock Converse: toolResult.content[].json"),
)

# Keywords of a schema that say how strictly to take it, or in which language it is, and which some APIs refuse.
SCHEMA_ASIDES = frozenset(("$schema", "additionalProperties", "strict", "title", "$id", "propertyOrdering"))
