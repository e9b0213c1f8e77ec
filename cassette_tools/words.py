"""Values in a sentence: one alone, or two that differ, cut down to where they do.

Three rules hold wherever values are shown. Two that differ never read alike. What is absent is not a value: it "is
new" or "is gone"; null and the empty text are values. A secret is masked before anything is cut, for half a key is no
longer seen to be one.
"""

from __future__ import annotations

import re

from cassette_tools.model import ABSENT
from cassette_tools.printable import printable
from cassette_tools.secrets.hiding import hidden
from cassette_tools.text_diff import elided

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cassette_tools.model import Json

LIMIT = 60  # characters of a value in a sentence


def finish_in_words(canonical: str | None, native: str | None) -> str:
    """``length (max_tokens)``: the finish reason, and the provider's own if that says more; "" without any. ``STOP``
    and ``tool_calls`` say no more.
    """
    if not canonical or not native or native.lower() in (canonical, f"{canonical}s"):
        return canonical or native or ""
    return f"{canonical} ({native})"


def without_varying(text: str) -> str:
    """The message of an error without the words that hold digits (limits, request ids, times)."""
    return re.sub(r"(?<![\w-])[\w-]*\d[\w.:-]*", "#", text)


def short(value: Json, limit: int = LIMIT) -> str:
    """A value as a person reads it in a sentence: JSON, cut in the middle when it is long."""
    text = _json(value)
    return text if len(text) <= limit else cut(hidden(text), limit)


def cut(text: str, limit: int) -> str:
    """A text without its middle, cut between two words where there are some."""
    if len(text) <= limit:
        return text
    half = (limit - 3) // 2
    return f"{whole_words(text, half)} … {whole_words(text[::-1], half)[::-1]}"


def words_in(sentence: str) -> list[str]:
    """The words of a sentence, each with the space after it; a quotation is one word."""
    return _WORDS.findall(sentence)


_WORDS = re.compile(r'(?:"(?:[^"\\]|\\.)*+"?|[^ "])++ ?| ')


def cut_to_change(sentence: str, limit: int) -> str:
    """A shorter sentence that keeps the old and the new value: as many whole changes as fit, else the differing words
    of the first one. A sentence without a change loses its middle.
    """
    words = words_in(sentence)
    places = [at for at in range(1, len(words) - 1) if words[at].strip() in _ARROWS]
    if len(sentence) <= limit or not places:
        return cut(sentence, limit)
    ends = (len("".join(words[: at + 2]).rstrip(_JOINTS)) for at in places)
    whole = max((end for end in ends if end <= limit - 2), default=0)
    return f"{sentence[:whole]} …" if whole else _first_change(words, places[0], limit)


_ARROWS = ("→", "became")


