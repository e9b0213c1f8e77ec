"""The characters of a file: slices of it, and lines and columns, whether it is held in memory or read in pieces.

Indices count code points from the start of the file, a byte order mark left out, as libyaml counts them. A line ends
at LF (so CRLF counts once), as for git, editors and SARIF (§3.14.16, ``newlineSequences``), whatever else ends a line
for YAML; lines and columns for people start at 1, columns in code points. Whoever knows an index asks here for its
line: nothing else counts lines.
"""

from __future__ import annotations

import codecs
import os
from bisect import bisect_left, bisect_right
from itertools import accumulate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

CHUNK = 1 << 16
BREAKS = "\r\n\x85\u2028\u2029"  # what ends a line for YAML 1.1 (§5.4), and with it a comment


class MemoryText:
    """A file held in memory; decoded when somebody asks for characters."""

    def __init__(self, text: str | bytes) -> None:
        self._bytes = text if isinstance(text, bytes) else None
        self._text = text if isinstance(text, str) else None
        self._breaks: list[int] | None = None  # the indices of the line feeds

    @property
    def text(self) -> str:
        """All of it."""
        if self._text is None:
            assert self._bytes is not None
            self._text = self._bytes.decode("utf-8", "replace")
        return self._text

    def slice(self, start: int, end: int) -> str:
        """The characters from `start` up to `end`."""
        return self.text[start:end]

    def line_column(self, index: int) -> tuple[int, int]:
        """The line and the column of a character, from 1."""
        if self._breaks is None:
            lengths = accumulate(map(len, self.text.split("\n")))
            self._breaks = [length + number for number, length in enumerate(lengths)]
        line = bisect_left(self._breaks, index)
        return line + 1, index - (self._breaks[line - 1] if line else -1)

    def line_start(self, line: int) -> int:
        """The index of the first character of a line, which is counted from 1."""
        self.line_column(0)
        assert self._breaks is not None
        return self._breaks[line - 2] + 1 if line > 1 else 0

    def marks(self, words: str) -> list[int]:
        """Where the (ASCII) words stand in the file."""
        if self._bytes is not None and words.encode() not in self._bytes:
            return []
        return _places(self.text, words)


def _places(text: str, words: str) -> list[int]:
    found = []
    at = text.find(words)
    while at >= 0:
        found.append(at)
        at = text.find(words, at + 1)
    return found


class FileText:
    """A file too large to hold: it notes where each chunk begins while the parser reads it, to come back for pieces.

    It is the byte stream that libyaml reads (`read`), opened once. Text that is not UTF-8 is read with replacement
    characters.
    """

    def __init__(self, stream: IO[bytes], remembered: str, owner: FileText | None = None) -> None:
        self._stream = stream
        self._owner = owner  # who closes the stream, if somebody else
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._indices = [0]  # the index of the first character of each chunk
        self._bytes = [0]  # where its bytes begin
        self._lines = [1]  # the line it begins in
        self._offset = 0
        self._index = 0
        self._line = 1
        self._remembered = remembered
        self._tail = ""
        self._marks: list[int] = []  # where the words to remember stand

    def __del__(self) -> None:
        if self._owner is None:
            self._stream.close()

    @property
    def size(self) -> int:
        """How many bytes the file has."""
        return os.fstat(self._stream.fileno()).st_size

    def read(self, _size: int = -1) -> bytes:
        """The next chunk, for the parser."""
        self._stream.seek(self._offset)
        chunk = self._stream.read(CHUNK)
        text = self._decoder.decode(chunk, final=not chunk)
        joined = self._tail + text
        self._marks += [self._index - len(self._tail) + at for at in _places(joined, self._remembered)]
        self._tail = joined[1 - len(self._remembered) :]
        held = len(self._decoder.getstate()[0])  # bytes of a character that the next chunk will complete
        self._offset += len(chunk)
        self._index += len(text)
        self._line += text.count("\n")
        self._indices.append(self._index)
        self._bytes.append(self._offset - held)
        self._lines.append(self._line)
        return text.encode("utf-8", "replace")

    def lines(self) -> Iterator[str]:
        """Every line of the file, with its ending."""
        self._stream.seek(0)
        for line in self._stream:
            yield line.decode("utf-8", "replace")

    def again(self) -> FileText:
        """The same file, to be read from its beginning."""
        return FileText(self._stream, self._remembered, owner=self)

    def slice(self, start: int, end: int) -> str:
        """The characters from `start` up to `end`; only of what was read so far."""
        at = bisect_right(self._indices, start) - 1
        last = bisect_right(self._indices, end)
        stop = self._bytes[last] if last < len(self._bytes) else self._offset
        self._stream.seek(self._bytes[at])
        content = self._stream.read(stop - self._bytes[at])
        text = content.decode("utf-8-sig" if at == 0 else "utf-8", "replace")
        return text[start - self._indices[at] : end - self._indices[at]]

    def line_column(self, index: int) -> tuple[int, int]:
        """The line and the column of a character, from 1."""
        at = bisect_right(self._indices, index) - 1
        before = self.slice(self._indices[at], index)
        newline = before.rfind("\n")
        if newline >= 0:
            return self._lines[at] + before.count("\n"), len(before) - newline
        back = at  # the line began in an earlier chunk
        column = len(before)
        while back > 0:
            back -= 1
            chunk = self.slice(self._indices[back], self._indices[back + 1])
            newline = chunk.rfind("\n")
            if newline >= 0:
                return self._lines[at], column + len(chunk) - newline
            column += len(chunk)
        return self._lines[at], column + 1

    def marks(self, words: str) -> list[int]:
        """Where the words to remember stand in what was read so far."""
        assert words == self._remembered
        return self._marks


Text = MemoryText | FileText
