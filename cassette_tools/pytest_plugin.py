"""pytest: a test fails when the cassette it used has findings, or when recording it again changed what it means.

``--cassette-lint`` and ``--cassette-drift`` (or the ini options `cassette_lint` and `cassette_drift`) do it for every
test; the fixture `cassette_drift` for one. Which cassettes a test uses is seen where VCR.py loads them, so it is all
one whether pytest-recording, a decorator or the test itself opens them. Players other than VCR.py name theirs in the
hook `pytest_cassette_paths`.

A test that fails because VCR.py had no recording for its request is told which one comes nearest, and what keeps it
away, as `cassette match` tells it.

pytest imports this module in every run: what costs is imported when it is asked for.
"""

from __future__ import annotations

import os
import sys

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from typing import Any

    from cassette_tools.integrations._watch import Used

_CONFIGURED = "configured"
_OFF = "off"
_LINT = ("error", "warning", "note")
_DRIFT = ("breaking", "behavior", "shape", "cosmetic", "noise")


class Hooks:
    """The hook that this plugin asks others for."""

    @pytest.hookspec
    def pytest_cassette_paths(self, item: pytest.Item) -> list[str]:  # type: ignore[empty-body]
        """The paths of cassettes that a test uses, where it is not VCR.py that opens them. Called before the test."""


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    pluginmanager.add_hookspecs(Hooks)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("cassette", "recorded LLM HTTP traffic (cassette-tools)")
    for name, levels, what in (
        ("lint", _LINT, "a test fails when its cassette has findings at or above LEVEL"),
        ("drift", _DRIFT, "a test that is recorded again fails when the cassette drifted at or above LEVEL"),
    ):
        group.addoption(
            f"--cassette-{name}",
            nargs="?",
            const=_CONFIGURED,
            default=None,
            metavar="LEVEL",
            help=f"{what}: {', '.join(levels)}; without LEVEL as the configuration's fail-on says; off: not at all",
        )
        parser.addini(f"cassette_{name}", f"the same as --cassette-{name}=LEVEL", default="")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(
        Checks(config, lint=_level(config, "lint", _LINT), drift=_level(config, "drift", _DRIFT)), Checks.NAME
    )


def _level(config: pytest.Config, name: str, levels: tuple[str, ...]) -> str | None:
    """What the command line says, else the ini file; ``None`` for off."""
    value = config.getoption(f"cassette_{name}") or config.getini(f"cassette_{name}") or _OFF
    if value not in (*levels, _CONFIGURED, _OFF):
        raise pytest.UsageError(
            f"cassette_{name}: {value!r} is no level; expected {', '.join(levels)}, {_CONFIGURED} or {_OFF} "
            f"(before a path write --cassette-{name}={_CONFIGURED})"
        )
    return None if value == _OFF else value


@pytest.fixture
def cassette_drift(request: pytest.FixtureRequest) -> CassetteDrift:
    """Fail on drift: ``cassette_drift(old, new)`` compares two files now; ``cassette_drift()`` compares, when the
    test is over, what it has recorded with what its cassettes held before; with one path, only that cassette.

    `fail_on` is the level (``behavior``, or that of the configuration), `profile` as for `cassette diff`. A test that
    only replays has no drift.
    """
    checks = request.config.pluginmanager.get_plugin(Checks.NAME)
    assert isinstance(checks, Checks)
    return checks.asked


class CassetteDrift:
    """The fixture's value: what one test asks for."""

    def __init__(self, checks: Checks) -> None:
        self._checks = checks
        self.expected: list[tuple[str | None, str, str | None]] = []  # path, level, profile

    def __call__(
        self,
        old: str | os.PathLike[str] | None = None,
        new: str | os.PathLike[str] | None = None,
        *,
        fail_on: str | None = None,
        profile: str | None = None,
    ) -> None:
        if fail_on is not None and fail_on not in _DRIFT:
            raise ValueError(f"fail_on: {fail_on!r} is no level; expected one of {', '.join(_DRIFT)}")
        level = fail_on or _CONFIGURED
        if new is None:
            path = None if old is None else os.path.abspath(old)
            self.expected.append((path, level, profile))
            return
        if old is None:
            raise TypeError("new without old: name the stored recording, too")
        text = self._checks.drift_of(_side(old), _side(new), level, profile)
        if text is not None:
            pytest.fail(text, pytrace=False)


