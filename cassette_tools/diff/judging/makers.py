"""Find the request that created what another request fetches: a batch for its results."""

from __future__ import annotations

from cassette_tools.diff.judging.sides import latest_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.pairing.align import Pair
    from cassette_tools.model import Interaction


class Makers:
    """The requests of two recordings whose answers hold the name of what they created."""

    def __init__(self, pairs: Mapping[int, Pair]) -> None:
        self._pairs = pairs

    def of(self, change: Change) -> int | None:
        """The pair of requests that created what a GET request names in its URL: the first POST whose answer has the
        name. A request that only lists things created none.
        """
        asking = latest_of(change)
        names = [] if asking is None or asking.request.method != "GET" else _names_in(asking.request.url)
        if asking is None or not names:
            return None
        is_new = change.pair is not None and change.pair.new is asking
        sides = ((key, pair.new if is_new else pair.old) for key, pair in self._pairs.items())
        earlier = ((key, side) for key, side in sides if side is not None and side.index < asking.index)
        return next((key for key, side in earlier if _makes(side, names)), None)


def _names_in(url: str) -> list[str]:
    """The steps of a URL that are names of things."""
    steps = url.partition("?")[0].split("/")[3:]
    return [step for step in steps if len(step) >= _NAME and any(map(str.isdigit, step))]


_NAME = 8  # the least characters of a step with a digit that is a name


def _makes(side: Interaction, names: list[str]) -> bool:
    if side.request.method != "POST" or not side.response.body.text:
        return False
    return any(f'"{name}"' in side.response.body.text for name in names)
