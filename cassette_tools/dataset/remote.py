"""Files at URLs (``s3://``, ``gs://``, ``memory://``, …), by fsspec."""

from __future__ import annotations

import re

from cassette_tools import budgets
from cassette_tools.errors import SourceError, UsageError
from cassette_tools.walk import SKIPPED_FOLDERS, may_be_named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    Found = tuple[str, int, str | None]  # a URL, its bytes, and what tells that it is unchanged

_URL = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]+)://(.*)", re.DOTALL)
_PACKAGES = {"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs"}
# What tells two versions of a file apart: a name of the version, or else when it was written.
_VERSIONS = ("ETag", "etag", "e_tag", "md5Hash", "generation")
_TIMES = ("LastModified", "last_modified", "updated", "mtime", "created")


def is_url(place: str) -> bool:
    """Whether a place is a URL. ``file://`` is one that is read as the path that it holds: see `local_path`."""
    return _URL.match(place) is not None


def local_path(place: str) -> str:
    """The path in a ``file://`` URL; anything else as it is."""
    return place.removeprefix("file://") if place.startswith("file://") else place


def filesystem(url: str) -> tuple[Any, str]:
    """What reads and writes at a URL, and what it calls the place. Raises UsageError."""
    scheme, rest = _parts(url)
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise missing("fsspec", url) from error
    try:
        fs, path = url_to_fs(url)
    except (ImportError, ValueError) as error:
        package = _PACKAGES.get(scheme)
        how = f"pip install {package}" if package else "docs/scale.md names the protocols"
        raise UsageError(f"{scheme}:// cannot be used here: {error}; {how}") from error
    return fs, str(path).rstrip("/") if rest else str(path)


def missing(package: str, what: str) -> UsageError:
    """What says that the extra is not installed."""
    return UsageError(f"{what}: needs the package {package}: pip install 'cassette-tools[scale]'")


def _parts(url: str) -> tuple[str, str]:
    found = _URL.match(url)
    assert found is not None
    scheme, rest = found[1].lower(), found[2]
    if "::" in url:
        raise UsageError(f"{url}: chained URLs (::) are not supported; name one place")
    if "@" in rest.partition("/")[0]:
        raise UsageError(f"{scheme}://…: a URL must hold no user and password; docs/scale.md says where they belong")
    return scheme, rest


def listed(url: str) -> Iterator[Found | SourceError]:
    """The file at a URL, or those below it that may be recordings by their names, sorted."""
    fs, path = filesystem(url)
    scheme = _parts(url)[0]
    try:
        found = fs.find(path, detail=True)
    except FileNotFoundError:
        found = {}
    except Exception as error:  # each protocol has its own
        yield SourceError(f"cannot be listed: {_reason(error)}", path=url)
        return
    if not found:
        yield SourceError("there is no such file or folder", path=url)
    for each, about in sorted(found.items()):
        if about.get("type", "file") == "file" and (each == path or _is_wanted(each[len(path) :])):
            yield f"{scheme}://{each.lstrip('/')}", int(about.get("size") or 0), _stamp(about)


def _is_wanted(below: str) -> bool:
    *folders, name = below.strip("/").split("/")
    return SKIPPED_FOLDERS.isdisjoint(folders) and may_be_named(name)


def _stamp(about: Mapping[str, Any]) -> str | None:
    for names in (_VERSIONS, _TIMES):
        for name in names:
            if about.get(name):
                return f"{name} {about[name]}"
    return None


def read_all(files: Iterable[tuple[str, int]]) -> dict[str, bytes | SourceError]:
    """The bytes of the files at some URLs, which have these sizes, or why there are none. Object stores give many at
    once in the time of one.
    """
    found: dict[str, bytes | SourceError] = {}
    wanted: dict[str, list[str]] = {}
    for url, size in files:
        if size > budgets.limit("bytes"):
            found[url] = budgets.beyond("bytes", path=url)
        else:
            wanted.setdefault(_parts(url)[0], []).append(url)
    for urls in wanted.values():
        fs, _ = filesystem(urls[0])
        paths = {str(fs._strip_protocol(url)): url for url in urls}
        contents = fs.cat([*paths], on_error="return")
        found.update({url: _content(url, contents.get(path)) for path, url in paths.items()})
    return found


def _content(url: str, content: bytes | Exception | None) -> bytes | SourceError:
    if not isinstance(content, bytes):
        words = "it is not there any more" if content is None else _reason(content)
        return SourceError(f"cannot be read: {words}", path=url)
    return content if len(content) <= budgets.limit("bytes") else budgets.beyond("bytes", path=url)


def _reason(error: Exception) -> str:
    from cassette_tools.secrets.hiding import hidden

    return hidden(f"{type(error).__name__}: {error}".rstrip(": "))[:200]
