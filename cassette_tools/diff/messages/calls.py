"""The calls of tools in two messages."""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.data.drift import AGAIN, BESIDE_OTHERS, CUT_OFF, ENCODED, IDENTICAL, INSTEAD, OFFERED, WHOLE_AGAIN
from cassette_tools.diff.changes.places import place_of
from cassette_tools.diff.changes.scene import id_changes
from cassette_tools.diff.messages.arguments import circumstance_of, judged_arguments
from cassette_tools.diff.messages.call_fields import call_field_changes
from cassette_tools.diff.messages.cut_off import is_cut_off, is_whole_again, where_cut
from cassette_tools.diff.messages.parts import echo_of_part, shown_part, tool_calls
from cassette_tools.diff.messages.tools import new_names
from cassette_tools.diff.pairing.asked import part_key
from cassette_tools.diff.texts.text import json_document, similarity
from cassette_tools.diff.values.freeform import by_lists, json_changes, listed
from cassette_tools.diff.values.matching import align_by_key
from cassette_tools.model import ABSENT, ToolCall
from cassette_tools.places import value_at
from cassette_tools.source.json_tree import pointer_from_route
from cassette_tools.words import short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.diff.values.freeform import JsonChange
    from cassette_tools.model import Interaction, Json, Place


def call_changes(
    scene: Scene, old: Sequence[ToolCall], new: Sequence[ToolCall], at: str, origin: str
) -> Iterator[Change]:
    """The changes of a message's tool calls, in whatever order they were made."""
    couples = _couples(scene, old, new)
    yield from _order_of_calls(scene, old, new, couples, at, origin)
    for i, j in couples if origin == "request" else _with_substitutes(couples, scene, old, new):
        if i is not None and j is not None:
            instead = origin == "response" and _is_instead(scene, old[i], new[j], beside=max(len(old), len(new)) > 1)
            yield from _one_call(scene, old[i], new[j], f"{at}.tool_calls[{j}]", origin, instead=instead)
            continue
        call, number = (old[i], i) if i is not None else (new[j or 0], j)
        change = _call_alone(scene, call, f"{at}.tool_calls[{number}]", origin, added=i is None)
        yield _with_circumstance(scene, change, call, old, new) if origin == "response" else change


def _couples(scene: Scene, old: Sequence[ToolCall], new: Sequence[ToolCall]) -> list[tuple[int | None, int | None]]:
    """Which call is which: by what it says and its id, else by what it is most like."""

    def key(side: tuple[ToolCall, bool]) -> Hashable:
        return (part_key(side[0]), scene.ids.common_name(side[0].id, new=side[1]))

    renamed = new_names(scene) if {call.name for call in old} != {call.name for call in new} else {}

    def likeness(left: tuple[ToolCall, bool], right: tuple[ToolCall, bool]) -> float:
        same = scene.ids.are_coupled(left[0].id, right[0].id)
        return 2.0 if same else _call_likeness(left[0], right[0], renamed)

    return list(align_by_key([(call, False) for call in old], [(call, True) for call in new], key, likeness))


def _with_circumstance(
    scene: Scene, change: Change, call: ToolCall, old: Sequence[ToolCall], new: Sequence[ToolCall]
) -> Change:
    """The change of a call that an answer makes alone, with what makes it more, or less, than that."""
    before, after = ([*map(part_key, side)].count(part_key(call)) for side in (old, new))
    added = change.old is ABSENT
    if before and after:
        return replace(change, note=f"{after} instead of {before} identical calls", circumstance=IDENTICAL)
    if part_key(call) in scene.ids.called[added]:
        return replace(change, circumstance=AGAIN)
    if old and new:
        return replace(change, circumstance=BESIDE_OTHERS)
    return replace(change, circumstance=OFFERED) if added and _is_offered_now(scene, call.name) else change


def _order_of_calls(
    scene: Scene,
    old: Sequence[ToolCall],
    new: Sequence[ToolCall],
    couples: Iterable[tuple[int | None, int | None]],
    at: str,
    origin: str,
) -> Iterator[Change]:
    """The same calls in another order."""
    both = [(i, j) for i, j in couples if i is not None and j is not None]
    same = [(i, j) for i, j in both if part_key(old[i]) == part_key(new[j])]
    befores, afters = [old[i] for i, _ in sorted(same)], [new[j] for j in sorted(j for _, j in same)]
    if [*map(part_key, befores)] == [*map(part_key, afters)]:
        return
    before, after = map(", ".join, told_apart(befores, afters))
    yield scene.change(
        rule="call-order-changed",
        path=f"{at}.tool_calls",
        origin=origin,
        old=before,
        new=after,
        echo=("order", before, after),
        old_place=place_of(origin)(scene.old, befores[0].pointer),
        new_place=place_of(origin)(scene.new, afters[0].pointer),
    )


