"""Which cassettes VCR.py opens while a test runs, and what their files held before."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any


class Used:
    """One file that a test uses: what it held before (``None``: it was not there), and what was last judged."""

    def __init__(self, path: str, stored: bytes | None) -> None:
        self.path = path
        self.stored = stored
        self.judged: bytes | None = None
        self.cassettes: list[Any] = []

    @property
    def is_open(self) -> bool:
        """Whether VCR.py holds something that it has not written yet."""
        return any(cassette.dirty for cassette in self.cassettes)


class Watch:
    """The cassettes of the test that runs. One that is still open when the test ends belongs to the next one, too: its
    fixture has a wider scope.
    """

    def __init__(self) -> None:
        self.used: dict[str, Used] = {}
        self._kept: dict[str, bytes] = {}
        self._stop: Callable[[], None] | None = None

    def begin(self) -> None:
        """A test begins: forget the one before it, and see what VCR.py opens from now on."""
        self.used = {path: used for path, used in self.used.items() if used.is_open}
        self._kept.clear()
        if self._stop is None:
            self._stop = _observed(self.note)

    def end(self) -> None:
        """Leave VCR.py as it was."""
        if self._stop is not None:
            self._stop()
            self._stop = None

    def keep(self, paths: Iterable[str]) -> None:
        """Remember files that a recorder is about to delete."""
        for path in map(os.path.abspath, paths):
            content = content_of(path)
            if content is not None:
                self._kept[path] = content

    def note(self, path: str, cassette: Any = None) -> None:
        """A cassette is about to be read."""
        path = os.path.abspath(path)
        if path not in self.used:
            self.used[path] = Used(path, self._kept.get(path, content_of(path)))
        if cassette is not None:
            self.used[path].cassettes.append(cassette)

    def written(self) -> Iterator[tuple[Used, bytes]]:
        """The files that stand as they are to stay, with what they hold, each content once."""
        for used in self.used.values():
            content = None if used.is_open else content_of(used.path)
            if content is not None and content != used.judged:
                used.judged = content
                yield used, content


def content_of(path: str) -> bytes | None:
    """What a file holds, ``None`` when it cannot be read."""
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError:
        return None


def _observed(note: Callable[[str, Any], None]) -> Callable[[], None]:
    """Have `note` called for each cassette that VCR.py loads; what is returned undoes it."""
    from importlib import import_module

    try:
        cassette_class = import_module("vcr.cassette").Cassette
    except ImportError:
        return lambda: None
    load = cassette_class.__dict__["load"]

    def noting(cls: Any, /, **arguments: Any) -> Any:
        path = os.fspath(arguments["path"])
        note(path, None)  # before it is read: what is there now is what was stored
        cassette = load.__get__(None, cls)(**arguments)
        note(path, cassette)
        return cassette

    cassette_class.load = classmethod(noting)

    def undo() -> None:
        cassette_class.load = load

    return undo
