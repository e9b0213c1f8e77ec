"""Bytes that somebody took for characters, one by one."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_WINDOWS_1252 = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ"  # from 0x80 on; a space where it has no character


def bytes_of_characters(text: str) -> Iterator[bytes]:
    """What bytes a text may have been that was made by taking each byte for a character, perhaps twice: of Latin-1, of
    Windows-1252 where that has one, or a lone surrogate for what is not ASCII (PEP 383).
    """
    table = {0xDC00 + byte: byte for byte in range(0x80, 0x100)}
    table.update({ord(character): 0x80 + byte for byte, character in enumerate(_WINDOWS_1252) if character != " "})
    for _ in range(2):
        try:
            content = text.translate(table).encode("latin-1")
        except UnicodeEncodeError:
            return
        yield content
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            return
