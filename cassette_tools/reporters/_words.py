"""Changes inside texts and structures, as lines for a person: invisible characters visible, what stayed left out."""

from __future__ import annotations

import json
import re

from cassette_tools._record import record
from cassette_tools.nesting import json_value
from cassette_tools.printable import printable
from cassette_tools.text_diff import elided, folded, pieces, without_blanks, words_of
from cassette_tools.words import pair, short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cassette_tools.finding import Drift
    from cassette_tools.model import Json
    from cassette_tools.text_diff import Piece

    Facts = tuple[tuple[str, ...], tuple[str, ...]]

CONTEXT = 6  # words and blanks kept on each side of a change
MAX_LINES = 12
LONG = 1000  # characters from which one wants to know where in the text a change is
_WIDE = 16  # `CONTEXT` in a long text
_AT_LEAST = 3  # lines that each of several long texts, or of several places in one, gets
_VALUE = 100  # characters of one value
_FOLDS = (None, 1200, 600, 300, 160)  # characters of one side of a change; the first with which all fits in the lines
_PAGE_FOLD = 10_000  # the same in a page, where there is room
_PAGE_PLACES = 200  # changes of one text that a page shows
_SAME = 240  # characters of what did not change that a page shows before, and after, a change
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


# --- a finding -------------------------------------------------------------------------------------------------------

# Findings whose values are objects or lists that one wants to see member by member.
_STRUCTURED = (
    "tool-arguments",
    "tool-definition",
    "structured-output",
    "tool-result",
    "request-body",
    "response-body",
    "response-schema",
    "prompt-changed",
)
_TEXTS = ("text-", "prompt-", "system-prompt-", "refusal-")
_ANSWERS = ("text-changed", "text-facts-changed", "text-reworded", "text-appeared", "text-vanished")
_LITTLE = 0.5  # share of two texts; with less in common, words side by side say nothing
_SOME_LINES = 4  # of a change that nobody has to act on
_EXAMPLES = 2  # of many results, those that are shown
_FACTS = 3  # facts of a side that an excerpt shows


def change_lines(finding: Drift, ink: Ink, *, width: int) -> list[str]:
    """What the message does not show: the words of a text that changed, the members of a structure that did."""
    old, new = finding.old, finding.new
    if isinstance(old, str) and isinstance(new, str):
        if is_told(finding.message, old, new):
            return []
        documents = _document(old), _document(new)
        if None not in documents and documents[0] != documents[1] and _names_lists(finding):
            return []
        if None not in documents and documents[0] != documents[1]:
            return structure_diff(*documents, ink, width=width)
        if finding.rule.startswith(_ANSWERS):
            return _answer_lines(finding, old, new, ink, width)
        if finding.rule.startswith("reasoning-") and not (old.strip() and new.strip()):
            return []  # the sentence names what is gone, or new
        if finding.rule.startswith(_TEXTS) or _is_prose(old, new):
            found = without_blanks(pieces(old, new))
            anew = min(len(old), len(new)) > LONG // 2 and not _is_one_sided(found) and _share(found) < _LITTLE
            return [] if anew or _says_all(finding.message, found) else word_diff(old, new, ink, width=width)
        return []
    if not (isinstance(old, (dict, list)) and isinstance(new, (dict, list)) and finding.rule.startswith(_STRUCTURED)):
        return []
    if "sha256" in old or all(short(value, _VALUE) in finding.message for value in (old, new)):
        return []  # of media the message says what there is to say
    if all(_is_said(finding.message, *each) for each in _differences(old, new, "")):
        return []
    if finding.rule == "response-body-changed" and isinstance(old, list) and isinstance(new, list):
        return _words_diff(old, new, ink, most=_EXAMPLES)  # what was found: the sentence says how much of it is another
    said = finding.message if finding.rule.startswith("tool-arguments") else ""
    return structure_diff(old, new, ink, width=width, said=said)


