"""The settings of a request that order what changed with them."""

from __future__ import annotations

import re

from cassette_tools.data.causes import CHOICE_COUNTS, EFFORTS, NO_EFFORT
from cassette_tools.data.drift import DECISIONS, OF_CLIENT
from cassette_tools.diff.judging.fields import fits_rule, setting_of
from cassette_tools.diff.judging.sides import is_one_sided, value_of
from cassette_tools.model import ABSENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.data.drift import Decision
    from cassette_tools.diff.changes.change import Change
    from cassette_tools.model import Json


def decided_by(change: Change, mates: list[Change]) -> Change | None:
    """The setting of the request that orders this."""
    for row in DECISIONS:
        if not _is_decided_by(change, row):
            continue
        for root in mates:
            if root is not change and _is_setting(root, row) and not (row.more and _is_contrary(change, root)):
                return root
    return None


def _is_decided_by(change: Change, row: Decision) -> bool:
    """Whether a row of the table speaks of the change."""
    if not any(fits_rule(effect, change.rule) for effect in row.effects):
        return False
    if row.words and not any(word in change.path for word in row.words):
        return False
    return not (row.more and change.circumstance == OF_CLIENT)


def _is_setting(root: Change, row: Decision) -> bool:
    if root.origin != "request" or not root.rule.startswith(SETTINGS):
        return False
    named = row.named in f"{root.old}{root.new}"
    return named and bool({*setting_of(root.path.removeprefix("request.")).split(".")} & {*row.asked})


SETTINGS = ("request-field-", "request-parameter-", "request-type-")


def _is_contrary(change: Change, root: Change) -> bool:
    """Whether less was asked for of what is there now, or more of what is gone."""
    asked = effort(root.new) - effort(root.old)
    return asked * (1 if change.rule.endswith(("-appeared", "-added")) else -1) < 0


def effort(value: Json) -> float:
    """How much thinking a setting asks for, on a scale of its own; 0 for what says nothing of it, less for none."""
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, int | float):
        return value
    if isinstance(value, dict):
        return next((found for each in value.values() if (found := effort(each))), 0)
    if value in NO_EFFORT:
        return -1
    return EFFORTS.index(value) + 1 if value in EFFORTS else 0


def counted_out(change: Change, mates: list[Change]) -> Change | None:
    """The setting of how many answers are wanted, where there are as many times more, or less, of them."""
    if change.rule != "choice-count-changed":
        return None
    for root in mates:
        if root.origin == "request" and root.path.rpartition(".")[2] in CHOICE_COUNTS:
            wanted = [1 if side in (ABSENT, None) else side for side in (root.old, root.new)]
            counted = all(isinstance(each, int) for each in wanted)
            if counted and change.old * wanted[1] == change.new * wanted[0]:
                return root
    return None


def switched(change: Change, mates: list[Change]) -> Change | None:
    """One switch of thinking has several settings: those that changed with the first of them are told with it. So has
    the form of the answer: with another kind of form come and go a name and a schema.
    """
    if change.path.startswith(_FORM) and change.rule in CAME_OR_WENT:
        return next((each for each in mates if each.path == f"{_FORM}kind" and each is not change), None)
    if change.path == KIND_OF_THINKING:  # beside how much
        return next(filter(_is_of_thinking, mates), None)
    return _first_switch(change, mates) if change.origin == "request" and _is_of_thinking(change) else None


def _first_switch(change: Change, mates: list[Change]) -> Change | None:
    """The first setting of thinking, where that changed in the same way."""
    first = next(filter(_is_of_thinking, mates), None)
    return None if first is None or first is change or first.rule != change.rule else first


def _is_of_thinking(change: Change) -> bool:
    return change.path.startswith(OF_THINKING) and change.rule.startswith(SETTINGS)


_FORM = "request.parameters.response_format."

NAME_OF_FORM = f"{_FORM}name"

OF_THINKING, KIND_OF_THINKING = "request.parameters.reasoning.", "request.thinking.type"


def of_its_tool(change: Change, mates: list[Change]) -> Change | None:
    """The definition of the tool that a call follows: under the name, or with the arguments, that the client gave it;
    and of which a field is told by itself.
    """
    definitions = (root for root in mates if root.rule.startswith("tool-definition-"))
    return next((root for root in definitions if _is_of_definition(change, root)), None)


