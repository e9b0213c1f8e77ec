"""What kind of difference two texts have: of spacing, of fact, of wording, or that they are two answers.

What the facts of a text are is the business of `claims`, whether words mean the same that of `wording`.
"""

from __future__ import annotations

from functools import lru_cache

from cassette_tools._record import record
from cassette_tools.diff.values.freeform import json_changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.diff.texts.wording import OtherAnswer
    from cassette_tools.model import Json


@record
class TextChange:
    """`rule` is the drift rule; `similarity` is from 0 to 1; `facts` are those of the old text only, and of the new
    only; `other` says what makes it another answer, `items` which things are gone from its list, or new.
    """

    rule: str
    similarity: float
    facts: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    other: OtherAnswer | None = None
    items: str = ""


def text_change(
    old: str, new: str, premise: tuple[str, str] = ("", ""), *, is_shown: bool = False
) -> TextChange | None:
    """How `new` differs from `old`; ``None`` when it does not.

    `premise` is what the user said on either side: a text that only repeats, or no longer repeats, what was given says
    nothing else. With `is_shown` the user showed something that words do not say.
    """
    if old == new:
        return None
    if "".join(old.split()) == "".join(new.split()):
        return TextChange(rule="text-whitespace-changed", similarity=1.0)
    if not old.strip() or not new.strip():
        return TextChange(rule="text-appeared" if new.strip() else "text-vanished", similarity=0.0)
    if _is_all_thinking(old) and _is_all_thinking(new):
        return _other_thinking(old, new)
    answers = answer_of(old), answer_of(new)
    if answers[0] != old and answers[1] != new:
        return text_change(*answers, premise, is_shown=is_shown) or _other_thinking(old, new)
    return (
        _data_change(old, new, answers)
        or _change_around_data(*answers, premise, is_shown=is_shown)
        or _prose_change(*answers, premise, is_shown)
    )


def _change_around_data(old: str, new: str, premise: tuple[str, str], *, is_shown: bool) -> TextChange | None:
    """The change of two texts with words around data; ``None`` for others."""
    if "```" not in old or "```" not in new:
        return None
    from cassette_tools.diff.texts.fenced import fenced_change

    return fenced_change(old, new, lambda left, right: text_change(left, right, premise, is_shown=is_shown))


def _other_thinking(old: str, new: str) -> TextChange:
    return TextChange(rule=ONLY_THINKING, similarity=similarity(old, new))


def _data_change(old: str, new: str, answers: tuple[str, str]) -> TextChange | None:
    """The change of two texts that are JSON, or sets of words; ``None`` for others."""
    documents = json_document(answers[0]), json_document(answers[1])
    if answers == (old, new) and None not in documents:
        return _document_change(old, new, *documents)
    return _FORM_ALONE if _is_one_set(old, new) else None


_FORM_ALONE = TextChange(rule="json-formatting-changed", similarity=1.0)


ONLY_THINKING = "reasoning-reworded"
"""What a model thought aloud before its answer has other words; the answer is the same."""


def answer_of(text: str) -> str:
    """The text without what a model thought aloud in it (``<think>…</think>``, or only the end of that); the text
    itself when nothing else is there.
    """
    if "<think" not in text and "</think" not in text:
        return text
    import re

    answer = re.sub(r"<think(ing)?>.*?(</think(ing)?>|\Z)", "", text, flags=re.DOTALL)
    cut = max((answer.rfind(mark) + len(mark) for mark in ("</think>", "</thinking>") if mark in answer), default=0)
    answer = answer[cut:]
    return answer.strip() if answer.strip() and answer != text else text


def without_thinking(text: str) -> str:
    """`answer_of`, but nothing where nothing stands behind the thinking."""
    return "" if _is_all_thinking(text) else answer_of(text)


def is_thought_aloud(text: str) -> bool:
    """Whether a text without any mark reads as thinking: it goes on at length about what "the user" wants."""
    return (
        len(text) > _AT_LENGTH and text.lstrip().lower().startswith(_MUSING) and "the user" in text[:_AT_LENGTH].lower()
    )


