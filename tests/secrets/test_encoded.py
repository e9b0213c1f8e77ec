"""Secrets in base64 that stands in a text."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.secrets import REDACTED, redacted, secrets_in

KEY = "gsk_Qm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aRiT5oVwNqMyBxUzHk"  # invented
TOKEN = "Xk7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aRiT5o"
AWS = "[default]\naws_access_key_id = AKIAQM7ZTW4VLR2XBK2N\naws_secret_access_key = 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\n"
CURSOR = f'{{"offset": 120, "token": "{TOKEN}"}}'
FILE = f"GROQ_API_KEY={KEY}\n"


def encoded(text: str) -> str:
    return b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(f'{{"content": "{encoded(FILE)}"}}', ["a Groq API key in base64"], id="a value of JSON"),
        pytest.param(rf"{{\"content\": \"{encoded(FILE)}\"}}", ["a Groq API key in base64"], id="JSON in JSON"),
        pytest.param(
            f'"url": "data:text/plain;base64,{encoded(AWS)}"', ["an AWS access key id in base64"], id="a data URI"
        ),
        pytest.param(
            f'"content": "{encoded(f"api_key: {TOKEN} ")}"', ["a credential in base64 in `api_key`"], id="by its name"
        ),
        pytest.param(f'"next": "{encoded(CURSOR)}"', [], id="where a list goes on"),
        pytest.param(f'"content": "{encoded("The avocet wades in shallow water. " * 4)}"', [], id="a text"),
        pytest.param(f'"content": "{encoded("GROQ_API_KEY=gsk_" + "x" * 52)}"', [], id="a placeholder"),
        pytest.param(f'"image": "{b64encode(bytes([137, 80, 78, 71, *range(256)])).decode()}"', [], id="an image"),
        pytest.param(f'"content": "{encoded(f"é {FILE}")}"', [], id="not ASCII: not looked at"),
    ],
)
def test_what_is_told(text: str, told: list[str]) -> None:
    found = secrets_in(text)
    assert [each.describe().partition(" (")[0] for each in found] == told
    for each in found:
        assert text[each.start - 1] in '",'
        assert text[each.end] in '"\\'
    assert secrets_in(redacted(text)) == ()
    assert redacted(text).count(REDACTED) == len(told)


@given(st.text(st.characters(max_codepoint=127, min_codepoint=32), max_size=40), st.text("abc \n", max_size=9))
def test_at_every_place_of_a_file(before: str, after: str) -> None:
    file = f"{before}\nGROQ_API_KEY={KEY}\n{after}"
    text = f'"{encoded(file)}"'
    assert [(each.start, each.end) for each in secrets_in(text)] == [(1, len(text) - 1)]
