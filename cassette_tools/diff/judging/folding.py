"""By what a change is known that comes in every call; the first row that fits."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import chain, islice, pairwise

from cassette_tools._record import record
from cassette_tools.data.causes import CHOICE_COUNTS, EFFORTS, NO_EFFORT
from cassette_tools.data.drift import (
    ANOTHER_VERDICT,
    ANSWERS,
    APART,
    CONSEQUENCES,
    DECISIONS,
    DONE,
    LEAKED,
    MOVED_API,
    OF_A_BATCH,
    OF_A_CALL,
    OF_A_QUESTION,
    OF_CLIENT,
    OTHER_VERSION,
    QUESTION,
    RESULTS,
    SHORTCOMINGS,
    SIZE,
    STEP,
    THINKING,
    WARNING,
)
from cassette_tools.data.wire import END_DETAILS
from cassette_tools.diff.changes.change import opened
from cassette_tools.diff.changes.kinds import follows_from_kind, tells_kind
from cassette_tools.diff.judging.addressed import of_the_address
from cassette_tools.diff.judging.models import is_asked_for, is_deciding
from cassette_tools.diff.judging.sides import call_of, interactions_of, is_one_sided, latest_of, usages_of, value_of
from cassette_tools.diff.judging.states import of_its_state
from cassette_tools.diff.messages.parts import echo_of_part
from cassette_tools.diff.pairing.asked import part_key
from cassette_tools.diff.pairing.provenance import is_stand_in
from cassette_tools.diff.values.amounts import cost_factors
from cassette_tools.diff.values.batch_items import items_of
from cassette_tools.model import ABSENT
from cassette_tools.places import value_at
from cassette_tools.words import short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
    from typing import Any

    from cassette_tools.data.drift import Consequence, Decision
    from cassette_tools.diff.changes.change import Change
    from cassette_tools.model import Interaction, Json, LLMCall, Part

    Key = tuple[Hashable, ...]
    Keys = tuple[Key, ...]
    Finder = Callable[[Change, list[Change]], Change | None]


@record
class Folded:
    """A change, and the change that it follows from, if any.

    Of a root, `repeats` are the same change in other calls, and `follows` what else is folded under it.
    """

    change: Change
    root: Change | None = None
    repeats: tuple[Change, ...] = ()
    follows: tuple[Change, ...] = ()


@record
class _Link:
    """From a change to its root; `same` when it is the root once more, in another call."""

    root: Change
    same: bool = False


def folded(changes: list[Change], levels: Mapping[int, str]) -> list[Folded]:
    """The changes in their order, each with its root. A root has no root itself.

    What counts is folded only under what counts: nothing goes out of sight with a root that is not told.
    """
    links = _consequences(changes, levels)
    counted = [(index, change) for index, change in enumerate(changes) if counts(change, levels)]
    _fold_repeats(counted, links)
    _fold_batches(counted, links)
    _follow_to_the_end(changes, links)
    return _with_roots(changes, links)


def _consequences(changes: list[Change], levels: Mapping[int, str]) -> dict[int, _Link]:
    """What follows from another change of the same interaction, by its number."""
    mates: dict[tuple[int, bool], list[Change]] = {}  # by the pair, and whether only what counts is asked for
    for change in changes:
        mates.setdefault((id(change.pair), False), []).append(change)
        if counts(change, levels):
            mates.setdefault((id(change.pair), True), []).append(change)
    mates = {key: _looked_at(listed) for key, listed in mates.items()}
    links: dict[int, _Link] = {}
    for index, change in enumerate(changes):
        beside = mates[id(change.pair), counts(change, levels)]
        root = _consequence_of(change, beside) or _questioned(change, beside)
        if root is not None:
            links[index] = _Link(root=root)
    return links


def _with_roots(changes: list[Change], links: Mapping[int, _Link]) -> list[Folded]:
    """The changes with their roots, and of each root what is folded under it."""
    repeats: dict[int, list[Change]] = {}
    follows: dict[int, list[Change]] = {}
    for index, link in links.items():
        (repeats if link.same else follows).setdefault(id(link.root), []).append(changes[index])
    return [
        Folded(
            change=change,
            root=links[index].root if index in links else None,
            repeats=tuple(repeats.get(id(change), ())),
            follows=tuple(follows.get(id(change), ())),
        )
        for index, change in enumerate(changes)
    ]


_MANY = 200  # changes of one interaction up to which each is looked at as the root of each
_FIRST = 8  # changes of one rule that are looked at of more
_LAST = 200  # answers, results and calls before a change that are looked at


def _looked_at(mates: list[Change]) -> list[Change]:
    """The changes of an interaction that others may follow from: of very many the first of each rule on each side."""
    if len(mates) <= _MANY:
        return mates
    seen: Counter[tuple[str, str]] = Counter()
    kept = []
    for change in mates:
        seen[change.rule, change.origin] += 1
        if seen[change.rule, change.origin] <= _FIRST:
            kept.append(change)
    return kept


def counts(change: Change, levels: Mapping[int, str]) -> bool:
    """Whether the change is more than noise by itself."""
    return levels[id(change)] not in ("noise", "off")


def _follow_to_the_end(changes: list[Change], links: dict[int, _Link]) -> None:
    positions = {id(change): index for index, change in enumerate(changes)}
    for index, link in links.items():
        while (further := links.get(positions[id(link.root)])) is not None:
            link = _Link(root=further.root, same=link.same and further.same)
        links[index] = link


# --- consequences within one interaction -----------------------------------------------------------------------------


def _consequence_of(change: Change, mates: list[Change]) -> Change | None:
    """The root among the changes of the same interaction, if any."""
    finders = next((finders for applies, finders in _SORTS if applies(change)), _FINDERS)
    return next((root for find in finders if (root := find(change, mates)) is not None), None)


def _is_on_its_own(change: Change) -> bool:
    """It breaks who stored vectors, or runs the call, or announces that something will break, whatever was asked for;
    and a fallback that answers does not follow from what was asked.
    """
    if change.circumstance in (SIZE, OF_A_BATCH, OF_A_CALL, WARNING):
        return True
    return change.rule == "response-model-changed" and any(map(is_stand_in, interactions_of(change)))


def _warns_no_longer(change: Change) -> bool:
    return change.circumstance == WARNING and change.rule == "header-removed"


def _failed(change: Change, mates: list[Change]) -> Change | None:
    """The call that fails now: an answer that is not given is not warned of."""
    fails = change.pair is not None and change.pair.new is not None and change.pair.new.response.status_code >= _FAILS
    roots = ("status-class-changed", "error-appeared") if fails else ("error-appeared",)
    return next((each for rule in roots for each in mates if each.rule == rule), None)


_FAILS = 400  # the first of the statuses of failures


def _of_the_kind(change: Change, mates: list[Change]) -> Change | None:
    return next((root for root in mates if follows_from_kind(change, root)), None)


def _asked_model(change: Change, mates: list[Change]) -> Change | None:
    roots = (root for root in mates if root.path == "request.model" and root is not change)
    return next((root for root in roots if change.origin == "request" or is_deciding(root)), None)


def _asked_model_itself(change: Change, mates: list[Change]) -> Change | None:
    """The model that is asked for now, where it is the one that answers now."""
    root = _asked_model(change, mates)
    return root if root is not None and is_asked_for(root.new, change.new) else None


def _of_its_api(change: Change, mates: list[Change]) -> Change | None:
    return next((root for root in mates if _is_named_by_its_api(change, root)), None)


def _lost_id(_change: Change, mates: list[Change]) -> Change | None:
    return next((root for root in mates if root.rule == "id-topology-changed" and root.origin == "response"), None)


def _gone_text(_change: Change, mates: list[Change]) -> Change | None:
    gone = (root for root in mates if root.rule in ("text-vanished", "text-appeared"))
    return next((root for root in gone if root.circumstance is None), None)


def _is_count_of_tokens(change: Change) -> bool:
    """A model has its own tokens. That it thinks, where the other one did not, is told beside it."""
    return change.rule == "usage-changed" and change.path == "response.usage" and change.circumstance != THINKING


def _is_detail_of_counts(change: Change) -> bool:
    return change.rule == "usage-changed" and change.path != "response.usage"


def _names_a_model(change: Change) -> bool:
    return change.origin == "request" and change.path.endswith(".model") and change.path != "request.model"


def _whole_usage(_change: Change, mates: list[Change]) -> Change | None:
    return next((root for root in mates if root.path == "response.usage"), None)


def _is_named_by_its_api(change: Change, root: Change) -> bool:
    """Whether another API of the provider only gives the model's name with its date, or without."""
    short, long = sorted((str(change.old), str(change.new)), key=len)
    return root.circumstance == MOVED_API and long.startswith(short) and not any(map(str.isalpha, long[len(short) :]))


