"""What came back: the changes of a response, whatever became of the request."""

from __future__ import annotations

from itertools import chain

from cassette_tools._record import replace
from cassette_tools.data.drift import (
    AFTER_FAILURE,
    BEFORE_TEXT,
    BROKEN_OFF,
    FILTERED,
    IN_SESSION,
    MOVED_API,
    OF_FAILURES,
    SUCCESS,
    TOLD_NOW,
    WHOLE_AGAIN,
)
from cassette_tools.data.vendors import vendor_of
from cassette_tools.diff.changes.change import Change, as_expected
from cassette_tools.diff.changes.places import response_place
from cassette_tools.diff.changes.scene import id_changes
from cassette_tools.diff.comparing.batches import batch_changes
from cassette_tools.diff.comparing.other_fields import other_fields
from cassette_tools.diff.comparing.reconcile import reconciled
from cassette_tools.diff.http.attempts import attempt_changes
from cassette_tools.diff.http.event_kinds import vocabulary
from cassette_tools.diff.http.events import event_changes
from cassette_tools.diff.http.plain import response_body_changes
from cassette_tools.diff.http.transport import header_changes, length_changes
from cassette_tools.diff.http.unread import unread_changes
from cassette_tools.diff.http.usage import usage_changes
from cassette_tools.diff.messages.answer_text import Asked, answer_text_changes
from cassette_tools.diff.messages.arguments import broken_by, schema_of
from cassette_tools.diff.messages.calls import call_changes
from cassette_tools.diff.messages.other_parts import other_part_changes
from cassette_tools.diff.messages.parts import couple_parts, joined_text, texts, tool_calls
from cassette_tools.diff.messages.reasoning import blank_changes, reasoning_changes, thinking_changes
from cassette_tools.diff.messages.sources import source_changes
from cassette_tools.diff.messages.text_notes import last_words
from cassette_tools.diff.pairing.asked import url_path
from cassette_tools.diff.pairing.provenance import provider_of
from cassette_tools.diff.texts.text import json_document
from cassette_tools.diff.values.freeform import json_changes
from cassette_tools.model import ABSENT, Blob, File, Generic, Message, Place, Refusal, Uri
from cassette_tools.places import value_at
from cassette_tools.secrets import REDACTED, redacted
from cassette_tools.source.json_tree import pointer_from_route
from cassette_tools.words import LIMIT, became, unquoted, without_varying

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Body, CallError, Interaction, Json, LLMCall, Part, Problem

UNKNOWN_EVENTS = "unknown_events"


def response_changes(scene: Scene) -> Iterator[Change]:
    """Every change of the response. Roots come before what follows from them."""
    old, new = scene.old, scene.new
    yield from status_changes(scene)
    yield from length_changes(scene, "response")
    yield from problem_changes(
        scene, (*old.problems, *old.response.body.problems), (*new.problems, *new.response.body.problems)
    )
    if (results := batch_changes(scene)) is not None:
        yield from results
    elif old.llm is None or new.llm is None:
        if old.llm is not new.llm:
            yield _dialect_change(scene, old.llm, new.llm)
        yield from response_body_changes(scene)
    elif scene.is_cross_provider or not _is_same_body(scene):
        yield from _answer_changes(scene, old.llm, new.llm)
    else:
        _meet_ids(scene, old.llm, new.llm)
    # last, because they repeat ids of the body
    yield from header_changes(scene, "response", old.response.headers, new.response.headers)


def _is_same_body(scene: Scene) -> bool:
    old, new = scene.old.response.body, scene.new.response.body
    if old.text is None and old.raw is None:  # the messages of a WebSocket
        return old.events == new.events
    return old.text == new.text and old.raw == new.raw


def _meet_ids(scene: Scene, old: LLMCall, new: LLMCall) -> None:
    """The same answer: nothing to report, but its ids must be known when a later request refers to them."""
    list(output_changes(scene, old, new))
    list(id_changes(scene, "response.id", "response", old.response_id, new.response_id))


