"""What can be wrong with a recording: one module per lint rule (a family of trivially alike rules may share one).

A rule module holds, from top to bottom: a docstring, which *is* the user's manual page of the rule (what it finds,
why it matters, how to mend it); the registration; and one generator. Rules do not know each other and read no files,
clock, environment or network. Each has samples under ``samples/rules/<name>/``.
"""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.registry import Registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, TypeAlias

    from cassette_tools.config import LintSettings, MatchSettings
    from cassette_tools.finding import Observation
    from cassette_tools.model import Interaction

    Check: TypeAlias = Callable[[Interaction], Iterator[Observation]]
    Begin: TypeAlias = Callable[["FileFacts"], Check | None]

CATEGORIES = ("format", "http", "stream", "message", "usage", "model", "text", "secrets", "replay")


@record
class FileFacts:
    """What a rule may know of the file whose interactions it is about to see. `path` is absolute, or names no file."""

    format: str
    match: MatchSettings
    path: str = ""


@record
class Rule:
    """A lint rule. `summary` is one line for lists; `doc` is the manual page (the module's docstring).

    `check` yields what is wrong with one interaction. `begin` makes a check for one file, whose interactions it then
    sees in their order; ``None`` when there is nothing to look for in such a file. Where that check has a method `end`,
    it is asked at the end of the file for what only then can be said. A rule with neither `check` nor `begin` reports
    the `Problem`s of its own name that reading and decoding met. `configured` makes the `begin` of a rule that has
    settings of its own. `default` is false for rules that must be asked for. `about` is what an interaction must have
    for the rule to be asked, one of `lint.subjects`; a rule about every interaction has none.
    """

    name: str
    category: str
    level: str  # error, warning, note
    summary: str
    doc: str
    check: Check | None = None
    begin: Begin | None = None
    configured: Callable[[LintSettings], Begin] | None = None
    default: bool = True
    about: str = ""


RULES: Registry[Rule] = Registry("cassette_tools.rules", group="cassette_tools.rules")


def categories() -> tuple[str, ...]:
    """The categories of all rules; those of other packages may have some of their own, which come last."""
    return tuple(dict.fromkeys((*CATEGORIES, *(rule.category for rule in RULES.others().values()))))


# --- without what they do --------------------------------------------------------------------------------------------


def listed() -> Iterator[Rule]:
    """Every rule. Of our own only what is known without importing them, since most files ask half of them nothing: what
    they do is imported when it is asked for.
    """
    from cassette_tools._compiled.rules import MODULES, ROWS

    if RULES.modules() != MODULES:  # a rule was just added
        yield from RULES
        return
    for name, category, level, default, about, module, functions in ROWS:
        asked = {function: Later(module, name, function) for function in functions}
        yield Rule(name=name, category=category, level=level, summary="", doc="", default=default, about=about, **asked)
    yield from RULES.others().values()


class Later:
    """A function of a rule, whose module is imported when it is first asked for."""

    def __init__(self, module: str, name: str, function: str) -> None:
        self._home = module, name
        self._function = function

    def found(self) -> Callable[..., Any]:
        """The function itself."""
        function: Callable[..., Any] = getattr(RULES.of_module(*self._home), self._function)
        return function

    def __call__(self, *given: Any) -> Any:
        return self.found()(*given)
