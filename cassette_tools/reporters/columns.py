"""Tables of a fixed width: columns that fit, under heads that are cut where there is no room for them."""

from __future__ import annotations

import re

from cassette_tools.words import whole_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def fitted(text: str, width: int) -> str:
    """A line, without its last words where it is too long."""
    return text if len(text) <= width else f"{whole_words(text, width - 2)} …"


def heads_of(names: Sequence[str], room: int) -> list[str]:
    """The heads of the columns, cut so that all fit; what stays the same in most of them goes first."""
    brief = list(names) if _size(names) <= room else _without_suffix(names)
    longest = max(map(len, brief))
    while longest > _NARROW and _size(cut_names(brief, longest)) > room:
        longest -= 1
    heads = cut_names(brief, longest)
    count = len(heads)
    while len(heads) > 1 and _size(heads) > room:
        heads = [*heads[:-2], f"+{count - len(heads) + 2}"] if heads[-1].startswith("+") else [*heads[:-1], "+1"]
    return heads


_NARROW = 6


def _size(names: Sequence[str]) -> int:
    return sum(len(name) + 1 for name in names)


def _without_suffix(names: Sequence[str]) -> list[str]:
    """``bash download ls`` of ``bash_tool download_tool ls_tool``, when most end so and none becomes another."""
    ends = ["".join(re.findall(r"[_\W][^_\W]+$", name)) for name in names]
    end = max(ends, key=ends.count)
    brief = [name.removesuffix(end) for name in names]
    return brief if 2 * ends.count(end) > len(names) and len(set(brief)) == len(brief) else list(names)


def cut_names(names: Sequence[str], longest: int) -> list[str]:
    """Names of so many characters at most."""
    return [_brief(name, longest, names) for name in names]


def _brief(name: str, longest: int, names: Sequence[str]) -> str:
    """A name cut at its end; in its middle where another begins alike. The count of what it stands for stays."""
    if len(name) <= longest:
        return name
    count = "".join(re.findall(r" \+\d+$", name))
    if count:
        return _brief(name.removesuffix(count), longest - len(count), names) + count
    begin = name[: longest - 1]
    if sum(other.startswith(begin) for other in names) == 1:
        return f"{begin}…"
    half = longest // 2
    return f"{name[: longest - 1 - half]}…{name[-half:]}"


def aligned(rows: Sequence[Sequence[str]], width: int, *, left: frozenset[int] = frozenset({0})) -> list[str]:
    """The rows of a table, the first of which are its heads: columns without any value are left out, and the last
    that have no room. The columns in `left` begin at their left edge, the others, numbers, end at their right one.
    """
    _heads, *body = rows
    kept = [at for at, values in enumerate(zip(*body, strict=True)) if any(values) or at == 0]
    widths = _fitted_widths({at: max(len(row[at]) for row in rows) for at in kept}, width, left)
    return ["  ".join(_placed(row[at], widths[at], at in left) for at in widths).rstrip() for row in rows]


def _fitted_widths(widths: dict[int, int], room: int, left: frozenset[int]) -> dict[int, int]:
    """The widths with which the columns fit: the longest text is cut first, then the last column goes."""
    while len(widths) > 1 and sum(widths.values()) + 2 * (len(widths) - 1) > room:
        longest = max((at for at in widths if at in left), key=lambda at: widths[at])
        if widths[longest] > _NARROWEST:
            widths[longest] -= 1
        else:
            widths.popitem()
    return widths


_NARROWEST = 24


def _placed(text: str, width: int, is_left: bool) -> str:
    cut = text if len(text) <= width else f"{text[: width - 1]}…"
    return cut.ljust(width) if is_left else cut.rjust(width)
