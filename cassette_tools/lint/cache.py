"""Results of files that have not changed, in ``.cassette_cache/`` of the current folder.

A file counts as unchanged when its size and its modification time are, and the settings for it. Everything is forgotten
when the program or its version changes. The file is `marshal`, like the interpreter's own ``__pycache__``, and as
trusted; one that cannot be read is no cache, one that cannot be written is a pity.
"""

from __future__ import annotations

import marshal
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.lint.packing import Packed


class Cache:
    """What is known of files: `find` before the work, `note` after it, `save` at the end. A result is that of one
    file under one `identity` of the settings.
    """

    def __init__(self) -> None:
        self._folder = os.environ.get("CASSETTE_CACHE_DIR") or ".cassette_cache"
        self._path = os.path.join(self._folder, "lint")
        self._here = os.getcwd()
        self._identity = _program()
        self._known: dict[str, tuple[int, int, str, Packed]] = self._read()
        self._changed = False

    def find(self, path: str, identity: str) -> Packed | None:
        """The packed result of a file that has not changed since it was noted."""
        known = self._known.get(self._key(path))
        if known is None or known[2] != identity:
            return None
        try:
            status = os.stat(path)
        except OSError:
            return None
        return known[3] if (status.st_size, status.st_mtime_ns) == known[:2] else None

    def note(self, path: str, identity: str, status: os.stat_result, packed: Packed) -> None:
        """Remember the result of a file whose `status` was taken *before* it was read."""
        self._known[self._key(path)] = (status.st_size, status.st_mtime_ns, identity, packed)
        self._changed = True

    def _key(self, path: str) -> str:
        return path if path.startswith("/") else f"{self._here}/{path}"

    def save(self) -> None:
        """Write what is new, whole or not at all."""
        if not self._changed:
            return
        temporary = f"{self._path}.{os.getpid()}"
        try:
            os.makedirs(self._folder, exist_ok=True)
            with open(os.path.join(self._folder, ".gitignore"), "w", encoding="ascii") as stream:
                stream.write("*\n")
            with open(temporary, "wb") as written:
                marshal.dump((self._identity, self._known), written)
            os.replace(temporary, self._path)
        except OSError:
            return

    def _read(self) -> dict[str, tuple[int, int, str, Packed]]:
        try:
            with open(self._path, "rb") as stream:
                identity, known = marshal.loads(stream.read())
        except (OSError, ValueError, EOFError, TypeError):
            return {}
        return known if identity == self._identity and isinstance(known, dict) else {}


def _program() -> str:
    """What the verdicts depend on besides the files: the interpreter, the newest of our own modules, and what is
    installed (a package may add a format).
    """
    newest = 0
    pending = [os.path.dirname(os.path.dirname(os.path.abspath(__file__)))]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                if entry.name.endswith(".py"):
                    newest = max(newest, entry.stat().st_mtime_ns)
                elif "." not in entry.name and entry.name != "__pycache__" and entry.is_dir():
                    pending.append(entry.path)
    installed = [folder for folder in sys.path if folder.endswith(("site-packages", "dist-packages"))]
    changed = [os.stat(folder).st_mtime_ns for folder in installed if os.path.isdir(folder)]
    return f"{sys.version}\0{newest}\0{changed}"
