"""What follows from another change of the same interaction."""

from __future__ import annotations

import re
from itertools import pairwise

from cassette_tools.data.causes import PAGES
from cassette_tools.data.drift import (
    LEAKED,
    LEFT_NULL,
    MOVED_API,
    OF_A_BATCH,
    OF_A_CALL,
    OF_A_QUESTION,
    OTHER_VERSION,
    QUESTION,
    SAME_SOURCES,
    SIZE,
    THINKING,
    WARNING,
)
from cassette_tools.data.wire import END_DETAILS
from cassette_tools.diff.changes.jobs import is_progress_field, is_state_field
from cassette_tools.diff.changes.kinds import follows_from_kind, tells_kind
from cassette_tools.diff.judging.addressed import of_the_address
from cassette_tools.diff.judging.fields import first_index, fits_rule
from cassette_tools.diff.judging.given_back import GIVEN_BACK_WHOLE, asked_for
from cassette_tools.diff.judging.models import is_asked_for, is_deciding
from cassette_tools.diff.judging.roots import root_of
from cassette_tools.diff.judging.said_again import of_its_call, of_the_text
from cassette_tools.diff.judging.scored import decided_by_score
from cassette_tools.diff.judging.settings import CAME_OR_WENT, counted_out, decided_by, forced, of_its_tool, switched
from cassette_tools.diff.judging.sides import interactions_of, usages_of
from cassette_tools.diff.judging.thought_before import of_moved_thinking
from cassette_tools.diff.pairing.provenance import is_stand_in
from cassette_tools.diff.values.amounts import cost_factors
from cassette_tools.model import ABSENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.model import Json

    Finder = Callable[[Change, list[Change]], Change | None]


def consequence_of(change: Change, mates: list[Change]) -> Change | None:
    """The root among the changes of the same interaction, if any."""
    finders = next((finders for applies, finders in _SORTS if applies(change)), _FINDERS)
    return next((root for find in finders if (root := find(change, mates)) is not None), None)


def _is_on_its_own(change: Change) -> bool:
    """It breaks who stored vectors, or runs the call, or reads the one list of sources, or announces that something
    will break, whatever was asked for; and a fallback that answers does not follow from what was asked.
    """
    if change.circumstance in _ON_THEIR_OWN:
        return True
    return change.rule == "response-model-changed" and any(map(is_stand_in, interactions_of(change)))


_ON_THEIR_OWN = (SIZE, OF_A_BATCH, OF_A_CALL, WARNING, SAME_SOURCES)


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


def _other_api(_change: Change, mates: list[Change]) -> Change | None:
    """Another API, which adds other tokens to a prompt and an answer."""
    return next((root for root in mates if root.rule == "dialect-changed"), None)


def _of_its_api(change: Change, mates: list[Change]) -> Change | None:
    return next((root for root in mates if _is_named_by_its_api(change, root)), None)


def _lost_id(_change: Change, mates: list[Change]) -> Change | None:
    return next((root for root in mates if root.rule == "id-topology-changed" and root.origin == "response"), None)


def _gone_text(change: Change, mates: list[Change]) -> Change | None:
    """The text with which thinking in the content came or went. Where that has a field of its own now, or had one, a
    client must read it elsewhere, whatever became of the text.
    """
    if ABSENT not in (change.old, change.new):
        return None
    gone = (root for root in mates if root.rule in ("text-vanished", "text-appeared"))
    return next((root for root in gone if root.circumstance is None), None)


def _is_count_of_tokens(change: Change) -> bool:
    """A model has its own tokens. That it thinks, where the other one did not, is told beside it."""
    return change.rule == "usage-changed" and change.path == "response.usage" and change.circumstance != THINKING


def _is_detail_of_counts(change: Change) -> bool:
    return change.rule == "usage-changed" and change.path != "response.usage"


def _names_a_model(change: Change) -> bool:
    named = change.path.endswith((".model", ".modelArn"))
    return change.origin == "request" and named and change.path != "request.model"


def _answers_with_a_model(change: Change) -> bool:
    """Whether a field of an answer, however deep, has the name of a model."""
    return change.origin == "response" and _MODEL_NAME.search(change.path) is not None


_MODEL_NAME = re.compile(r"\.(?:\w+_)?model(?:_?(?:id|name))?$", re.IGNORECASE)


def _describes_the_model(change: Change) -> bool:
    """Whether a field says of the model that answers what it is (Deepgram)."""
    return change.rule == "unclassified-change" and ".model_info." in change.path


def _whole_usage(_change: Change, mates: list[Change]) -> Change | None:
    return next((root for root in mates if root.path == "response.usage"), None)


def _is_named_by_its_api(change: Change, root: Change) -> bool:
    """Whether another API of the provider only gives the model's name with its date, or without."""
    short, long = sorted((str(change.old), str(change.new)), key=len)
    return root.circumstance == MOVED_API and long.startswith(short) and not any(map(str.isalpha, long[len(short) :]))


def questioned(change: Change, mates: list[Change]) -> Change | None:
    """The other question that the answer, or what follows the question in the history, is given to."""
    if change.path.startswith("request.given_back[") and change.origin == "request":
        return None  # the client's own doing, whatever was asked
    roots = (root for root in mates if root.circumstance == QUESTION and root is not change)
    return next((root for root in roots if _is_of_question(change, root)), None)


def _is_of_question(change: Change, root: Change) -> bool:
    if change.origin != "request":
        return any(fits_rule(effect, change.rule) for effect in OF_A_QUESTION)
    if change.rule not in ("prompt-changed", "tool-result-changed") or _is_of_user(change):
        return False
    return root.path < change.path and first_index(root.path) != first_index(change.path)


