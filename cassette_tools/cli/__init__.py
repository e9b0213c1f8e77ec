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
    if None in (sys.stdin, sys.stdout, sys.stderr):
        _open_closed()
    status = main()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        status = status or 2  # what was said did not arrive
    os._exit(status)


def _open_closed() -> None:
    """Put something in the place of standard streams that the caller has closed (``>&-``), or the next file that is
    opened takes their number, and what is printed goes there. What is written to it fails, and is told as such.
    """
    while (handle := os.open(os.devnull, os.O_RDONLY)) <= 2:
        continue
    os.close(handle)
    sys.stdin = sys.stdin or open(0)  # noqa: SIM115 - as long as the program
    sys.stdout = sys.stdout or open(1, "w")  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w")  # noqa: SIM115


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
        from cassette_tools.cli.output import silence

        silence()
        return 2
    except KeyboardInterrupt:
        return 130
    except OSError as error:  # a disk that is full or broken, wherever it shows
        from cassette_tools.cli.output import remark, silence

        remark(f"cassette: error: {error.filename or 'the system'}: {error.strerror or error}")
        silence()
        return 2
    except Exception as error:
        if os.environ.get("CASSETTE_TRACEBACK"):
            raise
        from cassette_tools.cli.output import remark
        from cassette_tools.secrets.hiding import hidden

        remark(
            f"cassette: error: internal error: {type(error).__name__}: "
            f"{ascii(hidden(str(error)))[:200]}; please report it with what CASSETTE_TRACEBACK=1 shows"
        )
        return 2