def _questioned(change: Change, mates: list[Change]) -> Change | None:
    """The other question that the answer, or what follows the question in the history, is given to."""
    if change.path.startswith("request.given_back[") and change.origin == "request":
        return None  # the client's own doing, whatever was asked
    roots = (root for root in mates if root.circumstance == QUESTION and root is not change)
    return next((root for root in roots if _is_of_question(change, root)), None)


def _is_of_question(change: Change, root: Change) -> bool:
    if change.origin != "request":
        return any(_fits(effect, change.rule) for effect in OF_A_QUESTION)
    if change.rule not in ("prompt-changed", "tool-result-changed") or _is_of_user(change):
        return False
    return root.path < change.path and _first_index(root.path) != _first_index(change.path)


def _is_of_user(change: Change) -> bool:
    return change.circumstance == QUESTION or change.subject.startswith(("the user", "the order", "the role"))


def _of_its_version(change: Change, mates: list[Change]) -> Change | None:
    """The version of the API that is asked for, of which a field is not."""
    if change.rule not in ("wire-field-removed", "wire-null-field-removed"):
        return None
    return next((root for root in mates if root.circumstance == OTHER_VERSION), None)


def _of_the_text(change: Change, mates: list[Change]) -> Change | None:
    """The text that a piece of it only says again: the words, segments or speakers of what was transcribed."""
    if change.rule not in _SAYS_AGAIN or "[" not in change.path or not change.path.startswith("response."):
        return None
    return next((root for root in mates if root.rule.startswith("text-") and _is_piece(change, root)), None)


def _is_piece(change: Change, root: Change) -> bool:
    """Whether both sides of a change stand in both sides of another, as words of it."""
    sides = (change.old, root.old), (change.new, root.new)
    if root is change or not all(isinstance(each, str) and each.strip() for side in sides for each in side):
        return False
    return all(f" {_plain(piece)} " in f" {_plain(whole)} " and piece != whole for piece, whole in sides)


@lru_cache(maxsize=64)  # of one transcript each word may be another
def _plain(text: str) -> str:
    """The words of a text, without its marks."""
    return " ".join(re.findall(r"\w+", text.lower()))


_SAYS_AGAIN = (
    "unclassified-change",
    "response-body-changed",
    "text-reworded",
    "text-whitespace-changed",
    "text-changed",
)


def _flagged(change: Change, mates: list[Change]) -> Change | None:
    """What the model decided by a score: whether a text is flagged, and in which category; or another order."""
    if change.circumstance != ANOTHER_VERDICT:
        return None
    name = change.path.rpartition(".")[2]
    decided = [each for each in mates if each.path.endswith((f".categories.{name}", ".flagged"))]
    ranked = (each for each in mates if each.subject.startswith("the ranking of "))
    return next(iter(decided), None) or next(ranked, None)


def _of_its_object(change: Change, mates: list[Change]) -> Change | None:
    """The object that is filled, or null, as a whole, of which an event tells each field once more."""
    filled, side = _OBJECTS.get(change.rule, ((), "new"))
    steps = [step.removesuffix("[]") for step in change.path.split(".")]
    for root in mates:
        value = getattr(root, side)
        if root.rule in filled and isinstance(value, dict):
            name = root.path.rpartition(".")[2].removesuffix("[]")
            if any(step == name and following in value for step, following in pairwise(steps)):
                return root
    return None


def _of_the_end(change: Change, mates: list[Change]) -> Change | None:
    """Why the output ended, of which other fields tell once more: Anthropic's details, a state of Responses. They are
    null for most ends.
    """
    again = change.rule in _SAYS_WHY and change.path.rpartition(".")[2] in _END_DETAILS
    if not again and not (change.rule == "event-value-changed" and change.path.endswith("].item.status")):
        return None
    return next((root for root in mates if root.rule == "finish-reason-changed"), None)


_SAYS_WHY = ("wire-field-filled", "wire-field-nulled", "wire-volatile-field-nulled")
_END_DETAILS = frozenset(row.name for row in END_DETAILS)
_OBJECTS = {
    "wire-field-added": (("wire-field-filled",), "new"),
    "wire-field-removed": (_SAYS_WHY[1:], "old"),
    "wire-null-field-removed": (_SAYS_WHY[1:], "old"),
}


