"""Does a cassette conform to the JSON Schema of its format, and if not, where and why.

The verdict comes from plain Python that was compiled from the schema (`tools/compile_schemas.py`) and costs
microseconds. The words come from `jsonschema`, which takes longer to import than a cassette takes to check, and only
when the verdict is "no". To a schema a ``!!binary`` scalar (bytes) is the text that it spells.
"""

from __future__ import annotations

import os

from cassette_tools.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.finding import Observation
    from cassette_tools.model import Json, Route

SUFFIX = ".schema.json"

_verdicts: dict[tuple[str, str], Callable[[Json], bool]] = {}


def schema_names() -> tuple[str, ...]:
    """The names of the published schemas, in alphabetical order: ``go-vcr-2``, ``lint-report``, …"""
    return tuple(sorted(entry[: -len(SUFFIX)] for entry in os.listdir(_folder()) if entry.endswith(SUFFIX)))


def schema_text(name: str) -> str:
    """The text of one published JSON Schema. Raises UsageError for a name that is none."""
    if name not in schema_names():
        raise UsageError(f"there is no schema named {name!r}; the schemas are {', '.join(schema_names())}")
    with open(os.path.join(_folder(), name + SUFFIX), encoding="utf-8") as file:
        return file.read()


def conforms(schema_name: str, part: str, data: Json) -> bool:
    """Whether plain data are a valid part (``document`` or ``interaction``) of a cassette of this format.

    Never raises, whatever the data. A document conforms when the interactions that are in it do; the loader takes them
    out and asks about each.
    """
    verdict = _verdicts.get((schema_name, part))
    if verdict is None:
        module = __import__(f"cassette_tools._compiled.{schema_name.replace('-', '_')}", fromlist=[part])
        verdict = _verdicts[schema_name, part] = getattr(module, part)
    return verdict(data)


def violations(schema_name: str, part: str, data: Json, route: Route, *, in_json: bool = False) -> list[Observation]:
    """What is wrong with a part that does not conform, in words: one observation for each place, the outermost first.

    `route` leads to `data` from the top of the file. An observation about missing fields points at what lacks them.
    `in_json` says that the file is JSON, so that the advice is in its terms.
    """
    from cassette_tools._schema_words import observations

    return observations(schema_text(schema_name), part, data, route, in_json=in_json)


def _folder() -> str:
    """Inside the package when it came in a wheel, else beside it (an editable install)."""
    package = os.path.dirname(os.path.abspath(__file__))
    inside = os.path.join(package, "schemas")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(package), "schemas")
