"""Tokens on the bus, sealed so that only collectors with the same key can read them.

Each subject has a key of its own, so that what was sealed for one is of no use in another's place,
and ten thousand tokens that are sealed anew every minute for years do not wear a key out.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from collections.abc import Callable
from pathlib import Path

from pexdash.errors import BusFault, NoBus, UsageFault
from pexdash.files import shown_path

try:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
except ImportError as missing:
    raise NoBus("the bus needs more packages: pip install 'pexdash[bus]'") from missing

KEY_BYTES = 32
_NONCE_BYTES = 12
_PLAIN, _SEALED = b"\0", b"\1"
"""The first byte tells how the rest is to be read."""
_OTHERS_MAY = 0o077  # the rights of a file for anybody but its owner
_MAKE = "make one by: (umask 077; head -c 32 /dev/urandom | base64 > tokens.key)"


class Seal:
    """Seals and opens by one key; without a key what is sealed is only marked as readable.

    `random_bytes` gives as many bytes that nobody can guess.
    """

    def __init__(
        self, key: bytes | None, random_bytes: Callable[[int], bytes] = os.urandom
    ) -> None:
        self._key = key
        self._random_bytes = random_bytes

    def seal(self, subject: str, payload: bytes) -> bytes:
        """A payload as it is stored in a subject."""
        if self._key is None:
            return _PLAIN + payload
        nonce = self._random_bytes(_NONCE_BYTES)
        return _SEALED + nonce + self._cipher(subject).encrypt(nonce, payload, subject.encode())

    def open(self, subject: str, sealed: bytes) -> bytes:
        """The payload; raises BusFault for what another key sealed, or for another subject."""
        how, rest = sealed[:1], sealed[1:]
        if how == _PLAIN:
            return rest
        if how != _SEALED:
            raise BusFault(f"what is stored in {subject} is no token that this version can read")
        if self._key is None:
            raise BusFault(f"the token in {subject} is sealed: give this collector token_key_file")
        try:
            return self._cipher(subject).decrypt(
                rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], subject.encode()
            )
        except (InvalidTag, ValueError) as fault:
            raise BusFault(
                f"the token in {subject} is sealed by another key: "
                "all collectors of a fleet need the same token_key_file"
            ) from fault

    def _cipher(self, subject: str) -> ChaCha20Poly1305:
        assert self._key is not None
        return ChaCha20Poly1305(hmac.digest(self._key, subject.encode(), "sha256"))


def read_key(path: Path) -> bytes:
    """The key of a file: 32 bytes in base64, which nobody but its owner may read.

    Raises UsageFault for any other file.
    """
    shown = shown_path(path)
    try:
        with path.open("rb") as file:
            rights = os.fstat(file.fileno()).st_mode
            text = file.read(4096)
    except OSError as fault:
        raise UsageFault(f"{shown} cannot be read: {fault.strerror}") from fault
    if os.name == "posix" and rights & _OTHERS_MAY:
        raise UsageFault(f"{shown} can be read by others: chmod 600 {shown}")
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise UsageFault(f"{shown} is no key of 32 bytes in base64: {_MAKE}")
    return key
