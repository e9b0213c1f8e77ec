"""The formats that other programs show: annotations, Code Quality, JUnit, SARIF, Markdown, HTML."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.errors import SourceError
from cassette_tools.finding import Drift, Finding, Location, Region
from cassette_tools.reporters import (
    REPORTERS,
    DriftReport,
    DriftSuite,
    Group,
    LintReport,
    Member,
    Provenance,
    Style,
    suite_of,
)
from cassette_tools.reporters.as_markdown import LIMIT

NASTY = "a|b `c` <script>alert(1)</script> @someone ::error::x\r\n%0A [x](http://y) \x1b[31m"


def location(
    path: str = "a/b.yaml", line: int = 3, column: int = 5, end_line: int = 3, end_column: int = 9
) -> Location:
    return Location(path=path, region=Region(line=line, column=column, end_line=end_line, end_column=end_column))


def finding(
    rule: str = "secret-in-body", level: str = "error", message: str = "a key", where: Location | None = None
) -> Finding:
    return Finding(
        rule=rule, level=level, message=message, location=where or location(), fingerprint=f"f-{rule}-{message}"
    )


def drift(
    rule: str, level: str, message: str, old: object = None, new: object = None, where: str = "new.yaml"
) -> Drift:
    return Drift(
        rule=rule,
        level=level,
        message=message,
        path="interactions[0].response.x",
        origin="response",
        cause="model",
        evidence="model (another was asked)",
        old=old,
        new=new,
        new_location=location(where),
        fingerprint=f"f-{rule}-{message}",
    )


def pair(*findings: Drift, path: str = "new.yaml") -> DriftReport:
    levels = [each.level for each in findings]
    return DriftReport(
        old_path="old.yaml",
        new_path=path,
        profile="rerecord",
        provenance=Provenance(),
        findings=findings,
        summary={level: levels.count(level) for level in ("breaking", "behavior", "shape", "cosmetic", "noise")},
    )


def lint(name: str, *findings: Finding, errors: tuple[SourceError, ...] = ()) -> str:
    render = REPORTERS[name].lint
    assert render is not None
    return render(LintReport(files=2, findings=findings, errors=errors), Style())


def diff(name: str, report: DriftReport, show: str = "cosmetic") -> str:
    render = REPORTERS[name].diff
    assert render is not None
    return render(report, Style(show=show))


def suite(name: str, report: DriftSuite) -> str:
    render = REPORTERS[name].suite
    assert render is not None
    return render(report, Style())


# --- GitHub ----------------------------------------------------------------------------------------------------------


def test_annotations() -> None:
    said = lint(
        "github", finding(), finding("mojibake", "warning", "bad", location(line=1, end_line=2)), finding("x", "note")
    )
    assert said.split("\n") == [
        "::error file=a/b.yaml,line=3,endLine=3,col=5,endColumn=8,title=secret-in-body::a key",
        "::warning file=a/b.yaml,line=1,endLine=2,title=mojibake::bad",
        "::notice file=a/b.yaml,line=3,endLine=3,col=5,endColumn=8,title=x::a key",
    ]


def test_ten_annotations_of_a_kind_and_no_more() -> None:
    ten = lint("github", *(finding(message=str(number)) for number in range(10))).split("\n")
    assert len(ten) == 10
    assert ten[-1].endswith("::9")
    eleven = lint("github", *(finding(message=str(number)) for number in range(11))).split("\n")
    assert len(eleven) == 10
    assert eleven[-1] == "::error title=cassette::and 2 more in 1 file: secret-in-body (other formats have them all)"


def test_noise_is_no_annotation() -> None:
    report = pair(drift("id-renamed", "noise", "n"), drift("text-reworded", "cosmetic", "c"))
    assert diff("github", report) == (
        "::notice file=new.yaml,line=3,endLine=3,col=5,endColumn=8,title=text-reworded::"
        "c (interactions[0].response.x; cause: model (another was asked))"
    )


@given(st.text(max_size=60))
def test_a_message_is_one_command(message: str) -> None:
    said = lint("github", finding(message=message, where=location(path=message or "a")))
    assert len(said.splitlines()) == 1
    assert said.count("::error ") == 1 or "::error " in message


# --- GitLab ----------------------------------------------------------------------------------------------------------


def test_code_quality() -> None:
    issues = json.loads(lint("gitlab", finding(), finding()))
    assert issues[0] == {
        "description": "secret-in-body: a key",
        "check_name": "secret-in-body",
        "fingerprint": "f-secret-in-body-a key",
        "severity": "major",
        "location": {"path": "a/b.yaml", "lines": {"begin": 3}},
    }
    assert len({issue["fingerprint"] for issue in issues}) == 2, "GitLab drops what it has seen"


def test_an_unreadable_file_is_an_issue() -> None:
    issues = json.loads(lint("gitlab", errors=(SourceError("cannot be read: no", path="x.yaml"),)))
    assert [(issue["location"], issue["severity"]) for issue in issues] == [
        ({"path": "x.yaml", "lines": {"begin": 1}}, "major")
    ]


# --- JUnit -----------------------------------------------------------------------------------------------------------


def test_junit() -> None:
    root = ElementTree.fromstring(lint("junit", finding(), finding(where=location("c.yaml"), message=NASTY)))
    assert [(case.get("name"), len(case)) for case in root.iter("testcase")] == [("a/b.yaml", 1), ("c.yaml", 1)]
    assert (root[0].get("tests"), root[0].get("failures")) == ("2", "2")
    empty = ElementTree.fromstring(lint("junit"))
    assert [(case.get("name"), len(case)) for case in empty.iter("testcase")] == [("2 files", 0)]


def test_every_pair_is_a_test_case() -> None:
    report = DriftSuite(
        old="o", new="n", pairs=(pair(path="a"), pair(drift("x", "breaking", "m"), path="b")), summary={}
    )
    root = ElementTree.fromstring(suite("junit", report))
    assert [(case.get("name"), len(case)) for case in root.iter("testcase")] == [("a", 0), ("b", 1)]


@given(st.text(max_size=40))
def test_junit_is_always_xml(message: str) -> None:
    ElementTree.fromstring(lint("junit", finding(message=message, where=location(path=message))))


# --- SARIF -----------------------------------------------------------------------------------------------------------


def test_sarif() -> None:
    log = json.loads(lint("sarif", finding(where=location("a b/ü.yaml"))))
    run = log["runs"][0]
    assert (log["version"], run["columnKind"]) == ("2.1.0", "unicodeCodePoints")
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["secret-in-body"]
    assert run["results"] == [
        {
            "ruleId": "secret-in-body",
            "ruleIndex": 0,
            "level": "error",
            "message": {"text": "a key"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": "a%20b/%C3%BC.yaml", "uriBaseId": "SRCROOT"},
                        "region": {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 9},
                    }
                }
            ],
            "partialFingerprints": {"cassetteFingerprint/v1": "f-secret-in-body-a key"},
            "properties": {"level": "error"},
        }
    ]


def test_sarif_of_an_unreadable_file() -> None:
    run = json.loads(lint("sarif", errors=(SourceError("no", path="x.yaml"),)))["runs"][0]
    assert run["results"] == []
    assert run["invocations"][0]["executionSuccessful"] is False
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"] == {"text": "no"}


def test_every_change_has_a_physical_location() -> None:
    gone = Drift(rule="x", level="breaking", message="m", path="p", origin="response", fingerprint="f")
    run = json.loads(diff("sarif", pair(gone)))["runs"][0]
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "new.yaml"


# --- Markdown --------------------------------------------------------------------------------------------------------


def test_a_lint_comment() -> None:
    assert lint("markdown", finding(message="a_b | c"), errors=()) == (
        "### cassette lint: 1 error in 2 files\n\n"
        "| | where | rule | what |\n|---|---|---|---|\n"
        "| ❌ | `a/b.yaml:3` | secret-in-body | a\\_b \\| c |"
    )
    assert lint("markdown") == "### cassette lint: no findings in 2 files"


def test_a_long_comment_says_what_it_left_out() -> None:
    said = lint("markdown", *(finding(message="x" * 300 + str(number)) for number in range(400)))
    assert len(said) < 65_536
    left = re.search(r"… and (\d+) more findings \(too long for one comment\)$", said)
    assert left is not None
    assert said.count("| ❌ |") + int(left[1]) == 400
    assert len(said) > LIMIT * 0.9


def many(count: int, changes: int, size: int) -> DriftSuite:
    """As many recordings as that, each with so many changes of so many characters, the graver last."""
    levels = ("cosmetic", "shape", "behavior", "breaking")
    pairs = [
        pair(
            *(drift(f"rule-{at}", levels[number * 4 // count], "x" * size) for at in range(changes)),
            path=f"t/{number}.yaml",
        )
        for number in range(count)
    ]
    return DriftSuite(old="main", new="HEAD", pairs=tuple(pairs), summary={"breaking": count})


@pytest.mark.parametrize(
    ("recordings", "changes", "size", "left"),
    [
        (8, 1, 100, ""),
        (200, 1, 900, "at worst 46 behavior, 50 shape, 50 cosmetic"),
        (4, 90, 900, ""),  # each recording loses its own least grave changes, and none is left out
    ],
)
def test_a_comment_leaves_out_the_least_grave_and_says_so(recordings: int, changes: int, size: int, left: str) -> None:
    said = suite("markdown", many(recordings, changes, size))
    assert len(said) <= LIMIT
    marks = [mark for mark in said if mark in "❌⚠ℹ✏"]
    assert marks == sorted(marks, key="❌⚠ℹ✏".index)
    assert said.count("<details") == said.count("</details>")
    more = re.search(
        r"… and (\d+) more recordings, (at worst [^:]*): `t/\d+.yaml`, .* \(too long for one comment\)", said
    )
    assert (more[2] if more else "") == left
    assert said.count("<summary>t/") + (int(more[1]) if more else 0) == recordings
    cut_short = [int(each) for each in re.findall(r"… and (\d+) more changes, the least grave", said)]
    assert said.count("**rule-") + sum(cut_short) == changes * said.count("<summary>t/")


def test_a_single_long_recording_says_what_is_left_out() -> None:
    said = suite("markdown", many(1, 400, 300))
    assert LIMIT * 0.9 < len(said) <= LIMIT
    left = re.search(r"… and (\d+) more changes, the least grave \(too long for one comment\)\n\n</details>$", said)
    assert left is not None
    assert said.count("**rule-") + int(left[1]) == 400


def test_nothing_in_a_comment_acts() -> None:
    said = diff("markdown", pair(drift("x", "breaking", NASTY, old=NASTY + " is", new="other words `` here")))
    outside = re.sub(r"(`+)[^`].*?[^`]?\1", "", said, flags=re.DOTALL)
    assert "<script" not in outside
    assert "@someone" not in outside
    assert "](http://" not in outside
    assert "\x1b" not in said


def test_what_several_pairs_share_is_told_once() -> None:
    change = drift("wire-field-added", "shape", "a new field caller")
    report = DriftSuite(
        old="main",
        new="HEAD",
        pairs=(pair(change, path="a"), pair(change, path="b")),
        summary={"shape": 2},
        groups=(
            Group(
                id="0" * 16,
                rule="wire-field-added",
                level="shape",
                template="a new field caller",
                message="a new field caller",
                cause="unknown",
                subject="caller",
                members=tuple(Member(pair=path, fingerprint=change.fingerprint) for path in "ab"),
                example=change,
            ),
        ),
    )
    for name in ("text", "markdown"):
        assert suite(name, report).count("a new field caller") == 1


# --- HTML ------------------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """The elements of a page, and whether they are nested well."""

    VOID = ("meta", "br", "link", "input")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_page_is_well_formed_and_needs_nothing() -> None:
    page = Page(
        diff("html", pair(drift("x", "breaking", NASTY, old=NASTY, new="b"), drift("y", "noise", "of no matter")))
    )
    assert page.open == []
    assert {"img", "link", "iframe", "object"} & set(page.tags) == set()
    assert page.tags.count("script") == 1
    assert [name for name, _ in page.attributes if name in ("src", "style") or name.startswith("on")] == []
    assert [value for name, value in page.attributes if name == "href" and not (value or "").startswith("#")] == []
    policy = next(value for name, value in page.attributes if value and "default-src" in value)
    assert re.fullmatch(
        "default-src 'none'; style-src 'sha256-[^' ]+'; script-src 'sha256-[^' ]+'; base-uri 'none'; form-action 'none'",
        policy or "",
    )
    assert "of no matter" not in "".join(page.texts)


SIDES = re.compile(r'<div class="text">(.*?)</div>', re.DOTALL)


def test_old_and_new_stand_side_by_side() -> None:
    said = diff("html", pair(drift("x", "breaking", "m", old="it is 3 degrees", new="it is 4 degrees")))
    assert SIDES.findall(said) == ["it is <del>3</del> degrees", "it is <ins>4</ins> degrees"]


def test_white_space_that_changed_can_be_seen_in_a_page() -> None:
    said = diff("html", pair(drift("x", "cosmetic", "m", old="one two three\n", new="one  two three")))
    assert SIDES.findall(said) == ["one<del>·</del>two three<del>↵</del>", "one<ins>··</ins>two three"]


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_breaks_the_page(old: str, new: str) -> None:
    page = Page(diff("html", pair(drift("x", "breaking", old, old=old, new=new))))
    assert page.open == []
    assert page.tags.count("article") == 1


@pytest.mark.parametrize("name", sorted(set(REPORTERS.names()) - {"html"}))
def test_every_format_tells_both_commands(name: str) -> None:
    reporter = REPORTERS[name]
    assert reporter.lint is not None
    assert reporter.diff is not None
    assert reporter.suite is not None
    report = pair(drift("x", "breaking", "m"))
    if name not in ("text", "json"):
        assert reporter.diff(report, Style()) == reporter.suite(suite_of(report), Style())
