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
from collections.abc import Callable, Iterable
from pathlib import Path

PATIENCE = 60  # seconds for a key to be waited for: a machine may be slow
QUESTION = b"accept, reject, skip, details, quit, help? "
ENVIRONMENT = {"PATH": os.environ["PATH"], "TERM": "xterm", "NO_COLOR": "1", "PYTHONPATH": os.pathsep.join(sys.path)}


class Terminal:
    """A program on a terminal of 80 columns."""

    def __init__(self, top: Path, *words: str, **environment: str) -> None:
        self._master, self._slave = pty.openpty()
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self._seen, self._asked = b"", 0
        self._before = termios.tcgetattr(self._slave)
        self.process = subprocess.Popen(
            (sys.executable, "-m", "cassette_tools", "review", *words),
            cwd=top,
            env=ENVIRONMENT | environment,
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            start_new_session=True,
        )

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
        self.process.send_signal(number)

    def end(self) -> tuple[int, str]:
        """The exit status, and all that was shown; the terminal is as it was."""
        self._until(lambda: self.process.poll() is not None)
        self._read()
        after = termios.tcgetattr(self._slave)
        os.close(self._slave)
        os.close(self._master)
        assert after == self._before
        shown = self._seen.decode().rpartition("\r\x1b[K")[2]  # without the line that says how far it is
        return self.process.returncode, shown.replace("\r\n", "\n")

    def _is_waiting(self) -> bool:
        return not termios.tcgetattr(self._slave)[3] & termios.ICANON

    def _until(self, is_so: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < end, self._seen.decode()
            self._read()
            if self.process.poll() is not None:
                return

    def _read(self) -> None:
        while select.select([self._master], [], [], 0.005)[0]:
            self._seen += os.read(self._master, 65_536)


def reviewed(top: Path, keys: Iterable[str], *words: str, **environment: str) -> tuple[int, str]:
    """The exit status and the transcript of a review in which these keys are pressed."""
    terminal = Terminal(top, *words, **environment)
    terminal.press(keys)
    return terminal.end()
