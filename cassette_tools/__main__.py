"""``python -m cassette_tools``: the same as ``cassette``."""

from __future__ import annotations

from cassette_tools.cli import entry

if __name__ == "__main__":
    entry()