def _of_its_result(change: Change, mates: list[Change]) -> Change | None:
    """What a tool of the provider's gave within the answer, where the text only says that."""
    if change.rule != "text-facts-changed" or not all(change.facts):
        return None
    for root in mates:
        if root.rule == "server-tool-call-changed" and ABSENT not in (root.old, root.new):
            sides = [repr(side) for side in (root.old, root.new)]
            if all(fact in side for facts, side in zip(change.facts, sides, strict=True) for fact in facts):
                return root
    return None


def _signed(change: Change, mates: list[Change]) -> Change | None:
    """The signature of the thinking that a count speaks of: it is what a client must send back."""
    if not change.rule.startswith("usage-detail-") or not _THOUGHT.search(change.path):
        return None
    signed = (each for each in mates if each.rule.startswith("wire-") and _THOUGHT.search(each.path))
    return next((each for each in signed if each.rule.endswith(change.rule.rpartition("-")[2])), None)


def _listed(change: Change, mates: list[Change]) -> Change | None:
    """The list of the request that a count speaks of, which has as many more; or the page of a list that was asked for,
    on which it depends what it begins and ends with, and whether there is more.
    """
    if change.rule not in ("unclassified-change", "response-body-changed"):
        return None
    name = change.path.rpartition(".")[2]
    counts = [str(side) for side in (change.old, change.new)]
    if "count" in name.lower() and all(map(str.isdecimal, counts)):
        return _grown_list(int(counts[1]) - int(counts[0]), mates)
    if name not in _OF_A_PAGE:
        return None
    return next((each for each in mates if each.path.rpartition("request.query.")[2] in _PAGES), None)


def _grown_list(more: int, mates: list[Change]) -> Change | None:
    """The first of the elements that a request has more, or less, where there are as many."""
    sent = [each for each in mates if each.rule in _CAME_OR_WENT and each.path.endswith("]")]
    grown = sum(1 if each.rule == _CAME_OR_WENT[0] else -1 for each in sent)
    return sent[0] if sent and grown == more else None


def _out_of_the_path(change: Change, mates: list[Change]) -> Change | None:
    """The address that named the model, which the body now does, or the other way round."""
    if change.path != "request.model" or change.rule not in _CAME_OR_WENT or change.pair is None:
        return None
    came = change.rule == _CAME_OR_WENT[0]
    other, model = (change.pair.old, change.new) if came else (change.pair.new, change.old)
    if other is None or f"/{model}/" not in other.request.url.partition("?")[0].replace(":", "/"):
        return None
    return next((each for each in mates if each.rule == "request-url-changed"), None)


_OF_A_PAGE = ("has_more", "hasMore", "first_id", "last_id", "firstId", "lastId", "nextPageToken", "next_page")
_PAGES = ("limit", "order", "after", "before", "page", "page_size", "pageSize", "pageToken", "after_id", "before_id")
_THOUGHT = re.compile("thought|thinking", re.IGNORECASE)


def _decided(change: Change, mates: list[Change]) -> Change | None:
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
    if not any(_fits(effect, change.rule) for effect in row.effects):
        return False
    if row.words and not any(word in change.path for word in row.words):
        return False
    return not (row.more and change.circumstance == OF_CLIENT)


def _is_setting(root: Change, row: Decision) -> bool:
    if root.origin != "request" or not root.rule.startswith(_SETTINGS):
        return False
    named = row.named in f"{root.old}{root.new}"
    return named and bool({*_setting(root.path.removeprefix("request.")).split(".")} & {*row.asked})


_SETTINGS = ("request-field-", "request-parameter-", "request-type-")


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


def _counted_out(change: Change, mates: list[Change]) -> Change | None:
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


def _switched(change: Change, mates: list[Change]) -> Change | None:
    """One switch of thinking has several settings: those that changed with the first of them are told with it. So has
    the form of the answer: with another kind of form come and go a name and a schema.
    """
    if change.path.startswith(_FORM) and change.rule in _CAME_OR_WENT:
        return next((each for each in mates if each.path == f"{_FORM}kind" and each is not change), None)
    if change.path == KIND_OF_THINKING:  # beside how much
        return next(filter(_is_of_thinking, mates), None)
    return _first_switch(change, mates) if change.origin == "request" and _is_of_thinking(change) else None


def _first_switch(change: Change, mates: list[Change]) -> Change | None:
    """The first setting of thinking, where that changed in the same way."""
    first = next(filter(_is_of_thinking, mates), None)
    return None if first is None or first is change or first.rule != change.rule else first


def _is_of_thinking(change: Change) -> bool:
    return change.path.startswith(OF_THINKING) and change.rule.startswith(_SETTINGS)


_FORM = "request.parameters.response_format."
NAME_OF_FORM = f"{_FORM}name"
OF_THINKING, KIND_OF_THINKING = "request.parameters.reasoning.", "request.thinking.type"


def _of_its_tool(change: Change, mates: list[Change]) -> Change | None:
    """The definition of the tool that a call follows: under the name, or with the arguments, that the client gave it;
    and of which a field is told by itself.
    """
    definitions = (root for root in mates if root.rule.startswith("tool-definition-"))
    return next((root for root in definitions if _is_of_definition(change, root)), None)


def _is_of_definition(change: Change, root: Change) -> bool:
    if change.rule.startswith(_SETTINGS) and change.path.startswith(f"{root.path}."):
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


def _forced(change: Change, mates: list[Change]) -> Change | None:
    """The schema that is now asked of the answer itself, and no longer by a tool that must be called, or the other way
    round: the tool, the choice of it and the header that allows the schema are its other half.
    """
    schema = next(filter(_is_schema, mates), None)
    choice = next(filter(_is_choice, mates), None)
    if schema is None or choice is None or change is schema:
        return None
    if {schema.rule, choice.rule} != {*_CAME_OR_WENT}:
        return None
    names = _forced_tools(value_of(choice), [*filter(None, map(_lone_tool, mates))])
    return schema if names and _is_other_half(change, choice, names) else None


def _is_schema(change: Change) -> bool:
    """Whether the schema of the answer came or went."""
    return change.rule in _CAME_OR_WENT and _SCHEMA.search(change.path) is not None


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


_CAME_OR_WENT = ("request-field-added", "request-field-removed")
_SCHEMA = re.compile(
    r"output_format|response_format|output_config\.format|text\.format|esponse\w{0,40}Schema|output_type"
)


