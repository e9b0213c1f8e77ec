"""A name counts only where a value stands that is a key."""

from __future__ import annotations

import json

import pytest

from cassette_tools.secrets import is_secret_header, secrets_in

KEY = "Qm7ZtW4vLr9XbK2nPcY8hGdJ"  # invented


def found(text: str) -> list[tuple[str, str]]:
    return [(each.field or each.name, text[each.start : each.end]) for each in secrets_in(text)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f'{{"api_key":"{KEY}"}}', "api_key"),
        (f'{{"apiKey" : "{KEY}"}}', "apiKey"),
        (f'{{\\"x-api-key\\":\\"{KEY}\\"}}', "x-api-key"),
        (f'{{"datadogServiceMap.apiKey":"{KEY}"}}', "datadogServiceMap.apiKey"),
        (f"refresh_token={KEY}&a=b", "refresh_token"),
        (f"https://a.example/v1?key={KEY}&alt=sse", "key"),
        (f"https://a.example/v1?a=b\\u0026token={KEY}", "token"),
        (f"export OPENAI_API_KEY={KEY}\\nrun", "OPENAI_API_KEY"),
        (f"client_secret: {KEY}", "client_secret"),
        (f'{{"clientSecret":"{KEY}"}}', "clientSecret"),
        (f'{{\\"sharedSecret\\": \\"{KEY}\\"}}', "sharedSecret"),
        (f'{{"secret":"{KEY}"}}', "secret"),
        (f'{{"accessKey":"{KEY}"}}', "accessKey"),
        (f'{{"signing_key":"{KEY}"}}', "signing_key"),
        (f"LITELLM_MASTER_KEY={KEY}", "LITELLM_MASTER_KEY"),
        (f"'aws_secret_access_key': '{KEY}'", "aws_secret_access_key"),
        (f"DefaultEndpointsProtocol=https;AccountName=a;AccountKey={KEY}==", "AccountKey"),
        ('{"password":"hunter22"}', "password"),
        ("password = 'hunter22'", "password"),
        ('{"password":"get(hunter22"}', "password"),  # in quotes it is a value, whatever is in it
        (f'{{"authorization":"token {KEY}"}}', ""),
    ],
)
def test_names_with_a_key(text: str, name: str) -> None:
    assert [each[0] for each in found(text)] == ([name] if name else [])
    assert all(value.rstrip("=") in (KEY, "hunter22", "get(hunter22") for _, value in found(text))