def _names_lists(finding: Drift) -> bool:
    """Whether the sentence names the things in lists that have nothing in common: nor have their fields."""
    facts = [fact for side in (finding.said.facts if finding.said is not None else ()) for fact in side]
    return bool(facts) and all('=["' in fact for fact in facts)


def _is_said(message: str, path: str, old: Json, new: Json) -> bool:
    """Whether a sentence names a member, and what it was and is."""
    name = path.rpartition(".")[2]
    if not name or _is_long(old, new):
        return False
    if _MISSING in (old, new):
        became_of_it, value = ("is new", new) if old is _MISSING else ("is gone", old)
        if isinstance(value, str) and value not in message:
            return False  # it is cut there
        return re.search(rf"(?<!\w){re.escape(name)} [^;]*{became_of_it}(?!\w)", message) is not None
    if name in _NAMES and f"another version: {old} → {new}" in message:
        return True
    change = " → ".join(short(each, _VALUE) for each in (old, new))
    return re.search(rf"(?<!\w){re.escape(f'{name} {change}')}(?!\w)", message) is not None


_NAMES = ("kind", "name")  # of a vendor's tool: the sentence says the type, which it is sent with


def _answer_lines(finding: Drift, old: str, new: str, ink: Ink, width: int) -> list[str]:
    """Where two answers differ: what the sentence names, else the words, as long as most of them stayed."""
    found = without_blanks(pieces(old, new))
    most = _SOME_LINES if finding.level in ("cosmetic", "noise") else MAX_LINES // 2
    facts = finding.said.facts if finding.said is not None else ((), ())
    if (
        not old.strip()
        or not new.strip()
        or (finding.rule != "text-facts-changed" and _says_all(finding.message, found))
    ):
        return []
    is_like = _is_one_sided(found) or (_share(found) >= _LITTLE and (_size(finding) or 1.0) >= _LITTLE)
    if any(facts) and _is_one_sided(found):  # the sentence says what is gone, or new
        lines = word_diff(old, new, ink, width=width, most=most)
        return [] if lines[-1].startswith("… and ") else lines
    if any(facts) and not all(facts) and not is_like and '" → "' in finding.message:
        return []  # how both begin is said
    if any(facts) and (is_like or finding.rule != "text-changed"):  # of two answers, no two sentences belong together
        lines = word_diff(old, new, ink, width=width, most=most) if is_like else []
        if lines and not lines[-1].startswith("… and ") and _shows(lines, facts):
            return lines
        return _fact_lines((old, new), facts, ink, width) or lines
    if (not is_like or finding.cause == "model") and '" → "' in finding.message:
        return []
    lines = word_diff(old, new, ink, width=width, most=most)
    return [] if most == _SOME_LINES and lines[-1].startswith("… and ") else lines  # the sentence says enough


def _size(finding: Drift) -> float | None:
    return None if finding.said is None else finding.said.size


def _is_one_sided(found: list[Piece]) -> bool:
    """Whether words only went, or only came."""
    changed = [piece for piece in found if piece[0] != piece[1]]
    return not any(left.strip() for left, _ in changed) or not any(right.strip() for _, right in changed)


def _share(found: list[Piece]) -> float:
    """How much of two texts is the same, from 0 to 1."""
    same = sum(len(left) for left, right in found if left == right)
    return 2 * same / (sum(len(left) + len(right) for left, right in found) or 1)


def _says_all(message: str, found: list[Piece]) -> bool:
    """Whether the sentence shows the only place that changed, whole."""
    changed = [piece for piece in found if piece[0] != piece[1]]
    if len(changed) != 1 or changed[0][0].split() == changed[0][1].split():
        return False
    sides = (json.dumps(side.strip(), ensure_ascii=False)[1:-1] for side in changed[0])
    return all(side in message for side in sides)


def _shows(lines: list[str], facts: Facts) -> bool:
    shown = " ".join(re.sub(_COLOUR, "", line) for line in lines)
    return all(fact in shown for side in facts for fact in side[:_FACTS])


