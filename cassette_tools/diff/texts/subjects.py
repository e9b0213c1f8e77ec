"""What an answer is about: the things in its lists, the thing that it says is to be seen, the result of its working.

Other words for the same are no news; another thing, or a thing more or less in a list, is.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import chain

from cassette_tools._record import record
from cassette_tools.diff.texts.terms import content, is_small, missing_terms, words
from cassette_tools.words import opening

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# --- lists -----------------------------------------------------------------------------------------------------------

_ITEM = re.compile(r"^([ \t]*)(?:[-*•+]|\(?\d{1,3}[.)])[ \t]+(\S.*)$")
_HEADING = re.compile(r"^#{1,6}[ \t]+(\S.*)$")
_ROW = re.compile(r"^\s*\|(.*)\|\s*$")
_RULE = re.compile(r"^[\s|:=-]+$")
_SAME = 0.6  # of the words of the shorter item that the other has: it is the same item
_KEPT = 0.7  # how alike the items are on average that both lists have: the list is the same but for the others
_SHOWN, _CHARACTERS = 3, 60
_MARKS = re.compile(r'[*"“”]')


@record
class Listed:
    """The items of one list as written, the word for one item, and how far its lines are indented."""

    name: str
    items: tuple[str, ...]
    depth: int = 0

    @property
    def kind(self) -> tuple[str, int]:
        """Items of one kind are counted together; a list below an item is of another kind than the item."""
        return self.name, self.depth


def lists_in(text: str) -> list[Listed]:
    """The lists of a text in Markdown, one for each level; its headings are one, and so are the rows of a table."""
    reader = _Reader()
    for line in _FENCED.sub("", text).splitlines():
        reader.read(line)
    return [each for each in reader.lists() if each.items]


class _Reader:
    """Takes a text line by line, and gathers what belongs to one list."""

    def __init__(self) -> None:
        self._found: list[Listed] = []
        self._levels: dict[int, list[str]] = {}
        self._rows: list[str] = []
        self._headings: list[str] = []
        self._after_blank = True

    def read(self, line: str) -> None:
        if row := _ROW.match(line):
            self._close(0)
            self._rows.extend([] if _RULE.match(line) else [row[1].strip()])
        else:
            self._end_table()
            self._read_outside_of_tables(line)
        self._after_blank = not line.strip()

    def lists(self) -> list[Listed]:
        self._end_table()
        self._close(0)
        return [*self._found, Listed(name="heading", items=tuple(self._headings))]

    def _read_outside_of_tables(self, line: str) -> None:
        if item := _ITEM.match(line):
            depth = len(item[1].expandtabs(4))
            self._close(depth + 1)
            self._levels.setdefault(depth, []).append(item[2].strip())
        elif heading := _HEADING.match(line):
            self._close(0)
            self._headings.append(heading[1].strip())
        elif line.strip():
            self._read_prose(line)

    def _read_prose(self, line: str) -> None:
        """A paragraph ends the lists before it; a line that follows an item, or is indented, belongs to the item."""
        if self._after_blank and not line[0].isspace():
            self._close(0)
        elif self._levels:
            self._levels[max(self._levels)][-1] += f" {line.strip()}"

    def _close(self, depth: int) -> None:
        for each in [level for level in self._levels if level >= depth]:
            self._found.append(Listed(name="item", items=tuple(self._levels.pop(each)), depth=each))

    def _end_table(self) -> None:
        """The first row names the columns."""
        if self._rows:
            self._found.append(Listed(name="row", items=tuple(self._rows[1:])))
            self._rows = []


_FENCED = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)


def items_apart(old: str, new: str) -> str:
    """Which items are gone and which are new, if a list is otherwise the same; else "". All lists of one kind count,
    also those that only one text has: an answer in sections has many.
    """
    left, right = lists_in(old), lists_in(new)
    every = [each for before in left if (each := _edited(before, right, old, new)) is not None]
    edited = [each for each in every if each.before.kind == every[0].before.kind]
    gone = [*chain.from_iterable(each.gone for each in edited)]
    come = [*chain.from_iterable(each.come for each in edited)]
    is_resized = any(each.is_resized for each in edited)
    if not is_resized and not (_are_missing(gone, new) and _are_missing(come, old)):
        return ""
    name, *_ = kind = edited[0].before.kind
    before, after = ([each for each in side if each.kind == kind] for side in (left, right))
    gone += _alone(before, after, new)
    come += _alone(after, before, old)
    counts = (sum(len(each.items) for each in side) for side in (before, after))
    told = (_in_words(name, items, next(counts), what) for items, what in ((gone, "gone"), (come, "new")))
    return "; ".join(filter(None, told))


def _alone(lists: Iterable[Listed], others: Sequence[Listed], text: str) -> Iterator[str]:
    """The items of lists without a counterpart in the other text."""
    for each in lists:
        if not any(_matches(each, other) > 0 for other in others):
            yield from _unmatched(each.items, set(), text)


def _are_missing(items: Iterable[str], text: str) -> bool:
    """Whether a text lacks terms of any of the items."""
    return any(missing_terms(each, text) for each in items)


@record
class _Edited:
    """A list that is the same but for the items that are gone, and those that came."""

    before: Listed
    after: Listed
    gone: tuple[str, ...]
    come: tuple[str, ...]

    @property
    def is_resized(self) -> bool:
        return len(self.before.items) != len(self.after.items)


def _edited(before: Listed, lists: Sequence[Listed], old: str, new: str) -> _Edited | None:
    """What became of a list; ``None`` where nothing did, or where no list is the same."""
    after = max(lists, key=lambda each: _matches(before, each), default=None)
    if after is None or after.name != before.name:
        return None
    pairs = _pairs(before.items, after.items)
    if not _is_same_list(before, after, pairs):
        return None
    gone = _unmatched(before.items, {i for i, _ in pairs}, new)
    come = _unmatched(after.items, {j for _, j in pairs}, old)
    return _Edited(before=before, after=after, gone=gone, come=come) if gone or come else None


def _unmatched(items: Sequence[str], matched: set[int], text: str) -> tuple[str, ...]:
    """The items that have no counterpart in the other list, and that the other text does not say elsewhere."""
    return tuple(each for number, each in enumerate(items) if number not in matched and not _is_in(each, text))


def _is_same_list(before: Listed, after: Listed, pairs: Sequence[tuple[int, int]]) -> bool:
    if not pairs or 2 * len(pairs) < min(len(before.items), len(after.items)):
        return False
    return sum(_alike(before.items[i], after.items[j]) for i, j in pairs) >= _KEPT * len(pairs)


def _in_words(name: str, items: Sequence[str], count: int, what: str) -> str:
    """``2 of 5 items are gone: "Help you …", "Support you …"``."""
    if not items:
        return ""
    names = ", ".join(opening(" ".join(_MARKS.sub("", each).split()), _CHARACTERS) for each in items[:_SHOWN])
    more = f" and {len(items) - _SHOWN} more" if len(items) > _SHOWN else ""
    return (
        f"{len(items)} of {count} {name}{'s' * (count > 1)} {'is' if len(items) == 1 else 'are'} {what}: {names}{more}"
    )


def _matches(before: Listed, after: Listed) -> int:
    return len(_pairs(before.items, after.items)) if before.name == after.name else -1


def _pairs(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Which items are the same, the likest first."""
    scored = sorted(
        ((_alike(one, other), -i, -j) for i, one in enumerate(old) for j, other in enumerate(new)), reverse=True
    )
    pairs: list[tuple[int, int]] = []
    for _, i, j in scored:
        free = all(-i != one and -j != other for one, other in pairs)
        if free and _overlap(old[-i], new[-j]) >= _SAME:
            pairs.append((-i, -j))
    return pairs


