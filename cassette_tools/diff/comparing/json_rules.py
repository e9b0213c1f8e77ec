"""Which rule a difference of the JSON is, and how it is shown."""

from __future__ import annotations

from cassette_tools.data.causes import EXPLANATIONS
from cassette_tools.data.drift import DEFAULT, DONE, EMPTIED, ITEM, JOB_FAILS, SIZE, TOLD_NOW, UNCLASSIFIED, WRAPPED
from cassette_tools.data.wire import ENDS, LEFT_OUT_WHEN, SERVED_AS_ASKED, SPOKEN_OF_WHOLE
from cassette_tools.diff.changes.jobs import is_done, is_failed
from cassette_tools.diff.comparing.moves import value_of
from cassette_tools.diff.comparing.vectors import is_of_other_size, sizes_of
from cassette_tools.diff.values.differences import words_of
from cassette_tools.diff.values.freeform import dotted, json_type
from cassette_tools.diff.values.scores import is_emptied
from cassette_tools.diff.values.wrapped import only_text
from cassette_tools.model import ABSENT
from cassette_tools.volatile import volatile_field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.diff.values.differences import Difference
    from cassette_tools.model import Json


ASKED_TIERS = frozenset(row.name for row in SERVED_AS_ASKED)

_WHEN_LEFT_OUT = {row.name: row.reason for row in LEFT_OUT_WHEN}

OWN_WORDS = frozenset(("native_finish_reason",))

_RELIED_UPON = ("id", "time", "score")  # volatile values that clients do read


def rule_of_request(found: Difference) -> str:
    if found.renamed:
        return "request-field-renamed"
    if says_nothing(found.old) and says_nothing(found.new):
        return "request-serialization-changed"
    if found.came_or_went:
        return "request-field-added" if found.old is ABSENT else "request-field-removed"
    if found.other_type and None not in (found.old, found.new):
        return "request-type-changed"
    return "request-parameter-changed"


def is_wrapped(found: Difference) -> bool:
    """Whether one text alone stands on both sides, and is the only one in a list, or the only part, on one."""
    return found.other_type and None not in (only_text(found.old), only_text(found.new))


def says_nothing(value: Json) -> bool:
    """Absent, null and empty ask for the same, and so does an object of nothing else; they are three things even so."""
    if isinstance(value, dict):
        return all(map(says_nothing, value.values()))
    return not value and not isinstance(value, bool | int | float)


def when_left_out(rule: str, found: Difference) -> str:
    """`` (left out where the prompt was cached)``: why a count may be missing."""
    when = _WHEN_LEFT_OUT.get(str(found.route[-1])) if rule.startswith("usage-detail-") and found.route else None
    return f" ({when})" if when else ""


def is_in_usage(found: Difference) -> bool:
    return not USAGE.isdisjoint(found.route) and "provider_metadata" not in found.route


def rule_of_response(found: Difference, *, is_spare: bool, is_open: bool, in_usage: bool) -> str:
    if found.renamed:
        return "wire-field-renamed"
    if found.came_or_went:
        return _rule_of_one_side(found, is_spare=is_spare, is_open=is_open, in_usage=in_usage)
    if in_usage and is_count(found) and is_of_tokens(found.route[-1]):
        return "usage-changed"
    if not OWN_WORDS.isdisjoint(found.route[-1:]) or found.route[-1:] == ("index",):
        return "wire-detail-changed"
    return _rule_of_type(found, is_spare=is_spare) if found.other_type else _rule_of_value(found)


def _is_of_a_choice(found: Difference) -> bool:
    """Whether it is what vLLM says beside the `finish_reason` of a choice: the word, or the token, that stopped it."""
    return found.route[0] == "choices" and found.route[-1] == "stop_reason"


def _rule_of_one_side(found: Difference, *, is_spare: bool, is_open: bool, in_usage: bool) -> str:
    """Of what came or went."""
    there, is_element = value_of(found), isinstance(found.route[-1], int)
    if there is not None and is_open and not in_usage:
        return "wire-detail-changed"
    if is_element and (_is_source(found) or not in_usage):
        return _rule_of_element(found)
    if found.old is ABSENT:
        return "usage-detail-added" if in_usage and there is not None else "wire-field-added"
    if there in (None, [], {}):
        return "wire-null-field-removed"
    if in_usage:
        return "usage-detail-removed"
    return "wire-volatile-field-removed" if is_spare else "wire-field-removed"


def _rule_of_element(found: Difference) -> str:
    """Of an element of a list."""
    if _is_source(found):
        return "citation-changed"
    return "response-field-added" if found.old is ABSENT else "response-field-removed"


def _is_source(found: Difference) -> bool:
    """Whether it lies in a list of sources, which is spoken of as a whole."""
    return not SPOKEN_OF_WHOLE.isdisjoint(found.route[:-1])


def _rule_of_type(found: Difference, *, is_spare: bool) -> str:
    """Of what has another type."""
    if "" in (found.old, found.new) and None in (found.old, found.new):
        return "wire-detail-changed"  # of a text that is empty, APIs send either
    if found.old is None:
        return "wire-field-filled"
    if found.new is None:
        return "wire-volatile-field-nulled" if is_spare else "wire-field-nulled"
    return "wire-type-changed"


