"""What all decoders of LLM APIs share: reading recorded JSON, joining streams, and putting a call together.

A stream is folded into the body that the same call would have had without streaming, so there is one decoder.
"""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.model import ABSENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from cassette_tools.model import CallError, Json, Piece, Problem


@record
class Folded:
    """What a stream says once its fragments are joined.

    `body` is the JSON body of the same answer without streaming. `trace` maps the pointer of each joined string to
    the pieces it was joined from. `complete` is false when the dialect's own end is missing; `cut` then says what is.
    """

    body: Json = ABSENT
    trace: Mapping[str, tuple[Piece, ...]] = {}
    complete: bool = True
    cut: str | None = None
    error: CallError | None = None
    problems: tuple[Problem, ...] = ()
