"""The text of two answers, and what a model makes of the thinking, the calls and the data in it."""

from __future__ import annotations

import re

from cassette_tools._record import record, replace
from cassette_tools.data.drift import (
    BESIDE_CALL,
    BOTH_CUT,
    CUT_OFF,
    FORM,
    MADE_UP,
    OTHER_LANGUAGE,
    OTHER_SHAPE,
    READ_OFF,
    SHIFTED,
)
from cassette_tools.diff.changes.change import Change
from cassette_tools.diff.changes.scene import volatile_changes
from cassette_tools.diff.messages.arguments import other_shape, schema_of
from cassette_tools.diff.messages.cut_off import is_cut, is_cut_off
from cassette_tools.diff.messages.made_up import cut_after_few, is_made_up_anew
from cassette_tools.diff.messages.part_notes import shift_of
from cassette_tools.diff.messages.parts import in_texts, joined_text, tool_calls
from cassette_tools.diff.messages.read_off import is_read_otherwise
from cassette_tools.diff.messages.reasoning import moved_whole
from cassette_tools.diff.messages.text_notes import has_thinking, last_words, note_of, openings
from cassette_tools.diff.messages.written_calls import written_call_changes
from cassette_tools.diff.texts.fenced import data_in
from cassette_tools.diff.texts.text import (
    ONLY_THINKING,
    answer_of,
    is_thought_aloud,
    json_document,
    text_change,
    without_thinking,
)
from cassette_tools.diff.values.batch_items import lines_in
from cassette_tools.diff.values.freeform import dotted, json_changes
from cassette_tools.source.json_tree import pointer_from_route

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.diff.texts.text import TextChange
    from cassette_tools.model import Interaction, Part, Place, Route


@record
class Asked:
    """What is known of the question: its words on either side, the tool that both answers call, whether a title is
    wanted, and whether the user showed an image or the like, of which the text speaks.
    """

    words: tuple[str, str]
    call: str
    is_title: bool
    is_shown: bool


def answer_text_changes(
    scene: Scene, old: Sequence[Part], new: Sequence[Part], at: str, asked: Asked
) -> Iterator[Change]:
    """The change of the text, if any, under the rule that it asks for."""
    written = yield from written_call_changes(scene, (old, new), at)
    asked = replace(asked, call=asked.call or written.name)
    if any(moved_whole(old, new)):
        return  # told as thinking that moved, with what stands in its place
    left, right = written.rest
    if has_thinking(left) != has_thinking(right):  # told as that
        left, right = without_thinking(left), without_thinking(right)
    change = _change_of(left, right, asked, has_calls=bool(tool_calls(old) and tool_calls(new)))
    if change is None or scene.ids.are_renamed(left, right):
        return
    if _is_same_opening(scene, change, left, right):
        change = replace(change, rule="text-reworded", other=None)
    same_data = _same_data(scene, left, right)
    if same_data is not None:
        yield from same_data
        return
    said = (left, right) if change.rule == ONLY_THINKING else (answer_of(left), answer_of(right))
    rule, circumstance, note = _reading(scene, change, (old, new), (left, right), said, asked)
    told = Change(
        rule=rule,
        path=f"{at}.text",
        origin="response",
        old=said[0],
        new=said[1],
        subject=asked.call if _leads_to_call(change, asked) else "the text",
        note=note,
        size=change.similarity,
        circumstance=circumstance,
        echo=_echo(joined_text(old), joined_text(new)),
        facts=change.facts,
    )
    yield in_texts(scene, told, (old, new))


def _echo(old: str, new: str) -> tuple[str, str, str]:
    """What a later request repeats: a client that sends the text back may leave out the blanks around it."""
    before, after = old.strip(), new.strip()
    return ("text", before, after) if before != after else ("text", old, new)


def _change_of(left: str, right: str, asked: Asked, *, has_calls: bool) -> TextChange | None:
    """How two texts differ: what is thought aloud before a call is thinking, and of a title any words will do."""
    change = text_change(left, right, asked.words, is_shown=asked.is_shown)
    if change is None:
        return None
    if (asked.call or has_calls) and is_thought_aloud(left) and is_thought_aloud(right):
        change = replace(change, rule=ONLY_THINKING)
    # Where the question is the same, or some of the words, the topic of the title is.
    is_same_topic = asked.is_title and (change.similarity or asked.words[0] == asked.words[1])
    if is_same_topic and change.rule in ("text-changed", "text-facts-changed"):
        return replace(change, rule="text-reworded", other=None, facts=((), ()), items="")
    return change


def _leads_to_call(change: TextChange, asked: Asked) -> bool:
    return bool(asked.call) and change.rule != "text-whitespace-changed"


