"""Results of files that have not changed, in the user's cache folder: one file for each folder that lint is called in.

A result is that of one content (BLAKE2b), path, set of settings and program. A content is not read again while the
status of its file is the same, with the time of its last change of any kind (ctime), which nobody can set. All of it
carries a seal, made with a key that only the user has: what is forged or torn is no cache, wherever the folder lies.
One that cannot be written, or is reached through a link, is a pity.
"""

from __future__ import annotations

import os
import stat
import sys

from cassette_tools.lint.packing import is_packed
from cassette_tools.nesting import scan_once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from cassette_tools.lint.packing import Packed

    Signature = list[int]
    Known = tuple[str, str, Signature | None, Packed]  # context, digest of the content, status, result

_LIMIT = 200_000_000  # bytes of a cache; a larger one is none
_PIECE = 1_000_000
_CONTENT = "content:"  # before the name of a content, where files have their paths
_MOST_KEPT = 100_000  # contents, before those that were not asked for are forgotten
_LASTING = 2_000_000_000  # nanoseconds; a change that is younger may be followed by one that has the same time
_OPEN = os.O_RDONLY | (os.O_CLOEXEC | os.O_NONBLOCK if hasattr(os, "O_NONBLOCK") else getattr(os, "O_BINARY", 0))
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


class Cache:
    """What is known of files: `find` before the work, `note` after it, `save` at the end.

    `folder` is where it lies, ``None`` for where the environment says, or else the user's own. `kind` names what is
    known of each file; `is_valid` says whether a value from elsewhere is that.
    """

    def __init__(
        self, folder: str | None = None, kind: str = "lint", is_valid: Callable[[Any], bool] = is_packed
    ) -> None:
        self._is_valid = is_valid
        own = users_folder()
        self._named = folder or os.environ.get("CASSETTE_CACHE_DIR") or ""
        self._folder = self._named or own or ""
        self._here = os.getcwd()
        self._key = _key(own) if self._folder and _is_reached_without_links(self._folder) else b""
        self._path = os.path.join(
            self._folder, f"{kind}-{_digest(self._here.encode('utf-8', 'surrogateescape'))[:16]}.json"
        )
        self._program = _program()
        self._known = self._read()
        self._contexts: dict[tuple[bool, str], str] = {}
        self._seen: dict[str, tuple[str, Signature | None]] = {}
        self._used: set[str] = set()
        self._changed = False

    def find(self, path: str, named: bool, settings: str) -> Packed | None:
        """The result of a file that has not changed since it was noted."""
        if not self._key:
            return None
        place = self._place(path)
        known = self._known.get(place)
        if known is not None and known[0] == self._context(named, settings):
            if known[2] is not None and known[2] == _signature_of(path):
                return known[3]
        else:
            known = None
        seen = _content_of(path)
        if seen is None:
            return None
        self._seen[place] = seen
        if known is None or known[1] != seen[0]:
            return None
        if seen[1] is not None:
            self._known[place] = (known[0], known[1], seen[1], known[3])
            self._changed = True
        return known[3]

    def digest(self, path: str) -> str:
        """What a file holds, for `note`; to be asked for when the work on it is done."""
        seen = _content_of(path) if self._key else None
        return "" if seen is None else seen[0]

    def note(self, path: str, named: bool, settings: str, digest: str, packed: Packed) -> None:
        """Remember a result of a file that held the same before the work (`find`) and after it (`digest`)."""
        place = self._place(path)
        seen = self._seen.get(place)
        if seen is not None and seen[0] == digest:
            self._known[place] = (self._context(named, settings), *seen, packed)
            self._changed = True

    def kept(self, name: str) -> Packed | None:
        """The result of a content, by a name that no other content has (that of git's object)."""
        known = self._known.get(_CONTENT + name)
        if known is None:
            return None
        self._used.add(_CONTENT + name)
        return known[3]

    def keep(self, name: str, packed: Packed) -> None:
        """Remember a result of a content."""
        self._known[_CONTENT + name] = ("", name, None, packed)
        self._used.add(_CONTENT + name)
        self._changed = True

    def save(self) -> None:
        """Write what is new, whole or not at all; what another run has noted meanwhile stays."""
        if not self._changed:
            return
        from cassette_tools.nesting import json_text
        from cassette_tools.writing import make_private_folder, write_private

        others = {place: known for place, known in self._read().items() if place not in self._known}
        every = {**others, **self._known}
        is_full = len(every) > _MOST_KEPT
        files = {place: known for place, known in every.items() if self._stays(place, is_full=is_full)}
        said = json_text({"program": self._program, "files": files}).encode()
        try:
            if make_private_folder(self._folder) and self._named:
                write_private(os.path.join(self._folder, ".gitignore"), b"*\n")
            write_private(self._path, self._seal(said) + said)
        except OSError:
            return

    def _stays(self, place: str, *, is_full: bool) -> bool:
        """Whether a file is still there; a content is forgotten when there are too many, and nobody asked for it."""
        if place.startswith(_CONTENT):
            return not is_full or place in self._used
        return os.path.lexists(place)

    def _place(self, path: str) -> str:
        return path if path.startswith("/") else f"{self._here}/{path}"

    def _context(self, named: bool, settings: str) -> str:
        if (named, settings) not in self._contexts:
            self._contexts[named, settings] = _digest(f"{named}\0{settings}".encode("utf-8", "surrogatepass"))
        return self._contexts[named, settings]

    def _seal(self, said: bytes) -> bytes:
        return bytes(_blake2b()(said, key=self._key, digest_size=32).hexdigest(), "ascii")

    def _read(self) -> dict[str, Known]:
        content = _read(self._path) if self._key else None
        if content is None or self._seal(content[64:]) != content[:64]:
            return {}
        try:
            document, _end = scan_once(content[64:].decode(), 0)
        except (ValueError, StopIteration, RecursionError):
            return {}
        if not isinstance(document, dict) or document.get("program") != self._program:
            return {}
        files = document.get("files")
        if not isinstance(files, dict):
            return {}
        return {place: known for place, known in files.items() if self._is_known(known)}

    def _is_known(self, value: Any) -> bool:
        """Whether it is what `note` has written."""
        if not isinstance(value, list) or len(value) != 4:
            return False
        context, digest, signature, packed = value
        if not isinstance(context, str) or not isinstance(digest, str) or not self._is_valid(packed):
            return False
        return signature is None or (isinstance(signature, list) and all(isinstance(each, int) for each in signature))


