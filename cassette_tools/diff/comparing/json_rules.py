"""The rule of a JSON difference that no change of meaning explains."""

from __future__ import annotations

from cassette_tools.data.causes import EXPLANATIONS
from cassette_tools.data.drift import UNCLASSIFIED
from cassette_tools.data.usage import COUNTERS
from cassette_tools.data.wire import BUILD, ENDS, MODELS_THAT_ANSWERED, OPEN, SERVED, SPOKEN_OF_WHOLE
from cassette_tools.diff.changes.jobs import are_states, is_state_field
from cassette_tools.diff.comparing.bodies import any_index
from cassette_tools.diff.comparing.vectors import is_of_other_size, lengths_of
from cassette_tools.diff.texts.text import json_document
from cassette_tools.diff.values.differences import words_of
from cassette_tools.diff.values.freeform import dotted, json_changes, json_type
from cassette_tools.diff.values.ids import are_made_names
from cassette_tools.diff.values.scores import is_emptied
from cassette_tools.diff.values.wrapped import only_text
from cassette_tools.made_names import are_drawn_alike, form_of
from cassette_tools.model import ABSENT
from cassette_tools.places import value_at
from cassette_tools.source.json_tree import pointer_from_route
from cassette_tools.volatile import volatile_field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.diff.comparing.bodies import Bodies, Spot
    from cassette_tools.diff.comparing.ledger import Ledger
    from cassette_tools.diff.values.differences import Difference
    from cassette_tools.model import Json

VALUE = "response-body-changed"

OWN_WORDS = frozenset(("native_finish_reason",))

USAGE = frozenset(("usage", "usageMetadata", "usage_metadata"))

_DETAILS = OWN_WORDS | {"index"}

_ENDS = frozenset(row.name for row in ENDS)

_MODELS = frozenset(row.name for row in MODELS_THAT_ANSWERED)

_OPEN = frozenset(row.name for row in OPEN)

_RELIED_UPON = ("id", "time", "score")  # volatile values that clients do read

# Settings that an answer gives back: where the request did not change, the provider's default did.
# `details` is none of them: a switch of Hugging Face, but what many other answers say of themselves.
_SETTINGS = frozenset(name for row in EXPLANATIONS for name in row.asked) - {row.name for row in SERVED} - {"details"}

# When a resource expires, if it does: the client chose it, so it is no new field of the API.
_TERMS = (("expires_at",), ("expire_time",), ("expireTime",), ("expirationTime",))

# What an API says of what it was given: a moderation.
_VERDICTS = frozenset(("categories", "flagged"))


def ruled(ledger: Ledger, spot: Spot) -> tuple[str, str]:
    """The rule of a difference, and the path that its finding has."""
    bodies, found = ledger.bodies, spot.found
    rule, path = _rule_of(ledger, spot), spot.path
    if _is_of_one_resource(ledger, found) or _is_term(bodies, found):
        rule, path = UNCLASSIFIED, f"response.body{dotted(found.new_route)}"
    if rule == UNCLASSIFIED and _is_known_value(bodies, found, path):
        rule = VALUE
    return rule, path


def _rule_of(ledger: Ledger, spot: Spot) -> str:
    bodies, found = ledger.bodies, spot.found
    quiet = _rule_of_strings(bodies, found) or _rule_of_made_key(bodies, found)
    if quiet is not None:
        return quiet
    return _rule_of_request(ledger, found) if bodies.is_request else _rule_of_response(bodies, spot)


def _rule_of_strings(bodies: Bodies, found: Difference) -> str | None:
    """The noise that two strings are which say the same."""
    old, new = found.values
    if found.renamed or not isinstance(old, str) or not isinstance(new, str):
        return None
    ids = bodies.scene.ids
    if ids.are_renamed(old, new):
        return "id-changed"
    if are_drawn_alike(old, new, found.route) if bodies.is_request else are_made_names(old, new):
        ids.define(old, new)
        return "id-changed"
    return "json-formatting-changed" if _is_same_document(old, new) else None


def _rule_of_made_key(bodies: Bodies, found: Difference) -> str | None:
    """The noise of a key that is an id and was generated again."""
    old, new = (str(way[-1]) for way in found.routes) if found.renamed else ("", "")
    if not form_of(old) or not form_of(new):
        return None
    bodies.scene.ids.define(old, new)
    return "id-changed"


def _is_same_document(old: str, new: str) -> bool:
    """Whether two strings are JSON that says the same."""
    left, right = json_document(old), json_document(new)
    return left is not None and right is not None and not any(json_changes(left, right))


# --- requests --------------------------------------------------------------------------------------------------------


def _rule_of_request(ledger: Ledger, found: Difference) -> str:
    if is_wrapped(found):
        return _rule_of_wrapped(ledger, found)
    if found.renamed:
        return "request-field-renamed"
    if found.came_or_went and _is_sealed(found):
        return _by_side(found, "reasoning-appeared", "reasoning-vanished")
    if says_nothing(found.old) and says_nothing(found.new) and not found.is_lone_element:  # those of a list count
        return "request-serialization-changed"
    if found.came_or_went:
        return _by_side(found, "request-field-added", "request-field-removed")
    is_of_type = found.other_type and None not in found.values
    return "request-type-changed" if is_of_type else "request-parameter-changed"


