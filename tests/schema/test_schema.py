"""The verdict on a cassette, and the words for one that does not conform."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.errors import UsageError
from cassette_tools.schema import conforms, schema_names, schema_text, violations


class PlainLoader(yaml.CSafeLoader):
    """PyYAML's safe loader, but a date is its text, as it is to go-vcr in a header."""


PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def plain(path: Path) -> Any:
    return yaml.load(path.read_bytes(), Loader=PlainLoader)


def name_for(cassette: Any) -> str:
    return f"go-vcr-{cassette['version']}"


def said(schema_name: str, part: str, data: Any, route: tuple[str | int, ...] = ()) -> list[tuple[Any, str]]:
    """Where and what, for each observation; and that there are some exactly when the verdict is "no"."""
    told = [(seen.place.route, seen.message) for seen in violations(schema_name, part, data, route)]
    assert conforms(schema_name, part, data) is not bool(told)
    return told


def valid_interaction() -> dict[str, Any]:
    return {
        "id": 0,
        "request": {
            "proto": "HTTP/1.1",
            "proto_major": 1,
            "proto_minor": 1,
            "content_length": 2,
            "host": "api.example.com",
            "body": "{}",
            "headers": {"Accept": ["*/*"]},
            "url": "https://api.example.com/v1/chat/completions",
            "method": "POST",
        },
        "response": {
            "proto": "HTTP/2.0",
            "proto_major": 2,
            "proto_minor": 0,
            "content_length": -1,
            "uncompressed": True,
            "body": "{}",
            "headers": {"Content-Type": ["application/json"]},
            "status": "200 OK",
            "code": 200,
            "duration": "890.029ms",
        },
    }


def changed(path: Sequence[str], value: Any) -> dict[str, Any]:
    """A valid interaction with one field set to `value`."""
    interaction = valid_interaction()
    holder = interaction
    for name in path[:-1]:
        holder = holder[name]
    holder[path[-1]] = value
    return interaction


# --- names and texts -------------------------------------------------------------------------------------------------


def test_names_of_the_published_schemas() -> None:
    assert {"config", "drift-report", "go-vcr-1", "go-vcr-2", "lint-report", "show"} <= set(schema_names())
    assert list(schema_names()) == sorted(schema_names())


def test_text_is_the_published_file() -> None:
    root = Path(__file__).resolve().parents[2]
    for name in schema_names():
        assert schema_text(name) == (root / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["go-vcr-3", "", "../pyproject", "go-vcr-2.schema.json"])
