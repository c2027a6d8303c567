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
"""A silent connection is asked after 15 s, and ended after 10 s more, or 20 s of unsent bytes."""

SOCKET_OPTIONS: tuple[SocketOption, ...] = tuple(
    (getattr(socket, level), getattr(socket, name), value)
    for level, name, value in _WANTED
    if hasattr(socket, name)
)
"""A connection whose other end is gone ends within 25 s; what a platform lacks is left out."""
