"""The rarer numbers of YAML 1.1 (§10.3: signs, underscores, bases, base 60, exponents), as PyYAML resolves them."""

from __future__ import annotations

import sys

from cassette_tools.later import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LONGEST = 2000  # characters
_INTEGER = regex(r"[-+]?(?:0b[0-1_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])+)\Z")
_FLOAT = regex(
    r"(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
    r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z"
)


def number(text: str) -> Any:
    """The int or float that a plain scalar is, or its text when it is neither, or an int beyond every float: nobody
    computes with one, and converting it takes time that grows with its square.
    """
    if len(text) > LONGEST:
        return text
    try:
        if _INTEGER.match(text):
            value = _integer(text.replace("_", ""))
            return value if value.bit_length() < sys.float_info.max_exp else text
        if _FLOAT.match(text):
            return _float(text.replace("_", "").lower())
    except ValueError:  # "0_"
        return text
    return text


def _integer(text: str) -> int:
    sign = -1 if text.startswith("-") else 1
    digits = text.lstrip("+-")
    if ":" in digits:
        total = 0
        for part in digits.split(":"):
            total = total * 60 + int(part)
        return sign * total
    if digits.startswith("0b"):
        return sign * int(digits[2:], 2)
    if digits.startswith("0x"):
        return sign * int(digits[2:], 16)
    return sign * (int(digits, 8) if digits.startswith("0") and digits != "0" else int(digits))


def _float(text: str) -> float:
    sign = -1.0 if text.startswith("-") else 1.0
    digits = text.lstrip("+-")
    if digits in (".inf", ".nan"):
        return sign * float(digits[1:])
    if ":" in digits:
        total = 0.0
        for part in digits.split(":"):
            total = total * 60 + float(part)
        return sign * total
    return sign * float(digits)
