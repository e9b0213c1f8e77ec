"""The scores of a ranking on another scale: who keeps what is above a threshold then keeps all of it, or nothing."""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.data.drift import OTHER_SCALE
from cassette_tools.data.volatile import OTHER_SCALE_FACTOR, SMALLEST_THRESHOLD
from cassette_tools.diff.changes.places import response_place
from cassette_tools.diff.values.amounts import factor
from cassette_tools.diff.values.freeform import dotted
from cassette_tools.places import value_at
from cassette_tools.source.json_tree import pointer_from_route

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Json, Route


@record
class Scale:
    """A list whose scores are on another scale: where it stands, what is said of it, and whether the order of its
    elements is the same.
    """

    route: Route
    note: str
    is_in_order: bool


def scales_in(scene: Scene, old: Json, new: Json) -> list[Scale]:
    """The lists of an answer whose scores are on another scale, where the same was asked."""
    return [] if _is_asked_otherwise(scene) else list(_scales(old, new, ()))


def scale_change(scene: Scene, scale: Scale) -> Change:
    """The other scale of a list, at its first score."""
    path = f"response.body{dotted(scale.route)}"
    pointer = pointer_from_route(scale.route)
    firsts = [_first_score(side.response.body.json, pointer) for side in (scene.old, scene.new)]
    return scene.change(
        rule="score-changed",
        path=path,
        origin="response",
        subject=f"the scores of {dotted(scale.route).lstrip('.')}",
        note=scale.note,
        circumstance=OTHER_SCALE,
        old_place=response_place(scene.old, firsts[0]),
        new_place=response_place(scene.new, firsts[1]),
    )


def _first_score(body: Json, pointer: str) -> str:
    first = value_at(body, f"{pointer}/0")
    name = next((name for name in _SCORES if isinstance(first, dict) and name in first), "")
    return f"{pointer}/0/{name}" if name else pointer


def _is_asked_otherwise(scene: Scene) -> bool:
    """Whether the question or the documents are others: then each score is one of another thing."""
    sides = [side.request.body.json for side in (scene.old, scene.new)]
    asked = [{name: side.get(name) for name in _ASKED} if isinstance(side, dict) else side for side in sides]
    return bool(asked[0] != asked[1])


_ASKED = ("query", "documents", "texts", "passages", "records", "input", "inputs", "retrievalQuery", "filter")
_SCORES = ("relevance_score", "relevanceScore", "score")


def _scales(old: Json, new: Json, route: Route) -> Iterator[Scale]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in filter(new.__contains__, old):
            yield from _scales(old[name], new[name], (*route, name))
    elif isinstance(old, list) and isinstance(new, list):
        before, after = _scores(old), _scores(new)
        if before and before.keys() == after.keys() and _is_other_scale(before, after):
            yield Scale(route=route, note=_best_in_words(before, after), is_in_order=[*before] == [*after])


def _best_in_words(old: dict[str, float], new: dict[str, float]) -> str:
    best = max(old.values()), max(new.values())
    times = factor(*best) if min(best) > 0 else ""
    return f"the best was {best[0]:.3g} and is {best[1]:.3g}{times}"


def _scores(elements: list[Json]) -> dict[str, float]:
    """The scores by what they are given to; nothing unless each element is an object with a score."""
    found: dict[str, float] = {}
    for each in elements:
        name = next((name for name in _SCORES if isinstance(each, dict) and name in each), "")
        if not isinstance(each, dict) or type(each.get(name)) not in (int, float):
            return {}
        found[_thing_of(each)] = each[name]
    return found


def _thing_of(element: dict[str, Json]) -> str:
    """What a score is given to: a document by its number in the request, or all that stands beside the score."""
    if "index" in element:
        return repr(element["index"])
    return repr(sorted((name, value) for name, value in element.items() if name not in _SCORES))


def _is_other_scale(old: dict[str, float], new: dict[str, float]) -> bool:
    """Whether one side alone has scores from 0 to 1, or all scores grew, or fell, by more than any run's jitter."""
    if _is_share(old) != _is_share(new):
        return True
    if max(*old.values(), *new.values()) < SMALLEST_THRESHOLD:
        return False
    pairs = [(old[number], new[number]) for number in old]
    grew, fell = ([_is_far(*pair) for pair in each] for each in (pairs, [pair[::-1] for pair in pairs]))
    return all(grew) or all(fell)


def _is_share(scores: dict[str, float]) -> bool:
    return all(0 <= score <= 1 for score in scores.values())


def _is_far(low: float, high: float) -> bool:
    return 0 < low * OTHER_SCALE_FACTOR <= high
