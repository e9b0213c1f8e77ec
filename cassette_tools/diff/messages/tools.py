"""The tools that a request offers: which there are, and what became of each, as the JSON Schema that it is."""

from __future__ import annotations

import re

from cassette_tools._record import replace
from cassette_tools.data.drift import CALL_BROKEN, LISTED, OTHER_TYPE, RENAMED, SEVERAL
from cassette_tools.data.vocabulary import TOOLS_BY_VERSION
from cassette_tools.diff.changes.one_place import is_asked_alike
from cassette_tools.diff.changes.places import request_place
from cassette_tools.diff.pairing.vocabulary import plain_schema
from cassette_tools.diff.texts.text import similarity
from cassette_tools.diff.values.freeform import dotted, json_changes
from cassette_tools.diff.values.json_schema import CHANGED, NARROWED, WIDENED, SchemaChange, effect_of, schema_changes
from cassette_tools.diff.values.matching import align_by_key
from cassette_tools.model import ABSENT, ToolCall
from cassette_tools.places import value_at
from cassette_tools.text_diff import pieces
from cassette_tools.words import became

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Interaction, Json, Tool

    Edited = tuple[Tool, Tool, tuple[SchemaChange, ...]]

_RULES = {NARROWED: "tool-definition-narrowed", WIDENED: "tool-definition-widened", CHANGED: "tool-definition-changed"}
_MOST = 6  # changes of one tool that are told one by one
_LIKE = 0.7  # of two descriptions: of those less alike it is not told which words were exchanged


def tool_definition_changes(scene: Scene, old: tuple[Tool, ...], new: tuple[Tool, ...]) -> Iterator[Change]:
    """The tools by name; their order means nothing. Tools that changed alike are one change."""
    alike: dict[Hashable, list[Edited]] = {}
    for i, j in _couples(old, new) if old != new else ():
        if i is not None and j is not None:
            changes = tuple(_tool_changes(scene, old[i], new[j]))
            if changes:
                alike.setdefault(_edit(changes, old[i], new[j]), []).append((old[i], new[j], changes))
        elif i is not None:
            yield _alone(scene, old[i], added=False, still=_is_named(old[i].name, new))
        elif j is not None:
            yield _alone(scene, new[j], added=True, still=_is_named(new[j].name, old))
    for group in alike.values():
        yield _change(scene, group)


def _is_named(name: str, tools: tuple[Tool, ...]) -> bool:
    return any(tool.name == name for tool in tools)


def new_names(scene: Scene) -> dict[str, str]:
    """What each tool is called now that was offered under another name."""
    old, new = (side.llm.tools if side.llm is not None else () for side in (scene.old, scene.new))
    couples = [] if old == new else _couples(old, new)
    pairs = ((old[i].name, new[j].name) for i, j in couples if i is not None and j is not None)
    return {before: after for before, after in pairs if before != after}


def _couples(old: tuple[Tool, ...], new: tuple[Tool, ...]) -> list[tuple[int | None, int | None]]:
    """Which tool became which: by their names, and the rest by what they take and say of themselves."""
    return align_by_key(old, new, lambda tool: (tool.kind, tool.name), _likeness)


def _likeness(old: Tool, new: Tool) -> float:
    if old.kind != new.kind:
        return 1.0 if _is_other_version(old, new) else 0.0
    same = old.parameters == new.parameters and bool(old.parameters)
    return 0.5 if same else max(0.0, _kinship(old, new) - 0.3)


def _is_other_version(old: Tool, new: Tool) -> bool:
    """Whether both are one tool of a vendor's, of two dates: ``computer_20250124``, ``computer_20251124``."""
    return old.kind != new.kind and _undated(old.kind) == _undated(new.kind)


def _undated(kind: str) -> str:
    return re.sub(r"(_preview)?([_-]\d{8}|[_-]\d{4}([_-]\d\d){2})?$", "", kind)


def _edit(changes: tuple[SchemaChange, ...], old: Tool, new: Tool) -> Hashable:
    """What was done to a tool, whichever tool and property it was done to."""
    said = tuple(_words_changed(old.description or "", new.description or ""))
    return tuple(
        ("description", said)
        if said and not each.path and each.words.startswith("description ")
        else (each.effect, each.words, bool(each.path))
        for each in changes
    )


