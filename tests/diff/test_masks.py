"""What a recorder's filter wrote on one side is noise; a secret that it no longer masks is not."""

from __future__ import annotations

import pytest
from drift_cases import answer, exchange, question, recording

from cassette_tools.diff import compare
from cassette_tools.diff.changes.masks import is_mask

KEY = "tY7kQ2wLr9Zp4XcV1mBn8HsD"
KNOWN = f"sk-proj-{KEY}{KEY}"


def with_header(name: str, value: str | None) -> object:
    made = exchange(question(), answer("Hi"))
    if value is not None:
        made["request"]["headers"][name] = [value]
    return recording(made)


@pytest.mark.parametrize(
    ("old", "new", "rules"),
    [
        ("REDACTED", KEY, ["secret-unmasked"]),
        ("REDACTED", KNOWN, ["secret-unmasked"]),  # a key that is known by its own form, and by it is masked
        ("Bearer REDACTED", f"Bearer {KNOWN}", ["secret-unmasked"]),
        (None, KEY, ["secret-unmasked"]),  # the field was left out
        (KEY, "REDACTED", ["secret-masked"]),
        (KEY, KEY[::-1], ["account-changed"]),  # two secrets: neither recording masks
        ("REDACTED", "<API_KEY>", ["account-changed"]),
    ],
)
def test_a_credential_in_a_header(old: str | None, new: str | None, rules: list[str]) -> None:
    findings = compare(with_header("Api-Key", old), with_header("Api-Key", new)).findings
    assert [each.rule for each in findings] == rules
    assert KEY not in "".join(f"{each.message}{each.old}{each.new}" for each in findings)


@pytest.mark.parametrize("value", ["[REDACTED]", "<API_KEY>", "X-ID-XXX", "Sanitized", "scrubbed", "****", "xxxx"])
@pytest.mark.parametrize("other", ["key-1", None, 5])
def test_a_mask_against_anything_is_noise(value: str, other: object) -> None:
    sides = [recording(exchange(question(), answer("Hi", prompt_cache_key=each))) for each in (value, other)]
    for old, new in (sides, sides[::-1]):
        assert [(each.level, each.rule) for each in compare(old, new).findings] == [("noise", "mask-changed")]


@pytest.mark.parametrize("value", ["stop", "", "filtered", "hidden", "it was redacted by hand", "[]", "X-ray", None, 1])
def test_what_is_no_mask(value: object) -> None:
    assert not is_mask(value)