def test_a_name_that_is_none(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        schema_text(name)
    assert str(caught.value) == f"there is no schema named {name!r}; the schemas are {', '.join(schema_names())}"


# --- samples ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["v1", "v2", "v2-bom-crlf", "v2-odd"])
def test_good_samples_conform(samples: Path, name: str) -> None:
    cassette = plain(samples / "formats" / "go_vcr" / f"{name}.yaml")
    assert said(name_for(cassette), "document", cassette) == []
    for interaction in cassette["interactions"]:
        assert said(name_for(cassette), "interaction", interaction) == []


BAD_SAMPLES: dict[str, list[tuple[tuple[str | int, ...], str]]] = {
    "v1-bad": [
        (
            (0, "request"),
            "request lacks method: add it, for example `method: POST`, or record the cassette again",
        ),
        (
            (0, "request", "form"),
            "request.form is a text, expected a mapping: write its `name: value` lines below it, indented",
        ),
        (
            (0, "response", "code"),
            'response.code is the text "200", expected a whole number from 100 to 999: remove the quotes',
        ),
        (
            (0, "response", "duration"),
            'response.duration is the text "a while", expected a text or a whole number such as 890.029ms or 1m2s: '
            "correct it, or record the cassette again",
        ),
    ],
    "v2-bad-missing": [
        (
            (0, "request"),
            "request lacks url and method: add them, or record the cassette again",
        ),
        (
            (0, "response"),
            "response lacks code: add it, or record the cassette again",
        ),
        (
            (1,),
            "the interaction lacks response: add it, or record the cassette again",
        ),
    ],
    "v2-bad-secret": [
        (
            (0, "request", "url"),
            "request.url is an empty text, expected a text that is not empty: correct it, or record the cassette again",
        ),
        (
            (0, "response", "body"),
            "response.body is a list, expected a text: write it as one text",
        ),
        (
            (0, "response", "headers"),
            "response.headers is a binary text, expected a mapping: write its `name: value` lines below it, indented",
        ),
        (
            (0, "request", "headers", "Authorization"),
            "request.headers.Authorization is a text, expected a list: "
            'write each value on a line of its own, after "- "',
        ),
        (
            (0, "request", "headers", "X-Retries"),
            "request.headers.X-Retries is a number, expected a list: "
            'write each value on a line of its own, after "- " (this interaction has 1 more of such faults)',
        ),
    ],
    "v2-bad-shape": [
        (
            (0, "request"),
            "request is a list, expected a mapping: write `name: value` lines in place of the list items",
        ),
        (
            (0, "response"),
            "response is a text, expected a mapping: write its `name: value` lines below it, indented",
        ),
        (
            (1,),
            "the interaction is a text, expected a mapping: write its `name: value` lines below it, indented",
        ),
        (
            (2,),
            "the interaction is null, expected a mapping: correct it, or record the cassette again",
        ),
    ],
    "v2-bad-types": [
        (
            (0, "id"),
            'id is the text "0", expected a whole number of at least 0: remove the quotes',
        ),
        (
            (0, "request", "content_length"),
            "request.content_length is the number -7, expected a whole number of at least -1: "
            "correct it, or record the cassette again",
        ),
        (
            (0, "request", "url"),
            "request.url is a list, expected a text that is not empty: write it as one text",
        ),
        (
            (0, "response", "content_length"),
            "response.content_length is the number 2.5, expected a whole number of at least -1: "
            "correct it, or record the cassette again",
        ),
        (
            (0, "response", "uncompressed"),
            'response.uncompressed is the text "yes", expected true or false: '
            "write true or false, without quotes (this interaction has 4 more of such faults)",
        ),
    ],
}


@pytest.mark.parametrize("name", sorted(BAD_SAMPLES))
def test_bad_samples(samples: Path, name: str) -> None:
    cassette = plain(samples / "formats" / "go_vcr" / f"{name}.yaml")
    told = []
    for index, interaction in enumerate(cassette["interactions"]):
        told += said(name_for(cassette), "interaction", interaction, ("interactions", index))
    assert told == [(("interactions", *route), message) for route, message in BAD_SAMPLES[name]]
    assert not conforms(name_for(cassette), "document", cassette)


def test_every_bad_sample_is_tested(samples: Path) -> None:
    assert {path.stem for path in (samples / "formats" / "go_vcr").glob("*bad*")} == set(BAD_SAMPLES)


# --- one field at a time ---------------------------------------------------------------------------------------------

RECORD_AGAIN = "correct it, or record the cassette again"
ITEMS = 'write each value on a line of its own, after "- "'
LIKE_STATUS = f"expected a text such as 200 OK: {RECORD_AGAIN}"
LIKE_DURATION = f"expected a text such as 890.029ms or 1m2s: {RECORD_AGAIN}"

# A field, the value it is given, and the message, which begins with the field.
FAULTS: list[tuple[str, Any, str]] = [
    ("id", None, f" is null, expected a whole number of at least 0: {RECORD_AGAIN}"),
    ("id", True, f" is true, expected a whole number of at least 0: {RECORD_AGAIN}"),
    ("request.content_length", "12", ' is the text "12", expected a whole number of at least -1: remove the quotes'),
    (
        "request.method",
        {"verb": 1},
        " is a mapping, expected a text: write it as one text, in quotes or as a block after `|`",
    ),
    ("request.proto", 1.1, f" is the number 1.1, expected a text: {RECORD_AGAIN}"),
    ("request.trailer", [], " is a list, expected a mapping: write `name: value` lines in place of the list items"),
    ("request.transfer_encoding", "chunked", f" is a text, expected a list: {ITEMS}"),
    ("request.form", {"q": {"a": 1}}, f".q is a mapping, expected a list: {ITEMS}"),
    ("response.code", 20, f" is the number 20, expected a whole number from 100 to 999: {RECORD_AGAIN}"),
    ("response.status", "fine", f' is the text "fine", {LIKE_STATUS}'),
    ("response.status", "x\x1b[2J\u202e", f' is the text "x\\x1b[2J\\u202e", {LIKE_STATUS}'),
    ("response.status", "x" * 41, f' is the text "{"x" * 40}…", {LIKE_STATUS}'),
    ("response.status", 200, f" is the number 200, {LIKE_STATUS}"),
    ("response.duration", 0, f" is the number 0, {LIKE_DURATION}"),
    ("response.duration", "5", f' is the text "5", {LIKE_DURATION}'),
    ("response.uncompressed", 1, f" is the number 1, expected true or false: {RECORD_AGAIN}"),
    ("response.headers", {"Via": [["x"]]}, ".Via[0] is a list, expected a text: write it as one text"),
]


@pytest.mark.parametrize(("field", "value", "message"), FAULTS)
def test_one_fault(field: str, value: Any, message: str) -> None:
    interaction = changed(field.split("."), value)
    assert [told for _, told in said("go-vcr-2", "interaction", interaction)] == [field + message]


@pytest.mark.parametrize(
    "duration", ["0s", "0", "1.2s", "890.029ms", "1m2s", "12µs", "12μs", "12us", "7ns", "1h2m3.5s", b"15ms", None]
)
def test_durations_that_go_reads(duration: Any) -> None:
    interaction = changed(["response", "duration"], duration)
    assert said("go-vcr-2", "interaction", interaction) == []


@pytest.mark.parametrize("duration", ["", "fast", "1", "1.2", "s", "1 s", "-1s", "1s2", "1.s.", "1min", b"\xff"])
def test_durations_that_go_does_not_read(duration: Any) -> None:
    interaction = changed(["response", "duration"], duration)
    assert [route for route, _ in said("go-vcr-2", "interaction", interaction)] == [("response", "duration")]


@pytest.mark.parametrize("status", ["200 OK", "200", "529 ", "", "404 Not Found: really"])
def test_statuses_of_go(status: str) -> None:
    interaction = changed(["response", "status"], status)
    assert said("go-vcr-2", "interaction", interaction) == []


def test_unknown_fields_are_no_contradiction() -> None:
    interaction = valid_interaction()
    for holder in (interaction, interaction["request"], interaction["response"]):
        holder["recorded_by"] = {"anything": [1]}
    assert said("go-vcr-2", "interaction", interaction) == []


# --- documents -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"version": 2, "interactions": []}, None),
        ({"version": 2, "interactions": None}, None),
        ({"version": 2, "interactions": [], "mu": {}}, None),
        ({"interactions": []}, ((), "the document lacks version: add the line `version: 2`")),
        ({"version": 2}, ((), "the document lacks interactions: add it, or record the cassette again")),
        (
            {"version": "2", "interactions": []},
            (("version",), 'version is the text "2", expected 2: remove the quotes'),
        ),
        (
            {"version": 3, "interactions": []},
            (("version",), f"version is the number 3, expected 2: {RECORD_AGAIN}"),
        ),
        (
            {"version": 2, "interactions": {}},
            (("interactions",), f"interactions is a mapping, expected a list: {ITEMS}"),
        ),
        (
            [],
            ((), "the document is a list, expected a mapping: write `name: value` lines in place of the list items"),
        ),
    ],
)
def test_documents(document: Any, expected: Any) -> None:
    assert said("go-vcr-2", "document", document) == ([expected] if expected else [])


