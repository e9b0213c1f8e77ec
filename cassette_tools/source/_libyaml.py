"""libyaml's event parser, out of `ruamel.yaml.clib`, without paying for the whole of `ruamel.yaml`.

The extension module asks for a dozen submodules of `ruamel.yaml`, and importing any of these first runs the package's
``__init__``, which builds loaders, dumpers and representers: 20 ms, twice an interpreter's start. So the package is put in
place unexecuted; its body runs when something of it is asked for (``from ruamel.yaml import YAML``), as with
`importlib.util.LazyLoader`, which cannot be used because it would run the body for the submodules too.
"""

from __future__ import annotations

import sys
from importlib.machinery import PathFinder
from types import ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Deferred(ModuleType):
    """A package whose ``__init__`` has not run yet."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        self.__class__ = ModuleType  # type: ignore[assignment]
        spec = self.__spec__
        assert spec is not None
        assert spec.loader is not None
        spec.loader.exec_module(self)
        return getattr(self, name)


def _defer_package() -> None:
    if "ruamel.yaml" in sys.modules:
        return
    import ruamel  # a namespace package: nothing to run

    spec = PathFinder.find_spec("ruamel.yaml", ruamel.__path__)
    if spec is None or spec.submodule_search_locations is None:  # let the ordinary import say what is missing
        return
    module = _Deferred("ruamel.yaml")
    module.__spec__ = spec
    module.__loader__ = spec.loader
    module.__package__ = spec.name
    module.__file__ = spec.origin
    module.__path__ = spec.submodule_search_locations
    sys.modules["ruamel.yaml"] = ruamel.yaml = module


_defer_package()

from _ruamel_yaml import CParser  # noqa: E402
from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: E402
from ruamel.yaml.events import (  # noqa: E402
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

__all__ = [
    "AliasEvent",
    "CParser",
    "DocumentEndEvent",
    "DocumentStartEvent",
    "MappingEndEvent",
    "MappingStartEvent",
    "MarkedYAMLError",
    "ScalarEvent",
    "SequenceEndEvent",
    "SequenceStartEvent",
    "StreamEndEvent",
    "StreamStartEvent",
    "YAMLError",
]
