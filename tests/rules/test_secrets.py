"""Secrets are found whatever stands around them, placeholders are not, and no message says a secret."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.data.secrets import (
    FIELDS,
    HEADERS,
    KINDS,
    OPEN_HEADERS,
    PARAMETERS,
    PUBLIC_HEADERS,
    SIGNED,
    SIGNED_WITH,
    SecretKind,
)
from cassette_tools.model import Body, Event, Headers, Interaction, LLMCall, Piece, Request, Response
from cassette_tools.rules import RULES
from cassette_tools.secrets import credential, is_placeholder, secrets_in

GROQ = "gsk_Qm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aRiT5oVwNqMyBxUzHk"  # invented, like every key here


def observe(rule: str, interaction: Interaction) -> list[tuple[str, tuple[object, ...], int | None, int]]:
    check = RULES[rule].check
    assert check is not None
    return [(seen.message, seen.place.route, seen.place.offset, len(seen.related)) for seen in check(interaction)]


def recorded(
    *,
    request: Body | None = None,
    response: Body | None = None,
    headers: tuple[tuple[str, str], ...] = (),
    llm: LLMCall | None = None,
) -> Interaction:
    return Interaction(
        index=0,
        request=Request(
            method="POST",
            url="https://api.example/v1",
            headers=Headers(pairs=headers),
            body=request or Body(),
            route=("request",),
        ),
        response=Response(status_code=200, body=response or Body(), route=("response",)),
        llm=llm,
    )


PLAIN = tuple(kind for kind in KINDS if not kind.judge)  # of the others looks are not enough: tests/secrets


def keys_of(kind: SecretKind) -> st.SearchStrategy[str]:
    return st.from_regex(kind.pattern, fullmatch=True, alphabet=st.characters(codec="ascii")).filter(
        lambda key: not is_placeholder(key, kind)
    )


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.name}:{kind.mark}")
def test_a_table_row_is_honest(kind: SecretKind) -> None:
    assert kind.reason
    assert kind.floating or re.escape(kind.mark)[0] in kind.pattern
    assert re.compile(kind.pattern)


def test_header_rows_are_honest() -> None:
    for rows in (HEADERS, OPEN_HEADERS, PUBLIC_HEADERS, FIELDS, PARAMETERS, SIGNED, SIGNED_WITH):
        names = [row.name for row in rows]
        assert names == [name.lower() for name in dict.fromkeys(names)]
        assert all(row.reason for row in rows)


@pytest.mark.parametrize(
    ("name", "value", "is_told"),
    [
        ("content-security-policy", "report-uri https://a.example/logs?dd-api-key={}", False),
        ("Reporting-Endpoints", 'csp="https://a.example/?sentry_key={}"', False),
        ("location", "https://a.example/logs?dd-api-key={}", True),
    ],
)
def test_what_every_browser_is_told_is_no_secret(name: str, value: str, is_told: bool) -> None:
    told = recorded(headers=((name, value.format("e1f9c07b3a5d48e2b6a4c0d97f18253e")),))
    assert bool(observe("secret-in-header", told)) is is_told


@pytest.mark.parametrize(
    ("key", "is_secret"),
    [
        ("pube1f9c07b3a5d48e2b6a4c0d97f18253e", False),
        ("pk_live_51Hx9QmZtW4vLr7XbK2nPcY8h", False),
        ("phc_Qm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aRiT5oVwNqMyB", False),
        ("e1f9c07b3a5d48e2b6a4c0d97f18253e", True),
        ("pubx1f9c07b3a5d48e2b6a4c0d97f18253", True),
    ],
)
def test_keys_that_are_made_for_pages_are_no_secrets(key: str, is_secret: bool) -> None:
    assert bool(secrets_in(json.dumps({"api_key": key}))) is is_secret
    assert bool(secrets_in(f"https://a.example/?api_key={key}")) is is_secret


@pytest.mark.parametrize("kind", PLAIN, ids=lambda kind: f"{kind.name}:{kind.mark}")
@examples(12, share=3)
@given(data=st.data())
def test_every_kind_is_found_whole_and_never_said(kind: SecretKind, data: st.DataObject) -> None:
    key = data.draw(keys_of(kind))
    before = data.draw(st.sampled_from(["", " ", '{"key":"', "key=", "\\n", "\\u003d", "Bearer ", "(", "é"]))
    after = data.draw(st.sampled_from(["", " ", '"}', "\\n", ")", ".", ","]))
    found = secrets_in(before + key + after)
    assert [each.start for each in found] == [len(before) + (len(kind.mark) if kind.after_mark else 0)]
    assert kind.wide or found[0].end == len(before) + len(key)
    words = found[0].describe()
    assert all(key[at : at + 8] not in words for at in range(len(key) - 7))


PICTURE = "Qm7ZtW4/Lr9XbK2nPcY8hGdJ6sFuE3aRiT5oVwNqMyB+UzHk" * 2


def test_a_key_behind_a_path_is_none_of_a_picture() -> None:
    key = "AIzaQm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aRiT5"
    path = "https://maps.example.com/v1/a/path/that/goes/on/and/on/for/more/letters/than/a/line/has/" + key
    assert [path[found.start : found.end] for found in secrets_in(path)] == [key]
    assert len(secrets_in(f'"{key}"')) == len(secrets_in(PICTURE + f'"{key}"' + PICTURE)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "sk-...",
        "sk-proj-****************************abcd",
        "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "sk-1234567890abcdef1234567890abcdef1234567890abcdef",
        "sk-your-api-key-goes-here-and-nowhere-else",
        "sk-test-Qm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aRiT5o",
        "sk-ant-REDACTED-REDACTED-REDACTED-REDACTED",
        "AIzaSyEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMP",
        "AKIAIOSFODNN7EXAMPLE",
        "the risk-adjusted-return-of-a-portfolio-of-many-bonds",
        "task-Qm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aRiT5oVwNqMyBxUzHk",
        "aAAIzaQm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aRiT5oVwNqMyBxUzHkQm7ZtW4vLr9XbK2nPcY",
        PICTURE + "/1//0v5hbMHiCiv1Sg1DH2RjIIsd5UqgwG81PImwxglfErLoNBjWKff/XZYf6" + PICTURE,  # in base64
        PICTURE + "+AIzaQm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aRiT5oVw=",
        "1//0v5hbMHiCiv1Sg1DH2RjIIsd5UqgwG81PImwxglfErLoNBjWKff/" + PICTURE,
        "chatcmpl-Qm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3a",
        "call_Qm7ZtW4vLr9XbK2nPcY8hGdJ",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
        "-----BEGIN PRIVATE KEY-----\nREDACTED" + "." * 64 + "\n-----END PRIVATE KEY-----",
        "-----BEGIN PUBLIC KEY-----\nQm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aRiT5oVwNqMyBxUzHkQm7ZtW4vLr9XbK2nPcY\n-----END "
        "PUBLIC KEY-----",
    ],
)
def test_what_only_looks_like_a_key(text: str) -> None:
    assert secrets_in(text) == ()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Bearer Qm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aR", "Qm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aR"),
        ("bearer Qm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aR", "Qm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aR"),
        ("Qm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aR", "Qm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aR"),
        ("Basic YW5hOmNvcnJlY3QtaG9yc2UtYmF0dGVyeQ==", "YW5hOmNvcnJlY3QtaG9yc2UtYmF0dGVyeQ=="),
        ("Basic dXNlcjpwYXNzd2Q=", None),
        ("Basic not base64", None),
        ("Bearer REDACTED", None),
        ("Bearer <OPENAI_API_KEY>", None),
        ("Bearer {{ api_key_of_the_day }}", None),
        ("Bearer test_openai_api_key_0001", None),
        ("Bearer XXXXXXXXXXXXXXXXXXXXXXXXX", None),
        ("Bearer foo", None),
        ("**********************", None),
        ("ollama", None),
        ("AWS4-HMAC-SHA256 Credential=Qm7ZtW4vLr9XbK2nPcY8/20260101/us-east-1/bedrock/aws4_request", None),
        ("", None),
    ],
)
def test_credentials_in_header_values(value: str, expected: str | None) -> None:
    assert credential(value) == expected


def test_a_header_that_holds_a_key() -> None:
    headers = (
        ("Accept", "*/*"),
        ("Authorization", f"Bearer {GROQ}"),
        ("X-Api-Key", "Qm7ZtW4vLr9XbK2nPcY8hGdJ"),
        ("X-Trace", GROQ),
    )
    assert observe("secret-in-header", recorded(headers=headers)) == [
        (
            "the header field `Authorization` holds a Groq API key (`gsk_…`, 52 characters): revoke it, and let the "
            "recorder "
            "remove it before it writes",
            ("request", "headers", "Authorization", 0),
            None,
            0,
        ),
        (
            "the header field `X-Api-Key` holds a credential of 24 characters: revoke it, and let the recorder "
            "remove it before it "
            "writes",
            ("request", "headers", "X-Api-Key", 0),
            None,
            0,
        ),
        (
            "the header field `X-Trace` holds a Groq API key (`gsk_…`, 52 characters): revoke it, and let the "
            "recorder remove it "
            "before it writes",
            ("request", "headers", "X-Trace", 0),
            None,
            0,
        ),
    ]


def test_keys_that_a_site_tells_every_browser_are_public() -> None:
    policy = "report-uri https://logs.example/api/v2?dd-api-key=pubq8ZkT2vLx9RbW4nJ7pYc3mHs6DfGa1Ue"
    assert observe("secret-in-header", recorded(headers=(("Content-Security-Policy", policy),))) == []
    assert len(observe("secret-in-header", recorded(headers=(("X-Trace", policy),)))) == 1


def test_both_bodies_are_searched() -> None:
    interaction = recorded(
        request=Body(text=f'{{"a":"{GROQ}"}}', route=("request", "body")),
        response=Body(text=f"echo: {GROQ}", route=("response", "body")),
    )
    assert observe("secret-in-body", interaction) == [
        (
            f"the {side}'s body holds a Groq API key (`gsk_…`, 52 characters): revoke it, and put a placeholder in "
            f"its place",
            (side, "body"),
            offset,
            0,
        )
        for side, offset in (("request", 6), ("response", 6))
    ]


def streamed(*pieces: str) -> Interaction:
    """A stream of one string in pieces, as a dialect folds it."""
    events, trace, text, length = [], [], "", 0
    for index, piece in enumerate(pieces):
        data = json.dumps({"t": piece})
        events.append(Event(event=None, data=data, offset=len(text) + 6, json={"t": piece}))
        trace.append(Piece(start=length, event_index=index, pointer="/t"))
        text += f"data: {data}\n\n"
        length += len(piece)
    call = LLMCall(
        provider_name="openai",
        dialect="openai.chat",
        operation_name="chat",
        stream=True,
        body={"text": "".join(pieces)},
        trace={"/text": tuple(trace)},
    )
    body = Body(text=text, stream="sse", events=tuple(events), route=("response", "body"))
    return recorded(response=body, llm=call)


@given(cuts=st.lists(st.integers(1, len(GROQ) - 1), min_size=1, max_size=6, unique=True).map(sorted))
def test_a_key_split_anywhere_is_found_with_its_events(cuts: list[int]) -> None:
    bounds = [0, *cuts, len(GROQ)]
    pieces = [GROQ[start:end] for start, end in pairwise(bounds)]
    interaction = streamed("It is ", *pieces, ", keep it.")
    offsets = [event.offset for event in interaction.response.body.events]
    check = RULES["secret-in-stream"].check
    assert check is not None
    found = list(check(interaction))
    assert [seen.message for seen in found] == [
        f"{len(pieces)} events of the stream together hold a Groq API key (`gsk_…`, 52 characters): revoke it, and "
        f"record the "
        "interaction again without it"
    ]
    places = (found[0].place, *found[0].related)
    assert [(place.offset, place.pointer) for place in places] == [
        (offset, "/t") for offset in offsets[1 : 1 + len(pieces)]
    ]


def test_a_key_in_one_event_is_reported_once() -> None:
    assert observe("secret-in-stream", streamed("It is ", GROQ, ", keep it.")) == [
        (
            "an event of the stream holds a Groq API key (`gsk_…`, 52 characters): revoke it, and record the "
            "interaction again "
            "without it",
            ("response", "body"),
            36,
            0,
        )
    ]


def test_cookies_are_named_and_their_values_are_not() -> None:
    headers = (
        ("Cookie", "sid=Zk3nQ8vT1xWc5Lr7PbYm; theme=dark; lang=REDACTED"),
        ("Cookie", "sid=Zk3nQ8vT1xWc5Lr7PbYm"),
    )
    assert observe("cookie-recorded", recorded(headers=headers)) == [
        (
            "the request holds a cookie that may be a session (`sid`): let the recorder remove `Cookie` before it writes",
            ("request", "headers", "Cookie", 0),
            None,
            0,
        )
    ]


MADE_UP = '{"messages": [{"role": "user", "content": "The passwords are mellon1X! and radiance."}]}'


@pytest.mark.parametrize(
    ("asked", "answer", "told"),
    [
        pytest.param(MADE_UP, '{"content": "**Password: mellon1X!** opens the gate"}', False, id="repeated"),
        pytest.param(MADE_UP, '{"password": "mellon1X!"}', False, id="repeated in JSON"),
        pytest.param(MADE_UP, '{"password": "Grey7-havens!"}', True, id="another"),
        pytest.param(
            "{}", '{"content": "**Password: mellon** - Welcome to Moria!"}', False, id="the marks are no part"
        ),
        pytest.param("{}", '{"content": "**Password: Grey7-havens!** opens"}', True, id="in Markdown"),
        pytest.param('{"password": "Grey7-havens!"}', '{"ok": true}', True, id="in the request"),
    ],
)
def test_passwords_of_a_conversation(asked: str, answer: str, told: bool) -> None:
    found = observe("secret-in-body", recorded(request=Body(text=asked), response=Body(text=answer)))
    assert [message for message, *_ in found] == [
        message for message, *_ in found if "password" in message and "(13 characters)" in message
    ]
    assert len(found) == told


REQUEST_SIGNATURE = (
    "AWS4-HMAC-SHA256 Credential={}/20260101/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature={}"
)
HASH = "3f1c8a529b7e4d068a3f5e2d7c9b1a403f1c8a529b7e4d068a3f5e2d7c9b1a40"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (REQUEST_SIGNATURE.format("AKIAQM7ZTW4VLR2XBK2N", HASH), True),
        (REQUEST_SIGNATURE.format("ASIAQM7ZTW4VLR2XBK2N", HASH), False),  # of a session, which is over
        (REQUEST_SIGNATURE.format("AKIAIOSFODNN7EXAMPLE", HASH), False),  # AWS's own example
        (REQUEST_SIGNATURE.format("AKIAXXXXXXXXXXXXXXXX", HASH), False),
        (REQUEST_SIGNATURE.format("AKIAQM7ZTW4VLR2XBK2N", "REDACTED"), False),
    ],
)
def test_the_key_that_signed_a_request(value: str, told: bool) -> None:
    words = (
        "the header field `Authorization` holds an AWS access key id with a signature (`AKIA…`, 20 characters), which "
        "lasts minutes: let the recorder remove it before it writes"
    )
    found = observe("secret-in-header", recorded(headers=(("Authorization", value),)))
    assert [message for message, *_ in found] == ([words] if told else [])


@pytest.mark.parametrize(
    ("cookie", "told"),
    [
        ("connect.sid=s%3AXk7ZtW4vLr9XbK2nPcY8hGdJ6.sFuE3aRiT5oXk7ZtW4vLr", True),
        ("session=%7B%22id%22%3A%22Xk7ZtW4vLr9XbK2nPcY8hGdJ6%22%7D", False),  # the signs of a template
        ("session=%3CREDACTED%3E", False),
        ('session="Xk7ZtW4vLr9XbK2nPcY8hGdJ6"', True),
        ('session=""', False),
        ("session=deleted", False),
        ("__Host-authjs.csrf-token=Xk7ZtW4vLr9XbK2nPcY8hGdJ6%7CsFuE3aRiT5o", False),  # against forged requests
    ],
)
def test_how_the_value_of_a_cookie_is_spelled(cookie: str, told: bool) -> None:
    found = observe("cookie-recorded", recorded(headers=(("Cookie", cookie),)))
    assert len(found) == told


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("sk-hF5A3KGe6q6XCpG3LwGmHsIpUBMTCAoB5WSuqstUBfy4pjOr", False),  # `stUB`, by chance
        ("sk-Qm7ZtW4vLr9XbK2nPcY8testSJ6sFuE3aRiT5oVwNqMyBxUz", True),
        ("sk-Qm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aRiT5oVwqREDACTED9", True),
        ("REDACTED_b09f01644a4261b32aa2ee4aea4f279ba69a57cff389f9", True),
        ("sk-TestKey1234567890abcdefghijklmnopqrstuvwxyz", True),
    ],
)
def test_a_word_that_chance_spells_is_no_placeholder(key: str, expected: bool) -> None:
    assert is_placeholder(key) is expected
