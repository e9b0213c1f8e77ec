"""What came back: the changes of a response, whatever became of the request."""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.data.drift import MOVED_API, OF_FAILURES, SUCCESS
from cassette_tools.data.vendors import vendor_of
from cassette_tools.diff.changes.change import Change, as_expected
from cassette_tools.diff.changes.places import response_place
from cassette_tools.diff.changes.scene import id_changes
from cassette_tools.diff.comparing.batches import batch_changes
from cassette_tools.diff.comparing.choices import document_of, output_changes
from cassette_tools.diff.comparing.errors import error_changes, is_one_provider_asked, problem_changes
from cassette_tools.diff.comparing.other_fields import other_fields
from cassette_tools.diff.comparing.outcomes import outcome_note
from cassette_tools.diff.comparing.reconcile import reconciled
from cassette_tools.diff.comparing.sources_beside import at_its_text, sources_beside
from cassette_tools.diff.http.attempts import attempt_changes
from cassette_tools.diff.http.event_kinds import vocabulary
from cassette_tools.diff.http.events import event_changes
from cassette_tools.diff.http.plain import response_body_changes
from cassette_tools.diff.http.transport import header_changes, length_changes
from cassette_tools.diff.http.unread import unread_changes
from cassette_tools.diff.http.usage import usage_changes
from cassette_tools.diff.pairing.asked import url_path
from cassette_tools.model import ABSENT, Place
from cassette_tools.places import value_at
from cassette_tools.source.json_tree import pointer_from_route

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Body, Interaction, Json, LLMCall


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
    changes.extend(sources_beside(scene, old, new))
    before, after = document_of(scene.old), document_of(scene.new)
    changes.extend(attempt_changes(scene, before, after))
    is_read = before is not ABSENT and after is not ABSENT
    told = list(reconciled(scene, "response", changes, before, after)) if is_read else changes
    yield from (at_its_text(scene, each) for each in told)
    yield from unread_changes(scene, "response", told)
    if scene.old.response.body.stream and scene.new.response.body.stream:
        yield from event_changes(scene, told)


def _other_fields(scene: Scene, told: list[Change]) -> Iterator[Change]:
    """What two providers answer in other fields, and in other events."""
    others = [*other_fields(scene, "response", told, document_of(scene.old), document_of(scene.new))]
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
    whole = value_at(document_of(interaction), holder)
    members = whole.items() if isinstance(whole, dict) and value else ()
    name = next((name for name, member in members if member == value), None)
    return None if name is None else response_place(interaction, holder + pointer_from_route((name,)))


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
    yield scene.change(
        rule="status-changed" if old.status_code // 100 == new.status_code // 100 else "status-class-changed",
        path="response.status_code",
        origin="response",
        old=old.status_code,
        new=new.status_code,
        note=outcome_note(scene),
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
    yield scene.change(
        rule="protocol-changed",
        path="response.protocol",
        origin="response",
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
        yield scene.change(
            rule="stream-mode-changed",
            path="response.stream",
            origin="stream",
            old=_framing(old, before.stream),
            new=_framing(new, after.stream),
            old_place=before.place(),
            new_place=after.place(),
        )
    if old.complete != new.complete:
        cut = new if old.complete else old
        yield scene.change(
            rule="stream-truncated" if old.complete else "stream-mended",
            path="response.complete",
            origin="stream",
            old=old.complete,
            new=new.complete,
            note=cut.cut or "its end is missing",
            old_place=_end_of(before),
            new_place=_end_of(after),
        )
    if len(before.events) != len(after.events) and old.stream == new.stream:
        yield scene.change(
            rule="event-chunking-changed",
            path="response.events",
            origin="stream",
            old=len(before.events),
            new=len(after.events),
        )


def _end_of(body: Body) -> Place:
    """The last event: behind it a stream breaks off, or ends."""
    return body.place(offset=body.events[-1].offset) if body.events else body.place()


def _framing(call: LLMCall, stream: str | None) -> str:
    return stream or ("stream" if call.stream else "json")


def _dialect_change(scene: Scene, old: LLMCall | None, new: LLMCall | None) -> Change:
    return scene.change(
        rule="dialect-changed",
        path="response.dialect",
        origin="response",
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
    return is_one_provider_asked(scene) and len({*makers} - {""}) <= 1


def model_changes(scene: Scene, old: LLMCall, new: LLMCall) -> Iterator[Change]:
    """Who answered. It follows from who was asked, where that changed."""
    if old.response_model == new.response_model or (old.error is None) != (new.error is None):
        return
    if old.response_model is None or new.response_model is None:
        return  # whether the answer names its model is a matter of the wire's shape
    yield scene.change(
        rule="response-model-changed",
        path="response.model",
        origin="response",
        old=old.response_model,
        new=new.response_model,
    )
