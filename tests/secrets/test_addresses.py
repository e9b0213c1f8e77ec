"""A signed address is a secret unless it ends within a week."""

from __future__ import annotations

import pytest

from cassette_tools.model import Body, Headers, Interaction, Request, Response
from cassette_tools.rules import RULES
from cassette_tools.secrets.addresses import host_at

SEAL = "Qm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aRiT5oVwNqMyB"
DATE = "Mon, 06 Jan 2025 10:00:00 GMT"


def found(address: str, *, date: str = DATE) -> list[str]:
    interaction = Interaction(
        index=0,
        request=Request(method="GET", url="https://api.harbour.dev/v1", route=("request",)),
        response=Response(
            status_code=200,
            headers=Headers(pairs=(("Date", date),) if date else ()),
            body=Body(text=f'{{"url":"{address}"}}', route=("response", "body")),
            route=("response",),
        ),
    )
    rules = ("secret-in-body", "signed-url-recorded")
    checks = {name: RULES[name].check for name in rules}
    return [name for name, check in checks.items() if check is not None for _ in check(interaction)]


@pytest.mark.parametrize(
    ("query", "rule"),
    [
        # Azure: of two hours, by the recording's date, by its own, and of years
        (f"se=2025-01-06T12:00:00Z&sp=r&sv=2022-11-02&sr=b&sig={SEAL}", "signed-url-recorded"),
        (f"st=2024-01-06T10:00:00Z&se=2024-01-06T12:00:00Z&sp=r&sr=b&sig={SEAL}", "signed-url-recorded"),
        (f"sv=2022-11-02&ss=b&srt=sco&sp=rl&se=2031-01-01&st=2025-01-06&sig={SEAL}", "secret-in-body"),
        (f"sp=r&sr=b&sig={SEAL}", "secret-in-body"),
        # Amazon and Google: seven days are the most that version 4 allows
        (f"X-Amz-Date=20250106T100000Z&X-Amz-Expires=900&X-Amz-Signature={SEAL}", "signed-url-recorded"),
        (f"X-Amz-Credential=ASIAQM7ZTW4VLR2XBK2N%2F20250106%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=20250106T100000Z"
         f"&X-Amz-Expires=900&X-Amz-Security-Token={SEAL}&X-Amz-Signature={SEAL}", "signed-url-recorded"),
        (f"X-Amz-Security-Token={SEAL}", "secret-in-body"),
        (f"X-Goog-Date=20250106T100000Z&X-Goog-Expires=604800&X-Goog-Signature={SEAL}", "signed-url-recorded"),
        (f"GoogleAccessId=ana&Expires=1736200000&Signature={SEAL}", "signed-url-recorded"),
        (f"GoogleAccessId=ana&Expires=2736200000&Signature={SEAL}", "secret-in-body"),
        (f"a=b\\u0026se=2031-01-01\\u0026st=2025-01-06\\u0026sig={SEAL}", "secret-in-body"),
    ],
)  # fmt: skip
def test_terms(query: str, rule: str) -> None:
    assert found(f"https://harbour.blob.core.windows.net/pier.png?{query}") == [rule]


def test_without_a_date_only_what_opens_one_object_is_taken_for_short() -> None:
    base = "https://harbour.blob.core.windows.net/pier.png?se=2025-01-06T12:00:00Z"
    assert found(f"{base}&sp=r&sr=b&sig={SEAL}", date="") == ["signed-url-recorded"]
    assert found(f"{base}&sp=rwdl&sr=c&sig={SEAL}", date="") == ["secret-in-body"]


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("see https://maps.harbour.dev/tile?z=4&key=K", "maps.harbour.dev"),
        ('"https:\\/\\/maps.harbour.dev\\/tile?key=K', "maps.harbour.dev"),
        ('src=\\"//Maps.Harbour.dev:8443/tile?key=K', "maps.harbour.dev"),
        ("[map](https://ana@maps.harbour.dev?key=K", "maps.harbour.dev"),
        ("https://maps.harbour.dev and ?key=K", ""),
        ("?key=K", ""),
    ],
)
def test_the_host_of_an_address(text: str, host: str) -> None:
    assert host_at(text, text.index("K")) == host


@pytest.mark.parametrize(
    ("url", "address", "side", "is_told"),
    [
        ("https://api.quay.dev/v1", "https://cdn.harbour.dev/play?v=3&key=", "response", False),
        ("https://api.quay.dev/v1", "//cdn.harbour.dev/play?v=3&key=", "response", False),
        ("https://api.quay.dev/v1", "https://cdn.harbour.dev/quay.png?alt=media&token=", "response", False),
        # its own host may repeat what it was asked
        ("https://api.quay.dev/v1", "https://www.quay.dev/v1?page=2&key=", "response", True),
        ("https://api.quay.dev/v1", "https://cdn.harbour.dev/play?v=3&api_key=", "response", True),
        ("https://api.quay.dev/v1", "see ?v=3&key=", "response", True),
        # what is asked is the asker's
        ("https://api.quay.dev/v1", "https://cdn.harbour.dev/play?v=3&key=", "request", True),
    ],
)
def test_keys_in_addresses_that_a_server_gives_out(url: str, address: str, side: str, is_told: bool) -> None:
    body = Body(text=f"<iframe src='{address}7f3d9a1be0c24f5886ad03c1b2e9f047'>", route=(side, "body"))
    interaction = Interaction(
        index=0,
        request=Request(method="GET", url=url, body=body if side == "request" else Body()),
        response=Response(status_code=200, body=body if side == "response" else Body()),
    )
    check = RULES["secret-in-body"].check
    assert check is not None
    assert [bool(seen.message) for seen in check(interaction)] == [True] * is_told
