"""Does a rewrite leave everything that the program says as it was?

    python tools/unchanged.py write SNAPSHOT [FOLDER ...]     # before
    python tools/unchanged.py check SNAPSHOT [FOLDER ...]     # after: names what differs, exit status 1
    python tools/unchanged.py show RECORDING

A snapshot holds one digest for each canonical call (pointers and traces included), for the lint report of each
recording, and for the drift report of each pair (old.* beside new.*). The folders are those of CASSETTE_SHARED
(corpus, pairs, judged, seeds) and samples/, unless others are named. ``show RECORDING`` prints its calls as text, to be
compared with what another checkout prints.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from hashlib import sha256
from multiprocessing import Pool
from pathlib import Path
from typing import Any

from cassette_tools import diff, lint
from cassette_tools._record import fields
from cassette_tools.errors import CassetteError
from cassette_tools.load import load

SHARED = ("corpus", "pairs", "judged", "seeds")
Snapshot = dict[str, list[str]]


def folders(named: list[str]) -> list[Path]:
    """The folders to look at."""
    if named:
        return [Path(name) for name in named]
    shared = Path(os.environ.get("CASSETTE_SHARED", "../shared"))
    return [shared / name for name in SHARED] + [Path("samples")]


def plain(value: Any) -> Any:
    """A value of the model as JSON, whatever records are in it."""
    if hasattr(type(value), "__record_defaults__"):
        return {"": type(value).__name__} | {name: plain(getattr(value, name)) for name in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(value[key]) for key in value}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else repr(value)


def text_of(value: Any) -> str:
    """The same text for the same value, whatever the order of its keys."""
    return json.dumps(plain(value), sort_keys=True, indent=1, ensure_ascii=True)


def digest(value: Any) -> str:
    """What stands for a value in a snapshot."""
    return sha256(text_of(value).encode()).hexdigest()[:16]


def recorded(path: Path) -> tuple[str, list[str]]:
    """The digests of one recording: its lint report, then its calls."""
    try:
        calls = [digest(interaction.llm) for interaction in load(str(path)).interactions]
    except CassetteError as error:
        calls = [digest(str(error))]
    return str(path), [digest(lint(str(path))), *calls]


def compared(folder: Path) -> tuple[str, list[str]]:
    """The digest of what `diff` says of one pair, both ways."""
    old, new = (next(folder.glob(f"{side}.*")) for side in ("old", "new"))
    try:
        pair = load(str(old)), load(str(new))
    except CassetteError as error:
        return f"{folder}/", [digest(str(error))]
    return f"{folder}/", [digest(diff(*pair)), digest(diff(*reversed(pair)))]


def snapshot(places: list[Path]) -> Snapshot:
    """Every digest, by the path of the recording, or of the folder of a pair (with a slash at its end)."""
    paths = sorted(path for place in places for path in place.rglob("*") if path.is_file())
    pairs = sorted({path.parent for path in paths if path.stem == "old" and [*path.parent.glob("new.*")]})
    with Pool() as pool:
        found: Iterator[tuple[str, list[str]]] = pool.imap(recorded, paths, 8)
        taken = dict(found)
        return taken | dict(pool.imap(compared, pairs, 4))


def differences(before: Snapshot, after: Snapshot) -> Iterator[str]:
    """A line for each recording or pair of which something else is said."""
    for path in sorted(before.keys() | after.keys()):
        old, new = before.get(path), after.get(path)
        if old is None or new is None:
            yield f"{path}: only {'after' if old is None else 'before'}"
        elif old != new:
            what = "drift report" if path.endswith("/") else "lint report" if old[0] != new[0] else "calls"
            places = [str(at - 1) for at, pair in enumerate(zip(old, new, strict=False)) if at and pair[0] != pair[1]]
            yield f"{path}: {what}" + (f", interactions {', '.join(places)}" if places and path[-1] != "/" else "")


def main(words: list[str]) -> int:
    """Write or check a snapshot, or show one recording's calls; see the module."""
    action, name, *rest = words
    if action == "show":
        print(text_of([interaction.llm for interaction in load(name).interactions]))
        return 0
    taken = snapshot(folders(rest))
    if action == "write":
        Path(name).write_text(json.dumps(taken, indent=0), encoding="utf-8")
        print(f"{len(taken)} recordings and pairs")
        return 0
    found = [*differences(json.loads(Path(name).read_text(encoding="utf-8")), taken)]
    print(*found, f"{len(found)} of {len(taken)} differ", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
