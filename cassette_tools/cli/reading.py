"""The file, or standard input, that a command line names."""

from __future__ import annotations

import sys

from cassette_tools.source import Source


def source_from(path: str) -> Source:
    """The source at `path`; ``-`` is standard input. Raises SourceError."""
    return Source.from_bytes(sys.stdin.buffer.read(), "<stdin>") if path == "-" else Source.from_path(path)
