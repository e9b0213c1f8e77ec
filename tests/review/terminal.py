"""`cassette review` at a real terminal: keys go in when it waits for one, and what it shows comes back."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
import warnings
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NoReturn

from cassette_tools.cli import entry

PATIENCE = 60  # seconds for a key to be waited for: a machine may be slow
QUESTION = b"accept, reject, skip, details, quit, help? "
ENVIRONMENT = {"PATH": os.environ["PATH"], "TERM": "xterm", "NO_COLOR": "1", "PYTHONPATH": os.pathsep.join(sys.path)}


class Started:
    """The program as a user starts it."""

    def __init__(self, top: Path, words: Iterable[str], environment: Mapping[str, str], terminal: int) -> None:
        self._process = subprocess.Popen(
            (sys.executable, "-m", "cassette_tools", "review", *words),
            cwd=top,
            env=environment,
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            start_new_session=True,
        )
        self.number = self._process.pid

    def status(self) -> int | None:
        """That with which it ended; ``None`` while it runs."""
        return self._process.poll()


class Forked:
    """The program in a copy of this process, which has imported what takes longer than most reviews."""

    def __init__(self, top: Path, words: Iterable[str], environment: Mapping[str, str], terminal: int) -> None:
        self._status: int | None = None
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", DeprecationWarning
            )  # of the threads of pytest-xdist: none holds a lock of ours
            self.number = os.fork()
        if not self.number:
            try:
                _become(top, words, environment, terminal)
            finally:
                os._exit(99)

    def status(self) -> int | None:
        if self._status is None:
            number, ended = os.waitpid(self.number, os.WNOHANG)
            self._status = os.waitstatus_to_exitcode(ended) if number else None
        return self._status


def _become(top: Path, words: Iterable[str], environment: Mapping[str, str], terminal: int) -> NoReturn:
    os.setsid()
    for number in range(3):
        os.dup2(terminal, number)
    streams = [open(number, mode, encoding="utf-8") for number, mode in enumerate("rww")]  # noqa: SIM115 - for good
    sys.stdin, sys.stdout, sys.stderr = streams
    os.chdir(top)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["cassette", "review", *words]
    entry()


class Terminal:
    """A program on a terminal of 80 columns."""

    def __init__(
        self, top: Path, *words: str, program: type[Forked] | type[Started] = Forked, **environment: str
    ) -> None:
        self._master, self._slave = pty.openpty()
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self._seen, self._asked = b"", 0
        self._before = termios.tcgetattr(self._slave)
        self._process = program(top, words, ENVIRONMENT | environment, self._slave)

    def press(self, keys: Iterable[str]) -> None:
        """Each key when the program waits for one; it takes no notice of what is typed before."""
        for key in keys:
            self.wait()
            os.write(self._master, key.encode())
            self._asked += 1

    def wait(self) -> None:
        """Until the next question is asked, and the program waits for a key."""
        self._until(lambda: self._seen.count(QUESTION) > self._asked and self._is_waiting())

    def stop(self, number: signal.Signals) -> None:
        self.wait()
        os.kill(self._process.number, number)

    def end(self) -> tuple[int, str]:
        """The exit status, and all that was shown; the terminal is as it was."""
        self._until(lambda: self._process.status() is not None)
        self._read()
        after = termios.tcgetattr(self._slave)
        os.close(self._slave)
        os.close(self._master)
        assert after == self._before
        shown = self._seen.decode().rpartition("\r\x1b[K")[2]  # without the line that says how far it is
        status = self._process.status()
        assert status is not None
        return status, shown.replace("\r\n", "\n")

    def _is_waiting(self) -> bool:
        return not termios.tcgetattr(self._slave)[3] & termios.ICANON

    def _until(self, is_so: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < end, self._seen.decode()
            self._read()
            if self._process.status() is not None:
                return

    def _read(self) -> None:
        while select.select([self._master], [], [], 0.005)[0]:
            self._seen += os.read(self._master, 65_536)


def reviewed(
    top: Path,
    keys: Iterable[str],
    *words: str,
    program: type[Forked] | type[Started] = Forked,
    **environment: str,
) -> tuple[int, str]:
    """The exit status and the transcript of a review in which these keys are pressed."""
    terminal = Terminal(top, *words, program=program, **environment)
    terminal.press(keys)
    return terminal.end()
