"""Formats and dialects that other packages add, by entry points (PyPA, "Entry points specification").

An entry point names one record (``example = "cassette_example:FORMAT"``). They are looked for only when nothing of our
own fits, and then first by a look for the group's name in ``entry_points.txt``: reading the metadata of all packages
properly takes as long as linting a cassette. What a plugin does wrong is said of the plugin, by its package.
"""

from __future__ import annotations

import os
import sys

from cassette_tools._record import fields, replace
from cassette_tools.errors import CassetteError, PluginError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any


def are_announced(group: str) -> bool:
    """Whether the metadata of an installed package have a heading of the group."""
    heading = f"[{group}]".encode()
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")
        except OSError:
            continue
        for name in names:
            if name.endswith((".dist-info", ".egg-info")):
                try:
                    with open(os.path.join(folder, name, "entry_points.txt"), "rb") as stream:
                        if heading in stream.read():
                            return True
                except OSError:
                    continue
    return False


def plugins(group: str, kind: type, taken: frozenset[str]) -> Iterator[Any]:
    """The records of `kind` that other packages have for `group`, in alphabetical order, each under guard.

    Raises PluginError for one that cannot be loaded, is of another kind, or has a name that is `taken`.
    """
    from importlib.metadata import entry_points

    names = set(taken)
    for entry in sorted(entry_points(group=group), key=lambda each: each.name):
        package = entry.dist.name if entry.dist is not None else None
        whose = f"the plugin {entry.name!r} ({group}) of the package {package or entry.value!r}"
        try:
            item = entry.load()
        except (Exception, SystemExit) as error:
            raise PluginError(f"{whose} cannot be loaded: {_said(error)}; mend the package or uninstall it") from error
        if not isinstance(item, kind):
            raise PluginError(f"{whose} names {entry.value}, which is no {kind.__name__}, but a {type(item).__name__}")
        called: str = item.name  # type: ignore[attr-defined]
        if called in names:
            raise PluginError(f"{whose} calls itself {called!r}, which another has as its name")
        if getattr(item, "schema", None):
            raise PluginError(f"{whose} names a JSON Schema, which only formats of cassette-tools itself can")
        names.add(called)
        yield _guarded(item, whose)


def _guarded(item: Any, whose: str) -> Any:
    """The record with its functions under guard, and those of the records in its mappings (`Format.writers`)."""
    changes: dict[str, Any] = {}
    for name in fields(item):
        value = getattr(item, name)
        if callable(value):
            changes[name] = _guarded_call(value, whose)
        elif isinstance(value, dict):
            records = {key: each for key, each in value.items() if hasattr(each, "__record_compared__")}
            changes[name] = {**value, **{key: _guarded(each, whose) for key, each in records.items()}}
    return replace(item, **changes)


def _guarded_call(function: Callable[..., Any], whose: str) -> Callable[..., Any]:
    """The function, whose exceptions (those of an iterator that it returns, too) are said of the plugin."""

    def call(*arguments: Any) -> Any:
        try:
            result = function(*arguments)
            return list(result) if hasattr(result, "__next__") else result
        except CassetteError:
            raise
        except Exception as error:
            raise PluginError(f"{whose} failed: {_said(error)}; mend the package or uninstall it") from error

    return call


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {ascii(str(error))[1:-1][:200]}"
