"""What users install: the wheel, in an environment that has nothing but what it asks for, run from a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from cassette_tools.cli import main

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")


def run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A command that sees neither the checkout nor the environment of the tests."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("hatchling.build", reason="hatchling builds the wheel")
    folder = tmp_path_factory.mktemp("wheel")
    offline = ("--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--wheel-dir", str(folder))
    done = run(*PIP, "wheel", *offline, str(ROOT), cwd=folder)
    assert done.returncode == 0, done.stderr
    (built,) = folder.iterdir()
    return built


def installed(wheel: Path, folder: Path) -> Path:
    """The folder of programs of a new environment that has the wheel, with what it depends on."""
    folder.mkdir()
    assert run(sys.executable, "-m", "venv", "--without-pip", ".", cwd=folder).returncode == 0
    there = ("--quiet", "--python", str(folder / "bin" / "python"))
    if (uv := program("uv")) is not None:  # in a tenth of the time, most of which pip waits for the index
        done = run(uv, "pip", "install", *there, str(wheel), cwd=folder)
    else:
        quickly = ("--no-compile", "--retries", "0", "--timeout", "15")
        done = run(*PIP, *there, "install", *quickly, str(wheel), cwd=folder)
    require_packages(done)
    return folder / "bin"


def program(name: str) -> str | None:
    """One of the environment of the tests, or of the machine."""
    return shutil.which(name, path=os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])))


def require_packages(done: subprocess.CompletedProcess[str]) -> None:
    """Skips where the packages that the wheel depends on cannot be fetched."""
    if done.returncode and ("No matching distribution" in done.stderr or "onnect" in done.stderr):
        pytest.skip("the packages that the wheel depends on cannot be fetched here, so that it cannot be installed")
    assert done.returncode == 0, done.stderr


KINDS = (".py", ".html", ".css", ".js")


def test_it_holds_the_package_and_the_schemas_and_nothing_else(wheel: Path) -> None:
    package = [path for path in (ROOT / "cassette_tools").rglob("*") if path.suffix in KINDS or path.name == "py.typed"]
    expected = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in package}
    expected |= {f"cassette_tools/schemas/{path.name}": path.read_bytes() for path in (ROOT / "schemas").iterdir()}
    manual = f"{'-'.join(wheel.name.split('-')[:2])}.data/data/share/man/man1/cassette.1"
    expected[manual] = (ROOT / "docs" / "cassette.1").read_bytes()
    with zipfile.ZipFile(wheel) as archive:
        found = {name: archive.read(name) for name in archive.namelist() if ".dist-info/" not in name}
    assert {name for name in found if expected.get(name) != found[name]} == set()
    assert expected.keys() == found.keys()
    kinds = ("cassette_tools/_compiled/", "cassette_tools/schemas/")
    assert [kind for kind in kinds if sum(name.startswith(kind) for name in found) < 15] == []


NEW = str(SAMPLES / "readme" / "new.yaml")
COMMANDS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (0, ("--help",)),
    (0, ("--version",)),
    (1, ("lint", "--no-cache", str(SAMPLES / "rules" / "secret-in-stream" / "bad.yaml"))),
    (1, ("lint", "--no-cache", "--format", "sarif", str(SAMPLES / "rules" / "schema-violation" / "bad.yaml"))),
    (0, ("lint", "--no-cache", NEW)),
    (1, ("diff", str(SAMPLES / "readme" / "old.yaml"), NEW)),
    (1, ("diff", "--format", "html", str(SAMPLES / "readme" / "old.yaml"), NEW)),
    (0, ("show", NEW)),
    (0, ("show", "--format", "json", NEW)),
    (0, ("show", str(SAMPLES / "formats" / "har" / "chat.har"))),
    (1, ("normalize", "--check", str(SAMPLES / "normalize" / "recorded"))),
    (0, ("convert", NEW, "--to", "vcrpy")),
    (0, ("convert", NEW, "--to", "har")),
    (0, ("rules", "secret-in-stream")),
    (0, ("schema", "show")),
    (2, ("show", "no-such-file.yaml")),
)


def test_it_works_where_nothing_else_is_installed(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One test, since what it installs takes longer than all the rest."""
    programs, folder = installed(wheel, tmp_path / "bare"), tmp_path / "elsewhere"
    shutil.copytree(SAMPLES / "normalize" / "recorded", folder / "cassettes")
    for status, words in COMMANDS:
        done = run(str(programs / "cassette"), *words, cwd=folder)
        with monkeypatch.context() as patch:
            patch.chdir(folder)
            main(list(words))
        assert (words, done.returncode, (done.stdout, done.stderr)) == (words, status, capsys.readouterr())

    done = run(str(programs / "python"), "-m", "cassette_tools", "--help", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    place = run(str(programs / "python"), "-c", "import cassette_tools; print(cassette_tools.__file__)", cwd=folder)
    assert Path(place.stdout).is_relative_to(programs.parent)

    done = run(str(programs / "cassette"), "normalize", "cassettes", cwd=folder)
    assert done.returncode == 0, done.stderr
    again = run(str(programs / "cassette"), "normalize", "--check", "cassettes", cwd=folder)
    assert (again.returncode, again.stdout) == (0, "")


def run_checkout(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    start = f"import sys; sys.path[0] = {str(ROOT)!r}; from cassette_tools.cli import entry; entry()"
    return run(sys.executable, "-c", start, *words, cwd=cwd)


@pytest.mark.parametrize(
    "runner", [("pipx", "run", "--spec"), ("uvx", "--from")], ids=lambda words: words[0] if words else ""
)
def test_it_runs_without_being_installed(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runner: tuple[str, ...]
) -> None:
    name, *words = runner
    found = program(name)
    if found is None:
        pytest.skip(f"no {name} here; `make peers` installs it")
    monkeypatch.setenv("PIPX_HOME", str(tmp_path / "pipx"))
    done = run(found, *words, str(wheel), "cassette", "show", NEW, cwd=tmp_path)
    require_packages(done)
    assert done.stdout == run_checkout("show", NEW, cwd=tmp_path).stdout
