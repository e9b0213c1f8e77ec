"""The programs that play what `convert` writes, each to the usual client of its ecosystem.

A player gets cassettes with the requests to make, and gives what the client saw. All but VCR.py are other programs, which
`make peers` installs.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import shutil
import subprocess
import tempfile
from base64 import b64decode
from collections.abc import Callable, Mapping
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import vcr

from .replayed import by_lower_name

FOLDER = Path(__file__).parent
PEERS = FOLDER.parents[1] / ".venv"
NODE_MODULES = PEERS / "npm" / "node_modules"
DEBIAN = PEERS / "debian" / "usr"  # of the testing release
GO_PATHS = {"open_v1.go": Path("/usr/share/gocode"), "open_v4.go": DEBIAN / "share" / "gocode"}

Exchange = dict[str, Any]  # as `replayed.exchange` makes it
Plan = list[tuple[Path, list[Exchange]]]


class Seen(NamedTuple):
    """What a client saw. A client that undoes a content coding does not say so: its header is not among the fields."""

    status: int = 0
    headers: Mapping[str, list[str]] = {}
    body: bytes = b""
    error: str = ""


# --- VCR.py ----------------------------------------------------------------------------------------------------------


def with_httpx(exchanges: list[Exchange]) -> list[Seen]:
    def ask(method: str, url: str, content: bytes) -> Seen:
        answer = client.request(method, url, content=content)
        return Seen(answer.status_code, by_lower_name(answer.headers.multi_items()), answer.content)

    with httpx.Client() as client:
        return [asked(ask, each) for each in exchanges]


def with_requests(exchanges: list[Exchange]) -> list[Seen]:
    import requests

    def ask(method: str, url: str, content: bytes) -> Seen:
        answer = client.request(method, url, data=content, allow_redirects=False)
        return Seen(answer.status_code, by_lower_name(answer.raw.headers.items()), answer.content)

    with requests.Session() as client:
        return [asked(ask, each) for each in exchanges]


def with_aiohttp(exchanges: list[Exchange]) -> list[Seen]:
    import aiohttp
    from yarl import URL

    async def ask(method: str, url: str, content: bytes) -> Seen:
        async with aiohttp.ClientSession() as client:
            answer = await client.request(method, URL(url, encoded=True), data=content, allow_redirects=False)
            return Seen(answer.status, by_lower_name(answer.headers.items()), await answer.read())

    return [asked(lambda *words: asyncio.run(ask(*words)), each) for each in exchanges]


def asked(ask: Callable[[str, str, bytes], Seen], exchange: Exchange) -> Seen:
    try:
        return ask(exchange["method"], exchange["url"], b64decode(exchange["request_body"]))
    except Exception as error:  # whatever a client or VCR.py raises
        return Seen(error=f"{type(error).__name__}: {error}")


def by_vcrpy(client: Callable[[list[Exchange]], list[Seen]], plan: Plan, _folder: Path) -> list[list[Seen]]:
    return [in_cassette(client, path, exchanges) for path, exchanges in plan]


def in_cassette(client: Callable[[list[Exchange]], list[Seen]], path: Path, exchanges: list[Exchange]) -> list[Seen]:
    serializer = "json" if path.suffix == ".json" else "yaml"
    with vcr.use_cassette(str(path), record_mode="none", serializer=serializer):
        return client(exchanges)


# --- other programs --------------------------------------------------------------------------------------------------


def by_program(command: Callable[[str], list[str]], plan: Plan, folder: Path, **environment: str) -> list[list[Seen]]:
    """What a program prints that gets the plan as a file."""
    words = [{"cassette": str(path), "exchanges": exchanges} for path, exchanges in plan]
    (folder / "plan.json").write_text(json.dumps(words), encoding="utf-8")
    done = subprocess.run(
        command(str(folder / "plan.json")),
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
    assert done.returncode == 0, done.stderr
    return [[seen(each) for each in answers] for answers in json.loads(done.stdout)]


def seen(answer: Mapping[str, Any]) -> Seen:
    pairs = [(name, value) for name, values in (answer["headers"] or {}).items() for value in values]
    return Seen(answer["status"], by_lower_name(pairs), b64decode(answer["body"] or ""), answer["error"])


def by_ruby(plan: Plan, folder: Path) -> list[list[Seen]]:
    return by_program(lambda path: ["ruby", str(FOLDER / "replay.rb"), path], plan, folder)


def by_playwright(plan: Plan, folder: Path) -> list[list[Seen]]:
    def command(path: str) -> list[str]:
        return ["node", str(FOLDER / "replay.mjs"), path, str(browser()), f"{NODE_MODULES}/"]

    return by_program(command, plan, folder)


def by_go(opener: str, compared: str, plan: Plan, folder: Path) -> list[list[Seen]]:
    return by_program(lambda path: [go_program("replay.go", opener), path, compared], plan, folder)


@cache
def go_program(script: str, opener: str) -> str:
    """A program of this folder for one version of go-vcr, linked once for all that it plays."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder)
    program = os.path.join(folder, Path(script).stem)
    command = (str(go(opener)), "build", "-o", program, str(FOLDER / script), str(FOLDER / opener))
    done = subprocess.run(
        command, env=os.environ | go_environment(opener), capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return program


def go(opener: str) -> str | None:
    """The compiler: go-vcr v4 needs a newer one than the stable release of Debian has."""
    newer = DEBIAN / "bin" / "go"
    return str(newer) if opener == "open_v4.go" and newer.exists() else shutil.which("go")


def go_environment(opener: str) -> dict[str, str]:
    return {"GOPATH": str(GO_PATHS[opener]), "GO111MODULE": "off", "GOFLAGS": ""}


def browser() -> str | None:
    return shutil.which("chromium") or shutil.which("google-chrome")


# --- what is there ---------------------------------------------------------------------------------------------------


def no_module(name: str) -> bool:
    return find_spec(name) is None


@cache
def no_ruby() -> bool:
    ruby = shutil.which("ruby")
    libraries = (str(ruby), "-e", "require 'vcr'; require 'webmock'")
    return ruby is None or bool(subprocess.run(libraries, capture_output=True, check=False).returncode)


def no_go(opener: str, package: str) -> bool:
    return go(opener) is None or not (GO_PATHS[opener] / "src" / package).is_dir()


def no_playwright() -> bool:
    return browser() is None or shutil.which("node") is None or not (NODE_MODULES / "playwright-core").is_dir()


class Player(NamedTuple):
    format: str  # what `convert --to` calls its cassettes
    name: str
    client: str
    play: Callable[[Plan, Path], list[list[Seen]]]
    is_missing: Callable[[], bool] = lambda: False


GO_VCR_V1 = partial(no_go, "open_v1.go", "github.com/dnaeon/go-vcr")
GO_VCR_V4 = partial(no_go, "open_v4.go", "gopkg.in/dnaeon/go-vcr.v4")
PLAYERS = (
    Player("go-vcr", "go-vcr v1", "http.Client", partial(by_go, "open_v1.go", ""), GO_VCR_V1),
    Player("go-vcr", "go-vcr v4", "http.Client", partial(by_go, "open_v4.go", ""), GO_VCR_V4),
    Player("go-vcr", "go-vcr v4 by method and URL", "http.Client", partial(by_go, "open_v4.go", "url"), GO_VCR_V4),
    Player("har", "Playwright", "fetch", by_playwright, no_playwright),
    Player("ruby-vcr", "Ruby VCR", "Net::HTTP", by_ruby, no_ruby),
    Player("vcrpy", "VCR.py", "httpx", partial(by_vcrpy, with_httpx)),
    Player("vcrpy", "VCR.py", "requests", partial(by_vcrpy, with_requests), partial(no_module, "requests")),
    Player("vcrpy", "VCR.py", "aiohttp", partial(by_vcrpy, with_aiohttp), partial(no_module, "aiohttp")),
    Player("vcrpy-json", "VCR.py", "httpx", partial(by_vcrpy, with_httpx)),
)
