"""``cassette query``: SQL over a dataset, or a question that has a name."""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.cli.output import write
from cassette_tools.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.dataset.query import Answer


@record
class QueryOptions:
    """What the command line says."""

    dataset: str
    sql: str | None = None
    ask: str | None = None
    show_sql: bool = False
    show_all: bool = False
    format: str = "text"
    memory: int | None = None
    output: str | None = None


def query(options: QueryOptions) -> int:
    """Ask, and print the answer as it comes. Raises CassetteError."""
    sql = _sql(options)
    if options.show_sql:
        write(sql, options.output)
        return 0
    from cassette_tools.dataset.query import MEMORY, asked, engine
    from cassette_tools.dataset.reading import Dataset

    dataset = Dataset(options.dataset)
    with engine({"interactions": dataset.table("interactions")}, options.memory or MEMORY) as connection:
        pieces = _in_words(asked(connection, sql), options)
        if options.output not in (None, "-"):
            write("".join(pieces), options.output)  # a file is written whole, or not at all
            return 0
        for piece in pieces:
            write(piece)
    return 0


def _in_words(answer: Answer, options: QueryOptions) -> Iterator[str]:
    from cassette_tools.dataset.as_text import csv_text, query_json, table_text

    if options.format == "text":
        return table_text(answer, show_all=options.show_all)
    return {"csv": csv_text, "json": query_json}[options.format](answer)


def _sql(options: QueryOptions) -> str:
    """What is asked. Raises UsageError where nothing is, or two things are."""
    from cassette_tools.dataset.questions import QUESTIONS

    if (options.sql is None) == (options.ask is None):
        said = "nothing is asked" if options.sql is None else "--ask and SQL are two questions"
        names = ", ".join(QUESTIONS)
        raise UsageError(f'{said}; expected SQL ("SELECT count(*) FROM interactions"), or --ask with one of {names}')
    if options.ask is not None:
        return QUESTIONS[options.ask].sql
    if options.sql == "-":
        from cassette_tools.cli.reading import standard_input

        return standard_input().decode("utf-8", "replace")
    return options.sql or ""
