"""The drift between two datasets, such as those of two nights: which recordings belong together, and which differ.

Both is answered by joins on names, scenarios and digests, in the memory that DuckDB may have. Only recordings whose
digests differ are read, where they still are what was indexed; of the others the columns are told (`by_columns`).
"""

from __future__ import annotations

from cassette_tools._record import record, replace
from cassette_tools.dataset.by_columns import report_by_columns
from cassette_tools.dataset.digests import digest_of
from cassette_tools.dataset.query import engine
from cassette_tools.dataset.reading import contents_of, remembered
from cassette_tools.diff.suites.suite import drift_between, each_compared, told_together
from cassette_tools.diff.suites.totals import COUNTS, FAILED, NAMES, WITH_COST, added_up, named, worst_of
from cassette_tools.errors import SourceError
from cassette_tools.load import load_source
from cassette_tools.one_file import OneFile
from cassette_tools.reporters import Cell, DriftReport, DriftSuite, Totals, Unread
from cassette_tools.source import Source
from cassette_tools.walk import order_on_walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from duckdb import DuckDBPyConnection

    from cassette_tools.config import DiffSettings
    from cassette_tools.dataset.reading import Dataset
    from cassette_tools.diff.judging.accepted import Accept
    from cassette_tools.model import Recording
    from cassette_tools.pool import Watch
    from cassette_tools.reporters import View


@record
class Differing:
    """Two recordings of one scenario whose digests differ: the paths, what their bytes were, and who is asked."""

    old_path: str
    new_path: str
    old_digest: str
    new_digest: str
    scenario: str
    asked: tuple[str, str]


@record
class Nights:
    """What the joins say of two datasets."""

    differing: tuple[Differing, ...]
    alike: dict[tuple[str, str], Unread]  # the recordings without drift, by the provider and the model that they ask
    beside: tuple[Cell, ...]  # those of them whose scenario has drifted elsewhere
    added: tuple[str, ...]
    removed: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]


# --- which belong together -------------------------------------------------------------------------------------------

# One row a recording. What is asked most is found as `scenarios.most_asked` finds it.
_SIDE = """
CREATE TEMP TABLE {side} AS
WITH whole AS (
  SELECT path, any_value(name) AS name, any_value(scenario) AS scenario, any_value(file_digest) AS file_digest,
         md5(string_agg(request_digest || response_digest, '' ORDER BY interaction)) AS digest,
         count(dialect) AS calls, {sums}
  FROM {side}_interactions
  GROUP BY path
), asked AS (
  SELECT path, provider_name, coalesce(request_model, response_model, '') AS model, count(*) AS calls,
         max(coalesce(input_tokens, 0)) AS most, min(interaction) AS first
  FROM {side}_interactions
  WHERE dialect IS NOT NULL
  GROUP BY ALL
), most_asked AS (
  SELECT path, provider_name, model FROM asked
  QUALIFY row_number() OVER (PARTITION BY path ORDER BY calls DESC, most DESC, first) = 1
)
SELECT whole.*, coalesce(provider_name, '') AS provider_name, coalesce(model, '') AS model
FROM whole LEFT JOIN most_asked USING (path)
"""
# In this order: what has a counterpart by one way is not looked for by the next. Each key must be that of one recording
# on both sides.
_WAYS = ("name", "path", "file_digest", "(scenario, provider_name)")
_PAIRED = """
INSERT INTO pairs
WITH olds AS (
  SELECT {key} AS key, any_value(path) AS path FROM old
  WHERE path NOT IN (SELECT old_path FROM pairs) GROUP BY ALL HAVING count(*) = 1
), news AS (
  SELECT {key} AS key, any_value(path) AS path FROM new
  WHERE path NOT IN (SELECT new_path FROM pairs) GROUP BY ALL HAVING count(*) = 1
)
SELECT olds.path, news.path FROM olds JOIN news USING (key)
"""
_JOINED = "pairs JOIN old ON old.path = old_path JOIN new ON new.path = new_path"
_DIFFER = "old.digest <> new.digest"
_ALIKE = "old.digest = new.digest"


