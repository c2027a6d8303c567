"""Secrets that are nowhere but where they belong: whoever finds one elsewhere has found a leak."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

PIN = "86427531"
WRONG_PIN = "97531864"
TRANSFER_PIN = "75318642"
TOKEN = "Q2FuYXJ5VG9rZW4"
TURN_PASSWORD = "Q2FuYXJ5VHVybg"
CANARIES = (PIN, WRONG_PIN, TRANSFER_PIN, TOKEN, TURN_PASSWORD)

SINKS = {
    "log": "the log file",
    "debug-log": "what every library logs at its loudest",
    "record": "the recording",
    "crash": "the crash report",
    "": "every other file below the home folder",
    "/terminal": "the terminal: screen, journal, title",
    "/output": "standard output and error",
    "/node": "requests, but where the API has the secret",
    "/cmdline": "arguments, in /proc, children included",
    "/environ": "environments, in /proc, children included",
}
"""Where secrets are looked for: how a file's name begins, or what else it is, and what that is."""


def sung(data: bytes) -> list[str]:
    """The canaries in `data`."""
    return [one for one in CANARIES if one.encode() in data]


def leaks(folders: Iterable[Path], *, but: Iterable[str] = ()) -> Iterator[tuple[Path, list[str]]]:
    """Every file below `folders` that holds a canary, but those of these names."""
    for folder in folders:
        for path in folder.rglob("*"):
            is_plain = path.is_file() and not path.is_symlink()
            if is_plain and path.name not in but and (found := sung(path.read_bytes())):
                yield path, found
