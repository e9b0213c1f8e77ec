"""`cassette match`: which recording a player would play for a request, and if none, what keeps the nearest from it."""

from __future__ import annotations

from cassette_tools.match.search import Answer, Candidate, Fate, Replay, answer, replay

__all__ = ["Answer", "Candidate", "Fate", "Replay", "answer", "replay"]
