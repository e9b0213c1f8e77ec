"""``cassette lint PATH…`` as hooks run it, read without click, whose import alone takes three times an interpreter's
start.

Only what is certain is read here: paths, and the options of the table. For anything else (``--help``, an unknown
option, a value that is missing) the answer is ``None``, and click reads the same words and says what is wrong.
"""

from __future__ import annotations

from cassette_tools.cli.lint import LintOptions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FLAGS = {
    "--quiet": "quiet",
    "-q": "quiet",
    "--exit-zero": "exit_zero",
    "--no-cache": "no_cache",
}
LISTS = {"--select": "select", "--ignore": "ignore"}


def plain_options(words: list[str]) -> LintOptions | None:
    """The options that `words` say, or ``None`` when click must read them."""
    values: dict[str, Any] = {}
    paths = []
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if not word.startswith("-") or word == "-":
            paths.append(word)
        elif word in FLAGS:
            values[FLAGS[word]] = True
        elif name in LISTS:
            value = value if equals else next(rest, "")
            if not value or value.startswith("-"):
                return None
            values[LISTS[name]] = (*values.get(LISTS[name], ()), value)
        elif name == "--jobs" or word == "-j":
            value = value if equals else next(rest, "")
            if not (value.isdecimal() and value.isascii() and int(value) > 0):
                return None
            values["jobs"] = int(value)
        else:
            return None
    return LintOptions(paths=tuple(paths), **values)
