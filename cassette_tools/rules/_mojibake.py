"""Recognising UTF-8 that was read as something else, and undoing it.

UTF-8 is hard to hit by accident: a run of characters beyond ASCII that, written in some code page, gives bytes that
are valid UTF-8 is nearly always UTF-8 that was read as that page. Nearly: short words do hit it (Thai ``รก`` is a
word, ``CAFÉ”`` ends a quotation), so that a run of one repaired character also needs evidence in its surroundings,
and real text in the page's own script speaks against it.
"""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.later import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_RUNS = regex("[^\x00-\x7f][^\x00-\x7f]+")  # a class at the front is searched three times as fast as a repeat
_ESCAPES = regex(r"\\u(?!00[0-7])[0-9a-fA-F]{4}\\u[0-9a-fA-F]{4}")  # cheap to search: it begins with a literal
_ESCAPED_RUNS = regex(r"(?:\\u(?!00[0-7])[0-9a-fA-F]{4})+")

STRONG, WEAK = 2, 1


@record
class Damage:
    """A damaged run: what stands there, what it was, and the page it was read as; offsets in code points of the
    text."""

    start: int
    end: int
    seen: str
    repaired: str
    page: str


def damage_in(text: str, *, escaped: bool = True) -> tuple[Damage, ...]:
    """What in `text` is UTF-8 read as another encoding, literally or (`escaped`) in JSON escapes, in the order of the
    text.
    """
    cache: dict[str, tuple[tuple[str, str], ...]] = {}
    found: list[tuple[int, Damage]] = []
    genuine: set[str] = set()  # the pages in which some run of letters is real text
    for start, end, run in _runs_in(text, escaped):
        if run not in cache:
            cache[run] = _readings(run)
        strength, page, repaired = _likeliest(run, cache[run], _letter(text, start - 1), _letter(text, end))
        if strength:
            found.append((strength, Damage(start=start, end=end, seen=run, repaired=repaired, page=page)))
        else:
            genuine.update(_scripts(run))
    sure = {damage.page for strength, damage in found if strength == STRONG}
    return tuple(
        damage
        for strength, damage in found
        if damage.page in sure and (strength == STRONG or not genuine & _scripts(damage.seen))
    )


def _runs_in(text: str, escaped: bool) -> list[tuple[int, int, str]]:
    """The runs of characters beyond ASCII, and where each stands: those that are written out, then those in escapes."""
    runs = [] if text.isascii() else [(match.start(), match.end(), match[0]) for match in _RUNS.finditer(text)]
    if escaped and "\\u" in text and _ESCAPES.search(text) is not None:
        runs.extend(_escaped_runs(text))
    return runs


def _likeliest(run: str, readings: tuple[tuple[str, str], ...], before: str, after: str) -> tuple[int, str, str]:
    """How surely a run is damaged, the page it was read as, and what it was; 0 for a run that is real text."""
    strengths = [(_strength(run, repaired, before, after), page, repaired) for page, repaired in readings]
    return max(strengths, key=lambda each: each[0], default=(0, "", ""))


def _escaped_runs(text: str) -> Iterator[tuple[int, int, str]]:
    import json

    for match in _ESCAPED_RUNS.finditer(text):
        run = json.loads(f'"{match[0]}"')
        if len(run) > 1:
            yield match.start(), match.end(), run


def _letter(text: str, index: int) -> str:
    """The ASCII letter at `index`, else ``""``. The letter of an escape (``\\n``) is none."""
    if not 0 <= index < len(text) or not text[index].isascii() or not text[index].isalpha():
        return ""
    return "" if index and text[index - 1] == "\\" else text[index]


# --- reading a run as UTF-8 ------------------------------------------------------------------------------------------

_leads: dict[str, list[str]] = {}  # first characters of damaged runs, and the pages in which they are
_tables: dict[str, dict[int, str]] = {}  # from a page's characters to those whose numbers are its bytes


def _readings(run: str) -> tuple[tuple[str, str], ...]:
    """The pages whose bytes for `run` are UTF-8, each with the text that these bytes mean."""
    if not _leads:
        _prepare()
    found = []
    for name in _leads.get(run[0], ()):
        repaired = _decoded(run, name)
        if repaired is not None:
            found.append((name, repaired))
    if not found and run[0] >= "\u2e80":
        found.extend(_wide_readings(run))
    return tuple(found)


def _prepare() -> None:
    from cassette_tools.data.encodings import CODE_PAGES

    western = CODE_PAGES[0].upper
    for page in CODE_PAGES:
        table = dict.fromkeys(range(0xA0, 0x100), "\uffff")
        for number in range(0x80, 0x100):
            undefined = page.upper[number - 0x80] == "\ufffd"
            if undefined or number < 0xA0:
                table[number] = chr(number)  # decoders that know no better keep the byte's number
            if undefined:
                table[ord(western[number - 0x80])] = chr(number)
        for number, character in enumerate(page.upper, 0x80):
            if character != "\ufffd":
                table[ord(character)] = chr(number)
                if 0xC2 <= number <= 0xF4:
                    _leads.setdefault(character, []).append(page.name)
        _tables[page.name] = table


