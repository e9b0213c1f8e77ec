"""One command of a job: its reports in the folder, its annotations in the log, its Markdown in the summary."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from cassette_tools._record import record
from cassette_tools.cli.outgoing import remarked
from cassette_tools.cli.output import remark, write
from cassette_tools.errors import UsageError
from cassette_tools.regular import read
from cassette_tools.writing import make_folder, write_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from cassette_tools.ci.hosts import Host
    from cassette_tools.ci.settings import Settings

CODE_QUALITY = "codequality.json"  # of both commands: GitLab takes one file of a job


@record
class Check:
    """A command, and the formats of its reports with the ends of their names."""

    name: str
    title: str
    formats: Mapping[str, str]

    def path(self, format: str, settings: Settings) -> str:
        """Where a report lies."""
        return os.path.join(settings.folder, f"{self.name}.{self.formats[format]}")


LINT = Check(
    name="lint",
    title="cassette lint",
    formats={"markdown": "md", "sarif": "sarif", "gitlab": "gitlab.json", "junit": "junit.xml"},
)
DRIFT = Check(name="drift", title="cassette diff", formats={**LINT.formats, "html": "html"})


def run(check: Check, words: tuple[str, ...], host: Host, settings: Settings) -> int:
    """Run the command on the paths of the settings; its exit status."""
    if os.path.islink(settings.folder):  # in a checkout, which anybody may have filled
        raise UsageError(f"{settings.folder} is a link: name a folder for the reports by CASSETTE_REPORTS")
    make_folder(settings.folder)
    reports = {name: check.path(name, settings) for name in check.formats}
    for path in filter(os.path.lexists, reports.values()):
        _put(path, "")  # what an earlier run left is not of this one
    options = [option for name, path in reports.items() for option in ("--report", f"{name}={path}")]
    command = (*words, "--format", host.format, *options, "--", *settings.paths)
    done = subprocess.run((sys.executable, "-P", "-m", "cassette_tools", *command), stderr=subprocess.PIPE, check=False)
    status = done.returncode if done.returncode in (0, 1) else 2
    said = done.stderr.decode("utf-8", "replace").splitlines()
    for line in said:
        remark(line)
    if status == 2:
        annotate(host, "error", " ".join(said) or f"{check.title} ended with status {done.returncode}")
    if not get(reports["markdown"]):
        lines = (f"    {remarked(line)}" for line in said)  # an indented block: no word of it is markup
        _put(reports["markdown"], "\n".join((f"### {check.title}: it could not run", "", *lines, "")))
    _show(reports, host)
    _join_code_quality(settings)
    return status


def _show(reports: Mapping[str, str], host: Host) -> None:
    """What a report comes to, in the log; all of it in the summary; and where it lies."""
    text = get(reports["markdown"])
    write(text.partition("\n")[0].lstrip("# "))
    if host.summary:
        _put(host.summary, f"{get(host.summary)}{text}\n\n")
    if host.outputs and get(reports["sarif"]):
        _put(host.outputs, f"{get(host.outputs)}sarif={reports['sarif']}\n")


def annotate(host: Host, level: str, message: str) -> None:
    """Tell of the job itself, where the host shows such."""
    if host.format != "github":
        return
    text = remarked(message).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    write(f"::{level} title=cassette::{text}", commands=True)


def tells(check: Check, settings: Settings) -> bool:
    """Whether a report tells of a finding, or that there is none because the command could not run."""
    text = get(check.path("sarif", settings))
    return not text or any(each.get("results") for each in json.loads(text)["runs"])


def _join_code_quality(settings: Settings) -> None:
    """The issues of all commands that have run, in one file."""
    texts = filter(None, (get(check.path("gitlab", settings)) for check in (LINT, DRIFT)))
    issues: list[Any] = [issue for text in texts for issue in json.loads(text)]
    _put(os.path.join(settings.folder, CODE_QUALITY), json.dumps(issues))


def get(path: str) -> str:
    """The text of a report, "" where there is none."""
    return read(path).decode("utf-8") if os.path.exists(path) else ""


def _put(path: str, text: str) -> None:
    write_file(path, text.encode("utf-8"))
