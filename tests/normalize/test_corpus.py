"""What must hold for each real recording that can be written: nothing above noise changes, nothing changes twice,
nothing new is found, and no value changes its type.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from effort import THOROUGH
from normal_material import ALL, CANONICAL, USUAL, read, real, rewritten

from cassette_tools.config import LintSettings
from cassette_tools.diff import compare
from cassette_tools.lint.engine import lint_source
from cassette_tools.lint.select import chosen_rules
from cassette_tools.source import Source

WAYS = {"usual": (USUAL, False), "canonical": (CANONICAL, False), "all": (ALL, True)}
PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("folder", ["corpus", "pairs", "seeds"] if THOROUGH else ["corpus"])
def test_what_holds_of_real_recordings(shared: Path, folder: str, part: int) -> None:
    paths = real(shared / folder)[part::PARTS]
    found = [(path.name, way, each) for path in paths for way in ways_of(path) for each in problems(path, way)]
    assert found == []


def ways_of(path: Path) -> tuple[str, ...]:
    """All of them with ``CASSETTE_THOROUGH=1`` (`make corpus`), otherwise one, chosen by the content of the file."""
    return tuple(WAYS) if THOROUGH else (tuple(WAYS)[crc32(path.read_bytes()) % len(WAYS)],)


def problems(path: Path, way: str) -> Iterator[str]:
    steps, requests = WAYS[way]
    old, name = path.read_bytes(), str(path)
    new = rewritten(old, steps, path=name, requests=requests)
    if rewritten(new, steps, path=name, requests=requests) != new:
        yield "what was normalised changes when it is normalised again"
    for drift in compare(read(old, name), read(new, name)).findings:
        if drift.level != "noise":
            yield f"{drift.rule} at {drift.path}"
    left = findings(new, name)
    yield from (f"a new finding: {rule}" for rule, _index in left - findings(old, name))
    if way == "all":
        yield from (f"still there: {rule}" for rule, _index in left if is_secret(rule))
    if way == "usual" and read(old, name).format != "httprr":  # no tree
        yield from unlike(plain(old, name), plain(new, name), "")[:3]


def is_secret(rule: str) -> bool:
    return rule.startswith("secret-") or rule == "cookie-recorded"


def findings(content: bytes, path: str) -> Counter[tuple[str, int | None]]:
    found = lint_source(Source.from_bytes(content, path), chosen_rules(LintSettings()))
    return Counter((each.rule, each.interaction) for each in found)


def plain(content: bytes, path: str) -> Any:
    source = Source.from_bytes(content, path)
    for _ in source.items():
        pass
    return source.top


def unlike(old: Any, new: Any, route: str) -> list[str]:
    """Where two trees differ in a type, or in what there is, header fields and cookies left out."""
    if type(old) is not type(new):
        return [f"{route}: {type(old).__name__} became {type(new).__name__}"]
    if isinstance(old, dict):
        in_headers = route.lower().endswith("headers")
        gone = [] if in_headers else [f"{route}.{key} is gone" for key in old if key not in new]
        return [*gone, *(each for key in new if key in old for each in unlike(old[key], new[key], f"{route}.{key}"))]
    if isinstance(old, list):
        if len(old) != len(new):
            in_headers = "headers" in route.lower() or route.endswith("cookies")
            return [] if in_headers else [f"{route}: {len(old)} became {len(new)}"]
        return [each for at in range(len(old)) for each in unlike(old[at], new[at], f"{route}[{at}]")]
    return []
