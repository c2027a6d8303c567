"""Options by which the system itself ends a connection whose other end is gone."""

from __future__ import annotations

import socket

SocketOption = tuple[int, int, int]
"""Level, name and value, as `socket.setsockopt` takes them."""

_WANTED = (
    ("SOL_SOCKET", "SO_KEEPALIVE", 1),
    ("IPPROTO_TCP", "TCP_KEEPIDLE", 15),
    # What macOS calls TCP_KEEPIDLE.
    ("IPPROTO_TCP", "TCP_KEEPALIVE", 15),
    ("IPPROTO_TCP", "TCP_KEEPINTVL", 5),
    ("IPPROTO_TCP", "TCP_KEEPCNT", 3),
    ("IPPROTO_TCP", "TCP_USER_TIMEOUT", 20_000),
)
"""After 15 s of silence come three probes, 5 s apart; unacknowledged bytes may wait 20 s."""

SOCKET_OPTIONS: tuple[SocketOption, ...] = tuple(
    (getattr(socket, level), getattr(socket, name), value)
    for level, name, value in _WANTED
    if hasattr(socket, name)
)
"""They end a connection within 25 s after its other end is gone; a platform may lack some."""
