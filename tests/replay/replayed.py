"""What a client must see of a recording, and recordings to show it."""

from __future__ import annotations

import re
from base64 import b64encode
from pathlib import Path
from typing import Any

from cassette_tools.formats._writing import body_bytes
from cassette_tools.model import Interaction, Recording

NO_ADDRESS = re.compile("://:|<")


def can_be_sent(interaction: Interaction) -> bool:
    """Whether a client could make the request: it has a method and a whole address, in which no project's own
    configuration has to put something (``<AWS_REGION>``).
    """
    url = interaction.request.url
    return bool(interaction.request.method) and url.startswith(("http://", "https://")) and not NO_ADDRESS.search(url)


def by_lower_name(pairs: Any) -> dict[str, list[str]]:
    """The values of each header field; clients spell the names in their own way (RFC 9110 §5.1)."""
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(str(name).lower(), []).append(value)
    return fields


def exchange(interaction: Interaction) -> dict[str, Any]:
    """One exchange as plain JSON: bodies in base64."""
    request, response = interaction.request, interaction.response
    return {
        "method": request.method,
        "url": request.url,
        "request_headers": [list(pair) for pair in request.headers],
        "request_body": b64encode(body_bytes(request.body)).decode(),
        "status": response.status_code,
        "headers": by_lower_name(response.headers),
        "body": b64encode(body_bytes(response.body)).decode(),
    }


def go_vcr_cassettes(shared: Path) -> list[Path]:
    """Every go-vcr cassette of the real recordings."""
    return [path for path in sorted(shared.rglob("*.yaml")) if b"\nversion: " in path.read_bytes()[:40]]


def sendable(recording: Recording) -> list[Interaction]:
    return [each for each in recording.interactions if can_be_sent(each)]
