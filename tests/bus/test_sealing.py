"""Tokens sealed with a key file."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pexdash.bus.sealing import Seal, read_key
from pexdash.errors import BusFault, UsageFault

KEY = bytes(range(32))


@settings(max_examples=30)
@given(st.binary(max_size=200), st.text("pdx.tok19AZ", max_size=40))
def test_what_is_sealed_opens_again_and_shows_nothing(payload: bytes, subject: str) -> None:
    seal = Seal(KEY)
    sealed = seal.seal(subject, payload)
    assert seal.open(subject, sealed) == payload
    assert sealed != seal.seal(subject, payload)
    assert len(payload) < 8 or payload not in sealed


def test_another_key_another_subject_and_a_changed_byte_are_told_in_words() -> None:
    sealed = Seal(KEY).seal("pdx.1.tok.A", b"secret")
    with pytest.raises(BusFault, match="sealed by another key"):
        Seal(KEY[::-1]).open("pdx.1.tok.A", sealed)
    with pytest.raises(BusFault, match=r"pdx\.1\.tok\.B is sealed by another key"):
        Seal(KEY).open("pdx.1.tok.B", sealed)
    for at in range(1, len(sealed)):
        with pytest.raises(BusFault, match="another key"):
            Seal(KEY).open("pdx.1.tok.A", sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :])
        with pytest.raises(BusFault, match="another key"):
            Seal(KEY).open("pdx.1.tok.A", sealed[:at])
    with pytest.raises(BusFault, match="give this collector token_key_file"):
        Seal(None).open("pdx.1.tok.A", sealed)
    for strange in (b"", b"\2abc"):
        with pytest.raises(BusFault, match="no token that this version can read"):
            Seal(KEY).open("pdx.1.tok.A", strange)


def test_without_a_key_it_is_stored_as_it_is_and_a_key_that_comes_later_reads_it() -> None:
    plain = Seal(None).seal("pdx.1.tok.A", b"token")
    assert Seal(None).open("pdx.1.tok.A", plain) == b"token"
    assert Seal(KEY).open("pdx.1.tok.A", plain) == b"token"


def key_file(path: Path, text: bytes, mode: int = 0o600) -> Path:
    path.write_bytes(text)
    path.chmod(mode)
    return path


def test_a_key_is_read_from_a_file_of_ones_own_only(tmp_path: Path) -> None:
    good = base64.b64encode(KEY)
    assert read_key(key_file(tmp_path / "key", good + b"\n")) == KEY
    for text in (good[:-4], b"not base64!", base64.b64encode(KEY + b"1"), b""):
        with pytest.raises(UsageFault, match="no key of 32 bytes in base64: make one by"):
            read_key(key_file(tmp_path / "key", text))
    with pytest.raises(UsageFault, match="cannot be read: No such file"):
        read_key(tmp_path / "none")
    if os.name == "posix":
        with pytest.raises(UsageFault, match="can be read by others: chmod 600"):
            read_key(key_file(tmp_path / "key", good, 0o640))
