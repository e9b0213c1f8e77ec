"""Placeholders are told from keys by how they are made."""

from __future__ import annotations

import json
import random
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from effort import THOROUGH
from secret_material import MARKED, NAMED, UNMARKED, Maker, cassette

from cassette_tools.config import LintSettings, load_config
from cassette_tools.data.placeholders import DOCUMENTED
from cassette_tools.lint.run import lint_paths
from cassette_tools.normalize import Settings, normalized
from cassette_tools.secrets import credential, is_placeholder, secrets_in, use_own
from cassette_tools.secrets.filtered import explains_length
from cassette_tools.source import Source

TRIES, MOST = (20_000, 3) if THOROUGH else (100, 1)  # of so many, so many may be taken for a placeholder


@pytest.mark.parametrize(
    "value",
    [
        # what was taken for a key in recordings that were never seen before
        "AUTHORIZATION-XXX", "X-GOOG-API-KEY-XXX", "BEARER_GOES_HERE_OK", "my-openai-credential",
        "not-a-real-credential", "STRIPPED-FROM-CASSETTE", "BLANKED-BY-RECORDER", "obfuscated-value-1",
        "ANONYMIZED_VALUE_1", "VCR-RECORDED-VALUE", "cassette-credential", "AZURE_DEPLOYMENT_KEY",
        "REDACTED_1858aad0e1ff07ae26d4042086acb9da455866ad617afd2cb9ab9419e1be1104",
        # words in any spelling
        "BearerTokenGoesHere", "the-quick-brown-fox-jumps", "thisisnotarealkeyatall", "vertex-ai-access-token",
        "gcp-oauth2-bearer-token-v1", "prod-eu-west-1-gateway-key", "os.environ.OPENAI_API_KEY", "get_secret_value",
        "litellm-master-key-1234", "key-for-unit-tests-42", "ACCESS_TOKEN_VALUE", "lorem-ipsum-dolor-sit-amet",
        # what counts, repeats and fills
        "abcdefghijklmnopqrstuvwxyz123456", "0123456789abcdef0123456789ABCDEF", "1a2b3c4d5e6f7a8b9c0d",
        "11111111-2222-3333-4444-555555555555", "12345678-1234-1234-1234-123456789012",
        "c1234567-2222-2222-3333-444444444444", "00000000-0000-0000-0000-000000000001", "qwertyuiopasdfghjklzxcvbnm",
        "abc123abc123abc123abc123", "ffffffffffffffffffffffffffffffff", "AbCdEfGhIjKlMnOpQrStUvWxYz",
        "XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX", "token-0123456789abcdef0123", "98765432109876543210",
        # a name with a number: of a vendor's format, of a redactor
        "abcd_v1_us_new_write_token", "API_TOKEN_7d3f9a1b-e0c2-4f58-9b1e-2a6c8d0f4e13", "MkQpRZtwVNsL/C3XHYTb/jNqKzEXAMPLEKEY",
        # templates
        "<GOOGLE_CLOUD_LOCATION>", "{{ api_key_of_the_day }}", "${OPENAI_API_KEY}", "[FILTERED BEARER]", "%(api_key)s...",
    ],
)  # fmt: skip
def test_placeholders(value: str) -> None:
    assert is_placeholder(value)
    assert credential(f"Bearer {value}") is None


WAYS = (
    "Authorization: Bearer {}",
    '{{"access_token": "{}"}}',
    "https://api.example/v1?access_token={}",
    "Authorization: Basic {}",
)


@pytest.mark.parametrize("value", [row.value for row in DOCUMENTED])
@pytest.mark.parametrize("way", WAYS)
def test_what_specifications_show_is_no_secret(value: str, way: str) -> None:
    """With the `=` of base64, too."""
    for padding in ("", "=="):
        assert not secrets_in(way.format(value + padding))
    assert is_placeholder(value)
    assert credential(f"Bearer {value}") is None


