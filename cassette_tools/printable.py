"""Recorded text made safe to look at: it cannot drive a terminal, a log or a reader's eye.

Control characters are shown as their Unicode pictures (U+2400 block), and what is invisible or turns the direction of
writing (zero-width characters, bidirectional controls, separators, lone surrogates) by its code point.
"""

from __future__ import annotations

_ALLOWED = frozenset("\u200d\u200c")  # joiners: emoji and several scripts need them


def printable(text: str, *, keep_newlines: bool = False) -> str:
    """`text` with every character that does something other than be seen made visible."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() or (keep_newlines and character == "\n") else _shown(character)
        for character in text
    )


def _shown(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if character in _ALLOWED or character in "\xa0\u3000\u2009\u202f":
        return character
    return f"⟨U+{code:04X}⟩"


def json_text(value: object) -> str:
    """`value` as indented JSON that can be written as UTF-8: halves of surrogate pairs, which recordings hold, stay
    escaped.
    """
    import json

    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, indent=2, default=str)
    return text
