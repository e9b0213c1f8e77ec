"""Content codings (RFC 9110 §8.4.1) and the ways recorders store bytes as text, undone by looking at the bytes.

Headers are not trusted: recorders keep ``Content-Encoding`` over bodies that the client already decoded, and drop it
from bodies that are still compressed. Decompression is bounded, in size and in ratio: a cassette is untrusted input.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

MAX_OUTPUT = 64 * 1024 * 1024  # bytes of one decoded body
MAX_RATIO = 200  # of decoded to recorded size, for bodies that decode to more than FREE_OUTPUT
FREE_OUTPUT = 1024 * 1024
_STEP = 256 * 1024

# What base64 text begins with when it holds what bodies hold: AWS frames, JSON, SSE, gzip (dialects differ, these do
# not).
_BASE64_STARTS = ("AAAA", "eyJ", "ew", "W3s", "ZGF0YTog", "ZXZlbnQ6", "H4sI", "KLUv")
_BINARY_TYPES = ("application/vnd.amazon.eventstream", "application/octet-stream", "application/x-amz-json")


class UndecodableError(Exception):
    """The bytes claim a coding and do not decode; the message says why."""


def bytes_of_text(text: str, content_type: str, content_encoding: str) -> bytes | None:
    """The bytes that a recorder stored as text: base64, or one character a byte (Latin-1); ``None`` for plain text."""
    if text.startswith("\x1f\x8b") or (text.startswith("\x00\x00") and "eventstream" in content_type):
        try:
            return text.encode("latin-1")
        except UnicodeEncodeError:
            return None
    claims = content_type.startswith(_BINARY_TYPES) or bool(content_encoding)
    stored = text.removeprefix("base64:")
    if (claims or stored is not text) and stored.startswith(_BASE64_STARTS):
        from binascii import Error, a2b_base64

        try:
            return a2b_base64("".join(stored.split()).encode("ascii"), strict_mode=True)
        except (Error, UnicodeEncodeError):
            return None
    return None


def decoded(content: bytes, content_encoding: str) -> tuple[bytes, tuple[str, ...]]:
    """The bytes without their content codings, and the names of those that were undone. Raises UndecodableError."""
    undone: list[str] = []
    while len(undone) < 4:
        coding = _coding_of(content, content_encoding)
        if coding is None:
            break
        content = _DECODERS[coding](content)
        undone.append(coding)
    return content, tuple(undone)


def _coding_of(content: bytes, content_encoding: str) -> str | None:
    if content[:3] == b"\x1f\x8b\x08":
        return "gzip"
    if content[:4] == b"\x28\xb5\x2f\xfd":
        return "zstd"
    if "deflate" in content_encoding and not _is_text(content):
        return "deflate"
    if "br" in content_encoding.replace(" ", "").split(",") and not _is_text(content):
        return "br"
    return None


def _is_text(content: bytes) -> bool:
    try:
        return content.decode("utf-8").isprintable() or content[:1] in (b"{", b"[", b"<", b"d", b"e", b":", b"")
    except UnicodeDecodeError:
        return False


def _inflated(window: int) -> Callable[[bytes], bytes]:
    def inflate(content: bytes) -> bytes:
        import zlib

        pieces = []
        size = 0
        rest = content
        while rest:  # a gzip file may hold several members
            machine = zlib.decompressobj(window)
            try:
                while not machine.eof:
                    piece = machine.decompress(rest, _STEP)
                    rest = machine.unconsumed_tail
                    size = _bounded(size + len(piece), content)
                    pieces.append(piece)
                    if not piece and not rest:
                        raise UndecodableError("the compressed data end too early")
            except zlib.error as error:
                raise UndecodableError(str(error)) from error
            rest = machine.unused_data
            if not rest.startswith(b"\x1f\x8b"):
                break
        return b"".join(pieces)

    return inflate


def _deflate(content: bytes) -> bytes:
    """RFC 9110 means the zlib format; some servers send the raw one."""
    try:
        return _inflated(15)(content)
    except UndecodableError:
        return _inflated(-15)(content)


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
                raise UndecodableError("the compressed data end too early")
    except brotli.error as error:
        raise UndecodableError("not brotli") from error


def _zstandard(content: bytes) -> bytes:
    import zstandard

    pieces = []
    size = 0
    try:
        with zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(
            content, read_across_frames=True
        ) as reader:
            while piece := reader.read(_STEP):
                size = _bounded(size + len(piece), content)
                pieces.append(piece)
    except zstandard.ZstdError as error:
        raise UndecodableError(str(error)) from error
    return b"".join(pieces)


def _bounded(size: int, content: bytes) -> int:
    if size > MAX_OUTPUT or (size > FREE_OUTPUT and size > MAX_RATIO * len(content)):
        raise UndecodableError(
            f"it decompresses to more than {size // 1024:,} KiB from {len(content):,} bytes, as no recorded body does"
        )
    return size


_DECODERS: dict[str, Any] = {"gzip": _inflated(31), "deflate": _deflate, "br": _brotli, "zstd": _zstandard}
