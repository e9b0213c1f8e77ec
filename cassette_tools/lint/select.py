"""Which rules run on a file, and how grave each is: what the user chose, over what the rules say of themselves."""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.errors import ConfigError
from cassette_tools.walk import matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.config import LintSettings
    from cassette_tools.rules import Rule


def chosen_rules(settings: LintSettings, path: str = "") -> tuple[tuple[Rule, str], ...]:
    """The rules that run on a file, each with its level. Raises ConfigError for a name that is neither rule nor
    category.
    """
    from cassette_tools.rules import RULES

    selected = _named(settings.select, "select") if settings.select else {rule.name for rule in RULES if rule.default}
    selected |= _named(settings.extend_select, "extend-select")
    ignored = _named(settings.ignore, "ignore")
    _named(tuple(settings.levels), "levels")
    for glob, names in settings.per_path.items():
        expanded = _named(names, "per-path")
        if path and matches(glob, path, settings.root):
            ignored |= expanded
    levels = {rule.name: settings.levels.get(rule.name, rule.level) for rule in RULES}
    return tuple(
        (rule if rule.configured is None else replace(rule, begin=rule.configured(settings)), levels[rule.name])
        for rule in RULES
        if rule.name in selected and rule.name not in ignored and levels[rule.name] != "off"
    )


SELECTING = ("select", "extend-select")  # where a category stands for its rules that need not be asked for by name


def _named(names: tuple[str, ...], where: str) -> set[str]:
    """The rules that names and categories stand for."""
    from cassette_tools.rules import RULES, categories

    found: set[str] = set()
    for name in names:
        if name in RULES:
            found.add(name)
        elif name in categories():
            wanted = where in SELECTING
            found.update(rule.name for rule in RULES if rule.category == name and (rule.default or not wanted))
        elif name == "all":
            found.update(rule.name for rule in RULES)
        else:
            raise ConfigError(f"{where}: {name!r} is neither a rule nor a category; {_suggestion(name)}")
    return found


def is_name(name: str) -> bool:
    """Whether it is the name of a rule or a category."""
    from cassette_tools.rules import RULES, categories

    return name in RULES or name in categories()


def _suggestion(name: str) -> str:
    from difflib import get_close_matches

    from cassette_tools.rules import RULES, categories

    near = get_close_matches(name, (*RULES.names(), *categories()), n=1)
    return f"did you mean {near[0]!r}?" if near else "`cassette rules` lists them"
