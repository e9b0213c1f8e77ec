"""The name and the values of a JSON difference that no change of meaning explains, and what is shown beside them."""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.data.causes import RANKING
from cassette_tools.data.drift import (
    DEFAULT,
    DONE,
    ELEMENT,
    EMPTIED,
    ITEM,
    JOB_FAILS,
    MOVED_COUNT,
    OTHER_NORMAL,
    SIZE,
    TOLD_NOW,
    UNCLASSIFIED,
    WRAPPED,
)
from cassette_tools.data.finish_reasons import canonical_finish_reason
from cassette_tools.data.wire import LEFT_OUT_WHEN
from cassette_tools.diff.changes.jobs import is_done, is_failed
from cassette_tools.diff.comparing.bodies import Spot, any_index, short_path
from cassette_tools.diff.comparing.json_rules import VALUE, is_ranking, is_wrapped
from cassette_tools.diff.comparing.vectors import is_of_other_size, lengths_of, sizes_of
from cassette_tools.diff.values.freeform import dotted, json_type
from cassette_tools.diff.values.scores import is_emptied
from cassette_tools.model import ABSENT
from cassette_tools.words import LIMIT, item_in_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.comparing.bodies import Bodies
    from cassette_tools.diff.values.differences import Difference
    from cassette_tools.model import Json, Route

_WHEN_LEFT_OUT = {row.name: row.reason for row in LEFT_OUT_WHEN}


def told(bodies: Bodies, spot: Spot, rule: str) -> Change:
    """The change for a difference, by its rule."""
    lengths = lengths_of(spot.found)
    found = spot.found if lengths is None else replace(spot.found, old=lengths[0], new=lengths[1])
    item = item_in_words(found.there) if _is_item(bodies, found, rule) else ""
    circumstance = _of_item(bodies) if item else _circumstance_of(bodies, found, rule)
    is_of_all = circumstance == SIZE  # all vectors of an answer are of one size
    path = any_index(spot.path) if is_of_all else spot.path.removesuffix("[]") if item else spot.path
    name = short_path(path) if is_of_all else _name_of(bodies, found, path)
    beside = "" if lengths is None else ": the norm of the vector"
    old, new = _models(bodies, found) if rule == "response-model-changed" else _shown_values(found, rule)
    return bodies.change(
        rule,
        replace(spot, path=path),
        origin=_origin_of(bodies),
        old=old,
        new=new,
        subject=f"{_kind_of(found)}{name}{beside}{_when_left_out(rule, found)}{_scored(bodies, found)}",
        note=item or _note_of(found, rule),
        circumstance=circumstance,
        echo=_echo_of(found),
    )


def _origin_of(bodies: Bodies) -> str:
    is_stream = not bodies.is_request and bodies.scene.new.response.body.stream
    return "stream" if is_stream else bodies.side


def _kind_of(found: Difference) -> str:
    if is_ranking(found.old):
        return RANKING
    return "the order of " if found.whole else ""


def _is_item(bodies: Bodies, found: Difference, rule: str) -> bool:
    """Whether a list has one item more or fewer: a list of resources, or one that is empty on neither side."""
    if not rule.startswith("response-field-") or not isinstance(found.route[-1], int):
        return False
    if bodies.are_of_resource and len(found.route) == 2:
        return True
    return all(isinstance(side, list) and side for side in bodies.at((found.old_route[:-1], found.new_route[:-1])))


def _of_item(bodies: Bodies) -> str:
    return ITEM if bodies.are_of_resource else ELEMENT


def _note_of(found: Difference, rule: str) -> str:
    if rule == "usage-changed":
        return f"{found.route[-1]} {found.old} → {found.new}"
    return str(found.route[-1]) if rule in _OF_SEALED else ""


_OF_SEALED = ("reasoning-vanished", "reasoning-appeared")


def _echo_of(found: Difference) -> tuple[str, str, str] | None:
    """By which a later request that repeats this value is known."""
    if found.renamed:
        return None
    old, new = ("" if value in (ABSENT, None) else value for value in found.values)
    return ("text", old, new) if isinstance(old, str) and isinstance(new, str) else None


# --- which row of its rule judges it --------------------------------------------------------------------------------


def _circumstance_of(bodies: Bodies, found: Difference, rule: str) -> str | None:
    if _is_normal_end(bodies, found, rule):
        return OTHER_NORMAL
    if _is_respelled(found, rule):
        return WRAPPED
    if is_emptied(found):
        return EMPTIED
    if _is_of_size(found, rule) and not found.renamed:
        return SIZE
    of_rule = _CIRCUMSTANCES.get(rule)
    return None if of_rule is None else of_rule(found)


def _is_normal_end(bodies: Bodies, found: Difference, rule: str) -> bool:
    """Whether two words say the same of the end: that the model had no more to say."""
    if rule != "finish-reason-changed" or not found.old or not found.new:
        return False
    return all(
        call is not None and canonical_finish_reason(call.dialect, str(word)) == "stop"
        for call, word in zip(bodies.calls, found.values, strict=True)
    )


def _is_respelled(found: Difference, rule: str) -> bool:
    return rule == "request-serialization-changed" and is_wrapped(found)


def _is_of_size(found: Difference, rule: str) -> bool:
    return rule in (UNCLASSIFIED, VALUE) and is_of_other_size(found)


def _circumstance_of_effort(found: Difference) -> str | None:
    return DEFAULT if found.route[-2:] == ("reasoning", "effort") and not found.came_or_went else None