def _root_of(change: Change, mates: list[Change]) -> Change | None:
    is_answered = change.origin in ("response", "stream")
    for root in mates:
        if root is change or root.circumstance == OF_A_BATCH or not _outranks(root, change):
            continue
        rows = (row for row in _ROOTS.get(root.rule, ()) if is_answered or row.requests)
        if any(_follows_by(row, change, root, mates) for row in rows):
            return root
    return None


def _follows_by(row: Consequence, change: Change, root: Change, mates: list[Change]) -> bool:
    """Whether a row of the table folds the change under the root."""
    return _is_effect(change, root, row) and not (row.between_outcomes and _is_shortcoming(change, mates))


def _is_shortcoming(change: Change, mates: list[Change]) -> bool:
    """Whether the answer that stands in the place of a failure is no good one either: that is told beside it."""
    if change.rule == "finish-reason-changed":
        failed = change.new == "error" and any(map(_is_failing, mates))
        return change.new in _SHORT_ENDS and not failed
    if change.rule == "reasoning-appeared":  # of an answer that was cut before its text that is told
        return not any(_is_short_end(mate) or _is_answer(mate) for mate in mates)
    return any(row.rule == change.rule for row in SHORTCOMINGS)


def _is_short_end(change: Change) -> bool:
    return change.rule == "finish-reason-changed" and change.new in _SHORT_ENDS


def _is_answer(change: Change) -> bool:
    return any(_fits(each, change.rule) for each in ANSWERS)


def _is_failing(change: Change) -> bool:
    """Whether an answer fails; a session may go on after an error."""
    return change.rule == "error-appeared" and change.circumstance is None


def _asked_for(change: Change, mates: list[Change]) -> Change | None:
    """The change of the request that a field of the answer gives back (OpenAI Responses, ``tools``, ``top_p``).

    A field that came or went inside of what was given back is the provider's own, unless the request has just that.
    """
    if not change.rule.startswith(_GIVEN_BACK):
        return None
    field = _setting(_whatever_event(change.path).removeprefix("response.").removeprefix("body."))
    settings = sorted(mates, key=lambda each: each.path != f"request.{field}")  # first the very setting
    asked = (root for root in settings if root.origin == "request" and _gives_back(change, field, root))
    replaced = (root for root in mates if any(field.startswith(f"{name}.") for name in _replaced_by(root)))
    return next(chain(asked, replaced), None)


def _gives_back(change: Change, field: str, root: Change) -> bool:
    """Whether a field of an answer is what a change of the request is of, or lies in it."""
    names = _names_of(root)
    if field in names:
        return True
    return any(field.startswith(f"{name}.") and _is_asked_within(change, field, root, name) for name in names)


def _is_asked_within(change: Change, field: str, root: Change, name: str) -> bool:
    return ABSENT not in (change.old, change.new) or _is_noted(field, root.note) or _is_sent(change, name)


def _replaced_by(root: Change) -> set[str]:
    """The objects of settings that a request replaces, under the names that an answer may give them back by: by one of
    another kind (``turn_detection.type``), or by one where there was none. What is in such an object, or no longer is,
    goes with its kind.
    """
    if root.origin != "request" or not root.rule.startswith(_SETTINGS):
        return set()
    if _is_given_whole(root):
        return _names_of(root)
    name = root.path.rpartition(".")[2]
    return {each.removesuffix(f".{name}") for each in _names_of(root)} if name in _KINDS else set()


_KINDS = ("type", "kind", "mode")


def _is_given_whole(root: Change) -> bool:
    """Whether an object came, went, or stands in the place of something else."""
    sides = [isinstance(side, dict) for side in (root.old, root.new)]
    return sides[0] != sides[1]


def _is_noted(field: str, note: str) -> bool:
    """Whether the field is what changed; of a strict tool a provider closes the schema itself."""
    name = field.rpartition(".")[2]
    return name in note or (name == "additionalProperties" and ("strict" in note or "other properties" in note))


def _is_sent(change: Change, setting: str) -> bool:
    """Whether the request, on the side that has the field, sends it with the value that is given back."""
    is_gone = change.new is ABSENT
    side = None if change.pair is None else change.pair.old if is_gone else change.pair.new
    sent, value = None if side is None else side.request.body.json, change.old if is_gone else change.new
    name = change.path.rpartition(".")[2].removesuffix("[]")
    return isinstance(sent, dict) and any(
        given == value or (isinstance(given, list) and value in given) for given in _given(sent.get(setting), name)
    )


def _given(document: Json, name: str) -> Iterator[Json]:
    """The values of a name, wherever it stands."""
    pending = [document]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            yield from [node[name]] if name in node else []
            pending.extend(node.values())
        elif isinstance(node, list):
            pending.extend(node)


# A setting that is given back follows from nothing else.
_GIVEN_BACK_WHOLE = ("wire-detail-changed", "unclassified-change", "response-body-changed")
_GIVEN_BACK = ("wire-", "unclassified-", "event-value-", "response-field-", "response-body-")


def _names_of(root: Change) -> set[str]:
    """What a change of the request is of, under the names that an answer may give it back by."""
    path = _setting(root.path.removeprefix("request.").removeprefix("parameters."))
    names = {path, root.subject.partition(" ")[0], *_GIVEN_BACK_AS.get(path.partition(".")[0], ())}
    if root.rule == "request-field-renamed":
        names.update(_setting(side) for side in (root.old, root.new) if isinstance(side, str))
    if _is_of_session(root):
        names.update([f"{holder}.{name}" for holder in _OF_SESSIONS for name in names])
    return names


_OF_SESSIONS = ("session", "responses")  # what holds the settings of a session, as the server gives them back


def _is_of_session(root: Change) -> bool:
    """Whether the request was put together of the messages of a session."""
    call = None if root.pair is None or root.pair.new is None else root.pair.new.llm
    return call is not None and call.asked is not None


# Canonical names of what OpenAI Responses gives back, and its own.
_GIVEN_BACK_AS = {
    "system_instructions": ("instructions",),
    "response_format": ("text", "text.format"),
    "max_tokens": ("max_output_tokens",),
    "input_messages": ("instructions",),
}


def _setting(path: str) -> str:
    """``tools`` of ``tools[web_search]``; deeper paths keep their steps."""
    return ".".join(step.partition("[")[0] for step in path.split("."))


_ROOTS = {row.root: tuple(each for each in CONSEQUENCES if each.root == row.root) for row in CONSEQUENCES}
_ROOT_ORDER = {root: position for position, root in enumerate(_ROOTS)}
_SHORT_ENDS = frozenset(("length", "content_filter", "error", "pause"))  # the words of `finish_reasons`


