"""An answer ends with a word that its API is not known to send.

Why it matters: clients map the finish reason to one of a few (stop, length, tool calls, content filter). One that they
do not know raises in some, and counts as a plain end in others, so that an answer that was cut is taken for whole.
What usually did it is an edit by hand, a mock that makes up words, or a gateway that passes on the word of the provider
behind it.

How to mend it: record the interaction again. Where the provider does send this word, ignore the finding, and tell the
project.

Not reported: an answer without any (`finish-reason-missing`), and errors. The words that are known, with their
sources, are a table, which other rules and `diff` go by: `docs/dialects.md` leads to it.
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.rules import RULES, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction, Json, Message

NAME = "finish-reason-unknown"
SHOWN = 40  # characters of the word


def check(interaction: Interaction) -> Iterator[Observation]:
    llm = interaction.llm
    if llm is None or llm.error is not None or interaction.response.status_code >= 400:
        return
    if not any(problem.kind == NAME for problem in llm.problems):
        return
    from cassette_tools.rules._finish import finish_place

    for message in llm.output_messages:
        word = _word(message) if message.finish_reason is None else None
        if not word:
            continue
        which = f"choice {message.index}" if len(llm.output_messages) > 1 else "the answer"
        yield Observation(
            message=f"{which} ends with the finish reason `{_cut(str(word))}`, which this API is not known to send, so "
            "that clients may not know it either: record the interaction again, or ignore this where the provider "
            "sends it",
            place=finish_place(interaction, message, word),
            key=str(message.index),
        )


def _cut(word: str) -> str:
    return word if len(word) <= SHOWN else f"{word[:SHOWN]}…"


def _word(message: Message) -> Json:
    """The word as it was sent; what a gateway tells of the provider behind it is another one."""
    from cassette_tools.rules._finish import FIELDS

    kept = (message.extra.get(f"/{field}") for field in FIELDS)
    return next((word for word in kept if word), message.native_finish_reason)


RULES.register(
    Rule(
        name=NAME,
        category="message",
        level="note",
        summary="an answer ends with a word that its API is not known to send",
        doc=__doc__,
        about="call",
        check=check,
    )
)
