"""What lint says of real recordings: every finding over all of them, under the names that they have where they come from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from cassette_tools.config import LintSettings
from cassette_tools.errors import CassetteError
from cassette_tools.lint.engine import lint_source
from cassette_tools.lint.select import chosen_rules
from cassette_tools.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.finding import Finding

TREES = ("corpus", "pairs", "judged")


def recordings(shared: Path) -> Iterator[tuple[str, Path]]:
    """Each file below the shared folder, by the name that tells of its scenario: of a pair, that is in `meta.json`."""
    for tree in TREES:
        for path in sorted((shared / tree).rglob("*")):
            if path.is_file() and path.name != "meta.json" and path.suffix != ".md":
                yield _name(path, shared), path


def _name(path: Path, shared: Path) -> str:
    name = path.relative_to(shared).as_posix()
    beside = path.with_name("meta.json")
    if path.stem not in ("old", "new") or not beside.is_file():
        return name
    return f"{name}/{json.loads(beside.read_text(encoding='utf-8'))['path']}"


def found(name: str, path: Path) -> tuple[Finding, ...]:
    """What the rules that are on by default say of a file that a walk has met."""
    chosen = tuple(
        entry for entry in chosen_rules(LintSettings()) if entry[0].name not in ("unknown-format", "yaml-syntax")
    )
    try:
        return lint_source(Source.from_bytes(path.read_bytes(), f"/{name}"), chosen)
    except CassetteError:
        return ()


def told(finding: Finding) -> str:
    """A finding in a few words: ``mojibake 12:7``."""
    region = finding.location.region
    return f"{finding.rule} {region.line}:{region.column}"
