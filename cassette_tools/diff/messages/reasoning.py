"""What a model thinks: whether there is any, of which kind, and where it stands."""

from __future__ import annotations

from cassette_tools._record import record, replace
from cassette_tools.data.drift import AS_TEXT, BLANK, EMPTY, LEAKED, LEFT_NULL, OF_CLIENT, PARTLY, SUMMED_UP
from cassette_tools.diff.changes.change import Change
from cassette_tools.diff.changes.places import place_of, response_place
from cassette_tools.diff.changes.scene import id_changes
from cassette_tools.diff.messages.part_notes import ahead, shift_of
from cassette_tools.diff.messages.parts import (
    field_of,
    joined_text,
    pointers_of,
    text_place,
    texts,
    thoughts_in,
    tool_calls,
)
from cassette_tools.diff.messages.text_notes import ANOTHER, SENTENCE, has_thinking
from cassette_tools.diff.texts.text import similarity
from cassette_tools.diff.values.amounts import alike
from cassette_tools.model import ABSENT, Reasoning, Text
from cassette_tools.places import value_at
from cassette_tools.words import opening, short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Part


def blank_changes(scene: Scene, old: Sequence[Part], new: Sequence[Part], at: str) -> Iterator[Change]:
    """A text of nothing but blanks that an answer began with, or now begins with: what follows has another number."""
    heads = _blank_head(old), _blank_head(new)
    if bool(heads[0]) == bool(heads[1]):
        return
    shift = _shift_behind(*heads, old[len(heads[0]) :], new[len(heads[1]) :])
    if not shift:
        return
    [text] = heads[0] or heads[1]
    gone = bool(heads[0])
    scene.stands_alone("response", text.pointer, added=not gone)
    yield scene.change(
        rule="text-vanished" if gone else "text-appeared",
        path=f"{at}.text.blank",
        origin="response",
        old=text.content if gone else ABSENT,
        new=ABSENT if gone else text.content,
        subject="the text",
        note=shift,
        circumstance=BLANK,
        old_place=response_place(scene.old, text.pointer) if gone else None,
        new_place=None if gone else response_place(scene.new, text.pointer),
    )


def _blank_head(parts: Sequence[Part]) -> list[Text]:
    """The text of blanks that an answer begins with."""
    return [part for part in parts[:1] if isinstance(part, Text) and not part.content.strip()]


def _shift_behind(had: Sequence[Text], has: Sequence[Text], old: Sequence[Part], new: Sequence[Part]) -> str:
    """That what followed such a text has another number now, in words."""
    kept = next((part for part in new if old and part.type == old[0].type), None)
    return shift_of(had, has, old, [kept]) if kept is not None else ""


def reasoning_changes(scene: Scene, old: Sequence[Part], new: Sequence[Part], at: str, origin: str) -> Iterator[Change]:
    """Whether there is reasoning, and of which kind. Its words are noise; in a history it is an echo or the SDK's
    choice.
    """
    thoughts = _Thoughts(scene, old, new, at, origin)
    if thoughts.lefts == thoughts.rights:
        return
    if thoughts.on_one_side:
        yield from thoughts.appeared()
    else:
        yield from thoughts.differ()
        yield from thoughts.sealed()


