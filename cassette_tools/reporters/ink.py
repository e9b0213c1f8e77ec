"""Colours of a terminal, for the reports that are read there."""

from __future__ import annotations

import re

COLOUR = r"\x1b\[[0-9;]*m"
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


def without_colour(text: str) -> str:
    """The text alone."""
    return re.sub(COLOUR, "", text)


def each_in_colour(lines: list[str]) -> list[str]:
    """Lines that end the colour they are in and take up the one before, so that each can stand alone or be left out."""
    colored, active = [], ""
    for line in lines:
        before = active
        for code in re.findall(COLOUR, line):
            active = "" if code == _PLAIN else code
        colored.append(before + line + (_PLAIN if active else ""))
    return colored
