"""Regular expressions that are compiled when they are first asked."""

from __future__ import annotations

import re

import pytest

from cassette_tools.later import Later, regex


@pytest.mark.parametrize(
    ("text", "flags", "asked"),
    [
        (r"(a)(b*)", 0, "xabb"),
        (r"^b", re.MULTILINE, "a\nb"),
        (r"never", 0, "b"),
    ],
)
def test_it_answers_as_a_compiled_one(text: str, flags: int, asked: str) -> None:
    for _time in range(2):
        found, expected = regex(text, flags).search(asked), re.compile(text, flags).search(asked)
        assert (found and found.span()) == (expected and expected.span())
        assert regex(text, flags).findall(asked) == re.compile(text, flags).findall(asked)
        assert regex(text, flags).sub("-", asked) == re.compile(text, flags).sub("-", asked)


def test_nothing_is_compiled_before() -> None:
    broken = regex("(")
    assert isinstance(broken, Later)
    with pytest.raises(re.error, match="missing"):
        broken.search("")
    with pytest.raises(AttributeError, match="nothing_like_that"):
        regex("a").nothing_like_that  # noqa: B018
