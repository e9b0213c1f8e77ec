"""The text of two messages, and what a model writes into it: calls, and what it makes a tool say."""

from __future__ import annotations

import re

from cassette_tools._record import replace
from cassette_tools.data.drift import BESIDE_CALL, FORM, OTHER_SHAPE, SHIFTED, WHITESPACE
from cassette_tools.diff.changes.change import Change
from cassette_tools.diff.changes.scene import volatile_changes
from cassette_tools.diff.messages.arguments import other_shape, schema_of
from cassette_tools.diff.messages.parts import joined_text, pointers_of, texts, tool_calls
from cassette_tools.diff.messages.reasoning import moved_whole, shift_of
from cassette_tools.diff.messages.text_notes import has_thinking, note_of, prompt_note, text_place
from cassette_tools.diff.texts.text import (
    ONLY_THINKING,
    answer_of,
    is_thought_aloud,
    json_document,
    text_change,
    without_thinking,
)
from cassette_tools.diff.values.freeform import dotted, json_changes
from cassette_tools.diff.values.ids import UNCHANGED
from cassette_tools.model import ABSENT
from cassette_tools.source.json_tree import pointer_from_route
from cassette_tools.words import short, unquoted_pair

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.diff.values.ids import GivenBack
    from cassette_tools.model import Interaction, Part, Place, Route


def text_part_changes(
    scene: Scene,
    old: Sequence[Part],
    new: Sequence[Part],
    at: str,
    origin: str,
    *,
    rule: str | None = None,
    subject: str = "the text",
    premise: tuple[str, str] = ("", ""),
    call: str = "",
    is_title: bool = False,
    is_shown: bool = False,
) -> Iterator[Change]:
    """The change of the text, if any, under the rule that the text's change asks for, or under `rule`.

    `call` is the tool that both messages call: the text only leads up to it. Of a title (`is_title`) any words will do.
    `is_shown` says that the user showed an image or the like, of which the text speaks.
    """
    left, right = joined_text(old), joined_text(new)
    whole = left, right
    written = written_call(left), written_call(right)
    if origin == "response" and written[0] is not None and written[1] is not None:
        yield from _written_call_changes(scene, written[0], written[1], at, (left, right), (old, new))
        left, right = (
            side.replace(found[0], "", 1) for side, found in zip((left, right), written, strict=True) if found
        )
        call = call or written[1]["name"]
        invented = _observation(left), _observation(right)
        if bool(invented[0]) != bool(invented[1]):
            yield _observation_change(scene, invented, at, (old, new))
            left, right = (
                side.replace(found, "", 1).rstrip() for side, found in zip((left, right), invented, strict=True)
            )
    if origin == "response" and any(moved_whole(old, new)):
        return  # told as thinking that moved, with what stands in its place
    if origin == "response" and has_thinking(left) != has_thinking(right):  # told as that
        left, right = without_thinking(left), without_thinking(right)
    change = text_change(left, right, premise, is_shown=is_shown)
    calls = call or (tool_calls(old) and tool_calls(new))
    if change is not None and calls and is_thought_aloud(left) and is_thought_aloud(right):
        change = replace(change, rule=ONLY_THINKING)
    # A title: where the question is the same, or some of the words, the topic is.
    if change is not None and is_title and (change.similarity or premise[0] == premise[1]):
        named = change.rule in ("text-changed", "text-facts-changed")
        change = replace(change, rule="text-reworded", other=None, facts=((), ()), items="") if named else change
    if change is None or scene.ids.are_renamed(left, right):
        return
    same_data = _same_data(scene, left, right)
    if same_data is not None:
        yield from same_data
        return
    found = change.rule
    marks = _marks_note(scene, old, new, left, right) if origin == "response" and not is_title else ""
    if found == ONLY_THINKING and subject == _ANSWER:
        rule = None  # the model's thinking, given back
    shown = (left, right) if rule or found == ONLY_THINKING else (answer_of(left), answer_of(right))
    circumstance = WHITESPACE if rule and found == "text-whitespace-changed" else None
    shift = ""
    if call and found != "text-whitespace-changed":
        circumstance = BESIDE_CALL
        subject = call
        found = found if found in _BESIDE_CALL else "text-reworded"
        shift = (
            shift_of(old, new, tool_calls(old), tool_calls(new)) if found in ("text-appeared", "text-vanished") else ""
        )
        circumstance = SHIFTED if shift else BESIDE_CALL
    elif marks:
        circumstance = FORM
        found = found if found == "text-facts-changed" else "text-changed"
    shape = _shape_note(scene, left, right) if origin == "response" and found == "text-facts-changed" else ""
    if shape and not marks:
        circumstance = OTHER_SHAPE
    said = scene.ids.repetition(left, right) if origin == "request" else None
    if said is None and subject == _ANSWER and (given := scene.ids.given_back(left, right)) is not None:
        if given.edits[0] != given.edits[1]:
            yield _edited(scene, given, at, (old, new), rule or found)
            return
        said = given.answers
    before, after = said or (whole[0].strip(), whole[1].strip())
    yield Change(
        rule=rule or found,
        path=f"{at}.text",
        origin=origin,
        pair=scene.pair,
        old=shown[0],
        new=shown[1],
        subject=subject,
        note=prompt_note(change, left, right)
        if rule
        else shift
        or (shape if not marks else "")
        or marks + note_of(change, *shown, found if not marks else change.rule),
        size=change.similarity,
        circumstance=circumstance,
        echo=("text", before, after) if before != after else ("text", *whole),
        old_place=text_place(scene, old, origin, new=False),
        new_place=text_place(scene, new, origin, new=True),
        also=pointers_of(texts(old), texts(new)),
        facts=change.facts,
    )