class _Thoughts:
    """The reasoning of two messages, and what all changes of it share."""

    def __init__(self, scene: Scene, old: Sequence[Part], new: Sequence[Part], at: str, origin: str) -> None:
        self.scene, self.old, self.new, self.at, self.origin = scene, old, new, at, origin
        self.lefts, self.rights = thoughts_in(old), thoughts_in(new)
        self.before = "".join(part.content for part in self.lefts)
        self.after = "".join(part.content for part in self.rights)
        self.kinds = _kinds(self.lefts), _kinds(self.rights)

    @property
    def on_one_side(self) -> bool:
        return bool(self.lefts) != bool(self.rights)

    def appeared(self) -> Iterator[Change]:
        """It is there on one side only; nothing where it moved to or from the text, with which that is told."""
        if self.origin == "response":
            leaks = _leaks(self.old, self.new)
            if leaks[0] != leaks[1] or self._is_of_the_api():
                return
            note = self._where() + (ahead(self.old, self.new) if self.rights else "")
        else:
            words = self.before or self.after
            note = (short(words) if words else self.kinds[not self.lefts]) + _less_than_arrived(self.scene, self.after)
        rule = "reasoning-appeared" if self.rights else "reasoning-vanished"
        yield self._change(rule, ("reasoning", bool(self.lefts), bool(self.rights)), note)

    def _where(self) -> str:
        """The field that it is in, which may be there for nothing."""
        return field_of(self.rights or self.lefts) + (" (no words in it)" if self._is_empty() else "")

    def _is_empty(self) -> bool:
        parts = self.rights or self.lefts
        return not any(part.content.strip() or part.encrypted or part.signature for part in parts)

    def _is_of_the_api(self) -> bool:
        """Whether nothing came or went but an item without words, for which only one of two APIs has a place: the model
        thought before and after, as both count.
        """
        calls = [side.llm for side in (self.scene.old, self.scene.new) if side.llm is not None]
        is_another = len({call.dialect for call in calls}) > 1
        return (
            is_another and self._is_empty() and all(call.usage and call.usage.reasoning_output_tokens for call in calls)
        )

    def differ(self) -> Iterator[Change]:
        """It is of another kind, has words on one side only, came back in part, or says the same otherwise."""
        lost = self._lost()
        spoken = bool(self.before.strip()), bool(self.after.strip())
        is_one_sided = spoken[0] != spoken[1]
        # Of an answer without words on one side, those are told.
        is_other_kind = self.kinds[0] != self.kinds[1] and not (self.origin == "response" and is_one_sided)
        if is_other_kind and (not lost or all(spoken)):
            yield self._other_kind()
        if is_one_sided and (lost or not is_other_kind):
            yield self._emptied(spoken, lost)
        else:
            yield from self._said_otherwise(lost)

    def _said_otherwise(self, lost: _Lost | None) -> Iterator[Change]:
        if lost:
            yield self._partly(lost)
        elif self.before != self.after:
            yield self._change("reasoning-reworded", None, self._wording())

    def _lost(self) -> _Lost | None:
        """What a client leaves out of the thinking that it gives back."""
        return _lost_on_the_way(self.scene, self.before, self.after) if self.origin == "request" else None

    def _wording(self) -> str:
        is_layout = self.before.split() == self.after.split()
        return "only whitespace" if is_layout else alike(similarity(self.before, self.after))

    def sealed(self) -> Iterator[Change]:
        """The ids of the pairs, and what only the provider can read in them."""
        for left, right in zip(self.lefts, self.rights, strict=False):
            if left.id and right.id:
                yield from id_changes(self.scene, f"{self.at}.reasoning.id", self.origin, left.id, right.id)
            for name in ("signature", "encrypted"):
                before, after = getattr(left, name), getattr(right, name)
                if before and after and before != after:
                    path = f"{self.at}.reasoning.{name}"
                    pair = self.scene.pair
                    yield Change(rule="opaque-changed", path=path, origin=self.origin, pair=pair, subject=name)

    def _other_kind(self) -> Change:
        return Change(
            rule="reasoning-kind-changed",
            path=f"{self.at}.reasoning.kind",
            origin=self.origin,
            pair=self.scene.pair,
            old=self.kinds[0],
            new=self.kinds[1],
            echo=("reasoning", *self.kinds),
        )

    def _emptied(self, spoken: tuple[bool, bool], lost: _Lost | None) -> Change:
        """Only its seal is there on one side."""
        has_words = spoken[1]
        note, said = _sealed(self.lefts if has_words else self.rights), opening(self.before or self.after)
        circumstance = EMPTY
        if self.origin == "request":
            note = (opening(lost.arrived) if lost else said) + note
        else:
            note = note if has_words or note else f"; it was {said}"
            circumstance = SUMMED_UP if "summary" in self.kinds[has_words] else EMPTY
        rule = "reasoning-appeared" if has_words else "reasoning-vanished"
        echo = ("reasoning", *self.kinds) if self.kinds[0] != self.kinds[1] else ("reasoning's words", *spoken)
        return replace(self._change(rule, echo, note), circumstance=circumstance)

    def _partly(self, lost: _Lost) -> Change:
        """A client sends back a part of it on one side."""
        rule = "reasoning-vanished" if lost.side else "reasoning-appeared"
        values = (lost.arrived, lost.sent) if lost.side else (lost.sent, lost.arrived)
        change = self._change(rule, None, _which_part(lost.arrived, lost.what))
        return replace(change, circumstance=PARTLY, old=values[0], new=values[1], sent=(self.before, self.after))

    def _circumstance(self) -> str | None:
        if self.origin == "request":  # both answers think: whether that is given back, no setting decides
            return OF_CLIENT if self.scene.ids.thought and self.on_one_side else None
        return AS_TEXT if _was_counted(self.scene, self.lefts, self.rights) else None

    def _change(self, rule: str, echo: Hashable, note: str) -> Change:
        place = place_of(self.origin)
        return Change(
            rule=rule,
            path=f"{self.at}.reasoning",
            origin=self.origin,
            pair=self.scene.pair,
            old=self.before if self.lefts else ABSENT,
            new=self.after if self.rights else ABSENT,
            subject="reasoning",
            note=note,
            circumstance=self._circumstance(),
            echo=echo,
            old_place=place(self.scene.old, self.lefts[0].pointer) if self.lefts else None,
            new_place=place(self.scene.new, self.rights[0].pointer) if self.rights else None,
            also=pointers_of(self.lefts, self.rights),
        )


