"""What an earlier answer gave and the client sends on: another value in each recording, and no drift."""

from __future__ import annotations

from typing import Any

import pytest

from tests.diff.drift_cases import answer, exchange, question, recording, visible

OLD, NEW, OTHER = "lyz7nmka9w110", "p3kq0v7hx2mab", "zz81kqv44mrt0"
GOOGLE = "https://generativelanguage.googleapis.com"
OPENAI = "https://api.openai.com/v1"


def uploaded(name: str) -> dict[str, Any]:
    """Gemini: the upload's answer says where the file is."""
    said = {"file": {"name": f"files/{name}", "mimeType": "text/plain", "uri": f"{GOOGLE}/v1beta/files/{name}"}}
    return exchange("notes", said, url=f"{GOOGLE}/upload/v1beta/files?upload_id=x")


def begun(name: str) -> dict[str, Any]:
    """Google: a header of the answer is the address to send the bytes to."""
    made = exchange({"file": {"display_name": "notes.txt"}}, {}, url=f"{GOOGLE}/upload/v1beta/files")
    address = f"{GOOGLE}/upload/v1beta/files?upload_id={name}&upload_protocol=resumable"
    made["response"]["headers"]["X-Goog-Upload-Url"] = [address]
    return made


def stored(name: str) -> dict[str, Any]:
    """OpenAI: a file has an id."""
    said = {"object": "file", "id": f"file-{name}", "purpose": "batch", "filename": "a.jsonl", "bytes": 3}
    return exchange("", said, url=f"{OPENAI}/files")


def opened(name: str) -> dict[str, Any]:
    """An API that nobody knows: the answer names a session within an address."""
    return exchange({"open": True}, {"session": {"url": f"https://example.com/v1/sessions/{name}/events"}},
                    url="https://example.com/v1/sessions")  # fmt: skip


def shown(name: str) -> dict[str, Any]:
    parts = [{"text": "Sum up."}, {"fileData": {"mimeType": "text/plain", "fileUri": f"{GOOGLE}/v1beta/files/{name}"}}]
    said = {
        "candidates": [{"content": {"role": "model", "parts": [{"text": "A list."}]}, "finishReason": "STOP"}],
        "modelVersion": "gemini-9",
    }
    return exchange({"contents": [{"role": "user", "parts": parts}]}, said,
                    url=f"{GOOGLE}/v1beta/models/gemini-9:generateContent")  # fmt: skip


def sent(name: str) -> dict[str, Any]:
    return exchange("the bytes", {"ok": True}, url=f"{GOOGLE}/upload/v1beta/files?upload_id={name}")


def batched(name: str) -> dict[str, Any]:
    asked = {"input_file_id": f"file-{name}", "endpoint": "/v1/responses", "completion_window": "24h"}
    return exchange(asked, {"id": "batch_1", "object": "batch", "status": "validating"}, url=f"{OPENAI}/batches")


def read(name: str) -> dict[str, Any]:
    part = {"type": "file", "file": {"file_id": f"file-{name}"}}
    return exchange(question({"role": "user", "content": [part]}), answer("A list."))


def fetched(name: str) -> dict[str, Any]:
    return exchange({}, {"bytes": 3}, url=f"{OPENAI}/files/file-{name}/content")


def followed(name: str) -> dict[str, Any]:
    return exchange({"session": name, "last": 3}, {"events": []}, url=f"https://example.com/v1/sessions/{name}/events")


GIVEN = (
    (begun, sent, "a parameter of a query, out of an address in a header"),
    (uploaded, shown, "an address in a part of the prompt"),
    (stored, batched, "a setting of a request"),
    (stored, read, "a file in the prompt"),
    (stored, fetched, "a step of a path"),
)


@pytest.mark.parametrize(("giving", "taking", "why"), GIVEN, ids=[row[2] for row in GIVEN])
def test_what_an_answer_gave_is_given_back(giving: Any, taking: Any, why: str) -> None:
    old, new = (recording(giving(name), taking(name)) for name in (OLD, NEW))
    assert visible(old, new) == [], why


def test_of_an_api_that_nobody_knows_only_the_answer_is_told() -> None:
    """Whether its address is another thing, or the same thing anew, nobody can say; that the client follows it, is."""
    old, new = (recording(opened(name), followed(name)) for name in (OLD, NEW))
    assert [path for _, _, path in visible(old, new)] == ["interactions[0].response.body.session.url"]


@pytest.mark.parametrize(("giving", "taking", "why"), GIVEN[:4], ids=[row[2] for row in GIVEN[:4]])
def test_what_no_answer_gave_is_told(giving: Any, taking: Any, why: str) -> None:
    """Another file than the one that was uploaded."""
    old, new = recording(giving(OLD), taking(OLD)), recording(giving(NEW), taking(OTHER))
    assert [each for each in visible(old, new) if "interactions[1]" in each[2]] != [], why


@pytest.mark.parametrize(("giving", "taking", "why"), GIVEN[:4], ids=[row[2] for row in GIVEN[:4]])
def test_the_id_of_another_answer_is_told(giving: Any, taking: Any, why: str) -> None:
    """The second upload in the place of the first: both ids are known, and they do not belong together."""
    second = {OLD: "aa1bb2cc3dd4e", NEW: "ff9gg8hh7ii6j"}
    old, new = (
        recording(giving(name), giving(second[name]), taking(used)) for name, used in ((OLD, OLD), (NEW, second[NEW]))
    )
    assert [each for each in visible(old, new) if "interactions[2]" in each[2]] != [], why


def test_a_name_that_a_person_gave_is_no_id() -> None:
    """A model that an answer names, too, is another model."""

    def listed(model: str) -> dict[str, Any]:
        return exchange({}, {"object": "list", "name": f"models/{model}"}, url="https://example.com/v1/models")

    def asked(model: str) -> dict[str, Any]:
        return exchange({"engine": f"models/{model}"}, {"ok": True}, url="https://example.com/v1/ask")

    old, new = (recording(listed(model), asked(model)) for model in ("gemini-8-flash", "gemini-9-flash"))
    assert visible(old, new) != []
