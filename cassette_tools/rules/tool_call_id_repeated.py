"""Two tool calls of one answer have the same id.

Why it matters: the id says which call a result belongs to, so one of the two calls gets no result, or the result of
the other; providers reject such a history. The usual reason is an edit by hand (a copied call), or a filter that
replaced all ids by the same one.

How to mend it: give each call its own id, in the requests that follow as well, or record the interaction again.

Not reported: APIs whose calls have no ids, and calls in different choices of one response (`n`, candidates).
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.model import ToolCall
from cassette_tools.places import name_place
from cassette_tools.rules import RULES, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction


def check(interaction: Interaction) -> Iterator[Observation]:
    for message in interaction.llm.output_messages if interaction.llm is not None else ():
        seen: dict[str, ToolCall] = {}
        for part in message.parts:
            if not isinstance(part, ToolCall) or not part.id:
                continue
            first = seen.setdefault(part.id, part)
            if first is not part:
                yield Observation(
                    message=f"{_named(first, part)} have the same id, `{part.id[:SHOWN]}`: nothing says which of them "
                    "a result belongs to; give each call its own id, or record the interaction again",
                    place=name_place(interaction, part),
                    related=(name_place(interaction, first),),
                    key=part.pointer,
                )


def _named(first: ToolCall, second: ToolCall) -> str:
    one, other = first.name, second.name
    return f"two calls of `{one}`" if one == other else f"the calls of `{one}` and `{other}`"


SHOWN = 60  # characters of an id

RULES.register(
    Rule(
        name="tool-call-id-repeated",
        category="message",
        level="warning",
        summary="two tool calls of one answer have the same id",
        doc=__doc__,
        about="tool-calls",
        check=check,
    )
)
