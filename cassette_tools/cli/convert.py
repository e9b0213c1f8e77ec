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
    from collections.abc import Iterable

    from cassette_tools.formats import Loss

REMARKS = 20  # different losses that are told; the rest is counted


@record
class ConvertOptions:
    """What the command line says."""

    path: str
    to: str
    output: str | None = None
    url: str | None = None
    decompress: bool = False
    strict: bool = False
    quiet: bool = False


def convert(options: ConvertOptions) -> int:
    """Convert one recording, or every one of a folder. Raises CassetteError when nothing could be done."""
    budgets.use(load_config().budgets)
    _require_host(options.url)
    if not os.path.isdir(options.path):
        losses = _convert(options, options.path, options.output)
        if not options.quiet:
            _tell(options.path, [(options.path, losses)])
        return 0
    if options.output is None:
        raise UsageError(f"{options.path} is a folder: say with --output FOLDER where its recordings go")
    from cassette_tools.formats import may_be_cassette
    from cassette_tools.regular import read
    from cassette_tools.walk import files

    failed = 0
    told: list[tuple[str, tuple[Loss, ...]]] = []
    for entry in files((options.path,)):
        try:
            if isinstance(entry, CassetteError):
                raise entry
            path = entry[0]
            if may_be_cassette(read(path)):
                target = os.path.join(options.output, os.path.relpath(path, options.path))
                told.append((path, _convert(options, path, _named_for(options.to, target), within=options.output)))
        except CassetteError as error:
            complain(error)
            failed = 2
    if not options.quiet:
        _tell(options.path, told)
    return failed


def _require_host(url: str | None) -> None:
    if url is None:
        return
    scheme, _, rest = url.partition("://")
    if scheme not in ("http", "https") or rest[:1] in ("", "/", "?", "#"):
        raise UsageError(f"--url {url}: no address; expected one such as https://api.openai.com")


def _named_for(to: str, path: str) -> str:
    """The path with the extension that files of the format have."""
    from cassette_tools.formats import writers

    return os.path.splitext(path)[0] + writers()[to].extension


def _convert(options: ConvertOptions, path: str, output: str | None, within: str | None = None) -> tuple[Loss, ...]:
    """Write one recording; what is lost of it."""
    from cassette_tools.formats import writers
    from cassette_tools.formats._asking import addressed
    from cassette_tools.formats._uncoded import decompressed
    from cassette_tools.load import load_source

    writer = writers().get(options.to)
    if writer is None:
        raise UsageError(f"--to {options.to}: no such format; those that can be written: {', '.join(writers())}")
    with one_file(path):
        recording = load_source(source_from(path))
        if options.url is not None:
            recording = addressed(recording, options.url)
        if options.decompress:
            recording = decompressed(recording)
        written = writer.write(recording)
    lost = [loss for loss in written.losses if loss.lost]
    if lost and options.strict:
        told = "; ".join(f"{where}: {message}" if where else message for message, where in _by_message(lost))
        raise UsageError(f"{path}: {options.to} cannot hold all of it, and --strict forbids to lose anything: {told}")
    if output is not None and os.path.dirname(output):
        from cassette_tools.writing import make_folder

        make_folder(os.path.dirname(output), within=within)
    write_bytes(written.content, output, within=within)
    return written.losses


def _tell(path: str, told: list[tuple[str, tuple[Loss, ...]]]) -> None:
    """Tell each kind of loss once: in which interactions of a file, or in how many files of a folder."""
    files: dict[str, list[str]] = {}
    for file, losses in told:
        for message, where in _by_message(losses):
            files.setdefault(message, []).append(f"{file}: {where}" if where else file)
    for message, places in list(files.items())[:REMARKS]:
        others = len(places) - 1
        more = f" (and in {others} more {'file' if others == 1 else 'files'})" if others else ""
        remark(f"cassette: {places[0]}: {message}{more}")
    if len(files) > REMARKS:
        remark(f"cassette: {path}: and {len(files) - REMARKS} more kinds of losses")


def _by_message(losses: Iterable[Loss]) -> list[tuple[str, str]]:
    """Each loss once, with the interactions that it concerns; ``""`` for the whole cassette."""
    interactions: dict[str, list[int]] = {}
    for loss in losses:
        interactions.setdefault(loss.message, []).extend(() if loss.interaction is None else (loss.interaction,))
    return [(message, _named_interactions(several)) for message, several in interactions.items()]


def _named_interactions(several: list[int]) -> str:
    """``interaction 3``, ``interactions 0 to 7``, ``5 interactions from 0 to 7``."""
    numbers = sorted(set(several))
    if len(numbers) < 2:
        return "".join(f"interaction {number}" for number in numbers)
    first, last = numbers[0], numbers[-1]
    if last - first == len(numbers) - 1:
        return f"interactions {first} to {last}"
    return f"{len(numbers)} interactions from {first} to {last}"