def _sealed(parts: Sequence[Reasoning]) -> str:
    """What is left of thinking without its words."""
    kept = [name for name, field in _SEALS if any(getattr(part, field) for part in parts)]
    return f" (its {kept[0]} stays)" if kept else ""


_SEALS = (("signature", "signature"), ("encrypted form", "encrypted"))


@record
class _Lost:
    """What a client leaves out of the thinking that arrived, when it gives it back."""

    side: int  # the recording in which it does so: 0 is the old one
    what: str
    arrived: str
    sent: str


def _lost_on_the_way(scene: Scene, old: str, new: str) -> _Lost | None:
    """What one of the histories leaves out of the thinking that arrived, where the other gives back all of it."""
    for arrived in reversed(scene.ids.thought):
        lost = _left_out(arrived[0], old), _left_out(arrived[1], new)
        if None not in lost and bool(lost[0]) != bool(lost[1]):
            side = int(not lost[0])
            return _Lost(side=side, what=lost[side] or "", arrived=arrived[side], sent=(old, new)[side])
    return None


def _less_than_arrived(scene: Scene, sent: str) -> str:
    """What the new history, which now carries thinking, leaves out of that which arrived."""
    for _, arrived in reversed(scene.ids.thought) if sent.strip() else ():
        what = _left_out(arrived, sent)
        if what is not None:
            return f"; only a part of what arrived: {_which_part(arrived, what)} is missing" if what else ""
    return ""


def _which_part(arrived: str, what: str) -> str:
    start = "its beginning" if arrived.strip().startswith(what) else "a part of it"
    return f"{'its end' if arrived.strip().endswith(what) else start} {short(what)}"


def _left_out(answer: str, sent: str) -> str | None:
    """What a text leaves out of the answer that it repeats but for one passage; ``None`` where it is another text."""
    if sent.strip() == answer.strip():
        return ""
    if not sent.strip():
        return answer
    gap = len(answer) - len(sent)
    if gap > 0 and 2 * len(sent) > gap:
        start = next((at for at, sign in enumerate(sent) if sign != answer[at]), len(sent))
        if answer.endswith(sent[start:]):
            return answer[start : start + gap].strip() or None
    return None


def _was_counted(scene: Scene, old: Sequence[Reasoning], new: Sequence[Reasoning]) -> bool:
    """Whether the side without the words of the thinking counts its tokens."""
    call = scene.old.llm if new else scene.new.llm
    usage = None if call is None else call.usage
    words = any(part.content for part in (*old, *new))
    return bool(old) != bool(new) and words and usage is not None and bool(usage.reasoning_output_tokens)


def _leaks(old: Sequence[Part], new: Sequence[Part]) -> tuple[bool, bool]:
    """On which of two sides thinking stands in the content."""
    whole = moved_whole(old, new)
    return whole[0] or has_thinking(joined_text(old)), whole[1] or has_thinking(joined_text(new))


def moved_whole(old: Sequence[Part], new: Sequence[Part]) -> tuple[bool, bool]:
    """On which of two sides the content is nothing but thinking that no mark sets apart: on the other side it begins
    with the same words, and has a field of its own.
    """
    said = [joined_text(side).strip() for side in (old, new)]
    thought = ["".join(part.content for part in thoughts_in(side)).strip() for side in (old, new)]
    if similarity(said[0], said[1]) >= ANOTHER:
        return False, False  # the same answer, whose words the thinking has as well
    left, right = (
        not thought[here] and bool(said[here]) and _begins_alike(said[here], thought[1 - here]) for here in (0, 1)
    )
    return left, right