def _is_of_user(change: Change) -> bool:
    return change.circumstance == QUESTION or change.subject.startswith(("the user", "the order", "the role"))


def _of_its_version(change: Change, mates: list[Change]) -> Change | None:
    """The version of the API that is asked for, of which a field is not."""
    if change.rule not in ("wire-field-removed", "wire-null-field-removed"):
        return None
    return next((root for root in mates if root.circumstance == OTHER_VERSION), None)


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
    sides = [str(side) for side in (change.old, change.new)]
    if "count" in name.lower() and all(map(str.isdecimal, sides)):
        return _grown_list(int(sides[1]) - int(sides[0]), mates)
    if name not in _OF_A_PAGE:
        return None
    return next((each for each in mates if each.path.rpartition("request.query.")[2] in PAGES), None)


def _grown_list(more: int, mates: list[Change]) -> Change | None:
    """The first of the elements that a request has more, or less, where there are as many."""
    sent = [each for each in mates if each.rule in CAME_OR_WENT and each.path.endswith("]")]
    grown = sum(1 if each.rule == CAME_OR_WENT[0] else -1 for each in sent)
    return sent[0] if sent and grown == more else None


def _out_of_the_path(change: Change, mates: list[Change]) -> Change | None:
    """The address that named the model, which the body now does, or the other way round."""
    if change.path != "request.model" or change.rule not in CAME_OR_WENT or change.pair is None:
        return None
    came = change.rule == CAME_OR_WENT[0]
    other, model = (change.pair.old, change.new) if came else (change.pair.new, change.old)
    if other is None or f"/{model}/" not in other.request.url.partition("?")[0].replace(":", "/"):
        return None
    return next((each for each in mates if each.rule == "request-url-changed"), None)


_OF_A_PAGE = ("has_more", "hasMore", "first_id", "last_id", "firstId", "lastId", "nextPageToken", "next_page")

_THOUGHT = re.compile("thought|thinking", re.IGNORECASE)


def _tokens_that_explain(change: Change, changes: list[Change]) -> Change | None:
    """A cost that grew as the tokens did is the same price for more tokens, whatever each kind of token costs."""
    usage = next((each for each in changes if each.rule == "usage-changed" and isinstance(each.old, dict)), None)
    old, new = usages_of(change)
    if change.size is None or old is None or new is None:
        return None
    low, high = cost_factors(old, new)
    return usage if low / 1.01 <= change.size <= high * 1.01 else None


# --- the state of a job: its times, its results so far, the reason of its failure -------------------------------------


def _of_its_state(change: Change, mates: list[Change]) -> Change | None:
    """The state of a job, where the change is of what the job has in one state and lacks in another."""
    if change.origin == "request" or _tells_state(change) or not _comes_with_time(change):
        return None
    return next((root for root in mates if _tells_state(root) and _is_of_one_job(change, root)), None)


def _tells_state(change: Change) -> bool:
    """Whether a state became another one, whether or not both are known."""
    words = isinstance(change.old, str) and isinstance(change.new, str)
    return words and change.rule in _STATES and is_state_field(change.path.rpartition(".")[2])


_STATES = ("job-state-changed", "response-body-changed", "unclassified-change")


def _comes_with_time(change: Change) -> bool:
    """Whether one side has nothing there, or says how much is done."""
    return any(map(_is_nothing, (change.old, change.new))) or any(map(is_progress_field, change.path.split(".")))


def _is_nothing(value: Json) -> bool:
    return value is ABSENT or value is None or value in ("", [], {})


def _is_of_one_job(change: Change, root: Change) -> bool:
    """Whether a change is of the object that has the state, or of something in it."""
    holder = root.path.rpartition(".")[0].removesuffix(".metadata")  # Google's operations and batches
    return change.path.startswith(f"{holder}.") or (holder == _BODY and change.path == _USAGE)


_BODY, _USAGE = "response.body", "response.usage"


_FINDERS = (
    _of_the_kind,
    root_of,
    decided_by,
    counted_out,
    asked_for,
    forced,
    switched,
    of_its_tool,
    _signed,
    _listed,
    _out_of_the_path,
    _of_its_result,
    _of_its_version,
    of_the_text,
    of_its_call,
    decided_by_score,
    _of_its_object,
    _of_the_end,
    _of_its_state,
    of_the_address,
)
"""What finds the root of a change, in this order."""

_SORTS: tuple[tuple[Callable[[Change], bool], tuple[Finder, ...]], ...] = (
    (_warns_no_longer, (_failed,)),
    (_is_on_its_own, ()),
    (lambda each: each.rule == "response-model-changed", (_asked_model_itself, _of_its_api)),
    (lambda each: each.rule.startswith("wire-") and each.path.endswith(".id"), (root_of, _lost_id)),
    (lambda each: each.rule == "cost-changed", (_asked_model, root_of, _tokens_that_explain)),
    (lambda each: each.circumstance in (LEAKED, LEFT_NULL), (_gone_text, root_of)),
    (tells_kind, (_of_the_kind, of_moved_thinking)),
    (_is_count_of_tokens, (_asked_model, _other_api, *_FINDERS)),
    (_is_detail_of_counts, (root_of, _whole_usage)),
    (_names_a_model, (_asked_model,)),
    (_answers_with_a_model, (_asked_model_itself, *_FINDERS)),
    (_describes_the_model, (_asked_model, *_FINDERS)),
    (lambda each: each.rule in GIVEN_BACK_WHOLE, (asked_for, *_FINDERS)),
)
"""Which changes have finders of their own."""
