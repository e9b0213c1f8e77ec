"""A stream holds a secret, in one event or split over several.

A model that repeats a key does so in fragments: ``sk-ab`` in one event, ``cd…`` in the next. No scanner that reads
the file line by line can see it. Here the text, the reasoning and the arguments of tool calls are joined as a
client joins them, and searched; the finding names the line of each event that holds a piece.

Why it matters: a cassette is committed and published. Whoever replays it has the key.

How to mend it: revoke the key first; it is in the history of the repository too. Then record again without it: find
out how it came into the prompt or into a tool's result.

Not reported: placeholders, as for `secret-in-body`.
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.places import piece_places, pieces_of, value_at
from cassette_tools.rules import RULES, Rule
from cassette_tools.secrets import secrets_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction, Piece
    from cassette_tools.secrets import Secret

SHORTEST = 16  # characters; no key that can be told by its looks has fewer


def check(interaction: Interaction) -> Iterator[Observation]:
    body = interaction.response.body
    if not body.stream or not body.events:
        return
    text = body.text if body.text is not None else "\n".join([event.data for event in body.events])  # binary frames
    split = list(_split_secrets(interaction))
    shared = [body.events[piece.event_index] for _, pieces in split for piece in pieces]
    for secret in secrets_in(text):
        if not any(event.offset <= secret.start < event.offset + len(event.data) for event in shared):
            yield Observation(
                message=f"an event of the stream holds {secret.describe()}: revoke it, and record the interaction "
                "again without it",
                place=body.place(secret.start, secret.end - secret.start),
                key=secret.name,
            )
    for secret, pieces in split:
        first, *others = piece_places(interaction, pieces)
        yield Observation(
            message=f"{len(pieces)} events of the stream together hold {secret.describe()}: revoke it, and record the "
            "interaction again without it",
            place=first,
            related=tuple(others),
            key=secret.name,
        )


def _split_secrets(interaction: Interaction) -> Iterator[tuple[Secret, tuple[Piece, ...]]]:
    """Secrets that only the joined strings show: those that begin in one event and end in another."""
    llm = interaction.llm
    if llm is None or not llm.trace:
        return
    texts = {pointer: value_at(llm.body, pointer) for pointer in llm.trace}
    texts = {pointer: text for pointer, text in texts.items() if isinstance(text, str) and len(text) > SHORTEST}
    if not secrets_in("\n".join(texts.values())):
        return
    for pointer, text in texts.items():
        for secret in secrets_in(text):
            pieces = pieces_of(interaction, pointer, secret.start, secret.end)
            if len(pieces) > 1:
                yield secret, pieces


RULES.register(
    Rule(
        name="secret-in-stream",
        category="secrets",
        level="error",
        summary="a stream holds a secret, in one event or split over several",
        doc=__doc__,
        check=check,
    )
)
