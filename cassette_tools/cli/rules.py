"""``cassette rules``."""

from __future__ import annotations

from cassette_tools.cli.output import write
from cassette_tools.errors import UsageError


def rules(name: str | None) -> int:
    """The catalogue, or one rule's manual page. Raises UsageError for a name that is no rule."""
    from cassette_tools.rules import RULES, categories

    if name is None:
        width = max(len(rule.name) for rule in RULES)
        lines = []
        for category in categories():
            of_category = [rule for rule in RULES if rule.category == category]
            if of_category:
                lines.append(f"{category}:")
                lines.extend(f"  {rule.name:<{width}}  {rule.level:<7}  {rule.summary}" for rule in of_category)
        write("\n".join(lines))
        return 0
    if name not in RULES:
        from difflib import get_close_matches

        near = get_close_matches(name, RULES.names(), n=1)
        raise UsageError(
            f"there is no rule {name!r}; " + (f"did you mean {near[0]!r}?" if near else "`cassette rules` lists them")
        )
    rule = RULES[name]
    write(f"{rule.name} ({rule.category}, {rule.level})\n\n{rule.doc.strip()}\n")
    return 0