def _by_side(found: Difference, came: str, went: str) -> str:
    return came if found.old is ABSENT else went


def _rule_of_wrapped(ledger: Ledger, found: Difference) -> str:
    """A text that is alone in a list means what it means without one; other words are told as what they are."""
    is_same = only_text(found.old) == only_text(found.new) or ledger.is_told_as_text(found)
    return "request-serialization-changed" if is_same else "request-parameter-changed"


def _is_sealed(found: Difference) -> bool:
    """Whether it is thinking that only the provider can read, beside a part of the history."""
    return bool(found.route) and found.route[-1] in ("thoughtSignature", "thought_signature")


def is_wrapped(found: Difference) -> bool:
    """Whether one text alone stands on both sides, and is the only one in a list, or the only part, on one."""
    return found.other_type and None not in (only_text(found.old), only_text(found.new))


def says_nothing(value: Json) -> bool:
    """Absent, null and empty ask for the same, and so does an object of nothing else; they are three things even so."""
    if isinstance(value, dict):
        return all(map(says_nothing, value.values()))
    return not value and not isinstance(value, bool | int | float)


# --- responses -------------------------------------------------------------------------------------------------------


def _rule_of_response(bodies: Bodies, spot: Spot) -> str:
    found = spot.found
    if _is_of_build(bodies, found):
        return "fingerprint-changed"
    if _is_of_job(bodies, found):
        return "job-state-changed"
    if found.renamed:
        return "wire-field-renamed"
    return _rule_of_one_side(bodies, spot) if found.came_or_went else _rule_of_both_sides(bodies, spot)


def _is_of_build(bodies: Bodies, found: Difference) -> bool:
    """Whether it is the name of the build that answered, with another value. If the field came or went, the
    upstream must have changed (not every one names its build), and the value must not be null, which a gateway writes.
    """
    if found.renamed or found.route[-1:] != (BUILD,):
        return False
    return not found.came_or_went or (None not in found.values and not bodies.are_of_one_upstream)


def _is_of_job(bodies: Bodies, found: Difference) -> bool:
    """Whether it is the state of a job that still runs while it is recorded."""
    is_state = bodies.are_of_resource and is_state_field(found.route[-1] if found.route else None)
    return is_state and are_states(found.old, found.new)


def _rule_of_one_side(bodies: Bodies, spot: Spot) -> str:
    """Of what came or went."""
    return _rule_of_usage(spot.found) if _is_in_usage(bodies, spot) else _rule_of_field(bodies, spot)


def _rule_of_usage(found: Difference) -> str:
    """The rule of a token count that came or went."""
    if isinstance(found.route[-1], int) and _is_source(found):
        return "citation-changed"
    if found.old is ABSENT:
        return "wire-field-added" if found.new is None else "usage-detail-added"
    return "wire-null-field-removed" if found.old in _NOTHING else "usage-detail-removed"


def _rule_of_field(bodies: Bodies, spot: Spot) -> str:
    """The rule of any other field or list element that came or went."""
    found = spot.found
    if found.there is not None and _is_in_open(bodies, found):
        return "wire-detail-changed"
    if isinstance(found.route[-1], int):
        is_source = _is_source(found)
        return "citation-changed" if is_source else _by_side(found, "response-field-added", "response-field-removed")
    if found.old is ABSENT:
        return "wire-field-added"
    if found.old in _NOTHING:
        return "wire-null-field-removed"
    return "wire-volatile-field-removed" if _is_spare(bodies, spot) else "wire-field-removed"


_NOTHING: tuple[Json, ...] = (None, [], {})


def _is_source(found: Difference) -> bool:
    """Whether it lies in a list of sources, which is spoken of as a whole."""
    return not SPOKEN_OF_WHOLE.isdisjoint(found.route[:-1])


def _rule_of_both_sides(bodies: Bodies, spot: Spot) -> str:
    """The rule of a value or a type that changed."""
    found = spot.found
    if _is_in_usage(bodies, spot) and is_count(found) and is_of_tokens(found.route[-1]):
        return "usage-changed"
    if not _DETAILS.isdisjoint(found.route[-1:]):
        return "wire-detail-changed"
    return _rule_of_type(bodies, spot) if found.other_type else _rule_of_value(found)


def _rule_of_type(bodies: Bodies, spot: Spot) -> str:
    """Of what has another type."""
    old, new = spot.found.values
    if "" in (old, new) and None in (old, new):
        return "wire-detail-changed"  # of a text that is empty, APIs send either
    if old is None:
        return "wire-field-filled"
    if new is None:
        return "wire-volatile-field-nulled" if _is_spare(bodies, spot) else "wire-field-nulled"
    return "wire-type-changed"


