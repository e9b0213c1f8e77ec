"""One writer at a time: a lock that says who holds it, and since when.

In a folder the system holds it (flock(2)), so that it is free as soon as its owner is gone, however that ended. At a
URL it is a file that only one can create. Its owner says from time to time that it is still there; nobody can know
whether one on another machine that is silent is gone, so that lock is broken by hand (``--break-lock``).
"""

from __future__ import annotations

import os
from time import time

from cassette_tools.dataset.store import LOCK, LocalStore, Store
from cassette_tools.errors import NotWritable, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

RENEWED_AFTER = 30  # seconds
_SILENT_AFTER = 600


class Lock:
    """``with Lock(store) as lock:`` nobody else writes. Raises UsageError where somebody does."""

    def __init__(self, store: Store, *, breaking: bool = False) -> None:
        self._store = store
        self._breaking = breaking
        self._token = os.urandom(8).hex()
        self._since = time()
        self._renewed = self._since
        self._handle: int | None = None

    def __enter__(self) -> Lock:
        if not (isinstance(self._store, LocalStore) and self._flocked(self._store)):
            self._create()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._handle is not None:
            os.close(self._handle)
        elif (_owner(self._store) or {}).get("token") == self._token:
            self._store.remove(LOCK)

    def renew(self) -> None:
        """Say that this run is still there. Raises UsageError where the lock was broken."""
        if self._handle is None and time() - self._renewed > RENEWED_AFTER:
            self.check()
            self._renewed = time()
            self._store.write(LOCK, self._said())

    def check(self) -> None:
        """Be sure to hold the lock still. Raises UsageError."""
        if self._handle is None and (_owner(self._store) or {}).get("token") != self._token:
            raise UsageError(f"{self._store.place}: somebody has broken the lock of this run: it has changed nothing")

    def _said(self) -> bytes:
        from json import dumps
        from socket import gethostname

        owner = {
            "host": gethostname(),
            "process": os.getpid(),
            "user": _user(),
            "since": self._since,
            "renewed": self._renewed,
            "token": self._token,
        }
        return dumps(owner).encode() + b"\n"

    # --- in a folder -------------------------------------------------------------------------------------------------

    def _flocked(self, store: LocalStore) -> bool:
        """Let the system hold the lock; false where it cannot. The file stays: whether it is locked is what counts."""
        try:
            from fcntl import LOCK_EX, LOCK_NB, flock
        except ImportError:
            return False
        path = store.location(LOCK)
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
        except OSError as error:
            raise NotWritable(f"cannot be written: {error.strerror or error}", path=path) from error
        try:
            flock(handle, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise UsageError(_refusal(store, _owner(store) or {})) from None
        except OSError:
            os.close(handle)
            os.unlink(path)
            return False
        os.ftruncate(handle, 0)
        os.pwrite(handle, self._said(), 0)
        self._handle = handle
        return True

    # --- at a URL ----------------------------------------------------------------------------------------------------

    def _create(self) -> None:
        """Create the file. One of a process of this machine that is gone is in nobody's way."""
        for _ in range(2):
            if self._store.create(LOCK, self._said()):
                return
            owner = _owner(self._store)
            if owner is not None and not self._breaking and not _is_gone(owner):
                raise UsageError(_refusal(self._store, owner))
            self._store.remove(LOCK)
        raise UsageError(_refusal(self._store, _owner(self._store) or {}))


def _owner(store: Store) -> dict[str, Any] | None:
    """What a lock says of its owner; nothing where it says nothing that can be read."""
    from json import loads

    content = store.read(LOCK)
    if content is None:
        return None
    try:
        said = loads(content)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _is_gone(owner: dict[str, Any]) -> bool:
    """Whether the owner was a process of this machine that is no more."""
    from socket import gethostname

    if owner.get("host") != gethostname() or not isinstance(owner.get("process"), int):
        return False
    try:
        os.kill(owner["process"], 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _refusal(store: Store, owner: dict[str, Any]) -> str:
    who = f"process {owner.get('process', '?')} of {owner.get('user', '?')} on {owner.get('host', '?')}"
    words = f"{store.place} is being written by {who}, begun {_ago(owner.get('since'))} ago"
    if isinstance(store, LocalStore):
        return f"{words}: wait for it to end (the lock is free as soon as that process is gone)"
    silent = _seconds_since(owner.get("renewed"))
    if silent is not None and silent < _SILENT_AFTER:
        return f"{words}: wait for it to end (its last sign of life came {_ago(owner.get('renewed'))} ago)"
    return (
        f"{words}, and has said nothing for {_ago(owner.get('renewed'))}: if it is gone, --break-lock takes its place"
    )


def _seconds_since(moment: object) -> float | None:
    return max(0.0, time() - moment) if isinstance(moment, int | float) else None


def _ago(moment: object) -> str:
    """How long ago, in the largest unit that says it."""
    seconds = _seconds_since(moment)
    if seconds is None:
        return "an unknown time"
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{int(seconds // size)} {unit}"
    return f"{int(seconds)} seconds"


def _user() -> str:
    from getpass import getuser

    try:
        return getuser()
    except (KeyError, OSError):
        return "?"
