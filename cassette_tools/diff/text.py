"""What kind of difference two texts have: of spacing, of fact, or of wording.

Facts are what a reader would check: numbers with their units, addresses, code, and JSON values. Two answers of a model
that say the same in other words have the same facts.
"""

from __future__ import annotations

import re

from cassette_tools._record import record
from cassette_tools.diff.freeform import json_changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Json

_patterns: dict[str, re.Pattern[str]] = {}

_SOURCES = {
    "fence": r"```[^\n`]*\n(.*?)```",
    "code": r"`([^`\n]+)`",
    "url": r"https?://[^\s<>\"')\]]+",
    # Names that hold a digit or an underscore ("gpt-5", "get_weather", "v2.1"): to a reader they are exact.
    "identifier": r"\b[A-Za-z][A-Za-z]*[-_]?(?:\w*[A-Za-z_-])?\d[\w-]*(?:\.\d+)*|\b[A-Za-z0-9]+_\w+",
    "ordinal": r"(?m)^[ \t]*(?:\*\*)?\d{1,3}[.)](?=\s)",
    # A number is a word of its own: "4o" and "gpt-5" are names. The unit may stand apart, a percent sign or a degree
    # may not be missed.
    "number": r"(?<![\w.,-])([-+−]?[$€£]?\d+(?:[.,\u00a0\u202f]\d+)*)\s?"
    r"((?:km|m|mi|ft)/(?:h|s|min)\b|(?i:degrees?\s(?:celsius|fahrenheit)|degrees?|percent|kilomet(?:er|re)s?|met(?:er|re)s?"
    r"|hours?|minutes?|seconds?)\b|%|°\s?[CFK]?\b|[kMGT]?i?B\b|[kmcµn]?[mgls]\b|[CFK]\b|mph\b|kn(?:ots)?\b|[kMG]?(?:Hz|Wh?)\b"
    r"|ms\b|min\b|h\b|€|[$£]|(?:EUR|USD|GBP|CHF|JPY|BRL)\b)?(?![\w])",
}


@record
class TextChange:
    """`rule` is the drift rule; `similarity` is from 0 to 1; `facts` are those of the old text only, and of the new
    only.
    """

    rule: str
    similarity: float
    facts: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


def text_change(old: str, new: str, premise: str = "") -> TextChange | None:
    """How `new` differs from `old`; ``None`` when it does not.

    `premise` is what the user said: a text that only repeats, or no longer repeats, what was given says nothing else.
    """
    if old == new:
        return None
    if not old.strip() or not new.strip():
        if old.strip() or new.strip():
            return TextChange(rule="text-appeared" if new.strip() else "text-vanished", similarity=0.0)
        return TextChange(rule="text-whitespace-changed", similarity=1.0)
    if "".join(old.split()) == "".join(new.split()):
        return TextChange(rule="text-whitespace-changed", similarity=1.0)
    if _is_same_document(old, new):
        return TextChange(rule="json-formatting-changed", similarity=1.0)
    lost, gained = _only_one_side(facts(old), facts(new))
    if premise and not (lost and gained) and {*lost, *gained} <= set(facts(premise)):
        lost = gained = ()
    rule = "text-facts-changed" if lost or gained else "text-reworded"
    return TextChange(rule=rule, similarity=similarity(old, new), facts=(lost, gained))


def _is_same_document(old: str, new: str) -> bool:
    """Whether both are the same JSON, keys in any order; a fence around it is more than layout to who parses it."""
    left, right = json_document(old), json_document(new)
    if left is None or right is None or any(json_changes(left, right)):
        return False
    return old.strip().startswith("```") == new.strip().startswith("```")


