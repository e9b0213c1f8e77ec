"""Addresses that an answer says and the client follows: both change alike, or neither does, so that players find them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from normal_material import USUAL, rewritten

from cassette_tools.cli import main

HOST = "https://blob.example.com/results/x.jpeg"
SIGNATURE = "Qm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aRiT5oVwB1jN0%3D"
AZURE = f"{HOST}?se=2025-12-17T21%3A39%3A00Z&sp=r&sv=2024-11-04&sig={SIGNATURE}"
AZURE_NOW = f"{HOST}?se=2020-01-01T00%3A00%3A00Z&sp=r&sv=2024-11-04&sig=REDACTED"
AMAZON = f"{HOST}?X-Amz-Date=20251217T213900Z&X-Amz-Expires=600&X-Amz-Signature={'3f9c2b7d1e8a6054' * 4}"
AMAZON_NOW = f"{HOST}?X-Amz-Date=20200101T000000Z&X-Amz-Expires=600&X-Amz-Signature=REDACTED"
GOOGLE = f"{HOST}?GoogleAccessId=harbour&Expires=1766006932&Signature={SIGNATURE}"
GOOGLE_NOW = f"{HOST}?GoogleAccessId=harbour&Expires=1577836800&Signature=REDACTED"
UNSIGNED = f"{HOST}?se=2025-12-17T21%3A39%3A00Z&sp=r"
REMARK = "held a secret, and players compare URLs"


def interaction(url: str, said: str = "{}", asked: str | None = None, **headers: str) -> dict[str, Any]:
    return {
        "request": {"method": "POST" if asked else "GET", "uri": url, "headers": {}, "body": asked},
        "response": {
            "status": {"code": 200, "message": "OK"},
            "headers": {name: [value] for name, value in headers.items()},
            "body": {"string": said},
        },
    }


def normalised(*interactions: dict[str, Any]) -> list[dict[str, Any]]:
    content = json.dumps({"version": 1, "interactions": interactions}).encode()
    now = rewritten(content, path="a.json")
    assert rewritten(now, path="a.json") == now
    return json.loads(now)["interactions"]


ASK = "https://api.example.com/v1/images"


@pytest.mark.parametrize(
    ("address", "now"), [(AZURE, AZURE_NOW), (AMAZON, AMAZON_NOW), (GOOGLE, GOOGLE_NOW), (UNSIGNED, UNSIGNED)]
)
def test_the_address_is_the_same_in_the_answer_and_in_the_request(address: str, now: str) -> None:
    first, second = normalised(
        interaction(ASK, json.dumps({"sample": address}), "{}"),
        interaction(address),
    )
    assert json.loads(first["response"]["body"]["string"]) == {"sample": now}
    assert second["request"]["uri"] == now


def test_each_of_several_answers_may_be_the_one_that_is_followed() -> None:
    """A job that is polled: each answer says the address, with the date of its own."""
    later = AZURE.replace("T21", "T22")
    *answers, last = normalised(
        interaction(ASK, json.dumps({"sample": AZURE}), "{}"),
        interaction(f"{ASK}/1", json.dumps({"sample": later})),
        interaction(later),
    )
    said = [json.loads(each["response"]["body"]["string"])["sample"] for each in answers]
    assert [*said, last["request"]["uri"]] == [AZURE_NOW] * 3


@pytest.mark.parametrize(
    "said", [json.dumps({"sample": AZURE}).replace("&", "\\u0026"), f"Here it is: <{AZURE}>.", f"![it]({AZURE})"]
)
def test_however_the_answer_spells_it(said: str) -> None:
    _first, second = normalised(interaction(ASK, said, "{}"), interaction(AZURE))
    assert second["request"]["uri"] == AZURE_NOW


def test_a_redirection_is_followed() -> None:
    first, second = normalised(interaction(ASK, Location=AZURE), interaction(AZURE))
    assert first["response"]["headers"]["Location"] == [AZURE_NOW]
    assert second["request"]["uri"] == AZURE_NOW


def test_what_the_client_sends_back_in_a_body_follows_too() -> None:
    asked = json.dumps({"image": AZURE})
    body = f"{{version: 2, interactions: [{_go(ASK, '{}', said=asked)}, {_go(ASK, asked)}]}}"
    now = rewritten(body.encode(), USUAL).decode()
    assert (now.count(AZURE_NOW), now.count("2025-12-17")) == (2, 0)


def _go(url: str, asked: str, said: str = "{}") -> str:
    request = {"url": url, "method": "POST", "body": asked, "headers": {}}
    return json.dumps({"request": request, "response": {"code": 200, "body": said, "headers": {}}})


def test_what_the_client_brought_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It knew the address before any answer said it: its date stays in the URL, and only the secret goes, with a word."""
    interactions = [interaction(AZURE, json.dumps({"source": AZURE})), interaction(AZURE)]
    now = normalised(*interactions)
    assert [each["request"]["uri"] for each in now] == [AZURE.replace(SIGNATURE, "REDACTED")] * 2
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"version": 1, "interactions": interactions}), encoding="utf-8")
    assert main(["normalize", "--check", str(path)]) == 1
    assert capsys.readouterr().err.count(REMARK) == 2


def test_there_is_no_word_about_what_was_followed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.json"
    interactions = [interaction(ASK, json.dumps({"sample": AZURE}), "{}"), interaction(AZURE)]
    path.write_text(json.dumps({"version": 1, "interactions": interactions}), encoding="utf-8")
    assert main(["normalize", "--check", str(path)]) == 1
    assert capsys.readouterr().err == "cassette: 1 file would be rewritten, 0 already normal\n"


def test_what_go_vcr_notes_of_the_query_changes_with_the_url() -> None:
    """`form` holds the parameters decoded, and go-vcr v4 compares them."""
    asked = {
        "url": AZURE,
        "method": "GET",
        "headers": {},
        "form": {"se": ["2025-12-17T21:39:00Z"], "sp": ["r"], "sig": [SIGNATURE.replace("%3D", "=")]},
    }
    follow = {"request": asked, "response": {"code": 200, "body": "abc", "headers": {}}}
    ask = json.loads(_go(ASK, "{}", said=json.dumps({"sample": AZURE})))
    now = json.loads(rewritten(json.dumps({"version": 2, "interactions": [ask, follow]}).encode(), path="a.json"))
    assert now["interactions"][1]["request"]["form"] == {
        "se": ["2020-01-01T00:00:00Z"],
        "sp": ["r"],
        "sig": ["REDACTED"],
    }
