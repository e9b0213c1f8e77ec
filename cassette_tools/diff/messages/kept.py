"""Answers that stayed as they were though something else is asked: nobody recorded them again."""

from __future__ import annotations

import re

from cassette_tools.data.causes import OF_THE_REQUEST
from cassette_tools.diff.changes.masks import is_mask
from cassette_tools.diff.messages.parts import joined_text
from cassette_tools.volatile import volatile_header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TypeAlias

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.model import Headers, Interaction, LLMCall, Response

    _Sides: TypeAlias = tuple[Interaction | None, Interaction | None]

_LEAST = 40  # characters of an answer that no two questions have in common by chance


def answers_in_words(changes: Sequence[Change], levels: Mapping[int, str]) -> str:
    """What to say of answers that do not differ where the requests do; "" where they do."""
    asked = [each for each in changes if _asks_otherwise(each) and levels[id(each)] not in ("noise", "off")]
    sides = {id(each.pair): _sides_of(each) for each in asked}
    others = {id(each.pair) for each in asked if each.subject == "the user message" and each.path.endswith(".text")}
    return (
        _kept_bytes([*sides.values()])
        or next(filter(None, map(_renamed, asked)), "")
        or _kept_words([sides[at] for at in others])
    )


def _kept_bytes(sides: Sequence[_Sides]) -> str:
    """Of how many answers not a byte changed."""
    both = [(old, new) for old, new in sides if old is not None and new is not None]
    kept = sum(_are_the_same_bytes(*each) for each in both)
    if not kept:
        return ""
    which = "" if kept == len(both) else f"{kept} of {len(both)} "
    return f"{which}the same, byte for byte, where something else is asked: edited by hand?"


def _renamed(asked: Change) -> str:
    """That nothing changed but a name that is asked for, and stands in the answer as well."""
    names, (old, new) = (asked.old, asked.new), _sides_of(asked)
    if old is None or new is None or not all(isinstance(name, str) and _NAME.fullmatch(name) for name in names):
        return ""
    if not _are_the_same_bytes(old, new, (str(names[0]), str(names[1]))):
        return ""
    return f"the same but for the name, {names[0]} → {names[1]}, in the request and in the answer: edited by hand?"


_NAME = re.compile(r"[^\s\"]{2,80}")  # without anything that JSON writes otherwise


def _kept_words(sides: Sequence[_Sides]) -> str:
    """That all answers to another question of the user say the same."""
    if not sides or not all(_are_the_same_words(*each) for each in sides):
        return ""
    return "word for word the same, to another message of the user"


def _sides_of(change: Change) -> _Sides:
    return (None, None) if change.pair is None else (change.pair.old, change.pair.new)


def _asks_otherwise(change: Change) -> bool:
    """Whether something else is asked; the same at another time is nothing else."""
    return change.origin == "request" and change.rule != "interaction-reordered" and change.pair is not None


def _are_the_same_bytes(old: Interaction, new: Interaction, names: tuple[str, str] = ("", "")) -> bool:
    """Whether even the id of an answer is the same, which is drawn for each, or the moment at which it was given; with
    one of the `names` in the place of the other.
    """
    before, after = old.response, new.response
    if old.llm is None or before.body.text is None or _with_name(before.body.text, *names) != after.body.text:
        return False
    if not _depends_on_the_request(after) or _was_given_anew(before.headers, after.headers):
        return False
    return _has_own_id(old.llm) or _are_of_one_moment(before.headers.get("date"), after.headers.get("date"))


def _with_name(text: str, old: str, new: str) -> str:
    return text.replace(old, new) if old else text


def _has_own_id(call: LLMCall) -> bool:
    return call.error is None and bool(call.response_id) and not is_mask(call.response_id)


def _are_of_one_moment(old: str | None, new: str | None) -> bool:
    return old is not None and not is_mask(old) and old == new


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
