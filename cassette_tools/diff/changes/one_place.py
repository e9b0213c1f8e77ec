"""Whether two calls ask one API at one place, whoever made the models."""

from __future__ import annotations

from cassette_tools.data.endpoints import LOCAL, UNKNOWN
from cassette_tools.diff.pairing.provenance import provider_of
from cassette_tools.telemetry import host_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.diff.changes.scene import Scene


def is_asked_alike(scene: Scene) -> bool:
    """Whether models of two vendors are asked at one place, which reads the same settings both times."""
    if not scene.is_cross_provider or not scene.is_of_one_api:
        return False
    old, new = provider_of(scene.old), provider_of(scene.new)
    if old in (None, LOCAL, UNKNOWN):
        return host_of(scene.old.request.url) == host_of(scene.new.request.url)
    return old == new
