"""The last look at a text before it leaves: whoever made it, no secret stands in it whole, and no character acts."""

from __future__ import annotations

import os
import re

from cassette_tools.printable import inert, printable

# A word of digits and letters as long as the shortest key; quicker to ask for than for all the kinds.
_LONG_WORD = re.compile(r"(?=[a-z-]{0,40}[A-Z0-9_])[A-Za-z0-9_-]{20}")
_COMMAND = re.compile(r"^([^\S\n]*):(?=:)", re.MULTILINE)
_OLD_COMMAND = re.compile(r"##(?=\[|vso\[|teamcity\[)")
_CI = ("GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION")  # who reads commands in what a step prints


def outgoing(
    text: str, *, colored: bool = False, to_file: bool = False, commands: bool = False, secrets: bool = False
) -> str:
    """A report as it may leave. `colored` reports keep their colours; `commands` are meant for the CI system, which
    else finds none in what is printed; `secrets` were asked for.
    """
    text = inert(text if secrets else _without_secrets(text), colored=colored)
    if to_file or not any(map(os.environ.get, _CI)):
        return text
    text = _OLD_COMMAND.sub("# #", text)
    return text if commands else _COMMAND.sub(r"\1: ", text)


def remarked(text: str) -> str:
    """A remark, an error, a warning: one line."""
    return outgoing(printable(text))


def _without_secrets(text: str) -> str:
    if _LONG_WORD.search(text) is None:
        return text
    from cassette_tools.secrets.hiding import hidden

    return hidden(text, named=False)
