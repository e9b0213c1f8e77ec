"""The tables are honest: every row has its reason, and every rule that the program names has a row."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.data import drift, vendors, volatile, wire
from cassette_tools.volatile import fits, volatile_field, volatile_header

PACKAGE = Path(drift.__file__).parents[1] / "diff"
ROWS = {row.name: row for row in (*drift.JUDGEMENTS, *drift.OF_SUITES)}
KEBAB = re.compile(r"[a-z]+(-[a-z]+)+")


def named_in_the_program():
    """Every string literal of the comparison that looks like a rule."""
    for path in (each for each in PACKAGE.rglob("*.py") if each.name != "git.py"):  # git has words of its own
        source = path.read_text()
        for match in re.finditer(r'(?:rule=|rule = |else |return |, |\()"([a-z]+(?:-[a-z]+)+)"', source):
            yield path.name, match[1]


# Header names, and the kinds of problems that are told as something else.
NO_RULES = frozenset(
    (
        "user-agent",
        "content-type",
        "api-version",
        "stream-error-event",
        "usage-inconsistent",
        "finish-reason-unknown",
        "tool-arguments-not-json",
    )
)


def test_every_rule_that_is_named_has_a_row():
    missing = {(where, rule) for where, rule in named_in_the_program() if rule not in ROWS and rule not in NO_RULES}
    assert {each for each in missing if not each[1].startswith("x-")} == set()


def test_every_row_has_a_reason_a_level_and_words():
    for row in (*drift.JUDGEMENTS, *drift.OF_SUITES):
        assert KEBAB.fullmatch(row.name), row
        assert row.level in drift.LEVELS, row
        assert row.reason, row
        assert row.message, row
        assert row.profiles, row
        assert set(row.profiles) <= set(drift.PROFILES), row


def test_no_row_is_there_twice():
    keys = [(row.name, row.origin, row.circumstance) for row in (*drift.JUDGEMENTS, *drift.OF_SUITES)]
    assert len(keys) == len(set(keys))


def test_every_class_of_noise_has_a_row():
    assert {f"{kind}-changed" for kind in volatile.CLASSES} <= set(ROWS)


def test_consequences_name_rules():
    assert {row.root for row in drift.CONSEQUENCES} <= set(ROWS)
    for row in drift.CONSEQUENCES:
        assert row.reason
        for effect in row.effects:
            assert any(rule.startswith(effect.rstrip("*")) for rule in ROWS), effect


@pytest.mark.parametrize("table", [volatile.FIELDS, volatile.HEADERS])
def test_volatile_rows(table):
    assert len({row.match for row in table}) == len(table)
    for row in table:
        assert row.kind in volatile.CLASSES, row
        assert row.reason, row


def test_a_row_that_another_hides_would_never_speak():
    for row in volatile.HEADERS:
        assert volatile_header(row.match.replace("*", "-any-").strip("-")) is not None, row
    for row in volatile.FIELDS:
        assert volatile_field("response.body." + row.match.replace("*", "any")) is not None, row


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("response.body.id", "id"),
        ("request.body.messages[2].tool_call_id", "id"),
        ("response.body.created", "time"),
        ("response.choices[0].logprobs.content[3].logprob", "score"),
        ("response.message.reasoning_details[1].data", "opaque"),
        ("response.message.provider_metadata.gateway.routing.attempts[0].id", "id"),
        ("response.message.provider_metadata.gateway.routing.plan", "route"),
        ("response.body.data", None),
        ("response.body.grid", None),
        ("response.body.ids", None),
        ("request.body.max_tokens", None),
    ],
)
def test_volatile_fields(path, kind):
    row = volatile_field(path)
    assert (row and row.kind) == kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("X-Request-Id", "trace"),
        ("x-ratelimit-remaining-tokens", "ratelimit"),
        ("anthropic-ratelimit-requests-reset", "ratelimit"),
        ("Date", "time"),
        ("CF-RAY", "trace"),
        ("Authorization", "account"),
        ("Content-Type", None),
        ("Accept", None),
    ],
)
def test_volatile_headers(name, kind):
    row = volatile_header(name)
    assert (row and row.kind) == kind


def test_wire_rows_have_reasons():
    for table in (wire.BY_CONTENT, wire.OPEN):
        assert len({row.name for row in table}) == len(table)
        assert all(row.reason for row in table)


@pytest.mark.parametrize(
    ("model", "vendor"),
    [
        ("gpt-9-mini", "openai"),
        ("openai/gpt-oss-20b", "openai"),
        ("anthropic/claude-sonnet-4", "anthropic"),
        ("us.anthropic.claude-3-haiku", "anthropic"),
        ("google/gemini-2.0-flash-001", "google"),
        ("acme/wonder-1", "acme"),
        ("ft:gpt-9-mini:acme::a1b2", "openai"),
        ("wonder-1", ""),
    ],
)
def test_vendors(model, vendor):
    assert vendors.vendor_of(model) == vendor


PARTS = sorted(
    {spelled for row in volatile.FIELDS for part in row.match.split(".") for spelled in (part, part.replace("*", "x"))}
    | {"choices", "embeddings[][]", "other", "x_id[]", "seed[]", "start"}
)


@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=4), st.booleans())
def test_rows_are_looked_up_as_the_table_says_them(names: list[str], is_request: bool) -> None:
    """The first row from the top, for the whole path or the longest beginning of it that a row speaks of."""

    def speaks(row: volatile.Volatile, head: list[str]) -> bool:
        wanted = row.match.split(".")
        is_inner = head == names or not (row.kind == "id" or row.match.startswith("*"))
        return (
            (row.requests or not is_request)
            and is_inner
            and len(wanted) <= len(head)
            and all(map(fits, wanted, head[-len(wanted) :]))
        )

    heads = [names[:end] for end in range(len(names), 0, -1)]
    expected = next((row for head in heads for row in volatile.FIELDS if speaks(row, head)), None)
    assert volatile_field(".".join(names), "request" if is_request else "response") is expected
