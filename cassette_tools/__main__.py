"""``python -m cassette_tools``: the same as ``cassette``."""

from __future__ import annotations

import sys

from cassette_tools.cli import main

if __name__ == "__main__":
    sys.exit(main())
