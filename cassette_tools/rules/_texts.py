"""Everything that an interaction says, as texts to be searched, and where a piece of them stands.

A stream is searched as it is, and once more with its pieces joined as a client joins them: what begins in one event and
ends in another is found only there.
"""

from __future__ import annotations

from cassette_tools.places import header_place, piece_places, pieces_of, url_place, value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator

    from cassette_tools.model import Interaction, Place

    Found = tuple[re.Match[str], tuple[Place, ...]]


def matches(interaction: Interaction, mark: str, pattern: Callable[[], re.Pattern[str]]) -> Iterator[Found]:
    """Each match with its places; several for one that is split over events. `mark` is cheap to look for; the pattern
    is made only where it was seen.
    """

    def found(text: str) -> Iterator[re.Match[str]]:
        return pattern().finditer(text) if mark in text else iter(())

    for message in (interaction.request, interaction.response):
        for position, (_name, value) in enumerate(message.headers):
            for match in found(value):
                yield match, (header_place(message, position),)
    for match in found(interaction.request.url):
        yield match, (url_place(interaction.request),)
    for body in (interaction.request.body, interaction.response.body):
        for match in found(body.text or ""):
            yield match, (body.place(match.start(), match.end() - match.start()),)
    yield from _split(interaction, mark, pattern)


def _split(interaction: Interaction, mark: str, pattern: Callable[[], re.Pattern[str]]) -> Iterator[Found]:
    llm = interaction.llm
    if llm is None or not interaction.response.body.events:
        return
    for pointer in llm.trace:
        text = value_at(llm.body, pointer)
        if not isinstance(text, str) or mark not in text:
            continue
        for match in pattern().finditer(text):
            pieces = pieces_of(interaction, pointer, match.start(), match.end())
            if len(pieces) > 1:
                yield match, piece_places(interaction, pieces)
