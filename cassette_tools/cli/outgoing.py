"""The last look at a text before it leaves: whoever made it, no secret stands in it whole, and no character acts."""

from __future__ import annotations

import os

from cassette_tools.printable import inert, printable

_SMALL = "abcdefghijklmnopqrstuvwxyz-"
_IN_WORDS = _SMALL + _SMALL.upper() + "0123456789_"
_BETWEEN = {code: " " for code in range(128) if chr(code) not in _IN_WORDS}
_SHORTEST_KEY = 20  # characters of a word that is no English
_SHORTEST_UNMARKED = 36  # of one that nothing but itself tells: `hiding`
_SHORT_TEXT = 100_000  # characters
_COMMAND = r"^([^\S\n]*):(?=:)"
_OLD_COMMAND = r"##(?=\[|vso\[|teamcity\[)"
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
    import re

    text = re.sub(_OLD_COMMAND, "# #", text)
    return text if commands else re.sub(_COMMAND, r"\1: ", text, flags=re.MULTILINE)


def remarked(text: str) -> str:
    """A remark, an error, a warning: one line."""
    return outgoing(printable(text))


def _without_secrets(text: str) -> str:
    if not may_hold_secret(text):
        return text
    from cassette_tools.secrets.hiding import hidden

    return hidden(text, named=False)


def may_hold_secret(text: str) -> bool:
    """Whether it is worth the while to look for secrets: there is a word as long as a key, and the mark of a kind, or a
    word that may be a key without one. The search itself takes longer to be imported than most reports to be made.
    """
    if len(text) > _SHORT_TEXT:
        return True
    longest = max((len(word) for word in text.translate(_BETWEEN).split() if word.strip(_SMALL)), default=0)
    if longest < _SHORTEST_KEY:
        return False
    from cassette_tools.data.secrets import KINDS

    return longest >= _SHORTEST_UNMARKED or any(kind.mark in text for kind in KINDS)
