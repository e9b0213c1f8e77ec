"""Several requests that came or went, in the words of one line: what they have in common is said once."""

from __future__ import annotations

import re
from itertools import accumulate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cassette_tools.finding import Said

RULES = ("interaction-added", "interaction-removed")


def listed(requests: Sequence[Said]) -> list[str]:
    """The list of added or removed requests: many of one kind as a count, the others one by one. If many go to several
    addresses, those to the same address are counted, after the single ones, so that a new endpoint is always named.
    """
    items = _grouped(requests, _kind_of, _MANY)
    addresses = {_address_of(said) for said in requests}
    if len({*items}) > _FEW and len(addresses) > 1:
        items = _grouped(sorted(requests, key=lambda said: _is_often(said, requests)), _address_of, _TWO)
    return _with_one_bracket(items)


def _grouped(requests: Sequence[Said], key: Callable[[Said], str], least: int) -> list[str]:
    """The requests; those with the same key as a count, if at least so many of them differ."""
    groups: dict[str, list[Said]] = {}
    for said in requests:
        groups.setdefault(key(said), []).append(said)
    items: list[str] = []
    for kind, group in groups.items():
        several = len({said.subject for said in group}) >= (_TWO if group[0].note else least)
        items += [_counted(kind, group, len(groups))] if several else map(_alone, group)
    return items


_TWO, _MANY = 2, 3  # requests of one kind of thing, or to one address, that differ: from here on they are counted
_FEW = 3  # items that are listed one by one, whatever their addresses


def _is_often(said: Said, requests: Sequence[Said]) -> bool:
    """Whether other requests go to the same address."""
    return sum(_address_of(each) == _address_of(said) for each in requests) > 1


def _address_of(said: Said) -> str:
    """The method and the path: ``POST /v1/messages``."""
    found = _ADDRESS.findall(said.subject)
    return said.note or (found[-1] if found else said.words)


def most_that_fit(items: Sequence[str]) -> int:
    """How many items fit a line whole."""
    ends = accumulate(len(each) for each in dict.fromkeys(items))
    return max(sum(end <= _ROOM for end in ends), 1)


_ROOM = 300  # characters of a list of requests


def _kind_of(said: Said) -> str:
    """What is asked, and where: of a thing that has an id the kind of thing."""
    begun = _REQUEST.match(said.subject)
    return said.note or (begun[0] if begun else said.words)


def _counted(kind: str, group: Sequence[Said], kinds: int) -> str:
    """``4 of 5 DELETE /v1/files/{id} (answered with 200)``; where all were, and of what has no id, no number of all."""
    whole = group[0].size if group[0].note else None
    times = "" if kinds == 1 and not whole else f"{len(group)} × "
    number = f"{len(group)} of {whole:.0f} " if whole and whole > len(group) else times
    return f"{number}{kind}{_outcomes(group)}"


def _outcomes(group: Sequence[Said]) -> str:
    """`` (2 answered with 200, 1 answered with 429)``."""
    found = [outcome[1] for said in group if (outcome := _OUTCOME.search(said.subject))]
    counts = {outcome: found.count(outcome) for outcome in found}
    if len(counts) < _TWO:
        return f" (answered with {found[0]})" if found else ""
    return f" ({', '.join(f'{count} answered with {outcome}' for outcome, count in counts.items())})"


def _alone(said: Said) -> str:
    return re.sub(r" \(interaction \d+\)", "", said.subject)  # which is counted here, not told apart


def _with_one_bracket(items: list[str]) -> list[str]:
    """The items; what all of them say in the bracket at their end only at the last."""
    words = {_bracket_of(each) for each in items}
    end = words.pop() if len(words) == 1 and len({*items}) > 1 else ""
    if not end:
        return items
    return [*(each.removesuffix(end) for each in items[:-1]), f"{items[-1].removesuffix(end)} (each {end[2:]}"]


def _bracket_of(item: str) -> str:
    """What an item says in the bracket at its end."""
    begin = _BRACKET.search(item)
    return "" if begin is None or not item.endswith(")") else item[begin.start() :]


_ADDRESS = re.compile(r"(?:^|, )((?:GET|POST|PUT|PATCH|DELETE|HEAD) \S+)")
_REQUEST = re.compile(r"(?:.*?, )?[A-Z]+ \S+")
_OUTCOME = re.compile(r"answered with (\d+)")
_BRACKET = re.compile(r" \((?:as|the same|answered)\b")
