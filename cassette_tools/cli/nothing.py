"""What was not looked at: a green run must mean that something was."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cassette_tools.lint.run import Outcome
    from cassette_tools.suite.survey import Survey

SHOWN = 4  # kinds of files


def is_empty(outcome: Outcome | Survey, paths: tuple[str, ...], *, allowed: bool) -> bool:
    """Whether not one recording was found in the folders that were named, and that is not `allowed`; then it is said,
    with what was passed over. Of files that were named each was looked at, or left out by the configuration.
    """
    if outcome.files or allowed or not any(os.path.isdir(path) for path in paths or (".",)):
        return False
    from cassette_tools.cli.output import remark

    remark(f"cassette: no recording was found{_passed(outcome)}; --allow-empty takes that for success")
    return True


def tell_of_skipped(refused: Mapping[str, int], named: Iterable[tuple[str, str]] = ()) -> None:
    """Say how many files of the folders turned out to be no recordings, by what they look like, and each of the `named`
    with what it looks like.
    """
    from cassette_tools.cli.output import remark

    for path, what in named:
        remark(f"cassette: {path}: passed over: {what or 'no mark of a recording'}")
    if not refused:
        return
    seen = ", ".join(f"{count} × {what}" for what, count in sorted(refused.items(), key=lambda each: -each[1]))
    count = sum(refused.values())
    remark(f"cassette: skipped {count} unsupported file{'s' * (count != 1)}: {seen}")


def tell_of_unfit(unfit: Sequence[str], pattern: str | None, *, quiet: bool) -> None:
    """Say which paths a pattern for scenarios does not fit."""
    if unfit and not quiet:
        from cassette_tools.cli.output import remark
        from cassette_tools.walk import order_on_walk

        more = f" and {len(unfit) - 1} more" if len(unfit) > 1 else ""
        remark(
            f"cassette: --scenario-from {pattern} does not fit {min(unfit, key=order_on_walk)}{more}:"
            " these keep the scenarios that are guessed"
        )


def _passed(outcome: Outcome | Survey) -> str:
    """What was passed over, by kind."""
    kinds = sorted(outcome.passed.items(), key=lambda each: (-each[1], each[0]))
    count = sum(outcome.passed.values())
    if not count:
        return ""
    told = [f"{number} {kind or 'without a suffix'}" for kind, number in kinds[:SHOWN]]
    more = "" if len(kinds) <= SHOWN else ", …"
    return f"; {count} file{'s' * (count != 1)} had no mark of one ({', '.join(told)}{more})"
