"""Quantities: numbers in one spelling, with their magnitudes and units."""

from __future__ import annotations

import re

from cassette_tools._record import record, replace
from cassette_tools.later import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@record
class Number:
    """A quantity. `value` has its magnitude in it (`$3M` is 3000000), `digits` is what was written; `unit` may be
    empty.
    """

    value: str
    digits: str
    unit: str
    shown: str
    pair: tuple[str, ...] = ()  # ``3,4`` may be two numbers


# Letters that may not touch a number; those of scripts without spaces may.
_LETTER = r"[0-9A-Za-z_\u00c0-\u024f\u0370-\u052f]"


_NUMBER = regex(
    rf"(?<!{_LETTER})(?<![.,-])([-+−]?)([$€£¥]?)([-−]?\d++(?:[.,\u00a0\u202f]\d++)*+)(?:\s?(thousand|million|billion|trillion|mn|bn|k|M|B|T)"
    rf"(?!{_LETTER}))?\s?"
    r"((?:km|m|mi|ft)/(?:h|s|min)\b|(?i:degrees?\s(?:celsius|fahrenheit)|degrees?|percent|kilomet(?:er|re)s?|met(?:er|re)s?"
    r"|hours?|minutes?|seconds?|dollars?|euros?|(?:kilo|mega|giga)?bytes?)\b|%|°\s?[CFK]?\b|°|度|[kKMGT]?i?B\b|[kmcµn]?[mgls]\b|[CFK]\b|mph\b|x\b|kn(?:ots)?\b"
    rf"|[kMG]?(?:Hz|Wh?)\b|ms\b|min\b|h\b|€|[$£]|(?:EUR|USD|GBP|CHF|JPY|BRL)\b)?(?!{_LETTER})"
)


_SMALL_PAIR = regex(r"\d{1,2},\d{1,2}")


_MAGNITUDES = {
    "k": 3,
    "thousand": 3,
    "M": 6,
    "mn": 6,
    "million": 6,
    "B": 9,
    "bn": 9,
    "billion": 9,
    "T": 12,
    "trillion": 12,
}


# Units as words, in the singular, and how they are written beside numbers.
_SPELLED_OUT = {
    "degreescelsiu": "°C",
    "degreecelsiu": "°C",
    "degreesfahrenheit": "°F",
    "degreefahrenheit": "°F",
    "degree": "°",
    "度": "°",
    "percent": "%",
    "kilometer": "km",
    "meter": "m",
    "hour": "h",
    "minute": "min",
    "second": "s",
    "byte": "B",
    "kilobyte": "KB",
    "megabyte": "MB",
    "gigabyte": "GB",
    "dollar": "$",
    "usd": "$",
    "euro": "€",
    "eur": "€",
    "gbp": "£",
}


def numbers_in(text: str) -> Iterator[Number]:
    seen: set[tuple[str, str]] = set()
    for match in _NUMBER.finditer(text):
        number = _quantity(match)
        if (number.value, number.unit) not in seen:
            seen.add((number.value, number.unit))
            yield number


def lists_numbers(text: str, series: str) -> bool:
    """Whether a text says the numbers of ``[1, 2, 3]`` one after the other: ``1, 2 and 3``."""
    if not series.startswith("["):
        return False
    wanted = _FIGURES.findall(series)
    return any(_FIGURES.findall(match[0]) == wanted for match in _LISTED.finditer(text))


_FIGURES = regex(r"-?\d+(?:\.\d+)?")
_LISTED = regex(r"(?<![\w.])-?\d++(?:\.\d++)?(?:(?:, ?|,? (?:and|und|et|y|e|or|&) )-?\d++(?:\.\d++)?)++")


def by_spelling(numbers: Iterable[Number]) -> dict[str, list[Number]]:
    """The numbers by value, by digits, the degrees of the scale that a degree may be told in, and the sizes."""
    found: dict[str, list[Number]] = {}
    for number in numbers:
        for each in number.pair:
            found.setdefault(each, []).append(replace(number, value=each, digits=each, pair=()))
        other_scale = {"°C": "°F", "°F": "°C"}.get(number.unit)
        size = SIZE if number.unit in SIZES else None
        for key in filter(None, {number.value, number.digits, other_scale, size}):
            found.setdefault(key, []).append(number)
    return found


