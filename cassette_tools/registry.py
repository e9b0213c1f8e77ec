"""Plugins: a module in a package registers one frozen record, and that is the whole act of adding it. What other
packages add by entry points comes after what is our own.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Generic, Protocol, TypeVar

    class Named(Protocol):
        """Whatever is registered has a name that is unique in its registry."""

        @property
        def name(self) -> str: ...

    T = TypeVar("T", bound=Named)
else:

    class Generic:
        """``typing.Generic`` without importing ``typing``: the fast path cannot afford it."""

        def __class_getitem__(cls, _parameter):
            return cls

    T = None


class Registry(Generic[T]):
    """Named records, filled by the modules and folders of one package, which are imported at the first look.

    With `group`, other packages can add to it by entry points of that group; they are looked for when nothing of our
    own fits, or when all are asked for. The modules of the folders `within` it are imported each by itself, as its own
    modules are.
    """

    def __init__(self, package: str, group: str | None = None, within: tuple[str, ...] = ()) -> None:
        self._package = package
        self._within = within
        self._group = group
        self._others: dict[str, T] | None = {} if group is None else None  # of other packages; None before the look
        self._items: dict[str, T] = {}
        self._walked = False
        self._waiting: list[str] | None = None  # modules that are not imported yet; None before the first look
        self._homes: dict[str, str] = {}  # the module of each item

    def register(self, item: T) -> T:
        """Add ``item``; two of one name are a mistake of the program, not of the user."""
        if item.name in self._items:
            raise ValueError(f"{self._package}: {item.name!r} is registered twice")
        self._items[item.name] = item
        caller = sys._getframe(1).f_globals["__name__"]  # until `_import` knows better: a helper may have called
        self._homes[item.name] = caller.removeprefix(f"{self._package}.")
        return item

    def __iter__(self) -> Iterator[T]:
        yield from self.own()
        yield from self.others().values()

    def __len__(self) -> int:
        return len(self._all()) + len(self.others())

    def __contains__(self, name: object) -> bool:
        return name in self._all() or name in self.others()

    def __getitem__(self, name: str) -> T:
        own = self._all()
        return own[name] if name in own else self.others()[name]

    def own(self) -> Iterator[T]:
        """Every item of our own package."""
        return iter(self._all().values())

    def only(self, name: str) -> T:
        """The item of that name, importing the module ``as_<name>`` alone where there is one: for the fast path."""
        if not self._walked and name not in self._items:
            __import__(f"{self._package}.as_{name}")
        return self._items[name]

    def of_module(self, module: str, name: str) -> T:
        """The item of that name, importing the module that registers it and no other."""
        if name not in self._items:
            self._import(module)
        return self._items[name]

    def homes(self) -> dict[str, str]:
        """Which of our own modules each of our own items is in."""
        self._all()
        return self._homes

    def likeliest_first(self, words: str, *, others: bool = True) -> Iterator[T]:
        """Every item, those of modules first whose names occur in `words`, each module imported when it is its turn.

        For those who stop at the first that fits: the rest is then never imported, nor are those of other packages
        looked for, which come last (unless `others` is false).
        """
        yield from tuple(self._items.values())
        if self._waiting is None:
            self._waiting = self._modules()
        words = words.lower()
        waiting = self._waiting
        waiting.sort(key=lambda module: sum(-1 for word in module.rpartition(".")[2].split("_") if word in words))
        while waiting:
            known = len(self._items)
            __import__(f"{self._package}.{waiting.pop(0)}")
            yield from tuple(self._items.values())[known:]
        if others:
            yield from self.others().values()

    def modules(self) -> tuple[str, ...]:
        """The names of our own modules, none of which is imported for it."""
        return tuple(self._modules())

    def names(self) -> tuple[str, ...]:
        """Every name, in alphabetical order."""
        return tuple(sorted((*self._all(), *self.others())))

    def others(self) -> dict[str, T]:
        """The items of other packages, by name."""
        if self._others is None:
            assert self._group is not None
            from cassette_tools._plugins import are_announced, plugins

            if not are_announced(self._group):
                self._others = {}
                return self._others
            own = self._all()
            kind = type(next(iter(own.values())))
            self._others = {item.name: item for item in plugins(self._group, kind, frozenset(own))}
        return self._others

    def _all(self) -> dict[str, T]:
        if not self._walked:
            self._walked = True
            modules = self._modules()
            for module in modules:
                self._import(module)
            order = {module: at for at, module in enumerate(modules)}  # whichever came first
            self._items = dict(
                sorted(self._items.items(), key=lambda item: order.get(self._homes.get(item[0], ""), -1))
            )
            self._waiting = []
        return self._items

    def _import(self, module: str) -> None:
        known = len(self._items)
        __import__(f"{self._package}.{module}")
        self._homes.update(dict.fromkeys(tuple(self._items)[known:], module))

    def _modules(self) -> list[str]:
        package = __import__(self._package, fromlist=["__path__"])
        names = [name for name in _modules_in(package.__path__) if name not in self._within]
        for folder in self._within:
            inner = [os.path.join(path, folder) for path in package.__path__]
            names.extend([f"{folder}.{name}" for name in _modules_in(inner)])
        return names


def _modules_in(folders: Iterable[str]) -> list[str]:
    """The names of the modules and packages in folders."""
    entries = [entry for folder in folders for entry in sorted(os.listdir(folder))]
    names = [entry.removesuffix(".py") for entry in entries if entry.endswith(".py") or "." not in entry]
    return [name for name in names if not name.startswith("_")]
