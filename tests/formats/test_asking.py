"""Requests as another client makes them: what `convert` writes of method and address, and `--url`."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from cassette_tools.cli import main
from cassette_tools.formats import writers
from cassette_tools.formats._asking import addressed, sent_address
from cassette_tools.load import load
from cassette_tools.model import Interaction, Recording, Request, Response


def asked(method: str, url: str) -> Recording:
    interaction = Interaction(index=0, request=Request(method=method, url=url), response=Response(status_code=200))
    return Recording(path="x", format="x", format_version=None, interactions=(interaction,))


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("https://a.example/v1#stream", "https://a.example/v1"),  # a fragment stays with the client
        ("https://a.example:443/v1", "https://a.example/v1"),
        ("http://a.example:80/v1", "http://a.example/v1"),
        ("http://a.example:443/v1", "http://a.example:443/v1"),  # the other's standard port
        ("https://a.example:8443/v1?u=http://h:80/#x", "https://a.example:8443/v1?u=http://h:80/"),
        ("https://a.example", "https://a.example/"),  # the target of a request is never empty
        ("https://a.example?x=1", "https://a.example/?x=1"),
        ("/v1/chat", "/v1/chat"),
        ("wss://a.example:443/v1#x", "wss://a.example:443/v1#x"),
        ("", ""),
    ],
)
def test_an_address_is_written_as_it_is_sent(address: str, sent: str) -> None:
    assert sent_address(address) == sent
    assert sent_address(sent) == sent


@pytest.mark.parametrize(
    ("url", "method", "host", "expected"),
    [
        ("/v1/chat", "GET", "https://api.openai.com", ("GET", "https://api.openai.com/v1/chat")),
        ("/v1/chat", "GET", "https://api.openai.com/", ("GET", "https://api.openai.com/v1/chat")),
        ("/chat", "POST", "http://localhost:8080/v1", ("POST", "http://localhost:8080/v1/chat")),
        ("", "POST", "https://api.openai.com/v1/chat", ("POST", "https://api.openai.com/v1/chat")),
        ("", "", "https://api.openai.com/v1/chat", ("POST", "https://api.openai.com/v1/chat")),  # a body alone
        ("https://a.example/x", "GET", "https://api.openai.com", ("GET", "https://a.example/x")),  # has one
        ("ExampleSearch/web_search", "", "https://api.openai.com", ("", "ExampleSearch/web_search")),  # no path
    ],
)
def test_a_host_where_there_is_none(url: str, method: str, host: str, expected: tuple[str, str]) -> None:
    (interaction,) = addressed(asked(method, url), host).interactions
    assert (interaction.request.method, interaction.request.url) == expected


METHOD = "the method 'post' is POST, as clients send it"
ADDRESS = "the address is written as it is sent: without fragment and standard port, with a path"
WEBMOCK = "the address is spelled as WebMock does, in whose form Ruby VCR compares addresses"
HOST = "the recording has no host, so that no client's request is found: --url says where it went"


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        ("go-vcr", [METHOD]),
        ("har", [METHOD, ADDRESS]),
        ("ruby-vcr", [METHOD, WEBMOCK]),
        ("vcrpy", [METHOD]),
        ("vcrpy-json", [METHOD]),
    ],
)
def test_what_is_written_otherwise_is_told_and_no_loss(to: str, expected: list[str]) -> None:
    losses = writers()[to].write(asked("post", "https://a.example/v1#stream")).losses
    assert [(loss.message, loss.lost) for loss in losses] == [(message, False) for message in expected]
    losses = writers()[to].write(asked("POST", "/v1/chat")).losses
    assert [(loss.message, loss.lost) for loss in losses] == [(HOST, False)]


def test_methods_of_vcrpys_own_stay_as_its_client_asks(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(writers()["vcrpy"].write(asked("POST", "https://a.example/")).content.replace(b"POST", b"post"))
    assert b"method: post" in writers()["vcrpy"].write(load(str(path))).content


def test_the_first_version_of_go_vcr_gets_what_the_second_compares(samples: Path) -> None:
    written = yaml.safe_load(writers()["go-vcr"].write(load(str(samples / "formats/go_vcr/v1.yaml"))).content)
    names = ("proto", "proto_major", "proto_minor", "content_length", "host")
    assert written["version"] == 2
    assert [[each["request"][name] for name in names] for each in written["interactions"]] == [
        ["HTTP/1.1", 1, 1, 101, "api.example.com"],
        ["HTTP/1.1", 1, 1, 19, "shop.example.com"],
    ]


def test_the_option(samples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(samples / "formats" / "httpmock" / "recording.yaml")
    assert main(["convert", path, "--to", "vcrpy"]) == 0
    without = capsys.readouterr()
    assert without.err == f"cassette: {path}: interactions 0 to 1: {HOST}\n"
    assert main(["convert", path, "--to", "vcrpy", "--url", "https://api.openai.com"]) == 0
    out, err = capsys.readouterr()
    assert (out, err) == (without.out.replace("uri: /", "uri: https://api.openai.com/"), "")


@pytest.mark.parametrize("url", ["api.openai.com", "https://", "https:///v1", "ftp://a.example", ""])
def test_what_is_no_address_is_refused(samples: Path, capsys: pytest.CaptureFixture[str], url: str) -> None:
    path = str(samples / "formats" / "httpmock" / "recording.yaml")
    assert main(["convert", path, "--to", "vcrpy", "--url", url]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"cassette: error: --url {url}: no address; expected one such as https://api.openai.com\n"
