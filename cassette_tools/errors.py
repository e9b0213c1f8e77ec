"""What stops the reading of a file, or the whole run. Recorded failure (a 429, a cut stream) is never one of these.

CassetteError
├── SourceError        this file cannot be read; the other files are still done
│   ├── SyntaxFault    it is not well-formed YAML or JSON
│   │   └── MergeConflict  because a merge was not finished
│   ├── UnknownFormat  it is well-formed and no cassette
│   ├── NotRewritable  it can be read, but not written again with changes
│   │   └── FormatNotRewritable  nor can any other file of its format
│   ├── UnsafeInput    it would cost unbounded time or memory (alias bomb, nesting, decompression bomb)
│   └── ProgramFault   the program itself fails at it
├── PluginError        a format or dialect of another package cannot be used
├── NotWritable        a file cannot be written, and was left as it is
├── ConfigError        a configuration file says something impossible
└── UsageError         the command line does
"""

from __future__ import annotations

from cassette_tools.printable import printable


class CassetteError(Exception):
    """The root; ``str()`` of it is a sentence for the user, without the path."""

    def __init__(self, message: str, *, path: str | None = None, line: int | None = None, column: int | None = None):
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line  # from 1
        self.column = column  # from 1, in code points
        self.byte: int | None = None  # where in the file, for what knows no line; `Source` turns it into one
        self.index: int | None = None  # the same in characters

    def located(self) -> str:
        """``path:line:column: message`` with what is known of the place; nothing in it acts."""
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)
        return printable(f"{place}: {self.message}" if place else self.message, keep_newlines=True)


class SourceError(CassetteError):
    """One file cannot be read."""

    rule = "unreadable-file"


class SyntaxFault(SourceError):
    """Not well-formed YAML or JSON."""

    rule = "yaml-syntax"


class MergeConflict(SyntaxFault):
    """Two versions of the file, with git's markers between them."""

    rule = "merge-conflict"


class NotRewritable(SourceError):
    """A file, or a place in it, that cannot be given another value."""

    rule = "not-rewritable"


class FormatNotRewritable(NotRewritable):
    """A file of a format that cannot be normalised."""


class UnknownFormat(SourceError):
    """Well-formed, and no cassette format that is known here; `seen` says what it looks like."""

    rule = "unknown-format"

    def __init__(self, message: str, *, path: str | None = None, seen: str = ""):
        super().__init__(message, path=path)
        self.seen = seen


class UnsafeInput(SourceError):
    """Reading on would cost time or memory out of all proportion to the file."""


class ProgramFault(SourceError):
    """The program itself fails at this file; the message says where in the program."""


class PluginError(CassetteError):
    """A format or dialect that another package adds and that cannot be used; the message names the package."""


class NotWritable(CassetteError):
    """A file that cannot, or must not, be written; what was there stays."""


class ConfigError(CassetteError):
    """A configuration file that cannot be obeyed."""


class UsageError(CassetteError):
    """A command line that cannot be obeyed."""