def _rule_of_value(found: Difference) -> str:
    """Of what has another value."""
    if is_emptied(found):
        return "wire-field-filled" if not found.old else "wire-field-nulled"
    if not _ENDS.isdisjoint(found.route[-1:]):
        return "wire-detail-changed" if _is_of_a_choice(found) else "finish-reason-changed"
    if not _SETTINGS.isdisjoint(found.route[:1]):
        return "wire-detail-changed"
    return VALUE if not _VERDICTS.isdisjoint(found.route) else UNCLASSIFIED


VALUE = "response-body-changed"

_ENDS = frozenset(row.name for row in ENDS)

# Settings that an answer gives back: where the request did not change, the provider's default did.
_SETTINGS = frozenset(name for row in EXPLANATIONS for name in row.asked) - ASKED_TIERS

# What an API says of what it was given: a moderation.
_VERDICTS = frozenset(("categories", "flagged"))

USAGE = frozenset(("usage", "usageMetadata", "usage_metadata"))


def is_spare_field(path: str) -> bool:
    """Whether nobody relies on the field: it is a build, a route, padding, a duration."""
    row = volatile_field(path)
    return row is not None and row.kind not in _RELIED_UPON


def is_ranking(value: Json) -> bool:
    """Whether a list says in which order documents come, by their numbers in the request."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(each, dict) and {"index", "relevance_score"} <= each.keys() for each in value)
    )


def _is_respelled(found: Difference, rule: str) -> bool:
    return rule == "request-serialization-changed" and is_wrapped(found)


def circumstance_of(found: Difference, rule: str, item: str) -> str | None:
    if item:
        return ITEM
    if _is_respelled(found, rule):
        return WRAPPED
    if is_emptied(found):
        return EMPTIED
    if rule in (UNCLASSIFIED, VALUE) and not found.renamed and is_of_other_size(found):
        return SIZE
    of_rule = _CIRCUMSTANCES.get(rule)
    return None if of_rule is None else of_rule(found)


def _circumstance_of_effort(found: Difference) -> str | None:
    return DEFAULT if found.route[-2:] == ("reasoning", "effort") and not found.came_or_went else None


_CIRCUMSTANCES: dict[str, Callable[[Difference], str | None]] = {
    "wire-detail-changed": _circumstance_of_effort,
    "job-state-changed": lambda found: _circumstance_of_job(found.old, found.new),
    "finish-reason-changed": lambda found: None if found.old else TOLD_NOW,
}


def _circumstance_of_job(old: Json, new: Json) -> str | None:
    if is_failed(new) and not is_failed(old):
        return JOB_FAILS
    return DONE if is_done(old) != is_done(new) or is_failed(old) != is_failed(new) else None


def shown_values(found: Difference, rule: str) -> tuple[Json, Json]:
    if found.renamed:
        return _shown_names(found)
    if rule in (UNCLASSIFIED, VALUE) and is_of_other_size(found):
        return _size_of(found.old), _size_of(found.new)
    if rule == VALUE and is_ranking(found.old) and is_ranking(found.new):
        return [each["index"] for each in found.old], [each["index"] for each in found.new]
    if rule in ("wire-type-changed", "request-type-changed") or _is_respelled(found, rule):
        return json_type(found.old), json_type(found.new)
    return found.old, found.new


def _shown_names(found: Difference) -> tuple[str, str]:
    """The old name in full, and the new one, in short where it stands in the same place."""
    old, new = (dotted(route).lstrip(".") for route in (found.old_route, found.new_route))
    return old, new if len(found.old_route) != len(found.new_route) else str(found.new_route[-1])


def _size_of(vector: Json) -> int:
    """How many numbers a vector has: in base64 they are floats of 32 bits."""
    return len(vector) * 3 // 16 if isinstance(vector, str) else max(sizes_of(vector))


def echo_of(found: Difference) -> tuple[str, str, str] | None:
    """By which a later request that repeats this value is known."""
    if found.renamed:
        return None
    old, new = ("" if value in (ABSENT, None) else value for value in (found.old, found.new))
    return ("text", old, new) if isinstance(old, str) and isinstance(new, str) else None


SEALED = ("reasoning-vanished", "reasoning-appeared")


def is_count(found: Difference) -> bool:
    return not found.came_or_went and json_type(found.old) == json_type(found.new) == "number"


def is_of_tokens(name: str | int) -> bool:
    """Whether it is a count of tokens, by the words that providers call them."""
    return not words_of(name).isdisjoint(_TOKENS)


_TOKENS = frozenset(
    ("token", "tokens", "count", "total", "input", "output", "prompt", "completion", "cached", "reasoning")
)


def is_sealed(found: Difference) -> bool:
    """Whether it is thinking that only the provider can read, beside a part of the history."""
    return bool(found.route) and found.route[-1] in ("thoughtSignature", "thought_signature")
