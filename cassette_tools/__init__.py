"""Read, lint, diff and normalise recorded LLM HTTP traffic.

`load` reads a cassette into the canonical model; `lint` and `diff` say what is wrong with one and what changed
between two; `normalize` leaves only meaning in one. Nothing
else is public. Names are looked up when they are used, so that importing the package costs
nothing.
"""

from __future__ import annotations

import sys

from cassette_tools._version import __version__

__all__ = ["__version__", "diff", "lint", "load", "normalize"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools._api import diff, lint, load, normalize  # noqa: TC004 - at run time the package's class has them


class _Function:
    """A name of the package that is a function of `_api`, although a module below it has the same name.

    Importing such a module would put it in the function's place, were it not for `__set__`.
    """

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, _module: object, _owner: type | None = None) -> object:
        from cassette_tools import _api

        return getattr(_api, self._name)

    def __set__(self, _module: object, _value: object) -> None:
        """The import system binds a submodule to its package here; it stays reachable by importing it."""


class _Package(type(sys)):  # type: ignore[misc]
    diff = _Function()
    lint = _Function()
    load = _Function()
    normalize = _Function()


sys.modules[__name__].__class__ = _Package
