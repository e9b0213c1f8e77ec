"""Content codings (RFC 9110 §8.4.1) and the ways recorders store bytes as text, undone by looking at the bytes.

Headers are not trusted: recorders keep ``Content-Encoding`` over bodies that the client already decoded, and drop it
from bodies that are still compressed. Decompression is bounded, in size and in ratio: a cassette is untrusted input.
"""

from __future__ import annotations

from cassette_tools import budgets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

MAX_OUTPUT = 64 * 1024 * 1024  # bytes of one decoded body
MAX_RATIO = 200  # of decoded to recorded size, for bodies that decode to more than FREE_OUTPUT
FREE_OUTPUT = 1024 * 1024
MAX_PARTS = 1000  # gzip members or zstd frames of one body
_GZIP = b"\x1f\x8b\x08"  # RFC 1952, with its only method
_ZSTD = b"\x28\xb5\x2f\xfd"  # RFC 8878
_STEP = 256 * 1024
_ZSTD_STEP = 64  # bytes read at a time: each can unfold to 32 KiB, and the output of one call has no bound
_CUT = "the compressed data end too early"

# What base64 text begins with when it holds what bodies hold: AWS frames, JSON, SSE, gzip (dialects differ, these do
# not).
_BASE64_BINARY = ("AAAA", "H4sI", "KLUv")
_BASE64_STARTS = (*_BASE64_BINARY, "ey", "ew", "W3s", "ZGF0YTog", "ZXZlbnQ6")
_SPELLED_FRAMES = ("AAAA", "0000")  # in base64; in hexadecimal
_FRAME = "-type\x07"  # the end of the name of a frame's first header, and that a string follows
_NEAR = 80  # characters in which it stands
_BINARY_TYPES = ("application/vnd.amazon.eventstream", "application/octet-stream", "application/x-amz-json")


class UndecodableError(Exception):
    """The bytes claim a coding and do not decode; the message says why."""


def bytes_of_text(text: str, content_type: str, content_encoding: str) -> bytes | None:
    """The bytes that a recorder stored as text: base64, hexadecimal, a character for each; ``None`` for plain text."""
    if text[0] in "\0\x1f" or _FRAME in text[:_NEAR]:
        return _of_characters(text, "eventstream" in content_type)
    if text.startswith(_SPELLED_FRAMES):
        content = _spelled_frames(text)
        if content is not None:
            return content
    claims = content_type.startswith(_BINARY_TYPES) or bool(content_encoding)
    stored = text.removeprefix("base64:")
    if (claims or stored is not text) and stored.startswith(_BASE64_STARTS):
        content = _from_base64(stored)
        if content is not None and (stored.startswith(_BASE64_BINARY) or is_text(content)):
            return content
    return None


def _of_characters(text: str, labelled: bool) -> bytes | None:
    """The bytes of a text that begins as AWS frames or gzip do: such with the right checksum, else (they are damaged)
    of frames the nearest there are.
    """
    from cassette_tools.wire.characters import bytes_of_characters
    from cassette_tools.wire.eventstream import has_prelude

    nearest = None
    for content in bytes_of_characters(text):
        if content.startswith(_GZIP) or has_prelude(content):
            return content
        nearest = nearest or content
    if not labelled and _FRAME not in text[:_NEAR]:
        return None
    return nearest if nearest is not None else text.encode("utf-8", "surrogatepass")


def _spelled_frames(text: str) -> bytes | None:
    """AWS frames in base64 (also of the alphabet for URLs, and without its padding) or hexadecimal: so sure by their
    checksum that no label is needed.
    """
    from cassette_tools.wire.eventstream import has_prelude

    content = None
    if text.startswith("AAAA"):
        content = _from_base64(text)
    if content is None:
        try:
            content = bytes.fromhex(text)
        except ValueError:
            return None
    return content if has_prelude(content) else None


def _from_base64(text: str) -> bytes | None:
    from binascii import Error, a2b_base64

    text = "".join(text.split()).rstrip("=")
    if "-" in text or "_" in text:
        text = text.replace("-", "+").replace("_", "/")
    try:
        return a2b_base64((text + "=" * (-len(text) % 4)).encode("ascii"), strict_mode=True)
    except (Error, UnicodeEncodeError):
        return None


def decoded(content: bytes, content_encoding: str) -> tuple[bytes, tuple[str, ...]]:
    """The bytes without their content codings, and the names of those that were undone. Raises UndecodableError, and
    UnsafeInput when the bodies of a file come to more than they may.
    """
    undone: list[str] = []
    named = {name.strip() for name in content_encoding.split(",")}
    while len(undone) < 4:
        coding = _coding_of(content, named)
        if coding is None:
            break
        try:
            content = _DECODERS[coding](content)
        except UndecodableError:
            if coding == "deflate" and coding not in named:
                break  # two bytes are a weak magic number: these only looked like it
            raise
        budgets.spend("inflated", len(content))
        named.discard(coding)  # what has no magic number is undone once
        undone.append(coding)
    return content, tuple(undone)


