"""A text holds a control character, which no writer meant.

NUL and its like (U+0000 to U+001F without tab, line feed, carriage return, backspace, form feed and escape, and U+007F)
stand in a string of a body: `caf\\u0000e9` in place of `café`.

Why it matters: databases, XML and terminals refuse or swallow such text. What usually did it is a model that spells
characters by their numbers and gets them wrong (`\\u0000e9` for `\\u00e9`), or bytes that were taken for text.

How to mend it: record the interaction again; when it is the model that writes so, let the client clean its arguments.

A body is reported once, with all such characters. Not reported: the escape character alone, which colours the output
of terminals, backspace and form feed, which printed pages have, and JSON within a string of JSON.
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
PATTERN = r"\\u00(?:0[0-7bBeEfF]|1[0-9a-fA-F]|7[fF])"
ESCAPE = "\x1b"  # no fault by itself


def check(interaction: Interaction) -> Iterator[Observation]:
    for side, body, text in bodies(interaction):
        if not any(mark in text for mark in MARKS):
            continue
        import re

        found: dict[str, list[re.Match[str]]] = {}
        for match in re.finditer(PATTERN, text):
            if not is_escaped(text, match.start()):
                found.setdefault(chr(int(match.group()[2:], 16)), []).append(match)
        character = next((each for each in found if each != ESCAPE), None)
        if character is None:
            continue
        found = {character: found.pop(character), **found}
        where = [place for each, matches in found.items() for place in places(body, matches, each)]
        first, *others = dict.fromkeys(where)
        yield Observation(
            message=f"the {side}'s body holds the control character{'s' if len(found) > 1 else ''} {_named(found)}: "
            "record the interaction again, or clean the text before it is sent",
            place=first,
            related=tuple(others),
            key=f"{side} {ord(character)}",
        )


def _named(found: dict[str, list[re.Match[str]]]) -> str:
    """The characters by their numbers, each with how often it is there."""
    named = [f"U+{ord(character):04X}{_times(matches)}" for character, matches in found.items()]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"


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
