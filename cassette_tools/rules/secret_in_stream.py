"""A stream holds a secret, in one event or split over several.

A model that repeats a key does so in fragments: ``sk-ab`` in one event, ``cd…`` in the next. No scanner that reads
the file line by line can see it. Here the text, the reasoning and the arguments of tool calls are joined as a
client joins them, and searched; the finding names the line of each event that holds a piece. Where the end of a stream
says something else than its pieces, since a redactor found the key there and not in them, the pieces are joined, too.

Why it matters: a cassette is committed and published. Whoever replays it has the key.

How to mend it: revoke the key first; it is in the history of the repository too. Then record again without it: find
out how it came into the prompt or into a tool's result.

Not reported: placeholders, as for `secret-in-body`.
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.places import piece_places, pieces_of, value_at
from cassette_tools.rules import RULES, Rule
from cassette_tools.rules._secrets import found_in, is_asked, lasting
from cassette_tools.secrets import secrets_in
from cassette_tools.strands import strands

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Event, Interaction, LLMCall, Piece
    from cassette_tools.secrets import Secret

    Found = tuple[Secret, tuple[Piece, ...]]

SHORTEST = 16  # characters; no key that can be told by its looks has fewer
MEND = "record the interaction again without it"


def check(interaction: Interaction) -> Iterator[Observation]:
    body = interaction.response.body
    if not body.stream or not body.events:
        return
    plain = _plain_secrets(interaction)
    split = [found for found in _joined_secrets(interaction) if _is_split(interaction, found, plain)]
    shared = [body.events[piece.event_index] for _, pieces in split if len(pieces) > 1 for piece in pieces]
    for secret in lasting(plain, interaction):
        if not is_asked(secret, body.text or "", interaction) and not any(_is_in(secret, event) for event in shared):
            yield Observation(
                message=f"an event of the stream holds {secret.advise(MEND)}",
                place=body.place(secret.start, secret.end - secret.start),
                key=secret.key,
            )
    for secret, pieces in split:
        yield _observed(interaction, secret, pieces)


def _observed(interaction: Interaction, secret: Secret, pieces: tuple[Piece, ...]) -> Observation:
    """A secret that shows only in the joined string."""
    first, *others = piece_places(interaction, pieces)
    many = f"{len(pieces)} events of the stream together hold" if others else "an event of the stream holds"
    return Observation(message=f"{many} {secret.advise(MEND)}", place=first, related=tuple(others), key=secret.key)


def _plain_secrets(interaction: Interaction) -> tuple[Secret, ...]:
    """The secrets of the stream as it was sent, in text or in binary frames."""
    body = interaction.response.body
    if body.text is not None:
        return found_in(interaction, body.text)
    return secrets_in("\n".join([event.data for event in body.events]))


def _is_in(secret: Secret, event: Event) -> bool:
    """Whether a secret begins in an event."""
    return event.offset <= secret.start < event.offset + len(event.data)


def _is_split(interaction: Interaction, found: Found, plain: tuple[Secret, ...]) -> bool:
    """Whether a secret of the joined strings shows only there: it begins in one event and ends in another, or its name
    stands in an event before it.
    """
    secret, pieces = found
    if secret.companion:
        return False
    event = interaction.response.body.events[pieces[0].event_index]
    return len(pieces) > 1 or not any(_is_in(each, event) for each in plain)


def _joined_secrets(interaction: Interaction) -> Iterator[Found]:
    """The secrets of the joined strings, with the pieces that they are made of."""
    llm = interaction.llm
    if llm is not None and llm.trace:
        yield from _of_call(interaction, llm)
    if llm is None or not llm.trace or any(each.kind == "stream-contradicts-itself" for each in llm.problems):
        yield from _of_strands(interaction)


def _of_strands(interaction: Interaction) -> Iterator[Found]:
    """The secrets of the strings that several events continue, where no decoder has joined them."""
    loose = list(strands(interaction.response.body.events))
    for strand in loose if secrets_in("\n?".join([strand.text for strand in loose])) else ():
        for secret in lasting(secrets_in(strand.text), interaction):
            yield secret, strand.between(secret.start, secret.end)


def _of_call(interaction: Interaction, llm: LLMCall) -> Iterator[Found]:
    texts = {pointer: _text_at(interaction, llm, pointer) for pointer in llm.trace}
    texts = {pointer: text for pointer, text in texts.items() if len(text) > SHORTEST}
    if not texts or not secrets_in("\n?".join(texts.values())):
        return
    for pointer, text in texts.items():
        for secret in lasting(secrets_in(text), interaction):
            if not is_asked(secret, text, interaction):
                yield secret, pieces_of(interaction, pointer, secret.start, secret.end)


def _text_at(interaction: Interaction, llm: LLMCall, pointer: str) -> str:
    """A joined string; arguments of tools that the decoder has parsed are joined again."""
    value = value_at(llm.body, pointer)
    if isinstance(value, str):
        return value
    events = interaction.response.body.events
    pieces = [value_at(events[piece.event_index].json, piece.pointer) for piece in llm.trace[pointer]]
    return "".join(pieces) if all(isinstance(piece, str) for piece in pieces) else ""


RULES.register(
    Rule(
        name="secret-in-stream",
        category="secrets",
        level="error",
        summary="a stream holds a secret, in one event or split over several",
        doc=__doc__,
        about="stream",
        check=check,
    )
)