def _answer_changes(scene: Scene, old: LLMCall, new: LLMCall) -> Iterator[Change]:
    if old.dialect != new.dialect:
        yield _dialect_change(scene, old, new)
    changes = [
        *protocol_changes(scene, old, new),
        *error_changes(scene, old.error, new.error),
        *framing_changes(scene, old, new),
        *model_changes(scene, old, new),
        *output_changes(scene, old, new),
        *usage_changes(scene, old.usage, new.usage),
        *problem_changes(scene, old.problems, new.problems),
    ]
    if scene.is_cross_provider or old.dialect != new.dialect:
        yield from (_placed_by_value(scene, each) for each in changes)
        yield from _other_fields(scene, changes)
        return
    changes.extend(id_changes(scene, "response.id", "response", old.response_id, new.response_id))
    changes.extend(_source_changes(scene, old, new))
    before, after = _document(scene.old), _document(scene.new)
    changes.extend(attempt_changes(scene, before, after))
    is_read = before is not ABSENT and after is not ABSENT
    told = list(reconciled(scene, "response", changes, before, after)) if is_read else changes
    yield from told
    yield from unread_changes(scene, "response", told)
    if scene.old.response.body.stream and scene.new.response.body.stream:
        yield from event_changes(scene, told)


def _other_fields(scene: Scene, told: list[Change]) -> Iterator[Change]:
    """What two providers answer in other fields, and in other events."""
    others = [*other_fields(scene, "response", told, _document(scene.old), _document(scene.new))]
    yield from others
    if scene.is_of_one_api and scene.old.response.body.stream and scene.new.response.body.stream:
        yield from as_expected(event_changes(scene, [*told, *others]))


def _placed_by_value(scene: Scene, change: Change) -> Change:
    """A word of the answer with its lines, where no comparison of the JSON finds them: the field that says it."""
    if change.old_place is not None or change.new_place is not None:
        return change
    if change.path == "response.model":
        values, holders = (change.old, change.new), ("", "")
    elif change.path.startswith("response.finish_reasons[") and change.sent is not None:
        values = change.sent
        holders = (change.also[0][0].rpartition("/")[0], change.also[1][0].rpartition("/")[0])
    else:
        return change
    return replace(
        change,
        old_place=_place_of_value(scene.old, holders[0], values[0]),
        new_place=_place_of_value(scene.new, holders[1], values[1]),
    )


def _place_of_value(interaction: Interaction, holder: str, value: Json) -> Place | None:
    """The member of an object of the answer that has this value."""
    whole = value_at(_document(interaction), holder)
    members = whole.items() if isinstance(whole, dict) and value else ()
    name = next((name for name, member in members if member == value), None)
    return None if name is None else response_place(interaction, holder + pointer_from_route((name,)))


def _document(interaction: Interaction) -> Json:
    """The body as one JSON document: of a stream, joined, without the events that nobody knows, as these are compared
    as events.
    """
    body, call = interaction.response.body, interaction.llm
    if not body.stream or call is None:
        return body.json
    known = call.body
    return {key: each for key, each in known.items() if key != UNKNOWN_EVENTS} if isinstance(known, dict) else known


def _source_changes(scene: Scene, old: LLMCall, new: LLMCall) -> Iterator[Change]:
    """Perplexity's sources, beside the citations."""
    for name in ("search_results", "citations"):
        sides = [call.extra.get(f"/response/{name}") or () for call in (old, new)]
        if all(isinstance(side, list | tuple) for side in sides):
            places = (response_place(scene.old, f"/{name}"), response_place(scene.new, f"/{name}"))
            yield from source_changes(scene, f"response.{name}", sides[0], sides[1], places)


# --- transport -------------------------------------------------------------------------------------------------------


