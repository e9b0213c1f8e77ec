"""Answers that stayed as they were though something else is asked: nobody recorded them again."""

from __future__ import annotations

from cassette_tools.diff.messages.parts import joined_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.model import Interaction

_LEAST = 40  # characters of an answer that no two questions have in common by chance


def answers_in_words(changes: Sequence[Change], levels: Mapping[int, str]) -> str:
    """What to say of answers that do not differ where the requests do; "" where they do."""
    asked = [
        change
        for change in changes
        if change.origin == "request"
        and change.rule != "interaction-reordered"  # the same is asked, at another time
        and change.pair is not None
        and levels[id(change)] not in ("noise", "off")
    ]
    pairs = {id(change.pair): change.pair for change in asked if change.pair is not None}.values()
    sides = [(pair.old, pair.new) for pair in pairs if pair.old is not None and pair.new is not None]
    kept = sum(_are_the_same_bytes(old, new) for old, new in sides)
    if kept:
        which = "" if kept == len(sides) else f"{kept} of {len(sides)} "
        return f"{which}the same, byte for byte, where something else is asked: edited by hand?"
    others = {id(each.pair) for each in asked if each.subject == "the user message" and each.path.endswith(".text")}
    told = [(pair.old, pair.new) for pair in pairs if id(pair) in others]
    if told and all(old is not None and new is not None and _are_the_same_words(old, new) for old, new in told):
        return "word for word the same, to another message of the user"
    return ""


def _are_the_same_bytes(old: Interaction, new: Interaction) -> bool:
    """Whether even the id of an answer is the same, which is drawn for each, or the moment at which it was given."""
    call, before, after = old.llm, old.response, new.response
    if call is None or before.body.text is None or before.body.text != after.body.text:
        return False
    moment = before.headers.get("date")
    is_named = call.error is None and bool(call.response_id)
    return is_named or (moment is not None and moment == after.headers.get("date"))


def _are_the_same_words(old: Interaction, new: Interaction) -> bool:
    texts = [_text(old), _text(new)]
    return texts[0] == texts[1] and len(texts[0]) >= _LEAST


def _text(interaction: Interaction) -> str:
    said = () if interaction.llm is None else interaction.llm.output_messages
    return joined_text([part for message in said for part in message.parts]).strip()
