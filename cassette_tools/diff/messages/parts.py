"""The parts of a message: the same comparison serves the history of a request and the answer of a response.

In the answer every kind of part has its own rule. In the history a change is a change of the prompt, unless it only
repeats what an earlier answer or tool gave: each change carries an `echo` by which that is found out later.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise

from cassette_tools._record import record, replace
from cassette_tools.data.drift import (
    AGAIN,
    AS_TEXT,
    BESIDE_CALL,
    BESIDE_OTHERS,
    BLANK,
    EMPTY,
    ENCODED,
    FEWER,
    FORM,
    IDENTICAL,
    INSTEAD,
    LEAKED,
    LONE_MEDIUM,
    OF_CLIENT,
    OFFERED,
    OTHER_SHAPE,
    PARTLY,
    SHIFTED,
    WHITESPACE,
)
from cassette_tools.diff.changes.change import Change
from cassette_tools.diff.changes.places import request_place, response_place
from cassette_tools.diff.changes.scene import given_back, id_changes, is_given_back, volatile_changes
from cassette_tools.diff.messages.arguments import circumstance_of, judged_arguments, other_shape, schema_of
from cassette_tools.diff.messages.call_fields import call_field_changes
from cassette_tools.diff.pairing.asked import part_key
from cassette_tools.diff.texts.text import (
    ONLY_THINKING,
    answer_of,
    is_thought_aloud,
    json_document,
    similarity,
    text_change,
    without_thinking,
)
from cassette_tools.diff.values.amounts import alike
from cassette_tools.diff.values.freeform import by_lists, dotted, json_changes, listed
from cassette_tools.diff.values.matching import align_by_key
from cassette_tools.model import (
    ABSENT,
    Blob,
    File,
    Generic,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolCallResponse,
    Text,
    ToolCall,
    ToolCallResponse,
    Uri,
)
from cassette_tools.places import value_at
from cassette_tools.secrets import secrets_in
from cassette_tools.source.json_tree import pointer_from_route
from cassette_tools.text_diff import lines_changed, pieces, places_of, without_blanks
from cassette_tools.volatile import volatile_field
from cassette_tools.words import LIMIT, became, count_of_bytes, cut, opening, short, unquoted, unquoted_pair

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.diff.texts.text import TextChange
    from cassette_tools.model import Interaction, Json, Part, Place, Route


def couple_parts(scene: Scene, side: str, old: Sequence[Part], new: Sequence[Part]) -> None:
    """Note which element of the content became which: the parts of a kind in their order. Calls of tools and their
    results are coupled where they are compared, in whatever order they stand.
    """
    for kind in dict.fromkeys(part.type for part in old if part.type not in ("tool_call", "tool_call_response")):
        lefts, rights = ([part for part in parts if part.type == kind] for parts in (old, new))
        for left, right in zip(lefts, rights, strict=False):
            scene.couple(side, left.pointer, right.pointer)


# --- text ------------------------------------------------------------------------------------------------------------


def texts(parts: Sequence[Part]) -> list[Text]:
    """The text parts."""
    return [part for part in parts if isinstance(part, Text)]


def joined_text(parts: Sequence[Part]) -> str:
    """What the reader sees, whole: how many parts it is cut into means nothing."""
    return "".join(part.content for part in texts(parts))


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
    if origin == "response" and any(_moved_whole(old, new)):
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
    if found == ONLY_THINKING and subject == "the assistant message":
        rule = None  # the model's thinking, given back
    shown = (left, right) if rule or found == ONLY_THINKING else (answer_of(left), answer_of(right))
    circumstance = WHITESPACE if rule and found == "text-whitespace-changed" else None
    shift = ""
    if call and found != "text-whitespace-changed":
        circumstance = BESIDE_CALL
        subject = call
        found = found if found in _BESIDE_CALL else "text-reworded"
        shift = (
            _shift(old, new, tool_calls(old), tool_calls(new)) if found in ("text-appeared", "text-vanished") else ""
        )
        circumstance = SHIFTED if shift else BESIDE_CALL
    elif marks:
        circumstance = FORM
        found = found if found == "text-facts-changed" else "text-changed"
    shape = _shape_note(scene, left, right) if origin == "response" and found == "text-facts-changed" else ""
    if shape and not marks:
        circumstance = OTHER_SHAPE
    said = scene.ids.repetition(left, right) if origin == "request" else None
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
        or marks + _note(change, *shown, found if not marks else change.rule),
        size=change.similarity,
        circumstance=circumstance,
        echo=("text", before, after) if before != after else ("text", *whole),
        old_place=_text_place(scene, old, origin, new=False),
        new_place=_text_place(scene, new, origin, new=True),
        also=_pointers(texts(old), texts(new)),
        facts=change.facts,
    )


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


def _pointers(old: Sequence[Part], new: Sequence[Part]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(part.pointer for part in old), tuple(part.pointer for part in new)


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
        old_place=_text_place(scene, parts[0], "response", new=False),
        new_place=_text_place(scene, parts[1], "response", new=True),
        also=_pointers(texts(parts[0]), texts(parts[1])),
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
        old_place=_text_place(scene, parts[0], "response", new=False),
        new_place=_text_place(scene, parts[1], "response", new=True),
        also=_pointers(texts(parts[0]), texts(parts[1])),
    )


def _input_note(old: str, new: str) -> str:
    if not old or not new:
        return f"Action Input {old or new} is {'gone' if old else 'new'}"
    before, after = unquoted_pair(old, new)
    return f"Action Input {before} → {after}"


def has_thinking(text: str) -> bool:
    """Whether a model's thinking stands in its answer, between marks or before the end mark alone."""
    return without_thinking(text) != text


def _note(change: TextChange, old: str, new: str, rule: str) -> str:
    """What a rule has to say that may be milder than the change."""
    return answer_note(change, old, new) if rule == change.rule else _wording_note(old, new, change.similarity)


def answer_note(change: TextChange, old: str, new: str) -> str:
    """The difference of two answers in a few words."""
    if change.rule == "text-reworded":
        return _wording_note(old, new, change.similarity)
    if change.other is None or change.rule != "text-changed":
        return text_note(change, old, new)
    if change.other.is_whole:
        counted = f"; {_facts_note(*change.facts)}" if any(change.facts) else ""
        return _refusal(old, new) + _openings(old, new) + counted
    from cassette_tools.diff.texts.wording import is_short, sentence_with

    if is_short(old, new):
        return became(old, new)
    if not change.other.old or not change.other.new:
        said = opening(change.other.old or change.other.new, _SENTENCE)
        return f"it {'now' if change.other.new else 'no longer'} says {said}"
    gone, come = change.other.old, change.other.new
    if " " not in gone + come:  # a word alone tells nobody what became of the answer
        gone, come = sentence_with(old, gone), sentence_with(new, come)
    return became(gone, come, _SENTENCE) if gone != come else became(change.other.old, change.other.new)