def _coding_of(content: bytes, named: set[str]) -> str | None:
    """The coding that the bytes are in. What has a magic number needs no header; brotli and raw deflate have none."""
    if content.startswith(_GZIP):
        return "gzip"
    if content.startswith(_ZSTD):
        return "zstd"
    if _has_zlib_header(content) and not is_text(content):
        return "deflate"
    guessed = "deflate" if "deflate" in named else "br" if "br" in named else None
    return guessed if guessed and (content == _EMPTY_BROTLI or not is_text(content)) else None


_EMPTY_BROTLI = b";"  # what encoders give for no bytes at all, with their usual window
_CONTROLS = bytes({*range(32), 127} - {9, 10, 12, 13, 27})  # ESC: ISO-2022 and terminal colours


def is_text(content: bytes) -> bool:
    """Whether bytes are UTF-8 without control characters."""
    if len(content.translate(None, _CONTROLS)) != len(content):
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _has_zlib_header(content: bytes) -> bool:
    """RFC 1950 §2.2: method 8, a window of 32 KiB, no dictionary, and a checksum."""
    return len(content) > 7 and content[0] == 0x78 and not content[1] & 0x20 and (0x7800 | content[1]) % 31 == 0


def _inflated(window: int) -> Callable[[bytes], bytes]:
    def inflate(content: bytes) -> bytes:
        import zlib

        pieces = []
        size = members = 0
        rest = content
        while True:  # a gzip file may hold several members
            members = _counted(members)
            machine = zlib.decompressobj(window)
            while not machine.eof:
                try:
                    piece = machine.decompress(rest, _STEP)
                except zlib.error as error:
                    raise UndecodableError(str(error)) from error
                rest = machine.unconsumed_tail
                if not (piece or rest or machine.eof):
                    raise UndecodableError(_CUT)
                size = _bounded(size + len(piece), content)
                pieces.append(piece)
            rest = machine.unused_data
            if not rest.startswith(_GZIP):
                return b"".join(pieces)

    return inflate


def _deflate(content: bytes) -> bytes:
    """RFC 9110 means the zlib format; some servers send the raw one."""
    return _inflated(15 if _has_zlib_header(content) else -15)(content)


def _brotli(content: bytes) -> bytes:
    import brotli

    machine = brotli.Decompressor()
    pieces: list[bytes] = []
    size = 0
    rest = content
    try:
        while True:
            piece = machine.process(rest, output_buffer_limit=_STEP)
            rest = b""
            size = _bounded(size + len(piece), content)
            pieces.append(piece)
            if machine.is_finished():
                return b"".join(pieces)
            if not piece and machine.can_accept_more_data():
                raise UndecodableError(_CUT)
    except brotli.error as error:
        raise UndecodableError("not brotli") from error


def _zstandard(content: bytes) -> bytes:
    import zstandard

    decompressor = zstandard.ZstdDecompressor(max_window_size=1 << 27)
    pieces: list[bytes] = []
    size = at = frames = 0
    try:
        while content.startswith(_ZSTD, at):
            frames = _counted(frames)
            machine = decompressor.decompressobj(write_size=_STEP)
            while not machine.eof:
                if at >= len(content):
                    raise UndecodableError(_CUT)
                piece = machine.decompress(content[at : at + _ZSTD_STEP])
                size = _bounded(size + len(piece), content)
                pieces.append(piece)
                at = min(at + _ZSTD_STEP, len(content))
            at -= len(machine.unused_data)
    except zstandard.ZstdError as error:
        raise UndecodableError(str(error)) from error
    return b"".join(pieces)


def _counted(parts: int) -> int:
    """Compressed data may be several, one after another; each costs a decompressor, so a file of thousands is
    refused.
    """
    if parts >= MAX_PARTS:
        raise UndecodableError(f"it is made of more than {MAX_PARTS:,} compressed parts, as no recorded body is")
    return parts + 1


def _bounded(size: int, content: bytes) -> int:
    if size > MAX_OUTPUT or (size > FREE_OUTPUT and size > MAX_RATIO * len(content)):
        raise UndecodableError(
            f"it decompresses to more than {size // 1024:,} KiB from {len(content):,} bytes, as no recorded body does"
        )
    return size


_DECODERS: dict[str, Any] = {"gzip": _inflated(31), "deflate": _deflate, "br": _brotli, "zstd": _zstandard}