def _reading(
    scene: Scene,
    change: TextChange,
    parts: tuple[Sequence[Part], Sequence[Part]],
    sides: tuple[str, str],
    said: tuple[str, str],
    asked: Asked,
) -> tuple[str, str | None, str]:
    """Under which rule and in which circumstance the change is told, and in which words."""
    marks = "" if asked.is_title else _marks_note(scene, parts, sides)
    if _leads_to_call(change, asked):
        return _beside_call(change, parts, said, marks)
    own = _in_other_language(asked, said) or _expected(scene, change, said)
    if own is not None:
        return own
    note = note_of(change, *said, change.rule)
    if change.rule == "text-reworded" and is_read_otherwise(scene, *said):
        return "text-changed", READ_OFF, note
    if marks:
        return change.rule if change.rule == _FACTS else "text-changed", FORM, marks + note
    if change.rule in _CUT and is_cut_off(scene, *said):
        return change.rule, CUT_OFF, last_words(said[1])
    shape = _shape_note(scene, sides) if change.rule == _FACTS else ""
    return change.rule, OTHER_SHAPE if shape else None, shape or note


def _in_other_language(asked: Asked, said: tuple[str, str]) -> tuple[str, str, str] | None:
    """The judgement of a text if the same question was certainly answered in another language."""
    if asked.words[0] != asked.words[1]:
        return None
    from cassette_tools.diff.texts.languages import other_language

    languages = other_language(*said)
    if languages is None:
        return None
    return "text-changed", OTHER_LANGUAGE, f"{' → '.join(languages)}: {openings(*said)}"


def _expected(scene: Scene, change: TextChange, said: tuple[str, str]) -> tuple[str, str, str] | None:
    """The same of a text of which nobody expects that it stays; ``None`` of any other."""
    if change.rule not in (_FACTS, "text-changed"):
        return None
    limit = cut_after_few(scene, change, *said)
    if limit is not None:
        return "text-reworded", BOTH_CUT, f"max_tokens {limit}: {openings(*said)}"
    if change.similarity >= _EDITED or not is_made_up_anew(scene, *said):
        return None
    return "text-reworded", MADE_UP, openings(*said)


_EDITED = 0.7  # the least likeness of a text that was edited, not replaced


def _beside_call(
    change: TextChange, parts: tuple[Sequence[Part], Sequence[Part]], said: tuple[str, str], marks: str
) -> tuple[str, str | None, str]:
    """The same of a text that leads to a call."""
    rule = change.rule if change.rule in _BESIDE_CALL else "text-reworded"
    came_or_went = rule in ("text-appeared", "text-vanished")
    shift = shift_of(*parts, *map(tool_calls, parts)) if came_or_went else ""
    note = shift or marks + note_of(change, *said, change.rule if marks else rule)
    return rule, SHIFTED if shift else BESIDE_CALL, note


def _is_same_opening(scene: Scene, change: TextChange, old: str, new: str) -> bool:
    """Whether both are a few words, cut by a limit of the output, that begin alike: what would follow is unknown."""
    if change.other is None or not change.other.is_whole or not (is_cut(scene.old) and is_cut(scene.new)):
        return False
    openings = [re.findall(r"\w+", side.lower()) for side in (old, new)]
    return max(map(len, openings)) <= _FEW_WORDS and openings[0][:_OPENING] == openings[1][:_OPENING]


_FEW_WORDS, _OPENING = 12, 2  # words of an answer that was cut short, and of its opening


_FACTS = "text-facts-changed"
_CUT = (_FACTS, "text-changed", "text-reworded")
_BESIDE_CALL = ("text-appeared", "text-vanished", "json-formatting-changed", ONLY_THINKING)


def _shape_note(scene: Scene, sides: tuple[str, str]) -> str:
    """What two answers that are JSON have of another shape; nothing for prose."""
    documents = data_in(sides[0]), data_in(sides[1])
    if None in documents:
        return ""
    schemas = schema_of(scene.old.llm), schema_of(scene.new.llm)
    return other_shape(list(json_changes(*documents)), *documents, schemas)


def _marks_note(scene: Scene, parts: tuple[Sequence[Part], Sequence[Part]], sides: tuple[str, str]) -> str:
    """What became of the marks in an answer, before its words; nothing where a call is made in its place."""
    if any(map(tool_calls, parts)) or not sides[0].strip() or not sides[1].strip():
        return ""
    from cassette_tools.diff.texts.markers import marks_note

    said = marks_note(*sides, (_asked(scene.old), _asked(scene.new)))
    return f"{said}: " if said else ""


def _asked(interaction: Interaction) -> str:
    """All that a request says but for what the model and its tools said before."""
    call = interaction.llm
    if call is None:
        return ""
    messages = [message.parts for message in call.input_messages if message.role not in ("assistant", "tool")]
    return "\n".join(map(joined_text, (call.system_instructions, *messages)))


# --- files that a provider keeps -------------------------------------------------------------------------------------


def _same_data(scene: Scene, old: str, new: str) -> list[Change] | None:
    """The noise in which two files that a provider keeps (the results of a batch) differ, line by line; ``None`` when
    there is more to it.
    """
    call = scene.new.llm
    if call is None or not call.operation_name.endswith(("_content", "_results")):
        return None
    lines = [[*lines_in(side)] for side in (old, new)]
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


def _place_in_line(interaction: Interaction, at: int, route: Route) -> Place:
    place = interaction.response.body.place(offset=at, pointer=pointer_from_route(route))
    return replace(place, folded=place.pointer)