def _outranks(root: Change, change: Change) -> bool:
    """Of two roots in one interaction the one further up in the table stands, so that roots do not fold each other."""
    last = len(_ROOT_ORDER)
    if root.rule == change.rule:
        return root.path != change.path  # the one is a part of the other
    return _ROOT_ORDER.get(root.rule, last) < _ROOT_ORDER.get(change.rule, last)


def _is_effect(change: Change, root: Change, row: Consequence) -> bool:
    if not any(_fits(effect, change.rule) for effect in row.effects) or not _is_meant(change, root, row):
        return False
    if row.only_lost:
        return _is_beginning(change.new, change.old)
    if row.only_gained:
        return _is_beginning(change.old, change.new)
    return True


def _is_meant(change: Change, root: Change, row: Consequence) -> bool:
    """Whether the change is of those that the row's conditions single out."""
    if root.origin == "request" and root.rule.startswith("reasoning-") and change.origin != "request":
        return False  # what a client gives back says nothing of the form of the next answer
    return all(holds(change, root, row) for asks, holds in _CONDITIONS if getattr(row, asks))


def _is_between(change: Change, root: Change, row: Consequence) -> bool:
    return (change.old, change.new) in (row.ends, row.ends[::-1]) and _is_of_one_choice(change, root)


def _is_around(change: Change, root: Change, _row: Consequence) -> bool:
    message = change.path.rpartition(".")[0]
    return root.path.startswith((f"{change.path}[", f"{change.path}.", f"{message}.parts["))


def _answers_in_words(_change: Change, root: Change, _row: Consequence) -> bool:
    return not all(map(_calls_a_tool, interactions_of(root)))


_CONDITIONS: tuple[tuple[str, Callable[[Change, Change, Consequence], bool]], ...] = (
    ("words", lambda change, _root, row: any(word in change.path for word in row.words)),
    ("fields", lambda change, _root, row: change.path.rpartition(".")[2].removesuffix("[]") in row.fields),
    ("ends", _is_between),
    ("by_name", lambda change, root, _row: root.subject.rpartition(" ")[2] in change.path),
    ("end", lambda _change, root, row: row.end in (root.old, root.new)),
    ("dialect", lambda _change, root, row: _speaks(root, row.dialect)),
    ("within", _is_around),
    ("held", lambda change, root, _row: _is_held(change, root)),
    ("only_calls", _answers_in_words),
)
"""What must hold where a row asks for it, by the field of the row."""


def _is_held(change: Change, root: Change) -> bool:
    """Whether the root's value holds what came or went with it: a text, a count, or what stands at that path in it."""
    sides = [(value, whole) for value, whole in ((change.old, root.old), (change.new, root.new)) if value is not ABSENT]
    return bool(sides) and all(_holds_value(whole, value, change, root) for value, whole in sides)


def _holds_value(whole: Json, value: Json, change: Change, root: Change) -> bool:
    """The same of one side."""
    if root.rule.startswith("usage-"):
        return isinstance(whole, dict) and value in whole.values()
    if isinstance(whole, str) and root.rule in ("system-prompt-changed", "prompt-changed"):
        text = value.get("text") if isinstance(value, dict) else value
        return isinstance(text, str) and bool(text.strip()) and text.strip() in whole
    return change.path.startswith((f"{root.path}.", f"{root.path}[")) and bool(_at(whole, change, root) == value)


def _at(whole: Json, change: Change, root: Change) -> Json:
    """What the root's value has at the path of the change."""
    for step in re.findall(r"[^.\[\]]+", change.path[len(root.path) :]):
        if isinstance(whole, dict):
            whole = whole.get(step, ABSENT)
        elif isinstance(whole, list) and step.isdecimal() and int(step) < len(whole):
            whole = whole[int(step)]
        else:
            return ABSENT
    return whole


def _is_of_one_choice(change: Change, root: Change) -> bool:
    """``finish_reasons[0]`` and ``output_messages[0].tool_calls[2]``."""
    return _first_index(change.path) == _first_index(root.path)


def _first_index(path: str) -> str:
    return path.partition("[")[2].partition("]")[0]


def _speaks(change: Change, dialect: str) -> bool:
    calls = map(call_of, interactions_of(change))
    return all(call is not None and call.dialect.startswith(dialect) for call in calls)


def _calls_a_tool(interaction: Interaction | None) -> bool:
    call = call_of(interaction)
    return call is not None and any(part.type == "tool_call" for said in call.output_messages for part in said.parts)


def _fits(effect: str, rule: str) -> bool:
    return rule.startswith(effect[:-1]) if effect.endswith("*") else rule == effect


def _is_beginning(part: object, whole: object) -> bool:
    """Whether `part` is what is left of `whole` when its end is cut off."""
    if part is ABSENT or part is None:
        return True
    if isinstance(part, str) and whole is not ABSENT:
        text = whole if isinstance(whole, str) else short(whole, 100_000)
        return text.startswith(part) or text.replace(" ", "").startswith(part.replace(" ", ""))
    return (
        isinstance(part, dict) and isinstance(whole, dict) and all(_is_less(part[key], whole.get(key)) for key in part)
    )


def _is_less(part: object, whole: object) -> bool:
    """Equal, or a count that had not come as far."""
    return part == whole or (isinstance(part, int) and isinstance(whole, int) and part <= whole)


def _tokens_that_explain(change: Change, changes: list[Change]) -> Change | None:
    """A cost that grew as the tokens did is the same price for more tokens, whatever each kind of token costs."""
    usage = next((each for each in changes if each.rule == "usage-changed" and isinstance(each.old, dict)), None)
    old, new = usages_of(change)
    if change.size is None or old is None or new is None:
        return None
    low, high = cost_factors(old, new)
    return usage if low / 1.01 <= change.size <= high * 1.01 else None


class _Memory:
    """What was told so far, of all calls: a later one may repeat it."""

    def __init__(self) -> None:
        self.said: dict[Key, Change] = {}
        self.spoken: list[tuple[str, str, Change]] = []
        self.results: dict[int, Change] = {}  # by their id
        self.called: list[Change] = []
        self.jobs: list[
            tuple[Change, Change]
        ] = []  # done in one recording, on their way in the other; with their roots
        self._given: dict[int, list[Change]] = {}  # by the pair

    def given(self, change: Change) -> list[Change]:
        """The answers that the requests of an interaction give back."""
        return self._given.get(id(change.pair), [])

    def keep(self, change: Change, root: Change, keys: Iterable[Key]) -> None:
        """Remember a change under all that may be said again of it."""
        if root is not change and change.origin == "request":
            self._given.setdefault(id(change.pair), []).append(root)
        for key in chain(keys, _halves(change), _exchanged(change), _both_names(change)):
            self.said.setdefault(key, root)
        if change.circumstance == RESULTS:
            self.results[id(change)] = change
        if change.circumstance == DONE:
            self.jobs.append((change, root))
        if change.origin == "response":
            self._keep_answer(change, root)

    def _keep_answer(self, change: Change, root: Change) -> None:
        if change.rule.startswith("tool-arguments-"):
            self.called.append(root)
        text = _said_sides(change)
        if text is not None and text[0] == "text":
            self.spoken.append((text[1], text[2], root))


