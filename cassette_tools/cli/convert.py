"""``cassette convert``."""

from __future__ import annotations

import os

from cassette_tools import budgets
from cassette_tools._record import record
from cassette_tools.cli.output import complain, remark, write_bytes
from cassette_tools.cli.reading import one_file, source_from
from cassette_tools.config import load_config
from cassette_tools.errors import CassetteError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.formats._writing import Loss

REMARKS = 20  # losses that are told one by one; the rest is counted


@record
class ConvertOptions:
    """What the command line says."""

    path: str
    to: str
    output: str | None = None
    decompress: bool = False
    strict: bool = False
    quiet: bool = False


def convert(options: ConvertOptions) -> int:
    """Convert one recording, or every one of a folder. Raises CassetteError when nothing could be done."""
    budgets.use(load_config().budgets)
    if not os.path.isdir(options.path):
        _convert(options, options.path, options.output)
        return 0
    if options.output is None:
        raise UsageError(f"{options.path} is a folder: say with --output FOLDER where its recordings go")
    from cassette_tools.formats import may_be_cassette
    from cassette_tools.regular import read
    from cassette_tools.walk import files

    failed = 0
    for entry in files((options.path,)):
        try:
            if isinstance(entry, CassetteError):
                raise entry
            path = entry[0]
            if may_be_cassette(read(path)):
                target = os.path.join(options.output, os.path.relpath(path, options.path))
                _convert(options, path, _named_for(options.to, target), within=options.output)
        except CassetteError as error:
            complain(error)
            failed = 2
    return failed


def _named_for(to: str, path: str) -> str:
    """The path with the extension that files of the format have."""
    from cassette_tools.formats import writers

    return os.path.splitext(path)[0] + writers()[to].extension


def _convert(options: ConvertOptions, path: str, output: str | None, within: str | None = None) -> None:
    from cassette_tools.formats import writers
    from cassette_tools.formats._uncoded import decompressed
    from cassette_tools.load import load_source

    writer = writers().get(options.to)
    if writer is None:
        raise UsageError(f"--to {options.to}: no such format; those that can be written: {', '.join(writers())}")
    with one_file(path):
        recording = load_source(source_from(path))
        if options.decompress:
            recording = decompressed(recording)
        written = writer.write(recording)
    if written.losses and options.strict:
        told = "; ".join(_said(loss) for loss in written.losses[:REMARKS])
        raise UsageError(f"{path}: {options.to} cannot hold all of it, and --strict forbids to lose anything: {told}")
    if output is not None and os.path.dirname(output):
        from cassette_tools.writing import make_folder

        make_folder(os.path.dirname(output), within=within)
    write_bytes(written.content, output, within=within)
    if not options.quiet:
        _tell(path, written.losses)


def _tell(path: str, losses: tuple[Loss, ...]) -> None:
    for loss in losses[:REMARKS]:
        remark(f"cassette: {path}: {_said(loss)}")
    if len(losses) > REMARKS:
        remark(f"cassette: {path}: and {len(losses) - REMARKS} more")


def _said(loss: Loss) -> str:
    return loss.message if loss.interaction is None else f"interaction {loss.interaction}: {loss.message}"
