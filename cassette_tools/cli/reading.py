"""The file, or standard input, that a command line names."""

from __future__ import annotations

import sys

from cassette_tools.one_file import OneFile
from cassette_tools.regular import held
from cassette_tools.source import Source

STDIN = "<stdin>"


def source_from(path: str) -> Source:
    """The source at `path`; ``-`` is standard input. Raises SourceError."""
    return Source.from_bytes(standard_input(), STDIN) if path == "-" else Source.from_path(path)


def standard_input() -> bytes:
    """All that comes from standard input, if so much may be held. Raises UnsafeInput."""
    return held(sys.stdin.buffer.read, STDIN)


def one_file(path: str) -> OneFile:
    """What goes wrong with the file at `path`, or with standard input, is said of it."""
    return OneFile(STDIN if path == "-" else path)
