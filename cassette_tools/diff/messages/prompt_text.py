"""The text of two messages that a client sends: instructions, and the answers that it gives back."""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.data.drift import MADE, STAMPED, WHITESPACE
from cassette_tools.diff.changes.change import Change
from cassette_tools.diff.messages.parts import in_texts, joined_text, tool_calls
from cassette_tools.diff.messages.text_notes import note_of, prompt_note
from cassette_tools.diff.texts.made import made_apart
from cassette_tools.diff.texts.text import ONLY_THINKING, is_thought_aloud, text_change
from cassette_tools.diff.values.ids import UNCHANGED
from cassette_tools.words import short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.diff.texts.text import TextChange
    from cassette_tools.diff.values.ids import GivenBack
    from cassette_tools.model import Part


def prompt_text_changes(
    scene: Scene, old: Sequence[Part], new: Sequence[Part], at: str, subject: str
) -> Iterator[Change]:
    """The change of the text, if any. `subject` names the message."""
    left, right = joined_text(old), joined_text(new)
    change = _change_of(old, new)
    if change is None or scene.ids.are_renamed(left, right):
        return
    is_answer = subject == _ANSWER
    # Thinking in it is the model's, given back.
    rule = ONLY_THINKING if is_answer and change.rule == ONLY_THINKING else "prompt-changed"
    said = scene.ids.repetition(left, right)
    given = scene.ids.given_back(left, right) if said is None and is_answer else None
    if given is not None and given.edits[0] != given.edits[1]:
        told = _edited(given, rule)
    else:
        answers = said or (given.answers if given is not None else (left.strip(), right.strip()))
        told = as_made_anew(scene, _reworded(change, left, right, rule, answers))
    yield in_texts(scene, replace(told, path=f"{at}.text", subject=subject), (old, new))


def _reworded(change: TextChange, old: str, new: str, rule: str, answers: tuple[str, str]) -> Change:
    """The words are others; `answers` are what they repeat, if they do."""
    return Change(
        rule=rule,
        path="",
        origin="request",
        old=old,
        new=new,
        note=note_of(change, old, new, rule) if rule == ONLY_THINKING else prompt_note(change, old, new),
        size=change.similarity,
        circumstance=WHITESPACE if change.rule == "text-whitespace-changed" else None,
        echo=("text", *(answers if answers[0] != answers[1] else (old, new))),
        facts=change.facts,
    )


_ANSWER = "the assistant message"


def _change_of(old: Sequence[Part], new: Sequence[Part]) -> TextChange | None:
    """What a model thinks aloud before the call that both messages make is thinking."""
    left, right = joined_text(old), joined_text(new)
    change = text_change(left, right)
    leads_to_call = tool_calls(old) and tool_calls(new) and is_thought_aloud(left) and is_thought_aloud(right)
    return replace(change, rule=ONLY_THINKING) if change is not None and leads_to_call else change


def _edited(given: GivenBack, rule: str) -> Change:
    """What a client makes of the answer that it gives back, which it did not do before, or did in another place."""
    was, now = given.edits
    before = f"; before {_with(was)}" if was != UNCHANGED else ""
    gone, come = now if now != UNCHANGED else was[::-1]
    return Change(
        rule=rule,
        path="",
        origin="request",
        old=gone,
        new=come,
        note=f"the answer is given back {_with(now)}{before}",
        echo=("edited", given.edits),
    )


def _with(edit: tuple[str, str]) -> str:
    """``with "." for " "``, ``without "!"``."""
    gone, come = edit
    if not gone and not come:
        return "as it was given"
    if not come:
        return f"without {short(gone)}"
    return f"with {short(come)} for {short(gone)}" if gone else f"with {short(come)} in it"


def as_made_anew(scene: Scene, change: Change) -> Change:
    """The change of a text; where only ids and times differ, and each id is that of the same thing, as what it is."""
    if not isinstance(change.old, str) or not isinstance(change.new, str):
        return change
    found = made_apart(change.old, change.new)
    if found is None or not all(_is_same_thing(scene, *each) for each in found.ids):
        return change
    for old, new in found.ids:
        scene.ids.define(old, new)
    return replace(change, circumstance=STAMPED if found.times else MADE, note=found.note, size=None)


def _is_same_thing(scene: Scene, old: str, new: str) -> bool:
    """Whether two ids are a couple, or neither was met before."""
    known = scene.ids.common_name(old, new=False), scene.ids.common_name(new, new=True)
    return scene.ids.are_coupled(old, new) or known == (None, None)