@pytest.mark.parametrize(
    "text",
    [
        '{"api_key":{"type":"string","description":"the key of the service"}}',
        '{"api_key":"the key of your account, found under settings"}',
        '{"api_key":"test_api_key_of_ours"}',
        '{"api_key":null,"max_tokens":4096,"token":"Hello"}',
        'client = Client(api_key=os.environ["HARBOUR_API_KEY"])',
        "api_key = get_secret(name)",
        "token = secrets.token_urlsafe(32)",
        '{"next_page_token":"Ch9tb2RlbHMvdmVvLTMuMS1nZW5lcmF0ZS1wcmV2aWV3"}',
        '{"prompt_cache_key":"aff_01KZ3D0ZPQCMGJ66Q0WJV4G057"}',
        '{"idempotency_key":"3f1c8a52-9b7e-4d06-8a3f-5e2d7c9b1a40"}',
        '{"csrf_token":"Qm7ZtW4vLr9XbK2nPcY8hGdJ"}',
        '{"public_key":"Qm7ZtW4vLr9XbK2nPcY8hGdJ"}',
        '{"secretName":"Qm7ZtW4vLr9XbK2nPcY8hGdJ"}',
        '{"secret":"the secret of good bread is time"}',
        '{"accessKeyId":"Qm7ZtW4vLr9XbK2nPcY8hGdJ"}',
        '{"signature":"EqkDCkYICBgCKkDMkVtuKFhL43wYuAZr0LxTAfH7CxEgsPiJdcz"}',
        '{"key":"Qm7ZtW4vLr9XbK2nPcY8hGdJ"}',
        "key=Value&Qm7ZtW4vLr9XbK2nPcY8hGdJ",
        '{"password":"string"}',
        '{"password":"password123"}',
        '{"password":{"minLength":8}}',
        "postgresql://user:password@localhost:5432/app",
        "postgres://ana:Qm7ZtW4vLr9X@localhost/app",
        "https://ana:${PASSWORD}@db.internal/app",
        "at 12:30 ask ana@harbour.dev",
        "https://www.harbour.dev/@ana:b@c",
        "sig=Qm7ZtW4vLr9XbK2nPcY8hGdJ",
        # code that asks for a password
        "password = os.environ.get('HARBOUR_PASSWORD', 'quay')",
        'login("ana", password=os.environ["HARBOUR_PASSWORD"])',
        'password = getpass(f"Password of {name}: ")',
        "login(name, password=ask_for(2))",
        # words
        "HARBOUR_PASSWORD=super-secure-password-plz-okthxbai ./run",
        '{"password":"my_very_secret_passphrase_here"}',
        # the time of day, and a name
        "pageToken=x&token=1508961847871QUAY_LeadSummary&page=2",
        # what `openssl s_client` prints
        f"Master-Key: {('7D183B074FCFB5B4' * 5)[:74]}29A6E08C1F5B4D2A7E9C03",
    ],
)
def test_names_without_a_key(text: str) -> None:
    assert [each for each in found(text) if each[0] != "sig"] == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("postgres://ana:Qm7ZtW4vLr9X@db.internal:5432/app", "Qm7ZtW4vLr9X"),
        ("mongodb+srv://ana:Qm7ZtW4vLr9X@cluster0.ab1cd.mongodb.net/app", "Qm7ZtW4vLr9X"),
        (f"https://ana:{KEY}@github.com/ana/harbour.git", KEY),
        ("redis://:Qm7ZtW4vLr9X@cache.internal:6379/0", "Qm7ZtW4vLr9X"),
    ],
)
def test_passwords_in_addresses(text: str, what: str) -> None:
    assert found(text) == [("password in an address", what)]


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("curl -u ana:Qm7ZtW4vLr9X https://db.harbour.dev", True),
        ("curl -s -X POST https://db.harbour.dev/v1 -u ana:Qm7ZtW4vLr9X", True),
        ("curl -s --user 'ana:Qm7ZtW4vLr9X' https://db.harbour.dev", True),
        ('curl -k \\\\\\n  -u \\"ana:Qm7ZtW4vLr9X\\" https://db.harbour.dev', True),  # in a string of JSON
        ("curl -k \\\n  -u ana:Qm7ZtW4vLr9X https://db.harbour.dev", True),
        ("curl https://db.harbour.dev\ngit push -u origin:Qm7ZtW4vLr9X", False),  # another command
        ("curl -u user:password https://db.harbour.dev", False),
        ("curl -u $USER:$PASSWORD https://db.harbour.dev", False),
        ("curl -u https://db.harbour.dev/Qm7ZtW4vLr9X", False),
        ("sort -u ana:Qm7ZtW4vLr9X", False),
    ],
)
def test_passwords_of_curl(text: str, is_told: bool) -> None:
    assert found(text) == [("password of a command", "Qm7ZtW4vLr9X")] * is_told


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Authorization", True), ("X-Agentops-Api-Key", True), ("x-harbour-token", True), ("api-key", True),
        ("X-Client-Secret", True), ("X-Vault-Token", True), ("x-csrf-token", False), ("X-XSRF-TOKEN", False),
        ("x-amzn-bedrock-input-token-count", False), ("x-ratelimit-limit-tokens", False), ("num-tokens", False),
        ("idempotency-key", False), ("x-next-page-token", False), ("x-ms-continuation-token", False),
        ("surrogate-key", False), ("sec-websocket-key", False),
    ],
)  # fmt: skip
def test_header_names(name: str, expected: bool) -> None:
    assert is_secret_header(name) is expected


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        # AWS: the id of the key that signed opens nothing, and is somebody else's in most recordings
        ("?AWSAccessKeyId=AKIAQM7ZTW4VLR2XBK2N&Expires=1415031146&Signature=Qm7ZtW4vLr9XbK2nPcY8hGdJ6sF%3D", False),
        ('"value": "ASIAQM7ZTW4VLR2XBK2N/20250106/eu-west-1/s3/aws4_request"', False),
        ("Credential=AKIAQM7ZTW4VLR2XBK2N%2F20250106%2Feu-west-1%2Fs3%2Faws4_request", False),
        ("?AWSAccessKeyId=AKIAQM7ZTW4VLR2XBK2N&page=2", True),
        ('"aws_access_key_id": "AKIAQM7ZTW4VLR2XBK2N"', True),
        ('"AccessKeyId": "ASIAQM7ZTW4VLR2XBK2N", "Expiration": "20250106/1"', True),
    ],
)
def test_the_id_of_a_key(text: str, is_told: bool) -> None:
    ids = ("AWS access key id", "AWS temporary access key id")
    assert [each.name in ids for each in secrets_in(text) if not each.companion and not each.term] == [True] * is_told


