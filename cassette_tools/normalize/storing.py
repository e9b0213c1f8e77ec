"""From the new text of a body back to the value that a file holds for it: content codings, charsets, base64."""

from __future__ import annotations

from base64 import b64encode

from cassette_tools.errors import NotRewritable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.model import Body


def stored(old: str | bytes, body: Body, new: str | bytes) -> str | bytes:
    """What stands in the file in place of `old` so that the body reads as `new`. Raises NotRewritable."""
    if body.verbatim and isinstance(new, str):
        return new
    assert body.raw is not None
    content = new if isinstance(new, bytes) else _encoded(body, new)
    for coding in reversed(body.codings):
        content = _CODERS[coding](content)
    if isinstance(old, bytes):
        return content
    if old.startswith('["'):
        return _listed_base64(content)
    for spell in _SPELLINGS:
        if spell(body.raw) == old:
            return spell(content)
    raise NotRewritable("a body is stored as text in a way that cannot be written here")


def _encoded(body: Body, new: str) -> bytes:
    """In the charset that gives the old bytes."""
    from cassette_tools.wire.codings import decoded

    assert body.raw is not None
    was = decoded(body.raw, ",".join(body.codings))[0] if body.codings else body.raw
    for charset in ("utf-8", "utf-8-sig", "latin-1", "utf-16"):
        try:
            if (body.text or "").encode(charset) == was:
                return new.encode(charset)
        except UnicodeEncodeError:
            continue
    raise NotRewritable("a body is in a charset that cannot be written here")


def _gzip(content: bytes) -> bytes:
    import gzip

    return gzip.compress(content, 9, mtime=0)


def _deflate(content: bytes) -> bytes:
    import zlib

    return zlib.compress(content, 9)


def _brotli(content: bytes) -> bytes:
    import brotli

    compressed: bytes = brotli.compress(content)
    return compressed


def _zstandard(content: bytes) -> bytes:
    import zstandard

    return zstandard.ZstdCompressor().compress(content)


_CODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstandard,
}


def _base64(content: bytes) -> str:
    return b64encode(content).decode("ascii")


def _lines_of_base64(content: bytes) -> str:
    from base64 import encodebytes

    return encodebytes(content).decode("ascii")


def _lines_of_60(content: bytes) -> str:
    """As Ruby packs bytes (``m``)."""
    whole = _base64(content)
    return "".join(f"{whole[at : at + 60]}\n" for at in range(0, len(whole), 60))


def _listed_base64(content: bytes) -> str:
    """Polly.js: a JSON array of chunks; ours is one."""
    return f'["{_base64(content)}"]'


_SPELLINGS: tuple[Callable[[bytes], str], ...] = (
    _base64,
    _lines_of_base64,
    _lines_of_60,
    lambda content: f"base64:{_base64(content)}",
    lambda content: content.hex(),
    lambda content: content.decode("latin-1"),
)
