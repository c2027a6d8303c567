"""The request that a visit sends to a node."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pexdash.api.requests import Request

OURSELVES = "me"
"""The user's word for our own participant."""
UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with its participant, in the user's words, its call, its room, mix and fields.

    `query` are the fields of a request without a body. `body` may hold a PIN, so `repr` leaves it
    out.
    """

    request: Request
    participant: str = ""
    call: str = ""
    room: str = ""
    mix: str = ""
    body: Mapping[str, object] | None = field(default=None, repr=False)
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def names_uuid(self) -> bool:
        """Whether `participant` is a uuid, so that no participant list is needed."""
        return UUID.fullmatch(self.participant) is not None
