"""One file as rows of the table `interactions`: read once, by the rules of lint and for the facts of its calls."""

from __future__ import annotations

from functools import lru_cache

from cassette_tools._record import record
from cassette_tools.config import LintSettings
from cassette_tools.dataset.digests import Digests, shape_digest, text_digest
from cassette_tools.errors import SourceError, UnknownFormat
from cassette_tools.lint.engine import lint_source
from cassette_tools.lint.run import is_own
from cassette_tools.lint.select import chosen_rules
from cassette_tools.model import Generic, Place
from cassette_tools.scenarios import most_asked, parts_by, scenarios_of
from cassette_tools.secrets.hiding import hidden
from cassette_tools.suite.facts import FIELDS, facts_of
from cassette_tools.volatile import volatile_field
from cassette_tools.walk import may_be_body

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

    from cassette_tools.lint.engine import Chosen
    from cassette_tools.model import Interaction, LLMCall
    from cassette_tools.source import Source
    from cassette_tools.suite.facts import Facts

    Row = dict[str, Any]  # the columns of `schema.INTERACTIONS`


@record
class Rows:
    """What a file gave: its rows, or what it looks like that is no recording (`refused`). What is not `lasting` hangs
    on other files as well.
    """

    rows: list[Row]
    refused: str | None = None
    lasting: bool = True


def rows_of(source: Source, path: str, name: str, digest: str, *, named: bool, scenario_from: str | None) -> Rows:
    """The rows of one file, which a row calls `path` and `name`. One that was only met on a walk (not `named`) may be
    no recording. Raises SourceError.
    """
    from cassette_tools.formats import ASKED_BESIDE, may_be_cassette

    content = source.content
    has_mark = content is None or may_be_cassette(content)
    if not named and content is not None and (is_own(content) or not (has_mark or may_be_body(content))):
        return Rows(rows=[], refused="")
    before = len(ASKED_BESIDE)
    try:
        rows = _rows(source)
    except SourceError as error:
        if not named and (isinstance(error, UnknownFormat) or not has_mark):
            return Rows(rows=[], refused=getattr(error, "seen", "") if has_mark else "")
        raise
    scenario = _scenario(path, name, rows, scenario_from)
    for row in rows:
        row.update(path=path, name=name, file_digest=digest, scenario=scenario)
    return Rows(rows=rows, lasting=len(ASKED_BESIDE) == before)


def _rows(source: Source) -> list[Row]:
    digests = Digests()
    rows: list[Row] = []

    def see(interaction: Interaction) -> None:
        line = source.region(Place(route=interaction.route)).line
        rows.append(_row(interaction, facts_of(interaction, line), digests))

    found: dict[int, set[str]] = {}
    for finding in lint_source(source, _rules(), see=see):
        found.setdefault(finding.interaction or 0, set()).add(finding.rule)
    for number, row in enumerate(rows):
        row["findings"] = sorted(found.get(number, ()))
    return rows


@lru_cache(maxsize=1)
def _rules() -> Chosen:
    """The default rules, but those that would make a finding of a file that cannot be read."""
    unreadable = {each.rule for each in _all_below(SourceError)}
    return tuple(entry for entry in chosen_rules(LintSettings()) if entry[0].name not in unreadable)


def _all_below(kind: type[SourceError]) -> Iterator[type[SourceError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _all_below(below)


def _row(interaction: Interaction, facts: Facts, digests: Digests) -> Row:
    call = interaction.llm
    row: Row = {_COLUMNS.get(name, name): _value(getattr(facts, name)) for name in FIELDS}
    row.update(
        method=facts.method,
        url=facts.url,
        day=_date(facts.day),
        user_agent=_shown(interaction.request.headers.get("user-agent")) or None,
        request_digest=digests.of_request(interaction),
        response_digest=digests.of_response(interaction),
        text_digest=text_digest(call),
        shape_digest=shape_digest(interaction),
        unknown_fields=sorted({*_unknown_fields(call)}),
        problems=sorted({*_problems(interaction)}),
    )
    return {name: _encodable(value) for name, value in row.items()}


_COLUMNS = {"index": "interaction"}


def _value(value: Any) -> Any:
    """A fact as a column has it: null for what is not known."""
    if isinstance(value, tuple):
        return list(value)
    return None if value == "" else value


def _date(day: str) -> Any:
    """``None`` where nothing says it, or where there is no such day."""
    from datetime import date

    try:
        return date.fromisoformat(day)
    except ValueError:
        return None


def _encodable(value: Any) -> Any:
    """Texts as UTF-8 can say them: half of a surrogate pair is shown as what it is."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    return list(map(_encodable, value)) if isinstance(value, list) else value


@lru_cache(maxsize=4_096)
def _shown(text: str | None) -> str:
    return hidden(text or "")


# --- what no decoder reads, and what was wrong -----------------------------------------------------------------------


def _unknown_fields(call: LLMCall | None) -> Iterator[str]:
    """What stays in `extra`, but for what is known to say nothing, and parts of a kind that nobody knows."""
    return filter(None, () if call is None else (_field_at(each) for each in _unknown_pointers(call)))


def _unknown_pointers(call: LLMCall) -> Iterator[str]:
    yield from call.extra
    for side, messages in (("request", call.input_messages), ("response", call.output_messages)):
        for message in messages:
            yield from (f"/{side}{message.pointer}/{key.strip('/')}" for key in message.extra)
            yield from (f"/{side}{each.pointer}/{each.kind}" for each in message.parts if isinstance(each, Generic))


@lru_cache(maxsize=4_096)
def _field_at(pointer: str) -> str:
    """``/response/choices/0/logprobs`` as ``response.choices[].logprobs``; "" for a field that is known to be noise."""
    side, *steps = (step.replace("~1", "/").replace("~0", "~") for step in pointer.strip("/").split("/"))
    path = "".join("[]" if step.isdigit() else f".{step}" for step in steps)
    return "" if volatile_field(path.lstrip("."), side) else _shown(f"{side}{path}")


def _problems(interaction: Interaction) -> Iterator[str]:
    call = interaction.llm
    for problems in (
        interaction.problems,
        interaction.request.body.problems,
        interaction.response.body.problems,
        call.problems if call is not None else (),
    ):
        yield from (problem.kind for problem in problems)


# --- scenario --------------------------------------------------------------------------------------------------------


def _scenario(path: str, name: str, rows: Iterable[Row], pattern: str | None) -> str:
    """As the pattern tells it, or else the path alone: it must not hang on which other recordings there are."""
    found = None if pattern is None else _parts(pattern)(path)
    if found is not None:
        return _encodable("/".join(found[part] for part in ("suite", "scenario") if part in found))  # type: ignore[no-any-return]
    calls = [row for row in rows if row["dialect"]]
    asked = most_asked(
        ((row["provider_name"] or "", row["request_model"] or row["response_model"] or ""), row["input_tokens"])
        for row in calls
    )
    return _encodable(scenarios_of([name or path], [asked])[0])  # type: ignore[no-any-return]


@lru_cache(maxsize=4)
def _parts(pattern: str) -> Callable[[str], Mapping[str, str] | None]:
    return parts_by(pattern)