def test_a_documented_credential_is_one_as_a_whole() -> None:
    for basic in ("QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "dGVzdDoxMjPCow=="):
        assert credential(f"Basic {basic}") is None
    assert credential("Basic QWxhZGRpbjpvcGVuIHNlc2FtMTIzNA==") is not None
    assert [secret.name for secret in secrets_in('{"access_token": "2YotnFZFEjr1zCsicMWpAB"}')] == ["credential"]


@pytest.mark.parametrize(
    "value",
    [
        "Qm7ZtW4vLr9XbK2nPcY8hGdJ", "my-service-Qm7ZtW4vLr9XbK2n", "live_9f3a7b1c5d8e2f6a4b0c", "7f3d9a1be0c24f58",
        "abcd_v1_us_Qm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aRiT5oVwNq", "token_7d3f9a1b-e0c2-4f58-9b1e-2a6c8d0f4e13",
        "MkQpRZtwVNsL/C3XHYTb/jNqKzWdFgHsUv4Bn0Tm",
        "secret_Qm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aRiT5oVwNqMyB", "3f1c8a52-9b7e-4d06-8a3f-5e2d7c9b1a40",
    ],
)  # fmt: skip
def test_keys_with_words_before_them(value: str) -> None:
    assert not is_placeholder(value)


@pytest.mark.parametrize("shape", UNMARKED)
def test_random_credentials_are_none(shape: str) -> None:
    dice = random.Random(shape)
    assert len(_taken(UNMARKED[shape], lambda key: credential(key) is None, dice)) <= MOST


@pytest.mark.parametrize("kind", MARKED)
def test_random_keys_are_none(kind: str) -> None:
    dice = random.Random(kind)
    maker = MARKED[kind]
    assert len(_taken(maker, lambda key: len(secrets_in(key)) != 1, dice)) <= MOST


def _taken(maker: Maker, is_taken: Any, dice: random.Random) -> list[str]:
    return [key for key in (maker(dice) for _ in range(TRIES)) if is_taken(key)]


def token(**claims: object) -> str:
    head, body = ({"alg": "HS256", "typ": "JWT"}, claims)
    parts = [json.dumps(part).encode() for part in (head, body)]
    seal = random.Random(1).randbytes(32)
    return ".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in (*parts, seal))


@pytest.mark.parametrize(
    ("claims", "is_secret"),
    [
        ({"sub": "noone@nowhere.dev", "name": "none"}, False),
        ({"sub": "1234567890", "name": "John Doe", "iat": 1516239022}, False),
        ({"email": "ana@example.com", "sub": "u-81f3"}, False),
        ({"iss": "https://auth.example.org/", "sub": "u-81f3"}, False),
        ({"iss": "supabase", "role": "anon"}, False),
        ({"iss": "supabase", "role": "service_role"}, True),
        ({"sub": "u-81f3", "exp": 1_600_000_000}, True),
        ({"sub": "u-81f3", "iss": "https://auth.harbour.dev"}, True),
        ({"sub": 7, "scope": "all"}, True),
    ],
)
def test_tokens_that_speak_for_nobody(claims: dict[str, object], is_secret: bool) -> None:
    assert bool(secrets_in(f"it is {token(**claims)}.")) is is_secret
    assert bool(secrets_in(f"Authorization: Bearer {token(**claims)}")) is is_secret
    assert bool(secrets_in(json.dumps({"access_token": token(**claims)}))) is is_secret
    assert (credential(f"Bearer {token(**claims)}") is not None) is is_secret


def test_a_token_with_a_placeholder_for_a_seal() -> None:
    head, body, _seal = token(sub="u-81f3").split(".")
    assert secrets_in(f"{head}.{body}.this-is-no-signature-at-all") == ()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("hunter22", False), ("Tr0ub4dor&3", False), ("correct-horse-battery", False), ("kP7!xW2q", False),
        ("password123", True), ("P@ssw0rd!1", True), ("hunter2", True), ("sunshine", True), ("12345678", True),
        ("********", True), ("<password>", True), ("super-secure-password-plz-okthxbai", True),
        ("secret-qmztwvlrxbknpcyhgdj", False), ("my-password-7f3d9a1be0c2", False), ("${DB_PASSWORD}", True), ("changeme1", True), ("test1234", True),
    ],
)  # fmt: skip
def test_passwords(value: str, expected: bool) -> None:
    assert is_placeholder(value, chosen=True) is expected


@pytest.fixture
def own() -> Iterator[None]:
    use_own(("*-XYZ", "vault:*"))
    yield
    use_own(())


