"""Whatever is decided, each finding has one word, and a recording comes back only when all in it is rejected."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.diff.suites.decisions import ACCEPTED, LEFT, REJECTED, WORDS, by_recording, decided_as, parts_of
from cassette_tools.finding import Drift
from cassette_tools.reporters import Group, Member

EXAMPLE = Drift(rule="text-changed", level="behavior", message="", path="", origin="response")


def group(at: int, recordings: list[str]) -> Group:
    """A group with a finding, or two, in each recording."""
    members = (Member(pair=path, fingerprint=f"{at}-{number}") for number, path in enumerate(recordings))
    return Group(
        id=f"{at}", level="behavior", rule="text-changed", template="", message="", cause="", subject="",
        members=tuple(members), example=EXAMPLE,
    )  # fmt: skip


RECORDINGS = st.lists(st.sampled_from("abc"), min_size=1, max_size=4)
DECIDED = st.lists(st.tuples(RECORDINGS, st.sampled_from((*WORDS, ""))), max_size=6)


@given(DECIDED)
def test_a_recording_is_decided_by_all_of_its_changes(decided: list[tuple[list[str], str]]) -> None:
    groups = [group(at, recordings) for at, (recordings, _) in enumerate(decided)]
    decisions: dict[tuple[str, str], str] = {}
    for each, (_, word) in zip(groups, decided, strict=True):
        decisions.update(decided_as(each, word) if word else {})
    expected = {
        path: [word or LEFT for recordings, word in decided if path in recordings]
        for path in {path for recordings, _ in decided for path in recordings}
    }
    assert {path: [*words] for path, words in by_recording(groups, decisions).items()} == expected


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(WORDS)), min_size=1, max_size=6))
def test_the_parts_of_a_group_are_the_whole(decided: list[tuple[str, str]]) -> None:
    whole = group(0, [path for path, _ in decided])
    decisions = {(path, f"0-{number}"): word for number, (path, word) in enumerate(decided)}
    parts = dict(parts_of(whole, decisions))
    assert sorted(each.fingerprint for part in parts.values() for each in part.members) == sorted(
        each.fingerprint for each in whole.members
    )
    for word in (ACCEPTED, REJECTED, LEFT):
        found = [(each.pair, word) for each in parts[word].members] if word in parts else []
        assert found == [each for each in decided if each[1] == word]