_FINDERS = (
    _of_the_kind,
    _root_of,
    _decided,
    _counted_out,
    _asked_for,
    _forced,
    _switched,
    _of_its_tool,
    _signed,
    _listed,
    _out_of_the_path,
    _of_its_result,
    _of_its_version,
    _of_the_text,
    _flagged,
    _of_its_object,
    _of_the_end,
    of_its_state,
    of_the_address,
)
"""What finds the root of a change, in this order."""

_SORTS: tuple[tuple[Callable[[Change], bool], tuple[Finder, ...]], ...] = (
    (_warns_no_longer, (_failed,)),
    (_is_on_its_own, ()),
    (lambda each: each.rule == "response-model-changed", (_asked_model_itself, _of_its_api)),
    (lambda each: each.rule.startswith("wire-") and each.path.endswith(".id"), (_root_of, _lost_id)),
    (lambda each: each.rule == "cost-changed", (_asked_model, _root_of, _tokens_that_explain)),
    (lambda each: each.circumstance == LEAKED, (_gone_text, _root_of)),
    (tells_kind, (_of_the_kind,)),
    (_is_count_of_tokens, (_asked_model, *_FINDERS)),
    (_is_detail_of_counts, (_root_of, _whole_usage)),
    (_names_a_model, (_asked_model,)),
    (lambda each: each.rule in _GIVEN_BACK_WHOLE, (_asked_for, *_FINDERS)),
)
"""Which changes have finders of their own."""


# --- repetitions across interactions ---------------------------------------------------------------------------------


def _fold_repeats(changes: list[tuple[int, Change]], links: dict[int, _Link]) -> None:
    """A later request repeats what an earlier answer (or request) said; the same field changes in call after call."""
    memory = _Memory()
    for index, change in changes:
        standing, echoes = _standing_keys(change), _echo_keys(change)
        first = _repeated(change, standing, echoes, memory) if index not in links else None
        if first is not None:
            links[index] = _Link(root=first, same=_is_the_same(change, first))
        memory.keep(change, links[index].root if index in links else change, (*standing, *echoes))


def _repeated(change: Change, standing: Keys, echoes: Keys, memory: _Memory) -> Change | None:
    """What was told before and is only said again."""
    is_asked = change.origin != "response" and not change.rule.startswith("wire-")  # no field is for words
    keys = (*standing, *echoes) if is_asked else standing
    told = ((key, memory.said[key]) for key in keys if key in memory.said)
    first = next((first for key, first in told if _may_repeat(change, first, key)), None)
    if first is not None:
        return first
    finders = _OF_REQUESTS if is_asked else _OF_ANSWERS
    return next((first for find in finders if (first := find(change, memory)) is not None), None)


def _is_the_same(change: Change, first: Change) -> bool:
    """Whether it is the same change in another call."""
    return first.rule == change.rule and first.origin == change.origin and change.circumstance != APART


def _fold_batches(changes: list[tuple[int, Change]], links: dict[int, _Link]) -> None:
    """How many requests of a batch failed, and the file that says which, follow from the one that fails."""
    roots = [change for _, change in changes if change.circumstance == OF_A_BATCH]
    for index, change in changes if roots else ():
        root = next((root for root in roots if _is_of_batch(change, root)), None)
        if root is not None and index not in links:
            links[index] = _Link(root=root)


def _is_of_batch(change: Change, root: Change) -> bool:
    side = latest_of(change)
    if side is None or root.pair is None or root.pair.new is None or change is root:
        return False
    if change.rule in _LONE:
        return _tells_of_batch(side, root)
    return _OF_A_BATCH.search(change.path) is not None and _names_batch(side, root.pair.new)


def _tells_of_batch(side: Interaction, root: Change) -> bool:
    """Whether it holds results of the requests that fail."""
    named = root.new if isinstance(root.new, dict) else root.old
    items = items_of(side.response.body.text)
    return items is not None and isinstance(named, dict) and not named.keys().isdisjoint(items)


def _names_batch(side: Interaction, batch: Interaction) -> bool:
    """Whether an answer has a name that stands in the address of the batch."""
    steps = batch.request.url.partition("?")[0].split("/")
    names = [step for step in steps if len(step) >= _NAME and not step.isalpha()]
    return any(name in (side.response.body.text or "") for name in names)


_NAME = 6  # characters of a step of an address that names a batch, or a file
_OF_A_BATCH = re.compile(r"\.request_counts\.|\.state\.num_|\.(?:error|output)_file_id$")


def _may_repeat(change: Change, first: Change, key: Key) -> bool:
    """Whether an echo is one: two fields of requests hold equal words by chance, unless they are ids or sentences; and
    two fields of one request are no echo of each other, but two edits.
    """
    if key[:1] != ("echo",) or first.origin != "request" or not change.rule.startswith(_FIELDS):
        return True
    if first.pair is change.pair:
        return False
    alike = _field_of(first.path) == _field_of(change.path)
    named = all(each.path.lower().endswith("id") for each in (first, change))
    return alike or named or any(_is_distinctive(side) for side in (change.old, change.new))


def _is_distinctive(value: Json) -> bool:
    if not isinstance(value, str):
        return len(repr(value)) >= _PIECE
    return len(value) >= _PIECE or (len(value) >= _ID and any(map(str.isdigit, value)))


_ID = 8  # characters from which a word with a digit is taken for an id


_FIELDS = ("request-field-", "request-parameter-", "request-type-")


def _echo_keys(change: Change) -> Keys:
    said = _said_sides(change)
    if change.echo is None or (said is not None and not any(said[1:])):
        return ()  # of two things that say nothing, neither repeats the other
    return (("echo", change.echo),)


def _said_sides(change: Change) -> tuple[str, Any, Any] | None:
    """The kind of what is said, and both sides of it."""
    echo = change.echo
    if isinstance(echo, tuple) and len(echo) == 3 and echo[0] in ("text", "call", "result"):
        return echo
    return None