_ANSWER = "the assistant message"


def _edited(scene: Scene, given: GivenBack, at: str, parts: tuple[Sequence[Part], Sequence[Part]], rule: str) -> Change:
    """What a client makes of the answer that it gives back, which it did not do before, or did in another place."""
    was, now = given.edits
    before = f"; before {_with(was)}" if was != UNCHANGED else ""
    gone, come = now if now != UNCHANGED else was[::-1]
    return Change(
        rule=rule,
        path=f"{at}.text",
        origin="request",
        pair=scene.pair,
        old=gone,
        new=come,
        subject=_ANSWER,
        note=f"the answer is given back {_with(now)}{before}",
        echo=("edited", given.edits),
        old_place=text_place(scene, parts[0], "request", new=False),
        new_place=text_place(scene, parts[1], "request", new=True),
        also=pointers_of(texts(parts[0]), texts(parts[1])),
    )


def _with(edit: tuple[str, str]) -> str:
    """``with "." for " "``, ``without "!"``."""
    gone, come = edit
    if not gone and not come:
        return "as it was given"
    if not come:
        return f"without {short(gone)}"
    return f"with {short(come)} for {short(gone)}" if gone else f"with {short(come)} in it"


def _shape_note(scene: Scene, left: str, right: str) -> str:
    """What two answers that are JSON have of another shape; nothing for prose."""
    documents = json_document(left), json_document(right)
    if None in documents:
        return ""
    schemas = schema_of(scene.old.llm), schema_of(scene.new.llm)
    return other_shape(list(json_changes(*documents)), *documents, schemas)


def _marks_note(scene: Scene, old: Sequence[Part], new: Sequence[Part], left: str, right: str) -> str:
    """What became of the marks in an answer, before its words; nothing where a call is made in its place."""
    if tool_calls(old) or tool_calls(new) or not left.strip() or not right.strip():
        return ""
    from cassette_tools.diff.texts.markers import marks_note

    said = marks_note(left, right, (_asked(scene.old), _asked(scene.new)))
    return f"{said}: " if said else ""


def _asked(interaction: Interaction) -> str:
    """All that a request says but for what the model and its tools said before."""
    call = interaction.llm
    if call is None:
        return ""
    messages = [message.parts for message in call.input_messages if message.role not in ("assistant", "tool")]
    return "\n".join(map(joined_text, (call.system_instructions, *messages)))


_BESIDE_CALL = ("text-appeared", "text-vanished", "json-formatting-changed", ONLY_THINKING)


