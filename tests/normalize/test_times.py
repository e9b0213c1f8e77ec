"""Moments and the epoch."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.data.normal import EPOCH
from cassette_tools.normalize.times import base_of, is_promise, moved, seconds_of, spelled


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (1767300617, 1577836800),
        (1767300617.25, 1577836800.0),
        (1767300617250, 1577836800000),
        ("2026-01-01T20:50:17Z", "2020-01-01T00:00:00Z"),
        ("2026-01-01T20:50:17.123456789Z", "2020-01-01T00:00:00Z"),
        ("2026-01-01T20:50:17.5+02:00", "2020-01-01T00:00:00+00:00"),
        ("2026-01-01 20:50:17", "2020-01-01 00:00:00"),
        ("2026-01-01T20:50:17", "2020-01-01T00:00:00"),
        ("20260101T205017Z", "20200101T000000Z"),
        ("Thu, 01 Jan 2026 20:50:17 GMT", "Wed, 01 Jan 2020 00:00:00 GMT"),
    ],
)
def test_the_notation_stays(old: object, new: object) -> None:
    moment = seconds_of(old)
    assert moment is not None
    assert 1767214217 <= moment <= 1767300618
    found = spelled(EPOCH, old)
    assert (found, type(found)) == (new, type(new))


@pytest.mark.parametrize("value", [0, 12, -1, True, None, "", "soon", "3 days ago", "2026", "12:00", [1767300617]])
def test_what_is_no_moment(value: object) -> None:
    assert seconds_of(value) is None


def test_what_happened_together_is_one_moment_and_promises_keep_their_distance() -> None:
    created, done, listed = (1767300617.0, False), (1767300617.0 + 9000, False), (1767300617.0 + 30 * 86400, False)
    expires, soon = (1767300617.0 + 3600, True), (1767300617.0 + 300, True)
    assert moved((created, done, listed, expires, soon), base_of(2)) == {
        created: EPOCH + 120,
        done: EPOCH + 120,
        listed: EPOCH + 120 + 30 * 86400,
        expires: EPOCH + 120 + 3600,
        soon: EPOCH + 120,
    }
    assert [is_promise(path) for path in ("data[].expires_at", "expireTime", "created_at", "x.expired.y")] == [
        True,
        True,
        False,
        False,
    ]


@given(
    st.lists(st.integers(1_600_000_000, 1_900_000_000), min_size=1), st.integers(-10_000_000, 10_000_000), st.booleans()
)
def test_only_distances_count_and_order_is_kept(moments: list[int], shift: int, promised: bool) -> None:
    one = moved(((float(moment), promised) for moment in moments), EPOCH)
    other = moved(((float(moment + shift), promised) for moment in moments), EPOCH)
    assert [one[moment, promised] for moment in moments] == [other[moment + shift, promised] for moment in moments]
    in_order = [one[moment, promised] for moment in sorted(moments)]
    assert in_order == sorted(in_order)
    again = moved(((float(value), promised) for value in one.values()), EPOCH)
    assert all(again[value, promised] == value for value in one.values())
