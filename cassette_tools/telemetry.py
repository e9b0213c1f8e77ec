"""Which requests report to a service of telemetry: looks hosts and paths up in `cassette_tools.data.telemetry`."""

from __future__ import annotations

from functools import lru_cache

from cassette_tools.data.telemetry import EVENTS, HOSTS, PROTOBUF, UPLOADS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.data.telemetry import TelemetryHost, Upload
    from cassette_tools.model import Json, Request


def host_of(url: str) -> str:
    """The host of an address in lower case, without a port or a user."""
    host = url.partition("://")[2].partition("/")[0].partition("?")[0]
    return host.rpartition("@")[2].partition(":")[0].lower()


@lru_cache(maxsize=256)
def service_at(host: str) -> TelemetryHost | None:
    """The service that libraries report to at the host, if any."""
    return next((row for row in HOSTS if host == row.host or host.endswith(f".{row.host}")), None) if host else None


def upload_of(request: Request) -> Upload | None:
    """The row of what an SDK uploads with the request in the background; ``None`` for any other request."""
    if service_at(host_of(request.url)) is not None:
        return next((row for row in UPLOADS if _holds(request, row)), EVENTS)
    return next((row for row in UPLOADS if _holds(request, row)), None) if request.method == "POST" else None


def _holds(request: Request, row: Upload) -> bool:
    """Whether the request goes to the address of the row, and holds what is sent there."""
    if not request.url.partition("?")[0].rstrip("/").endswith(row.path):
        return False
    body = request.body.json
    is_read = isinstance(body, dict) and isinstance(body.get(row.items[0]), list)
    return is_read or PROTOBUF in (request.headers.get("Content-Type") or "")


def items_of(request: Request, row: Upload) -> list[Json]:
    """What is uploaded, one by one; nothing of a body that cannot be read."""
    found: list[Json] = [request.body.json]
    for name in row.items:
        lists = [each[name] for each in found if isinstance(each, dict) and isinstance(each.get(name), list)]
        found = [item for each in lists for item in each]
    return found
