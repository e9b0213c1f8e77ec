"""What our levels are called elsewhere, and which place a change is shown at."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.errors import CassetteError
    from cassette_tools.finding import Drift, Finding, Location

# level: (SARIF 2.1.0 §3.27.10, GitHub workflow command, GitLab Code Quality severity). Noise is nobody's business.
NAMES = {
    "error": ("error", "error", "major"),
    "warning": ("warning", "warning", "minor"),
    "note": ("note", "notice", "info"),
    "breaking": ("error", "error", "critical"),
    "behavior": ("warning", "warning", "major"),
    "shape": ("note", "notice", "minor"),
    "cosmetic": ("note", "notice", "info"),
}


def place_of(finding: Finding | Drift) -> Location | None:
    """Where to show it: of a change the new place, or the old one of what is gone."""
    location = getattr(finding, "location", None)
    if location is not None:
        return location  # type: ignore[no-any-return]
    new, old = getattr(finding, "new_location", None), getattr(finding, "old_location", None)
    return new or old


def place_of_error(error: CassetteError) -> tuple[str, int, int]:
    """Path, line and column of a file that could not be read."""
    return getattr(error, "path", "") or "", getattr(error, "line", None) or 1, getattr(error, "column", None) or 1
