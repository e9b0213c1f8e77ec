"""Changes inside texts and structures, as lines for a person: invisible characters visible, what stayed left out."""

from __future__ import annotations

import json
import re

from cassette_tools.printable import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cassette_tools.model import Json

CONTEXT = 6  # words kept on each side of a change
MAX_LINES = 12
MAX_WORDS = 4000  # beyond that a word diff costs more than it tells
MAX_ENCOUNTERS = 20_000  # pairs of equal words; the matcher looks at each again and again
FOLDED = 24  # words and blanks kept at each end of a long piece, when all of it would not leave room for the other side
_INVISIBLE = str.maketrans({"\n": "↵", "\t": "⇥", "\r": "␍", "\xa0": "⍽"})
_SHAPELESS = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0\ufe0e\ufe0f")  # printable to Unicode, not to the eye
_COLOUR = r"\x1b\[[0-9;]*m"
_PLAIN = "\x1b[0m"
_CODES = {"red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36", "dim": "2", "bold": "1"}


class Ink:
    """Colours a piece of text, or leaves it as it is."""

    def __init__(self, color: bool) -> None:
        self._color = color

    def __bool__(self) -> bool:
        return self._color

    def __call__(self, color: str, text: str, *, bold: bool = False) -> str:
        if not self._color or not text:
            return text
        code = _CODES[color] + (";1" if bold else "")
        return f"\x1b[{code}m{text}{_PLAIN}"


def visible(text: str) -> str:
    """Text of one line in which white space that matters can be seen."""
    return printable(text.translate(_INVISIBLE))


def word_diff(old: str, new: str, ink: Ink, *, width: int) -> list[str]:
    """The changed words between what surrounds them: ``[-old-]{+new+}``, as ``git diff --word-diff`` writes it."""
    before, after = _words(old), _words(new)
    if len(before) + len(after) > MAX_WORDS:
        return [f"{len(old):,} characters became {len(new):,}; too long to show word by word"]
    changes = _changes(before, after)
    lines = _wrapped(_pieces(changes, before, after, ink), width)
    if len(lines) > MAX_LINES:
        lines = _wrapped(_pieces(changes, before, after, ink, folded=True), width)
    if len(lines) > MAX_LINES:
        lines = [*lines[:MAX_LINES], f"… and {len(lines) - MAX_LINES} more lines"]
    return lines


def is_told(message: str, old: str, new: str) -> bool:
    """Whether a message says all there is to say: both values stand in it, and differ in more than blanks."""
    return old in message and new in message and old.split() != new.split()


def side_by_side(old: str, new: str) -> tuple[list[tuple[bool, str]], list[tuple[bool, str]]]:
    """Both texts in pieces, each with whether it is missing on the other side; invisible ones are made visible."""
    before, after = _words(old), _words(new)
    if len(before) + len(after) > MAX_WORDS:
        return [(old != new, old)], [(old != new, new)]
    left: list[tuple[bool, str]] = []
    right: list[tuple[bool, str]] = []
    for kind, i1, i2, j1, j2 in _changes(before, after):
        changed = kind != "equal"
        show = _unmasked if changed and _look_alike(before[i1:i2], after[j1:j2]) else str
        if i2 > i1:
            left.append((changed, show("".join(before[i1:i2]))))
        if j2 > j1:
            right.append((changed, show("".join(after[j1:j2]))))
    return left, right


def _words(text: str) -> list[str]:
    """Words, numbers (1,234.5; 12:30; 2.1.0), runs of blanks and single other characters: joined, they are the text."""
    return re.findall(r"\d+(?:[.,:]\d+)+\w*|\w+|[^\S\n]+|\n|[^\w\s]", text)


def _changes(before: list[str], after: list[str]) -> list[tuple[str, int, int, int, int]]:
    """What `difflib` calls opcodes. Blanks are junk to it (they are everywhere, so they anchor nothing), and so are
    frequent words when there are so many that looking at every pair of them would take seconds.
    """
    from collections import Counter
    from difflib import SequenceMatcher

    old, new = Counter(before), Counter(after)
    encounters = sum(count * new[word] for word, count in old.items() if not word.isspace())
    matcher = SequenceMatcher(str.isspace, before, after, autojunk=encounters > MAX_ENCOUNTERS)
    return _joined(matcher.get_opcodes(), before)