def _words_changed(old: str, new: str) -> Iterator[tuple[str, str]]:
    """What of the words of two texts differs; nothing where they have little in common."""
    if old and new and similarity(old, new) >= _LIKE:
        yield from ((left, right) for left, right in pieces(old, new) if left != right)


def _kinship(old: Tool, new: Tool) -> float:
    """How much of what two tools take and say of themselves is the same, from 0 to 1."""
    names = [{*_properties(tool)} for tool in (old, new)]
    both, either = len(names[0] & names[1]), len(names[0] | names[1])
    says = _of_its_properties if not (old.description or new.description) else _of_itself
    said = similarity(says(old), says(new))
    return max(said, both / either if either > 1 else 0.0)


def _of_itself(tool: Tool) -> str:
    return tool.description or ""


def _of_its_properties(tool: Tool) -> str:
    texts = (each.get("description") for each in _properties(tool).values() if isinstance(each, dict))
    return " ".join(each for each in texts if isinstance(each, str))


def _properties(tool: Tool) -> dict[str, Json]:
    properties = tool.parameters.get("properties") if isinstance(tool.parameters, dict) else None
    return properties if isinstance(properties, dict) else {}


def _alone(scene: Scene, tool: Tool, *, added: bool, still: bool) -> Change:
    """A tool that came or went; one that `still` stands elsewhere was loaded there, or is named twice."""
    note = "offered now" if added else "no longer offered"
    if still:
        note = "offered once more" if added else "offered in one place fewer"
    place = request_place(scene.new if added else scene.old, tool.pointer)
    return scene.change(
        rule="tool-definition-changed",
        path=f"request.tools[{tool.name}]",
        origin="request",
        old=ABSENT if added else _definition(tool),
        new=_definition(tool) if added else ABSENT,
        subject=tool.name,
        note=note,
        circumstance=LISTED,
        echo=("tool", tool.name, added),
        old_place=None if added else place,
        new_place=place if added else None,
    )


def _change(scene: Scene, group: list[Edited]) -> Change:
    left, right, changes = group[0]
    effect = effect_of(changes)
    broken = effect == NARROWED and any(_is_broken(scene, *each[:2]) for each in group)
    is_other = left.name != right.name or any(each.words in _WRAPPINGS for each in changes)
    circumstance = CALL_BROKEN if broken else _circumstance(group)
    return scene.change(
        rule=_RULES[CHANGED if is_other and not broken else effect],
        path=f"request.tools[{right.name}]",
        origin="request",
        old=_definition(left),
        new=_definition(right),
        subject=_names(group),
        note=_note(group, is_renamed=circumstance == RENAMED),
        echo=("tool", right.name, changes),
        circumstance=circumstance,
        old_place=request_place(scene.old, left.pointer),
        new_place=request_place(scene.new, right.pointer),
        also=(tuple(each.pointer for each, _, _ in group[1:]), tuple(each.pointer for _, each, _ in group[1:])),
    )


def _circumstance(group: list[Edited]) -> str | None:
    left, right, changes = group[0]
    if len(group) > 1:
        return SEVERAL
    if _is_other_version(left, right):
        return OTHER_TYPE
    return RENAMED if changes[0].words.startswith("name ") and left.name != right.name else None


def _note(group: list[Edited], *, is_renamed: bool) -> str:
    """``add is now called add_numbers; round_to is new and optional``."""
    left, right, changes = group[0]
    named = [f"{left.name} is now called {right.name}"] if is_renamed else []
    rest = changes[len(named) :]
    more = f" and {len(rest) - _MOST} more changes" if rest[_MOST:] else ""
    return "; ".join([*named, *(_words_of(each, group) for each in rest[:_MOST])]) + more


def _names(group: list[Edited]) -> str:
    """The tools that were edited alike, with the property where it is another in each."""
    one = len({tuple(each.path for each in changes) for _, _, changes in group}) == 1
    names = [tool.name if one else f"{tool.name} ({changes[0].path})" for _, tool, changes in group]
    shown = names[:_MOST] if len(names) <= _MOST + 1 else names[: _MOST - 1]
    rest = len(names) - len(shown)
    if rest:
        return f"{', '.join(shown)} and {rest} other tool{'s' * (rest > 1)}"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _words_of(change: SchemaChange, group: list[Edited]) -> str:
    same = len({tuple(each.path for each in changes) for _, _, changes in group}) == 1
    return str(change) if same else change.words


