"""What the tests of rules share: asking one rule about interactions, as the engine would."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cassette_tools.config import MatchSettings
from cassette_tools.rules import RULES, FileFacts

if TYPE_CHECKING:
    from cassette_tools.finding import Observation
    from cassette_tools.model import Interaction


def observations(rule: str, *interactions: Interaction, path: str = "/recording.yaml") -> list[Observation]:
    """What a rule says of the interactions of one file."""
    check, begin = RULES[rule].check, RULES[rule].begin
    if begin is not None:
        check = begin(FileFacts(format="go-vcr", match=MatchSettings(), path=path))
        if check is None:
            return []
    assert check is not None
    found = [seen for interaction in interactions for seen in check(interaction)]
    end = getattr(check, "end", None)
    return found + [seen for _, seen in end()] if end is not None else found
