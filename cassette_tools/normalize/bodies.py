"""What becomes of the two bodies of an interaction."""

from __future__ import annotations

import json
from json.encoder import encode_basestring_ascii as json_string

from cassette_tools.normalize import signed_urls
from cassette_tools.normalize.names import replaced
from cassette_tools.normalize.redaction import secret_stretches
from cassette_tools.normalize.split import loose_edits, split_edits
from cassette_tools.normalize.times import base_of, is_promise, moved, seconds_of, spelled
from cassette_tools.normalize.volatile_json import blank, volatile_in, zero
from cassette_tools.rules._mojibake import damage_in
from cassette_tools.secrets import REDACTED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.model import Interaction
    from cassette_tools.normalize.draft import Draft
    from cassette_tools.normalize.volatile_json import Volatile
    from cassette_tools.normalize.work import Work


def change_bodies(work: Work, interaction: Interaction, asked: Draft, answered: Draft) -> None:
    """Change the drafts of an interaction, whose request comes first: it repeats what earlier answers said."""
    index = interaction.index
    if work.is_free:
        _values(work, asked, index)
        _rename(work, asked)
        asked.apply()
        _whole_texts(work, asked)
    else:
        _echoes(work, asked, index)
    _values(work, answered, index)
    if work.takes("secrets", "ids"):
        work.changes["secrets"] += split_edits(interaction, answered, lambda text: _heard(work, text))
    if work.takes("secrets"):
        work.changes["secrets"] += loose_edits(interaction, answered, lambda text: _heard(work, text))
    _rename(work, answered)
    answered.apply()
    _whole_texts(work, answered)


def _rename(work: Work, draft: Draft) -> None:
    """The ids that stand anywhere, in one go with those that have a field of their own: a new name may be the old one
    of another id.
    """
    for segment, text in enumerate(draft.segments):
        work.changes["ids"] += bool(
            draft.replace_beside(segment, [e for e in work.ids_in(text) if _is_change(text, e)])
        )


def _is_change(text: str, stretch: tuple[int, int, str]) -> bool:
    start, end, new = stretch
    return text[start:end] != new


def _heard(work: Work, text: str) -> list[tuple[int, int, str]]:
    """The stretches of a text of the answer; its secrets are remembered."""
    found = work.stretches(text)
    work.spoken.learn(text[start:end] for start, end, new in found if new == REDACTED)
    return found


def _echoes(work: Work, draft: Draft, index: int) -> None:
    """In a request that players compare: what the client sends back after an answer, and will send otherwise now."""
    for document, each in volatile_in(draft):
        name = work.names.get(each.value) if each.action.action == "rename" and each.action.step in work.steps else None
        if name is not None:
            draft.replace(document.segment, each.start, each.end, json_string(name))
    _rename(work, draft)
    draft.apply()
    draft.replace_all(lambda text: work.said.unsigned(text, work.steps))
    if not work.takes("secrets"):
        return
    draft.replace_all(work.spoken.redacted)
    if any(secret_stretches(segment) for segment in draft.segments):
        work.remark(
            f"the request body of interaction {index} holds a secret, and stays: {work.layout.name} compares the "
            "bodies of requests; --requests redacts it, and the test must then send the same placeholder"
        )


# --- volatile values -------------------------------------------------------------------------------------------------


def _values(work: Work, draft: Draft, index: int) -> None:
    """The volatile scalars of a body. The events of a stream say the same again and again: it is thought about once."""
    found = [
        (document.segment, each, draft.segments[document.segment][each.start : each.end])
        for document, each in volatile_in(draft)
        if each.action.step in work.steps
    ]
    said = {(each.path, spelling): each for _segment, each, spelling in found}
    moments = {key: moment for key, each in said.items() if (moment := _moment(each)) is not None}
    shift = moved(moments.values(), base_of(index))
    if work.takes("padding") and draft.body.stream:
        _fill(work, draft)
    instead = {
        key: _done(work, each, key[1], shift[moments[key]] if key in moments else None) for key, each in said.items()
    }
    for segment, each, spelling in found:
        new = instead[each.path, spelling]
        if new is not None and new != spelling:
            draft.replace(segment, each.start, each.end, new)
            work.changes[each.action.step] += 1


def _moment(found: Volatile) -> tuple[float, bool] | None:
    """The moment that a value says, if it is to be moved, and whether it is one to come."""
    seconds = seconds_of(found.value) if found.action.action == "time" else None
    return None if seconds is None else (seconds, is_promise(found.path))


def _done(work: Work, found: Volatile, spelling: str, moment: int | None) -> str | None:
    """The new spelling of a volatile value; ``None`` leaves it."""
    action, value = found.action.action, found.value
    if action == "time":
        return None if moment is None else _spelling(spelled(moment, value))
    if action == "zero":
        return zero(spelling, value)
    if action == "blank":
        return None if found.path.lower().endswith("cost") else blank(spelling, value)
    new = _said_for(work, action, value) if isinstance(value, str) and value else None
    return None if new is None else json_string(new)


def _spelling(value: float | str) -> str:
    """`json.dumps` of a finite number or a text, in a tenth of its time."""
    return json_string(value) if isinstance(value, str) else repr(value)


def _said_for(work: Work, action: str, text: str) -> str | None:
    """What is said in the place of a text; an action that is nothing else is itself the text."""
    if action in ("rename", "seal"):
        return work.names.get(text)
    return REDACTED if action == "redact" else action


def _fill(work: Work, draft: Draft) -> None:
    """The spaces before the last brace of each event, with which Anthropic hides its length."""
    for document in draft.documents:
        text = draft.segments[document.segment]
        end = document.end - 1
        start = document.start + len(text[document.start : end].rstrip(" "))
        if start < end and text[start - 1] != "\n":
            draft.replace(document.segment, start, end, "")
            work.changes["padding"] += 1


# --- what can stand anywhere -----------------------------------------------------------------------------------------


def _whole_texts(work: Work, draft: Draft) -> None:
    """Secrets and ids; and what fills a body up around its JSON."""
    if work.takes("mojibake"):
        _counted(work, "mojibake", draft, repaired)
    draft.replace_all(lambda text: signed_urls.unsigned(text, work.steps))
    if work.takes("secrets"):
        _counted(work, "secrets", draft, lambda text: _spoken(work, text))
    if work.takes("padding") and draft.body.stream is None and isinstance(draft.body.json, dict | list):
        _counted(work, "padding", draft, _without_padding)


def _spoken(work: Work, text: str) -> str:
    """The text without its secrets, which are remembered."""
    found = secret_stretches(text)
    work.spoken.learn(text[start:end] for start, end, _new in found)
    return replaced(text, found)


def _counted(work: Work, step: str, draft: Draft, change: Callable[[str], str]) -> None:
    before = list(draft.segments)
    draft.replace_all(change)
    work.changes[step] += sum(one != other for one, other in zip(before, draft.segments, strict=True))


def repaired(text: str) -> str:
    """A text in which what is UTF-8 read as another encoding is what it was; escaped where it was escaped."""
    for damage in sorted(damage_in(text), key=lambda each: -each.start):
        if any(character in '"\\' or character < " " for character in damage.repaired):
            continue  # it would end a string of JSON
        is_escaped = text[damage.start : damage.end] != damage.seen
        was = json.dumps(damage.repaired)[1:-1] if is_escaped else damage.repaired
        text = text[: damage.start] + was + text[damage.end :]
    return text


def _without_padding(text: str) -> str:
    """JSON without the lines of spaces around it with which a gateway kept the connection open."""
    return text.strip(" \t\r\n") if text[:1] in " \t\r\n" else text