def _is_broken(scene: Scene, old: Tool, new: Tool) -> bool:
    """Whether a call of the new recording is not taken by the new schema, but would be by the old one."""
    from cassette_tools.diff.messages.validity import faults

    calls = [
        part.arguments
        for call in (scene.new.llm,)
        if call is not None
        for message in (*call.input_messages, *call.output_messages)
        for part in message.parts
        if isinstance(part, ToolCall) and part.name in (old.name, new.name)
    ]
    return any(faults(call, new.parameters) and not faults(call, old.parameters) for call in calls)


def _tool_changes(scene: Scene, old: Tool, new: Tool) -> Iterator[SchemaChange]:
    """What differs between two tools; between two places, what any API would be told of them."""
    if scene.is_cross_provider and not is_asked_alike(scene):
        yield from _changes_for_any(old, new)
        return
    is_other_version = _is_other_version(old, new)
    if is_other_version:
        yield SchemaChange(path="", effect=CHANGED, words=became(old.kind, new.kind, plain=True))
    is_said = is_other_version and (old.name, new.name) == (old.kind, new.kind)
    yield from _field_changes(old, new, ("name",) if not is_said else ())
    yield from _field_changes(old, new, ("kind",) if not is_other_version else ())
    yield from _field_changes(old, new, ("description", "strict"))
    forms = _is_wrapped(scene.old, old), _is_wrapped(scene.new, new)
    is_of_version = forms[0] != forms[1] and _tells_versions_apart(scene)
    if forms[0] != forms[1] and not is_of_version:
        yield SchemaChange(path="", effect=CHANGED, words=_WRAPPINGS[forms[1]])
    parameters = _parameters(old.parameters, new.parameters)
    yield from (each for each in parameters if not (is_of_version and each.is_spelling))
    for found in json_changes(_extra(old), _extra(new)):
        yield _said(dotted(found.route).lstrip("."), found.old, found.new)


def _changes_for_any(old: Tool, new: Tool) -> Iterator[SchemaChange]:
    """What any API would be told; of a tool that runs at the vendor's, its name alone."""
    if old.kind not in ("function", "custom"):
        yield from _field_changes(old, new, ("name",))
        return
    yield from _field_changes(old, new, ("name", "description"))
    if old.parameters and new.parameters:
        yield from _parameters(plain_schema(old.parameters), plain_schema(new.parameters))


def _field_changes(old: Tool, new: Tool, names: tuple[str, ...]) -> Iterator[SchemaChange]:
    for name in names:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield _said(name, before, after)


# How a tool is sent, and now is not. As with another name, what else changed is hardly more or less than the whole of
# the tool.
_WRAPPINGS = ('sent flat now, not inside of "function"', 'sent inside of "function" now, not flat')


def _is_wrapped(interaction: Interaction, tool: Tool) -> bool:
    """Whether the definition stands in an object of its own, as OpenAI's chat API has it and its Responses do not."""
    sent = value_at(interaction.request.body.json, tool.pointer) if tool.pointer else None
    return isinstance(sent, dict) and isinstance(sent.get("function"), dict)


def _tells_versions_apart(scene: Scene) -> bool:
    """Whether tools are sent otherwise because another version of one API is asked, which is told by itself."""
    return scene.is_of_one_api and scene.new.llm is not None and scene.new.llm.dialect in TOOLS_BY_VERSION


def _parameters(old: Json, new: Json) -> Iterator[SchemaChange]:
    for change in schema_changes(old, new):
        yield change if change.path else replace(change, path="parameters")


def _extra(tool: Tool) -> dict[str, Json]:
    """The fields beside the definition; a name that is said twice is one name."""
    named = {pointer.lstrip("/").replace("/", "."): value for pointer, value in tool.extra.items()}
    return {name: value for name, value in named.items() if not (name == "name" and value == tool.name)}


def _said(name: str, old: Json, new: Json) -> SchemaChange:
    before, after = (ABSENT if value is None else value for value in (old, new))  # a tool without it has it as null
    return SchemaChange(path="", effect=CHANGED, words=f"{name} {became(before, after)}")


def _definition(tool: Tool) -> dict[str, Json]:
    whole = {
        "name": tool.name,
        "kind": tool.kind,
        "description": tool.description,
        "parameters": tool.parameters,
        "strict": tool.strict,
        **_extra(tool),
    }
    return {key: value for key, value in whole.items() if value is not None}
