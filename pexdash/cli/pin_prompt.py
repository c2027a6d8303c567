"""Asks for a PIN on the terminal without echo, for commands without a full screen."""

from __future__ import annotations

import asyncio
import os
import termios
from collections.abc import Iterator
from contextlib import contextmanager

from pexdash.cli.given_secrets import pin_of
from pexdash.errors import PinRequired
from pexdash.secret import Secret
from pexdash.session.membership.invitation import NO_PIN, AskPin, Invitation, PinQuestion
from pexdash.text import clean

_ECHO = 3  # the index of the local modes in the list that tcgetattr returns


def asking_on_terminal(invitation: Invitation) -> AskPin:
    """Make the function that asks for the PIN, if `invitation` has none.

    The function raises PinRequired where the PIN of `invitation` is wrong, where there is no
    terminal, and for an empty answer where Guests need a PIN. A node that a link has named gets
    only what is typed.
    """

    async def ask(question: PinQuestion) -> Secret:
        refused = PinRequired(
            _refusal(invitation, question),
            guest_needs_pin=question.guest_needs_pin,
            wrong=question.wrong,
        )
        if invitation.pin and not invitation.is_node_pasted and not question.alias:
            raise refused
        try:
            terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
        except OSError:
            raise refused from None
        try:
            alias = question.alias or invitation.alias
            pin = pin_of(await _unseen_line(terminal, _prompt(alias, question)))
        finally:
            os.close(terminal)
        if pin is not None:
            return pin
        if question.guest_needs_pin:
            raise refused
        return NO_PIN

    return ask


def _refusal(invitation: Invitation, question: PinQuestion) -> str:
    if question.node:
        return f"the conference asks for a PIN: with --node {question.node} it is sent yours"
    if invitation.pin and not question.alias:
        return "wrong PIN"
    return "the conference asks for a PIN: give it with --pin-file or PEXDASH_PIN"


def _prompt(alias: str, question: PinQuestion) -> str:
    wrong = f"That PIN was wrong; {question.tries_left} tries left. " if question.wrong else ""
    guest = "" if question.guest_needs_pin else " (empty to join as a Guest)"
    node = f" on {question.node}, which the link names" if question.node else ""
    return f"{wrong}PIN for {clean(alias)}{node}{guest}: "


async def _unseen_line(terminal: int, prompt: str) -> str:
    with _no_echo(terminal):
        try:
            return await typed_line(terminal, prompt)
        finally:
            os.write(terminal, b"\n")


async def typed_line(terminal: int, prompt: str) -> str:
    """Read a line typed on `terminal`, after `prompt`; "" where the terminal is closed."""
    loop = asyncio.get_running_loop()
    typed: asyncio.Future[bytes] = loop.create_future()

    def read() -> None:
        try:
            line = os.read(terminal, 1024)
        except OSError:
            line = b""
        if not typed.done():
            typed.set_result(line)

    os.write(terminal, prompt.encode("utf-8", "replace"))
    loop.add_reader(terminal, read)
    try:
        return (await typed).decode("utf-8", "replace")
    finally:
        loop.remove_reader(terminal)


@contextmanager
def _no_echo(terminal: int) -> Iterator[None]:
    before = termios.tcgetattr(terminal)
    silent = termios.tcgetattr(terminal)
    silent[_ECHO] &= ~termios.ECHO
    termios.tcsetattr(terminal, termios.TCSAFLUSH, silent)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, before)
