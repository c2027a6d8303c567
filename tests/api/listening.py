"""Whether somebody could still come back to the address of a sign-in."""

from __future__ import annotations

import socket

from pexdash.api.loopback import Loopback


def is_listening(loopback: Loopback) -> bool:
    """Whether a browser reaches the port of `loopback`."""
    try:
        socket.create_connection(("127.0.0.1", loopback.port), 5).close()
    except ConnectionRefusedError:
        return False
    return True
