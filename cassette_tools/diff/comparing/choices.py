"""The choices of an answer: what each says, and how it ends."""

from __future__ import annotations

from itertools import chain

from cassette_tools.data.drift import AFTER_FAILURE, BEFORE_TEXT, CUT_OFF, FILTERED, IN_SESSION, TOLD_NOW, WHOLE_AGAIN
from cassette_tools.diff.changes.places import response_place
from cassette_tools.diff.comparing.errors import rule_by_sides
from cassette_tools.diff.messages.answer_text import Asked, answer_text_changes
from cassette_tools.diff.messages.arguments import broken_by, schema_of
from cassette_tools.diff.messages.calls import call_changes
from cassette_tools.diff.messages.cut_off import is_cut_off, where_cut
from cassette_tools.diff.messages.other_parts import other_part_changes
from cassette_tools.diff.messages.parts import couple_parts, joined_text, texts, tool_calls
from cassette_tools.diff.messages.reasoning import blank_changes, reasoning_changes, thinking_changes
from cassette_tools.diff.messages.sources import source_changes
from cassette_tools.diff.messages.text_notes import last_words
from cassette_tools.diff.texts.text import json_document
from cassette_tools.diff.values.freeform import json_changes
from cassette_tools.model import ABSENT, Blob, File, Generic, Message, Refusal, Uri
from cassette_tools.places import value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Interaction, Json, LLMCall, Part, Place


UNKNOWN_EVENTS = "unknown_events"


def document_of(interaction: Interaction) -> Json:
    """The body as one JSON document: of a stream, joined, without the events that nobody knows, as these are compared
    as events.
    """
    body, call = interaction.response.body, interaction.llm
    if not body.stream or call is None:
        return body.json
    known = call.body
    return {key: each for key, each in known.items() if key != UNKNOWN_EVENTS} if isinstance(known, dict) else known


def output_changes(scene: Scene, old: LLMCall, new: LLMCall) -> Iterator[Change]:
    """The choices, by their index."""
    before, after = _by_index(old), _by_index(new)
    if before and after and len(old.output_messages) != len(new.output_messages):
        yield scene.change(
            rule="choice-count-changed",
            path="response.output_messages",
            origin="response",
            old=len(old.output_messages),
            new=len(new.output_messages),
            circumstance=IN_SESSION if new.asked is not None else None,
            also=(_pointers(old), _pointers(new)),
        )
    indices = sorted(before.keys() & after.keys() if before and after else {*before, *after})
    for index in indices:
        left, right = (side.get(index) or _nothing(index) for side in (before, after))
        yield from choice_changes(scene, left, right, f"response.output_messages[{index}]")


def _by_index(call: LLMCall) -> dict[int, Message]:
    """The choices by their index, which the API numbers them by; of two that claim one index, the first."""
    found: dict[int, Message] = {}
    for message in call.output_messages:
        found.setdefault(message.index, message)
    return found


def _pointers(call: LLMCall) -> tuple[str, ...]:
    return tuple(message.pointer for message in call.output_messages if message.pointer)


def _nothing(index: int) -> Message:
    return Message(role="assistant", index=index)


def choice_changes(scene: Scene, old: Message, new: Message, at: str) -> Iterator[Change]:
    """One answer: its words, its calls, its end."""
    blank = [*blank_changes(scene, old.parts, new.parts, at)]
    before = old.parts[1:] if blank and blank[0].new is ABSENT else old.parts
    after = new.parts[1:] if blank and blank[0].old is ABSENT else new.parts
    couple_parts(scene, "response", before, after)
    yield from _structure_changes(scene, old, new, at)
    yield from blank
    asked = Asked(
        words=_premise(scene),
        call=_call_of_both(old, new),
        is_title=_asks_for_title(scene),
        is_shown=_is_shown(scene),
    )
    yield from answer_text_changes(scene, before, after, at, asked)
    yield from thinking_changes(scene, old.parts, new.parts, at)
    yield from refusal_changes(scene, old.parts, new.parts, at)
    yield from call_changes(scene, tool_calls(old.parts), tool_calls(new.parts), at, "response")
    yield from reasoning_changes(scene, old.parts, new.parts, at, "response")
    yield from other_part_changes(scene, old.parts, new.parts, at, "response")
    yield from citation_changes(scene, old.parts, new.parts, at)
    yield from finish_changes(scene, old, new)


def _premise(scene: Scene) -> tuple[str, str]:
    """What the user said, on either side."""
    return _said_by_user(scene.old.llm), _said_by_user(scene.new.llm)


def _said_by_user(call: LLMCall | None) -> str:
    messages = () if call is None else call.input_messages
    return "\n".join(joined_text(message.parts) for message in messages if message.role == "user")


