"""``# cassette: ignore[rule, …] reason``: a comment that accepts findings where it stands.

Beside a key, or on a line of its own above one, it speaks for that key and all that is indented under it; above ``-
id: 3`` for the whole interaction; at the top of the file, before the first key, for the file. Inside a block scalar
such a text is recorded data and silences nothing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate, takewhile

from cassette_tools._record import record
from cassette_tools.source import IGNORE_MARK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from cassette_tools.finding import Finding
    from cassette_tools.source import Source

UNUSED = "unused-suppression"  # the rule that reports them
ORPHANED = "orphaned-cassette"  # a rule that is asked when the file was looked at, and of which nothing is known here


@record
class Suppression:
    """Accepted findings: of the named rules (or categories), from line `first` up to and including `last`. The comment
    stands at `line` and `column`.
    """

    names: frozenset[str]
    first: int
    last: int
    line: int = 1
    column: int = 1


def _names_of(rule: str) -> tuple[str, ...]:
    """The names by which a comment can speak of a rule: its own, and that of its category."""
    from cassette_tools.rules import RULES

    return (rule, RULES[rule].category) if rule in RULES else (rule,)


def silencer(rows: Iterable[Suppression]) -> Callable[[Finding], bool]:
    """Whether one of the comments speaks for a finding."""
    reaches: dict[str, list[tuple[int, int]]] = {}  # by name, in the order of the file
    for row in sorted(rows, key=lambda each: each.first):
        for name in row.names:
            reaches.setdefault(name, []).append((row.first, row.last))
    lasts = {name: list(accumulate((last for _, last in listed), max)) for name, listed in reaches.items()}

    def is_silenced(finding: Finding) -> bool:
        line = finding.location.region.line
        for name in _names_of(finding.rule):
            begun = bisect_right(reaches.get(name, ()), line, key=_first)
            if begun and lasts[name][begun - 1] >= line:
                return True
        return False

    return is_silenced


def _first(reach: tuple[int, int]) -> int:
    return reach[0]


def unused(
    rows: tuple[Suppression, ...], findings: Iterable[Finding], asked: frozenset[str]
) -> Iterator[tuple[int, int, str]]:
    """The names in comments that silence none of the findings: line, column, name. Of rules that were not `asked`
    nothing can be said.
    """
    from cassette_tools.rules import RULES, categories

    lines: dict[str, list[int]] = {}  # of the findings, by the names that silence them
    for line, rule in sorted((each.location.region.line, each.rule) for each in findings):
        for name in _names_of(rule):
            lines.setdefault(name, []).append(line)
    sayable = {name for rule in asked for name in _names_of(rule)}
    known = categories()
    for row in rows:
        for name in sorted(row.names):
            if (name in RULES or name in known) and name not in sayable:
                continue
            found = lines.get(name, [])
            if name != UNUSED and bisect_left(found, row.first) == bisect_right(found, row.last):
                yield row.line, row.column, name


def suppressions(source: Source) -> tuple[Suppression, ...]:
    """The suppression comments of a file that was read to its end."""
    comments = [(comment, _names(comment.text)) for comment in source.comments(IGNORE_MARK)]
    if not any(names for _, names in comments):
        return ()
    page = _Page(source.all_lines())
    found = []
    for comment, names in comments:
        if names:
            line, column = source.line_column(comment.index)
            first, last = page.reach(line, column)
            found.append(Suppression(names=names, first=first, last=last, line=line, column=column))
    return tuple(found)


def _names(comment: str) -> frozenset[str]:
    after = comment.partition(IGNORE_MARK)[2]
    if not after.startswith("["):
        return frozenset()
    return frozenset(name.strip() for name in after[1:].partition("]")[0].split(",") if name.strip())


class _Page:
    """The lines of a file, and what a comment in them speaks for; each line is looked at once for every level of
    indentation, however many comments there are.
    """

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        head = takewhile(lambda line: not line.strip() or line.startswith(("#", "---", "%")), lines)
        self._head = sum(1 for _ in head)  # lines before the first key
        self._targets = list(range(len(lines)))  # by line: where the first key or element on it or below stands
        for at in range(len(lines) - 2, -1, -1):
            if not lines[at].strip() or lines[at].lstrip().startswith("#"):
                self._targets[at] = self._targets[at + 1]
        self._ends: dict[int, int] = {}

    def reach(self, number: int, column: int) -> tuple[int, int]:
        """The first and the last line that the comment at a line and a column speaks for."""
        at = number - 1
        if not self._lines[at][: column - 1].strip():
            if at < self._head:
                return 1, len(self._lines)
            at = self._targets[at]
        if at not in self._ends:
            self._ends[at] = self._end(at)
        return min(number, at + 1), self._ends[at] + 1

    def _end(self, at: int) -> int:
        """The last line of what begins in a line."""
        target = self._lines[at]
        indent = len(target) - len(target.lstrip(" "))
        is_item = target.lstrip(" ").startswith("- ")
        last = at
        for index in range(at + 1, len(self._lines)):
            line = self._lines[index]
            if line.strip():
                here = len(line) - len(line.lstrip(" "))
                if here < indent or (here == indent and (is_item or not line.lstrip(" ").startswith("- "))):
                    break
            last = index
        return last