_AT_LENGTH = 300  # characters: a sentence or two to the user are shorter
_MUSING = (
    "okay",
    "ok,",
    "ok so",
    "alright",
    "hmm",
    "let me think",
    "let's see",
    "first, the user",
    "the user ",
    "we need",
)


def _is_all_thinking(text: str) -> bool:
    """Whether nothing stands behind what a model thought aloud: a call follows, or the output was cut."""
    begin = text.lstrip()
    if not begin.startswith(("<think>", "<thinking>")):
        return False
    end = max(begin.rfind("</think>"), begin.rfind("</thinking>"))
    return end < 0 or not begin[end:].partition(">")[2].strip()


def _is_one_set(old: str, new: str) -> bool:
    """Whether both hold the same words in another order, and most of them are addresses: the scopes of OAuth."""
    words = sorted(old.split())
    return words == sorted(new.split()) and 2 * sum(":" in word or "/" in word for word in words) >= len(words)


@lru_cache(maxsize=1024)  # every later request of a conversation repeats what was said
def _prose_change(left: str, right: str, premise: tuple[str, str], is_shown: bool) -> TextChange:
    from cassette_tools.diff.texts.claims import claims_of, figures, news, whole_series
    from cassette_tools.diff.texts.qualified import qualified_names
    from cassette_tools.diff.texts.subjects import have_same_result, items_apart
    from cassette_tools.diff.texts.wording import is_short, likeness, other_answer

    given = "\n".join(dict.fromkeys(premise))
    alike = likeness(left, right)
    other = other_answer(left, right, given, other_question=premise[0] != premise[1], is_shown=is_shown)
    if other is not None and other.is_whole and not is_short(left, right):
        # Which facts differ, of two texts that have nothing in common, is chance; what both count or measure is not.
        counted = news(figures(claims_of(left)), figures(claims_of(right)), premise)
        return TextChange(
            rule="text-changed", similarity=alike, other=other, facts=counted if all(counted) else ((), ())
        )
    facts = whole_series(left, right, news(claims_of(left), claims_of(right), premise))
    facts = facts if any(facts) else qualified_names(left, right, given)
    if any(facts) and not have_same_result(left, right):
        return TextChange(rule="text-facts-changed", similarity=alike, facts=facts)
    if other is None and (items := items_apart(left, right)):
        return TextChange(rule="text-facts-changed", similarity=alike, items=items)
    return TextChange(rule="text-changed" if other is not None else "text-reworded", similarity=alike, other=other)


# --- JSON ------------------------------------------------------------------------------------------------------------


def _document_change(old: str, new: str, left: Json, right: Json) -> TextChange:
    """Two answers that are JSON. A sentence in it is compared as a sentence; a fence is more than layout to who parses
    it.
    """
    from cassette_tools.diff.texts.wording import likeness

    if not any(json_changes(left, right)) and old.strip().startswith("```") == new.strip().startswith("```"):
        return _FORM_ALONE
    before, after = leaves(left), leaves(right)
    lost, gained = _paths_apart(before, after)
    alike = likeness(old, new)
    if not lost and not gained:
        return TextChange(rule="text-reworded", similarity=alike)
    for path, names in _other_items(left, right):
        lost, gained = (_with_list(side, path) for side in (lost, gained))
        before[path], after[path] = names
    facts = tuple(_shown(path, before) for path in lost), tuple(_shown(path, after) for path in gained)
    return TextChange(rule="text-facts-changed", similarity=alike, facts=facts)