def _outcomes(old: int, new: int) -> str | None:
    if old < 400:
        return None
    return OF_FAILURES if old // 100 == new // 100 else SUCCESS if new < 400 else None


def status_changes(scene: Scene) -> Iterator[Change]:
    """Another class of status, or another status of the same class."""
    old, new = scene.old.response, scene.new.response
    if old.status_code == new.status_code:
        return
    yield Change(
        rule="status-changed" if old.status_code // 100 == new.status_code // 100 else "status-class-changed",
        path="response.status_code",
        origin="response",
        pair=scene.pair,
        old=old.status_code,
        new=new.status_code,
        circumstance=_outcomes(old.status_code, new.status_code),
        old_place=Place(route=old.status_route or (*old.route, "code")),
        new_place=Place(route=new.status_route or (*new.route, "code")),
    )


def protocol_changes(scene: Scene, old: LLMCall, new: LLMCall) -> Iterator[Change]:
    """Another protocol under the same name, as Cohere's v1 and v2: hardly an event or a top-level field is called as
    it was. A stream and a body have no word in common, of whatever version they are.
    """
    if old.stream != new.stream:
        return
    sides = vocabulary(scene.old), vocabulary(scene.new)
    fewer = min(map(len, sides))
    if fewer < _SOME or len(sides[0] & sides[1]) * 3 > fewer or old.error is not None or new.error is not None:
        return
    words = [", ".join(sorted(side - other)[:_SOME]) + ", …" for side, other in (sides, sides[::-1])]
    paths = [url_path(each.request.url) for each in (scene.old, scene.new)]
    moved = f"{paths[0]} became {paths[1]}, and " if paths[0] != paths[1] else ""
    yield Change(
        rule="protocol-changed",
        path="response.protocol",
        origin="response",
        pair=scene.pair,
        old=sorted(sides[0]),
        new=sorted(sides[1]),
        subject=new.dialect,
        note=f"{moved}{words[0]} became {words[1]}",
        old_place=scene.old.response.body.place(),
        new_place=scene.new.response.body.place(),
    )


_SOME = 3  # words: of fewer, nothing can be said


def framing_changes(scene: Scene, old: LLMCall, new: LLMCall) -> Iterator[Change]:
    """Stream or one body; a stream that is cut short; other chunks."""
    before, after = scene.old.response.body, scene.new.response.body
    if old.stream != new.stream:
        yield Change(
            rule="stream-mode-changed",
            path="response.stream",
            origin="stream",
            pair=scene.pair,
            old=_framing(old, before.stream),
            new=_framing(new, after.stream),
            old_place=before.place(),
            new_place=after.place(),
        )
    if old.complete != new.complete:
        cut = new if old.complete else old
        yield Change(
            rule="stream-truncated" if old.complete else "stream-mended",
            path="response.complete",
            origin="stream",
            pair=scene.pair,
            old=old.complete,
            new=new.complete,
            note=cut.cut or "its end is missing",
            old_place=_end_of(before),
            new_place=_end_of(after),
        )
    if len(before.events) != len(after.events) and old.stream == new.stream:
        yield Change(
            rule="event-chunking-changed",
            path="response.events",
            origin="stream",
            pair=scene.pair,
            old=len(before.events),
            new=len(after.events),
        )


def _end_of(body: Body) -> Place:
    """The last event: behind it a stream breaks off, or ends."""
    return body.place(offset=body.events[-1].offset) if body.events else body.place()


def _framing(call: LLMCall, stream: str | None) -> str:
    return stream or ("stream" if call.stream else "json")


def _dialect_change(scene: Scene, old: LLMCall | None, new: LLMCall | None) -> Change:
    return Change(
        rule="dialect-changed",
        path="response.dialect",
        origin="response",
        pair=scene.pair,
        old=None if old is None else old.dialect,
        new=None if new is None else new.dialect,
        circumstance=MOVED_API if old is not None and new is not None and _is_one_provider(scene) else None,
        old_place=scene.old.response.body.place(),
        new_place=scene.new.response.body.place(),
    )


