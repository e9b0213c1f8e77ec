"""The command line: the only place that prints or exits.

`main` is the entry point. `app` says every command and option with click; plain words, which is what hooks and scripts
say, go the same way without importing it (`fast`).
"""

from __future__ import annotations

import gc
import os
import sys

from cassette_tools import budgets
from cassette_tools.errors import CassetteError


def entry() -> None:
    """The program: `main`, and out at once; taking down the interpreter piece by piece costs 2 ms."""
    budgets.watch()
    status = main()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        pass
    os._exit(status)


def main(arguments: list[str] | None = None) -> int:
    """Run the program; the exit status is 0 (nothing found), 1 (findings or drift) or 2 (could not run)."""
    words = sys.argv[1:] if arguments is None else arguments
    gc.set_threshold(100_000)  # recordings are trees: the collector finds nothing in them, and took a tenth of the time
    try:
        from cassette_tools.cli.fast import plain_call

        call = plain_call(words)
        if call is None:
            from cassette_tools.cli.app import run

            return run(words)
        return call()
    except CassetteError as error:
        from cassette_tools.cli.output import complain

        complain(error)
        return 2
    except BrokenPipeError:  # the reader (`head`) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if os.environ.get("CASSETTE_TRACEBACK"):
            raise
        sys.stderr.write(
            f"cassette: error: internal error: {type(error).__name__}: {ascii(str(error))[:200]}; "
            "please report it with what CASSETTE_TRACEBACK=1 shows\n"
        )
        return 2
