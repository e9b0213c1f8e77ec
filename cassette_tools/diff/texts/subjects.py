"""What an answer is about: the things in its lists, the thing that it says is to be seen, the result of its working.

Other words for the same are no news; another thing, or a thing more or less in a list, is.
"""

from __future__ import annotations

import re
from functools import cache

from cassette_tools._record import record
from cassette_tools.diff.texts.wording import content, is_small, missing_terms, words
from cassette_tools.words import opening

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

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
    """The items of one list, as written, and what a person calls one of them."""

    name: str
    items: tuple[str, ...]


def lists_in(text: str) -> list[Listed]:
    """The lists of a text in Markdown, one for each level; its headings are one, and so are the rows of a table."""
    found: list[Listed] = []
    levels: dict[int, list[str]] = {}
    rows: list[str] = []
    headings: list[str] = []
    after_blank = True

    def close(depth: int) -> None:
        for each in [level for level in levels if level >= depth]:
            found.append(Listed(name="item", items=tuple(levels.pop(each))))

    for line in [*_FENCED.sub("", text).splitlines(), "", "end"]:
        row = _ROW.match(line)
        if row is None and rows:
            found.append(Listed(name="row", items=tuple(rows[1:])))
            rows = []
        item = _ITEM.match(line)
        if row is not None:
            close(0)
            rows.extend([] if _RULE.match(line) else [row[1].strip()])
        elif item is not None:
            depth = len(item[1].expandtabs(4))
            close(depth + 1)
            levels.setdefault(depth, []).append(item[2].strip())
        elif heading := _HEADING.match(line):
            close(0)
            headings.append(heading[1].strip())
        elif line.strip() and levels:
            if after_blank and not line[0].isspace():
                close(0)
            else:
                levels[max(levels)][-1] += f" {line.strip()}"
        after_blank = not line.strip()
    return [each for each in (*found, Listed(name="heading", items=tuple(headings))) if each.items]


_FENCED = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)


def items_apart(old: str, new: str) -> str:
    """Which items are gone, and which are new, in lists that are else the same; "" where there are none."""
    right = lists_in(new)
    gone: list[str] = []
    come: list[str] = []
    sizes, other_size, name = [0, 0], False, ""
    for before in lists_in(old):
        after = max(right, key=lambda each: _matches(before, each), default=None)
        pairs = _pairs(before.items, after.items) if after is not None and after.name == before.name else []
        if after is None or not pairs or 2 * len(pairs) < min(len(before.items), len(after.items)):
            continue
        if sum(_alike(before.items[i], after.items[j]) for i, j in pairs) < _KEPT * len(pairs):
            continue
        known: tuple[set[int], set[int]] = ({i for i, _ in pairs}, {j for _, j in pairs})
        left = [each for at, each in enumerate(before.items) if at not in known[0] and not _is_in(each, new)]
        arrived = [each for at, each in enumerate(after.items) if at not in known[1] and not _is_in(each, old)]
        if left or arrived:
            sizes = [sizes[0] + len(before.items), sizes[1] + len(after.items)]
            other_size = other_size or len(before.items) != len(after.items)
            name = name or before.name
            gone, come = [*gone, *left], [*come, *arrived]
    named = any(missing_terms(each, new) for each in gone) and any(missing_terms(each, old) for each in come)
    if not other_size and not named:
        return ""
    told = [
        _in_words(name, which, size, what)
        for which, size, what in zip((gone, come), sizes, ("gone", "new"), strict=True)
    ]
    return "; ".join(filter(None, told))


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
    if not left or not right or max(len(left), len(right)) > _TOKENS:
        return None
    from difflib import SequenceMatcher

    sides = [[each.lower() for each in side] for side in (left, right)]
    matcher = SequenceMatcher(None, sides[0], sides[1], autojunk=False)
    if matcher.ratio() < _MOSTLY:
        return None
    known = content(given)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind != "replace":
            continue
        gone, come = content(" ".join(left[i1:i2])) - known, content(" ".join(right[j1:j2])) - known
        if not gone - content(new) or not come - content(old):
            continue
        if not (_is_thing(sides[0], i1, i2) and _is_thing(sides[1], j1, j2)):
            continue
        whole = all(map(_carries, [*sides[0][i1:i2], *sides[1][j1:j2]]))
        if is_shown or (
            whole and min(len(gone), len(come)) > 1 and not gone & content(new) and not come & content(old)
        ):
            return " ".join(left[i1:i2]), " ".join(right[j1:j2])
    return None


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
