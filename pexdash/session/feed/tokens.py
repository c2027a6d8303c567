"""The protocol by which a source gets and renews our token."""

from __future__ import annotations

from typing import Protocol

from pexdash.api.admission import Admission


class Tokens(Protocol):
    """Gives a source the token for its requests.

    `part` counts the participants we have been in this conference. It grows whenever we join
    anew: a new participant needs a new stream.
    """

    part: int

    @property
    def is_moving(self) -> bool:
        """Whether we are on our way to another conference, so that the present token is over."""
        ...

    async def current(self) -> Admission:
        """The token to use now; waits while it is being renewed."""
        ...

    async def in_time(self) -> Admission:
        """As `current`; raises NodeFault where the wait is too long or we have not joined yet."""
        ...

    async def renew(self, old: Admission) -> None:
        """Replace the token `old`; raises Refused when the node lets us in no more."""
        ...

    async def move(self, old: Admission) -> None:
        """Join on another node than the node of `old`, where one lets us in."""
        ...

    async def after(self, old: Admission) -> Admission:
        """Wait for the token that replaces `old`, and return it."""
        ...

    async def after_part(self, part: int) -> None:
        """Wait until we are another participant, that is until `part` has changed."""
        ...