def told_apart(*sides: Sequence[ToolCall]) -> list[list[str]]:
    """The calls by the names of their tools, and with their arguments where several are of one tool."""
    alike = len({call.name for call in sides[0]}) < len(sides[0])
    return [[f"{call.name} {short(call.arguments)}" if alike else call.name for call in side] for side in sides]


def _with_substitutes(
    couples: list[tuple[int | None, int | None]], scene: Scene, old: Sequence[ToolCall], new: Sequence[ToolCall]
) -> list[tuple[int | None, int | None]]:
    """The couples; the one call that came and the one that went are one as well, where the client offers both tools."""
    gone = [i for i, j in couples if j is None and i is not None]
    come = [j for i, j in couples if i is None and j is not None]
    if (len(gone), len(come)) != (1, 1) or not _is_substitute(scene, old[gone[0]], new[come[0]], old, new):
        return couples
    instead: dict[tuple[int | None, int | None], list[tuple[int | None, int | None]]] = {
        (gone[0], None): [],
        (None, come[0]): [(gone[0], come[0])],
    }
    return [each for couple in couples for each in instead.get(couple, [couple])]


def _is_substitute(
    scene: Scene, gone: ToolCall, come: ToolCall, old: Sequence[ToolCall], new: Sequence[ToolCall]
) -> bool:
    """Whether a call came for another, and neither is only made another number of times."""
    if part_key(gone) in map(part_key, new) or part_key(come) in map(part_key, old):
        return False
    return _are_offered(scene, gone.name, come.name)


def _are_offered(scene: Scene, *names: str) -> bool:
    """Whether both requests offer these tools."""
    offered = [{tool.name for tool in side.llm.tools} for side in (scene.old, scene.new) if side.llm is not None]
    return len(offered) == 2 and all({*names} <= each for each in offered)


def _is_offered_now(scene: Scene, name: str) -> bool:
    """Whether the client offers the tool, and did not offer it before."""
    before, after = (
        {tool.name for tool in side.llm.tools} if side.llm is not None else set() for side in (scene.old, scene.new)
    )
    return name in after - before


def _call_likeness(old: ToolCall, new: ToolCall, renamed: Mapping[str, str]) -> float:
    """How much two calls are one; a call of a tool that was `renamed` has its new name."""
    if renamed.get(old.name, old.name) == new.name:
        return 0.5 + 0.5 * similarity(repr(old.arguments), repr(new.arguments))
    if old.arguments == new.arguments:
        return 0.3
    if isinstance(old.arguments, dict) and isinstance(new.arguments, dict):
        return 0.1 if old.arguments.keys() == new.arguments.keys() else 0.0
    return 0.0


def _call_alone(scene: Scene, call: ToolCall, path: str, origin: str, *, added: bool) -> Change:
    place = place_of(origin)(scene.new if added else scene.old, call.pointer)
    shown = shown_part(call)
    scene.stands_alone(origin, call.pointer, added=added)
    change = scene.change(
        rule=f"tool-call-{'added' if added else 'removed'}",
        path=path,
        origin=origin,
        old=ABSENT if added else shown,
        new=shown if added else ABSENT,
        subject=call.name,
        note=short(call.arguments),
        echo=echo_of_part(call, added=added),
        old_place=None if added else place,
        new_place=place if added else None,
    )
    if origin != "request":
        return change
    note = f"{short(shown)} is {'new' if added else 'gone'}"
    return replace(change, rule="prompt-changed", subject=f"a call to {call.name} in the history", note=note)


def _is_instead(scene: Scene, old: ToolCall, new: ToolCall, *, beside: bool) -> bool:
    """Whether one tool that the client offers is called for another. The same arguments in a call that nothing is known
    to have followed may as well be one tool under two names.
    """
    if old.name == new.name or not _are_offered(scene, old.name, new.name):
        return False
    if not (isinstance(old.arguments, dict) and isinstance(new.arguments, dict)):
        return True
    return old.arguments.keys() != new.arguments.keys() or beside or _is_answered(scene, old, new)


def _is_answered(scene: Scene, *calls: ToolCall) -> bool:
    """Whether each recording has a request that gives the call back: the loop went on with it."""
    return all(
        any(_gives_back(each, call) for each in side) for side, call in zip(scene.ids.recordings, calls, strict=True)
    )


def _gives_back(interaction: Interaction, call: ToolCall) -> bool:
    messages = interaction.llm.input_messages if interaction.llm is not None else ()
    return any(part_key(part) == part_key(call) for message in messages for part in tool_calls(message.parts))