def nights(old: Dataset, new: Dataset) -> Nights:
    """Which recordings of two datasets belong together, and which of them differ."""
    tables = {"old_interactions": old.table("interactions"), "new_interactions": new.table("interactions")}
    with engine(tables) as connection:
        counted = (
            f"count(*) FILTER (has_failed AND dialect IS NOT NULL) AS {FAILED}",
            f"nullif(count(cost), 0) AS {WITH_COST}",
        )
        sums = ", ".join((*(f"sum({name}) AS {name}" for name in COUNTS), *counted))
        for side in ("old", "new"):
            connection.execute(_SIDE.format(side=side, sums=sums))
        connection.execute("CREATE TEMP TABLE pairs (old_path VARCHAR, new_path VARCHAR)")
        for key in _WAYS:
            connection.execute(_PAIRED.format(key=key))
        return Nights(
            differing=tuple(_differing(connection)),
            alike=_alike(connection),
            beside=_beside(connection),
            added=_paths(connection, "SELECT path FROM new WHERE path NOT IN (SELECT new_path FROM pairs)"),
            removed=_paths(connection, "SELECT path FROM old WHERE path NOT IN (SELECT old_path FROM pairs)"),
            renamed=tuple(
                (old_path, new_path)
                for new_path, old_path in _rows(
                    connection, f"SELECT new_path, old_path FROM {_JOINED} WHERE old.name <> new.name"
                )
            ),
        )


def _rows(connection: DuckDBPyConnection, sql: str) -> list[Any]:
    """The rows, in the order of the walk by their first column."""
    return sorted(connection.execute(sql).fetchall(), key=lambda row: order_on_walk(row[0]))


def _paths(connection: DuckDBPyConnection, sql: str) -> tuple[str, ...]:
    return tuple(path for (path,) in _rows(connection, sql))


def _differing(connection: DuckDBPyConnection) -> Iterator[Differing]:
    rows = _rows(
        connection,
        "SELECT new_path, old_path, old.file_digest, new.file_digest, new.scenario, new.provider_name, new.model "
        f"FROM {_JOINED} WHERE {_DIFFER}",
    )
    for new_path, old_path, old_digest, new_digest, scenario, provider, model in rows:
        yield Differing(
            old_path=old_path,
            new_path=new_path,
            old_digest=old_digest,
            new_digest=new_digest,
            scenario=scenario,
            asked=(provider, model),
        )


def _alike(connection: DuckDBPyConnection) -> dict[tuple[str, str], Unread]:
    """How many are alike, and their sums."""
    counts = ("calls", *COUNTS, FAILED, WITH_COST)
    sums = ", ".join(f"sum({side}.{name})" for name in counts for side in ("old", "new"))
    rows = _rows(
        connection,
        f"SELECT new.provider_name, new.model, count(*), {sums} FROM {_JOINED} WHERE {_ALIKE} GROUP BY ALL",
    )
    own = _names(connection)
    found = {}
    for provider, model, recordings, *amounts in rows:
        sides = zip(amounts[::2], amounts[1::2], strict=True)
        summed = {name: (_amount(old), _amount(new)) for name, (old, new) in zip(counts, sides, strict=True)}
        names = added_up(own[provider, model])
        found[provider, model] = Unread(recordings=recordings, totals=replace(names, counts=summed))
    return found


def _amount(value: Any) -> float | None:
    return value if value is None or isinstance(value, int) else round(float(value), 10)


def _names(connection: DuckDBPyConnection) -> dict[tuple[str, str], list[Totals]]:
    """The names on either side of the recordings that are alike, by who is asked, and what became of them: only what
    is asked and answered is alike.
    """
    lists = ", ".join(
        f"list(DISTINCT calls.{name} ORDER BY calls.{name}) FILTER (dialect IS NOT NULL) AS {name}" for name in NAMES
    )
    of_sides = (
        f"SELECT new_path, new.provider_name, new.model, {lists} FROM {_JOINED} "
        f"JOIN {side}_interactions calls ON calls.path = {side}_path WHERE {_ALIKE} GROUP BY ALL"
        for side in ("old", "new")
    )
    olds, news = (", ".join(f"{side}.{name}" for name in NAMES) for side in ("one", "other"))
    rows = _rows(
        connection,
        "SELECT one.provider_name, one.model, count(*), {}, {} FROM ({}) one JOIN ({}) other USING (new_path) "
        "GROUP BY ALL".format(olds, news, *of_sides),
    )
    found: dict[tuple[str, str], list[Totals]] = {}
    for provider, model, recordings, *sides in rows:
        known = [*map(_each_once, sides)]
        own = zip(NAMES, known[: len(NAMES)], known[len(NAMES) :], strict=True)
        one = named({}, {name: (old, new) for name, old, new in own})
        steps = {name: {step: count * recordings for step, count in each.items()} for name, each in one.steps.items()}
        found.setdefault((provider, model), []).append(replace(one, steps=steps))
    return found


