"""A text holds a control character, which no writer meant.

NUL and its like (U+0000 to U+001F without tab, line feed, carriage return, backspace, form feed and escape, and U+007F)
stand in a string of a body: `caf\\u0000e9` in place of `café`.

Why it matters: databases, XML and terminals refuse or swallow such text. What usually did it is a model that spells
characters by their numbers and gets them wrong (`\\u0000e9` for `\\u00e9`), or bytes that were taken for text.

How to mend it: record the interaction again; when it is the model that writes so, let the client clean its arguments.

A body is reported once for each such character. Not reported: the escape character, which colours the output of
terminals, backspace and form feed, which printed pages have, and JSON within a string of JSON.
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.rules import RULES, Rule
from cassette_tools.rules._escapes import bodies, is_escaped, places

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from cassette_tools.model import Interaction

MARKS = ("\\u000", "\\u001", "\\u007")
PATTERN = r"\\u00(?:0[0-7bBeEfF]|1[0-9aAc-fC-F]|7[fF])"


def check(interaction: Interaction) -> Iterator[Observation]:
    for side, body, text in bodies(interaction):
        if not any(mark in text for mark in MARKS):
            continue
        import re

        found: dict[str, list[re.Match[str]]] = {}
        for match in re.finditer(PATTERN, text):
            if not is_escaped(text, match.start()):
                found.setdefault(chr(int(match.group()[2:], 16)), []).append(match)
        for character, matches in found.items():
            first, *others = places(body, matches, character)
            yield Observation(
                message=f"the {side}'s body holds the control character U+{ord(character):04X}{_times(matches)}: "
                "record the interaction again, or clean the text before it is sent",
                place=first,
                related=tuple(others),
                key=f"{side} {ord(character)}",
            )


def _times(matches: list[re.Match[str]]) -> str:
    return f" {len(matches)} times" if len(matches) > 1 else ""


RULES.register(
    Rule(
        name="control-character",
        category="text",
        level="warning",
        summary="a text holds a control character that no writer meant",
        doc=__doc__,
        about="beyond-ascii",
        check=check,
    )
)
