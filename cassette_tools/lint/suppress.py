"""``# cassette: ignore[rule, …] reason``: a comment that accepts findings where it stands.

Beside a key, or on a line of its own above one, it speaks for that key and all that is indented under it; above ``-
id: 3`` for the whole interaction; at the top of the file, before the first key, for the file. Inside a block scalar
such a text is recorded data and silences nothing.
"""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.source import IGNORE_MARK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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

    def covers(self, finding: Finding) -> bool:
        """Whether the comment speaks for this finding."""
        line = finding.location.region.line
        if not self.first <= line <= self.last:
            return False
        return any(_speaks_of(name, finding.rule) for name in self.names)


def _speaks_of(name: str, rule: str) -> bool:
    """Whether a name is that of a rule or of its category."""
    if name == rule:
        return True
    from cassette_tools.rules import RULES

    return rule in RULES and RULES[rule].category == name


def unused(
    silenced: tuple[Suppression, ...], findings: Iterable[Finding], asked: frozenset[str]
) -> Iterator[tuple[int, int, str]]:
    """The names in comments that silence none of the findings: line, column, name. Of rules that were not `asked`
    nothing can be said.
    """
    from cassette_tools.rules import RULES, categories

    found = list(findings)
    for row in silenced:
        covered = {each.rule for each in found if row.covers(each)}
        for name in sorted(row.names):
            is_known = name in RULES or name in categories()
            if is_known and not any(_speaks_of(name, rule) for rule in asked):
                continue
            if name != UNUSED and not any(_speaks_of(name, rule) for rule in covered):
                yield row.line, row.column, name


def suppressions(source: Source) -> tuple[Suppression, ...]:
    """The suppression comments of a file that was read to its end."""
    comments = [(number, line) for number, line in source.lines_with(IGNORE_MARK) if "#" in line]
    if not comments:
        return ()
    lines = source.all_lines()
    found = []
    for number, line in comments:
        if source.is_inside_scalar(number, line.index("#") + 1):
            continue
        names = _names(line)
        if names:
            first, last = _reach(lines, number)
            column = line.index("#") + 1
            found.append(Suppression(names=names, first=first, last=last, line=number, column=column))
    return tuple(found)


def _names(line: str) -> frozenset[str]:
    after = line.partition("#")[2].partition(IGNORE_MARK)[2]
    if not after.startswith("["):
        return frozenset()
    return frozenset(name.strip() for name in after[1:].partition("]")[0].split(",") if name.strip())


def _reach(lines: list[str], number: int) -> tuple[int, int]:
    """The first and the last line that the comment in line `number` speaks for."""
    at = number - 1
    if lines[at].lstrip().startswith("#"):
        if all(not line.strip() or line.startswith(("#", "---", "%")) for line in lines[:at]):
            return 1, len(lines)
        while at + 1 < len(lines) and (not lines[at].strip() or lines[at].lstrip().startswith("#")):
            at += 1
    target = lines[at]
    indent = len(target) - len(target.lstrip(" "))
    is_item = target.lstrip(" ").startswith("- ")
    last = at
    for index in range(at + 1, len(lines)):
        line = lines[index]
        if line.strip():
            here = len(line) - len(line.lstrip(" "))
            if here < indent or (here == indent and (is_item or not line.lstrip(" ").startswith("- "))):
                break
        last = index
    return min(number, at + 1), last + 1
