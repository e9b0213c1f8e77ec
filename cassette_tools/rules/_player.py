"""How the player of a file finds its recordings, for the rules that ask about replay."""

from __future__ import annotations

from cassette_tools.config import MatchSettings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.matchers import Matching
    from cassette_tools.rules import FileFacts


def matching_of(file: FileFacts) -> Matching | None:
    """``None`` where no player is known, or where its defaults can neither shadow nor miss a recording: they play each
    once, and compare no more than method and URL.
    """
    if file.match == MatchSettings():
        from cassette_tools.data.matchers import PLAYERS

        told = next((player for player in PLAYERS if file.format in player.formats), None)
        if told is None or (told.again == "next" and not {"body", "headers"} & set(told.on)):
            return None
    from cassette_tools.matchers import matching_for

    return matching_for(file.format, file.match)