def _circumstance_of_job(found: Difference) -> str | None:
    old, new = found.values
    if is_failed(new) and not is_failed(old):
        return JOB_FAILS
    return DONE if is_done(old) != is_done(new) or is_failed(old) != is_failed(new) else None


def _is_moved_count(found: Difference) -> bool:
    """Whether a count of the usage stands in another object of it."""
    is_moved = found.old_route[-1:] == found.new_route[-1:] and type(found.new) in (int, float)
    return is_moved and any("usage" in str(step).lower() for step in found.new_route[:-1])


_CIRCUMSTANCES: dict[str, Callable[[Difference], str | None]] = {
    "wire-detail-changed": _circumstance_of_effort,
    "job-state-changed": _circumstance_of_job,
    "finish-reason-changed": lambda found: None if found.old else TOLD_NOW,
    "wire-field-renamed": lambda found: MOVED_COUNT if _is_moved_count(found) else None,
}


# --- values ----------------------------------------------------------------------------------------------------------


def _shown_values(found: Difference, rule: str) -> tuple[Json, Json]:
    if found.renamed:
        return _shown_names(found) if rule != "id-changed" else (str(found.old_route[-1]), str(found.new_route[-1]))
    show = _how_shown(found, rule)
    return found.values if show is None else (show(found.old), show(found.new))


def _models(bodies: Bodies, found: Difference) -> tuple[Json, Json]:
    """Both versions of a model, each behind its name."""
    names = bodies.at((_name_beside(found.old_route), _name_beside(found.new_route)))
    old, new = (
        f"{name} {each}" if isinstance(name, str) else each for name, each in zip(names, found.values, strict=True)
    )
    return old, new


def _name_beside(route: Route) -> Route:
    return (*route[:-1], "name")


def _how_shown(found: Difference, rule: str) -> Callable[[Json], Json] | None:
    """What is shown of each value; ``None`` where that is the value itself."""
    if _is_of_size(found, rule):
        return _size_of
    if rule == VALUE and is_ranking(found.old) and is_ranking(found.new):
        return _order_of
    if rule == "request-type-changed" and all(map(_is_short, found.values)):
        return None
    return json_type if rule in _OF_TYPES or _is_respelled(found, rule) else None


_OF_TYPES = ("wire-type-changed", "request-type-changed")


def _is_short(value: Json) -> bool:
    """Whether a value is shown and not its type alone: of ``"1m"`` and ``-1`` it is the value that counts."""
    return not isinstance(value, dict | list) and len(str(value)) <= LIMIT


def _shown_names(found: Difference) -> tuple[str, str]:
    """The old name in full, and the new one, in short where it stands in the same place."""
    old, new = (dotted(route).lstrip(".") for route in found.routes)
    return old, new if len(found.old_route) != len(found.new_route) else str(found.new_route[-1])


def _size_of(vector: Json) -> int:
    """How many numbers a vector has: in base64 they are floats of 32 bits."""
    return len(vector) * 3 // 16 if isinstance(vector, str) else max(sizes_of(vector))


def _order_of(ranking: Json) -> list[Json]:
    """The document numbers of a ranking, in its order."""
    return [each["index"] for each in ranking]


# --- names -----------------------------------------------------------------------------------------------------------


def _name_of(bodies: Bodies, found: Difference, path: str) -> str:
    """What a person calls it: an element of a list by the name that it has on both sides."""
    name = bodies.name(found, path)
    is_in_list = not bodies.is_request and not found.came_or_went and "[" in name
    if not is_in_list or len(found.old_route) != len(found.new_route):
        return name
    return _with_names(bodies, found) if path == f"response.body{dotted(found.new_route)}" else name


def _with_names(bodies: Bodies, found: Difference) -> str:
    """A route with the names of elements in the place of their numbers."""
    old, new = found.routes
    steps = (
        dotted((step,))
        if not isinstance(step, int)
        else f"[{_name_in(*bodies.at((old[: at + 1], new[: at + 1]))) or step}]"
        for at, step in enumerate(new)
    )
    return "".join(steps).lstrip(".")


def _name_in(old: Json, new: Json) -> str:
    """The id or the name that an element has in both recordings, where that is a word that a person gave it."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return ""
    both = (new.get(key) for key in ("id", "name") if old.get(key) == new.get(key))
    return next((name for name in both if isinstance(name, str) and _is_word(name)), "")


def _is_word(name: str) -> bool:
    return 0 < len(name) <= _LONGEST_NAME and not any(map(str.isspace, name))


_LONGEST_NAME = 40  # characters


def _when_left_out(rule: str, found: Difference) -> str:
    """`` (left out where the prompt was cached)``: why a count may be missing."""
    when = _WHEN_LEFT_OUT.get(str(found.route[-1])) if rule.startswith("usage-detail-") and found.route else None
    return f" ({when})" if when else ""


def _scored(bodies: Bodies, found: Difference) -> str:
    """What a verdict of a moderation goes by: `category_scores` beside `categories`."""
    if bodies.is_request or found.route[-2:-1] != ("categories",):
        return ""
    scores = bodies.at((_beside(found.old_route), _beside(found.new_route)))
    if not all(type(score) in (int, float) for score in scores):
        return ""
    return " (score {:.3g} → {:.3g})".format(*scores)


def _beside(route: Route) -> Route:
    return (*route[:-2], "category_scores", route[-1])
