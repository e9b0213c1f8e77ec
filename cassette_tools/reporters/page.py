"""Pages of HTML that need nothing else: templates of `pages/`, with their style and their script inside.

Whatever a template is given is escaped and `printable`, so that recorded text stays text. The page's policy
(Content-Security-Policy) lets nothing run, and nothing dress it, but what stands in `pages/`; nothing is fetched.
"""

from __future__ import annotations

from functools import cache

from cassette_tools._record import record
from cassette_tools.printable import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from jinja2 import Environment

_COLUMNS = 30  # of a table; with more each row names its own
_NARROW = 6  # the same on a narrow screen
_ROWS = 25  # of it; the others fold


@record
class Mark:
    """What stands at a crossing of a table: a sign, and the words for those who do not see it; its kind is its colour.
    It leads to a row of the page; what weighs least is gravest.
    """

    sign: str
    word: str
    kind: str = ""
    link: str = ""
    weight: int = 0


@record
class Heat:
    """A table of marks: the heads of its columns, then its rows; ``None`` where there is nothing."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Mark | None, ...]], ...]

    @property
    def kind(self) -> str:
        """Whether the columns have no room, on a narrow screen or at all."""
        return "wide" if len(self.columns) > _COLUMNS else "many" if len(self.columns) > _NARROW else "few"

    @property
    def first(self) -> Sequence[tuple[str, tuple[Mark | None, ...]]]:
        """The rows that do not fold."""
        return self.rows[:_ROWS]

    @property
    def rest(self) -> Sequence[tuple[str, tuple[Mark | None, ...]]]:
        """The rows that fold."""
        return self.rows[_ROWS:]

    @property
    def legend(self) -> list[Mark]:
        """A mark of each kind, the gravest first."""
        kinds = {mark.kind: mark for _, marks in self.rows for mark in marks if mark is not None}
        return sorted(kinds.values(), key=lambda mark: mark.weight)


def heat_of(marks: Mapping[tuple[str, str], Mark]) -> Heat:
    """The table with a mark at each crossing of a row and a column: the other way round where that is narrower. Of many
    rows the gravest come first.
    """
    rows, columns = (sorted({key[side] for key in marks}) for side in (0, 1))
    if len(columns) > len(rows):
        return heat_of({(column, row): mark for (row, column), mark in marks.items()})
    table = [(row, tuple(marks.get((row, column)) for column in columns)) for row in rows]
    if len(table) > _ROWS:
        table.sort(key=lambda row: sorted(mark.weight for mark in row[1] if mark is not None))
    return Heat(columns=tuple(columns), rows=tuple(table))


def page(template: str, **values: Any) -> str:
    """The page that a template makes of some values."""
    return _templates().get_template(template).render(values)


@cache
def _templates() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    loader = PackageLoader("cassette_tools.reporters", "pages")
    templates = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: _safe_to_see(value, Markup),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = (loader.get_source(templates, name)[0] for name in ("page.css", "page.js"))
    templates.globals.update(style=Markup(style), script=Markup(script), policy=_policy(style, script))
    return templates


def _safe_to_see(value: Any, markup: type[str]) -> Any:
    """A text without what acts on a reader's eye; what is markup already was made of such texts."""
    return printable(value, keep_newlines=True) if type(value) is not markup and isinstance(value, str) else value


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src 'sha256-{_digest(style)}'; script-src 'sha256-{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    from base64 import b64encode
    from hashlib import sha256

    return b64encode(sha256(text.encode()).digest()).decode("ascii")
