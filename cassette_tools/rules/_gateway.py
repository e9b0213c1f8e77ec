"""Recordings of a gateway's two sides: the request as its client sent it, the answer as the provider gave it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.rules import Check, FileFacts

# coder/aibridge: it offers tools of its own to the model, and asks for the model that it was set up with.
TWO_SIDED = frozenset(("txtar",))


def unless_two_sided(check: Check, file: FileFacts) -> Check | None:
    """The check, for files in which the answer is one to the request beside it."""
    return None if file.format in TWO_SIDED else check