def _same_data(scene: Scene, old: str, new: str) -> list[Change] | None:
    """The noise in which two files that a provider keeps (the results of a batch) differ, line by line; ``None`` when
    there is more to it.
    """
    call = scene.new.llm
    if call is None or not call.operation_name.endswith(("_content", "_results")):
        return None
    lines = [[*_lines(side)] for side in (old, new)]
    if len(lines[0]) != len(lines[1]):
        return None
    changes: list[Change] = []
    for (left_at, left), (right_at, right) in zip(*lines, strict=True):
        documents = json_document(left), json_document(right)
        if documents[0] is None or documents[1] is None:
            return None
        for found in json_changes(*documents):
            places = _place_in_line(scene.old, left_at, found.route), _place_in_line(scene.new, right_at, found.route)
            path = "response.body" + dotted(found.route)
            quiet = volatile_changes(scene, path, "response", found.old, found.new, places)
            if quiet is None:
                return None
            changes.extend(quiet)
    return changes


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, each with where it begins."""
    at = 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            yield at, line
        at += len(line)


def _place_in_line(interaction: Interaction, at: int, route: Route) -> Place:
    place = interaction.response.body.place(offset=at, pointer=pointer_from_route(route))
    return replace(place, folded=place.pointer)


_WRITTEN = re.compile(
    r"^Action:[ \t]*+(?P<name>[^\n]*[^ \t\n])[ \t]*\n+Action Input:[ \t]*"
    r"(?P<input>.*?)(?=\n(?:Observation|Thought):|```|\Z)",
    re.MULTILINE | re.DOTALL,
)


def written_call(text: str) -> re.Match[str] | None:
    """The tool call that a model writes as text, and an agent parses (ReAct)."""
    return _WRITTEN.search(text) if "Action Input:" in text else None


def _written_call_changes(
    scene: Scene,
    old: re.Match[str],
    new: re.Match[str],
    at: str,
    said: tuple[str, str],
    parts: tuple[Sequence[Part], Sequence[Part]],
) -> Iterator[Change]:
    inputs = old["input"].rstrip(), new["input"].rstrip()
    documents = json_document(inputs[0]), json_document(inputs[1])
    is_same = not any(json_changes(*documents)) if None not in documents else inputs[0] == inputs[1]
    if old[0] == new[0]:
        return
    is_layout = is_same and old["name"] == new["name"]
    named = f"Action {old['name']} → {new['name']}" if old["name"] != new["name"] else ""
    yield Change(
        rule="json-formatting-changed" if is_layout else "tool-arguments-changed",
        path=f"{at}.text.action",
        origin="response",
        pair=scene.pair,
        old=old[0],
        new=new[0],
        subject=f"{new['name']} (a call written as text)",
        note=", ".join(filter(None, (named, "" if is_same else _input_note(*inputs)))),
        echo=("text", said[0].strip(), said[1].strip()),
        old_place=text_place(scene, parts[0], "response", new=False),
        new_place=text_place(scene, parts[1], "response", new=True),
        also=pointers_of(texts(parts[0]), texts(parts[1])),
    )


_OBSERVATION = re.compile(r"(?<!\s)\s*^Observation:[^\n]*", re.MULTILINE)


def _observation(text: str) -> str:
    """What a model that calls a tool in its text makes up as the result, instead of waiting for it; "" for nothing."""
    found = _OBSERVATION.search(text)
    return found[0] if found else ""


def _observation_change(
    scene: Scene, said: tuple[str, str], at: str, parts: tuple[Sequence[Part], Sequence[Part]]
) -> Change:
    verb = "now writes" if said[1] else "no longer writes"
    return Change(
        rule="text-changed",
        path=f"{at}.text.observation",
        origin="response",
        pair=scene.pair,
        old=said[0].strip() or ABSENT,
        new=said[1].strip() or ABSENT,
        subject="the result of the call",
        note=f"the model {verb} the result of its call itself, {short((said[0] or said[1]).strip())}",
        old_place=text_place(scene, parts[0], "response", new=False),
        new_place=text_place(scene, parts[1], "response", new=True),
        also=pointers_of(texts(parts[0]), texts(parts[1])),
    )


def _input_note(old: str, new: str) -> str:
    if not old or not new:
        return f"Action Input {old or new} is {'gone' if old else 'new'}"
    before, after = unquoted_pair(old, new)
    return f"Action Input {before} → {after}"