def _is_one_provider(scene: Scene) -> bool:
    """Whether the same provider was asked, at another address, for a model of the same maker."""
    if url_path(scene.old.request.url) == url_path(scene.new.request.url):
        return False
    makers = [vendor_of(each.llm.request_model or "") for each in (scene.old, scene.new) if each.llm is not None]
    return _is_one_provider_asked(scene) and len({*makers} - {""}) <= 1


def _is_one_provider_asked(scene: Scene) -> bool:
    asked = provider_of(scene.old), provider_of(scene.new)
    return asked[0] is not None and asked[0] == asked[1]


def error_changes(scene: Scene, old: CallError | None, new: CallError | None) -> Iterator[Change]:
    """An error that came, went, or is another one."""
    if old == new or (old is not None and new is not None and _is_same_error(scene, old, new)):
        return
    begun = _begun(scene.new) if old is None else ""
    yield Change(
        rule=_rule_of(old, new, "error-appeared", "error-vanished", "error-changed"),
        path="response.error",
        origin="response",
        pair=scene.pair,
        old=_shown_error(old),
        new=_shown_error(new),
        note=_error_note(scene, old, new) + (f", after {last_words(begun)}" if begun else ""),
        circumstance=IN_SESSION if old is None and _goes_on(scene.new) else BROKEN_OFF if begun else None,
        old_place=response_place(scene.old, old.pointer) if old is not None else None,
        new_place=response_place(scene.new, new.pointer) if new is not None else None,
        also=(_fields_of(scene.old, old), _fields_of(scene.new, new)),
    )


def _is_same_error(scene: Scene, old: CallError, new: CallError) -> bool:
    """Whether both say the same, or cannot be compared: every provider has types, codes and sentences of its own."""
    if (old.type, old.code) == (new.type, new.code) and _is_like(old, new):
        return True
    return scene.is_cross_provider and not _is_one_provider_asked(scene)


def _rule_of(old: object, new: object, appeared: str, vanished: str, changed: str) -> str:
    """Which rule it is, by what is ``None``."""
    if old is None:
        return appeared
    return vanished if new is None else changed


def _begun(interaction: Interaction) -> str:
    """What a stream said before it broke off with an error."""
    call, body = interaction.llm, interaction.response.body
    if call is None or not body.stream or call.asked is not None:
        return ""
    return "".join(joined_text(message.parts) for message in call.output_messages).strip()


def _goes_on(interaction: Interaction) -> bool:
    """Whether a session has an answer in spite of an error."""
    call = interaction.llm
    return call is not None and call.asked is not None and any(each.parts for each in call.output_messages)


def _fields_of(interaction: Interaction, error: CallError | None) -> tuple[str, ...]:
    """Where the body says what the error says: an error may have no object of its own (Cohere)."""
    whole = value_at(interaction.response.body.json, error.pointer) if error is not None else ABSENT
    if error is None or not isinstance(whole, dict):
        return ()
    said = (error.message, error.type, error.code)
    return tuple(error.pointer + pointer_from_route((key,)) for key, value in whole.items() if value and value in said)


def _is_like(old: CallError, new: CallError) -> bool:
    """The same sentence, but for the numbers and ids in it (limits, request ids, times)."""
    before, after = (without_varying(redacted(error.message)) for error in (old, new))
    return before.replace(REDACTED, "#") == after.replace(REDACTED, "#")


def _error_note(scene: Scene, old: CallError | None, new: CallError | None) -> str:
    """What an error says, as a person reads it: by its message, not by the fields that it does not have."""
    if old is None or new is None:
        error, side = (old, scene.old) if new is None else (new, scene.new)
        return "" if error is None else _error_in_words(error, side, brief=new is None)
    said = []
    for name in ("type", "code", "message"):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            words = became(before or ABSENT, after or ABSENT, 2 * LIMIT, plain=True)
            said.append(words if name == "message" else f"{name} {words}")
    return ", ".join(said)