def _part(name: str, value: str) -> str:
    return f'--quay\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'


@pytest.mark.parametrize(("others", "is_told"), [(_part("X-Amz-Signature", "7f3d9a1be0c24f58" * 4), False), ("", True)])
def test_the_token_of_a_signed_form(others: str, is_told: bool) -> None:
    form = _part("x-amz-security-token", f"{KEY}6sFuE3aRiT5oVwNqMyBxUzHk") + others
    assert [each.field for each in secrets_in(form) if not each.companion] == ["x-amz-security-token"] * is_told


def test_messages_never_say_it() -> None:
    text = json.dumps({"api_key": KEY, "password": "hunter22", "dsn": "postgres://ana:Qm7ZtW4vLr9X@db.internal/app"})
    assert [each.advise("mend it") for each in secrets_in(text)] == [
        "a credential in `api_key` (24 characters): revoke it, and mend it",
        "a password in `password` (8 characters): revoke it, and mend it",
        "a password in an address (12 characters): revoke it, and mend it",
    ]


PARTED = f"who=7d3f9a1be0c24f589b1e2a6c8d0f4e13;exp=1760000000;plan=sample_plan;asn=AS64500:{KEY}"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (f'{{"token":"{PARTED}","a":1}}', PARTED),
        (f'{{\\"token\\":\\"{PARTED}\\"}}', PARTED),
        # what somebody left of one is one still
        (f'{{"token":"REDACTED;exp=1760000000;asn=AS64500:{KEY}"}}', f"REDACTED;exp=1760000000;asn=AS64500:{KEY}"),
        (f"token='{KEY}; and more'", KEY),  # the sentence goes on
        ('{"token":"who=somebody;exp=1760000000;plan=sample_plan"}', None),
        ('{"token":"REDACTED;exp=1760000000;plan=sample_plan;asn=AS64500:REDACTED"}', None),
    ],
)
def test_a_token_of_many_parts_is_one_secret(text: str, value: str | None) -> None:
    assert found(text) == ([("token", value)] if value else [])


SEAL = "7d3f9a1be0c24f58a60b3c9d5e1f7284c0d92b6e4a81f35792e0c6b8d4a1f36e"


def test_copilot_s_token_is_known_wherever_it_stands() -> None:
    token = f"tid=7d3f9a1be0c24f589b1e2a6c8d0f4e13;exp=1760000000;sku=sample_plan;asn=AS64500:{SEAL}"
    for text in (f"Bearer {token}", f'It is "{token}".', f'{{"token":"{token}"}}'):
        assert found(text) == [("GitHub Copilot token", token)]
    assert secrets_in(token)[0].until == "2025-10-09"
    assert found(token.replace(SEAL, "0" * 64)) == []
