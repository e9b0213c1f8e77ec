"""The totals of a suite: which SDKs and models changed in each recording, and the old and new tokens and cost."""

from __future__ import annotations

import re

from cassette_tools.amounts import amounts_apart, counted, of_calls
from cassette_tools.reporters._head import change_in_words
from cassette_tools.reporters._story import worst_of
from cassette_tools.words import cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cassette_tools.reporters import DriftReport, DriftSuite, Step
    from cassette_tools.reporters._story import Entry

    Ways = dict[tuple[str, str], int]  # from what to what, and in how many recordings

_LIST = 150  # characters of a line
_COUNTS = (("input_tokens", "tokens in"), ("output_tokens", "out"), ("cost", "cost"))
_NAMES = (("sdk", "SDK"), ("request_model", "model asked"), ("response_model", "model answered"))
_OF_MODELS = {"response-model-changed", "request-parameter-changed"}


def totals_in_words(suite: DriftSuite, told: Iterable[Entry]) -> list[str]:
    """SDKs and models that changed and that no sentence tells of; tokens and cost."""
    rules = {entry.rule for entry in told}
    lines = [
        f"{title}: {steps_in_words(steps)}"
        for name, title in _NAMES
        if (steps := _steps(suite, name)) and not (title.startswith("model") and rules & _OF_MODELS)
    ]
    lines += _upstreams_in_words(suite)
    counts = [
        f"{title}{_of_calls(suite) * (name == 'cost')} {amounts_apart(old, new, is_cost=name == 'cost')}"
        for name, title in _COUNTS
        for old, new in [suite.totals.counts.get(name, (None, None))]
        if old is not None and new is not None
    ]
    of = (
        f"in th{'is' if suite.drifted == 1 else 'ese'} {counted(suite.drifted, 'recording')}: "
        if suite.has_chosen_changes
        else ""
    )
    return lines + ([of + "; ".join([", ".join(counts), *_left_out(suite)])] if counts else [])


def _upstreams_in_words(suite: DriftSuite) -> list[str]:
    """The changed upstreams behind a gateway: ``upstream of 5 recordings: Google → Azure (4), …``."""
    counts: dict[str, int] = {}
    for pair in suite.pairs:
        old, new = pair.provenance.upstream
        is_told = not suite.has_chosen_changes or worst_of(pair)
        if old and new and {*old} != {*new} and is_told:
            words = f"{'+'.join(sorted(old))} → {'+'.join(sorted(new))}"
            counts[words] = counts.get(words, 0) + 1
    named = sorted(counts, key=lambda each: -counts[each])[:_UPSTREAMS]
    told = ", ".join(f"{each} ({counts[each]})" for each in named)
    more = f" and {counted(len(counts) - len(named), 'other')}" if len(counts) > len(named) else ""
    return [f"upstream of {counted(sum(counts.values()), 'recording')}: {told}{more}"] if counts else []


_UPSTREAMS = 2  # changed upstreams that fit one line


def _of_calls(suite: DriftSuite) -> str:
    """For how many calls a cost is known, if not for all: `` of 44 of 175 calls``."""
    counts = suite.totals.counts
    sides = [[int(counts.get(name, (0, 0))[side] or 0) for name in _OF_COST] for side in (0, 1)]
    if not any(of_calls(*side) for side in sides):
        return ""
    old, new = (f"{known:,} of {calls - failed:,}" for known, calls, failed in sides)
    return f" of {new} calls" + (f" (before {old})" if sides[0][0] != sides[1][0] else "")


_OF_COST = ("calls_with_cost", "calls", "failed")


def _steps(suite: DriftSuite, name: str) -> Mapping[Step, int]:
    """What became what in each recording; a failure, which is told, is no other model that answers."""
    steps = {**suite.totals.steps.get(name, {})}
    for pair in suite.pairs if name == "response_model" else ():
        for step in pair.totals.steps.get(name, {}):
            if _failure_of(pair, *step):
                steps[step] = steps.get(step, 1) - 1
    return {step: count for step, count in steps.items() if count}


def _left_out(suite: DriftSuite) -> list[str]:
    """Which sums leave recordings out: ``not in the sums: 1 recording that now fails, 30 recordings with tokens out on
    one side only``.
    """
    failures: dict[str, set[str]] = {}
    names: dict[int, list[str]] = {}
    for name, title in (("input_tokens", "tokens in"), ("output_tokens", "tokens out"), ("cost", "cost")):
        count = suite.totals.one_sided.get(name, 0)
        for pair in suite.pairs:
            sides = pair.totals.counts.get(name, (None, None))
            if (sides[0] is None) != (sides[1] is None) and (failure := _failure_of(pair, *sides)):
                failures.setdefault(failure, set()).add(pair.new_path)
                count -= 1
        names.setdefault(count, []).append(title)
    told = [f"{counted(len(paths), 'recording')} that {how}" for how, paths in failures.items()]
    told += [
        f"{counted(count, 'recording')} with {' and '.join(names[count])} on one side only" for count in names if count
    ]
    return [f"not in the sums: {', '.join(told)}"] if told else []


