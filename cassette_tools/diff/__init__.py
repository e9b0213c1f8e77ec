"""What changed in meaning between two recordings: `compare`."""

from __future__ import annotations

from cassette_tools.diff.compare import compare

__all__ = ["compare"]