def _refusal(old: str, new: str) -> str:
    """That one of two answers refuses in words."""
    from cassette_tools.diff.texts.wording import is_refused

    refused = is_refused(old), is_refused(new)
    return "" if refused[0] == refused[1] else "the model now refuses, " if refused[1] else "no refusal any more, "


def prompt_note(change: TextChange, old: str, new: str) -> str:
    """What became of the words of a prompt: where they differ, and not which facts do: all of them are instructions."""
    lines = _lines_note(old, new)
    if change.rule == "text-whitespace-changed" and lines:
        return f"only whitespace, {lines}"
    if change.rule in ("text-whitespace-changed", "text-appeared", "text-vanished"):
        return text_note(change, old, new)
    regions = places_of(old, new)
    likeness = similarity(old, new)
    shorter = min(len(old), len(new))
    kept = shorter - sum(min(i2 - i1, j2 - j1) for i1, i2, j1, j2 in regions)
    anew = likeness < _REWRITTEN and (len(regions) > _FEW_PLACES or 2 * kept < shorter)
    if anew and max(len(old), len(new)) > _SENTENCE:
        left, right = (short(side.strip(), _SENTENCE) for side in (old, new))
        if left != right:
            return f"rewritten ({alike(likeness)}): {left} → {right}"
    at_end = _at_one_end(old, new)
    is_short = len(regions) == 1 and all(max(i2 - i1, j2 - j1) <= _FEW_LETTERS for i1, i2, j1, j2 in regions)
    if at_end or is_short or likeness < _REWRITTEN or not lines:
        return at_end or _wording_note(old, new, likeness, is_prompt=True)
    return lines


def _lines_note(old: str, new: str) -> str:
    """How many lines of a long text of many lines changed: a report shows below which; "" for other texts."""
    count = max(old.count("\n"), new.count("\n")) + 1
    if count < _MANY_LINES or max(len(old), len(new)) <= _READ_AT_ONCE:
        return ""
    gone, come, changed = lines_changed(old, new)
    if not gone and not come:
        return f"{changed:,} of {count:,} lines"
    told = [
        f"{number:,} {what}" for number, what in ((changed, "changed"), (gone, "removed"), (come, "added")) if number
    ]
    first, _, rest = told[0].partition(" ")
    told[0] = f"{first} line{'s' * (first != '1')} {rest}"
    return f"{', '.join(told)} (of {count:,})"


_FEW_LETTERS = 40  # of each side of the only place that changed: a sentence can show it
_MANY_LINES = 10


def _at_one_end(old: str, new: str) -> str:
    """What was put before or behind a prompt, or taken away there; "" when that is not all."""
    longer, shorter, words = (new, old, "it now") if len(new) > len(old) else (old, new, "it no longer")
    if longer.startswith(shorter):
        return f"{words} ends with {short(longer[len(shorter) :].strip(), _SENTENCE)}"
    if longer.endswith(shorter):
        return f"{words} begins with {short(longer[: -len(shorter)].strip(), _SENTENCE)}"
    return ""


_FEW_PLACES, _REWRITTEN = 2, 0.65  # a text that differs in more places, and is less alike, was written anew


def text_note(change: TextChange, old: str, new: str) -> str:
    """The difference of two texts in a few words."""
    if change.items:
        return change.items
    if change.rule == "text-whitespace-changed":
        return f"only whitespace, {became(old, new, 30)}"
    if change.rule in ("text-appeared", "text-vanished"):
        return became(old if old.strip() else ABSENT, new if new.strip() else ABSENT)
    lost, gained = _without_secrets(change.facts[0], old), _without_secrets(change.facts[1], new)
    is_data = json_document(old) is not None and json_document(new) is not None
    if bool(lost) != bool(gained):
        passage = _members(lost or gained, gone=bool(lost)) if is_data else _passage(old, new, lost or gained)
        if passage:
            return passage
        if not is_data and _is_mostly_there((lost or gained)[0], new if lost else old):
            return became(old, new, _SENTENCE)
    if lost and not gained and similarity(old, new) < _ANOTHER and not old.startswith(new.strip()):
        return _openings(old, new)  # what is gone alone does not say what stands there now
    return _facts_note(lost, gained) if lost or gained else _wording_note(old, new, change.similarity)


def _is_mostly_there(fact: str, text: str) -> bool:
    """Whether most words of a passage of code stand in a text: then it is not gone, but changed."""
    spoken, there = fact.split(), {*text.split()}
    return len(spoken) >= _A_SENTENCE and 2 * sum(word in there for word in spoken) >= len(spoken)


def _passage(old: str, new: str, facts: tuple[str, ...]) -> str:
    """Which sections or sentences are gone, or new, where all that differs is in them; "" where more differs, or so
    little that the facts tell it.
    """
    found = without_blanks(pieces(old, new))
    is_gone = not any(right.strip() for left, right in found if left != right)
    if not is_gone and any(left.strip() for left, right in found if left != right):
        return ""
    passage = "\n".join(left if is_gone else right for left, right in found if left != right)
    if len(passage.split()) < _A_SENTENCE:
        return ""
    headed = [next(filter(None, match)) for match in re.findall(_HEADED, passage)]
    if headed and len(facts) > 1:
        more = f" and {len(headed) - _MOST_FACTS} more" if len(headed) > _MOST_FACTS else ""
        names = ", ".join(short(name.strip(" *:#")) for name in headed[:_MOST_FACTS])
        plural = len(headed) > 1
        return f"the section{'s' * plural} {names}{more} {'are' if plural else 'is'} {'gone' if is_gone else 'new'}"
    said = opening(" ".join(passage.strip(" .,;").split()), _SENTENCE)
    return f"it {'no longer' if is_gone else 'now'} says {said}"


def _members(facts: tuple[str, ...], *, gone: bool) -> str:
    """Of data in which one member came or went, or one in each element of a list: its name, and what it says."""
    names = {re.sub(r"\[\d+\]", "[]", fact.partition("=")[0]) for fact in facts}
    values = [fact.partition("=")[2] for fact in facts]
    more = f" and {len(values) - _MOST_FACTS} more" if len(values) > _MOST_FACTS else ""
    if len(names) > 1:
        return ""
    return f"{names.pop()} is {'gone' if gone else 'new'}: {', '.join(map(_readable, values[:_MOST_FACTS]))}{more}"


