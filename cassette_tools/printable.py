"""Recorded text made safe to look at: it cannot drive a terminal, a log or a reader's eye.

Control characters are shown as their Unicode pictures (U+2400 block), and what is invisible or turns the direction of
writing (zero-width characters, bidirectional controls, separators, lone surrogates) by its code point.
"""

from __future__ import annotations

_JOINERS = "\u200c\u200d"  # emoji and several scripts need them, between their own characters
_SPACES = "\xa0\u3000\u2009\u202f"

# JSON escapes the control characters below U+0020. These act as well, on a terminal (C1 controls: U+009B begins an
# escape sequence) or on the direction of writing, or cannot be written as UTF-8 (halves of surrogate pairs). They can
# only stand inside strings, where an escape means the same.
_ACTING = "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"


def printable(text: str, *, keep_newlines: bool = False) -> str:
    """`text` with every character that does something other than be seen made visible."""
    if text.isprintable() or (keep_newlines and text.replace("\n", "").isprintable()):
        return text
    return "".join(
        character
        if character.isprintable()
        or (keep_newlines and character == "\n")
        or (character in _JOINERS and _joins(text, index))
        else _shown(character)
        for index, character in enumerate(text)
    )


def _joins(text: str, index: int) -> bool:
    """Whether a joiner stands where one belongs; elsewhere it only hides."""
    beside = text[index - 1 : index] + text[index + 1 : index + 2]
    return len(beside) == 2 and beside.isprintable() and not (beside[0].isascii() or beside[1].isascii())


def _shown(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if character in _SPACES:
        return character
    return f"⟨U+{code:04X}⟩"


_COLOUR = "\x1b\\[[0-9;]*m"
_LAYOUT = "[\x00-\x08\x0b\x0c\x0e-\x1f]|\r(?!\n)"  # not the tabs of a report, and not the ends of its lines


def inert(text: str, *, colored: bool = False) -> str:
    """A whole report in which nothing acts: its lines stay, and where it is `colored` its colours."""
    if text.replace("\n", "").isprintable():  # nothing that acts is; most reports end here, without the import of `re`
        return text
    import re

    acting = f"{_LAYOUT}|{_ACTING}"
    return re.sub(
        f"({_COLOUR})|{acting}" if colored else acting, lambda match: (colored and match[1]) or _shown(match[0]), text
    )


def json_text(value: object, indent: int | None = 2) -> str:
    """`value` as indented JSON (RFC 8259) that can be written as UTF-8 and looked at on a terminal.

    What JSON has no number for (a recorded ``1e999`` or ``NaN``) is a string, as ProtoJSON writes it.
    """
    import json
    import re

    try:
        text = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False, default=str)
    except ValueError:
        text = json.dumps(_finite(value), ensure_ascii=False, indent=indent, default=str)
    return re.sub(_ACTING, lambda match: f"\\u{ord(match[0]):04x}", text)


def json_line(value: object) -> str:
    """`value` as JSON on one line, otherwise as `json_text` has it."""
    return json_text(value, indent=None)


def _finite(value: object) -> object:
    if isinstance(value, float) and value - value != 0:
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(each) for each in value]
    return value
