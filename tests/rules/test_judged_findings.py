"""What is found in real recordings is what somebody has read (`judged_findings`), and nothing else."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from judged import found, recordings, told
from judged_findings import READ, SAME, SECRETS, VERDICTS

SECRET = "secret-in-"
NOTES = ("empty-cassette",)  # rightly so in most files, which is why the note says when it is right


@cache
def all_found(shared: Path) -> dict[str, list[str]]:
    """The findings over all real recordings, by the path of the file."""
    findings = ((path.relative_to(shared).as_posix(), found(name, path)) for name, path in recordings(shared))
    return {path: [told(each) for each in seen] for path, seen in findings if seen}


def now_at(rule: str, place: str, now: str) -> str:
    return f"{rule} {place}" if now == SAME else now


@pytest.mark.parametrize(("file", "rule", "place", "verdict", "now", "why"), VERDICTS)
def test_a_verdict_is_met(shared: Path, file: str, rule: str, place: str, verdict: str, now: str, why: str) -> None:
    seen = all_found(shared).get(f"judged/lint/{file}", [])
    assert (f"{rule} {place}" in seen) is (now == SAME), why
    assert not now or now_at(rule, place, now) in seen, why


def test_true_findings_stay_and_others_go() -> None:
    """What is told now at the place of a finding that a reader objected to is another finding, or a note that leaves it
    to the reader.
    """
    for _file, rule, place, verdict, now, _why in VERDICTS:
        if rule in NOTES and now == SAME:
            continue
        assert (now.startswith((SAME, rule))) is (verdict == "TRUE"), (rule, place)


def test_nothing_is_found_that_nobody_has_read(shared: Path) -> None:
    expected = {(f"judged/lint/{file}", now_at(rule, at, now)) for file, rule, at, _v, now, _why in VERDICTS if now}
    expected |= {(file, f"{rule} {place}") for file, rule, place, _verdict, _why in READ}
    seen = [(file, each) for file, findings in all_found(shared).items() for each in findings]
    assert {each for each in seen if not each[1].startswith(SECRET)} == expected
    counts: Counter[str] = Counter()
    for rule, number, _verdict, _why in SECRETS:
        counts[rule] += number
    assert Counter(each.split()[0] for _file, each in seen if each.startswith(SECRET)) == counts
