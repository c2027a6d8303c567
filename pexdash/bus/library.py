"""What we use of the client library of NATS; raises NoBus where that is missing."""

from __future__ import annotations

from pexdash.errors import NoBus

try:
    from nats.aio.client import Client
    from nats.aio.msg import Msg
    from nats.aio.subscription import Subscription
    from nats.errors import Error as LibraryFault
    from nats.errors import NoRespondersError
    from nats.js import JetStreamContext, api
    from nats.js.errors import APIError, NotFoundError
except ImportError as missing:
    raise NoBus("the bus needs more packages: pip install 'pexdash[bus]'") from missing

__all__ = [
    "APIError",
    "Client",
    "JetStreamContext",
    "LibraryFault",
    "Msg",
    "NoRespondersError",
    "NotFoundError",
    "Subscription",
    "api",
]