def _first_change(words: list[str], at: int, limit: int) -> str:
    """The differing words before and after an arrow, with the beginning of the sentence."""
    sides = [words[at + step].strip(_JOINTS) for step in (-1, 1)]
    quote = '"' if all(side.startswith('"') for side in sides) else ""
    old, new = (side.strip('"') for side in sides) if quote else sides
    if old == new:
        return cut("".join(words), limit)
    left, right, _ = elided(old, new, max((limit - _HEAD) // 2, _HEAD) - len(words[at]))
    changed = f"{quote}{left}{quote} {words[at].strip()} {quote}{right}{quote}"
    head = _without_middle(words[: at - 1], max(limit - len(changed) - 3, _HEAD))
    return f"{head} {changed}".strip() + " …" * (at + 2 < len(words))


def _without_middle(words: list[str], limit: int) -> str:
    """The first words, and the last one, which names what changed."""
    if len("".join(words)) <= limit:
        return "".join(words).rstrip()
    room = limit - len(words[-1]) - 2
    count = next((at for at in range(len(words)) if len("".join(words[: at + 1])) > room), 0)
    return f"{''.join(words[:count])}… {words[-1]}".rstrip()


_HEAD = 16  # characters of what changed, where its change is long


def whole_words(text: str, limit: int) -> str:
    """The beginning of a text, up to a word that ends in the second half of it: before a blank, else (in JSON, in a
    path) between a letter and a sign, else within a name.
    """
    if not text[limit : limit + 1].strip():
        return text[:limit].rstrip()
    ends = ([found.start() for found in re.finditer(end, text[: limit + 1])] for end in _ENDS)
    lasts = (max((at for at in each if at <= limit), default=0) for each in ends)
    return text[: next((at for at in lasts if at > limit // 2), limit)].rstrip()


def without_end(text: str, limit: int) -> str:
    """A sentence without its last words: no quotation stays open, and it ends in no word that needs another."""
    begun = whole_words(text, limit).rstrip(_JOINTS)
    while begun.rpartition(" ")[2] in _LEADING:
        begun = begun.rpartition(" ")[0].rstrip(_JOINTS)
    return f'{begun} …"' if begun.count('"') % 2 else f"{begun} …"


_JOINTS = " …,;:("
_LEADING = frozenset(("the", "a", "an", "of", "to", "with", "and", "or", "in", "is", "was", "its", "that"))
_ENDS = (r"(?=[ \n])", r"(?!\w)|(?<!\w)", r"(?=_)")  # of a word, of a name between two signs, of a part of a name


def bare(value: Json, limit: int = LIMIT) -> str:
    """`short`, but a word as it is, a list of words as one, and bytes by their number."""
    return _bare_text(value) or cut(_written(value), limit)


def pair(old: Json, new: Json, limit: int = LIMIT, *, plain: bool = False) -> tuple[str, str]:
    """Two values that differ, shortened together so that one sees where; `plain` leaves words without their quotes."""
    return _pair(old, new, limit, plain)[:2]


def _pair(old: Json, new: Json, limit: int, plain: bool) -> tuple[str, str, int]:
    """The two, and in how many places they differ."""
    if plain:
        words = [_bare_text(value) or _written(value) for value in (old, new)]
        if max(map(len, words)) <= limit and _tell_apart(*words):
            return words[0], words[1], 1
    if isinstance(old, str) and isinstance(new, str):
        left, right, places = elided(hidden(old), hidden(new), limit - 2)
        left, right = _json(left), _json(right)
    else:
        before, after = _written(old), _written(new)
        left, right, places = elided(before, after, limit)
        left, right = _enclosed(left, before), _enclosed(right, after)
    if not _tell_apart(left, right):
        left, right = _marked(old, new, left, right)
    return left, right, places


def became(old: Json, new: Json, limit: int = LIMIT, *, arrow: str = " → ", plain: bool = False) -> str:
    """What goes on after a name: ``2 → 3``, ``2 is new``, ``2 is gone``, ``is null now (was 2)``."""
    say: Callable[[Json, int], str] = bare if plain else short
    if old is ABSENT or new is ABSENT:
        return f"{say(new, limit)} is new" if old is ABSENT else f"{say(old, limit)} is gone"
    if old is None or new is None:
        return f"is {say(new, limit)} now (was {say(old, limit)})"
    left, right, places = _pair(old, new, limit, plain)
    more = f" and in {places - 1} more place{'s' * (places > 2)}" if places > 1 else ""
    return f"{left}{arrow}{right}{more}"


def _json(value: Json) -> str:
    """A value as JSON on one line."""
    if value is ABSENT:
        return "(absent)"
    import json

    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):
        return repr(value)


def _written(value: Json) -> str:
    """A value as JSON, with no secret in it; bytes that a report must not hold, by their number."""
    return _size_of_bytes(value) or hidden(_json(value))


def unquoted(text: str, limit: int = LIMIT) -> str:
    """A text in a sentence as it is, on one line."""
    return cut(" ".join(hidden(text).split()), limit)


def opening(text: str, limit: int = LIMIT) -> str:
    """How a text begins, up to a word."""
    whole = hidden(text.strip())
    if len(whole) <= limit:
        return _json(whole)
    return _json(f"{whole_words(whole, limit)}…")


def unquoted_pair(old: str, new: str) -> tuple[str, str]:
    """Two texts that differ, on one line, cut down to where they do."""
    before, after = (" ".join(hidden(text).split()) for text in (old, new))
    left, right, _ = elided(before, after, LIMIT)
    return (left, right) if _tell_apart(left, right) else pair(old, new)


def count_of_bytes(size: int) -> str:
    """``1 byte``, ``141,262 bytes``."""
    return f"{size:,} byte{'s' * (size != 1)}"


def _size_of_bytes(value: Json) -> str | None:
    if isinstance(value, dict) and value.keys() == {"length", "sha256"} and isinstance(value["length"], int):
        return count_of_bytes(value["length"])
    return None


def _bare_text(value: Json) -> str:
    """A word, or words with commas between them; ``""`` for anything else."""
    if isinstance(value, str) and value.lower() in ("null", "none"):
        return f'"{value}"'  # a word that would be taken for no value
    if isinstance(value, str) and _is_document(value):
        return ""  # with its quotes: it would be taken for an object or a list
    if isinstance(value, str) and value and len(value) <= LIMIT and not any(map(str.isspace, value)):
        return value
    if isinstance(value, list) and value and all(isinstance(each, str) and each for each in value):
        return cut(hidden(", ".join(map(_one_of_several, value))), LIMIT)
    return ""


def _one_of_several(word: str) -> str:
    """One of a list of words: in quotes where white space would not be seen (``"\\nObservation:"``)."""
    return word if word == word.strip() and word.isprintable() else _json(word)


def _is_document(text: str) -> bool:
    if text[:1] not in ("{", "["):
        return False
    import json

    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _enclosed(shown: str, whole: str) -> str:
    first = whole[0] if shown.startswith("…") and whole[:1] in ("{", "[", '"') else ""
    last = whole[-1] if shown.endswith("…") and whole[-1:] in ("}", "]", '"') else ""
    return f"{first}{shown}{last}"


def _tell_apart(old: str, new: str) -> bool:
    """Whether two texts differ to the eye: not only in characters that are invisible, or in a picture of one."""
    return _looks(old) != _looks(new)


def _looks(text: str) -> str:
    from unicodedata import normalize

    shown = re.sub(r"[\u200c\u200d\ufe0e\ufe0f]", "", printable(normalize("NFC", text)))
    return re.sub(r"[\xa0\u2009\u202f\u3000]", " ", shown)


def _marked(old: Json, new: Json, left: str, right: str) -> tuple[str, str]:
    """What reads alike, with every character outside of ASCII as its escape; else with a word of what is not shown."""
    import json

    escaped = [re.sub(r"[^\x20-\x7e]", lambda found: json.dumps(found[0])[1:-1], text) for text in (left, right)]
    if escaped[0] != escaped[1]:
        return escaped[0], escaped[1]
    if old == new:
        return left, right
    if hidden(_json(old)) == hidden(_json(new)):
        return left, f"{right} (another secret)"
    return left, f"{right} (not the same)"


def settings_in_words(settings: dict[str, Json]) -> str:
    """An object of settings that is too long for a sentence: the short values, and only the names of the others:
    ``responseMimeType application/json, responseSchema``.
    """
    name, inner = "", settings
    while len(inner) == 1 and isinstance(only := next(iter(inner.values())), dict):
        name, inner = f"{name}{next(iter(inner))}.", only
    if len(_json(settings)) <= LIMIT or len(inner) < 2:
        return bare(settings)
    said = {key: "" if len(_json(value)) > _SAID else f" {bare(value)}" for key, value in inner.items()}
    words = [f"{name}{key}{said[key]}" for key in sorted(said, key=lambda key: not said[key])]
    more = f" and {len(words) - _MOST_SETTINGS} more" if words[_MOST_SETTINGS:] else ""
    return hidden(", ".join(words[:_MOST_SETTINGS]) + more)


_MOST_SETTINGS = 4


def item_in_words(item: Json) -> str:
    """What an element of a list is to a person: of which kind it is, its name or the first words in it."""
    if not isinstance(item, dict):
        return short(item)
    kinds = [_first(item, _KINDS)]
    name = _first(item, _NAMES)
    within = [inner for inner in item.values() if isinstance(inner, dict)] if not name else []
    span = next((inner for inner in within if _first(inner, ("type",))), None)  # of a trace, with what it is a span of
    if span is not None:
        kinds.append(_first(span, ("type",)))
    name = name or _first(span or {}, _NAMES) or next(filter(None, (_first(inner, ("path",)) for inner in within)), "")
    said = name or next(_texts_in(item), "")
    words = [*filter(None, kinds), *([f'"{cut(" ".join(said.split()), _SAID)}"'] if said else ())]
    return hidden(" ".join(words)) if words else short(item)


_KINDS = ("role", "type", "object", "kind", "__typename")
_NAMES = ("name", "title", "filename", "displayName", "path")
_SAID = 60  # characters of an item's words


def _first(item: dict[str, Json], names: tuple[str, ...]) -> str:
    return next((value for value in map(item.get, names) if isinstance(value, str) and value), "")


def _texts_in(value: Json) -> Iterator[str]:
    """What stands under the name ``text``, or as content, in order."""
    inner = value if isinstance(value, list) else ()
    for key, child in value.items() if isinstance(value, dict) else enumerate(inner):
        if key in ("text", "content") and isinstance(child, str) and child:
            yield child
        else:
            yield from _texts_in(child)