def facts(text: str) -> tuple[str, ...]:
    """The facts of a text in the order of their kinds, each as written but for the spelling of numbers."""
    document = json_document(text)
    if document is not None:
        return tuple(_leaves(document, ""))
    code, rest = _cut("fence", text)
    inline, rest = _cut("code", rest)
    urls, rest = _cut("url", rest)
    names, rest = _cut("identifier", rest)
    rest = _pattern("ordinal").sub("", rest)
    return (
        *(" ".join(piece.split()) for piece in code),
        *inline,
        *(url.rstrip(".,;:!?") for url in urls),
        *names,
        *(_quantity(match) for match in _pattern("number").finditer(rest)),
    )


def json_document(text: str) -> Json:
    """The object or the list that the text is, bare or in one fenced block; ``None`` when it is prose."""
    bare = text.strip()
    if bare.startswith("```") and bare.endswith("```") and "\n" in bare:
        bare = bare[bare.index("\n") : -3].strip()
    if not bare or bare[0] not in "{[" or bare[-1] not in "}]":
        return None
    import json

    try:
        return json.loads(bare)
    except (ValueError, RecursionError):
        return None


def similarity(old: str, new: str) -> float:
    """The share of words, and of pairs of neighbouring words, that two texts have in common (Dice), from 0 to 1."""
    left, right = _counted(old), _counted(new)
    common = sum(min(count, right[token]) for token, count in left.items() if token in right)
    return round(2 * common / (sum(left.values()) + sum(right.values()) or 1), 3)


def _counted(text: str) -> dict[object, int]:
    from itertools import pairwise

    words = [word.strip(".,;:!?¡¿()[]{}\"'*_`") for word in text.lower().split()]
    counts: dict[object, int] = {}
    for token in (*words, *pairwise(words)):
        counts[token] = counts.get(token, 0) + 1
    return counts


def _cut(name: str, text: str) -> tuple[list[str], str]:
    pattern = _pattern(name)
    found = pattern.findall(text)
    return found, pattern.sub(" ", text) if found else text


def _quantity(match: re.Match[str]) -> str:
    number = match[1].replace("−", "-").replace("\u00a0", "").replace("\u202f", "")
    whole, comma, thousands = number.rpartition(",")
    if comma and len(thousands.partition(".")[0]) == 3:
        number = whole.replace(",", "") + thousands
    unit = (match[2] or "").replace(" ", "").replace("\n", "")
    unit = _SPELLED_OUT.get(unit.lower().rstrip("s").replace("metre", "meter"), unit)
    return f"{number.lstrip('+')} {'°' + unit if unit in ('C', 'F', 'K') else unit}".strip()


# Units as words, in the singular, and how they are written beside numbers.
_SPELLED_OUT = {
    "degreescelsiu": "°C",
    "degreecelsiu": "°C",
    "degreesfahrenheit": "°F",
    "degreefahrenheit": "°F",
    "degree": "°",
    "percent": "%",
    "kilometer": "km",
    "meter": "m",
    "hour": "h",
    "minute": "min",
    "second": "s",
}


def _leaves(value: Json, path: str) -> list[str]:
    import json

    found: list[str] = []
    pending = [(path, value)]
    while pending:
        here, node = pending.pop()
        if isinstance(node, dict) and node:
            pending.extend((f"{here}.{key}" if here else key, child) for key, child in node.items())
        elif isinstance(node, list) and node:
            pending.extend((f"{here}[{index}]", child) for index, child in enumerate(node))
        else:
            found.append(f"{here}={json.dumps(node, ensure_ascii=False)}")
    return sorted(found)


def _only_one_side(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What each has that the other has not. How often a fact is repeated is wording."""
    old_set, new_set = set(old), set(new)
    lost = tuple(dict.fromkeys(fact for fact in old if fact not in new_set))
    gained = tuple(dict.fromkeys(fact for fact in new if fact not in old_set))
    return lost, gained


def _pattern(name: str) -> re.Pattern[str]:
    if name not in _patterns:
        _patterns[name] = re.compile(_SOURCES[name], re.DOTALL if name == "fence" else 0)
    return _patterns[name]
