"""Text is UTF-8 that was read as another encoding.

`Olá` became `OlÃ¡` (read as Windows-1252) or `Olรก` (read as a Thai code page). The message says which encoding it
was read as, and what the text was.

Why it matters: the recording says what nobody said. It happens outside the traffic, most often when a cassette is
copied through a console or a clipboard, opened and saved by an editor with another encoding, or rewritten by a
script that opens files without naming one; so everything else in the file that is not ASCII is suspect too.

How to mend it: record the interaction again, or restore the file from a copy that was not damaged.

Each body is reported once for each encoding: the message shows the first damaged word, and the finding has the places
of all. Not reported: real text of any language, accents, emoji and drawings, text that may be right as it is, bytes
that were written as text (`binary-as-text`), and pages or search results that the server itself sent damaged (as
``\\u00c3\\u00a9``).
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.rules import RULES, Rule
from cassette_tools.rules._binary import is_binary
from cassette_tools.rules._mojibake import damage_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Body, Interaction, Place
    from cassette_tools.rules._mojibake import Damage

_BEFORE, _WORD = 40, 80  # letters before a damaged run, and of the whole word
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def check(interaction: Interaction) -> Iterator[Observation]:
    # Pages of the Web hold damaged text, and what is spelled in escapes the server has sent so.
    for body, escaped in (
        (interaction.request.body, True),
        (interaction.response.body, interaction.llm is not None),
    ):
        text = body.text
        if not text or (not text.isascii() and is_binary(body)):
            continue
        damages = damage_in(text, escaped=escaped)
        for page, words in _pages(body, text, damages).items() if damages else ():
            (seen, repaired), places = words[0]
            others = [place for _, further in words[1:] for place in further]
            yield Observation(
                message=f"`{seen}` was `{repaired}`{_and_more(len(words) - 1)}: UTF-8 that was read as "
                f"{_title(page, seen)}; record the interaction again, or restore the file from a copy that was not "
                "damaged",
                place=places[0],
                related=(*places[1:], *others),
                key=seen,
            )


def _and_more(words: int) -> str:
    return f" (and {words} more word{'' if words == 1 else 's'})" if words else ""


def _pages(body: Body, text: str, damages: tuple[Damage, ...]) -> dict[str, list[tuple[tuple[str, str], list[Place]]]]:
    """The damaged words by the code page that they were read as: the word as seen, as it was, and its places."""
    pages: dict[str, list[tuple[tuple[str, str], list[Place]]]] = {}
    for (seen, repaired, page), places in _words(body, text, damages).items():
        pages.setdefault(page, []).append(((seen, repaired), places))
    return pages


def _words(body: Body, text: str, damages: tuple[Damage, ...]) -> dict[tuple[str, str, str], list[Place]]:
    """The damaged words, each as seen, as it was, and the page it was read as; and their places."""
    words: dict[tuple[str, str, str], list[Place]] = {}
    for damage in damages:
        start, end = _word(text, damage.start, damage.end)
        before, after = text[start : damage.start], text[damage.end : end]
        word = before + damage.seen + after, before + damage.repaired + after, damage.page
        words.setdefault(word, []).append(body.place(start, end - start))
    return words


def _word(text: str, start: int, end: int) -> tuple[int, int]:
    """The whole word around a damaged run, without the letter of an escape (``\\n``) before it."""
    before, behind = text[max(0, start - _BEFORE) : start], text[end : start + _WORD]
    first = start - len(before) + len(before.rstrip(_LETTERS))
    if 0 < first < start and text[first - 1] == "\\":
        first += 1
    return first, end + len(behind) - len(behind.lstrip(_LETTERS))


def _title(page: str, seen: str) -> str:
    """The page's name, for people and for programs."""
    from cassette_tools.data.encodings import CODE_PAGES, WIDE_PAGES

    if page == "cp1252" and any("\x80" <= character <= "\x9f" for character in seen):
        return "ISO 8859-1 (Western European, `latin-1`)"
    titles = {row.name: row.title for row in CODE_PAGES} | {row.name: row.title for row in WIDE_PAGES}
    return f"{titles[page][:-1]}, `{page}`)"


RULES.register(
    Rule(
        name="mojibake",
        category="text",
        level="warning",
        summary="text is UTF-8 that was read as another encoding",
        doc=__doc__,
        about="beyond-ascii",
        check=check,
    )
)
