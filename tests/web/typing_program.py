"""A program on a terminal that says what it is told: its environment, its size, what is typed."""

from __future__ import annotations

import fcntl
import os
import signal
import struct
import sys
import termios
import tty


def _say(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\r\n").encode())


def _say_size(*_: object) -> None:
    lines, columns, _, _ = struct.unpack("HHHH", fcntl.ioctl(0, termios.TIOCGWINSZ, bytes(8)))
    _say("size", columns, lines)


def _read() -> bytes:
    try:
        return os.read(0, 4096)
    except OSError:
        while "stay" in sys.argv:
            signal.pause()
        return b""


def main() -> None:
    """Say it until `q` comes; with the word `stay`, go on when the terminal is gone."""
    tty.setraw(0)
    if "stay" in sys.argv:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    _say("process", os.getpid(), os.getppid())
    _say("environment", *sorted(os.environ))
    _say("pin", os.environ.get("PEXDASH_PIN", ""))
    _say("words", *sys.argv[1:])
    signal.signal(signal.SIGWINCH, _say_size)
    _say_size()
    while typed := _read():
        _say("typed", ascii(typed.decode()))
        if typed == b"q":
            _say("bye")
            return


if __name__ == "__main__":
    main()
