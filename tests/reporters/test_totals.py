"""What a suite comes to: what became of SDKs and models, recording by recording, and of how many calls a sum is."""

from __future__ import annotations

import pytest

from cassette_tools.diff.suites.totals import added_up, named
from cassette_tools.reporters import DriftSuite, Totals
from cassette_tools.reporters._totals import totals_in_words

Names = tuple[str, ...]


def lines(*totals: Totals) -> list[str]:
    return totals_in_words(DriftSuite(old="v1", new="v2", pairs=(), summary={}, totals=added_up(totals)), ())


def of_sdks(*recordings: tuple[Names, Names]) -> list[str]:
    return lines(*(named({}, {"sdk": each}) for each in recordings))


MANY = [((f"sdk-of-a-long-name-{name} 1",), (f"sdk-of-a-long-name-{name} 2",)) for name in "ABCDEFGHIJ"]
UP = [(f"A 2.{at}.0", f"A 2.{at}.1") for at in range(9, 13)]


@pytest.mark.parametrize(
    ("recordings", "line"),
    [
        ([(("A/Go 1", "B 2"), ("A/Go 3", "B 4"))], "A/Go 1 → 3, B 2 → 4"),
        ([(("A/Go 1", "B 2"), ("A/Go 3", "B 2"))], "A/Go 1 → 3"),
        ([(("A/Go 1",), ("A/Go 3",)), (("A/Go 2",), ("A/Go 3",))], "A/Go 1, 2 → 3"),
        ([(("A/Go 1", "A/Go 2"), ("A/Go 3",))], "A/Go 1, 2 → 3"),
        (
            [(("A 1.10", "B 1", "A 1.9"), ("C 7", "A 2.0"))],
            "A 1.9, 1.10 → 2.0; B 1 is gone from 1 recording; C 7 is new in 1 recording",
        ),
        ([((f"A 1.{at}",), ("A 2.0",)) for at in (10, 9, 2, 30)], "A 1.2 to 1.30 → 2.0"),
        (MANY, ", ".join(f"sdk-of-a-long-name-{name} 1 → 2" for name in "ABCDE") + " and 5 more"),
        ([(("A 1",), ("B 1",))], "A 1 → B 1"),
        ([(("A",), ("B",))], "A → B"),
        ([((), ("A 1",))] * 2, "A 1 is new in 2 recordings"),
        ([((f"{name} 1",), ("G 1",)) for name in "ABCDEF"], "A 1, B 1, C 1, D 1 and 2 more → G 1"),
        # Each recording took a step up; none went from 2.3 to 2.2, whatever the two sets have.
        ([(("A 2.1",), ("A 2.2",)), (("A 2.3",), ("A 2.4",))], "A 2.1 → 2.2, 2.3 → 2.4"),
        (
            [((old,), (new,)) for old, new in [*UP, UP[-1]]],
            "A 2.12.0 → 2.12.1 (2), 2.9.0 → 2.9.1 (1), 2.10.0 → 2.10.1 (1) and 1 more upgrade",
        ),
        # A step down is told first, however few took it.
        (
            [*(((old,), (new,)) for old, new in UP), (("A 3",), ("A 1",))],
            "A 3 → 1, 2.9.0 → 2.9.1, 2.10.0 → 2.10.1 and 2 more upgrades",
        ),
    ],
)
def test_steps(recordings: list[tuple[Names, Names]], line: str) -> None:
    assert of_sdks(*recordings) == [f"SDK: {line}"]


def test_a_model_that_falls_silent_became_none_of_the_others() -> None:
    same = [named({}, {"response_model": ((name,), (name,))}) for name in ("glm-4", "qwen-3", "sonar")]
    lost = named({}, {"response_model": (("kimi-k2",), ())})
    assert lines(*same, lost) == ["model answered: kimi-k2 is gone from 1 recording"]


@pytest.mark.parametrize(
    ("known", "failed", "words"),
    [
        ((3, 3), (0, 0), "cost $1 → $2 (+100.0%)"),
        ((2, 2), (0, 0), "cost of 2 of 3 calls $1 → $2 (+100.0%)"),
        ((1, 2), (0, 0), "cost of 2 of 3 calls (before 1 of 3) $1 → $2 (+100.0%)"),
        ((2, 2), (1, 1), "cost $1 → $2 (+100.0%)"),
        ((1, 2), (0, 1), "cost of 2 of 2 calls (before 1 of 3) $1 → $2 (+100.0%)"),
    ],
)
def test_a_cost_says_of_how_many_calls_it_is(known: tuple[int, int], failed: tuple[int, int], words: str) -> None:
    """Of those that did not fail: a call that fails costs nothing."""
    counts = {"calls": (3, 3), "failed": failed, "cost": (1.0, 2.0), "calls_with_cost": known}
    assert lines(Totals(counts=counts)) == [words]
