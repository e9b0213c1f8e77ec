"""The public functions; `cassette_tools` hands them out."""

from __future__ import annotations

from cassette_tools.load import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.finding import Finding
    from cassette_tools.model import Recording
    from cassette_tools.reporters import DriftReport


def lint(*paths: str, select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()) -> tuple[Finding, ...]:
    """The findings of `cassette lint` in files and folders. Raises CassetteError for the first file that cannot be
    read.
    """
    from cassette_tools.config import LintSettings
    from cassette_tools.lint.run import lint_paths

    outcome = lint_paths(paths, LintSettings(select=select, ignore=ignore), jobs=1, cached=False)
    if outcome.errors:
        raise outcome.errors[0]
    return tuple(outcome.findings)


def diff(old: Recording, new: Recording, *, profile: str | None = None) -> DriftReport:
    """The drift from `old` to `new`; `profile` is rerecord, sdk-upgrade or cross-provider, chosen by provenance when
    ``None``.
    """
    from cassette_tools.diff import compare

    return compare(old, new, profile=profile)


def normalize(
    content: bytes,
    *,
    path: str = "<memory>",
    select: tuple[str, ...] = (),
    extend_select: tuple[str, ...] = (),
    ignore: tuple[str, ...] = (),
    headers: tuple[str, ...] = (),
    requests: bool = False,
    placeholders: tuple[str, ...] = (),
) -> bytes:
    """The content of a recording with its noise and secrets normalised, as `cassette normalize` writes it; `path` is
    what errors call it; `placeholders` are shell patterns for values that are no secrets. Raises CassetteError.
    """
    from cassette_tools.config import NormalizeSettings
    from cassette_tools.normalize import normalized, settings_from
    from cassette_tools.source import Source

    configured = NormalizeSettings(
        select=select, extend_select=extend_select, ignore=ignore, headers=headers, requests=requests
    )
    return normalized(Source.from_bytes(content, path), settings_from(configured, placeholders)).content


__all__ = ["diff", "lint", "load", "normalize"]