_A_SENTENCE = 6  # words
_HEADED = r"(?m)^#+ ++(.*\S)[^\S\n]*$|^\*\*([^*\n]+)\*\*:?[^\S\n]*$"


@lru_cache(maxsize=1024)  # every later request of a conversation repeats what was said
def _wording_note(old: str, new: str, likeness: float, *, is_prompt: bool = False) -> str:
    """Where two texts of the same facts differ; of long ones also how long they are where that differs much, and how
    much of a prompt stayed (no share of an answer: what says the same in other words may have no word in common).
    """
    whole = _words_note(old, new, likeness, is_prompt=is_prompt)
    end = "" if is_prompt else _end_apart(old, new)
    if not end or end[-_SEEN:] in whole.replace('\\"', '"'):
        return whole
    is_long = max(len(old), len(new)) > _READ_AT_ONCE
    left, right = (side.rstrip().removesuffix(end).rstrip() for side in (old, new))
    words = f"it {'now' if right != new.rstrip() else 'no longer'} ends with {opening(end, _SENTENCE)}"
    return words if left == right else f"{whole if is_long else _words_note(left, right, likeness)}; {words}"


_SEEN = 20  # characters of the end of a sentence: where they are shown, so is the most of it


def _words_note(old: str, new: str, likeness: float, *, is_prompt: bool = False) -> str:
    longest = max(len(old), len(new))
    share = f" ({alike(likeness)})" if longest > _READ_AT_ONCE and is_prompt else ""
    much = longest > _READ_AT_ONCE and longest >= _MUCH * min(len(old), len(new))
    if much or (longest > _SENTENCE and likeness < _ANOTHER):
        return _openings(old, new) + share
    said = became(old, new, _SENTENCE)
    whole = " … " in said and len(old) + len(new) <= _READ_WHOLE and not is_prompt
    return (became(old, new, max(len(old), len(new)) + 2) if whole else said) + share


def _end_apart(old: str, new: str) -> str:
    from cassette_tools.diff.texts.wording import last_sentence_apart

    return last_sentence_apart(old, new)


def _openings(old: str, new: str) -> str:
    """How two texts begin that have little in common, and how long they are where one is much longer."""
    sizes = sorted((len(old), len(new)))
    size = ""
    if sizes[1] > _READ_AT_ONCE and sizes[1] >= _MUCH * sizes[0]:
        much = "much " if sizes[1] >= 2 * _MUCH * sizes[0] else ""
        size = f"{much}{'shorter' if len(new) < len(old) else 'longer'} ({len(old):,} → {len(new):,} characters): "
    before, after = opening(old, _SENTENCE), opening(new, _SENTENCE)
    return size + (f"{before} → {after}" if before != after else became(old, new, _SENTENCE))


_ANOTHER = 0.5  # texts with fewer words in common have little to do with each other
_READ_WHOLE = 200  # characters of both sides of an answer that is shown whole rather than with a hole in it
_READ_AT_ONCE = 400  # characters: of a longer text one wants to know first how much stayed
_MUCH = 1.5  # times as long
_SENTENCE = 80  # characters of each side of a text: about a sentence
_MOST_FACTS = 3