def _overlap(one: str, other: str) -> float:
    left, right = _meant(one), _meant(other)
    return len(left & right) / min(len(left), len(right)) if left and right else float(one == other)


def _alike(one: str, other: str) -> float:
    left, right = _meant(one), _meant(other)
    return 2 * len(left & right) / (len(left) + len(right)) if left and right else float(one == other)


def _meant(item: str) -> frozenset[str]:
    return content(item) or frozenset(words(item))


def _is_in(item: str, text: str) -> bool:
    """Whether a line of a text has most of the words of an item."""
    meant = _meant(item)
    return not meant or any(len(meant & content(line)) >= _SAME * len(meant) for line in text.splitlines())


# --- things ----------------------------------------------------------------------------------------------------------

_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[^\w\s]")
_PARTICIPLE = ("ed", "ing")
_MOSTLY = 0.7  # of all words that are the same in two versions of one text
_TOKENS = 400  # beyond which no single thing decides
_NEAR = 5  # words between an article and its noun


def other_thing(old: str, new: str, given: str, *, is_shown: bool) -> tuple[str, str] | None:
    """The thing that stands in the place of another in a text that is else the same: "a green star", "a red car".

    Where the asker showed something (`is_shown`), one word is enough; else it may be another word for the same.
    """
    left, right = _TOKEN.findall(old), _TOKEN.findall(new)
    if max(len(left), len(right)) > _TOKENS:
        return None
    known = content(given)
    for before, after in _things_replaced(left, right):
        gone, come = " ".join(before), " ".join(after)
        apart = content(gone) - known, content(come) - known
        if not apart[0] - content(new) or not apart[1] - content(old):
            continue
        if is_shown or (all(_carries(each.lower()) for each in (*before, *after)) and _are_apart(apart, old, new)):
            return gone, come
    return None


