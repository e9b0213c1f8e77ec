"""What a person reads of many recordings: one screen, and all of it where that is asked for."""

from __future__ import annotations

import textwrap
from itertools import islice

from cassette_tools.amounts import counted, dollars, of_calls, seconds
from cassette_tools.printable import printable
from cassette_tools.reporters.columns import aligned
from cassette_tools.reporters.ink import Ink
from cassette_tools.words import finish_in_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cassette_tools.reporters import Style
    from cassette_tools.suite.facts import Facts
    from cassette_tools.suite.find import Found
    from cassette_tools.suite.stats import Stats, Sums

UNKNOWN = "not known"


# --- stats -----------------------------------------------------------------------------------------------------------

_TITLES = {"provider": "provider", "model": "model", "sdk": "SDK", "scenario": "scenario"}
_BRIEF = 4  # rows of each table, where all four are shown


def stats_text(stats: Stats, style: Style, by: str | None = None) -> str:
    """The sums, and the greatest of what they are told by; all of one thing, `by`, where that is asked for."""
    ink = Ink(style.color)
    names = tuple(stats.by) if by is None else (by,)
    most = _BRIEF if by is None and not style.show_all else None
    tables = {name: stats.by[name][:most] for name in names}
    rows = [("all", stats.total), *(row for own in tables.values() for row in own)]
    columns = _COLUMNS if not stats.is_priced else (*_OF_PRICES, *(each for each in _COLUMNS if each not in _OF_PRICES))
    cells = [(printable(each or UNKNOWN), *(_SUMS[name](sums) for name in columns)) for each, sums in rows]
    heads, total, *lines = aligned([("", *columns), *cells], style.width - 2)
    told = [ink("bold", _head(stats)), *_unpriced(stats, style.width), "", ink("dim", f"  {heads}"), f"  {total}"]
    rest = iter(lines)
    for name, own in tables.items():
        told += [ink("bold", _TITLES[name]), *(f"  {line}" for line in islice(rest, len(own)))]
        left = len(stats.by[name]) - len(own)
        told += [ink("dim", f"  … {left:,} more; --by {name} shows all")] if left else []
    return "\n".join(told)


def _head(stats: Stats) -> str:
    others = stats.total.interactions - stats.total.calls
    more = f", {counted(others, 'interaction')} of another kind" if others else ""
    priced = f"; list prices are known of {stats.total.priced:,}" if stats.is_priced else ""
    of_all = f"{counted(stats.total.recordings, 'recording')}, {counted(stats.total.calls, 'call')} of a model"
    return f"{of_all}{priced}{more}"


def _unpriced(stats: Stats, width: int) -> list[str]:
    """The models without a known list price, those with most calls first."""
    counts = {each: sums.calls - sums.priced for each, sums in stats.by["model"] if stats.is_priced}
    left = sorted((each for each in counts if counts[each]), key=lambda each: -counts[each])
    named = ", ".join(f"{printable(each or UNKNOWN)} ({counts[each]:,})" for each in left[:_BRIEF])
    more = f" and {len(left) - _BRIEF} more" if len(left) > _BRIEF else ""
    return textwrap.wrap(f"no list price for {named}{more}", width, break_on_hyphens=False) if left else []


# The columns. If there is no room, the last ones are left out, so those that the user asked for come first.
_SUMS: Mapping[str, Callable[[Sums], str]] = {
    "recordings": lambda sums: f"{sums.recordings:,}",
    "calls": lambda sums: f"{sums.calls:,}",
    "tokens in": lambda sums: _count(sums.counts["input_tokens"]),
    "cached": lambda sums: _count(sums.counts["cache_read_input_tokens"]),
    "out": lambda sums: _count(sums.counts["output_tokens"]),
    "reasoning": lambda sums: _count(sums.counts["reasoning_output_tokens"]),
    "cost": lambda sums: _dollars(sums.counts["cost"]) + of_calls(sums.with_cost, sums.calls, sums.failed),
    "estimated": lambda sums: _estimate(sums) + of_calls(sums.priced, sums.calls, sums.failed),
    "failed": lambda sums: f"{sums.failed:,}" if sums.failed else "",
    "median": lambda sums: _seconds(sums.duration),
}
_COLUMNS, _OF_PRICES = tuple(_SUMS), ("calls", "estimated", "cost")


def _count(count: float | None) -> str:
    return "" if count is None else f"{count:,}"


def _estimate(sums: Sums) -> str:
    """``~$0.0012``, to three digits."""
    return "" if sums.estimated_cost is None else f"~{dollars(float(f'{sums.estimated_cost:.3g}'))}"


def _dollars(cost: float | None) -> str:
    return "" if cost is None else dollars(cost, _CENTS)


_CENTS = 6  # digits of a cost: a hundredth of a cent of a hundredth


def _seconds(duration: float | None) -> str:
    return "" if duration is None else seconds(duration)


# --- find ------------------------------------------------------------------------------------------------------------


def find_text(found: Sequence[Found], searched: int, style: Style) -> str:
    """A line for each interaction, and one that counts them."""
    ink = Ink(style.color)
    lines = [
        f"{ink('bold', f'{printable(each.recorded.path)}:{facts.line}:')} {fact_in_words(facts)}"
        for each in found
        for facts in each.interactions
    ]
    count = sum(len(each.interactions) for each in found)
    within = (
        f" in {len(found):,} of {counted(searched, 'recording')}" if count else f" in {counted(searched, 'recording')}"
    )
    return "\n".join([*lines, f"{counted(count, 'interaction') if count else 'nothing found'}{within}"])


def files_text(found: Sequence[Found]) -> str:
    """The paths alone, a line for each recording."""
    return "\n".join(printable(each.recorded.path) for each in found)


def fact_in_words(facts: Facts) -> str:
    """``claude-sonnet-4 (anthropic) 200: tool_call (tool_use) get_weather, 507 in, 137 out``."""
    who = f"{_models(facts)} ({facts.provider_name})" if facts.is_call else f"{facts.method} {facts.url}"
    what = filter(
        None,
        (
            " ".join(filter(None, (finish_in_words(facts.finish_reason, facts.native_finish_reason), *facts.tools))),
            f"error {facts.error}" if facts.error else "",
            "" if facts.input_tokens is None else f"{facts.input_tokens:,} in",
            "" if facts.output_tokens is None else f"{facts.output_tokens:,} out",
            _dollars(facts.cost),
            _seconds(facts.duration),
        ),
    )
    status = f" {facts.status}" if facts.status else ""
    told = ", ".join(what)
    return printable(f"{who.strip()}{status}{f': {told}' if told else ''}")


def _models(facts: Facts) -> str:
    """The model that was asked, and the one that answered if it is another: the user may look for either."""
    is_other = facts.response_model not in ("", facts.model)
    return facts.model + f", answered by {facts.response_model}" * is_other
