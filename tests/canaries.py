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
