"""Where findings are, in words: in which messages, in how many calls."""

from __future__ import annotations

import re

from cassette_tools.data.merging import NOUNS
from cassette_tools.diff.changes.change import without_brackets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from cassette_tools.finding import Drift, Said

    Group = list[tuple[Drift, Said]]


def in_calls(every: Sequence[Said], *, same: bool = False) -> str:
    """In how many calls it is so; of several things, the most, unless all are the `same`."""
    calls = {call for said in every for call in said.calls}
    if len(calls) < 2:
        return ""
    alike = same or all(len(said.calls) == len(calls) for said in every)
    return f", in {'' if alike else 'up to '}{len(calls)} calls"


INDEX = re.compile(r"\[\d+\]")


def _all(group: Group) -> list[Said]:
    return [said for _, said in group]


def name_of(finding: Drift, said: Said) -> str:
    """What a person calls the field: its name inside of the list that it stands in. An event has a name of its own."""
    if finding.rule.startswith("event-type-"):
        return said.subject
    if said.words.startswith("the event "):
        return f"{said.note}.{said.subject}"
    container = container_of(finding) if finding.rule.startswith(_OF_LISTS) else ""
    if container and container != QUERY[:-1]:
        inside = local_path(finding.path)[len(container) :].lstrip(".")
        listed = generic_path(container).rpartition("[")[0].partition(".")[2]
        return f"{inside}{_score_in(said)}" if inside else f"{ELEMENTS}{listed}"
    return INDEX.sub("[]", said.subject.removeprefix("response."))


def _score_in(said: Said) -> str:
    """`` (score 0.0005 → 0.57)``, by which a verdict is given."""
    _, mark, score = said.subject.partition(" (score ")
    return mark + score


def whole_name(name: str) -> str:
    """What a field is called in a whole answer: streams call the same field otherwise."""
    return name.replace("].delta.", "].message.")


ELEMENTS = "items of "


def where_it_is(group: Group) -> str:
    """``, in 4 messages``; ``, in the messages of 3 calls``; ``, in 3 calls``; "" for one place."""
    places = {(finding.path, container_of(finding)) for finding, _ in group}
    lists = {generic_path(container) for _, container in places}
    name = max(lists, key=len)
    if not name or len({PARTS.sub("", each) for each in lists}) != 1:
        return in_calls(_all(group), same=len({whole_name(name_of(*each)) for each in group}) == 1)
    if any(path.endswith("]") for path, _ in places):
        return ""
    return _in_elements(name, group, {container for _, container in places if container})


def _in_elements(name: str, group: Group, containers: Collection[str]) -> str:
    """In how many elements of a list, or in those of how many calls."""
    noun = next(row for row in NOUNS if row.list in ("", name.rpartition("[")[0].rpartition(".")[2]))
    calls = {call for _, said in group for call in said.calls}
    if len(calls) > 1:
        return f", in the {noun.plural} of {len(calls)} calls"
    plural = noun.plural if noun.list else f"{noun.plural} of {name.rpartition('[')[0].partition('.')[2]}"
    return f", in {len(containers)} {plural}" if len(containers) > 1 else ""


def shared_calls(family: Group) -> str:
    """In how many calls, where each is in several."""
    every = _all(family)
    return in_calls(every) if all(len(said.calls) > 1 for said in every) else ""


def local_path(path: str) -> str:
    """The path within its interaction."""
    return re.sub(r"^interactions\[\d+\]\.?", "", path)


def container_of(finding: Drift) -> str:
    """The element of a list that the path leads into, if any: ``request.input_messages[3]``."""
    local = local_path(finding.path)
    if local.startswith(QUERY):
        return QUERY[:-1]
    return local[: local.rindex("]") + 1] if "]" in local and finding.rule.startswith(_OF_LISTS) else ""


QUERY = "request.query."

PARTS = re.compile(r"(?<=\])\.(?:parts|content)\[\*\]$")

_OF_LISTS = ("request-field-", "request-type-", "request-parameter-", "response-field-", "response-body-")


def generic_path(path: str) -> str:
    """The path with every index and every name in brackets open; the messages are one list by whichever name."""
    path = re.sub(r"^request\.(messages|contents|input)(?=\[)", "request.input_messages", path)
    return without_brackets(path, "[*]")
