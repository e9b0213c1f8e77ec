"""The rules on what a recorder writes down beside the exchange, on files of any number of interactions."""

from __future__ import annotations

import pytest
from rule_cases import observations

from cassette_tools.config import MatchSettings
from cassette_tools.model import Interaction, Request, Response
from cassette_tools.rules import RULES, FileFacts

# --- ids -------------------------------------------------------------------------------------------------------------


def numbered(*ids: object) -> list[Interaction]:
    return [
        Interaction(
            index=index,
            request=Request(method="GET", url="https://api.example/v1"),
            response=Response(status_code=200),
            extra={} if number is None else {"id": number},
            route=("interactions", index),
        )
        for index, number in enumerate(ids)
    ]


def odd(number: int, index: int, kind: str = "is out of place") -> tuple[str, tuple[str | int, ...]]:
    message = (
        f"the id {number} {kind}: go-vcr numbers interactions 0, 1, 2, …, so that this one would be {index}; the file was "
        "put together by hand: see what is missing, then number them anew"
    )
    return message, ("interactions", index, "id")


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ((0, 2, 3), [odd(2, 1)]),  # the first one alone
        ((1,), [odd(1, 0)]),
        ((0, 0, 1), [odd(0, 1, "stands there twice")]),
        ((1, 0), [odd(1, 0)]),
        ((0, 1, 1), [odd(1, 2, "stands there twice")]),
        ((0, None, 1), [odd(1, 2)]),
        ((), []),
        ((0,), []),
        ((0, 1, 2, 3), []),
        ((0, None, 2), []),
        ((None, None), []),
        (("b", "a"), []),
        ((False, True), []),  # `schema-violation` says so
    ],
)
def test_ids(ids: tuple[object, ...], expected: list[object]) -> None:
    seen = observations("interaction-ids-not-sequential", *numbered(*ids))
    assert [(each.message, each.place.route) for each in seen] == expected


@pytest.mark.parametrize("name", ["wiremock", "seinfeld", "vcrpy"])
def test_ids_of_other_recorders_are_their_own(name: str) -> None:
    begin = RULES["interaction-ids-not-sequential"].begin
    assert begin is not None
    assert begin(FileFacts(format=name, match=MatchSettings())) is None
