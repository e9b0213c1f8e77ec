"""What the page of ``resources`` says."""

from __future__ import annotations

from cassette_tools.data.resources import RESOURCES
from cassette_tools.dialects import CERTAIN, LIKELY

SOURCES = tuple(
    dict.fromkeys((f"{resource.thing.replace('_', ' ').capitalize()}", resource.source) for resource in RESOURCES)
)
RECOGNITION = (
    (CERTAIN, "a path of the table, and an `object` or `type` of the API's own in the answer"),
    (LIKELY, "a path of the table at the host of a known provider, or with a list as its answer"),
)
MAPPING = tuple(
    (f"`…/{resource.path}`", f"operations `{resource.thing}_…`", "; ".join(step for step, _ in resource.steps))
    for resource in RESOURCES
)
