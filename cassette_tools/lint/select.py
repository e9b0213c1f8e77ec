"""Which rules run on a file, and how grave each is: what the user chose, over what the rules say of themselves."""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.errors import ConfigError
from cassette_tools.walk import matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from cassette_tools.config import LintSettings
    from cassette_tools.rules import Check, FileFacts, Rule


def chosen_rules(settings: LintSettings, path: str = "") -> tuple[tuple[Rule, str], ...]:
    """The rules that run on a file, each with its level. Raises ConfigError for a name that is neither rule nor
    category.
    """
    from cassette_tools.rules import listed

    rules = {rule.name: rule for rule in listed()}
    by_default = {rule.name for rule in rules.values() if rule.default}
    selected = _named(rules, settings.select, "select") if settings.select else by_default
    selected |= _named(rules, settings.extend_select, "extend-select")
    ignored = _named(rules, settings.ignore, "ignore")
    _named(rules, tuple(settings.levels), "levels")
    for glob, names in settings.per_path.items():
        expanded = _named(rules, names, "per-path")
        if path and matches(glob, path, settings.root):
            ignored |= expanded
    levels = {name: settings.levels.get(name, rule.level) for name, rule in rules.items()}
    return tuple(
        (_configured(rule, settings), levels[name])
        for name, rule in rules.items()
        if name in selected and name not in ignored and levels[name] != "off"
    )


def _configured(rule: Rule, settings: LintSettings) -> Rule:
    """The rule with its settings, which it is told when it begins with a file."""
    configured = rule.configured
    if configured is None:
        return rule

    def begin(file: FileFacts) -> Check | None:
        return configured(settings)(file)

    return replace(rule, begin=begin)


SELECTING = ("select", "extend-select")  # where a category stands for its rules that need not be asked for by name


def _named(rules: Mapping[str, Rule], names: tuple[str, ...], where: str) -> set[str]:
    """The rules that names and categories stand for."""
    from cassette_tools.rules import categories

    found: set[str] = set()
    for name in names:
        if name in rules:
            found.add(name)
        elif name in categories():
            wanted = where in SELECTING
            found.update(rule.name for rule in rules.values() if rule.category == name and (rule.default or not wanted))
        elif name == "all":
            found.update(rules)
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
