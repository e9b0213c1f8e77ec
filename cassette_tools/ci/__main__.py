"""``python -P -m cassette_tools.ci STEP``."""

from __future__ import annotations

import os
import sys

from cassette_tools.ci.hosts import host_of
from cassette_tools.ci.settings import settings_of
from cassette_tools.ci.steps import STEPS
from cassette_tools.cli.output import complain, remark
from cassette_tools.errors import CassetteError, UsageError


def main(words: list[str]) -> int:
    """Do one step; the exit status is that of the command that it runs, and 2 where it could not."""
    try:
        if len(words) != 1 or words[0] not in STEPS:
            raise UsageError(f"expected one step: {', '.join(STEPS)}; got {' '.join(words) or 'none'}")
        return STEPS[words[0]](host_of(os.environ), settings_of(os.environ))
    except CassetteError as error:
        complain(error)
    except OSError as error:
        remark(f"cassette: error: {error.filename or 'the system'}: {error.strerror or error}")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
