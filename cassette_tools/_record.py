"""``@record``: an immutable, slotted, keyword-only value class that costs nothing to import.

`dataclasses` says the same thing, but importing it takes longer than starting the interpreter, and each
of its classes is compiled when it is defined; `cassette lint` runs before every commit. A record is typed
exactly like ``@dataclass(frozen=True, slots=True, kw_only=True)`` (PEP 681). Its first instances are made field by
field, and its ``__init__`` is compiled when there are many: of most classes a run makes a few or none.

Immutability is held by the type checker, not at run time: a guarded ``__setattr__`` makes construction
three times slower, and a recording has thousands of events.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, TypeVar, dataclass_transform

    T = TypeVar("T")

    @dataclass_transform(frozen_default=True, kw_only_default=True)
    def record(cls: type[T]) -> type[T]: ...

else:

    def record(cls):
        """Turn an annotated class into a record; see the module."""
        body = dict(cls.__dict__)
        names = tuple(body.get("__annotations__", ()))
        defaults = {name: body.pop(name) for name in names if name in body}
        body.pop("__dict__", None)
        body.pop("__weakref__", None)
        body["__slots__"] = names
        body["__record_defaults__"] = defaults
        body["__record_compared__"] = tuple(n for n in names if n not in body.get("__uncompared__", ()))
        body["__record_made__"] = 0
        body["__init__"] = _first_init
        body.setdefault("__eq__", _equal)
        body.setdefault("__hash__", _hash)
        body.setdefault("__repr__", _represent)
        return type(cls.__name__, cls.__bases__, body)


def fields(item: object) -> tuple[str, ...]:
    """The field names of a record or of its class, in the order of their definition."""
    names: tuple[str, ...] = item.__slots__  # type: ignore[attr-defined]
    return names


def replace(item: T, **changes: Any) -> T:
    """A copy of a record in which ``changes`` stand in place of the old values."""
    values = {name: getattr(item, name) for name in fields(item)}
    values.update(changes)
    return type(item)(**values)


def asdict(item: object) -> dict[str, Any]:
    """The fields of one record (not of the records inside it) as a new mapping."""
    return {name: getattr(item, name) for name in fields(item)}


_FEW = 20  # instances; to compile an ``__init__`` takes as long as to make about thirty without


def _first_init(self: Any, **values: Any) -> None:
    """The ``__init__`` of a class until it has made a few instances, or is called in a wrong way."""
    cls = type(self)
    names = cls.__slots__
    given = {**cls.__record_defaults__, **values}
    cls.__record_made__ += 1
    if cls.__record_made__ > _FEW or len(given) != len(names) or not all(name in given for name in names):
        _compile_init(self, **values)  # which also says what is wrong
        return
    for name in names:
        setattr(self, name, given[name])


def _compile_init(self: Any, **values: Any) -> None:
    """Compile the real ``__init__`` of this class, put it in place, and run it."""
    cls = type(self)
    defaults: Mapping[str, Any] = cls.__record_defaults__
    names = fields(cls)
    parameters = [f"{name}=_d_{name}" if name in defaults else name for name in names]
    assignments = [f" self.{name} = {name}" for name in names] or [" pass"]
    source = f"def __init__(self, {'*, ' if names else ''}{', '.join(parameters)}):\n" + "\n".join(assignments)
    namespace: dict[str, Any] = {f"_d_{name}": value for name, value in defaults.items()}
    exec(source, namespace)  # the text is made of the class's own field names
    cls.__init__ = namespace["__init__"]
    cls.__init__(self, **values)


def _equal(self: Any, other: Any) -> Any:
    if type(other) is not type(self):
        return NotImplemented
    return all(getattr(self, name) == getattr(other, name) for name in self.__record_compared__)


def _hash(self: Any) -> int:
    return hash((type(self), *(getattr(self, name) for name in self.__record_compared__)))


def _represent(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__record_compared__)
    return f"{type(self).__name__}({shown})"