@pytest.mark.usefixtures("own")
def test_own_patterns() -> None:
    key = "gsk_Qm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aRiT5oVwNqMyBxUzHk"
    assert credential("Bearer Qm7ZtW4vLr9XbK2nPcY8hGdJ-XYZ") is None
    assert credential("vault:Qm7ZtW4vLr9XbK2nPcY8hGdJ") is None
    assert credential("Bearer Qm7ZtW4vLr9XbK2nPcY8hGdJ") is not None
    assert [each.name for each in secrets_in(key)] == ["Groq API key"]
    assert explains_length('{"key":"Qm7Zt-XYZ"}', 5)


@pytest.mark.parametrize(
    ("text", "missing", "expected"),
    [
        ('{"client_secret":"redacted"}', 40, True),
        ('{"client_secret":"redacted"}', -400, False),
        ('{"arn":"SCRUBBED_ARN_7"}', 11, True),
        ('{"model":"AZURE_DEPLOYMENT-2025-04-14"}', -9, True),
        ('{"a":"AZURE_DEPLOYMENT","b":"AZURE_DEPLOYMENT"}', -18, True),
        ('{"a":"AZURE_DEPLOYMENT","b":"AZURE_DEPLOYMENT"}', -9, False),
        ('{"arn":"arn:aws:<GOOGLE_CLOUD_LOCATION>:1"}', -17, True),
        ("Action=x&RoleArn=scrubbed", 30, True),
        ('{"key":"*****"}', 12, True),
        ('{"text":"The name was removed, and the list filtered."}', 5, False),
        ('{"text":"os.environ[\\"OPENAI_API_KEY\\"] is an example"}', 5, False),
        ('{"finish":"MAX_TOKENS","category":"HARM_CATEGORY_HARASSMENT"}', 5, False),
        ('{"text":"<THINKING> first"}', 5, False),
        ('{"a":1}', 5, False),
        # Betamax and Ruby VCR: a name in brackets stands for one value, wherever it stands
        ('{"origin": "<IPADDR>"}', 6, True),
        ('{"name": "u_<USERNAME>", "text": "by <USERNAME> and <USERNAME>"}', -21, True),
        ('{"name": "u_<USERNAME>", "text": "by <USERNAME> and <USERNAME>"}', -20, False),
        ("grant_type=password&password=<PASSWORD>&scope=all", 5, True),
        ("<DIV><TABLE>quay</TABLE></DIV>", 5, False),
        ('{"text":"<THINKING>"}', 5, True),  # it could be one
        ('{"stop":"<EOS>","pad":"<PAD>"}', 5, False),
        ('{"hate":{"filtered":false},"masked":true,"status":"deleted"}', 5, False),
        ('{"key":"[FILTERED]"}', 12, True),
        ('{"origin": "127.0.0.1"}', 3, True),
        ('{"origin": "127.0.0.1"}', -2, True),
        ('{"origin": "127.0.0.1"}', 7, False),
        ('{"origin": "127.0.0.1", "for": "127.0.0.1"}', 12, True),
        ('{"proxy": "http://127.0.0.1:8080"}', 3, False),
        (json.dumps({"token": token(sub="noone@nowhere.dev")}), 31, True),
    ],
)
def test_lengths_that_placeholders_explain(text: str, missing: int, expected: bool) -> None:
    assert explains_length(text, missing) is expected


def test_own_patterns_come_from_the_configuration(tmp_path: Path) -> None:
    value = "Qm7ZtW4vLr9XbK2nPcY8hGdJ-XYZ"
    path = tmp_path / "a.yaml"
    path.write_bytes(cassette(NAMED["api-key"](value)))
    settings = load_config(str(_written(tmp_path / "cassette.toml", 'placeholders = ["*-XYZ"]\n'))).lint
    assert lint_paths((str(path),), settings, cached=False).findings == []
    assert len(lint_paths((str(path),), LintSettings(), cached=False).findings) == 1
    kept = Settings(steps=frozenset(["secrets"]), requests=True, placeholders=settings.placeholders)
    assert value.encode() in normalized(Source.from_path(str(path)), kept).content
    assert value.encode() not in normalized(Source.from_path(str(path)), Settings(steps=kept.steps)).content


def _written(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path