def _is_shown(scene: Scene) -> bool:
    """Whether the user shows the model something: an image, a sound, a file."""
    calls = (scene.old.llm, scene.new.llm)
    return all(
        call is not None and any(_is_medium(part) for said in call.input_messages for part in said.parts)
        for call in calls
    )


def _is_medium(part: Part) -> bool:
    return isinstance(part, Blob | Uri | File) or (
        isinstance(part, Generic) and part.kind in ("image", "audio", "file")
    )


def _asks_for_title(scene: Scene) -> bool:
    """Whether both requests want a name for a conversation: such words are made up, and nobody relies on them."""
    return all(call is not None and _wants_title(call) for call in (scene.old.llm, scene.new.llm))


def _wants_title(call: LLMCall) -> bool:
    import re

    if call.tools or len(call.input_messages) > _FEW_MESSAGES:
        return False
    last = [joined_text(message.parts) for message in call.input_messages[-1:]]
    asked = "\n".join((joined_text(call.system_instructions), *last)).lower()
    return bool(re.search(_TITLE_ASKED, asked[:_BEGINNING]))


_FEW_MESSAGES, _BEGINNING = 4, 2000

_TITLE_ASKED = (
    r"\b(?:generate|create|write|make|give|suggest|provide|produce|come up with|return|summari[sz]e)\b[^.\n]{0,80}"
    r"\b(?:title|headline|short name)\b|\btitle (?:for|of) (?:the|this|a|our) (?:conversation|chat|session|thread)"
)


def _call_of_both(old: Message, new: Message) -> str:
    """The tool that is called in both answers: one that both call, or the first of the new one."""
    before, after = ([call.name for call in tool_calls(message.parts)] for message in (old, new))
    return next((name for name in after if name in before), after[0]) if before and after else ""


def finish_changes(scene: Scene, old: Message, new: Message) -> Iterator[Change]:
    """Why the output ended, in canonical words; in the provider's own where it has no canonical word."""
    before, after = (message.finish_reason or message.native_finish_reason for message in (old, new))
    sent = (old.native_finish_reason, new.native_finish_reason)
    if before == after or _is_of_the_calls(old, new):
        return
    has_failed = _failed(scene.old)
    filtered = _filtered(scene, new) if after == "content_filter" and not has_failed else ""
    yield scene.change(
        rule="finish-reason-changed",
        path=f"response.finish_reasons[{new.index}]",
        origin="response",
        old=before,
        new=after,
        note=filtered or f"{sent[1] or after}{_without_text(new)}",
        sent=sent,
        subject="the finish reason",
        circumstance=FILTERED if filtered else _circumstance_of_end(scene, old, new, (before, after)),
        old_place=None if has_failed else _place_of_cut(scene.old),
        new_place=response_place(scene.new, new.pointer) if has_failed else _place_of_cut(scene.new),
        also=(_ends_of(old), _ends_of(new)),
    )


def _without_text(message: Message) -> str:
    return "" if joined_text(message.parts).strip() else ", without a text"


def _ends_of(message: Message) -> tuple[str, ...]:
    """Where else an API says why the output ended."""
    items = dict.fromkeys("/".join(part.pointer.split("/")[:3]) for part in message.parts)
    return (f"{message.pointer}/finish_reason", "/status", _CUT, *(f"{item}/status" for item in items))


_CUT = "/incomplete_details"


def _place_of_cut(interaction: Interaction) -> Place | None:
    """Where OpenAI's Responses say that an answer is not whole, or is."""
    document = document_of(interaction)
    if value_at(document, _CUT) is ABSENT:
        return None
    return response_place(interaction, f"{_CUT}/reason" if value_at(document, _CUT) else "/status")


def _filtered(scene: Scene, new: Message) -> str:
    """For what a filter held the answer back, and how far it came: `` (violence: medium), after "…a sunbeam of"``."""
    call = scene.new.llm
    bodies = (call.body if call is not None else ABSENT, *(each.json for each in scene.new.response.body.events))
    found = dict.fromkeys(chain.from_iterable(map(_verdicts, bodies)))
    said = joined_text(new.parts).strip().strip('"')
    after = f", after {last_words(said)}" if said else ""
    return (f" ({', '.join(found)})" if found else "") + after


def _verdicts(body: Json) -> Iterator[str]:
    """The filters that held an answer back, each with how grave it was: ``violence: medium``."""
    choices = body.get("choices") if isinstance(body, dict) else None
    for choice in choices if isinstance(choices, list) else ():
        results = choice.get("content_filter_results") if isinstance(choice, dict) else None
        for name, verdict in results.items() if isinstance(results, dict) else ():
            if isinstance(verdict, dict) and verdict.get("filtered") is True:
                severity = verdict.get("severity")
                yield f"{name}: {severity}" if isinstance(severity, str) else name


