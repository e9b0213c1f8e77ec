"""SQL over a dataset: one question, that reads and changes nothing, in the memory that it may have.

DuckDB sees the table `interactions` and nothing else: it opens no file, loads no extension and knows no variable of
this program, and no SQL can change that. What does not fit in memory is spilled into a folder of its own.
"""

from __future__ import annotations

import re
from contextlib import contextmanager

from cassette_tools._record import record
from cassette_tools.dataset.remote import missing
from cassette_tools.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from duckdb import DuckDBPyConnection

    Row = tuple[Any, ...]

MEMORY = 512  # MB, where nobody says otherwise
_BATCH = 5_000  # rows that are taken at a time
_TABLE = "interactions"


@record
class Answer:
    """The columns with their SQL types, and the rows in batches, each once."""

    columns: tuple[tuple[str, str], ...]
    batches: Iterator[list[Row]]


@contextmanager
def engine(tables: Mapping[str, Any], memory: int = MEMORY) -> Iterator[DuckDBPyConnection]:
    """DuckDB with tables of Arrow, in so many MB, and locked. Raises UsageError where it is not installed."""
    import tempfile

    try:
        import duckdb
    except ImportError as error:
        raise missing("duckdb", "SQL over a dataset") from error
    with tempfile.TemporaryDirectory(prefix="cassette-") as folder:
        connection = duckdb.connect(config={"memory_limit": f"{memory}MB"})
        try:
            for name, table in tables.items():
                connection.register(name, table)
            for name, value in _SETTINGS.items():
                connection.execute(f"SET {name} = {value}")
            connection.execute("SET temp_directory = ?", [folder])
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            yield connection
        finally:
            connection.close()


_SETTINGS = {
    "python_enable_replacements": "false",  # or a name of our own code would be a table
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "errors_as_json": "true",
}


def asked(connection: DuckDBPyConnection, sql: str) -> Answer:
    """The answer to one question. Raises UsageError, with the place in the SQL."""
    import duckdb

    with _faults_of(connection, sql):
        statements = connection.extract_statements(sql)
        if len(statements) != 1:
            raise _fault(sql, 0, f"{len(statements)} statements; expected one question: SELECT … FROM {_TABLE}")
        kind = statements[0].type
        if kind not in (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN, duckdb.StatementType.MULTI):
            raise _fault(
                sql, 0, f"{kind.name} is no question; expected SELECT … FROM {_TABLE}: a dataset is only read here"
            )
        cursor = connection.execute(sql)
        columns = tuple((str(name), str(kind)) for name, kind, *_ in cursor.description or ())
        first = cursor.fetchmany(
            _BATCH
        )  # what is wrong with the values of the first rows is told before any is printed

    def batches() -> Iterator[list[Row]]:
        rows = first
        while rows:
            yield rows
            with _faults_of(connection, sql):
                rows = cursor.fetchmany(_BATCH)

    return Answer(columns=_each_once(columns), batches=batches())


def _each_once(columns: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Columns of one name are numbered: they are keys of JSON."""
    found: dict[str, str] = {}
    for name, kind in columns:
        number = 1
        unique = name
        while unique in found:
            number += 1
            unique = f"{name}_{number}"
        found[unique] = kind
    return tuple(found.items())


# --- what is wrong with a question -----------------------------------------------------------------------------------


@contextmanager
def _faults_of(connection: DuckDBPyConnection, sql: str) -> Iterator[None]:
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        raise _told(connection, sql, str(error)) from None


def _told(connection: DuckDBPyConnection, sql: str, said: str) -> UsageError:
    """What DuckDB says, in our words where it is a name that does not exist."""
    import json

    try:
        fault = json.loads(said[said.index("{") :])
    except ValueError:
        fault = {"exception_message": said}
    message = str(fault.get("exception_message", said))
    place = int(fault.get("position", 0))
    if fault.get("exception_type") == "Out of Memory":
        return _fault(sql, 0, "the answer takes more memory than it may; --memory MB allows more")
    column = fault.get("name") if fault.get("error_subtype") == "COLUMN_NOT_FOUND" else None
    found = re.search(r'does not have a column named "(.+?)"', message)
    if column or found:
        return _fault(sql, place, _no_column(connection, column or (found[1] if found else "")))
    if fault.get("error_subtype") == "MISSING_ENTRY":
        return _fault(sql, place, _no_entry(fault))
    first = message.splitlines()[0] if message else said
    return _fault(sql, place, first[:1].lower() + first[1:])


def _no_column(connection: DuckDBPyConnection, name: str) -> str:
    columns = [row[0] for row in connection.execute(f"DESCRIBE {_TABLE}").fetchall()]
    alike = {each: _likeness(name.lower(), each) for each in columns}
    near = sorted((each for each in columns if alike[each] >= _ALIKE), key=lambda each: -alike[each])[:_NEAR]
    choice = " or ".join(filter(None, (", ".join(near[:-1]), *near[-1:])))
    told = f"did you mean {choice}?" if near else f"the columns are {', '.join(columns)}"
    return f"there is no column {name}; {told}"


_ALIKE, _NEAR = 0.7, 3


def _likeness(name: str, column: str) -> float:
    """How near a name is to a column, or to a word of it: ``modl`` to ``request_model``."""
    from difflib import SequenceMatcher

    return max(SequenceMatcher(None, name, each).ratio() for each in (column, *column.split("_")))


def _no_entry(fault: Mapping[str, Any]) -> str:
    kind, name = str(fault.get("type", "")).lower(), fault.get("name")
    if kind == "table":
        return f"there is no table {name}; the table is {_TABLE}"
    near = str(fault.get("candidates", "")).replace(",", ", ")
    what = "function" if "function" in kind else kind or "name"
    return f"there is no {what} {name}" + (f"; near it is {near}" if near else "")


def _fault(sql: str, position: int, message: str) -> UsageError:
    """An error at a place of the SQL, which DuckDB counts in bytes."""
    before = sql.encode("utf-8", "surrogatepass")[:position].decode("utf-8", "replace")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return UsageError(message, path="SQL", line=line, column=column)