def _begins_alike(said: str, thought: str) -> bool:
    alike = next(
        (at for at, (a, b) in enumerate(zip(said, thought, strict=False)) if a != b), min(len(said), len(thought))
    )
    return alike >= _NO_CHANCE


_NO_CHANCE = 24  # characters with which no answer and no thinking begin alike by chance


def thinking_changes(scene: Scene, old: Sequence[Part], new: Sequence[Part], at: str) -> Iterator[Change]:
    """Thinking that no longer stands in the content, or now does: it moved from a field of its own, or leaked."""
    leaked = _leaks(old, new)
    if leaked[0] == leaked[1]:
        return
    sides = thoughts_in(old), thoughts_in(new)
    moved = bool(sides[leaked[0]]) and not sides[leaked[1]]
    own = field_of(sides[leaked[0]]) if moved else ""
    yield scene.change(
        rule="reasoning-kind-changed",
        path=f"{at}.reasoning.kind",
        origin="response",
        old="content" if leaked[0] else own or ABSENT,
        new="content" if leaked[1] else own or ABSENT,
        note=_leak_in_words(old, new, own, gone=leaked[0]) + _content_in_words(scene, old, new, leaked),
        circumstance=LEFT_NULL if _is_left_null(scene, old, new, leaked) else LEAKED,
        echo=("text", joined_text(old).strip(), joined_text(new).strip()),
        old_place=text_place(scene.old, old, "response"),
        new_place=text_place(scene.new, new, "response"),
        also=pointers_of([*texts(old), *sides[0]], [*texts(new), *sides[1]]),
    )


def _leak_in_words(old: Sequence[Part], new: Sequence[Part], own: str, *, gone: bool) -> str:
    """That the content no longer holds the thinking (`gone`), or now does; it may have a field of its `own` there."""
    if own:
        return f"the thinking moved from {'content to ' + own if gone else own + ' to content'}"
    mark = "" if "<think" in joined_text(old if gone else new) else " and </think>"
    words = f"the content {'no longer' if gone else 'now'} holds the thinking{mark}"
    return words + shift_of(old, new, tool_calls(old), tool_calls(new))


def _content_in_words(scene: Scene, old: Sequence[Part], new: Sequence[Part], leaked: tuple[bool, bool]) -> str:
    """What the content is without the thinking, where the thinking was all of it."""
    gone = leaked[0]
    if any(moved_whole(old, new)):
        answer = joined_text(new if gone else old).strip()
        said = short(answer, SENTENCE) if answer else "empty"
        return f", and the content is {'now' if gone else 'no longer'} {said}"
    nothing = _what_is_left(scene, old, new, leaked)
    if not nothing:
        return ""
    return f", and the content is {nothing} now" if gone else f", and the content was {nothing}"


def _is_left_null(scene: Scene, old: Sequence[Part], new: Sequence[Part], leaked: tuple[bool, bool]) -> bool:
    """Whether the content is null now that held thinking, in an answer that calls no tool: beside a call it may be."""
    return leaked[0] and not tool_calls(new) and _what_is_left(scene, old, new, leaked) == "null"


def _what_is_left(scene: Scene, old: Sequence[Part], new: Sequence[Part], leaked: tuple[bool, bool]) -> str:
    """What stands, in the recording without them, where the other has its thoughts in the content; nothing where there
    is an answer beside them.
    """
    thinks, other, side = (old, new, scene.new) if leaked[0] else (new, old, scene.old)
    if joined_text(other).strip() or not texts(thinks):
        return ""
    body = side.response.body
    document = side.llm.body if body.stream and side.llm is not None else body.json
    left = value_at(document, texts(thinks)[0].pointer)
    return "null" if left is None else "" if left is ABSENT else "empty"


def _kinds(parts: Sequence[Reasoning]) -> str:
    kinds = {_PLAN if part.kind == "plan" else part.kind for part in parts}
    return " and ".join(sorted(kinds | {"encrypted" for part in parts if part.encrypted}))


_PLAN = "tool_plan"  # Cohere's name: a plan of the calls to come