def _paths_apart(before: dict[str, Json], after: dict[str, Json]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The paths of either document that the other lacks, or at which it says something else."""
    same = {path for path in before if path in after and not _is_news(before[path], after[path])}
    lost, gained = (tuple(path for path in side if path not in same) for side in (before, after))
    return lost, gained


def _with_list(paths: tuple[str, ...], path: str) -> tuple[str, ...]:
    """The paths with a list in the place of all that is in it."""
    return (*(each for each in paths if not each.startswith(f"{path}[")), path)


def _other_items(left: Json, right: Json, path: str = "") -> Iterator[tuple[str, tuple[Json, Json]]]:
    """The lists of which no element is one of the other list, with what their elements are called: to set such elements
    against each other, field by field, says nothing.
    """
    if isinstance(left, dict) and isinstance(right, dict):
        for key in [each for each in left if each in right]:
            yield from _other_items(left[key], right[key], f"{path}.{key}" if path else str(key))
    elif isinstance(left, list) and isinstance(right, list) and _are_strangers(left, right):
        yield path, (list(map(_called, left)), list(map(_called, right)))


def _are_strangers(left: list[Json], right: list[Json]) -> bool:
    """Whether two lists hold things that have names, and none of one list is, or is like, one of the other."""
    if not left or not right or len(left) + len(right) <= _TWO:
        return False
    names = set(map(_called, left)), set(map(_called, right))
    if None in names[0] | names[1] or names[0] & names[1]:
        return False
    return not any(_are_alike(one, other) for one in left for other in right)


def _are_alike(one: Json, other: Json) -> bool:
    """Whether one has half of the values of the other."""
    left, right = ({*map(repr, leaves(each).values())} for each in (one, other))
    return 2 * len(left & right) >= min(len(left), len(right))


_TWO = 2  # one element on either side is told field by field


def _called(element: Json) -> str | None:
    """By what a person knows an element of a list."""
    names = (element.get(key) for key in ("name", "title", "id", "label")) if isinstance(element, dict) else ()
    return next((name for name in names if isinstance(name, str) and name), None)


_WORDS = 4  # from which on a string in JSON that ends as a sentence does is one, and not a value
_PROSE = 12  # words from which on it is prose, however it ends


def _is_news(old: Json, new: Json) -> bool:
    if not any(json_changes(old, new)):
        return False
    if isinstance(old, str) and isinstance(new, str) and _is_prose(old) and _is_prose(new):
        change = text_change(old, new)
        return change is not None and change.rule in ("text-facts-changed", "text-changed")
    return True


def _is_prose(value: str) -> bool:
    count = len(value.split())
    return count >= _PROSE or (count >= _WORDS and value.rstrip().endswith((".", "!", "?", "…")))


def _shown(path: str, values: dict[str, Json]) -> str:
    import json

    return f"{path}={json.dumps(values[path], ensure_ascii=False)}"


def json_document(text: str) -> Json:
    """The object or the list that the text is, bare or in one fenced block; ``None`` when it is prose."""
    bare = text.strip()
    if bare.startswith("```") and bare.endswith("```") and "\n" in bare:
        bare = bare[bare.index("\n") : -3].strip()
    if not bare or bare[0] not in "{[" or bare[-1] not in "}]":
        return None
    from cassette_tools.nesting import json_value

    try:
        return json_value(bare)
    except (ValueError, RecursionError):
        return None


def leaves(value: Json) -> dict[str, Json]:
    """What a document says, by its path, in the order of the paths."""
    found: dict[str, Json] = {}
    pending = [("", value)]
    while pending:
        here, node = pending.pop()
        if isinstance(node, dict) and node:
            pending.extend((f"{here}.{key}" if here else str(key), child) for key, child in node.items())
        elif isinstance(node, list) and node:
            pending.extend((f"{here}[{index}]", child) for index, child in enumerate(node))
        else:
            found[here] = node
    return dict(sorted(found.items()))


# --- how alike -------------------------------------------------------------------------------------------------------


def similarity(old: str, new: str) -> float:
    """The share of words, and of pairs of neighbouring words, that two texts have in common (Dice), from 0 to 1."""
    left, right = _counted(old), _counted(new)
    both = left.keys() & right.keys()
    common = sum(map(min, map(left.__getitem__, both), map(right.__getitem__, both)))
    return round(2 * common / (sum(left.values()) + sum(right.values()) or 1), 3)


def _counted(text: str) -> dict[object, int]:
    from collections import Counter
    from itertools import pairwise

    words = [word.strip(".,;:!?¡¿()[]{}\"'*_`") for word in text.lower().split()]
    return Counter((*words, *pairwise(words)))
