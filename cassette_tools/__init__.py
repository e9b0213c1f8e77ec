"""Read, lint and diff recorded LLM HTTP traffic.

`load` reads a cassette into the canonical model; `lint` and `diff` say what is wrong with one and what changed
between two. Nothing else is public. Names are looked up when they are used, so that importing the package costs
nothing.
"""

from __future__ import annotations

__all__ = ["diff", "lint", "load"]
__version__ = "0.1.0"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools._api import diff, lint, load


def __getattr__(name: str) -> object:
    if name in __all__:
        from cassette_tools import _api

        return getattr(_api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
