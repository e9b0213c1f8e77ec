"""What is shown of a recording holds no piece of its secrets, also where the file has them in base64."""

from __future__ import annotations

import random
from base64 import b64encode
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from secret_material import BASE62, word

from cassette_tools.cli import main
from cassette_tools.secrets.hiding import PIECE, Hiding

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

SECRET = "Qm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aRiT5oVwNqMyBxUzHk"

TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40)


@given(before=TEXTS, after=TEXTS)
def test_no_piece_of_a_secret_stands_in_base64(before: str, after: str) -> None:
    hiding = Hiding([f'"token": "{SECRET}"'])
    spelled = b64encode(f"{before}{SECRET}{after}".encode()).decode()
    shown = hiding.text(spelled)
    # Each letter is six bits: those of the secret alone begin and end at whole letters, or one later and earlier.
    first, last = -(-len(before) * 8 // 6), (len(before) + len(SECRET)) * 8 // 6
    pieces = (spelled[at : at + PIECE] for at in range(first, last - PIECE + 1))
    assert [piece for piece in pieces if piece in shown] == []


def test_what_is_no_secret_stays_in_base64() -> None:
    spelled = b64encode(b"the harbour opens at nine, and the ferry leaves at ten").decode()
    assert Hiding([f'"token": "{SECRET}"']).text(spelled) == spelled


RECORDED = """\
version: 1
interactions:
- request:
    method: POST
    uri: https://bedrock-runtime.us-east-1.amazonaws.com/model/claude/invoke
    body: '{}'
    headers:
      X-Amz-Security-Token:
      - !!binary |
%s
  response: {status: {code: 200, message: OK}, headers: {}, body: {string: '{}'}}
"""


def test_a_preview_shows_no_binary_secret(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spelled = b64encode(word(BASE62, 200)(random.Random(7)).encode()).decode()
    lines = [spelled[at : at + 76] for at in range(0, len(spelled), 76)]
    path = tmp_path / "recording.yaml"
    path.write_text(RECORDED % "\n".join(f"        {line}" for line in lines))
    assert main(["lint", "--diff", str(path)]) == 1
    told = capsys.readouterr().out
    assert "+        UkVEQUNURUQ=" in told.splitlines()  # REDACTED
    assert [line for line in lines if line[:PIECE] in told or line[-PIECE:] in told] == []
