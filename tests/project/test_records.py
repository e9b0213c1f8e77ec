"""Records: what `@record` makes of a class, however many instances there are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools._record import fields, record, replace


def kinds() -> tuple[type, ...]:
    """New classes, of which no instance was made."""

    @record
    class Empty:
        pass

    @record
    class Place:
        line: int
        column: int = 1
        name: str = ""

    return Empty, Place


@given(st.integers(1, 60), st.integers(0, 60))
def test_the_first_instances_are_as_the_later_ones(one: int, other: int) -> None:
    """Their `__init__` is compiled after the first few."""
    _empty, place = kinds()
    made = [place(line=number, column=2) for number in range(max(one, other) + 1)]
    assert made[one] == place(line=one, column=2, name="")
    assert (made[one] == made[other]) is (one == other)
    assert [getattr(made[other], name) for name in fields(place)] == [other, 2, ""]
    assert replace(made[other], name="x") == place(line=other, column=2, name="x")


@pytest.mark.parametrize("before", [0, 1, 19, 20, 21, 50])
def test_a_wrong_call_is_one_whenever_it_is_made(before: int) -> None:
    empty, place = kinds()
    for number in range(before):
        assert (place(line=number).line, repr(empty())) == (number, "Empty()")
    with pytest.raises(TypeError, match="missing 1 required keyword-only argument: 'line'"):
        place(column=2)
    with pytest.raises(TypeError, match="unexpected keyword argument 'row'"):
        place(line=1, row=2)
    with pytest.raises(TypeError, match="unexpected keyword argument 'line'"):
        empty(line=1)
    with pytest.raises(TypeError, match="positional argument"):
        place(1)
    assert place(line=3).column == 1