def _circumstance_of_end(scene: Scene, old: Message, new: Message, ends: tuple[str | None, str | None]) -> str | None:
    before, after = ends
    if _failed(scene.old) and after in _CUT_ENDS:
        return AFTER_FAILURE
    if after == "length" and not _without_text(old) and _without_text(new):
        return BEFORE_TEXT
    if before is None and after not in _CUT_ENDS:
        return TOLD_NOW
    return WHOLE_AGAIN if before in _CUT_ENDS and _is_whole(scene, after) else None


def _is_whole(scene: Scene, end: str | None) -> bool:
    """Whether an answer has all that it was to say; some APIs name an end only where a guardrail stepped in."""
    call = scene.new.llm
    return end in ("stop", "tool_call") or (end is None and call is not None and not call.finish_reasons)


def _failed(interaction: Interaction) -> bool:
    return interaction.llm is not None and interaction.llm.error is not None


_CUT_ENDS = ("length", "content_filter", "error")


def _is_of_the_calls(old: Message, new: Message) -> bool:
    """The provider gave the same word: that a call came or went is told as that."""
    return old.native_finish_reason is not None and old.native_finish_reason == new.native_finish_reason


def refusal_changes(scene: Scene, old: tuple[Part, ...], new: tuple[Part, ...], at: str) -> Iterator[Change]:
    """Whether the model refuses; its words are of no weight."""
    lefts, rights = _refusals(old), _refusals(new)
    before, after = ("".join(part.content for part in side) for side in (lefts, rights))
    if before == after:
        return
    yield scene.change(
        rule=rule_by_sides(before or None, after or None, "refusal-appeared", "refusal-vanished", "refusal-reworded"),
        path=f"{at}.refusal",
        origin="response",
        old=before or ABSENT,
        new=after or ABSENT,
        echo=("text", before.strip(), after.strip()),
        old_place=_first_place(scene.old, lefts),
        new_place=_first_place(scene.new, rights),
        also=(_elements([*lefts, *rights]),) * 2,
    )


def _refusals(parts: tuple[Part, ...]) -> list[Refusal]:
    return [part for part in parts if isinstance(part, Refusal)]


def _first_place(interaction: Interaction, parts: Sequence[Part]) -> Place | None:
    return next((response_place(interaction, part.pointer) for part in parts), None)


def _elements(parts: list[Refusal]) -> tuple[str, ...]:
    """The elements of the content that the refusals are: the part that was in their place had other fields."""
    above = (part.pointer.rpartition("/")[0] for part in parts)
    return tuple(pointer for pointer in above if pointer.rpartition("/")[2].isdecimal())


def _structure_changes(scene: Scene, old: Message, new: Message, at: str) -> Iterator[Change]:
    """An answer that the request asked to be JSON, or JSON of some schema, and that is so on one side only."""
    calls = (scene.old.llm, scene.new.llm)
    if not all(call is not None and call.parameters.get("output_type") == "json" for call in calls):
        return
    left, right = joined_text(old.parts), joined_text(new.parts)
    if left == right or not (left.strip() and right.strip()):
        return
    valid, why = _validity(scene, json_document(left), json_document(right))
    if valid[0] == valid[1]:
        return
    is_cut = not why and is_cut_off(scene, left, right)
    yield scene.change(
        rule="structured-output-invalid" if valid[0] else "structured-output-mended",
        path=f"{at}.structured_output",
        origin="response",
        old=left,
        new=right,
        note=where_cut(right) if is_cut else why or "it is not JSON",
        circumstance=CUT_OFF if is_cut else None,
        old_place=_first_place(scene.old, texts(old.parts)),
        new_place=_first_place(scene.new, texts(new.parts)),
    )


def _validity(scene: Scene, old: Json, new: Json) -> tuple[tuple[bool, bool], str]:
    """Whether either answer is what was asked for, and what is wrong with the other one. Of two that are JSON, only
    what differs between them can break a schema.
    """
    if old is None or new is None:
        return (old is not None, new is not None), ""
    before, after = schema_of(scene.old.llm), schema_of(scene.new.llm)
    differences = list(json_changes(old, new))
    broken = broken_by(differences, old, new, before, after)
    mended = [] if broken else broken_by(differences, new, old, after, before)
    return (not mended, not broken), ", ".join(broken or mended or ())


def citation_changes(scene: Scene, old: tuple[Part, ...], new: tuple[Part, ...], at: str) -> Iterator[Change]:
    """The sources that the answer names; where in the text it names them follows from its words."""
    yield from source_changes(scene, f"{at}.citations", _citations(old), _citations(new))


def _citations(parts: tuple[Part, ...]) -> list[Json]:
    return [citation for part in texts(parts) for citation in part.citations]
