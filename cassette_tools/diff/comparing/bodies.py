"""The JSON of both requests, or of both responses, and questions about a difference in it."""

from __future__ import annotations

import re

from cassette_tools._record import record
from cassette_tools.diff.changes.change import Change
from cassette_tools.diff.changes.places import as_in_events, request_place, response_place
from cassette_tools.diff.pairing.provenance import upstream_of
from cassette_tools.diff.values.freeform import dotted
from cassette_tools.diff.values.scores import is_emptied
from cassette_tools.model import ABSENT
from cassette_tools.places import value_at
from cassette_tools.source.json_tree import pointer_from_route

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.diff.values.differences import Difference
    from cassette_tools.model import Interaction, Json, LLMCall, Place, Route


@record
class Spot:
    """A difference, its path as findings print it, and its places."""

    found: Difference
    path: str
    places: tuple[Place | None, Place | None]


@record
class Bodies:
    """The bodies of one `side` (``request`` or ``response``) of two interactions; those of a stream are joined."""

    scene: Scene
    side: str
    old: Json
    new: Json

    @property
    def is_request(self) -> bool:
        """Whether they are the bodies of requests."""
        return self.side == "request"

    @property
    def calls(self) -> tuple[LLMCall | None, LLMCall | None]:
        """The calls that they belong to."""
        return self.scene.old.llm, self.scene.new.llm

    @property
    def are_of_resource(self) -> bool:
        """Whether they are about files, jobs or models, so that no model answered."""
        call = self.scene.new.llm
        return call is not None and call.dialect == "resources"

    @property
    def are_of_one_upstream(self) -> bool:
        """Whether the gateway used the same provider both times."""
        return upstream_of(self.scene.old) == upstream_of(self.scene.new)

    def at(self, routes: tuple[Route, Route]) -> tuple[Json, Json]:
        """The old and the new value, each at its own route."""
        old, new = routes
        return value_at(self.old, pointer_from_route(old)), value_at(self.new, pointer_from_route(new))

    # --- places ------------------------------------------------------------------------------------------------------

    def place(self, route: Route, *, new: bool, offset: int = 0) -> Place | None:
        """The place of a value in the file of its side."""
        find = request_place if self.is_request else response_place
        return find(self._interaction(new=new), pointer_from_route(route), offset)

    def spot(self, found: Difference) -> Spot:
        """A difference with its path and its places."""
        ways = exact_routes(found)
        old, new = (
            None if value is ABSENT else self.place(ways[at], new=bool(at)) for at, value in enumerate(found.values)
        )
        return Spot(found=found, path=self.path(found), places=(old, new))

    def change(self, rule: str, spot: Spot, **more: Any) -> Change:
        """A change of this rule at the difference."""
        old, new = spot.places
        known: dict[str, Any] = {
            "path": spot.path,
            "origin": self.side,
            "pair": self.scene.pair,
            "old_place": old,
            "new_place": new,
        }
        return Change(rule=rule, **(known | more))

    # --- names -------------------------------------------------------------------------------------------------------

    def path(self, found: Difference) -> str:
        """The path as findings print it: messages and tools by their canonical places, all else as it was sent."""
        call = self.calls[found.new is not ABSENT]
        if self.is_request:
            return _in_request(call, found.route)
        usage = "" if call is None or call.usage is None else call.usage.pointer
        if usage and pointer_from_route(found.route).startswith(f"{usage}/"):
            return f"response.usage{any_index(dotted(found.route[usage.count('/') :]))}"
        path = dotted(found.route)
        any_element = found.came_or_went or found.renamed or found.other_type or is_emptied(found)
        return "response.body" + (any_index(path) if any_element else path)

    def name(self, found: Difference, path: str) -> str:
        """What it is called where it was sent: a message by its field and its number there, a piece of an event as one.
        Tools keep their names.
        """
        if not self.is_request:
            return as_in_events(self._interaction(new=found.new is not ABSENT), short_path(path))
        return short_path(path) if path.startswith("request.tools[") else dotted(found.route).lstrip(".")

    def _interaction(self, *, new: bool) -> Interaction:
        return self.scene.new if new else self.scene.old


def _in_request(call: LLMCall | None, route: Route) -> str:
    pointer = pointer_from_route(route)
    for holder, name in () if call is None else _holders(call):
        if pointer.startswith(f"{holder}/"):
            return f"request.{name}{dotted(route[holder.count('/') :])}"
    return f"request{dotted(route)}"


def _holders(call: LLMCall) -> Iterator[tuple[str, str]]:
    """Where messages and tools stand, and their canonical names."""
    for index, message in enumerate(call.input_messages):
        if message.pointer[-1:].isdecimal():
            yield message.pointer, f"input_messages[{index}]"
    for tool in call.tools:
        if tool.pointer:
            yield tool.pointer, f"tools[{tool.name}]"


def any_index(path: str) -> str:
    """A path in which lists have no indices: what came or went, did so in every element."""
    return re.sub(r"\[\d+\]", "[]", path)


def short_path(path: str) -> str:
    """What a person calls it: the path within the request or the body."""
    return path.removeprefix("request.").removeprefix("response.").removeprefix("body.")


# --- within two values that are compared as one ----------------------------------------------------------------------


def exact_routes(found: Difference) -> tuple[Route, Route]:
    """The routes to the difference; of two objects or lists that are compared as one value, to the first value in them
    that differs. What one side lacks is missing from what would hold it; another name stands at the name.
    """
    if found.renamed:
        return found.routes
    sides: tuple[Json, ...] = found.values
    ways: list[list[str | int]] = [[], []]
    while (steps := _first_steps(*sides)) is not None:
        for way, step in zip(ways, steps, strict=True):
            way.extend(() if step is None else (step,))
        sides = tuple(ABSENT if step is None else side[step] for side, step in zip(sides, steps, strict=True))
    return (*found.old_route, *ways[0]), (*found.new_route, *ways[1])


def _first_steps(old: Json, new: Json) -> tuple[str | int | None, str | int | None] | None:
    """At which member or element two objects, or two lists, differ first; ``None`` for all else."""
    if isinstance(old, dict) and isinstance(new, dict):
        return _other_keys(old, new)
    if not isinstance(old, list) or not isinstance(new, list):
        return None
    shorter = min(len(old), len(new))
    index = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    return index if index < len(old) else None, index if index < len(new) else None


def _other_keys(old: dict[str, Json], new: dict[str, Json]) -> tuple[str | None, str | None]:
    """Under which key two objects differ first; of keys that came and went, the first of each."""
    both = next((key for key in new if key in old and old[key] != new[key]), None)
    if both is not None:
        return both, both
    return next((key for key in old if key not in new), None), next((key for key in new if key not in old), None)
