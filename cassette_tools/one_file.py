"""Whatever goes wrong while one file is worked on is an error of that file, and the others are still done."""

from __future__ import annotations

import os

from cassette_tools import budgets
from cassette_tools.errors import CassetteError, ProgramFault, SourceError, UnsafeInput

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType


class OneFile:
    """``with OneFile(path):`` the work on one file. Nothing leaves it but a CassetteError (and what ends the program),
    and within the seconds that a file may take.
    """

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> None:
        budgets.set_clock(budgets.limit("seconds"))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        budgets.set_clock(0)
        if isinstance(error, SourceError):
            error.path = error.path or self._path
        elif error is not None and is_failure(error):
            failed = failure(error)
            failed.path = self._path
            raise failed from error


def is_failure(error: BaseException) -> bool:
    """Whether it is none of our own errors, and nothing that ends the program."""
    return isinstance(error, (Exception, budgets.OutOfTime)) and not isinstance(error, CassetteError)


def failure(error: BaseException) -> SourceError:
    """What is said of a file at which the program fails. Raises the error itself where its traceback is asked for."""
    if isinstance(error, budgets.OutOfTime):
        return budgets.beyond("seconds")
    if isinstance(error, MemoryError):
        return UnsafeInput("it takes more memory than there is")
    if isinstance(error, RecursionError):
        return UnsafeInput("it is nested too deep to be worked through")
    if isinstance(error, OverflowError) or (isinstance(error, ValueError) and "int_max_str_digits" in str(error)):
        return UnsafeInput("it holds a number of more digits than can be computed with")
    if os.environ.get("CASSETTE_TRACEBACK"):
        raise error
    return ProgramFault(
        f"the program itself fails at this file ({type(error).__name__} in {_origin(error)}): please report it with "
        "what CASSETTE_TRACEBACK=1 shows"
    )


def _origin(error: BaseException) -> str:
    """Where in the program it happened, which names nothing that was recorded."""
    trace, origin = error.__traceback__, "?"
    while trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "")
        if module.startswith("cassette_tools."):
            origin = f"{module}:{trace.tb_lineno}"
        trace = trace.tb_next
    return origin
