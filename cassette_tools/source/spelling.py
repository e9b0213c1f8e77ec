"""How a value is written into a file that has a spelling of its own: YAML scalars and JSON strings.

A recorder chooses quotes, escapes and line folds by the value. Where the old scalar stands as a recorder would write
it, the new one is written as the same recorder would, so that recording again gives the same lines; a scalar that
somebody laid out by hand keeps its style as far as the new value allows.

Source: YAML 1.1 §5.7, §9; libyaml's emitter, which PyYAML, Psych and Go's yaml packages share; RFC 8259 §7.
"""

from __future__ import annotations

import json
import re

from cassette_tools.later import regex
from cassette_tools.source._libyaml import CParser, ScalarEvent
from cassette_tools.source.yaml_tree import resolve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cassette_tools.model import Route

_NEVER = -1  # fold at no width
_WIDTHS = (80, _NEVER)
_LONG = 60  # characters from which a recorder may have folded a scalar

# What YAML 1.1 readers take for something else than text although `resolve` does not: dates, `=`, `<<`, one letter.
_NO_TEXT = regex(r"\d{4}-\d\d?-\d\d?(?:(?:[Tt]|[ \t]+)\d.*)?|=|<<|[yYnN]|[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.\d*)?")
_UNPLAIN_START = "-?:,[]{}#&*!|>'\"%@` \t"
_UNPLAIN = regex(r": |:$| #|[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]|[ \t]$")
_IN_FLOW = regex(r"[,\[\]{}?:]")
_UNPRINTABLE = regex(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_ESCAPED = regex(r'["\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0", "\b": "\\b", "\x1b": "\\e"}


class YamlSpelling:
    """The ways of the one that wrote a file; it learns from the scalars that it is asked about."""

    def __init__(self) -> None:
        self._ways = [(width, unicode, chosen) for width in _WIDTHS for unicode in (False, True) for chosen in (0, 1)]

    def spelled(self, value: str, old: Any, spelling: str, route: Route, *, flow: bool, margin: int) -> str:
        """`value` as it stands in place of the scalar of the event `old`, which the file has as `spelling`.

        `flow` says that it stands inside of ``[]`` or ``{}``; `margin` is the column of its key or dash.
        """
        style = old.style or ""
        if style in ("|", ">"):
            block = _block(value, old.value, spelling, margin)
            return block if block is not None else _double(value, spelling) + _blank_end(spelling)
        if not flow and (len(spelling) > _LONG or len(value) > _LONG or "\n" in spelling):
            again = self._as_recorder(value, old, spelling, route)
            if again is not None:
                return again
        return _flow_scalar(value, old.value, style, spelling, flow=flow)

    def _as_recorder(self, value: str, old: Any, spelling: str, route: Route) -> str | None:
        for way in self._ways:
            if _emitted(old.value, old.style, route, way) == spelling:
                self._ways.remove(way)
                self._ways.insert(0, way)
                return _emitted(value, old.style, route, way)
        return None


def _emitted(value: str, style: str | None, route: Route, way: tuple[int, bool, int]) -> str | None:
    """What libyaml's emitter makes of a scalar at `route`; ``None`` when it makes a block of it, or cannot."""
    import io

    from _ruamel_yaml import CEmitter
    from ruamel.yaml.events import (
        DocumentStartEvent,
        MappingStartEvent,
        SequenceStartEvent,
        StreamStartEvent,
    )

    width, unicode, chosen = way
    stream = io.StringIO()
    emitter = CEmitter(stream, encoding="utf-8", allow_unicode=unicode, width=width)
    try:
        emitter.emit(StreamStartEvent())
        emitter.emit(DocumentStartEvent(explicit=False))
        for step in route:
            if isinstance(step, int):
                emitter.emit(SequenceStartEvent(None, None, True, flow_style=False))
            else:
                emitter.emit(MappingStartEvent(None, None, True, flow_style=False))
                emitter.emit(ScalarEvent(None, None, (True, True), step))
        wanted = style if chosen and style else None
        emitter.emit(ScalarEvent(None, None, (is_plain_text(value), True), value, style=wanted))
        _close(emitter, route)
    except Exception:
        return None
    text = stream.getvalue()
    last = None
    parser = CParser(text)
    while parser.check_event():
        event = parser.get_event()
        if type(event) is ScalarEvent:
            last = event
    if last is None or last.value != value or last.style in ("|", ">"):
        return None
    return text[last.start_mark.index : last.end_mark.index]


def _close(emitter: Any, route: Route) -> None:
    from ruamel.yaml.events import DocumentEndEvent, MappingEndEvent, SequenceEndEvent, StreamEndEvent

    for step in reversed(route):
        emitter.emit(SequenceEndEvent() if isinstance(step, int) else MappingEndEvent())
    emitter.emit(DocumentEndEvent(explicit=False))
    emitter.emit(StreamEndEvent())


def is_plain_text(value: str) -> bool:
    """Whether a plain scalar is read back as this text by every YAML reader."""
    return isinstance(resolve(value), str) and _NO_TEXT.fullmatch(value) is None


def _flow_scalar(value: str, old: str, style: str, spelling: str, *, flow: bool) -> str:
    """On one line, with the quotes that the old value had; a recorder that quotes only where it must goes on so."""
    if style == "" and _NO_TEXT.fullmatch(old) and _NO_TEXT.fullmatch(value) and not _UNPLAIN.search(value):
        return value  # a date stays one
    if (style == "" or not _may_be_plain(old, flow)) and _may_be_plain(value, flow):
        return value
    if style != '"' and not _UNPRINTABLE.search(value) and "\n" not in value:
        return "'" + value.replace("'", "''") + "'"
    return _double(value, spelling)


def _may_be_plain(value: str, flow: bool) -> bool:
    if not value or _UNPLAIN.search(value) or not is_plain_text(value):
        return False
    if flow and _IN_FLOW.search(value):
        return False
    return value[0] not in _UNPLAIN_START or (value[0] in "-?:" and len(value) > 1 and not value[1].isspace())


def _double(value: str, spelling: str) -> str:
    """In double quotes, on one line."""
    escaped = _ESCAPED.sub(lambda match: _escape(match[0]), value)
    if spelling.isascii() and not value.isascii():
        escaped = "".join(each if each.isascii() else _escape(each) for each in escaped)
    return f'"{escaped}"'


def _escape(character: str) -> str:
    known = _ESCAPES.get(character)
    if known is not None:
        return known
    number = ord(character)
    return f"\\x{number:02X}" if number < 0x100 else f"\\u{number:04X}" if number < 0x10000 else f"\\U{number:08X}"


def _block(value: str, old: str, spelling: str, margin: int) -> str | None:
    """A block scalar with the header and the indentation of the old one; ``None`` for what no block can hold."""
    is_folded = spelling[0] == ">"
    if _UNPRINTABLE.search(value) or not value.strip("\n") or (is_folded and re.search(r"(?m)^[ \t]", value)):
        return None
    header, _, rest = spelling.partition("\n")
    indent = _indent(rest, old, margin)
    told = str(indent - margin) if value.startswith((" ", "\n", "\t")) else ""
    if (indent <= margin and margin > 0) or (told and not 0 < indent - margin < 10):
        return None
    comment = re.search(r"(?<![ \t])[ \t]+#.*", header)
    # Between lines that are folded a break is a space.
    lead = re.sub(r"(?<=[^\n])\n+(?=[^\n])", lambda run: run[0] + "\n", value) if is_folded else value
    body = lead.rstrip("\n")
    trailing = len(lead) - len(body)
    chomping = "-" if trailing == 0 else "" if trailing == 1 else "+"
    lines = [f"{' ' * indent}{line}" if line else "" for line in body.split("\n")]
    head = f"{spelling[0]}{told}{chomping}{comment[0] if comment else ''}"
    return "\n".join((head, *lines)) + ("\n" * trailing if trailing > 1 else _blank_end(spelling) or "\n")


def _indent(block: str, old: str, margin: int) -> int:
    """How far the lines of a block are indented which holds `old`."""
    first, opening = (next((line for line in each.split("\n") if line.strip(" ")), "") for each in (block, old))
    return _blanks(first) - _blanks(opening) if first else margin + 2


def _blanks(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _blank_end(spelling: str) -> str:
    """The line end of a block, and the blank lines after it."""
    return spelling[len(spelling.rstrip("\n")) :]


# --- JSON ------------------------------------------------------------------------------------------------------------


def json_string(value: str, like: str) -> str:
    """`value` as a JSON string with the escapes that the string `like` (quotes included) is written with."""
    for escape in _JSON_WAYS:
        try:
            if escape(json.loads(like, strict=False)) == like:
                return escape(value)
        except (ValueError, TypeError):
            break
    return _as_python(value) if like.isascii() else _as_it_is(value)


def _as_it_is(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _as_python(value: str) -> str:
    return json.dumps(value)


def _as_go(value: str) -> str:
    text = json.dumps(value, ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _as_php(value: str) -> str:
    return json.dumps(value).replace("/", "\\/")


_JSON_WAYS = (_as_it_is, _as_python, _as_go, _as_php)
