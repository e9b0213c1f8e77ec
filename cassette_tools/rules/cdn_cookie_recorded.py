"""Cookies of a network in front of the server were recorded: no session of anybody, but other ones in each recording.

This rule is off unless it is asked for (``--extend-select cdn-cookie-recorded``).

Why it matters: ``__cf_bm`` of Cloudflare, ``AWSALB`` of Amazon's load balancers and their like open nothing to whoever
has them, and most are worth nothing after half an hour. But they mark one machine, and each diff shows them.

How to mend it: ``cassette normalize --select cookies`` takes them out.

There is one finding for each file. Not reported: placeholders, and other cookies (`cookie-recorded`).
"""

from __future__ import annotations

from cassette_tools.data.cookies import owner_of
from cassette_tools.finding import Observation
from cassette_tools.rules import RULES, Rule
from cassette_tools.rules._cookies import cookies_in, listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction, Place
    from cassette_tools.rules import Check, FileFacts


def begin(_file: FileFacts) -> Check | None:
    return _Cookies()


class _Cookies:
    """The cookies of one file."""

    def __init__(self) -> None:
        self._first: Interaction | None = None
        self._names: dict[str, str] = {}  # and their owners
        self._places: list[Place] = []

    def __call__(self, interaction: Interaction) -> Iterator[Observation]:
        for _side, _field, cookie, place in cookies_in(interaction):
            owner = owner_of(cookie)
            if owner is not None:
                self._first = self._first or interaction
                self._names[cookie] = owner
                self._places.append(place)
        return iter(())

    def end(self) -> Iterator[tuple[Interaction, Observation]]:
        if self._first is None:
            return
        first, *others = dict.fromkeys(self._places)
        owners = " and ".join(sorted(set(self._names.values())))
        names = listed(sorted(self._names))
        if len(self._places) == 1:
            told = f"a cookie of {owners} ({names}) is recorded; it opens nothing, but changes with every recording"
        else:
            told = (
                f"{len(self._places)} cookies of {owners} ({names}) are recorded; they open nothing, but change with "
            )
            told += "every recording"
        message = (
            f"{told}: `cassette normalize --select cookies` takes {'it' if len(self._places) == 1 else 'them'} out"
        )
        yield self._first, Observation(message=message, place=first, related=tuple(others))


RULES.register(
    Rule(
        name="cdn-cookie-recorded",
        category="secrets",
        level="note",
        summary="cookies of a network in front of the server were recorded",
        doc=__doc__,
        about="cookies",
        begin=begin,
        default=False,
    )
)
