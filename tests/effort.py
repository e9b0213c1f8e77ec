"""How much the tests try: some of it in `make test`, all of it with ``CASSETTE_THOROUGH=1`` (`make corpus`)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from hypothesis import settings

from cassette_tools.errors import CassetteError
from cassette_tools.load import load
from cassette_tools.model import Recording

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("CASSETTE_SHARED") or ROOT.parent / "shared").resolve()  # tests change folders
THOROUGH = bool(os.environ.get("CASSETTE_THOROUGH"))


def some(thorough: int, share: int = 5) -> int:
    """How often something is tried: so often in the thorough run, otherwise one in `share` of that, and twice at least."""
    return thorough if THOROUGH else max(2, thorough // share)


def examples(thorough: int, share: int = 5) -> settings:
    """So many examples of hypothesis, or one in `share` of them."""
    return settings(max_examples=some(thorough, share))


# --- real recordings -------------------------------------------------------------------------------------------------


@cache
def files(folder: Path) -> tuple[Path, ...]:
    """Every file below a folder, by name."""
    return tuple(sorted(path for path in folder.rglob("*") if path.is_file()))


@cache
def loaded(path: Path) -> Recording | None:
    """The recording, which no test may change, since all of a process share it; ``None`` where the file is none."""
    try:
        return load(str(path))
    except CassetteError:
        return None


@cache
def chosen(folder: Path) -> tuple[Path, ...]:
    """The recordings that are looked at in depth: of each format and version, with each dialect that occurs in it, as a
    stream and whole, the smallest file.
    """
    readable = [path for path in files(folder) if loaded(path) is not None]
    if THOROUGH:
        return tuple(readable)
    smallest: dict[tuple[object, ...], Path] = {}
    for path in sorted(readable, key=lambda path: (path.stat().st_size, path)):
        for kind in kinds(path):
            smallest.setdefault(kind, path)
    return tuple(sorted(set(smallest.values())))


def kinds(path: Path) -> Sequence[tuple[object, ...]]:
    """Format, version, dialect and kind of stream of each interaction."""
    recording = loaded(path)
    assert recording is not None
    of_file = (recording.format, recording.format_version)
    return [
        (*of_file, each.llm and each.llm.dialect, each.response.body.stream) for each in recording.interactions
    ] or [of_file]