def _failure_of(pair: DriftReport, old: object, new: object) -> str:
    """How a failure explains that one side has nothing; "" where none does."""
    before, after = (side or 0 for side in pair.totals.counts.get("failed", (0, 0)))
    if after > before and not new:
        return "now fails" if old else ""
    return "failed before" if before > after and new and not old else ""


# --- which names changed, recording by recording ---------------------------------------------------------------------


def steps_in_words(steps: Mapping[Step, int]) -> str:
    """What became what, and what is only gone or only new: ``OpenAI/Go 2.3.0, 2.7.1 → 2.8.0; B 1 is gone from 2
    recordings``. A name that both sides of a recording have is no part of its step, so that none is told of a name that
    only another recording has.
    """
    ways: dict[str, Ways] = {}
    gone: dict[str, int] = {}
    come: dict[str, int] = {}
    for (old, new), count in steps.items():
        for name, before, after in _by_name(old, new):
            if before and after:
                own = ways.setdefault(name, {})
                own[before, after] = own.get((before, after), 0) + count
            else:
                side = gone if before else come
                side[before or after] = side.get(before or after, 0) + count
    told = [words for name, own in ways.items() for words in _ways_in_words(name, own)]
    told += [f"{name} is gone from {counted(gone[name], 'recording')}" for name in _most_first(gone)]
    told += [f"{name} is new in {counted(come[name], 'recording')}" for name in _most_first(come)]
    return _as_many(told)


def _by_name(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """The name, the old and the new whole names of each thing that changed; "" for a side without it. Where no name is
    on both sides, all became all.
    """
    before, after = (_by_product(side) for side in (old, new))
    if old and new and before.keys().isdisjoint(after):
        yield "", ", ".join(old), ", ".join(new)
        return
    for name in dict.fromkeys((*before, *after)):
        yield name, ", ".join(before.get(name, ())), ", ".join(after.get(name, ()))


def _by_product(names: Sequence[str]) -> dict[str, list[str]]:
    """``{"OpenAI/Go": ["OpenAI/Go 2.3.0", "OpenAI/Go 2.7.1"]}``; what has no version is its own name."""
    found: dict[str, list[str]] = {}
    for whole in sorted(names, key=_version):
        found.setdefault(whole.rpartition(" ")[0] or whole, []).append(whole)
    return found


def _ways_in_words(name: str, ways: Ways) -> Iterator[str]:
    """The version changes of one name: all old versions together if there is one new version; else the changes of most
    recordings, downgrades first.
    """
    targets: dict[str, list[str]] = {}
    for before, after in ways:
        targets.setdefault(after, []).append(before)
    if len(targets) == 1 or not name:
        for after, olds in targets.items():
            yield _arrow(name, sorted(olds, key=_version), after)
        return
    ordered = sorted(ways, key=lambda way: (_is_up(way), -ways[way], _version(way[0])))
    numbered = len({*ways.values()}) > 1
    told = [_arrow(name, [way[0]], way[1]) + f" ({ways[way]})" * numbered for way in ordered[:_STEPS]]
    yield ", ".join([told[0], *(each.removeprefix(f"{name} ") for each in told[1:])]) + _more(ordered[_STEPS:])


_STEPS = 3  # version changes of one name that are shown


def _more(ways: Sequence[tuple[str, str]]) -> str:
    name = "upgrade" if all(map(_is_up, ways)) else "change"
    return f" and {len(ways)} more {name}{'s' * (len(ways) > 1)}" if ways else ""


def _arrow(name: str, olds: Sequence[str], new: str) -> str:
    """``OpenAI/Go 2.3.0, 2.7.1 → 2.8.0``; the lowest and the highest of many versions, the first of many names."""
    if name and len(olds) > _FEW_VERSIONS:
        return f"{olds[0]} to {olds[-1].removeprefix(f'{name} ')} → {new.removeprefix(f'{name} ')}"
    left = len(olds) - _FEW_NAMES
    old = ", ".join(olds[:_FEW_NAMES]) + (f" and {left} more" if left > 0 else "")
    return cut(old, _LIST) + f" → {new}" if left > 0 else cut(change_in_words(old, new), _LIST)


_FEW_VERSIONS = 3
_FEW_NAMES = 4


def _is_up(way: tuple[str, str]) -> bool:
    return _version(way[0]) < _version(way[1])


def _version(name: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", name)]


def _most_first(counts: Mapping[str, int]) -> list[str]:
    return sorted(counts, key=lambda name: -counts[name])


def _as_many(told: Sequence[str]) -> str:
    """As many of them as fit a line, and the number of the others."""
    comma = "; " if any(", " in each for each in told) else ", "
    kept = list(told[:1])
    for words in told[1:]:
        if len(comma.join([*kept, words])) > _LIST:
            break
        kept.append(words)
    left = len(told) - len(kept)
    return comma.join(kept) + (f" and {left} more" if left else "")
