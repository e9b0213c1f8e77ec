"""``cassette convert``."""

from __future__ import annotations

import os

from cassette_tools import budgets
from cassette_tools._record import record
from cassette_tools.cli.output import remark, watching, write_bytes
from cassette_tools.cli.reading import one_file, source_from
from cassette_tools.config import load_config
from cassette_tools.errors import CassetteError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeAlias

    from cassette_tools.formats import Loss, Writer

    _Told: TypeAlias = tuple[str, str]  # what is lost, and in which interactions
    _Outcome: TypeAlias = tuple[
        str, list[_Told], str | None
    ]  # the file, what is lost of it, or why it could not be done

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
    jobs: int | None = None
    quiet: bool = False


def convert(options: ConvertOptions) -> int:
    """Convert one recording, or every one of a folder. Raises CassetteError when nothing could be done."""
    budgets.use(load_config().budgets)
    _require_host(options.url)
    if os.path.isdir(options.path):
        return _convert_folder(options)
    losses = _convert(options, options.path, options.output)
    if not options.quiet:
        _tell(options.path, [(options.path, losses)])
    return 0


def _convert_folder(options: ConvertOptions) -> int:
    from cassette_tools.pool import each, size_of, workers

    if options.output is None:
        raise UsageError(f"{options.path} is a folder: say with --output FOLDER where its recordings go")
    paths, unread = _files(options.path)
    # Files that go to one place (a.yaml and a.json) are work for one process, so that the last of them stays.
    together: dict[str, list[str]] = {}
    for path in paths:
        together.setdefault(_target(options, path), []).append(path)
    shares = list(together.values())

    def work(number: int) -> list[_Outcome]:
        return [_one_of_folder(options, path) for path in shares[number]]

    watch = watching("converting", quiet=options.quiet)
    processes = workers(options.jobs, len(shares), sum(map(size_of, paths)))
    done = {outcome[0]: outcome for _number, share in each(work, len(shares), processes, watch) for outcome in share}
    errors = [*unread, *(error for path in paths if (error := done[path][2]) is not None)]
    for error in errors:
        remark(f"cassette: error: {error}")
    if not options.quiet:
        _tell(options.path, [(path, done[path][1]) for path in paths])
    return 2 if errors else 0


def _files(folder: str) -> tuple[list[str], list[str]]:
    """The files of a folder, and in words what could not be read there."""
    from cassette_tools.walk import files

    paths: list[str] = []
    unread: list[str] = []
    for entry in files((folder,)):
        if isinstance(entry, CassetteError):
            unread.append(entry.located())
        else:
            paths.append(entry[0])
    return paths, unread


def _target(options: ConvertOptions, path: str) -> str:
    """Where a recording of the folder goes."""
    assert options.output is not None
    return _named_for(options.to, os.path.join(options.output, os.path.relpath(path, options.path)))


def _one_of_folder(options: ConvertOptions, path: str) -> _Outcome:
    from cassette_tools.formats import may_be_cassette
    from cassette_tools.regular import read

    try:
        if not may_be_cassette(read(path)):
            return path, [], None
        return path, _convert(options, path, _target(options, path), within=options.output), None
    except CassetteError as error:
        return path, [], error.located()


def _require_host(url: str | None) -> None:
    if url is None:
        return
    scheme, _, rest = url.partition("://")
    if scheme not in ("http", "https") or rest[:1] in ("", "/", "?", "#"):
        raise UsageError(f"--url {url}: no address; expected one such as https://api.openai.com")


def _named_for(to: str, path: str) -> str:
    """The path with the extension that files of the format have."""
    return os.path.splitext(path)[0] + _writer(to).extension


def _writer(to: str) -> Writer:
    """What writes the format. Raises UsageError."""
    from cassette_tools.formats import writers

    if to not in writers():
        raise UsageError(f"--to {to}: no such format; those that can be written: {', '.join(writers())}")
    return writers()[to]


def _convert(options: ConvertOptions, path: str, output: str | None, within: str | None = None) -> list[_Told]:
    """Write one recording; what is lost of it."""
    from cassette_tools.formats._asking import addressed
    from cassette_tools.formats._uncoded import decompressed
    from cassette_tools.load import load_source

    writer = _writer(options.to)
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
    return _by_message(written.losses)


def _tell(path: str, told: list[tuple[str, list[_Told]]]) -> None:
    """Tell each kind of loss once: in which interactions of a file, or in how many files of a folder."""
    files: dict[str, list[str]] = {}
    for file, losses in told:
        for message, where in losses:
            files.setdefault(message, []).append(f"{file}: {where}" if where else file)
    for message, places in list(files.items())[:REMARKS]:
        others = len(places) - 1
        more = f" (and in {others} more {'file' if others == 1 else 'files'})" if others else ""
        remark(f"cassette: {places[0]}: {message}{more}")
    if len(files) > REMARKS:
        remark(f"cassette: {path}: and {len(files) - REMARKS} more kinds of losses")


def _by_message(losses: Iterable[Loss]) -> list[_Told]:
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
