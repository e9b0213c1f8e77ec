"""An answer does not say why it ended.

Why it matters: clients decide by the finish reason whether the answer is whole, was cut by the limit, or calls a
tool. Without one they raise, or take a default. What usually did it is a hand edit, or a recorder that lost the
last events.

How to mend it: record the interaction again. If that *is* the scenario, say so in an ignore comment.

Not reported: errors, streams that were cut (`stream-truncated` says so), audio, and APIs that have no such field
(Snowflake's streams, Writer's completions), and a scenario that is about it, as the name of the file says
(``missing_finish_reason``).
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.places import event_place
from cassette_tools.rules import RULES, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction, Message


SILENT = frozenset(("snowflake",))  # an empty word in whole answers (Cortex, 2025), and none at all in streams


def check(interaction: Interaction) -> Iterator[Observation]:
    llm, body = interaction.llm, interaction.response.body
    if llm is None or not llm.is_answered or interaction.response.status_code >= 400:
        return
    # Embeddings, files and the like are no answers that could be cut short.
    for message in llm.output_messages if llm.finish_reasons and llm.provider_name not in SILENT else ():
        if not _says_nothing(message):
            continue
        which = f"choice {message.index}" if len(llm.output_messages) > 1 else "the answer"
        yield Observation(
            message=f"{which} does not say why it ended (no finish reason): record the interaction again, or say in an "
            "ignore comment that the scenario is about it",
            place=event_place(interaction, -1) if body.stream else body.place(pointer=message.pointer),
            key=str(message.index),
        )


def _says_nothing(message: Message) -> bool:
    """Whether an answer does not say why it ended. OpenAI's audio streams end with [DONE] alone (2025)."""
    if message.native_finish_reason is not None or message.finish_reason is not None:
        return False
    return bool(message.parts) and not any(part.type == "blob" for part in message.parts)


RULES.register(
    Rule(
        name="finish-reason-missing",
        category="message",
        level="warning",
        summary="an answer does not say why it ended",
        doc=__doc__,
        about="call",
        check=check,
    )
)
