"""NKeys of users: a seed in a file of the user's own, and the public key that a server knows."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from pexdash.errors import NoBus, UsageFault
from pexdash.files import open_private, shown_path, write_all

try:
    import nkeys
except ImportError as missing:
    raise NoBus("the bus needs more packages: pip install 'pexdash[bus]'") from missing

_SEED_BYTES = 32


def public_key(path: Path, random_bytes: Callable[[int], bytes] = os.urandom) -> str:
    """The public key to the seed in a file, which is made where there is none.

    Raises UsageFault for a file that holds no user's seed, or cannot be made.
    """
    shown = shown_path(path)
    try:
        if not path.exists():
            seed = nkeys.encode_seed(random_bytes(_SEED_BYTES), nkeys.PREFIX_BYTE_USER)
            with os.fdopen(open_private(path, os.O_EXCL), "wb") as opened:
                write_all(opened.fileno(), bytes(seed))
        pair = nkeys.from_seed(bytearray(path.read_bytes().strip()))
        return str(pair.public_key.decode())
    except OSError as fault:
        raise UsageFault(f"{shown} cannot be made: {fault.strerror}") from fault
    except (nkeys.NkeysError, ValueError) as fault:
        raise UsageFault(f"{shown} holds no seed of a user's NKey") from fault