def _fact_lines(texts: tuple[str, str], facts: Facts, ink: Ink, width: int) -> list[str]:
    """The facts that a sentence names, where each stands: those that are gone, then those that came."""
    lines: list[str] = []
    for text, side, mark, color in zip(texts, facts, "-+", ("red", "green"), strict=True):
        plain = " ".join(text.split())
        shown: list[str] = []
        for fact in side[:_FACTS]:
            stands = _stands(fact, plain)
            if stands is not None and not any(_stands(fact, line) for line in shown):
                shown.append(_beside(plain, stands.start(), stands.end(), width - 2))
        if not side:  # what it says in the place of the facts that it has not
            shown = [folded(plain, width - 2)]
        lines += [ink(color, f"{mark} {printable(line)}") for line in shown]
    return lines


def _stands(fact: str, text: str) -> re.Match[str] | None:
    """Where a fact stands in a text on one line: as it is told, or its digits in groups."""
    digits = re.match(r"-?\d{4,}", fact)
    grouped = r"[.,\u00a0\u202f]?".join(digits[0]) if digits else ""
    return re.search(rf"(?<![\w.]){re.escape(fact)}(?!\w)|(?<![\w.,]){grouped or 'a^'}(?!\w)", text)


def _beside(text: str, start: int, end: int, width: int) -> str:
    """A piece of a text on a line, with the words around it."""
    room = max(width - (end - start) - 2, 0)
    first = max(0, min(start - room // 2, len(text) - (end - start) - room))
    last = min(len(text), max(end + room // 2, first + (end - start) + room))
    first = text.find(" ", first, start) + 1 or start if first else 0
    last = max(text.rfind(" ", end, last), end) if last < len(text) else last
    return ("…" if first else "") + folded(text[first:last], width) + ("…" if last < len(text) else "")


def is_told(message: str, old: str, new: str) -> bool:
    """Whether a message says all there is to say: both values stand in it, and differ in more than blanks."""
    if old.split() == new.split():
        return False
    return all(text in message or json.dumps(text, ensure_ascii=False) in message for text in (old, new))


def _is_prose(old: str, new: str) -> bool:
    """Whether word by word is how a person wants to see it: sentences, or a difference in white space alone."""
    return old.split() == new.split() or any(" " in text.strip() for text in (old, new))


def _document(text: str) -> Json:
    """The object or the list that a text is; ``None`` when it is none."""
    bare = text.strip()
    if not bare or bare[0] not in "{[" or bare[-1] not in "}]":
        return None
    try:
        return json_value(bare)
    except (ValueError, RecursionError):
        return None


# --- texts -----------------------------------------------------------------------------------------------------------


def word_diff(old: str, new: str, ink: Ink, *, width: int, name: str = "", most: int = MAX_LINES) -> list[str]:
    """The changed words between what surrounds them: ``[-old-]{+new+}``, as ``git diff --word-diff`` writes it.

    Of a long text every place that changed is a line of its own, which begins with where that is.
    """
    found = without_blanks(pieces(old, new))
    apart = len(new) > LONG and len(found) > 1
    places = _places(found, new) if apart else [("", found)]
    for fold in _FOLDS:
        if fold != _FOLDS[-1] and _length_of(places[: most + 1], fold) > most * width:
            continue
        told = [_place_lines(where, inside, ink, width, name, fold) for where, inside in places[: most + 1]]
        if sum(map(len, told)) <= most and len(places) <= most:
            break
    return _fitted(told, [_lines_of(inside) for _, inside in places], most)


def _length_of(places: list[tuple[str, list[Piece]]], fold: int | None) -> int:
    """How many characters of changes there are to show, when each is cut to `fold`."""
    lengths = (len(side) for _, inside in places for piece in inside if piece[0] != piece[1] for side in piece)
    return sum(length if fold is None else min(length, fold) for length in lengths)


def _lines_of(found: list[Piece]) -> int:
    """How many lines a place has, both sides of a change counted."""
    return 1 + sum(left.count("\n") + (right.count("\n") if left != right else 0) for left, right in found)


def _fitted(told: list[list[str]], whole: list[int], most: int) -> list[str]:
    """As many places as there is room for, and how much there is besides; `whole` has the lines of each."""
    shown: list[str] = []
    places = len(whole)
    for number, lines in enumerate(told):
        room = most - len(shown) - (number < places - 1)
        if len(lines) <= room:
            shown += lines
            continue
        rest = [_more(places - number, "place")]
        if room >= _AT_LEAST or not shown:
            shown += lines[: room - 1]
            rest = [
                _more(max(len(lines), whole[number]) - room + 1, "line"),
                *([_more(places - number - 1, "place")] if number < places - 1 else []),
            ]
        return [*shown, f"… and {' and '.join(rest)}"]
    return shown


def _more(count: int, what: str) -> str:
    return f"{count:,} more {what}{'s' * (count != 1)}"


def _places(found: list[Piece], new: str) -> list[tuple[str, list[Piece]]]:
    """The changes that stand together, with what surrounds them and where that is."""
    lines = new.count("\n") + 1
    at, line = 0, 1
    groups: list[tuple[str, list[Piece]]] = []
    for number, (left, right) in enumerate(found):
        if left == right:
            parts = _around(left, first=number == 0, last=number == len(found) - 1)
            if groups:
                groups[-1][1].append((parts[0], parts[0]))
            if parts[1] is not None:
                groups.append(("", [(parts[1], parts[1])] if parts[1] else []))
        else:
            if not groups:
                groups.append(("", []))
            if not groups[-1][0]:
                where = f"line {line:,} of {lines:,}" if lines > 3 else f"character {at + 1:,} of {len(new):,}"
                groups[-1] = (where, groups[-1][1])
            groups[-1][1].append((left, right))
        at, line = at + len(right), line + right.count("\n")
    return [(where, inside) for where, inside in groups if where]


def _around(text: str, *, first: bool, last: bool) -> tuple[str, str | None]:
    """What did not change: the words after a change, and those before the next; all of it is the first when it is
    short.
    """
    beginning = words_of(text[:400]) if not first else []
    end = words_of(text[-400:]) if not last else []
    if not first and not last and len(text) <= 400 and len(beginning) <= 2 * _WIDE:
        return text, None
    head, head_ends, _ = "".join(beginning[:_WIDE]).partition("\n")
    _, tail_begins, tail = "".join(end[-_WIDE:]).rpartition("\n")
    if head and not head_ends and head != text:
        head = head.rstrip(" ") + "…"
    if tail and not tail_begins and tail != text:
        tail = "…" + tail.lstrip(" ")
    return head, None if last else tail


def _place_lines(where: str, found: list[Piece], ink: Ink, width: int, name: str, fold: int | None) -> list[str]:
    label = ", ".join(filter(None, (printable(name), where)))
    start = [ink("dim", f"{label}: ")] if label else []
    return _wrapped([*start, *_marked(found, ink, fold, whole=bool(where))], width)


def _marked(found: list[Piece], ink: Ink, fold: int | None, *, whole: bool) -> Iterator[str]:
    """The pieces with their marks; `whole` for what did not change as it is, else its ends."""
    for number, (left, right) in enumerate(found):
        if left == right:
            yield visible(left) if whole or len(found) == 1 else _ends(left, number == 0, number == len(found) - 1, ink)
            continue
        gone, come = shown_apart(left, right, fold)
        if gone:
            yield ink("red", gone if ink else f"[-{gone}-]")
        if come:
            yield ink("green", come if ink else f"{{+{come}+}}")


def _ends(text: str, first: bool, last: bool, ink: Ink) -> str:
    same = words_of(text)
    head = [] if first else same[:CONTEXT]
    tail = [] if last else same[-CONTEXT:]
    if len(head) + len(tail) >= len(same):
        return visible(text)
    cut = ink("dim", " … " if head and tail else "…")
    return visible("".join(head)).rstrip(" ") + cut + visible("".join(tail)).lstrip(" ")


def shown_apart(old: str, new: str, fold: int | None = None) -> tuple[str, str]:
    """Two different pieces as they are shown: cut when they are long, and never alike."""
    old, new = _without_runs(old, new)
    if fold is not None:
        old, new = _folded_apart(old, new, fold)
    show = _unmasked if _seen(old) == _seen(new) else visible
    shown = show(old), show(new)
    if shown[0] == shown[1]:
        shown = _unmasked(old), _unmasked(new)
    return shown if shown[0] != shown[1] else (_escaped(old), _escaped(new))


_RUN = re.compile(r"(?<![^\s\"'<>()])(?!https?://)[^\s\"'<>()]{100,}")  # digits or base64 without end


def _without_runs(old: str, new: str) -> tuple[str, str]:
    """Two pieces in which what nobody reads is cut, as long as they still differ."""
    cut = tuple(_RUN.sub(lambda found: f"{found[0][:30]}…{found[0][-10:]}", text) for text in (old, new))
    return (cut[0], cut[1]) if cut[0] != cut[1] else (old, new)


def _folded_apart(old: str, new: str, limit: int) -> tuple[str, str]:
    """Two pieces that differ, cut; one that stands alone is told by its beginning and its end."""
    shown = folded(old, limit), folded(new, limit)
    return shown if shown[0] != shown[1] else elided(old, new, limit)[:2]


def _escaped(text: str) -> str:
    """A text of which even the picture of what is invisible is told from what it is the picture of."""
    return json.dumps(text)[1:-1]


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


# --- a page ----------------------------------------------------------------------------------------------------------


@record
class Cell:
    """A piece of one side of a page: `kind` is ``changed``, ``same``, or ``folded`` for words on what is left out."""

    kind: str
    text: str


def side_by_side(old: str, new: str) -> tuple[list[Cell], list[Cell]]:
    """Both texts in pieces; long stretches that did not change are folded, invisible changes are made visible."""
    left: list[Cell] = []
    right: list[Cell] = []
    found = pieces(old, new)
    places = 0
    for number, (gone, come) in enumerate(found):
        if gone == come:
            same = list(_folded_cells(gone, number == 0, number == len(found) - 1))
            left += same
            right += same
            continue
        places += 1
        if places > _PAGE_PLACES:
            more = sum(before != after for before, after in found[number:])
            rest = Cell(kind="folded", text=f"… and {_more(more, 'place')}")
            return [*left, rest], [*right, rest]
        before, after = _page_texts(gone, come)
        left += [Cell(kind="changed", text=before)] if before else []
        right += [Cell(kind="changed", text=after)] if after else []
    return left, right


def _page_texts(gone: str, come: str) -> tuple[str, str]:
    """A change as it is where white space is kept, or as it can be told apart."""
    gone, come = _folded_apart(gone, come, _PAGE_FOLD)
    plain = printable(gone, keep_newlines=True), printable(come, keep_newlines=True)
    return plain if _seen(gone) != _seen(come) and plain[0] != plain[1] else shown_apart(gone, come)


def _folded_cells(text: str, first: bool, last: bool) -> Iterator[Cell]:
    head, tail = "" if first else text[:_SAME], "" if last else text[-_SAME:]
    head = head[: head.rfind("\n") + 1] or head
    tail = tail[tail.find("\n") + 1 :] or tail
    hidden = text[len(head) : len(text) - len(tail)]
    if len(hidden) <= _SAME:
        yield Cell(kind="same", text=text)
        return
    lines = hidden.count("\n")
    amount = f"{lines:,} lines" if lines > 1 else f"{len(hidden):,} characters"
    end = "\n" * (hidden.endswith("\n") and bool(tail))
    for kind, piece in (("same", head), ("folded", f"… {amount} did not change …{end}"), ("same", tail)):
        if piece:
            yield Cell(kind=kind, text=piece)


# --- structures ------------------------------------------------------------------------------------------------------


def structure_diff(old: Json, new: Json, ink: Ink, *, width: int = 100, said: str = "") -> list[str]:
    """The members that differ, by path: ``- city: "Lisboa"`` and ``+ city: "Porto"``; of long texts their words. Those
    that a sentence has `said` are left out.
    """
    if isinstance(old, list) and isinstance(new, list) and all(isinstance(each, str) for each in (*old, *new)):
        return _words_diff(old, new, ink)
    found = [each for each in _differences(old, new, "") if not (said and _is_said(said, *each))]
    texts = sum(_is_long(before, after) for _, before, after in found)
    most = max(_AT_LEAST, (MAX_LINES - 2 * (len(found) - texts)) // texts) if texts else 0
    lines: list[str] = []
    for path, before, after in found:
        name = printable(path) or "(the whole)"
        if _is_long(before, after):
            lines += word_diff(before, after, ink, width=width, name=name, most=most)
            continue
        if before is _MISSING or after is _MISSING:
            values = [short(value, _VALUE) for value in (before, after) if value is not _MISSING] * 2
        else:
            values = [*pair(before, after, _VALUE)]
        if before is not _MISSING:
            lines.append(ink("red", f"- {name}: {printable(values[0])}"))
        if after is not _MISSING:
            lines.append(ink("green", f"+ {name}: {printable(values[1])}"))
    if len(lines) <= MAX_LINES + 2:
        return lines
    return [*lines[:MAX_LINES], f"… and {_more(len(lines) - MAX_LINES, 'line')}"]


def _words_diff(old: list[Json], new: list[Json], ink: Ink, *, most: int = MAX_LINES // 2) -> list[str]:
    """Which words of a list are gone, and which are new."""
    gone = [ink("red", f"- {printable(short(each, _VALUE))}") for each in old if each not in new]
    come = [ink("green", f"+ {printable(short(each, _VALUE))}") for each in new if each not in old]
    lines: list[str] = []
    for side in (gone, come):
        left = [f"… and {_more(len(side) - most, 'line')}"] if len(side) > most + 1 else []
        lines += [*(side[:most] if left else side), *left]
    return lines


def _is_long(old: Json, new: Json) -> bool:
    return isinstance(old, str) and isinstance(new, str) and max(len(old), len(new)) > _VALUE


_MISSING = object()


def _differences(old: Json, new: Json, path: str) -> Iterator[tuple[str, Json, Json]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            inner = f"{path}.{key}" if path else str(key)
            yield from _differences(old.get(key, _MISSING), new.get(key, _MISSING), inner)
    elif isinstance(old, list) and isinstance(new, list) and _has_members(old, new):
        yield from _list_differences(old, new, path)
    elif type(old) is not type(new) or old != new:
        yield path, old, new


def _has_members(old: list[Json], new: list[Json]) -> bool:
    """Whether what a list holds is told one by one: lists of one length, or of objects."""
    return len(old) == len(new) or all(isinstance(each, dict) for each in (*old, *new))


def _list_differences(old: list[Json], new: list[Json], path: str) -> Iterator[tuple[str, Json, Json]]:
    """Side by side, without what both begin and end with."""
    start, end = 0, 0
    if len(old) != len(new):
        while start < min(len(old), len(new)) and old[start] == new[start]:
            start += 1
        while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
            end += 1
    for index in range(start, max(len(old), len(new)) - end):
        before = old[index] if index < len(old) - end else _MISSING
        after = new[index] if index < len(new) - end else _MISSING
        yield from _differences(before, after, f"{path}[{index}]")
