"""A file that is neither YAML nor JSON, as plain data that can be changed: what `Rewriting` is for the others."""

from __future__ import annotations

from cassette_tools.model import ABSENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cassette_tools.model import Json, Route


def value_at(data: Json, route: Route) -> Any:
    """What a route leads to in plain data; `ABSENT` when it leads nowhere."""
    node: Any = data
    for step in route:
        if isinstance(node, dict):
            node = node.get(step, ABSENT)
        elif isinstance(node, list) and isinstance(step, int) and step < len(node):
            node = node[step]
        else:
            return ABSENT
    return node


class PlainFile:
    """`data` is what the file says; a format that has such files writes it in `written`."""

    def __init__(self, original: bytes, data: Json) -> None:
        self.original = original
        self._data = data
        self._dropped: list[Route] = []
        self.is_empty = True

    def value(self, route: Route) -> Any:
        """The data at `route`; `ABSENT` when it leads nowhere."""
        return value_at(self._data, route)

    def routes(self, pattern: Route) -> list[Route]:
        """The route itself, if it leads somewhere: there are no such data with names of their own."""
        return [pattern] if self.value(pattern) is not ABSENT else []

    def put(self, route: Route, value: Any) -> None:
        """Give the value at `route` another."""
        self.value(route[:-1])[route[-1]] = value
        self.is_empty = False

    def drop(self, route: Route) -> None:
        """Take the element at `route` out; routes lead where they led until the file is written."""
        self._dropped.append(route)
        self.is_empty = False

    def sort(self, route: Route) -> None:
        """Put a list of pairs in the order of their names."""
        listed = self.value(route)
        if isinstance(listed, list):
            in_order = sorted(listed, key=lambda pair: str(pair[0]).lower())
            self.is_empty = self.is_empty and in_order == listed
            listed[:] = in_order

    def text(self) -> bytes:
        """The whole file with the changes."""
        for route in sorted(self._dropped, key=lambda each: [str(step).zfill(9) for step in each], reverse=True):
            del self.value(route[:-1])[route[-1]]
        self._dropped.clear()
        return self.written()

    def prove(self, found: list[Json] | None) -> None:
        """Nothing is to be proved of the text: it is written anew, and there are no other data than it says."""

    def written(self) -> bytes:
        """The bytes of the file that says the data."""
        raise NotImplementedError
