"""Whether this computer speaks IPv6."""

from __future__ import annotations

import socket


def _can_listen() -> bool:
    """Whether a port of ::1 can be listened on, asked without what is tested."""
    try:
        with socket.socket(socket.AF_INET6) as listener:
            listener.bind(("::1", 0))
    except OSError:
        return False
    return True


HAS_IPV6 = _can_listen()
