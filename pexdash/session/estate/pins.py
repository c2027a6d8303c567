"""PINs of a wall's conferences, from the files and programs that its list names."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from pexdash.errors import UsageFault
from pexdash.files import shown_path
from pexdash.secret import Secret
from pexdash.session.estate.wanted import Wanted
from pexdash.text import clean, fits_header, invisible_in, trimmed

COMMAND_SECONDS = 30.0
"""How long a program may take to give a PIN."""
_MOST_BYTES = 4096
_LONGEST_PIN = 64


async def pin_of(wanted: Wanted) -> Secret | None:
    """The PIN of a conference, None where its list names none; raises UsageFault."""
    if wanted.pin_file is not None:
        return _pin(_read(wanted.pin_file), shown_path(wanted.pin_file))
    if wanted.pin_command:
        shown = clean(wanted.pin_command[0])
        return _pin(await _printed_by(wanted.pin_command, shown), shown)
    return None


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES)
    except OSError as fault:
        raise UsageFault(f"{shown_path(path)} cannot be read: {fault.strerror}") from fault


async def _printed_by(command: Sequence[str], shown: str) -> bytes:
    """What a program prints, which is asked for nothing and shows its faults to nobody."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except (OSError, ValueError) as fault:
        why = getattr(fault, "strerror", None) or "its name cannot be"
        raise UsageFault(f"{shown}, which gives the PIN, does not start: {why}") from fault
    try:
        async with asyncio.timeout(COMMAND_SECONDS):
            printed, _ = await process.communicate()
    except TimeoutError as fault:
        raise UsageFault(f"{shown} gave no PIN within {COMMAND_SECONDS:.0f} s") from fault
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise UsageFault(f"{shown} gave no PIN: it ended with {process.returncode}")
    return printed[:_MOST_BYTES]


def _pin(told: bytes, shown: str) -> Secret:
    """The PIN on the first line; raises UsageFault where none can be, and quotes nothing of it."""
    try:
        pin = trimmed(told.decode().strip().partition("\n")[0])
    except UnicodeDecodeError as fault:
        raise UsageFault(f"{shown} holds no PIN: it is no text") from fault
    if not pin:
        raise UsageFault(f"{shown} holds no PIN: it is empty")
    if len(pin) > _LONGEST_PIN or invisible_in(pin) or not fits_header(pin):
        raise UsageFault(f"{shown} holds no PIN: at most 64 plain characters on one line")
    return Secret(pin)
