"""Recordings that attack whoever reads them, beside a good one with a finding; and how the program is run on them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
ADDRESS = "https://api.openai.com/v1/chat/completions"


def exchange(number: int = 0, **changed: Any) -> dict[str, Any]:
    """One interaction of go-vcr; `changed` are fields of the request (`request_…`) or of the response."""
    request = {"url": ADDRESS, "method": "POST", "headers": {}, "body": "{}"}
    response = {"body": "{}", "headers": {}, "status": "200 OK", "code": 200, "duration": "0s"}
    for name, value in changed.items():
        side, name = (request, name[8:]) if name.startswith("request_") else (response, name)
        side[name] = value
    return {"id": number, "request": request, "response": response}


def cassette(*interactions: dict[str, Any]) -> bytes:
    return json.dumps({"version": 2, "interactions": interactions or [exchange()]}).encode()


GOOD = cassette(exchange(headers={"Content-Length": ["9"]}, duration="3s"))  # one finding, and normalize changes it


def run(*words: str, cwd: Path | None = None, seconds: float = 20, stdin: bytes = b"") -> tuple[int, str, str]:
    """The program in a process of its own, which must end in time: status, output, errors."""
    done = subprocess.run(
        (sys.executable, "-m", "cassette_tools", *words),
        cwd=cwd,
        input=stdin,
        capture_output=True,
        timeout=seconds,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@contextmanager
def as_somebody() -> Iterator[None]:
    """The rights of a user who is not root, for whom no permission would count."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
