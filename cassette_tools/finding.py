"""What a check reports: levels, regions, fixes, observations and findings (SARIF 2.1.0 vocabulary).

A rule yields *observations*: what is wrong and where. The engine makes *findings* of them: it adds the level (a
judgement, which users may override), the region (lines and columns) and the fingerprint.
"""

from __future__ import annotations

from cassette_tools._record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cassette_tools.model import Place


@record
class Region:
    """A stretch of a file: lines and columns from 1, columns in code points, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@record
class Location:
    """A region of a named file."""

    path: str
    region: Region


@record
class Edit:
    """Replace one place of the file's text by other text."""

    place: Place
    replacement: str


@record
class Fix:
    """A repair. `applicability` is ``safe`` (replay is sure to be the same) or ``unsafe``."""

    applicability: str
    description: str
    edits: tuple[Edit, ...] = ()


@record
class Observation:
    """What a rule saw. `key` tells apart two observations at one canonical path (it goes into the fingerprint)."""

    message: str
    place: Place
    related: tuple[Place, ...] = ()
    fix: Fix | None = None
    key: str = ""


@record
class Finding:
    """An observation with its judgement. `interaction` is the index in the file, ``None`` for the file as a whole.

    `anchor` is what the fingerprint says beside the file: the rule, and the canonical place in the recording.
    """

    rule: str
    level: str  # error, warning, note
    message: str
    location: Location
    interaction: int | None = None
    related: tuple[Location, ...] = ()
    fix: Fix | None = None
    fingerprint: str = ""
    anchor: str = ""


@record
class Reason:
    """One thing that could have brought a change about: `cause` as JSON calls it, its name for a person, and how far
    down it stands among several.
    """

    rank: int
    cause: str
    name: str = ""
    is_text: bool = False


@record
class Said:
    """What a drift's message is made of, for a line that tells several. `words` are those of the one change; `calls`
    the interactions in which it is so; `kind` what a person calls such changes, and `follows` what is folded under it,
    likewise; `reasons` who did it; `dialect` the API of its call, `endpoint` the host of what is no call of a
    model; `facts` what the words name of the old text and of the new one, so that an excerpt shows it.
    """

    words: str
    subject: str = ""
    note: str = ""
    size: float | None = None
    calls: tuple[str, ...] = ()
    kind: str = ""
    follows: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    dialect: str = ""
    endpoint: str = ""
    facts: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


@record
class Drift:
    """One change between two recordings of a scenario. `old` and `new` are JSON values, ``None`` for none.

    `merged` is a change that is told in the line of another one, `caused_by`; by itself it would count as that does.
    `told` is one that the line of `caused_by` speaks of as well: the same in another call, or said beside it.
    """

    rule: str
    level: str  # breaking, behavior, shape, cosmetic, noise
    message: str
    path: str  # interactions[0].response.finish_reasons[0]
    origin: str  # request, response, stream, transport
    cause: str = "unknown"  # sdk, prompt, model, provider, gateway, echo, unknown
    evidence: str = ""  # the cause in words for people, with what it is read from
    caused_by: str | None = None
    old: Any = None
    new: Any = None
    old_location: Location | None = None
    new_location: Location | None = None
    fingerprint: str = ""
    merged: bool = False
    told: bool = False
    said: Said | None = None


def cause_in_words(drift: Drift) -> str:
    """``request (max_tokens)``; ``""`` where no cause is known, or the change says it itself."""
    return drift.evidence


def fingerprint(*parts: object) -> str:
    """Sixteen hex digits from a rule, a file, an interaction's key and a canonical path: never a line or a value."""
    try:
        from _blake2 import blake2b  # what `hashlib` hands out, without loading OpenSSL (5 ms) for one short hash
    except ImportError:
        from hashlib import blake2b
    content = "\0".join(str(part) for part in parts).encode("utf-8", "surrogatepass")
    return blake2b(content, digest_size=8).hexdigest()