def _each_once(joined: list[str | None] | None) -> tuple[str, ...]:
    """Each name of some lists of names."""
    return tuple(dict.fromkeys(name for each in joined or () if each for name in each.split(", ")))


def _beside(connection: DuckDBPyConnection) -> tuple[Cell, ...]:
    """Cells for the table of scenarios and models; none where they are more than anybody looks at."""
    drifted = f"SELECT new.scenario FROM {_JOINED} WHERE {_DIFFER}"
    sql = (
        f"SELECT new.path, new.scenario, new.provider_name, new.model FROM {_JOINED} "
        f"WHERE {_ALIKE} AND new.scenario IN ({drifted}) LIMIT {_MOST_CELLS + 1}"
    )
    cells = tuple(
        Cell(scenario=scenario, provider_name=provider, model=model, level="", path=path)
        for path, scenario, provider, model in _rows(connection, sql)
    )
    return cells if len(cells) <= _MOST_CELLS else ()


_MOST_CELLS = 2_000


# --- what changed ----------------------------------------------------------------------------------------------------


def compare_datasets(
    old: Dataset,
    new: Dataset,
    *,
    profile: str | None,
    settings: DiffSettings,
    accepts: tuple[Accept, ...] = (),
    jobs: int | None = None,
    watch: Watch | None = None,
    view: Callable[[Recording, Recording], View] | None = None,
) -> DriftSuite:
    """What changed between two datasets; `view` is as for `compare_suites`. Pairs whose recordings are gone are told by
    the columns: these reports are `remembered`.
    """
    found = nights(old, new)
    before = remembered(old, {pair.old_path for pair in found.differing})
    after = remembered(new, {pair.new_path for pair in found.differing})

    def work(number: int) -> DriftReport:
        pair = found.differing[number]
        sources = _sources(pair)
        if sources is not None:
            with OneFile(f"{pair.old_path} and {pair.new_path}"):
                recordings = load_source(sources["old"]), load_source(sources["new"])
                return drift_between(sources, recordings, profile, settings, accepts, view)
        return report_by_columns(
            (pair.old_path, pair.new_path),
            before[pair.old_path],
            after[pair.new_path],
            asked=pair.asked,
            profile=profile,
            settings=settings,
            accepts=accepts,
        )

    count = len(found.differing)
    reports, errors = each_compared(work, count, _BYTES * count, jobs, watch)
    scenarios = {pair.new_path: pair.scenario for pair in found.differing}
    return told_together(
        DriftSuite(
            old=old.place,
            new=new.place,
            pairs=tuple(reports),
            summary={},
            added=found.added,
            removed=found.removed,
            renamed=found.renamed,
            matrix=(*(_cell(report, scenarios[report.new_path]) for report in reports), *found.beside),
            totals=added_up([*(each.totals for each in reports), *(each.totals for each in found.alike.values())]),
            errors=tuple(errors),
            unread=found.alike,
        ),
        settings,
        accepts,
    )


_BYTES = 20_000  # of a pair of recordings, about: whether several processes pay


def _cell(report: DriftReport, scenario: str) -> Cell:
    provider, model = report.asked
    level = worst_of(finding.level for finding in report.findings)
    return Cell(scenario=scenario, provider_name=provider, model=model, level=level, path=report.new_path)


def _sources(pair: Differing) -> dict[str, Source] | None:
    """Both recordings, where both are still what was indexed."""
    paths = pair.old_path, pair.new_path
    try:
        contents = contents_of(*paths)
    except SourceError:
        return None
    if [digest_of(content) for content in contents] != [pair.old_digest, pair.new_digest]:
        return None
    old, new = map(Source.from_bytes, contents, paths)
    return {"old": old, "new": new}
