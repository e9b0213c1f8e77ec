"""Whether `cassette lint --fix` mends a finding, and how surely a test that replays the file stays the same."""

from __future__ import annotations

from cassette_tools.data.mending import MENDS
from cassette_tools.finding import Fix

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.formats import Format
    from cassette_tools.model import Interaction, Place

_BY_RULE = {row.rule: row for row in MENDS}


def fix_of(rule: str, place: Place, interaction: Interaction, layout: Format) -> Fix | None:
    """The repair of what was found at a place; ``None`` where there is none, by its kind or that of the file."""
    row = _BY_RULE.get(rule)
    if row is None or layout.noted is None:
        return None
    is_compared = _is_compared(place, interaction, layout)
    if row.step == "secrets":
        is_compared = is_compared or _is_beside(place, interaction, layout)
    if is_compared and not row.everywhere:
        return None
    is_safe = row.certain and not is_compared
    option = "--fix" if is_safe else "--fix --unsafe-fixes"
    return Fix(applicability="safe" if is_safe else "unsafe", description=f"`cassette lint {option}` {row.does}")


def _is_compared(place: Place, interaction: Interaction, layout: Format) -> bool:
    """Whether players of the format look at that place when they look for a recording: the test would have to send
    the same.
    """
    request = interaction.request
    compared = [request.url_route or (*request.route, "url"), *request.query_routes.values()]
    if "body" in layout.matched:
        compared.append(request.body.route)
    if layout.hashed is not None and layout.hashed in interaction.extra and request.route != interaction.route:
        compared.append(request.route)
    return any(place.route[: len(route)] == route for route in compared if route)


def _is_beside(place: Place, interaction: Interaction, layout: Format) -> bool:
    """Whether a place is what the recorder keeps beside a request: it stays, as long as players compare requests."""
    route = interaction.request.route
    within = place.route[len(route) :] if place.route[: len(route)] == route else ()
    return bool(layout.matched and within and route != interaction.route and within[0] != "headers")