class Checks:
    """What a run was asked for, and the test that runs."""

    NAME = "cassette-checks"

    def __init__(self, config: pytest.Config, *, lint: str | None, drift: str | None) -> None:
        from cassette_tools.integrations._watch import Watch

        self._folder = str(config.invocation_params.dir)
        self._lint = lint
        self._drift = drift
        self._watch = Watch()
        self._is_cut = False  # the test did not come to its end
        self._settings: Any = None
        self.asked = CassetteDrift(self)
        if lint or drift:
            self._configuration()  # here and now: a test may go to another folder

    # --- the test ---------------------------------------------------------------------------------------------------

    def _is_watching(self, item: pytest.Item) -> bool:
        return bool(self._lint or self._drift or "cassette_drift" in getattr(item, "fixturenames", ()))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self.asked.expected.clear()
        self._is_cut = True
        if self._is_watching(item):
            self._watch.begin()
            for paths in item.ihook.pytest_cassette_paths(item=item):
                for path in paths:
                    self._watch.note(os.fspath(path))

    @pytest.hookimpl(tryfirst=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> None:
        """pytest-recording deletes a cassette that is to be written anew before VCR.py looks for it, and reads those
        that a marker adds by itself.
        """
        if fixturedef.argname != "vcr" or fixturedef.scope != "function" or not self._is_watching(request.node):
            return
        try:
            folder = str(request.getfixturevalue("vcr_cassette_dir"))
            name = str(request.getfixturevalue("default_cassette_name"))
        except pytest.FixtureLookupError:  # somebody else's fixture
            return
        for marker in request.node.iter_markers("vcr"):
            for path in marker.args:
                self._watch.note(os.path.join(folder, path))
        folder, name = os.path.split(os.path.join(folder, name))
        if os.path.isdir(folder):
            self._watch.keep(entry.path for entry in os.scandir(folder) if _is_named(entry.name, name))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """What stands in its file by now is judged here, so that the test is a failed one."""
        try:
            result = yield
        except (Exception, pytest.fail.Exception):
            if self._is_watching(item):  # perhaps it is the reason
                for text in self._texts(is_over=False):
                    item.add_report_section("call", "cassette", text)
            raise
        self._is_cut = False
        self._judge(item, is_over=False)
        return result

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """A fixture writes its cassette when it is torn down."""
        result = yield
        self._judge(item, is_over=True)
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, Any]:
        """A test whose request VCR.py had no recording for says which one came nearest, and what kept it away."""
        report = yield
        if call.excinfo is not None and "vcr.errors" in sys.modules:
            from cassette_tools.integrations._unmatched import explanation

            text = explanation(call.excinfo.value, self._shown)
            if text is not None:
                report.sections.append(("cassette match", text))
        return report

    def pytest_unconfigure(self) -> None:
        self._watch.end()

    # --- the verdict ------------------------------------------------------------------------------------------------

    def _judge(self, item: pytest.Item, *, is_over: bool) -> None:
        if not self._is_watching(item):
            return
        texts = list(self._texts(is_over=is_over))
        if texts:
            pytest.fail("\n\n".join(texts), pytrace=False)

    def _texts(self, *, is_over: bool) -> Iterator[str]:
        for used, content in self._watch.written():
            if self._lint is not None:
                from cassette_tools.integrations._verdicts import lint_verdict

                settings = self._configuration().lint
                level = settings.fail_on if self._lint == _CONFIGURED else self._lint
                text = lint_verdict(content, self._shown(used.path), level, settings)
                if text is not None:
                    yield text
            if used.stored is not None and content != used.stored:
                yield from self._drifts(used, content)
        if is_over and not self._is_cut:
            for path, _level, _profile in self.asked.expected:
                if not self._watch.used if path is None else path not in self._watch.used:
                    yield f"cassette_drift: the test opened no cassette{'' if path is None else ' ' + path}"

    def _drifts(self, used: Used, content: bytes) -> Iterator[str]:
        asked = [(level, profile) for path, level, profile in self.asked.expected if path in (None, used.path)]
        if not asked and self._drift is not None:
            asked = [(self._drift, None)]
        shown = self._shown(used.path)
        assert used.stored is not None
        for level, profile in asked:
            text = self.drift_of((used.stored, f"{shown} (stored)"), (content, shown), level, profile)
            if text is not None:
                yield (
                    f"{text}\n\nThe new recording stands in {shown}. `cassette diff HEAD {shown}` shows all of it;\n"
                    f"`git checkout -- {shown}` takes back what was committed."
                )

    def drift_of(self, old: tuple[bytes, str], new: tuple[bytes, str], level: str, profile: str | None) -> str | None:
        """The report on two recordings (content and name) that drifted at a level."""
        from cassette_tools.integrations._verdicts import drift_verdict

        settings = self._configuration().diff
        return drift_verdict(old, new, settings.fail_on if level == _CONFIGURED else level, profile, settings)

    def _configuration(self) -> Any:
        if self._settings is None:
            from cassette_tools.config import load_config
            from cassette_tools.errors import ConfigError

            try:
                self._settings = load_config()
            except ConfigError as error:
                raise pytest.UsageError(error.located()) from error
        return self._settings

    def _shown(self, path: str) -> str:
        """The path as a person in the folder where pytest was started writes it."""
        shown = os.path.relpath(path, self._folder)
        return path if shown.startswith(os.pardir) else shown


def _side(path: str | os.PathLike[str]) -> tuple[bytes, str]:
    with open(path, "rb") as stream:
        return stream.read(), os.fspath(path)


def _is_named(file: str, name: str) -> bool:
    """Whether pytest-recording calls a cassette so: it adds a suffix, and cuts what is too long for the file system."""
    return name in (file, os.path.splitext(file)[0]) or (len(name) > 150 and file.startswith(name[:150]))