def _things_replaced(left: Sequence[str], right: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """The words of things that stand in each other's place in two texts that are mostly the same."""
    from difflib import SequenceMatcher

    before, after = [each.lower() for each in left], [each.lower() for each in right]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < _MOSTLY:
        return
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "replace" and _is_thing(before, i1, i2) and _is_thing(after, j1, j2):
            yield left[i1:i2], right[j1:j2]


def _are_apart(things: tuple[frozenset[str], frozenset[str]], old: str, new: str) -> bool:
    """Whether both have a name of several words, none of which stands anywhere in the other text."""
    gone, come = things
    return min(len(gone), len(come)) > 1 and not gone & content(new) and not come & content(old)


def _is_thing(tokens: Sequence[str], start: int, end: int) -> bool:
    """Whether words end what an article begins: "a small [green star] on"."""
    if end < len(tokens) and _carries(tokens[end]) and not tokens[end].endswith(_PARTICIPLE):
        return False
    for token in [tokens[start], *tokens[max(0, start - _NEAR) : start][::-1]]:
        if token in _articles() or is_small(token):
            return True
        if token != "," and not _carries(token):
            return False
    return False


def _carries(token: str) -> bool:
    return token[0].isalnum() and bool(content(token))


@cache
def _articles() -> frozenset[str]:
    from cassette_tools.data.words import ARTICLES

    return frozenset(word for row in ARTICLES for word in row.words.split())


# --- working ---------------------------------------------------------------------------------------------------------

_RELATION = re.compile(r"(?:=|≤|≥|≡|≈|<|>|\\(?:le|ge|leq|geq|equiv|approx|times|cdot|lfloor|mid)\b)")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_BOXED = re.compile(r"\\boxed\{([^{}]*)\}")
_MANY_STEPS = 6


def have_same_result(old: str, new: str) -> bool:
    """Whether both derive the same result: which numbers they try on the way is chance."""
    results = [_result(text) for text in (old, new)]
    return bool(results[0]) and results[0] == results[1]


def _result(text: str) -> frozenset[str]:
    """The numbers of the last line that has any, or of what is boxed; nothing for a text that derives nothing."""
    if len(_RELATION.findall(_FENCED.sub("", text))) < _MANY_STEPS:
        return frozenset()
    boxed = _BOXED.findall(text)
    if boxed:
        return frozenset(_NUMBER.findall(boxed[-1]))
    return next(
        (frozenset(found) for line in reversed(text.splitlines()) if (found := _NUMBER.findall(line))), frozenset()
    )
