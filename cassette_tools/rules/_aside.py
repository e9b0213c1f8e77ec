"""What a recorder keeps beside the exchange: go-vcr's `form`, HAR's `queryString`, variables of a test, and every field
that only one recorder knows. Who filters bodies and URLs forgets these.
"""

from __future__ import annotations

from cassette_tools._record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction, Json, Route

SHORTEST = 8  # characters of a password
_PARAMETERS = frozenset(("form", "params", "queryString"))  # what is in these has the names of parameters


@record
class Aside:
    """A text, where it stands, the field of the recorder that it is in, and its own name."""

    route: Route
    field: str
    name: str
    text: str

    @property
    def spelled(self) -> str:
        """The text with its name, as in a query or an assignment."""
        return f"{'?' if self.field in _PARAMETERS else ' '}{self.name}={self.text}"


def asides(interaction: Interaction) -> Iterator[Aside]:
    """Every text that no other field of the model holds."""
    for part in (interaction, interaction.request, interaction.response):
        for key, node in part.extra.items():
            yield from _texts(node, (*part.route, key), key, key)
    for route, node in interaction.aside.items():
        if route[-1] == "cookies":
            continue  # they have rules of their own
        field = str(next(step for step in reversed(route) if isinstance(step, str)))
        yield from _texts(node, route, field, field)


def asides_at_top(top: dict[str, Json], items: Route) -> Iterator[Aside]:
    """Every text at the top of a file but those of its `items`."""
    for key, node in top.items():
        if (key,) != items:
            yield from _texts(node, (key,), str(key), str(key))


def _texts(node: Json, route: Route, field: str, name: str) -> Iterator[Aside]:
    if isinstance(node, str):
        if len(node) >= SHORTEST:
            yield Aside(route=route, field=field, name=name, text=node)
    elif isinstance(node, list):
        for index, each in enumerate(node):
            yield from _texts(each, (*route, index), field, name)
    elif isinstance(node, dict):
        called = node.get("name")
        for key, value in node.items():
            is_value = key == "value" and isinstance(called, str)
            yield from _texts(value, (*route, key), field, called if is_value else str(key))  # type: ignore[arg-type]