def _is_of_definition(change: Change, root: Change) -> bool:
    if change.rule.startswith(SETTINGS) and change.path.startswith(f"{root.path}."):
        return True
    if is_found_by(change, root):
        return True
    names = [side.get("name") if isinstance(side, dict) else None for side in (root.old, root.new)]
    if change.rule == "tool-call-renamed":
        return names == [change.old, change.new]
    return change.rule == "tool-arguments-shape-changed" and change.subject in names and _took_over(change, root)


def is_found_by(change: Change, root: Change) -> bool:
    """Whether a change goes with the search for tools, which is offered no longer, or now: its calls and what they
    found are given back, and the tools that it finds are deferred, or sent along.
    """
    if not _SEARCH.match(root.subject) or ABSENT not in (root.old, root.new) or root is change:
        return False
    if change.rule.startswith("tool-definition-"):
        return change.note.startswith(("defer_loading ", "offered in one place fewer", "offered once more"))
    value = value_of(change)
    if change.rule != "prompt-changed" or not isinstance(value, dict):
        return False
    return value.get("name") == root.subject or value.get("kind") == "additional_tools"


_SEARCH = re.compile(r"tool_search")


def _took_over(change: Change, root: Change) -> bool:
    """Whether the arguments that came or went are those that the tool's definition gained or lost."""
    if not (isinstance(change.old, dict) and isinstance(change.new, dict)):
        return False
    if any(type(change.old[name]) is not type(change.new[name]) for name in change.old.keys() & change.new.keys()):
        return False
    redefined = {name for name, _ in _arguments(root.old) ^ _arguments(root.new)}
    return change.old.keys() ^ change.new.keys() <= redefined


def _arguments(definition: Json) -> set[tuple[str, bool]]:
    """The arguments that a tool takes, and which of them it must have."""
    schema = definition.get("parameters") if isinstance(definition, dict) else None
    if not isinstance(schema, dict):
        return set()
    required = schema.get("required") or ()
    return {(name, name in required) for name in schema.get("properties") or ()}


def forced(change: Change, mates: list[Change]) -> Change | None:
    """The schema that is now asked of the answer itself, and no longer by a tool that must be called, or the other way
    round: the tool, the choice of it and the header that allows the schema are its other half.
    """
    schema = next(filter(_is_schema, mates), None)
    choice = next(filter(_is_choice, mates), None)
    if schema is None or choice is None or change is schema:
        return None
    if {schema.rule, choice.rule} != {*CAME_OR_WENT}:
        return None
    names = _forced_tools(value_of(choice), [*filter(None, map(_lone_tool, mates))])
    return schema if names and _is_other_half(change, choice, names) else None


def _is_schema(change: Change) -> bool:
    """Whether the schema of the answer came or went."""
    return change.rule in CAME_OR_WENT and _SCHEMA.search(change.path) is not None


def _is_choice(change: Change) -> bool:
    return change.path.endswith(".tool_choice")


def _is_other_half(change: Change, choice: Change, tools: list[str]) -> bool:
    """Whether it is the choice of a tool, one of these tools, a schema, or the header that allows a schema."""
    allows = ".headers." in change.path and "structured-output" in f"{change.old}{change.new}"
    return change is choice or allows or _lone_tool(change) in tools or _SCHEMA.search(change.path) is not None


def _lone_tool(change: Change) -> str | None:
    """The tool that came or went."""
    return change.subject if change.rule == "tool-definition-changed" and is_one_sided(change) else None


def halves_of(schema: Change, follows: tuple[Change, ...]) -> tuple[Change, ...]:
    """Of what is folded under a schema, what it came in the place of, or went for, and what allows it."""
    if not _is_schema(schema) or not any(map(_is_choice, follows)):
        return ()
    return tuple(each for each in follows if each.origin == "request" and _is_half(each))


def _is_half(change: Change) -> bool:
    """Whether it is the choice of a tool, a header field, or a tool that came or went."""
    return _is_choice(change) or ".headers." in change.path or _lone_tool(change) is not None


def _forced_tools(choice: Json, tools: list[str]) -> list[str]:
    """Those of the tools that came or went whose call a choice forces: the one that it names, or all."""
    if isinstance(choice, dict):
        function = choice.get("function")
        named = [*(choice.get("names") or ()), choice.get("name")]
        named.append(function.get("name") if isinstance(function, dict) else None)
        if any(named):
            return [name for name in named if isinstance(name, str)]
        choice = choice.get("mode") or choice.get("type")
    return tools if choice in ("required", "any", "ANY") else []


CAME_OR_WENT = ("request-field-added", "request-field-removed")

_SCHEMA = re.compile(
    r"output_format|response_format|output_config\.format|text\.format|esponse\w{0,40}Schema|output_type"
)