def _error_in_words(error: CallError, interaction: Interaction, *, brief: bool) -> str:
    """What an error says, with its type and code; of one that is gone the first sentence (`brief`)."""
    import re

    body = interaction.response.body
    if body.json is ABSENT and (body.text or "").lstrip()[:1] == "<":
        return f"{unquoted(error.message, 2 * LIMIT)}, an HTML page"
    named = " ".join(dict.fromkeys(word for word in (error.type, error.code) if word))
    message = re.split(r"(?<=\w{3}[.!?])\s+", error.message.strip(), maxsplit=1)[0] if brief else error.message
    message = unquoted(message, (2 if brief else 4) * LIMIT)
    return f"{message} ({named})" if named and named not in message else message


def _shown_error(error: CallError | None) -> Json:
    if error is None:
        return ABSENT
    return {"type": error.type, "code": error.code, "message": error.message}


def problem_changes(scene: Scene, old: tuple[Problem, ...], new: tuple[Problem, ...]) -> Iterator[Change]:
    """What could not be read as it should, by kind; what has a rule of its own here is left to it."""
    before, after = (
        {problem.kind: problem for problem in side if problem.kind not in _TOLD_OTHERWISE} for side in (old, new)
    )
    for kind in sorted(before.keys() ^ after.keys()):
        is_new = kind in after
        problem = after[kind] if is_new else before[kind]
        yield Change(
            rule="problem-appeared" if is_new else "problem-vanished",
            path=f"response.problems[{kind}]",
            origin="response",
            pair=scene.pair,
            old=ABSENT if is_new else kind,
            new=kind if is_new else ABSENT,
            note=f"{kind}: {problem.message}",
            old_place=None if is_new else problem.place,
            new_place=problem.place if is_new else None,
        )


_TOLD_OTHERWISE = frozenset(
    ("tool-arguments-not-json", "stream-truncated", "stream-error-event", "finish-reason-unknown", "usage-inconsistent")
)


def model_changes(scene: Scene, old: LLMCall, new: LLMCall) -> Iterator[Change]:
    """Who answered. It follows from who was asked, where that changed."""
    if old.response_model == new.response_model or (old.error is None) != (new.error is None):
        return
    if old.response_model is None or new.response_model is None:
        return  # whether the answer names its model is a matter of the wire's shape
    yield Change(
        rule="response-model-changed",
        path="response.model",
        origin="response",
        pair=scene.pair,
        old=old.response_model,
        new=new.response_model,
    )


# --- the answer ------------------------------------------------------------------------------------------------------


def output_changes(scene: Scene, old: LLMCall, new: LLMCall) -> Iterator[Change]:
    """The choices, by their index."""
    before, after = _by_index(old), _by_index(new)
    if before and after and len(old.output_messages) != len(new.output_messages):
        yield Change(
            rule="choice-count-changed",
            path="response.output_messages",
            origin="response",
            pair=scene.pair,
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
    yield Change(
        rule="finish-reason-changed",
        path=f"response.finish_reasons[{new.index}]",
        origin="response",
        pair=scene.pair,
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
    document = _document(interaction)
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
    return WHOLE_AGAIN if before in _CUT_ENDS and after in ("stop", "tool_call") else None


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
    yield Change(
        rule=_rule_of(before or None, after or None, "refusal-appeared", "refusal-vanished", "refusal-reworded"),
        path=f"{at}.refusal",
        origin="response",
        pair=scene.pair,
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
    yield Change(
        rule="structured-output-invalid" if valid[0] else "structured-output-mended",
        path=f"{at}.structured_output",
        origin="response",
        pair=scene.pair,
        old=left,
        new=right,
        note=why or "it is not JSON",
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
