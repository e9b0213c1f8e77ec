"""``cassette index``: recordings as a dataset of Parquet files."""

from __future__ import annotations

from cassette_tools import budgets
from cassette_tools._record import record
from cassette_tools.amounts import counted
from cassette_tools.cli.nothing import tell_of_skipped
from cassette_tools.cli.output import complain, remark, watching, write
from cassette_tools.config import load_config
from cassette_tools.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.dataset.engines import Run
    from cassette_tools.dataset.index import Indexed
    from cassette_tools.dataset.store import Manifest


@record
class IndexOptions:
    """What the command line says."""

    paths: tuple[str, ...]
    output: str
    engine: str = "processes"
    scheduler: str | None = None
    scenario_from: str | None = None
    break_lock: bool = False
    format: str = "text"
    jobs: int | None = None
    allow_empty: bool = False
    config: str | None = None
    quiet: bool = False


def index(options: IndexOptions) -> int:
    """Bring the dataset up to date; 2 when something cannot be read, or nothing was found. Raises CassetteError."""
    from cassette_tools.dataset.index import index as run_index
    from cassette_tools.scenarios import parts_by

    if options.scheduler is not None and options.engine != "dask":
        raise UsageError("--scheduler is for --engine dask")
    if "-" in options.paths:
        raise UsageError("standard input cannot be indexed: a dataset names files; save it in a file")
    if options.scenario_from is not None:
        parts_by(options.scenario_from)
    config = load_config(options.config)
    budgets.use(config.budgets)
    done = run_index(
        options.paths,
        options.output,
        _engine(options),
        exclude=config.lint.exclude,
        scenario_from=options.scenario_from,
        break_lock=options.break_lock,
        allow_empty=options.allow_empty,
    )
    return _told(done, options)


def _engine(options: IndexOptions) -> Run:
    def watch(doing: str):  # type: ignore[no-untyped-def]
        return watching(doing, quiet=options.quiet)

    if options.engine == "dask":
        from cassette_tools.dataset.engines import dask

        return dask.engine(options.scheduler, options.jobs, watch)
    from cassette_tools.dataset.engines import processes

    return processes.engine(options.jobs, watch)


def _told(done: Indexed, options: IndexOptions) -> int:
    manifest = done.manifest
    for error in done.errors:
        complain(error)
    if manifest is not None and not options.quiet:
        tell_of_skipped({kind: count for kind, count in manifest.refused.items() if kind})
        if done.why_all is not None:
            remark(f"cassette: every file was read anew: {done.why_all}")
    is_empty = manifest is None or not (done.found and manifest.recordings)
    nothing = is_empty and not options.allow_empty
    if nothing and not done.errors:
        remark("cassette: no recording was found; --allow-empty takes that for success")
    elif manifest is not None and not options.quiet:
        write(_json(done, options) if options.format == "json" else _text(done, manifest, options.output))
    return 2 if done.errors or nothing else 0


def _text(done: Indexed, manifest: Manifest, output: str) -> str:
    held = f"{counted(manifest.rows('interactions'), 'interaction')} of {counted(manifest.recordings, 'recording')}"
    return f"{output}: {held} ({counted(done.read, 'file')} read, {done.unchanged:,} unchanged, {done.gone:,} gone)\n"


def _json(done: Indexed, options: IndexOptions) -> str:
    from cassette_tools.dataset.store import location
    from cassette_tools.printable import json_text

    assert done.manifest is not None
    return json_text(
        {
            "schema_version": 1,
            "dataset": options.output,
            "commit": done.manifest.commit,
            "is_new": done.is_new,
            "location": location(options.output, done.manifest, "interactions"),
            "interactions": done.manifest.rows("interactions"),
            "recordings": done.manifest.recordings,
            "bytes": done.manifest.bytes,
            "read": done.read,
            "unchanged": done.unchanged,
            "gone": done.gone,
            "errors": len(done.errors),
        }
    )