def users_folder() -> str | None:
    """``platformdirs.user_cache_dir``, ``None`` where there is none. What it says of Linux is said here again, because
    its import takes longer than all of a run that finds everything in the cache; a test holds the two together.
    """
    if sys.platform != "linux":
        from platformdirs import user_cache_dir

        folder = user_cache_dir("cassette", appauthor=False)
    else:
        folder = os.environ.get("XDG_CACHE_HOME", "")
        folder = os.path.join(folder if os.path.isabs(folder) else os.path.expanduser("~/.cache"), "cassette")
    return folder if os.path.isabs(folder) else None


# --- the key and the seal -------------------------------------------------------------------------------------------


def _key(folder: str | None) -> bytes:
    """What seals are made with: what the environment says, or else what the user's own folder holds. Empty: there can
    be no cache.
    """
    said = os.environ.get("CASSETTE_CACHE_KEY")
    if said:
        return bytes(_blake2b()(said.encode("utf-8", "surrogateescape")).digest())
    if folder is None or not _is_reached_without_links(folder):
        return b""
    path = os.path.join(folder, "key")
    return _read_key(path) or _make_key(path)


def _read_key(path: str) -> bytes:
    key = _read(path)
    return key if key is not None and len(key) == 64 else b""


def _make_key(path: str) -> bytes:
    """A new key, or that of a run at the same time which was first; what is no key makes room for one."""
    from cassette_tools.writing import create_private, make_private_folder, write_private

    make = write_private if os.path.lexists(path) else create_private
    try:
        make_private_folder(os.path.dirname(path))
        make(path, os.urandom(64))
    except OSError:
        return b""
    return _read_key(path)


def _is_reached_without_links(folder: str) -> bool:
    """Whether no link leads to where the cache shall lie: from the current folder on for what is below it, and at the
    last step for what is elsewhere (people do link their ``~/.cache``).
    """
    whole = os.path.abspath(folder)
    here = os.getcwd()
    start = here if whole.startswith(os.path.join(here, "")) else os.path.dirname(whole)
    return os.path.realpath(whole) == os.path.normpath(
        os.path.join(os.path.realpath(start), os.path.relpath(whole, start))
    )


def _blake2b() -> Callable[..., Any]:
    try:
        from _blake2 import blake2b  # `hashlib`, without the import of OpenSSL
    except ImportError:
        from hashlib import blake2b
    return blake2b


def _digest(content: bytes) -> str:
    digest: str = _blake2b()(content, digest_size=16).hexdigest()
    return digest


# --- files ----------------------------------------------------------------------------------------------------------


def _read(path: str) -> bytes | None:
    """A small file, never through a link; ``None`` for anything else."""
    try:
        handle = os.open(path, _OPEN | _NO_LINK)
    except OSError:
        return None
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_size > _LIMIT:
            return None
        return b"".join(iter(lambda: os.read(handle, _PIECE), b""))
    except OSError:
        return None
    finally:
        os.close(handle)


def _content_of(path: str) -> tuple[str, Signature | None] | None:
    """The digest of a file's content, and its status where that can stand for it; ``None`` for what is no file."""
    from time import time_ns

    try:
        handle = os.open(path, _OPEN)
    except (OSError, ValueError):
        return None
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            return None
        digest = _blake2b()(digest_size=32)
        while piece := os.read(handle, _PIECE):
            digest.update(piece)
    except OSError:
        return None
    finally:
        os.close(handle)
    has_lasted = status.st_ctime_ns < time_ns() - _LASTING
    return digest.hexdigest(), _signature(status) if has_lasted else None


def _signature_of(path: str) -> Signature | None:
    try:
        return _signature(os.stat(path))
    except (OSError, ValueError):
        return None


def _signature(status: os.stat_result) -> Signature | None:
    """What changes when a file does; ``None`` where the system has no such thing."""
    if sys.platform == "win32":
        return None
    return [status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns]


# --- the program -----------------------------------------------------------------------------------------------------


def _program() -> str:
    """What the verdicts depend on besides the files: the interpreter, our version, what is installed (a package may add
    a format) and, where this is no installed package, the newest of our own modules.
    """
    from cassette_tools._version import __version__

    installed = [folder for folder in sys.path if folder.endswith(("site-packages", "dist-packages"))]
    changed = [os.stat(folder).st_mtime_ns for folder in installed if os.path.isdir(folder)]
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    newest = 0 if os.path.dirname(package) in installed else _newest(package)
    return f"{sys.version}\0{__version__}\0{newest}\0{changed}"


def _newest(package: str) -> int:
    newest = 0
    pending = [package]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                if entry.name.endswith(".py"):
                    newest = max(newest, entry.stat().st_mtime_ns)
                elif "." not in entry.name and entry.name != "__pycache__" and entry.is_dir():
                    pending.append(entry.path)
    return newest
