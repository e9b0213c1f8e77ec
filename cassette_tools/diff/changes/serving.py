"""As what a call was served: its tier, its region. Which is free at the moment is noise; one that is sold is not."""

from __future__ import annotations

from cassette_tools.data.wire import SERVED
from cassette_tools.words import became

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.data.volatile import Volatile
    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Json, Place

_ORDINARY = {row.name: frozenset(row.ordinary) for row in SERVED}


def serving_change(
    scene: Scene, row: Volatile, path: str, old: Json, new: Json, places: tuple[Place | None, Place | None]
) -> Change | None:
    """The change of what `row` speaks of, if it is of the serving and one of its words is not the ordinary one. A
    stream that is cut may not have said it yet; what an upstream says of itself, the gateway pays for.
    """
    ordinary, old, new = _ORDINARY.get(row.match), _word(old), _word(new)
    if ordinary is None or not (isinstance(old, str) and isinstance(new, str)) or {old, new} <= ordinary:
        return None
    if _OF_UPSTREAM in path or any(side.llm is not None and not side.llm.complete for side in (scene.old, scene.new)):
        return None
    name = path.removeprefix("response.").removeprefix("body.")
    return scene.change(
        rule="serving-changed",
        path=path,
        origin="response",
        old=old,
        new=new,
        subject=name,
        note=f"{name}{_asked_for(scene, row.match)} {became(old, new, plain=True)}",
        old_place=places[0],
        new_place=places[1],
    )


_OF_UPSTREAM = ".provider_metadata."


def _word(said: Json) -> Json:
    """What is said: Bedrock has an object around it."""
    return said.get("type") if isinstance(said, dict) else said


def _asked_for(scene: Scene, name: str) -> str:
    """Which tier the new request asks for, beside the one that served it."""
    asked = scene.new.request.body.json
    wanted = asked.get(name) if isinstance(asked, dict) else None
    return f" ({wanted} was asked for)" if isinstance(wanted, str) else ""