def _quantity(match: re.Match[str]) -> Number:
    sign, currency, written, magnitude, unit = match.groups(default="")
    digits = _plain((sign + written).replace("−", "-").lstrip("+"))
    if magnitude == "B" and not currency:
        magnitude, unit = "", "B"  # bytes
    unit = currency or _unit(unit)
    shown = digits + (magnitude if len(magnitude) == 1 else f" {magnitude}".rstrip())
    return Number(
        value=_shifted(digits, _MAGNITUDES.get(magnitude, 0)),
        digits=digits,
        unit=unit,
        shown=currency + shown if currency else f"{shown} {unit}".strip(),
        pair=() if any((sign, currency, magnitude, unit)) else _pair_in(written),
    )


def _pair_in(written: str) -> tuple[str, ...]:
    """The two numbers that a bare number with a comma may be."""
    return tuple(written.split(",")) if _SMALL_PAIR.fullmatch(written) else ()


def _plain(written: str) -> str:
    """A number in one spelling: ``56,088`` is 56088, and ``3,5`` is 3.5."""
    number = written.replace("\u00a0", "").replace("\u202f", "")
    whole, comma, rest = number.rpartition(",")
    if comma and len(rest.partition(".")[0]) == 3:
        number = whole.replace(",", "") + rest
    elif comma and "," not in whole and "." not in number:
        number = f"{whole}.{rest}"
    if number.count(".") == 1:
        number = number.rstrip("0").rstrip(".")
    return number


def _unit(written: str) -> str:
    bare = "".join(written.split())
    spelled = _SPELLED_OUT.get(bare.lower().rstrip("s").replace("metre", "meter"), bare)
    return f"°{spelled}" if spelled in ("C", "F", "K") else spelled


def _shifted(digits: str, places: int) -> str:
    whole, _, part = digits.partition(".")
    if not places or (not part.isdecimal() and part):
        return digits
    moved = (part + "0" * places)[:places]
    return _plain(f"{whole}{moved}.{part[places:] or '0'}")


def is_same_number(one: Number, other: Number) -> bool:
    """A bare number may repeat one that has its unit elsewhere, and a degree of one scale one of the other."""
    if one.value == other.value and one.unit == other.unit:
        return True
    bare = ("", "°")
    if one.unit in bare or other.unit in bare:
        left = one.unit if one.unit not in bare else other.unit
        return one.value == other.value or (one.digits == other.digits and (not left or "" in (one.unit, other.unit)))
    return _is_same_degree(one, other) or _is_same_size(one, other)


def _is_same_degree(one: Number, other: Number) -> bool:
    if {one.unit, other.unit} != {"°C", "°F"}:
        return False
    celsius, fahrenheit = (one, other) if one.unit == "°C" else (other, one)
    try:
        return abs(float(celsius.value) * 9 / 5 + 32 - float(fahrenheit.value)) < 1
    except ValueError:
        return False


# By how many thousands (of either kind) a unit of size is greater than a byte.
SIZES = {"B": 0, **{prefix + end: at for at, prefix in enumerate("KMGT", 1) for end in ("B", "iB")}, "kB": 1}
SIZE = "size"


def _is_same_size(one: Number, other: Number) -> bool:
    """Whether one size is the other, rounded: ``2.5 KB`` is 2574 bytes, by either definition of a kilobyte."""
    if not (one.unit in SIZES and other.unit in SIZES and SIZES[one.unit] != SIZES[other.unit]):
        return False
    return any(_overlap(_bytes(one, kilo), _bytes(other, kilo)) for kilo in (1000, 1024))


def _bytes(size: Number, kilo: int) -> tuple[float, float]:
    """The smallest and the largest number of bytes that a size may mean."""
    unit = kilo ** SIZES[size.unit]
    half = 0.5 * 10 ** -len(size.digits.partition(".")[2]) if size.unit != "B" else 0.0
    try:
        return (float(size.digits) - half) * unit, (float(size.digits) + half) * unit
    except ValueError:  # ``1.2.3``
        return 1.0, 0.0


def _overlap(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return max(one[0], other[0]) <= min(one[1], other[1])
