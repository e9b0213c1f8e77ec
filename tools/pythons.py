"""Run the tests of reading on every other version of Python that is here, and say which these are.

    python tools/pythons.py

A version is looked for on PATH, among those of pyenv, and last in Debian's testing release, from which it is unpacked
into build/. Each gets an environment in build/ with what these tests need, the group `pythons` of pyproject.toml. The
exit status is 1 when a test failed; a version that is nowhere, or into which nothing can be installed, is named.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VERSIONS = ("3.14", "3.13", "3.12")  # the newest first; beside 3.11, on which all tests run
DEBIAN = ROOT / "build" / "debian-python"
FOLDERS = ("tests/source", "tests/wire", "tests/formats")


def candidates(version: str) -> Iterator[str]:
    on_path = shutil.which(f"python{version}")
    if on_path is not None:
        yield on_path
    for path in sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python")):
        yield str(path)
    if (unpacked := from_debian(f"python{version}")) is not None:
        yield unpacked


def from_debian(name: str) -> str | None:
    """An interpreter of Debian's testing release. It keeps to the C library that was unpacked with it, since this
    machine's may be older.
    """
    program, libraries = DEBIAN / "usr" / "bin" / name, DEBIAN / "usr" / "lib" / f"{platform.machine()}-linux-gnu"
    if program.exists():
        return str(program)
    if shutil.which("apt-get") is None:
        return None
    fetch = ["sh", str(ROOT / "tools" / "from_debian_testing.sh"), str(DEBIAN), name, "patchelf"]
    if subprocess.run(fetch, capture_output=True, check=False).returncode:
        return None
    loader, patched = next(libraries.glob("ld-linux*")), program.with_name("patched")
    shutil.copy(program, patched)
    patchelf = [str(loader), "--library-path", str(libraries), str(DEBIAN / "usr" / "bin" / "patchelf")]
    for change in (["--force-rpath", "--set-rpath", str(libraries)], ["--set-interpreter", str(loader)]):
        subprocess.run([*patchelf, *change, str(patched)], check=True)  # one by one: patchelf 0.18 spoils it at once
    patched.replace(program)
    return str(program)


def full_version(python: str) -> str:
    """What an interpreter says of itself; nothing where it is only a stand-in for one."""
    program = "import sys; print('%d.%d.%d' % sys.version_info[:3])"
    done = subprocess.run([python, "-c", program], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def environment(python: str, folder: Path) -> bool:
    """Whether an environment with what the tests need could be made."""
    packages = [".", "--group", "pythons"]
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(folder), "install", "--quiet"]
    made = subprocess.run([python, "-m", "venv", "--without-pip", "--clear", str(folder)], check=False)
    return made.returncode == 0 and subprocess.run([*pip, *packages], cwd=ROOT, check=False).returncode == 0


def outcome(version: str) -> tuple[str, bool]:
    """What to say of a version, and whether a test failed."""
    python = next(filter(full_version, candidates(version)), None)
    if python is None:
        return f"Python {version}: not here", False
    name, folder = f"Python {full_version(python)}", ROOT / "build" / f"python-{version}"
    if not environment(python, folder):
        return f"{name}: what the tests need cannot be installed", False
    done = subprocess.run([str(folder / "bin" / "python"), "-m", "pytest", *FOLDERS], cwd=ROOT, check=False)
    return f"{name}: {', '.join(FOLDERS)} {'failed' if done.returncode else 'passed'}", bool(done.returncode)


def main() -> int:
    status = 0
    for version in VERSIONS:
        said, failed = outcome(version)
        print(said, flush=True)
        status = max(status, int(failed))
    return status


if __name__ == "__main__":
    sys.exit(main())