def _decoded(run: str, page: str) -> str | None:
    try:
        repaired = run.translate(_tables[page]).encode("latin-1").decode("utf-8")
    except UnicodeError:
        return None
    return repaired if all(_is_common(character) for character in repaired) else None


def _wide_readings(run: str) -> Iterator[tuple[str, str]]:
    from cassette_tools.data.encodings import WIDE_PAGES

    for page in WIDE_PAGES:
        if any(mark in run for mark in page.marks):
            try:
                repaired = run.encode(page.name).decode("utf-8")
            except UnicodeError:
                continue
            if all(character.isascii() or _is_common(character) for character in repaired):
                yield page.name, repaired


def _is_common(character: str) -> bool:
    from cassette_tools.data.encodings import COMMON

    number = ord(character)
    return any(first <= number <= last for first, last, _ in COMMON)


# --- evidence ---------------------------------------------------------------------------------------------------------


def _strength(run: str, repaired: str, before: str, after: str) -> int:
    """How surely `run` is damaged: `STRONG`, `WEAK` (only beside strong ones of the same page), or 0."""
    if any("\x80" <= character <= "\x9f" and character != "\x85" for character in run):
        return STRONG  # no text holds control characters of that kind
    scripts, meant = _scripts(run), _scripts(repaired)
    has_letters = any(map(str.isalpha, repaired))
    if "box" in scripts and scripts <= _SIGNS:
        return STRONG if has_letters and before and after else 0  # a drawing, unless it stands inside a word
    if len(meant - _SIGNS) > 1:
        return 0  # real words are of one script
    if meant == {"latin"} and (before or after):
        return _strength_in_word(run, repaired, before, after)
    if len(repaired) == 1:
        return WEAK if has_letters else _strength_of_sign(run, before)
    return _strength_of_several(run, repaired)


def _strength_in_word(run: str, repaired: str, before: str, after: str) -> int:
    """How surely a run is damaged that, repaired, is a piece of a Latin word."""
    if _is_foreign(run):
        return STRONG  # letters of another script inside a Latin word, and in it Latin ones make sense
    if len(repaired) == 1:
        return STRONG if _is_odd_case(run, before, after) else WEAK
    return _strength_of_several(run, repaired)


def _strength_of_several(run: str, repaired: str) -> int:
    return STRONG if len(repaired) >= _SOME or _is_mixed(run) else WEAK


def _strength_of_sign(run: str, before: str) -> int:
    """How surely `run` is one damaged sign; one of two bytes (``Â°``) may be two letters at the end of a word."""
    if len(run) == 2:
        return WEAK if before.isupper() or _is_foreign(run) or run[1].isalpha() else STRONG
    return STRONG if _is_mixed(run) else WEAK


_SIGNS = frozenset(("sign", "box"))
_SOME = 3  # characters: so many are not repaired by chance


def _is_foreign(run: str) -> bool:
    """Whether there are letters of another script than the Latin one."""
    return bool(_scripts(run) - {"latin", "sign", "box"})


def _is_mixed(run: str) -> bool:
    """Whether letters stand beside signs, or letters of several scripts beside each other, or capitals after small
    letters."""
    scripts = _scripts(run)
    if len(scripts) > 1:
        return True
    return any(run[at].islower() and run[at + 1].isupper() for at in range(len(run) - 1))


def _is_odd_case(run: str, before: str, after: str) -> bool:
    """Whether a capital (the first of a damaged Latin letter is one) stands where no word has one, or a sign inside
    a word."""
    inside = bool(after) and not run[-1].isalpha()
    if not run[0].isupper():  # ``├®`` and other drawings before a sign
        return inside or bool(before)
    if before.isupper() or (not before and after.isupper()):
        return inside and bool(before)
    return bool(before) or inside or run[-1].isupper()


def _scripts(run: str) -> set[str]:
    return {_script(character) for character in run}


def _script(character: str) -> str:
    number = ord(character)
    if not character.isalpha() and not 0x300 <= number < 0x370 and not 0x900 <= number < 0x1100:
        return "box" if 0x2500 <= number < 0x25A0 else "sign"
    for end, name in _SCRIPTS:
        if number < end:
            return name
    return "other"


_SCRIPTS = (
    (0x0250, "latin"),
    (0x0370, "sign"),
    (0x0400, "greek"),
    (0x0530, "cyrillic"),
    (0x0590, "armenian"),
    (0x0600, "hebrew"),
    (0x0780, "arabic"),
    (0x0E00, "indic"),
    (0x0E80, "thai"),
    (0x1E00, "other"),
    (0x1F00, "latin"),
    (0x2000, "greek"),
    (0x2E80, "sign"),
    (0xAC00, "han"),
    (0xD7B0, "hangul"),
)