def _rule_of_value(found: Difference) -> str:
    """Of what has another value."""
    if is_emptied(found):
        return "wire-field-filled" if not found.old else "wire-field-nulled"
    if not _ENDS.isdisjoint(found.route[-1:]):
        return "wire-detail-changed" if _is_of_a_choice(found) else "finish-reason-changed"
    if not _SETTINGS.isdisjoint(found.route[:1]):
        return "wire-detail-changed"
    if found.route[-1:] == ("version",) and not _MODELS.isdisjoint(found.route[-3:-1]):
        return "response-model-changed"
    return VALUE if not _VERDICTS.isdisjoint(found.route) else UNCLASSIFIED


def _is_of_a_choice(found: Difference) -> bool:
    """Whether it is what vLLM says beside the `finish_reason` of a choice: the word, or the token, that stopped it."""
    return found.route[0] == "choices" and found.route[-1] == "stop_reason"


# --- counts of tokens ------------------------------------------------------------------------------------------------


def _is_in_usage(bodies: Bodies, spot: Spot) -> bool:
    """Whether it is in an object of token counts, or is a count of an API without such an object."""
    route = spot.found.route
    if spot.path.startswith("response.usage.") or (not USAGE.isdisjoint(route) and "provider_metadata" not in route):
        return True
    dialects = {call.dialect for call in bodies.calls if call is not None}
    return any(row.path == route and row.dialect in dialects for row in COUNTERS)


def is_count(found: Difference) -> bool:
    """Whether it is a number on both sides."""
    return not found.came_or_went and json_type(found.old) == json_type(found.new) == "number"


def is_of_tokens(name: str | int) -> bool:
    """Whether it is a count of tokens, by the words that providers call them."""
    return not words_of(name).isdisjoint(_TOKENS)


_TOKENS = frozenset(
    ("token", "tokens", "count", "total", "input", "output", "prompt", "completion", "cached", "reasoning")
)


# --- what a value is for ---------------------------------------------------------------------------------------------


def _is_spare(bodies: Bodies, spot: Spot) -> bool:
    """Whether nobody relies on the field: it is a build, a route, padding, a duration."""
    row = volatile_field(spot.path)
    return row is not None and row.kind not in _RELIED_UPON and not is_setting(bodies, spot)


def is_setting(bodies: Bodies, spot: Spot) -> bool:
    """Whether a duration stands beside what the request sets, in the same object: it is a setting (how long a pause
    ends a turn), and nothing that was measured.
    """
    route = spot.found.route
    row = volatile_field(spot.path, bodies.side) if not bodies.is_request and len(route) > 1 else None
    if row is None or row.kind != "measure":
        return False
    pointer = pointer_from_route(route[:-1])
    asked = (each.request.body.json for each in (bodies.scene.old, bodies.scene.new))
    return any(isinstance(value_at(body, pointer), dict) for body in asked)


def _is_in_open(bodies: Bodies, found: Difference) -> bool:
    """Whether it lies in an object whose fields vary from call to call. One that has none at all now, or had none,
    does not vary.
    """
    at = next((at for at, step in enumerate(found.route[:-1]) if step in _OPEN), None)
    if at is None:
        return False
    return {} not in bodies.at((found.old_route[: at + 1], found.new_route[: at + 1]))


def _is_known_value(bodies: Bodies, found: Difference, path: str) -> bool:
    """Whether a value is the purpose of the call: a resource, a ranking, an order, the size or length of a vector."""
    is_vector = is_of_other_size(found) or lengths_of(found) is not None
    return is_vector or found.whole or (bodies.are_of_resource and "[" not in path) or is_ranking(found.new)


def is_ranking(value: Json) -> bool:
    """Whether a list says in which order documents come, by their numbers in the request."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(each, dict) and {"index", "relevance_score"} <= each.keys() for each in value)
    )


def _is_of_one_resource(ledger: Ledger, found: Difference) -> bool:
    """Whether a field of one thing in a list has a value now, or no longer has: of most of them it is the API's."""
    bodies = ledger.bodies
    if bodies.is_request or not bodies.are_of_resource or not _is_filled_in_list(found):
        return False
    whole = value_at(bodies.new, pointer_from_route(found.new_route[:1]))
    place = any_index(dotted(found.route))
    alike = sum(each.other_type and any_index(dotted(each.route)) == place for each in ledger.found)
    return isinstance(whole, list) and 2 * alike <= len(whole)


def _is_filled_in_list(found: Difference) -> bool:
    """Whether a field of an element of a list became something of null, or the other way round."""
    if found.came_or_went or not found.other_type or None not in found.values:
        return False
    return len(found.route) > 2 and isinstance(found.route[1], int)


def _is_term(bodies: Bodies, found: Difference) -> bool:
    """Whether a resource now expires, or no longer does."""
    is_filled = not found.came_or_went and None in found.values
    return not bodies.is_request and bodies.are_of_resource and is_filled and found.route[-1:] in _TERMS
