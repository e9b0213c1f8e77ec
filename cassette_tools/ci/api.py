"""The few calls of a REST API that write a text once, and then anew in the same place."""

from __future__ import annotations

import json
import re
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from cassette_tools.errors import CassetteError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from cassette_tools.ci.hosts import Entry, Host

_PATIENCE = 30  # seconds
_PAGES = 50  # of 100 entries
_NEXT = re.compile(r'<([^<>]*)>;\s*rel="?next"?')


class ApiError(CassetteError):
    """The API did not do what it was asked for."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


def upsert(host: Host, entry: Entry, fields: Mapping[str, str], is_ours: Callable[[dict[str, Any]], bool]) -> str:
    """Write the entry that is ours anew, or a first one, and say which. `fields` are those of a new one. Raises
    ApiError.
    """
    old = find(host, entry, is_ours)
    if old is not None:
        kept = {name: value for name, value in fields.items() if name not in host.branches}
        try:
            return f"written anew{_page(_call(host, entry.method, f'{entry.edited}{old[entry.key]}', kept)[0])}"
        except ApiError as error:
            if error.status not in (403, 404):
                raise  # not ours to edit, or gone meanwhile: a first one is next
    return f"written{_page(_call(host, 'POST', entry.created, fields)[0])}"


def find(host: Host, entry: Entry, is_ours: Callable[[dict[str, Any]], bool]) -> dict[str, Any] | None:
    """The last entry that is ours. Raises ApiError."""
    found = None
    for each in _listed(host, entry.listed):
        if isinstance(each, dict) and is_ours(each):
            found = each
    return found


def _listed(host: Host, path: str) -> Iterator[Any]:
    """The entries of a list, page by page."""
    for _each in range(_PAGES):
        answer, links = _call(host, "GET", path)
        yield from answer if isinstance(answer, list) else ()
        following = _NEXT.search(links)
        if following is None:
            return
        if not following[1].startswith(f"{host.api}/"):  # the token goes nowhere else
            raise ApiError(f"GET {path}: the next page is elsewhere: {following[1]}")
        path = following[1].removeprefix(host.api)


def _page(answer: Any) -> str:
    """Where a person sees it; GitHub says ``html_url``, GitLab ``web_url``, and of a note nothing."""
    found = answer.get("html_url") or answer.get("web_url") if isinstance(answer, dict) else None
    return f": {found}" if found else ""


class _Staying(HTTPRedirectHandler):
    """Follows no redirect: urllib would hand the token to wherever it leads."""

    def redirect_request(self, *_given: Any) -> None:
        return None


def _call(host: Host, method: str, path: str, fields: Mapping[str, str] | None = None) -> tuple[Any, str]:
    """The answer, and its ``Link`` header. Raises ApiError, which never holds the token."""
    body = None if fields is None else json.dumps(dict(fields)).encode()
    headers = {"Content-Type": "application/json", "User-Agent": "cassette", **host.headers}
    request = Request(f"{host.api}{path}", data=body, headers=headers, method=method)
    try:
        with build_opener(_Staying).open(request, timeout=_PATIENCE) as response:
            return json.loads(response.read() or b"null"), response.headers.get("Link") or ""
    except HTTPError as error:
        with error:
            raise ApiError(f"{method} {path} was answered with {error.code}{_reason(error)}", error.code) from None
    except URLError as error:
        raise ApiError(f"{method} {path}: no answer: {error.reason}") from None
    except (OSError, ValueError, HTTPException) as error:
        raise ApiError(f"{method} {path}: no answer that is JSON: {type(error).__name__}") from None


def _reason(error: HTTPError) -> str:
    try:
        said = json.loads(error.read(10_000))
        return f" ({said['message']})"
    except (OSError, ValueError, TypeError, KeyError):
        return ""