def _pieces(
    changes: list[tuple[str, int, int, int, int]],
    before: list[str],
    after: list[str],
    ink: Ink,
    *,
    folded: bool = False,
) -> Iterator[str]:
    for number, (kind, i1, i2, j1, j2) in enumerate(changes):
        if kind == "equal":
            same = before[i1:i2]
            head = [] if number == 0 else same[:CONTEXT]
            tail = [] if number == len(changes) - 1 else same[-CONTEXT:]
            if len(changes) == 1 or len(head) + len(tail) >= len(same):
                yield visible("".join(same))
            else:
                yield visible("".join(head)) + ink("dim", " … " if head and tail else "…") + visible("".join(tail))
            continue
        show = _unmasked if _look_alike(before[i1:i2], after[j1:j2]) else visible
        gone, come = (show(_folded(words) if folded else "".join(words)) for words in (before[i1:i2], after[j1:j2]))
        if gone:
            yield ink("red", gone if ink else f"[-{gone}-]")
        if come:
            yield ink("green", come if ink else f"{{+{come}+}}")


def _folded(words: list[str]) -> str:
    if len(words) <= 2 * FOLDED + 1:
        return "".join(words)
    return f"{''.join(words[:FOLDED]).rstrip()} … {''.join(words[-FOLDED:]).lstrip()}"


def _look_alike(old: list[str], new: list[str]) -> bool:
    """Whether two pieces differ only in what cannot be seen: blanks, joiners, the composition of an accent."""
    return _seen("".join(old)) == _seen("".join(new))


def _seen(text: str) -> str:
    from unicodedata import category, normalize

    # Z are blanks, C control and format characters; of the marks (M) only the variation selectors have no shape.
    shown = (c for c in normalize("NFC", text) if category(c)[0] not in "ZC" and c not in _SHAPELESS)
    return "".join(shown)


def _unmasked(text: str) -> str:
    """`text` with every blank and every character without a shape of its own made visible."""
    from unicodedata import category

    def mask(character: str) -> str:
        if character == " ":
            return "·"
        if character in _SHAPELESS or category(character)[0] in "ZM" or character in "\u200c\u200d":
            return f"⟨U+{ord(character):04X}⟩"
        return printable(character)

    return "".join(mask(character) for character in text.translate(_INVISIBLE))


def _joined(
    changes: Sequence[tuple[str, int, int, int, int]], before: list[str]
) -> list[tuple[str, int, int, int, int]]:
    """Changes with nothing but a word or a blank between them as one: easier to read than confetti."""
    joined: list[tuple[str, int, int, int, int]] = []
    for index, change in enumerate(changes):
        kind, i1, i2, _j1, j2 = change
        inside = 0 < index < len(changes) - 1
        small = kind == "equal" and inside and sum(1 for word in before[i1:i2] if not word.isspace()) <= 1
        if joined and joined[-1][0] != "equal" and (kind != "equal" or small):
            _kind, a1, _a2, b1, _b2 = joined[-1]
            joined[-1] = ("replace", a1, i2, b1, j2)
        else:
            joined.append(change)
    return joined


def _wrapped(pieces: Iterable[str], width: int) -> list[str]:
    """Pieces on lines of about `width`; a visible line feed ends a line, as the line feed did."""
    lines: list[str] = [""]
    for part in re.split(r"(?<=↵)(?!-\]|\+\}|\x1b\[0m)", "".join(pieces)):
        for word in re.split(r"(?<= )", part):
            if lines[-1] and _length(lines[-1]) + _length(word) > width:
                lines.append("")
            lines[-1] += word
        if part.endswith("↵"):
            lines.append("")
    return _each_in_colour([line.rstrip(" ") for line in lines if line.strip()])


def _each_in_colour(lines: list[str]) -> list[str]:
    """Lines that end the colour they are in and take up the one before, so that each can stand alone or be left out."""
    colored, active = [], ""
    for line in lines:
        before = active
        for code in re.findall(_COLOUR, line):
            active = "" if code == _PLAIN else code
        colored.append(before + line + (_PLAIN if active else ""))
    return colored


def _length(text: str) -> int:
    return len(re.sub(_COLOUR, "", text))


def structure_diff(old: Json, new: Json, ink: Ink) -> list[str]:
    """The members that differ, by path: ``- city: "Lisboa"`` and ``+ city: "Porto"``."""
    lines = []
    for path, before, after in _differences(old, new, ""):
        name = printable(path) or "(the whole)"
        if before is not _MISSING:
            lines.append(ink("red", f"- {name}: {_value(before)}"))
        if after is not _MISSING:
            lines.append(ink("green", f"+ {name}: {_value(after)}"))
    return lines[:MAX_LINES] + ([f"… and {len(lines) - MAX_LINES} more lines"] if len(lines) > MAX_LINES else [])


_MISSING = object()


def _differences(old: Json, new: Json, path: str) -> Iterator[tuple[str, Json, Json]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            inner = f"{path}.{key}" if path else str(key)
            yield from _differences(old.get(key, _MISSING), new.get(key, _MISSING), inner)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from _differences(before, after, f"{path}[{index}]")
    elif type(old) is not type(new) or old != new:
        yield path, old, new


def _value(value: Json) -> str:
    text = printable(json.dumps(value, ensure_ascii=False, default=str))
    return text if len(text) <= 100 else text[:99] + "…"