def _halves(change: Change) -> Keys:
    """The old and the new side of what an answer says: a history that is paired otherwise loses one and gains the
    other.
    """
    said = _said_sides(change)
    if change.origin != "response" or said is None:
        return ()
    return tuple(("half", said[0], side, said[side]) for side in (1, 2) if said[side])


def _half_said(change: Change, memory: _Memory) -> Change | None:
    """The answer that changed from, or into, what this message alone repeats."""
    sides = _said_sides(change)
    if sides is None or bool(sides[1]) == bool(sides[2]):
        return None
    side = 1 if sides[1] else 2
    return memory.said.get(("half", sides[0], side, sides[side]))


def _both_names(change: Change) -> Iterator[Key]:
    """Of a field that was renamed in one call, what went and what came in the others."""
    if change.rule != "wire-field-renamed":
        return
    for rule, name in (("wire-field-removed", change.old), ("wire-field-added", change.new)):
        path = f"{change.path.rpartition('.')[0]}.{str(name).rpartition('.')[2]}"
        for origin in ("response", "stream"):
            yield (rule, origin, wire_name(path), False, ())


def _exchanged(change: Change) -> Iterator[Key]:
    """What a request more (or less) was asked with by a tool, and what it was answered: later requests repeat that."""
    call = _lone_call(change)
    if call is None:
        return
    added = change.rule == "interaction-added"
    for message in call.output_messages:
        for part in message.parts:
            yield ("echo", echo_of_part(part, added=added))
    for part in call.input_messages[-1].parts if call.input_messages else ():
        yield ("sent", added, part_key(part))


def _sent_before(change: Change, memory: _Memory) -> Change | None:
    """The request that was made, or is no longer made, to send this very result of a tool."""
    sides = _said_sides(change)
    if sides is None or change.rule != "tool-result-changed":
        return None
    return memory.said.get(("sent", True, sides[2])) or memory.said.get(("sent", False, sides[1]))


def _sent_for(change: Change, memory: _Memory) -> Change | None:
    """The call of a tool more, or less, whose result a request more, or less, sends."""
    call = _lone_call(change)
    if call is None or not call.input_messages:
        return None
    if [part.type for part in call.input_messages[-1].parts[-1:]] != ["tool_call_response"]:
        return None
    calls = [part for message in call.input_messages for part in message.parts if part.type == "tool_call"]
    return _call_for(calls[-1], memory, added=change.rule == "interaction-added") if calls else None


def _call_for(call: Part, memory: _Memory, *, added: bool) -> Change | None:
    """The change that tells a call of a tool, first the step that it is."""
    root = memory.said.get(("half", "call", 2 if added else 1, part_key(call)))
    if root is None or root.circumstance != STEP:
        root = memory.said.get(("echo", echo_of_part(call, added=added)))
    return root if root is not None and root.rule.startswith("tool-call-") else None


def _lone_call(change: Change) -> LLMCall | None:
    """The call that only one recording makes."""
    return call_of(latest_of(change)) if change.rule in _LONE else None


def _called_apart(change: Change, memory: _Memory) -> Change | None:
    """The call that was made beside others, and is now made in a request of its own, or the other way round."""
    call = _lone_call(change)
    parts = [part for message in (call.output_messages if call is not None else ()) for part in message.parts]
    made = next((part for part in parts if part.type == "tool_call"), None)
    if made is None:
        return None
    root = memory.said.get(("echo", echo_of_part(made, added=change.rule == "interaction-removed")))
    is_apart = root is not None and root.rule.startswith("tool-call-") and root.origin == "response"
    return root if is_apart else None


def _asked_again(change: Change, memory: _Memory) -> Change | None:
    """The job of which a client asks how far it is, in a request more or less: it was on its way still."""
    asking = latest_of(change) if change.rule in _LONE else None
    if asking is None or asking.request.method != "GET":
        return None
    added = change.rule == "interaction-added"
    jobs = reversed(memory.jobs[-_LAST:])
    return next((root for job, root in jobs if _name_of_job(job, new=added) in asking.request.url), None)


def _name_of_job(job: Change, *, new: bool) -> str:
    """The id, or the name, beside a state."""
    side, place = interactions_of(job)[new], job.new_place if new else job.old_place
    if side is None or place is None or place.folded is None:
        return _NOWHERE
    whole = value_at(side.response.body.json, place.folded.rpartition("/")[0])
    names = [whole.get(key) for key in ("id", "name")] if isinstance(whole, dict) else []
    return next((name for name in names if isinstance(name, str) and len(name) >= _ID), _NOWHERE)


_LONE = ("interaction-added", "interaction-removed")
_NOWHERE = "\0"  # in no address


def _moved_with_its_call(change: Change, memory: _Memory) -> Change | None:
    """The call that was made beside others and is now made in a request of its own, or the other way round, where it is
    its result that stands elsewhere in the history.
    """
    if not isinstance(change.echo, tuple) or change.echo[0] != "moved" or len(change.echo) != 3:
        return None
    roots = (memory.said.get(("half", "call", side, change.echo[2])) for side in (1, 2))
    return next((root for root in roots if root is not None and root.rule in _CALLS), None)


_CALLS = ("tool-call-added", "tool-call-removed")


def _embedded(change: Change, memory: _Memory) -> Change | None:
    """The answer whose words a client put into a longer message, all of them (``… Observation: 42``), or the part that
    is the answer proper: then nothing else of the message differs.
    """
    sides = _said_sides(change)
    if sides is None or sides[0] != "text" or sides[1] == sides[2]:
        return None
    old, new = sides[1], sides[2]
    if not old and not new:
        return None
    pieces = _apart(old, new)
    is_answer = max(map(len, pieces)) >= _ANSWER
    for before, after, root in memory.spoken[-_LAST:]:
        if _holds_or_lacks(old, before) and _holds_or_lacks(new, after):
            return root
        if is_answer and root.pair is not change.pair and pieces[0] in before and pieces[1] in after:
            return root
    return None


def _holds_or_lacks(whole: str, part: str) -> bool:
    """Whether a message holds an answer, or is not there at all."""
    return not whole or _holds(whole, part)


def _asked_by_a_tool(change: Change, memory: _Memory) -> Change | None:
    """The call of a tool, with other arguments, that a request which is no model's makes: it has them in it."""
    if change.origin != "request" or any(side is None or side.llm is not None for side in interactions_of(change)):
        return None
    if not all(isinstance(side, str | int | float) for side in (change.old, change.new)):
        return None
    called = reversed(memory.called[-_LAST:])
    return next((root for root in called if _are_exchanged(str(change.old), str(change.new), root)), None)


