"""A terminal is asked what it can do, and comes back as it was."""

from __future__ import annotations

import os
import pty
import re
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pexdash.ui.framework.terminal_answers import Answers, answers_in, ask_terminal

EVERYTHING = (
    "\x1b[?2026;2$y\x1b[?1006;1$y\x1b[?2004;2$y\x1b[?0u\x1b]11;rgb:0000/0000/0000\x1b\\"
    "\x1bP>|a terminal(1.2)\x1b\\\x1b_Gi=31;OK\x1b\\\x1b[?62;4;22c"
)
ASKED = re.compile(rb"\x1b\[c")


@contextmanager
def a_terminal(answer: bytes) -> Iterator[tuple[int, bytearray]]:
    """A terminal that answers so once it has been asked everything, and what it was asked."""
    master, slave = pty.openpty()
    asked = bytearray()

    def reply() -> None:
        while not ASKED.search(asked):
            asked.extend(os.read(master, 1024))
        os.write(master, answer)

    replying = threading.Thread(target=reply, daemon=True)
    replying.start()
    try:
        yield slave, asked
    finally:
        replying.join()
        os.close(slave)
        os.close(master)


def test_all_answers_are_read() -> None:
    with a_terminal(EVERYTHING.encode()) as (terminal, _):
        assert ask_terminal(terminal, pictures=True) == Answers(
            answered=True,
            name="a terminal(1.2)",
            synchronized=True,
            mouse=True,
            paste=True,
            keyboard=True,
            kitty_pictures=True,
            sixel=True,
            ground="rgb:0000/0000/0000",
        )


def test_the_terminal_is_as_it_was_and_shows_no_answer() -> None:
    with a_terminal(EVERYTHING.encode()) as (terminal, asked):
        before = termios.tcgetattr(terminal)
        ask_terminal(terminal, pictures=True)
        assert termios.tcgetattr(terminal) == before
    assert b"1.2" not in asked, "an echo of the answer"


def test_a_terminal_that_says_little_is_not_waited_for() -> None:
    with a_terminal(b"\x1b[?6c") as (terminal, _):
        # A wait for what does not come would be seen: the test would take that long.
        assert ask_terminal(terminal, pictures=True, seconds=3600) == Answers(answered=True)


def test_one_that_says_nothing_is_given_up() -> None:
    with a_terminal(b"") as (terminal, _):
        assert ask_terminal(terminal, pictures=True, seconds=0.01) == Answers()


@pytest.mark.parametrize("pictures", [True, False])
def test_pictures_are_asked_for_where_nothing_stands_between(pictures: bool) -> None:
    with a_terminal(b"\x1b[?6c") as (terminal, asked):
        ask_terminal(terminal, pictures=pictures)
    assert (b"\x1b_G" in asked) is pictures


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("", Answers()),
        ("keys that were typed", Answers(answered=True)),
        ("\x1b[?2026;0$y\x1b[?1006;4$y", Answers(True, synchronized=False, mouse=False)),
        ("\x1b[?64;1;2c", Answers(True)),
        ("\x1b[?4c", Answers(True)),
        ("\x1b_Gi=31;ENOTSUPPORTED\x1b\\", Answers(True)),
        ("x\x1b[?62;22;4cy", Answers(True, sixel=True)),
    ],
)
def test_the_answers_mean_what_their_protocols_say(text: str, answers: Answers) -> None:
    assert answers_in(text) == answers
