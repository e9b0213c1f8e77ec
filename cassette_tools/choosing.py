"""``--only scenario=NAME``: what somebody asks for, by kind.

Choices of one kind add up, those of different kinds must all be met. A pattern may have ``*`` for any text.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from cassette_tools.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Choices = Mapping[str, tuple[str, ...]]

OF_RECORDINGS = ("scenario", "provider", "model")


def choices_of(words: Iterable[str], kinds: tuple[str, ...], option: str = "--only") -> Choices:
    """What an option of the command line asks for, by kind. Raises UsageError."""
    found: dict[str, tuple[str, ...]] = {}
    for each in words:
        kind, _, pattern = each.partition("=")
        if kind not in kinds or not pattern:
            raise UsageError(
                f"{option} {each}: expected {', '.join(f'{name}=…' for name in kinds[:-1])} or {kinds[-1]}=…"
            )
        found[kind] = (*found.get(kind, ()), pattern)
    return found


def fits(name: str, patterns: tuple[str, ...] | None) -> bool:
    """Whether a name is asked for; ``None`` asks for all."""
    return patterns is None or any(fnmatchcase(name, pattern) for pattern in patterns)


def nothing_fits(choices: Choices, names: Mapping[str, Iterable[str]], option: str = "--only") -> UsageError:
    """That no recording is asked for; `names` are those that there are, by kind."""
    kind = next(kind for kind in OF_RECORDINGS if kind in choices)
    known = sorted({*names[kind]} - {""})
    named = ", ".join(known[:_SHOWN]) + (f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else "")
    asked = " ".join(f"{name}={pattern}" for name, patterns in choices.items() for pattern in patterns)
    return UsageError(f"{option} {asked}: no recording fits; the {kind}s are {named or 'not known'}")


_SHOWN = 12
