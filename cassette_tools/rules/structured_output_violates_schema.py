"""The answer is not of the schema that the request asked it to be of.

The request says in which JSON Schema the answer is to be (``response_format``, ``text.format``, ``output_config``,
``responseSchema``, ``format`` of Ollama), and the answer is not JSON, or the schema forbids it.

Why it matters: clients parse such an answer without looking. What usually did it is a host that does not know the
setting and lets the model write what it likes, an answer that broke off, or an edit by hand.

How to mend it: record the interaction again; if the failure is the scenario, say so in an ignore comment.

Not reported: answers that were refused, filtered, or cut by the token limit or by the end of the stream, answers that
call a tool, patterns and formats, and schemas that are not valid themselves or refer to others elsewhere. Where an
answer has several texts, one of them has to fit, or all of them together."""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.model import Text
from cassette_tools.places import string_places
from cassette_tools.rules import RULES, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction, Json, Message

# Parts beside which a text is no more than the whole answer without them.
ASIDE = frozenset(("reasoning", "server_tool_call", "server_tool_call_response"))
ENDED = ("stop", None)  # how an answer ends that is whole; None: the host does not say


def check(interaction: Interaction) -> Iterator[Observation]:
    llm = interaction.llm
    wanted = llm.parameters.get("response_format") if llm is not None and llm.is_answered else None
    if llm is None or type(wanted) is not dict or type(wanted.get("schema")) is not dict:
        return
    for message in llm.output_messages:
        texts = _texts(message) if message.finish_reason in ENDED else []
        words = _fault(wanted["schema"], texts) if texts else None
        if words is None or _was_cut(message):
            continue
        first, *others = string_places(interaction, texts[-1].pointer)
        yield Observation(
            message=f"the answer is not what the request's schema asks for: {words}; record the interaction again",
            place=first,
            related=tuple(others),
            key=texts[-1].pointer,
        )


def _was_cut(message: Message) -> bool:
    from cassette_tools.rules._schema import was_cut

    return was_cut(message)


def _texts(message: Message) -> list[Text]:
    """The texts of an answer that is nothing else."""
    texts = [part for part in message.parts if isinstance(part, Text)]
    if any(not isinstance(part, Text) and part.type not in ASIDE for part in message.parts):
        return []
    return texts if any(part.content.strip() for part in texts) else []


def _fault(schema: Json, texts: list[Text]) -> str | None:
    """Why none of the texts fits, nor all of them joined; of the last, which is the answer where there are several."""
    from cassette_tools.nesting import json_value
    from cassette_tools.rules._schema import fault_in

    contents = [part.content for part in texts]
    words = ""
    for content in dict.fromkeys(("".join(contents), *contents)):
        try:
            value = json_value(content)
        except (ValueError, RecursionError) as error:
            words = f"it is not JSON ({_said(error, content)})"
            continue
        fault = fault_in(schema, value)
        if fault is None:
            return None
        words = fault.words
    return words


def _said(error: Exception, content: str) -> str:
    at = getattr(error, "pos", None)
    if at is None:
        return "nested too deep"
    if content.lstrip().startswith("```"):
        return "it stands in a Markdown code block"
    return f"{str(getattr(error, 'msg', error)).removesuffix(' at')} " + (
        f"at character {at + 1}" if at < len(content) else "at its end"
    )


RULES.register(
    Rule(
        name="structured-output-violates-schema",
        category="message",
        level="warning",
        summary="the answer is not of the schema that the request asked for",
        doc=__doc__,
        about="response-format",
        check=check,
    )
)
