"""How much of a pull request is left: real recordings that were recorded again and differ in noise or wording alone."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from material import SHARED

from cassette_tools import diff, load, normalize
from cassette_tools.errors import CassetteError

STEPS = {"--rechunk": (("rechunk", "layout"), False), "every step": (("all",), True)}
WORDING = frozenset(("text-reworded", "text-whitespace-changed"))


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One pair: the changed lines that git shows, as recorded and after each way of normalising both sides."""

    name: str
    differs_in: str
    lines: int
    left: tuple[int, ...]

    def shrunk(self, way: int) -> float:
        """The share of lines that went."""
        return 1 - self.left[way] / self.lines if self.lines else 1.0


def pairs(scratch: Path) -> Iterator[Pair]:
    """Every pair between which `cassette diff` finds noise, or noise and other words."""
    for folder in sorted((SHARED / "pairs").glob("*/*")):
        old, new = (next(folder.glob(f"{side}.*"), None) for side in ("old", "new"))
        if old is None or new is None:
            continue
        try:
            loud = {each.rule for each in diff(load(str(old)), load(str(new))).findings if each.level != "noise"}
            if not loud <= WORDING:
                continue
            left = tuple(_changed_lines(scratch, old, new, *way) for way in STEPS.values())
        except CassetteError:
            continue
        lines = _lines(scratch, old.read_bytes(), new.read_bytes())
        kind = "wording" if loud else "noise"
        yield Pair(name=f"{folder.parent.name}/{folder.name}", differs_in=kind, lines=lines, left=left)


def _changed_lines(scratch: Path, old: Path, new: Path, steps: tuple[str, ...], requests: bool) -> int:
    ignored = ("headers",) if "all" in steps else ()
    sides = (
        normalize(path.read_bytes(), path=str(path), extend_select=steps, ignore=ignored, requests=requests)
        for path in (old, new)
    )
    return _lines(scratch, *sides)


def _lines(scratch: Path, old: bytes, new: bytes) -> int:
    """Lines that git adds and removes."""
    before, after = scratch / "before", scratch / "after"
    before.write_bytes(old)
    after.write_bytes(new)
    command = ("git", "diff", "--no-index", "--text", "--numstat", str(before), str(after))
    words = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
    return int(words[0]) + int(words[1]) if words else 0


def table(found: list[Pair]) -> str:
    """The pairs, and the medians, as a Markdown table."""
    ways = [f"after {f'`{way}`' if way.startswith('-') else way}" for way in STEPS]
    lines = [
        f"| pair | differs in | changed lines | {' | '.join(ways)} |",
        "|---" * 2 + "|--:" * (1 + len(ways)) + "|",
    ]
    for pair in found:
        cells = (f"{left} (−{pair.shrunk(way):.0%})" for way, left in enumerate(pair.left))
        lines.append(f"| {pair.name} | {pair.differs_in} | {pair.lines} | {' | '.join(cells)} |")
    middle = (f"−{median(pair.shrunk(way) for pair in found):.0%}" for way in range(len(ways)))
    lines.append(f"| **median** |  |  | {' | '.join(middle)} |")
    return "\n".join(lines)
