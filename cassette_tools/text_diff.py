"""Which words of two texts differ: the texts in pieces, for messages and for reports.

What costs too much word by word is first cut into sentences. Sentences and words that both texts have exactly once are
matched first, in order (Bram Cohen's "patience diff"): that takes time in proportion to the texts. Only what stands
between them is given to `difflib`, whose time can grow with the square.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Piece = tuple[str, str]  # what the old text has and what the new one has; the same twice where they agree
    Gap = tuple[int, int, int, int]

# Addresses, words, numbers (1,234.5; 12:30; 2.1.0), single ideographs (they are not spaced), runs of blanks, single
# others.
_WORD = r"https?://[^\s<>\"'()\[\]{}|]+|[\u3040-\u30ff\u3400-\u9fff]|\d+(?:[.,:]\d+)+\w*|[^\W\u3040-\u30ff\u3400-\u9fff]+|[^\S\n]+|\n|[^\w\s]"
_SENTENCE = r"[^\n]*?(?:[.!?:;][)\"'*\]]*[^\S\n]+|\n)|[^\n]+"
_MAX_WORDS = 4000  # of both texts; with more, sentences are matched first
_MAX_PAIRS = 20_000  # of equal words; `difflib` looks at each again and again
_EFFORT = 1_000_000  # pairs of words between which `difflib` may choose, in all that it is given for two texts
_LARGEST = 200_000  # characters of both sides of a passage that is looked at word by word
_DEPTH = 8  # how often the search for words that stand once is repeated between those found
_NEAR = 8  # words: with fewer that agree between them, two changes are read as one
_LIKE = 0.4  # share of words that must agree for a word diff to be readable
_FEW = 12  # words that can be read in any order


def words_of(text: str) -> list[str]:
    """The words of a text, the blanks and marks between them; joined, they are the text."""
    return re.findall(_WORD, text)


def pieces(old: str, new: str) -> list[Piece]:
    """Both texts cut where they differ; the left halves joined are `old`, the right halves `new`.

    Changes with no more than a word between them are one, and so is a passage of which little stayed: easier to read
    than confetti.
    """
    if old == new:
        return [(old, new)] if old else []
    words = (words_of(old), words_of(new)) if len(old) + len(new) <= _LARGEST else ([], [])
    few = 0 < len(words[0]) + len(words[1]) <= _MAX_WORDS
    found = _of_words(*words) if few else _of_sentences(old, new)
    return list(_trimmed(_readable(_joined(list(found)))))


def without_blanks(found: list[Piece]) -> list[Piece]:
    """Pieces of which those that differ in blanks alone count as the same, where others differ in more."""
    if not any(map(_says_otherwise, found)):
        return found
    kept: list[Piece] = []
    for left, right in found:
        piece = (left, right) if _says_otherwise((left, right)) else (right, right)
        if kept and kept[-1][0] == kept[-1][1] and piece[0] == piece[1]:
            piece = (kept[-1][0] + right,) * 2
            kept.pop()
        kept.append(piece)
    return kept


def besides_blanks(old: str, new: str) -> list[Piece]:
    """What each text has in the places where they differ in more than blanks; a mark that is repeated there is whole:
    four backticks that became three, not the one that went.
    """
    words = [[match for match in re.finditer(_WORD, side) if not match[0].isspace()] for side in (old, new)]
    before, after = ([match[0] for match in side] for side in words)
    found = []
    for i1, i2, j1, j2 in _gaps(before, after, _EFFORT):
        mark = (before[i1:i2] or after[j1:j2])[0]
        while i1 and j1 and before[i1 - 1] == after[j1 - 1] == mark:
            i1, j1 = i1 - 1, j1 - 1
        while i2 < len(before) and j2 < len(after) and before[i2] == after[j2] == mark:
            i2, j2 = i2 + 1, j2 + 1
        found.append((_passage(old, words[0][i1:i2]), _passage(new, words[1][j1:j2])))
    return [piece for piece in found if piece[0].split() != piece[1].split()]


def _passage(text: str, words: list[re.Match[str]]) -> str:
    """What a text has from the first of these words to the last."""
    return " ".join(text[words[0].start() : words[-1].end()].split()) if words else ""


def _says_otherwise(piece: Piece) -> bool:
    return piece[0].split() != piece[1].split()


def _of_sentences(old: str, new: str) -> Iterator[Piece]:
    before, after = re.findall(_SENTENCE, old), re.findall(_SENTENCE, new)
    effort = _EFFORT
    for left, right in _cut(before, after, _gaps(before, after, effort)):
        if left == right or not left or not right or len(left) + len(right) > _LARGEST:
            yield left, right
            continue
        words = words_of(left), words_of(right)
        effort -= len(words[0]) * len(words[1])
        if effort >= 0:
            yield from _of_words(*words)
        else:
            yield from _cut(*words, _gaps(*words))


def _of_words(before: list[str], after: list[str]) -> Iterator[Piece]:
    """By `difflib`. Blanks are junk to it (they are everywhere, so they anchor nothing), and so are frequent words when
    there are so many that looking at every pair of them would take seconds.
    """
    from collections import Counter
    from difflib import SequenceMatcher

    start, end = ends_alike(before, after)
    if start:
        yield "".join(before[:start]), "".join(after[:start])
    tail = "".join(before[len(before) - end :])
    before, after = before[start : len(before) - end], after[start : len(after) - end]
    old, new = Counter(before), Counter(after)
    encounters = sum(count * new[word] for word, count in old.items() if not word.isspace())
    matcher = SequenceMatcher(str.isspace, before, after, autojunk=encounters > _MAX_PAIRS)
    for _kind, i1, i2, j1, j2 in matcher.get_opcodes():
        yield "".join(before[i1:i2]), "".join(after[j1:j2])
    if tail:
        yield tail, tail


def ends_alike(before: Sequence[object], after: Sequence[object]) -> tuple[int, int]:
    """How many words (or other things) both begin with, and how many of the others both end with."""
    start = end = 0
    least = min(len(before), len(after))
    while start < least and before[start] == after[start]:
        start += 1
    while end < least - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return start, end


def _cut(before: list[str], after: list[str], gaps: list[Gap]) -> Iterator[Piece]:
    """The pieces that gaps in the order of both texts make: what is the same, the gap, what is the same."""
    i = j = 0
    for i1, i2, j1, j2 in gaps:
        if i < i1:
            yield "".join(before[i:i1]), "".join(after[j:j1])
        yield "".join(before[i1:i2]), "".join(after[j1:j2])
        i, j = i2, j2
    if i < len(before):
        yield "".join(before[i:]), "".join(after[j:])


def _gaps(before: list[str], after: list[str], effort: int = 0) -> list[Gap]:
    """The stretches that are not the same, in order: what both texts have once stands still, and what it touches.

    Where nothing stands once, `difflib` is asked, as long as the pairs it may have to look at are within `effort`.
    """
    gaps: list[Gap] = []
    pending: list[tuple[Gap, int]] = [((0, len(before), 0, len(after)), _DEPTH)]
    while pending:
        (i1, i2, j1, j2), depth = pending.pop()
        while i1 < i2 and j1 < j2 and before[i1] == after[j1]:
            i1, j1 = i1 + 1, j1 + 1
        while i1 < i2 and j1 < j2 and before[i2 - 1] == after[j2 - 1]:
            i2, j2 = i2 - 1, j2 - 1
        if i1 == i2 and j1 == j2:
            continue
        anchors = _anchors(before, after, (i1, i2, j1, j2)) if depth and i1 < i2 and j1 < j2 else []
        if not anchors:
            effort -= (i2 - i1) * (j2 - j1)
            gaps += _by_difflib(before, after, (i1, i2, j1, j2)) if effort >= 0 else [(i1, i2, j1, j2)]
            continue
        ends = [*anchors, (i2, j2)]
        starts = [(i1, j1), *((i + 1, j + 1) for i, j in anchors)]
        inner = [((a, c, b, d), depth - 1) for (a, b), (c, d) in zip(starts, ends, strict=True)]
        pending.extend(reversed(inner))
    return gaps


def _by_difflib(before: list[str], after: list[str], gap: Gap) -> list[Gap]:
    from difflib import SequenceMatcher

    i1, i2, j1, j2 = gap
    found = SequenceMatcher(str.isspace, before[i1:i2], after[j1:j2], autojunk=False).get_opcodes()
    return [(i1 + a, i1 + b, j1 + c, j1 + d) for kind, a, b, c, d in found if kind != "equal"]


def _anchors(before: list[str], after: list[str], gap: Gap) -> list[tuple[int, int]]:
    """What stands once on either side of a gap: the longest chain of such pairs that is in order on both sides."""
    from bisect import bisect_left

    i1, i2, j1, j2 = gap
    places = _once(after, j1, j2)
    pairs = [(i, places[word]) for word, i in _once(before, i1, i2).items() if word in places]
    ends: list[int] = []  # the least j that a chain of each length can end in
    last: list[int] = []  # the pair that it ends with
    back: list[int] = []
    for number, (_i, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        back.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [j]
        last[length : length + 1] = [number]
    chain = []
    number = last[-1] if last else -1
    while number >= 0:
        chain.append(pairs[number])
        number = back[number]
    return chain[::-1]


def _once(words: list[str], start: int, end: int) -> dict[str, int]:
    """The words that stand once between `start` and `end`, with their place."""
    places: dict[str, int] = {}
    for index in range(start, end):
        word = words[index]
        places[word] = -1 if word in places else index
    return {word: index for word, index in places.items() if index >= 0 and not word.isspace()}


# --- what reads well -------------------------------------------------------------------------------------------------


def _joined(found: list[Piece]) -> list[Piece]:
    """Changes with nothing but a word or a blank between them as one."""
    joined: list[Piece] = []
    for index, (left, right) in enumerate(found):
        small = left == right and 0 < index < len(found) - 1 and _count(left, 2) <= 1
        alike = bool(joined) and joined[-1][0] == joined[-1][1]
        if joined and (alike == (left == right) or (not alike and small)):
            joined[-1] = (joined[-1][0] + left, joined[-1][1] + right)
        else:
            joined.append((left, right))
    return joined


def _count(text: str, most: int) -> int:
    """How many words and marks a text has, as far as `most`."""
    if len(text) > 200:
        return most
    return sum(1 for word in words_of(text) if not word.isspace())


def _readable(found: list[Piece]) -> list[Piece]:
    """Neighbouring changes of which little stayed as one: the old passage, then the new one."""
    whole: list[Piece] = []
    passage: list[Piece] = []
    for piece in found:
        if piece[0] == piece[1] and _count(piece[0], _NEAR) >= _NEAR:
            whole += _as_one(passage)
            passage = []
            whole.append(piece)
        else:
            passage.append(piece)
    return whole + _as_one(passage)


def _as_one(passage: list[Piece]) -> list[Piece]:
    changed = [index for index, (left, right) in enumerate(passage) if left != right]
    if len(changed) < 3:
        return passage
    first, last = changed[0], changed[-1] + 1
    inner = passage[first:last]
    sides = ("".join(left for left, _ in inner), "".join(right for _, right in inner))
    same = _bare("".join(left for left, right in inner if left == right))
    most = max(_bare(side) for side in sides)
    if most <= _FEW or same >= _LIKE * most:
        return passage
    return [*passage[:first], sides, *passage[last:]]


def _trimmed(found: list[Piece]) -> Iterator[Piece]:
    """Without the words that a change begins and ends with on both sides."""
    same = ""
    for left, right in found:
        if left == right:
            same += left
            continue
        small = len(left) + len(right) <= _LARGEST
        before, after = (words_of(left), words_of(right)) if small else ([left], [right])
        start, end = ends_alike(before, after)
        same += "".join(before[:start])
        if same:
            yield same, same
        yield "".join(before[start : len(before) - end]), "".join(after[start : len(after) - end])
        same = "".join(before[len(before) - end :])
    if same:
        yield same, same


def _bare(text: str) -> int:
    return sum(1 for word in words_of(text) if word[0].isalnum())


# --- two values, shortened together ----------------------------------------------------------------------------------

_AROUND = 20  # characters kept on each side of what differs
_WORD_END = 20  # characters that may be left out for a text to be cut between words


def elided(old: str, new: str, limit: int) -> tuple[str, str, int]:
    """Two different texts, cut down to where they first differ so that they still differ, and the number of places
    that are far from each other in which they do.
    """
    if old == new or max(len(old), len(new)) <= limit:
        return old, new, 1
    regions = places_of(old, new)
    i1, i2, j1, j2 = regions[0]
    left, right = _window(old, i1, i2, limit), _window(new, j1, j2, limit)
    if left == right:
        same = _common(old, new)
        left, right = _window(old, same, len(old), limit), _window(new, same, len(new), limit)
    return left, right, len(regions)


def lines_changed(old: str, new: str) -> tuple[int, int, int]:
    """How many lines went, came, and have other words."""
    before, after = old.splitlines(), new.splitlines()
    gone = come = changed = 0
    for i1, i2, j1, j2 in _gaps(before, after):
        both = min(i2 - i1, j2 - j1)
        gone, come, changed = gone + i2 - i1 - both, come + j2 - j1 - both, changed + both
    return gone, come, changed


def places_of(old: str, new: str) -> list[Gap]:
    """Where the texts differ, in characters; without what a changed word begins and ends with on both sides."""
    regions: list[Gap] = []
    i = j = 0
    found = pieces(old, new)
    is_said_otherwise = any(map(_says_otherwise, found))
    for left, right in found:
        if _says_otherwise((left, right)) or (left != right and not is_said_otherwise):
            start = _common(left, right)
            end = _common(left[start:][::-1], right[start:][::-1])
            here = (i + start, i + len(left) - end, j + start, j + len(right) - end)
            if regions and here[0] - regions[-1][1] <= 2 * _AROUND:
                here = (regions[-1][0], here[1], regions[-1][2], here[3])
                regions.pop()
            regions.append(here)
        i, j = i + len(left), j + len(right)
    return regions


def _common(left: str, right: str) -> int:
    """How many characters two texts begin with alike."""
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _window(text: str, start: int, end: int, limit: int) -> str:
    """``…what stands around it…``, from a word on and up to a word."""
    first, last = _wide(text, start, end)
    return ("…" if first else "") + folded(text[first:last], limit) + ("…" if last < len(text) else "")


def folded(text: str, limit: int) -> str:
    """A text cut in its last quarter, between words where there are any near."""
    if len(text) <= limit:
        return text
    begin, end = _off_address(text, limit - limit // 4, len(text) - limit // 4)
    if begin == len(text):
        return text  # nothing but an address
    head, tail = text[:begin], text[end:]
    head = head[:blank] if (blank := head.rfind(" ")) > len(head) - _WORD_END else head
    tail = tail[blank + 1 :] if 0 <= (blank := tail.find(" ")) < min(_WORD_END, len(tail) // 2) else tail
    return f"{head.rstrip()} … {tail.lstrip()}"


_ADDRESS = re.compile(r"https?://[^\s<>\"'()]+")
_LONGEST = 300  # characters of an address that is never cut


def _off_address(text: str, begin: int, end: int) -> tuple[int, int]:
    """The end of what is kept first and the begin of what is kept last, moved off an address that they would cut."""
    for match in _ADDRESS.finditer(text):
        if match.end() - match.start() <= _LONGEST:
            begin = match.end() if match.start() < begin < match.end() else begin
            end = match.start() if match.start() < end < match.end() else end
    return (begin, end) if begin < end else (len(text), len(text))


def _wide(text: str, start: int, end: int) -> tuple[int, int]:
    first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
    if first:
        blank = text.find(" ", first, start)
        blank = text.rfind(" ", max(0, first - _AROUND), first) if blank < 0 else blank
        first = blank + 1 if blank >= 0 else first
    if last < len(text):
        blank = text.rfind(" ", end, last)
        blank = text.find(" ", last, last + _AROUND) if blank <= end else blank
        last = blank if blank > end else last
    return _widened(text, first, last)


def _widened(text: str, first: int, last: int) -> tuple[int, int]:
    """A stretch that cuts no address."""
    for match in _ADDRESS.finditer(text):
        if match.end() - match.start() <= _LONGEST:
            first = match.start() if match.start() < first < match.end() else first
            last = match.end() if match.start() < last < match.end() else last
    return first, last


def repeated(text: str) -> tuple[str, int] | None:
    """The words that a text only repeats, and how many times; ``None`` for any other text."""
    if not 3 * _UNIT <= len(text) <= _REPEATED:
        return None
    period = (text + text).find(text, 1)  # where the text starts again, at its end at the latest
    return (text[:period], len(text) // period) if period >= _UNIT and len(text) >= 3 * period else None


_UNIT = 12  # the least characters that count as repeated: a sentence, not a line of dashes
_REPEATED = 100_000  # the most characters of a text that is checked
