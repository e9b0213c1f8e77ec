"""The runs that a history file keeps, of recordings that git does not keep: an SQLite file, safe under parallel runs.

A run adds what became different since the run before, in one transaction: one that is killed leaves the file as it was.
What is read from the file is taken for no more than text and numbers: anybody may have written it.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from contextlib import contextmanager

from cassette_tools.errors import NotWritable, SourceError, UsageError
from cassette_tools.suite.commits import day_asked, is_within
from cassette_tools.suite.history import BASE, RUN, Held, Moment, timeline_of
from cassette_tools.suite.states import as_fields, from_fields, is_fields
from cassette_tools.walk import repository_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from cassette_tools.errors import CassetteError
    from cassette_tools.suite.history import Timeline
    from cassette_tools.suite.states import State

    Row = Sequence[Any]

_OURS = 0x43617373  # `application_id` of the file: "Cass"
_VERSION = 1
_PATIENCE = 60.0  # seconds that a run waits for another to write
_PAUSE = 0.05
_TABLES = """
CREATE TABLE runs (
  id INTEGER PRIMARY KEY, at TEXT NOT NULL, name TEXT NOT NULL, author TEXT NOT NULL, subject TEXT NOT NULL
);
CREATE TABLE states (id INTEGER PRIMARY KEY, state TEXT NOT NULL UNIQUE);
CREATE TABLE changes (
  path TEXT NOT NULL,
  run INTEGER NOT NULL REFERENCES runs (id),
  state INTEGER REFERENCES states (id), -- NULL: the recording was gone
  PRIMARY KEY (path, run)
) WITHOUT ROWID;
"""


class Runs:
    """A history file: read, or with `may_be_new` made where there is none. Raises CassetteError."""

    def __init__(self, path: str, *, may_be_new: bool = False) -> None:
        self._path = path
        if os.path.islink(path) or (os.path.lexists(path) and not os.path.isfile(path)):
            raise UsageError(f"--history {path}: is no file of its own (a link, a folder or a device): name a file")
        if not os.path.lexists(path) and not may_be_new:
            raise UsageError(f"--history {path}: there is no such file; `cassette report --history {path}` makes it")
        with self._told():
            self._database = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
        try:
            with self._told():
                self._prepare(may_be_new=may_be_new)
        except BaseException:
            self._database.close()
            raise

    def __enter__(self) -> Runs:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def _prepare(self, *, may_be_new: bool) -> None:
        self._database.execute("PRAGMA trusted_schema = OFF")
        if may_be_new:
            self._log_ahead()
            with self._writing():
                if not self._value("PRAGMA schema_version"):
                    self._make()
        if not self._value("PRAGMA schema_version"):
            raise SourceError("is empty: no run was kept in it yet", path=self._path)
        if self._value("PRAGMA application_id") != _OURS:
            raise SourceError("is a database of another program; expected a history file of cassette", path=self._path)
        version = self._value("PRAGMA user_version")
        if version != _VERSION:
            raise SourceError(
                f"is a history of version {version}, and this cassette knows version {_VERSION}: use a newer one",
                path=self._path,
            )

    def _log_ahead(self) -> None:
        """Have readers and a writer not wait for each other. SQLite does not wait for this lock by itself."""
        if self._value("PRAGMA schema_version") and self._value("PRAGMA application_id") != _OURS:
            return
        for _ in range(round(_PATIENCE / _PAUSE)):
            try:
                self._database.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error):
                    raise
                time.sleep(_PAUSE)
            else:
                return

    def _make(self) -> None:
        for statement in _TABLES.split(";\n"):
            self._database.execute(statement)
        self._database.execute(f"PRAGMA application_id = {_OURS}")
        self._database.execute(f"PRAGMA user_version = {_VERSION}")

    def _value(self, statement: str) -> Any:
        return self._database.execute(statement).fetchone()[0]

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction, that no other run writes beside."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What SQLite says, as an error of this file."""
        try:
            yield
        except sqlite3.Error as error:
            raise _fault(error, self._path) from error

    # --- writing -----------------------------------------------------------------------------------------------------

    def add(
        self, moment: Moment, states: Mapping[str, State], paths: Sequence[str], unread: Iterable[str] = ()
    ) -> None:
        """Add a run that found these recordings below some paths; those that it could not read stay as they were."""
        found = {repository_path(path): _text_of(state) for path, state in states.items()}
        whole = [_within(path) for path in paths]
        kept = {repository_path(path) for path in unread}
        with self._told(), self._writing():
            known = {path: state for path, state in self._now() if is_within(path, whole)}
            run = self._database.execute(
                "INSERT INTO runs (at, name, author, subject) VALUES (?, ?, ?, ?)",
                (moment.at, moment.name, moment.author, moment.subject),
            ).lastrowid
            changed = dict(found.items() - known.items())
            gone = {path for path, state in known.items() if state is not None} - found.keys() - kept
            self._database.executemany(
                "INSERT OR IGNORE INTO states (state) VALUES (?)", {(state,) for state in changed.values()}
            )
            self._database.executemany(
                "INSERT INTO changes (path, run, state) VALUES (?, ?, (SELECT id FROM states WHERE state = ?))",
                [(path, run, state) for path, state in sorted({**changed, **dict.fromkeys(gone)}.items())],
            )

    def _now(self) -> Iterator[tuple[str, str | None]]:
        """What each path held last."""
        yield from self._database.execute(
            "SELECT path, states.state FROM (SELECT path, max(run), state FROM changes GROUP BY path) AS last"
            " LEFT JOIN states ON states.id = last.state"
        )

    # --- reading -----------------------------------------------------------------------------------------------------

    def timeline(
        self, paths: Sequence[str], since: str | None = None, *, pattern: str | None = None, only: Iterable[str] = ()
    ) -> Timeline:
        """What is told of the runs, all of them or since a day, or since the run of a commit. Raises CassetteError."""
        with self._told():
            runs = list(self._database.execute("SELECT id, at, name, author, subject FROM runs ORDER BY id"))
            changes = list(self._database.execute("SELECT path, run, state FROM changes ORDER BY path, run"))
            states = {str(number): text for number, text in self._database.execute("SELECT id, state FROM states")}
        if not _are_whole(runs, changes, {"", *states}):
            raise self._damaged()
        start = 0 if since is None else _start(since, [row[1:] for row in runs])
        first = max(start - 1, 0)  # the run before is what all that follows is compared with
        numbers = {row[0]: max(at - first, 0) for at, row in enumerate(runs)}
        held = _held(_below(changes, paths), numbers)

        def read(asked: Iterable[tuple[str, str]]) -> Mapping[str, State | str | None]:
            return {key: self._state(states[key]) for _, key in asked}

        return timeline_of(_moments(runs[first:], start), held, read, pattern=pattern, only=only)

    def _state(self, text: str) -> State:
        try:
            fields = json.loads(text)
        except (TypeError, ValueError, RecursionError):
            fields = None
        if not is_fields(fields):
            raise self._damaged()
        return from_fields(fields)

    def _damaged(self) -> SourceError:
        return SourceError(
            "is damaged: it holds what cassette does not write; restore it or begin a new one", path=self._path
        )


