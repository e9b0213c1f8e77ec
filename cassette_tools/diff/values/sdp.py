"""Descriptions of a WebRTC session (SDP, RFC 8866): what is drawn anew for each, and what is agreed upon."""

from __future__ import annotations

from functools import lru_cache

from cassette_tools.data.volatile import SDP

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Json


def is_same_session(old: Json, new: Json) -> bool:
    """Whether two values are descriptions that agree upon the same, in two sessions."""
    if not isinstance(old, str) or not isinstance(new, str):
        return False
    before = without_session_ids(old) if old.startswith("v=0") else None
    return before is not None and before == without_session_ids(new)


@lru_cache(maxsize=8)
def without_session_ids(text: str) -> str | None:
    """The description with what is drawn anew for every session masked, line by line; ``None`` when it is none."""
    if not text.lstrip().startswith("v=0") or "\no=" not in text:
        return None
    pieces = [(line.rstrip("\r\n"), line) for line in text.splitlines(keepends=True)]
    return "".join(_masked(bare) + line[len(bare) :] for bare, line in pieces if not bare.startswith(_ADDRESSES))


_ADDRESSES = ("a=candidate:", "a=end-of-candidates")  # by how many a machine can be reached says nothing


def _masked(line: str) -> str:
    import re

    row = next((row for row in SDP if line.startswith(row.match)), None)
    if row is not None:
        return f"{row.match}#"
    return re.sub(r"^(m=\w+) \d+ ", r"\1 # ", line)  # the port; what stands after it are the codecs
