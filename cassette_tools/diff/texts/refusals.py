"""Whether a text begs pardon, or says that what was asked for is not done."""

from __future__ import annotations

from functools import cache

from cassette_tools.diff.texts.terms import SENTENCE


def is_refused(text: str) -> bool:
    """Whether a text says, as a sentence of its own, that what was asked for is not done."""
    if len(text) > _REFUSAL:
        return False
    excuse = _plain(apology(text))
    return any(words in excuse for words in _refusals())


_REFUSAL = 400  # characters: of a longer text the excuse is only a part


def apology(text: str) -> str:
    """The first sentence in which a text begs pardon or says that it cannot; "" when there is none."""
    if not _begs_pardon(text):
        return ""
    return next((each.strip() for each in SENTENCE.split(text) if _begs_pardon(each)), "")


def _begs_pardon(text: str) -> bool:
    lowered = _plain(text)
    return any(words in lowered for words in _apologies())


def _plain(text: str) -> str:
    return text.lower().replace("’", "'")


@cache
def _apologies() -> tuple[str, ...]:
    from cassette_tools.data.words import APOLOGIES

    return tuple(words for row in APOLOGIES for words in row.words)


@cache
def _refusals() -> tuple[str, ...]:
    from cassette_tools.data.words import REFUSALS

    return tuple(words for row in REFUSALS for words in row.words)
