"""What lets us speak to a node about a conference."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pexdash.api.token import Token

if TYPE_CHECKING:
    from pexdash.api.client import NodeClient


class Admission(NamedTuple):
    """A token, and the client of the node that gave it: one is of no use without the other."""

    client: NodeClient
    token: Token
