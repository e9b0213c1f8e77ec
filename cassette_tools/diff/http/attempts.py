"""The attempts of a gateway (Vercel's ``routing.attempts``): which upstreams failed before one served the answer."""

from __future__ import annotations

from cassette_tools.diff.changes.places import response_place
from cassette_tools.source.json_tree import pointer_from_route
from cassette_tools.words import opening

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Json, Route

    _Attempts = tuple[Route, list[dict[str, Json]]]


def attempt_changes(scene: Scene, old: Json, new: Json) -> Iterator[Change]:
    """Upstreams that fail now, or no longer do. Why one fails, and how long it took, is noise."""
    before, after = _attempts_in(old), _attempts_in(new)
    if before is None or after is None:
        return
    failing = [[*filter(_has_failed, attempts)] for _, attempts in (before, after)]
    if len({tuple(each["provider"] for each in attempts) for attempts in failing}) == 1:
        return
    failed = [[*map(_failure, attempts)] for attempts in failing]
    places = [
        response_place(interaction, pointer_from_route((*route, _first_failed(attempts))))
        for interaction, (route, attempts) in ((scene.old, before), (scene.new, after))
    ]
    yield scene.change(
        rule="attempts-changed",
        path="response.attempts",
        origin="response",
        old=failed[0],
        new=failed[1],
        note=_note(failed[0], failed[1], _served(after[1])),
        old_place=places[0],
        new_place=places[1],
    )


def failing_upstreams(document: Json) -> list[str]:
    """The upstreams that failed, in the order of the attempts."""
    found = _attempts_in(document)
    return [] if found is None else [str(each["provider"]) for each in found[1] if _has_failed(each)]


def _attempts_in(document: Json, route: Route = ()) -> _Attempts | None:
    """The first list of attempts in a body, which say of themselves whether they succeeded."""
    found = [each for each in document if isinstance(each, dict)] if isinstance(document, list) else []
    if found and all("success" in each and "provider" in each for each in found):
        return route, found
    within = (_attempts_in(each, (*route, step)) for step, each in _members(document))
    return next((each for each in within if each is not None), None)


def _members(document: Json) -> Iterable[tuple[str | int, Json]]:
    if isinstance(document, dict):
        return document.items()
    return enumerate(document) if isinstance(document, list) else ()


def _has_failed(attempt: dict[str, Json]) -> bool:
    return attempt.get("success") is False


def _first_failed(attempts: list[dict[str, Json]]) -> int:
    return next((number for number, each in enumerate(attempts) if _has_failed(each)), 0)


def _failure(attempt: dict[str, Json]) -> str:
    """``anthropic (529 "Overloaded")``."""
    error = attempt.get("error")
    words = opening(error, _SHORT) if isinstance(error, str) and error else ""
    why = " ".join(filter(None, (str(attempt.get("statusCode") or ""), words)))
    return f"{attempt['provider']}" + (f" ({why})" if why else "")


_SHORT = 48  # characters of what an upstream says


def _served(attempts: list[dict[str, Json]]) -> str:
    return next((str(each["provider"]) for each in attempts if each.get("success") is True), "")


def _note(old: list[str], new: list[str], served: str) -> str:
    if new:
        failed = f"{' and '.join(new)} failed"
        return f"{failed}, and {served} answered" if served else failed
    return f"{' and '.join(old)} no longer failed" + (f", and {served} answered" if served else "")
