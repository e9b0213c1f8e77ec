"""Inputs of any size, each larger in one way alone: an `old` and a `new` side, written below a folder.

python bench/sizes.py many_events FOLDER 1000
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import chain, count, islice
from pathlib import Path
from random import Random

import recordings
from invented_calls import APIS, Call
from recordings import FORMATS, WORDS, Exchange

OLD, NEW = "old.yaml", "new.yaml"
_MILLION = 1_000_000


def many_recordings(folder: Path, size: int) -> None:
    """A folder `old` of so many recordings."""
    recordings.write(folder / "old", size)


def many_interactions(folder: Path, size: int) -> None:
    """So many interactions in a file; the words of each answer are others in the new one."""
    _write(folder / OLD, _some(size))
    _write(folder / NEW, _some(size, night=1))


def another_order(folder: Path, size: int) -> None:
    """The same, and the new file has them in another order."""
    shuffled = _some(size, night=1)
    Random(size).shuffle(shuffled)
    _write(folder / OLD, _some(size))
    _write(folder / NEW, shuffled)


def nothing_in_common(folder: Path, size: int) -> None:
    """The same, and no request of the new file is one of the old."""
    _write(folder / OLD, _some(size))
    _write(folder / NEW, _some(size, night=1, first=_MILLION))


def many_events(folder: Path, size: int) -> None:
    """An answer in so many events; each has other words in the new one."""
    for path, seed in ((OLD, "old"), (NEW, "new")):
        words = Random(seed).choices(WORDS, k=4 * size)
        _write(folder / path, [_answer(words, seed, streamed=True)])


def long_text(folder: Path, size: int) -> None:
    """An answer of so many characters; in the new one every tenth word is another."""
    words = _words(size)
    _write(folder / OLD, [_answer(words, "old")])
    words[5::10] = ["elsewhere"] * len(words[5::10])
    _write(folder / NEW, [_answer(words, "new")])


def another_text(folder: Path, size: int) -> None:
    """The same, and the words of the new one come in another order altogether."""
    words = _words(size)
    _write(folder / OLD, [_answer(words, "old")])
    Random(size).shuffle(words)
    _write(folder / NEW, [_answer(words, "new")])


def _some(size: int, *, night: int = 0, first: int = 0) -> list[Exchange]:
    """So many exchanges of all APIs and kinds."""
    drift = "text" if night else ""
    each = (recordings.exchanges(number, night=night, drift=drift) for number in count(first))
    return [*islice(chain.from_iterable(each), size)]


def _words(size: int) -> list[str]:
    """Words of so many characters in all, with the spaces between them."""
    return [*_until(size, Random(size))]


def _until(size: int, random: Random) -> Iterator[str]:
    while size > 0:
        word = random.choice(WORDS)
        size -= len(word) + 1
        yield word


def _answer(words: list[str], stamp: str, *, streamed: bool = False) -> Exchange:
    """An answer of these words."""
    call = Call(
        model="compass-5-mini",
        prompt="Tell me all of it.",
        words=tuple(words),
        stamp=f"{Random(stamp).getrandbits(96):024x}",
        seconds=1_777_000_000,
        streamed=streamed,
        tokens=(20, len(words)),
    )
    return recordings.exchange(APIS["openai"], call, Random(stamp))


def _write(path: Path, each: list[Exchange]) -> None:
    path.write_text(FORMATS["vcrpy"][1](each), encoding="utf-8")


if __name__ == "__main__":
    {
        each.__name__: each
        for each in (
            *(many_recordings, many_interactions, another_order, nothing_in_common),
            *(many_events, long_text, another_text),
        )
    }[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
