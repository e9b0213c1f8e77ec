"""The plugin in real runs of pytest, with real pytest-recording and VCR.py."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import vcr.cassette

from cassette_tools import lint

from .model_server import Model, serving
from .recording_page import the_block

pytest_plugins = ["pytester"]

CONFTEST = the_block("python", "pytest_recording_configure")
RECORDED = """
import httpx, pytest

@pytest.mark.vcr
def test_answer({fixtures}):
    {before}
    answer = httpx.post({url!r}, json={{"model": "gpt-4o", "stream": True, "messages": []}})
    assert answer.status_code == {status}
"""
OPENED = """
import httpx, pytest, vcr

def test_answer({fixtures}):
    {before}
    with vcr.use_cassette("answer.yaml", record_mode={mode!r}):
        httpx.post({url!r}, json={{"model": "gpt-4o", "messages": []}})
    {after}
"""


@pytest.fixture
def model() -> Iterator[Model]:
    with serving() as model:
        model.text = "It rains in Lisbon."
        yield model


class Imports:
    """pytester forgets what was imported, after each run and after the test. Our registries, and NumPy, take it ill to
    be imported again. A plugin of the runs: it keeps the modules that are not their tests.
    """

    def __init__(self) -> None:
        self._modules: dict[str, ModuleType] = {}

    def pytest_unconfigure(self) -> None:
        self._modules.update(
            (name, sys.modules[name]) for name in list(sys.modules) if name not in ("conftest", "test_it")
        )

    def restore(self) -> None:
        for name, module in self._modules.items():
            sys.modules.setdefault(name, module)


class Project:
    """A folder with tests, in which pytest runs with no plugins but those at hand."""

    def __init__(self, pytester: pytest.Pytester, model: Model, imports: Imports) -> None:
        self._imports = imports
        self.pytester = pytester
        self.model = model
        self.cassette = pytester.path / "cassettes" / "test_it" / "test_answer.yaml"
        pytester.makeconftest(CONFTEST)

    def has(self, source: str, **names: object) -> None:
        usual = {
            "fixtures": "",
            "before": "pass",
            "after": "pass",
            "status": 200,
            "mode": "once",
            "url": self.model.url,
        }
        (self.pytester.path / "test_it.py").write_text(source.format_map({**usual, **names}))

    def run(self, *options: str) -> list[str]:
        """``phase outcome`` of each phase that did not pass, and what it says."""
        reports = self.result(*options).reprec.getreports("pytest_runtest_logreport")  # type: ignore[attr-defined]
        return [f"{each.when} {each.outcome}\n{each.longreprtext}" for each in reports if not each.passed]

    def result(self, *options: str) -> pytest.RunResult:
        """All that a run prints."""
        plugins = ("-p", "pytest_recording.plugin", "-p", "cassette_tools.pytest_plugin")
        try:
            return self.pytester.runpytest_inprocess(*plugins, *options, plugins=[self._imports])
        finally:
            self._imports.restore()


@pytest.fixture
def imports() -> Iterator[Imports]:
    """Torn down after `pytester`, which comes after it in the arguments of `project`."""
    imports = Imports()
    yield imports
    imports.restore()


@pytest.fixture
def project(imports: Imports, pytester: pytest.Pytester, model: Model, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    return Project(pytester, model, imports)


@pytest.fixture(autouse=True)
def _vcr_is_left_as_it_was() -> Iterator[None]:
    load = vcr.cassette.Cassette.__dict__["load"]
    yield
    assert vcr.cassette.Cassette.__dict__["load"] is load


# --- --cassette-lint -------------------------------------------------------------------------------------------------

TRUNCATED = """\
{phase} failed
cassettes/test_it/test_answer.yaml:{place}: error stream-truncated: {message}
1 finding (1 error) in 1 file
`cassette rules stream-truncated` says why it matters and how to mend it; mostly: record the test again.
To accept it: a comment `# cassette: ignore[stream-truncated] reason` in the cassette, or `ignore` in the
configuration, which stays when the cassette is recorded again."""


def truncated(project: Project, phase: str) -> str:
    (finding,) = lint(*map(str, project.cassette.parent.iterdir()))
    region = finding.location.region
    return TRUNCATED.format(phase=phase, place=f"{region.line}:{region.column}", message=finding.message)


def test_a_truncated_stream_fails_its_test(project: Project) -> None:
    project.has(RECORDED)
    project.model.is_cut = True
    assert project.run("--record-mode=once", "--cassette-lint") == [truncated(project, "teardown")]
    assert project.run("--cassette-lint") == [truncated(project, "call")]
    assert project.run("--cassette-lint=error") == [truncated(project, "call")]
    assert project.run() == []
    assert project.model.calls == 1


def test_a_cassette_that_a_marker_adds_is_judged(project: Project) -> None:
    project.has(RECORDED)
    project.model.is_cut = True
    project.run("--record-mode=once")
    project.cassette.rename(project.cassette.with_name("more.yaml"))
    project.has(RECORDED.replace("mark.vcr", "mark.vcr('more.yaml')"))
    assert project.run("--cassette-lint") == [truncated(project, "call").replace("test_answer.yaml", "more.yaml")]
    assert project.model.calls == 1


def test_a_clean_recording_passes(project: Project) -> None:
    project.has(RECORDED)
    assert project.run("--record-mode=once", "--cassette-lint") == []
    assert project.cassette.exists()
    assert project.run("--cassette-lint") == []


def test_a_comment_in_the_cassette_accepts_it(project: Project) -> None:
    project.has(RECORDED)
    project.model.is_cut = True
    project.run("--record-mode=once")
    content = project.cassette.read_text()
    project.cassette.write_text(f"# cassette: ignore[stream-truncated] the test is about this\n{content}")
    assert project.run("--cassette-lint") == []


def test_the_findings_stand_beside_another_failure(project: Project) -> None:
    project.has(RECORDED, status=201)
    project.model.is_cut = True
    project.run("--record-mode=once")
    result = project.result("--cassette-lint")
    result.stdout.fnmatch_lines(["*assert 200 == 201*", "*cassette call*", "*error stream-truncated*"])
    result.assert_outcomes(failed=1)


def test_levels_come_from_the_command_line_the_ini_file_and_the_configuration(project: Project) -> None:
    project.has(OPENED)  # plain VCR.py: it records the cookie, which is a warning
    warned = project.run("--cassette-lint=warning")
    assert [each.splitlines()[0] for each in warned] == ["call failed"]
    assert "answer.yaml:" in warned[0]
    assert "warning cookie-recorded: " in warned[0]
    assert project.run("--cassette-lint=error") == []

    project.pytester.makeini("[pytest]\ncassette_lint = warning\n")
    assert project.run() == warned
    assert project.run("--cassette-lint=off") == []

    project.pytester.makeini("[pytest]\n")
    assert project.run("--cassette-lint") == warned
    (project.pytester.path / "cassette.toml").write_text('fail-on = "error"\n')
    assert project.run("--cassette-lint") == []
    (project.pytester.path / "cassette.toml").write_text('ignore = ["cookie-recorded"]\n')
    assert project.run("--cassette-lint") == []


def test_what_is_no_level_is_told(project: Project) -> None:
    project.has(RECORDED)
    result = project.result("--cassette-lint", "test_it.py")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert result.errlines[0] == (
        "ERROR: cassette_lint: 'test_it.py' is no level; expected error, warning, note, configured or off "
        "(before a path write --cassette-lint=configured)"
    )


def test_a_broken_configuration_is_told(project: Project) -> None:
    project.has(RECORDED)
    (project.pytester.path / "cassette.toml").write_text("selct = []\n")
    result = project.result("--cassette-drift")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "cassette.toml: selct is no setting" in result.errlines[0]


def test_cassettes_of_other_players(project: Project, samples: Path) -> None:
    broken = samples / "rules" / "stream-truncated" / "bad.yaml"
    project.pytester.makeconftest(f"def pytest_cassette_paths(item):\n    return [{str(broken)!r}, 'missing.yaml']\n")
    project.pytester.makepyfile(test_it="def test_it():\n    pass\n")
    (text,) = project.run("--cassette-lint")
    assert text.splitlines()[0] == "call failed"
    assert f"{broken}:" in text
    assert "error stream-truncated: " in text


def test_a_project_without_vcrpy(project: Project, samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vcr.cassette", None)
    clean = samples / "rules" / "stream-truncated" / "good.yaml"
    project.pytester.makeconftest(f"def pytest_cassette_paths(item):\n    return [{str(clean)!r}]\n")
    project.pytester.makepyfile(test_it="def test_it():\n    pass\n")
    assert project.run("--cassette-lint") == []


def test_what_is_no_known_cassette_is_passed_over(project: Project) -> None:
    (project.pytester.path / "own.yaml").write_text("recordings: []\n")
    (project.pytester.path / "broken.yaml").write_text("a: [1\n")
    project.pytester.makeconftest("def pytest_cassette_paths(item):\n    return [f'{item.name[5:]}.yaml']\n")
    project.pytester.makepyfile(test_it="def test_own():\n    pass\n\ndef test_broken():\n    pass\n")
    (text,) = project.run("--cassette-lint")
    assert text.startswith("call failed\nbroken.yaml:")


# --- drift -----------------------------------------------------------------------------------------------------------


def summary(text: str) -> list[str]:
    """The phase and the rules that a report names."""
    lines = text.splitlines()
    return [lines[0], *(line.split()[0] for line in lines if line.startswith("  ") and line[2:3].isalpha())]


def test_recording_again_with_the_same_meaning_passes(project: Project) -> None:
    project.has(RECORDED, fixtures="cassette_drift", before="cassette_drift()")
    assert project.run("--record-mode=once", "--cassette-drift") == []
    first = project.cassette.read_bytes()
    assert project.run("--record-mode=rewrite", "--cassette-drift=noise") == []
    assert project.cassette.read_bytes() != first  # other cuts
    assert project.run("--cassette-drift=noise") == []
    assert project.model.calls == 2


@pytest.mark.parametrize(("mode", "way"), [("rewrite", "option"), ("all", "ini"), ("rewrite", "fixture")])
def test_another_meaning_fails(project: Project, mode: str, way: str) -> None:
    named = {"fixtures": "cassette_drift", "before": "cassette_drift()"} if way == "fixture" else {}
    project.has(RECORDED, **named)
    if way == "ini":
        project.pytester.makeini("[pytest]\ncassette_drift = behavior\n")
    options = ("--cassette-drift",) if way == "option" else ()
    assert project.run("--record-mode=once", *options) == []
    project.model.finish_reason = "length"
    (text,) = project.run(f"--record-mode={mode}", *options)
    assert summary(text) == ["teardown failed", "finish-reason-changed"]
    path = "cassettes/test_it/test_answer.yaml"
    assert text.splitlines()[1:3] == [f"old             {path} (stored)", f"new             {path}"]
    assert text.splitlines()[-2:] == [
        f"The new recording stands in {path}. `cassette diff HEAD {path}` shows all of it;",
        f"`git checkout -- {path}` takes back what was committed.",
    ]
    project.model.tool = "get_weather"
    (text,) = project.run(f"--record-mode={mode}", *options)
    assert "tool-call-added" in summary(text)
    assert project.run(*options) == []


def test_a_test_that_opens_its_cassette_itself(project: Project) -> None:
    project.has(OPENED, mode="all")
    assert project.run("--cassette-drift") == []
    project.model.finish_reason = "length"
    (text,) = project.run("--cassette-drift")
    assert summary(text) == ["call failed", "finish-reason-changed"]
    project.model.finish_reason = "stop"
    assert project.run() == []


def test_the_level_and_the_path_are_the_tests_own(project: Project) -> None:
    call = "cassette_drift('answer.yaml', fail_on='cosmetic')"
    project.has(OPENED, mode="all", fixtures="cassette_drift", before=call)
    assert project.run("--cassette-drift=breaking") == []
    project.model.text = "It rains in Lisbon today."
    (text,) = project.run("--cassette-drift=breaking")
    assert summary(text) == ["call failed", "text-reworded"]
    project.model.text = "It rains in Lisbon."
    project.has(OPENED, mode="all")
    assert project.run("--cassette-drift=breaking") == []


def test_ignored_drift_is_none(project: Project) -> None:
    (project.pytester.path / "cassette.toml").write_text(
        '[[diff.ignore]]\nrule = "finish-reason-changed"\nreason = "the limit is small"\n'
    )
    project.has(OPENED, mode="all")
    assert project.run("--cassette-drift") == []
    project.model.finish_reason = "length"
    assert project.run("--cassette-drift") == []


def test_a_cassette_that_was_not_opened_is_told(project: Project) -> None:
    project.has(OPENED, fixtures="cassette_drift", after="cassette_drift('answr.yaml')")
    (text,) = project.run()
    assert (
        text == f"teardown failed\ncassette_drift: the test opened no cassette {project.pytester.path / 'answr.yaml'}"
    )
    project.pytester.makepyfile(test_it="def test_it(cassette_drift):\n    cassette_drift()\n")
    assert project.run() == ["teardown failed\ncassette_drift: the test opened no cassette"]
    project.pytester.makepyfile(
        test_it="import pytest\n\ndef test_it(cassette_drift):\n    cassette_drift()\n    pytest.skip('not now')\n"
    )
    assert [each.splitlines()[0] for each in project.run()] == ["call skipped"]


def test_two_files_are_compared_at_once(project: Project, samples: Path) -> None:
    old, new = (str(samples / "readme" / f"{name}.yaml") for name in ("old", "new"))
    project.pytester.makepyfile(
        test_it=f"""
        import pytest

        def test_same(cassette_drift):
            cassette_drift({old!r}, {old!r}, fail_on="noise")

        def test_other(cassette_drift):
            cassette_drift({old!r}, {new!r})

        def test_said_wrongly(cassette_drift):
            with pytest.raises(ValueError, match="fail_on: 'grave' is no level; expected one of breaking, behavior"):
                cassette_drift({old!r}, {new!r}, fail_on="grave")
            with pytest.raises(TypeError, match="name the stored recording"):
                cassette_drift(new={new!r})
            with pytest.raises(FileNotFoundError):
                cassette_drift({old!r}, "missing.yaml")
        """
    )
    (text,) = project.run()
    assert text.startswith(f"call failed\nold             {old}\nnew             {new}\n")
    assert "\nbreaking (" in text


def test_a_cassette_with_a_wider_scope_is_judged_when_it_is_written(project: Project) -> None:
    source = """
    import httpx, pytest, vcr

    @pytest.fixture(scope="module")
    def cassette():
        with vcr.use_cassette("answer.yaml", record_mode="all") as cassette:
            yield cassette

    def test_one(cassette):
        httpx.post({url!r}, json={{"model": "gpt-4o", "messages": []}})

    def test_two(cassette):
        pass
    """.format_map({"url": project.model.url})
    project.pytester.makepyfile(test_it=source)
    assert project.run("--cassette-drift") == []
    project.model.finish_reason = "length"
    (text,) = project.run("--cassette-drift")
    assert summary(text) == ["teardown failed", "finish-reason-changed"]


# --- costs -----------------------------------------------------------------------------------------------------------


def test_importing_it_is_cheap() -> None:
    """pytest imports it in every run of every project that has it installed."""
    code = "import sys, pytest; before = set(sys.modules); import cassette_tools.pytest_plugin; print(*sorted(set(sys.modules) - before))"
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert seen == ["cassette_tools", "cassette_tools._version", "cassette_tools.pytest_plugin"]


# --- why did nothing match? --------------------------------------------------------------------------------------------

ASKED = """
import httpx, pytest, vcr

