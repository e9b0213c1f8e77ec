"""A text holds half of a character.

JSON spells a character beyond U+FFFF, such as an emoji, as two escapes (`\\ud83d\\ude00`). Here one stands without the
other: in the request, because a client cut a text between them, or in the answer, or over two events of a stream, of
which each holds a half.

Why it matters: it is no text. Python fails when it writes it (`surrogates not allowed`), other languages put `�` in its
place, and providers refuse a request that holds it.

How to mend it: record the interaction again; a client that cuts texts has to cut them between characters.

A body is reported once. Not reported: JSON within a string of JSON.
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

MARKS = ("\\ud", "\\uD")
PATTERN = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
WHOLE = 12  # characters of a pair


def check(interaction: Interaction) -> Iterator[Observation]:
    for side, body, text in bodies(interaction):
        if not any(mark in text for mark in MARKS):
            continue
        import re

        lone = [
            match
            for match in re.finditer(PATTERN, text)
            if len(match.group()) < WHOLE and not is_escaped(text, match.start())
        ]
        if not lone:
            continue
        first, *others = places(body, lone, chr(int(lone[0].group()[2:], 16)))
        yield Observation(
            message=f"the {side}'s body holds `{lone[0].group()}`, half of a character{_count(lone)}: "
            + ("cut texts between characters" if side == "request" else "record the interaction again"),
            place=first,
            related=tuple(others),
            key=side,
        )


def _count(lone: list[re.Match[str]]) -> str:
    return f" ({len(lone)} such halves)" if len(lone) > 1 else ""


RULES.register(
    Rule(
        name="lone-surrogate",
        category="text",
        level="warning",
        summary="a text holds half of a character",
        doc=__doc__,
        about="beyond-ascii",
        check=check,
    )
)