def _are_exchanged(old: str, new: str, root: Change) -> bool:
    """Whether one text became another by what was exchanged in the arguments of a call, or within that."""
    return any(
        old.replace(before, after) == new or before.replace(old, new) == after
        for before, after in _exchanged_leaves(root.old, root.new)
    )


def _exchanged_leaves(old: Json, new: Json) -> Iterator[tuple[str, str]]:
    """The values at one path of two documents that are not the same, as words."""
    from cassette_tools.diff.texts.text import leaves

    before, after = leaves(old), leaves(new)
    for path in [each for each in before if each in after]:
        words = str(before[path]), str(after[path])
        if words[0] != words[1] and all(words):
            yield words


def _of_other_results(change: Change, memory: _Memory) -> Change | None:
    """What a search found, where a tool gives it to the model, or the model says what it makes of it."""
    if change.rule.startswith(("text-reworded", "text-changed", "text-facts-")) and change.origin == "response":
        return next((root for root in memory.given(change) if id(root) in memory.results), None)
    if change.rule != "tool-result-changed":
        return None
    last = islice(reversed(memory.results.values()), _LAST)
    return next((root for root in last if _has_one(change.old, root.old) and _has_one(change.new, root.new)), None)


def _has_one(text: Json, addresses: Json) -> bool:
    """Whether a text has one of the addresses that were found."""
    said = str(text)
    return any(each in said for each in addresses if len(each) >= _ID)


def _said_again(change: Change, memory: _Memory) -> Change | None:
    """The answer before that this one only quotes: the words that differ are those that differ there."""
    text = _said_sides(change)
    if change.origin != "response" or text is None or text[0] != "text" or not change.rule.startswith("text-"):
        return None
    old, new = _apart(text[1], text[2])
    if min(len(old), len(new)) < _QUOTED:
        return None
    given = {id(root) for root in memory.given(change)}
    spoken = ((before, after, root) for before, after, root in memory.spoken[-_LAST:] if id(root) in given)
    return next((root for before, after, root in spoken if _is_exchange(before, after, old, new)), None)


def _is_exchange(before: str, after: str, old: str, new: str) -> bool:
    """Whether of two texts the one has some words, and the other one these in their place."""
    return old in before and new in after and old not in after and new not in before


_OF_ANSWERS = (_of_other_results, _said_again)
_OF_REQUESTS = (
    _half_said,
    _sent_for,
    _called_apart,
    _asked_again,
    _moved_with_its_call,
    _sent_before,
    _embedded,
    _asked_by_a_tool,
    *_OF_ANSWERS,
)


_QUOTED = 4  # characters that another answer holds by no chance, where the request gives that answer back


def _apart(old: str, new: str) -> tuple[str, str]:
    """What two texts do not share, between their beginnings and their ends."""
    start = _shared(old, new)
    end = _shared(old[start:][::-1], new[start:][::-1])
    return old[start : len(old) - end].strip(), new[start : len(new) - end].strip()


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return next(
        (at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), min(len(one), len(other))
    )


_ANSWER = 12  # characters of an answer that another message holds by no chance, where it holds the old one's as well


def _holds(whole: str, part: str) -> bool:
    return len(part) >= _PIECE and part in whole


_PIECE = 20  # characters from which a text stands in another by no chance


def _standing_keys(change: Change) -> Keys:
    """What changes in the same way in every call: settings, headers, the shape of the wire. What a call answers is its
    own.
    """
    return next((keys(change) for is_of, keys in _STANDING if is_of(change)), ())


def _wire_keys(change: Change) -> Keys:
    is_null = change.old is None or change.new is None
    words = isinstance(change.old, str) and isinstance(change.new, str)
    said = (change.old, change.new) if words and change.rule == "wire-detail-changed" else ()  # a word for another
    return ((change.rule, change.origin, wire_name(change.path), is_null, said),)


def _is_of_rule(*rules: str) -> Callable[[Change], bool]:
    return lambda change: change.rule.startswith(rules)


def _is_setting_of_all(change: Change) -> bool:
    return change.origin in ("request", "transport") or change.rule == "response-model-changed"


def _is_of_no_dialect(change: Change) -> bool:
    """Whether no dialect reads it: snapshots repeat each other."""
    return change.path.startswith(("response.events", "response.body"))


_STANDING: tuple[tuple[Callable[[Change], bool], Callable[[Change], Keys]], ...] = (
    (_is_of_rule("wire-"), _wire_keys),
    (_is_of_rule("event-type-", "header-", "usage-detail-"), lambda it: ((it.rule, it.origin, it.path),)),
    (_is_of_rule("response-field-"), lambda it: ((it.rule, _field_of(it.path)),)),
    (lambda it: it.circumstance == APART, lambda it: ((it.rule, repr(it.new)),)),
    (_is_of_rule("interaction-reordered"), lambda it: ((it.rule,),)),  # one new order
    (_is_of_rule("interaction-"), lambda _: ()),  # each is a call of its own, and counted
    (_is_setting_of_all, lambda it: ((it.rule, it.path, repr(it.old), repr(it.new)),)),
    (_is_of_no_dialect, lambda it: ((it.rule, id(it.pair), _said_by(it)),)),
)


def wire_name(path: str) -> str:
    """A field by its place in the answer, whichever event says it: those of one call's life (created, completed)
    repeat the call, and an item that is announced stands in the whole answer later.
    """
    bare = opened(_whatever_event(path).removeprefix("response.").removeprefix("body.").replace("[]", "[0]"))
    for prefix in ("item.", "output["):
        if bare.startswith(prefix):
            bare = f"output[*].{bare.partition(']' if '[' in prefix else '.')[2].lstrip('.')}"
    return bare.replace("].delta", "].message") if bare.startswith("choices[") else bare


def _whatever_event(path: str) -> str:
    """A field by its place in an event of any kind."""
    return path.partition("].")[2] if path.startswith("response.events[") else path


def _field_of(path: str) -> str:
    """A field, whichever event, choice or block it is in: ``content_block.caller``."""
    steps = [step.partition("[")[0] for step in path.rpartition('"]')[2].split(".")]
    return ".".join(steps[-2:])


def _said_by(change: Change) -> Hashable:
    """Texts are the same wherever they stand; of short values, only those of one field."""
    values = (repr(change.old), repr(change.new))
    return values if len(values[0]) + len(values[1]) > 20 else (*values, _field_of(change.path).rpartition(".")[2])
