"""The drift report as a person reads it: provenance, then the findings from the gravest level down, then one line."""

from __future__ import annotations

from cassette_tools.finding import cause_in_words
from cassette_tools.printable import printable
from cassette_tools.reporters import named
from cassette_tools.reporters._change_lines import change_lines
from cassette_tools.reporters._head import change_in_words, profile_in_words, sources_of
from cassette_tools.reporters._told import folded_in
from cassette_tools.reporters.ink import Ink
from cassette_tools.words import cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from cassette_tools.finding import Drift
    from cassette_tools.reporters import DriftReport, Style

LEVELS = ("breaking", "behavior", "shape", "cosmetic", "noise")
MEANING = {
    "secrets": "readable in the new recordings: for everybody who reads these",
    "recordings": "only one side has them",
    "breaking": "a client that worked with the old recording can fail on the new",
    "behavior": "the same contract, other behaviour",
    "shape": "fields of the wire that old clients ignore",
    "cosmetic": "the same meaning in other words",
    "noise": "expected to differ between any two recordings",
}
_LONGEST = 390  # characters of a sentence; what is longer is read by nobody, and whole in the JSON report
COLORS = {"breaking": "red", "behavior": "yellow", "shape": "cyan", "cosmetic": "blue", "noise": "dim"}


def render(report: DriftReport, style: Style) -> str:
    """The whole report. Levels below `style.show` are counted, not shown."""
    ink = Ink(style.color)
    shown = LEVELS[: LEVELS.index(style.show) + 1]
    blocks = ["\n".join(_head(report, ink))]
    for level in shown:
        found = [finding for finding in report.findings if finding.level == level and not _is_listed(finding, style)]
        if found:
            title = ink(COLORS[level], f"{level}", bold=True)
            blocks.append(
                "\n".join([f"{title} {ink('dim', f'({MEANING[level]})')}", *changes_of(found, report, style, ink)])
            )
    follows = sum(finding.level == "noise" and finding.caused_by is not None for finding in report.findings)
    blocks.append(counts_of(report.summary, shown, ink, follows))
    return "\n\n".join(blocks)


def _is_listed(finding: Drift, style: Style) -> bool:
    """Whether it is listed under another one."""
    return style.show_folded and finding.caused_by is not None


def _head(report: DriftReport, ink: Ink) -> list[str]:
    old, new = named(report.old_revision, report.old_path), named(report.new_revision, report.new_path)
    rows = [("old", printable(old)), ("new", printable(new))]
    for title, old, new in sources_of(report.provenance):
        same = old == new and old != "unknown"
        told = f"{old} (the same)" if same else "unknown" if old == new else change_in_words(old, new)
        rows.append((title, ink("dim", printable(told)) if old == new else printable(told)))
    if report.answers:
        rows.append(("answers", report.answers))
    rows.append(("compared as", ink("dim", f"{report.profile} ({profile_in_words(report)})")))
    return [f"{ink('bold', f'{title:<14}')}  {value}" for title, value in rows]


def changes_of(found: list[Drift], report: DriftReport, style: Style, ink: Ink) -> list[str]:
    """The lines of some findings of a pair."""
    lines = []
    folded = folded_in(report) if style.show_folded else {}
    for finding in found:
        words = cause_in_words(finding)
        cause = f", cause: {printable(words)}" if words else ""
        rule = ink(COLORS[finding.level], finding.rule, bold=True)
        where = ink("dim", _lines_of(finding, report) + cause)
        lines.append(f"  {rule}  {printable(finding.path)}{where}")
        lines.append(f"    {printable(cut(finding.message, _LONGEST))}")
        lines.extend(f"      {line}" for line in change_lines(finding, ink, width=max(style.width - 8, 40)))
        lines.extend(_under(each, ink) for each in folded.get(finding.fingerprint, ()))
    return lines


def _under(finding: Drift, ink: Ink) -> str:
    sign = "·" if finding.merged or finding.told else "↳"  # what the line tells itself, and what follows from it
    said = printable(cut(finding.message, _LONGEST))
    return f"    {ink('dim', sign)} {finding.rule}  {ink('dim', printable(finding.path))}  {said}"


def _lines_of(finding: Drift, report: DriftReport) -> str:
    old, new = finding.old_location, finding.new_location
    if old is not None and new is not None:
        if old.region.line == new.region.line:
            return f"  line {new.region.line}"
        return f"  old line {old.region.line}, new line {new.region.line}"
    if new is not None:
        return f"  new line {new.region.line}"
    return f"  old line {old.region.line}" if old is not None else ""


def counts_of(summary: Mapping[str, int], shown: tuple[str, ...], ink: Ink, follows: int = 0) -> str:
    """How much of each level there is, and how to see what is not shown. Of what is noise, `follows` are consequences
    of what is told.
    """
    counts = [(level, summary[level]) for level in LEVELS if summary.get(level)]
    seen = [ink(COLORS[level], f"{count} {level}") for level, count in counts if level in shown]
    hidden = [f"{count} {level}" for level, count in counts if level not in shown]
    if follows and "noise" not in shown:
        noise = summary.get("noise", 0) - follows
        hidden[-1:] = [*([f"{noise} noise"] if noise else []), f"{follows} consequence{'s' * (follows > 1)}"]
    text = ", ".join(seen) or "no drift" + ("" if "noise" in shown else f" above {LEVELS[len(shown)]}")
    if hidden:
        least = LEVELS[len(shown)]
        option = "--show-noise shows them" if least == "noise" else f"--show {least} shows more"
        text += ink("dim", f" ({', '.join(hidden)} hidden; {option})")
    return text
