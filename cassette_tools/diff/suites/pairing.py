"""Which recording of the old side belongs to which of the new one: by path, then by scenario, then by what is asked.

A scenario is what stays when a model is replaced: of ``claude-3-opus/tool.yaml`` and ``haiku-4-5/tool.yaml`` the name
of the file, and what the user asks. Folders move as a whole: their files are paired together.
"""

from __future__ import annotations

import os
import re
from functools import cache

from cassette_tools._record import record
from cassette_tools.errors import CassetteError
from cassette_tools.load import load_source
from cassette_tools.model import Text
from cassette_tools.one_file import OneFile
from cassette_tools.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cassette_tools.model import Recording

LIKE = 0.5  # share of what is asked (of both) from which two files of different names are one scenario
LIKE_NAMED = 0.2  # the same for files of one name
MAX_CANDIDATES = 400  # files of a side; among more, and more, none is searched for: they were replaced
_SKETCH = 128  # words by which what is asked is compared: the cost of a long prompt is that of a short one


@record
class Pairing:
    """Which files belong together: (old path, new path), and what has no counterpart."""

    pairs: tuple[tuple[str, str], ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def renamed(self) -> tuple[tuple[str, str], ...]:
        """The pairs whose paths differ."""
        return tuple(pair for pair in self.pairs if pair[0] != pair[1])


def paired(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Pairing:
    """Pair files of the same path, then those that differ in nothing but the suffix, then those that were renamed."""
    pairs = {path: path for path in new if path in old}
    for match in (_of_one_stem, _renamed):
        gone, come = _alone(old, new, pairs)
        if gone and come:
            pairs.update({right: left for left, right in match(gone, come, old, new)})
    gone, come = _alone(old, new, pairs)
    together = tuple((pairs[path], path) for path in new if path in pairs)
    return Pairing(pairs=together, added=tuple(come), removed=tuple(gone))


def _alone(old: Iterable[str], new: Iterable[str], pairs: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """The paths of either side that are in no pair."""
    taken = {*pairs.values()}
    return [path for path in old if path not in taken], [path for path in new if path not in pairs]


def stem(path: str) -> str:
    """The name of a file without its suffix: mostly that of a scenario."""
    return os.path.splitext(os.path.basename(path))[0]


def _of_one_stem(
    gone: list[str], come: list[str], _old: Mapping[str, bytes], _new: Mapping[str, bytes]
) -> Iterator[tuple[str, str]]:
    """``trip.yml`` and ``trip.yaml``."""
    free = {os.path.splitext(path)[0]: path for path in gone}
    for path in come:
        left = free.pop(os.path.splitext(path)[0], None)
        if left is not None:
            yield left, path


# --- renames ---------------------------------------------------------------------------------------------------------


@record
class _Asked:
    """What a recording asks for, as a sample of its words, and whether it is streamed."""

    words: frozenset[int]
    streams: bool


def _renamed(
    gone: list[str], come: list[str], old: Mapping[str, bytes], new: Mapping[str, bytes]
) -> Iterator[tuple[str, str]]:
    """The likest pairs first. Folders of which most belongs together go before those of which less does."""
    if len(gone) * len(come) > MAX_CANDIDATES**2:
        return
    before = {path: _asked(old[path]) for path in gone}
    after = {path: _asked(new[path]) for path in come}
    likeness = {
        (left, right): like
        for left in gone
        for right in come
        if (like := _likeness(left, right, before[left], after[right])) is not None
    }
    folders = _likeness_of_folders(likeness)

    def order(pair: tuple[str, str]) -> tuple[object, ...]:
        left, right = pair
        folder = os.path.dirname(left), os.path.dirname(right)
        return (
            stem(left) != stem(right),
            -round(folders.get(folder, 0.0), 6),
            -_overlap(_words(folder[0]), _words(folder[1])),
            folder,
            -likeness[pair],
            -_overlap(_words(left), _words(right)),
            pair,
        )

    taken: set[tuple[str, str]] = set()
    for left, right in sorted(likeness, key=order):
        if taken.isdisjoint((("old", left), ("new", right))):
            taken |= {("old", left), ("new", right)}
            yield left, right


def _likeness_of_folders(likeness: Mapping[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    """How alike the files are that two folders both have by name, taken together."""
    folders: dict[tuple[str, str], float] = {}
    for (left, right), like in likeness.items():
        if stem(left) == stem(right):
            folder = os.path.dirname(left), os.path.dirname(right)
            folders[folder] = folders.get(folder, 0.0) + like
    return folders


def _likeness(left: str, right: str, before: _Asked, after: _Asked) -> float | None:
    """How much of what is asked is the same; ``None`` where that is too little for one scenario."""
    same_name = stem(left) == stem(right)
    if before.streams != after.streams and not same_name:
        return None  # the streaming twin of a scenario has one of its own
    like = _overlap(before.words, after.words)
    return like if like >= (LIKE_NAMED if same_name else LIKE) else None


def _overlap(left: frozenset[int] | frozenset[str], right: frozenset[int] | frozenset[str]) -> float:
    whole = len(left | right)
    return len(left & right) / whole if whole else 1.0


@cache
def _words(path: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+|\d+", path.lower()))


def _asked(content: bytes) -> _Asked:
    """What is asked in a file; of one that is no recording of a model, its lines."""
    try:
        with OneFile(""):
            recording = load_source(Source.from_bytes(content, ""))
    except CassetteError:
        recording = None
    words = _words_of_users(recording) if recording is not None else frozenset()
    lines = (line.strip() for line in content.splitlines())
    streams = any(each.llm is not None and each.llm.stream for each in recording.interactions) if recording else False
    return _Asked(words=words or _sample(line for line in lines if line), streams=streams)


def _words_of_users(recording: Recording) -> frozenset[int]:
    """The words of the users, and of nobody else: system prompts are the same in all scenarios."""
    messages = (each for call in recording.interactions if call.llm is not None for each in call.llm.input_messages)
    texts = (part.content for each in messages if each.role == "user" for part in each.parts if isinstance(part, Text))
    return _sample(word.encode("utf-8", "replace") for text in texts for word in re.findall(r"\w+", text.lower()))


def _sample(words: Iterable[bytes]) -> frozenset[int]:
    """As many of the words as make a comparison sure enough, and the same ones of any two texts."""
    from heapq import nsmallest
    from zlib import crc32

    return frozenset(nsmallest(_SKETCH, {crc32(word) for word in words}))
