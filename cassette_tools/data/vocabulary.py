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
class Shared:
    """A parameter that means the same in every API but those that have no such thing, or cannot do without it; to send
    its default is to send nothing.
    """

    parameter: str
    reason: str
    lacking: tuple[str, ...] = ()
    default: str = ""


@record
class Sibling:
    """A parameter that several APIs of one provider have: where its client moves from one of them to another, it is the
    client's doing to send it to one alone. `dialects` begin as these; what is `of_them_alone` has no canonical name.
    """

    parameter: str
    dialects: tuple[str, ...]
    reason: str
    of_them_alone: bool = False


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


@record
class Worded:
    """A field of one API that every server of it fills with words of its own; `match` is the end of its path."""

    match: str
    reason: str


OWN: tuple[Own, ...] = (
    Own(parameter="cache", reason="caching is asked for by marks, by keys or not at all"),
    Own(parameter="include_usage", reason="some count the tokens of a stream only when they are asked to"),
    Own(parameter="modalities", reason="the kind of output stands in output_type too"),
    Own(parameter="service_tier", reason="every vendor sells tiers of its own"),
    Own(parameter="stream", reason="a field, or the path; told where the answer came otherwise"),
)

# Settings that most APIs have: where both know one, to send it to one of them alone is the client's doing.
SHARED: tuple[Shared, ...] = (
    Shared(parameter="temperature", reason="every API has it"),
    Shared(parameter="top_p", reason="every API has it"),
    Shared(parameter="response_format", reason="every API has a schema for the answer"),
    Shared(parameter="max_tokens", lacking=("anthropic.",), reason="Anthropic wants it in every call"),
    Shared(parameter="stop_sequences", lacking=("openai.responses",), reason="Responses has none"),
    Shared(parameter="tool_choice", lacking=("ollama.",), default="auto", reason="Ollama lets the model choose"),
    Shared(parameter="seed", lacking=("anthropic.", "bedrock.", "openai.responses"), reason="these have none"),
    Shared(
        parameter="presence_penalty",
        lacking=("anthropic.", "bedrock.", "openai.responses"),
        reason="these have none",
    ),
    Shared(
        parameter="frequency_penalty",
        lacking=("anthropic.", "bedrock.", "openai.responses"),
        reason="these have none",
    ),
)

_OF_OPENAI = ("openai.chat", "openai.responses")
SIBLINGS: tuple[Sibling, ...] = (
    Sibling(
        parameter="store",
        dialects=_OF_OPENAI,
        reason="whether answers are kept; each has another default",
        of_them_alone=True,
    ),
    Sibling(parameter="reasoning", dialects=_OF_OPENAI, reason="how long the model thinks"),
    Sibling(parameter="verbosity", dialects=_OF_OPENAI, reason="how much is said"),
    Sibling(parameter="parallel_tool_calls", dialects=_OF_OPENAI, reason="whether calls may stand beside others"),
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

# APIs whose versions send a tool in forms of their own. The version is told, and no tool for it.
TOOLS_BY_VERSION = {
    "cohere.chat": "version 1 sends a tool flat, and describes its parameters one by one, with types of Python's",
}

# Keywords of a schema that say how strictly to take it, or in which language it is, and which some APIs refuse.
SCHEMA_ASIDES = frozenset(("$schema", "additionalProperties", "strict", "title", "$id", "propertyOrdering"))

WORDED = (
    Worded(match="error.message", reason="a sentence for people; the type and the code are compared"),
    Worded(match="reasoning_details[].format", reason="names the vendor whose thinking it is"),
    Worded(match="body.message", reason="Cohere: the sentence of an error; its status is compared"),
)
"""All else that two servers of one API say otherwise is told as it is within one."""
