"""What a visit asks of a node."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pexdash.api.requests import Request

UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with whom it is for, as a person names them, and the fields of its body.

    `frame_id` names a frame of the presentation. `body` may hold a PIN and is not shown.
    """

    request: Request
    participant: str = ""
    call: str = ""
    body: Mapping[str, str | int] | None = field(default=None, repr=False)
    frame_id: str = ""

    @property
    def names_uuid(self) -> bool:
        """Whether the participant is given by uuid, so that nobody needs to be looked up."""
        return UUID.fullmatch(self.participant) is not None
