"""What is said of a test's cassettes: its findings, or its drift, as text; ``None`` when there is nothing to say."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.config import DiffSettings, LintSettings
    from cassette_tools.model import Place


def lint_verdict(content: bytes, path: str, level: str, settings: LintSettings) -> str | None:
    """The findings of a cassette at or above a level. What is no cassette that we know is passed over."""
    from datetime import date

    from cassette_tools.config import LINT_LEVELS
    from cassette_tools.errors import SourceError
    from cassette_tools.lint.accepted import not_accepted
    from cassette_tools.lint.engine import lint_source
    from cassette_tools.lint.select import chosen_rules
    from cassette_tools.reporters import REPORTERS, LintReport, Style
    from cassette_tools.secrets.hiding import hidden
    from cassette_tools.secrets.placeholders import use_own
    from cassette_tools.source import Source

    use_own(settings.placeholders)
    chosen = tuple(row for row in chosen_rules(settings, path) if row[0].name != "unknown-format")
    graver = LINT_LEVELS[: LINT_LEVELS.index(level) + 1]
    try:
        findings = lint_source(Source.from_bytes(content, path), chosen, settings.match)
    except SourceError as error:
        return None if error.rule == "unknown-format" else hidden(error.located())
    found = tuple(each for each in not_accepted(findings, settings, date.today()) if each.level in graver)
    if not found:
        return None
    render = REPORTERS.only("text").lint
    assert render is not None
    rules = ", ".join(dict.fromkeys(finding.rule for finding in found))
    return (
        f"{render(LintReport(files=1, findings=found), Style())}\n"
        f"`cassette rules {found[0].rule}` says why it matters and how to mend it; mostly: record the test again.\n"
        f"To accept it: a comment `# cassette: ignore[{rules}] reason` in the cassette, or `ignore` in the\n"
        "configuration, which stays when the cassette is recorded again."
    )


def drift_verdict(
    old: tuple[bytes, str], new: tuple[bytes, str], level: str, profile: str | None, settings: DiffSettings
) -> str | None:
    """The drift between two recordings (content and name) at or above a level."""
    from datetime import date

    from cassette_tools.config import DIFF_LEVELS
    from cassette_tools.diff import compare
    from cassette_tools.diff.judging.accepted import by_configuration
    from cassette_tools.errors import SourceError
    from cassette_tools.finding import Location
    from cassette_tools.load import load_source
    from cassette_tools.reporters import REPORTERS, Style
    from cassette_tools.secrets.hiding import hidden
    from cassette_tools.source import Source

    try:
        sources = {"old": Source.from_bytes(*old), "new": Source.from_bytes(*new)}
        recordings = {side: load_source(source) for side, source in sources.items()}
    except SourceError as error:
        return hidden(error.located())

    def locate(side: str, place: Place) -> Location:
        return Location(path=sources[side].path, region=sources[side].region(place))

    report = compare(
        recordings["old"],
        recordings["new"],
        profile=profile or settings.profile,
        locate=locate,
        settings=settings,
        accepts=(by_configuration(settings.ignore, date.today()),) if settings.ignore else (),
    )
    if not any(report.summary.get(each) for each in DIFF_LEVELS[: DIFF_LEVELS.index(level) + 1]):
        return None
    render = REPORTERS.only("text").diff
    assert render is not None
    return render(report, Style(show=level))
