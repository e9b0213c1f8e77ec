"""A rule that is asked only about some interactions would find nothing in the others; and until it is asked, it is not
imported.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from effort import ROOT, files, loaded

from cassette_tools.config import LintSettings, MatchSettings
from cassette_tools.lint.select import chosen_rules
from cassette_tools.lint.subjects import EVERY, SUBJECTS, subjects_of
from cassette_tools.load import load
from cassette_tools.model import Interaction, Recording
from cassette_tools.rules import RULES, FileFacts, Rule, listed

if TYPE_CHECKING:
    import pytest

NARROW = [rule for rule in RULES.own() if rule.about != EVERY]


def test_every_rule_is_about_something_that_is_known() -> None:
    assert {rule.about for rule in RULES.own()} == {*SUBJECTS}  # and no subject is there for nothing


def others_of(rule: Rule, recording: Recording) -> list[Interaction]:
    return [each for each in recording.interactions if rule.about not in subjects_of(each)]


def said_of_others(rule: Rule, recording: Recording) -> list[str]:
    """What a rule says of the interactions that it is never asked about."""
    check = rule.check
    if rule.begin is not None:
        check = rule.begin(FileFacts(format=recording.format, match=MatchSettings(), path=recording.path))
    if check is None:
        return []
    said = [observation.message for each in others_of(rule, recording) for observation in check(each)]
    return said + [observation.message for _, observation in getattr(check, "end", list)()]


def assert_that_nothing_is_lost(folder: Path) -> None:
    asked = dict.fromkeys((rule.name for rule in NARROW), 0)
    for path in files(folder):
        recording = loaded(path)
        if recording is None:
            continue
        for rule in NARROW:
            assert said_of_others(rule, recording) == [], (rule.name, path)
            asked[rule.name] += len(others_of(rule, recording))
    assert min(asked.values()) > 0, asked


def test_a_rule_has_nothing_to_say_of_the_interactions_that_it_is_not_asked_about() -> None:
    assert_that_nothing_is_lost(ROOT / "samples")


def test_nor_of_real_ones(shared: Path) -> None:
    assert_that_nothing_is_lost(shared / "corpus")


# --- the table -------------------------------------------------------------------------------------------------------


def without_words(rule: Rule) -> tuple[object, ...]:
    functions = (rule.check is not None, rule.begin is not None, rule.configured is not None)
    return (rule.name, rule.category, rule.level, rule.default, rule.about, *functions)


def test_the_table_says_what_the_rules_say() -> None:
    assert list(map(without_words, listed())) == list(map(without_words, RULES))


def test_a_rule_that_is_not_in_the_table_yet_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cassette_tools._compiled.rules.MODULES", ())
    assert list(listed()) == list(RULES)


def test_a_deferred_rule_is_the_rule() -> None:
    bad = load(str(ROOT / "samples" / "rules" / "cost-implausible" / "bad.yaml"))
    ((deferred, _level),) = chosen_rules(LintSettings(select=("cost-implausible",)))
    check = RULES["cost-implausible"].check
    assert check is not None
    assert deferred.check is not None
    found = [list(deferred.check(each)) for each in bad.interactions]
    assert found == [list(check(each)) for each in bad.interactions]
    assert any(found)


IMPORTED = "print(*sorted(name for name in sys.modules if name.startswith('cassette_tools.rules.')))"


def printed(program: str) -> list[str]:
    """What a program prints in an interpreter of its own."""
    command = [sys.executable, "-c", f"import sys\n{program}"]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.split()


def test_to_choose_rules_imports_none() -> None:
    program = "from cassette_tools.lint.select import chosen_rules\nfrom cassette_tools.config import LintSettings\n"
    assert printed(f"{program}chosen_rules(LintSettings(select=('all',)))\n{IMPORTED}") == []


def test_rules_are_listed_in_one_order_whichever_came_first() -> None:
    early = "from cassette_tools.rules import RULES\nRULES.of_module('usage_missing', 'usage-missing')\n"
    assert printed(f"{early}print(*(rule.name for rule in RULES))") == [rule.name for rule in listed()]