def test_interactions_inside_a_document() -> None:
    document = {"version": 2, "interactions": [valid_interaction(), changed(["response", "code"], "200")]}
    [(route, message)] = said("go-vcr-2", "document", document)
    assert route == ("interactions", 1, "response", "code")
    assert message == (
        'interactions[1].response.code is the text "200", expected a whole number from 100 to 999: remove the quotes'
    )


# --- what must always hold -------------------------------------------------------------------------------------------

SECRET = "sk-invented-0123456789"
WRAPPED = st.recursive(
    st.just(SECRET),
    lambda inner: st.lists(inner, min_size=1, max_size=2) | st.dictionaries(st.just("x"), inner, min_size=1),
)
SECRET_PLACES = [
    ("request", "headers"),
    ("request", "headers", "Authorization"),
    ("request", "trailer"),
    ("request", "form"),
    ("request", "body"),
    ("request", "url"),
    ("response", "headers"),
    ("response", "body"),
    ("request",),
    ("response",),
]


@given(st.sampled_from(SECRET_PLACES), WRAPPED)
def test_a_message_never_holds_what_may_be_a_secret(path: tuple[str, ...], secret: Any) -> None:
    for _, message in said("go-vcr-2", "interaction", changed(path, secret)):
        assert SECRET not in message


# --- real recordings -------------------------------------------------------------------------------------------------


def test_every_go_vcr_cassette_of_the_corpus_conforms(shared: Path) -> None:
    counts = {"go-vcr-1": 0, "go-vcr-2": 0}
    folders = ["corpus/charmbracelet__fantasy", "corpus/dnaeon__go-vcr", "pairs/charmbracelet__fantasy", "seeds"]
    for path in sorted(path for folder in folders for path in (shared / folder).rglob("*.yaml")):
        cassette = plain(path)
        counts[name_for(cassette)] += 1
        faulty = [index for index, each in enumerate(cassette["interactions"])
                  if not conforms(name_for(cassette), "interaction", each)]  # fmt: skip
        assert (path, faulty) == (path, [])
        assert conforms(name_for(cassette), "document", cassette)
    assert counts["go-vcr-1"] >= 4
    assert counts["go-vcr-2"] >= 190