@vcr.use_cassette("answer.yaml", record_mode="none", match_on={on}{options})
def test_answer():
    try:
        httpx.post({url!r} + "?user=2", json={{"model": "gpt-4o", "messages": []}})
    {after}
"""
PLAIN = "except ZeroDivisionError: pass"
WRAPPED = "except Exception as error: raise ConnectionError('no answer') from error"
CASSETTE = """\
version: 1
interactions:
- request:
    method: POST
    uri: {url}?user=1
    headers: {{content-type: [application/json]}}
    body: '{{"model":"gpt-4o-mini","messages":[]}}'
  response: {{status: {{code: 200, message: OK}}, headers: {{}}, body: {{string: '{{}}'}}}}
"""
NEAREST = """\
POST {url}?user=2 does not match the one recorded request

nearest: interaction 0, answer.yaml:3
  POST {url}?user=1
  query.user  line 5
    - 1
    + 2
"""


def matched(project: Project, source: str, **names: object) -> list[str]:
    """What a failed test says of its request."""
    usual = {"on": "['method', 'path', 'query']", "options": "", "after": PLAIN}
    project.has(source, **{**usual, **names})
    (project.pytester.path / "answer.yaml").write_text(CASSETTE.format(url=project.model.url))
    reports = project.result().reprec.getreports("pytest_runtest_logreport")  # type: ignore[attr-defined]
    assert [each.outcome for each in reports] == ["passed", "failed", "passed"]
    return [text for each in reports for name, text in each.sections if name == "cassette match"]


@pytest.mark.parametrize("after", [PLAIN, WRAPPED])
def test_what_keeps_a_request_from_its_recording(project: Project, after: str) -> None:
    (text,) = matched(project, ASKED, after=after)
    assert text.startswith(NEAREST.format(url=project.model.url))
    assert "differs and is not compared: " in text
    assert "body (line 7)" in text
    assert text.endswith("\nmatcher: vcrpy, which compares method, path, query")


def test_bodies_are_explained_where_they_are_compared(project: Project) -> None:
    (text,) = matched(project, ASKED, on="['method', 'body']")
    assert "  body.model  line 7, column 21\n    - gpt-4o-mini\n    + gpt-4o\n" in text


def test_matchers_of_the_project_are_named(project: Project) -> None:
    source = ASKED.replace(
        "@vcr",
        "def same_user(one, other):\n    return False\n\nVCR = vcr.VCR()\nVCR.register_matcher('same_user', same_user)\n\n@VCR",
    )
    (text,) = matched(project, source, on="['method', 'same_user']")
    assert text == "interaction 0 would match, but for the project's own matchers: same_user"
    (text,) = matched(project, source, on="['query', 'same_user']")
    assert text.endswith("\nmatchers of the project, which are not explained here: same_user")


def test_a_recording_that_was_played_is_told(project: Project) -> None:
    source = ASKED.replace('"?user=2"', '"?user=1"').replace(
        "    try:", "    httpx.post({url!r} + '?user=1')\n    try:"
    )
    (text,) = matched(project, source)
    assert text.startswith(
        f"POST {project.model.url}?user=1 matches interaction 0, answer.yaml:3, which was played\n"
        "a recording is played once: record the request once more, or let the player repeat it\n"
    )


def test_other_failures_are_told_nothing_of_it(project: Project) -> None:
    source = ASKED.replace("?user=2", "?user=1")
    assert matched(project, source, after="finally: assert 1 == 2") == []
    assert matched(project, ASKED.replace("answer.yaml", "none.yaml")) == []  # VCR.py says that there is none
