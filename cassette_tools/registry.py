"""Plugins: a module in a package registers one frozen record, and that is the whole act of adding it."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
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
    """Named records, filled by the modules of one package, which are imported at the first look."""

    def __init__(self, package: str) -> None:
        self._package = package
        self._items: dict[str, T] = {}
        self._walked = False
        self._waiting: list[str] | None = None  # modules that are not imported yet; None before the first look

    def register(self, item: T) -> T:
        """Add ``item``; two of one name are a mistake of the program, not of the user."""
        if item.name in self._items:
            raise ValueError(f"{self._package}: {item.name!r} is registered twice")
        self._items[item.name] = item
        return item

    def __iter__(self) -> Iterator[T]:
        return iter(self._all().values())

    def __len__(self) -> int:
        return len(self._all())

    def __contains__(self, name: object) -> bool:
        return name in self._all()

    def __getitem__(self, name: str) -> T:
        return self._all()[name]

    def only(self, name: str) -> T:
        """The item of that name, importing the module ``as_<name>`` alone where there is one: for the fast path."""
        if not self._walked and name not in self._items:
            __import__(f"{self._package}.as_{name}")
        return self._items[name]

    def likeliest_first(self, words: str) -> Iterator[T]:
        """Every item, those of modules first whose names occur in `words`, each module imported when it is its turn.

        For those who stop at the first that fits: the others are then never imported.
        """
        yield from tuple(self._items.values())
        if self._waiting is None:
            self._waiting = self._modules()
        words = words.lower()
        waiting = self._waiting
        waiting.sort(key=lambda module: sum(-1 for word in module.split("_") if word in words))
        while waiting:
            known = len(self._items)
            __import__(f"{self._package}.{waiting.pop(0)}")
            yield from tuple(self._items.values())[known:]

    def names(self) -> tuple[str, ...]:
        """Every name, in alphabetical order."""
        return tuple(sorted(self._all()))

    def _all(self) -> dict[str, T]:
        if not self._walked:
            self._walked = True
            for module in self._modules():
                __import__(f"{self._package}.{module}")
            self._waiting = []
        return self._items

    def _modules(self) -> list[str]:
        package = __import__(self._package, fromlist=["__path__"])
        entries = [entry for folder in package.__path__ for entry in sorted(os.listdir(folder))]
        return [entry[:-3] for entry in entries if entry.endswith(".py") and not entry.startswith("_")]
