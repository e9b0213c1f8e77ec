"""The answer to a question as a table for people, as CSV, and as JSON: in pieces, so that no answer is held whole."""

from __future__ import annotations

from cassette_tools.printable import json_line, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from cassette_tools.dataset.query import Answer, Row

VERSION = 1
ROWS = 100  # of a table, where not all are asked for
_WIDEST = 120  # characters of a cell of a table
_NUMBERS = ("INT", "DOUBLE", "FLOAT", "DECIMAL")  # in the names of SQL types


def table_text(answer: Answer, *, show_all: bool = False) -> Iterator[str]:
    """Columns under their names, numbers at their right edge; not more than `ROWS` rows unless all are asked for."""
    rows: list[Row] = []
    for batch in answer.batches:
        rows += batch
        if len(rows) > ROWS and not show_all:
            break
    shown = rows if show_all else rows[:ROWS]
    cells = [[name for name, _ in answer.columns], *([_cell(value) for value in row] for row in shown)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    are_numbers = [any(word in kind for word in _NUMBERS) and "[" not in kind for _, kind in answer.columns]
    for row in cells:
        placed = (
            cell.rjust(width) if is_number else cell.ljust(width)
            for cell, width, is_number in zip(row, widths, are_numbers, strict=True)
        )
        yield "  ".join(placed).rstrip() + "\n"
    if len(rows) > len(shown):
        yield f"… only the first {ROWS} rows; --show-all shows all, --format csv and json have all\n"
    elif not rows:
        yield "no rows\n"


def csv_text(answer: Answer) -> Iterator[str]:
    """RFC 4180, with the names of the columns in its first line; null is an empty field."""
    yield _csv_lines([[name for name, _ in answer.columns]])
    for batch in answer.batches:
        yield _csv_lines([["" if value is None else _word(value) for value in row] for row in batch])


def query_json(answer: Answer) -> Iterator[str]:
    """A row on each line, so that tools for lines can read it as well."""
    columns = [{"name": name, "type": kind} for name, kind in answer.columns]
    yield f'{{"schema_version": {VERSION}, "columns": {json_line(columns)}, "rows": [\n'
    names = [name for name, _ in answer.columns]
    before = ""
    for batch in answer.batches:
        if before:
            yield f"{before},\n"
        before = ",\n".join(json_line(dict(zip(names, map(_plain, row), strict=True))) for row in batch)
    yield f"{before}\n]}}\n" if before else "]}\n"


def _csv_lines(rows: Sequence[Sequence[str]]) -> str:
    import csv
    import io

    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def _cell(value: Any) -> str:
    text = printable("" if value is None else _word(value))
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


def _word(value: Any) -> str:
    """A value on one line of text."""
    plain = _plain(value)
    if isinstance(plain, list) and all(isinstance(each, str) for each in plain):
        return ", ".join(plain)
    if isinstance(plain, float):
        return f"{plain:.12g}"
    return plain if isinstance(plain, str) else json_line(plain)


def _plain(value: Any) -> Any:
    """A value of SQL as JSON has it."""
    from datetime import date, datetime, time
    from decimal import Decimal

    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return value if isinstance(value, bool | int | float | type(None)) else str(value)