def _are_whole(runs: Sequence[Row], changes: Sequence[Row], states: Container[str]) -> bool:
    """Whether the rows are such as cassette writes: texts, and changes of runs and states that there are."""
    numbers = {row[0] for row in runs}
    return all(isinstance(text, str) for row in runs for text in row[1:]) and all(
        isinstance(path, str) and run in numbers and _key_of(state) in states for path, run, state in changes
    )


def _key_of(state: object) -> str:
    """How a state is named; "" for that of a recording that is gone."""
    return "" if state is None else str(state)


def _moments(runs: Iterable[Row], start: int) -> list[Moment]:
    """The runs that are told; where they do not begin with the first one, the one before them is the base."""
    return [
        Moment(kind=BASE if start and not at else RUN, at=row[1], name=row[2], author=row[3], subject=row[4])
        for at, row in enumerate(runs)
    ]


def _below(changes: Iterable[Row], paths: Sequence[str]) -> Iterator[Row]:
    """The changes below some paths; all where none is given."""
    wanted = [_within(path) for path in paths]
    return (change for change in changes if not wanted or is_within(change[0], wanted))


def _held(changes: Iterable[Row], numbers: Mapping[int, int]) -> list[list[Held]]:
    """What each path held at the runs, which have new numbers; without those that held nothing."""
    found: dict[str, dict[int, Held]] = {}
    for path, run, state in changes:
        own = found.setdefault(path, {})
        own[numbers[run]] = Held(moment=numbers[run], path=path, key=_key_of(state))
    return [list(each.values()) for each in found.values() if any(one.key for one in each.values())]


def _text_of(state: State) -> str:
    return json.dumps(as_fields(state), sort_keys=True, ensure_ascii=True)


def _within(path: str) -> str:
    """The path below which recordings are, as the file has it; "" for all."""
    found = repository_path(os.path.join(path, "x"))
    return os.path.dirname(found)


def _start(since: str, runs: Sequence[Sequence[str]]) -> int:
    """The number of the first run since a day or a commit; as many as there are where none is."""
    day = day_asked(since)
    if day is not None:
        return next((at for at, (when, *_) in enumerate(runs) if when[:10] >= day), len(runs))
    found = next((at for at, (_, name, *_rest) in enumerate(runs) if len(since) >= 7 and name.startswith(since)), None)
    if found is None:
        raise UsageError(
            f"--since {since}: no run was made at such a commit; a day is written 2025-11-18 or '2 weeks ago'"
        )
    return found + 1


def _fault(error: sqlite3.Error, path: str) -> CassetteError:
    said = str(error)
    if "locked" in said:
        return NotWritable(
            f"another run has written to it for {_PATIENCE:.0f} seconds: try again when it is over", path=path
        )
    if "readonly" in said or "unable to open" in said or "disk" in said:
        return NotWritable(f"cannot be written: {said}", path=path)
    return SourceError(f"is no history that can be read ({said}); expected one that cassette has written", path=path)
