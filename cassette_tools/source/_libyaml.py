"""libyaml's event parser, out of `ruamel.yaml.clib`, without paying for the whole of `ruamel.yaml`.

Importing the extension module runs the package's ``__init__``, which builds loaders, dumpers and representers, and
imports eight modules of which the parser wants one exception class each: 20 ms, twice an interpreter's start, before
every commit. So, while the extension is imported, two things stand in:

- the package `ruamel.yaml`, unexecuted. Its body runs when something of it is asked for (``from ruamel.yaml import
  YAML``), as with
  `importlib.util.LazyLoader`, which cannot be used because it would run the body for the submodules too;
- those eight modules, with the exception class alone. They are taken away again: who imports one later gets the real
  one.

Where `ruamel.yaml` is loaded already, nothing stands in; and where another version of it wants more of these modules,
they are imported in the ordinary way, which takes longer and gives the same.
"""

from __future__ import annotations

import sys
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
    from _frozen_importlib_external import PathFinder  # what `importlib.machinery` has, whose import costs more

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
    sys.modules["ruamel.yaml"] = module
    setattr(ruamel, "yaml", module)  # noqa: B010 - what an import would do; the type checker knows no such attribute


def _import_extension() -> None:
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    class ReaderError(YAMLError):
        """A byte or character that YAML does not allow; `ruamel.yaml.reader` has the same fields."""

        def __init__(self, name: object, position: int, character: object, encoding: str, reason: str) -> None:
            super().__init__(reason)
            self.position = position

    stand_ins: dict[str, type[Exception]] = {"reader": ReaderError}
    for base, names in (
        (MarkedYAMLError, ("Scanner", "Parser", "Composer", "Constructor")),
        (YAMLError, ("Emitter", "Serializer", "Representer")),
    ):
        stand_ins.update({name.lower(): type(f"{name}Error", (base,), {}) for name in names})
    added = [f"ruamel.yaml.{name}" for name in stand_ins if f"ruamel.yaml.{name}" not in sys.modules]
    for name in added:
        module = ModuleType(name)
        error = stand_ins[name.rpartition(".")[2]]
        setattr(module, error.__name__, error)
        sys.modules[name] = module
    try:
        __import__("_ruamel_yaml")
    finally:
        for name in added:
            del sys.modules[name]


if "_ruamel_yaml" not in sys.modules and "ruamel.yaml" not in sys.modules:
    try:
        _defer_package()
        _import_extension()
    except (ImportError, AttributeError):
        sys.modules.pop("ruamel.yaml", None)

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

# The `__init__` of an event calls those of two classes above it, which takes an eighth of the time of reading a file.
# These set the same fields at once.


def _init_scalar(
    self: Any,
    anchor: Any,
    tag: Any,
    implicit: Any,
    value: Any,
    start_mark: Any = None,
    end_mark: Any = None,
    style: Any = None,
    comment: Any = None,
) -> None:
    self.anchor = anchor
    self.ctag = tag
    self.implicit = implicit
    self.value = value
    self.start_mark = start_mark
    self.end_mark = end_mark
    self.style = style
    self.comment = comment


def _init_collection(
    self: Any,
    anchor: Any,
    tag: Any,
    implicit: Any,
    start_mark: Any = None,
    end_mark: Any = None,
    flow_style: Any = None,
    comment: Any = None,
    nr_items: Any = None,
) -> None:
    self.anchor = anchor
    self.ctag = tag
    self.implicit = implicit
    self.start_mark = start_mark
    self.end_mark = end_mark
    self.flow_style = flow_style
    self.comment = comment
    self.nr_items = nr_items


_OF_ANY = ("start_mark", "end_mark", "comment", "anchor", "ctag", "implicit")
_OF_COLLECTIONS = (*_OF_ANY, "flow_style", "nr_items")


def _has_fields(event: type, *names: str) -> bool:
    """Whether a class has these fields and no others: that of the version of `ruamel.yaml` which is known here."""
    slots = [each.__dict__.get("__slots__", ()) for each in event.__mro__]
    return sorted(names) == sorted(name for each in slots for name in ((each,) if isinstance(each, str) else each))


for _event, _init, _names in (
    (ScalarEvent, _init_scalar, (*_OF_ANY, "value", "style")),
    (MappingStartEvent, _init_collection, _OF_COLLECTIONS),
    (SequenceStartEvent, _init_collection, _OF_COLLECTIONS),
):
    if _has_fields(_event, *_names):
        _event.__init__ = _init  # type: ignore[method-assign]

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
