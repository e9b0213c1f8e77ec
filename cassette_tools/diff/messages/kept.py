"""Answers that stayed as they were though something else is asked: nobody recorded them again."""

from __future__ import annotations

from cassette_tools.data.causes import OF_THE_REQUEST
from cassette_tools.diff.changes.masks import is_mask
from cassette_tools.diff.messages.parts import joined_text
from cassette_tools.volatile import volatile_header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.model import Headers, Interaction, Response

_LEAST = 40  # characters of an answer that no two questions have in common by chance


def answers_in_words(changes: Sequence[Change], levels: Mapping[int, str]) -> str:
    """What to say of answers that do not differ where the requests do; "" where they do."""
    asked = [each for each in changes if _asks_otherwise(each) and levels[id(each)] not in ("noise", "off")]
    sides = {id(each.pair): _sides_of(each) for each in asked}
    both = [(old, new) for old, new in sides.values() if old is not None and new is not None]
    kept = sum(_are_the_same_bytes(*each) for each in both)
    if kept:
        which = "" if kept == len(both) else f"{kept} of {len(both)} "
        return f"{which}the same, byte for byte, where something else is asked: edited by hand?"
    others = {id(each.pair) for each in asked if each.subject == "the user message" and each.path.endswith(".text")}
    if others and all(_are_the_same_words(*sides[at]) for at in others):
        return "word for word the same, to another message of the user"
    return ""


def _sides_of(change: Change) -> tuple[Interaction | None, Interaction | None]:
    return (None, None) if change.pair is None else (change.pair.old, change.pair.new)


def _asks_otherwise(change: Change) -> bool:
    """Whether something else is asked; the same at another time is nothing else."""
    return change.origin == "request" and change.rule != "interaction-reordered" and change.pair is not None


def _are_the_same_bytes(old: Interaction, new: Interaction) -> bool:
    """Whether even the id of an answer is the same, which is drawn for each, or the moment at which it was given."""
    before, after = old.response, new.response
    if old.llm is None or before.body.text is None or before.body.text != after.body.text:
        return False
    if not _depends_on_the_request(after) or _was_given_anew(before.headers, after.headers):
        return False
    moment = before.headers.get("date")
    is_named = old.llm.error is None and bool(old.llm.response_id) and not is_mask(old.llm.response_id)
    return is_named or (moment is not None and not is_mask(moment) and moment == after.headers.get("date"))


def _depends_on_the_request(response: Response) -> bool:
    """Whether it may be another one where something else is asked: a refusal of the key, or of one call too many, says
    the same to everybody.
    """
    return response.status_code < _FAILS or response.status_code in OF_THE_REQUEST


_FAILS = 400  # the first of the statuses of failures


def _was_given_anew(old: Headers, new: Headers) -> bool:
    """Whether a header field differs that each answer has for itself: its moment, its number on the way, how long it
    took.
    """
    after = {name.lower(): value for name, value in new}
    return any(
        after.get(name.lower(), value) != value and not is_mask(value) and _is_drawn(name) for name, value in old
    )


def _is_drawn(name: str) -> bool:
    row = volatile_header(name)
    return row is not None and row.kind in ("trace", "time", "measure") and name.lower() != "content-length"


def _are_the_same_words(old: Interaction | None, new: Interaction | None) -> bool:
    texts = [_text(old), _text(new)]
    return texts[0] == texts[1] and len(texts[0]) >= _LEAST


def _text(interaction: Interaction | None) -> str:
    said = () if interaction is None or interaction.llm is None else interaction.llm.output_messages
    return joined_text([part for message in said for part in message.parts]).strip()
