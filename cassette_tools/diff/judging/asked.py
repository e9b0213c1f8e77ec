"""A change of what is asked: what it is called, and what it can explain."""

from __future__ import annotations

from cassette_tools._record import record, replace
from cassette_tools.data.causes import EXPLANATIONS
from cassette_tools.data.drift import OF_SETTING
from cassette_tools.diff.judging.fields import fits_rule
from cassette_tools.diff.judging.reasons import RESULT
from cassette_tools.diff.judging.sides import interactions_of, value_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from cassette_tools.data.causes import Explanation
    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.judging.folding import Folded


@record
class Asked:
    """A change of what is asked: its name for a person, the row that says what it can explain, and how it came."""

    name: str
    explains: Explanation | None
    is_text: bool  # of the prompt rather than of the settings
    is_repeated: bool  # it gives back what an earlier answer said
    has_effect: bool  # what it does is told with it
    change: Change

    @property
    def is_renamed(self) -> bool:
        """Whether the same is asked under another name: that changes no answer."""
        return self.change.rule == "request-field-renamed"

    def decides(self, aspect: str) -> bool:
        """Whether it settles this aspect of the answer."""
        return self.explains is not None and aspect in self.explains.exactly

    @property
    def may_choose_the_model(self) -> bool:
        """Whether it may have an influence on which model answers."""
        return self.explains is not None and "model" in self.explains.perhaps

    def is_about(self, names: Collection[str]) -> bool:
        """Whether the row that explains it has one of the names."""
        return self.explains is not None and any(name in self.explains.asked for name in names)


TEXT_RULES = ("system-prompt-changed", "prompt-changed", "tool-result-changed")

_THOUGHT = ("reasoning-reworded", "opaque-changed")  # in a history: what an answer held

_BROUGHT = ("reasoning-appeared", "reasoning-vanished", "tool-result-changed")


def as_asked(folded: Folded) -> Asked:
    change, root = folded.change, folded.root
    is_repeated = _is_repeated(change, root)
    return Asked(
        name=_name_of_repeated(change, root) if is_repeated else name_of_asked(change),
        explains=explanation_of(change),
        is_text=change.rule in TEXT_RULES,
        is_repeated=is_repeated,
        has_effect=bool(folded.follows),
        change=change,
    )


def all_asked(folded: Folded) -> Iterator[Asked]:
    """The settings that one change is about: the members of an object of settings that came or went, if the object
    itself explains nothing; else the change itself.
    """
    whole = as_asked(folded)
    found = [] if whole.explains is not None else list(_settings_in(whole))
    yield from found or [whole]


def _settings_in(whole: Asked) -> Iterator[Asked]:
    """The settings within an object that came or went, the decisive ones first."""
    settings = value_of(whole.change)
    if not whole.change.rule.startswith("request-field-") or not isinstance(settings, dict):
        return
    rows = [(name, _named(name)) for name in settings]
    for name, row in sorted(rows, key=lambda each: each[1] is None or not each[1].exactly):
        if row is not None:
            yield replace(whole, name=f"{whole.name}.{name}", explains=row)


def _is_repeated(change: Change, root: Change | None) -> bool:
    """Whether a request gives back what an earlier answer said."""
    if change.rule in _BROUGHT:  # whatever it was that the answer brought
        return False
    said_before = root is not None and root.origin != "request" and root.pair is not change.pair
    return said_before or (change.rule in _THOUGHT and is_later(change))


def _name_of_repeated(change: Change, root: Change | None) -> str:
    is_called = root is not None and root.rule.startswith("tool-arguments-") and _is_of_no_model(change)
    return f"the arguments of {root.subject}" if root is not None and is_called else "the answer before"


def name_of_asked(change: Change) -> str:
    name = next((name for rule, name in _NAMES if change.rule.startswith(rule)), None)
    if name is not None:
        return name + (change.subject if name.endswith(" ") else "")
    return _REASONING_BACK if is_given_back(change) else _setting(change)


_REASONING_BACK = "the reasoning that is given back"

_NAMES = (
    ("reasoning-", _REASONING_BACK),
    ("opaque-changed", _REASONING_BACK),
    ("tool-definition-", "the tool "),
    ("tool-result-changed", RESULT),
)


def is_given_back(change: Change) -> bool:
    """Whether a field of a request holds thinking, or the seal of it: ``parts[0].thoughtSignature``."""
    row = explanation_of(change) if change.rule.startswith("request-field-") else None
    return row is not None and bool({"thoughtSignature", "reasoning-appeared"} & {*row.asked})


def is_later(change: Change) -> bool:
    """Whether a recording holds a call before this one, whose answer could be given back."""
    return any(side is not None and side.index > 0 for side in interactions_of(change))


def _is_of_no_model(change: Change) -> bool:
    return all(side is not None and side.llm is None for side in interactions_of(change))


def _setting(change: Change) -> str:
    """What of the request changed, as the provider calls it where that says enough."""
    if change.rule == "response-schema-changed" and change.circumstance != OF_SETTING:
        return "the schema of the answer"
    if change.rule == "prompt-changed" and not change.subject and " part " in change.note:
        return f"{change.note.partition(' part ')[0]} part"
    name = (change.subject or change.path).removeprefix("request.").removeprefix("parameters.")
    sent, _, canonical = name.removesuffix(")").partition(" (")
    if canonical:
        return canonical if sent in _VAGUE else sent
    return name if change.path.startswith(CANONICAL) else _whole_setting(change, name)


def _whole_setting(change: Change, name: str) -> str:
    """The setting that a row explains, where only a member of it changed."""
    whole = next((step for step in _steps(change.path) if _named(step)), "")
    return whole if whole and name.startswith(f"{whole}.") else name


_VAGUE = ("type", "mode", "name", "format", "schema", "description", "effort", "enabled", "include", "value")

CANONICAL = "request.parameters."


def explanation_of(change: Change) -> Explanation | None:
    if change.rule.startswith("tool-definition-") and _is_only_of_cache(change):
        return _named("cache_control")
    if (row := _ruled(change.rule)) is not None:
        return row
    if change.path.startswith("request.input_messages[") and ".reasoning" in change.path:
        return _ruled("reasoning-appeared")  # no setting
    return next(filter(None, map(_named, _steps(change.path))), None)


def _ruled(rule: str) -> Explanation | None:
    return next((row for row in EXPLANATIONS if any(fits_rule(each, rule) for each in row.asked)), None)


def _named(name: str) -> Explanation | None:
    return next((row for row in EXPLANATIONS if name in row.asked), None)


def _is_only_of_cache(change: Change) -> bool:
    return change.note.startswith(("cache_control ", "cache_control.")) and ";" not in change.note


def _steps(path: str) -> list[str]:
    for sign in "[]":
        path = path.replace(sign, ".")
    return path.split(".")