def _one_call(
    scene: Scene, old: ToolCall, new: ToolCall, path: str, origin: str, *, instead: bool = False
) -> Iterator[Change]:
    place = place_of(origin)
    places = (place(scene.old, old.pointer), place(scene.new, new.pointer))
    scene.couple(origin, old.pointer, new.pointer)
    ids = _id_place(scene.old, old, origin), _id_place(scene.new, new, origin)
    yield from id_changes(scene, f"{path}.id", origin, old.id, new.id, ids)
    if old.name != new.name:
        yield scene.change(
            rule="tool-call-renamed" if origin == "response" else "prompt-changed",
            path=f"{path}.name",
            origin=origin,
            old=old.name,
            new=new.name,
            subject="a call in the history",
            note=_instead(old, new) if instead else f"{old.name} → {new.name}",
            circumstance=INSTEAD if instead else None,
            echo=("call", part_key(old), part_key(new)),
            old_place=places[0],
            new_place=places[1],
        )
    if instead:
        return  # another tool has other arguments
    lacking = [*call_field_changes(scene, old, new, path)] if origin == "response" else []
    yield from lacking
    if not any(each.path.endswith(".arguments") for each in lacking):
        yield from _argument_changes(scene, old, new, f"{path}.arguments", origin, places)


def _id_place(interaction: Interaction, call: ToolCall, origin: str) -> Place | None:
    """Where the id of a call stands: beside its arguments, or around them; where it is not found, that of these."""
    document = interaction.request.body.json if origin == "request" else _answer(interaction)
    holder = call.pointer
    while call.id and holder:
        holder = holder.rpartition("/")[0]
        members = value_at(document, holder)
        if isinstance(members, dict):
            name = next((key for key, value in members.items() if value == call.id), None)
            if name is not None:
                return place_of(origin)(interaction, f"{holder}{pointer_from_route((name,))}")
    return place_of(origin)(interaction, call.pointer)


def _answer(interaction: Interaction) -> Json:
    return interaction.llm.body if interaction.llm is not None else ABSENT


def _argument_changes(
    scene: Scene, old: ToolCall, new: ToolCall, path: str, origin: str, places: tuple[Place | None, Place | None]
) -> Iterator[Change]:
    differences = list(json_changes(old.arguments, new.arguments))
    if differences or old.arguments_valid != new.arguments_valid:
        yield _other_arguments(scene, differences, old, new, path, origin, places)
    elif old.raw_arguments != new.raw_arguments and old.raw_arguments and new.raw_arguments:
        yield scene.change(
            rule="json-formatting-changed",
            path=path,
            origin=origin,
            subject="arguments",
            old_place=places[0],
            new_place=places[1],
        )


def _other_arguments(
    scene: Scene,
    differences: list[JsonChange],
    old: ToolCall,
    new: ToolCall,
    path: str,
    origin: str,
    places: tuple[Place | None, Place | None],
) -> Change:
    encoded = _encoded_once(old, new)
    cut, is_from = ("", None) if origin == "request" else _cut_off(scene, old, new)
    rule, why = ("prompt-changed", "") if origin == "request" else judged_arguments(scene, differences, old, new)
    listing = listed(by_lists(differences, old.arguments, new.arguments), whole=_ARGUMENTS) or _ON_ONE_SIDE
    return scene.change(
        rule=rule,
        path=path,
        origin=origin,
        old=old.arguments,
        new=new.arguments,
        subject=new.name if origin == "response" else f"a call to {new.name} in the history",
        note=encoded or cut or listing + why,
        circumstance=ENCODED if encoded else is_from or circumstance_of(differences, old.arguments, new.arguments),
        echo=("call", part_key(old), part_key(new)),
        old_place=places[0],
        new_place=places[1],
    )


def _cut_off(scene: Scene, old: ToolCall, new: ToolCall) -> tuple[str, str | None]:
    """What to say of arguments that are cut off in one recording alone, and how that is judged."""
    raw = [call.raw_arguments or "" for call in (old, new)]
    if old.arguments_valid and not new.arguments_valid and is_cut_off(scene, *raw):
        return where_cut(raw[1]), CUT_OFF
    if new.arguments_valid and not old.arguments_valid and is_whole_again(scene, *raw):
        return short(new.arguments, _ARGUMENTS), WHOLE_AGAIN
    return "", None


def _instead(old: ToolCall, new: ToolCall) -> str:
    """``glob with {"pattern": "go.mod"} instead of ls with {"path": "."}``."""
    if old.arguments == new.arguments:
        return f"{new.name} instead of {old.name}, with {short(new.arguments)}"
    return f"{new.name} with {short(new.arguments)} instead of {old.name} with {short(old.arguments)}"


_ARGUMENTS = 250  # characters of arguments that a sentence shows whole


_ON_ONE_SIDE = "they are JSON on one side only"


def _encoded_once(old: ToolCall, new: ToolCall) -> str:
    """What to say of arguments that are the same but for a second encoding; "" when they are not."""
    inner, whole = (old, new) if isinstance(old.arguments, str) else (new, old)
    if not isinstance(inner.arguments, str) or isinstance(whole.arguments, str):
        return ""
    document = json_document(inner.arguments)
    if document is None or any(json_changes(document, whole.arguments)):
        return ""
    times = ("twice", "once") if inner is old else ("once", "twice")
    return f"the arguments were JSON-encoded {times[0]} and are now encoded {times[1]}"