def _without_secrets(facts: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Facts as they may be shown: of one that is a piece of a secret, the secret's kind."""
    for secret in secrets_in(text):
        token = text[secret.start : secret.end]
        facts = tuple(f"{secret.shown}…" if fact in token or token in fact else fact for fact in facts)
    return tuple(dict.fromkeys(facts))


def _facts_note(lost: tuple[str, ...], gained: tuple[str, ...]) -> str:
    """``30 °C → 31 °C``; ``it now says 5`` and ``it no longer says 5`` where only one side has facts of its own."""
    gone, come = (", ".join(map(_readable, side[:_MOST_FACTS])) for side in (lost, gained))
    more = max(len(lost), len(gained)) - _MOST_FACTS
    rest = f" and {more} more" if more > 0 else ""
    if not gained:
        return f"it no longer says {unquoted(gone)}{rest}"
    if lost == gained:
        return f"{unquoted(gone)} → {unquoted(come)} (another secret){rest}"
    if not lost:
        return f"it now says {unquoted(come)}{rest}"
    return " → ".join(unquoted_pair(gone, come)) + rest


def _readable(fact: str) -> str:
    """A fact without what nobody reads: the digits in the middle of hundreds."""
    return fact if len(fact) <= LIMIT or " " in fact or "/" in fact else f"{fact[:16]}…{fact[-8:]}"


def _text_place(scene: Scene, parts: Sequence[Part], origin: str, *, new: bool) -> Place | None:
    interaction = scene.new if new else scene.old
    place_of = request_place if origin == "request" else response_place
    return next((place_of(interaction, part.pointer) for part in texts(parts)), None)


# --- reasoning -------------------------------------------------------------------------------------------------------


def _ahead(old: Sequence[Part], new: Sequence[Part]) -> str:
    """That thinking now stands where clients that read the first element found the text, in words."""
    first = next((part for part in old if isinstance(part, Text)), None)
    if first is None or not new or not isinstance(new[0], Reasoning):
        return ""
    before, after = first.pointer.split("/"), new[0].pointer.split("/")
    for depth, (left, right) in enumerate(zip(before, after, strict=False)):
        if left != right:
            return ""
        if left == "0" and depth > 1 and before[depth - 1] in _OF_PARTS:
            return f", at {before[depth - 1]}[0] before the text"
    return ""


_OF_PARTS = ("content", "parts", "output")


def _shift(old: Sequence[Part], new: Sequence[Part], lefts: Sequence[Part], rights: Sequence[Part]) -> str:
    """That the first of some parts has another number now, because a text came or went before it, in words."""
    had, has = (texts(side)[:1] for side in (old, new))
    spots = [_spot(part) for side in (lefts, rights) for part in side[:1]]
    ahead = [_spot(part) for part in (had or has)]
    if len(spots) != 2 or None in spots or bool(had) == bool(has) or None in ahead:
        return ""
    (before, at), (after, now), (_, text) = (spot for spot in (*spots, *ahead) if spot is not None)
    if before != after or at == now or text >= (at if had else now):
        return ""
    return f"; the {_CALLED.get(rights[0].type, rights[0].type)} is {after}[{now}] now, not {before}[{at}]"


_CALLED = {"tool_call": "call", "reasoning": "thinking"}


def _spot(part: Part) -> tuple[str, int] | None:
    """In which list of parts, or of items that have parts, something stands, and under which number."""
    steps = part.pointer.split("/")
    for name, number in pairwise(steps):
        if name in _OF_PARTS and number.isdecimal():
            return name, int(number)
    return None


def blank_changes(scene: Scene, old: Sequence[Part], new: Sequence[Part], at: str) -> Iterator[Change]:
    """A text of nothing but blanks that an answer began with, or now begins with: what follows has another number."""
    heads = [
        side[:1] if side and isinstance(side[0], Text) and not side[0].content.strip() else () for side in (old, new)
    ]
    if bool(heads[0]) == bool(heads[1]):
        return
    rest = old[len(heads[0]) :], new[len(heads[1]) :]
    kinds = [part.type for part in (*rest[0][:1], *rest[1][:1])]
    if len(kinds) != 2:
        return
    kept = next((part for part in rest[1] if part.type == kinds[0]), None)
    shift = _shift(heads[0], heads[1], rest[0], [kept] if kept is not None else [])
    [text] = texts(heads[0] or heads[1])
    if not shift:
        return
    gone = bool(heads[0])
    scene.stands_alone("response", text.pointer, added=not gone)
    yield Change(
        rule="text-vanished" if gone else "text-appeared",
        path=f"{at}.text.blank",
        origin="response",
        pair=scene.pair,
        old=text.content if gone else ABSENT,
        new=ABSENT if gone else text.content,
        subject="the text",
        note=shift,
        circumstance=BLANK,
        old_place=response_place(scene.old, text.pointer) if gone else None,
        new_place=None if gone else response_place(scene.new, text.pointer),
    )


def reasoning_changes(scene: Scene, old: Sequence[Part], new: Sequence[Part], at: str, origin: str) -> Iterator[Change]:
    """Whether there is reasoning, and of which kind. Its words are noise; in a history it is an echo or the SDK's
    choice.
    """
    lefts: list[Reasoning] = [part for part in old if isinstance(part, Reasoning)]
    rights: list[Reasoning] = [part for part in new if isinstance(part, Reasoning)]
    if lefts == rights or not (lefts or rights):
        return
    place_of = request_place if origin == "request" else response_place
    before, after = "".join(part.content for part in lefts), "".join(part.content for part in rights)
    if origin == "response":
        said = _leaks(old, new)
        if said[0] != said[1] and bool(lefts) != bool(rights):
            return  # it moved: told with the text
    circumstance = AS_TEXT if origin == "response" and _was_counted(scene, lefts, rights) else None
    if origin == "request" and scene.ids.thought and bool(lefts) != bool(rights):
        circumstance = OF_CLIENT  # both answers think: whether that is given back, no setting decides
    kinds = (_kinds(lefts), _kinds(rights))

    def change(rule: str, echo: Hashable, note: str) -> Change:
        return Change(
            rule=rule,
            path=f"{at}.reasoning",
            origin=origin,
            pair=scene.pair,
            old=before if lefts else ABSENT,
            new=after if rights else ABSENT,
            subject="reasoning",
            note=note,
            circumstance=circumstance,
            echo=echo,
            old_place=place_of(scene.old, lefts[0].pointer) if lefts else None,
            new_place=place_of(scene.new, rights[0].pointer) if rights else None,
            also=_pointers(lefts, rights),
        )

    if bool(lefts) != bool(rights):
        rule = "reasoning-appeared" if rights else "reasoning-vanished"
        if origin == "response":
            note = field_of(rights or lefts) + (_ahead(old, new) if rights and origin == "response" else "")
        else:
            note = (short(before or after) if before or after else kinds[not lefts]) + _less_than_arrived(scene, after)
        yield change(rule, ("reasoning", bool(lefts), bool(rights)), note)
        return
    lost = _lost_on_the_way(scene, before, after) if origin == "request" else None
    if kinds[0] != kinds[1] and not (lost and not (before.strip() and after.strip())):
        yield Change(
            rule="reasoning-kind-changed",
            path=f"{at}.reasoning.kind",
            origin=origin,
            pair=scene.pair,
            old=kinds[0],
            new=kinds[1],
            echo=("reasoning", *kinds),
        )
    if (lost or kinds[0] == kinds[1]) and bool(before.strip()) != bool(after.strip()):
        rule = "reasoning-appeared" if after.strip() else "reasoning-vanished"
        note = "" if after.strip() and origin == "response" else _sealed(lefts if after.strip() else rights)
        if origin == "request":
            note = opening(lost.arrived if lost else before or after) + note
        echo = ("reasoning's words", bool(before.strip()), bool(after.strip()))
        yield replace(change(rule, echo, note), circumstance=EMPTY)
    elif lost:
        rule = "reasoning-vanished" if lost.side else "reasoning-appeared"
        values = (lost.arrived, lost.sent) if lost.side else (lost.sent, lost.arrived)
        note = _which_part(lost.arrived, lost.what)
        yield replace(change(rule, None, note), circumstance=PARTLY, old=values[0], new=values[1], sent=(before, after))
    elif before != after:
        note = "only whitespace" if before.split() == after.split() else alike(similarity(before, after))
        yield change("reasoning-reworded", None, note)
    for left, right in zip(lefts, rights, strict=False):
        yield from id_changes(scene, f"{at}.reasoning.id", origin, left.id, right.id) if left.id and right.id else ()
        for name in ("signature", "encrypted"):
            sealed = (getattr(left, name), getattr(right, name))
            if sealed[0] and sealed[1] and sealed[0] != sealed[1]:
                yield Change(
                    rule="opaque-changed", path=f"{at}.reasoning.{name}", origin=origin, pair=scene.pair, subject=name
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


def field_of(parts: Sequence[Part]) -> str:
    """The name that the wire has for a part."""
    steps = [step for part in parts[:1] for step in part.pointer.split("/") if step and not step.isdecimal()]
    if steps[-1:] in (["output"], ["content"], ["parts"]):
        return "reasoning"  # an item that is named by its type
    if steps[-1:] == ["data"] and all(isinstance(part, Reasoning) and not part.content for part in parts):
        return f"encrypted form alone ({'.'.join(steps[-2:])})"
    return ".".join(steps[-2:] if steps[-1:] in (["thinking"], ["text"]) else steps[-1:]) or "reasoning"


def _leaks(old: Sequence[Part], new: Sequence[Part]) -> tuple[bool, bool]:
    """On which of two sides thinking stands in the content."""
    whole = _moved_whole(old, new)
    return whole[0] or has_thinking(joined_text(old)), whole[1] or has_thinking(joined_text(new))


def _moved_whole(old: Sequence[Part], new: Sequence[Part]) -> tuple[bool, bool]:
    """On which of two sides the content is nothing but thinking that no mark sets apart: on the other side it begins
    with the same words, and has a field of its own.
    """
    said = [joined_text(side).strip() for side in (old, new)]
    thought = ["".join(part.content for part in side if isinstance(part, Reasoning)).strip() for side in (old, new)]
    if similarity(said[0], said[1]) >= _ANOTHER:
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
    sides = [[part for part in side if isinstance(part, Reasoning)] for side in (old, new)]
    own = field_of(sides[leaked[0]])
    moved = bool(sides[leaked[0]]) and not sides[leaked[1]]
    if moved:
        note = f"the thinking moved from {'content to ' + own if leaked[0] else own + ' to content'}"
    else:
        mark = "" if "<think" in joined_text(old if leaked[0] else new) else " and </think>"
        note = f"the content {'no longer' if leaked[0] else 'now'} holds the thinking{mark}"
        note += _shift(old, new, tool_calls(old), tool_calls(new))
    if any(_moved_whole(old, new)):
        answer = joined_text(new if leaked[0] else old).strip()
        note += f", and the content is {'now' if leaked[0] else 'no longer'} " + (
            short(answer, _SENTENCE) if answer else "empty"
        )
    elif nothing := _what_is_left(scene, old, new, leaked):
        note += f", and the content is {nothing} now" if leaked[0] else f", and the content was {nothing}"
    yield Change(
        rule="reasoning-kind-changed",
        path=f"{at}.reasoning.kind",
        origin="response",
        pair=scene.pair,
        old="content" if leaked[0] else own if moved else ABSENT,
        new="content" if leaked[1] else own if moved else ABSENT,
        note=note,
        circumstance=LEAKED,
        echo=("text", joined_text(old).strip(), joined_text(new).strip()),
        old_place=_text_place(scene, old, "response", new=False),
        new_place=_text_place(scene, new, "response", new=True),
        also=_pointers([*texts(old), *sides[0]], [*texts(new), *sides[1]]),
    )


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
    return " and ".join(sorted({part.kind for part in parts} | {"encrypted" for part in parts if part.encrypted}))


# --- tool calls ------------------------------------------------------------------------------------------------------


def tool_calls(parts: Sequence[Part]) -> list[ToolCall]:
    """The tool calls among the parts."""
    return [part for part in parts if isinstance(part, ToolCall)]


def call_changes(
    scene: Scene, old: Sequence[ToolCall], new: Sequence[ToolCall], at: str, origin: str
) -> Iterator[Change]:
    """The changes of a message's tool calls, in whatever order they were made."""

    def key(side: tuple[ToolCall, bool]) -> Hashable:
        return (part_key(side[0]), scene.ids.common_name(side[0].id, new=side[1]))

    def likeness(left: tuple[ToolCall, bool], right: tuple[ToolCall, bool]) -> float:
        same = scene.ids.are_coupled(left[0].id, right[0].id)
        return 2.0 if same else _call_likeness(left[0], right[0])

    sides = [(call, False) for call in old], [(call, True) for call in new]
    times = Counter(map(part_key, old)), Counter(map(part_key, new))
    couples = list(align_by_key(*sides, key, likeness))
    yield from _order_of_calls(scene, old, new, couples, at, origin)
    for i, j in couples if origin == "request" else _with_substitutes(couples, scene, old, new):
        if i is not None and j is not None:
            instead = origin == "response" and _is_instead(scene, old[i], new[j], beside=max(len(old), len(new)) > 1)
            yield from _one_call(scene, old[i], new[j], f"{at}.tool_calls[{j}]", origin, instead=instead)
            continue
        call, number = (old[i], i) if i is not None else (new[j or 0], j)
        change = _call_alone(scene, call, f"{at}.tool_calls[{number}]", origin, added=i is None)
        before, after = (side[part_key(call)] for side in times)
        if before and after and origin == "response":
            note = f"{after} instead of {before} identical calls"
            change = replace(change, note=note, circumstance=IDENTICAL)
        elif origin == "response" and part_key(call) in scene.ids.called[i is None]:
            change = replace(change, circumstance=AGAIN)
        elif old and new and origin == "response":
            change = replace(change, circumstance=BESIDE_OTHERS)
        elif i is None and origin == "response" and _is_offered_now(scene, call.name):
            change = replace(change, circumstance=OFFERED)
        yield change


def _order_of_calls(
    scene: Scene,
    old: Sequence[ToolCall],
    new: Sequence[ToolCall],
    couples: Iterable[tuple[int | None, int | None]],
    at: str,
    origin: str,
) -> Iterator[Change]:
    """The same calls in another order."""
    same = [(i, j) for i, j in couples if i is not None and j is not None and part_key(old[i]) == part_key(new[j])]
    befores, afters = [old[i] for i, _ in sorted(same)], [new[j] for j in sorted(j for _, j in same)]
    if [*map(part_key, befores)] == [*map(part_key, afters)]:
        return
    alike = len({call.name for call in befores}) < len(befores)  # calls of one tool are told apart by their arguments
    sides = [
        ", ".join(f"{call.name} {short(call.arguments)}" if alike else call.name for call in side)
        for side in (befores, afters)
    ]
    place_of = request_place if origin == "request" else response_place
    yield Change(
        rule="call-order-changed",
        path=f"{at}.tool_calls",
        origin=origin,
        pair=scene.pair,
        old=sides[0],
        new=sides[1],
        echo=("order", *sides),
        old_place=place_of(scene.old, befores[0].pointer),
        new_place=place_of(scene.new, afters[0].pointer),
    )


def _with_substitutes(
    couples: list[tuple[int | None, int | None]], scene: Scene, old: Sequence[ToolCall], new: Sequence[ToolCall]
) -> list[tuple[int | None, int | None]]:
    """The couples; the one call that came and the one that went are one as well, where the client offers both tools."""
    gone = [i for i, j in couples if i is not None and j is None]
    come = [j for i, j in couples if j is not None and i is None]
    if len(gone) != 1 or len(come) != 1 or not _are_offered(scene, old[gone[0]].name, new[come[0]].name):
        return couples
    if part_key(old[gone[0]]) in map(part_key, new) or part_key(new[come[0]]) in map(part_key, old):
        return couples  # a call that is made another number of times
    return [(gone[0], j) if j == come[0] else (i, j) for i, j in couples if i != gone[0]]


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


def _call_likeness(old: ToolCall, new: ToolCall) -> float:
    if old.name == new.name:
        return 0.5 + 0.5 * similarity(repr(old.arguments), repr(new.arguments))
    if old.arguments == new.arguments:
        return 0.3
    if isinstance(old.arguments, dict) and isinstance(new.arguments, dict):
        return 0.1 if old.arguments.keys() == new.arguments.keys() else 0.0
    return 0.0


def _call_alone(scene: Scene, call: ToolCall, path: str, origin: str, *, added: bool) -> Change:
    place_of = request_place if origin == "request" else response_place
    place = place_of(scene.new if added else scene.old, call.pointer)
    shown = shown_part(call)
    scene.stands_alone(origin, call.pointer, added=added)
    rule = "prompt-changed" if origin == "request" else "tool-call-added" if added else "tool-call-removed"
    return Change(
        rule=rule,
        path=path,
        origin=origin,
        pair=scene.pair,
        old=ABSENT if added else shown,
        new=shown if added else ABSENT,
        subject=call.name if origin == "response" else f"a call to {call.name} in the history",
        note=short(call.arguments) if origin == "response" else f"{short(shown)} is {'new' if added else 'gone'}",
        echo=echo_of_part(call, added=added),
        old_place=None if added else place,
        new_place=place if added else None,
    )


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
        any(
            part_key(part) == part_key(call)
            for each in side
            if each.llm is not None
            for message in each.llm.input_messages
            for part in tool_calls(message.parts)
        )
        for side, call in zip(scene.ids.recordings, calls, strict=True)
    )


def _one_call(
    scene: Scene, old: ToolCall, new: ToolCall, path: str, origin: str, *, instead: bool = False
) -> Iterator[Change]:
    place_of = request_place if origin == "request" else response_place
    places = (place_of(scene.old, old.pointer), place_of(scene.new, new.pointer))
    scene.couple(origin, old.pointer, new.pointer)
    yield from id_changes(scene, f"{path}.id", origin, old.id, new.id, places)
    echo = ("call", part_key(old), part_key(new))
    if old.name != new.name:
        yield Change(
            rule="tool-call-renamed" if origin == "response" else "prompt-changed",
            path=f"{path}.name",
            origin=origin,
            pair=scene.pair,
            old=old.name,
            new=new.name,
            subject="a call in the history",
            note=_instead(old, new) if instead else f"{old.name} → {new.name}",
            circumstance=INSTEAD if instead else None,
            echo=echo,
            old_place=places[0],
            new_place=places[1],
        )
    if instead:
        return  # another tool has other arguments
    lacking = [*call_field_changes(scene, old, new, path)] if origin == "response" else []
    yield from lacking
    if any(each.path.endswith(".arguments") for each in lacking):
        return
    differences = list(json_changes(old.arguments, new.arguments))
    if differences or old.arguments_valid != new.arguments_valid:
        encoded = _encoded_once(old, new)
        rule, why = ("prompt-changed", "") if origin == "request" else judged_arguments(scene, differences, old, new)
        yield Change(
            rule=rule,
            path=f"{path}.arguments",
            origin=origin,
            pair=scene.pair,
            old=old.arguments,
            new=new.arguments,
            subject=new.name if origin == "response" else f"a call to {new.name} in the history",
            note=encoded
            or (listed(by_lists(differences, old.arguments, new.arguments), whole=_ARGUMENTS) or _ON_ONE_SIDE) + why,
            circumstance=ENCODED if encoded else circumstance_of(differences, old.arguments, new.arguments),
            echo=echo,
            old_place=places[0],
            new_place=places[1],
        )
    elif old.raw_arguments != new.raw_arguments and old.raw_arguments and new.raw_arguments:
        yield Change(
            rule="json-formatting-changed",
            path=f"{path}.arguments",
            origin=origin,
            pair=scene.pair,
            subject="arguments",
        )


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


# --- everything else -------------------------------------------------------------------------------------------------

_OWN_COMPARISON = frozenset(("text", "reasoning", "refusal", "tool_call", "tool_call_response"))


def other_part_changes(
    scene: Scene, old: Sequence[Part], new: Sequence[Part], at: str, origin: str
) -> Iterator[Change]:
    """Media, the provider's own tools, and parts that nobody knows."""
    lefts = [part for part in old if part.type not in _OWN_COMPARISON]
    rights = [part for part in new if part.type not in _OWN_COMPARISON]
    if lefts == rights:
        return
    place_of = request_place if origin == "request" else response_place
    couples = list(align_by_key(lefts, rights, _content_key, _part_likeness, ordered=True))
    counted: set[str] = set()  # the kinds of which it is told how many there are
    for i, j in couples:
        left = lefts[i] if i is not None else None
        right = rights[j] if j is not None else None
        if left is not None and right is not None and _content_key(left) == _content_key(right):
            continue
        present = right if right is not None else left
        assert present is not None
        both = left is not None and right is not None
        if (
            isinstance(left, Generic)
            and isinstance(right, Generic)
            and left.kind == right.kind
            and not scene.is_cross_provider
        ):
            continue  # what nobody knows is told value by value, as it was sent
        if isinstance(left, Blob) and isinstance(right, Blob) and _is_sent_alike(scene, left, right, origin):
            continue  # what is said beside the bytes as well
        path = f"{at}.parts[{_kind(present)}]"
        if isinstance(left, File) and isinstance(right, File):
            yield from id_changes(scene, f"{path}.file_id", origin, left.file_id, right.file_id)
            continue
        if isinstance(left, Uri) and isinstance(right, Uri) and _is_same_resource(scene, left, right, origin):
            yield given_back(scene, f"{path}.uri", left.uri, right.uri)
            continue
        if left is not None and right is not None:
            quiet = _quiet_changes(scene, _payload(left), _payload(right), path, origin)
            if quiet is not None:
                yield from quiet
                continue
        count = "" if both or origin == "request" else _fewer(lefts, rights, couples, present)
        if count and _kind(present) in counted:
            continue
        counted.add(_kind(present))
        rule = _rule_of_other(present, both=both, added=right is not None, origin=origin)
        before = ABSENT if left is None else _shown_of(scene.old, left, origin)
        after = ABSENT if right is None else _shown_of(scene.new, right, origin)
        lone = "" if both or origin != "request" else _medium_in_words(scene, present, new=right is not None)
        yield Change(
            rule=rule,
            path=path,
            origin=origin,
            pair=scene.pair,
            old=before,
            new=after,
            subject="" if lone else _name_of(present),
            note=lone or count or _part_note(scene, left, right, origin),
            circumstance=LONE_MEDIUM if lone else FEWER if count else None,
            also=_pointers(*_alone(lefts, rights, couples, present)) if count else ((), ()),
            echo=("part", key_of(left), key_of(right)),
            old_place=place_of(scene.old, left.pointer) if left is not None else None,
            new_place=place_of(scene.new, right.pointer) if right is not None else None,
        )


def _is_same_resource(scene: Scene, old: Uri, new: Uri, origin: str) -> bool:
    """Whether a client shows the model what it was given the address of by an answer before."""
    return origin == "request" and old.mime_type == new.mime_type and is_given_back(scene, old.uri, new.uri)


def _alone(
    old: Sequence[Part], new: Sequence[Part], couples: Sequence[tuple[int | None, int | None]], like: Part
) -> tuple[list[Part], list[Part]]:
    """The parts of a kind that only one side has."""
    gone = [old[i] for i, j in couples if i is not None and j is None and _kind(old[i]) == _kind(like)]
    come = [new[j] for i, j in couples if j is not None and i is None and _kind(new[j]) == _kind(like)]
    return gone, come


def _fewer(
    old: Sequence[Part], new: Sequence[Part], couples: Sequence[tuple[int | None, int | None]], like: Part
) -> str:
    """What to say of parts that nobody knows, of which there are more or fewer: how many, and which are left."""
    sides = [[part for part in side if _kind(part) == _kind(like)] for side in (old, new)]
    if not isinstance(like, Generic) or not all(sides) or len(sides[0]) == len(sides[1]):
        return ""
    both = [(i, j) for i, j in couples if i is not None and j is not None and _kind(old[i]) == _kind(like)]
    fewer = min(map(len, sides))
    at = [[number for number, part in enumerate(side) if _kind(part) == _kind(like)] for side in (old, new)]
    begins = both == [*zip(at[0][:fewer], at[1][:fewer], strict=True)]
    same = begins and all(_part_likeness(old[i], new[j]) > _SAME_PART for i, j in both)
    which = f", the first {fewer} {'of them' if len(sides[1]) == fewer else 'as before'}" if same else ""
    return f"{len(sides[1])} {_kind(like)} instead of {len(sides[0])}{which}"


_SAME_PART = 1.4  # of 1.5: the same but for a number in it


def _part_note(scene: Scene, left: Part | None, right: Part | None, origin: str) -> str:
    """What became of a part. Of media, what is said of them beside the bytes, and whether the bytes are others."""
    if left is None or right is None:
        return _lone_part_note(right if right is not None else left, "gone" if right is None else "new")
    if isinstance(left, ServerToolCallResponse) and isinstance(right, ServerToolCallResponse):
        results = _results_of(left.server_tool_call_response), _results_of(right.server_tool_call_response)
        if results[0] and results[1] and list(results[0]) != list(results[1]):
            return _results_note(*results)
    if not (isinstance(left, Blob) and isinstance(right, Blob)):
        told = [each for each in json_changes(_payload(left), _payload(right)) if not _is_quiet(each.route, origin)]
        if 0 < len(told) <= _FEW_VALUES and all(isinstance(each, dict) for each in (_payload(left), _payload(right))):
            return listed(told)
        return became(_shown_of(scene.old, left, origin), _shown_of(scene.new, right, origin))
    said = listed(list(json_changes(_said_of(left), _said_of(right))))
    if left.content == right.content:
        return said
    before, after = size_of(left), size_of(right)
    content = f"{before:,} → {after:,} bytes" if before != after else f"other bytes, as many as before ({before:,})"
    return f"{said}, {content}" if said else content


_FEW_VALUES = 3  # so many values that changed are named one by one


def _is_quiet(route: Route, origin: str) -> bool:
    return bool(route) and volatile_field(dotted(route).lstrip("."), origin) is not None


def _results_of(payload: Json) -> dict[str, Json]:
    """What a search of the provider's found, by address or title."""
    lists = [payload, *payload.values()] if isinstance(payload, dict) else [payload]
    for each in lists:
        if isinstance(each, list) and each and all(isinstance(one, dict) for one in each):
            names = [one.get("url") or one.get("title") for one in each if isinstance(one, dict)]
            if all(isinstance(name, str) for name in names):
                return dict(zip(map(str, names), each, strict=True))
    return {}


def _results_note(old: dict[str, Json], new: dict[str, Json]) -> str:
    """``10 → 3 results, 8 gone, 1 new: https://…``."""
    gone = [name for name in old if name not in new]
    come = [name for name in new if name not in old]
    counted = f"{len(old)} → {len(new)} results" if len(old) != len(new) else f"{len(old)} results"
    said = [f"{len(each)} {what}: {short(each[0], 80)}" for each, what in ((gone, "gone"), (come, "new")) if each]
    return ", ".join((counted, *said)) if said else f"{counted}, in another order" if len(old) == len(new) else counted


def _lone_part_note(part: Part | None, became_of_it: str) -> str:
    if isinstance(part, Blob):
        kind = f"{part.mime_type}, " if part.mime_type else ""
        return f"it is {became_of_it} ({kind}{count_of_bytes(size_of(part))})"
    return "" if part is None else f"{part_in_words(part)} is {became_of_it}"


def _medium_in_words(scene: Scene, part: Part, *, new: bool) -> str:
    """``a file part is new: test.pdf, https://…/test.pdf``; nothing for a part that is no file, image or sound."""
    if not isinstance(part, Blob | Uri | File):
        return ""
    body = (scene.new if new else scene.old).request.body.json
    holders = [value_at(body, part.pointer.rsplit("/", up)[0]) for up in range(3)]
    called = (each[key] for each in holders if isinstance(each, dict) for key in _FILE_NAMES if each.get(key))
    name = next((each for each in called if isinstance(each, str)), "")
    kind = "file" if name or isinstance(part, File) else part.modality or "file"
    if isinstance(part, Blob):
        said = f"{part.mime_type}, " if part.mime_type else ""
        what = f"{said}{count_of_bytes(size_of(part))}"
    else:
        what = cut(unsigned(part.uri), _ADDRESS) if isinstance(part, Uri) else str(part.file_id)
    article = "an" if kind[0] in "aeiou" else "a"
    return f"{article} {kind} part is {'new' if new else 'gone'}: {', '.join(filter(None, (name, what)))}"


_FILE_NAMES = ("filename", "file_name", "fileName", "title", "name")
_ADDRESS = 120  # characters


def part_in_words(part: Part) -> str:
    """The part in a sentence: media by kind, type and size."""
    if isinstance(part, Blob):
        kind = f"{part.modality} of type {part.mime_type}" if part.mime_type else part.modality
        return f"{kind} ({count_of_bytes(size_of(part))})"
    return short(shown_part(part))


def size_of(blob: Blob) -> int:
    """How many bytes the base64 of a medium stands for."""
    content = blob.content.rstrip("=")
    return len(content) * 3 // 4


def _shown_of(interaction: Interaction, part: Part, origin: str) -> Json:
    """The part as a report shows it; the numbers of tokens, which the part has as a digest, as they were sent."""
    if origin == "request" and isinstance(part, Generic) and part.kind == "tokens":
        sent = value_at(interaction.request.body.json, part.pointer)
        return shown_part(part) if sent is ABSENT else sent
    return shown_part(part)


def _said_of(blob: Blob) -> dict[str, Json]:
    """What is said of a medium beside its bytes."""
    return {"type": blob.mime_type or ABSENT, "transcript": blob.transcript or ABSENT}


def _is_sent_alike(scene: Scene, old: Blob, new: Blob, origin: str) -> bool:
    """Whether the same bytes were sent in the same words, so that what differs stands in fields beside them."""
    if origin != "request" or scene.is_cross_provider or old.content != new.content:
        return False
    sent = value_at(scene.old.request.body.json, old.pointer), value_at(scene.new.request.body.json, new.pointer)
    return sent[0] is not ABSENT and sent[0] == sent[1]


def _part_likeness(old: Part, new: Part) -> float:
    """Of parts of one kind those go together that say the same."""
    if _kind(old) != _kind(new):
        return 0.0
    return 1.0 if isinstance(old, Blob) else 0.5 + similarity(repr(_content_key(old)), repr(_content_key(new)))


def respelled(old: Sequence[Part], new: Sequence[Part]) -> dict[int, int]:
    """The parts that say the same words, on one side as text and on the other inside of an object."""
    waiting: dict[Hashable, list[int]] = {}
    for j, part in enumerate(new):
        waiting.setdefault((isinstance(part, Generic), _only_words(part)), []).append(j)
    found: dict[int, int] = {}
    for i, part in enumerate(old):
        words = _only_words(part)
        same = waiting.get((not isinstance(part, Generic), words))
        if words and same:
            found[i] = same.pop(0)
    return found


def _only_words(part: Part) -> str:
    """The words of a part that holds nothing else."""
    if isinstance(part, Text):
        return part.content.strip()
    if not isinstance(part, Generic) or not isinstance(part.content, dict) or len(part.content) != 1:
        return ""
    value = next(iter(part.content.values()))
    return value.strip() if isinstance(value, str) else ""


def form_of(part: Part) -> str:
    """How the words of a part are sent."""
    return "object" if isinstance(part, Generic) else "string"


def _payload(part: Part) -> Json:
    """What a part of the provider's own holds, as JSON; ``ABSENT`` for one that has fields of ours."""
    if isinstance(part, Generic):
        return part.content
    if isinstance(part, ServerToolCall):
        return part.server_tool_call
    return part.server_tool_call_response if isinstance(part, ServerToolCallResponse) else ABSENT


def _quiet_changes(scene: Scene, old: Json, new: Json, path: str, origin: str) -> list[Change] | None:
    """The noise that the difference of two payloads is; ``None`` when there is more to it."""
    if ABSENT in (old, new):
        return None
    changes: list[Change] = []
    for found in json_changes(old, new):
        quiet = volatile_changes(scene, path + dotted(found.route), origin, found.old, found.new)
        if quiet is None:
            return None
        changes.extend(quiet)
    return changes


def _rule_of_other(part: Part, *, both: bool, added: bool, origin: str) -> str:
    if origin == "request":
        return "prompt-changed"
    if not both:
        return "part-added" if added else "part-removed"
    if isinstance(part, Uri):
        return "id-changed"  # where an image waits to be fetched is made anew, and says nothing of the image
    if isinstance(part, Blob):
        return "media-changed"
    return "server-tool-call-changed" if part.type.startswith("server_") else "unclassified-change"


def _kind(part: Part) -> str:
    if isinstance(part, Blob):
        return part.modality
    if isinstance(part, ServerToolCall | ServerToolCallResponse):
        return f"{part.type} {part.name}"
    return part.kind if isinstance(part, Generic) else part.type


def _name_of(part: Part) -> str:
    """What a person calls it: of vectors, which numbers they are made of, and of how many."""
    if isinstance(part, Generic) and part.kind == "embedding" and isinstance(part.content, dict):
        kind, size = part.content.get("type"), part.content.get("dimensions")
        return f"an embedding of type {kind} ({size} numbers)"
    if isinstance(part, ServerToolCallResponse):
        return f"result of {part.name}"
    return _kind(part)


def _content_key(part: Part) -> Hashable:
    """What the part holds, without its id."""
    if isinstance(part, ServerToolCall):
        return (part.name, repr(part.server_tool_call))
    if isinstance(part, ServerToolCallResponse):
        return (part.name, repr(part.server_tool_call_response))
    if isinstance(part, Generic):
        return (part.kind, repr(part.content))
    if isinstance(part, Blob):
        return (part.modality, part.mime_type, part.content, part.transcript)
    if isinstance(part, Uri):
        return (unsigned(part.uri), part.mime_type)
    return (part.type, part.file_id) if isinstance(part, File) else part_key(part)


def unsigned(address: str) -> str:
    """An address without the signature that lets it be fetched for a while (Azure SAS, Amazon S3, Google Cloud)."""
    bare, mark, query = address.partition("?")
    return bare if mark and any(name in query for name in _SIGNATURES) else address


_SIGNATURES = ("sig=", "X-Amz-Signature=", "X-Goog-Signature=", "Signature=")


def shown_part(part: Part) -> Json:
    """The part as a report shows it: media by their size and digest, never by their bytes."""
    if isinstance(part, Text | Refusal | Reasoning):
        return part.content
    if isinstance(part, ToolCall):
        return {"name": part.name, "arguments": part.arguments}
    if isinstance(part, ToolCallResponse):
        return part.response
    if isinstance(part, Blob):
        from hashlib import sha256

        digest = sha256(part.content.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        return {"modality": part.modality, "mime_type": part.mime_type, "length": len(part.content), "sha256": digest}
    if isinstance(part, Uri):
        return {"uri": part.uri, "mime_type": part.mime_type}
    if isinstance(part, File):
        return {"file_id": part.file_id}
    if isinstance(part, ServerToolCall):
        return {"name": part.name, "server_tool_call": part.server_tool_call}
    if isinstance(part, ServerToolCallResponse):
        return {"name": part.name, "server_tool_call_response": part.server_tool_call_response}
    return {"kind": part.kind, "content": part.content}


def echo_of_part(part: Part | None, *, added: bool) -> Hashable:
    """What a later request would repeat of a part that came or went."""
    if part is None:
        return None
    if isinstance(part, Text):
        return ("text", "", part.content.strip()) if added else ("text", part.content.strip(), "")
    if isinstance(part, ToolCall):
        return ("call", None, part_key(part)) if added else ("call", part_key(part), None)
    return ("part", added, part_key(part))


def key_of(part: Part | None) -> Hashable:
    """What the part says; ``None`` for no part."""
    return None if part is None else part_key(part)
